//! What the player asks of the person in front of it.

use std::io;
use std::time::Duration;

use crate::event::Key;

/// The person, or `--auto`, which never waits and never answers.
pub trait Prompt {
    /// Whether somebody is there: without anybody, nothing waits and every role is socketlab's.
    fn attended(&self) -> bool;

    /// Whether the person, or a signal, asked to stop at once (Ctrl-C).
    fn interrupted(&self) -> bool;

    /// The next key, waiting at most `patience`; `None` when none came.
    ///
    /// # Errors
    /// When the terminal is gone. An end of input reads as `Key::Quit`.
    fn key(&mut self, patience: Duration) -> io::Result<Option<Key>>;

    /// The choice, from 0, among so many, or `None` where nobody answers.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn answer(&mut self, choices: usize) -> io::Result<Option<Answer>>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Choice(usize),
    /// The question is passed over.
    Pass,
    /// The next hint, before answering.
    Hint,
    Quit,
}
