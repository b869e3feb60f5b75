//! Why a command ends without doing what was asked: the facts, their exit code, and their sentence in `text`.

use std::io;
use std::path::PathBuf;

use super::exit::Exit;
use crate::text::usage;

#[derive(Debug)]
pub enum Failure {
    /// stdout cannot be written to; a closed pipe is no failure.
    Output(io::Error),
    /// The terminal is gone, or is not one.
    Terminal(io::Error),
    /// A folder of lessons that cannot be read.
    Folder { path: PathBuf, error: io::Error },
    /// A folder that holds no lesson.
    NoLesson { path: PathBuf },
    /// Neither a call, nor an error, a state or a word that socketlab explains.
    UnknownWord { word: String, near: Vec<String> },
    /// Ctrl-C in a menu.
    Interrupted,
    /// Already in words, by whoever knows them best.
    Said { exit: Exit, sentence: String },
    /// A part of socketlab that is not there yet.
    NotWired,
}

impl Failure {
    /// What the shell sees.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Failure::Output(_) | Failure::Terminal(_) | Failure::Folder { .. } => Exit::Io,
            Failure::NoLesson { .. } | Failure::UnknownWord { .. } => Exit::Usage,
            Failure::Interrupted => Exit::Interrupted,
            Failure::Said { exit, .. } => *exit,
            Failure::NotWired => Exit::Bug,
        }
    }

    /// What the person reads; nothing where the end speaks for itself.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self {
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => None,
            Failure::Output(error) => Some(usage::output_failed(error)),
            Failure::Terminal(error) => Some(usage::terminal_failed(error)),
            Failure::Folder { path, error } => Some(usage::folder_unreadable(path, error)),
            Failure::NoLesson { path } => Some(usage::folder_without_lesson(path)),
            Failure::UnknownWord { word, near } => Some(usage::unknown_word(word, near)),
            Failure::Interrupted => None,
            Failure::Said { sentence, .. } => Some(sentence.clone()),
            Failure::NotWired => Some(usage::not_wired()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Failure};
    use std::io;

    #[test]
    fn a_closed_pipe_ends_quietly() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.exit(), failure.sentence()), (Exit::Done, None));
    }

    #[test]
    fn a_full_disk_is_said() {
        let failure = Failure::from(io::Error::from_raw_os_error(28));
        assert_eq!(failure.exit(), Exit::Io);
        assert!(failure.sentence().is_some_and(|sentence| sentence.contains("ENOSPC")));
    }
}
