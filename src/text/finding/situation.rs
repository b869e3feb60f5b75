//! Situations of the machine: nobody's mistake, where they are handled.

use crate::text::cause::{Scene, cause};
use crate::text::finding::Said;
use crate::text::finding::case::Case;

pub(super) fn port_in_use(case: Case) -> Said {
    let title = match case.port() {
        Some(port) => format!("Le port {port} est déjà pris."),
        None => "Le port demandé est déjà pris.".to_owned(),
    };
    Said::new(
        title,
        "`bind` échoue avec EADDRINUSE : un autre socket tient ce port.",
        (
            "Deux sockets ne peuvent avoir la même adresse et le même port. C’est souvent une copie du serveur, lancée plus tôt et \
             jamais arrêtée, ou une connexion finie qui garde le port en TIME_WAIT.",
            "Arrêtez l’autre programme, ou prenez un autre port. Contre TIME_WAIT, posez `SO_REUSEADDR` avant `bind`. Voyez qui \
             écoute : `ss -tlnp`",
        ),
    )
    .on_this_machine(case)
}

pub(super) fn port_privileged(case: Case) -> Said {
    let title = match case.port() {
        Some(port) => format!("Le port {port} est réservé."),
        None => "Le port demandé est réservé.".to_owned(),
    };
    Said::new(
        title,
        "`bind` échoue avec EACCES : ce compte n’a pas droit à ce port.",
        (
            "Les petits numéros (en dessous de 1024, d’ordinaire) sont ceux des services connus : 80 pour le web, 22 pour ssh. Il \
             faut un privilège, `CAP_NET_BIND_SERVICE`, pour y écouter.",
            "Pour vos essais, prenez un port à partir de 1024, par exemple 3001 ou 8080.",
        ),
    )
    .on_this_machine(case)
}

pub(super) fn address_not_local(case: Case) -> Said {
    let address = case.address().map(|address| format!(" {address}")).unwrap_or_default();
    Said::new(
        "L’adresse demandée n’est pas une adresse de cette machine.",
        format!("`bind` échoue avec EADDRNOTAVAIL : l’adresse{address} n’est celle d’aucune carte de cette machine."),
        (
            "`bind` choisit l’une de vos propres adresses, pas celle de l’autre machine : celle-là se donne à `connect`.",
            "Donnez 0.0.0.0 (`INADDR_ANY`) pour toutes vos adresses, ou l’une d’elles. Voyez-les : `ip -brief address`",
        ),
    )
    .on_this_machine(case)
}

pub(super) fn connection_refused(case: Case) -> Said {
    let address = case.address().map(|address| format!(" à l’adresse {address}")).unwrap_or_default();
    Said::new(
        "La connexion est refusée : aucun serveur n’écoute là.",
        format!("`connect` échoue avec ECONNREFUSED : la machine a répondu, et rien n’écoute{address}."),
        (
            "Le serveur n’est pas lancé, pas encore à l’écoute, ou il écoute ailleurs : autre port, autre adresse, octets du port \
             dans le désordre faute de `htons`.",
            "Lancez d’abord le serveur, puis le client. Voyez qui écoute, et où : `ss -tln`",
        ),
    )
    .on_this_machine(case)
}

impl Said {
    /// What this machine says of the cause takes the place of the general words.
    fn on_this_machine(self, case: Case) -> Said {
        let Some(found) = case.cause().map(|found| cause(found, Scene::Other)) else { return self };
        let command = found.command.map(|command| format!(" `{command}`")).unwrap_or_default();
        Said { happened: found.sentence, instead: format!("{}{command}", found.advice), ..self }
    }
}
