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
    /// Its beginning.
    pub bytes: Vec<u8>,
    /// How many bytes went through.
    pub count: u64,
    pub received: bool,
    /// The capacity of the receive, or the length given to the send.
    pub asked: u64,
    /// The call was made shorter by a fault.
    pub cut_by_us: bool,
}

/// What came of the sends that were tried after one that took less than it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Retry {
    #[default]
    Never,
    /// It would have had to wait (EAGAIN), and nothing has waited for room since.
    Blocked,
    /// It failed for good, or the program waited for room since.
    GaveUp,
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
    pub retry: Retry,
    /// The program has closed this direction since.
    pub told: bool,
}

impl Rest {
    /// Whether a program that closes now, or this direction, leaves it out of its own doing: its peer was there.
    #[must_use]
    pub fn is_left(&self, end: Option<&End>) -> bool {
        let peer = end.is_none_or(|end| self.answered && end.errno.is_none() && !end.by_send);
        peer && self.retry != Retry::GaveUp && !self.told
    }

    /// The program waits until something is ready.
    pub fn waits_for_room(&mut self) {
        if self.retry == Retry::Blocked {
            self.retry = Retry::GaveUp;
        }
    }

    /// The program gave up at the first EAGAIN: no wait for room came between it and the end.
    #[must_use]
    pub fn is_abandoned(&self, end: Option<&End>) -> bool {
        self.retry == Retry::Blocked && self.is_left(end)
    }
}

/// A message sent back as a string: up to its first NUL.
#[derive(Clone, Debug)]
pub struct NulCut {
    pub receive: Option<Proof>,
    pub send: Proof,
    pub sent: u64,
    pub received: u64,
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
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that was seen, or not yet")]
pub struct Traffic {
    pub received: u64,
    pub sent: u64,
    pub received_head: Vec<u8>,
    pub sent_head: Vec<u8>,
    /// In the order of the calls.
    pub last: VecDeque<Message>,
    pub reading: Reading,
    pub first_receive: Option<Proof>,
    pub last_receive: Option<Proof>,
    pub first_send: Option<Proof>,
    pub last_send: Option<Proof>,
    pub rest: Option<Rest>,
    /// The last send stopped in a word of a text that the program knows: what would follow, the send, its length.
    pub cut: Option<(Vec<u8>, Proof, u64)>,
    /// The last transfer sent the beginning of a binary message that had been received, up to its first NUL.
    pub nul_cut: Option<NulCut>,
    /// Some bytes were not seen (sendfile, splice): what was sent is not fully known.
    pub opaque: bool,
    /// The last send failed because a fault was asked for: what was sent is not what would have been.
    pub send_denied: bool,
    /// A send failed, the connection being over for the peer: what was sent is not all that would have been.
    pub send_failed: bool,
    /// The last send found no room for all of its bytes.
    pub full: bool,
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
            self.last_receive = Some(proof.clone());
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Message, Rest, Retry, Traffic};
    use crate::diagnose::ledger::socket::End;
    use crate::diagnose::reading::Proof;
    use crate::finding::{Evidence, Exhibit};
    use crate::syscall::errno::Errno;

    fn proof(at_us: u64) -> Proof {
        Arc::new(Evidence { pid: 100, at_us, exhibit: Exhibit::Exited { code: 0 }, source: None, remark: None })
    }

    fn message(bytes: &[u8], received: bool) -> Message {
        Message {
            bytes: bytes.to_vec(),
            count: bytes.len() as u64,
            received,
            asked: bytes.len() as u64,
            cut_by_us: false,
        }
    }

    #[test]
    fn each_direction_is_counted_and_its_beginning_kept() {
        let mut traffic = Traffic::default();
        for (at, bytes, received) in
            [(1, &b"ab"[..], true), (2, b"c", false), (3, b"d", true), (4, b"efg", false), (5, &[b'x'; 9000], true)]
        {
            traffic.add(message(bytes, received), bytes.len() as u64, &proof(at));
        }
        assert_eq!((traffic.received, traffic.sent), (9003, 4));
        assert_eq!((traffic.received_head.len(), traffic.sent_head.as_slice()), (8192, &b"cefg"[..]));
        let at = |proof: &Option<Proof>| proof.as_ref().unwrap().at_us;
        assert_eq!((at(&traffic.first_receive), at(&traffic.first_send), at(&traffic.last_send)), (1, 2, 4));
        assert!(!traffic.opaque);
    }

    /// Bytes beyond what is kept of a beginning are nobody's loss.
    #[test]
    fn bytes_that_were_not_seen_make_it_opaque() {
        for (kept, count, opaque) in [(5, 5, false), (5, 6, true), (0, 1, true), (8192, 9000, false)] {
            let mut traffic = Traffic::default();
            traffic.add(message(&vec![b'a'; kept], false), count, &proof(1));
            assert_eq!((traffic.opaque, traffic.sent), (opaque, count));
            traffic.add(message(b"b", false), 1, &proof(2));
            assert_eq!(traffic.opaque, opaque);
        }
    }

    #[test]
    fn the_last_messages_are_known_again() {
        let mut traffic = Traffic::default();
        for number in 0..7_u8 {
            traffic.add(message(&[b'0' + number; 600], number > 3), 600, &proof(1));
        }
        assert_eq!((traffic.last.len(), traffic.last[5].bytes.len()), (6, 512));
        assert!(traffic.is_old(&[b'1'; 600]) && traffic.is_old(&[b'6'; 512]));
        assert!(!traffic.is_old(&[b'0'; 600]) && !traffic.is_old(&[b'6'; 511]) && !traffic.is_old(b""));
        traffic.add(message(b"", true), 0, &proof(1));
        assert!(!traffic.is_old(b""));
    }

    #[test]
    fn a_rest_is_left_where_the_peer_was_there() {
        let rest = |answered: bool| {
            let (bytes, proof) = (b"rest".to_vec(), proof(1));
            Rest { bytes, length: 4, sent: 3, proof, answered, retry: Retry::Never, told: false }
        };
        let end = |errno: Option<Errno>, by_send: bool| {
            let proof = proof(2);
            End { proof, errno, by_send, pid: 100, tid: 100, reads: 0, last_read: None, sends: 0, stale: None }
        };
        assert!(rest(false).is_left(None));
        let blocked = Rest { retry: Retry::Blocked, ..rest(true) };
        assert!(blocked.is_left(None) && blocked.is_abandoned(None) && !rest(true).is_abandoned(None));
        assert!(!blocked.is_abandoned(Some(&end(Some(Errno::EPIPE), true))));
        assert!(
            !Rest { retry: Retry::GaveUp, ..rest(true) }.is_left(None)
                && !Rest { told: true, ..rest(true) }.is_left(None)
        );
        for (answered, errno, by_send, left) in [
            (true, None, false, true),
            (false, None, false, false),
            (true, Some(Errno::ECONNRESET), false, false),
            (true, None, true, false),
        ] {
            assert_eq!(rest(answered).is_left(Some(&end(errno, by_send))), left);
        }
    }
}
