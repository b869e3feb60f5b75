//! The words of the C subset, with their places. Comments are kept apart: they carry the notes of a lesson.

use crate::syscall::ast::Span;
use crate::syscall::parse::error::{SyntaxError, SyntaxKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier or a word of C.
    Word(String),
    /// A number, or the value of a character constant.
    Integer(i64),
    /// A string literal, without its final NUL.
    Text(Vec<u8>),
    /// Punctuation or an operator, known to the subset or not.
    Symbol(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

/// A comment, with the place of its text inside the marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    pub span: Span,
    pub inner: Span,
    /// `// …`, to the end of the line.
    pub line: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    pub tokens: Vec<Token>,
    pub comments: Vec<Comment>,
    pub errors: Vec<SyntaxError>,
}

/// Every operator of C, longest first, so that one the subset lacks is refused by its own name.
const SYMBOLS: [&str; 46] = [
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=",
    "%=", "&=", "|=", "^=", "(", ")", "{", "}", "[", "]", ";", ",", ".", "&", "*", "+", "-", "|", "=", "<", ">", "!",
    "~", "?", ":", "/", "%", "^",
];

/// Cuts C text into tokens. `base` is the offset of `text` in its file: every span is in the file.
#[must_use]
pub fn tokenize(text: &str, base: usize) -> Tokens {
    let mut lexer = Lexer { text, base, at: 0, found: Tokens::default() };
    while lexer.skip_spaces() {
        lexer.token();
    }
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    base: usize,
    at: usize,
    found: Tokens,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn span(&self, start: usize) -> Span {
        Span { start: self.base + start, end: self.base + self.at }
    }

    fn error(&mut self, start: usize, kind: SyntaxKind) {
        let span = self.span(start);
        self.found.errors.push(SyntaxError { span, kind });
    }

    fn push(&mut self, start: usize, kind: TokenKind) {
        let span = self.span(start);
        self.found.tokens.push(Token { kind, span });
    }

    /// Whether something is left after the spaces.
    fn skip_spaces(&mut self) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
        self.at += rest.len() - trimmed.len();
        !trimmed.is_empty()
    }

    fn token(&mut self) {
        let start = self.at;
        let rest = self.rest();
        match self.peek() {
            _ if rest.starts_with("//") => self.line_comment(),
            _ if rest.starts_with("/*") => self.block_comment(),
            Some('"') => self.text(),
            Some('\'') => self.character(),
            Some('#') => self.directive(),
            Some(c) if c.is_ascii_digit() => self.number(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let word = self.word().to_owned();
                self.push(start, TokenKind::Word(word));
            }
            _ => self.symbol(),
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let line = self.rest().split('\n').next().unwrap_or_default();
        self.at += line.len();
        let inner = Span { start: self.base + start + 2, end: self.base + start + line.trim_end().len().max(2) };
        let span = self.span(start);
        self.found.comments.push(Comment { span, inner, line: true });
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let Some(length) = self.rest()[2..].find("*/") else {
            self.at = start + 2;
            self.error(start, SyntaxKind::UnterminatedComment);
            self.at = self.text.len();
            return;
        };
        self.at += length + 4;
        let inner = Span { start: self.base + start + 2, end: self.base + start + 2 + length };
        let span = self.span(start);
        self.found.comments.push(Comment { span, inner, line: false });
    }

    fn directive(&mut self) {
        let start = self.at;
        let line = self.rest().split('\n').next().unwrap_or_default().trim_end();
        self.at += line.len();
        self.error(start, SyntaxKind::Directive);
    }

    fn number(&mut self) {
        let start = self.at;
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        self.at += length;
        match integer(&rest[..length]) {
            Ok(value) => self.push(start, TokenKind::Integer(value)),
            Err(kind) => {
                self.error(start, kind);
                self.push(start, TokenKind::Integer(0));
            }
        }
    }

    fn text(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            match self.peek() {
                None | Some('\n') => {
                    self.error(start, SyntaxKind::UnterminatedText);
                    break;
                }
                Some('"') => {
                    self.at += 1;
                    break;
                }
                Some(_) => self.unit(&mut bytes),
            }
        }
        self.push(start, TokenKind::Text(bytes));
    }

    fn character(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        while !matches!(self.peek(), None | Some('\n' | '\'')) {
            self.unit(&mut bytes);
        }
        let closed = self.peek() == Some('\'');
        if closed {
            self.at += 1;
        }
        let value = match bytes.as_slice() {
            [byte] if closed => i64::from(byte.cast_signed()),
            _ => {
                self.error(start, SyntaxKind::BadCharacter);
                0
            }
        };
        self.push(start, TokenKind::Integer(value));
    }

    /// One character of a literal, or one escape.
    fn unit(&mut self, bytes: &mut Vec<u8>) {
        let start = self.at;
        let Some(c) = self.bump() else { return };
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
        match self.escape() {
            Some(byte) => bytes.push(byte),
            None => self.error(start, SyntaxKind::BadEscape),
        }
    }

    /// The byte after a backslash; on failure, what was read is left behind, but never the end of a line.
    fn escape(&mut self) -> Option<u8> {
        match self.peek()? {
            'x' => {
                self.at += 1;
                self.digits(16, usize::MAX)
            }
            '0'..='7' => self.digits(8, 3),
            '\n' | '\r' => None,
            other => {
                self.bump();
                simple_escape(other)
            }
        }
    }

    fn digits(&mut self, radix: u32, most: usize) -> Option<u8> {
        let rest = self.rest();
        let length = rest.chars().take(most).take_while(|c| c.is_digit(radix)).count();
        self.at += length;
        u8::from_str_radix(rest[..length].trim_start_matches('0'), radix).ok().or_else(|| {
            let zero = length > 0 && rest[..length].bytes().all(|byte| byte == b'0');
            zero.then_some(0)
        })
    }

    fn symbol(&mut self) {
        let start = self.at;
        let rest = self.rest();
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            self.at += symbol.len();
            self.push(start, TokenKind::Symbol(symbol));
        } else if let Some(c) = self.bump() {
            while self.peek() == Some(c) {
                self.bump();
            }
            self.error(start, SyntaxKind::UnexpectedCharacter(c));
        }
    }
}

fn simple_escape(letter: char) -> Option<u8> {
    Some(match letter {
        'n' => b'\n',
        't' => b'\t',
        'r' => b'\r',
        'a' => 7,
        'b' => 8,
        'v' => 11,
        'f' => 12,
        '\\' | '"' | '\'' | '?' => u8::try_from(letter).ok()?,
        _ => return None,
    })
}

/// A C integer literal: decimal, `0x…` or octal `0…`, with its suffixes.
fn integer(literal: &str) -> Result<i64, SyntaxKind> {
    let bad = || SyntaxKind::BadNumber(clip(literal));
    let digits = literal.trim_end_matches(['u', 'U', 'l', 'L']);
    if literal.len() - digits.len() > 3 {
        return Err(bad());
    }
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hexadecimal) => (hexadecimal, 16),
        None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(bad());
    }
    i64::from_str_radix(digits, radix).map_err(|_| SyntaxKind::NumberTooLarge(clip(literal)))
}

/// Enough of a word to recognise it.
#[must_use]
pub fn clip(word: &str) -> String {
    const MOST: usize = 40;
    match word.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, clip, tokenize};
    use crate::syscall::parse::SyntaxKind;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokenize(text, 0).tokens.into_iter().map(|token| token.kind).collect()
    }

    fn errors(text: &str) -> Vec<SyntaxKind> {
        tokenize(text, 0).errors.into_iter().map(|error| error.kind).collect()
    }

    #[test]
    fn numbers() {
        for (text, value) in [
            ("0", 0),
            ("3001", 3001),
            ("0xBB9", 3001),
            ("0755", 493),
            ("'a'", 97),
            ("'\\n'", 10),
            ("'\\xff'", -1),
            ("5UL", 5),
            ("5ull", 5),
            ("07", 7),
            ("00", 0),
            ("0X1f", 31),
            ("9223372036854775807", i64::MAX),
            ("'\\0'", 0),
            ("'\\''", 39),
        ] {
            assert_eq!(kinds(text), [TokenKind::Integer(value)], "{text}");
            assert!(errors(text).is_empty(), "{text}");
        }
        for text in ["5ullu", "0xfg", "08", "1.5", "12abc", "0x", "99999999999999999999", "''", "'ab'", "'é'", "'a"] {
            assert_eq!(errors(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn escapes() {
        for (text, bytes) in [
            (r#""a\r\n\0""#, b"a\r\n\0".as_slice()),
            (r#""\x41\101\00""#, b"AA\0"),
            (r#""\"\\""#, b"\"\\"),
            (r#""é""#, "é".as_bytes()),
            (r#""\x00041""#, b"A"),
            (r#""\1012\7""#, b"A2\x07"),
            (r#""\n\t\r\a\b\v\f\\\'\?""#, b"\n\t\r\x07\x08\x0b\x0c\\'?"),
        ] {
            assert_eq!(kinds(text), [TokenKind::Text(bytes.to_vec())], "{text}");
        }
        for text in [r#""\q""#, r#""\x""#, r#""\x100""#, r#""\400""#] {
            assert_eq!(errors(text), [SyntaxKind::BadEscape], "{text}");
        }
        assert_eq!(errors("\"a\nb"), [SyntaxKind::UnterminatedText]);
        assert_eq!(errors("\"a\\"), [SyntaxKind::BadEscape, SyntaxKind::UnterminatedText]);
    }

    #[test]
    fn spans_are_offsets_in_the_file() {
        let found = tokenize("a /* b */ -> c // d \r\n", 100);
        let spans: Vec<_> = found.tokens.iter().map(|token| (token.span.start, token.span.end)).collect();
        assert_eq!(spans, [(100, 101), (110, 112), (113, 114)]);
        let comments: Vec<_> = found.comments.iter().map(|comment| (comment.inner.start, comment.inner.end)).collect();
        assert_eq!(comments, [(104, 107), (117, 119)]);
    }

    #[test]
    fn each_word_has_its_place() {
        let symbol = TokenKind::Symbol;
        let word = |text: &str| TokenKind::Word(text.to_owned());
        for (text, expected) in [
            ("_a1\t\u{b}\u{c}b", vec![(word("_a1"), 0, 3), (word("b"), 6, 7)]),
            ("a->b", vec![(word("a"), 0, 1), (symbol("->"), 1, 3), (word("b"), 3, 4)]),
            ("x///\n;", vec![(word("x"), 0, 1), (symbol(";"), 5, 6)]),
            ("/**/;", vec![(symbol(";"), 4, 5)]),
            ("#x\r\n;", vec![(symbol(";"), 4, 5)]),
            ("'a';", vec![(TokenKind::Integer(97), 0, 3), (symbol(";"), 3, 4)]),
            ("'a;", vec![(TokenKind::Integer(0), 0, 3)]),
            ("'\n;", vec![(TokenKind::Integer(0), 0, 1), (symbol(";"), 2, 3)]),
            ("\"a\n;", vec![(TokenKind::Text(b"a".to_vec()), 0, 2), (symbol(";"), 3, 4)]),
            ("\"\\\n;", vec![(TokenKind::Text(Vec::new()), 0, 2), (symbol(";"), 3, 4)]),
            ("0x1F+", vec![(TokenKind::Integer(31), 0, 4), (symbol("+"), 4, 5)]),
            ("\u{e9}\u{e9};", vec![(symbol(";"), 4, 5)]),
        ] {
            let found: Vec<_> = tokenize(text, 10)
                .tokens
                .into_iter()
                .map(|token| (token.kind, token.span.start - 10, token.span.end - 10))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn each_error_has_its_place() {
        for (text, start, end) in [
            ("a @@@ b", 2, 5),
            ("a /* b", 2, 4),
            ("#include <x.h> \r\na", 0, 14),
            ("a 08;", 2, 4),
            ("a '' b", 2, 4),
            ("\"a\\qb\"", 2, 4),
            ("\"ab\nc", 0, 3),
        ] {
            let found: Vec<_> =
                tokenize(text, 10).errors.iter().map(|error| (error.span.start, error.span.end)).collect();
            assert_eq!(found, [(start + 10, end + 10)], "{text}");
        }
    }

    #[test]
    fn a_comment_has_a_mark_and_an_inside() {
        for (text, line, span, inner) in [
            ("//", true, (0, 2), (2, 2)),
            ("//  \n", true, (0, 4), (2, 2)),
            ("// a \r\n", true, (0, 6), (2, 4)),
            ("/**/", false, (0, 4), (2, 2)),
            ("/* a\n */ b", false, (0, 8), (2, 6)),
        ] {
            let found = tokenize(text, 10).comments;
            let places: Vec<_> = found
                .iter()
                .map(|one| {
                    (one.line, (one.span.start - 10, one.span.end - 10), (one.inner.start - 10, one.inner.end - 10))
                })
                .collect();
            assert_eq!(places, [(line, span, inner)], "{text:?}");
        }
    }

    #[test]
    fn a_long_word_is_clipped() {
        let word = "\u{e9}".repeat(41);
        assert_eq!(clip(&word), format!("{}…", "\u{e9}".repeat(40)));
        assert_eq!(clip(&word[2..]), word[2..]);
    }

    #[test]
    fn what_is_not_c_is_named() {
        let large = "9223372036854775808";
        assert_eq!(errors(large), [SyntaxKind::NumberTooLarge(large.to_owned())]);
        assert_eq!(errors("08"), [SyntaxKind::BadNumber("08".to_owned())]);
        assert_eq!(errors("'\\q'"), [SyntaxKind::BadEscape, SyntaxKind::BadCharacter]);
        assert_eq!(errors("#include <x.h>\n"), [SyntaxKind::Directive]);
        assert_eq!(errors("a “ b"), [SyntaxKind::UnexpectedCharacter('“')]);
        assert_eq!(errors("/* x"), [SyntaxKind::UnterminatedComment]);
        assert_eq!(kinds("a<<=b")[1], TokenKind::Symbol("<<="));
    }
}
