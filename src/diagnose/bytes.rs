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
    let mut length = 0;
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        let stop = valid.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{1b}'));
        if let Some((at, _)) = stop {
            return length + at;
        }
        length += valid.len();
        let last = length + chunk.invalid().len() == bytes.len();
        if !chunk.invalid().is_empty() {
            let cut = last
                && chunk.invalid().len() < 4
                && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            return if cut { bytes.len() } else { length };
        }
    }
    length
}

#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && text_length(bytes) == bytes.len()
}

/// Bytes after a text that no text goes on with: not UTF-8, or a control character that no terminal is sent.
#[must_use]
pub fn starts_with_garbage(bytes: &[u8]) -> bool {
    let control = |byte: u8| matches!(byte, 1..=6 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    match bytes.first() {
        None | Some(0) => false,
        Some(byte) if control(*byte) => true,
        Some(byte) if byte.is_ascii() => false,
        _ => bytes.utf8_chunks().next().is_some_and(|chunk| chunk.valid().is_empty()) && bytes.len() >= 4,
    }
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
    let sentence = text.contains(&b' ') || text.ends_with(b"\n");
    let clean = rest.split(|byte| *byte == 0).all(|piece| piece.is_empty() || is_text(piece));
    let long = rest.split(|byte| *byte == 0).any(|piece| piece.len() >= 4);
    sentence && clean && long && rest.last() != Some(&0)
}

fn is_left_over(text: &[u8], rest: &[u8]) -> bool {
    let sentence = text.contains(&b' ') || text.ends_with(b"\n");
    let after = rest.get(1..3).unwrap_or_default();
    sentence && after.iter().any(|byte| *byte != 0) && rest.utf8_chunks().any(|chunk| !chunk.invalid().is_empty())
}
