//! The words behind a fence: what a block is, and for which actors.

use crate::lesson::keywords::block;
use crate::lesson::problem::{LayoutFault, Problem, ProblemKind, Unknown};
use crate::lesson::words::{Word, words};
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

/// A name with its place.
pub type Named = (String, Span);

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Info {
    Code { actors: Vec<Named>, times: Option<String> },
    Program { actors: Vec<Named> },
    Example,
    Display(&'static str),
    Question,
    State,
    Bytes(Named),
    Hint,
    Settings,
    Network,
    Await(Named),
    Keyboard(Named),
    Output(Named),
    Launch { actor: Named, effects: Option<Span> },
}

/// Reads the words behind a fence; `text` is that part of the file, its first byte at `base`.
///
/// # Errors
/// The first word that has no place there.
pub fn parse(text: &str, base: usize) -> Result<Info, Problem> {
    let words = words(text, base);
    let Some(first) = words.first().copied() else {
        let span = Span { start: base.saturating_sub(3), end: base };
        return Err(problem(span, LayoutFault::UnknownBlock(Unknown { name: String::new(), near: None })));
    };
    let mut reader = Reader { words, at: 1, first };
    let info = reader.info()?;
    match reader.next() {
        None => Ok(info),
        Some(extra) => Err(problem(extra.span, LayoutFault::ExtraWords(clip(extra.text)))),
    }
}

fn problem(span: Span, fault: LayoutFault) -> Problem {
    Problem { span, kind: ProblemKind::Layout(fault) }
}

struct Reader<'a> {
    words: Vec<Word<'a>>,
    at: usize,
    first: Word<'a>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Word<'a>> {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn accept(&mut self, wanted: &str) -> bool {
        let found = self.peek().is_some_and(|word| word.text == wanted);
        self.at += usize::from(found);
        found
    }

    fn info(&mut self) -> Result<Info, Problem> {
        Ok(match self.first.text {
            block::C => return self.c(),
            block::QUESTION => Info::Question,
            block::STATE => Info::State,
            block::HINT => Info::Hint,
            block::STEP => Info::Settings,
            block::NETWORK => Info::Network,
            block::BYTES => Info::Bytes(self.actor()?),
            block::AWAIT => Info::Await(self.actor()?),
            block::KEYBOARD => Info::Keyboard(self.actor()?),
            block::OUTPUT => Info::Output(self.actor()?),
            block::LAUNCH => self.launch()?,
            other => match block::DISPLAYS.iter().find(|language| **language == other) {
                Some(language) => Info::Display(language),
                None => return Err(self.unknown()),
            },
        })
    }

    fn unknown(&self) -> Problem {
        let near = nearest(self.first.text, block::ALL);
        problem(self.first.span, LayoutFault::UnknownBlock(Unknown { name: clip(self.first.text), near }))
    }

    fn c(&mut self) -> Result<Info, Problem> {
        if self.accept(block::EXAMPLE) {
            return Ok(Info::Example);
        }
        if self.accept(block::PROGRAM) {
            return Ok(Info::Program { actors: self.actors()? });
        }
        let actors = self.actors()?;
        let times = if self.accept(block::TIMES) { Some(self.times()?) } else { None };
        Ok(Info::Code { actors, times })
    }

    fn times(&mut self) -> Result<String, Problem> {
        let word = self.next().unwrap_or(self.first);
        let draw = word.text.starts_with('{') && word.text.ends_with('}');
        let number = word.text.parse::<u32>().is_ok_and(|number| (1..=10_000).contains(&number));
        if draw || number {
            return Ok(word.text.to_owned());
        }
        Err(problem(word.span, LayoutFault::BadRepeat(clip(word.text))))
    }

    /// The rest of the words, `, réveille salon`, is read as the end of a note.
    fn launch(&mut self) -> Result<Info, Problem> {
        let actor = self.actor()?;
        let Some(comma) = self.peek().filter(|_| self.accept(",")) else {
            return Ok(Info::Launch { actor, effects: None });
        };
        let (Some(first), Some(last)) = (self.peek(), self.words.last()) else {
            return Err(problem(comma.span, LayoutFault::ExtraWords(clip(comma.text))));
        };
        let effects = Span { start: first.span.start, end: last.span.end };
        self.at = self.words.len();
        Ok(Info::Launch { actor, effects: Some(effects) })
    }

    fn actor(&mut self) -> Result<Named, Problem> {
        match self.next().filter(|word| word.text != ",") {
            Some(word) => Ok((word.text.to_owned(), word.span)),
            None => Err(problem(self.first.span, LayoutFault::MissingActor)),
        }
    }

    /// `serveur, enfant`
    fn actors(&mut self) -> Result<Vec<Named>, Problem> {
        let mut actors = vec![self.actor()?];
        while self.accept(",") {
            actors.push(self.actor()?);
        }
        Ok(actors)
    }
}

#[cfg(test)]
mod tests;
