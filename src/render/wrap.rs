//! Breaking text at plain spaces, never at no-break ones, and never beyond the width.

use unicode_width::UnicodeWidthChar;

use crate::render::style::{Piece, Tone};

/// One character and its tone; its text is already clean.
type Cell = (char, Tone);

/// Columns that a text takes, each character by itself: what a terminal does.
#[must_use]
pub fn text_width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Columns that pieces take.
#[must_use]
pub fn pieces_width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| text_width(&piece.text)).sum()
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Lines of at most `first`, then `rest` columns (at least 2 each). A word that is too long is cut.
#[must_use]
pub fn wrap(pieces: &[Piece], first: usize, rest: usize) -> Vec<Vec<Piece>> {
    let cells: Vec<Cell> = pieces.iter().flat_map(|p| p.text.chars().map(|c| (c, p.tone))).collect();
    let mut lines = Vec::new();
    let mut left = cells.as_slice();
    let mut columns = first.max(2);
    loop {
        let end = line_end(left, columns);
        let (line, others) = left.split_at(end);
        lines.push(join(trim_end(line, others.is_empty())));
        left = trim_start(others);
        if left.is_empty() {
            return lines;
        }
        columns = rest.max(2);
    }
}

/// How many cells fit on a line: up to its last space, or between two flags of a set that is too long for a line, or
/// all that fits where it has neither.
fn line_end(cells: &[Cell], columns: usize) -> usize {
    let mut used = 0;
    let mut fits = cells.len();
    for (i, (c, _)) in cells.iter().enumerate() {
        used += char_width(*c);
        if used > columns {
            fits = i;
            break;
        }
    }
    if fits == cells.len() || cells[fits].0 == ' ' {
        return fits;
    }
    let space = cells[..fits].iter().rposition(|cell| cell.0 == ' ').unwrap_or(0);
    let flags = (space + 1..=fits).rev().find(|end| between_flags(cells, *end));
    let has_words = cells[..space].iter().any(|cell| cell.0 != ' ');
    match flags {
        Some(end) if word_length(&cells[space..]) > columns => end,
        _ if has_words => space,
        _ => whole_escape(cells, fits).max(1),
    }
}

/// `MSG_DONTWAIT|` before `MSG_NOSIGNAL`.
fn between_flags(cells: &[Cell], end: usize) -> bool {
    cells[end - 1].0 == '|' && cells.get(end).is_some_and(|next| next.0.is_ascii_uppercase())
}

fn word_length(cells: &[Cell]) -> usize {
    cells.iter().skip(1).take_while(|cell| cell.0 != ' ').map(|cell| char_width(cell.0)).sum()
}

/// Where to cut at `fits` or just before it, so that no `\xNN` is cut in two.
fn whole_escape(cells: &[Cell], fits: usize) -> usize {
    let starts = |i: usize| {
        let slashes = cells[..=i].iter().rev().take_while(|cell| cell.0 == '\\').count();
        slashes % 2 == 1
    };
    let length = |i: usize| if cells.get(i + 1).is_some_and(|next| next.0 == 'x') { 4 } else { 2 };
    let cut = (fits.saturating_sub(3)..fits).find(|i| starts(*i) && i + length(*i) > fits);
    cut.filter(|i| *i > 0).unwrap_or(fits)
}

fn trim_end(cells: &[Cell], last: bool) -> &[Cell] {
    let end = if last { cells.len() } else { cells.iter().rposition(|cell| cell.0 != ' ').map_or(0, |i| i + 1) };
    &cells[..end]
}

fn trim_start(cells: &[Cell]) -> &[Cell] {
    let start = cells.iter().position(|cell| cell.0 != ' ').unwrap_or(cells.len());
    &cells[start..]
}

fn join(cells: &[Cell]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (c, tone) in cells {
        match pieces.last_mut() {
            Some(last) if last.tone == *tone => last.text.push(*c),
            _ => pieces.push(Piece { text: c.to_string(), tone: *tone }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{pieces_width, wrap};
    use crate::render::style::plain;

    fn texts(text: &str, width: usize) -> Vec<String> {
        let lines = wrap(&[plain(text)], width, width);
        lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_at_plain_spaces_only() {
        assert_eq!(texts("le port\u{a0}: 3001", 8), ["le", "port\u{a0}:", "3001"]);
        assert_eq!(texts("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(texts("", 5), [""]);
    }

    #[test]
    fn sets_of_flags_and_escapes_are_not_cut_inside() {
        assert_eq!(texts("a CLONE_VM|CLONE_FS|CLONE_IO", 12), ["a CLONE_VM|", "CLONE_FS|", "CLONE_IO"]);
        assert_eq!(texts("\"ab\\x00\\x01\\n\"", 8), ["\"ab\\x00", "\\x01\\n\""]);
        assert_eq!(texts("\"a\\x00\\x01\"", 8), ["\"a\\x00", "\\x01\""]);
    }

    #[test]
    fn leading_spaces_of_the_first_line_are_kept() {
        assert_eq!(texts("  if x", 20), ["  if x"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide(text in "\\PC{0,200}", width in 2_usize..90) {
            for line in wrap(&[plain(text)], width, width) {
                prop_assert!(pieces_width(&line) <= width);
            }
        }
    }
}
