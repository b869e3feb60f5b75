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

#[cfg(test)]
mod tests {
    use super::{LengthFault, NameFault, is_folded, length, name_fault};

    #[test]
    fn names() {
        for line in [&b"Host: a"[..], b"a:", b"!#$%&'*+-.^_`|~09AZaz: x", b"Host:a b : c"] {
            assert_eq!(name_fault(line), None, "{line:?}");
        }
        assert_eq!(name_fault(b"Host a"), Some(NameFault::MissingColon));
        assert_eq!(name_fault(b"Host : a"), Some(NameFault::SpaceBeforeColon));
        assert_eq!(name_fault(b"Host\t: a"), Some(NameFault::SpaceBeforeColon));
        for line in [&b": a"[..], b"Ho st: a", b"Ho(st: a", b"H\xc3\xb4te: a", b"Ho\0st: a"] {
            assert_eq!(name_fault(line), Some(NameFault::NoToken), "{line:?}");
        }
        assert!(is_folded(b" a") && is_folded(b"\ta") && !is_folded(b"a ") && !is_folded(b""));
    }

    #[test]
    fn lengths() {
        assert_eq!((length(b"0"), length(b"007")), (Ok(0), Ok(7)));
        assert_eq!(length(b"18446744073709551615"), Ok(u64::MAX));
        assert_eq!(length(b"18446744073709551616"), Err(LengthFault::TooLarge));
        for digits in [&b""[..], b"+3", b"-3", b"0x3", b"3 ", b"3,3", b"\xd9\xa3"] {
            assert_eq!(length(digits), Err(LengthFault::NotDigits), "{digits:?}");
        }
    }
}
