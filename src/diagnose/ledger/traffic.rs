//! The bytes that went through a connection: the first ones of each direction, and the last messages, bounded.

use std::collections::VecDeque;

use crate::diagnose::ledger::socket::End;
use crate::diagnose::reading::Proof;

/// How many bytes of each direction are kept, from its beginning.
const HEAD: usize = 8192;
/// How many of the last messages are kept, and how many bytes of each.
const MESSAGES: usize = 6;
const MESSAGE: usize = 512;

/// A message of one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub bytes: Vec<u8>,
    pub received: bool,
    /// The capacity of the receive, or the length given to the send.
    pub asked: u64,
    /// The call was made shorter by a fault.
    pub cut_by_us: bool,
}

/// A send that took less than it was given.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The bytes that remain, as far as they were kept.
    pub bytes: Vec<u8>,
    pub length: u64,
    pub sent: u64,
    pub proof: Proof,
    /// Since then the program, which does nothing else meanwhile, has read from the peer.
    pub answered: bool,
    /// Another send was tried since, which failed.
    pub tried: bool,
    /// The program has closed this direction since.
    pub told: bool,
}

impl Rest {
    /// Whether a program that closes now, or this direction, leaves it out of its own doing: its peer was there.
    #[must_use]
    pub fn is_left(&self, end: Option<&End>) -> bool {
        let peer = end.is_none_or(|end| self.answered && end.errno.is_none() && !end.by_send);
        peer && !self.tried && !self.told
    }
}

/// Whether the program tried to read, whatever came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    #[default]
    Never,
    Tried,
    /// The last try failed because a fault was asked for.
    Denied,
}

#[derive(Clone, Debug, Default)]
pub struct Traffic {
    pub received: u64,
    pub sent: u64,
    pub received_head: Vec<u8>,
    pub sent_head: Vec<u8>,
    /// In the order of the calls.
    pub last: VecDeque<Message>,
    pub reading: Reading,
    pub first_receive: Option<Proof>,
    pub first_send: Option<Proof>,
    pub last_send: Option<Proof>,
    pub rest: Option<Rest>,
    /// The last send stopped in a word of a text that the program knows: what would follow, the send, its length.
    pub cut: Option<(Vec<u8>, Proof, u64)>,
    /// Some bytes were not seen (sendfile, splice): what was sent is not fully known.
    pub opaque: bool,
    /// The last send failed because a fault was asked for: what was sent is not what would have been.
    pub send_denied: bool,
    /// Something that is no text was sent.
    pub binary: bool,
}

impl Traffic {
    pub fn add(&mut self, message: Message, count: u64, proof: &Proof) {
        let head = if message.received { &mut self.received_head } else { &mut self.sent_head };
        let room = HEAD.saturating_sub(head.len());
        head.extend(message.bytes.iter().take(room));
        if message.received {
            self.received += count;
            self.first_receive.get_or_insert_with(|| proof.clone());
        } else {
            self.sent += count;
            self.first_send.get_or_insert_with(|| proof.clone());
            self.last_send = Some(proof.clone());
        }
        self.opaque |= count > message.bytes.len() as u64 && head.len() < HEAD;
        self.remember(message);
    }

    fn remember(&mut self, mut message: Message) {
        message.bytes.truncate(MESSAGE);
        if self.last.len() == MESSAGES {
            self.last.pop_front();
        }
        self.last.push_back(message);
    }

    /// Whether these bytes went through already, as one message, in one direction or the other.
    #[must_use]
    pub fn is_old(&self, bytes: &[u8]) -> bool {
        let start = &bytes[..bytes.len().min(MESSAGE)];
        !start.is_empty() && self.last.iter().any(|message| message.bytes == start)
    }
}
