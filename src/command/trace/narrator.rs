//! Who tells a trace, and where: on stderr, or in a file.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;

use super::super::failure::Failure;
use super::super::interruptible_writer::{InterruptibleWriter, Stream};
use super::super::terminal_capabilities;
use crate::cli::trace::TraceArgs;
use crate::cli::{Format, Screen};
use crate::render::json::JsonRenderer;
use crate::render::style::Look;
use crate::render::trace::{Options, TraceRenderer};
use crate::trace::is_hurried;
use crate::watch::program::Narrator;

/// Calls come faster than they are worth a write(2) each.
const OUTPUT: usize = 64 * 1024;

/// The narration that was asked for.
///
/// # Errors
/// When the file cannot be written.
pub fn narrator(arguments: &TraceArgs, screen: Screen) -> Result<Narrator, Failure> {
    let (out, on_terminal): (Box<dyn Write>, bool) = match &arguments.shown.output {
        Some(path) => file(path)?,
        None => (Box::new(InterruptibleWriter::until(Stream::Stderr, is_hurried)), Stream::Stderr.is_terminal()),
    };
    let out = BufWriter::with_capacity(OUTPUT, out);
    let tells_entries = arguments.output.format == Format::Json;
    if tells_entries {
        let renderer = Box::new(JsonRenderer::new(out).buffered());
        return Ok(Narrator { renderer, on_terminal, tells_entries });
    }
    let (width, height) = if on_terminal { terminal_capabilities::error_size() } else { (80, 24) };
    let look = Look { width, height, ..terminal_capabilities::detect(screen, on_terminal) };
    let in_place = on_terminal && !look.linear;
    let options =
        Options { strsize: arguments.shown.strsize, explain: arguments.shown.explain, in_place, shared: on_terminal };
    let renderer = TraceRenderer::new(out, look, options);
    let renderer = if on_terminal { renderer.following(terminal_capabilities::error_size) } else { renderer };
    Ok(Narrator { renderer: Box::new(renderer), on_terminal, tells_entries })
}

fn file(path: &Path) -> Result<(Box<dyn Write>, bool), Failure> {
    let file = File::create(path).map_err(|error| Failure::TraceFile { path: path.to_owned(), error })?;
    let on_terminal = file.is_terminal();
    Ok((Box::new(InterruptibleWriter::until(file, is_hurried)), on_terminal))
}
