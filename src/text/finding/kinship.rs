//! Servers that fork: children that nobody waits for, and copies of descriptors.

use crate::text::finding::Said;
use crate::text::finding::case::Case;

pub(super) fn zombie(case: Case) -> Said {
    let happened = match case.zombies() {
        Some(1) => "1 enfant terminé reste zombie : le parent ne l’a pas attendu.".to_owned(),
        Some(count) => format!("{count} enfants terminés restent zombies : le parent ne les a pas attendus."),
        None => "Les enfants terminés restent zombies : le parent ne les attend pas.".to_owned(),
    };
    Said::new(
        "Les enfants de votre serveur restent zombies.",
        happened,
        (
            "Un enfant terminé garde sa place dans la table des processus jusqu’à ce que son parent lise son code de sortie par \
             `waitpid`. Il en reste un par client : la table se remplit, et `fork` finit par échouer (EAGAIN).",
            "Installez un gestionnaire de SIGCHLD qui les attend tous, sans dormir : `while (waitpid(-1, NULL, WNOHANG) > 0) continue`. Ou, \
             si leur code ne vous sert pas : `signal(SIGCHLD, SIG_IGN)`.",
        ),
    )
}

pub(super) fn fork_keeps_client(case: Case) -> Said {
    Said::new(
        "Après fork, le parent garde sa copie du socket client.",
        format!("L’enfant sert le client et se termine ; le parent ne ferme jamais sa copie {}.", case.of_descriptor()),
        (
            "`fork` copie les descripteurs, pas les sockets : la connexion n’est close qu’avec sa dernière copie. Le client attend \
             donc une fin qui ne vient pas, et le parent accumule un descripteur par client, jusqu’à EMFILE.",
            "Juste après `fork`, dans le parent : `close(client)`. Dans l’enfant : `close(ecoute)`.",
        ),
    )
}

pub(super) fn fork_keeps_listener(case: Case) -> Said {
    let on = case.0.fd.map(|fd| format!(" (descripteur {fd})")).unwrap_or_default();
    Said::new(
        "Après fork, l’enfant garde sa copie du socket d’écoute.",
        format!("L’enfant sert son client sans avoir fermé le socket d’écoute{on}, qui ne lui sert à rien."),
        (
            "Tant qu’un enfant vit, le port reste ouvert, même si le serveur s’est arrêté : les clients entrent dans une file que \
             plus personne ne vide, et le serveur relancé trouve le port pris.",
            "Juste après `fork`, dans l’enfant : `close(ecoute)`.",
        ),
    )
}
