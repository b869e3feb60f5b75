//! `etat` blocks: one line for a socket or a process.

use std::net::IpAddr;

use crate::lesson::keywords::{PORT_MARK, fold, process_state, state};
use crate::lesson::model::{DescriptorState, Details, Endpoint, ProcessState, Range, StateLine, Subject};
use crate::lesson::problem::{LayoutFault, Problem, ProblemKind, StateFault, Unknown};
use crate::lesson::words::{Word, range, words};
use crate::state::SocketState;
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;
use crate::syscall::vocabulary::{FUNCTIONS, function};

type Read<T> = Result<T, Problem>;

/// What a line may refer to.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub actors: &'a [String],
    pub port: Option<u16>,
}

/// Reads one line, already without its comment.
///
/// # Errors
/// The first word that the line may not have.
pub fn parse(line: Word, known: Known) -> Read<StateLine> {
    let words = words(line.text, line.span.start);
    let mut reader = Reader { words, at: 0, end: line.span.end, known };
    let subject = reader.subject()?;
    match reader.next() {
        None => Ok(StateLine { subject, source: line.text.to_owned(), span: line.span }),
        Some(word) => Err(problem(word.span, StateFault::ExtraWords(clip(word.text)))),
    }
}

fn problem(span: Span, fault: impl Into<ProblemKind>) -> Problem {
    Problem { span, kind: fault.into() }
}

fn unknown<'a>(word: Word, candidates: impl IntoIterator<Item = &'a str>) -> Unknown {
    Unknown { name: clip(word.text), near: nearest(word.text, candidates) }
}

struct Reader<'a> {
    words: Vec<Word<'a>>,
    at: usize,
    end: usize,
    known: Known<'a>,
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

    fn value(&mut self, key: &str) -> Read<Word<'a>> {
        let end = Span { start: self.end, end: self.end };
        self.next().ok_or_else(|| problem(end, StateFault::MissingValue(key.to_owned())))
    }

    fn subject(&mut self) -> Read<Subject> {
        let first = self.value(state::PORT)?;
        if first.text == state::PORT {
            return self.port_subject();
        }
        if !self.known.actors.iter().any(|actor| actor == first.text) {
            let names = self.known.actors.iter().map(String::as_str).chain([state::PORT]);
            return Err(problem(first.span, StateFault::UnknownSubject(unknown(first, names))));
        }
        let actor = first.text.to_owned();
        let Some(predicate) = self.next() else {
            return Err(problem(first.span, StateFault::MissingPredicate));
        };
        match fold(predicate.text).as_str() {
            state::DESCRIPTOR => self.descriptor(actor),
            state::ASLEEP => Ok(Subject::Process { actor, expected: self.asleep()? }),
            word => match process_state(word) {
                Some(expected) => Ok(Subject::Process { actor, expected }),
                None => Err(problem(predicate.span, StateFault::UnknownPredicate(unknown(predicate, state::SUBJECTS)))),
            },
        }
    }

    fn asleep(&mut self) -> Read<ProcessState> {
        let call = self.value(state::ASLEEP)?;
        if let Some(function) = function(call.text).filter(|function| function.is_system_call()) {
            return Ok(ProcessState::Asleep(function.name));
        }
        let names = FUNCTIONS.iter().filter(|function| function.may_block).map(|function| function.name.as_str());
        Err(problem(call.span, StateFault::UnknownCall(unknown(call, names))))
    }

    fn descriptor(&mut self, actor: String) -> Read<Subject> {
        let number = self.value(state::DESCRIPTOR)?;
        let fd: i32 = digits(number.text)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| problem(number.span, StateFault::BadDescriptor(clip(number.text))))?;
        let expected = match self.peek() {
            None => DescriptorState::Open,
            Some(word) if word.text == state::ABSENT => {
                self.at += 1;
                DescriptorState::Absent
            }
            Some(_) => {
                let state = self.socket_state(Some(state::ABSENT))?;
                DescriptorState::Socket { state, details: self.details()? }
            }
        };
        Ok(Subject::Descriptor { actor, fd, expected })
    }

    fn port_subject(&mut self) -> Read<Subject> {
        let number = self.value(state::PORT)?;
        let port = self.port(number)?;
        let Some(word) = self.peek() else { return Err(problem(number.span, StateFault::MissingPredicate)) };
        if word.text == state::NONE || word.text == "aucune" {
            self.at += 1;
            let state = if self.peek().is_some() { Some(self.socket_state(None)?) } else { None };
            return Ok(Subject::NoPort { port, state });
        }
        let state = self.socket_state(Some(state::NONE))?;
        Ok(Subject::Port { port, state, details: self.details()? })
    }

    fn port(&self, word: Word) -> Read<u16> {
        if word.text == PORT_MARK {
            return self.known.port.ok_or_else(|| problem(word.span, LayoutFault::NoPort));
        }
        let port = digits(word.text).and_then(|text| text.parse().ok());
        port.ok_or_else(|| problem(word.span, StateFault::BadPort(clip(word.text))))
    }

    fn socket_state(&mut self, or: Option<&'static str>) -> Read<SocketState> {
        let word = self.value("LISTEN")?;
        SocketState::from_name(word.text).ok_or_else(|| {
            let names = SocketState::all().map(SocketState::name).chain(or);
            problem(word.span, StateFault::UnknownState(unknown(word, names)))
        })
    }

    fn details(&mut self) -> Read<Details> {
        let mut details = Details::default();
        while let Some(key) = self.next() {
            let folded = fold(key.text);
            let number = match folded.as_str() {
                state::ACCEPT_QUEUE => &mut details.accept_queue,
                state::BACKLOG => &mut details.backlog,
                state::RECV_QUEUE => &mut details.recv_queue,
                state::SEND_QUEUE => &mut details.send_queue,
                state::LOCAL => {
                    self.endpoint(key, &mut details.local)?;
                    continue;
                }
                state::REMOTE => {
                    self.endpoint(key, &mut details.remote)?;
                    continue;
                }
                _ => return Err(problem(key.span, StateFault::UnknownKey(unknown(key, state::KEYS)))),
            };
            self.number(key, number)?;
        }
        Ok(details)
    }

    fn number(&mut self, key: Word, place: &mut Option<Range>) -> Read<()> {
        let value = self.value(key.text)?;
        let found = range(value.text).filter(|range| range.from >= 0);
        let found = found.ok_or_else(|| problem(value.span, StateFault::BadRange(clip(value.text))))?;
        put(key, place, found)
    }

    fn endpoint(&mut self, key: Word, place: &mut Option<Endpoint>) -> Read<()> {
        let value = self.value(key.text)?;
        let bad = || problem(value.span, StateFault::BadEndpoint(clip(value.text)));
        let (ip, port) = value.text.rsplit_once(':').ok_or_else(bad)?;
        let port = match port {
            "*" => None,
            PORT_MARK => Some(self.known.port.ok_or_else(|| problem(value.span, LayoutFault::NoPort))?),
            digits => Some(digits.parse().map_err(|_| bad())?),
        };
        let ip = match ip {
            "*" => None,
            text => {
                let bare = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
                Some(bare.parse::<IpAddr>().map_err(|_| bad())?)
            }
        };
        put(key, place, Endpoint { ip, port })
    }
}

fn put<T>(key: Word, place: &mut Option<T>, value: T) -> Read<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(problem(key.span, StateFault::DuplicateKey(key.text.to_owned()))),
    }
}

/// The text, if it is made of digits alone: `parse` would also take a sign.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

#[cfg(test)]
mod tests;
