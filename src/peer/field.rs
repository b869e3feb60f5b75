//! The syntax of header fields, the same in a request and in an answer (RFC 9110, 5; RFC 9112, 5).

/// What is wrong with the name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    MissingColon,
    SpaceBeforeColon,
    /// Empty, or a byte that no token holds.
    NoToken,
}

/// Why digits give no length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthFault {
    NotDigits,
    /// Beyond 64 bits.
    TooLarge,
}

/// What is wrong with the name in a line that is not empty.
#[must_use]
pub fn name_fault(line: &[u8]) -> Option<NameFault> {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return Some(NameFault::MissingColon) };
    let name = &line[..colon];
    if name.ends_with(b" ") || name.ends_with(b"\t") {
        return Some(NameFault::SpaceBeforeColon);
    }
    (name.is_empty() || !name.iter().all(|byte| is_token(*byte))).then_some(NameFault::NoToken)
}

/// Whether a line goes on with the one before it: obs-fold (RFC 9112, 5.2).
#[must_use]
pub fn is_folded(line: &[u8]) -> bool {
    line.starts_with(b" ") || line.starts_with(b"\t")
}

/// RFC 9110, 5.6.2.
#[must_use]
pub fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The value of a Content-Length: digits and nothing else (RFC 9110, 8.6).
///
/// # Errors
/// Why it is none.
pub fn length(digits: &[u8]) -> Result<u64, LengthFault> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(LengthFault::NotDigits);
    }
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    number.ok_or(LengthFault::TooLarge)
}
