//! A page cut at its headings, and its prose as marked text: words, with code between backquotes.

use crate::content::keywords::{SEPARATOR, block, key};
use crate::lesson::front;
use crate::lesson::layout::{self, Piece};
use crate::lesson::model::{Block, Inline};
use crate::lesson::parse;
use crate::lesson::problem::{LayoutFault, PageFault, Problem, Problems, Unknown};
use crate::lesson::prose;
use crate::lesson::table::{self, At, Reader};
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

/// The last lesson of the syllabus.
const LAST_LESSON: i64 = 23;

/// A page, its problems so far.
#[derive(Debug)]
pub struct Page<'a> {
    text: &'a str,
    front: Span,
    pub sections: Vec<Section>,
    pub problems: Problems,
}

/// What stands under a heading; before the first one, a section without a title.
#[derive(Debug)]
pub struct Section {
    pub title: String,
    pub place: Span,
    pieces: Vec<Piece>,
}

impl<'a> Page<'a> {
    /// Cuts a page.
    ///
    /// # Errors
    /// What keeps it from being cut: it is no text, or has no front matter.
    pub fn cut(bytes: &'a [u8]) -> Result<Page<'a>, Vec<Problem>> {
        let text = parse::text(bytes)?;
        let mut problems = Problems::default();
        let layout = layout::split(text, &mut problems);
        let Some(front) = layout.front else { return Err(problems.finish()) };
        let opening = Section { title: String::new(), place: front::opening(text, front), pieces: Vec::new() };
        let mut sections = vec![opening];
        for piece in layout.pieces {
            match (piece, sections.last_mut()) {
                (Piece::Heading(place), _) => {
                    if place.start == place.end {
                        problems.push(place, LayoutFault::EmptyTitle);
                    }
                    sections.push(Section { title: slice(text, place).to_owned(), place, pieces: Vec::new() });
                }
                (piece, Some(section)) => section.pieces.push(piece),
                (_, None) => {}
            }
        }
        Ok(Page { text, front, sections, problems })
    }

    /// The keys of the front matter, its `format` read already.
    pub fn front<T>(&mut self, read: impl FnOnce(&mut Reader) -> T) -> T {
        let table = table::parse(slice(self.text, self.front), self.front.start, &mut self.problems);
        let whole = front::opening(self.text, self.front);
        let mut reader = Reader::new(&table, self.front.start, whole, &mut self.problems);
        front::format(&mut reader);
        let found = read(&mut reader);
        reader.finish();
        found
    }

    /// The section of that title, taken out.
    pub fn take(&mut self, title: &str) -> Option<Section> {
        let index = self.sections.iter().position(|section| section.title == title)?;
        Some(self.sections.remove(index))
    }

    /// The section of that title, which the page must have.
    pub fn require(&mut self, title: &'static str) -> Option<Section> {
        let found = self.take(title);
        if found.is_none() {
            self.problems.push(front::opening(self.text, self.front), PageFault::MissingSection(title));
        }
        found
    }

    /// What was read, if nothing is wrong. A section that nobody took has no place here.
    pub fn finish<T>(mut self, known: &[&str], found: T) -> Result<T, Vec<Problem>> {
        for section in self.sections.iter().filter(|section| !section.title.is_empty()) {
            let fault = if known.contains(&section.title.as_str()) {
                PageFault::Twice(clip(&section.title))
            } else {
                let near = nearest(&section.title, known.iter().copied());
                PageFault::UnknownSection(Unknown { name: clip(&section.title), near })
            };
            self.problems.push(section.place, fault);
        }
        if self.problems.is_empty() { Ok(found) } else { Err(self.problems.finish()) }
    }

    /// The TOML of an entry's card; `read` is asked of an empty one where there is none.
    pub fn card<T>(&mut self, section: &Section, read: impl FnOnce(&mut Reader) -> T) -> T {
        let cards = section.fences(self.text, block::CARD, &mut self.problems);
        if let Some((place, _)) = cards.get(1) {
            self.problems.push(*place, PageFault::Twice(block::CARD.to_owned()));
        }
        let (place, body) = cards.first().copied().unwrap_or_default();
        let table = table::parse(slice(self.text, body), body.start, &mut self.problems);
        let whole = if cards.is_empty() { section.place } else { place };
        let mut reader = Reader::new(&table, body.start, whole, &mut self.problems);
        let found = read(&mut reader);
        reader.finish();
        found
    }

    /// The one program of a section.
    pub fn code(&mut self, section: &Section) -> At<String> {
        let fences = section.fences(self.text, block::C, &mut self.problems);
        match fences.as_slice() {
            [] => self.problems.push(section.place, PageFault::MissingCode),
            [_] => {}
            [_, (extra, _), ..] => self.problems.push(*extra, PageFault::Twice(block::C.to_owned())),
        }
        let (span, body) = fences.first().copied().unwrap_or((section.place, Span::default()));
        At { value: slice(self.text, body).to_owned(), span }
    }

    /// The paragraphs of a section.
    pub fn paragraphs(&mut self, section: &Section) -> Vec<String> {
        let mut paragraphs = Vec::new();
        for (place, block) in self.blocks(section) {
            match block {
                Block::Paragraph(inlines) => paragraphs.push(marked(&inlines, place, &mut self.problems)),
                _ => self.problems.push(place, PageFault::NotAParagraph),
            }
        }
        paragraphs
    }

    /// The paragraph of a section, beside its code if it has some.
    pub fn paragraph(&mut self, section: &Section) -> String {
        let paragraphs = self.paragraphs(section);
        if paragraphs.len() > 1 {
            self.problems.push(section.place, PageFault::TooManyParagraphs { most: 1 });
        }
        paragraphs.into_iter().next().unwrap_or_default()
    }

    /// A section that is one paragraph.
    pub fn words(&mut self, section: &Section) -> String {
        self.refuse(section, |piece| matches!(piece, Piece::Fence { .. }));
        self.paragraph(section)
    }

    /// A section that is one program.
    pub fn program(&mut self, section: &Section) -> At<String> {
        self.refuse(section, |piece| matches!(piece, Piece::Prose(_)));
        self.code(section)
    }

    fn refuse(&mut self, section: &Section, wrong: impl Fn(&Piece) -> bool) {
        for piece in section.pieces.iter().filter(|piece| wrong(piece)) {
            let (Piece::Heading(place) | Piece::Prose(place) | Piece::Fence { info: place, .. }) = *piece;
            self.problems.push(place, PageFault::OutOfPlace);
        }
    }

    /// The list of a section: names, and what is said of each.
    pub fn rows(&mut self, section: &Section) -> Vec<(String, String)> {
        self.refuse(section, |piece| matches!(piece, Piece::Fence { .. }));
        let mut rows = Vec::new();
        for (place, block) in self.blocks(section) {
            let Block::List { ordered: false, items } = block else {
                self.problems.push(place, PageFault::NotAList);
                continue;
            };
            for item in items {
                let text = marked(&item, place, &mut self.problems);
                match row(&text) {
                    Some(row) => rows.push(row),
                    None => self.problems.push(place, PageFault::BadRow(clip(&text))),
                }
            }
        }
        rows
    }

    fn blocks(&mut self, section: &Section) -> Vec<(Span, Block)> {
        let mut blocks = Vec::new();
        for piece in &section.pieces {
            if let Piece::Prose(place) = piece {
                let found = prose::parse(slice(self.text, *place), place.start, &mut self.problems);
                blocks.extend(found.into_iter().map(|block| (*place, block)));
            }
        }
        if blocks.is_empty() {
            self.problems.push(section.place, PageFault::MissingText);
        }
        blocks
    }
}

impl Section {
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The fenced blocks that begin with that word; another kind of block is a problem.
    fn fences(&self, text: &str, wanted: &str, problems: &mut Problems) -> Vec<(Span, Span)> {
        let mut found = Vec::new();
        for piece in &self.pieces {
            if let Piece::Fence { info, body } = piece {
                let name = slice(text, *info).trim();
                if name == wanted {
                    found.push((*info, *body));
                } else {
                    problems.push(*info, PageFault::UnknownBlock { name: clip(name), wanted: wanted.to_owned() });
                }
            }
        }
        found
    }
}

/// `lecons = [3, 11]`
pub fn lessons(reader: &mut Reader) -> Vec<u32> {
    let numbers = reader.integers(key::LESSONS, &(0..=LAST_LESSON));
    numbers.into_iter().filter_map(|number| u32::try_from(number.value).ok()).collect()
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

/// `` `fd`\u{a0}: le socket ``
fn row(text: &str) -> Option<(String, String)> {
    let (name, rest) = text.strip_prefix('`')?.split_once('`')?;
    let meaning = rest.strip_prefix(SEPARATOR)?;
    (!meaning.is_empty()).then(|| (name.to_owned(), meaning.to_owned()))
}

fn marked(inlines: &[Inline], place: Span, problems: &mut Problems) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(piece) | Inline::Code(piece) if piece.contains('`') => {
                problems.push(place, PageFault::Backquote);
            }
            Inline::Text(piece) => text.push_str(piece),
            Inline::Code(piece) => text.extend(["`", piece, "`"]),
            Inline::Strong(piece) | Inline::Emphasis(piece) => problems.push(place, PageFault::Styled(clip(piece))),
        }
    }
    text
}
