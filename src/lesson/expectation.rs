//! The notes `// => …`: what a call must return, and what it causes elsewhere.

mod token;

use crate::lesson::expectation::token::{Token, tokens};
use crate::lesson::keywords::{fold, need, need_names, note};
use crate::lesson::model::{Expectation, Expected, Need};
use crate::lesson::problem::{NoteFault, Problem, ProblemKind, Unknown};
use crate::lesson::words::{Word, number, range};
use crate::syscall::ast::Span;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::near::nearest;
use crate::syscall::signal::Signal;
use crate::syscall::token::clip;

type Noted<T> = Result<T, Problem>;

/// An expectation, with the places of the actors that it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub expectation: Expectation,
    pub named: Vec<(String, Span)>,
}

/// Reads the text behind `// =>`, whose first byte is at `base`.
///
/// # Errors
/// The first place where the note says nothing known.
pub fn parse(text: &str, base: usize) -> Noted<Note> {
    let span = Span { start: base, end: base + text.len() };
    let tokens = tokens(text, base)?;
    if tokens.is_empty() {
        return Err(problem(span, NoteFault::Empty));
    }
    let expectation = Expectation { result: Expected::Success, wakes: Vec::new(), births: None, span };
    let mut reader = Reader { tokens, at: 0, end: span.end, note: Note { expectation, named: Vec::new() } };
    reader.whole()?;
    Ok(reader.note)
}

/// The expectation of a call without a note.
#[must_use]
pub fn success(span: Span) -> Expectation {
    Expectation { result: Expected::Success, wakes: Vec::new(), births: None, span }
}

/// In a call that fills a buffer, a text alone is what was received.
#[must_use]
pub fn received(expected: Expected) -> Expected {
    let inside = |inner: Box<Expected>| Box::new(received(*inner));
    match expected {
        Expected::Text(bytes) => Expected::Received { count: None, bytes },
        Expected::BlocksThen(then) => Expected::BlocksThen(inside(then)),
        Expected::Until { delimiter, then } => Expected::Until { delimiter, then: inside(then) },
        Expected::All(all) => Expected::All(all.into_iter().map(received).collect()),
        Expected::Depends { condition, then, otherwise } => {
            Expected::Depends { condition, then: inside(then), otherwise: inside(otherwise) }
        }
        other => other,
    }
}

fn problem(span: Span, fault: NoteFault) -> Problem {
    Problem { span, kind: ProblemKind::Note(fault) }
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    end: usize,
    note: Note,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    fn word_ahead(&self, distance: usize) -> Option<Word<'a>> {
        match self.tokens.get(self.at + distance) {
            Some(Token::Word(word)) => Some(*word),
            _ => None,
        }
    }

    fn accept(&mut self, wanted: &str) -> bool {
        let found = self.word_ahead(0).is_some_and(|word| fold(word.text) == wanted);
        if found {
            self.at += 1;
        }
        found
    }

    /// A comma, when this word follows it.
    fn accept_after_comma(&mut self, wanted: &str) -> bool {
        let comma = usize::from(self.word_ahead(0).is_some_and(|word| word.text == ","));
        let found = self.word_ahead(comma).is_some_and(|word| fold(word.text) == wanted);
        if found {
            self.at += comma + 1;
        }
        found
    }

    fn here(&self) -> Span {
        self.peek().map_or(Span { start: self.end, end: self.end }, Token::span)
    }

    fn whole(&mut self) -> Noted<()> {
        let effect =
            self.word_ahead(0).is_some_and(|word| matches!(fold(word.text).as_str(), note::WAKES | note::BIRTH));
        if effect {
            self.effect()?;
        } else {
            self.note.expectation.result = self.expected()?;
        }
        while self.peek().is_some() {
            let span = self.here();
            if !self.accept(",") {
                return Err(self.extra());
            }
            if self.peek().is_none() {
                return Err(problem(span, NoteFault::ExtraWords(",".to_owned())));
            }
            self.effect()?;
        }
        Ok(())
    }

    fn extra(&self) -> Problem {
        let word = self.word_ahead(0).map_or_else(|| "\"…\"".to_owned(), |word| clip(word.text));
        problem(self.here(), NoteFault::ExtraWords(word))
    }

    fn effect(&mut self) -> Noted<()> {
        if self.accept(note::WAKES) {
            let (name, span) = self.name()?;
            self.wake(name, span);
            while self.accept(note::AND) {
                let (name, span) = self.name()?;
                self.wake(name, span);
            }
            return Ok(());
        }
        if self.accept(note::BIRTH) {
            let (name, span) = self.name()?;
            self.note.expectation.births = Some(name.clone());
            self.note.named.push((name, span));
            return Ok(());
        }
        let name = self.word_ahead(0).map_or_else(|| "\"…\"".to_owned(), |word| clip(word.text));
        let near = nearest(&fold(&name), note::EFFECTS.map(fold).iter().map(String::as_str));
        let near =
            near.and_then(|near| note::EFFECTS.into_iter().find(|effect| fold(effect) == near)).map(str::to_owned);
        Err(problem(self.here(), NoteFault::UnknownEffect(Unknown { name, near })))
    }

    fn wake(&mut self, name: String, span: Span) {
        self.note.expectation.wakes.push(name.clone());
        self.note.named.push((name, span));
    }

    fn name(&mut self) -> Noted<(String, Span)> {
        match self.word_ahead(0) {
            Some(word) if word.text != "," => {
                self.at += 1;
                Ok((word.text.to_owned(), word.span))
            }
            _ => Err(problem(self.here(), NoteFault::MissingName)),
        }
    }

    /// One result, which may depend on the machine or come after a sleep. Recursion takes a token each time,
    /// and is stopped by depth.
    fn expected(&mut self) -> Noted<Expected> {
        self.expected_within(8)
    }

    fn expected_within(&mut self, depth: usize) -> Noted<Expected> {
        let simple = self.simple(depth)?;
        if !self.accept(note::IF) {
            return Ok(simple);
        }
        let condition = self.condition()?;
        if depth == 0 || !self.accept_after_comma(note::ELSE) {
            return Err(problem(self.here(), NoteFault::MissingElse));
        }
        let otherwise = Box::new(self.expected_within(depth - 1)?);
        Ok(Expected::Depends { condition, then: Box::new(simple), otherwise })
    }

    fn condition(&mut self) -> Noted<Need> {
        let Some(word) = self.word_ahead(0) else { return Err(problem(self.here(), NoteFault::MissingName)) };
        let Some(condition) = need(&fold(word.text)) else {
            let near = nearest(word.text, need_names());
            let unknown = Unknown { name: clip(word.text), near };
            return Err(problem(word.span, NoteFault::UnknownCondition(unknown)));
        };
        self.at += 1;
        Ok(condition)
    }

    fn simple(&mut self, depth: usize) -> Noted<Expected> {
        let first = match self.peek() {
            Some(Token::Text(bytes, _)) => {
                let text = Expected::Text(bytes.clone());
                self.at += 1;
                return self.conditions(vec![text]);
            }
            Some(Token::Word(word)) => *word,
            None => return Err(problem(self.here(), NoteFault::Empty)),
        };
        let folded = fold(first.text);
        if note::ANY.contains(&first.text) {
            self.at += 1;
            return Ok(Expected::Any);
        }
        if first.text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return self.number();
        }
        if let Some(known) = named_result(first.text) {
            self.at += 1;
            return Ok(known);
        }
        match folded.as_str() {
            note::CONTAINS | note::STARTS => {
                let condition = self.text_condition()?;
                self.conditions(vec![condition])
            }
            note::DESCRIPTOR => self.descriptor(),
            note::PROCESS => self.process(),
            note::KILLED => self.killed(),
            note::ENDS => self.ends(),
            note::UNTIL => self.until(),
            note::BLOCKS => self.blocks(depth),
            _ => Err(unknown_result(first)),
        }
    }

    /// `5`, or `5 "salut"`.
    fn number(&mut self) -> Noted<Expected> {
        let (text, span) = self.name()?;
        let Some(count) = range(&text) else { return Err(problem(span, NoteFault::BadRange(clip(&text)))) };
        if let Some(Token::Text(bytes, _)) = self.peek() {
            let bytes = bytes.clone();
            self.at += 1;
            return self.conditions(vec![Expected::Received { count: Some(count), bytes }]);
        }
        self.conditions(vec![Expected::Number(count)])
    }

    fn descriptor(&mut self) -> Noted<Expected> {
        self.at += 1;
        let Some(number) = self.word_ahead(0).filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit())) else {
            return Ok(Expected::Descriptor(None));
        };
        self.at += 1;
        let bad = || problem(number.span, NoteFault::BadRange(clip(number.text)));
        number.text.parse().map(|fd| Expected::Descriptor(Some(fd))).map_err(|_| bad())
    }

    fn process(&mut self) -> Noted<Expected> {
        self.at += 1;
        let named = self.word_ahead(0).is_some_and(|word| word.text != "," && fold(word.text) != note::IF);
        if !named {
            return Ok(Expected::Process(None));
        }
        let (name, span) = self.name()?;
        self.note.named.push((name.clone(), span));
        Ok(Expected::Process(Some(name)))
    }

    fn killed(&mut self) -> Noted<Expected> {
        self.at += 1;
        let (name, span) = self.name()?;
        if let Some(signal) = Signal::from_name(&name) {
            return Ok(Expected::Killed(signal));
        }
        let near = nearest(&name, Signal::all().filter_map(Signal::name));
        Err(problem(span, NoteFault::UnknownSignal(Unknown { name: clip(&name), near })))
    }

    fn ends(&mut self) -> Noted<Expected> {
        self.at += 1;
        let Some(code) = self.word_ahead(0).and_then(|word| number(word.text)) else { return Ok(Expected::Ends) };
        let span = self.here();
        self.at += 1;
        match i32::try_from(code).ok().filter(|code| (0..256).contains(code)) {
            Some(code) => Ok(Expected::Exits(code)),
            None => Err(problem(span, NoteFault::BadRange(code.to_string()))),
        }
    }

    /// `jusqu'à la fin`, `jusqu'à "\n"`, then what was read.
    fn until(&mut self) -> Noted<Expected> {
        self.at += 1;
        let delimiter = if self.accept(note::THE) {
            if !self.accept(note::ENDS) {
                return Err(problem(self.here(), NoteFault::MissingText));
            }
            None
        } else {
            Some(self.required_text()?)
        };
        let mut all = Vec::new();
        if let Some(Token::Text(bytes, _)) = self.peek() {
            all.push(Expected::Text(bytes.clone()));
            self.at += 1;
        }
        let then = Box::new(self.conditions(all)?);
        Ok(Expected::Until { delimiter, then })
    }

    fn blocks(&mut self, depth: usize) -> Noted<Expected> {
        self.at += 1;
        if !self.accept_after_comma(note::THEN) {
            return Ok(Expected::Blocks);
        }
        if depth == 0 {
            return Err(self.extra());
        }
        Ok(Expected::BlocksThen(Box::new(self.expected_within(depth - 1)?)))
    }

    /// Further conditions on what was received: `, contient "…"`, `, commence "…"`, `, "…"`.
    fn conditions(&mut self, mut all: Vec<Expected>) -> Noted<Expected> {
        while self.word_ahead(0).is_some_and(|word| word.text == ",") {
            match self.tokens.get(self.at + 1) {
                Some(Token::Text(bytes, _)) => {
                    all.push(Expected::Text(bytes.clone()));
                    self.at += 2;
                }
                Some(Token::Word(word)) if matches!(fold(word.text).as_str(), note::CONTAINS | note::STARTS) => {
                    self.at += 1;
                    all.push(self.text_condition()?);
                }
                _ => break,
            }
        }
        Ok(match all.len() {
            0 => Expected::Success,
            1 => all.swap_remove(0),
            _ => Expected::All(all),
        })
    }

    fn text_condition(&mut self) -> Noted<Expected> {
        if self.accept(note::STARTS) {
            return Ok(Expected::StartsWith(self.required_text()?));
        }
        self.accept(note::CONTAINS);
        let any_case = self.accept(note::WITHOUT);
        if any_case && !self.accept(note::CASE) {
            return Err(self.extra());
        }
        let bytes = self.required_text()?;
        Ok(if any_case { Expected::ContainsAnyCase(bytes) } else { Expected::Contains(bytes) })
    }

    fn required_text(&mut self) -> Noted<Vec<u8>> {
        let Some(Token::Text(bytes, _)) = self.peek() else {
            return Err(problem(self.here(), NoteFault::MissingText));
        };
        let bytes = bytes.clone();
        self.at += 1;
        Ok(bytes)
    }
}

/// The results that are one word.
fn named_result(word: &str) -> Option<Expected> {
    if let Some(errno) = Errno::from_name(word) {
        return Some(Expected::Errno(errno));
    }
    if let Some(error) = GaiError::from_name(word) {
        return Some(Expected::Gai(error));
    }
    match fold(word).as_str() {
        "null" => Some(Expected::Null),
        note::ADDRESS => Some(Expected::NotNull),
        note::EVERYTHING => Some(Expected::Everything),
        _ => None,
    }
}

fn unknown_result(word: Word) -> Problem {
    let errnos = Errno::all().filter_map(Errno::name);
    let names = note::RESULTS.into_iter().chain(errnos).chain(GaiError::all().filter_map(GaiError::name));
    let unknown = Unknown { name: clip(word.text), near: nearest(word.text, names) };
    problem(word.span, NoteFault::UnknownResult(unknown))
}

#[cfg(test)]
mod tests;
