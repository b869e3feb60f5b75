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
    use std::io::{Seek, Write};

    use super::{Outgoing, Piece};

    fn drain(outgoing: &mut Outgoing, at_a_time: usize) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let chunk = outgoing.chunk().unwrap();
            if chunk.is_empty() {
                return all;
            }
            let count = chunk.len().min(at_a_time);
            all.extend_from_slice(&chunk[..count]);
            outgoing.sent(count);
        }
    }

    #[test]
    fn memory_and_files_come_in_order() {
        let content: Vec<u8> = (0..200_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&content).unwrap();
        file.rewind().unwrap();
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::Bytes(b"first".to_vec()));
        outgoing.push(Piece::Bytes(Vec::new()));
        outgoing.push(Piece::File { file, length: 150_000 });
        outgoing.push(Piece::Bytes(b"last".to_vec()));
        assert!(!outgoing.is_empty());
        assert_eq!(drain(&mut outgoing, 7_001), [b"first", &content[..150_000], b"last"].concat());
        assert!(outgoing.is_empty());
    }

    #[test]
    fn a_file_that_shrank_is_an_error() {
        let mut outgoing = Outgoing::default();
        outgoing.push(Piece::File { file: tempfile::tempfile().unwrap(), length: 3 });
        assert!(outgoing.chunk().is_err());
    }
}
