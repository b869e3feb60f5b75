//! What shows events, for people or for scripts.

use std::io::BufWriter;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::look;
use super::outlet::{Outlet, Stream};
use crate::cli::{Format, Screen};
use crate::content::book::Book;
use crate::event::Renderer;
use crate::render::json::JsonRenderer;
use crate::render::terminal::TerminalRenderer;

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
    let out = BufWriter::with_capacity(OUTPUT, Outlet::new(stream, Arc::clone(stop)));
    match format {
        Format::Json => Box::new(JsonRenderer::new(out)),
        Format::Text => {
            let on_terminal = stream.is_terminal();
            let renderer = TerminalRenderer::new(out, look::look(screen, on_terminal)).reading(book);
            if on_terminal { Box::new(renderer.following(look::size)) } else { Box::new(renderer) }
        }
    }
}
