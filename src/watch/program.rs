//! Listens to one traced program: counts, has it judged, and tells.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use super::sleeper::{Asleep, Seen, Sleeper};
use super::tally::Tally;
use super::why::why;
use crate::diagnose::Diagnosis;
use crate::event::trace::{Only, TraceFinished, TraceStarted, Why};
use crate::event::{Event, Renderer, TraceEvent};
use crate::finding::Severity;
use crate::observe::{Observer, cause};
use crate::observed::{Ending, Return, Step, Subject, Traced, What};
use crate::state::Cause;
use crate::syscall::call::Outcome;
use crate::syscall::sys::Sys;
use crate::trace::Status;
use crate::trace::source::imports::imports;
use crate::trace::watcher::Watcher;

/// How long a call lasts before it is told by itself, where its line cannot be written again.
const PATIENCE_US: u64 = 50_000;
/// How long a call lasts before what it waits for is told.
const SLEEP_US: u64 = 300_000;
/// Where nobody watches, how often what is written is handed over at most.
const HANDED: Duration = Duration::from_millis(50);
/// Sleepers that are looked at: more could not be read.
const SLEEPERS: usize = 4;
/// Failures whose cause is looked for in a quarter of a second: a client that tries again and again has one cause.
const CAUSES: u32 = 20;

/// Where programs of the system are.
const SYSTEM: [&[u8]; 5] = [b"/usr/", b"/bin/", b"/sbin/", b"/lib", b"/opt/"];
/// Programs that run others' text, wherever they are, by the beginning of their names.
const INTERPRETERS: [&[u8]; 9] = [b"python", b"node", b"java", b"perl", b"ruby", b"php", b"bash", b"busybox", b"qemu-"];

/// A renderer, and what is known of its readers.
pub struct Narrator {
    pub renderer: Box<dyn Renderer>,
    /// Whether a person reads it as it comes, on the terminal where the program writes too.
    pub on_terminal: bool,
    /// Whether the entry of a call is told by itself, always.
    pub tells_entries: bool,
}

impl fmt::Debug for Narrator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Narrator { renderer: _, on_terminal, tells_entries } = self;
        out.debug_struct("Narrator").field("on_terminal", on_terminal).field("tells_entries", tells_entries).finish()
    }
}

/// What is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub only: Only,
    pub summary: bool,
}

/// A call that has not returned.
#[derive(Debug)]
struct Pending {
    /// Its entry, as it is told.
    event: Event,
    told: bool,
    sleeper: Sleeper,
}

/// Listens to one trace.
#[derive(Debug)]
pub struct Watch {
    narrator: Narrator,
    asked: Asked,
    /// Told before the first step: nothing is told of a program that could not be started.
    started: Option<TraceStarted>,
    diagnosis: Diagnosis,
    observer: Option<Observer>,
    tally: Tally,
    /// Calls followed and not shown.
    hidden: u64,
    /// By task.
    pending: HashMap<i32, Pending>,
    untold: usize,
    /// Sockets on which something waited while their process slept, told of nothing: seen twice, it is no chance.
    silent: HashSet<(i32, i32)>,
    /// When the trace began, by our clock.
    origin: Instant,
    handed: Instant,
    causes: u32,
}

impl Watch {
    #[must_use]
    pub fn new(narrator: Narrator, asked: Asked, started: TraceStarted) -> Watch {
        let now = Instant::now();
        Watch {
            narrator,
            asked,
            started: Some(started),
            diagnosis: Diagnosis::default(),
            observer: Observer::new().ok(),
            tally: Tally::default(),
            hidden: 0,
            pending: HashMap::new(),
            untold: 0,
            silent: HashSet::new(),
            origin: now,
            handed: now,
            causes: 0,
        }
    }

    /// Tells the end: the table where it is asked for, the findings, the figures.
    ///
    /// # Errors
    /// The narration cannot be written.
    pub fn finish(mut self, status: Option<Status>) -> io::Result<TraceFinished> {
        self.begin()?;
        if self.asked.summary {
            self.tell(&Event::Trace(TraceEvent::Summary { calls: self.tally.table() }))?;
        }
        let findings = self.diagnosis.findings();
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        let (calls, errors) = self.tally.totals();
        let finished = TraceFinished {
            exit: status.and_then(|status| if let Status::Exited(code) = status { Some(code) } else { None }),
            signal: status.and_then(|status| if let Status::Killed(signal) = status { Some(signal) } else { None }),
            calls,
            errors,
            defects: count(Severity::Defect),
            weaknesses: count(Severity::Weakness),
            advice: count(Severity::Advice),
            information: count(Severity::Information),
            hidden: self.hidden,
        };
        for finding in findings {
            self.tell(&Event::Trace(TraceEvent::Finding(Box::new(finding))))?;
        }
        self.tell(&Event::Trace(TraceEvent::Finished(finished.clone())))?;
        self.narrator.renderer.flush()?;
        Ok(finished)
    }

    fn tell(&mut self, event: &Event) -> io::Result<()> {
        self.narrator.renderer.show(event)
    }

    /// Tells what is traced, before anything else.
    fn begin(&mut self) -> io::Result<()> {
        match self.started.take() {
            Some(started) => self.tell(&Event::Trace(TraceEvent::Started(started))),
            None => Ok(()),
        }
    }

    fn entered(&mut self, step: Step, traced_hidden: bool, on_terminal: bool) -> io::Result<()> {
        if traced_hidden {
            self.hidden += 1;
            return Ok(());
        }
        let tid = step.tid;
        let mut pending =
            Pending { event: Event::Trace(TraceEvent::Step(Box::new(step))), told: false, sleeper: Sleeper::default() };
        if self.narrator.tells_entries {
            pending.told = true;
            self.narrator.renderer.show(&pending.event)?;
        } else {
            self.untold += 1;
        }
        self.pending.insert(tid, pending);
        // The program and we write on the same screen.
        if on_terminal && self.narrator.on_terminal { self.narrator.renderer.make_way() } else { Ok(()) }
    }

    fn returned(&mut self, mut step: Step) -> io::Result<()> {
        self.forget(step.tid);
        if let What::Returned(done) = &mut step.what {
            self.tally.add(done);
            if done.traced.cause.is_none() && done.traced.injected.is_none() {
                self.find_cause(step.pid, done);
            }
        }
        let shown = matches!(&step.what, What::Returned(done) if !self.hides(&done.traced));
        self.look_at_port(&step);
        self.diagnosis.see(&step);
        if shown { self.tell(&Event::Trace(TraceEvent::Step(Box::new(step)))) } else { Ok(()) }
    }

    /// What this machine says of a failure, asked at once: what it shows is what is true now.
    fn find_cause(&mut self, pid: i32, done: &mut Return) {
        let Ending::Done(Outcome::Failed(errno)) = done.ending else { return };
        let told = matches!(done.traced.sys, Sys::Bind | Sys::Connect | Sys::Listen);
        if !told || self.causes >= CAUSES {
            return;
        }
        self.causes += 1;
        let failure = cause::Failure { pid, call: &done.traced.call, errno };
        let cause = self.observer.as_mut().and_then(|observer| cause::cause(observer, failure));
        done.traced.cause = cause.map(|cause| match cause {
            // The kernel gave that port: another that its bytes make is there by chance.
            Cause::ByteSwapped { port, .. } if self.diagnosis.is_known(port) => cause::nobody(failure).unwrap_or(cause),
            cause => cause,
        });
    }

    /// Few ports look swapped: for those alone the kernel is asked who holds them.
    fn look_at_port(&mut self, step: &Step) {
        let Some(port) = self.diagnosis.doubts(step) else { return };
        if self.observer.as_mut().is_some_and(|observer| cause::is_held(observer, port)) {
            self.diagnosis.knows(port);
        }
    }

    fn forget(&mut self, tid: i32) {
        if let Some(pending) = self.pending.remove(&tid)
            && !pending.told
        {
            self.untold -= 1;
        }
    }

    /// Whether calls like this one are left out.
    fn hides(&self, traced: &Traced) -> bool {
        match self.asked.only {
            Only::All => false,
            Only::Usual => is_of_a_file(traced),
            Only::Network => !concerns_network(traced),
        }
    }

    /// Anything but a call.
    fn happened(&mut self, step: Step) -> io::Result<()> {
        match &step.what {
            What::Exited { .. } | What::Killed { .. } => {
                // What it was in will never return.
                self.tell_entries(|entry| entry.tid == step.tid)?;
                self.forget(step.tid);
            }
            What::Executed { program, .. } => {
                if is_ours(program) {
                    self.diagnosis.imports(&imports(step.pid));
                }
                for tid in self.of_process(step.pid) {
                    self.forget(tid);
                }
            }
            What::Born { .. }
            | What::Entered(_)
            | What::Returned(_)
            | What::Signalled { .. }
            | What::Stopped { .. }
            | What::Ending { .. }
            | What::Deadlock { .. }
            | What::Unread { .. }
            | What::Note(_) => {}
        }
        self.diagnosis.see(&step);
        self.tell(&Event::Trace(TraceEvent::Step(Box::new(step))))
    }

    fn of_process(&self, pid: i32) -> Vec<i32> {
        let same = |event: &Event| matches!(event, Event::Trace(TraceEvent::Step(step)) if step.pid == pid);
        self.pending.iter().filter(|(_, pending)| same(&pending.event)).map(|(tid, _)| *tid).collect()
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Tells the calls that were not, in the order in which they began, where `wanted` says so.
    fn tell_entries(&mut self, wanted: impl Fn(&Step) -> bool) -> io::Result<()> {
        if self.untold == 0 {
            return Ok(());
        }
        let mut due: Vec<(u64, i32)> = Vec::new();
        for pending in self.pending.values().filter(|pending| !pending.told) {
            if let Event::Trace(TraceEvent::Step(step)) = &pending.event
                && wanted(step)
            {
                due.push((step.at_us, step.tid));
            }
        }
        due.sort_unstable();
        for (_, tid) in due {
            let Some(pending) = self.pending.get_mut(&tid) else { continue };
            pending.told = true;
            self.untold -= 1;
            self.narrator.renderer.show(&pending.event)?;
        }
        Ok(())
    }

    /// Looks at those who have slept for long.
    fn look_at_sleepers(&mut self) -> io::Result<()> {
        let now = self.now_us();
        let (mut certain, mut looked) = (Vec::new(), Vec::new());
        let long = |pending: &Pending| pending.told && now.saturating_sub(beginning(&pending.event)) >= SLEEP_US;
        let mut sleepers: Vec<_> = self.pending.iter_mut().filter(|(_, pending)| long(pending)).collect();
        sleepers.sort_unstable_by_key(|(tid, _)| **tid);
        let watched = sleepers.into_iter().take(SLEEPERS);
        for (tid, Pending { event, sleeper, .. }) in watched.filter(|(_, pending)| pending.sleeper.is_due()) {
            let Event::Trace(TraceEvent::Step(step)) = event else { continue };
            let What::Entered(traced) = &step.what else { continue };
            let since_ms = now.saturating_sub(step.at_us) / 1000;
            let asleep = Asleep { pid: step.pid, tid: *tid, at_us: now, since_ms, traced };
            let Seen { stuck, deadlock, silent } = sleeper.look(self.observer.as_mut(), asleep);
            let edge = traced.sys.waits_on_epoll();
            let again = |(fd, _): &(i32, u64)| !self.silent.insert((step.pid, *fd));
            let found = silent.into_iter().filter(again).map(|(fd, bytes)| What::Unread { fd, bytes, edge });
            certain.extend(found.map(|what| Step { at_us: now, pid: step.pid, tid: *tid, what }));
            if let (Some(peer), Some(fd)) = (deadlock, traced.fd) {
                let what = What::Deadlock { fd, peer, source: traced.source.clone() };
                certain.push(Step { at_us: now, pid: step.pid, tid: *tid, what });
            }
            looked.extend(stuck);
        }
        for step in &certain {
            self.diagnosis.see(step);
        }
        looked.into_iter().try_for_each(|stuck| self.tell(&Event::Trace(TraceEvent::Stuck(Box::new(stuck)))))
    }

    fn hand_over(&mut self) -> io::Result<()> {
        self.handed = Instant::now();
        self.narrator.renderer.flush()
    }
}

fn beginning(event: &Event) -> u64 {
    if let Event::Trace(TraceEvent::Step(step)) = event { step.at_us } else { 0 }
}

/// Whether somebody may have written the program: what the system and interpreters import is nobody's mistake.
fn is_ours(program: &[u8]) -> bool {
    let name = program.rsplit(|byte| *byte == b'/').next().unwrap_or(program);
    !SYSTEM.iter().any(|folder| program.starts_with(folder)) && !INTERPRETERS.iter().any(|one| name.starts_with(one))
}

/// A call on a plain file, or the closing of a folder or of a device. The standard streams are of interest whatever
/// they are.
fn is_of_a_file(traced: &Traced) -> bool {
    let standard = traced.fd.is_some_and(|fd| (0..=2).contains(&fd));
    let closing = traced.subject == Some(Subject::Other) && traced.sys == Sys::Close;
    !standard && (closing || traced.subject == Some(Subject::File))
}

/// Whether the call is one that programs wait in: others are told only if they last.
fn waits(entry: &Step) -> bool {
    let What::Entered(traced) = &entry.what else { return false };
    !matches!(why(traced, &[], None), Why::BufferFull { .. } | Why::Output | Why::Unknown)
}

/// Sockets, and what waits for them.
fn concerns_network(traced: &Traced) -> bool {
    traced.subject.is_some_and(Subject::is_socket)
        || traced.awaits_readiness()
        || matches!(traced.sys, Sys::Socket | Sys::Socketpair | Sys::IoUringSetup)
}

impl Watcher for Watch {
    fn see(&mut self, step: Step) -> io::Result<()> {
        if self.started.is_some() {
            self.begin()?;
            self.origin = Instant::now().checked_sub(Duration::from_micros(step.at_us)).unwrap_or(self.origin);
        }
        match &step.what {
            What::Entered(traced) => {
                let (hidden, on_terminal) = (self.hides(traced), traced.subject == Some(Subject::Terminal));
                self.diagnosis.see(&step);
                self.entered(step, hidden, on_terminal)?;
            }
            What::Returned(_) => self.returned(step)?,
            What::Born { .. }
            | What::Executed { .. }
            | What::Signalled { .. }
            | What::Stopped { .. }
            | What::Ending { .. }
            | What::Exited { .. }
            | What::Killed { .. }
            | What::Deadlock { .. }
            | What::Unread { .. }
            | What::Note(_) => self.happened(step)?,
        }
        Ok(())
    }

    fn idle(&mut self) -> io::Result<()> {
        if self.narrator.on_terminal {
            self.tell_entries(waits)?;
            return self.hand_over();
        }
        if self.handed.elapsed() < HANDED {
            return Ok(());
        }
        let now = self.now_us();
        self.tell_entries(|entry| now.saturating_sub(entry.at_us) >= PATIENCE_US)?;
        self.hand_over()
    }

    fn tick(&mut self) -> io::Result<()> {
        self.causes = 0;
        let now = self.now_us();
        self.tell_entries(|entry| now.saturating_sub(entry.at_us) >= PATIENCE_US)?;
        self.look_at_sleepers()?;
        self.hand_over()
    }
}

#[cfg(test)]
mod tests;
