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
/// How much of the end of a file tells it from what follows.
const FILE_END: usize = 16;
/// How many texts that the program knows are kept: received, typed, printed.
const TEXTS: usize = 8;
const TEXT: usize = 512;
/// How much of what was written last is kept.
const WRITTEN: usize = 256;
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
    /// The end of what was read of a file last.
    file_end: Vec<u8>,
    /// The last bytes that were sent while a file was read, and where they lay.
    sent: (u64, Vec<u8>),
    /// The last bytes written since a message came, and where they went.
    written: (i32, VecDeque<u8>),
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
        self.written.1.clear();
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
        buffer.resize(buffer.len().max(bytes.len()), 0);
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

    /// Bytes of a file.
    pub fn read_file(&mut self, bytes: &[u8]) {
        self.file_end.extend(&bytes[bytes.len().saturating_sub(FILE_END)..]);
        self.file_end.drain(..self.file_end.len().saturating_sub(FILE_END));
    }

    pub fn sends(&mut self, address: u64, bytes: &[u8]) {
        if !self.file_end.is_empty() {
            self.sent.0 = address;
            self.sent.1.clear();
            self.sent.1.extend_from_slice(bytes);
        }
    }

    /// Where the end of the file is in a block that is about to be sent, and after it what the block before held there.
    #[must_use]
    pub fn oversent(&self, address: u64, bytes: &[u8]) -> Option<usize> {
        let (place, before) = &self.sent;
        let block = *place == address && address != 0 && before.len() == bytes.len() && before != bytes;
        if !block || self.file_end.len() < FILE_END || bytes.ends_with(&self.file_end) {
            return None;
        }
        let end = position(bytes, &self.file_end)? + self.file_end.len();
        let surplus = &bytes[end..];
        (surplus == &before[end..] && surplus.iter().any(|byte| *byte != 0)).then_some(end)
    }

    /// What was received there last, whole.
    #[must_use]
    pub fn received_at(&self, address: u64) -> Option<&[u8]> {
        let count = usize::try_from(*self.filled.get(&address)?).ok()?;
        self.buffers.get(&address)?.get(..count).filter(|_| address != 0)
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

    /// Bytes are written, to a socket or for people.
    pub fn write(&mut self, fd: i32, bytes: &[u8]) {
        let (place, written) = &mut self.written;
        if *place != fd {
            (*place, *written) = (fd, VecDeque::new());
        }
        written.extend(bytes);
        written.drain(..written.len().saturating_sub(WRITTEN));
    }

    /// What was written there since a message came.
    #[must_use]
    pub fn written_to(&self, fd: Option<i32>) -> Vec<u8> {
        let here = Some(self.written.0) == fd;
        self.written.1.iter().filter(|_| here).copied().collect()
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
        // A whole message of its own, which another one happens to begin with.
        if self.texts.iter().any(|text| text == sent) {
            return None;
        }
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

#[cfg(test)]
mod tests {
    use super::{Memory, Overlay, contains, cut_before, position};

    const HERE: u64 = 0x7000;

    #[test]
    fn what_lay_under_a_shorter_message_is_known_up_to_its_nul() {
        for (older, message, tail) in [
            (&b"bonjour tout"[..], &b"ok"[..], Some(&b"njour tout"[..])),
            (b"ab\0cd", b"x", Some(b"b")),
            (b"ab\0cd", b"xy", None),
            (b"ok", b"ok", None),
            (b"ok", b"bonjour", None),
            (b"", b"ok", None),
        ] {
            let mut memory = Memory::default();
            memory.receive(HERE, older);
            memory.receive(HERE + 1, b"elsewhere, and longer");
            memory.receive(HERE, message);
            let overlay = tail.map(|tail| Overlay { message: message.to_vec(), tail: tail.to_vec() });
            assert_eq!(memory.overlays, Vec::from_iter(overlay), "{message:?} over {older:?}");
        }
        let mut memory = Memory::default();
        for message in [&b"bonjour"[..], b"abc", b"x"] {
            memory.receive(HERE, message);
        }
        assert_eq!(memory.overlays.back().unwrap().tail, b"bcjour");
    }

    #[test]
    fn buffers_are_told_apart_as_long_as_they_are_few() {
        let after = |others: u64| {
            let mut memory = Memory::default();
            memory.receive(HERE, b"bonjour");
            for other in 1..=others {
                memory.receive(HERE + other, b"x");
            }
            memory.receive(HERE, b"ok");
            memory.overlays.len()
        };
        assert_eq!((after(0), after(7), after(8)), (1, 1, 0));
    }

    #[test]
    fn a_long_message_is_followed_at_its_beginning() {
        let mut memory = Memory::default();
        memory.receive(HERE, &[b'a'; 3000]);
        memory.receive(HERE, b"b");
        assert_eq!((memory.messages[0].len(), memory.overlays[0].tail.len()), (1024, 1023));
        assert_eq!(memory.texts[0].len(), 512);
    }

    #[test]
    fn a_receive_that_brings_nothing_changes_nothing() {
        let mut memory = Memory::default();
        memory.receive(HERE, b"bonjour");
        memory.receive(HERE, b"");
        assert!(memory.overlays.is_empty() && memory.messages.len() == 1 && memory.texts.len() == 1);
    }

    #[test]
    fn bytes_that_followed_one_another_were_received() {
        let mut memory = Memory::default();
        memory.receive(HERE, b"bonjour ");
        memory.receive(HERE, b"tout le monde");
        assert!(memory.was_received(b"jour tout") && !memory.was_received(b"jourtout"));
        memory.receive(HERE, &[b'a'; 1019]);
        for _ in 0..3 {
            memory.receive(HERE, &[b'a'; 1024]);
        }
        // The last 4096 bytes.
        assert!(memory.was_received(b"monde") && !memory.was_received(b" monde"));
        assert!(memory.was_received(&[b'a'; 4091]));
    }

    #[test]
    fn what_came_in_somewhere_may_pass_through() {
        let mut memory = Memory::default();
        memory.fill(HERE, 10);
        memory.fill(0, 10);
        for (address, count, passes) in
            [(HERE, 10, true), (HERE, 9, true), (HERE, 11, false), (HERE + 1, 1, false), (0, 1, false)]
        {
            assert_eq!(memory.passes_through(address, count), passes, "{address} {count}");
        }
        memory.fill(HERE, 3);
        assert!(!memory.passes_through(HERE, 10));
        for place in 1..100 {
            memory.fill(place, 1);
        }
        // 64 places, and those that are known stay known.
        assert!(memory.passes_through(62, 1) && !memory.passes_through(63, 1));
        memory.fill(HERE, 20);
        assert!(memory.passes_through(HERE, 20));
    }

    #[test]
    fn fresh_is_where_nothing_came_in_and_nothing_else_went_out() {
        let mut memory = Memory::default();
        memory.fill(HERE, 10);
        memory.take_from(HERE + 1, b"salut");
        for (address, bytes, fresh) in [
            (HERE + 2, &b"salut"[..], true),
            (HERE + 1, b"salut", true),
            (HERE + 1, b"adieu", false),
            (HERE, b"salut", false),
            (0, b"salut", false),
        ] {
            assert_eq!(memory.is_fresh(address, bytes), fresh, "{address} {bytes:?}");
        }
        for place in 1..100 {
            memory.take_from(place, b"salut");
        }
        assert!(!memory.is_fresh(63, b"adieu") && memory.is_fresh(64, b"adieu"));
        memory.take_from(HERE + 1, b"adieu");
        assert!(memory.is_fresh(HERE + 1, b"adieu"));
    }

    #[test]
    fn the_last_lines_are_kept_without_empty_ones() {
        let mut memory = Memory::default();
        memory.print(b"un\n\ndeux\n");
        memory.print(&[b'a'; 300]);
        assert_eq!(memory.lines, [&b"un"[..], b"deux", &[b'a'; 256]]);
        for number in 0..20 {
            memory.print(format!("{number}\n").as_bytes());
        }
        assert_eq!((memory.lines.len(), memory.lines[0].as_slice()), (16, &b"4"[..]));
    }

    #[test]
    fn a_cut_is_that_of_the_last_longer_text() {
        let mut memory = Memory::default();
        memory.type_in(b"bonjour tout le monde\n");
        memory.type_in(b"bonjour toi\n");
        assert_eq!(memory.cut(b"bonjour to").unwrap(), b"i");
        assert_eq!(memory.cut(b"bonjour tou").unwrap(), b"t le monde");
        assert_eq!(memory.cut(b"au revo"), None);
        memory.receive(HERE, b"bonjour to");
        assert_eq!(memory.cut(b"bonjour to"), None, "a message of its own");
        for number in 0..7 {
            memory.type_in(&[b'0' + number]);
        }
        assert_eq!((memory.cut(b"bonjour toi"), memory.texts.len()), (None, 8));
    }

    #[test]
    fn a_cut_is_in_a_word_or_after_a_pointer() {
        for (sent, following, rest) in [
            (&b"bonjour to"[..], &b"ut le monde\nde plus"[..], Some(&b"ut le monde"[..])),
            (b"bonj", b"our\rx", Some(b"our")),
            (b"bonj", b"our\0x", Some(b"our")),
            ("caf\u{e9}".as_bytes(), "\u{e9}".as_bytes(), Some("\u{e9}".as_bytes())),
            (b"bon", b"jour", None),
            (b"bonjour", b" tout", None),
            (b"tout ", b"le", None),
            (b"bonjour", b"", None),
            (b"un\ndeux", b"trois", None),
            (b"bonjour ", b"tout", Some(b"tout")),
            (b"bonjour!", b" a", Some(b" a")),
            (b"bonjour ", b"a", None),
            (b"bonjour! ", b"toi", None),
        ] {
            assert_eq!(cut_before(sent, following).as_deref(), rest, "{sent:?} {following:?}");
        }
    }

    #[test]
    fn bytes_among_others() {
        for (needle, place) in
            [(&b"bon"[..], Some(0)), (b"jour", Some(3)), (b"non", None), (b"", None), (b"bonjour !", None)]
        {
            assert_eq!((position(b"bonjour", needle), contains(b"bonjour", needle)), (place, place.is_some()));
        }
    }
}
