//! What a peer did, counted: the figures of its summary.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::peer::Losses;

/// Shared by every thread of a peer. None of its counters decides anything.
#[derive(Debug, Default)]
pub struct Tally {
    pub clients: AtomicU64,
    pub received: AtomicU64,
    pub sent: AtomicU64,
    pub calls: AtomicU64,
    /// Calls that failed.
    pub errors: AtomicU64,
    /// Calls that were made and not told.
    pub skipped: AtomicU64,
    /// Forked children that died before they told their figures.
    pub unheard: AtomicU64,
    /// Bytes that `--save` could not write.
    pub unsaved: AtomicU64,
    /// Bytes that never went out.
    pub unsent: AtomicU64,
    /// Lines that a client did not get.
    pub missed: AtomicU64,
}

impl Tally {
    pub fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }

    pub fn subtract(counter: &AtomicU64, amount: u64) {
        counter.fetch_sub(amount, Ordering::Relaxed);
    }

    #[must_use]
    pub fn losses(&self) -> Losses {
        Losses {
            unheard: Tally::of(&self.unheard),
            unsaved: Tally::of(&self.unsaved),
            unsent: Tally::of(&self.unsent),
            missed: Tally::of(&self.missed),
        }
    }

    #[must_use]
    pub fn of(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}
