//! Findings explained in general, each with the mistake and its correction in C.

use super::{Explanation, heading, inlines, paragraph};
use crate::content::book::{Book, PageError};
use crate::content::keywords::section;
use crate::finding::{Id, Severity};
use crate::lesson::model::Block;
use crate::text::finding::{general, meaning, severity};

/// A finding in general.
pub(super) fn finding(book: &Book, id: Id) -> Result<Explanation, PageError> {
    let page = book.finding(id)?;
    let said = general(id, &page);
    let (wrong, right) = page.excerpts();
    let kind = severity(id.severity());
    let blocks = vec![
        paragraph(&said.title),
        heading(section::HAPPENED),
        paragraph(&said.happened),
        heading(section::WHY),
        paragraph(&said.why),
        heading(section::INSTEAD),
        paragraph(&said.instead),
        paragraph(&format!("{} {}", section::SPARED, page.spared)),
        heading("Un exemple de l’erreur"),
        program(wrong),
        heading("Et sa correction"),
        program(right),
    ];
    let said = if id.needs_statement() { "que seul un énoncé permet de dire" } else { "que trace reconnaît" };
    Ok(Explanation::new(format!("{} · {kind} {said}", id.name()), blocks).taught(&page.lessons))
}

fn program(text: String) -> Block {
    Block::Preformatted { language: "c".to_owned(), text }
}

/// The list of what `trace` finds, the worst first.
pub(super) fn blocks(book: &Book) -> Result<Vec<Block>, PageError> {
    let severities = [Severity::Defect, Severity::Weakness, Severity::Advice, Severity::Information];
    let blocks = severities.into_iter().map(|kind| of_severity(book, kind));
    Ok(blocks.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn of_severity(book: &Book, kind: Severity) -> Result<[Block; 3], PageError> {
    let ids = Id::all().filter(|id| id.severity() == kind && !id.needs_statement());
    let item = |id: Id| Ok(inlines(&format!("`{}` : {}", id.name(), general(id, &book.finding(id)?).title)));
    let items = ids.map(item).collect::<Result<_, _>>()?;
    let title = format!("{}s", capitalised(severity(kind)));
    Ok([heading(&title), paragraph(&format!("{}.", capitalised(meaning(kind)))), Block::List { ordered: false, items }])
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
