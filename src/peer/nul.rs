//! The NUL that ends a string in C, sent with the text: strlen + 1, or sizeof.

/// Where the first one is, in bytes that are otherwise text; `None` in bytes that mean something else.
#[must_use]
pub fn after_text(bytes: &[u8]) -> Option<usize> {
    let first = bytes.iter().position(|byte| *byte == 0)?;
    let text = std::str::from_utf8(bytes).ok()?;
    let plain = |c: char| !c.is_control() || matches!(c, '\0' | '\t' | '\r' | '\n');
    // Telnet sends CR NUL for a lone CR (RFC 854): that NUL is no string's.
    let ended = first > 0 && bytes[first - 1] != b'\r';
    (ended && text.chars().all(plain)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::after_text;

    #[test]
    fn only_a_text_has_a_nul_too_many() {
        assert_eq!(after_text(b"bonjour\0"), Some(7));
        assert_eq!(after_text("été\n\0\0\0".as_bytes()), Some(6));
        assert_eq!(after_text(b"un\0deux\0"), Some(2));
        for bytes in [&b"bonjour"[..], b"", b"\0", b"\0\x05abc", b"ab\0\x01", b"ab\0\xff", b"ab\r\0"] {
            assert_eq!(after_text(bytes), None, "{bytes:?}");
        }
    }
}
