//! How fast things are shown where somebody reads, and the count of what was not.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::event::peer::PeerNote;

/// What was not shown is announced at most so often.
const ANNOUNCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Pace {
    /// Calls shown in a second, at most.
    limit: Option<u32>,
    /// The second being shown, and calls made in it.
    second: (Instant, u32),
    /// Actors whose present call is counted, not shown.
    hidden_calls: BTreeSet<String>,
    /// Actors whose last call was not shown: what it brought is not either.
    hidden_data: BTreeSet<String>,
    /// Calls and remarks that were not shown since it was last said.
    skipped: (u64, u64),
    skipped_in_all: u64,
    announced: Instant,
}

impl Pace {
    #[must_use]
    pub fn new(limit: Option<u32>) -> Pace {
        let now = Instant::now();
        Pace {
            limit,
            second: (now, 0),
            hidden_calls: BTreeSet::new(),
            hidden_data: BTreeSet::new(),
            skipped: (0, 0),
            skipped_in_all: 0,
            announced: now,
        }
    }

    /// A call begins; whether it is shown.
    pub fn begins(&mut self, actor: &str) -> bool {
        if self.counts_one_more() {
            self.hidden_data.remove(actor);
            return true;
        }
        self.skipped.0 += 1;
        self.hidden_calls.insert(actor.to_owned());
        self.hidden_data.insert(actor.to_owned());
        false
    }

    /// It is over; whether that is shown.
    pub fn ends(&mut self, actor: &str) -> bool {
        !self.hidden_calls.remove(actor)
    }

    /// A call is seen to sleep; whether that is shown. Its end will be, then.
    pub fn sleeps(&mut self, actor: &str) -> bool {
        let shown = self.counts_one_more();
        if shown {
            self.hidden_calls.remove(actor);
        }
        shown
    }

    /// Whether what the actor's last call brought is shown.
    #[must_use]
    pub fn shows_data(&self, actor: &str) -> bool {
        !self.hidden_data.contains(actor)
    }

    /// Something comes with calls; whether it is shown. What is not is counted.
    pub fn remarks(&mut self) -> bool {
        let shown = !self.is_full_second();
        self.skipped.1 += u64::from(!shown);
        shown
    }

    /// The actor is no more.
    pub fn forget(&mut self, actor: &str) {
        self.hidden_calls.remove(actor);
    }

    /// Whether it is time to say what was not shown.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.announced.elapsed() >= ANNOUNCE
    }

    /// What was not shown, by so many calls and remarks of others too.
    pub fn announce(&mut self, (calls, remarks): (u64, u64)) -> Option<PeerNote> {
        self.announced = Instant::now();
        self.hidden_data.clear();
        let (own_calls, own_remarks) = std::mem::take(&mut self.skipped);
        let (count, remarks) = (own_calls + calls, own_remarks + remarks);
        self.skipped_in_all += count;
        (count > 0 || remarks > 0).then_some(PeerNote::CallsSkipped { count, remarks })
    }

    /// Calls that were announced as not shown.
    #[must_use]
    pub fn skipped_in_all(&self) -> u64 {
        self.skipped_in_all
    }

    /// Counts one more call in the present second; false when nobody could read it.
    fn counts_one_more(&mut self) -> bool {
        if self.second.0.elapsed() >= Duration::from_secs(1) {
            self.second = (Instant::now(), 0);
        }
        self.second.1 += 1;
        !self.is_full_second()
    }

    fn is_full_second(&self) -> bool {
        self.limit.is_some_and(|limit| self.second.1 > limit)
    }
}
