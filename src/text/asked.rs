//! What the key `e` answers: the call at hand, and the errno of the last one.

use crate::content::book::{Book, PageError};
use crate::lesson::model::{Block, Inline};
use crate::syscall::errno::Errno;
use crate::text::{catalog, explain};

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
        PageError::Unreadable(error) => return Block::Paragraph(vec![Inline::Text(catalog::sentence(error))]),
    };
    let said = Inline::Text("Cette page est mal écrite. Ce qu’il faut y corriger : ".to_owned());
    Block::Paragraph(vec![said, Inline::Code(format!("socketlab lint {path}"))])
}

#[cfg(test)]
mod tests {
    use super::blocks;
    use crate::content::book::Book;
    use crate::syscall::errno::Errno;

    #[test]
    fn a_page_that_is_badly_written_is_named_and_the_others_are_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let calls = folder.path().join("dictionnaire/appels");
        std::fs::create_dir_all(&calls).expect("created");
        std::fs::write(calls.join("bind.md"), "rien").expect("written");
        let said = |call| format!("{:?}", blocks(&Book::new(Some(folder.path())), Some(call), None));
        assert!(said("bind").contains("socketlab lint") && said("bind").contains("bind.md"), "{}", said("bind"));
        assert!(said("accept").contains("file d’accept"), "{}", said("accept"));
        let ours = format!("{:?}", blocks(&Book::default(), Some("bind"), Some(Errno::EADDRINUSE)));
        assert!(ours.contains("Attache une adresse") && ours.contains("EADDRINUSE"), "{ours}");
    }
}
