//! The objects that scripts read, field by field.

use serde::Serialize;

use crate::event::{Cause, Network, Note, PlayedBy};
use crate::lesson::model::{Need, Section};
use crate::state::{Activity, Holder, Protocol, SocketState, Source, Target, Timer};

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Line<'a> {
    LessonStarted {
        format: u32,
        lesson: u32,
        slug: &'a str,
        title: &'a str,
        minutes: u32,
        objectives: &'a [String],
        actors: &'a [String],
        port: Option<u16>,
        network: Network,
        steps: usize,
    },
    Section {
        id: &'a str,
        title: &'a str,
        index: usize,
        total: usize,
    },
    Skipped {
        id: &'a str,
        needs: Vec<&'static str>,
    },
    Text {
        text: String,
    },
    Display {
        language: &'a str,
        text: &'a str,
    },
    Process {
        actor: &'a str,
        pid: i32,
        tid: i32,
        born: bool,
        died: bool,
        exit_code: Option<i32>,
        signal: Option<&'a str>,
    },
    Statement {
        actor: &'a str,
        line: usize,
        source: &'a str,
        suggested: bool,
    },
    Details {
        actor: &'a str,
        pid: i32,
        activity: &'a Activity,
    },
    Explanation {
        call: Option<&'a str>,
        errno: Option<&'static str>,
    },
    Call {
        actor: &'a str,
        pid: i32,
        tid: i32,
        line: usize,
        source: &'a str,
        call: Option<&'a str>,
        args: Vec<Argument>,
    },
    Blocked {
        actor: &'a str,
        pid: i32,
        call: &'a str,
        args: Vec<Argument>,
        state: char,
        wchan: Option<&'a str>,
        expected: bool,
    },
    Returned {
        actor: &'a str,
        pid: i32,
        call: Option<&'a str>,
        args: Vec<Argument>,
        result: Argument,
        #[serde(flatten)]
        failure: Failure,
        #[serde(flatten)]
        ending: Ending,
        duration_us: u64,
        expected: bool,
        judged: bool,
        wanted: Option<String>,
        cause: Option<&'a Cause>,
    },
    Output {
        actor: &'a str,
        fd: i32,
        #[serde(flatten)]
        bytes: Octets,
    },
    Kernel {
        source: Option<Source>,
        sockets: Vec<SocketRow<'a>>,
        descriptors: Vec<DescriptorRow<'a>>,
        finished: usize,
        finished_ms: Option<u32>,
    },
    Memory {
        actor: &'a str,
        source: &'a str,
        #[serde(rename = "type")]
        ctype: &'a str,
        hex: String,
        fields: Vec<Field<'a>>,
    },
    State {
        lines: Vec<StateLine<'a>>,
    },
    Question {
        statement: &'a str,
        choices: &'a [String],
    },
    Verdict {
        chosen: Option<usize>,
        right: usize,
        right_text: &'a str,
        wrong_because: Option<&'a str>,
        why: &'a str,
    },
    Hint {
        text: String,
        index: usize,
        total: usize,
    },
    Visitor {
        address: &'a str,
        pid: Option<i32>,
        command: Option<&'a str>,
        role: Option<&'a str>,
    },
    Role {
        actor: &'a str,
        player: PlayedBy,
    },
    Note {
        #[serde(flatten)]
        note: &'a Note,
    },
    Closing {
        section: Section,
        text: String,
    },
    LessonFinished {
        calls: usize,
        surprises: usize,
    },
}

/// A number, `null` for `NULL`, an object for bytes, the notation for the rest.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Argument {
    Number(i64),
    Null,
    Octets(Octets),
    Notation(String),
}

/// `text` is null where the bytes are no UTF-8; `escaped` is always there, and lossless.
#[derive(Serialize)]
pub struct Octets {
    pub text: Option<String>,
    pub escaped: String,
    pub length: usize,
}

#[derive(Default, Serialize)]
pub struct Failure {
    pub errno: Option<String>,
    pub errno_number: Option<i32>,
    pub message: Option<&'static str>,
}

/// How the process ended inside the call.
#[derive(Default, Serialize)]
pub struct Ending {
    pub signal: Option<String>,
    pub exit_code: Option<i32>,
}

#[derive(Serialize)]
pub struct SocketRow<'a> {
    pub actor: Option<&'a str>,
    pub pid: Option<i32>,
    pub fd: Option<i32>,
    pub listed: bool,
    pub inode: u64,
    pub protocol: Option<Protocol>,
    pub state: Option<SocketState>,
    pub local: Option<String>,
    pub remote: Option<String>,
    pub recv_queue: Option<u32>,
    pub send_queue: Option<u32>,
    pub accept_queue: Option<u32>,
    pub backlog: Option<u32>,
    pub awaits_accept: bool,
    pub shutdown: Option<u32>,
    pub drops: Option<u32>,
    pub uid: Option<u32>,
    pub timer: Option<Timer>,
    pub holders: &'a [Holder],
}

#[derive(Serialize)]
pub struct DescriptorRow<'a> {
    pub actor: Option<&'a str>,
    pub pid: Option<i32>,
    pub fd: Option<i32>,
    pub kind: &'static str,
    pub path: Option<&'a str>,
}

#[derive(Serialize)]
pub struct Field<'a> {
    pub name: &'a str,
    pub offset: usize,
    pub size: usize,
}

#[derive(Serialize)]
pub struct StateLine<'a> {
    pub source: &'a str,
    /// Null where it was not judged.
    pub held: Option<bool>,
}

pub fn need(need: Need) -> &'static str {
    match need {
        Need::Root => "root",
        Need::Ipv6 => "ipv6",
        Need::RawSockets => "raw-sockets",
        Need::ReservedPorts => "reserved-ports",
        Need::PrivateNetwork => "private-network",
    }
}

/// What a descriptor refers to, and its path where it has one.
pub fn target(target: &Target) -> (&'static str, Option<&str>) {
    match target {
        Target::Socket { .. } => ("socket", None),
        Target::Pipe => ("pipe", None),
        Target::File { path } => ("file", Some(path)),
        Target::Other { link } => ("other", Some(link)),
    }
}
