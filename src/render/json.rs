//! Events for scripts: one JSON object a line. The fields are a contract, described in `docs/json.md`;
//! they are written here, apart from the types of the program, so that those can change.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::event::{Event, Judgement, LessonStarted, ProcessChange, Renderer, Returned, Waiting};
use crate::lesson::model::{Block, Inline};
use crate::state::{Content, Row, Socket, View};
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::notation::{errno_name, escape, failure_value, format_value, printable, signal_name};
use crate::text::errno;

mod line;
mod peer;
mod trace;

use line::{Argument, DescriptorRow, Ending, Failure, Field, Line, Octets, SocketRow, StateLine};

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
        self.text.clear();
        match (trace::line(event, &self.names), peer::line(event)) {
            (Some(line), _) => serde_json::to_writer(&mut self.text, &line)?,
            (None, Some(line)) => serde_json::to_writer(&mut self.text, &line)?,
            // Nothing that a script could use.
            (None, None) if matches!(event, Event::Traced(_)) => return Ok(()),
            (None, None) => serde_json::to_writer(&mut self.text, &line(event))?,
        }
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

fn line(event: &Event) -> Line<'_> {
    match event {
        Event::LessonStarted(started) => lesson_started(started),
        Event::Section { id, title, index, total } => Line::Section { id, title, index: *index, total: *total },
        Event::Skipped { id, needs } => {
            Line::Skipped { id, needs: needs.iter().map(|need| line::need(*need)).collect() }
        }
        Event::Text { blocks } => Line::Text { text: text(blocks) },
        Event::Display { language, text } => Line::Display { language, text },
        Event::Process { actor, pid, tid, change } => process(actor, (*pid, *tid), change),
        Event::Output { actor, fd, bytes } => Line::Output { actor, fd: *fd, bytes: octets(bytes) },
        Event::Kernel { view } => kernel(view),
        Event::State { lines } => Line::State {
            lines: lines.iter().map(|one| StateLine { source: &one.source, held: held(one.held) }).collect(),
        },
        Event::Question { statement, choices } => Line::Question { statement, choices },
        Event::Hint { blocks, index, total } => Line::Hint { text: text(blocks), index: *index, total: *total },
        Event::Closing { section, blocks } => Line::Closing { section: *section, text: text(blocks) },
        Event::LessonFinished { calls, surprises } => Line::LessonFinished { calls: *calls, surprises: *surprises },
        Event::Role { actor, player } => Line::Role { actor, player: *player },
        Event::Note { note } => Line::Note { note },
        other => detailed(other),
    }
}

/// The events that have a structure of their own.
fn detailed(event: &Event) -> Line<'_> {
    match event {
        Event::Call(call) => Line::Call {
            actor: &call.actor,
            pid: call.pid,
            tid: call.tid,
            line: call.line,
            source: &call.source,
            call: call.call.as_ref().map(|call| call.name.as_str()),
            args: arguments(call.call.as_ref()),
        },
        Event::Blocked(blocked) => Line::Blocked {
            actor: &blocked.actor,
            pid: blocked.pid,
            call: &blocked.call.name,
            args: arguments(Some(&blocked.call)),
            state: blocked.state,
            wchan: blocked.wchan.as_deref(),
            expected: blocked.expected,
        },
        Event::Returned(event) => returned(event),
        Event::Memory(memory) => Line::Memory {
            actor: &memory.actor,
            source: &memory.source,
            ctype: &memory.ctype,
            hex: hexadecimal(&memory.bytes),
            fields: memory
                .fields
                .iter()
                .map(|field| Field { name: &field.name, offset: field.offset, size: field.size })
                .collect(),
        },
        Event::Verdict(verdict) => Line::Verdict {
            chosen: verdict.chosen.map(|chosen| chosen + 1),
            right: verdict.right + 1,
            right_text: &verdict.right_text,
            wrong_because: verdict.wrong_because.as_deref(),
            why: &verdict.why,
        },
        Event::Visitor(visitor) => Line::Visitor {
            address: &visitor.address,
            pid: visitor.pid,
            command: visitor.command.as_deref(),
            role: visitor.role.as_deref(),
        },
        other => asked(other),
    }
}

/// What is announced, or was asked for by a key.
fn asked(event: &Event) -> Line<'_> {
    match event {
        Event::Statement { actor, line, source, suggested } => {
            Line::Statement { actor, line: *line, source, suggested: *suggested }
        }
        Event::Details { actor, pid, activity } => Line::Details { actor, pid: *pid, activity },
        Event::Explanation { call, errno } => {
            Line::Explanation { call: call.as_deref(), errno: errno.and_then(Errno::name) }
        }
        _ => Line::Text { text: String::new() },
    }
}

fn lesson_started(started: &LessonStarted) -> Line<'_> {
    Line::LessonStarted {
        format: started.format,
        lesson: started.lesson,
        slug: &started.slug,
        title: &started.title,
        minutes: started.minutes,
        objectives: &started.objectives,
        actors: &started.actors,
        port: started.port,
        network: started.network,
        steps: started.steps,
    }
}

fn process<'a>(actor: &'a str, (pid, tid): (i32, i32), change: &'a ProcessChange) -> Line<'a> {
    let (exit_code, signal) = match change {
        ProcessChange::Born => (None, None),
        ProcessChange::Exited { code } => (Some(*code), None),
        ProcessChange::Died { signal } => (None, Some(signal.as_str())),
    };
    let born = *change == ProcessChange::Born;
    Line::Process { actor, pid, tid, born, died: !born, exit_code, signal }
}

fn returned(returned: &Returned) -> Line<'_> {
    Line::Returned {
        actor: &returned.actor,
        pid: returned.pid,
        call: returned.call.as_ref().map(|call| call.name.as_str()),
        args: arguments(returned.call.as_ref()),
        result: result(returned.call.as_ref().map_or("", |call| &call.name), &returned.outcome),
        failure: failure(&returned.outcome),
        ending: ending(&returned.outcome),
        duration_us: returned.duration_us,
        expected: returned.expected != Judgement::Unexpected,
        judged: returned.expected != Judgement::NotJudged,
        wanted: returned.wanted.as_ref().map(crate::text::expected::expected),
        cause: returned.cause.as_ref(),
    }
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
fn result(name: &str, outcome: &Outcome) -> Argument {
    match outcome {
        Outcome::Returned(Answer::Number(number)) => Argument::Number(*number),
        Outcome::Returned(Answer::Text(text)) => {
            Argument::Notation(String::from_utf8(text.clone()).unwrap_or_else(|_| escape(text)))
        }
        Outcome::Failed(errno) => {
            failure_value(name, *errno).map_or(Argument::Null, |value| Argument::Number(i64::from(value)))
        }
        Outcome::Unresolved(error) => Argument::Number(i64::from(error.number())),
        _ => Argument::Null,
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
        _ => Failure::default(),
    }
}

fn ending(outcome: &Outcome) -> Ending {
    match outcome {
        Outcome::Killed(signal) => Ending { signal: Some(signal_name(*signal)), exit_code: None },
        Outcome::Exited(code) => Ending { signal: None, exit_code: Some(*code) },
        _ => Ending::default(),
    }
}

fn held(held: Judgement) -> Option<bool> {
    match held {
        Judgement::Expected => Some(true),
        Judgement::Unexpected => Some(false),
        Judgement::NotJudged => None,
    }
}

fn kernel(view: &View) -> Line<'_> {
    Line::Kernel {
        source: view.source,
        sockets: view.rows.iter().filter_map(socket_row).collect(),
        descriptors: view.rows.iter().filter_map(descriptor).collect(),
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

/// Prose as plain text: blocks apart by a blank line, code between backticks.
fn text(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) | Block::Quote(inlines) => inlines_text(inlines),
        Block::List { items, .. } => {
            items.iter().map(|item| format!("- {}", inlines_text(item))).collect::<Vec<_>>().join("\n")
        }
        Block::Preformatted { text, .. } => text.clone(),
    }
}

fn inlines_text(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Strong(text) | Inline::Emphasis(text) => text.clone(),
        Inline::Code(code) => format!("`{code}`"),
    };
    inlines.iter().map(one).collect()
}
