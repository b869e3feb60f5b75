//! Foreign bytes made harmless for a terminal: what it could obey, or the eye could not see, is spelled `\xNN`.
//! Every line that the renderers print passes here, whatever it holds.

use crate::syscall::notation::{printable, push_hex};

/// Bytes of one line: invalid UTF-8, controls (C0, C1, DEL), bidirectional marks and invisible characters
/// become `\xNN`; the rest stays as it is. A newline is a control too: split lines first.
#[must_use]
pub fn sanitize_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push(&mut out, chunk.valid());
        push_hex(&mut out, chunk.invalid());
    }
    out
}

/// The same for text.
#[must_use]
pub fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out
}

fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        if printable(c) { out.push(c) } else { push_hex(out, c.encode_utf8(&mut [0; 4]).as_bytes()) }
    }
}

#[cfg(test)]
mod tests {
    use super::sanitize_bytes;

    #[test]
    fn what_a_terminal_could_obey_is_spelled() {
        let rows: [(&[u8], &str); 9] = [
            (b"salut", "salut"),
            ("été …".as_bytes(), "été …"),
            (b"\x1b[2J", "\\x1b[2J"),
            (b"a\x7fb\x00", "a\\x7fb\\x00"),
            ("\u{9b}31m".as_bytes(), "\\xc2\\x9b31m"),
            (b"\xff\xfe", "\\xff\\xfe"),
            ("\u{202e}abc".as_bytes(), "\\xe2\\x80\\xaeabc"),
            ("e\u{301}".as_bytes(), "e\\xcc\\x81"),
            (b"\xc3", "\\xc3"),
        ];
        for (bytes, text) in rows {
            assert_eq!(sanitize_bytes(bytes), text);
        }
    }
}
