//! What each call did, over the whole trace.

use std::collections::HashMap;

use crate::event::trace::CallSummary;
use crate::observed::{Ending, Return};
use crate::syscall::call::Outcome;
use crate::syscall::sys::Sys;

/// Counts by the name that C gives a call: as many as there are names.
#[derive(Debug, Default)]
pub struct Tally {
    calls: HashMap<String, CallSummary>,
}

impl Tally {
    pub fn add(&mut self, done: &Return) {
        let name = done.traced.call.name.as_str();
        if let Some(one) = self.calls.get_mut(name) {
            return count(one, done);
        }
        let mut one = CallSummary { name: name.to_owned(), ..CallSummary::default() };
        count(&mut one, done);
        self.calls.insert(name.to_owned(), one);
    }

    /// Calls and failures in all.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        self.calls.values().fold((0, 0), |(calls, errors), one| (calls + one.calls, errors + one.errors))
    }

    /// The calls that took longest first.
    #[must_use]
    pub fn table(&self) -> Vec<CallSummary> {
        let mut calls: Vec<CallSummary> = self.calls.values().cloned().collect();
        calls.sort_by(|one, other| other.time_us.cmp(&one.time_us).then_with(|| one.name.cmp(&other.name)));
        calls
    }
}

fn count(one: &mut CallSummary, done: &Return) {
    one.time_us = one.time_us.saturating_add(done.duration_us);
    match &done.ending {
        // It begins again, or fails: it is counted then.
        Ending::Interrupted => return,
        Ending::Done(outcome @ Outcome::Returned(_)) => one.bytes += moved(done, outcome),
        Ending::Done(_) => one.errors += 1,
    }
    one.calls += 1;
}

fn moved(done: &Return, outcome: &Outcome) -> u64 {
    let moves = done.traced.payload.is_some() || matches!(done.traced.sys, Sys::Sendfile | Sys::Splice);
    let number = outcome.number().filter(|_| moves).unwrap_or(0);
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use crate::observed::{Ending, Payload, Return, Traced};
    use crate::syscall::call::{Answer, Call, Outcome};
    use crate::syscall::errno::Errno;
    use crate::syscall::sys::{Direction, Sys};

    fn done(name: &str, ending: Ending, duration_us: u64) -> Return {
        let (direction, data, beyond) = (Direction::Sent, Vec::new(), Vec::new());
        let payload = Payload { direction, data, asked: 9, truncated: false, address: 0, beyond };
        let traced = Traced {
            fd: Some(3),
            payload: (name == "send").then_some(payload),
            ..Traced::bare(Sys::Sendto, Call { name: name.into(), arguments: Vec::new() })
        };
        Return { traced, ending, duration_us }
    }

    #[test]
    fn calls_are_counted_by_name_the_longest_first() {
        let number = |value| Ending::Done(Outcome::Returned(Answer::Number(value)));
        let mut tally = Tally::default();
        tally.add(&done("send", number(6), 10));
        tally.add(&done("send", Ending::Done(Outcome::Failed(Errno::EPIPE)), 5));
        tally.add(&done("send", Ending::Interrupted, 100));
        tally.add(&done("accept", number(4), 1_000));
        let table = tally.table();
        let rows: Vec<_> =
            table.iter().map(|one| (one.name.as_str(), one.calls, one.errors, one.bytes, one.time_us)).collect();
        assert_eq!(rows, [("accept", 1, 0, 0, 1_000), ("send", 2, 1, 6, 115)]);
        assert_eq!(tally.totals(), (3, 1));
    }
}
