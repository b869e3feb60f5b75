//! Descriptors of socketlab's own inside an actor: on the highest numbers, out of the lesson's way.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// The first number that is not a standard stream.
const FIRST: RawFd = 3;
/// FD_SETSIZE: numbers from here on would not fit in a fd_set.
const SELECTABLE: RawFd = 1024;

/// One above the highest number to use: the soft limit on descriptors, at most 1024.
///
/// # Errors
/// Those of getrlimit(2).
pub(super) fn ceiling() -> io::Result<RawFd> {
    let (soft, _) = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE)?;
    Ok(RawFd::try_from(soft).unwrap_or(SELECTABLE).min(SELECTABLE))
}

/// Moves a descriptor to the highest free number, closed by exec.
///
/// # Errors
/// Those of getrlimit(2) and dup3(2); EMFILE when no number is free.
#[allow(unsafe_code, reason = "the new number is chosen here, so only dup3 itself can own it")]
pub(super) fn raise(fd: OwnedFd) -> io::Result<OwnedFd> {
    let free = (FIRST..ceiling()?).rev().find(|number| !is_open(*number));
    let number = free.ok_or_else(|| io::Error::from_raw_os_error(libc::EMFILE))?;
    // SAFETY: dup3(2) has no memory precondition, and the number was free: nothing that somebody owns is replaced.
    let raised = unsafe { libc::dup3(fd.as_raw_fd(), number, libc::O_CLOEXEC) };
    if raised == -1 {
        return Err(io::Error::last_os_error());
    }
    drop(fd);
    // SAFETY: dup3 has just made this descriptor, and nothing else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(raised) })
}

/// Whether this number is an open descriptor.
#[allow(unsafe_code, reason = "a number that may be nobody's")]
pub(super) fn is_open(number: RawFd) -> bool {
    // SAFETY: F_GETFD reads a flag and fails on a free number.
    unsafe { libc::fcntl(number, libc::F_GETFD) != -1 }
}

/// Makes a descriptor be closed by exec.
///
/// # Errors
/// EBADF when the number is free.
#[allow(unsafe_code, reason = "a number received as an argument")]
pub(super) fn close_on_exec(number: RawFd) -> io::Result<()> {
    // SAFETY: F_SETFD changes one flag and fails on a free number.
    let done = unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
    if done == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Closes every descriptor from 3 on, except these.
pub(super) fn close_others(kept: &[RawFd]) {
    for (first, last) in gaps(kept) {
        if !close_range(first, last, 0) {
            (first..=last.min(SELECTABLE * 64)).for_each(close);
        }
    }
}

/// Makes exec close every descriptor from 3 on, except these. Only direct system calls: a forked child of a
/// threaded process may run it. Nothing is done before Linux 5.11, where `close_others` does it after exec.
pub(super) fn close_others_on_exec(kept: [RawFd; 2]) {
    let (low, high) = (kept[0].min(kept[1]), kept[0].max(kept[1]));
    for (first, last) in [(FIRST, low - 1), (low + 1, high - 1), (high + 1, RawFd::MAX)] {
        if first <= last {
            close_range(first, last, libc::CLOSE_RANGE_CLOEXEC);
        }
    }
}

/// The ranges of numbers from 3 on that hold none of these.
fn gaps(kept: &[RawFd]) -> Vec<(RawFd, RawFd)> {
    let mut kept = kept.to_vec();
    kept.sort_unstable();
    let mut first = FIRST;
    let mut gaps = Vec::new();
    for number in kept.into_iter().filter(|number| *number >= FIRST) {
        if first < number {
            gaps.push((first, number - 1));
        }
        first = number + 1;
    }
    gaps.push((first, RawFd::MAX));
    gaps
}

#[allow(unsafe_code, reason = "close_range has no wrapper in older C libraries")]
fn close_range(first: RawFd, last: RawFd, flags: libc::c_uint) -> bool {
    // SAFETY: callers name only numbers that nothing of ours owns in this process.
    unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) == 0 }
}

/// Closes a number that may be free.
#[allow(unsafe_code, reason = "a number that may be nobody's")]
pub(super) fn close(number: RawFd) {
    // SAFETY: callers name only numbers that nothing of ours owns in this process.
    unsafe { libc::close(number) };
}

/// Makes every socket of this process reset its connection when it is closed for the last time, those accepted from
/// now on included (they inherit it). Only those of TCP listen to it.
#[allow(unsafe_code, reason = "numbers that are not ours")]
pub(super) fn reset_when_closed() {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let at_once = libc::linger { l_onoff: 1, l_linger: 0 };
    let value = (&raw const at_once).cast();
    let length = libc::socklen_t::try_from(size_of_val(&at_once)).unwrap_or_default();
    for number in entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        // SAFETY: the value outlives the call; a number that is no socket is refused.
        unsafe { libc::setsockopt(number, libc::SOL_SOCKET, libc::SO_LINGER, value, length) };
    }
}

/// What a descriptor refers to, by device and inode mixed: enough to tell whether it was replaced.
pub(super) fn inode(number: RawFd) -> u64 {
    std::fs::metadata(format!("/proc/self/fd/{number}"))
        .map_or(0, |metadata| std::os::unix::fs::MetadataExt::ino(&metadata))
}

#[cfg(test)]
mod tests {
    use super::{gaps, raise};
    use std::os::fd::{AsRawFd, RawFd};

    #[test]
    fn gaps_hold_all_but_the_kept() {
        assert_eq!(gaps(&[]), [(3, RawFd::MAX)]);
        assert_eq!(gaps(&[63, 62]), [(3, 61), (64, RawFd::MAX)]);
        assert_eq!(gaps(&[3, 5]), [(4, 4), (6, RawFd::MAX)]);
    }

    #[test]
    fn a_raised_descriptor_is_high() {
        let (one, _two) = crate::live::control_channel::pair().unwrap();
        let low = one.as_raw_fd();
        let raised = raise(one).unwrap();
        assert!(raised.as_raw_fd() > low);
        assert!(raised.as_raw_fd() < 1024);
    }
}
