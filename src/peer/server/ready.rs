//! One thread for all clients: it sleeps in one call only, poll(2) or epoll(7), and every other call is made on
//! sockets that never wait. The same loop serves both, through [`Watcher`].

mod guest;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::time::Instant;

use socket2::Socket;

use self::guest::{Guest, Reason, Step};
use super::{Accepted, RELIEF, Server, is_exhaustion, is_passing, part, tell};
use crate::event::Event;
use crate::event::peer::End;
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::Interest;
use crate::peer::conversation::{Conversation, Effects};
use crate::peer::stop::GRACE;

/// What one recv takes at most.
const BUFFER: usize = 64 * 1024;

/// How many moments of guests who have left are kept before they are looked for.
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
pub trait Watcher {
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
struct Door {
    interest: Interest,
    /// Nobody enters any more.
    over: bool,
    /// `--delay-accept`: somebody waits, and is let in then.
    due: Option<Instant>,
    /// No descriptor is left: nobody is let in before.
    relief: Option<Instant>,
    said_full: bool,
    said_exhausted: bool,
    /// What ended the accepting.
    failure: Option<io::Error>,
}

struct Loop<'a, W> {
    server: &'a Server,
    watcher: W,
    door: Door,
    /// By descriptor.
    guests: Vec<Option<Box<Guest>>>,
    present: usize,
    /// When a guest must be looked at: at most one moment counts for each, that of its `timer`.
    timers: BinaryHeap<Reverse<(Instant, RawFd, u64)>>,
    /// Guests who were given bytes by others.
    nudged: Vec<RawFd>,
    ready: Vec<RawFd>,
    buffer: Vec<u8>,
    /// Once the wish to end is heard: until when conversations may finish.
    stopping: Option<Instant>,
}

pub fn serve(server: &Server, watcher: impl Watcher) -> io::Result<()> {
    server.caller.set_nonblocking(&server.listener)?;
    let door = Door {
        interest: Interest::Nothing,
        over: false,
        due: None,
        relief: None,
        said_full: false,
        said_exhausted: false,
        failure: None,
    };
    let hall = Loop {
        server,
        watcher,
        door,
        guests: Vec::new(),
        present: 0,
        timers: BinaryHeap::new(),
        nudged: Vec::new(),
        ready: Vec::new(),
        buffer: vec![0; BUFFER],
        stopping: None,
    };
    hall.run()
}

fn slot(fd: RawFd) -> usize {
    usize::try_from(fd).unwrap_or(usize::MAX)
}

impl<W: Watcher> Loop<'_, W> {
    fn run(mut self) -> io::Result<()> {
        loop {
            self.tend_door()?;
            if self.door.over && self.present == 0 {
                return self.door.failure.take().map_or(Ok(()), Err);
            }
            self.sleep()?;
            if self.stopping.is_none() && self.server.stop.is_asked() {
                self.dismiss();
            }
            self.attend();
            self.expire(Instant::now());
        }
    }

    /// Watches the listening socket, or leaves it alone.
    fn tend_door(&mut self) -> io::Result<()> {
        let full = !self.door.over && self.server.room.is_full();
        if full && !self.door.said_full {
            self.server.tell_full();
        }
        self.door.said_full = full;
        let shut = self.door.over || full || self.door.due.is_some() || self.door.relief.is_some();
        let wanted = if shut { Interest::Nothing } else { Interest::Read };
        if wanted != self.door.interest {
            self.watcher.follow(&self.server.caller, &self.server.listener, (self.door.interest, wanted))?;
            self.door.interest = wanted;
        }
        Ok(())
    }

    fn sleep(&mut self) -> io::Result<()> {
        let timer = self.timers.peek().map(|Reverse((moment, ..))| *moment);
        let until = [timer, self.door.due, self.door.relief, self.stopping].into_iter().flatten().min();
        let stop = self.stopping.is_none().then(|| self.server.stop.descriptor());
        let round = Round { until, stop, ready: &mut self.ready };
        let guests = self.guests.iter().flatten().map(|guest| (&*guest.client.socket, guest.interest));
        let watched = std::iter::once((&*self.server.listener, self.door.interest)).chain(guests);
        match self.watcher.wait(&self.server.caller, round, watched) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }

    /// Does what can be done on the descriptors that are ready. The listening socket is last: a descriptor that is
    /// closed here must not be given to a new client while it is still in the list.
    fn attend(&mut self) {
        // What was told ready may already have been read where the wish to end has just come.
        let reason = if self.stopping.is_none() { Reason::Ready(Instant::now()) } else { Reason::Perhaps };
        let listener = self.server.listener.as_raw_fd();
        let mut ready = std::mem::take(&mut self.ready);
        let knocked = ready.contains(&listener);
        let attended = ready.len();
        for fd in ready.drain(..).filter(|fd| *fd != listener) {
            self.advance(fd, reason);
        }
        self.ready = ready;
        self.pass_on();
        if knocked && !self.door.over {
            self.hear_knock(attended);
        }
    }

    /// Who was given bytes sends them.
    fn pass_on(&mut self) {
        while let Some(fd) = self.nudged.pop() {
            self.advance(fd, Reason::Due);
        }
    }

    /// As many are let in as descriptors were ready: one in calm, where a second accept would find nobody; many in a
    /// crowd, where one a round would leave the last in the queue for seconds.
    fn hear_knock(&mut self, crowd: usize) {
        if let Some(pause) = self.server.settings.manners.delay_accept {
            self.server.tell_delay();
            self.door.due = Some(Instant::now() + pause);
            return;
        }
        let mut left = crowd;
        while left > 0 && self.accept() {
            left -= 1;
        }
    }

    /// Lets one in; false when nobody more can be now.
    fn accept(&mut self) -> bool {
        match self.server.caller.accept(&self.server.listener) {
            Ok((socket, address)) => {
                self.door.said_exhausted = false;
                self.door.over = self.server.settings.once;
                self.admit(self.server.welcome(socket, &address));
                return !self.door.over && !self.server.room.is_full();
            }
            Err(error) if is_exhaustion(&error) => {
                self.server.tell_exhaustion(&mut self.door.said_exhausted);
                self.door.relief = Some(Instant::now() + RELIEF);
            }
            Err(error) if is_passing(&error) => {}
            Err(error) => {
                self.door.over = true;
                self.door.failure = Some(error);
            }
        }
        false
    }

    fn admit(&mut self, client: Accepted) {
        let settings = &self.server.settings;
        let conversation =
            Conversation::new((settings.make)(), settings.manners.clone(), (client.number, Instant::now()))
                .patient(settings.patience);
        let mut guest = Guest::new(client, conversation);
        guest.archive.clone_from(&settings.archive);
        let fd = guest.fd();
        let effects = guest.conversation.open();
        if self.server.caller.set_nonblocking(&guest.client.socket).is_err() {
            guest.cut(End::Failed);
        }
        self.spread(effects);
        if self.guests.len() <= slot(fd) {
            self.guests.resize_with(slot(fd) + 1, || None);
        }
        self.guests[slot(fd)] = Some(guest);
        self.present += 1;
        self.advance(fd, Reason::Due);
        self.pass_on();
    }

    /// Makes the calls of a guest until it must wait, or others must have their turn.
    fn advance(&mut self, fd: RawFd, reason: Reason) {
        let Some(mut guest) = self.guests.get_mut(slot(fd)).and_then(Option::take) else { return };
        let mut turn = guest.turn(reason);
        loop {
            let actors = (&self.server.caller, &*self.server.stop);
            match guest.step(actors, (&mut self.buffer, &mut turn)) {
                Step::Went(effects) => self.spread(effects),
                Step::Wait(interest, until) => {
                    if self.settle(&mut guest, interest, until).is_ok() {
                        self.guests[slot(fd)] = Some(guest);
                        return;
                    }
                    guest.cut(End::Failed);
                }
                Step::Over(end) => return self.farewell(*guest, end),
            }
        }
    }

    fn farewell(&mut self, guest: Guest, end: End) {
        self.present -= 1;
        self.door.relief = None;
        let Guest { client, mut conversation, .. } = guest;
        let gone = part(&self.server.room, &self.server.caller, client, (&mut conversation, end));
        self.server.caller.speaker().offer(|| Event::ClientGone(gone));
        // Moments of those who have left count for nothing: they are as many as those of the present, at most.
        if self.timers.len() > 2 * self.present + FORGOTTEN {
            let guests = &self.guests;
            let is_here = |fd: RawFd, number: u64| {
                guests.get(slot(fd)).and_then(Option::as_ref).is_some_and(|guest| guest.client.number == number)
            };
            self.timers.retain(|Reverse((_, fd, number))| is_here(*fd, *number));
        }
    }

    /// The guest waits.
    fn settle(&mut self, guest: &mut Guest, interest: Interest, until: Option<Instant>) -> io::Result<()> {
        if interest != guest.interest {
            self.watcher.follow(&self.server.caller, &guest.client.socket, (guest.interest, interest))?;
            guest.interest = interest;
        }
        guest.deadline = until;
        self.remind(guest);
        Ok(())
    }

    /// Keeps the guest's deadline among the timers, unless an earlier moment is there already: most deadlines are put
    /// off long before they come, and cost nothing.
    fn remind(&mut self, guest: &mut Guest) {
        let Some(deadline) = guest.deadline else { return };
        if guest.timer.is_none_or(|timer| deadline < timer) {
            guest.timer = Some(deadline);
            self.timers.push(Reverse((deadline, guest.fd(), guest.client.number)));
        }
    }

    /// Bytes for the others, and notes. The guest that gave them is out of its place.
    fn spread(&mut self, mut effects: Effects) {
        tell(&self.server.caller, &mut effects);
        if effects.others.is_empty() {
            return;
        }
        for guest in self.guests.iter_mut().flatten() {
            let (mut missing, sendable) = guest.relay(&effects.others);
            tell(&self.server.caller, &mut missing);
            if sendable {
                self.nudged.push(guest.fd());
            }
        }
    }

    /// Does what was to be done by now.
    fn expire(&mut self, now: Instant) {
        while let Some(Reverse((moment, fd, number))) = self.timers.peek().copied().filter(|it| it.0.0 <= now) {
            self.timers.pop();
            let Some(guest) = self.guests.get_mut(slot(fd)).and_then(Option::as_mut) else { continue };
            if guest.client.number != number || guest.timer != Some(moment) {
                continue;
            }
            guest.timer = None;
            if guest.deadline.is_some_and(|deadline| deadline <= now) {
                self.advance(fd, Reason::Due);
            } else if let Some(mut guest) = self.guests[slot(fd)].take() {
                self.remind(&mut guest);
                self.guests[slot(fd)] = Some(guest);
            }
        }
        self.pass_on();
        self.door.relief = self.door.relief.filter(|relief| *relief > now);
        if self.door.due.is_some_and(|due| due <= now) {
            self.door.due = None;
            if !self.door.over {
                self.accept();
            }
        }
        if self.stopping.is_some_and(|end| end <= now) {
            self.cut_all();
        }
    }

    /// The wish to end: nobody enters, every recv gives 0 once what came is read, and no pause goes on.
    fn dismiss(&mut self) {
        self.door.over = true;
        (self.door.due, self.door.relief) = (None, None);
        self.stopping = Some(Instant::now() + GRACE);
        for fd in self.present_ones() {
            if let Some(Some(guest)) = self.guests.get(slot(fd)) {
                guest.interrupt(&self.server.caller);
            }
            self.advance(fd, Reason::Perhaps);
        }
    }

    /// The grace is over.
    fn cut_all(&mut self) {
        for fd in self.present_ones() {
            if let Some(Some(guest)) = self.guests.get_mut(slot(fd)) {
                guest.cut(End::Stopped);
            }
            self.advance(fd, Reason::Due);
        }
    }

    fn present_ones(&self) -> Vec<RawFd> {
        self.guests.iter().flatten().map(|guest| guest.fd()).collect()
    }
}
