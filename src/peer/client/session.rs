//! The conversation of a client: both directions at once, so that neither waits for the other.
//!
//! Nothing is received before the output took what came, nothing is read before the socket took what was read: memory
//! stays flat whatever the speeds. A send is tried as soon as there is something to send, and poll(2) waits for the
//! rest.

use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use nix::poll::PollFlags;
use socket2::Socket;

use crate::event::answer::Answer;
use crate::event::peer::{End, PeerNote};
use crate::peer::client::exchange::Exchange;
use crate::peer::client::inbox::Inbox;
use crate::peer::client::poll::{FOREVER, PollEntry, wait};
use crate::peer::client::source::Source;
use crate::peer::client::{Client, Trouble};

/// Over UDP nothing says that the peer has no more to say: once all is sent, this silence does, unless `--timeout` says
/// otherwise.
const LAST_SILENCE: Duration = Duration::from_secs(1);

/// What came of a conversation.
#[derive(Debug)]
pub struct SessionEnd {
    /// `None`: there was none, an ICMP message said that nothing listens.
    pub end: Option<End>,
    /// What was expected was seen.
    pub seen: bool,
    /// What was read of the answer to the HTTP request.
    pub answer: Option<Answer>,
    pub received: u64,
    pub sent: u64,
    pub trouble: Option<Trouble>,
    /// This side has sent its FIN.
    pub half_closed: bool,
}

/// What ends a conversation out of turn.
enum Interruption {
    Call(io::Error),
    Trouble(Trouble),
}

impl From<Trouble> for Interruption {
    fn from(trouble: Trouble) -> Interruption {
        Interruption::Trouble(trouble)
    }
}

/// Who is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Source,
    Output,
    Socket,
}

/// The direction towards the peer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SendSide {
    Open,
    /// Shut by us.
    Shut,
    /// The peer takes nothing more: EPIPE, ECONNRESET.
    Broken,
}

pub struct Session<'a> {
    client: &'a Client<'a>,
    socket: &'a Socket,
    source: Source<'a>,
    inbox: Inbox<'a>,
    exchange: Option<Exchange>,
    sent: u64,
    /// The last send was taken whole, or poll said that the next one will be.
    writable: bool,
    /// When the next piece may go, once the pause before it has begun.
    due: Option<Instant>,
    /// When a byte last came or went.
    since: Instant,
    /// recv returned 0.
    peer_ended: bool,
    send_side: SendSide,
}

impl<'a> Session<'a> {
    #[must_use]
    pub fn new(client: &'a Client<'a>, socket: &'a Socket) -> Session<'a> {
        Session {
            client,
            socket,
            source: Source::new(client),
            inbox: Inbox::new(client),
            exchange: Exchange::of(client),
            sent: 0,
            writable: true,
            due: None,
            since: Instant::now(),
            peer_ended: false,
            send_side: SendSide::Open,
        }
    }

    /// Runs to the end; the socket is still to be closed.
    #[must_use]
    pub fn run(mut self) -> SessionEnd {
        let (end, trouble) = loop {
            match self.step() {
                Ok(None) => {}
                Ok(end) => break (end, None),
                Err(Interruption::Trouble(trouble)) => break (Some(End::GaveUp), Some(trouble)),
                Err(Interruption::Call(error)) => break (self.failure(&error), None),
            }
        };
        let seen = self.inbox.seen().is_some();
        let answer = self.exchange.and_then(|exchange| exchange.conclude(self.client, end));
        SessionEnd {
            end,
            seen,
            answer,
            received: self.inbox.received,
            sent: self.sent,
            trouble,
            half_closed: self.send_side == SendSide::Shut,
        }
    }

    fn failure(&self, error: &io::Error) -> Option<End> {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Some(End::ResetByPeer),
            io::ErrorKind::ConnectionRefused if self.client.is_datagram() && self.inbox.received == 0 => None,
            _ => Some(End::Failed),
        }
    }

    fn step(&mut self) -> Result<Option<End>, Interruption> {
        if self.client.stop.is_asked() {
            return Ok(Some(End::Stopped));
        }
        self.source.prepare(self.client.caller)?;
        if let Some(end) = self.end() {
            return Ok(Some(end));
        }
        self.shut_our_side();
        if self.may_send() {
            return self.send().map(|()| None);
        }
        self.wait()
    }

    /// The end, where there is nothing more to do.
    fn end(&self) -> Option<End> {
        if self.inbox.is_full() {
            return None;
        }
        let done = self.source.is_done();
        let reset = self.client.settings.reset && !self.client.is_datagram();
        // An HTTP answer is judged whole: what is expected in it does not end it.
        if self.inbox.seen().is_some() && !reset && self.exchange.is_none() {
            return Some(End::ByUs);
        }
        if self.peer_ended && done {
            return Some(if self.send_side == SendSide::Broken {
                End::ResetByPeer
            } else if reset {
                End::ResetByUs
            } else {
                End::ByPeer
            });
        }
        if self.exchange.as_ref().and_then(Exchange::deadline).is_some_and(|deadline| Instant::now() >= deadline) {
            return Some(End::ByUs);
        }
        (reset && done && self.send_side == SendSide::Open && self.is_answered()).then_some(End::ResetByUs)
    }

    /// Whether the answer came that a reset waits for: what is expected, or else anything, where anything was asked.
    fn is_answered(&self) -> bool {
        let settings = self.client.settings;
        if settings.expect.is_some() {
            return self.inbox.seen().is_some();
        }
        self.inbox.received > 0 || (self.sent == 0 && settings.timeout.is_none())
    }

    /// shutdown(2), once all is sent.
    fn shut_our_side(&mut self) {
        let settings = self.client.settings;
        let wanted = self.source.keyboard_ended() || settings.half_close;
        if !wanted || !self.source.is_done() || self.client.is_datagram() || settings.reset {
            return;
        }
        if self.send_side != SendSide::Open {
            return;
        }
        self.send_side = SendSide::Shut;
        if self.source.keyboard_ended() {
            self.client.note(PeerNote::InputEnded);
        }
        // A peer that has just reset the connection is met again by recv.
        let _ = self.client.caller.shutdown(self.socket, Shutdown::Write);
    }

    /// Whether a piece can go now; the pause before it begins here.
    fn may_send(&mut self) -> bool {
        if !self.writable || self.source.piece().is_none() {
            return false;
        }
        let Some(pause) = self.client.settings.slow else { return true };
        let now = Instant::now();
        now >= *self.due.get_or_insert(now + pause.min(FOREVER))
    }

    fn send(&mut self) -> Result<(), Interruption> {
        let Some(piece) = self.source.piece() else { return Ok(()) };
        let wanted = piece.len();
        match self.client.caller.send_now(self.socket, piece) {
            Ok(count) => {
                self.source.sent(count);
                self.sent += count as u64;
                self.writable = count == wanted;
                self.due = None;
                self.since = Instant::now();
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => self.writable = false,
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset if !self.client.is_datagram() => {
                    // What the peer said before it left may still be read.
                    self.send_side = SendSide::Broken;
                    self.due = None;
                    self.source.clear();
                }
                _ => return Err(Interruption::Call(error)),
            },
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<Option<End>, Interruption> {
        let until = self.deadline();
        let (entries, awaited) = self.entries();
        let ready = wait(self.client.caller, self.client.stop, (&entries, until)).map_err(Interruption::Call)?;
        drop(entries);
        let mut nothing = true;
        for (one, flags) in awaited.into_iter().zip(ready).filter(|(_, flags)| !flags.is_empty()) {
            nothing = false;
            match one {
                Awaited::Source => self.source.read(self.client.caller)?,
                Awaited::Output => {
                    self.inbox.pass_on()?;
                    self.since = Instant::now();
                }
                Awaited::Socket => self.serve_socket(flags)?,
            }
        }
        let late = nothing && !self.pauses() && until.is_some_and(|until| Instant::now() >= until);
        Ok(if late && !self.client.stop.is_asked() { Some(self.late()) } else { None })
    }

    /// Who can move things on.
    fn entries(&self) -> (Vec<PollEntry<'_>>, Vec<Awaited>) {
        let source = self.source.awaited().map(|descriptor| {
            let events = PollFlags::POLLIN;
            (PollEntry { descriptor, shown: descriptor.as_raw_fd(), events }, Awaited::Source)
        });
        let events = self.socket_events();
        let socket = (!events.is_empty()).then(|| {
            let descriptor = self.socket.as_fd();
            (PollEntry { descriptor, shown: descriptor.as_raw_fd(), events }, Awaited::Socket)
        });
        let output = self.inbox.awaited().map(|(descriptor, shown)| {
            let events = PollFlags::POLLOUT;
            (PollEntry { descriptor, shown, events }, Awaited::Output)
        });
        [source, socket, output].into_iter().flatten().unzip()
    }

    fn socket_events(&self) -> PollFlags {
        let mut events = PollFlags::empty();
        if !self.peer_ended && !self.inbox.is_full() {
            events |= PollFlags::POLLIN;
        }
        if !self.writable && self.source.piece().is_some() {
            events |= PollFlags::POLLOUT;
        }
        events
    }

    /// Whether the pause before a piece goes on.
    fn pauses(&self) -> bool {
        self.due.is_some() && self.writable
    }

    /// The end of the pause, or of our patience; a pause, or an output that is slow, is our own silence.
    fn deadline(&self) -> Option<Instant> {
        if self.pauses() || self.inbox.is_full() {
            return self.due.filter(|_| self.pauses());
        }
        let last_silence = || (self.client.is_datagram() && self.source.is_done()).then_some(LAST_SILENCE);
        let patience = self.client.settings.timeout.or_else(last_silence);
        let silence = patience.map(|patience| self.since + patience.min(FOREVER));
        silence.into_iter().chain(self.exchange.as_ref().and_then(Exchange::deadline)).min()
    }

    /// Nothing came or went for too long.
    fn late(&self) -> End {
        let settings = self.client.settings;
        let done = self.source.is_done();
        if self.exchange.as_ref().is_some_and(Exchange::is_settled) {
            return End::ByUs;
        }
        match self.client.is_datagram() {
            true if done && (settings.timeout.is_none() || self.inbox.received > 0) => End::ByUs,
            false if done && settings.reset => End::ResetByUs,
            _ => End::TooSlow,
        }
    }

    fn serve_socket(&mut self, flags: PollFlags) -> Result<(), Interruption> {
        let wanted = self.socket_events();
        if flags.contains(PollFlags::POLLOUT) || !wanted.contains(PollFlags::POLLIN) {
            // What failed is told by the send.
            self.writable = true;
        }
        let incoming = PollFlags::POLLIN | PollFlags::POLLHUP | PollFlags::POLLERR | PollFlags::POLLNVAL;
        if wanted.contains(PollFlags::POLLIN) && flags.intersects(incoming) {
            self.receive()?;
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<(), Interruption> {
        match self.inbox.receive(self.client.caller, self.socket) {
            Ok((0, _)) if !self.client.is_datagram() => {
                self.peer_ended = true;
                self.source.leave_keyboard();
            }
            Ok((count, seen)) => {
                self.since = Instant::now();
                if let Some(exchange) = &mut self.exchange {
                    exchange.read(self.client, self.inbox.last(count));
                }
                if let Some(offset) = self.inbox.seen().filter(|_| seen) {
                    self.client.note(PeerNote::ExpectedSeen { offset });
                }
                self.inbox.pass_on()?;
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => {}
                _ => return Err(Interruption::Call(error)),
            },
        }
        Ok(())
    }
}
