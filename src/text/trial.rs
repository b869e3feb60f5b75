//! What an author reads of a lesson that was played.

use std::path::Path;

use crate::author::trial::{Surprise, SurpriseKind};
use crate::text::quantity::counted;

/// One surprise, with its line.
#[must_use]
pub fn surprise(path: &Path, surprise: &Surprise) -> String {
    let place = format!("{}:{}\u{a0}:", path.display(), surprise.line);
    match &surprise.kind {
        SurpriseKind::Outcome { actor, call, outcome, wanted } => {
            format!("{place} {actor}, {call} rend {outcome} sur cette machine\u{202f}; la leçon attend {wanted}.")
        }
        SurpriseKind::Sleeps { actor, call } => {
            format!(
                "{place} {actor}, {call} bloque\u{202f}; écrivez «\u{a0}// => bloque\u{a0}», ou faites venir qui le réveille."
            )
        }
        SurpriseKind::Note { kind, actor } => format!("{place} {}", noted(kind, actor)),
        SurpriseKind::State { source } => format!("{place} l’état «\u{a0}{source}\u{a0}» n’est jamais atteint."),
    }
}

/// The play ended before its end: what it said on stderr.
#[must_use]
pub fn not_played(path: &Path, said: &str) -> String {
    format!("{}\u{a0}: la leçon n’a pas pu être jouée. {}", path.display(), said.trim())
}

/// The last line: what was checked, and how much there is to say of it.
#[must_use]
pub fn summary((lessons, pages): (usize, usize), faults: usize) -> String {
    let played = match (lessons, faults) {
        (1, 0) => " et jouée",
        (2.., 0) => " et jouées",
        _ => "",
    };
    let checked = [counted(lessons, "", "leçon vérifiée") + played, counted(pages, "", "page vérifiée")];
    let checked: Vec<&str> = checked.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let said = match faults {
        0 => "rien à redire".to_owned(),
        _ => counted(faults, "", "remarque"),
    };
    format!("{}\u{a0}: {said}.", checked.join(", "))
}

/// Beside the progress bar.
pub const PLAYING: &str = "vérification";

fn noted(kind: &str, actor: &str) -> String {
    match kind {
        "not-woken" => format!("{actor} dort encore dans cet appel\u{202f}; personne ne l’en a sorti."),
        "not-asleep" => format!("{actor} ne dort pas au moment où la leçon dit qu’on le réveille."),
        "woken-by-nobody" => format!("{actor} sort de cet appel sans que la leçon dise qui le réveille."),
        _ => format!("la suite de {actor} n’est pas jouée\u{202f}; il dort encore, ou il est mort."),
    }
}
