//! What the program's own buffers may hold: what it received, over what it had received before.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many buffers are told apart.
const BUFFERS: usize = 8;
const PLACES: usize = 64;
/// How many lines written for people are kept, and how much of each.
const LINES: usize = 16;
const LINE: usize = 256;
/// How many bytes of each are followed.
const FOLLOWED: usize = 1024;
/// How much of what was received lately is kept, in order.
const STREAM: usize = 4096;
/// How many texts that the program knows are kept: received, typed, printed.
const TEXTS: usize = 8;
const TEXT: usize = 512;
/// How many received messages wait to be looked for in what the program writes.
const MESSAGES: usize = 32;
/// A shorter text may well be a word of the protocol.
const SHORTEST_CUT: usize = 4;
/// Bytes of a pointer.
const POINTER: usize = 8;

/// A message received over an older, longer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    pub message: Vec<u8>,
    /// What follows it in the buffer, up to the first NUL.
    pub tail: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// By their addresses, or by their capacities where those are not known.
    buffers: BTreeMap<u64, Vec<u8>>,
    /// Where bytes came in, and how many the last time.
    filled: BTreeMap<u64, u64>,
    /// Where bytes were sent from, and a digest of the last ones.
    sources: BTreeMap<u64, u64>,
    /// Lines written for people lately.
    pub lines: VecDeque<Vec<u8>>,
    stream: VecDeque<u8>,
    pub overlays: VecDeque<Overlay>,
    pub texts: VecDeque<Vec<u8>>,
    pub messages: VecDeque<Vec<u8>>,
    /// Lengths given to send with a text: how many bytes of text, the first and another.
    pub lengths: BTreeMap<u64, (u64, bool)>,
    /// Some receive waited for all of its bytes (MSG_WAITALL).
    pub waits_for_all: bool,
}

impl Memory {
    /// A receive of this capacity brought these bytes.
    pub fn receive(&mut self, buffer: u64, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(FOLLOWED)];
        if bytes.is_empty() {
            return;
        }
        self.stream.extend(bytes);
        let surplus = self.stream.len().saturating_sub(STREAM);
        self.stream.drain(..surplus);
        self.overlay(buffer, bytes);
        push(&mut self.messages, bytes.to_vec(), MESSAGES);
        self.know(bytes);
    }

    fn overlay(&mut self, buffer: u64, bytes: &[u8]) {
        if self.buffers.len() == BUFFERS && !self.buffers.contains_key(&buffer) {
            self.buffers.clear();
        }
        let buffer = self.buffers.entry(buffer).or_default();
        let tail: Vec<u8> = buffer.iter().skip(bytes.len()).copied().take_while(|byte| *byte != 0).collect();
        if buffer.len() < bytes.len() {
            buffer.resize(bytes.len(), 0);
        }
        buffer[..bytes.len()].copy_from_slice(bytes);
        if !tail.is_empty() {
            push(&mut self.overlays, Overlay { message: bytes.to_vec(), tail }, MESSAGES);
        }
    }

    /// Bytes came in there, from anywhere.
    pub fn fill(&mut self, address: u64, count: u64) {
        if self.filled.len() < PLACES || self.filled.contains_key(&address) {
            self.filled.insert(address, count);
        }
    }

    /// Bytes went out from there.
    pub fn take_from(&mut self, address: u64, bytes: &[u8]) {
        if self.sources.len() < PLACES || self.sources.contains_key(&address) {
            self.sources.insert(address, digest(bytes));
        }
    }

    /// These bytes came in as they go out.
    #[must_use]
    pub fn passes_through(&self, address: u64, count: u64) -> bool {
        address != 0 && self.filled.get(&address).is_some_and(|filled| *filled >= count)
    }

    /// Nothing came in there, and nothing else went out from there: a constant of the program, or a fresh buffer.
    #[must_use]
    pub fn is_fresh(&self, address: u64, bytes: &[u8]) -> bool {
        let other = self.sources.get(&address).is_some_and(|known| *known != digest(bytes));
        address != 0 && !self.filled.contains_key(&address) && !other
    }

    /// Lines written for people.
    pub fn print(&mut self, bytes: &[u8]) {
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(LINES) {
            push(&mut self.lines, line[..line.len().min(LINE)].to_vec(), LINES);
        }
    }

    /// What the keyboard, or a pipe, brought.
    pub fn type_in(&mut self, bytes: &[u8]) {
        self.know(bytes);
    }

    /// What would follow `sent` in a text that the program holds, where `sent` is its beginning and stops in a word.
    #[must_use]
    pub fn cut(&self, sent: &[u8]) -> Option<Vec<u8>> {
        let longer = |text: &&Vec<u8>| text.len() > sent.len() && text.starts_with(sent);
        cut_before(sent, &self.texts.iter().rev().find(longer)?[sent.len()..])
    }

    /// A text that the program holds somewhere.
    fn know(&mut self, bytes: &[u8]) {
        push(&mut self.texts, bytes[..bytes.len().min(TEXT)].to_vec(), TEXTS);
    }

    /// Whether these bytes followed one another in what was received.
    #[must_use]
    pub fn was_received(&self, bytes: &[u8]) -> bool {
        let stream: Vec<u8> = self.stream.iter().copied().collect();
        contains(&stream, bytes)
    }
}

/// The end of the line that would follow `sent`, where `sent` stops in a word, or after as many bytes as a pointer has.
#[must_use]
pub fn cut_before(sent: &[u8], following: &[u8]) -> Option<Vec<u8>> {
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let stops = |byte: &u8| matches!(byte, 0 | b'\n' | b'\r');
    let rest: Vec<u8> = following.iter().copied().take_while(|byte| !stops(byte)).collect();
    let inside = word(sent.last()) && word(rest.first());
    let pointer = sent.len() == POINTER && rest.len() >= 2;
    (sent.len() >= SHORTEST_CUT && !sent.iter().any(stops) && (inside || pointer)).then_some(rest)
}

/// A number that tells bytes apart.
#[must_use]
pub fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn push<T>(queue: &mut VecDeque<T>, value: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(value);
}

#[must_use]
pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    position(haystack, needle).is_some()
}

/// Where `needle` first is in `haystack`.
#[must_use]
pub fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}
