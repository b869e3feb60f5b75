//! What the terminal, the environment and the options allow the display.

use std::env;

use crate::cli::{ColorChoice, Screen};
use crate::render::style::Look;

/// The look of a text on stdout.
#[must_use]
pub fn detect(screen: Screen, on_terminal: bool) -> Look {
    let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = match screen.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => on_terminal && !dumb && !refused,
    };
    let (width, height) = if on_terminal { size() } else { (80, 24) };
    Look { color, ascii: screen.ascii, width, height, linear: screen.linear || !on_terminal || dumb }
}

/// Columns and rows of the terminal, now.
#[must_use]
pub fn size() -> (usize, usize) {
    let (rows, columns) = console::Term::stdout().size();
    (usize::from(columns), usize::from(rows))
}

/// The same, of the terminal that stderr is.
#[must_use]
pub fn error_size() -> (usize, usize) {
    let (rows, columns) = console::Term::stderr().size();
    (usize::from(columns), usize::from(rows))
}
