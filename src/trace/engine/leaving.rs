//! The ends of tasks and of processes.

use crate::observed::What;
use crate::syscall::signal::Signal;
use crate::trace::Status;
use crate::trace::descriptors::Holder;
use crate::trace::engine::Engine;
use crate::trace::engine::lifecycle::Phase;

impl Engine<'_> {
    /// A task is about to end. Its call, if it was in one, never returns.
    pub(super) fn ending(&mut self, tid: i32) {
        let pid = self.table.pid(tid);
        if let Some(task) = self.table.tasks.get_mut(&tid) {
            (task.leaving, task.call) = (true, None);
        }
        self.held.retain(|held| held.1 != tid);
        let last = self.table.staying(pid) == 0;
        if last && self.phase == Phase::Running && self.root.launched.is_none() {
            let open = Holder::new(tid).open_sockets();
            self.emit(tid, What::Ending { open });
        }
        self.resume(tid, 0);
    }

    /// A task has ended.
    pub(super) fn gone(&mut self, tid: i32, status: i32) {
        self.unclaimed.remove(&tid);
        let Some(task) = self.table.tasks.get(&tid) else {
            self.early.insert(tid, Some(status));
            return;
        };
        let pid = task.pid;
        if task.adopted {
            self.early.insert(tid, None);
        }
        let ran = self.root.launched.is_none();
        if tid == self.root.pid {
            self.root_gone(status);
        }
        if ran {
            self.emit(tid, ended(status));
        }
        self.table.remove(tid);
        self.held.retain(|held| held.1 != tid);
        if !self.table.processes.contains_key(&pid) {
            self.sources.forget(pid);
        }
        self.adopt(Some(pid));
    }

    fn root_gone(&mut self, status: i32) {
        match self.root.launched.take() {
            Some(launched) if self.phase == Phase::Running => {
                let failure = launched.failure();
                self.fail(failure);
            }
            Some(_) => {}
            None => self.root.status = Some(status_of(status)),
        }
    }
}

fn status_of(status: i32) -> Status {
    if libc::WIFEXITED(status) {
        Status::Exited(libc::WEXITSTATUS(status))
    } else {
        Status::Killed(Signal::new(libc::WTERMSIG(status)))
    }
}

fn ended(status: i32) -> What {
    match status_of(status) {
        Status::Exited(code) => What::Exited { code },
        Status::Killed(signal) => What::Killed { signal, core: libc::WCOREDUMP(status) },
    }
}
