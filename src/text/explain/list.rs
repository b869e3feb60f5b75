//! The lists: `socketlab explain appels`.

use super::fold::fold;
use super::{
    CALLS, CONSTANTS, Explanation, SIGNALS, STATES, WORDS, definitions, first_sentence, heading, inlines, paragraph,
};
use crate::lesson::model::Block;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::vocabulary::FUNCTIONS;
use crate::text::errno as words;

/// What can be listed.
pub(super) const NAMES: &[&str] = &["appels", "erreurs", "états", "signaux", "constantes", "mots", "défauts"];

/// The list of that name, or nothing.
pub(super) fn named(typed: &str) -> Vec<Explanation> {
    let list = match fold(typed).as_str() {
        "appels" | "fonctions" => calls(),
        "erreurs" | "errnos" => errors(),
        "etats" => states(),
        "signaux" => signals(),
        "constantes" => constants(),
        "mots" | "glossaire" => glossary(),
        "defauts" | "diagnostics" | "findings" | "fragilites" | "conseils" => defects(),
        _ => return Vec::new(),
    };
    vec![list]
}

/// The calls under the header that declares them.
fn calls() -> Explanation {
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
        let texts = own.filter_map(|function| CALLS.iter().find(|text| text.name == function.name.as_str()));
        blocks.push(definitions(texts.map(|text| (text.name, first_sentence(text.does)))));
    }
    listing("Appels du C des leçons", blocks)
}

fn errors() -> Explanation {
    let errnos = Errno::all().filter_map(|errno| Some(row(errno.number(), errno.name()?, words::french(errno))));
    let gai = GaiError::all().filter_map(|error| Some(row(error.number(), error.name()?, words::gai_french(error))));
    let list = |items| Block::List { ordered: false, items };
    let blocks = vec![
        heading("errno"),
        list(errnos.map(|text| inlines(&text)).collect()),
        heading("getaddrinfo et getnameinfo"),
        list(gai.map(|text| inlines(&text)).collect()),
    ];
    listing("Erreurs", blocks)
}

fn row(number: i32, name: &str, french: &str) -> String {
    format!("`{name}` ({number}) : {french}")
}

fn states() -> Explanation {
    let rows = STATES.iter().map(|text| (text.state.name(), first_sentence(text.meaning)));
    listing("États de TCP", vec![definitions(rows)])
}

fn signals() -> Explanation {
    let rows = SIGNALS.iter().filter_map(|text| Some((text.signal.name()?, first_sentence(text.meaning))));
    listing("Signaux", vec![definitions(rows)])
}

fn constants() -> Explanation {
    let rows = CONSTANTS.iter().map(|text| (text.name, first_sentence(text.meaning)));
    listing("Constantes courantes", vec![definitions(rows)])
}

fn glossary() -> Explanation {
    let items = WORDS.iter().map(|word| inlines(&format!("{} : {}", word.name, first_sentence(word.meaning))));
    listing("Mots des leçons", vec![Block::List { ordered: false, items: items.collect() }])
}

fn defects() -> Explanation {
    listing("Ce que trace sait reconnaître", super::findings::blocks())
}

fn listing(title: &str, mut blocks: Vec<Block>) -> Explanation {
    blocks.push(paragraph("Pour en savoir plus sur l’un d’eux : `socketlab explain MOT`"));
    Explanation::new(title.to_owned(), blocks)
}
