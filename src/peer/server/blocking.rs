//! One client, served by calls that block.

use std::io;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::PollFd;
use socket2::Socket;

use super::{Accepted, Care, break_off, disconnect, end_of, tell};
use crate::event::peer::{ClientGone, End, PeerNote};
use crate::observe::queue::unacknowledged;
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::{Interest, is_broken, is_ready, timeout};
use crate::peer::conversation::{Conversation, Effects, Next};
use crate::syscall::call::Value;

/// What one recv takes at most.
const BUFFER: usize = 16 * 1024;

/// What every send buffer has room for: a send never waits before a client has been sent more (tcp(7), tcp_wmem).
const NEVER_WAITS: u64 = 4096;

/// One client and who serves it.
struct Session<'a> {
    care: Care<'a>,
    caller: &'a Caller,
    client: Accepted,
    conversation: Conversation,
    buffer: Vec<u8>,
    /// SO_RCVTIMEO as last set.
    timeout: Option<Duration>,
    /// SO_SNDTIMEO is set.
    limited: bool,
    /// Since when this client keeps others waiting and asks nothing.
    idle: Option<Instant>,
}

/// Serves this client to the end, and closes; what is to be told of it.
#[must_use]
pub fn serve(care: Care<'_>, caller: &Caller, client: Accepted) -> ClientGone {
    let misbehaviours = care.settings.misbehaviours.clone();
    let conversation = Conversation::new((care.settings.make)(), misbehaviours, (client.number, Instant::now()))
        .patient(care.settings.patience);
    let mut session = Session {
        care,
        caller,
        client,
        conversation,
        buffer: vec![0; BUFFER],
        timeout: None,
        limited: false,
        idle: None,
    };
    let end = session.run();
    session.collect();
    disconnect(care.clients, caller, session.client, (&mut session.conversation, end))
}

impl Session<'_> {
    fn run(&mut self) -> End {
        let watched = self.care.stop.watch(&self.client.socket);
        let effects = self.conversation.open();
        self.spread(effects);
        let end = loop {
            if let Some(end) = self.step() {
                break end;
            }
        };
        drop(watched);
        end
    }

    /// Makes the next call; the end, once there is one.
    fn step(&mut self) -> Option<End> {
        let now = Instant::now();
        if self.care.stop.is_pressing() {
            self.conversation.cut(End::Stopped);
        }
        if self.limited && self.conversation.has_more_to_send() {
            let effects = self.conversation.look(now, unacknowledged(&self.client.socket).unwrap_or(0));
            self.spread(effects);
        }
        let (socket, already) = (&*self.client.socket, self.conversation.sent);
        let outcome = match self.conversation.next(now) {
            Err(error) => Ok(break_off(&mut self.conversation, (self.caller, &error))),
            Ok(Next::Close(end)) => return Some(end),
            Ok(Next::Reset(end)) => {
                // Without the option, the close is an ordinary one: its call has told why.
                let _ = self.caller.linger_nothing(socket);
                return Some(end);
            }
            Ok(Next::Pause(moment)) => {
                if self.care.stop.pause_until(moment) {
                    self.conversation.cut(End::Stopped);
                }
                Ok(Effects::default())
            }
            Ok(Next::Send(bytes)) => {
                if !self.limited && already + bytes.len() as u64 > NEVER_WAITS {
                    self.limited = true;
                    limit_send(self.caller, socket, self.care.settings.patience);
                }
                self.caller.send(socket, bytes).map(|count| self.conversation.sent(count, Instant::now()))
            }
            Ok(Next::HalfClose) => {
                let shut = self.caller.shutdown(socket, Shutdown::Write);
                self.conversation.half_closed(now);
                shut.map(|()| Effects::default())
            }
            Ok(Next::Receive(until)) => self.listen(until),
            Ok(Next::Idle) => self.idle(),
        };
        match outcome {
            Ok(effects) => self.spread(effects),
            Err(error) => self.fail(&error),
        }
        None
    }

    /// What other threads still have for this client is sent by this one.
    fn collect(&mut self) {
        if let Some((_, outbox)) = self.care.clients.find(self.client.number) {
            self.conversation.adopt(outbox.close());
        }
    }

    /// Receives, unless others wait in the queue and this client asks nothing.
    fn listen(&mut self, until: Option<Instant>) -> io::Result<Effects> {
        let asleep = self.care.queue.filter(|_| self.conversation.others_wait(false).is_some());
        let Some(queue) = asleep else { return self.receive(until) };
        let (ready, others) = self.watch(queue, until)?;
        let allowed = self.conversation.others_wait(others).unwrap_or_default();
        if ready || !others {
            self.idle = None;
            return self.receive(until);
        }
        let now = Instant::now();
        let since = *self.idle.get_or_insert(now);
        if since + allowed > now && self.watch_alone(since + allowed)? {
            return self.receive(until);
        }
        Ok(if Instant::now() >= since + allowed { self.conversation.yield_place(allowed) } else { Effects::default() })
    }

    /// Sleeps until this client or another wants something; who does: this one, another.
    fn watch(&self, queue: &Socket, until: Option<Instant>) -> io::Result<(bool, bool)> {
        let both = [self.client.socket.as_fd(), queue.as_fd()];
        let mut watched = both.map(|socket| PollFd::new(socket, Interest::Read.for_poll()));
        self.caller.poll(&mut watched, (&[Interest::Read; 2], timeout(until)))?;
        // Nobody came in time: recv says so.
        Ok((is_ready(&watched[0]) || !is_ready(&watched[1]), is_ready(&watched[1])))
    }

    /// Sleeps until this client wants something, or this moment; whether it does.
    fn watch_alone(&self, until: Instant) -> io::Result<bool> {
        let mut watched = [PollFd::new(self.client.socket.as_fd(), Interest::Read.for_poll())];
        self.caller.poll(&mut watched, (&[Interest::Read], timeout(Some(until))))?;
        Ok(is_ready(&watched[0]))
    }

    fn receive(&mut self, until: Option<Instant>) -> io::Result<Effects> {
        self.limit_wait(until)?;
        let place = (self.client.address.as_str(), self.conversation.received);
        let result = self.caller.recv(&self.client.socket, &mut self.buffer, place);
        let now = Instant::now();
        match result {
            Ok(0) if self.care.stop.is_asked() => {
                self.conversation.cut(End::Stopped);
                Ok(Effects::default())
            }
            Ok(0) => {
                self.collect();
                Ok(self.conversation.ended())
            }
            Ok(count) => {
                self.care.settings.keep(self.caller, &self.buffer[..count]);
                Ok(self.conversation.received(&self.buffer[..count], now))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let late = until.is_some_and(|until| now >= until);
                Ok(if late { self.conversation.too_slow(now) } else { Effects::default() })
            }
            Err(error) => Err(error),
        }
    }

    /// Sets SO_RCVTIMEO where recv could otherwise sleep well beyond this moment.
    fn limit_wait(&mut self, until: Option<Instant>) -> io::Result<()> {
        let Some(until) = until else { return Ok(()) };
        let wanted = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        if self.timeout.is_some_and(|timeout| timeout <= wanted + Duration::from_secs(1)) {
            return Ok(());
        }
        let second = Duration::from_secs(1);
        let rounded = if wanted > second { Duration::from_secs(wanted.as_secs() + 1) } else { wanted };
        self.timeout = Some(rounded);
        let set = |socket: &Socket| socket.set_read_timeout(Some(rounded));
        self.caller.option(&self.client.socket, ("SOL_SOCKET", "SO_RCVTIMEO", seconds(rounded)), set)
    }

    /// Waits until the client leaves, and reads nothing.
    fn idle(&mut self) -> io::Result<Effects> {
        let socket = &*self.client.socket;
        let mut watched = [PollFd::new(socket.as_fd(), Interest::Departure.for_poll())];
        self.caller.poll(&mut watched, (&[Interest::Departure], timeout(None)))?;
        let end = match () {
            () if self.care.stop.is_asked() => End::Stopped,
            () if is_broken(socket) => End::ResetByPeer,
            () => End::ByPeer,
        };
        self.conversation.cut(end);
        Ok(Effects::default())
    }

    fn fail(&mut self, error: &io::Error) {
        // Its time to send is over: whether it takes anything is looked at before the next call.
        if !matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) {
            self.conversation.cut(end_of(error, self.care.stop));
        }
    }

    fn spread(&mut self, mut effects: Effects) {
        tell(self.caller, &mut effects);
        if !effects.others.is_empty() {
            self.relay(&effects.others);
        }
    }

    /// To every other client; who does not read is the postman's.
    fn relay(&self, lines: &[u8]) {
        let Some(postman) = self.care.postman else { return };
        for (other, socket, outbox) in self.care.clients.others(self.client.number) {
            if outbox.put(lines) {
                self.caller.events().send_note(PeerNote::MissesLines { client: other });
            }
            postman.deliver(self.care, self.caller, (other, &socket, &outbox));
        }
    }
}

/// Sets SO_SNDTIMEO: a send that waits for a client that does not read ends. Where it is refused, so be it.
fn limit_send(caller: &Caller, socket: &Socket, patience: Duration) {
    let set = |socket: &Socket| socket.set_write_timeout(Some(patience));
    let _ = caller.option(socket, ("SOL_SOCKET", "SO_SNDTIMEO", seconds(patience)), set);
}

/// A struct timeval.
fn seconds(duration: Duration) -> Value {
    let fields = [("tv_sec", duration.as_secs()), ("tv_usec", u64::from(duration.subsec_micros()))];
    let number = |value: u64| Value::Number(i64::try_from(value).unwrap_or(i64::MAX));
    Value::Record(fields.map(|(name, value)| (name.to_owned(), number(value))).to_vec())
}
