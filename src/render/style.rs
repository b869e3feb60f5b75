//! How a text looks: colours only ever add to what the words and marks already say.

use console::Style;

use crate::render::glyph::to_ascii;
use crate::render::sanitize::sanitize;

/// The narrowest and the widest text: what is narrower is not readable, what is wider neither.
const COLUMNS: (usize, usize) = (20, 80);

/// What the terminal, the environment and the options allow; the caller decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub color: bool,
    pub ascii: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Rows of the terminal: the live area never takes more.
    pub height: usize,
    /// Append only, no repaint: off a terminal, and for screen readers.
    pub linear: bool,
}

impl Default for Look {
    /// A pipe.
    fn default() -> Self {
        Look { color: false, ascii: false, width: 80, height: 24, linear: true }
    }
}

impl Look {
    /// Columns of text: the terminal's, from 20 to 80.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.width.clamp(COLUMNS.0, COLUMNS.1)
    }

    /// Text that this look can show on one line, safe for a terminal.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let safe = sanitize(text);
        if self.ascii { to_ascii(&safe) } else { safe }
    }
}

/// What a piece of text is, which gives its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Heading,
    Strong,
    Emphasis,
    Code,
    Dim,
    Actor,
    Good,
    Wanted,
    Bad,
    Asleep,
}

impl Tone {
    fn style(self) -> Style {
        let style = Style::new().force_styling(true);
        match self {
            Tone::Plain => style,
            Tone::Heading => style.bold().cyan(),
            Tone::Strong => style.bold(),
            Tone::Emphasis => style.italic(),
            Tone::Code => style.cyan(),
            Tone::Dim => style.dim(),
            Tone::Actor => style.magenta(),
            Tone::Good => style.green(),
            Tone::Wanted => style.yellow(),
            Tone::Bad => style.red(),
            Tone::Asleep => style.blue(),
        }
    }

    /// `text` with the escape sequences of its colour, where `color`.
    #[must_use]
    pub fn paint(self, text: &str, color: bool) -> String {
        if color && self != Tone::Plain { self.style().apply_to(text).to_string() } else { text.to_owned() }
    }
}

/// A run of text of one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub tone: Tone,
}

/// A piece of text of this tone.
#[must_use]
pub fn piece(tone: Tone, text: impl Into<String>) -> Piece {
    Piece { text: text.into(), tone }
}

/// A piece of plain text.
#[must_use]
pub fn plain(text: impl Into<String>) -> Piece {
    piece(Tone::Plain, text)
}
