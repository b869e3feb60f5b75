//! The lists: `socketlab explain appels`.

use super::fold::fold;
use super::{Explanation, definitions, first_sentence, heading, inlines, paragraph};
use crate::content::book::{Book, PageError};
use crate::content::entry::{Chapter, Entry};
use crate::lesson::model::Block;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::vocabulary::FUNCTIONS;
use crate::text::errno as words;

/// What can be listed.
pub(super) const NAMES: &[&str] = &["appels", "erreurs", "états", "signaux", "constantes", "mots", "défauts"];

/// The list of that name, or nothing.
pub(super) fn named(book: &Book, typed: &str) -> Result<Vec<Explanation>, PageError> {
    let entries = |title: &str, chapter| {
        let entries = book.chapter(chapter)?;
        Ok(listing(title, vec![definitions(entries.iter().map(row))]))
    };
    let list = match fold(typed).as_str() {
        "appels" | "fonctions" => calls(book),
        "erreurs" | "errnos" => Ok(errors()),
        "etats" => entries("États de TCP", Chapter::States),
        "signaux" => entries("Signaux", Chapter::Signals),
        "constantes" => entries("Constantes courantes", Chapter::Constants),
        "mots" | "glossaire" => glossary(book),
        "defauts" | "diagnostics" | "findings" | "fragilites" | "conseils" => defects(book),
        _ => return Ok(Vec::new()),
    };
    Ok(vec![list?])
}

fn row(entry: &Entry) -> (&str, &str) {
    (&entry.name, first_sentence(entry.meaning()))
}

/// The calls under the header that declares them.
fn calls(book: &Book) -> Result<Explanation, PageError> {
    let texts = book.calls()?;
    let mut blocks = Vec::new();
    let mut headers: Vec<&str> = Vec::new();
    for function in FUNCTIONS {
        if !headers.contains(&function.header) {
            headers.push(function.header);
        }
    }
    for header in headers {
        blocks.push(Block::Paragraph(inlines(&format!("`#include <{header}>`"))));
        let own = FUNCTIONS.iter().filter(|function| function.header == header);
        let texts = own.filter_map(|function| texts.iter().find(|text| text.name == function.name.as_str()));
        blocks.push(definitions(texts.map(|text| (text.name.as_str(), first_sentence(&text.does)))));
    }
    Ok(listing("Appels du C des leçons", blocks))
}

fn errors() -> Explanation {
    let errnos = Errno::all().filter_map(|errno| Some(numbered(errno.number(), errno.name()?, words::french(errno))));
    let gai =
        GaiError::all().filter_map(|error| Some(numbered(error.number(), error.name()?, words::gai_french(error))));
    let list = |items| Block::List { ordered: false, items };
    let blocks = vec![
        heading("errno"),
        list(errnos.map(|text| inlines(&text)).collect()),
        heading("getaddrinfo et getnameinfo"),
        list(gai.map(|text| inlines(&text)).collect()),
    ];
    listing("Erreurs", blocks)
}

fn numbered(number: i32, name: &str, french: &str) -> String {
    format!("`{name}` ({number}) : {french}")
}

fn glossary(book: &Book) -> Result<Explanation, PageError> {
    let words = book.chapter(Chapter::Words)?;
    let items = words.iter().map(row).map(|(name, meaning)| inlines(&format!("{name} : {meaning}"))).collect();
    Ok(listing("Mots des leçons", vec![Block::List { ordered: false, items }]))
}

fn defects(book: &Book) -> Result<Explanation, PageError> {
    Ok(listing("Ce que trace sait reconnaître", super::findings::blocks(book)?))
}

fn listing(title: &str, mut blocks: Vec<Block>) -> Explanation {
    blocks.push(paragraph("Pour en savoir plus sur l’un d’eux : `socketlab explain MOT`"));
    Explanation::new(title.to_owned(), blocks)
}
