//! Where the head of a request ends, byte by byte, so that the outcome is the same wherever TCP cuts the stream.
//!
//! Lines end with CR LF and nothing else: RFC 9112 (2.2) lets a server take a bare LF, but two servers that read the
//! same stream differently are what request smuggling lives on.

use super::refusal::Refusal;
use super::request;

/// The longest target, in bytes.
pub const LONGEST_TARGET: usize = 8 * 1024;
/// The longest first line: a target, a method and a version.
const LONGEST_LINE: usize = LONGEST_TARGET + 64;
/// The longest head, in bytes.
pub const LONGEST_HEAD: usize = 16 * 1024;
/// The first byte of a TLS record that holds a handshake (RFC 8446, 5.1): an https:// client.
const TLS_HANDSHAKE: u8 = 0x16;

/// What the bytes read so far make.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// No whole head yet.
    More,
    /// An empty line of so many bytes before the first line: to be ignored (RFC 9112, 2.2).
    Empty(usize),
    /// A head of so many bytes, its empty line included; each line ends with CR LF and the first is sound.
    Head(usize),
    Refused(Refusal),
}

/// Remembers how far a head was looked at; to be made anew for each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scanner {
    at: usize,
    line_start: usize,
    /// Whole lines before `line_start`.
    lines: usize,
}

impl Scanner {
    /// Goes on in `buffer`, which starts where the head starts and has only grown since the last call.
    pub fn scan(&mut self, buffer: &[u8]) -> Step {
        let mut before = self.at.checked_sub(1).and_then(|at| buffer.get(at).copied());
        while let Some(&byte) = buffer.get(self.at) {
            if let Some(refusal) = self.fault(before, byte) {
                return Step::Refused(refusal);
            }
            self.at += 1;
            before = Some(byte);
            if byte == b'\n'
                && let Some(step) = self.end_line(buffer)
            {
                return step;
            }
        }
        Step::More
    }

    fn fault(&self, before: Option<u8>, byte: u8) -> Option<Refusal> {
        match (before, byte) {
            _ if self.lines == 0 && self.at >= LONGEST_LINE => Some(Refusal::TARGET_TOO_LONG),
            _ if self.at >= LONGEST_HEAD => Some(Refusal::HEAD_TOO_LARGE),
            (Some(b'\r'), b'\n') => None,
            (Some(b'\r'), _) => Some(Refusal::BARE_CR),
            (_, b'\n') => Some(Refusal::BARE_LF),
            (_, b'\r' | b'\t') => None,
            (None, TLS_HANDSHAKE) => Some(Refusal::TLS),
            (_, 0..=0x1f | 0x7f) => Some(Refusal::CONTROL_BYTE),
            _ => None,
        }
    }

    fn end_line(&mut self, buffer: &[u8]) -> Option<Step> {
        let line = &buffer[self.line_start..self.at];
        let first = self.lines == 0;
        self.lines += 1;
        self.line_start = self.at;
        match line {
            b"\r\n" if first => Some(Step::Empty(self.at)),
            b"\r\n" => Some(Step::Head(self.at)),
            line if first => request::check_first_line(line).err().map(Step::Refused),
            [b' ' | b'\t', ..] => Some(Step::Refused(Refusal::OBS_FOLD)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scanner, Step};
    use crate::peer::service::http::refusal::Refusal;

    #[test]
    fn a_head_ends_with_its_empty_line() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
        assert_eq!(Scanner::default().scan(head), Step::Head(head.len() - 4));
        let mut scanner = Scanner::default();
        for end in 0..head.len() - 4 {
            assert_eq!(scanner.scan(&head[..end]), Step::More, "{end}");
        }
        assert_eq!(scanner.scan(head), Step::Head(head.len() - 4));
    }

    #[test]
    fn empty_lines_before_it_are_skipped() {
        assert_eq!(Scanner::default().scan(b"\r\nGET"), Step::Empty(2));
        assert_eq!(Scanner::default().scan(b"\nGET"), Step::Refused(Refusal::BARE_LF));
        assert_eq!(Scanner::default().scan(b"\rGET"), Step::Refused(Refusal::BARE_CR));
    }

    #[test]
    fn a_first_line_without_end_is_refused_once_no_target_explains_its_length() {
        let line = [b'a'; 8_192 + 65];
        assert_eq!(Scanner::default().scan(&line[1..]), Step::More);
        assert_eq!(Scanner::default().scan(&line), Step::Refused(Refusal::TARGET_TOO_LONG));
    }
}
