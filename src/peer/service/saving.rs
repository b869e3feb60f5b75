//! Keeps what clients send in a file, beside what another service does with it.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::pipe2;

use super::{Reply, Service};
use crate::event::peer::PeerNote;
use crate::observe::own::out_of_the_way;

/// The file, shared by every client's service, in forked children too.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    file: Mutex<File>,
    broken: Broken,
}

impl Archive {
    /// Makes the file, or empties it.
    ///
    /// # Errors
    /// Those of open(2) and pipe(2).
    pub fn create(path: &Path) -> io::Result<Arc<Archive>> {
        // A FIFO that nobody reads is refused (ENXIO) rather than waited for.
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
        let mut options = File::options();
        options.write(true).create(true).truncate(true).custom_flags(flags);
        let file = File::from(out_of_the_way(OwnedFd::from(options.open(path)?)));
        Ok(Arc::new(Archive { path: path.to_owned(), file: Mutex::new(file), broken: Broken::new()? }))
    }

    /// Writes these bytes together; how many could not be, and why, the first time.
    fn write(&self, bytes: &[u8]) -> (u64, Option<PeerNote>) {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if self.broken.is_known() {
            // What came in between is missing already: what comes now would look as if nothing were.
            return (bytes.len() as u64, None);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let error = match (&*file).write(rest) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(count) => {
                    rest = &rest[count..];
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => error,
            };
            self.broken.tell();
            let errno = error.raw_os_error().unwrap_or(libc::EIO);
            let note = PeerNote::SavingStopped { path: self.path.display().to_string(), errno };
            return (rest.len() as u64, Some(note));
        }
        (0, None)
    }
}

/// Known by every process that shares it, for ever: a pipe that holds a byte that nobody takes.
#[derive(Debug)]
struct Broken {
    readable: OwnedFd,
    writer: OwnedFd,
}

impl Broken {
    fn new() -> io::Result<Broken> {
        let (readable, writer) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        Ok(Broken { readable: out_of_the_way(readable), writer: out_of_the_way(writer) })
    }

    fn tell(&self) {
        // A pipe that is full says it already.
        let _ = nix::unistd::write(&self.writer, &[0]);
    }

    fn is_known(&self) -> bool {
        let mut watched = [PollFd::new(self.readable.as_fd(), PollFlags::POLLIN)];
        poll(&mut watched, PollTimeout::ZERO).is_ok_and(|count| count > 0)
    }
}

pub struct Saving {
    pub archive: Arc<Archive>,
    pub inner: Box<dyn Service>,
}

impl std::fmt::Debug for Saving {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Saving").field("archive", &self.archive).finish_non_exhaustive()
    }
}

impl Service for Saving {
    fn opened(&mut self) -> Reply {
        self.inner.opened()
    }

    fn arrived_by(&mut self, moment: Instant) {
        self.inner.arrived_by(moment);
    }

    fn received(&mut self, bytes: &[u8]) -> Reply {
        let (unsaved, note) = self.archive.write(bytes);
        let mut reply = self.inner.received(bytes);
        reply.notes.extend(note);
        reply.unsaved += unsaved;
        reply
    }

    fn ended(&mut self) -> Reply {
        self.inner.ended()
    }

    fn patience(&self) -> Option<Duration> {
        self.inner.patience()
    }

    fn too_slow(&mut self) -> Reply {
        self.inner.too_slow()
    }
}
