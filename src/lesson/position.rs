//! From byte offsets to lines and columns.

/// A place as a person counts it: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A text and where its lines begin. A byte order mark takes no column; `\r\n` ends a line as `\n` does.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

impl<'a> Lines<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Lines<'a> {
        let first = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        let others = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place + 1);
        Lines { text, starts: std::iter::once(first).chain(others).collect() }
    }

    /// The line of an offset, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.starts[line - 1];
        let before = self.text.get(start..offset.max(start)).unwrap_or_default();
        let column = before.trim_end_matches('\n').chars().count() + 1;
        Position { line, column }
    }

    /// A line without its end; empty beyond the last.
    #[must_use]
    pub fn text(&self, line: usize) -> &'a str {
        let Some(start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else { return "" };
        let rest = self.text.get(*start..).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default().trim_end_matches('\r')
    }

    /// How many characters of its line an extent covers, at least 1.
    #[must_use]
    pub fn width(&self, start: usize, end: usize) -> usize {
        let extent = self.text.get(start..end.max(start)).unwrap_or_default();
        extent.split('\n').next().unwrap_or_default().trim_end().chars().count().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Position};

    #[test]
    fn columns_count_characters() {
        let lines = Lines::new("é=1\nabc\n");
        assert_eq!(lines.position(2), Position { line: 1, column: 2 });
        assert_eq!(lines.position(5), Position { line: 2, column: 1 });
        assert_eq!(lines.position(7), Position { line: 2, column: 3 });
        assert_eq!(lines.position(99), Position { line: 3, column: 1 });
    }

    #[test]
    fn a_mark_and_carriage_returns_take_no_place() {
        let lines = Lines::new("\u{feff}ab\r\ncd\r\n");
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(3), Position { line: 1, column: 1 });
        assert_eq!(lines.position(7), Position { line: 2, column: 1 });
        assert_eq!((lines.text(1), lines.text(2), lines.text(3), lines.text(9)), ("ab", "cd", "", ""));
    }

    #[test]
    fn an_extent_is_as_wide_as_its_letters_on_its_first_line() {
        let lines = Lines::new("é=12 \nabc\r\n");
        for (start, end, width) in
            [(0, 2, 1), (0, 4, 3), (3, 4, 1), (0, 6, 4), (0, 9, 4), (7, 12, 3), (2, 2, 1), (4, 2, 1), (99, 120, 1)]
        {
            assert_eq!(lines.width(start, end), width, "{start}..{end}");
        }
    }

    #[test]
    fn an_empty_text_has_one_line() {
        assert_eq!(Lines::new("").position(0), Position { line: 1, column: 1 });
    }
}
