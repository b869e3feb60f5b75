//! What a lesson tells.

use serde::{Deserialize, Serialize};

use crate::event::actor::Judgement;
use crate::lesson::model::{Block, Need, Section};
use crate::state::Activity;
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// What a lesson tells beside the calls of its actors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LessonEvent {
    Started(LessonStarted),
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
    /// A statement that is about to be run, as the lesson writes it; or, where a stranger plays this actor,
    /// what they could type.
    Statement {
        actor: String,
        line: usize,
        source: String,
        suggested: bool,
    },
    /// Bytes that an actor wrote on its descriptor 1 or 2.
    Output {
        actor: String,
        fd: i32,
        bytes: Vec<u8>,
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
    Finished {
        calls: usize,
        surprises: usize,
    },
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
