//! stdout, or stderr, for a program that must be able to stop: a reader that no longer reads never holds it.

use std::io::{self, IsTerminal, Stderr, Stdout, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::stat::fstat;

/// What a pipe takes at once where poll(2) says that it takes anything (PIPE_BUF, pipe(7)).
const PORTION: usize = 4096;

/// How long, in milliseconds, before the wish to stop is looked at again: the signal may come just before poll(2),
/// or long before the last words that a buffer writes when it is dropped.
const GLANCE: u8 = 100;

/// How long a reader may still take nothing once a signal asked to stop: it may only be slow, on a busy machine.
const LAST_CHANCE: Duration = Duration::from_secs(2);

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

    /// Waits until the stream takes something; an error once a signal asked to stop and nothing is taken any more.
    fn await_room(&self) -> io::Result<()> {
        let mut asked: Option<Instant> = None;
        loop {
            let mut room = [PollFd::new(self.stream.as_fd(), PollFlags::POLLOUT)];
            match poll(&mut room, GLANCE) {
                Ok(0) | Err(Errno::EINTR) if self.is_to_stop() => {
                    if asked.get_or_insert_with(Instant::now).elapsed() >= LAST_CHANCE {
                        // `Interrupted` would be tried again by `write_all`.
                        return Err(io::ErrorKind::TimedOut.into());
                    }
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

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use nix::fcntl::OFlag;

    use super::{GLANCE, InterruptibleWriter};

    /// A pipe that takes no more, and a writer that was told to stop.
    fn full() -> (File, InterruptibleWriter<File>) {
        let (reader, writer) = nix::unistd::pipe2(OFlag::O_NONBLOCK).unwrap();
        let mut writer = File::from(writer);
        while writer.write(&[b'x'; 4096]).is_ok() {}
        (File::from(reader), InterruptibleWriter::new(writer, Arc::new(AtomicBool::new(true))))
    }

    #[test]
    fn a_late_reader_still_gets_the_last_words() {
        let (mut reader, mut writer) = full();
        let (done, said) = channel::<()>();
        // Its lateness is what is tried: nothing else happens meanwhile.
        let late = thread::spawn(move || {
            let _late = said.recv_timeout(Duration::from_millis(4 * u64::from(GLANCE)));
            let mut some = vec![0; 16 * 4096];
            reader.read(&mut some).map(|count| (count, reader))
        });
        assert_eq!(writer.write(b"fini").unwrap(), 4);
        drop(done);
        assert!(late.join().unwrap().unwrap().0 > 0);
    }

    #[test]
    fn who_reads_no_more_holds_nobody() {
        let (_reader, mut writer) = full();
        assert_eq!(writer.write(b"fini").unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    }
}
