//! What other clients' threads have for one client. Whoever finds nobody sending sends all that waits, and never waits
//! for a client that does not read: what is left is the postman's.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::peer::mailbox::Mailbox;
use crate::peer::taking::Taking;

/// The most that is offered to send at once.
const CHUNK: usize = 64 * 1024;

#[derive(Debug, Default)]
struct Inside {
    mailbox: Mailbox,
    taking: Taking,
    sent: u64,
    /// Somebody sends.
    busy: bool,
    closed: bool,
}

#[derive(Debug, Default)]
pub struct Outbox {
    inside: Mutex<Inside>,
    idle: Condvar,
}

impl Outbox {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lines for this client; whether it misses one for the first time.
    pub fn put(&self, lines: &[u8]) -> bool {
        let mut inside = self.inside();
        !inside.closed && inside.mailbox.put(lines)
    }

    /// Sends what waits by `send`, at most `largest` bytes at a time; whether the rest must wait for room.
    pub fn flush(&self, largest: usize, mut send: impl FnMut(&[u8]) -> io::Result<usize>) -> bool {
        let mut inside = self.inside();
        if inside.busy || inside.closed {
            return false;
        }
        inside.busy = true;
        let mut full = false;
        while !(full || inside.closed || inside.mailbox.is_empty()) {
            let front = inside.mailbox.front();
            let piece = front[..front.len().min(largest).min(CHUNK)].to_vec();
            drop(inside);
            let result = send(&piece);
            inside = self.inside();
            match result {
                Ok(count) => {
                    inside.mailbox.taken(count);
                    inside.sent += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => full = true,
                // Its own thread will hear of it.
                Err(_) => inside.mailbox.give_up(),
            }
        }
        inside.busy = false;
        drop(inside);
        self.idle.notify_all();
        full
    }

    /// Something waits: since when the client takes nothing, the first time that this lasts too long.
    pub fn look(&self, patience: Duration, unacknowledged: u64) -> Option<Duration> {
        let mut inside = self.inside();
        if inside.mailbox.is_empty() {
            return None;
        }
        let sent = inside.sent;
        inside.taking.look(Instant::now(), patience, (sent, unacknowledged))
    }

    #[must_use]
    pub fn waits(&self) -> bool {
        !self.inside().mailbox.is_empty()
    }

    /// Nobody sends through this any more: what waits, and the bytes that went out.
    pub fn close(&self) -> (Mailbox, u64) {
        let mut inside = self.inside();
        inside.closed = true;
        while inside.busy {
            inside = self.idle.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        (std::mem::take(&mut inside.mailbox), std::mem::take(&mut inside.sent))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::Outbox;

    #[test]
    fn what_has_no_room_waits_in_order() {
        let outbox = Outbox::default();
        outbox.put(b"bonjour\n");
        let mut room = 3;
        let full = outbox.flush(2, |piece| {
            let count = piece.len().min(room);
            room -= count;
            if count == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
        });
        assert!(full);
        outbox.put(b"oui\n");
        let mut rest = Vec::new();
        assert!(!outbox.flush(usize::MAX, |piece| {
            rest.extend_from_slice(piece);
            Ok(piece.len())
        }));
        assert_eq!(rest, b"jour\noui\n");
        let (mailbox, sent) = outbox.close();
        assert_eq!((mailbox.missed(), sent), (0, 12));
        assert!(!outbox.put(b"tard\n"));
    }
}
