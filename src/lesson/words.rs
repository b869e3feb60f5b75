//! Lines cut into words with their places.

use crate::lesson::model::Range;
use crate::syscall::ast::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    pub span: Span,
}

/// The words of a text whose first byte is at `base`; commas stand alone.
pub fn words(text: &str, base: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    for (place, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let ends = letter.is_whitespace() || letter == ',';
        if let (true, Some(from)) = (ends, start) {
            words.push(word(text, base, from, place));
            start = None;
        }
        if letter == ',' {
            words.push(word(text, base, place, place + 1));
        } else if !ends && start.is_none() {
            start = Some(place);
        }
    }
    words
}

fn word(text: &str, base: usize, from: usize, to: usize) -> Word<'_> {
    Word { text: &text[from..to], span: Span { start: base + from, end: base + to } }
}

/// The lines of a block that are not empty, trimmed, without what follows `comment`.
pub fn content_lines<'a>(text: &'a str, base: usize, comment: Option<&str>) -> Vec<Word<'a>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let kept = comment.and_then(|mark| line.find(mark)).map_or(line, |place| &line[..place]);
        let trimmed = kept.trim();
        if !trimmed.is_empty() {
            let from = start + (kept.len() - kept.trim_start().len());
            lines.push(word(text, base, from, from + trimmed.len()));
        }
        start += line.len();
    }
    lines
}

/// `5`, `1..64`, `1..`; the bounds may be negative.
pub fn range(text: &str) -> Option<Range> {
    let Some((from, to)) = text.split_once("..") else { return number(text).map(Range::exactly) };
    let from = number(from)?;
    let to = if to.is_empty() { i64::MAX } else { number(to)? };
    (from <= to).then_some(Range { from, to })
}

/// A decimal or hexadecimal integer, with nothing around it.
pub fn number(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| i64::from_str_radix(digits, 16).ok())?;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{content_lines, range, words};
    use crate::lesson::model::Range;

    #[test]
    fn words_know_their_place() {
        let found = words(" a,  bc d,", 10);
        let found: Vec<_> = found.iter().map(|word| (word.text, word.span.start, word.span.end)).collect();
        assert_eq!(found, [("a", 11, 12), (",", 12, 13), ("bc", 15, 17), ("d", 18, 19), (",", 19, 20)]);
    }

    #[test]
    fn lines_lose_their_comments() {
        let found = content_lines("a b # c\r\n\r\n  # d\n e\n", 5, Some("#"));
        let found: Vec<_> = found.iter().map(|line| (line.text, line.span.start)).collect();
        assert_eq!(found, [("a b", 5), ("e", 23)]);
    }

    #[test]
    fn ranges() {
        for (text, expected) in [
            ("5", Some((5, 5))),
            ("-1", Some((-1, -1))),
            ("1..64", Some((1, 64))),
            ("1..", Some((1, i64::MAX))),
            ("0xbb9", Some((3001, 3001))),
            ("64..1", None),
            ("..5", None),
            ("1.5", None),
            ("+5", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(range(text), expected.map(|(from, to)| Range { from, to }), "{text}");
        }
    }
}
