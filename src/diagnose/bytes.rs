//! What bytes look like: text, text and NULs, text and something else.

/// How a message is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape<'a> {
    Text,
    /// Text, then so many NULs and nothing else.
    Nuls {
        text: usize,
        nuls: usize,
    },
    /// Text, a NUL, then something that is not all NULs.
    Foreign {
        text: usize,
        rest: &'a [u8],
    },
    Binary,
}

#[must_use]
pub fn shape(bytes: &[u8]) -> Shape<'_> {
    let text = text_length(bytes);
    let rest = &bytes[text..];
    match rest.first() {
        None if text > 0 => Shape::Text,
        Some(0) if text > 0 && rest.iter().all(|byte| *byte == 0) => Shape::Nuls { text, nuls: rest.len() },
        Some(0) if text > 0 => Shape::Foreign { text, rest },
        _ => Shape::Binary,
    }
}

/// How many bytes at the beginning are text: UTF-8 without control characters, but for tabulations, ends of lines and
/// escapes. A character that the end cuts counts as text.
#[must_use]
pub fn text_length(bytes: &[u8]) -> usize {
    let Some(chunk) = bytes.utf8_chunks().next() else { return 0 };
    let (text, rest) = (chunk.valid(), chunk.invalid());
    let stop = text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{1b}'));
    if let Some((at, _)) = stop {
        return at;
    }
    let cut = text.len() + rest.len() == bytes.len()
        && std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
    if cut { bytes.len() } else { text.len() }
}

#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && text_length(bytes) == bytes.len()
}

/// Bytes after a text that no text goes on with: not UTF-8, or a control character that no terminal is sent.
#[must_use]
pub fn starts_with_garbage(bytes: &[u8]) -> bool {
    let control = |byte: u8| matches!(byte, 1..=6 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    let text = bytes.utf8_chunks().next().is_none_or(|chunk| !chunk.valid().is_empty());
    bytes.first().is_some_and(|byte| control(*byte)) || !text && bytes.len() >= 4
}

/// Whether what follows a text and its NUL is surely not of the same message: a pointer of this machine, the strings
/// of the program, bytes that are no text right after the NUL.
#[must_use]
pub fn is_foreign_memory(text: &[u8], rest: &[u8]) -> bool {
    holds_pointer(rest) || is_strings(text, rest) || is_left_over(text, rest)
}

/// Eight bytes of a user address of Linux on a 64-bit machine: 0x000055…, 0x000056…, 0x00007f….
fn holds_pointer(rest: &[u8]) -> bool {
    let pointer = |window: &[u8]| {
        matches!(window, [_, _, middle, _, _, 0x55 | 0x56 | 0x7f, 0, 0] if *middle != 0)
            && window[..5].iter().any(|byte| *byte >= 0x80)
    };
    rest.windows(8).any(pointer)
}

/// The next string constants of the program, the last one cut.
#[must_use]
pub fn is_strings(text: &[u8], rest: &[u8]) -> bool {
    let clean = rest.split(|byte| *byte == 0).all(|piece| piece.is_empty() || is_text(piece));
    let long = rest.split(|byte| *byte == 0).any(|piece| piece.len() >= 4);
    is_sentence(text) && clean && long && rest.last() != Some(&0)
}

/// Words for a reader, and no key nor number.
#[must_use]
pub fn is_sentence(text: &[u8]) -> bool {
    text.contains(&b' ') || text.ends_with(b"\n")
}

fn is_left_over(text: &[u8], rest: &[u8]) -> bool {
    let after = rest.get(1..3).unwrap_or_default();
    is_sentence(text)
        && after.iter().any(|byte| *byte != 0)
        && rest.utf8_chunks().any(|chunk| !chunk.invalid().is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Shape, is_foreign_memory, is_strings, is_text, shape, starts_with_garbage, text_length};

    #[test]
    fn text_ends_where_no_terminal_is_sent_the_rest() {
        for (bytes, length) in [
            (&b""[..], 0),
            (b"bonjour", 7),
            (b"a\tb\r\n\x1b[0m", 9),
            (b"ab\x07c", 2),
            (b"\x07", 0),
            ("é\u{1}x".as_bytes(), 2),
            ("é\u{85}x".as_bytes(), 2),
            (b"ab\xffcd", 2),
            (b"ab\xff", 2),
            (b"\xff", 0),
            (b"ab\xc3", 3),
            (b"\xc3", 1),
            (b"ab\xc3x", 2),
            (b"a\xe2\x82", 3),
            (b"ab\xf0\x9f\x98", 5),
            (b"ab\xf0\x9f\x98x", 2),
        ] {
            assert_eq!(text_length(bytes), length, "{bytes:?}");
            assert_eq!(is_text(bytes), length > 0 && length == bytes.len(), "{bytes:?}");
        }
    }

    #[test]
    fn what_a_message_is_made_of() {
        for (bytes, made) in [
            (&b""[..], Shape::Binary),
            (b"ab", Shape::Text),
            (b"ab\0", Shape::Nuls { text: 2, nuls: 1 }),
            (b"ab\0\0\0", Shape::Nuls { text: 2, nuls: 3 }),
            (b"ab\0\0x", Shape::Foreign { text: 2, rest: b"\0\0x" }),
            (b"\0\0", Shape::Binary),
            (b"\0ab", Shape::Binary),
            (b"ab\x01", Shape::Binary),
            (b"ab\xff\0", Shape::Binary),
        ] {
            assert_eq!(shape(bytes), made, "{bytes:?}");
        }
    }

    #[test]
    fn garbage_is_what_no_text_goes_on_with() {
        for garbage in
            [&b"\x01"[..], b"\x06", b"\x0e", b"\x1a", b"\x1c", b"\x1f", b"\x7f", b"\xff\xff\xff\xff", b"\x90abc"]
        {
            assert!(starts_with_garbage(garbage), "{garbage:?}");
        }
        for fine in [
            &b""[..],
            b"\0\xff\xff\xff",
            b"\x07\xff\xff\xff",
            b"\x0d\xff\xff\xff",
            b"\x1b[0m\xff",
            b" \xff\xff\xff",
            b"\xff\xff\xff",
            "école".as_bytes(),
        ] {
            assert!(!starts_with_garbage(fine), "{fine:?}");
        }
    }

    #[test]
    fn a_pointer_betrays_foreign_memory() {
        let pointer = [0x10, 0xe2, 0xff, 0xff, 0xfd, 0x7f, 0, 0];
        let changed = |at: usize, byte: u8| {
            let mut bytes = pointer;
            bytes[at] = byte;
            is_foreign_memory(b"ok", &[&[0][..], &bytes].concat())
        };
        assert!(changed(5, 0x7f) && changed(5, 0x55) && changed(5, 0x56));
        assert!(!changed(5, 0x54) && !changed(2, 0) && !changed(6, 1) && !changed(7, 1));
        assert!(is_foreign_memory(b"ok", &[0, 1, 2, 0x80, 4, 5, 0x7f, 0, 0]), "one byte is no text");
        assert!(!is_foreign_memory(b"ok", &[0, 1, 2, 0x7f, 4, 5, 0x7f, 0, 0]), "all may be numbers");
        assert!(!is_foreign_memory(b"ok", &[0, 1, 2, 3, 4, 5, 0x7f, 0, 0, 0x80]));
        assert!(!is_foreign_memory(b"ok", &pointer[..7]));
    }

    #[test]
    fn the_next_constants_of_a_program_follow_a_sentence() {
        let strings = b"\0bind: %s\0liste";
        assert!(is_strings(b"le monde", strings) && is_strings(b"monde\n", strings));
        assert!(!is_strings(b"monde", strings), "a word is a key");
        for (rest, strings) in [
            (&b"\0abcd"[..], true),
            (b"\0\0\0abcd", true),
            (b"\0abc\0abcde", true),
            (b"\0abc", false),
            (b"\0abcd\0", false),
            (b"\0abcd\0\x01", false),
            (b"\0\xff\xff\xff\xff", false),
        ] {
            assert_eq!(is_strings(b"le monde", rest), strings, "{rest:?}");
        }
        assert!(is_foreign_memory(b"le monde", strings));
    }

    #[test]
    fn bytes_that_are_no_text_right_after_a_sentence() {
        for (text, rest, foreign) in [
            (&b"le monde"[..], &b"\0\x01\0\xff"[..], true),
            (b"monde\n", b"\0\0\x01\xff", true),
            (b"monde", b"\0\x01\0\xff", false),
            (b"le monde", b"\0\0\0\xff", false),
            (b"le monde", b"\0\x01\0a", false),
            (b"le monde", b"\0\xff", false),
        ] {
            assert_eq!(is_foreign_memory(text, rest), foreign, "{text:?} {rest:?}");
        }
    }
}
