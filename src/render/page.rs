//! Lines being laid out: every text enters here, is made safe, wrapped, and coloured last.

use crate::lesson::model::{Block, Inline};
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::wrap::{pieces_width, text_width, wrap};

/// Text columns that an indented paragraph keeps, however narrow the terminal.
const LEAST_TEXT: usize = 12;

/// Columns of a tab in a verbatim text.
const TAB: &str = "    ";

/// Finished lines, each at most `look.columns()` wide.
#[derive(Clone, Debug)]
pub struct Page {
    look: Look,
    lines: Vec<String>,
}

impl Page {
    #[must_use]
    pub fn new(look: Look) -> Page {
        Page { look, lines: Vec::new() }
    }

    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    #[must_use]
    pub fn into_lines(self) -> Vec<String> {
        self.lines
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn append(&mut self, other: Page) {
        self.lines.extend(other.lines);
    }

    pub fn blank(&mut self) {
        self.lines.push(String::new());
    }

    /// A rule across the page.
    pub fn rule(&mut self) {
        let rule = "─".repeat(self.look.columns());
        self.push(&self.clean(&[piece(Tone::Dim, rule)]));
    }

    /// Pieces behind `indent` spaces, wrapped; further lines start at `hang`.
    pub fn line(&mut self, indent: usize, hang: usize, pieces: &[Piece]) {
        let (indent, hang) = (self.bounded(indent), self.bounded(hang));
        let columns = self.look.columns();
        let lines = wrap(&self.clean(pieces), columns - indent, columns - hang);
        for (i, line) in lines.into_iter().enumerate() {
            self.push_behind(if i == 0 { indent } else { hang }, line);
        }
    }

    /// One sentence behind `indent` spaces.
    pub fn sentence(&mut self, indent: usize, tone: Tone, text: &str) {
        self.line(indent, indent, &[piece(tone, text)]);
    }

    /// Pieces at the left, others flush right on the same line where both fit, else below.
    pub fn sides(&mut self, hang: usize, left: &[Piece], right: &[Piece]) {
        let columns = self.look.columns();
        let (left, right) = (self.clean(left), self.clean(right));
        let used = pieces_width(&left) + pieces_width(&right);
        if right.is_empty() || used + 2 > columns {
            self.line(0, hang, &left);
            self.flush_right(hang, &right);
            return;
        }
        let gap = plain(" ".repeat(columns - used));
        let line: Vec<_> = left.into_iter().chain([gap]).chain(right).collect();
        self.push(&line);
    }

    fn flush_right(&mut self, hang: usize, right: &[Piece]) {
        let (columns, width) = (self.look.columns(), pieces_width(right));
        if width > 0 {
            self.line(columns.saturating_sub(width).max(self.bounded(hang)), hang, right);
        }
    }

    /// Text kept as it is, line by line; too long lines are cut and go on two columns further.
    pub fn verbatim(&mut self, indent: usize, prefix: &str, text: &str) {
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line).replace('\t', TAB);
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let hang = indent + text_width(prefix) + spaces + 2;
            self.line(indent, hang, &[piece(Tone::Dim, prefix), piece(Tone::Code, line)]);
        }
    }

    /// Prose behind `indent` spaces, a blank line between blocks.
    pub fn prose(&mut self, indent: usize, blocks: &[Block]) {
        for (i, block) in blocks.iter().enumerate() {
            if i > 0 {
                self.blank();
            }
            self.block(indent, block);
        }
    }

    fn block(&mut self, indent: usize, block: &Block) {
        match block {
            Block::Paragraph(inlines) => self.line(indent, indent, &self.inlines(inlines)),
            Block::Quote(inlines) => self.quote(indent, inlines),
            Block::Preformatted { text, .. } => self.verbatim(indent + 2, "│ ", text),
            Block::List { ordered, items } => {
                for (i, item) in items.iter().enumerate() {
                    let bullet = if *ordered { format!("{}. ", i + 1) } else { "- ".to_owned() };
                    let hang = indent + 2 + text_width(&bullet);
                    let pieces: Vec<_> = [plain(bullet)].into_iter().chain(self.inlines(item)).collect();
                    self.line(indent + 2, hang, &pieces);
                }
            }
        }
    }

    /// Every line of a quote bears the bar.
    fn quote(&mut self, indent: usize, inlines: &[Inline]) {
        let indent = self.bounded(indent);
        let pieces = self.clean(&self.inlines(inlines));
        let columns = self.look.columns() - indent - 2;
        for line in wrap(&pieces, columns, columns) {
            let bar = piece(Tone::Dim, self.look.clean("│ "));
            self.push_behind(indent, [bar].into_iter().chain(line).collect());
        }
    }

    /// Code keeps its backticks where no colour sets it apart.
    fn inlines(&self, inlines: &[Inline]) -> Vec<Piece> {
        inlines.iter().map(|inline| self.inline(inline)).collect()
    }

    fn inline(&self, inline: &Inline) -> Piece {
        match inline {
            Inline::Text(text) => plain(one_line(text)),
            Inline::Code(code) if self.look.color => piece(Tone::Code, one_line(code)),
            Inline::Code(code) => piece(Tone::Code, format!("`{}`", one_line(code))),
            Inline::Strong(text) => piece(Tone::Strong, one_line(text)),
            Inline::Emphasis(text) => piece(Tone::Emphasis, one_line(text)),
        }
    }

    /// A sentence of the program in which backticks mark code.
    #[must_use]
    pub fn marked(&self, text: &str) -> Vec<Piece> {
        let parts = text.split('`').enumerate();
        parts.map(|(i, part)| if i % 2 == 0 { plain(part) } else { self.inline(&Inline::Code(part.into())) }).collect()
    }

    fn bounded(&self, indent: usize) -> usize {
        indent.min(self.look.columns() - LEAST_TEXT)
    }

    fn clean(&self, pieces: &[Piece]) -> Vec<Piece> {
        let kept = pieces.iter().filter(|one| !one.text.is_empty());
        kept.map(|one| piece(one.tone, self.look.clean(&one.text))).collect()
    }

    fn push_behind(&mut self, indent: usize, line: Vec<Piece>) {
        let line: Vec<_> = [plain(" ".repeat(indent))].into_iter().chain(line).collect();
        self.push(&line);
    }

    fn push(&mut self, line: &[Piece]) {
        let text: String = line.iter().map(|one| one.tone.paint(&one.text, self.look.color)).collect();
        let text = if self.look.ascii { text.replace('\u{a0}', " ") } else { text };
        self.lines.push(if self.look.color { text } else { text.trim_end_matches(' ').to_owned() });
    }
}

/// Markdown's soft line breaks are spaces.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}
