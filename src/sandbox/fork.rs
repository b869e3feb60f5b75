//! fork(2) in a program that has threads, for a server that gives each client a process.
//!
//! Only the thread that forks lives in the child. Whatever lock another thread held then is held there for ever: the
//! child must use no object that other threads of the parent lock, and builds what it needs anew. glibc makes its
//! allocator usable again.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, sigaction};
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid};

/// The code of a child that panicked: our fault (EX_SOFTWARE, sysexits.h).
const BROKEN: i32 = 70;

/// Signals for which the parent may have handlers, which are not the child's: they would speak to the parent.
const HANDLED: [Signal; 9] = [
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGCHLD,
    Signal::SIGWINCH,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// The child's process. The child runs `body` and ends with the code that it gives, whatever happens: it never returns
/// from here, and no destructor of the caller's runs in it. It ignores Ctrl-C, which is the parent's to hear, and is
/// killed when the thread that called this ends.
///
/// # Safety
/// `body` uses no object that another thread of this process may lock or change: only what it builds itself, what it
/// alone was given, the allocator, and calls of the kernel. It writes neither on stdout nor on stderr through `std`.
///
/// # Errors
/// Those of fork(2): EAGAIN where no more processes are allowed, ENOMEM.
#[allow(unsafe_code, reason = "fork(2) in a program that has threads")]
pub unsafe fn child(body: impl FnOnce() -> i32) -> io::Result<Pid> {
    let parent = getpid();
    // No signal is handled in the child before it has dispositions of its own.
    let mask = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    // SAFETY: beside `body`, of which the caller answers, the child allocates and makes calls of the kernel.
    let forked = unsafe { fork() };
    if let Ok(ForkResult::Child) = forked {
        let live = || {
            settle();
            let _ = mask.thread_set_mask();
            // The parent may have ended before the kernel was asked to tell of it.
            if getppid() == parent { body() } else { BROKEN }
        };
        let code = catch_unwind(AssertUnwindSafe(live)).unwrap_or(BROKEN);
        // SAFETY: _exit ends the process without running what the parent registered for its own end.
        #[allow(unsafe_code)]
        unsafe {
            libc::_exit(code)
        }
    }
    let _ = mask.thread_set_mask();
    match forked? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// The signals of a child.
fn settle() {
    let _ = set_pdeathsig(Signal::SIGKILL);
    let default = |signal| (signal, SigHandler::SigDfl);
    for (signal, handler) in HANDLED.map(default).into_iter().chain([(Signal::SIGINT, SigHandler::SigIgn)]) {
        let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
        // SAFETY: no handler is installed, only the two dispositions that run no code.
        #[allow(unsafe_code)]
        let _ = unsafe { sigaction(signal, &action) };
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::wait::{WaitStatus, waitpid};

    use super::{BROKEN, child};

    #[test]
    #[allow(unsafe_code, reason = "the function tested")]
    fn a_child_ends_with_its_code_even_by_a_panic() {
        // SAFETY: neither body touches anything.
        let born = unsafe { child(|| 7) }.unwrap();
        assert_eq!(waitpid(born, None).unwrap(), WaitStatus::Exited(born, 7));
        // SAFETY: the same.
        let broken = unsafe { child(|| std::panic::resume_unwind(Box::new("on purpose"))) }.unwrap();
        assert_eq!(waitpid(broken, None).unwrap(), WaitStatus::Exited(broken, BROKEN));
    }
}
