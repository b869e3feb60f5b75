//! Events for another socketlab: each as it is, one a line. No contract: both are the same program.

use std::io::{self, Write};

use crate::event::{Event, Renderer, Waiting};

#[derive(Debug)]
pub struct TypedRenderer<W: Write> {
    out: W,
}

impl<W: Write> TypedRenderer<W> {
    #[must_use]
    pub fn new(out: W) -> Self {
        TypedRenderer { out }
    }
}

impl<W: Write> Renderer for TypedRenderer<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, event)?;
        self.out.write_all(b"\n")
    }

    /// What holds only while the lesson waits is no event.
    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The event of a line.
///
/// # Errors
/// A line that no [`TypedRenderer`] wrote.
pub fn read(line: &[u8]) -> io::Result<Event> {
    Ok(serde_json::from_slice(line)?)
}
