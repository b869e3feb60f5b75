//! stdout, or stderr, for a program that must be able to stop: a reader that no longer reads never holds it.

use std::io::{self, IsTerminal, Stderr, Stdout, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::stat::fstat;

/// What a pipe takes at once where poll(2) says that it takes anything (PIPE_BUF, pipe(7)).
const PORTION: usize = 4096;

/// How long, in milliseconds, before the wish to stop is looked at again: the signal may come just before poll(2),
/// or long before the last words that a buffer writes when it is dropped.
const GLANCE: u8 = 100;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    #[must_use]
    pub fn is_terminal(self) -> bool {
        match self {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        }
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // The standard library keeps both open for as long as the program lives.
        match self {
            Stream::Stdout => STDOUT.get_or_init(io::stdout).as_fd(),
            Stream::Stderr => STDERR.get_or_init(io::stderr).as_fd(),
        }
    }
}

/// Whether bytes that are not ours were written where both streams go, the last line without its end.
pub static OPEN_LINE: AtomicBool = AtomicBool::new(false);

/// Whether both streams are one file, pipe or terminal.
#[must_use]
pub fn are_one() -> bool {
    let place = |stream: Stream| fstat(stream.as_fd()).map(|stat| (stat.st_dev, stat.st_ino, stat.st_rdev)).ok();
    place(Stream::Stdout).is_some_and(|one| Some(one) == place(Stream::Stderr))
}

static STDOUT: OnceLock<Stdout> = OnceLock::new();
static STDERR: OnceLock<Stderr> = OnceLock::new();

/// Who says that it is time to stop.
#[derive(Debug)]
enum StopRequest {
    Flag(Arc<AtomicBool>),
    Asked(fn() -> bool),
}

/// Writes only where writing does not block, so that a signal is obeyed while the reader is slow.
#[derive(Debug)]
pub struct InterruptibleWriter<F: AsFd> {
    stream: F,
    stop: StopRequest,
}

impl<F: AsFd> InterruptibleWriter<F> {
    #[must_use]
    pub fn new(stream: F, stop: Arc<AtomicBool>) -> Self {
        InterruptibleWriter { stream, stop: StopRequest::Flag(stop) }
    }

    /// The same, where a function knows the wish to stop.
    #[must_use]
    pub fn until(stream: F, stop: fn() -> bool) -> Self {
        InterruptibleWriter { stream, stop: StopRequest::Asked(stop) }
    }

    fn is_to_stop(&self) -> bool {
        match &self.stop {
            StopRequest::Flag(flag) => flag.load(Ordering::SeqCst),
            StopRequest::Asked(asked) => asked(),
        }
    }

    /// Waits until the stream takes something; an error once a signal asked to stop.
    fn await_room(&self) -> io::Result<()> {
        loop {
            let mut room = [PollFd::new(self.stream.as_fd(), PollFlags::POLLOUT)];
            match poll(&mut room, GLANCE) {
                // `Interrupted` would be tried again by `write_all`.
                Ok(0) | Err(Errno::EINTR) if self.is_to_stop() => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Ok(0) | Err(Errno::EINTR) => {}
                Ok(_) => return Ok(()),
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}

impl<F: AsFd> Write for InterruptibleWriter<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.await_room()?;
        if OPEN_LINE.swap(false, Ordering::SeqCst) {
            nix::unistd::write(&self.stream, b"\n")?;
        }
        let portion = &bytes[..bytes.len().min(PORTION)];
        Ok(nix::unistd::write(&self.stream, portion)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
