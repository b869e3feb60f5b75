//! `socketlab lesson`: plays one lesson.

use super::exit::Exit;
use super::failure::Failure;
use crate::cli::{LessonArgs, Screen};

/// Plays the lesson that `arguments.what` names.
///
/// # Errors
/// When no such lesson exists, when it cannot be read, or when the machine refuses.
pub fn run(arguments: &LessonArgs, screen: Screen) -> Result<Exit, Failure> {
    let _ = (arguments, screen);
    Err(Failure::NotWired)
}
