//! Numbers that stand alone in a text.

/// The text with each whole decimal number for which `change` gives another; `None` where nothing changes.
pub fn in_text(text: &str, change: &dyn Fn(i64) -> Option<i64>) -> Option<String> {
    replace(text, change, false)
}

/// The same in C, where a number may be hexadecimal and a backslash begins an escape.
pub fn in_c(source: &str, change: &dyn Fn(i64) -> Option<i64>) -> Option<String> {
    replace(source, change, true)
}

fn replace(text: &str, change: &dyn Fn(i64) -> Option<i64>, c: bool) -> Option<String> {
    let mut replaced = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if c && letter == '\\' {
            escape_length(rest)
        } else if is_word(letter) {
            let length = rest.find(|next| !is_word(next)).unwrap_or(rest.len());
            if let Some(value) = value(&rest[..length], c).and_then(change) {
                replaced.push_str(&text[kept..at]);
                replaced.push_str(&value.to_string());
                kept = at + length;
            }
            length
        } else {
            letter.len_utf8()
        };
        at += length;
    }
    if kept == 0 {
        return None;
    }
    replaced.push_str(&text[kept..]);
    Some(replaced)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// `3001`; in C also `0xbb9` and `3001u`.
fn value(word: &str, c: bool) -> Option<i64> {
    let digits = if c { word.trim_end_matches(['u', 'U', 'l', 'L']) } else { word };
    if let Some(hexadecimal) = digits.strip_prefix("0x").filter(|_| c) {
        return i64::from_str_radix(hexadecimal, 16).ok();
    }
    let decimal = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if decimal { digits.parse().ok() } else { None }
}

/// How long the escape is that the text begins with: `\n`, `\x41`, `\101`.
fn escape_length(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    let Some((place, first)) = letters.next() else { return 1 };
    let counted = |radix: u32, most: usize| {
        let start = if radix == 16 { 2 } else { 1 };
        start + text[start..].chars().take(most).take_while(|letter| letter.is_digit(radix)).count()
    };
    match first {
        'x' => counted(16, usize::MAX),
        '0'..='7' => counted(8, 3),
        other => place + other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_c, in_text};

    fn change(value: i64) -> Option<i64> {
        (value == 3001).then_some(45_123)
    }

    #[test]
    fn only_whole_numbers_are_replaced() {
        for (text, expected) in [
            ("le port 3001.", Some("le port 45123.")),
            ("127.0.0.1:3001", Some("127.0.0.1:45123")),
            ("(3001, 3001)", Some("(45123, 45123)")),
            ("30010 13001 a3001 3001_", None),
            ("0xbb9", None),
            ("03001", None),
            ("", None),
        ] {
            assert_eq!(in_text(text, &change).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn c_has_other_numbers_and_escapes() {
        for (text, expected) in [
            ("htons(3001)", Some("htons(45123)")),
            ("htons(0xbb9)", Some("htons(45123)")),
            ("3001u", Some("45123")),
            ("\"\\n3001\"", Some("\"\\n45123\"")),
            ("\"\\x3001\"", None),
            ("\"\\0013001\"", Some("\"\\00145123\"")),
            ("\"é:3001\\", Some("\"é:45123\\")),
        ] {
            assert_eq!(in_c(text, &change).as_deref(), expected, "{text}");
        }
    }
}
