//! What is remembered of each traced task and of each process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use crate::observed::Traced;
use crate::trace::descriptors::{Descriptors, Holder};
use crate::trace::injection::Change;
use crate::trace::memory::Pages;
use crate::trace::raw::{Abi, Raw};

/// A call between its entry and its return.
#[derive(Debug)]
pub struct InFlight {
    pub raw: Raw,
    pub traced: Traced,
    pub since: Instant,
    pub stack: u64,
    /// What was changed of it, to be put back.
    pub change: Change,
    /// Flags of clone(2) and of its like.
    pub clone_flags: Option<u64>,
}

/// A call that a signal interrupted: the same one may begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted {
    pub raw: Raw,
    pub stack: u64,
}

/// A thread.
#[derive(Debug)]
pub struct Task {
    pub pid: i32,
    pub call: Option<Box<InFlight>>,
    pub interrupted: Option<Interrupted>,
    /// A ptrace(2) of its own has begun, and its refusal is worth a word.
    pub tracing: Option<Tracing>,
    /// It is about to end.
    pub leaving: bool,
    /// Its maker did not tell of it, and may still do.
    pub adopted: bool,
    /// Register changes that a new task inherited from the call that made it.
    pub inherited: Option<(Abi, Change)>,
}

/// A ptrace(2) of a traced program.
#[derive(Debug, Default)]
pub struct Tracing {
    pub change: Change,
}

impl Task {
    #[must_use]
    pub fn new(pid: i32) -> Task {
        Task { pid, call: None, interrupted: None, tracing: None, leaving: false, adopted: false, inherited: None }
    }
}

/// A thread group.
#[derive(Debug)]
pub struct Process {
    pub files: Rc<RefCell<Descriptors>>,
    pub holder: Holder,
    /// What is known of its memory.
    pub pages: RefCell<Pages>,
    /// Stopped by job control, and said.
    pub stopped: bool,
    /// Its standard descriptors may be sockets: it stops at every call.
    pub every: bool,
    pub ring: bool,
}

impl Process {
    #[must_use]
    pub fn new(pid: i32, every: bool) -> Process {
        Process {
            files: Rc::default(),
            holder: Holder::new(pid),
            pages: RefCell::default(),
            stopped: false,
            every,
            ring: false,
        }
    }

    /// A process that this one made; they share their descriptors or have copies.
    #[must_use]
    pub fn child(&self, pid: i32, shared: bool) -> Process {
        let copy = || Rc::new(RefCell::new(self.files.borrow().clone()));
        let files = if shared { Rc::clone(&self.files) } else { copy() };
        Process {
            files,
            holder: Holder::new(pid),
            pages: RefCell::default(),
            stopped: false,
            every: self.every,
            ring: false,
        }
    }
}

/// Every traced task and process.
#[derive(Debug, Default)]
pub struct TaskTable {
    pub tasks: BTreeMap<i32, Task>,
    pub processes: BTreeMap<i32, Process>,
}

impl TaskTable {
    #[must_use]
    pub fn pid(&self, tid: i32) -> i32 {
        self.tasks.get(&tid).map_or(tid, |task| task.pid)
    }

    /// How many tasks of the process are not about to end.
    #[must_use]
    pub fn staying(&self, pid: i32) -> usize {
        self.tasks.values().filter(|task| task.pid == pid && !task.leaving).count()
    }

    pub fn process_of(&mut self, tid: i32) -> Option<&mut Process> {
        let pid = self.pid(tid);
        self.processes.get_mut(&pid)
    }

    /// The task is gone; with the last one of a process, the process.
    pub fn remove(&mut self, tid: i32) {
        let Some(task) = self.tasks.remove(&tid) else { return };
        if !self.tasks.values().any(|other| other.pid == task.pid) {
            self.processes.remove(&task.pid);
        }
    }

    /// A new program: `former` is the task that asked for it, and is the first one now.
    pub fn renew(&mut self, pid: i32, former: i32) {
        let mut task = self.tasks.remove(&former).unwrap_or_else(|| Task::new(pid));
        self.tasks.retain(|_, other| other.pid != pid);
        (task.pid, task.call, task.interrupted) = (pid, None, None);
        self.tasks.insert(pid, task);
        let every = self.processes.get(&pid).is_some_and(|process| process.every);
        self.processes.insert(pid, Process::new(pid, every));
    }
}
