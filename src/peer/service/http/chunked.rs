//! A body in chunks (RFC 9112, 7.1): where it ends, as strictly as the head is read, for a chunk whose end is read in two
//! ways hides a request. Its bytes, its extensions and its trailers are of no use here, and are not kept.

use super::refusal::Refusal;
use super::request::{self, LARGEST_BODY};
use super::scanner::LONGEST_HEAD;

/// The longest line of a chunk's size, its extensions included, in bytes.
const LONGEST_LINE: usize = 1024;
/// The most bytes that sizes, extensions and ends of line may add to a body.
const MOST_FRAMING: u64 = LARGEST_BODY;

/// Where the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a size, after its digits so far.
    Size,
    /// Behind the size, in blanks that only `;` may follow.
    Blank,
    Extension,
    /// The line feed that ends a size.
    SizeEnd,
    /// So many bytes are left of a chunk.
    Data(u64),
    /// The carriage return, then the line feed, behind a chunk's bytes.
    DataReturn,
    DataEnd,
    Trailers,
}

/// What the bytes read so far make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    More,
    /// The body is over.
    Done,
    Refused(Refusal),
}

/// A body that has begun.
#[derive(Debug)]
pub struct Chunks {
    place: Place,
    /// The size that is being read.
    size: u64,
    /// Bytes of the line that is being read.
    length: usize,
    /// Bytes of the chunks so far, and of what frames them.
    body: u64,
    framing: u64,
    /// The trailer line that is being read.
    trailer: Vec<u8>,
    /// Bytes of trailers.
    trailers: usize,
}

impl Default for Chunks {
    fn default() -> Chunks {
        let (place, trailer) = (Place::Size, Vec::new());
        Chunks { place, size: 0, length: 0, body: 0, framing: 0, trailer, trailers: 0 }
    }
}

impl Chunks {
    /// Goes on with these bytes; how many were of the body, and what they make.
    pub fn read(&mut self, bytes: &[u8]) -> (usize, Step) {
        let mut at = 0;
        while at < bytes.len() {
            let (count, step) = match self.place {
                Place::Data(left) => (self.skip(left, bytes.len() - at), Step::More),
                Place::Trailers => (1, self.trailer(bytes[at])),
                _ => (1, self.frame(bytes[at])),
            };
            at += count;
            if step != Step::More {
                return (at, step);
            }
        }
        (at, Step::More)
    }

    fn skip(&mut self, left: u64, present: usize) -> usize {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(present);
        self.place = match left - count as u64 {
            0 => Place::DataReturn,
            left => Place::Data(left),
        };
        count
    }

    fn frame(&mut self, byte: u8) -> Step {
        self.framing += 1;
        self.length += 1;
        if self.framing > MOST_FRAMING || self.length > LONGEST_LINE {
            return Step::Refused(Refusal::BODY_TOO_LARGE);
        }
        self.place = match (self.place, byte) {
            (Place::Size, byte) if byte.is_ascii_hexdigit() => return self.digit(byte),
            // A size without a digit.
            (Place::Size, _) if self.length == 1 => return Step::Refused(Refusal::BAD_CHUNK),
            (Place::Size | Place::Blank, b' ' | b'\t') => Place::Blank,
            (Place::Size | Place::Blank, b';') | (Place::Extension, b'\t' | b' '..=b'~' | 0x80..) => Place::Extension,
            (Place::Size | Place::Extension, b'\r') => Place::SizeEnd,
            (Place::SizeEnd, b'\n') => return self.begin(),
            (Place::DataReturn, b'\r') => Place::DataEnd,
            (Place::DataEnd, b'\n') => {
                (self.size, self.length) = (0, 0);
                Place::Size
            }
            (Place::Size | Place::Blank | Place::Extension, b'\n') => return Step::Refused(Refusal::BARE_LF),
            (Place::SizeEnd, _) => return Step::Refused(Refusal::BARE_CR),
            _ => return Step::Refused(Refusal::BAD_CHUNK),
        };
        Step::More
    }

    fn digit(&mut self, byte: u8) -> Step {
        let digit = char::from(byte).to_digit(16).unwrap_or_default();
        self.size = self.size.saturating_mul(16).saturating_add(digit.into());
        if self.body.saturating_add(self.size) > LARGEST_BODY {
            return Step::Refused(Refusal::BODY_TOO_LARGE);
        }
        Step::More
    }

    /// The line of a size is over.
    fn begin(&mut self) -> Step {
        self.length = 0;
        self.body += self.size;
        self.place = if self.size == 0 { Place::Trailers } else { Place::Data(self.size) };
        Step::More
    }

    fn trailer(&mut self, byte: u8) -> Step {
        self.trailers += 1;
        if self.trailers > LONGEST_HEAD {
            return Step::Refused(Refusal::HEAD_TOO_LARGE);
        }
        let after_return = self.trailer.last() == Some(&b'\r');
        self.trailer.push(byte);
        match byte {
            b'\n' if !after_return => Step::Refused(Refusal::BARE_LF),
            b'\n' => {
                let line = std::mem::take(&mut self.trailer);
                if line == b"\r\n" { Step::Done } else { request::line_fault(&line).map_or(Step::More, Step::Refused) }
            }
            _ if after_return => Step::Refused(Refusal::BARE_CR),
            b'\r' | b'\t' | b' '..=b'~' | 0x80.. => Step::More,
            _ => Step::Refused(Refusal::CONTROL_BYTE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunks, Step};
    use crate::peer::service::http::refusal::Refusal;

    #[test]
    fn the_end_is_the_same_in_every_cut() {
        let body = b"4\r\nWiki\r\n00A ; a=\"b\"\r\n0\r\n\r\nGET /\r\n0;last\r\nX: y\r\nZ:\r\n\r\n";
        for size in 1..=body.len() {
            let mut chunks = Chunks::default();
            let mut rest: &[u8] = body;
            let last = loop {
                let (count, step) = chunks.read(&rest[..size.min(rest.len())]);
                rest = &rest[count..];
                if step != Step::More {
                    break step;
                }
            };
            assert_eq!((last, rest.len()), (Step::Done, 0), "{size}");
        }
        assert_eq!(Chunks::default().read(b"0\r\n\r\nGET"), (5, Step::Done));
    }

    #[test]
    fn bounds() {
        let refused = |body: &[u8]| match Chunks::default().read(body).1 {
            Step::Refused(refusal) => Some(refusal.reason),
            _ => None,
        };
        assert_eq!(refused(b"100000\r\n"), None);
        assert_eq!(refused(b"100001\r\n"), Some(Refusal::BODY_TOO_LARGE.reason));
        assert_eq!(refused(b"fffffffffffffffffffff\r\n"), Some(Refusal::BODY_TOO_LARGE.reason));
        assert_eq!(refused(&b"8\r\n01234567\r\n".repeat(131_072)), None);
        assert_eq!(refused(&b"8\r\n01234567\r\n".repeat(131_073)), Some(Refusal::BODY_TOO_LARGE.reason));
        assert_eq!(refused(&b"1;aaaaaaaaaaaaaaaa\r\nx\r\n".repeat(60_000)), Some(Refusal::BODY_TOO_LARGE.reason));
        // Of one byte, with so many around it.
        let chunk = |framing: usize| [b"1;".as_slice(), &vec![b'a'; framing - 6], b"\r\nx\r\n"].concat();
        assert_eq!(refused(&chunk(1_026)), None);
        assert_eq!(refused(&chunk(1_027)), Some(Refusal::BODY_TOO_LARGE.reason));
        let framed = |last: usize| [chunk(1_024).repeat(1_023), chunk(last), b"0\r\n\r\n".to_vec()].concat();
        assert_eq!(Chunks::default().read(&framed(1_021)).1, Step::Done);
        assert_eq!(refused(&framed(1_022)), Some(Refusal::BODY_TOO_LARGE.reason));
        let trailers = |bytes: usize| [b"0\r\nX:".as_slice(), &vec![b'y'; bytes - 6], b"\r\n\r\n"].concat();
        assert_eq!(Chunks::default().read(&trailers(16_384)).1, Step::Done);
        assert_eq!(refused(&trailers(16_385)), Some(Refusal::HEAD_TOO_LARGE.reason));
        assert_eq!(refused(b"0000000000000000000000000000000000000000\r\n\r\n"), None);
    }
}
