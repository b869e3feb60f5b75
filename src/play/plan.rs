//! What is decided before the first step: where the lesson plays, from which step, on what machine.

use std::io;

use crate::event::{Network, Note, Renderer};
use crate::lesson::model::Need;
use crate::live::kernel::{Kernel, KernelError, Refusal};
use crate::play::prompt::Prompt;

/// The three sides of a lesson that is being played.
pub struct Stage<'a> {
    pub kernel: &'a mut dyn Kernel,
    pub prompt: &'a mut dyn Prompt,
    pub renderer: &'a mut dyn Renderer,
}

impl std::fmt::Debug for Stage<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Stage")
    }
}

/// How the lesson is to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Index of the first step that is shown; earlier ones are replayed without a word.
    pub from: usize,
    pub network: Network,
    /// What this machine allows.
    pub allows: Vec<Need>,
    /// Said once, at the start.
    pub notes: Vec<Note>,
}

/// How a lesson ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub calls: usize,
    pub surprises: usize,
    /// Identifier of the last step reached.
    pub last_step: Option<String>,
    /// Whether the last step was played to its end.
    pub finished: bool,
}

/// Why the player stopped before the end.
#[derive(Debug)]
pub enum Stop {
    /// `q`, or the end of input.
    Quit,
    /// Ctrl-C or another signal.
    Interrupted,
    /// `r`: the step of this index again, with fresh actors.
    Replay(usize),
    Trouble(Trouble),
}

/// Our own trouble.
#[derive(Debug)]
pub enum Trouble {
    Kernel(KernelError),
    /// An actor refuses a statement: the lesson is at fault.
    Refused {
        actor: String,
        line: usize,
        reason: Refusal,
    },
    /// What shows the lesson cannot be written to.
    Output(io::Error),
    /// The keyboard cannot be read.
    Input(io::Error),
}

impl From<KernelError> for Stop {
    fn from(error: KernelError) -> Self {
        Stop::Trouble(Trouble::Kernel(error))
    }
}

impl Stop {
    #[must_use]
    pub fn output(error: io::Error) -> Stop {
        Stop::Trouble(Trouble::Output(error))
    }

    #[must_use]
    pub fn input(error: io::Error) -> Stop {
        Stop::Trouble(Trouble::Input(error))
    }
}
