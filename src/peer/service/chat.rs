//! Sends each line of a client to the others.

use super::{Reply, Service};
use crate::event::peer::Unfinished;

/// A line longer than this goes to the others in parts: no client makes the server keep more.
const LONGEST: usize = 64 * 1024;

#[derive(Clone, Debug, Default)]
pub struct Chat {
    unfinished: Vec<u8>,
}

impl Service for Chat {
    fn received(&mut self, bytes: &[u8]) -> Reply {
        self.unfinished.extend_from_slice(bytes);
        let end = match self.unfinished.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => last + 1,
            None if self.unfinished.len() >= LONGEST => self.unfinished.len(),
            None => 0,
        };
        let rest = self.unfinished.split_off(end);
        Reply { others: std::mem::replace(&mut self.unfinished, rest), ..Reply::default() }
    }

    fn ended(&mut self) -> Reply {
        Reply { others: std::mem::take(&mut self.unfinished), ..Reply::close() }
    }

    fn unfinished(&self) -> (Unfinished, u64, u64) {
        match self.unfinished.len() as u64 {
            0 => (Unfinished::Nothing, 0, 0),
            bytes => (Unfinished::Line, 0, bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chat, LONGEST, Service};

    #[test]
    fn whole_lines_go_to_the_others_wherever_tcp_cuts() {
        let mut chat = Chat::default();
        assert!(chat.received(b"bon").others.is_empty());
        assert_eq!(chat.received(b"jour\nsa").others, b"bonjour\n");
        assert_eq!(chat.received(b"lut\nun\nde").others, b"salut\nun\n");
        assert_eq!(chat.ended().others, b"de");
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut chat = Chat::default();
        assert_eq!(chat.received(&vec![b'a'; LONGEST]).others.len(), LONGEST);
        assert!(chat.unfinished.is_empty());
    }
}
