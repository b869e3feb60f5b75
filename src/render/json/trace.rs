//! The objects that scripts read of `trace`.

use std::collections::HashMap;

use serde::Serialize;

use super::line::{Argument, DescriptorRow, Failure, Octets, SocketRow};
use super::{arguments, descriptor, failure, octets, result, socket_row};
use crate::event::trace::{CallSummary, Stuck, TraceFinished, TraceStarted, Why};
use crate::event::{Event, TraceEvent};
use crate::finding::{Evidence, Exhibit, Finding, Severity};
use crate::observed::{Ending, Open, Payload, Return, SourceLine, Step, Subject, TraceNote, Traced, What};
use crate::state::{Cause, Source};
use crate::syscall::call::Outcome;
use crate::syscall::name::Name;
use crate::syscall::notation::{escape, signal_name};
use crate::syscall::sys::Direction;
use crate::text::finding as said;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "written at once, never kept")]
pub enum TraceLine<'a> {
    TraceStarted {
        format: u32,
        program: &'a str,
        arguments: &'a [String],
        attached: Option<i32>,
        faults: Vec<String>,
    },
    Process {
        actor: &'a str,
        pid: i32,
        tid: i32,
        at_us: u64,
        born: bool,
        died: bool,
        parent: Option<i32>,
        executed: Option<Executed>,
        exit_code: Option<i32>,
        signal: Option<String>,
        core: bool,
    },
    Call {
        actor: &'a str,
        #[serde(flatten)]
        made: Made<'a>,
    },
    Returned {
        actor: &'a str,
        #[serde(flatten)]
        made: Made<'a>,
        result: Argument,
        #[serde(flatten)]
        failure: Failure,
        duration_us: u64,
        interrupted: bool,
        injected: Option<String>,
        cause: Option<&'a Cause>,
        data: Option<Data>,
    },
    Signal {
        actor: &'a str,
        pid: i32,
        tid: i32,
        at_us: u64,
        signal: String,
        sender: Option<i32>,
        stopped: bool,
    },
    Ending {
        actor: &'a str,
        pid: i32,
        at_us: u64,
        open: &'a [Open],
    },
    Blocked {
        actor: &'a str,
        pid: i32,
        tid: i32,
        at_us: u64,
        call: &'a str,
        args: Vec<Argument>,
        state: char,
        wchan: Option<&'a str>,
        since_ms: u64,
        why: &'a Why,
        source: Option<Source>,
        sockets: Vec<SocketRow<'a>>,
        descriptors: Vec<DescriptorRow<'a>>,
    },
    TraceNote {
        at_us: u64,
        #[serde(flatten)]
        note: Note<'a>,
    },
    Finding {
        id: &'static str,
        severity: Severity,
        title: String,
        pid: i32,
        fd: Option<i32>,
        evidence: Vec<Proof<'a>>,
        happened: String,
        why: String,
        advice: String,
        lesson: Option<u32>,
        count: u64,
    },
    Summary {
        calls: &'a [CallSummary],
    },
    TraceFinished {
        exit: Option<i32>,
        signal: Option<String>,
        calls: u64,
        errors: u64,
        hidden: u64,
        defects: u64,
        weaknesses: u64,
        advice: u64,
        information: u64,
    },
}

/// A call, at its entry or once it has returned.
#[derive(Serialize)]
pub struct Made<'a> {
    pid: i32,
    tid: i32,
    at_us: u64,
    line: u32,
    source: &'a str,
    function: Option<&'a str>,
    call: &'a str,
    kernel: &'static str,
    args: Vec<Argument>,
    fd: Option<i32>,
    subject: Option<Subject>,
}

/// The bytes that a transfer moved; `length` is how many they are, `asked` how many were asked for.
#[derive(Serialize)]
pub struct Data {
    direction: Direction,
    asked: u64,
    truncated: bool,
    #[serde(flatten)]
    bytes: Octets,
}

#[derive(Serialize)]
pub struct Executed {
    program: String,
    arguments: Vec<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum Note<'a> {
    Unused { kind: &'static str, fault: String, seen: u64 },
    Plain(&'a TraceNote),
}

#[derive(Serialize)]
pub struct Proof<'a> {
    pid: i32,
    at_us: u64,
    line: u32,
    source: &'a str,
    call: Option<&'a str>,
    args: Vec<Argument>,
    result: Argument,
    #[serde(flatten)]
    failure: Failure,
    returned: bool,
    interrupted: bool,
    injected: bool,
    exit_code: Option<i32>,
    signal: Option<String>,
    remark: Option<String>,
}

/// What each task is called: the program that it runs.
#[derive(Debug, Default)]
pub struct Names {
    program: String,
    tasks: HashMap<i32, String>,
}

impl Names {
    fn of(&self, pid: i32) -> &str {
        self.tasks.get(&pid).map_or(self.program.as_str(), String::as_str)
    }

    /// Before the event is written.
    pub fn learn(&mut self, event: &Event) {
        if let Event::Trace(TraceEvent::Started(started)) = event {
            started.program.clone_into(&mut self.program);
        }
        if let Event::Trace(TraceEvent::Step(step)) = event {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        if let What::Born { parent } = step.what {
            let name = self.of(parent.unwrap_or(step.pid)).to_owned();
            self.tasks.insert(step.tid, name);
        }
        if let What::Executed { program, .. } = &step.what {
            let name = program.rsplit(|byte| *byte == b'/').next().unwrap_or(program);
            self.tasks.insert(step.pid, escape(name));
        }
    }

    /// Once it is written.
    pub fn forget(&mut self, event: &Event) {
        if let Event::Trace(TraceEvent::Step(step)) = event
            && matches!(step.what, What::Exited { .. } | What::Killed { .. })
        {
            self.tasks.remove(&step.tid);
        }
    }
}

pub fn started(started: &TraceStarted) -> TraceLine<'_> {
    TraceLine::TraceStarted {
        format: started.format,
        program: &started.program,
        arguments: &started.arguments,
        attached: started.attached,
        faults: started.faults.iter().map(ToString::to_string).collect(),
    }
}

/// `None` for a step that is nobody's to read.
pub fn traced<'a>(step: &'a Step, names: &'a Names) -> Option<TraceLine<'a>> {
    let actor = names.of(step.pid);
    let Step { at_us, pid, tid, .. } = *step;
    Some(match &step.what {
        What::Entered(traced) => TraceLine::Call { actor, made: made(step, traced) },
        What::Returned(done) => returned(step, done, actor),
        What::Signalled { signal, sender } => {
            let signal = signal_name(*signal);
            TraceLine::Signal { actor, pid, tid, at_us, signal, sender: *sender, stopped: false }
        }
        What::Stopped { signal } => {
            let signal = signal_name(*signal);
            TraceLine::Signal { actor, pid, tid, at_us, signal, sender: None, stopped: true }
        }
        What::Ending { open } => TraceLine::Ending { actor, pid, at_us, open },
        What::Note(one) => TraceLine::TraceNote { at_us, note: note(one) },
        What::Born { parent } => process(step, actor, Change { born: true, parent: *parent, ..Change::default() }),
        What::Executed { program, arguments } => {
            let arguments = arguments.iter().map(|argument| escape(argument)).collect();
            let executed = Some(Executed { program: escape(program), arguments });
            process(step, actor, Change { executed, ..Change::default() })
        }
        What::Exited { code } => process(step, actor, Change { exit_code: Some(*code), ..Change::default() }),
        What::Killed { signal, core } => {
            process(step, actor, Change { signal: Some(signal_name(*signal)), core: *core, ..Change::default() })
        }
        What::Deadlock { .. } | What::Unread { .. } => return None,
    })
}

/// What became of a task.
#[derive(Default)]
struct Change {
    born: bool,
    parent: Option<i32>,
    executed: Option<Executed>,
    exit_code: Option<i32>,
    signal: Option<String>,
    core: bool,
}

fn process<'a>(step: &Step, actor: &'a str, change: Change) -> TraceLine<'a> {
    let Change { born, parent, executed, exit_code, signal, core } = change;
    let died = exit_code.is_some() || signal.is_some();
    let Step { at_us, pid, tid, .. } = *step;
    TraceLine::Process { actor, pid, tid, at_us, born, died, parent, executed, exit_code, signal, core }
}

fn made<'a>(step: &Step, traced: &'a Traced) -> Made<'a> {
    let (line, source) = place(traced.source.as_ref());
    Made {
        pid: step.pid,
        tid: step.tid,
        at_us: step.at_us,
        line,
        source,
        function: traced.source.as_ref().and_then(|line| line.function.as_deref()),
        call: traced.call.name.as_str(),
        kernel: traced.sys.name().as_str(),
        args: arguments(Some(&traced.call)),
        fd: traced.fd,
        subject: traced.subject,
    }
}

fn place(source: Option<&SourceLine>) -> (u32, &str) {
    source.map_or((0, ""), |line| (line.line, line.file.as_str()))
}

fn returned<'a>(step: &Step, done: &'a Return, actor: &'a str) -> TraceLine<'a> {
    let traced = &done.traced;
    let (result, failure) = ended(Some(traced.call.name), Some(&done.ending));
    TraceLine::Returned {
        actor,
        made: made(step, traced),
        result,
        failure,
        duration_us: done.duration_us,
        interrupted: done.ending == Ending::Interrupted,
        injected: traced.injected.as_ref().map(ToString::to_string),
        cause: traced.cause.as_ref(),
        data: traced.payload.as_ref().and_then(|payload| data(payload, &done.ending)),
    }
}

fn ended(name: Option<Name>, ending: Option<&Ending>) -> (Argument, Failure) {
    match ending {
        Some(Ending::Done(outcome)) => (result(name, outcome), failure(outcome)),
        Some(Ending::Interrupted) | None => (Argument::Null, Failure::default()),
    }
}

/// What was really moved; `None` where nothing was.
fn data(payload: &Payload, ending: &Ending) -> Option<Data> {
    let Ending::Done(outcome) = ending else { return None };
    let moved = usize::try_from(outcome.number()?).ok()?;
    let seen = payload.data.get(..moved).unwrap_or(&payload.data);
    let bytes = Octets { length: moved, ..octets(seen) };
    Some(Data { direction: payload.direction, asked: payload.asked, truncated: payload.truncated, bytes })
}

pub fn blocked<'a>(stuck: &'a Stuck, names: &'a Names) -> TraceLine<'a> {
    TraceLine::Blocked {
        actor: names.of(stuck.pid),
        pid: stuck.pid,
        tid: stuck.tid,
        at_us: stuck.at_us,
        call: stuck.call.name.as_str(),
        args: arguments(Some(&stuck.call)),
        state: stuck.activity.state,
        wchan: stuck.activity.wchan.as_deref(),
        since_ms: stuck.since_ms,
        why: &stuck.why,
        source: stuck.view.source,
        sockets: stuck.view.rows.iter().filter_map(socket_row).collect(),
        descriptors: stuck.view.rows.iter().filter_map(descriptor).collect(),
    }
}

fn note(note: &TraceNote) -> Note<'_> {
    match note {
        TraceNote::FaultUnused { fault, seen } => {
            Note::Unused { kind: "fault-unused", fault: fault.to_string(), seen: *seen }
        }
        TraceNote::AttachedIsSlow
        | TraceNote::PrivilegeLost { .. }
        | TraceNote::IoUring { .. }
        | TraceNote::ThirtyTwoBits { .. }
        | TraceNote::LeakCheckOff
        | TraceNote::TracerRefused { .. }
        | TraceNote::TimeIsOver { .. }
        | TraceNote::Ended { .. }
        | TraceNote::Detached { .. } => Note::Plain(note),
    }
}

pub fn finding(finding: &Finding) -> TraceLine<'_> {
    let words = said::said(finding);
    TraceLine::Finding {
        id: finding.id.name(),
        severity: finding.severity,
        title: words.title,
        pid: finding.pid,
        fd: finding.fd,
        evidence: finding.evidence.iter().map(proof).collect(),
        happened: words.happened,
        why: words.why,
        advice: words.instead,
        lesson: said::lessons(finding.id).first().copied(),
        count: finding.count,
    }
}

fn proof(evidence: &Evidence) -> Proof<'_> {
    let (line, source) = place(evidence.source.as_ref());
    let (mut call, mut ending, mut injected, mut exit_code, mut signal) = (None, None, false, None, None);
    match &evidence.exhibit {
        Exhibit::Call { call: made, ending: end, injected: provoked } => {
            (call, ending, injected) = (Some(made), end.as_ref(), *provoked);
        }
        Exhibit::Exited { code } => exit_code = Some(*code),
        Exhibit::Killed { signal: one } | Exhibit::Signalled { signal: one } => signal = Some(signal_name(*one)),
    }
    let (result, failure) = ended(call.map(|call| call.name), ending);
    let remark = evidence.remark.as_ref().and_then(said::remark);
    let returned = matches!(ending, Some(Ending::Done(outcome)) if !matches!(outcome, Outcome::Killed(_)));
    let interrupted = ending == Some(&Ending::Interrupted);
    let (pid, at_us, args) = (evidence.pid, evidence.at_us, arguments(call));
    Proof {
        pid,
        at_us,
        line,
        source,
        call: call.map(|call| call.name.as_str()),
        args,
        result,
        failure,
        returned,
        interrupted,
        injected,
        exit_code,
        signal,
        remark,
    }
}

pub fn finished(finished: &TraceFinished) -> TraceLine<'_> {
    let TraceFinished { exit, signal, calls, errors, defects, weaknesses, advice, information, hidden } = *finished;
    let signal = signal.map(signal_name);
    TraceLine::TraceFinished { exit, signal, calls, errors, hidden, defects, weaknesses, advice, information }
}
