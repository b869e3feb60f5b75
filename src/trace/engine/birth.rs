//! New tasks and new programs.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;

use crate::observed::{TraceNote, What};
use crate::syscall::sys::Sys;
use crate::trace::engine::Engine;
use crate::trace::memory::TaskMemory;
use crate::trace::privilege;
use crate::trace::ptrace;
use crate::trace::raw::Raw;
use crate::trace::search::status_field;
use crate::trace::task::{Process, Task};

const CLONE_VM: u64 = 0x100;
const CLONE_FILES: u64 = 0x400;
const CLONE_THREAD: u64 = 0x1_0000;
pub(super) const CLONE_UNTRACED: u64 = 0x80_0000;

impl Engine<'_> {
    /// The tasks that are there when the trace begins.
    pub(super) fn settle(&mut self, tasks: &[i32], every: bool) {
        let pid = self.root.pid;
        self.table.processes.insert(pid, Process::new(pid, every));
        for tid in tasks {
            self.table.tasks.insert(*tid, Task::new(pid));
        }
        if self.root.attached {
            for tid in tasks {
                self.emit(*tid, What::Born { parent: None });
            }
            self.note(pid, TraceNote::AttachedIsSlow);
        }
    }

    /// A task has made another one, which may have stopped before this was told.
    pub(super) fn born(&mut self, parent: i32) {
        let new = ptrace::event_message(parent).and_then(|message| i32::try_from(message).ok());
        let end = new.and_then(|new| self.early.remove(&new));
        let told = end == Some(None) || new.is_some_and(|new| self.table.tasks.contains_key(&new));
        if let Some(new) = new.filter(|_| !told) {
            let call = self.table.tasks.get(&parent).and_then(|task| task.call.as_ref());
            let flags = call.and_then(|call| call.clone_flags);
            let inherited = call.map(|call| (call.raw.abi, call.change.clone()));
            self.welcome(new, Some(parent), flags);
            if let Some(task) = self.table.tasks.get_mut(&new) {
                task.inherited = inherited.filter(|inherited| !inherited.1.is_nothing());
            }
        }
        self.resume(parent, 0);
        let stop = new.and_then(|new| self.unclaimed.remove(&new));
        if let (Some(new), Some(status)) = (new, stop.or(end.flatten())) {
            self.report(new, status);
        }
    }

    fn welcome(&mut self, new: i32, parent: Option<i32>, flags: Option<u64>) {
        let pid = match flags {
            Some(flags) if flags & CLONE_THREAD == 0 => new,
            Some(_) => parent.map_or(new, |parent| self.table.pid(parent)),
            None => number(new, "Tgid:").unwrap_or(new),
        };
        if !self.table.processes.contains_key(&pid) {
            let shared = flags.is_some_and(|flags| flags & CLONE_FILES != 0);
            let from = parent.map(|parent| self.table.pid(parent));
            let from = from.and_then(|pid| self.table.processes.get(&pid));
            let process = from.map_or_else(|| Process::new(pid, self.root.attached), |from| from.child(pid, shared));
            self.table.processes.insert(pid, process);
        }
        self.table.tasks.insert(new, Task::new(pid));
        self.emit(new, What::Born { parent });
    }

    /// Tasks whose makers will not tell any more: those of a process that has lost a task, or all of them.
    pub(super) fn adopt(&mut self, maker: Option<i32>) {
        if self.unclaimed.is_empty() {
            return;
        }
        let made = |tid: i32| {
            let is = |name: &str, pid: i32| number(tid, name) == Some(pid);
            maker.is_none_or(|pid| is("PPid:", pid) || is("Tgid:", pid))
        };
        let (adopted, kept) = self.unclaimed.drain().partition::<HashMap<_, _>, _>(|(tid, _)| made(*tid));
        self.unclaimed = kept;
        for (tid, status) in adopted {
            let parent = number(tid, "PPid:").filter(|parent| self.table.tasks.contains_key(parent));
            self.welcome(tid, parent, None);
            if let Some(task) = self.table.tasks.get_mut(&tid) {
                task.adopted = true;
            }
            self.report(tid, status);
        }
    }

    /// The registers of a new task are those of the call that made it: what was changed there is put back here.
    pub(super) fn settle_newborn(&mut self, tid: i32) {
        let Some(task) = self.table.tasks.get_mut(&tid) else { return };
        if let Some((abi, change)) = task.inherited.take() {
            let alone = task.pid == tid;
            change.put_back_in_newborn(tid, abi, alone);
        }
    }

    /// The process runs another program.
    pub(super) fn executed(&mut self, tid: i32) {
        let former = ptrace::event_message(tid).and_then(|former| i32::try_from(former).ok()).unwrap_or(tid);
        self.table.renew(tid, former);
        self.held.retain(|held| held.1 != former && held.1 != tid);
        self.sources.forget(tid);
        let first = self.root.launched.take().is_some();
        if first {
            self.emit(tid, What::Born { parent: None });
        }
        let (program, arguments) = command_line(tid);
        if let Some(process) = self.table.process_of(tid) {
            process.pages.borrow_mut().clear();
        }
        self.emit(tid, What::Executed { program, arguments });
        if let Some(program) = privilege::lost(tid) {
            self.note(tid, TraceNote::PrivilegeLost { program });
        }
        for note in std::mem::take(&mut self.root.notes) {
            self.note(tid, note);
        }
        self.resume(tid, 0);
        self.adopt(Some(tid));
    }
}

/// The flags of a call that makes a task; `None` for other calls, and where they cannot be read.
#[must_use]
pub(super) fn clone_flags(tid: i32, raw: &Raw) -> Option<u64> {
    match raw.sys {
        Sys::Fork => Some(0),
        Sys::Vfork => Some(CLONE_VM),
        Sys::Clone => Some(raw.arguments[0]),
        // The first member of struct clone_args.
        Sys::Clone3 => TaskMemory(tid).u64(raw.arguments[0]),
        _ => None,
    }
}

fn number(tid: i32, field: &str) -> Option<i32> {
    status_field(tid, field)?.parse().ok()
}

fn command_line(pid: i32) -> (Vec<u8>, Vec<Vec<u8>>) {
    let program = std::fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let line = line.strip_suffix(b"\0").unwrap_or(&line);
    let arguments = line.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    (program.as_os_str().as_bytes().to_vec(), arguments)
}
