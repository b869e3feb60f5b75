//! A lesson as typed values. Each node that can be wrong keeps its position in the file.

mod front;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use front::{ChecksFront, Draw, Kind, LessonFront, Submitted};

use crate::state::{Privilege, SocketState};
use crate::syscall::ast::{Expr, Span, Statement};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;

/// The front matter of a lesson or of an exercise's checks, already checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    pub kind: Kind,
    pub title: String,
    /// Actors declared in the front matter, in order.
    pub actors: Vec<String>,
    /// The lesson's port, and its other fixed ports: each is replaced when another is played.
    pub port: Option<u16>,
    pub other_ports: Vec<u16>,
    pub needs: Vec<Need>,
    /// Whether the panel also shows descriptors that are not sockets (`montre = ["descripteurs"]`).
    pub shows_descriptors: bool,
    pub steps: Vec<Step>,
    /// « À retenir », « À vous », « Pour aller plus loin », where present.
    pub closing: Vec<Closing>,
    pub programs: Vec<Program>,
}

/// What a machine must allow, or a condition of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    Root,
    Ipv6,
    /// CAP_NET_RAW.
    RawSockets,
    /// Ports below 1024 are reserved to privileged processes (`ip_unprivileged_port_start`).
    ReservedPorts,
    PrivateNetwork,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: String,
    pub title: String,
    pub span: Span,
    pub settings: Settings,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub needs: Vec<Need>,
    pub without: Vec<Privilege>,
    /// Checks only: 0 for the preparation, which is played again at the head of every other step.
    pub points: u32,
    pub after: Vec<String>,
    /// `ACTOR CALL:fault`, as written; read by the tracer's own parser.
    pub faults: Vec<String>,
    pub forbidden: Vec<String>,
    /// How many times the step is played, at least 1.
    pub times: u32,
    /// The submitted programs that this step runs; empty: all of them.
    pub programs: Vec<String>,
    /// Most descriptors that a submitted program may have (RLIMIT_NOFILE).
    pub most_descriptors: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            needs: Vec::new(),
            without: Vec::new(),
            points: 0,
            after: Vec::new(),
            faults: Vec::new(),
            forbidden: Vec::new(),
            times: 1,
            programs: Vec::new(),
            most_descriptors: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Prose(Vec<Block>),
    Code(Script),
    /// Checks only: a script played several times, a number or a draw (`{n}`).
    Repeat {
        times: String,
        script: Script,
    },
    /// C shown and never run.
    Example(String),
    /// Text, console, http or sh, shown as it is.
    Display {
        language: String,
        text: String,
    },
    Question(Question),
    State(Vec<StateLine>),
    /// A variable shown byte by byte.
    Bytes {
        actor: String,
        expression: Expr,
        source: String,
        /// How many bytes to show; `None`: all of them.
        count: Option<usize>,
    },
    /// The private network's link, cut or mended.
    Network {
        change: LinkChange,
        wakes: Vec<String>,
    },
    Hint(Vec<Block>),
    Await {
        actor: String,
        events: Vec<Awaited>,
    },
    Keyboard {
        actor: String,
        lines: Vec<String>,
    },
    /// What a submitted program must write, in this order, and what it must not.
    Output {
        actor: String,
        patterns: Vec<String>,
        absent: Vec<String>,
    },
    /// Starts a submitted program at this point, once more if it already ran.
    Launch {
        actor: String,
        arguments: Vec<String>,
        wakes: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkChange {
    Cut,
    Mended,
}

/// One `c ACTOR` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    pub actor: String,
    pub lines: Vec<Line>,
}

/// One statement and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub statement: Statement,
    pub expectation: Expectation,
    /// A comment kept in view, without its marks.
    pub comment: Option<String>,
    /// Line in the file, from 1.
    pub line: usize,
}

/// The note `// => …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    pub result: Expected,
    /// Actors whose blocked call returns because of this one.
    pub wakes: Vec<String>,
    /// The actor born of fork or pthread_create.
    pub births: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expected {
    /// No note: anything that is not a failure.
    Success,
    /// `...`
    Any,
    Number(Range),
    /// A new descriptor, or exactly this one.
    Descriptor(Option<i32>),
    /// A process, or exactly that actor's.
    Process(Option<String>),
    /// Bytes received: how many, and which.
    Received {
        count: Option<Range>,
        bytes: Vec<u8>,
    },
    /// `tout`: as many bytes as the call was given.
    Everything,
    StartsWith(Vec<u8>),
    Contains(Vec<u8>),
    /// `contient sans casse`: upper and lower case ASCII letters are the same.
    ContainsAnyCase(Vec<u8>),
    /// Each of these.
    All(Vec<Expected>),
    Text(Vec<u8>),
    Errno(Errno),
    Gai(GaiError),
    Null,
    NotNull,
    Blocks,
    BlocksThen(Box<Expected>),
    Killed(Signal),
    Exits(i32),
    /// `fin`: the process or the thread ends, whatever its code.
    Ends,
    Depends {
        condition: Need,
        then: Box<Expected>,
        otherwise: Box<Expected>,
    },
    /// The call is repeated until it returns 0, or until these bytes have come.
    Until {
        delimiter: Option<Vec<u8>>,
        then: Box<Expected>,
    },
}

/// Inclusive bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub from: i64,
    pub to: i64,
}

impl Range {
    #[must_use]
    pub fn exactly(value: i64) -> Range {
        Range { from: value, to: value }
    }

    #[must_use]
    pub fn contains(self, value: i64) -> bool {
        self.from <= value && value <= self.to
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub statement: String,
    pub choices: Vec<String>,
    /// From 0 here, from 1 in the file.
    pub answer: usize,
    pub why: String,
    /// Explanations of wrong choices, by index from 0.
    pub wrong: BTreeMap<usize, String>,
    pub span: Span,
}

/// One line of an `etat` block.
#[derive(Clone, Debug, PartialEq)]
pub struct StateLine {
    pub subject: Subject,
    pub source: String,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// `serveur fd 3 LISTEN en_attente 2`; `None`: `absent`.
    Descriptor {
        actor: String,
        fd: i32,
        expected: DescriptorState,
    },
    /// `port 3001 TIME_WAIT`, whoever holds it.
    Port {
        port: u16,
        state: SocketState,
        details: Details,
    },
    /// `port 3001 aucun ESTABLISHED`; `None`: no socket at all.
    NoPort {
        port: u16,
        state: Option<SocketState>,
    },
    Process {
        actor: String,
        expected: ProcessState,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum DescriptorState {
    Absent,
    /// Open, whatever it is.
    Open,
    Socket {
        state: SocketState,
        details: Details,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    pub accept_queue: Option<Range>,
    pub backlog: Option<Range>,
    pub recv_queue: Option<Range>,
    pub send_queue: Option<Range>,
    pub local: Option<Endpoint>,
    pub remote: Option<Endpoint>,
}

/// `127.0.0.1:3001`, `*:3001`, `0.0.0.0:*`; `None` stands for `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub ip: Option<std::net::IpAddr>,
    pub port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessState {
    /// Asleep in this call.
    Asleep(Name),
    Alive,
    Zombie,
    Gone,
}

/// What a check waits for from a free actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A call entered or returned, on this port where one is given (it may hold `{port}`).
    Call {
        name: Name,
        port: Option<String>,
    },
    Asleep {
        name: Name,
    },
    Exit {
        code: Option<Range>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    pub section: Section,
    pub blocks: Vec<Block>,
    pub span: Span,
}

/// In their order in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    Remember,
    YourTurn,
    Further,
}

/// A `c programme ACTOR` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub actor: String,
    /// Other actors that run the same program: children, threads, other clients.
    pub also: Vec<String>,
    pub source: String,
    pub line: usize,
}

/// A block of prose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    Paragraph(Vec<Inline>),
    List {
        ordered: bool,
        items: Vec<Vec<Inline>>,
    },
    Quote(Vec<Inline>),
    /// Text shown as it is (`console`, `sh`, `c`…), in a closing section.
    Preformatted {
        language: String,
        text: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    Text(String),
    Code(String),
    Strong(String),
    Emphasis(String),
}

impl Lesson {
    /// `5` for a lesson, the exercise's number for checks.
    #[must_use]
    pub fn number(&self) -> u32 {
        match &self.kind {
            Kind::Lesson(front) => front.number,
            Kind::Checks(front) => front.exercise,
        }
    }

    #[must_use]
    pub fn step_index(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }
}

#[cfg(test)]
mod tests;
