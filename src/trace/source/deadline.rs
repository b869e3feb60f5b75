//! Patience with files that are made to be expensive.

use std::cell::Cell;
use std::time::Instant;

/// Stops what takes too long.
#[derive(Debug)]
pub struct Watch {
    deadline: Instant,
    ticks: Cell<u32>,
}

impl Watch {
    pub fn new(deadline: Instant) -> Watch {
        Watch { deadline, ticks: Cell::new(0) }
    }

    /// `None` once it is too late.
    pub fn look(&self) -> Option<()> {
        (Instant::now() < self.deadline).then_some(())
    }

    /// The same for small steps: the clock is looked at now and then.
    pub fn tick(&self) -> Option<()> {
        self.ticks.set(self.ticks.get().wrapping_add(1));
        if self.ticks.get().is_multiple_of(1024) { self.look() } else { Some(()) }
    }
}
