//! Lines of others that wait for one client: whole ones, and no more than it may keep waiting.

/// How many bytes wait for a client who does not read; beyond, it misses what is said.
const ROOM: usize = 256 * 1024;

#[derive(Debug, Default)]
pub struct Mailbox {
    waiting: Vec<u8>,
    /// How much of what waits has been sent.
    done: usize,
    missed: u64,
}

impl Mailbox {
    /// Keeps as many of these lines as there is room for; whether this client misses one for the first time. A last
    /// line without its end gets one: the next line is another's.
    pub fn put(&mut self, lines: &[u8]) -> bool {
        let before = self.missed;
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            if self.waiting.len() - self.done + line.len() >= ROOM {
                self.missed += 1;
                continue;
            }
            self.waiting.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                self.waiting.push(b'\n');
            }
        }
        before == 0 && self.missed > 0
    }

    #[must_use]
    pub fn front(&self) -> &[u8] {
        &self.waiting[self.done..]
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.front().is_empty()
    }

    /// So many bytes of the front were sent.
    pub fn taken(&mut self, count: usize) {
        self.done = (self.done + count).min(self.waiting.len());
        if self.done == self.waiting.len() {
            self.waiting.clear();
            self.done = 0;
        } else if self.done > ROOM {
            self.waiting.drain(..self.done);
            self.done = 0;
        }
    }

    /// Nothing more goes out: a line that was not sent to its end is missed.
    pub fn give_up(&mut self) {
        self.missed += self.front().split_inclusive(|byte| *byte == b'\n').count() as u64;
        self.waiting = Vec::new();
        self.done = 0;
    }

    /// Lines that this client did not get.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed
    }
}

#[cfg(test)]
mod tests {
    use super::{Mailbox, ROOM};

    #[test]
    fn whole_lines_wait_and_what_has_no_room_is_counted() {
        let mut mailbox = Mailbox::default();
        let line = [vec![b'a'; 999], vec![b'\n']].concat();
        let fit = (ROOM - 1) / line.len();
        assert!(!mailbox.put(&line.repeat(fit)));
        assert!(mailbox.put(&line.repeat(2)) && !mailbox.put(&line));
        assert_eq!((mailbox.missed(), mailbox.front().len()), (3, fit * line.len()));
        mailbox.taken(500);
        assert_eq!(mailbox.front()[499], b'\n');
        mailbox.taken(500);
        assert!(!mailbox.put(&line));
        mailbox.taken(1);
        mailbox.give_up();
        assert_eq!((mailbox.missed(), mailbox.is_empty()), (3 + fit as u64, true));
    }

    #[test]
    fn what_is_sent_makes_room_and_is_not_kept() {
        let mut mailbox = Mailbox::default();
        let line = [vec![b'a'; 999], vec![b'\n']].concat();
        // A quarter of a mebibyte waits.
        assert!(!mailbox.put(&line.repeat(262)) && !mailbox.is_empty());
        for _ in 0..1000 {
            mailbox.taken(line.len());
            mailbox.put(&line);
        }
        assert_eq!((mailbox.missed(), mailbox.front().len()), (0, 262 * line.len()));
        assert!(mailbox.waiting.len() < 3 * ROOM);
    }

    #[test]
    fn a_line_without_its_end_gets_one() {
        let mut mailbox = Mailbox::default();
        mailbox.put(b"un\nde");
        assert_eq!(mailbox.front(), b"un\nde\n");
        mailbox.taken(6);
        assert!(mailbox.is_empty());
    }
}
