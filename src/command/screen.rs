//! What shows events, for people or for scripts.

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::interruptible_writer::{InterruptibleWriter, Stream};
use super::terminal_capabilities;
use crate::cli::{Format, Screen};
use crate::content::book::Book;
use crate::event::Renderer;
use crate::render::json::JsonRenderer;
use crate::render::terminal::TerminalRenderer;
use crate::render::typed::TypedRenderer;

/// An event is written at once, a long one in a few portions.
const OUTPUT: usize = 64 * 1024;

/// The renderer of this format, on this stream, with the pages of this book; it obeys `stop` while its reader is slow.
#[must_use]
pub fn renderer(
    (format, stream): (Format, Stream),
    screen: Screen,
    book: Book,
    stop: &Arc<AtomicBool>,
) -> Box<dyn Renderer + Send> {
    let out = writer(stream, stop);
    match format {
        Format::Json => Box::new(JsonRenderer::new(out)),
        Format::Text => {
            let on_terminal = stream.is_terminal();
            let renderer = TerminalRenderer::new(out, terminal_capabilities::detect(screen, on_terminal)).reading(book);
            if on_terminal { Box::new(renderer.following(terminal_capabilities::size)) } else { Box::new(renderer) }
        }
    }
}

/// The one that another socketlab hears.
#[must_use]
pub fn typed_renderer(stop: &Arc<AtomicBool>) -> Box<dyn Renderer + Send> {
    Box::new(TypedRenderer::new(writer(Stream::Stdout, stop)))
}

fn writer(stream: Stream, stop: &Arc<AtomicBool>) -> BufWriter<impl Write + use<>> {
    BufWriter::with_capacity(OUTPUT, InterruptibleWriter::new(stream, Arc::clone(stop)))
}
