//! Where in the file a remark about words belongs: at the word itself, not at the step that holds it. Pure.

use crate::author::remark::{Fault, Remark, RemarkKind};
use crate::author::{rules, typography};
use crate::syscall::ast::Span;

/// Fences whose content is prose of the lesson; in the others, nothing is typography.
const PROSE_FENCES: [&str; 2] = ["question", "indice"];

/// The remarks, those on typography and ports moved to what they speak of. One that is not found again in the source
/// (a text folded over two lines) stays where it was.
#[must_use]
pub fn at_words(source: &str, remarks: Vec<Remark>) -> Vec<Remark> {
    let prose = prose_only(source);
    let mut found: Vec<Remark> = Vec::new();
    for remark in remarks {
        let after = found.iter().rev().find(|other| other.kind == remark.kind).map_or(0, |other| other.span.end);
        let from = remark.span.start.max(after);
        let span = span_of(&prose, &remark.kind, from).unwrap_or(remark.span);
        found.push(Remark { span, ..remark });
    }
    found.sort_by_key(|remark| remark.span.start);
    found
}

fn span_of(prose: &str, kind: &RemarkKind, from: usize) -> Option<Span> {
    let rest = prose.get(from..)?;
    let (at, length) = match kind {
        RemarkKind::Typography(Fault::Word(word)) => (typography::word(rest, word)?, word.len()),
        RemarkKind::Typography(fault) => typography::position(rest, *fault)?,
        RemarkKind::LiteralPort(port) => (rules::mention(rest, *port)?, port.to_string().len()),
        _ => return None,
    };
    Some(Span { start: from + at, end: from + at + length })
}

/// The source, byte for byte as long, with everything that is code blanked.
fn prose_only(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut fence: Option<bool> = None;
    for line in source.split_inclusive('\n') {
        if let Some(info) = line.strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(PROSE_FENCES.contains(&info.trim())) };
            blank(&mut out, line);
        } else if fence == Some(false) {
            blank(&mut out, line);
        } else {
            without_code(&mut out, line, fence.is_some());
        }
    }
    out
}

fn blank(out: &mut String, text: &str) {
    out.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { 'x' }));
}

/// Blanks what stands between backticks; in the TOML of a question, its delimiters too.
fn without_code(out: &mut String, line: &str, toml: bool) {
    let mut code = false;
    for character in line.chars() {
        if character == '`' {
            code = !code;
        }
        if code || character == '`' || (toml && character == '"') {
            out.extend(std::iter::repeat_n('x', character.len_utf8()));
        } else {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::at_words;
    use crate::author::remark::{Fault, Remark, RemarkKind};
    use crate::syscall::ast::Span;

    fn at(source: &str, start: usize, kinds: &[RemarkKind]) -> Vec<String> {
        let remarks =
            kinds.iter().map(|kind| Remark { span: Span { start, end: start + 1 }, kind: kind.clone() }).collect();
        let found = at_words(source, remarks);
        found.iter().map(|remark| source[remark.span.start..remark.span.end].to_owned()).collect()
    }

    #[test]
    fn remarks_are_at_their_words() {
        let question = RemarkKind::Typography(Fault::NarrowSpace('?'));
        let source = "## Pas ici\n\n```c s\nint a = b ? c : d;\n```\n\nQuoi ? `a ? b` Et l'autre ? Port 3001.\n";
        let start = source.find("## ").unwrap();
        assert_eq!(at(source, start, &[question.clone(), question]), ["?", "?"]);
        assert_eq!(at(source, start, &[RemarkKind::LiteralPort(3001)]), ["3001"]);
        assert_eq!(at(source, start, &[RemarkKind::Typography(Fault::Apostrophe)]), ["'"]);
        assert_eq!(at(source, start, &[RemarkKind::EmptyStep]), ["#"]);
    }

    #[test]
    fn the_second_is_not_the_first() {
        let kind = RemarkKind::Typography(Fault::NarrowSpace('?'));
        let source = "## T\nQuoi ? Ou ?\n";
        let remarks = vec![Remark { span: Span { start: 0, end: 1 }, kind: kind.clone() }; 2];
        let starts: Vec<usize> = at_words(source, remarks).iter().map(|remark| remark.span.start).collect();
        assert_eq!(starts, [10, 15]);
    }
}
