//! Signals that socketlab sends to actors: to a process by its pidfd, to one thread of it by its number.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::live::kernel::Identity;

/// Interrupts the call in which a thread sleeps. It is the last real-time signal but one, which no lesson names.
pub(super) fn interruption() -> i32 {
    libc::SIGRTMAX() - 1
}

/// Interrupts the call in which this thread sleeps.
///
/// # Errors
/// ESRCH once it is gone.
#[allow(unsafe_code, reason = "a real-time signal to one thread, which nix refuses")]
pub(super) fn interrupt(thread: Identity) -> io::Result<()> {
    // SAFETY: tgkill(2) takes three numbers; the pid is ours to reap, so it names no other process.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, thread.pid, thread.tid, interruption()) };
    if sent == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Sends a signal to exactly this process, never to another that took its number; 0 only asks whether it is there.
///
/// # Errors
/// ESRCH once it was reaped.
#[allow(unsafe_code, reason = "pidfd_send_signal has no wrapper")]
pub(super) fn send_signal(pidfd: &OwnedFd, signal: i32) -> io::Result<()> {
    let nothing: *const libc::siginfo_t = std::ptr::null();
    // SAFETY: no siginfo is given, and the descriptor is open.
    let sent = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd.as_raw_fd(), signal, nothing, 0) };
    if sent == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
