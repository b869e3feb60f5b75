//! Where the parser is in its tokens, and how far it may go.

use crate::syscall::ast::Span;
use crate::syscall::name::Name;
use crate::syscall::parse::error::{SyntaxError, SyntaxKind, Wanted};
use crate::syscall::token::{Token, TokenKind, clip};

pub type Parsed<T> = Result<T, SyntaxError>;

/// Expressions inside expressions, and lists inside lists.
const DEEPEST: usize = 40;
/// Operators and calls in one expression: its tree is never deeper.
const MOST_OPERATORS: usize = 200;

/// Words that only a whole program may use.
const CONTROL_FLOW: [&str; 11] =
    ["if", "else", "while", "for", "do", "switch", "case", "return", "goto", "break", "continue"];

/// Words of C that have no place in the subset.
pub const OUTSIDE: [&str; 16] = [
    "static", "extern", "typedef", "union", "enum", "volatile", "register", "inline", "auto", "restrict", "float",
    "double", "bool", "_Bool", "default", "asm",
];

pub struct Cursor<'a> {
    tokens: Vec<Token>,
    at: usize,
    /// Offset of the end of the text in its file.
    end: usize,
    text: &'a str,
    base: usize,
    depth: usize,
    operators: usize,
    pub errors: Vec<SyntaxError>,
    /// Where the words could not even be read.
    pub unread: Vec<usize>,
    /// The words of declarations that could not be read.
    pub lost: Vec<String>,
    /// Where the current statement begins, among the tokens.
    statement: usize,
    /// Calls that enter the kernel, met in the current statement.
    pub kernel_calls: Vec<(Name, Span)>,
}

impl<'a> Cursor<'a> {
    pub fn new(tokens: Vec<Token>, end: usize, text: &'a str, base: usize) -> Cursor<'a> {
        let (errors, lost, kernel_calls) = (Vec::new(), Vec::new(), Vec::new());
        let unread = Vec::new();
        Cursor {
            tokens,
            at: 0,
            end,
            text,
            base,
            depth: 0,
            operators: 0,
            errors,
            unread,
            lost,
            statement: 0,
            kernel_calls,
        }
    }

    pub fn start_statement(&mut self) {
        self.depth = 0;
        self.operators = 0;
        self.kernel_calls.clear();
        self.statement = self.at;
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub fn peek(&self) -> Option<&TokenKind> {
        self.ahead(0)
    }

    pub fn ahead(&self, distance: usize) -> Option<&TokenKind> {
        self.tokens.get(self.at + distance).map(|token| &token.kind)
    }

    /// The place of the next token; at the end, the end of the last one.
    pub fn here(&self) -> Span {
        match self.tokens.get(self.at) {
            Some(token) => token.span,
            None => Span { start: self.previous_end(), end: self.previous_end() },
        }
    }

    pub fn previous_end(&self) -> usize {
        match self.at.checked_sub(1).and_then(|last| self.tokens.get(last)) {
            Some(token) => token.span.end,
            None => self.tokens.first().map_or(self.end, |token| token.span.start),
        }
    }

    pub fn advance(&mut self) {
        self.at += 1;
    }

    pub fn next_is(&self, symbol: &str) -> bool {
        self.symbol_ahead(0, symbol)
    }

    pub fn symbol_ahead(&self, distance: usize, symbol: &str) -> bool {
        matches!(self.ahead(distance), Some(TokenKind::Symbol(found)) if *found == symbol)
    }

    pub fn word_ahead(&self, distance: usize) -> Option<&str> {
        match self.ahead(distance) {
            Some(TokenKind::Word(word)) => Some(word),
            _ => None,
        }
    }

    pub fn accept(&mut self, symbol: &str) -> bool {
        let found = self.next_is(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub fn accept_word(&mut self, word: &str) -> bool {
        let found = self.word_ahead(0) == Some(word);
        if found {
            self.advance();
        }
        found
    }

    pub fn expect(&mut self, symbol: &'static str) -> Parsed<()> {
        if self.accept(symbol) { Ok(()) } else { Err(self.expected(Wanted::Symbol(symbol))) }
    }

    /// The next token, which must be a word.
    pub fn name(&mut self, wanted: Wanted) -> Parsed<(String, Span)> {
        let span = self.here();
        let Some(word) = self.word_ahead(0).map(str::to_owned) else { return Err(self.expected(wanted)) };
        self.advance();
        Ok((word, span))
    }

    pub fn expected(&self, wanted: Wanted) -> SyntaxError {
        let span = self.here();
        let found = self.text.get(span.start - self.base..span.end - self.base).filter(|_| !self.at_end()).map(clip);
        SyntaxError { span, kind: SyntaxKind::Expected { wanted, found } }
    }

    /// Whether a line ends between the last token and the next.
    pub fn on_new_line(&self) -> bool {
        let (from, to) = (self.previous_end(), self.here().start);
        self.text.get(from - self.base..to - self.base).is_some_and(|between| between.contains('\n'))
    }

    pub fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.too_deep()) } else { Ok(()) }
    }

    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// One more operator in this expression.
    pub fn count_operator(&mut self) -> Parsed<()> {
        self.operators += 1;
        if self.operators > MOST_OPERATORS { Err(self.too_deep()) } else { Ok(()) }
    }

    pub fn forget_operators(&mut self) {
        self.operators = 0;
    }

    fn too_deep(&self) -> SyntaxError {
        SyntaxError { span: self.here(), kind: SyntaxKind::TooDeep }
    }

    pub fn refuse_control_flow(&self) -> Parsed<()> {
        let Some(word) = self.word_ahead(0) else { return Ok(()) };
        let kind = if CONTROL_FLOW.contains(&word) {
            SyntaxKind::ControlFlow(word.to_owned())
        } else if OUTSIDE.contains(&word) {
            SyntaxKind::OutsideSubset(word.to_owned())
        } else {
            return Ok(());
        };
        Err(SyntaxError { span: self.here(), kind })
    }

    /// Whether the current statement, as far as it was read, holds a word that could not even be read: what follows
    /// from it says nothing.
    pub fn is_unreadable(&self) -> bool {
        let start = self.tokens.get(self.statement).map_or(self.end, |token| token.span.start);
        let end = self.previous_end();
        self.unread.iter().any(|place| (start..end).contains(place))
    }

    /// Behind the `;` that ends a wrong statement, or behind the braces of a body. The words of a declaration
    /// are kept: what it would have declared must not be called unknown further on.
    pub fn recover(&mut self, declares: bool) {
        self.skip();
        if declares {
            let skipped = self.tokens.get(self.statement..self.at.min(self.tokens.len())).unwrap_or_default();
            let words = skipped.iter().filter_map(|token| match &token.kind {
                TokenKind::Word(word) => Some(word.clone()),
                _ => None,
            });
            self.lost.extend(words);
        }
    }

    fn skip(&mut self) {
        let mut braces = 0_usize;
        while let Some(kind) = self.peek() {
            let symbol = if let TokenKind::Symbol(symbol) = kind { symbol } else { "" };
            self.advance();
            match symbol {
                "{" => braces += 1,
                "}" if braces <= 1 && (self.at_end() || self.on_new_line()) => break,
                "}" => braces = braces.saturating_sub(1),
                ";" if braces == 0 => break,
                _ => {}
            }
        }
    }
}
