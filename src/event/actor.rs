//! What actors do: calls, sleeps, returns, births and ends.

use serde::{Deserialize, Serialize};

use crate::lesson::model::Expected;
use crate::state::{Cause, View};
use crate::syscall::call::{Call, Outcome};

/// What an actor of a lesson, a server or a client does, and what the kernel shows around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ActorEvent {
    Process {
        actor: String,
        pid: i32,
        tid: i32,
        change: ProcessChange,
    },
    /// A call about to run, its arguments evaluated by the actor.
    Call(CallEvent),
    /// The actor is asleep inside the call.
    Blocked(Blocked),
    Returned(Returned),
    Kernel {
        view: View,
    },
    Note {
        note: Note,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProcessChange {
    Born,
    /// Ended by itself.
    Exited {
        code: i32,
    },
    /// Ended by a signal.
    Died {
        signal: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallEvent {
    pub actor: String,
    pub pid: i32,
    pub tid: i32,
    /// Line in the lesson's file, from 1; 0 outside a lesson.
    pub line: usize,
    /// The statement as the lesson writes it.
    pub source: String,
    /// Absent where the statement calls nothing (a declaration, an assignment).
    pub call: Option<Call>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blocked {
    pub actor: String,
    pub pid: i32,
    pub call: Call,
    /// The state letter of /proc/PID/stat.
    pub state: char,
    /// The kernel function it sleeps in, where shown.
    pub wchan: Option<String>,
    /// Whether the lesson said so.
    pub expected: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    pub actor: String,
    pub pid: i32,
    /// With its out-parameters filled.
    pub call: Option<Call>,
    pub outcome: Outcome,
    /// Microseconds from entry to return, as the actor measured them.
    pub duration_us: u64,
    pub expected: Judgement,
    /// What the lesson expected, where it was not met.
    pub wanted: Option<Expected>,
    /// What this machine says of the cause, where it can.
    pub cause: Option<Cause>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    Expected,
    Unexpected,
    /// It depends on a real peer: shown, not judged.
    NotJudged,
}

/// Facts worth a sentence that are nobody's call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Note {
    /// The port played instead of the lesson's.
    PortReplaced { lesson: u16, played: u16 },
    /// A socket listens on every interface.
    VisibleFromNetwork { port: u16 },
    /// Actors of this step do without a privilege that this account has.
    PrivilegeDropped { capability: String },
    /// sock_diag was refused: /proc/net is read instead.
    ProcFallback,
    /// The kernel hides what a process does.
    ActivityHidden { pid: i32 },
    /// No actor is inside a call.
    NobodySleeps,
    /// The lesson says that this actor is woken, and it does not sleep.
    NotAsleep { actor: String },
    /// Nobody woke the actor as the lesson said.
    NotWoken { actor: String },
    /// An actor woke although nobody should have woken it.
    WokenByNobody { actor: String },
    /// The lesson's remaining calls of this actor cannot run: it is still asleep, or gone.
    ActorUnavailable { actor: String, asleep: bool },
}
