//! A page of text, laid out for stdout and written to it.

use std::io::{self, IsTerminal, Write};

use super::terminal_capabilities;
use crate::cli::Screen;
use crate::render::page::Page;

/// An empty page for stdout, as the terminal, the environment and the options allow.
pub(super) fn blank(screen: Screen) -> Page {
    Page::new(terminal_capabilities::detect(screen, io::stdout().is_terminal()))
}

/// Writes every line of a page.
///
/// # Errors
/// The writer's own.
pub(super) fn write(page: Page, out: &mut dyn Write) -> io::Result<()> {
    page.into_lines().iter().try_for_each(|line| writeln!(out, "{line}"))
}
