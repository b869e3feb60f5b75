//! Why a command ends without doing what was asked: the facts, their exit code, and their sentence in `text`.

mod conversation;
mod listen;

use std::io;
use std::path::PathBuf;

pub use self::conversation::ConversationFailure;
pub use self::listen::ListenFailure;
use super::exit::Exit;
use crate::content::book::File;
use crate::event::peer::Mode;
use crate::lesson::catalog::{CatalogError, Entry};
use crate::lesson::model::Need;
use crate::lesson::problem::Problem;
use crate::live::kernel::{KernelError, Refusal};
use crate::play::ports::PortOwner;
use crate::syscall::fault::FaultError;
use crate::text::{catalog, fault, problem, serve, stage, trace, trouble, usage};
use crate::trace::TraceError;

#[derive(Debug)]
pub enum Failure {
    /// stdout cannot be written to; a closed pipe is no failure.
    Output(io::Error),
    /// The terminal is gone, or is not one.
    Terminal(io::Error),
    /// No such lesson, or none that can be read.
    Catalog(CatalogError),
    /// A folder that holds no lesson.
    NoLesson {
        path: PathBuf,
    },
    /// A lesson that is badly written.
    BadLesson {
        entry: Entry,
        problems: Vec<Problem>,
    },
    /// A page of the dictionary or of a finding that is badly written.
    BadPage {
        file: File,
        problems: Vec<Problem>,
    },
    /// The marking scheme of an exercise.
    NotALesson,
    /// A lesson without a program to print.
    NoProgram,
    /// `--from` names none of these steps, each an identifier and a title.
    NoSuchStep {
        asked: String,
        steps: Vec<(String, String)>,
    },
    /// What the lesson needs, and this machine does not allow.
    NeedsMissing(Vec<Need>),
    /// /proc is not mounted.
    NoProc,
    /// An actor refuses a statement of the lesson.
    StatementRefused {
        actor: String,
        line: usize,
        reason: Refusal,
    },
    /// The actors cannot be run or watched.
    Kernel(KernelError),
    /// The port that was to be played or served on, and the same command on one that is free.
    PortTaken {
        port: u16,
        owner: PortOwner,
        command: Option<String>,
    },
    /// Neither a call, nor an error, a state or a word that socketlab explains.
    UnknownWord {
        word: String,
        near: Vec<String>,
    },
    /// A fault to provoke that makes no sense.
    BadFault {
        typed: String,
        error: FaultError,
    },
    /// The file of a trace cannot be written.
    TraceFile {
        path: PathBuf,
        error: io::Error,
    },
    Trace(TraceError),
    /// `--chat` where clients cannot reach each other.
    ChatAlone(Mode),
    /// A file given on the command line cannot be opened.
    FileRefused {
        path: PathBuf,
        error: io::Error,
    },
    /// What `--http` was given is neither a folder nor a file.
    NotAFile {
        path: PathBuf,
    },
    Listen(Box<ListenFailure>),
    Conversation(Box<ConversationFailure>),
    /// Ctrl-C.
    Interrupted,
    /// A part of socketlab that is not there yet.
    NotWired,
}

impl Failure {
    /// What the shell sees.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Failure::Output(_)
            | Failure::Terminal(_)
            | Failure::Catalog(CatalogError::Unreadable { .. })
            | Failure::TraceFile { .. }
            | Failure::FileRefused { .. }
            | Failure::NotAFile { .. } => Exit::Io,
            Failure::Catalog(_)
            | Failure::NoLesson { .. }
            | Failure::NoProgram
            | Failure::NoSuchStep { .. }
            | Failure::UnknownWord { .. }
            | Failure::BadFault { .. }
            | Failure::ChatAlone(_) => Exit::Usage,
            Failure::BadLesson { .. }
            | Failure::BadPage { .. }
            | Failure::NotALesson
            | Failure::StatementRefused { .. } => Exit::Content,
            Failure::NeedsMissing(_)
            | Failure::NoProc
            | Failure::Kernel(_)
            | Failure::PortTaken { .. }
            | Failure::Listen(_) => Exit::Machine,
            Failure::Trace(error) => of_trace(error),
            Failure::Conversation(failure) => failure.exit(),
            Failure::Interrupted => Exit::Interrupted,
            Failure::NotWired => Exit::Bug,
        }
    }

    /// What the person reads; nothing where the end speaks for itself.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return None,
            Failure::Interrupted => return None,
            Failure::Output(error) => usage::output_failed(error),
            Failure::Terminal(error) => usage::terminal_failed(error),
            Failure::Catalog(error) => catalog::sentence(error),
            Failure::NoLesson { path } => usage::folder_without_lesson(path),
            Failure::BadLesson { entry, problems } => {
                problem::report(&entry.path.display().to_string(), &entry.text(), problems).trim_end().to_owned()
            }
            Failure::BadPage { file, problems } => {
                problem::report(&file.path.display().to_string(), &file.text(), problems).trim_end().to_owned()
            }
            Failure::NotALesson => stage::not_a_lesson(),
            Failure::NoProgram => stage::no_program(),
            Failure::NoSuchStep { asked, steps } => stage::no_such_step(asked, steps),
            Failure::NeedsMissing(needs) => stage::needs_missing(needs),
            Failure::NoProc => stage::no_proc(),
            Failure::StatementRefused { actor, line, reason } => {
                stage::statement_refused(actor, *line, &trouble::refusal(reason))
            }
            Failure::Kernel(error) => trouble::kernel_error(error),
            Failure::PortTaken { port, owner, command } => stage::port_taken(*port, owner, command.as_deref()),
            Failure::UnknownWord { word, near } => usage::unknown_word(word, near),
            Failure::BadFault { typed, error } => fault::refused(typed, error),
            Failure::TraceFile { path, error } => trace::output_refused(path, error),
            Failure::Trace(error) => trace::trouble(error),
            Failure::ChatAlone(mode) => serve::chat_needs_one_memory(*mode),
            Failure::FileRefused { path, error } => serve::file_refused(path, error),
            Failure::NotAFile { path } => serve::not_a_file(path),
            Failure::Listen(failure) => failure.sentence(),
            Failure::Conversation(failure) => failure.sentence(),
            Failure::NotWired => usage::not_wired(),
        })
    }
}

fn of_trace(error: &TraceError) -> Exit {
    match error {
        TraceError::NotFound { .. }
        | TraceError::NotExecutable { .. }
        | TraceError::NoInterpreter { .. }
        | TraceError::NoSuchProcess { .. } => Exit::Usage,
        TraceError::Foreign { .. }
        | TraceError::AlreadyTraced { .. }
        | TraceError::Forbidden { .. }
        | TraceError::NoFilter { .. }
        | TraceError::Refused { .. } => Exit::Machine,
        TraceError::Output(_) => Exit::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Failure};
    use std::io;

    #[test]
    fn a_closed_pipe_ends_quietly() {
        let failure = Failure::Output(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.exit(), failure.sentence()), (Exit::Done, None));
    }

    #[test]
    fn a_full_disk_is_said() {
        let failure = Failure::Output(io::Error::from_raw_os_error(28));
        assert_eq!(failure.exit(), Exit::Io);
        assert!(failure.sentence().is_some_and(|sentence| sentence.contains("ENOSPC")));
    }
}
