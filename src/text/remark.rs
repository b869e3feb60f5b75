//! What an author reads about a lesson that parses.

use crate::author::remark::{Fault, RemarkKind};
use crate::lesson::model::Section;

/// The sentence of a remark, with its remedy.
#[must_use]
pub fn sentence(kind: &RemarkKind) -> String {
    match kind {
        RemarkKind::MissingSection(section) => {
            format!("il manque la section «\u{a0}{}\u{a0}» à la fin de la leçon", title(*section))
        }
        RemarkKind::TooFewQuestions { found, wanted } => {
            format!("une leçon pose au moins {wanted} questions\u{202f}; il y en a {found}")
        }
        RemarkKind::UnexplainedChoice(choice) => {
            format!("rien n’explique pourquoi le choix {choice} est faux\u{202f}; ajoutez si_{choice} = \"…\"")
        }
        RemarkKind::SameChoice(choice) => format!("le choix {choice} répète un choix précédent"),
        RemarkKind::NothingProvesIt => {
            "aucun appel ne suit cette question dans son étape\u{202f}: placez-la avant l’appel qui la prouve"
                .replace("\u{202f}:", "\u{a0}:")
        }
        RemarkKind::LongText { lines, limit } => format!(
            "{lines} lignes de texte avant qu’il se passe quelque chose (au plus {limit})\u{202f}; coupez, ou placez un appel avant"
        ),
        RemarkKind::IdleActor(actor) => format!("l’acteur «\u{a0}{actor}\u{a0}» est déclaré et ne fait rien"),
        RemarkKind::LiteralPort(port) => {
            format!("le port {port} est écrit en clair dans le texte\u{202f}; écrivez {{port}}, qui suit le port joué")
        }
        RemarkKind::NoSuchPrerequisite(number) => {
            format!("aucune autre leçon n’a le numéro {number}, donné dans prerequis")
        }
        RemarkKind::SameNumber(number) => format!("une autre leçon a déjà le numéro {number}\u{202f}; changez-en un"),
        RemarkKind::SameSlug(slug) => {
            format!("une autre leçon a déjà le nom court «\u{a0}{slug}\u{a0}»\u{202f}; changez-en un")
        }
        RemarkKind::Typography(fault) => typography(*fault),
        RemarkKind::MissingPage(name) => {
            format!("il manque l’explication de «\u{a0}{name}\u{a0}»\u{202f}; ajoutez-la ici")
        }
    }
}

fn title(section: Section) -> &'static str {
    match section {
        Section::Remember => "À retenir",
        Section::YourTurn => "À vous",
        Section::Further => "Pour aller plus loin",
    }
}

fn typography(fault: Fault) -> String {
    match fault {
        Fault::NarrowSpace(mark) => {
            format!("il manque l’espace fine insécable (U+202F) avant «\u{a0}{mark}\u{a0}»")
        }
        Fault::Space => "il manque l’espace insécable (U+00A0) avant «\u{a0}:\u{a0}»".to_owned(),
        Fault::Guillemet => "il manque l’espace insécable (U+00A0) à l’intérieur des guillemets «\u{a0}»".to_owned(),
        Fault::Apostrophe => "l’apostrophe du texte est ’ (U+2019)".to_owned(),
        Fault::Quotes => "les guillemets du texte sont «\u{a0}»".to_owned(),
        Fault::Word(word) => {
            format!("«\u{a0}{word}\u{a0}» décourage qui ne comprend pas encore\u{202f}; dites la chose sans lui")
        }
    }
}
