//! One client, served by calls that block.

use std::io;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::PollFd;
use socket2::Socket;

use super::{Accepted, Care, break_off, end_of, part, tell};
use crate::event::peer::{ClientGone, End};
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::{Interest, is_broken, timeout};
use crate::peer::conversation::{Conversation, Effects, Next};
use crate::syscall::call::Value;

/// What one recv takes at most.
const BUFFER: usize = 16 * 1024;

/// One client and who serves it.
struct Talk<'a> {
    care: Care<'a>,
    caller: &'a Caller,
    client: Accepted,
    conversation: Conversation,
    buffer: Vec<u8>,
    /// SO_RCVTIMEO as last set.
    timeout: Option<Duration>,
}

/// Serves this client to the end, and closes; what is to be told of it.
#[must_use]
pub fn serve(care: Care<'_>, caller: &Caller, client: Accepted) -> ClientGone {
    let manners = care.settings.manners.clone();
    let conversation = Conversation::new((care.settings.make)(), manners, (client.number, Instant::now()));
    let mut talk = Talk { care, caller, client, conversation, buffer: vec![0; BUFFER], timeout: None };
    let end = talk.hold();
    part(care.room, caller, talk.client, (&talk.conversation, end))
}

impl Talk<'_> {
    fn hold(&mut self) -> End {
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
        let socket = &*self.client.socket;
        if self.care.stop.is_pressing() {
            self.conversation.cut(End::Stopped);
        }
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
                self.caller.send(socket, bytes).map(|count| self.conversation.sent(count, Instant::now()))
            }
            Ok(Next::HalfClose) => {
                let shut = self.caller.shutdown(socket, Shutdown::Write);
                self.conversation.half_closed(now);
                shut.map(|()| Effects::default())
            }
            Ok(Next::Receive(until)) => self.receive(until),
            Ok(Next::Idle) => self.idle(),
        };
        match outcome {
            Ok(effects) => self.spread(effects),
            Err(error) => self.fail(&error),
        }
        None
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
            Ok(0) => Ok(self.conversation.ended()),
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
        let fields = [("tv_sec", rounded.as_secs()), ("tv_usec", u64::from(rounded.subsec_micros()))];
        let number = |value: u64| Value::Number(i64::try_from(value).unwrap_or(i64::MAX));
        let value = Value::Record(fields.map(|(name, value)| (name.to_owned(), number(value))).to_vec());
        let set = |socket: &Socket| socket.set_read_timeout(Some(rounded));
        self.caller.option(&self.client.socket, ("SOL_SOCKET", "SO_RCVTIMEO", value), set)
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
        if error.kind() != io::ErrorKind::Interrupted {
            self.conversation.cut(end_of(error, self.care.stop));
        }
    }

    fn spread(&mut self, mut effects: Effects) {
        tell(self.caller, &mut effects);
        if !effects.others.is_empty() {
            self.relay(&effects.others);
        }
    }

    /// To every other client, in the manners asked for; who cannot take it now misses it.
    fn relay(&self, bytes: &[u8]) {
        let manners = &self.care.settings.manners;
        let pieces = bytes.chunks(manners.fragment.unwrap_or(usize::MAX).max(1));
        for (other, socket) in self.care.room.others(self.client.number) {
            for piece in pieces.clone() {
                if manners.slow.is_some_and(|pause| self.care.stop.pause(pause)) {
                    return;
                }
                match self.caller.send_now(&socket, piece) {
                    Ok(count) => self.care.room.count_relayed(other, count),
                    Err(_) => break,
                }
            }
        }
    }
}
