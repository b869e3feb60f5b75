//! The same call over and over: shown a few times, then counted.

use crate::observed::{Ending, Return};
use crate::syscall::call::Call;
use crate::syscall::name::Name;

/// How many of the same calls in a row are shown.
const SHOWN: u64 = 3;

/// The last call that was shown, and how often it has come since.
#[derive(Debug, Default)]
pub(super) struct Fold {
    last: Option<(i32, Call, Ending)>,
    seen: u64,
}

/// What to do with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Shown,
    /// The first that is not shown.
    Announced,
    Counted,
}

impl Fold {
    pub(super) fn is_same(&self, tid: i32, done: &Return) -> bool {
        self.last
            .as_ref()
            .is_some_and(|(task, call, ending)| *task == tid && *ending == done.ending && *call == done.traced.call)
    }

    pub(super) fn place(&mut self, tid: i32, done: &Return) -> Place {
        if !self.is_same(tid, done) {
            self.last = Some((tid, done.traced.call.clone(), done.ending.clone()));
            self.seen = 0;
        }
        self.seen += 1;
        match self.seen {
            seen if seen <= SHOWN => Place::Shown,
            seen if seen == SHOWN + 1 => Place::Announced,
            _ => Place::Counted,
        }
    }

    /// Whether calls of this task are being counted rather than shown.
    pub(super) fn counts(&self, tid: i32, name: Name) -> bool {
        self.seen > SHOWN && self.last.as_ref().is_some_and(|last| last.0 == tid && last.1.name == name)
    }

    /// Something else comes: how many were not shown, once.
    pub(super) fn end(&mut self) -> Option<u64> {
        let folded = self.seen.saturating_sub(SHOWN);
        *self = Fold::default();
        (folded > 0).then_some(folded)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fold, Place};
    use crate::observed::{Ending, Return, Traced};
    use crate::syscall::call::{Answer, Call, Outcome, Value};
    use crate::syscall::name::Name;
    use crate::syscall::sys::Sys;

    fn returned(fd: i64, result: i64) -> Return {
        let call = Call { name: Name::Recv, arguments: vec![Value::Number(fd)] };
        let traced = Traced::bare(Sys::Recvfrom, call);
        Return { traced, ending: Ending::Done(Outcome::Returned(Answer::Number(result))), duration_us: 1 }
    }

    #[test]
    fn the_same_call_is_counted_after_a_few_times() {
        let mut fold = Fold::default();
        let places: Vec<Place> = (0..5).map(|_| fold.place(7, &returned(4, 0))).collect();
        assert_eq!(places[2..], [Place::Shown, Place::Announced, Place::Counted]);
        assert!(fold.counts(7, Name::Recv) && !fold.counts(8, Name::Recv));
        assert_eq!((fold.end(), fold.end()), (Some(2), None));
    }

    #[test]
    fn another_task_descriptor_or_result_begins_again() {
        let mut fold = Fold::default();
        for round in 0..4 {
            assert_eq!(fold.place(7, &returned(4, round)), Place::Shown);
            assert_eq!(fold.place(7 + i32::try_from(round).unwrap(), &returned(5, 0)), Place::Shown);
        }
        assert_eq!(fold.end(), None);
    }
}
