//! What is wrong in a lesson's file, for its author: what it is, where, and what to write instead.

mod file;
mod layout;
mod lesson;
mod note;
mod page;
mod syntax;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::lesson::position::Lines;
use crate::lesson::problem::{MOST_PROBLEMS, Problem, ProblemKind, Unknown};
use crate::syscall::ast::Span;

/// Nothing is wider than this.
const WIDTH: usize = 80;
/// Before the source line and what explains it.
const INDENT: &str = "    ";

/// One sentence or two: what is wrong, then the remedy.
#[must_use]
pub fn describe(problem: &Problem) -> String {
    typeset(&sentence(&problem.kind))
}

fn sentence(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::File(fault) => file::file(fault),
        ProblemKind::Front(fault) => file::front(fault),
        ProblemKind::Layout(fault) => layout::layout(fault),
        ProblemKind::Markdown(fault) => layout::markdown(*fault),
        ProblemKind::Syntax(kind) => syntax::syntax(kind),
        ProblemKind::Note(fault) => note::note(fault),
        ProblemKind::State(fault) => note::state(fault),
        ProblemKind::Question(fault) => lesson::question(fault),
        ProblemKind::Scope(fault) => lesson::scope(fault),
        ProblemKind::Checks(fault) => lesson::checks(fault),
        ProblemKind::Page(fault) => page::page(fault),
    }
}

/// The known name that is near the one written, if any.
#[must_use]
pub fn suggestion(problem: &Problem) -> Option<String> {
    near(&problem.kind).map(|name| typeset(&format!("Vouliez-vous dire {} ?", quote(name))))
}

fn near(kind: &ProblemKind) -> Option<&str> {
    match kind {
        ProblemKind::File(_) | ProblemKind::Markdown(_) | ProblemKind::Question(_) => None,
        ProblemKind::Front(fault) => file::near(fault),
        ProblemKind::Layout(fault) => layout::near(fault),
        ProblemKind::Syntax(kind) => syntax::near(kind),
        ProblemKind::Note(fault) => note::note_near(fault),
        ProblemKind::State(fault) => note::state_near(fault),
        ProblemKind::Scope(fault) => lesson::scope_near(fault),
        ProblemKind::Checks(fault) => lesson::checks_near(fault),
        ProblemKind::Page(fault) => page::near(fault),
    }
}

/// Every problem of a file, each with its place, its source line, a caret and what to do. `text` is the file as it
/// was read; no line is wider than 80 cells, unless the path alone is.
#[must_use]
pub fn report(path: &str, text: &str, problems: &[Problem]) -> String {
    let lines = Lines::new(text);
    let mut report = String::new();
    for problem in problems {
        one(&mut report, path, &lines, problem);
    }
    if problems.len() >= MOST_PROBLEMS {
        report.push_str(&typeset(&format!(
            "{MOST_PROBLEMS} erreurs : la suite du fichier n’est pas lue. Corrigez d’abord celles-ci.\n"
        )));
    }
    report
}

fn one(report: &mut String, path: &str, lines: &Lines, problem: &Problem) {
    push_sentence(report, path, lines, (problem.span, &describe(problem)));
    if let Some(suggestion) = suggestion(problem) {
        push_wrapped(report, INDENT.trim_end_matches("   "), &suggestion);
    }
}

/// Sentences about places of a file that parses, drawn as its problems would be.
#[must_use]
pub fn remarks(path: &str, text: &str, sentences: &[(Span, String)]) -> String {
    let lines = Lines::new(text);
    let mut report = String::new();
    for (span, sentence) in sentences {
        push_sentence(&mut report, path, &lines, (*span, sentence));
    }
    report
}

fn push_sentence(report: &mut String, path: &str, lines: &Lines, (span, sentence): (Span, &str)) {
    let position = lines.position(span.start);
    let place = format!("{}:{}:{}:", shown(path), position.line, position.column);
    push_wrapped(report, &place, sentence);
    let source = lines.text(position.line);
    if !source.trim().is_empty() {
        push_source(report, source, position.column - 1, lines.width(span.start, span.end));
    }
}

/// A paragraph that begins with `first`, its other lines indented.
fn push_wrapped(report: &mut String, first: &str, text: &str) {
    let mut line = if first.trim().is_empty() { String::new() } else { first.to_owned() };
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let indent = if line.is_empty() { INDENT } else { " " };
        if !line.is_empty() && line.width() + 1 + word.width() > WIDTH {
            report.push_str(&line);
            report.push('\n');
            line = format!("{INDENT}{word}");
        } else {
            line.push_str(indent);
            line.push_str(word);
        }
    }
    report.push_str(&line);
    report.push('\n');
}

/// The source line around a column (from 0, in characters), and carets below `width` characters of it.
fn push_source(report: &mut String, source: &str, column: usize, width: usize) {
    let room = WIDTH - INDENT.len() - 2;
    let cells: Vec<(String, usize)> = source.chars().map(cell).collect();
    let before: usize = cells.iter().take(column).map(|cell| cell.1).sum();
    let total: usize = cells.iter().map(|cell| cell.1).sum();
    let skipped = if total > room && before > room / 2 { before - room / 2 } else { 0 };
    let mut start = 0;
    let mut passed = 0;
    while passed < skipped && start < column {
        passed += cells[start].1;
        start += 1;
    }
    let mut line = if start > 0 { "…".to_owned() } else { String::new() };
    let mut used = 0;
    let mut end = start;
    while let Some((text, size)) = cells.get(end).filter(|cell| used + cell.1 <= room) {
        line.push_str(text);
        used += size;
        end += 1;
    }
    if end < cells.len() {
        line.push('…');
    }
    let marked: usize = cells.iter().take(end).skip(column).take(width).map(|cell| cell.1).sum();
    let offset = before - passed + usize::from(start > 0);
    let line = line.trim_end();
    let carets = "^".repeat(marked.max(1));
    let blank = " ".repeat(offset);
    for part in [INDENT, line, "\n", INDENT, &blank, &carets, "\n"] {
        report.push_str(part);
    }
}

/// A character as a terminal may show it, and how many cells it takes.
fn cell(letter: char) -> (String, usize) {
    match letter {
        '\t' => ("  ".to_owned(), 2),
        _ if unsafe_to_show(letter) => ("?".to_owned(), 1),
        _ => match letter.width() {
            Some(width) => (letter.to_string(), width),
            None => ("?".to_owned(), 1),
        },
    }
}

/// Characters that a terminal would obey, or that change the order of the others.
fn unsafe_to_show(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn shown(text: &str) -> String {
    text.chars().map(|letter| if unsafe_to_show(letter) { '?' } else { letter }).collect()
}

/// `« word »`, safe to show.
fn quote(word: &str) -> String {
    format!("« {} »", shown(word))
}

/// French spaces, which no line may break: before `:`, inside « », before `;`, `!`, `?`.
fn typeset(text: &str) -> String {
    text.replace(" :", "\u{a0}:")
        .replace("« ", "«\u{a0}")
        .replace(" »", "\u{a0}»")
        .replace(" ;", "\u{202f};")
        .replace(" !", "\u{202f}!")
        .replace(" ?", "\u{202f}?")
}

/// « un, deux ou trois »
fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} ou {last}", rest.join(", ")),
    }
}

fn near_of(unknown: &Unknown) -> Option<&str> {
    unknown.near.as_deref()
}

#[cfg(test)]
mod tests;
