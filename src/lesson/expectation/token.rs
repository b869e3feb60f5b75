//! The words and strings of a note.

use crate::lesson::problem::{NoteFault, Problem};
use crate::lesson::words::{Word, words};
use crate::syscall::ast::Span;
use crate::syscall::token::{TokenKind, tokenize};

/// A word, or a string as C writes it.
#[derive(Clone, Debug)]
pub enum Token<'a> {
    Word(Word<'a>),
    Text(Vec<u8>, Span),
}

impl Token<'_> {
    pub fn span(&self) -> Span {
        match self {
            Token::Word(word) => word.span,
            Token::Text(_, span) => *span,
        }
    }
}

/// Cuts a note whose first byte is at `base`.
///
/// # Errors
/// A string that is not one of C.
pub fn tokens(text: &str, base: usize) -> Result<Vec<Token<'_>>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let words_end = rest.find('"').unwrap_or(rest.len());
        tokens.extend(words(&rest[..words_end], base + at).into_iter().map(Token::Word));
        at += words_end;
        if words_end < rest.len() {
            let length = literal_length(&rest[words_end..]);
            let literal = &rest[words_end..words_end + length];
            tokens.push(literal_text(literal, base + at)?);
            at += length;
        }
    }
    Ok(tokens)
}

/// The length of the literal that the text begins with, to the end of the text if it has no end.
fn literal_length(text: &str) -> usize {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        if letter == '"' && !escaped {
            return place + 1;
        }
        escaped = letter == '\\' && !escaped;
    }
    text.len()
}

fn literal_text(literal: &str, base: usize) -> Result<Token<'static>, Problem> {
    let found = tokenize(literal, base);
    if let Some(error) = found.errors.into_iter().next() {
        return Err(error.into());
    }
    let span = Span { start: base, end: base + literal.len() };
    match found.tokens.into_iter().next().map(|token| token.kind) {
        Some(TokenKind::Text(bytes)) => Ok(Token::Text(bytes, span)),
        _ => Err(Problem { span, kind: NoteFault::UnclosedText.into() }),
    }
}
