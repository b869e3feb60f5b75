//! Keeps what clients send in a file, beside what a service does with it. Its calls are told like all others.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::event::peer::PeerNote;
use crate::observe::own;
use crate::peer::caller::{Caller, fd, named, quoted, symbol};
use crate::peer::tally::Tally;
use crate::syscall::call::Value;
use crate::syscall::name::Name;

/// The file, shared by every client, in forked children too.
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
    /// Those of openat(2) and pipe(2).
    pub fn create(caller: &Caller, path: &Path) -> io::Result<Arc<Archive>> {
        let name = path.as_os_str().as_bytes();
        let flags = "O_WRONLY|O_CREAT|O_TRUNC|O_NOCTTY|O_NONBLOCK|O_CLOEXEC";
        let call = || {
            let place = [symbol("AT_FDCWD"), quoted(name, name.len())];
            named(Name::Openat, [&place[..], &[symbol(flags), symbol("0666")]].concat())
        };
        // A FIFO that nobody reads is refused (ENXIO) rather than waited for.
        let mut options = File::options();
        options.write(true).create(true).truncate(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
        let file = caller.told(call, || options.open(path), |_, file| file.as_raw_fd().into())?;
        Ok(Arc::new(Archive { path: path.to_owned(), file: Mutex::new(file), broken: Broken::new()? }))
    }

    /// Writes these bytes together; why they could not be, the first time. Those that are not kept are counted.
    pub fn write(&self, caller: &Caller, bytes: &[u8]) -> Option<PeerNote> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let unsaved = &caller.events().tally().unsaved;
        if self.broken.is_known() {
            // What came in between is missing already: what comes now would look as if nothing were.
            Tally::add(unsaved, bytes.len() as u64);
            return None;
        }
        let (left, error) = write_all(caller, &file, bytes).err()?;
        self.broken.tell();
        Tally::add(unsaved, left as u64);
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        Some(PeerNote::SavingStopped { path: self.path.display().to_string(), errno })
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
        let (readable, writer) = own::pipe()?;
        Ok(Broken { readable, writer })
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

/// How many bytes are left, and why, where not all could be written.
fn write_all(caller: &Caller, file: &File, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let size = Value::Number(i64::try_from(rest.len()).unwrap_or(i64::MAX));
        let call = || named(Name::Write, vec![fd(file), quoted(rest, rest.len()), size.clone()]);
        let number = |count: &usize| i64::try_from(*count).unwrap_or(i64::MAX);
        match caller.told(call, || io::Write::write(&mut &*file, rest), |_, count| number(count)) {
            Ok(0) => return Err((rest.len(), io::ErrorKind::WriteZero.into())),
            Ok(count) => rest = &rest[count..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((rest.len(), error)),
        }
    }
    Ok(())
}
