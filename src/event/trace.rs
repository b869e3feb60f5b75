//! What `trace` tells beside the steps of the program.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::observed::Step;
use crate::state::{Activity, View};
use crate::syscall::call::Call;
use crate::syscall::fault::Fault;
use crate::syscall::signal::Signal;

/// What `trace` tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TraceEvent {
    Started(TraceStarted),
    /// What a traced program did.
    Step(Box<Step>),
    /// A traced task sleeps.
    Stuck(Box<Stuck>),
    Finding(Box<Finding>),
    Summary {
        calls: Vec<CallSummary>,
    },
    Finished(TraceFinished),
}

/// The first event of `trace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceStarted {
    pub format: u32,
    pub program: String,
    pub arguments: Vec<String>,
    /// The process attached to, where it ran already.
    pub attached: Option<i32>,
    pub faults: Vec<Fault>,
}

/// A task asleep in a call, what the kernel shows around it, and who would have to do what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stuck {
    /// Microseconds since the trace began, when it was looked at.
    pub at_us: u64,
    pub pid: i32,
    pub tid: i32,
    pub call: Call,
    /// How long it has slept, in milliseconds.
    pub since_ms: u64,
    pub activity: Activity,
    pub view: View,
    pub why: Why,
}

/// What a sleeping call waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Why {
    /// accept on an empty queue: a client must connect to this port.
    NoClient {
        address: String,
    },
    /// recv with nothing to read: the peer must send, or close.
    NothingToRead {
        peer: Option<String>,
        /// A datagram is what must come: nobody closes anything.
        datagram: bool,
    },
    /// Both ends of one local connection wait for the other's bytes.
    BothReceive {
        peer_pid: i32,
        peer_command: String,
    },
    /// send on a full buffer: the peer must read.
    BufferFull {
        peer: Option<String>,
        queued: u32,
    },
    /// connect without an answer: the server's queue is full, or no machine answers.
    NoAnswer {
        address: String,
    },
    /// The keyboard, or a pipe: somebody must write a line, or close it.
    Input,
    /// A pipe that nobody empties.
    Output,
    /// poll, select, epoll: none of these descriptors is ready.
    NothingReady {
        fds: Vec<i32>,
        timeout_ms: Option<u64>,
    },
    /// poll or select without any descriptor.
    NothingWatched {
        timeout_ms: Option<u64>,
    },
    /// epoll, edge-triggered: these bytes were announced once, and will not be again.
    AnnouncedBefore {
        fd: i32,
        bytes: u64,
    },
    /// wait: a child must end.
    Children,
    /// sleep, pause.
    Time,
    Unknown,
}

/// What one call did over the whole trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSummary {
    pub name: String,
    pub calls: u64,
    pub errors: u64,
    /// Bytes moved, where the call moves any.
    pub bytes: u64,
    /// Microseconds from entry to return, summed.
    pub time_us: u64,
}

/// The last event of `trace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceFinished {
    /// Exit code of the program; `None` where a signal killed it, or where it was left running.
    pub exit: Option<i32>,
    pub signal: Option<Signal>,
    pub calls: u64,
    pub errors: u64,
    pub defects: u64,
    pub weaknesses: u64,
    pub advice: u64,
    pub information: u64,
    /// Calls on plain files that were followed and not shown.
    pub hidden: u64,
}

/// Which calls are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Only {
    /// All but those on plain files.
    #[default]
    Usual,
    /// Sockets, and what waits for them.
    Network,
    All,
}
