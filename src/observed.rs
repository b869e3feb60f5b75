//! What a tracer saw of a program, one step after the other: the one vocabulary between `trace`, which watches,
//! `diagnose`, which judges, and `event`, which shows. Pure values.

use serde::{Deserialize, Serialize};

use crate::state::Cause;
use crate::syscall::call::{Call, Outcome};
use crate::syscall::fault::Fault;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

/// How many bytes of each transfer are kept, at most.
pub const CAPTURE: usize = 8192;

/// How many bytes of a constant are looked at after those that are sent, at most.
pub const BEYOND: usize = 64;

/// One thing that happened, to one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Microseconds since the trace began (CLOCK_MONOTONIC).
    pub at_us: u64,
    /// The process (thread group).
    pub pid: i32,
    /// The task (thread); equal to `pid` for the first one.
    pub tid: i32,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// A task appears. `parent` is the task that made it, where one was seen to: the first one, and those that were
    /// attached, have none. For a new process `pid` and `tid` are equal; for a thread they differ.
    Born {
        parent: Option<i32>,
    },
    /// execve(2) succeeded: the process is another program now, and its other threads are gone.
    Executed {
        program: Vec<u8>,
        arguments: Vec<Vec<u8>>,
    },
    /// The task is stopped at the entry of a call, which has not begun.
    Entered(Box<Traced>),
    Returned(Box<Return>),
    /// A signal is delivered to the task: its handler runs, or its default action happens.
    Signalled {
        signal: Signal,
        sender: Option<i32>,
    },
    /// Job control stopped the process.
    Stopped {
        signal: Signal,
    },
    /// The last task of the process is about to end; its descriptors are still open.
    Ending {
        open: Vec<Open>,
    },
    /// The process (or, where `tid` differs from `pid`, the thread) ended by itself.
    Exited {
        code: i32,
    },
    Killed {
        signal: Signal,
        core: bool,
    },
    /// The program and its peer, both seen asleep in a receive on one connection with nothing in either queue.
    Deadlock {
        fd: i32,
        peer: Peer,
        source: Option<SourceLine>,
    },
    /// Asleep in epoll_wait(2) or select(2), while bytes (or, where it listens, clients) wait on a socket that the process
    /// holds: watched edge-triggered, or not watched by this call.
    Unread {
        fd: i32,
        bytes: u64,
        edge: bool,
    },
    Note(TraceNote),
}

/// A call, as it was seen at its entry; out-parameters and received bytes are filled once it has returned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Traced {
    pub sys: Sys,
    /// As C writes it: `send` for a sendto(2) without an address, `fork` for a clone(2) that is one.
    pub call: Call,
    /// The descriptor in question, where the call is about one.
    pub fd: Option<i32>,
    /// What that descriptor refers to, at the entry.
    pub subject: Option<Subject>,
    /// The bytes to send, or those received.
    pub payload: Option<Payload>,
    /// Unread bytes of a stream socket at the entry of close(2).
    pub unread: Option<u32>,
    /// The value-result length of accept and of its like, before the call (`None`: a NULL or a bad pointer). For an
    /// AF_UNIX address given to connect or sendto, the length that it has in memory, where the one given cuts its path.
    pub length_in: Option<i64>,
    /// How select(2) was given its sets; `None` for other calls.
    pub sets: Option<Sets>,
    /// What this machine says of the cause of a failure.
    pub cause: Option<Cause>,
    /// Where in the program, where its debug information says it.
    pub source: Option<SourceLine>,
    /// The fault that was provoked here.
    pub injected: Option<Fault>,
}

#[cfg(test)]
impl Traced {
    /// A call of which nothing more is known.
    #[must_use]
    pub fn bare(sys: Sys, call: Call) -> Traced {
        Traced {
            sys,
            call,
            fd: None,
            subject: None,
            payload: None,
            unread: None,
            length_in: None,
            sets: None,
            cause: None,
            source: None,
            injected: None,
        }
    }
}

impl Traced {
    /// Whether the call waits for descriptors to be ready. pause(3) of aarch64 is a ppoll(2) of none, for ever.
    #[must_use]
    pub fn awaits_readiness(&self) -> bool {
        self.sys.awaits_readiness() && self.call.name != Name::Pause
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Return {
    pub traced: Traced,
    pub ending: Ending,
    /// Microseconds between entry and return, as the tracer measured them.
    pub duration_us: u64,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ending {
    Done(Outcome),
    /// A signal interrupted it and the kernel restarts it (ERESTARTSYS and its like), or makes it fail with EINTR
    /// once a handler has run: the next step of this task tells which.
    Interrupted,
}

/// The bytes of a transfer, gathered over all its buffers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    pub direction: Direction,
    /// At most [`CAPTURE`] of them. Before a receive has returned: none.
    pub data: Vec<u8>,
    /// How many bytes were asked for: the length given to send, the capacity given to recv.
    pub asked: u64,
    /// Datagrams: the real length of the one received, where the kernel said it was cut (MSG_TRUNC).
    pub truncated: bool,
    /// Where the first buffer lies in the program's memory; 0 where that is not known.
    #[serde(skip)]
    pub address: u64,
    /// What follows that buffer, where all of it is to be sent and it is the beginning of a constant: at most [`BEYOND`]
    /// bytes.
    #[serde(skip)]
    pub beyond: Vec<u8>,
}

/// The sets of a select(2), beyond what its list of descriptors shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sets {
    /// Descriptors that a set holds and that its first argument leaves out, in the machine words that the kernel reads.
    pub left_out: Vec<i32>,
    /// Where the set of those to read lies.
    #[serde(skip)]
    pub read: u64,
    /// Two of them are the same memory: what is ready in one is taken out of the other.
    pub shared: bool,
}

/// What a descriptor refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Subject {
    /// `family` and `socket_type` are those of socket(2), without its flags; 0 where the kernel would not say.
    Socket {
        family: i32,
        socket_type: i32,
        inode: u64,
    },
    Pipe,
    Terminal,
    /// A regular file.
    File,
    /// /dev/null and other devices, event counters, epoll…
    Other,
    /// No such descriptor.
    Closed,
}

impl Subject {
    #[must_use]
    pub fn is_socket(self) -> bool {
        matches!(self, Subject::Socket { .. })
    }
}

/// A socket that is still open when a process ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    pub fd: i32,
    pub subject: Subject,
    /// Unread bytes of a stream socket, where the kernel says it.
    pub unread: Option<u32>,
    /// The peer of a TCP connection has left: CLOSE_WAIT.
    pub peer_left: bool,
}

/// The other end of a local connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    pub pid: i32,
    pub command: String,
}

/// A line of the program's source, from its debug information (DWARF).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceLine {
    /// The file's name, without its folders; as the compiler wrote it, so never trusted.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// The function, where known.
    pub function: Option<String>,
}

/// Facts of a trace worth a sentence that are nobody's call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum TraceNote {
    /// An attached program stops at every call: no filter can be installed from outside.
    AttachedIsSlow,
    /// The program is set-user-ID or set-group-ID, or has capabilities: traced, it gets none of them.
    PrivilegeLost { program: String },
    /// Operations handed to io_uring are not seen.
    IoUring { pid: i32 },
    /// A program of the other architecture of this machine (i386 under x86-64).
    ThirtyTwoBits { pid: i32 },
    /// The leak check of AddressSanitizer needs ptrace, which is taken: it is off.
    LeakCheckOff,
    /// The traced program tried to trace: refused, a task has one tracer.
    TracerRefused { pid: i32 },
    /// The time asked for with --timeout is over.
    TimeIsOver { seconds: u64 },
    /// A fault that was asked for and never happened; `seen` calls of that name were made.
    FaultUnused { fault: Fault, seen: u64 },
    /// The program's processes that were still there were ended.
    Ended { processes: u64 },
    /// Detached: the program goes on without us.
    Detached { pid: i32 },
}

#[cfg(test)]
mod tests {
    use super::{Subject, Traced};
    use crate::syscall::call::Call;
    use crate::syscall::sys::Sys;

    #[test]
    fn calls_that_wait_for_descriptors_to_be_ready() {
        for (sys, name, awaits) in [
            (Sys::Poll, "poll", true),
            (Sys::Ppoll, "poll", true),
            (Sys::Select, "select", true),
            (Sys::Pselect6, "select", true),
            (Sys::EpollWait, "epoll_wait", true),
            (Sys::EpollPwait, "epoll_wait", true),
            (Sys::EpollPwait2, "epoll_wait", true),
            (Sys::Ppoll, "pause", false),
            (Sys::Read, "read", false),
            (Sys::EpollCtl, "epoll_ctl", false),
        ] {
            let traced = Traced::bare(sys, Call { name: name.into(), arguments: Vec::new() });
            assert_eq!(traced.awaits_readiness(), awaits, "{sys:?} {name}");
        }
    }

    #[test]
    fn a_descriptor_may_be_no_socket() {
        assert!(Subject::Socket { family: 2, socket_type: 1, inode: 7 }.is_socket());
        for subject in [Subject::Pipe, Subject::Terminal, Subject::File, Subject::Other, Subject::Closed] {
            assert!(!subject.is_socket(), "{subject:?}");
        }
    }
}
