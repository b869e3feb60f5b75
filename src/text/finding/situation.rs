//! Situations of the machine: nobody's mistake, where they are handled.

use crate::text::cause::{Scene, cause};
use crate::text::finding::Composed;
use crate::text::finding::case::Case;

pub(super) fn port_in_use(case: Case) -> Composed {
    if let (None, Some(path)) = (case.port(), case.address()) {
        return path_in_use(&path).on_this_machine(case);
    }
    let title = case.port().map(|port| format!("Le port {port} est déjà pris."));
    Composed { title, ..Composed::default() }.on_this_machine(case)
}

/// AF_UNIX: the file of the socket outlives who made it.
fn path_in_use(path: &str) -> Composed {
    let happened = format!(
        "`bind` échoue avec EADDRINUSE : le fichier {path} existe déjà. Le socket d’un programme qui s’est arrêté en laisse un."
    );
    Composed::titled("Le chemin du socket est déjà pris.", happened).advised(
        "`bind` crée un fichier pour un socket AF_UNIX, et `close` ne l’enlève pas. Un second `bind` sur le même chemin est \
         refusé, même si plus aucun serveur n’écoute.",
        "Appelez `unlink(chemin)` juste avant `bind`, et quand le serveur s’arrête. Si un autre serveur écoute vraiment là, \
         arrêtez-le d’abord.",
    )
}

pub(super) fn port_privileged(case: Case) -> Composed {
    let title = case.port().map(|port| format!("Le port {port} est réservé."));
    Composed { title, ..Composed::default() }.on_this_machine(case)
}

pub(super) fn address_not_local(case: Case) -> Composed {
    let address = case.address().map(|address| format!(" {address}")).unwrap_or_default();
    Composed::happened(format!(
        "`bind` échoue avec EADDRNOTAVAIL : l’adresse{address} n’est celle d’aucune carte de cette machine."
    ))
    .on_this_machine(case)
}

pub(super) fn connection_refused(case: Case) -> Composed {
    let address = case.address().map(|address| format!(" à l’adresse {address}")).unwrap_or_default();
    Composed::happened(format!("`connect` échoue avec ECONNREFUSED : la machine a répondu, et rien n’écoute{address}."))
        .on_this_machine(case)
}

impl Composed {
    /// What this machine says of the cause takes the place of the general words.
    fn on_this_machine(self, case: Case) -> Composed {
        let Some(found) = case.cause().map(|found| cause(found, Scene::Other)) else { return self };
        let command = found.command.map(|command| format!(" `{command}`")).unwrap_or_default();
        Composed { happened: Some(found.sentence), instead: Some(format!("{}{command}", found.advice)), ..self }
    }
}
