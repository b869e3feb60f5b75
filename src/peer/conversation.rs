//! What happens on one connection, whatever calls carry it: the service's answers, bent by the misbehaviours asked for.
//! It makes no call and reads no clock: [`Conversation::next`] says which call comes next, and the other methods say what
//! came of it. So a thread that blocks and a loop over epoll behave alike.

use std::io;
use std::time::{Duration, Instant};

use crate::event::misbehaviours::Misbehaviours;
use crate::event::peer::{End, Misbehaviour, PeerNote, Unfinished};
use crate::peer::mailbox::Mailbox;
use crate::peer::nul;
use crate::peer::outgoing::Outgoing;
use crate::peer::service::{Reply, Service};
use crate::peer::taking::{PATIENCE, Taking};

/// How long a client that is told the end by a half-close may take to close too: until then, what it still sends is
/// read and dropped, for a close with unread bytes would be a reset, which can destroy what was sent (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(2);

/// The call that comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// None before this moment.
    Pause(Instant),
    Send(&'a [u8]),
    /// Until this moment, if there is one.
    Receive(Option<Instant>),
    /// None: only the client's departure is awaited.
    Idle,
    HalfClose,
    Close(End),
    Reset(End),
}

/// What others must know of a step.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Bytes for every other client.
    pub others: Vec<u8>,
    pub notes: Vec<PeerNote>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Talking,
    /// Nothing more is answered; what waits is still sent.
    Finishing,
    /// Half-closed: reads and drops until the client closes, or this moment.
    Lingering(Instant),
    Over(End),
    Aborted(End),
}

pub struct Conversation {
    service: Box<dyn Service>,
    misbehaviours: Misbehaviours,
    number: u64,
    outgoing: Outgoing,
    /// Lines of others, behind what the service sends.
    mailbox: Mailbox,
    taking: Taking,
    /// How long the client may take nothing.
    patience: Duration,
    phase: Phase,
    /// The client has closed its side.
    ended: bool,
    /// This side too, before the client.
    half_closed: bool,
    /// When the piece that waits may go, once the pause before it has begun.
    due: Option<Instant>,
    /// Since when the client is awaited.
    since: Instant,
    misbehaved: Vec<Misbehaviour>,
    /// What was last told of what the client has not finished.
    unfinished: (Unfinished, u64, u64),
    /// A NUL in its texts was told.
    said_nul: bool,
    pub sent: u64,
    pub received: u64,
    /// Bytes of others that other threads sent to this client.
    pub relayed: u64,
    /// Bytes that waited and never went out.
    pub unsent: u64,
    /// Lines of this client that were too long for anybody.
    pub dropped: u64,
}

impl std::fmt::Debug for Conversation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Conversation")
            .field("number", &self.number)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl Conversation {
    /// With the client of that number, from 1, accepted now.
    #[must_use]
    pub fn new(service: Box<dyn Service>, misbehaviours: Misbehaviours, (number, now): (u64, Instant)) -> Conversation {
        Conversation {
            service,
            misbehaviours,
            number,
            outgoing: Outgoing::default(),
            mailbox: Mailbox::default(),
            taking: Taking::default(),
            patience: PATIENCE,
            phase: Phase::Talking,
            ended: false,
            half_closed: false,
            due: None,
            since: now,
            misbehaved: Vec::new(),
            unfinished: (Unfinished::Nothing, 0, 0),
            said_nul: false,
            sent: 0,
            received: 0,
            relayed: 0,
            unsent: 0,
            dropped: 0,
        }
    }

    /// A client that takes nothing for so long is told, and may be left.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Conversation {
        Conversation { patience, ..self }
    }

    /// To be called once, first.
    pub fn open(&mut self) -> Effects {
        if self.misbehaviours.drop_client == Some(self.number) {
            self.phase = Phase::Over(End::ByUs);
            return self.misbehave(Misbehaviour::DropClient { number: self.number });
        }
        let reply = self.service.opened();
        let mut effects = self.take(reply);
        if self.misbehaviours.never_read {
            effects.notes.extend(self.misbehave(Misbehaviour::NeverRead).notes);
        }
        effects
    }

    /// The call that comes next.
    ///
    /// # Errors
    /// When a file to send cannot be read: [`Conversation::broken_off`] is to be told.
    pub fn next(&mut self, now: Instant) -> io::Result<Next<'_>> {
        self.obey_limits();
        match self.phase {
            Phase::Over(end) => return Ok(Next::Close(end)),
            Phase::Aborted(end) => return Ok(Next::Reset(end)),
            Phase::Lingering(until) if self.ended || now >= until => return Ok(Next::Close(End::ByUs)),
            Phase::Lingering(until) => return Ok(Next::Receive(Some(until))),
            Phase::Talking | Phase::Finishing => {}
        }
        if self.has_more_to_send() {
            return self.next_piece(now);
        }
        if self.phase == Phase::Finishing {
            return Ok(if self.ended { Next::Close(End::ByPeer) } else { Next::HalfClose });
        }
        if self.misbehaviours.never_read {
            return Ok(Next::Idle);
        }
        Ok(Next::Receive(self.service.patience().map(|patience| self.since + patience)))
    }

    fn next_piece(&mut self, now: Instant) -> io::Result<Next<'_>> {
        if let Some(pause) = self.misbehaviours.slow {
            let due = *self.due.get_or_insert(now + pause);
            if now < due {
                return Ok(Next::Pause(due));
            }
        }
        let largest = self.largest_piece();
        let chunk = if self.outgoing.is_empty() { self.mailbox.front() } else { self.outgoing.chunk()? };
        Ok(Next::Send(&chunk[..chunk.len().min(largest)]))
    }

    /// What may be sent at once: a fragment, and no more than what remains before the connection is cut.
    fn largest_piece(&self) -> usize {
        let limits = [self.misbehaviours.close_after, self.misbehaviours.reset_after].into_iter().flatten();
        let left = limits.map(|limit| limit.saturating_sub(self.sent)).min().unwrap_or(u64::MAX);
        usize::try_from(left).unwrap_or(usize::MAX).min(self.misbehaviours.fragment.unwrap_or(usize::MAX))
    }

    /// Cuts the connection where the misbehaviours say so.
    fn obey_limits(&mut self) {
        if !matches!(self.phase, Phase::Talking | Phase::Finishing) {
            return;
        }
        if self.misbehaviours.reset_after.is_some_and(|limit| self.sent >= limit) {
            self.phase = Phase::Aborted(End::ResetByUs);
        } else if self.misbehaviours.close_after.is_some_and(|limit| self.sent >= limit) {
            self.phase = Phase::Over(End::ByUs);
        }
    }

    /// So many bytes of the last piece went out.
    pub fn sent(&mut self, count: usize, now: Instant) -> Effects {
        self.due = None;
        self.since = now;
        if self.outgoing.is_empty() {
            self.mailbox.taken(count);
        } else {
            self.outgoing.sent(count);
        }
        self.sent += count as u64;
        self.misbehave_in_sending()
    }

    fn misbehave_in_sending(&mut self) -> Effects {
        let misbehaviours = self.misbehaviours.list();
        let mut effects = Effects::default();
        for misbehaviour in misbehaviours {
            let happens = match misbehaviour {
                Misbehaviour::Slow { .. } => true,
                Misbehaviour::Fragment { .. } => self.has_more_to_send(),
                Misbehaviour::CloseAfter { bytes } | Misbehaviour::ResetAfter { bytes } => self.sent >= bytes,
                _ => false,
            };
            if happens {
                effects.notes.extend(self.misbehave(misbehaviour).notes);
            }
        }
        effects
    }

    /// Announces a misbehaviour the first time that this client meets it.
    fn misbehave(&mut self, misbehaviour: Misbehaviour) -> Effects {
        if self.misbehaved.contains(&misbehaviour) {
            return Effects::default();
        }
        self.misbehaved.push(misbehaviour);
        Effects { notes: vec![PeerNote::Misbehaves { misbehaviour, client: Some(self.number) }], ..Effects::default() }
    }

    /// The first of the bytes that `received` is given next had come by this moment.
    pub fn arrived_by(&mut self, moment: Instant) {
        self.service.arrived_by(moment);
    }

    /// Bytes came, at least one.
    pub fn received(&mut self, bytes: &[u8], now: Instant) -> Effects {
        let offset = self.received;
        self.received += bytes.len() as u64;
        if self.phase != Phase::Talking {
            return Effects::default();
        }
        let nul = self.nul(bytes, offset);
        let patience = self.service.patience();
        let reply = self.service.received(bytes);
        // A byte now and then does not buy time: only an answer, or another wait, does.
        if !reply.pieces.is_empty() || self.service.patience() != patience {
            self.since = now;
        }
        let mut effects = self.take(reply);
        effects.notes.extend(nul);
        effects.notes.extend(self.unfinished());
        effects
    }

    /// A string's final NUL among the bytes, the first time.
    fn nul(&mut self, bytes: &[u8], offset: u64) -> Option<PeerNote> {
        if self.said_nul || !self.service.takes_text() {
            return None;
        }
        let place = nul::after_text(bytes)?;
        self.said_nul = true;
        Some(PeerNote::NulReceived { client: self.number, offset: offset + place as u64 })
    }

    /// What the client has not finished, where that has changed.
    fn unfinished(&mut self) -> Option<PeerNote> {
        let now = self.service.unfinished();
        if std::mem::replace(&mut self.unfinished, now) == now {
            return None;
        }
        let (what, lines, bytes) = now;
        Some(PeerNote::Unfinished { client: self.number, what, lines, bytes })
    }

    /// The client sends no more.
    pub fn ended(&mut self) -> Effects {
        self.ended = true;
        if self.phase != Phase::Talking {
            return Effects::default();
        }
        let reply = self.service.ended();
        let mut effects = self.take(reply);
        if !self.outgoing.is_empty() {
            effects.notes.push(PeerNote::SendsNoMore { client: self.number, left: self.outgoing.left() });
        }
        effects
    }

    /// Whether this side has sent its FIN.
    #[must_use]
    pub fn has_half_closed(&self) -> bool {
        self.half_closed
    }

    /// Nothing came in the time that the last `Receive` gave.
    pub fn too_slow(&mut self, now: Instant) -> Effects {
        match self.phase {
            Phase::Talking => {
                let reply = self.service.too_slow();
                let silent = reply.pieces.is_empty();
                let effects = self.take(reply);
                if silent && self.phase == Phase::Finishing {
                    self.phase = Phase::Over(End::TooSlow);
                }
                effects
            }
            Phase::Lingering(_) => {
                self.phase = Phase::Lingering(now);
                Effects::default()
            }
            _ => Effects::default(),
        }
    }

    /// A file to send could not be read to its end: the answer that was announced can only be broken off, in a way that
    /// the client does not take for its end (RFC 9112, 8).
    pub fn broken_off(&mut self, error: &io::Error) -> Effects {
        let missing = self.outgoing.unread();
        self.outgoing.clear();
        self.phase = Phase::Aborted(End::BrokenOff);
        let note = PeerNote::AnswerBrokenOff { client: self.number, missing, errno: error.raw_os_error() };
        Effects { notes: vec![note], ..Effects::default() }
    }

    /// The half-close was made.
    pub fn half_closed(&mut self, now: Instant) {
        self.half_closed = true;
        self.phase = Phase::Lingering(now + LINGER);
    }

    /// The other end, or this program, ends the conversation now: what waits is lost.
    pub fn cut(&mut self, end: End) {
        self.give_up();
        self.phase = Phase::Over(end);
    }

    /// What waits will not go out.
    pub fn give_up(&mut self) {
        self.unsent += self.outgoing.left();
        self.outgoing.clear();
        self.mailbox.give_up();
    }

    /// Lines of others that this client did not get.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.mailbox.missed()
    }

    /// Something waits to be sent, and the client has not acknowledged so many of the bytes that were.
    pub fn look(&mut self, now: Instant, unacknowledged: u64) -> Effects {
        let Some(since) = self.taking.look(now, self.patience, (self.sent, unacknowledged)) else {
            return Effects::default();
        };
        let left = self.service.leaves_who_takes_nothing();
        if left {
            self.give_up();
            self.phase = Phase::Aborted(End::TakesNothing);
        }
        let note = PeerNote::TakesNothing { client: self.number, seconds: since.as_secs(), left };
        Effects { notes: vec![note], ..Effects::default() }
    }

    /// When a client that takes nothing is to be looked at again.
    #[must_use]
    pub fn look_due(&self) -> Option<Instant> {
        self.taking.due(self.patience)
    }

    /// Others wait for this client to be done, or none; how long it may still ask nothing, if it does.
    pub fn others_wait(&mut self, waiting: bool) -> Option<Duration> {
        self.service.others_wait(waiting);
        self.service.yields().filter(|_| self.phase == Phase::Talking)
    }

    /// Leaves a client that asks nothing, for others wait.
    pub fn yield_place(&mut self, waited: Duration) -> Effects {
        self.phase = Phase::Finishing;
        let note = PeerNote::Yields { client: self.number, seconds: waited.as_secs() };
        Effects { notes: vec![note], ..Effects::default() }
    }

    fn take(&mut self, reply: Reply) -> Effects {
        let mut notes = reply.notes;
        if let (Some(pause), false) = (self.misbehaviours.slow, reply.pieces.is_empty()) {
            // Before the pause: nothing else tells why nothing happens.
            let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            notes.extend(self.misbehave(Misbehaviour::Slow { milliseconds }).notes);
        }
        for piece in reply.pieces {
            self.outgoing.push(piece);
        }
        if reply.close {
            self.phase = Phase::Finishing;
        }
        if let Some(limit) = reply.too_long {
            self.dropped += 1;
            if self.dropped == 1 {
                notes.push(PeerNote::LineTooLong { client: self.number, limit });
            }
        }
        Effects { others: reply.others, notes }
    }

    /// Lines from another client; what others must know of it.
    pub fn relay(&mut self, lines: &[u8]) -> Effects {
        let misses = self.mailbox.put(lines);
        let note = PeerNote::MissesLines { client: self.number };
        Effects { notes: misses.then_some(note).into_iter().collect(), ..Effects::default() }
    }

    /// What other threads had for this client is this conversation's to send; they have sent so many bytes.
    pub fn adopt(&mut self, (mailbox, sent): (Mailbox, u64)) {
        // Asked again, they have nothing more.
        if self.mailbox.missed() == 0 && self.mailbox.is_empty() {
            self.mailbox = mailbox;
        }
        self.relayed += sent;
    }

    /// Whether bytes wait to be sent.
    #[must_use]
    pub fn has_more_to_send(&self) -> bool {
        !self.outgoing.is_empty() || !self.mailbox.is_empty()
    }
}

#[cfg(test)]
mod tests;
