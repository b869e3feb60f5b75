//! Lines that end with CR LF and nothing else (RFC 9112, 2.2), read byte by byte.

use super::fault::Kind;

/// A line that is coming, without its CR LF once it is whole.
#[derive(Debug, Default)]
pub struct Line {
    bytes: Vec<u8>,
}

impl Line {
    /// Takes one more byte; true when the line is whole.
    ///
    /// # Errors
    /// A byte that no line holds there; it has been taken all the same.
    pub fn take(&mut self, byte: u8) -> Result<bool, Kind> {
        let before = self.bytes.last().copied();
        self.bytes.push(byte);
        match (before, byte) {
            (Some(b'\r'), b'\n') => {
                self.bytes.truncate(self.bytes.len() - 2);
                Ok(true)
            }
            (Some(b'\r'), _) => Err(Kind::BARE_CR),
            (_, b'\n') => Err(Kind::BARE_LF),
            (_, b'\r' | b'\t') => Ok(false),
            (_, 0) => Err(Kind::NUL_BYTE),
            (_, 1..=0x1f | 0x7f) => Err(Kind::CONTROL_BYTE),
            _ => Ok(false),
        }
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}
