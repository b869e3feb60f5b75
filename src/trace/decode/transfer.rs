//! Bytes that a call moves: where they lie, and what they are.

use crate::observed::{BEYOND, CAPTURE, Payload, Subject};
use crate::syscall::call::Value;
use crate::syscall::sys::{Direction, Length, Sys};
use crate::trace::decode::message::{self, Header};
use crate::trace::decode::tracee::{Tracee, listed, pointer, record};

/// Most bytes of data that a call's arguments keep.
const SHOWN_BYTES: usize = 256;
/// Most buffers of one vector: the kernel takes no more (UIO_MAXIOV).
const MOST_BUFFERS: usize = 1024;

/// One buffer of the program, and what was read of it.
pub(super) struct Piece {
    pub address: u64,
    pub length: u64,
    pub data: Vec<u8>,
    /// What follows it in the constant that it cuts.
    pub beyond: Vec<u8>,
}

/// Which buffers a call moves, and which way.
pub(super) struct Transfer {
    direction: Direction,
    /// What was asked for in all.
    asked: u64,
    /// The messages of sendmsg(2) and of its like; empty for other calls.
    pub headers: Vec<Header>,
    /// The buffers of each message; other calls have one group.
    pub groups: Vec<Vec<Piece>>,
}

impl Transfer {
    /// The transfer of a call, its buffers unread; `None` where it moves nothing.
    pub(super) fn of(tracee: &Tracee<'_>) -> Option<Transfer> {
        let direction = tracee.sys.direction()?;
        let length = tracee.sys.length()?;
        let headers = message::headers(tracee);
        let groups = match length {
            Length::Vector => vec![vector(tracee, tracee.argument(1), tracee.argument(2))],
            Length::Message | Length::Messages => message::groups(tracee, &headers),
            Length::Argument(_) => Vec::new(),
            Length::Buffer => vec![vec![Piece {
                address: tracee.argument(1),
                length: tracee.argument(2),
                data: Vec::new(),
                beyond: Vec::new(),
            }]],
        };
        let asked = match length {
            Length::Argument(index) => tracee.argument(index),
            _ => groups.iter().flatten().fold(0, |sum: u64, piece| sum.saturating_add(piece.length)),
        };
        Some(Transfer { direction, asked, headers, groups })
    }

    pub(super) fn is_sent(&self) -> bool {
        self.direction == Direction::Sent
    }

    /// Whether one of the messages that came was longer than its buffers.
    pub(super) fn has_cut_message(&self, count: u64) -> bool {
        let messages = if self.headers.len() == 1 { 1 } else { usize::try_from(count).unwrap_or(usize::MAX) };
        self.headers.iter().take(messages).any(|header| header.flags & libc::MSG_TRUNC != 0)
    }

    /// Reads what is about to be sent, up to [`CAPTURE`], and what follows a lone buffer.
    pub(super) fn read_all(&mut self, tracee: &Tracee<'_>) {
        if let [group] = self.groups.as_mut_slice()
            && let [piece] = group.as_mut_slice()
            && let Ok(length @ 0..=CAPTURE) = usize::try_from(piece.length)
        {
            return read_with_beyond(tracee, piece, length);
        }
        let mut left = CAPTURE;
        for group in &mut self.groups {
            left -= read(tracee, group, left);
        }
    }

    /// Reads what was received: so many bytes, or so many messages.
    pub(super) fn read_received(&mut self, tracee: &Tracee<'_>, result: u64) {
        if tracee.sys != Sys::Recvmmsg {
            let most = usize::try_from(result).unwrap_or(usize::MAX).min(CAPTURE);
            if let Some(group) = self.groups.first_mut() {
                read(tracee, group, most);
            }
            return;
        }
        let messages = usize::try_from(result).unwrap_or(usize::MAX);
        let mut left = CAPTURE;
        for (header, group) in self.headers.iter().zip(&mut self.groups).take(messages) {
            left -= read(tracee, group, left.min(header.moved as usize));
        }
    }

    /// The bytes read, whichever buffers they lie in.
    pub(super) fn payload(self) -> Payload {
        let mut pieces = self.groups.into_iter().flatten();
        let first = pieces.next();
        let (address, mut data, beyond) =
            first.map_or_else(Default::default, |piece| (piece.address, piece.data, piece.beyond));
        pieces.for_each(|piece| data.extend_from_slice(&piece.data));
        Payload { direction: self.direction, data, asked: self.asked, truncated: false, address, beyond }
    }
}

/// Whether the kernel writes something about the transfer once it is over.
pub(super) fn is_told_afterwards(sys: Sys) -> bool {
    sys == Sys::Sendmmsg || sys.receives()
}

/// Reads a buffer and, where a constant of the program goes on with its word, or with the next one, what follows it. What follows in memory
/// that the program writes is chance, but for a text cut after the bytes of a pointer.
fn read_with_beyond(tracee: &Tracee<'_>, piece: &mut Piece, length: usize) {
    piece.data = tracee.some(piece.address, length + BEYOND);
    let beyond = piece.data.split_off(length.min(piece.data.len()));
    let in_a_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let cut = in_a_word(piece.data.last()) && in_a_word(beyond.first());
    // As many bytes as a pointer has, of a longer text: wherever it lies.
    let pointer = length == tracee.word() && cut && !piece.data.contains(&0);
    let printable = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let strings =
        piece.data.contains(&0) && [piece.data.first(), piece.data.last(), beyond.first()].into_iter().all(printable);
    if pointer || (cut || strings || length == tracee.word()) && tracee.is_constant(piece.address) {
        piece.beyond = beyond;
    }
}

/// Reads the buffers one after the other, so many bytes in all; how many could be read.
fn read(tracee: &Tracee<'_>, group: &mut [Piece], most: usize) -> usize {
    let mut left = most;
    for piece in group {
        let wanted = usize::try_from(piece.length).unwrap_or(usize::MAX).min(left);
        piece.data = tracee.some(piece.address, wanted);
        left -= piece.data.len();
        if left == 0 || piece.data.len() < wanted {
            break;
        }
    }
    most - left
}

/// A `struct iovec[]`: at most 1024 of them, read at once.
pub(super) fn vector(tracee: &Tracee<'_>, address: u64, count: u64) -> Vec<Piece> {
    let word = tracee.word();
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(MOST_BUFFERS);
    let Some(given) = tracee.bytes(address, count * 2 * word) else { return Vec::new() };
    let piece = |index: usize| {
        let at = index * 2 * word;
        Some(Piece { address: given.word(at)?, length: given.word(at + word)?, data: Vec::new(), beyond: Vec::new() })
    };
    (0..count).map_while(piece).collect()
}

/// How many bytes of data may still go into the arguments of a call.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn new() -> Budget {
        Budget(SHOWN_BYTES)
    }

    /// The bytes of a buffer, of which `total` were meant; the pointer where none could be read.
    pub(super) fn bytes(&mut self, piece: &Piece, total: u64) -> Value {
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        if piece.address == 0 || (piece.data.is_empty() && total > 0 && self.0 > 0) {
            return pointer(piece.address);
        }
        let data: Vec<u8> = piece.data.iter().copied().take(self.0).collect();
        self.0 -= data.len();
        Value::Bytes { data, total }
    }
}

/// What is known of buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before a receive: addresses alone.
    Empty,
    /// To send, or sent.
    Outgoing,
    /// Received: so many bytes.
    Incoming(u64),
}

/// `[{iov_base="…", iov_len=5}]`
pub(super) fn buffers(tracee: &Tracee<'_>, pieces: &[Piece], (stage, budget): (Stage, &mut Budget)) -> Value {
    let mut left = match stage {
        Stage::Empty => 0,
        Stage::Outgoing => u64::MAX,
        Stage::Incoming(received) => received,
    };
    let item = |piece: &Piece| {
        let total = piece.length.min(left);
        left = left.saturating_sub(piece.length);
        // What nothing reached keeps its address.
        let base = if total == 0 { pointer(piece.address) } else { budget.bytes(piece, total) };
        record([("iov_base", base), ("iov_len", Value::Number(tracee.signed(piece.length)))])
    };
    listed(pieces.iter().map(item), pieces.len() as u64)
}

/// A datagram that was longer than its buffer: the kernel says its real length, where it was asked to (recv(2)).
pub(super) fn is_cut(tracee: &Tracee<'_>, result: u64) -> bool {
    asks_for_the_length(tracee) && result > tracee.argument(2)
}

/// A TCP stream that is asked for MSG_TRUNC throws the bytes away: the buffer keeps what it held (tcp(7)).
pub(super) fn is_discarded(tracee: &Tracee<'_>, subject: Option<Subject>) -> bool {
    let tcp = matches!(subject, Some(Subject::Socket { family: libc::AF_INET | libc::AF_INET6, socket_type, .. })
        if socket_type == libc::SOCK_STREAM);
    tcp && asks_for_the_length(tracee)
}

fn asks_for_the_length(tracee: &Tracee<'_>) -> bool {
    matches!(tracee.sys, Sys::Recv | Sys::Recvfrom) && tracee.int(3) & libc::MSG_TRUNC != 0
}
