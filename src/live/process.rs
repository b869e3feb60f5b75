//! One process that socketlab follows: an actor that it started, or a fork of one.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use crate::live::output::Output;
use crate::live::signal::send_signal;
use crate::syscall::call::Outcome;
use crate::syscall::signal::Signal;

/// How long a killed process may take to be gone, in milliseconds: it may be in the middle of a page fault.
const DEATH_LIMIT: u16 = 2000;
/// How long a parent that has just reaped it may take to say so.
pub(super) const CLAIM: Duration = Duration::from_millis(300);

/// One process.
#[derive(Debug)]
pub(super) struct Process {
    pub pid: i32,
    /// The actor of its first thread.
    pub name: String,
    /// The process that socketlab started and whose group this one is in: itself, or an ancestor.
    pub leader: i32,
    /// Present in those that socketlab started.
    pub child: Option<Child>,
    pub pidfd: OwnedFd,
    /// What it writes on its descriptors 1 and 2, until their end.
    pub outputs: [Output; 2],
    /// Kept by a leader: closing it makes the kernel kill the whole group.
    pub life: Option<OwnedFd>,
    pub hidden: Vec<RawFd>,
    /// The exit code that it announced.
    pub exiting: Option<i32>,
    /// The status that its parent collected.
    pub reaped: Option<i32>,
    /// Since when it has ended without anybody saying how.
    pub unclaimed: Option<Instant>,
    /// Its end was reported.
    pub over: bool,
}

impl Process {
    /// A process without anything of a leader's.
    pub(super) fn new(name: &str, (pid, leader): (i32, i32), pidfd: OwnedFd, outputs: [Option<OwnedFd>; 2]) -> Process {
        Process {
            pid,
            name: name.to_owned(),
            leader,
            child: None,
            pidfd,
            outputs: outputs.map(Output::new),
            life: None,
            hidden: Vec::new(),
            exiting: None,
            reaped: None,
            unclaimed: None,
            over: false,
        }
    }

    fn ends_within(&self, patience: PollTimeout) -> bool {
        let mut watched = [PollFd::new(self.pidfd.as_fd(), PollFlags::POLLIN)];
        poll(&mut watched, patience).is_ok_and(|ready| ready > 0)
    }

    /// Whether it is still in the process table, be it as a zombie.
    pub(super) fn is_known(&self) -> bool {
        send_signal(&self.pidfd, 0).is_ok()
    }

    /// What came of it; `None` where only its parent can tell, and has not yet.
    pub(super) fn outcome(&mut self) -> Option<Outcome> {
        let status = self.own_status().or(self.reaped).or_else(|| self.zombie_status());
        if let Some(outcome) = status.map(outcome_of).or(self.exiting.map(Outcome::Exited)) {
            return Some(outcome);
        }
        // Reaped by the kernel (SIGCHLD ignored), nobody knows how it ended, except that it announced no exit.
        let since = *self.unclaimed.get_or_insert_with(Instant::now);
        (since.elapsed() >= CLAIM).then_some(Outcome::Killed(Signal::SIGKILL))
    }

    /// The status of a process that is our child: by birth, or by adoption when its parent died.
    fn own_status(&mut self) -> Option<i32> {
        match &mut self.child {
            Some(child) => child.wait().ok().map(ExitStatusExt::into_raw),
            None => self.adopted_status(),
        }
    }

    #[allow(unsafe_code, reason = "nix loses the status of a real-time signal")]
    fn adopted_status(&self) -> Option<i32> {
        let mut status = 0;
        // SAFETY: the status outlives the call, which does not wait.
        let reaped = unsafe { libc::waitpid(self.pid, &raw mut status, libc::WNOHANG) };
        (reaped == self.pid).then_some(status)
    }

    /// The field `exit_code` of /proc/PID/stat (proc_pid_stat(5), 52), there until the parent asks.
    fn zombie_status(&self) -> Option<i32> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?;
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<_> = fields.split_whitespace().collect();
        let status = fields.get(49)?.parse().ok()?;
        (fields.first() == Some(&"Z") && self.is_known()).then_some(status)
    }

    /// Kills it, and the whole group of a leader; waits until it is gone, and reaps what is ours.
    pub(super) fn kill(&mut self) {
        let killed_by_number = self.child.is_some() && !self.over;
        if killed_by_number {
            // Not reaped yet: no other group can have this number.
            nix::sys::signal::killpg(Pid::from_raw(self.pid), nix::sys::signal::Signal::SIGKILL).ok();
        }
        // The kernel kills the rest of the group, by the pipe's owner rather than by a number.
        self.life = None;
        send_signal(&self.pidfd, libc::SIGKILL).ok();
        self.ends_within(PollTimeout::from(DEATH_LIMIT));
        self.reap();
    }

    /// Reaps it, if it is ours and has ended.
    pub(super) fn reap(&mut self) {
        if let Some(child) = &mut self.child {
            child.try_wait().ok();
        } else {
            waitpid(Pid::from_raw(self.pid), Some(WaitPidFlag::WNOHANG)).ok();
        }
    }

    pub(super) fn descriptors(&self) -> impl Iterator<Item = (Part, BorrowedFd<'_>)> {
        let outputs = self.outputs.iter().enumerate();
        let outputs = outputs.filter_map(|(index, output)| Some((Part::Output(index), output.as_fd()?)));
        let end = (!self.over && self.unclaimed.is_none()).then(|| (Part::End, self.pidfd.as_fd()));
        outputs.chain(end)
    }
}

/// What of a process is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Its descriptor 1 (0 here) or 2 (1 here).
    Output(usize),
    End,
}

/// A status as wait(2) gives it.
pub(super) fn outcome_of(status: i32) -> Outcome {
    let status = ExitStatus::from_raw(status);
    match (status.code(), status.signal()) {
        (Some(code), _) => Outcome::Exited(code),
        (None, Some(signal)) => Outcome::Killed(Signal::new(signal)),
        (None, None) => Outcome::Killed(Signal::SIGKILL),
    }
}

/// Makes orphans of the actors children of this process rather than of init, so that it can reap them, and may
/// look at them where only ancestors may (Yama).
///
/// # Errors
/// Those of prctl(2).
pub(super) fn adopt_orphans() -> io::Result<()> {
    Ok(nix::sys::prctl::set_child_subreaper(true)?)
}

/// An ignored SIGCHLD, which crosses exec, would make the kernel reap the actors without a word.
///
/// # Errors
/// Those of sigaction(2).
#[allow(unsafe_code, reason = "sigaction")]
pub(super) fn learn_of_ends() -> io::Result<()> {
    use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
    let usual = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: SIG_DFL runs no code of ours.
    let before = unsafe { sigaction(Signal::SIGCHLD, &usual) }?;
    if !matches!(before.handler(), SigHandler::SigIgn) {
        // SAFETY: what was there is put back.
        unsafe { sigaction(Signal::SIGCHLD, &before) }?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::outcome_of;
    use crate::syscall::call::Outcome;
    use crate::syscall::signal::Signal;

    #[test]
    fn a_status_says_how_a_process_ended() {
        assert_eq!(outcome_of(3 << 8), Outcome::Exited(3));
        assert_eq!(outcome_of(13), Outcome::Killed(Signal::SIGPIPE));
        assert_eq!(outcome_of(0x8b), Outcome::Killed(Signal::SIGSEGV));
        assert_eq!(outcome_of(40), Outcome::Killed(Signal::new(40)));
    }
}
