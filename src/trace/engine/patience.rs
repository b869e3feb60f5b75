//! How the tracer waits: a stop often comes sooner than a sleeper wakes up, so it is awaited for a moment without
//! sleeping, as long as that pays.

use std::time::{Duration, Instant};

use crate::trace::ptrace::{self, Waited};

/// How long a stop is awaited without sleeping.
const SPIN: Duration = Duration::from_micros(100);

/// Looks between two looks at the clock.
const LOOKS: u32 = 8;

/// What a moment that was too short costs, in moments that were not. Where processors are busy elsewhere, the traced
/// program may wait for the very one that the tracer keeps.
const LOST: u32 = 4;
const MOST: u32 = 32;

/// Once it does not pay, how many stops pass before it is tried again.
const REST: u32 = 64;

#[derive(Debug)]
pub(super) struct Patience {
    /// Whether another processor is there for the traced program.
    spins: bool,
    /// What is left of the gains.
    credit: u32,
    rest: u32,
    /// The watcher knows that nothing happens.
    pub idle: bool,
}

impl Patience {
    pub fn new() -> Patience {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Patience { spins: processors > 1, credit: MOST, rest: 0, idle: false }
    }

    /// A report that is there already, or comes soon.
    pub fn spin(&mut self) -> Waited {
        match ptrace::wait(false) {
            Waited::Nothing if self.may_spin() => {}
            other => return other,
        }
        let begun = Instant::now();
        loop {
            for _ in 0..LOOKS {
                match ptrace::wait(false) {
                    Waited::Nothing => std::hint::spin_loop(),
                    other => return self.gained(other),
                }
            }
            if begun.elapsed() >= SPIN {
                self.credit = self.credit.saturating_sub(LOST);
                return Waited::Nothing;
            }
        }
    }

    fn may_spin(&mut self) -> bool {
        if self.credit == 0 {
            self.rest += 1;
            if self.rest >= REST {
                (self.rest, self.credit) = (0, 1);
            }
        }
        self.spins && self.credit > 0 && !self.idle
    }

    fn gained(&mut self, waited: Waited) -> Waited {
        self.credit = MOST.min(self.credit + 1);
        waited
    }

    pub fn busy(&mut self, waited: Waited) -> Waited {
        if matches!(waited, Waited::Report { .. }) {
            self.idle = false;
        }
        waited
    }
}
