//! Servers that fork: children that nobody waits for, and copies of descriptors.

use crate::text::finding::Composed;
use crate::text::finding::case::Case;

pub(super) fn zombie(case: Case) -> Composed {
    match case.zombies() {
        Some(1) => Composed::happened("1 enfant terminé reste zombie : le parent ne l’a pas attendu."),
        Some(count) => {
            Composed::happened(format!("{count} enfants terminés restent zombies : le parent ne les a pas attendus."))
        }
        None => Composed::default(),
    }
}

pub(super) fn fork_keeps_client(case: Case) -> Composed {
    Composed::happened(format!(
        "L’enfant sert le client et se termine ; le parent ne ferme jamais sa copie {}.",
        case.of_descriptor()
    ))
}

pub(super) fn fork_keeps_listener(case: Case) -> Composed {
    let on = case.0.fd.map(|fd| format!(" (descripteur {fd})")).unwrap_or_default();
    Composed::happened(format!(
        "L’enfant sert son client sans avoir fermé le socket d’écoute{on}, qui ne lui sert à rien."
    ))
}

pub(super) fn child_returns_to_accept(case: Case) -> Composed {
    let failed = case.errno().map(|_| format!(" L’appel échoue{}.", case.in_words())).unwrap_or_default();
    Composed::happened(format!("Un enfant a servi son client, puis appelle `accept` comme son père.{failed}"))
}
