//! `socketlab explain`: what a word is, on stdout.

use std::io::Write;

use super::exit::Exit;
use super::failure::Failure;
use super::{lesson_lookup, page};
use crate::cli::{ExplainArgs, Screen};
use crate::content::book::Book;
use crate::lesson::model::{Block, Inline};
use crate::render::page::Page;
use crate::render::style::Tone;
use crate::text::explain::{Answer, Explanation, explain};

/// Writes everything that the words name.
///
/// # Errors
/// When nothing bears that name, when a page is badly written, or when the writer fails.
pub fn run(arguments: &ExplainArgs, screen: Screen, out: &mut dyn Write) -> Result<Exit, Failure> {
    let word = arguments.words.join(" ");
    let playable = lesson_lookup::catalog(arguments.lessons.as_deref())?;
    let playable: Vec<u32> = playable.entries.iter().filter_map(|entry| entry.number).collect();
    let book = Book::new(arguments.lessons.as_deref());
    let found = match explain(&book, &word).map_err(lesson_lookup::unreadable)? {
        Answer::Unknown { near } => return Err(Failure::UnknownWord { word, near }),
        Answer::Found(found) => found,
    };
    let mut page = page::blank(screen);
    for (rank, explanation) in found.iter().enumerate() {
        if rank > 0 {
            page.blank();
        }
        add(&mut page, explanation, &playable);
    }
    page::write(page, out).map(|()| Exit::Done).map_err(Failure::Output)
}

fn add(page: &mut Page, explanation: &Explanation, playable: &[u32]) {
    page.sentence(0, Tone::Heading, &explanation.title);
    page.rule();
    for line in &explanation.code {
        page.verbatim(2, "", line);
    }
    let further = explanation.further(|lesson| playable.contains(&lesson));
    let mut tight = explanation.code.is_empty();
    for block in explanation.blocks.iter().chain(&further) {
        if !tight {
            page.blank();
        }
        page.prose(0, std::slice::from_ref(block));
        tight = is_heading(block);
    }
}

/// A paragraph of strong text stands close to what it is above.
fn is_heading(block: &Block) -> bool {
    matches!(block, Block::Paragraph(inlines) if matches!(inlines.as_slice(), [Inline::Strong(_)]))
}
