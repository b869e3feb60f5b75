//! The large pieces of a lesson's file: front matter, headings, fenced blocks, prose.

use crate::lesson::problem::{FrontFault, LayoutFault, Problems};
use crate::syscall::ast::Span;

/// What the front matter begins and ends with.
const FRONT: &str = "+++";
const FENCE: char = '`';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The text behind `##`.
    Heading(Span),
    /// ```` ``` ````: the words behind the fence, and the lines inside.
    Fence {
        info: Span,
        body: Span,
    },
    Prose(Span),
}

#[derive(Debug)]
pub struct Layout {
    pub front: Option<Span>,
    pub pieces: Vec<Piece>,
}

/// A line without its end, and where the next one begins.
#[derive(Clone, Copy)]
struct Line {
    span: Span,
    next: usize,
}

pub fn split(text: &str, problems: &mut Problems) -> Layout {
    let lines = lines(text);
    let (front, first) = front(text, &lines, problems);
    let mut splitter = Splitter { text, lines: &lines, at: first, prose: None, pieces: Vec::new() };
    while splitter.at < lines.len() {
        splitter.line(problems);
    }
    splitter.end_prose();
    Layout { front, pieces: splitter.pieces }
}

/// Where the front matter is, if it is well enclosed.
pub fn front_span(text: &str) -> Option<Span> {
    front(text, &lines(text), &mut Problems::default()).0
}

fn lines(text: &str) -> Vec<Line> {
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = text.get(start..).unwrap_or_default();
    rest.split_inclusive('\n')
        .map(|line| {
            let content = line.trim_end_matches('\n').trim_end_matches('\r');
            let span = Span { start, end: start + content.len() };
            start += line.len();
            Line { span, next: start }
        })
        .collect()
}

/// The front matter, and the first line behind it.
fn front(text: &str, lines: &[Line], problems: &mut Problems) -> (Option<Span>, usize) {
    let content = |line: &Line| text.get(line.span.start..line.span.end).unwrap_or_default().trim_end();
    let Some(open) = lines.iter().position(|line| !content(line).is_empty()) else { return (None, 0) };
    if content(&lines[open]) != FRONT {
        problems.push(lines[open].span, FrontFault::Missing);
        return (None, open);
    }
    let start = lines[open].next;
    if let Some(length) = lines.iter().skip(open + 1).position(|line| content(line) == FRONT) {
        let close = open + 1 + length;
        (Some(Span { start, end: lines[close].span.start }), close + 1)
    } else {
        problems.push(lines[open].span, FrontFault::Unclosed);
        (None, lines.len())
    }
}

struct Splitter<'a> {
    text: &'a str,
    lines: &'a [Line],
    at: usize,
    prose: Option<Span>,
    pieces: Vec<Piece>,
}

impl<'a> Splitter<'a> {
    fn content(&self, line: Line) -> &'a str {
        self.text.get(line.span.start..line.span.end).unwrap_or_default()
    }

    fn line(&mut self, problems: &mut Problems) {
        let line = self.lines[self.at];
        let content = self.content(line);
        self.at += 1;
        let ticks = leading(content, FENCE);
        if ticks >= 3 && !content[ticks..].contains(FENCE) {
            self.end_prose();
            self.fence(line, ticks, problems);
        } else if content.starts_with('#') {
            self.end_prose();
            self.heading(line, problems);
        } else if !content.trim().is_empty() || self.prose.is_some() {
            let start = self.prose.map_or(line.span.start, |prose| prose.start);
            self.prose = Some(Span { start, end: line.next });
        }
    }

    fn end_prose(&mut self) {
        if let Some(prose) = self.prose.take() {
            self.pieces.push(Piece::Prose(prose));
        }
    }

    fn heading(&mut self, line: Line, problems: &mut Problems) {
        let content = self.content(line);
        let level = leading(content, '#');
        let title = &content[level..];
        if level != 2 {
            problems.push(line.span, LayoutFault::HeadingLevel);
        } else if !title.is_empty() && !title.starts_with([' ', '\t']) {
            problems.push(line.span, LayoutFault::HeadingSpace);
        }
        let start = line.span.start + level + (title.len() - title.trim_start().len());
        let end = (line.span.start + content.trim_end().len()).max(start);
        if level == 2 {
            self.pieces.push(Piece::Heading(Span { start, end }));
        }
    }

    fn fence(&mut self, open: Line, ticks: usize, problems: &mut Problems) {
        let info = Span { start: open.span.start + ticks, end: open.span.end };
        let closing = |line: &Line| {
            let content = self.content(*line).trim_end();
            content.len() >= ticks && leading(content, FENCE) == content.len()
        };
        let length = self.lines[self.at..].iter().position(closing);
        if length.is_none() {
            problems.push(open.span, LayoutFault::UnclosedBlock);
        }
        let close = length.map_or(self.lines.len(), |length| self.at + length);
        let end = self.lines.get(close).map_or(self.text.len(), |line| line.span.start);
        self.pieces.push(Piece::Fence { info, body: Span { start: open.next, end } });
        self.at = close + 1;
    }
}

/// How many times the text begins with this ASCII character.
fn leading(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

#[cfg(test)]
mod tests {
    use super::{Piece, front_span, split};
    use crate::lesson::problem::{FrontFault, LayoutFault, ProblemKind, Problems};

    fn pieces(text: &str) -> Vec<(char, &str)> {
        let mut problems = Problems::default();
        let layout = split(text, &mut problems);
        let piece = |piece: &Piece| match piece {
            Piece::Heading(span) => ('h', &text[span.start..span.end]),
            Piece::Fence { body, .. } => ('f', &text[body.start..body.end]),
            Piece::Prose(span) => ('p', &text[span.start..span.end]),
        };
        layout.pieces.iter().map(piece).collect()
    }

    #[test]
    fn the_pieces_are_cut_by_line() {
        for end in ["\n", "\r\n"] {
            let text = ["+++", "a = 1", "+++", "", "## Un  ", "x", "y", "```c a", "z;", "```", "fin"].join(end);
            let found = pieces(&text);
            assert_eq!(found.iter().map(|piece| piece.0).collect::<String>(), "hpfp", "{text:?}");
            assert_eq!((found[0].1, found[2].1.trim_end(), found[3].1), ("Un", "z;", "fin"));
        }
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        assert_eq!(pieces("+++\n+++\n````text\n```\n````\n"), [('f', "```\n")]);
        assert_eq!(pieces("+++\n+++\n```text\nx"), [('f', "x")]);
    }

    #[test]
    fn a_fence_is_three_marks_or_more_at_the_start_of_a_line() {
        for (text, expected) in [
            ("```text\nx\n```\n", vec![('f', "x\n")]),
            ("```text\nx\n`````  \ny", vec![('f', "x\n"), ('p', "y")]),
            ("```text\n```x\n ```\n```\n", vec![('f', "```x\n ```\n")]),
            ("``text\n", vec![('p', "``text\n")]),
            ("```a` b\n", vec![('p', "```a` b\n")]),
            (" ```text\n", vec![('p', " ```text\n")]),
            ("```\n```\n```\n\n```\n", vec![('f', ""), ('f', "\n")]),
        ] {
            assert_eq!(pieces(&format!("+++\n+++\n{text}")), expected, "{text}");
        }
    }

    #[test]
    fn prose_goes_from_its_first_line_to_the_next_piece() {
        let text = "+++\n+++\n\n  \nun\n\ndeux\n\n##\t Titre \t\n\n#non\ntrois";
        assert_eq!(pieces(text), [('p', "un\n\ndeux\n\n"), ('h', "Titre"), ('p', "trois")]);
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        let layout = |fault| ProblemKind::Layout(fault);
        for (text, place, kind) in [
            ("+++\n+++\n# Un\n", "# Un", layout(LayoutFault::HeadingLevel)),
            ("+++\n+++\n### Un\n", "### Un", layout(LayoutFault::HeadingLevel)),
            ("+++\n+++\n##Un\n", "##Un", layout(LayoutFault::HeadingSpace)),
            ("+++\n+++\n```text\nx\n``\n", "```text", layout(LayoutFault::UnclosedBlock)),
            ("\n\nUn\n", "Un", FrontFault::Missing.into()),
            ("++++\n", "++++", FrontFault::Missing.into()),
            ("\n+++ \nformat = 1\n++\n", "+++ ", FrontFault::Unclosed.into()),
        ] {
            let mut problems = Problems::default();
            split(text, &mut problems);
            let found: Vec<_> = problems.finish();
            let places: Vec<_> = found.iter().map(|one| (&text[one.span.start..one.span.end], &one.kind)).collect();
            assert_eq!(places, [(place, &kind)], "{text}");
        }
        for text in ["+++\n+++\n##\n", "+++\n+++\n##\tUn\n", "+++\n+++\n"] {
            let mut problems = Problems::default();
            split(text, &mut problems);
            assert!(problems.is_empty(), "{text}");
        }
    }

    #[test]
    fn the_front_matter_is_between_its_marks() {
        for (text, expected) in [
            ("+++\na = 1\n+++\n## Un\n", Some("a = 1\n")),
            ("\u{feff}\n +++\n", None),
            ("\u{feff}\n\n+++  \r\na\r\n+++\r\n", Some("a\r\n")),
            ("+++\n+++", Some("")),
            ("+++\na\n", None),
            ("", None),
        ] {
            assert_eq!(front_span(text).map(|span| &text[span.start..span.end]), expected, "{text:?}");
        }
    }

    #[test]
    fn nothing_is_read_of_a_file_without_an_end_to_its_front_matter() {
        assert_eq!(pieces("+++\n## Un\n"), []);
        assert_eq!(pieces("## Un\nx"), [('h', "Un"), ('p', "x")]);
        assert_eq!(pieces(" \n"), []);
    }
}
