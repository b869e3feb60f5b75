//! What an author reads of a lesson that was played.

use std::path::Path;

use crate::author::trial::{Surprise, SurpriseKind};
use crate::syscall::call::Outcome;
use crate::syscall::name::Name;
use crate::syscall::notation::{errno_name, format_outcome, signal_name};
use crate::text::expected::expected;
use crate::text::quantity::counted;

/// One surprise, with its line.
#[must_use]
pub fn surprise(path: &Path, surprise: &Surprise) -> String {
    let place = format!("{}:{}\u{a0}:", path.display(), surprise.line);
    match &surprise.kind {
        SurpriseKind::Outcome { actor, call, outcome, wanted } => {
            let (what, wanted) =
                (call.map_or_else(String::new, |call| format!(", {call}")), wanted.as_ref().map(expected));
            let wanted = wanted.unwrap_or_default();
            format!(
                "{place} {actor}{what} rend {} sur cette machine\u{202f}; la leçon attend {wanted}.",
                given(*call, outcome)
            )
        }
        SurpriseKind::Sleeps { actor, call } => {
            format!(
                "{place} {actor}, {call} bloque\u{202f}; écrivez «\u{a0}// => bloque\u{a0}», ou faites venir qui le réveille."
            )
        }
        SurpriseKind::NotWoken { actor } => {
            format!("{place} {actor} dort encore dans cet appel\u{202f}; personne ne l’en a sorti.")
        }
        SurpriseKind::NotAsleep { actor } => {
            format!("{place} {actor} ne dort pas au moment où la leçon dit qu’on le réveille.")
        }
        SurpriseKind::WokenByNobody { actor } => {
            format!("{place} {actor} sort de cet appel sans que la leçon dise qui le réveille.")
        }
        SurpriseKind::Unavailable { actor } => {
            format!("{place} la suite de {actor} n’est pas jouée\u{202f}; il dort encore, ou il est mort.")
        }
        SurpriseKind::State { source } => format!("{place} l’état «\u{a0}{source}\u{a0}» n’est jamais atteint."),
    }
}

/// `EACCES`, `SIGPIPE`, `4`
fn given(call: Option<Name>, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(errno) => errno_name(*errno),
        Outcome::Killed(signal) => signal_name(*signal),
        other => format_outcome(call, other).trim_start_matches([' ', '=']).to_owned(),
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
