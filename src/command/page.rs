//! Text laid out for a person: wrapped at plain spaces, at most 80 columns, bold where colours are allowed.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use console::{Style, Term};
use unicode_width::UnicodeWidthStr;

use crate::cli::{ColorChoice, Screen};
use crate::lesson::model::{Block, Inline};

/// The narrowest and the widest text, in columns.
const COLUMNS: (usize, usize) = (20, 80);

pub struct Page {
    columns: usize,
    color: bool,
    ascii: bool,
    text: String,
}

impl Page {
    /// For stdout, as the options and the environment want it.
    pub fn new(screen: Screen) -> Page {
        let columns = Term::stdout().size_checked().map_or(COLUMNS.1, |size| usize::from(size.1));
        Page {
            columns: columns.clamp(COLUMNS.0, COLUMNS.1),
            color: colored(screen.color),
            ascii: screen.ascii,
            text: String::new(),
        }
    }

    /// What was laid out.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Columns that a line may take.
    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A title above a rule.
    pub fn title(&mut self, title: &str) {
        self.wrapped(title, (0, 0), true);
        let rule = if self.ascii { "-" } else { "─" };
        self.push(&rule.repeat(self.columns), false);
    }

    /// A line as it is, behind two spaces.
    pub fn code(&mut self, line: &str) {
        self.push(&format!("  {line}"), false);
    }

    /// Blocks with a blank line between them, except below a heading (a paragraph of strong text).
    pub fn prose(&mut self, blocks: &[Block]) {
        let mut below_heading = true;
        for block in blocks {
            if !below_heading {
                self.blank();
            }
            below_heading = matches!(block, Block::Paragraph(inlines) if is_heading(inlines));
            self.block(block, below_heading);
        }
    }

    fn block(&mut self, block: &Block, heading: bool) {
        match block {
            Block::Paragraph(inlines) => self.wrapped(&flat(inlines), (0, 0), heading),
            Block::Quote(inlines) => self.wrapped(&flat(inlines), (2, 2), false),
            Block::List { items, .. } => items.iter().for_each(|item| self.wrapped(&flat(item), (2, 6), false)),
            Block::Preformatted { text, .. } => text.lines().for_each(|line| self.push(&format!("  {line}"), false)),
        }
    }

    /// Text on as many lines as it needs; `indents` are those of the first and of the next lines.
    fn wrapped(&mut self, text: &str, indents: (usize, usize), strong: bool) {
        let text = if self.ascii { ascii(text) } else { text.to_owned() };
        for line in wrap(&text, self.columns, indents) {
            self.push(&line, strong);
        }
    }

    /// One line that already fits.
    pub fn push(&mut self, line: &str, strong: bool) {
        let line = if self.ascii { ascii(line).replace('\u{a0}', " ") } else { line.to_owned() };
        let line = if strong && self.color {
            Style::new().force_styling(true).bold().apply_to(line).to_string()
        } else {
            line
        };
        let _ = writeln!(self.text, "{line}");
    }
}

/// Whether stdout takes colours. NO_COLOR and TERM=dumb refuse them, `--color` has the last word.
fn colored(choice: ColorChoice) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !set("NO_COLOR") && !dumb && io::stdout().is_terminal(),
    }
}

fn is_heading(inlines: &[Inline]) -> bool {
    matches!(inlines, [Inline::Strong(_)])
}

fn flat(inlines: &[Inline]) -> String {
    let piece = |inline: &Inline| match inline {
        Inline::Code(code) => format!("`{code}`"),
        Inline::Text(text) | Inline::Strong(text) | Inline::Emphasis(text) => text.clone(),
    };
    inlines.iter().map(piece).collect()
}

/// Lines cut at plain spaces, never at no-break ones; a word wider than a line has a line of its own.
fn wrap(text: &str, columns: usize, (first, next): (usize, usize)) -> Vec<String> {
    let mut lines = vec![" ".repeat(first)];
    let mut empty = true;
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let used = lines.last().map_or(0, |line| line.width());
        if !empty && used + 1 + word.width() > columns {
            lines.push(" ".repeat(next));
            empty = true;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if empty { "" } else { " " });
            line.push_str(word);
        }
        empty = false;
    }
    lines
}

/// Typographic signs in ASCII; accents stay. The narrow no-break space becomes U+00A0, replaced once lines are cut.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.replace("«\u{a0}", "\"").replace("\u{a0}»", "\"").chars() {
        match c {
            '\u{202f}' => plain.push('\u{a0}'),
            '«' | '»' => plain.push('"'),
            '’' => plain.push('\''),
            '…' => plain.push_str("..."),
            '·' | '─' => plain.push('-'),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{ascii, wrap};

    #[test]
    fn lines_break_at_plain_spaces_only() {
        assert_eq!(wrap("un deux trois", 8, (0, 2)), ["un deux", "  trois"]);
        assert_eq!(wrap("quoi\u{202f}? ici", 7, (0, 0)), ["quoi\u{202f}?", "ici"]);
        assert_eq!(wrap("immensément long", 5, (2, 2)), ["  immensément", "  long"]);
        assert_eq!(wrap("", 5, (0, 0)), [""]);
    }

    #[test]
    fn ascii_keeps_the_accents() {
        assert_eq!(ascii("«\u{a0}é\u{a0}»\u{202f}! l’a…"), "\"é\"\u{a0}! l'a...");
    }
}
