//! Descriptors of socketlab's own, kept away from the numbers that its narrated sockets get.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::pipe2;

use crate::observe::process;

/// Above what a lesson or an exercise opens, below the usual limit of 1024.
const FIRST: i32 = 960;

/// The same descriptor under a high number, closed on exec; unchanged where the limits forbid it.
#[must_use]
#[allow(unsafe_code, reason = "fcntl gives the new descriptor as a bare number")]
pub fn out_of_the_way(descriptor: OwnedFd) -> OwnedFd {
    if descriptor.as_raw_fd() >= FIRST {
        return descriptor;
    }
    match fcntl(&descriptor, FcntlArg::F_DUPFD_CLOEXEC(FIRST)) {
        // SAFETY: the kernel has just made this descriptor for us (F_DUPFD_CLOEXEC, fcntl(2)).
        Ok(number) => unsafe { OwnedFd::from_raw_fd(number) },
        Err(_) => descriptor,
    }
}

/// A pipe out of the way, at whose ends nobody waits: where it is read, where it is written.
///
/// # Errors
/// Those of pipe(2).
pub fn pipe() -> nix::Result<(OwnedFd, OwnedFd)> {
    let (readable, writer) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
    Ok((out_of_the_way(readable), out_of_the_way(writer)))
}

/// The descriptors of this process that are out of the way now.
#[must_use]
pub fn descriptors() -> Vec<i32> {
    let pid = nix::unistd::getpid().as_raw();
    process::descriptors(pid, &[]).into_iter().map(|one| one.fd).filter(|fd| *fd >= FIRST).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::os::fd::{AsRawFd, OwnedFd};

    use super::{FIRST, descriptors, out_of_the_way, pipe};

    fn plain() -> OwnedFd {
        nix::unistd::pipe().unwrap().0
    }

    #[test]
    fn the_number_is_high_and_stays() {
        let low = plain();
        let descriptor = out_of_the_way(low);
        let number = descriptor.as_raw_fd();
        assert!(number >= FIRST);
        assert_eq!(out_of_the_way(descriptor).as_raw_fd(), number);
    }

    #[test]
    fn those_out_of_the_way_are_known() {
        let (low, high) = (plain(), out_of_the_way(plain()));
        let known = descriptors();
        assert!(known.contains(&high.as_raw_fd()) && !known.contains(&low.as_raw_fd()));
        assert!(known.iter().all(|fd| *fd >= FIRST), "{known:?}");
    }

    #[test]
    fn a_pipe_out_of_the_way_keeps_nobody_waiting() {
        let (readable, writer) = pipe().unwrap();
        assert!(readable.as_raw_fd() >= FIRST && writer.as_raw_fd() >= FIRST);
        let (mut readable, mut writer) = (std::fs::File::from(readable), std::fs::File::from(writer));
        let mut byte = [0];
        assert_eq!(readable.read(&mut byte).unwrap_err().kind(), ErrorKind::WouldBlock);
        writer.write_all(b"x").unwrap();
        assert_eq!((readable.read(&mut byte).unwrap(), byte), (1, *b"x"));
    }
}
