//! The answer to an HTTP request, read strictly (RFC 9112): what a server got wrong is named.
//!
//! A machine without calls or clock: it is given bytes as they come, in pieces of any size, and the end of the stream.
//! What it says does not depend on where the stream was cut.

mod chunks;
pub mod fault;
mod field;
mod head;
mod line;

use self::chunks::Chunks;
use self::fault::{Fault, Kind};
use self::head::Head;
use crate::event::answer::{Answer, Framing};

/// What the bytes make known, in the order of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A whole head, that of an interim answer (1xx) too.
    Head {
        status: u16,
        framing: Framing,
        length: Option<u64>,
    },
    /// The whole answer.
    Whole,
    Fault(Fault),
}

/// How the stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// recv returned 0.
    Ordinary,
    /// A RST, a silence that lasted too long.
    Abrupt,
}

#[derive(Debug)]
enum State {
    Head(Head),
    /// So many bytes are still to come.
    Length(u64),
    Chunks(Chunks),
    UntilClose,
    /// The answer is whole; what more bytes would be.
    Whole(Kind),
    /// Something is wrong: what follows means nothing.
    Faulty,
    /// The answer is whole, and more bytes came.
    Excess,
}

/// Reads one answer.
#[derive(Debug)]
pub struct Reader {
    method: &'static str,
    state: State,
    offset: u64,
    interim: bool,
    answer: Answer,
}

impl Reader {
    /// Of the answer to a request by that method, `GET` or `HEAD`.
    #[must_use]
    pub fn to(method: &'static str) -> Reader {
        Reader { method, state: State::Head(Head::default()), offset: 0, interim: false, answer: Answer::default() }
    }

    /// What was read so far.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Whether nothing that may still come belongs to the answer.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.state, State::Whole(_) | State::Faulty | State::Excess)
    }

    /// Takes the next bytes.
    #[must_use]
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            let skipped = self.skip(rest.len(), &mut facts);
            if skipped == 0 {
                self.take(byte, &mut facts);
            }
            let taken = skipped.max(1);
            self.offset += taken as u64;
            rest = &rest[taken..];
        }
        facts
    }

    /// The stream has ended.
    #[must_use]
    pub fn close(&mut self, how: Close) -> Option<Fact> {
        let (kind, counts) = match &self.state {
            State::Whole(_) | State::Faulty | State::Excess => return None,
            State::UntilClose if how == Close::Ordinary => {
                self.state = State::Whole(Kind::AFTER_LENGTH);
                return Some(Fact::Whole);
            }
            State::UntilClose => (Kind::NEVER_CLOSED, None),
            State::Head(head) if self.interim && head.cut() == Kind::NO_ANSWER => (Kind::INTERIM_ONLY, None),
            State::Head(head) => (head.cut(), None),
            State::Length(left) => {
                let announced = self.answer.announced.unwrap_or_default();
                (Kind::SHORT_BODY, Some((announced, announced - left)))
            }
            State::Chunks(chunks) => chunks.cut(),
        };
        Some(self.fail(kind, counts))
    }

    /// Takes bytes of a body, or of nothing, all at once; how many.
    fn skip(&mut self, available: usize, facts: &mut Vec<Fact>) -> usize {
        let most = available as u64;
        let taken = match &mut self.state {
            State::Head(_) => 0,
            State::Length(left) => {
                let taken = most.min(*left);
                *left -= taken;
                if *left == 0 {
                    self.state = State::Whole(Kind::AFTER_LENGTH);
                    facts.push(Fact::Whole);
                }
                taken
            }
            State::Chunks(chunks) => chunks.skip(most),
            State::UntilClose => most,
            State::Faulty => return available,
            &mut State::Whole(kind) => {
                let counts = self.answer.announced.map(|announced| (announced, self.answer.body));
                facts.push(self.fail(kind, counts));
                self.state = State::Excess;
                self.answer.excess += most;
                return available;
            }
            State::Excess => {
                self.answer.excess += most;
                return available;
            }
        };
        self.answer.body += taken;
        usize::try_from(taken).unwrap_or(available)
    }

    fn take(&mut self, byte: u8, facts: &mut Vec<Fact>) {
        let done = match &mut self.state {
            State::Head(head) => match head.take(byte, self.method) {
                Ok(Some(read)) => return self.begin(read, facts),
                Ok(None) => Ok(()),
                Err(kind) => Err((kind, None)),
            },
            State::Chunks(chunks) => match chunks.take(byte) {
                Ok(true) => return self.end_chunks(facts),
                Ok(false) => Ok(()),
                Err(kind) => Err((kind, (kind == Kind::CHUNK_NOT_ENDED).then(|| (chunks.size(), chunks.size())))),
            },
            State::Length(_) | State::UntilClose | State::Whole(_) | State::Faulty | State::Excess => Ok(()),
        };
        if let Err((kind, counts)) = done {
            facts.push(self.fail(kind, counts));
        }
    }

    fn end_chunks(&mut self, facts: &mut Vec<Fact>) {
        self.state = State::Whole(Kind::AFTER_LAST_CHUNK);
        facts.push(Fact::Whole);
    }

    /// A head is whole: what follows it is what it says.
    fn begin(&mut self, read: head::Read, facts: &mut Vec<Fact>) {
        let head::Read { status, framing, length } = read;
        facts.push(Fact::Head { status, framing, length });
        if status < 200 {
            self.interim = true;
            self.state = State::Head(Head::default());
            return;
        }
        let whole = match (framing, length) {
            (Framing::NoBody, _) => Some(Kind::AFTER_NO_BODY),
            (Framing::ContentLength, Some(0)) => Some(Kind::AFTER_LENGTH),
            _ => None,
        };
        self.answer.status = Some(status);
        self.answer.framing = Some(framing);
        self.answer.announced = length;
        self.state = match (whole, framing) {
            (Some(kind), _) => {
                facts.push(Fact::Whole);
                State::Whole(kind)
            }
            (None, Framing::Chunked) => State::Chunks(Chunks::default()),
            (None, Framing::ContentLength) => State::Length(length.unwrap_or_default()),
            (None, Framing::UntilClose | Framing::NoBody) => State::UntilClose,
        };
    }

    fn fail(&mut self, kind: Kind, counts: Option<(u64, u64)>) -> Fact {
        let quote = match &self.state {
            State::Head(head) => head.line(),
            State::Chunks(chunks) => chunks.line(),
            State::Length(_) | State::UntilClose | State::Whole(_) | State::Faulty | State::Excess => &[],
        };
        let fault = Fault { kind, offset: self.offset, counts, quote: quote.to_vec() };
        self.state = State::Faulty;
        self.answer.reason = Some(kind.reason);
        self.answer.fault = Some(fault.told());
        Fact::Fault(fault)
    }
}

#[cfg(test)]
mod tests;
