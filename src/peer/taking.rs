//! Whether a client takes what is sent to it: a client that takes nothing for long is told, and may be left.

use std::time::{Duration, Instant};

/// How long a client may take not one byte, where nobody says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the client had taken when that last changed.
#[derive(Debug, Default)]
pub struct Taking {
    last: Option<Last>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    since: Instant,
    /// Bytes sent without those that its machine has not acknowledged; in AF_UNIX both are measured differently, and
    /// only the difference counts.
    taken: i64,
    told: bool,
}

impl Taking {
    /// Something waits to go to it. Of `sent` bytes, so many are not `acknowledged`: since when it takes nothing, the
    /// first time that this lasts too long.
    pub fn look(&mut self, now: Instant, patience: Duration, (sent, unacknowledged): (u64, u64)) -> Option<Duration> {
        let taken = i64::try_from(sent).unwrap_or(i64::MAX) - i64::try_from(unacknowledged).unwrap_or(i64::MAX);
        let fresh = Last { since: now, taken, told: false };
        let last = self.last.get_or_insert(fresh);
        if taken > last.taken || unacknowledged == 0 {
            *last = fresh;
        }
        last.taken = taken;
        let since = now.saturating_duration_since(last.since);
        if last.told || since < patience {
            return None;
        }
        last.told = true;
        Some(since)
    }

    /// When it is to be looked at again; `None` when nothing more would be said.
    #[must_use]
    pub fn due(&self, patience: Duration) -> Option<Instant> {
        self.last.filter(|last| !last.told).map(|last| last.since + patience)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Taking;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn who_takes_nothing_is_told_once() {
        let (mut taking, now) = (Taking::default(), Instant::now());
        let at = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(taking.look(at(0), PATIENCE, (1000, 400)), None);
        assert_eq!(taking.due(PATIENCE), Some(at(30)));
        // What the kernel takes from us is not taken by the client.
        assert_eq!(taking.look(at(20), PATIENCE, (1500, 900)), None);
        assert_eq!(taking.look(at(30), PATIENCE, (1500, 900)), Some(PATIENCE));
        assert_eq!((taking.look(at(60), PATIENCE, (1500, 900)), taking.due(PATIENCE)), (None, None));
    }

    #[test]
    fn who_takes_a_little_is_left_alone() {
        let (mut taking, now) = (Taking::default(), Instant::now());
        for second in 0..200 {
            let left = 400 - second;
            assert_eq!(taking.look(now + Duration::from_secs(second), PATIENCE, (1000, left)), None);
        }
    }

    #[test]
    fn an_idle_client_takes_nothing_and_is_not_slow() {
        let (mut taking, now) = (Taking::default(), Instant::now());
        assert_eq!(taking.look(now, PATIENCE, (5, 0)), None);
        assert_eq!(taking.look(now + 9 * PATIENCE, PATIENCE, (5, 0)), None);
    }
}
