//! Events for scripts: one JSON object a line. The fields are a contract, described in `docs/json.md`;
//! they are written here, apart from the types of the program, so that those can change.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::event::{ActorEvent, Event, LessonEvent, PeerEvent, Renderer, TraceEvent, Waiting};
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
        Event::Lesson(event) => Object::Lesson(lesson_line(event)),
        Event::Actor(event) => Object::Lesson(actor_line(event)),
        Event::Peer(event) => Object::Peer(peer_line(event)),
        Event::Trace(event) => Object::Trace(trace_line(event, names)?),
    })
}

fn lesson_line(event: &LessonEvent) -> Line<'_> {
    match event {
        LessonEvent::Started(started) => lesson::started(started),
        LessonEvent::Section { id, title, index, total } => Line::Section { id, title, index: *index, total: *total },
        LessonEvent::Skipped { id, needs } => {
            Line::Skipped { id, needs: needs.iter().map(|need| line::need(*need)).collect() }
        }
        LessonEvent::Text { blocks } => Line::Text { text: lesson::text(blocks) },
        LessonEvent::Display { language, text } => Line::Display { language, text },
        LessonEvent::Statement { actor, line, source, suggested } => {
            Line::Statement { actor, line: *line, source, suggested: *suggested }
        }
        LessonEvent::Output { actor, fd, bytes } => Line::Output { actor, fd: *fd, bytes: octets(bytes) },
        LessonEvent::Memory(memory) => lesson::memory(memory),
        LessonEvent::State { lines } => lesson::state(lines),
        LessonEvent::Question { statement, choices } => Line::Question { statement, choices },
        LessonEvent::Verdict(verdict) => lesson::verdict(verdict),
        LessonEvent::Hint { blocks, index, total } => {
            Line::Hint { text: lesson::text(blocks), index: *index, total: *total }
        }
        LessonEvent::Visitor(visitor) => lesson::visitor(visitor),
        LessonEvent::Role { actor, player } => Line::Role { actor, player: *player },
        LessonEvent::Explanation { call, errno } => {
            Line::Explanation { call: call.map(Name::as_str), errno: errno.and_then(Errno::name) }
        }
        LessonEvent::Details { actor, pid, activity } => Line::Details { actor, pid: *pid, activity },
        LessonEvent::Closing { section, blocks } => Line::Closing { section: *section, text: lesson::text(blocks) },
        LessonEvent::Finished { calls, surprises } => Line::LessonFinished { calls: *calls, surprises: *surprises },
    }
}

fn actor_line(event: &ActorEvent) -> Line<'_> {
    match event {
        ActorEvent::Process { actor, pid, tid, change } => lesson::process(actor, (*pid, *tid), change),
        ActorEvent::Call(call) => lesson::call(call),
        ActorEvent::Blocked(blocked) => lesson::blocked(blocked),
        ActorEvent::Returned(returned) => lesson::returned(returned),
        ActorEvent::Kernel { view } => kernel(view),
        ActorEvent::Note { note } => Line::Note { note },
    }
}

fn peer_line(event: &PeerEvent) -> PeerLine<'_> {
    match event {
        PeerEvent::ServeStarted(started) => peer::serve_started(started),
        PeerEvent::Listening(listening) => peer::listening(listening),
        PeerEvent::Client(client) => peer::client(client),
        PeerEvent::ClientGone(gone) => peer::client_gone(gone),
        PeerEvent::Data(data) => peer::data(data),
        PeerEvent::Note { note } => PeerLine::PeerNote { note },
        PeerEvent::ServeFinished(finished) => peer::serve_finished(finished),
        PeerEvent::ConnectStarted(started) => peer::connect_started(started),
        PeerEvent::ConnectFinished(finished) => peer::connect_finished(finished),
    }
}

fn trace_line<'a>(event: &'a TraceEvent, names: &'a trace::Names) -> Option<TraceLine<'a>> {
    Some(match event {
        TraceEvent::Started(started) => trace::started(started),
        TraceEvent::Step(step) => trace::traced(step, names)?,
        TraceEvent::Stuck(stuck) => trace::blocked(stuck, names),
        TraceEvent::Finding(finding) => trace::finding(finding),
        TraceEvent::Summary { calls } => TraceLine::Summary { calls },
        TraceEvent::Finished(finished) => trace::finished(finished),
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
