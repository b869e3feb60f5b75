//! What a report of waitpid(2) means.

use crate::observed::What;
use crate::syscall::signal::Signal;
use crate::trace::engine::Engine;
use crate::trace::engine::lifecycle::{self, Phase};
use crate::trace::ptrace::{self, Go};
use crate::trace::search::status_field;

impl Engine<'_> {
    pub(super) fn report(&mut self, tid: i32, status: i32) {
        if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
            return self.gone(tid, status);
        }
        if !self.table.tasks.contains_key(&tid) {
            self.early.remove(&tid);
            self.unclaimed.insert(tid, status);
            return;
        }
        if matches!(self.phase, Phase::Killing { .. }) {
            lifecycle::signal(tid, libc::SIGKILL);
        }
        let signal = libc::WSTOPSIG(status);
        match status >> 16 {
            ptrace::EVENT_SECCOMP => self.at_call(tid),
            0 if signal == libc::SIGTRAP | 0x80 => self.at_call(tid),
            ptrace::EVENT_FORK | ptrace::EVENT_VFORK | ptrace::EVENT_CLONE => self.born(tid),
            ptrace::EVENT_EXEC => self.executed(tid),
            ptrace::EVENT_EXIT => self.ending(tid),
            ptrace::EVENT_STOP => self.stopped(tid, signal),
            0 => self.signalled(tid, signal),
            _ => self.resume(tid, 0),
        }
    }

    /// Job control, the first stop of a new task, or an interruption of ours.
    fn stopped(&mut self, tid: i32, signal: i32) {
        self.settle_newborn(tid);
        let by_job_control = matches!(signal, libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU);
        let Some(process) = self.table.process_of(tid) else { return self.resume(tid, 0) };
        let said = std::mem::replace(&mut process.stopped, by_job_control);
        if !by_job_control {
            return self.resume(tid, 0);
        }
        if !said && self.root.launched.is_none() {
            self.emit(tid, What::Stopped { signal: Signal::new(signal) });
        }
        if self.phase == Phase::Detaching {
            return self.resume(tid, 0);
        }
        ptrace::go(tid, Go::Listen, 0);
    }

    /// A signal is about to be delivered, unchanged.
    fn signalled(&mut self, tid: i32, signal: i32) {
        if self.root.launched.is_none() && !is_ignored(tid, signal) {
            let sender = ptrace::sender(tid);
            self.emit(tid, What::Signalled { signal: Signal::new(signal), sender });
        }
        self.resume(tid, signal);
    }
}

/// Whether the signal does nothing: a traced task stops for it all the same.
fn is_ignored(tid: i32, signal: i32) -> bool {
    let has = |name: &str| {
        let mask = status_field(tid, name).and_then(|mask| u64::from_str_radix(&mask, 16).ok());
        mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    };
    let harmless = matches!(signal, libc::SIGCHLD | libc::SIGURG | libc::SIGWINCH);
    has("SigIgn:") || harmless && !has("SigCgt:")
}
