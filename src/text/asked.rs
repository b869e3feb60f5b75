//! What the key `e` answers: the call at hand, and the errno of the last one.

use crate::lesson::model::{Block, Inline};
use crate::syscall::errno::Errno;
use crate::text::explain;

/// Blocks of the page that are shown in the lesson; the rest is one command away.
const SHOWN: usize = 1;

/// What is known of them, in short.
#[must_use]
pub fn blocks(call: Option<&str>, errno: Option<Errno>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for page in call.and_then(explain::call).into_iter().chain(errno.map(explain::errno)) {
        blocks.push(Block::Paragraph(vec![Inline::Strong(page.title)]));
        blocks.extend(page.blocks.into_iter().take(SHOWN));
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
