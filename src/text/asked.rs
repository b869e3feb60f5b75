//! What the key `e` answers: the call at hand, and the errno of the last one.

use crate::content::book::{Book, PageError};
use crate::lesson::model::{Block, Inline};
use crate::syscall::errno::Errno;
use crate::text::{explain, shelf};

/// Blocks of the page that are shown in the lesson; the rest is one command away.
const SHOWN: usize = 1;

/// What is known of them, in short.
#[must_use]
pub fn blocks(book: &Book, call: Option<&str>, errno: Option<Errno>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let call_page = call.and_then(|call| explain::call(book, call).transpose());
    for page in call_page.into_iter().chain(errno.map(|errno| explain::errno(book, errno))) {
        match page {
            Ok(page) => {
                blocks.push(Block::Paragraph(vec![Inline::Strong(page.title)]));
                blocks.extend(page.blocks.into_iter().take(SHOWN));
            }
            Err(error) => blocks.push(unreadable(&error)),
        }
    }
    if let Some(call) = call {
        let command = Inline::Code(format!("socketlab explain {call}"));
        blocks.push(Block::Paragraph(vec![Inline::Text("Toute la page\u{a0}: ".to_owned()), command]));
    }
    if blocks.is_empty() {
        blocks.push(Block::Paragraph(vec![Inline::Text("Aucun appel n’a encore été fait.".to_owned())]));
    }
    blocks
}

/// A page of the learner's folder that its author has to correct.
fn unreadable(error: &PageError) -> Block {
    let path = match error {
        PageError::Wrong { file, .. } => file.path.display().to_string(),
        PageError::Unreadable(error) => return Block::Paragraph(vec![Inline::Text(shelf::sentence(error))]),
    };
    let said = Inline::Text("Cette page est mal écrite. Ce qu’il faut y corriger : ".to_owned());
    Block::Paragraph(vec![said, Inline::Code(format!("socketlab lint {path}"))])
}
