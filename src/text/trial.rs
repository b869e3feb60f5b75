//! What an author reads of a lesson that was played.

use std::path::Path;

use crate::author::trial::{Surprise, SurpriseKind};
use crate::syscall::call::Outcome;
use crate::syscall::name::Name;
use crate::syscall::notation::{errno_name, format_outcome, signal_name};
use crate::text::expected::expected;

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
