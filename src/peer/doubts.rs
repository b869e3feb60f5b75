//! What clients have begun and not finished: worth a sentence only once they have been quiet for a while, for TCP may
//! cut anywhere.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::event::peer::{PeerNote, Unfinished};

/// How long a client may be in the middle of something.
const QUIET: Duration = Duration::from_millis(800);

#[derive(Debug, Default)]
pub struct Doubts {
    /// By client: what was told of it last, and when.
    waiting: BTreeMap<u64, ((Unfinished, u64, u64), Instant)>,
}

impl Doubts {
    /// A client is so far now.
    pub fn note(&mut self, client: u64, state: (Unfinished, u64, u64), now: Instant) {
        if state.0 == Unfinished::Nothing {
            self.forget(client);
        } else {
            self.waiting.insert(client, (state, now));
        }
    }

    pub fn forget(&mut self, client: u64) {
        self.waiting.remove(&client);
    }

    /// Those who have been quiet for long enough, once each.
    pub fn ripe(&mut self, now: Instant) -> Vec<PeerNote> {
        let old = |since: Instant| now.saturating_duration_since(since) >= QUIET;
        let ripe = self.waiting.extract_if(.., |_, (_, since)| old(*since));
        ripe.map(|(client, ((what, lines, bytes), _))| PeerNote::Unfinished { client, what, lines, bytes }).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{Doubts, PeerNote, QUIET, Unfinished};

    #[test]
    fn only_who_is_quiet_is_told_and_once() {
        let mut doubts = Doubts::default();
        let now = Instant::now();
        doubts.note(1, (Unfinished::Head, 2, 0), now);
        doubts.note(2, (Unfinished::Line, 0, 7), now);
        doubts.note(3, (Unfinished::Line, 0, 7), now);
        doubts.note(2, (Unfinished::Nothing, 0, 0), now);
        doubts.note(3, (Unfinished::Line, 0, 9), now + QUIET / 2);
        assert_eq!(doubts.ripe(now), []);
        let first = PeerNote::Unfinished { client: 1, what: Unfinished::Head, lines: 2, bytes: 0 };
        assert_eq!(doubts.ripe(now + QUIET), [first]);
        let last = PeerNote::Unfinished { client: 3, what: Unfinished::Line, lines: 0, bytes: 9 };
        assert_eq!(doubts.ripe(now + QUIET * 2), [last]);
        assert_eq!(doubts.ripe(now + QUIET * 4), []);
    }
}
