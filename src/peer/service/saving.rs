//! Keeps what clients send in a file, beside what another service does with it.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Reply, Service};
use crate::event::peer::PeerNote;
use crate::observe::own::out_of_the_way;

/// The file, shared by every client's service.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    /// `None` once it could not be written.
    file: Mutex<Option<File>>,
}

impl Archive {
    /// Makes the file, or empties it.
    ///
    /// # Errors
    /// Those of open(2).
    pub fn create(path: &Path) -> io::Result<Arc<Archive>> {
        // A FIFO that nobody reads is refused (ENXIO) rather than waited for.
        let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
        let mut options = File::options();
        options.write(true).create(true).truncate(true).custom_flags(flags);
        let file = File::from(out_of_the_way(OwnedFd::from(options.open(path)?)));
        Ok(Arc::new(Archive { path: path.to_owned(), file: Mutex::new(Some(file)) }))
    }

    /// Whether everything was written so far.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Writes these bytes together; the failure, the first time only.
    fn write(&self, bytes: &[u8]) -> Option<PeerNote> {
        let mut guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let error = guard.as_mut()?.write_all(bytes).err()?;
        *guard = None;
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        Some(PeerNote::SavingStopped { path: self.path.display().to_string(), errno })
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

    fn received(&mut self, bytes: &[u8]) -> Reply {
        let note = self.archive.write(bytes);
        let mut reply = self.inner.received(bytes);
        reply.notes.extend(note);
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
