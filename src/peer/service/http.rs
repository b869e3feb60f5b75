//! HTTP/1.1 (RFC 9110 and 9112) for GET and HEAD: a page, a file or a folder.
//!
//! Strict where two readers of one stream could disagree on where a request ends (see [`refusal`] for the list), and
//! wherever the stream can no longer be trusted the answer is the last.

pub mod content;
pub mod file_cache;
pub mod refusal;

mod answers;
mod beneath;
mod chunked;
mod date;
mod listing;
mod markup;
mod media;
mod request;
mod response;
mod scanner;

mod target;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::answers::{Answers, Writer};
use self::chunked::Chunks;
use self::content::Content;
use self::file_cache::FileCache;
use self::refusal::Refusal;
use self::request::{Body, Method, Persistence};
use self::scanner::{Scanner, Step};
use super::{Reply, Service};
use crate::event::peer::Unfinished;

/// How long a head may take, from its first byte.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);
/// How long a body may take, or the next request be awaited.
const IDLE_PATIENCE: Duration = Duration::from_mins(1);

/// How long a client may ask nothing while others wait, where one is served at a time.
const YIELDING: Duration = Duration::from_secs(2);

/// The pages that are written in a language.
#[derive(Clone, Copy, Debug)]
pub struct HttpWords {
    /// The page that comes with socketlab, in HTML.
    pub welcome: &'static str,
    /// The page, in HTML, of an answer of that status: 301, or that of a refusal, whose id comes with it.
    pub status: fn(u16, Option<&str>) -> String,
    /// The page, in HTML, of a folder: its path and its `<li>` rows, already HTML, and whether they are all there.
    pub folder: fn(&str, &str, bool) -> String,
}

/// Shared by every client of a server.
#[derive(Debug)]
pub struct HttpSettings {
    pub content: Content,
    pub cache: FileCache,
    pub words: HttpWords,
    /// A misbehaviour: lines end with LF alone.
    pub bare_lf: bool,
    /// A misbehaviour: no Content-Length, so each connection gets one answer.
    pub no_length: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A head is awaited, or has begun.
    Head,
    /// So many bytes of a body are still to be ignored.
    Body(u64),
    /// A body in chunks is read; its request is answered behind it.
    Chunked,
    /// Nothing that comes is read any more.
    Closed,
}

/// One client's requests.
#[derive(Debug)]
pub struct Http {
    settings: Arc<HttpSettings>,
    /// A head that has begun, at most 16 KiB of it.
    pending: Vec<u8>,
    scanner: Scanner,
    phase: Phase,
    /// The head of the request whose body is read in chunks.
    held: Vec<u8>,
    chunks: Chunks,
    /// The next request had begun to come by this moment, where that is known.
    arrived: Option<Instant>,
    /// Others wait for this client to be done: it gets one answer.
    others_wait: bool,
}

impl Http {
    #[must_use]
    pub fn new(settings: Arc<HttpSettings>) -> Http {
        let (scanner, phase, chunks) = (Scanner::default(), Phase::Head, Chunks::default());
        let (pending, held) = (Vec::new(), Vec::new());
        Http { settings, pending, scanner, phase, held, chunks, arrived: None, others_wait: false }
    }

    /// Answers every whole request at the start of `buffer`; how many bytes were used.
    fn consume(&mut self, buffer: &[u8], answers: &mut Answers) -> usize {
        let mut at = 0;
        loop {
            let rest = &buffer[at..];
            match self.phase {
                Phase::Closed => return buffer.len(),
                Phase::Body(left) => {
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                    at += count;
                    match left - count as u64 {
                        0 => self.phase = Phase::Head,
                        left => {
                            self.phase = Phase::Body(left);
                            return at;
                        }
                    }
                }
                Phase::Chunked => {
                    let (count, step) = self.chunks.read(rest);
                    at += count;
                    match step {
                        chunked::Step::More => return at,
                        chunked::Step::Done => self.answer_held(answers),
                        chunked::Step::Refused(refusal) => self.refuse_held(refusal, answers),
                    }
                }
                Phase::Head => match self.scanner.scan(rest) {
                    Step::More => return at,
                    step => at += self.step(&step, rest, answers),
                },
            }
        }
    }

    /// Does what a scan found at the start of `rest`; how many bytes were used.
    fn step(&mut self, step: &Step, rest: &[u8], answers: &mut Answers) -> usize {
        self.scanner = Scanner::default();
        let arrived = self.arrived.take();
        match *step {
            Step::More => 0,
            Step::Empty(length) => length,
            Step::Head(length) => {
                self.answer(&rest[..length], (answers, arrived));
                length
            }
            Step::Refused(refusal) => {
                self.refuse_for_good(refusal, rest, answers);
                0
            }
        }
    }

    fn answer(&mut self, head: &[u8], (answers, arrived): (&mut Answers, Option<Instant>)) {
        let known = request::as_known(head);
        let request = match request::read(&known) {
            Ok(request) => request,
            Err(refusal) => return self.refuse_for_good(refusal, head, answers),
        };
        if request.body == Body::Chunked && self.phase == Phase::Head {
            (self.held, self.chunks, self.phase) = (head.to_vec(), Chunks::default(), Phase::Chunked);
            return;
        }
        let last = self.settings.no_length || self.others_wait || answers.are_many();
        let persistence = if last { Persistence::Close } else { request.persistence };
        self.phase = match (persistence, request.body) {
            (Persistence::Close, _) | (_, Body::Awaiting) => Phase::Closed,
            (_, Body::Length(length)) => Phase::Body(length),
            (_, Body::Chunked) => Phase::Head,
        };
        let mut writer = Writer {
            settings: &self.settings,
            answers,
            persistence,
            bodiless: request.method == Method::Head,
            arrived,
        };
        if let Err(refusal) = writer.serve(&request) {
            writer.refuse(refusal);
        }
    }

    /// The body in chunks is over.
    fn answer_held(&mut self, answers: &mut Answers) {
        let head = std::mem::take(&mut self.held);
        self.answer(&head, (answers, None));
    }

    fn refuse_held(&mut self, refusal: Refusal, answers: &mut Answers) {
        let head = std::mem::take(&mut self.held);
        self.refuse_for_good(refusal, &head, answers);
    }

    /// What follows in the stream means nothing any more.
    fn refuse_for_good(&mut self, refusal: Refusal, head: &[u8], answers: &mut Answers) {
        self.phase = Phase::Closed;
        let bodiless = head.starts_with(b"HEAD ");
        let (settings, persistence) = (&self.settings, Persistence::Close);
        Writer { settings, answers, persistence, bodiless, arrived: None }.refuse(refusal);
    }

    /// The head, or the body, that has begun will not be whole.
    fn give_up(&mut self, of_head: Refusal, of_body: Refusal) -> Reply {
        let mut answers = Answers::default();
        match self.phase {
            Phase::Chunked => self.refuse_held(of_body, &mut answers),
            Phase::Head if !self.pending.is_empty() => {
                let pending = std::mem::take(&mut self.pending);
                self.refuse_for_good(of_head, &pending, &mut answers);
            }
            _ => {}
        }
        self.phase = Phase::Closed;
        answers.into_reply(true)
    }
}

impl Service for Http {
    fn arrived_by(&mut self, moment: Instant) {
        // The first byte is that of a request, and not of what an earlier one had begun.
        self.arrived = (self.pending.is_empty() && self.phase == Phase::Head).then_some(moment);
    }

    fn received(&mut self, bytes: &[u8]) -> Reply {
        let mut answers = Answers::default();
        if self.pending.is_empty() {
            let used = self.consume(bytes, &mut answers);
            self.pending.extend_from_slice(&bytes[used..]);
        } else {
            let mut buffer = std::mem::take(&mut self.pending);
            buffer.extend_from_slice(bytes);
            let used = self.consume(&buffer, &mut answers);
            buffer.drain(..used);
            self.pending = buffer;
        }
        self.arrived = None;
        answers.into_reply(self.phase == Phase::Closed)
    }

    fn ended(&mut self) -> Reply {
        self.give_up(Refusal::INCOMPLETE, Refusal::INCOMPLETE_BODY)
    }

    fn unfinished(&self) -> (Unfinished, u64, u64) {
        match self.phase {
            Phase::Head if !self.pending.is_empty() => {
                let lines = self.pending.split_inclusive(|byte| *byte == b'\n');
                let (whole, rest): (Vec<&[u8]>, Vec<&[u8]>) = lines.partition(|line| line.ends_with(b"\n"));
                (Unfinished::Head, whole.len() as u64, rest.first().map_or(0, |line| line.len() as u64))
            }
            Phase::Body(left) => (Unfinished::Body, 0, left),
            Phase::Head | Phase::Chunked | Phase::Closed => (Unfinished::Nothing, 0, 0),
        }
    }

    fn takes_text(&self) -> bool {
        false
    }

    fn patience(&self) -> Option<Duration> {
        Some(if self.pending.is_empty() { IDLE_PATIENCE } else { HEAD_PATIENCE })
    }

    fn leaves_who_takes_nothing(&self) -> bool {
        true
    }

    fn others_wait(&mut self, waiting: bool) {
        self.others_wait = waiting;
    }

    fn yields(&self) -> Option<Duration> {
        (self.phase == Phase::Head && self.pending.is_empty()).then_some(YIELDING)
    }

    fn too_slow(&mut self) -> Reply {
        self.give_up(Refusal::HEAD_TOO_SLOW, Refusal::BODY_TOO_SLOW)
    }
}
