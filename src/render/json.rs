//! Events for scripts: one JSON object a line. The fields are a contract, described in `docs/json.md`;
//! they are written here, apart from the types of the program, so that those can change.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::event::{Event, Renderer, Waiting};
use crate::state::{Content, Row, Socket, View};
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::notation::{errno_name, escape, failure_value, format_value, printable, signal_name};
use crate::text::errno;

mod lesson;
mod line;
mod peer;
mod trace;

use line::{Argument, DescriptorRow, Ending, Failure, Line, Octets, SocketRow};
use peer::PeerLine;
use trace::TraceLine;

/// One object a line, each flushed, so that a script reads an event as soon as it happens.
#[derive(Debug)]
pub struct JsonRenderer<W: Write> {
    out: W,
    /// Whether lines wait until they are flushed.
    kept: bool,
    /// The present line.
    text: Vec<u8>,
    names: trace::Names,
}

impl<W: Write> JsonRenderer<W> {
    #[must_use]
    pub fn new(out: W) -> Self {
        JsonRenderer { out, kept: false, text: Vec::new(), names: trace::Names::default() }
    }

    /// Events come too fast to flush each: whoever shows them says when.
    #[must_use]
    pub fn buffered(self) -> Self {
        JsonRenderer { kept: true, ..self }
    }
}

impl<W: Write> Renderer for JsonRenderer<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        self.names.learn(event);
        let Some(object) = object(event, &self.names) else { return Ok(()) };
        self.text.clear();
        serde_json::to_writer(&mut self.text, &object)?;
        self.names.forget(event);
        self.out.write_all(harmless(&String::from_utf8_lossy(&self.text)).as_bytes())?;
        self.out.write_all(b"\n")?;
        if self.kept { Ok(()) } else { self.out.flush() }
    }

    /// What holds only while the lesson waits is no event.
    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// JSON whose strings hold nothing that a terminal could obey: serde escapes C0 alone.
fn harmless(json: &str) -> Cow<'_, str> {
    if json.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if printable(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(out)
}

/// The object of an event, in the family of the command that tells it.
#[derive(Serialize)]
#[serde(untagged)]
enum Object<'a> {
    Lesson(Line<'a>),
    Peer(PeerLine<'a>),
    Trace(TraceLine<'a>),
}

/// `None` for what a script could not use.
fn object<'a>(event: &'a Event, names: &'a trace::Names) -> Option<Object<'a>> {
    Some(match event {
        Event::LessonStarted(started) => Object::Lesson(lesson::started(started)),
        Event::Section { id, title, index, total } => {
            Object::Lesson(Line::Section { id, title, index: *index, total: *total })
        }
        Event::Skipped { id, needs } => {
            Object::Lesson(Line::Skipped { id, needs: needs.iter().map(|need| line::need(*need)).collect() })
        }
        Event::Text { blocks } => Object::Lesson(Line::Text { text: lesson::text(blocks) }),
        Event::Display { language, text } => Object::Lesson(Line::Display { language, text }),
        Event::Process { actor, pid, tid, change } => Object::Lesson(lesson::process(actor, (*pid, *tid), change)),
        Event::Statement { actor, line, source, suggested } => {
            Object::Lesson(Line::Statement { actor, line: *line, source, suggested: *suggested })
        }
        Event::Call(call) => Object::Lesson(lesson::call(call)),
        Event::Blocked(blocked) => Object::Lesson(lesson::blocked(blocked)),
        Event::Returned(returned) => Object::Lesson(lesson::returned(returned)),
        Event::Output { actor, fd, bytes } => Object::Lesson(Line::Output { actor, fd: *fd, bytes: octets(bytes) }),
        Event::Kernel { view } => Object::Lesson(kernel(view)),
        Event::Memory(memory) => Object::Lesson(lesson::memory(memory)),
        Event::State { lines } => Object::Lesson(lesson::state(lines)),
        Event::Question { statement, choices } => Object::Lesson(Line::Question { statement, choices }),
        Event::Verdict(verdict) => Object::Lesson(lesson::verdict(verdict)),
        Event::Hint { blocks, index, total } => {
            Object::Lesson(Line::Hint { text: lesson::text(blocks), index: *index, total: *total })
        }
        Event::Visitor(visitor) => Object::Lesson(lesson::visitor(visitor)),
        Event::Role { actor, player } => Object::Lesson(Line::Role { actor, player: *player }),
        Event::Note { note } => Object::Lesson(Line::Note { note }),
        Event::Explanation { call, errno } => {
            Object::Lesson(Line::Explanation { call: call.map(Name::as_str), errno: errno.and_then(Errno::name) })
        }
        Event::Details { actor, pid, activity } => Object::Lesson(Line::Details { actor, pid: *pid, activity }),
        Event::Closing { section, blocks } => {
            Object::Lesson(Line::Closing { section: *section, text: lesson::text(blocks) })
        }
        Event::LessonFinished { calls, surprises } => {
            Object::Lesson(Line::LessonFinished { calls: *calls, surprises: *surprises })
        }
        Event::ServeStarted(started) => Object::Peer(peer::serve_started(started)),
        Event::Listening(listening) => Object::Peer(peer::listening(listening)),
        Event::Client(client) => Object::Peer(peer::client(client)),
        Event::ClientGone(gone) => Object::Peer(peer::client_gone(gone)),
        Event::Data(data) => Object::Peer(peer::data(data)),
        Event::PeerNote { note } => Object::Peer(PeerLine::PeerNote { note }),
        Event::ServeFinished(finished) => Object::Peer(peer::serve_finished(finished)),
        Event::ConnectStarted(started) => Object::Peer(peer::connect_started(started)),
        Event::ConnectFinished(finished) => Object::Peer(peer::connect_finished(finished)),
        Event::TraceStarted(started) => Object::Trace(trace::started(started)),
        Event::Traced(step) => Object::Trace(trace::traced(step, names)?),
        Event::Stuck(stuck) => Object::Trace(trace::blocked(stuck, names)),
        Event::Finding(finding) => Object::Trace(trace::finding(finding)),
        Event::Summary { calls } => Object::Trace(TraceLine::Summary { calls }),
        Event::TraceFinished(finished) => Object::Trace(trace::finished(finished)),
    })
}

fn arguments(call: Option<&Call>) -> Vec<Argument> {
    call.iter().flat_map(|call| &call.arguments).map(argument).collect()
}

fn argument(value: &Value) -> Argument {
    match value {
        Value::Number(number) => Argument::Number(*number),
        Value::Null => Argument::Null,
        Value::Bytes { data, total } => Argument::Octets(Octets { length: *total, ..octets(data) }),
        other => Argument::Notation(format_value(other, usize::MAX)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn octets(bytes: &[u8]) -> Octets {
    let text = std::str::from_utf8(bytes).ok().map(str::to_owned);
    Octets { text, escaped: escape(bytes), length: bytes.len() }
}

/// What the C expression is worth: a number, a text, or nothing (`NULL`, `void`, no return).
fn result(name: Option<Name>, outcome: &Outcome) -> Argument {
    match outcome {
        Outcome::Returned(Answer::Number(number)) => Argument::Number(*number),
        Outcome::Returned(Answer::Text(text)) => {
            Argument::Notation(String::from_utf8(text.clone()).unwrap_or_else(|_| escape(text)))
        }
        Outcome::Failed(errno) => {
            failure_value(name, *errno).map_or(Argument::Null, |value| Argument::Number(i64::from(value)))
        }
        Outcome::Unresolved(error) => Argument::Number(i64::from(error.number())),
        Outcome::Returned(Answer::Nothing | Answer::Pointer { .. }) | Outcome::Killed(_) | Outcome::Exited(_) => {
            Argument::Null
        }
    }
}

fn failure(outcome: &Outcome) -> Failure {
    match outcome {
        Outcome::Failed(number) => Failure {
            errno: Some(errno_name(*number)),
            errno_number: Some(number.number()),
            message: Some(errno::french(*number)),
        },
        Outcome::Unresolved(error) => Failure {
            errno: Some(error.name().unwrap_or("EAI_?").to_owned()),
            errno_number: Some(error.number()),
            message: Some(errno::gai_french(*error)),
        },
        Outcome::Returned(_) | Outcome::Killed(_) | Outcome::Exited(_) => Failure::default(),
    }
}

fn ending(outcome: &Outcome) -> Ending {
    match outcome {
        Outcome::Killed(signal) => Ending { signal: Some(signal_name(*signal)), exit_code: None },
        Outcome::Exited(code) => Ending { signal: None, exit_code: Some(*code) },
        Outcome::Returned(_) | Outcome::Failed(_) | Outcome::Unresolved(_) => Ending::default(),
    }
}

fn kernel(view: &View) -> Line<'_> {
    Line::Kernel {
        source: view.source,
        sockets: view.rows.iter().filter_map(socket_row).collect(),
        descriptors: view.rows.iter().filter_map(descriptor).collect(),
        finished: view.finished_connections(),
        finished_ms: view.finished_for(),
    }
}

/// A socket, listed by the kernel or not.
fn socket_row(row: &Row) -> Option<SocketRow<'_>> {
    let (socket, inode) = match &row.content {
        Content::Socket(socket) => (Some(socket), socket.inode),
        Content::Unlisted { inode } => (None, *inode),
        Content::Other(_) => return None,
    };
    let queue = |length: fn(&Socket) -> u32| socket.map(length);
    Some(SocketRow {
        actor: row.actor.as_deref(),
        pid: row.pid,
        fd: row.fd,
        listed: socket.is_some(),
        inode,
        protocol: socket.map(|socket| socket.protocol),
        state: socket.map(|socket| socket.state),
        local: socket.map(|socket| socket.local.to_string()),
        remote: socket.map(|socket| socket.remote.to_string()),
        recv_queue: queue(|socket| socket.recv_queue),
        send_queue: queue(|socket| socket.send_queue),
        accept_queue: socket.and_then(|socket| socket.accept_queue),
        backlog: socket.and_then(|socket| socket.backlog),
        awaits_accept: socket.is_some_and(Socket::awaits_accept),
        shutdown: queue(|socket| u32::from(socket.shutdown)),
        drops: queue(|socket| socket.drops),
        uid: queue(|socket| socket.uid),
        timer: socket.and_then(|socket| socket.timer),
        holders: socket.map(|socket| socket.holders.as_slice()).unwrap_or_default(),
    })
}

fn descriptor(row: &Row) -> Option<DescriptorRow<'_>> {
    let Content::Other(target) = &row.content else { return None };
    let (kind, path) = line::target(target);
    Some(DescriptorRow { actor: row.actor.as_deref(), pid: row.pid, fd: row.fd, kind, path })
}
