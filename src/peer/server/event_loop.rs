//! One thread for all clients: it sleeps in one call only, poll(2) or epoll(7), and every other call is made on
//! sockets that never wait. The same loop serves both, through [`Poller`].

mod connection;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::time::Instant;

use socket2::Socket;

use self::connection::{Connection, Reason, Step};
use super::{Accepted, RELIEF, Server, disconnect, is_exhaustion, is_passing, tell};
use crate::event::peer::End;
use crate::event::{Event, PeerEvent};
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::Interest;
use crate::peer::conversation::{Conversation, Effects};
use crate::peer::stop::GRACE;

/// What one recv takes at most.
const BUFFER: usize = 64 * 1024;

/// How many moments of connections that have left are kept before they are looked for.
const FORGOTTEN: usize = 1024;

/// One sleep.
#[derive(Debug)]
pub struct Round<'a> {
    pub until: Option<Instant>,
    /// The wish to end, while it is awaited.
    pub stop: Option<BorrowedFd<'a>>,
    /// Receives the descriptors that are ready.
    pub ready: &'a mut Vec<RawFd>,
}

/// poll(2) or epoll(7).
pub trait Poller {
    /// What this descriptor is watched for changes. A closed descriptor needs no word.
    fn follow(&mut self, caller: &Caller, socket: &Socket, change: (Interest, Interest)) -> io::Result<()>;

    /// Sleeps until a descriptor is ready, or as the round says. `watched` is everything that is watched.
    fn wait<'a>(
        &mut self,
        caller: &Caller,
        round: Round<'_>,
        watched: impl Iterator<Item = (&'a Socket, Interest)>,
    ) -> io::Result<()>;
}

/// The listening socket.
#[derive(Debug)]
struct ListenerState {
    interest: Interest,
    /// No client is accepted any more.
    over: bool,
    /// `--delay-accept`: a client waits, and is accepted then.
    due: Option<Instant>,
    /// No descriptor is left: no client is accepted before.
    relief: Option<Instant>,
    said_full: bool,
    said_exhausted: bool,
    /// What ended the accepting.
    failure: Option<io::Error>,
}

struct EventLoop<'a, W> {
    server: &'a Server,
    poller: W,
    listener: ListenerState,
    /// By descriptor.
    connections: Vec<Option<Box<Connection>>>,
    count: usize,
    /// When a connection must be looked at: at most one moment counts for each, that of its `timer`.
    timers: BinaryHeap<Reverse<(Instant, RawFd, u64)>>,
    /// Connections that were given bytes by others.
    relayed: Vec<RawFd>,
    ready: Vec<RawFd>,
    buffer: Vec<u8>,
    /// Once the wish to end is heard: until when conversations may finish.
    stopping: Option<Instant>,
}

pub fn serve(server: &Server, poller: impl Poller) -> io::Result<()> {
    server.caller.set_nonblocking(&server.listener)?;
    let listener = ListenerState {
        interest: Interest::Nothing,
        over: false,
        due: None,
        relief: None,
        said_full: false,
        said_exhausted: false,
        failure: None,
    };
    let event_loop = EventLoop {
        server,
        poller,
        listener,
        connections: Vec::new(),
        count: 0,
        timers: BinaryHeap::new(),
        relayed: Vec::new(),
        ready: Vec::new(),
        buffer: vec![0; BUFFER],
        stopping: None,
    };
    event_loop.run()
}

fn slot(fd: RawFd) -> usize {
    usize::try_from(fd).unwrap_or(usize::MAX)
}

impl<W: Poller> EventLoop<'_, W> {
    fn run(mut self) -> io::Result<()> {
        loop {
            self.watch_listener()?;
            if self.listener.over && self.count == 0 {
                return self.listener.failure.take().map_or(Ok(()), Err);
            }
            self.sleep()?;
            if self.stopping.is_none() && self.server.stop.is_asked() {
                self.begin_to_stop();
            }
            self.handle_ready();
            self.expire(Instant::now());
        }
    }

    /// Watches the listening socket, or leaves it alone.
    fn watch_listener(&mut self) -> io::Result<()> {
        let full = !self.listener.over && self.server.clients.is_full();
        if full && !self.listener.said_full {
            self.server.tell_full();
        }
        self.listener.said_full = full;
        let shut = self.listener.over || full || self.listener.due.is_some() || self.listener.relief.is_some();
        let wanted = if shut { Interest::Nothing } else { Interest::Read };
        if wanted != self.listener.interest {
            self.poller.follow(&self.server.caller, &self.server.listener, (self.listener.interest, wanted))?;
            self.listener.interest = wanted;
        }
        Ok(())
    }

    fn sleep(&mut self) -> io::Result<()> {
        let timer = self.timers.peek().map(|Reverse((moment, ..))| *moment);
        let until = [timer, self.listener.due, self.listener.relief, self.stopping].into_iter().flatten().min();
        let stop = self.stopping.is_none().then(|| self.server.stop.descriptor());
        let round = Round { until, stop, ready: &mut self.ready };
        let connections =
            self.connections.iter().flatten().map(|connection| (&*connection.client.socket, connection.interest));
        let watched = std::iter::once((&*self.server.listener, self.listener.interest)).chain(connections);
        match self.poller.wait(&self.server.caller, round, watched) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }

    /// Does what can be done on the descriptors that are ready. The listening socket is last: a descriptor that is
    /// closed here must not be given to a new client while it is still in the list.
    fn handle_ready(&mut self) {
        // What was told ready may already have been read where the wish to end has just come.
        let reason = if self.stopping.is_none() { Reason::Ready(Instant::now()) } else { Reason::Perhaps };
        let listener = self.server.listener.as_raw_fd();
        let mut ready = std::mem::take(&mut self.ready);
        let is_listener_ready = ready.contains(&listener);
        let attended = ready.len();
        for fd in ready.drain(..).filter(|fd| *fd != listener) {
            self.advance(fd, reason);
        }
        self.ready = ready;
        self.pass_on();
        if is_listener_ready && !self.listener.over {
            self.accept_ready(attended);
        }
    }

    /// Who was given bytes sends them.
    fn pass_on(&mut self) {
        while let Some(fd) = self.relayed.pop() {
            self.advance(fd, Reason::Due);
        }
    }

    /// As many are accepted as descriptors were ready: one in calm, where a second accept would find nobody; many in a
    /// crowd, where one a round would leave the last in the queue for seconds.
    fn accept_ready(&mut self, most: usize) {
        if let Some(pause) = self.server.settings.misbehaviours.delay_accept {
            self.server.tell_delay();
            self.listener.due = Some(Instant::now() + pause);
            return;
        }
        let mut left = most;
        while left > 0 && self.accept() {
            left -= 1;
        }
    }

    /// Accepts one; false when no more can be accepted now.
    fn accept(&mut self) -> bool {
        match self.server.caller.accept(&self.server.listener) {
            Ok((socket, address)) => {
                self.listener.said_exhausted = false;
                self.listener.over = self.server.settings.once;
                self.add(self.server.register(socket, &address));
                return !self.listener.over && !self.server.clients.is_full();
            }
            Err(error) if is_exhaustion(&error) => {
                self.server.tell_exhaustion(&mut self.listener.said_exhausted);
                self.listener.relief = Some(Instant::now() + RELIEF);
            }
            Err(error) if is_passing(&error) => {}
            Err(error) => {
                self.listener.over = true;
                self.listener.failure = Some(error);
            }
        }
        false
    }

    fn add(&mut self, client: Accepted) {
        let settings = &self.server.settings;
        let conversation =
            Conversation::new((settings.make)(), settings.misbehaviours.clone(), (client.number, Instant::now()))
                .patient(settings.patience);
        let mut connection = Connection::new(client, conversation);
        connection.archive.clone_from(&settings.archive);
        let fd = connection.fd();
        let effects = connection.conversation.open();
        if self.server.caller.set_nonblocking(&connection.client.socket).is_err() {
            connection.cut(End::Failed);
        }
        self.spread(effects);
        if self.connections.len() <= slot(fd) {
            self.connections.resize_with(slot(fd) + 1, || None);
        }
        self.connections[slot(fd)] = Some(connection);
        self.count += 1;
        self.advance(fd, Reason::Due);
        self.pass_on();
    }

    /// Makes the calls of a connection until it must wait, or others must have their turn.
    fn advance(&mut self, fd: RawFd, reason: Reason) {
        let Some(mut connection) = self.connections.get_mut(slot(fd)).and_then(Option::take) else { return };
        let mut turn = connection.turn(reason);
        loop {
            let actors = (&self.server.caller, &*self.server.stop);
            match connection.step(actors, (&mut self.buffer, &mut turn)) {
                Step::Went(effects) => self.spread(effects),
                Step::Wait(interest, until) => {
                    if self.settle(&mut connection, interest, until).is_ok() {
                        self.connections[slot(fd)] = Some(connection);
                        return;
                    }
                    connection.cut(End::Failed);
                }
                Step::Over(end) => return self.close(*connection, end),
            }
        }
    }

    fn close(&mut self, connection: Connection, end: End) {
        self.count -= 1;
        self.listener.relief = None;
        let Connection { client, mut conversation, .. } = connection;
        let gone = disconnect(&self.server.clients, &self.server.caller, client, (&mut conversation, end));
        self.server.caller.events().try_send(|| Event::Peer(PeerEvent::ClientGone(gone)));
        // Moments of those who have left count for nothing: they are as many as those of the present, at most.
        if self.timers.len() > 2 * self.count + FORGOTTEN {
            let connections = &self.connections;
            let is_here = |fd: RawFd, number: u64| {
                connections
                    .get(slot(fd))
                    .and_then(Option::as_ref)
                    .is_some_and(|connection| connection.client.number == number)
            };
            self.timers.retain(|Reverse((_, fd, number))| is_here(*fd, *number));
        }
    }

    /// The connection waits.
    fn settle(&mut self, connection: &mut Connection, interest: Interest, until: Option<Instant>) -> io::Result<()> {
        if interest != connection.interest {
            self.poller.follow(&self.server.caller, &connection.client.socket, (connection.interest, interest))?;
            connection.interest = interest;
        }
        connection.deadline = until;
        self.schedule(connection);
        Ok(())
    }

    /// Keeps the connection's deadline among the timers, unless an earlier moment is there already: most deadlines are put
    /// off long before they come, and cost nothing.
    fn schedule(&mut self, connection: &mut Connection) {
        let Some(deadline) = connection.deadline else { return };
        if connection.timer.is_none_or(|timer| deadline < timer) {
            connection.timer = Some(deadline);
            self.timers.push(Reverse((deadline, connection.fd(), connection.client.number)));
        }
    }

    /// Bytes for the others, and notes. The connection that gave them is out of its place.
    fn spread(&mut self, mut effects: Effects) {
        tell(&self.server.caller, &mut effects);
        if effects.others.is_empty() {
            return;
        }
        for connection in self.connections.iter_mut().flatten() {
            let (mut missing, sendable) = connection.relay(&effects.others);
            tell(&self.server.caller, &mut missing);
            if sendable {
                self.relayed.push(connection.fd());
            }
        }
    }

    /// Does what was to be done by now.
    fn expire(&mut self, now: Instant) {
        while let Some(Reverse((moment, fd, number))) = self.timers.peek().copied().filter(|it| it.0.0 <= now) {
            self.timers.pop();
            let Some(connection) = self.connections.get_mut(slot(fd)).and_then(Option::as_mut) else { continue };
            if connection.client.number != number || connection.timer != Some(moment) {
                continue;
            }
            connection.timer = None;
            if connection.deadline.is_some_and(|deadline| deadline <= now) {
                self.advance(fd, Reason::Due);
            } else if let Some(mut connection) = self.connections[slot(fd)].take() {
                self.schedule(&mut connection);
                self.connections[slot(fd)] = Some(connection);
            }
        }
        self.pass_on();
        self.listener.relief = self.listener.relief.filter(|relief| *relief > now);
        if self.listener.due.is_some_and(|due| due <= now) {
            self.listener.due = None;
            if !self.listener.over {
                self.accept();
            }
        }
        if self.stopping.is_some_and(|end| end <= now) {
            self.cut_all();
        }
    }

    /// The wish to end: no client is accepted, every recv gives 0 once what came is read, and no pause goes on.
    fn begin_to_stop(&mut self) {
        self.listener.over = true;
        (self.listener.due, self.listener.relief) = (None, None);
        self.stopping = Some(Instant::now() + GRACE);
        for fd in self.descriptors() {
            if let Some(Some(connection)) = self.connections.get(slot(fd)) {
                connection.interrupt(&self.server.caller);
            }
            self.advance(fd, Reason::Perhaps);
        }
    }

    /// The grace is over.
    fn cut_all(&mut self) {
        for fd in self.descriptors() {
            if let Some(Some(connection)) = self.connections.get_mut(slot(fd)) {
                connection.cut(End::Stopped);
            }
            self.advance(fd, Reason::Due);
        }
    }

    fn descriptors(&self) -> Vec<RawFd> {
        self.connections.iter().flatten().map(|connection| connection.fd()).collect()
    }
}
