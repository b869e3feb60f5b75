//! Names that anyone may have chosen, made harmless in a page and in an address.

/// Appends a name as text of an HTML page: what it shows can be trusted to be only text, in its order.
pub fn push_text(out: &mut String, name: &[u8]) {
    for c in String::from_utf8_lossy(name).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || turns_text(c) => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
}

/// Appends a name as one segment of an address (RFC 3986, 2.3): only what needs no encoding is left as it is.
pub fn push_encoded(out: &mut String, name: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            out.push(char::from(*byte));
        } else {
            let digits = [byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)]));
            out.extend(['%', digits[0], digits[1]]);
        }
    }
}

/// Characters that change the direction of what follows (Unicode, UAX #9), and so what a name seems to be.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{push_encoded, push_text};

    #[test]
    fn hostile_names_are_text() {
        let cases: &[(&[u8], &str, &str)] = &[
            (b"plain-1.txt", "plain-1.txt", "plain-1.txt"),
            (b"\"><script>", "&quot;&gt;&lt;script&gt;", "%22%3E%3Cscript%3E"),
            (b"a&'b", "a&amp;&#39;b", "a%26%27b"),
            (b"javascript:x", "javascript:x", "javascript%3Ax"),
            (b"\x1b[2J\n\x7f", "\u{fffd}[2J\u{fffd}\u{fffd}", "%1B%5B2J%0A%7F"),
            (b"\xff", "\u{fffd}", "%FF"),
            ("a\u{202e}b".as_bytes(), "a\u{fffd}b", "a%E2%80%AEb"),
            (b"\\host", "\\host", "%5Chost"),
            (b"50%", "50%", "50%25"),
        ];
        for (name, text, encoded) in cases {
            let (mut shown, mut link) = (String::new(), String::new());
            push_text(&mut shown, name);
            push_encoded(&mut link, name);
            assert_eq!((shown.as_str(), link.as_str()), (*text, *encoded));
        }
    }
}
