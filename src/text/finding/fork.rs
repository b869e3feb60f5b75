//! Servers that fork: children that nobody waits for, and copies of descriptors.

use crate::syscall::name::Name;
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
    if case.has_succeeded(Name::Close) {
        return kept_by_another_program(case);
    }
    Composed::happened(format!(
        "L’enfant sert le client et se termine ; le parent ne ferme jamais sa copie {}.",
        case.of_descriptor()
    ))
}

/// The parent has closed its copy; a child that became another program has not.
fn kept_by_another_program(case: Case) -> Composed {
    let happened = format!(
        "Le serveur ferme {}, et le client ne voit pas de fin : un enfant, devenu un autre programme, en tient encore une \
         copie.",
        case.descriptor()
    );
    Composed::titled("Un programme lancé par le serveur garde son client.", happened).advised(
        "`fork` copie les descripteurs, et `exec` les garde. La connexion n’est close qu’avec sa dernière copie : le client \
         attend que ce programme se termine.",
        "Demandez au noyau de les fermer à `exec` : `accept4(ecoute, NULL, NULL, SOCK_CLOEXEC)`, ou \
         `fcntl(client, F_SETFD, FD_CLOEXEC)`.",
    )
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
