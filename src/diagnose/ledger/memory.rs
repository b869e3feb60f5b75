//! What the program's own buffers may hold: what it received, over what it had received before.

use std::collections::{BTreeMap, VecDeque};

/// How many buffers are told apart, by their capacities.
const BUFFERS: usize = 8;
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
    buffers: BTreeMap<u64, Vec<u8>>,
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
    pub fn receive(&mut self, capacity: u64, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(FOLLOWED)];
        if bytes.is_empty() {
            return;
        }
        self.stream.extend(bytes);
        let surplus = self.stream.len().saturating_sub(STREAM);
        self.stream.drain(..surplus);
        self.overlay(capacity, bytes);
        push(&mut self.messages, bytes.to_vec(), MESSAGES);
        self.know(bytes);
    }

    fn overlay(&mut self, capacity: u64, bytes: &[u8]) {
        if self.buffers.len() == BUFFERS && !self.buffers.contains_key(&capacity) {
            self.buffers.clear();
        }
        let buffer = self.buffers.entry(capacity).or_default();
        let tail: Vec<u8> = buffer.iter().skip(bytes.len()).copied().take_while(|byte| *byte != 0).collect();
        if buffer.len() < bytes.len() {
            buffer.resize(bytes.len(), 0);
        }
        buffer[..bytes.len()].copy_from_slice(bytes);
        if !tail.is_empty() {
            push(&mut self.overlays, Overlay { message: bytes.to_vec(), tail }, MESSAGES);
        }
    }

    /// What the keyboard, or a pipe, brought.
    pub fn type_in(&mut self, bytes: &[u8]) {
        self.know(bytes);
    }

    /// What would follow `sent` in a text that the program holds, where `sent` is its beginning and stops in a word.
    #[must_use]
    pub fn cut(&self, sent: &[u8]) -> Option<Vec<u8>> {
        let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
        if sent.len() < SHORTEST_CUT || sent.contains(&b'\n') || sent.contains(&0) {
            return None;
        }
        let longer = |text: &&Vec<u8>| text.len() > sent.len() && text.starts_with(sent);
        let text = self.texts.iter().rev().find(longer)?;
        let rest: Vec<u8> =
            text[sent.len()..].iter().copied().take_while(|byte| !matches!(byte, 0 | b'\n' | b'\r')).collect();
        let inside = word(sent.last()) && word(rest.first()) || sent.len() == POINTER && !rest.is_empty();
        inside.then_some(rest)
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
