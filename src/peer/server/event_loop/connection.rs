//! One client among those of a loop.

use std::io;
use std::net::Shutdown;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::Arc;
use std::time::Instant;

use crate::event::peer::End;
use crate::observe::queue::unacknowledged;
use crate::peer::archive::Archive;
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::{Interest, is_broken};
use crate::peer::conversation::{Conversation, Effects, Next};
use crate::peer::server::{Accepted, break_off, end_of, note_by};
use crate::peer::stop::Stop;

/// How many calls one client may make in a row before the others have their turn.
const TURNS: u32 = 16;

#[derive(Debug)]
pub struct Connection {
    pub client: Accepted,
    pub conversation: Conversation,
    /// What its descriptor is watched for.
    pub interest: Interest,
    /// When something must be done even if nothing comes.
    pub deadline: Option<Instant>,
    /// The earliest moment kept for it in the loop's timers.
    pub timer: Option<Instant>,
    /// Where what it sends is kept too.
    pub archive: Option<Arc<Archive>>,
}

/// Why a connection has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its descriptor was ready for what it was watched for, at this moment.
    Ready(Instant),
    /// It may be: the wish to end is there.
    Perhaps,
    /// Something is to be done whether it is or not.
    Due,
}

/// What a turn may still do.
#[derive(Debug)]
pub struct Turn {
    woken: bool,
    readable: bool,
    writable: bool,
    left: u32,
    /// When it began: the clock is read once for a turn.
    now: Instant,
    /// The moment by which what is read first had come.
    arrived: Option<Instant>,
}

/// What came of a call.
#[derive(Debug)]
pub enum Step {
    Went(Effects),
    /// Nothing can be done before the descriptor is ready, or this moment.
    Wait(Interest, Option<Instant>),
    Over(End),
}

impl Connection {
    pub fn new(client: Accepted, conversation: Conversation) -> Box<Connection> {
        let interest = Interest::Nothing;
        Box::new(Connection { client, conversation, interest, deadline: None, timer: None, archive: None })
    }

    pub fn fd(&self) -> RawFd {
        self.client.socket.as_raw_fd()
    }

    /// A turn begins.
    pub fn turn(&self, reason: Reason) -> Turn {
        let woken = reason != Reason::Due;
        let arrived = if let Reason::Ready(moment) = reason { Some(moment) } else { None };
        let readable = woken && self.interest == Interest::Read;
        // One that had no room has some once it is woken for it.
        let writable = woken || self.interest != Interest::Write;
        Turn { woken, readable, writable, left: TURNS, now: Instant::now(), arrived }
    }

    /// Makes the next call, where none could wait.
    pub fn step(&mut self, (caller, stop): (&Caller, &Stop), (buffer, turn): (&mut [u8], &mut Turn)) -> Step {
        let now = turn.now;
        let socket = &*self.client.socket;
        let outcome = match self.conversation.next(now) {
            Err(error) => return Step::Went(break_off(&mut self.conversation, (caller, &error))),
            Ok(Next::Close(end)) => return Step::Over(end),
            Ok(Next::Reset(end)) => {
                // Without the option, the close is an ordinary one: its call has told why.
                let _ = caller.linger_nothing(socket);
                return Step::Over(end);
            }
            Ok(Next::Pause(_) | Next::Idle) if stop.is_asked() => return self.cut(End::Stopped),
            Ok(Next::Pause(until)) => return Step::Wait(Interest::Nothing, Some(until)),
            Ok(Next::Idle) if turn.woken && self.interest == Interest::Departure => {
                let end = if is_broken(socket) { End::ResetByPeer } else { End::ByPeer };
                return self.cut(end);
            }
            Ok(Next::Idle) => return Step::Wait(Interest::Departure, None),
            Ok(Next::HalfClose) => {
                let shut = caller.shutdown(socket, Shutdown::Write);
                self.conversation.half_closed(now);
                shut.map(|()| Effects::default())
            }
            Ok(Next::Send(_)) if !turn.writable || turn.left == 0 => {
                let effects = self.conversation.look(now, unacknowledged(socket).unwrap_or(0));
                if effects == Effects::default() {
                    return Step::Wait(Interest::Write, self.conversation.look_due());
                }
                Ok(effects)
            }
            Ok(Next::Send(bytes)) => {
                turn.left -= 1;
                let wanted = bytes.len();
                caller.send(socket, bytes).map(|count| {
                    turn.writable = count == wanted;
                    self.conversation.sent(count, now)
                })
            }
            Ok(Next::Receive(until)) if turn.readable && turn.left > 0 => {
                turn.left -= 1;
                self.receive((caller, stop), (buffer, turn)).inspect(|_| {
                    // What came in time is heard before lateness is.
                    turn.readable &= until.is_none_or(|until| now < until);
                })
            }
            Ok(Next::Receive(Some(until))) if now >= until => Ok(self.conversation.too_slow(now)),
            Ok(Next::Receive(until)) => return Step::Wait(Interest::Read, until),
        };
        outcome.map_or_else(|error| self.fail(&error, (stop, turn)), Step::Went)
    }

    fn receive(
        &mut self,
        (caller, stop): (&Caller, &Stop),
        (buffer, turn): (&mut [u8], &mut Turn),
    ) -> io::Result<Effects> {
        let place = (self.client.address.as_str(), self.conversation.received);
        match caller.recv(&self.client.socket, buffer, place)? {
            0 if stop.is_asked() => {
                self.conversation.cut(End::Stopped);
                Ok(Effects::default())
            }
            0 => Ok(self.conversation.ended()),
            count => {
                // A buffer that was not filled was all there was: asking again would only be refused.
                turn.readable = count == buffer.len();
                if let Some(moment) = turn.arrived.take() {
                    self.conversation.arrived_by(moment);
                }
                if let Some(note) = self.archive.as_ref().and_then(|archive| archive.write(caller, &buffer[..count])) {
                    note_by(caller, note);
                }
                Ok(self.conversation.received(&buffer[..count], turn.now))
            }
        }
    }

    fn fail(&mut self, error: &io::Error, (stop, turn): (&Stop, &mut Turn)) -> Step {
        match error.kind() {
            io::ErrorKind::WouldBlock => {
                (turn.readable, turn.writable) = (false, false);
                Step::Went(Effects::default())
            }
            io::ErrorKind::Interrupted => Step::Went(Effects::default()),
            _ => self.cut(end_of(error, stop)),
        }
    }

    pub fn cut(&mut self, end: End) -> Step {
        self.conversation.cut(end);
        Step::Went(Effects::default())
    }

    /// Gives it the lines of another; whether they may be sent at once.
    pub fn relay(&mut self, lines: &[u8]) -> (Effects, bool) {
        (self.conversation.relay(lines), self.interest != Interest::Write)
    }

    /// Its recv gives 0 from now on.
    pub fn interrupt(&self, caller: &Caller) {
        if let Err(error) = caller.shutdown(&self.client.socket, Shutdown::Read) {
            // What is already gone needs no waking.
            caller.forgive(&error);
        }
    }
}
