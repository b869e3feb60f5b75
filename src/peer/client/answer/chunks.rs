//! A body in chunks (RFC 9112, 7.1).

use super::fault::Kind;
use super::field;
use super::head::LONGEST;
use super::line::Line;
use crate::peer::field::is_token;

/// The longest line that gives the size of a chunk, its extensions included, in bytes.
const LONGEST_LINE: usize = 4096;

/// Chunks that are coming.
#[derive(Debug, Default)]
pub struct Chunks {
    stage: Stage,
    line: Line,
    /// Size of the present chunk, in bytes.
    size: u64,
    trailers: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Size,
    /// So many bytes of data are still to come.
    Data(u64),
    /// The CR LF that follows the data.
    End,
    Trailers,
}

impl Chunks {
    /// The line that is coming, or is at fault.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        self.line.bytes()
    }

    /// Takes data without looking at it: at most so many bytes, how many it took.
    pub fn skip(&mut self, available: u64) -> u64 {
        let Stage::Data(left) = self.stage else { return 0 };
        let taken = left.min(available);
        self.stage = if taken == left { Stage::End } else { Stage::Data(left - taken) };
        taken
    }

    /// Why the body is not whole; the size of the present chunk and what came of it, where it is the chunk that is cut.
    #[must_use]
    pub fn cut(&self) -> (Kind, Option<(u64, u64)>) {
        match self.stage {
            Stage::Data(left) => (Kind::SHORT_CHUNK, Some((self.size, self.size - left))),
            Stage::Size | Stage::End => (Kind::MISSING_LAST_CHUNK, None),
            Stage::Trailers => (Kind::CUT_TRAILER, None),
        }
    }

    /// The size of the chunk that has not the end that it announces.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes one byte that is no data; true when the body is whole.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, byte: u8) -> Result<bool, Kind> {
        match self.stage {
            Stage::End => self.take_end(byte).map(|()| false),
            Stage::Trailers => self.take_trailer(byte),
            Stage::Size | Stage::Data(_) => self.take_size(byte).map(|()| false),
        }
    }

    fn take_size(&mut self, byte: u8) -> Result<(), Kind> {
        let done = self.line.take(byte)?;
        if self.line.bytes().len() > LONGEST_LINE {
            return Err(Kind::CHUNK_LINE_TOO_LONG);
        }
        if done {
            self.size = size(self.line.bytes())?;
            self.stage = if self.size == 0 { Stage::Trailers } else { Stage::Data(self.size) };
            self.line.clear();
        }
        Ok(())
    }

    fn take_end(&mut self, byte: u8) -> Result<(), Kind> {
        let wanted = if self.line.bytes().is_empty() { b'\r' } else { b'\n' };
        if byte != wanted {
            return Err(Kind::CHUNK_NOT_ENDED);
        }
        if self.line.take(byte)? {
            self.stage = Stage::Size;
        }
        Ok(())
    }

    fn take_trailer(&mut self, byte: u8) -> Result<bool, Kind> {
        self.trailers += 1;
        if self.trailers > LONGEST {
            return Err(Kind::HEAD_TOO_LARGE);
        }
        if !self.line.take(byte)? {
            return Ok(false);
        }
        if self.line.bytes().is_empty() {
            return Ok(true);
        }
        let (name, _) = field::read(self.line.bytes())?;
        // They would change where the body ended (RFC 9110, 6.5.1).
        if matches!(name.as_str(), "content-length" | "transfer-encoding") {
            return Err(Kind::FORBIDDEN_TRAILER);
        }
        self.line.clear();
        Ok(false)
    }
}

/// The size that a line gives, without its CR LF.
fn size(line: &[u8]) -> Result<u64, Kind> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (digits, extensions) = line.split_at(digits);
    if digits.is_empty() {
        return Err(Kind::BAD_CHUNK_SIZE);
    }
    match extensions.trim_ascii_start() {
        [] if extensions.is_empty() => {}
        [b';', ..] => check_extensions(extensions)?,
        _ => return Err(Kind::BAD_CHUNK_SIZE),
    }
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    u64::from_str_radix(digits, 16).map_err(|_| Kind::CHUNK_TOO_LARGE)
}

/// `;name`, `;name=token`, `;name="quoted"`, any number of times (RFC 9112, 7.1.1).
fn check_extensions(mut rest: &[u8]) -> Result<(), Kind> {
    while !rest.is_empty() {
        rest = rest.trim_ascii_start().strip_prefix(b";").ok_or(Kind::BAD_CHUNK_EXTENSION)?;
        rest = token(rest.trim_ascii_start())?;
        if let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") {
            let value = value.trim_ascii_start();
            rest = if let Some(text) = value.strip_prefix(b"\"") { quoted(text)? } else { token(value)? };
        }
    }
    Ok(())
}

/// What follows a token.
fn token(bytes: &[u8]) -> Result<&[u8], Kind> {
    let length = bytes.iter().take_while(|byte| is_token(**byte)).count();
    if length == 0 { Err(Kind::BAD_CHUNK_EXTENSION) } else { Ok(&bytes[length..]) }
}

/// What follows a quoted string whose first quote was taken.
fn quoted(mut bytes: &[u8]) -> Result<&[u8], Kind> {
    loop {
        match bytes {
            [b'"', rest @ ..] => return Ok(rest),
            [b'\\', _, rest @ ..] | [_, rest @ ..] => bytes = rest,
            [] => return Err(Kind::BAD_CHUNK_EXTENSION),
        }
    }
}
