//! The one thread that traces: it waits for a stop, tells the watcher, lets the task go on.

mod adaptive_wait;
mod birth;
mod call;
mod effects;
mod leaving;
mod lifecycle;
mod stop;

use std::collections::HashMap;
use std::io;
use std::time::Instant;

use crate::observed::{Step, TraceNote, What};
use crate::trace::injection::Injector;
use crate::trace::launch::Launched;
use crate::trace::ptrace::{self, Go, Waited};
use crate::trace::registers::Calls;
use crate::trace::signals::Signals;
use crate::trace::source::Sources;
use crate::trace::task::TaskTable;
use crate::trace::watcher::Watcher;
use crate::trace::{Ended, Settings, Status, TraceError};

use self::adaptive_wait::AdaptiveWait;
use self::lifecycle::{Clock, Phase};

pub struct Engine<'a> {
    watcher: &'a mut dyn Watcher,
    settings: &'a Settings,
    /// What hears signals for us, until the end.
    _attention: Signals,
    calls: Calls,
    sources: Sources,
    injector: Injector,
    table: TaskTable,
    /// Stops of tasks whose birth was not seen yet.
    unclaimed: HashMap<i32, i32>,
    /// Tasks that ended before their makers told of them: how, or `None` where all has been said already.
    early: HashMap<i32, Option<i32>>,
    /// Tasks that a fault delays, and until when.
    held: Vec<(Instant, i32)>,
    clock: Clock,
    phase: Phase,
    root: Root,
    failure: Option<TraceError>,
}

/// The program that was asked for.
#[derive(Debug)]
struct Root {
    pid: i32,
    /// Until it runs.
    launched: Option<Launched>,
    /// What is to be said once it runs.
    notes: Vec<TraceNote>,
    status: Option<Status>,
    attached: bool,
    /// A program of another architecture has been seen, and said.
    thirty_two: bool,
}

/// What there is to trace.
#[derive(Debug)]
pub enum Tracees {
    Launched { launched: Launched, notes: Vec<TraceNote>, every: bool },
    Attached { pid: i32, tasks: Vec<i32> },
}

impl<'a> Engine<'a> {
    pub fn new(settings: &'a Settings, watcher: &'a mut dyn Watcher, signals: Signals, tracees: Tracees) -> Self {
        let (root, tasks) = Root::of(tracees);
        let mut engine = Engine {
            watcher,
            settings,
            _attention: signals,
            calls: Calls::of_this_machine(),
            sources: Sources::default(),
            injector: Injector::new(&settings.faults),
            table: TaskTable::default(),
            unclaimed: HashMap::new(),
            early: HashMap::new(),
            held: Vec::new(),
            clock: Clock::new(settings.timeout),
            phase: Phase::Running,
            root: root.0,
            failure: None,
        };
        engine.settle(&tasks, root.1);
        engine
    }

    /// Until nobody is left.
    ///
    /// # Errors
    /// Where the program never ran, or the watcher's output is gone.
    pub fn run(mut self) -> Result<Ended, TraceError> {
        self.set_clock();
        let mut wait = AdaptiveWait::new();
        loop {
            self.react();
            match self.next(&mut wait) {
                Waited::Report { tid, status } => self.report(tid, status),
                Waited::Nobody => break,
                Waited::Nothing | Waited::Interrupted => {}
            }
            if self.table.tasks.is_empty() && self.unclaimed.is_empty() {
                break;
            }
        }
        self.close()
    }

    /// The next report; the watcher hears once that nothing happens any more.
    fn next(&mut self, wait: &mut AdaptiveWait) -> Waited {
        match wait.look() {
            Waited::Nothing => {}
            report => return report,
        }
        if !std::mem::replace(&mut wait.idle, true) {
            let result = self.watcher.idle();
            self.heed(result);
        }
        let asked_to_end = self.failure.is_some();
        if asked_to_end && self.phase == Phase::Running { Waited::Nothing } else { wait.met(ptrace::wait(true)) }
    }

    fn emit(&mut self, tid: i32, what: What) {
        self.emit_for((self.table.pid(tid), tid), what);
    }

    fn emit_for(&mut self, (pid, tid): (i32, i32), what: What) {
        if matches!(self.failure, Some(TraceError::Output(_))) {
            return;
        }
        let at_us = u64::try_from(self.clock.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let step = Step { at_us, pid, tid, what };
        let result = self.watcher.see(step);
        self.heed(result);
    }

    fn note(&mut self, tid: i32, note: TraceNote) {
        self.emit(tid, What::Note(note));
    }

    /// Nobody listens any more: the trace ends.
    fn heed(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.failure = Some(TraceError::Output(error));
        }
    }

    /// Lets a stopped task go on.
    fn resume(&mut self, tid: i32, signal: i32) {
        let task = self.table.tasks.get(&tid);
        let in_call = task.is_some_and(|task| task.call.is_some() || task.tracing.is_some());
        if self.phase == Phase::Detaching && !in_call {
            ptrace::go(tid, Go::Free, signal);
            self.table.remove(tid);
            return;
        }
        let pid = self.table.pid(tid);
        let every = self.table.processes.get(&pid).is_some_and(|process| process.every);
        ptrace::go(tid, if in_call || every { Go::ToCall } else { Go::On }, signal);
    }

    fn close(mut self) -> Result<Ended, TraceError> {
        for (fault, seen) in self.injector.unused() {
            self.note(self.root.pid, TraceNote::FaultUnused { fault, seen });
        }
        let interrupted = self.phase.is_interrupted();
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(Ended { status: self.root.status, interrupted }),
        }
    }
}

impl Root {
    /// The program, its tasks that are there already, and whether they stop at every call.
    fn of(tracees: Tracees) -> ((Root, bool), Vec<i32>) {
        let root =
            |pid, attached| Root { pid, launched: None, notes: Vec::new(), status: None, attached, thirty_two: false };
        match tracees {
            Tracees::Launched { launched, notes, every } => {
                let pid = launched.pid;
                ((Root { launched: Some(launched), notes, ..root(pid, false) }, every), vec![pid])
            }
            Tracees::Attached { pid, tasks } => ((root(pid, true), true), tasks),
        }
    }
}
