//! The menu of lessons that `socketlab` alone opens on a terminal.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::failure::Failure;
use crate::cli::Screen;
use crate::cli::value::Choice;

/// Whether a menu can be drawn and answered: a person at both ends, and the right to repaint.
pub(super) fn possible(screen: Screen) -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !screen.linear && !dumb && io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// The lesson that the learner picks; `None` when they leave.
///
/// # Errors
/// When the terminal is gone, or on Ctrl-C.
pub(super) fn choose(folder: Option<&Path>, screen: Screen) -> Result<Option<Choice>, Failure> {
    let _ = (folder, screen);
    Err(Failure::NotWired)
}
