//! `socketlab explain`: what a word is, on stdout.

use std::io::Write;

use super::exit::Exit;
use super::failure::Failure;
use super::page::Page;
use crate::cli::{ExplainArgs, Screen};
use crate::text::explain::{Answer, Explanation, explain};

/// Writes everything that the words name.
///
/// # Errors
/// When nothing bears that name, or when the writer fails.
pub fn run(arguments: &ExplainArgs, screen: Screen, out: &mut dyn Write) -> Result<Exit, Failure> {
    let word = arguments.words.join(" ");
    match explain(&word) {
        Answer::Unknown { near } => Err(Failure::UnknownWord { word, near }),
        Answer::Found(found) => {
            let mut page = Page::new(screen);
            for explanation in &found {
                add(&mut page, explanation);
            }
            out.write_all(page.text().as_bytes())?;
            Ok(Exit::Done)
        }
    }
}

fn add(page: &mut Page, explanation: &Explanation) {
    page.title(&explanation.title);
    for line in &explanation.code {
        page.code(line);
    }
    if !explanation.code.is_empty() {
        page.blank();
    }
    page.prose(&explanation.blocks);
    page.blank();
}
