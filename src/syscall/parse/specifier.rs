//! The words of a type.

use crate::syscall::ast::Span;
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::near::nearest;
use crate::syscall::parse::cursor::{Cursor, Parsed};
use crate::syscall::parse::error::{SyntaxError, SyntaxKind, Wanted};
use crate::syscall::record::Record;
use crate::syscall::token::clip;

/// `char ****p` points far enough.
const MOST_STARS: usize = 4;

/// Words that C combines into an integer type.
const COMBINED: [&str; 6] = ["unsigned", "signed", "long", "short", "int", "char"];

const COMBINATIONS: [(&str, Integer); 25] = [
    ("int", Integer::Int),
    ("signed", Integer::Int),
    ("signed int", Integer::Int),
    ("unsigned", Integer::Unsigned),
    ("unsigned int", Integer::Unsigned),
    ("char", Integer::Char),
    ("signed char", Integer::Char),
    ("unsigned char", Integer::Uint8),
    ("short", Integer::Short),
    ("short int", Integer::Short),
    ("signed short", Integer::Short),
    ("unsigned short", Integer::Uint16),
    ("unsigned short int", Integer::Uint16),
    ("long", Integer::Long),
    ("long int", Integer::Long),
    ("signed long", Integer::Long),
    ("long long", Integer::Long),
    ("long long int", Integer::Long),
    ("unsigned long", Integer::UnsignedLong),
    ("unsigned long int", Integer::UnsignedLong),
    ("unsigned long long", Integer::UnsignedLong),
    ("long unsigned", Integer::UnsignedLong),
    ("long unsigned int", Integer::UnsignedLong),
    ("int unsigned", Integer::Unsigned),
    ("unsigned long long int", Integer::UnsignedLong),
];

/// Whether a type begins with this word.
pub fn starts_type(word: Option<&str>) -> bool {
    word.is_some_and(|word| {
        matches!(word, "const" | "struct" | "void")
            || COMBINED.contains(&word)
            || Integer::from_name(word).is_some()
            || Record::from_spelling(word).is_some()
    })
}

/// Every name of a type that a program may write.
pub fn type_names() -> impl Iterator<Item = &'static str> {
    Integer::names().chain(Record::spellings())
}

fn records() -> impl Iterator<Item = Record> {
    Record::spellings().filter_map(Record::from_spelling)
}

/// The fields of every structure.
pub fn all_fields() -> impl Iterator<Item = &'static str> {
    records().flat_map(Record::fields).map(|field| field.name)
}

impl Cursor<'_> {
    /// `const unsigned int`, `struct sockaddr_in`, `ssize_t`: a type before its stars.
    pub fn type_specifier(&mut self) -> Parsed<CType> {
        self.qualifiers();
        let found = match self.word_ahead(0) {
            Some("struct") => self.structure(),
            Some("void") => {
                self.advance();
                Ok(CType::Void)
            }
            Some(word) if COMBINED.contains(&word) => self.combination(),
            _ => self.single_name(),
        }?;
        self.qualifiers();
        Ok(found)
    }

    fn qualifiers(&mut self) {
        while self.accept_word("const") {}
    }

    fn structure(&mut self) -> Parsed<CType> {
        let start = self.here().start;
        self.advance();
        let (name, span) = self.name(Wanted::Type)?;
        let spelling = format!("struct {}", clip(&name));
        if let Some(record) = Record::from_spelling(&spelling) {
            return Ok(CType::Record(record));
        }
        let near = nearest(&spelling, Record::spellings());
        let span = Span { start, end: span.end };
        Err(SyntaxError { span, kind: SyntaxKind::UnknownType { name: spelling, near } })
    }

    fn single_name(&mut self) -> Parsed<CType> {
        let (name, span) = self.name(Wanted::Type)?;
        if let Some(integer) = Integer::from_name(&name) {
            return Ok(CType::Integer(integer));
        }
        if let Some(record) = Record::from_spelling(&name) {
            return Ok(CType::Record(record));
        }
        Err(unknown_type(&name, span))
    }

    fn combination(&mut self) -> Parsed<CType> {
        let start = self.here().start;
        let mut words: Vec<String> = Vec::new();
        while let Some(word) = self.word_ahead(0).filter(|word| COMBINED.contains(word)) {
            words.push(word.to_owned());
            self.advance();
            self.qualifiers();
        }
        let name = words.join(" ");
        match COMBINATIONS.iter().find(|row| row.0 == name) {
            Some(row) => Ok(CType::Integer(row.1)),
            None => Err(unknown_type(&name, Span { start, end: self.previous_end() })),
        }
    }

    /// The stars behind a type.
    pub fn pointers(&mut self, base: CType) -> Parsed<CType> {
        let mut ctype = base;
        let mut stars = 0;
        while self.next_is("*") {
            stars += 1;
            if stars > MOST_STARS {
                return Err(SyntaxError { span: self.here(), kind: SyntaxKind::TooDeep });
            }
            self.advance();
            self.qualifiers();
            ctype = CType::pointer_to(ctype);
        }
        Ok(ctype)
    }
}

fn unknown_type(name: &str, span: Span) -> SyntaxError {
    let bare = type_names().map(|known| known.strip_prefix("struct ").unwrap_or(known));
    let near = with_struct(name).or_else(|| nearest(name, bare).map(|near| with_struct(&near).unwrap_or(near)));
    SyntaxError { span, kind: SyntaxKind::UnknownType { name: clip(name), near } }
}

/// `sockaddr_in` alone lacks its `struct`.
fn with_struct(name: &str) -> Option<String> {
    let spelling = format!("struct {}", clip(name));
    Record::from_spelling(&spelling).map(|_| spelling)
}
