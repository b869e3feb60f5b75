//! How the tracer waits for the next stop: by looking again and again for a moment, or asleep. Which is cheaper depends
//! on the machine (how long a sleeper takes to wake, whether another processor is free), so both are timed now and then.

use std::time::{Duration, Instant};

use crate::trace::ptrace::{self, Waited};

/// How long a stop is awaited without sleeping.
const SPIN: Duration = Duration::from_micros(50);

/// Looks between two looks at the clock.
const LOOKS: u32 = 8;

/// Reports that a strategy is timed over.
const TRIAL: u32 = 64;

/// How many trials the better strategy is kept for, before the other is timed again.
const KEPT: u32 = 24;

/// A longer wait says something of the program, not of the strategy.
const LONGEST: Duration = Duration::from_micros(150);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strategy {
    Looking,
    Asleep,
}

impl Strategy {
    fn other(self) -> Strategy {
        match self {
            Strategy::Looking => Strategy::Asleep,
            Strategy::Asleep => Strategy::Looking,
        }
    }
}

#[derive(Debug)]
pub(super) struct AdaptiveWait {
    /// Whether another processor is there for the traced program.
    spins: bool,
    strategy: Strategy,
    /// What the other strategy cost in its last trial.
    rival: Option<Duration>,
    cost: Duration,
    reports: u32,
    /// Trials of this strategy in a row.
    trials: u32,
    last: Instant,
    /// The watcher knows that nothing happens.
    pub idle: bool,
}

impl AdaptiveWait {
    pub fn new() -> AdaptiveWait {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let spins = processors > 1;
        let strategy = if spins { Strategy::Looking } else { Strategy::Asleep };
        let (cost, last) = (Duration::ZERO, Instant::now());
        AdaptiveWait { spins, strategy, rival: None, cost, reports: 0, trials: 0, last, idle: false }
    }

    /// A report that is there already, or comes soon.
    pub fn look(&mut self) -> Waited {
        match ptrace::wait(false) {
            Waited::Nothing if self.strategy == Strategy::Looking && !self.idle => {}
            other => return self.met(other),
        }
        let begun = Instant::now();
        loop {
            for _ in 0..LOOKS {
                match ptrace::wait(false) {
                    Waited::Nothing => std::hint::spin_loop(),
                    other => return self.met(other),
                }
            }
            if begun.elapsed() >= SPIN {
                return Waited::Nothing;
            }
        }
    }

    /// Counts a report, however it was awaited.
    pub fn met(&mut self, waited: Waited) -> Waited {
        if !matches!(waited, Waited::Report { .. }) {
            return waited;
        }
        self.idle = false;
        if self.spins {
            let now = Instant::now();
            self.cost += now.duration_since(self.last).min(LONGEST);
            self.last = now;
            self.reports += 1;
            if self.reports >= TRIAL {
                self.judge();
            }
        }
        waited
    }

    fn judge(&mut self) {
        let cost = std::mem::take(&mut self.cost);
        self.reports = 0;
        self.trials += 1;
        let worse = self.rival.is_none_or(|rival| cost > rival);
        if worse || self.trials >= KEPT {
            self.rival = Some(cost);
            self.strategy = self.strategy.other();
            self.trials = 0;
        }
    }
}
