//! `socketlab list`.

use std::io::Write;

use super::exit::Exit;
use super::failure::Failure;
use crate::cli::{ListArgs, Screen};

/// Writes.
///
/// # Errors
/// When the writer fails.
pub fn run(arguments: &ListArgs, screen: Screen, out: &mut dyn Write) -> Result<Exit, Failure> {
    let _ = (arguments, screen, out);
    Err(Failure::NotWired)
}
