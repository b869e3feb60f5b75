//! A client that had no conversation, or one that did not go as asked.

use crate::command::exit::Exit;
use crate::event::Cause;
use crate::event::answer::Answer;
use crate::event::peer::{Attempt, End, Transport};
use crate::peer::client::{Failed, Refusal, Trouble};
use crate::text::{answer as answers, serve as words};

#[derive(Debug)]
pub enum ConversationFailure {
    /// It cannot even begin.
    Refused(Refusal),
    /// Something failed on this side.
    Trouble(Trouble),
    /// The HTTP answer is at fault, or has another status than `wanted`.
    Answer { answer: Answer, wanted: String },
    /// `--expect` was not seen.
    NotSeen(Vec<u8>),
    /// It did not end well.
    CutShort { whom: String, end: End },
    NotConnected {
        whom: String,
        attempt: Attempt,
        transport: Transport,
        failed: Option<Failed>,
        /// Why, as far as this machine tells.
        cause: Option<Cause>,
    },
}

impl ConversationFailure {
    pub(super) fn exit(&self) -> Exit {
        match self {
            ConversationFailure::Refused(Refusal::File { .. })
            | ConversationFailure::Trouble(_)
            | ConversationFailure::CutShort { .. } => Exit::Io,
            ConversationFailure::Refused(_) => Exit::Usage,
            ConversationFailure::Answer { .. } | ConversationFailure::NotSeen(_) => Exit::Surprise,
            ConversationFailure::NotConnected { attempt, .. } if *attempt == Attempt::Impossible => Exit::Machine,
            ConversationFailure::NotConnected { .. } => Exit::Io,
        }
    }

    pub(super) fn sentence(&self) -> String {
        match self {
            ConversationFailure::Refused(refusal) => refused(refusal),
            ConversationFailure::Trouble(trouble) => troubled(trouble),
            ConversationFailure::Answer { answer, wanted } => {
                let unwanted = || answer.status.map(|status| answers::status_unwanted(status, wanted));
                answer.fault.as_ref().map(answers::fault).or_else(unwanted).unwrap_or_default()
            }
            ConversationFailure::NotSeen(sought) => words::not_seen(sought),
            ConversationFailure::CutShort { whom, end } => words::cut_short(whom, *end),
            ConversationFailure::NotConnected { whom, attempt, transport, failed, cause } => {
                let failed = failed.as_ref().map(|failed| (failed.call.name, failed.errno));
                words::not_connected(whom, (*attempt, *transport), (failed, cause.as_ref()))
            }
        }
    }
}

fn troubled(trouble: &Trouble) -> String {
    match trouble {
        Trouble::File(error) => words::interrupted_by(words::FILE, error),
        Trouble::Input(error) => words::interrupted_by(words::INPUT, error),
        Trouble::Output(error) => words::interrupted_by(words::OUTPUT, error),
        Trouble::Thread(error) => words::interrupted_by(words::THREAD, error),
    }
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::File { path, error } => words::file_refused(path, error),
        Refusal::EmptyHttpPath => words::bad_http_path(None),
        Refusal::HttpPath { position, .. } => words::bad_http_path(Some(*position)),
        Refusal::SocketPath { path } => words::socket_path_too_long(path),
    }
}
