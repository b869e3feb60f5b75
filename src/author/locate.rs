//! Where in the file a remark about words belongs: at the word itself, not at the step that holds it. Pure.

use crate::author::remark::{Fault, Remark, RemarkKind};
use crate::author::{rules, typography};
use crate::syscall::ast::Span;

/// Fences whose content is prose of the lesson, the first one in TOML; in the others, nothing is typography.
const PROSE_FENCES: [&str; 2] = [QUESTION, "indice"];
const QUESTION: &str = "question";

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
    let mut fence: Option<&str> = None;
    for line in source.split_inclusive('\n') {
        if let Some(info) = line.strip_prefix("```") {
            fence = if fence.is_some() { None } else { Some(info.trim()) };
            blank(&mut out, line);
        } else if fence.is_some_and(|info| !PROSE_FENCES.contains(&info)) {
            blank(&mut out, line);
        } else {
            without_code(&mut out, line, fence == Some(QUESTION));
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
        assert_eq!(at(source, start, &[RemarkKind::NothingProvesIt]), ["#"]);
    }

    #[test]
    fn the_second_is_not_the_first() {
        let kind = RemarkKind::Typography(Fault::NarrowSpace('?'));
        let source = "## T\nQuoi ? Ou ?\n";
        let remarks = vec![Remark { span: Span { start: 0, end: 1 }, kind: kind.clone() }; 2];
        let starts: Vec<usize> = at_words(source, remarks).iter().map(|remark| remark.span.start).collect();
        assert_eq!(starts, [10, 15]);
    }

    #[test]
    fn only_prose_is_searched() {
        let mark = RemarkKind::Typography(Fault::NarrowSpace('?'));
        let quotes = RemarkKind::Typography(Fault::Quotes);
        // `§` stands before the place; without it, the remark stays.
        for (marked, kind) in [
            ("```sh\né ?\n```\nQuoi §?", &mark),
            ("```sh\né ?\n```\n", &mark),
            ("```question\nenonce = \"`é ?` §?\"\n```\n", &mark),
            ("```indice\nQuoi §?\n```\n```c s\na ?\n```\n", &mark),
            ("`é ?` Quoi §?", &mark),
            ("un ` seul\nQuoi §?", &mark),
            ("Il §\"dit\"", &quotes),
            ("```indice\nIl §\"dit\"\n```\n", &quotes),
            ("```question\nenonce = \"Il\"\n```\n", &quotes),
            ("```sh\nls\n```\n§simplement", &RemarkKind::Typography(Fault::Word("simplement"))),
            ("Et §simplement lire", &RemarkKind::Typography(Fault::Word("simplement"))),
            ("127.0.0.1:§3001", &RemarkKind::LiteralPort(3001)),
            ("port §3001 ou 3002", &RemarkKind::LiteralPort(3001)),
            ("Le port `3001`.", &RemarkKind::LiteralPort(3001)),
        ] {
            let source = marked.replace('§', "");
            let stays = Span { start: 0, end: 1 };
            let found = at_words(&source, vec![Remark { span: stays, kind: kind.clone() }]);
            let start = marked.find('§').unwrap_or(stays.start);
            assert_eq!((found[0].span.start, &found[0].kind), (start, kind), "{marked}");
            let length = match kind {
                _ if !marked.contains('§') => 1,
                RemarkKind::Typography(Fault::Word(word)) => word.len(),
                RemarkKind::LiteralPort(_) => 4,
                _ => 1,
            };
            assert_eq!(found[0].span.end - start, length, "{marked}");
        }
    }

    #[test]
    fn the_remarks_are_in_the_order_of_their_words() {
        let source = "## T\n\nl'an ? Ou ? Non !\n";
        let [mark, bang, apostrophe] =
            [Fault::NarrowSpace('?'), Fault::NarrowSpace('!'), Fault::Apostrophe].map(RemarkKind::Typography);
        let kinds = [mark.clone(), bang, mark, apostrophe];
        assert_eq!(at(source, 0, &kinds), ["'", "?", "?", "!"]);
    }
}
