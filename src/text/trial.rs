//! What an author reads of a lesson that was played.

use std::path::Path;

use crate::author::trial::{Surprise, SurpriseKind};

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

/// The last line.
#[must_use]
pub fn summary(lessons: usize, faults: usize) -> String {
    let lessons =
        if lessons == 1 { "1 leçon vérifiée".to_owned() } else { format!("{lessons} leçons vérifiées") };
    match faults {
        0 => format!("{lessons} et jouées\u{a0}: rien à redire.")
            .replace("1 leçon vérifiée et jouées", "1 leçon vérifiée et jouée"),
        1 => format!("{lessons}\u{a0}: 1 remarque."),
        _ => format!("{lessons}\u{a0}: {faults} remarques."),
    }
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
