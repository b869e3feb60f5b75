//! What a process writes on its descriptor 1 or 2, by the pipe that it was given there.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Bytes taken from a pipe at once.
const PIECE: usize = 4096;
/// What a process may leave behind in a pipe, and more: a pipe holds 64 KiB.
const LONGEST: usize = 1024 * 1024;

/// Our end of the pipe.
#[derive(Debug)]
pub(super) struct Output {
    /// `None` after its end.
    pipe: Option<OwnedFd>,
    /// How many bytes were read.
    taken: usize,
}

impl Output {
    pub(super) fn new(pipe: Option<OwnedFd>) -> Output {
        Output { pipe, taken: 0 }
    }

    pub(super) fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// How many bytes were written in all: those read, and those that wait (pipe(7), FIONREAD).
    #[allow(unsafe_code, reason = "ioctl")]
    pub(super) fn written(&self) -> usize {
        let Some(pipe) = &self.pipe else { return self.taken };
        let mut waiting: libc::c_int = 0;
        // SAFETY: the number outlives the call, which writes an int there.
        let told = unsafe { libc::ioctl(pipe.as_raw_fd(), libc::FIONREAD, &raw mut waiting) };
        let waiting = if told == 0 { usize::try_from(waiting).unwrap_or_default() } else { 0 };
        self.taken.saturating_add(waiting)
    }

    /// Whether nobody can write any more.
    pub(super) fn has_closed(&self) -> bool {
        let Some(pipe) = self.as_fd() else { return true };
        let mut watched = [PollFd::new(pipe, PollFlags::empty())];
        poll(&mut watched, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
    }

    /// What was written and nobody has read yet, piece by piece, up to this position in all that is written.
    pub(super) fn read(&mut self, until: usize) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        let mut left = until.saturating_sub(self.taken).min(LONGEST);
        while let Some(pipe) = self.pipe.as_ref().filter(|_| left > 0) {
            let mut piece = vec![0; PIECE.min(left)];
            match nix::unistd::read(pipe, &mut piece) {
                Ok(0) => self.pipe = None,
                Ok(length) => {
                    piece.truncate(length);
                    left -= length;
                    self.taken += length;
                    pieces.push(piece);
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => break,
                Err(_) => self.pipe = None,
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;

    use super::{Output, PIECE};
    use crate::live::launch::no_waiting;

    fn pipe() -> (Output, OwnedFd) {
        let (ours, theirs) = nix::unistd::pipe().unwrap();
        no_waiting(&ours).unwrap();
        (Output::new(Some(ours)), theirs)
    }

    #[test]
    fn it_is_read_up_to_a_position() {
        let (mut output, theirs) = pipe();
        assert!(output.read(usize::MAX).is_empty() && output.written() == 0);
        nix::unistd::write(&theirs, b"un deux").unwrap();
        assert_eq!((output.written(), output.read(2)), (7, vec![b"un".to_vec()]));
        assert_eq!(output.read(2), Vec::<Vec<u8>>::new());
        assert_eq!((output.written(), output.read(7)), (7, vec![b" deux".to_vec()]));
    }

    #[test]
    fn much_comes_in_pieces() {
        let (mut output, theirs) = pipe();
        nix::unistd::write(&theirs, &[b'x'; PIECE + 1]).unwrap();
        assert_eq!(output.read(usize::MAX).iter().map(Vec::len).collect::<Vec<_>>(), [PIECE, 1]);
    }

    #[test]
    fn after_its_end_what_was_left_is_read() {
        let (mut output, theirs) = pipe();
        assert!(!output.has_closed() && output.as_fd().is_some());
        nix::unistd::write(&theirs, b"adieu").unwrap();
        drop(theirs);
        assert!(output.has_closed());
        assert_eq!(output.read(usize::MAX), [b"adieu".to_vec()]);
        assert!(output.as_fd().is_none() && output.has_closed() && output.written() == 5);
    }
}
