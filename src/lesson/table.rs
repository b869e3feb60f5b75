//! A TOML table read key by key: what is missing, of another type, out of range or unknown becomes a problem.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lesson::problem::{FrontFault, Problems, TomlFault, TomlType, Unknown};
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

/// A value with its place in the file.
#[derive(Clone, Debug)]
pub struct At<T> {
    pub value: T,
    pub span: Span,
}

/// A text read as TOML.
#[derive(Debug)]
pub struct Toml<'a> {
    table: Spanned<DeTable<'a>>,
    /// Some of it could not be read: nothing is said of what is missing.
    broken: bool,
}

/// Parses TOML whose first byte is at `base`; what could be read is kept even where something is wrong.
pub fn parse<'a>(text: &'a str, base: usize, problems: &mut Problems) -> Toml<'a> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let broken = !errors.is_empty();
    for error in errors {
        let span = error.span().map_or(Span { start: base, end: base }, |range| shift(base, range));
        problems.push(span, FrontFault::Toml(fault(error.message())));
    }
    Toml { table, broken }
}

fn shift(base: usize, range: Range<usize>) -> Span {
    Span { start: base + range.start, end: base + range.end }
}

/// The toml crate speaks English: its message is only read to tell the common faults apart.
fn fault(message: &str) -> TomlFault {
    let rows = [
        ("duplicate key", TomlFault::DuplicateKey),
        ("recursion", TomlFault::TooDeep),
        ("escape", TomlFault::BadEscape),
        ("unicode", TomlFault::BadEscape),
        ("must be quoted", TomlFault::MissingValue),
        ("keys cannot", TomlFault::Malformed),
        ("string", TomlFault::UnclosedText),
        ("value", TomlFault::MissingValue),
    ];
    rows.iter().find(|row| message.contains(row.0)).map_or(TomlFault::Malformed, |row| row.1)
}

#[derive(Debug)]
pub struct Reader<'a, 'p> {
    table: &'a DeTable<'a>,
    broken: bool,
    base: usize,
    /// Where a missing key is reported.
    whole: Span,
    known: Vec<Cow<'static, str>>,
    missing: Vec<&'static str>,
    pub problems: &'p mut Problems,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub fn new(toml: &'a Toml<'a>, base: usize, whole: Span, problems: &'p mut Problems) -> Reader<'a, 'p> {
        Reader {
            table: toml.table.get_ref(),
            broken: toml.broken,
            base,
            whole,
            known: Vec::new(),
            missing: Vec::new(),
            problems,
        }
    }

    /// The same for a table inside this one, which `whole` opens.
    pub fn inside(&mut self, table: &'a DeTable<'a>, whole: Span) -> Reader<'a, '_> {
        let (known, missing) = (Vec::new(), Vec::new());
        Reader { table, broken: self.broken, base: self.base, whole, known, missing, problems: self.problems }
    }

    /// Whether some of the text could not be read.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn get(&mut self, key: &str) -> Option<(&'a DeValue<'a>, Span)> {
        let found = self.table.iter().find(|(name, _)| name.get_ref() == key)?.1;
        Some((found.get_ref(), shift(self.base, found.span())))
    }

    fn know(&mut self, key: &'static str) -> Option<(&'a DeValue<'a>, Span)> {
        self.known.push(Cow::Borrowed(key));
        self.get(key)
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// A key that must be there.
    pub fn require(&mut self, key: &'static str) {
        if !self.broken && !self.has(key) {
            self.missing.push(key);
        }
    }

    fn wrong_type(&mut self, key: &str, wanted: TomlType, span: Span) {
        self.problems.push(span, FrontFault::WrongType { key: key.to_owned(), wanted });
    }

    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let found = self.know(key)?;
        self.text_of(key, found)
    }

    /// A key that is not in the fixed list, `si_2`.
    pub fn other_text(&mut self, key: String) -> Option<At<String>> {
        let found = self.get(&key)?;
        let text = self.text_of(&key, found);
        self.known.push(Cow::Owned(key));
        text
    }

    fn text_of(&mut self, key: &str, (value, span): (&'a DeValue<'a>, Span)) -> Option<At<String>> {
        let Some(text) = value.as_str() else {
            self.wrong_type(key, TomlType::Text, span);
            return None;
        };
        if text.trim().is_empty() {
            self.problems.push(span, FrontFault::EmptyValue { key: clip(key) });
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            self.problems.push(span, FrontFault::ControlInText { key: clip(key) });
            return None;
        }
        Some(At { value: text.trim().to_owned(), span })
    }

    pub fn integer(&mut self, key: &'static str, range: &RangeInclusive<i64>) -> Option<At<i64>> {
        let found = self.know(key)?;
        self.integer_of(key, found, range)
    }

    fn integer_of(
        &mut self,
        key: &str,
        (value, span): (&'a DeValue<'a>, Span),
        range: &RangeInclusive<i64>,
    ) -> Option<At<i64>> {
        let Some(integer) = value.as_integer() else {
            self.wrong_type(key, TomlType::Integer, span);
            return None;
        };
        let digits = integer.as_str().replace('_', "");
        let number = i64::from_str_radix(&digits, integer.radix()).ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (from, to) = (*range.start(), *range.end());
            self.problems.push(span, FrontFault::OutOfRange { key: key.to_owned(), from, to });
        }
        number.map(|value| At { value, span })
    }

    pub fn integers(&mut self, key: &'static str, range: &RangeInclusive<i64>) -> Vec<At<i64>> {
        let items = self.items(key, TomlType::Integers);
        items.into_iter().filter_map(|found| self.integer_of(key, found, range)).collect()
    }

    /// A list of texts, none of them empty; a missing key is an empty list.
    pub fn texts(&mut self, key: &'static str) -> Vec<At<String>> {
        let items = self.items(key, TomlType::Texts);
        items.into_iter().filter_map(|found| self.text_of(key, found)).collect()
    }

    fn items(&mut self, key: &'static str, wanted: TomlType) -> Vec<(&'a DeValue<'a>, Span)> {
        let Some((value, span)) = self.know(key) else { return Vec::new() };
        let Some(array) = value.as_array() else {
            self.wrong_type(key, wanted, span);
            return Vec::new();
        };
        array.iter().map(|item| (item.get_ref(), shift(self.base, item.span()))).collect()
    }

    /// The tables and values inside a table, with the places of their names.
    pub fn table(&mut self, key: &'static str) -> Option<At<&'a DeTable<'a>>> {
        let (value, span) = self.know(key)?;
        let Some(table) = value.as_table() else {
            self.wrong_type(key, TomlType::Table, span);
            return None;
        };
        Some(At { value: table, span })
    }

    /// Names and values of a table whose keys are the author's.
    pub fn entries(&self, table: &'a DeTable<'a>) -> Vec<(At<String>, &'a DeValue<'a>)> {
        let name = |key: &Spanned<Cow<'a, str>>| At {
            value: key.get_ref().clone().into_owned(),
            span: shift(self.base, key.span()),
        };
        table.iter().map(|(key, value)| (name(key), value.get_ref())).collect()
    }

    pub fn keys(&self) -> Vec<At<String>> {
        self.entries(self.table).into_iter().map(|(key, _)| key).collect()
    }

    /// A key that was already reported.
    pub fn ignore(&mut self, key: String) {
        self.known.push(Cow::Owned(key));
    }

    /// Reports every key that nobody asked for, then those that are missing: a key whose name is misspelt is not
    /// missing too.
    pub fn finish(mut self) {
        for key in self.keys() {
            if !self.known.iter().any(|known| *known == key.value) {
                let near = nearest(&key.value, self.known.iter().map(AsRef::as_ref));
                self.missing.retain(|missing| near.as_deref() != Some(*missing));
                let unknown = Unknown { name: clip(&key.value), near };
                self.problems.push(key.span, FrontFault::UnknownKey(unknown));
            }
        }
        for key in self.missing {
            self.problems.push(self.whole, FrontFault::MissingKey(key));
        }
    }
}

#[cfg(test)]
mod tests;
