//! A `c ACTOR` block: statements, each with its note.

use crate::lesson::expectation::{self, Note};
use crate::lesson::model::Line;
use crate::lesson::position::Lines;
use crate::lesson::problem::{NoteFault, Problems};
use crate::syscall::ast::{Span, Statement};
use crate::syscall::parse;
use crate::syscall::token::Comment;
use crate::syscall::vocabulary::Returns;

/// A line with the actors that its note names, where it names them.
pub struct Noted {
    pub line: Line,
    pub named: Vec<(String, Span)>,
}

/// What a block holds.
pub struct Code {
    pub noted: Vec<Noted>,
    /// Words of declarations that could not be read.
    pub lost: Vec<String>,
}

/// Reads the body of a block.
pub fn parse(text: &str, body: Span, lines: &Lines, problems: &mut Problems) -> Code {
    let source = text.get(body.start..body.end).unwrap_or_default();
    let block = parse::block(source, body.start);
    let wrong: Vec<Span> = block.errors.iter().map(|error| error.span).collect();
    for error in block.errors {
        problems.push(error.span, error.kind);
    }
    let noted: Vec<Noted> = block.statements.into_iter().map(|statement| plain(statement, lines)).collect();
    let mut writer = Writer { text, noted, wrong, marked: None };
    for comment in &block.comments {
        writer.comment(comment, problems);
    }
    Code { noted: writer.noted, lost: block.lost }
}

fn plain(statement: Statement, lines: &Lines) -> Noted {
    let line = lines.line(statement.span.start);
    let end = statement.span.end;
    let expectation = expectation::success(Span { start: end, end });
    Noted { line: Line { statement, expectation, comment: None, line }, named: Vec::new() }
}

struct Writer<'a> {
    text: &'a str,
    /// In the order of the file.
    noted: Vec<Noted>,
    /// Where statements could not be read: their notes are left alone.
    wrong: Vec<Span>,
    /// The last statement that got a note.
    marked: Option<usize>,
}

impl Writer<'_> {
    fn comment(&mut self, comment: &Comment, problems: &mut Problems) {
        let inner = self.text.get(comment.inner.start..comment.inner.end).unwrap_or_default();
        let trimmed = inner.trim();
        if let Some(note) = trimmed.strip_prefix("=>").filter(|_| comment.line) {
            let start = comment.inner.start + (inner.len() - inner.trim_start().len()) + 2;
            let base = start + (note.len() - note.trim_start().len());
            self.note((note.trim(), base), comment.span, problems);
        } else if comment.line && ["->", "==>", "⇒", "→"].iter().any(|arrow| trimmed.starts_with(arrow)) {
            problems.push(comment.span, NoteFault::Malformed);
        } else if !trimmed.is_empty() {
            self.remark(trimmed, comment.span);
        }
    }

    /// The statement that begins before this place, if any.
    fn before(&self, span: Span) -> Option<usize> {
        self.noted.partition_point(|one| one.line.statement.span.start < span.start).checked_sub(1)
    }

    /// The text of a note, whose first byte is at `base`.
    fn note(&mut self, (text, base): (&str, usize), span: Span, problems: &mut Problems) {
        let before = self.before(span);
        let end = before.map_or(0, |index| self.noted[index].line.statement.span.end);
        if self.wrong.iter().any(|wrong| end <= wrong.start && wrong.start <= span.start) {
            return;
        }
        let Some(index) = before else { return problems.push(span, NoteFault::WithoutStatement) };
        if end > span.start {
            return problems.push(span, NoteFault::InsideStatement);
        }
        if self.marked == Some(index) {
            return problems.push(span, NoteFault::Twice);
        }
        self.marked = Some(index);
        match expectation::parse(text, base) {
            Ok(note) => attach(&mut self.noted[index], note),
            Err(problem) => problems.push(problem.span, problem.kind),
        }
    }

    /// Beside a statement, or above the next one.
    fn remark(&mut self, remark: &str, span: Span) {
        let before = self.before(span);
        let beside = before.is_some_and(|index| {
            let end = self.noted[index].line.statement.span.end.min(span.start);
            !self.text.get(end..span.start).unwrap_or_default().contains('\n')
        });
        let index = if beside { before } else { before.map_or(Some(0), |index| index.checked_add(1)) };
        if let Some(target) = index.and_then(|index| self.noted.get_mut(index)) {
            let comment = &mut target.line.comment;
            let whole = comment.take().map_or_else(|| remark.to_owned(), |earlier| format!("{earlier} {remark}"));
            *comment = Some(whole.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}

fn attach(noted: &mut Noted, note: Note) {
    let mut expectation = note.expectation;
    let counts = noted
        .line
        .statement
        .call()
        .and_then(|(name, _)| name.function())
        .is_some_and(|function| function.returns == Returns::Count);
    if counts {
        expectation.result = expectation::received(expectation.result);
    }
    noted.line.expectation = expectation;
    noted.named = note.named;
}

#[cfg(test)]
mod tests;
