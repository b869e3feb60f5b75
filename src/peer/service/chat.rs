//! Sends each line of a client to the others.

use super::{Reply, Service};
use crate::event::peer::Unfinished;

/// A line longer than this goes to nobody: no client makes the server keep more, and no line is told in parts, between
/// which another's could come.
const LONGEST: usize = 64 * 1024;

#[derive(Clone, Debug, Default)]
pub struct Chat {
    unfinished: Vec<u8>,
    /// The present line is too long: it is read to its end and dropped.
    dropping: bool,
}

impl Service for Chat {
    fn received(&mut self, bytes: &[u8]) -> Reply {
        let (mut others, mut too_long) = (Vec::new(), None);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let ends = part.ends_with(b"\n");
            if !self.dropping && self.unfinished.len() + part.len() > LONGEST {
                self.unfinished = Vec::new();
                self.dropping = true;
                too_long = Some(LONGEST as u64);
            }
            if !self.dropping {
                self.unfinished.extend_from_slice(part);
            }
            if ends {
                others.append(&mut self.unfinished);
                self.dropping = false;
            }
        }
        Reply { others, too_long, ..Reply::default() }
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
    use super::{Chat, LONGEST, Service, Unfinished};

    #[test]
    fn whole_lines_go_to_the_others_wherever_tcp_cuts() {
        let mut chat = Chat::default();
        assert!(chat.received(b"bon").others.is_empty());
        assert_eq!(chat.received(b"jour\nsa").others, b"bonjour\n");
        assert_eq!(chat.received(b"lut\nun\nde").others, b"salut\nun\n");
        assert_eq!(chat.unfinished(), (Unfinished::Line, 0, 2));
        let reply = chat.ended();
        assert_eq!((reply.others, reply.close), (b"de".to_vec(), true));
        assert_eq!(chat.unfinished(), (Unfinished::Nothing, 0, 0));
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut chat = Chat::default();
        assert!(chat.received(&vec![b'a'; LONGEST]).too_long.is_none());
        let reply = chat.received(b"a");
        assert_eq!((reply.others.len(), reply.too_long), (0, Some(65_536)));
        assert!(chat.unfinished.is_empty() && chat.received(b"aa").too_long.is_none());
        // What follows its end is another line.
        assert_eq!(chat.received(b"a\nsalut\n").others, b"salut\n");
        // In pieces too: they are added up.
        let half = vec![b'a'; LONGEST / 2];
        assert!(chat.received(&half).too_long.is_none() && chat.received(&half).too_long.is_none());
        assert_eq!(chat.received(b"\n").too_long, Some(65_536));
    }
}
