//! Events: the one contract between what runs and what shows. Serialised one object a line by
//! `--format json`; `docs/json.md` describes each for scripts.

pub mod answer;
pub mod misbehaviours;
pub mod peer;
pub mod trace;

use serde::{Deserialize, Serialize};

use self::peer::{
    Client, ClientGone, ConnectFinished, ConnectStarted, Data, Listening, PeerNote, ServeFinished, ServeStarted,
};
use self::trace::{CallSummary, Stuck, TraceFinished, TraceStarted};
use crate::finding::Finding;
use crate::lesson::model::{Block, Expected, Need, Section};
use crate::observed::Step;
pub use crate::state::Cause;
use crate::state::{Activity, View};
use crate::syscall::call::{Call, Outcome};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// Version of the JSON format, in the first event of a stream.
pub const FORMAT: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    LessonStarted(LessonStarted),
    Section {
        id: String,
        title: String,
        index: usize,
        total: usize,
    },
    /// A step that this machine cannot play.
    Skipped {
        id: String,
        needs: Vec<Need>,
    },
    Text {
        blocks: Vec<Block>,
    },
    /// Something shown as it is: an example of C, a console, a request.
    Display {
        language: String,
        text: String,
    },
    Process {
        actor: String,
        pid: i32,
        tid: i32,
        change: ProcessChange,
    },
    /// A statement that is about to be run, as the lesson writes it; or, where a stranger plays this actor,
    /// what they could type.
    Statement {
        actor: String,
        line: usize,
        source: String,
        suggested: bool,
    },
    /// A call about to run, its arguments evaluated by the actor.
    Call(CallEvent),
    /// The actor is asleep inside the call.
    Blocked(Blocked),
    Returned(Returned),
    /// Bytes that an actor wrote on its descriptor 1 or 2.
    Output {
        actor: String,
        fd: i32,
        bytes: Vec<u8>,
    },
    Kernel {
        view: View,
    },
    /// A variable, byte by byte.
    Memory(Memory),
    /// The expected kernel state, and whether it was reached.
    State {
        lines: Vec<StateVerdict>,
    },
    Question {
        statement: String,
        choices: Vec<String>,
    },
    /// The learner's choice (`None` where nobody was asked) and the right one, from 0.
    Verdict(Verdict),
    Hint {
        blocks: Vec<Block>,
        index: usize,
        total: usize,
    },
    /// A stranger connected to a socket of the lesson.
    Visitor(Visitor),
    /// A role is now played by somebody outside, or again by socketlab.
    Role {
        actor: String,
        player: PlayedBy,
    },
    Note {
        note: Note,
    },
    /// The learner asked what this call, or this errno, is.
    Explanation {
        call: Option<Name>,
        errno: Option<Errno>,
    },
    /// The learner asked where in the kernel an actor is.
    Details {
        actor: String,
        pid: i32,
        activity: Activity,
    },
    Closing {
        section: Section,
        blocks: Vec<Block>,
    },
    LessonFinished {
        calls: usize,
        surprises: usize,
    },
    ServeStarted(ServeStarted),
    Listening(Listening),
    Client(Client),
    ClientGone(ClientGone),
    Data(Data),
    PeerNote {
        note: PeerNote,
    },
    ServeFinished(ServeFinished),
    ConnectStarted(ConnectStarted),
    ConnectFinished(ConnectFinished),
    TraceStarted(TraceStarted),
    /// What a traced program did.
    Traced(Box<Step>),
    /// A traced task sleeps.
    Stuck(Box<Stuck>),
    Finding(Box<Finding>),
    Summary {
        calls: Vec<CallSummary>,
    },
    TraceFinished(TraceFinished),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonStarted {
    pub format: u32,
    pub lesson: u32,
    pub slug: String,
    pub title: String,
    pub minutes: u32,
    pub objectives: Vec<String>,
    pub actors: Vec<String>,
    pub port: Option<u16>,
    pub network: Network,
    pub steps: usize,
}

/// Where the lesson's sockets live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// A network namespace of its own: every port is free, nobody else is there.
    Private,
    /// The machine's own network, on the lesson's port or the one asked for.
    Host,
    /// The machine's own network, on free ports: a private network was refused.
    FreePorts,
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    pub actor: String,
    pub source: String,
    pub ctype: String,
    pub bytes: Vec<u8>,
    pub fields: Vec<MemoryField>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryField {
    pub name: String,
    pub offset: usize,
    pub size: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateVerdict {
    /// The line as the lesson writes it.
    pub source: String,
    pub held: Judgement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub chosen: Option<usize>,
    pub right: usize,
    pub right_text: String,
    /// Why the chosen answer is wrong, where the lesson says it.
    pub wrong_because: Option<String>,
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// Its address, `192.168.1.20:50312`.
    pub address: String,
    /// Its process, where local and visible.
    pub pid: Option<i32>,
    pub command: Option<String>,
    /// The actor whose role it takes; `None`: one more visitor.
    pub role: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlayedBy {
    Socketlab,
    Stranger,
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

/// What shows events. Implementations take a writer; none of them decides anything.
pub trait Renderer {
    /// Shows one event.
    ///
    /// # Errors
    /// The writer's own: a closed pipe, a full disk.
    fn show(&mut self, event: &Event) -> std::io::Result<()>;

    /// Shows, or refreshes in place, what stays true only while the lesson waits; removed by the next `show`.
    ///
    /// # Errors
    /// The writer's own.
    fn wait(&mut self, waiting: &Waiting) -> std::io::Result<()>;

    /// Hands over what is still kept back, where anything is.
    ///
    /// # Errors
    /// The writer's own.
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    /// Somebody else is about to write on the same screen: hands over everything, and leaves the cursor at the
    /// beginning of a line.
    ///
    /// # Errors
    /// The writer's own.
    fn make_way(&mut self) -> std::io::Result<()> {
        self.flush()
    }
}

/// What the learner sees while the lesson waits for a key or for the kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The call in which an actor sleeps, if the lesson stopped inside one.
    pub blocked: Option<Blocked>,
    /// Seconds since it fell asleep.
    pub seconds: u64,
    /// The kernel's view now.
    pub view: View,
    /// What to type elsewhere to play the missing peer.
    pub addresses: Vec<Reach>,
    pub keys: Vec<Key>,
}

/// An address that a client can type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Whether it works from this machine only.
    pub local: bool,
    pub address: String,
    pub port: u16,
}

/// The keys of the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Entrée: go on.
    Next,
    /// `c`: socketlab plays the missing peer.
    PlayPeer,
    /// `e`: explain the call or errno.
    Explain,
    /// `d`: details.
    Details,
    /// `i`: next hint.
    Hint,
    /// `r`: replay the step.
    Replay,
    /// `p`: previous text.
    Previous,
    /// `q`: leave.
    Quit,
    /// `1` to this number: the answer to a question.
    Choose(usize),
    /// Entrée: no answer.
    Pass,
}

#[cfg(test)]
mod tests {
    use super::{Event, Renderer, Waiting};

    #[derive(Default)]
    struct Kept {
        flushed: usize,
    }

    impl Renderer for Kept {
        fn show(&mut self, _: &Event) -> std::io::Result<()> {
            Ok(())
        }

        fn wait(&mut self, _: &Waiting) -> std::io::Result<()> {
            Ok(())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            self.flushed += 1;
            Ok(())
        }
    }

    #[test]
    fn who_makes_way_hands_over_what_is_kept_back() {
        let mut renderer = Kept::default();
        renderer.make_way().unwrap();
        assert_eq!(renderer.flushed, 1);
    }
}
