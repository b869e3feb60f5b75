//! A bound on the time that files made to be expensive may take.

use std::cell::Cell;
use std::time::Instant;

/// The moment when what takes too long stops.
#[derive(Debug)]
pub struct Deadline {
    moment: Instant,
    ticks: Cell<u32>,
}

impl Deadline {
    pub fn new(moment: Instant) -> Deadline {
        Deadline { moment, ticks: Cell::new(0) }
    }

    /// `None` once it is too late.
    pub fn look(&self) -> Option<()> {
        (Instant::now() < self.moment).then_some(())
    }

    /// The same for small steps: the clock is looked at now and then.
    pub fn tick(&self) -> Option<()> {
        self.ticks.set(self.ticks.get().wrapping_add(1));
        if self.ticks.get().is_multiple_of(1024) { self.look() } else { Some(()) }
    }
}
