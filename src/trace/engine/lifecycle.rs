//! What becomes of the trace: it goes on, it ends the programs, it leaves them.

use std::time::{Duration, Instant};

use crate::observed::TraceNote;
use crate::trace::engine::Engine;
use crate::trace::signals::Signals;
use crate::trace::{TraceError, ptrace};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Running,
    /// Every traced process is killed.
    Killing {
        interrupted: bool,
    },
    /// Every task is let go at its next stop.
    Detaching,
}

impl Phase {
    pub fn is_interrupted(self) -> bool {
        self == Phase::Killing { interrupted: true }
    }
}

/// How often the watcher hears of time.
const TICK: Duration = Duration::from_millis(250);

/// Between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Clock {
    pub began: Instant,
    tick: Instant,
    timeout: Option<Duration>,
    /// When those that ignored SIGTERM are killed.
    kill: Option<Instant>,
}

impl Clock {
    pub fn new(timeout: Option<Duration>) -> Clock {
        let began = Instant::now();
        Clock { began, tick: began + TICK, timeout, kill: None }
    }

    /// When the trace has lasted long enough.
    fn over(&self) -> Option<Instant> {
        self.timeout.and_then(|timeout| self.began.checked_add(timeout))
    }
}

impl Engine<'_> {
    /// What the clock, the signals and the watcher ask for.
    pub(super) fn react(&mut self) {
        if Signals::take_alarm() {
            self.on_alarm();
        }
        if self.phase == Phase::Running {
            self.end_if_asked();
        }
    }

    fn end_if_asked(&mut self) {
        let enough = if self.root.attached { 1 } else { 2 };
        if Signals::interrupts() >= enough || Signals::asked_to_end() {
            self.end(true);
        } else if self.failure.is_some() {
            self.end(false);
        }
    }

    /// Sets the clock to whatever comes first.
    pub(super) fn set_clock(&self) {
        let first_held = self.held.iter().map(|held| held.0).min();
        let moments = [Some(self.clock.tick), self.clock.over(), self.clock.kill, first_held];
        if let Some(first) = moments.into_iter().flatten().min() {
            Signals::set_alarm(first);
        }
    }

    fn on_alarm(&mut self) {
        let now = Instant::now();
        if now >= self.clock.tick {
            self.clock.tick = now + TICK;
            self.adopt(None);
            if self.failure.is_none() {
                let result = self.watcher.tick();
                self.heed(result);
            }
        }
        if self.clock.over().is_some_and(|over| now >= over) {
            self.time_is_over(now);
        }
        if self.clock.kill.is_some_and(|kill| now >= kill) {
            self.clock.kill = None;
            self.kill_all();
        }
        self.release(now);
        self.set_clock();
    }

    fn time_is_over(&mut self, now: Instant) {
        let seconds = self.clock.timeout.take().map_or(0, |timeout| timeout.as_secs());
        if self.phase != Phase::Running {
            return;
        }
        self.note(self.root.pid, TraceNote::TimeIsOver { seconds });
        if self.root.attached {
            return self.end(false);
        }
        self.signal_all(libc::SIGTERM);
        self.clock.kill = Some(now + GRACE);
    }

    /// Lets delayed tasks go whose time has come.
    fn release(&mut self, now: Instant) {
        let (due, kept) = self.held.drain(..).partition::<Vec<_>, _>(|held| held.0 <= now);
        self.held = kept;
        for (_, tid) in due {
            self.resume(tid, 0);
        }
    }

    /// Ends the programs, or leaves the one that ran before us.
    fn end(&mut self, interrupted: bool) {
        if self.root.attached {
            return self.detach();
        }
        let processes = self.table.processes.len() as u64;
        if processes > 0 && self.root.launched.is_none() && self.failure.is_none() {
            self.note(self.root.pid, TraceNote::Ended { processes });
        }
        self.phase = Phase::Killing { interrupted };
        self.kill_all();
    }

    fn kill_all(&mut self) {
        if self.phase == Phase::Running {
            self.phase = Phase::Killing { interrupted: false };
        }
        self.signal_all(libc::SIGKILL);
        for tid in self.unclaimed.keys() {
            signal(*tid, libc::SIGKILL);
        }
    }

    fn signal_all(&self, number: i32) {
        for pid in self.table.processes.keys() {
            signal(*pid, number);
        }
    }

    fn detach(&mut self) {
        self.note(self.root.pid, TraceNote::Detached { pid: self.root.pid });
        self.phase = Phase::Detaching;
        for tid in self.table.tasks.keys() {
            // One that has stopped already, or is gone, needs no interruption.
            let _ = ptrace::interrupt(*tid);
        }
        for (_, tid) in std::mem::take(&mut self.held) {
            self.resume(tid, 0);
        }
    }

    pub(super) fn fail(&mut self, failure: TraceError) {
        self.failure = self.failure.take().or(Some(failure));
    }
}

/// Sends a signal to a process that is traced: its number is not another's before we have reaped it.
#[allow(unsafe_code, reason = "kill(2)")]
pub(super) fn signal(pid: i32, number: i32) {
    // SAFETY: kill(2) takes two numbers.
    unsafe { libc::kill(pid, number) };
}
