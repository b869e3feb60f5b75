//! From C text to statements: a hand-written recursive-descent parser of the closed subset, which refuses
//! everything else by its name. It knows the vocabulary and the types, not the variables (`lesson::scope` does).

mod cursor;
mod declaration;
pub mod error;
mod expression;
mod initializer;
mod specifier;

pub use error::{SyntaxError, SyntaxKind, Wanted};

use crate::syscall::ast::{Declarator, Expr, ExprKind, Initializer, Span, Statement, StatementKind};
use crate::syscall::parse::cursor::{Cursor, Parsed};
use crate::syscall::token::{Comment, TokenKind, tokenize};

/// Beyond this many errors, a block is not worth reading further.
const MOST_ERRORS: usize = 50;

/// What a block of C holds: the statements that could be read, the comments, and every error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    pub statements: Vec<Statement>,
    pub comments: Vec<Comment>,
    pub errors: Vec<SyntaxError>,
    /// The words of declarations that could not be read: some of them name variables.
    pub lost: Vec<String>,
}

/// Reads statements up to the end of `text`, whose first byte is at `base` in its file. After an error, reading
/// goes on behind the next `;`.
#[must_use]
pub fn block(text: &str, base: usize) -> Block {
    let tokens = tokenize(text, base);
    let comments = tokens.comments;
    let mut cursor = Cursor::new(tokens.tokens, base + text.len(), text, base);
    cursor.unread = tokens.errors.iter().map(|error| error.span.start).collect();
    cursor.errors = tokens.errors;
    let mut statements = Vec::new();
    while !cursor.at_end() && cursor.errors.len() < MOST_ERRORS {
        if let Some(mut statement) = next_statement(&mut cursor) {
            statement.source = source_text(text, base, statement.span, &comments);
            statements.push(statement);
        }
    }
    let mut errors = cursor.errors;
    errors.sort_by_key(|error| error.span.start);
    errors.truncate(MOST_ERRORS);
    Block { statements, comments, errors, lost: cursor.lost }
}

/// Reads one whole expression.
///
/// # Errors
/// Every place where the text is not an expression of the subset.
pub fn expression(text: &str, base: usize) -> Result<Expr, Vec<SyntaxError>> {
    let tokens = tokenize(text, base);
    let mut cursor = Cursor::new(tokens.tokens, base + text.len(), text, base);
    cursor.errors = tokens.errors;
    let parsed = whole_expression(&mut cursor);
    match parsed {
        Ok(expr) if cursor.errors.is_empty() => Ok(expr),
        Ok(_) => Err(cursor.errors),
        Err(error) => {
            cursor.errors.push(error);
            Err(cursor.errors)
        }
    }
}

fn whole_expression(cursor: &mut Cursor) -> Parsed<Expr> {
    let expr = cursor.expression()?;
    let inside = cursor.kernel_calls.first().copied();
    if let Some((name, span)) = inside {
        return Err(SyntaxError { span, kind: SyntaxKind::KernelCallInside(name) });
    }
    if cursor.at_end() { Ok(expr) } else { Err(cursor.after_expression()) }
}

fn next_statement(cursor: &mut Cursor) -> Option<Statement> {
    while cursor.accept(";") {}
    if cursor.at_end() {
        return None;
    }
    let start = cursor.here().start;
    let declares = cursor.at_declaration();
    cursor.start_statement();
    match statement_kind(cursor).and_then(|kind| check_calls(cursor, kind)) {
        Ok(kind) => {
            let span = Span { start, end: cursor.previous_end() };
            Some(Statement { kind, span, source: String::new() })
        }
        Err(error) => {
            cursor.recover(declares);
            if !cursor.is_unreadable() {
                cursor.errors.push(error);
            }
            None
        }
    }
}

fn statement_kind(cursor: &mut Cursor) -> Parsed<StatementKind> {
    cursor.refuse_control_flow()?;
    let kind = if cursor.at_declaration() {
        StatementKind::Declare(cursor.declaration()?)
    } else {
        assignment_or_expression(cursor)?
    };
    cursor.semicolon()?;
    Ok(kind)
}

fn assignment_or_expression(cursor: &mut Cursor) -> Parsed<StatementKind> {
    let target = cursor.expression()?;
    if !cursor.accept("=") {
        return Ok(StatementKind::Evaluate(target));
    }
    if !assignable(&target) {
        return Err(SyntaxError { span: target.span, kind: SyntaxKind::NotAssignable });
    }
    let handler =
        matches!(&target.kind, ExprKind::Field(_, field) | ExprKind::Arrow(_, field) if field == HANDLER_FIELD);
    let value = if handler { cursor.handler_or_expression()? } else { cursor.expression()? };
    Ok(StatementKind::Assign { target, value })
}

/// The field of `struct sigaction` that holds the name of a function.
const HANDLER_FIELD: &str = "sa_handler";

fn assignable(target: &Expr) -> bool {
    matches!(
        &target.kind,
        ExprKind::Variable(_)
            | ExprKind::Field(..)
            | ExprKind::Arrow(..)
            | ExprKind::Index(..)
            | ExprKind::Dereference(_)
    )
}

/// A call that enters the kernel stands alone in its statement, so that each has its own line and its own outcome.
fn check_calls(cursor: &mut Cursor, kind: StatementKind) -> Parsed<StatementKind> {
    let alone = outer_value(&kind).and_then(outer_call);
    let inside = cursor.kernel_calls.iter().find(|(_, span)| Some(*span) != alone);
    match inside {
        Some((name, span)) => Err(SyntaxError { span: *span, kind: SyntaxKind::KernelCallInside(*name) }),
        None => Ok(kind),
    }
}

fn outer_value(kind: &StatementKind) -> Option<&Expr> {
    match kind {
        StatementKind::Evaluate(value) | StatementKind::Assign { value, .. } => Some(value),
        StatementKind::Declare(declarators) => match declarators.as_slice() {
            [Declarator { initializer: Some(Initializer::Value(value)), .. }] => Some(value),
            _ => None,
        },
    }
}

fn outer_call(value: &Expr) -> Option<Span> {
    match &value.kind {
        ExprKind::Call(..) => Some(value.span),
        ExprKind::Cast(_, inner) => outer_call(inner),
        _ => None,
    }
}

/// The statement as its author wrote it, without comments and with plain line ends.
fn source_text(text: &str, base: usize, span: Span, comments: &[Comment]) -> String {
    let mut source = String::new();
    let mut from = span.start;
    let first = comments.partition_point(|comment| comment.span.start < span.start);
    for comment in comments[first..].iter().take_while(|comment| comment.span.start < span.end) {
        source.push_str(text.get(from - base..comment.span.start - base).unwrap_or_default());
        from = comment.span.end;
    }
    source.push_str(text.get(from - base..span.end - base).unwrap_or_default());
    let lines: Vec<_> = source.lines().map(str::trim_end).collect();
    lines.join("\n")
}

impl Cursor<'_> {
    /// What is wrong with the token behind a whole expression.
    fn after_expression(&self) -> SyntaxError {
        let kind = match self.peek() {
            Some(TokenKind::Symbol(symbol)) if !matches!(*symbol, ")" | "]" | "}" | "," | "." | "{" | "(" | "[") => {
                SyntaxKind::UnknownOperator(symbol)
            }
            _ => self.expected(Wanted::Semicolon).kind,
        };
        SyntaxError { span: self.here(), kind }
    }

    /// The end of a statement. Where only the `;` is missing, the next line is still read as a statement.
    fn semicolon(&mut self) -> Parsed<()> {
        if self.accept(";") {
            return Ok(());
        }
        if self.at_end() || self.on_new_line() {
            let end = self.previous_end();
            let error = SyntaxError { span: Span { start: end, end }, kind: SyntaxKind::MissingSemicolon };
            if !self.is_unreadable() {
                self.errors.push(error);
            }
            return Ok(());
        }
        Err(self.after_expression())
    }
}

#[cfg(test)]
mod tests;
