//! The head of an answer: its status line, the header lines that say where the body ends.

use super::fault::Kind;
use super::field;
use super::line::Line;
use crate::event::answer::Framing;
use crate::peer::field::{LengthFault, is_token, length};

/// The longest head, and the longest trailer section, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// The first bytes of TLS records: an alert, a handshake (RFC 8446, 5.1).
const TLS_RECORDS: [u8; 2] = [0x15, 0x16];
const NAME: &[u8] = b"HTTP/";

/// A head that is coming.
#[derive(Debug, Default)]
pub struct Head {
    line: Line,
    length: usize,
    status: Option<Status>,
    fields: Fields,
}

/// A status line that was read.
#[derive(Clone, Copy, Debug)]
struct Status {
    code: u16,
    /// HTTP/1.0.
    old: bool,
}

/// What says where the body ends.
#[derive(Debug, Default)]
struct Fields {
    length: Option<u64>,
    /// The last transfer coding, where there is one, is chunked.
    chunked: Option<bool>,
}

/// A whole head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    pub status: u16,
    pub framing: Framing,
    pub length: Option<u64>,
}

impl Head {
    /// The line that is coming, or is at fault.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        self.line.bytes()
    }

    /// Why the head is not whole.
    #[must_use]
    pub fn cut(&self) -> Kind {
        match (self.length, self.status) {
            (0, _) => Kind::NO_ANSWER,
            (_, None) => Kind::CUT_STATUS_LINE,
            (_, Some(_)) => Kind::CUT_HEAD,
        }
    }

    /// Takes one more byte of the answer to a request by `method`; the head, once it is whole.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, byte: u8, method: &str) -> Result<Option<Read>, Kind> {
        self.length += 1;
        if self.length > LONGEST {
            return Err(Kind::HEAD_TOO_LARGE);
        }
        let done = self.line.take(byte);
        if self.status.is_none() {
            check_start(self.line.bytes(), method)?;
        }
        if !done? {
            return Ok(None);
        }
        match self.status {
            None => self.status = Some(status_line(self.line.bytes())?),
            Some(status) if self.line.bytes().is_empty() => return Ok(Some(self.fields.read(status, method))),
            Some(status) => self.fields.add(self.line.bytes(), status.old)?,
        }
        self.line.clear();
        Ok(None)
    }
}

/// Whether the first bytes may still become those of a status line, so that another protocol is told at once.
fn check_start(bytes: &[u8], method: &str) -> Result<(), Kind> {
    let begins = |whole: &[u8]| bytes.starts_with(whole) || whole.starts_with(bytes);
    let echo = [method.as_bytes(), b" "].concat();
    match bytes {
        _ if begins(NAME) => Ok(()),
        _ if bytes.starts_with(&echo) => Err(Kind::REQUEST_ECHOED),
        _ if begins(&echo) => Ok(()),
        [b'\r', b'\n', ..] | [b'\n', ..] => Err(Kind::BLANK_LINE_FIRST),
        // Its next byte says which it is.
        [b'\r'] => Ok(()),
        [first, ..] if TLS_RECORDS.contains(first) => Err(Kind::TLS),
        _ => Err(Kind::NOT_HTTP),
    }
}

/// `HTTP/1.1 200 OK`, without its CR LF (RFC 9112, 4). A minor version that is not known yet is read as 1.1 (RFC 9110,
/// 2.5).
fn status_line(line: &[u8]) -> Result<Status, Kind> {
    let (minor, rest) = match line.strip_prefix(NAME) {
        Some([b'1', b'.', minor, rest @ ..]) if minor.is_ascii_digit() => (*minor, rest),
        None if line.is_empty() => return Err(Kind::BLANK_LINE_FIRST),
        _ => return Err(Kind::BAD_VERSION),
    };
    let rest = match rest {
        [] | [b' '] => return Err(Kind::MISSING_STATUS),
        [b' ', rest @ ..] => rest,
        _ => return Err(Kind::BAD_VERSION),
    };
    if rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return Err(Kind::MISSING_STATUS);
    }
    let [a, b, c, rest @ ..] = rest else { return Err(Kind::BAD_STATUS) };
    if ![a, b, c].iter().all(|digit| digit.is_ascii_digit()) {
        return Err(Kind::BAD_STATUS);
    }
    let code = [a, b, c].iter().fold(0, |code, digit| code * 10 + u16::from(**digit - b'0'));
    match rest {
        _ if !(100..600).contains(&code) => Err(Kind::BAD_STATUS),
        // Nobody asked to change protocols (RFC 9110, 7.8).
        _ if code == 101 => Err(Kind::UNASKED_UPGRADE),
        [] => Err(Kind::MISSING_STATUS_SPACE),
        [b' ', ..] => Ok(Status { code, old: minor == b'0' }),
        _ => Err(Kind::BAD_STATUS),
    }
}

impl Fields {
    fn add(&mut self, line: &[u8], old: bool) -> Result<(), Kind> {
        let (name, value) = field::read(line)?;
        match name.as_str() {
            "content-length" => self.add_length(&value)?,
            "transfer-encoding" if old => return Err(Kind::ENCODING_IN_OLD_VERSION),
            "transfer-encoding" => self.add_codings(&value)?,
            _ => return Ok(()),
        }
        if self.length.is_some() && self.chunked.is_some() { Err(Kind::LENGTH_AND_ENCODING) } else { Ok(()) }
    }

    fn add_length(&mut self, value: &[u8]) -> Result<(), Kind> {
        let length = length(value).map_err(|fault| match fault {
            LengthFault::NotDigits => Kind::BAD_LENGTH,
            LengthFault::TooLarge => Kind::LENGTH_TOO_LARGE,
        })?;
        match self.length.replace(length) {
            None => Ok(()),
            // Even twice the same: RFC 9110 (8.6) leaves the choice, and a server that says it twice is wrong.
            Some(before) if before == length => Err(Kind::DUPLICATE_LENGTH),
            Some(_) => Err(Kind::CONFLICTING_LENGTHS),
        }
    }

    fn add_codings(&mut self, value: &[u8]) -> Result<(), Kind> {
        for coding in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let name = coding.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
            let chunked = name.eq_ignore_ascii_case(b"chunked");
            let sound = !name.is_empty() && name.iter().all(|byte| is_token(*byte));
            // chunked has no parameters, and comes once (RFC 9112, 6.1 and 7.1).
            let misused = chunked && (self.chunked == Some(true) || name.len() != coding.len());
            if !sound || misused {
                return Err(Kind::BAD_ENCODING);
            }
            self.chunked = Some(chunked);
        }
        Ok(())
    }

    /// RFC 9112, 6.3.
    fn read(&self, Status { code, .. }: Status, method: &str) -> Read {
        let framing = match (self.chunked, self.length) {
            _ if method == "HEAD" || code < 200 || matches!(code, 204 | 304) => Framing::NoBody,
            (Some(true), _) => Framing::Chunked,
            (None, Some(_)) => Framing::ContentLength,
            (Some(false), _) | (None, None) => Framing::UntilClose,
        };
        Read { status: code, framing, length: self.length }
    }
}
