//! Bytes waiting to be sent to one client, from memory or from files, in order.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The most that is read from a file, or offered to send, at once.
const CHUNK: usize = 64 * 1024;

/// Something to send.
#[derive(Debug)]
pub enum Piece {
    Bytes(Vec<u8>),
    /// The bytes of a file from its start, exactly so many.
    File {
        file: File,
        length: u64,
    },
}

#[derive(Debug, Default)]
pub struct Outgoing {
    waiting: VecDeque<Piece>,
    /// What is being sent, and how much of it has been.
    current: Vec<u8>,
    done: usize,
    /// How much of the first waiting file has been read.
    read: u64,
}

impl Outgoing {
    pub fn push(&mut self, piece: Piece) {
        self.waiting.push_back(piece);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.done == self.current.len() && self.waiting.iter().all(is_empty)
    }

    /// Bytes that wait.
    #[must_use]
    pub fn left(&self) -> u64 {
        let waiting: u64 = self.waiting.iter().map(length).sum();
        (self.current.len() - self.done) as u64 + waiting - self.read
    }

    pub fn clear(&mut self) {
        *self = Outgoing::default();
    }

    /// The next bytes; empty when nothing waits.
    ///
    /// # Errors
    /// Those of read(2); `UnexpectedEof` when a file is shorter than was said.
    pub fn chunk(&mut self) -> io::Result<&[u8]> {
        while self.done == self.current.len() {
            self.done = 0;
            match self.waiting.front() {
                None => {
                    self.current.clear();
                    break;
                }
                Some(Piece::Bytes(_)) => {
                    if let Some(Piece::Bytes(bytes)) = self.waiting.pop_front() {
                        self.current = bytes;
                    }
                }
                Some(Piece::File { .. }) => self.read_file()?,
            }
        }
        let rest = &self.current[self.done..];
        Ok(&rest[..rest.len().min(CHUNK)])
    }

    /// How many bytes of the file being sent have not been read.
    #[must_use]
    pub fn unread(&self) -> u64 {
        match self.waiting.front() {
            Some(Piece::File { length, .. }) => length - self.read,
            _ => 0,
        }
    }

    /// So many bytes of the last chunk were sent.
    pub fn sent(&mut self, count: usize) {
        self.done = (self.done + count).min(self.current.len());
    }

    fn read_file(&mut self) -> io::Result<()> {
        self.current.clear();
        let Some(Piece::File { file, length }) = self.waiting.front() else { return Ok(()) };
        let left = length - self.read;
        if left == 0 {
            self.waiting.pop_front();
            self.read = 0;
            return Ok(());
        }
        let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        self.current.resize(wanted, 0);
        let count = file.read_at(&mut self.current, self.read);
        self.current.truncate(*count.as_ref().unwrap_or(&0));
        match count? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.read += count as u64;
                Ok(())
            }
        }
    }
}

fn is_empty(piece: &Piece) -> bool {
    length(piece) == 0
}

fn length(piece: &Piece) -> u64 {
    match piece {
        Piece::Bytes(bytes) => bytes.len() as u64,
        Piece::File { length, .. } => *length,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{ErrorKind, Seek, Write};

    use super::{Outgoing, Piece};

    fn file_of(content: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file.rewind().unwrap();
        file
    }

    fn drain(outgoing: &mut Outgoing, at_a_time: usize) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let chunk = outgoing.chunk().unwrap();
            if chunk.is_empty() {
                return all;
            }
            assert!(all.len() < 1_000_000, "no end");
            let count = chunk.len().min(at_a_time);
            all.extend_from_slice(&chunk[..count]);
            outgoing.sent(count);
        }
    }

    #[test]
    fn memory_and_files_come_in_order() {
        let content: Vec<u8> = (0..200_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::Bytes(b"first".to_vec()));
        outgoing.push(Piece::Bytes(Vec::new()));
        outgoing.push(Piece::File { file: file_of(&content), length: 150_000 });
        outgoing.push(Piece::Bytes(b"last".to_vec()));
        assert!(!outgoing.is_empty());
        assert_eq!(drain(&mut outgoing, 7_001), [b"first", &content[..150_000], b"last"].concat());
        assert!(outgoing.is_empty());
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::File { file: file_of(b"ab"), length: 3 });
        assert_eq!(outgoing.chunk().unwrap(), b"ab");
        outgoing.sent(2);
        assert_eq!(outgoing.chunk().unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_left_and_what_is_unread_are_known_at_every_moment() {
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::Bytes(vec![b'a'; 100_000]));
        outgoing.push(Piece::File { file: file_of(&vec![b'b'; 70_000]), length: 70_000 });
        outgoing.push(Piece::Bytes(b"end".to_vec()));
        // How long the chunk is, how much of it is sent, then what is left and what the file has unread.
        for (chunk, count, left, unread) in [
            (65_536, 65_536, 104_467, 70_000),
            (34_464, 464, 104_003, 70_000),
            (34_000, 34_000, 70_003, 70_000),
            (65_536, 536, 69_467, 4_464),
            (65_000, 65_000, 4_467, 4_464),
            (4_464, 4_464, 3, 0),
            (3, 2, 1, 0),
            // No more than there was is sent.
            (1, 9, 0, 0),
            (0, 0, 0, 0),
        ] {
            assert_eq!(outgoing.chunk().unwrap().len(), chunk);
            outgoing.sent(count);
            assert_eq!((outgoing.left(), outgoing.unread(), outgoing.is_empty()), (left, unread, left == 0));
        }
    }

    #[test]
    fn pieces_without_bytes_are_nothing_to_send() {
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::Bytes(Vec::new()));
        outgoing.push(Piece::File { file: file_of(b"abc"), length: 0 });
        assert_eq!((outgoing.is_empty(), outgoing.left(), outgoing.unread()), (true, 0, 0));
        assert_eq!(outgoing.chunk().unwrap(), b"");
    }

    #[test]
    fn nothing_is_left_of_what_was_cleared() {
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::File { file: file_of(b"abc"), length: 3 });
        outgoing.chunk().unwrap();
        outgoing.push(Piece::Bytes(b"def".to_vec()));
        outgoing.clear();
        assert_eq!((outgoing.left(), outgoing.is_empty(), outgoing.chunk().unwrap()), (0, true, &b""[..]));
    }
}
