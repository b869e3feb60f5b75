//! The life of sockets and of servers: who leaves, what stays open, what is used too late.

use crate::text::finding::Said;
use crate::text::finding::case::{Case, plural};

const SURVIVE: &str = "Avant tout : `signal(SIGPIPE, SIG_IGN)`. Ou donnez `MSG_NOSIGNAL` à chaque `send`. L’appel rend alors -1 avec \
                       EPIPE : fermez ce socket, et continuez.";

pub(super) fn sigpipe_death(case: Case) -> Said {
    let call = case.call().unwrap_or_else(|| "send".to_owned());
    let happened = format!(
        "`{call}` écrit dans une connexion que le pair a fermée. Le noyau envoie SIGPIPE au programme, qui en meurt."
    );
    if case.is_client() == Some(true) {
        return Said::new(
            "Le départ du serveur tue votre client (SIGPIPE).",
            happened,
            (
                "Si le serveur part au milieu d’un envoi, votre client disparaît sans un mot : ni message, ni fermeture, et le \
                 shell n’en dit souvent rien.",
                SURVIVE,
            ),
        );
    }
    Said::new(
        "Un client qui part tue votre serveur (SIGPIPE).",
        happened,
        (
            "Un seul client parti trop tôt arrête le serveur pour tous les autres, sans message : le code de sortie est 141, \
             c’est-à-dire 128 plus le signal 13.",
            SURVIVE,
        ),
    )
}

pub(super) fn single_client() -> Said {
    Said::new(
        "Votre serveur s’arrête après son premier client.",
        "Après une seule connexion, le programme se termine ou ferme son socket d’écoute.",
        (
            "Un serveur vit plus longtemps que ses clients : le deuxième trouve ici un port fermé, et sa connexion est refusée.",
            "Mettez `accept` et le service du client dans une boucle : `for (;;) { int client = accept(ecoute, NULL, NULL); … \
             close(client); }`",
        ),
    )
}

pub(super) fn iterative_only(case: Case) -> Said {
    let served = case.clients().filter(|count| *count > 1);
    let served = served.map(|count| format!(" ; il en a servi {count}, l’un après l’autre")).unwrap_or_default();
    Said::new(
        "Votre serveur ne sert qu’un client à la fois.",
        format!("Il n’appelle pas `accept` avant d’avoir fini avec le client précédent{served}."),
        (
            "Pendant qu’il attend les octets d’un client, les autres patientent dans la file du noyau. Un client qui ne dit rien \
             les bloque tous. Ce modèle convient à des services très courts.",
            "Servez chaque client à part : un processus (`fork`), un fil (`pthread_create`), ou un seul processus qui surveille \
             tous les descripteurs (`poll`).",
        ),
    )
}

pub(super) fn fd_leak(case: Case) -> Said {
    let open = match (case.descriptors(), case.clients()) {
        (Some(open), Some(clients)) => format!(
            " : {} encore {} après {}",
            plural(open, "aucun descripteur", "descripteur"),
            if open > 1 { "ouverts" } else { "ouvert" },
            plural(clients, "aucun client", "client")
        ),
        (Some(1), None) => " : 1 descripteur est encore ouvert".to_owned(),
        (Some(open), None) => format!(" : {open} descripteurs sont encore ouverts"),
        _ => String::new(),
    };
    Said::new(
        "Votre serveur garde ouverts les sockets de clients partis.",
        format!("Chaque client laisse derrière lui un descripteur que personne ne ferme{open}."),
        (
            "Un processus n’a droit qu’à un nombre limité de descripteurs (souvent 1024, voir `ulimit -n`). Une fois la limite \
             atteinte, `accept` échoue avec EMFILE et plus aucun client n’est servi. Et tant que le socket reste ouvert, le client \
             ne voit pas la fin.",
            "Appelez `close(client)` sur tous les chemins : quand `recv` rend 0, quand il rend -1, et à la fin du service. Avec \
             `fork`, dans le parent aussi.",
        ),
    )
}

pub(super) fn client_kills_server(case: Case) -> Said {
    let call = case.call().map(|call| format!(", `{call}` échoue{}", case.in_words())).unwrap_or_default();
    let signal = case.signal().map(|signal| format!(", tué par {signal}")).unwrap_or_default();
    Said::new(
        "Le départ d’un seul client arrête votre serveur.",
        format!("Un client part brusquement{call}, et le serveur entier s’arrête{signal}."),
        (
            "Un client qui part est un événement ordinaire : navigateur fermé, réseau coupé, Ctrl-C. Ce n’est pas une raison de \
             couper le service à tous les autres.",
            "Une erreur sur le socket d’un client ne concerne que lui : dites-la, fermez ce socket, et revenez à `accept`. Gardez \
             `exit` pour les échecs de `socket`, `bind` et `listen`, et ignorez SIGPIPE.",
        ),
    )
}

pub(super) fn fake_close(case: Case) -> Said {
    let open = match case.descriptors() {
        Some(1) => "1 socket de client encore ouvert".to_owned(),
        Some(open) => format!("{open} sockets de clients encore ouverts"),
        None => "des sockets de clients encore ouverts".to_owned(),
    };
    Said::new(
        "Votre programme se termine sans fermer ses clients.",
        format!("Il finit avec {open}, sans avoir appelé `close` : c’est le noyau qui les ferme."),
        (
            "Cela passe tant que le programme s’arrête. Le jour où il boucle pour servir d’autres clients, les descripteurs \
             s’accumulent, et ces clients ne voient jamais la fin.",
            "Appelez `close` sur chaque socket dès que vous en avez fini avec lui.",
        ),
    )
}

pub(super) fn send_on_listener(case: Case) -> Said {
    let call = case.call().or_else(|| case.last_call()).unwrap_or_else(|| "send".to_owned());
    Said::new(
        format!("{call} vise le socket d’écoute, pas celui du client."),
        format!(
            "`{call}` porte sur {}, qui est le socket d’écoute. L’appel échoue{}.",
            case.descriptor(),
            case.in_words()
        ),
        (
            "Le socket d’écoute ne transporte aucun octet : il n’a pas de pair. Chaque client a le sien, un nouveau descripteur, \
             que `accept` rend.",
            "Gardez ce que rend `accept`, et parlez à travers lui : `int client = accept(ecoute, NULL, NULL)`. Ensuite : \
             `send(client, …)` et `recv(client, …)`.",
        ),
    )
}

pub(super) fn send_unconnected(case: Case) -> Said {
    let call = case.call().or_else(|| case.last_call()).unwrap_or_else(|| "send".to_owned());
    Said::new(
        format!("{call} vise un socket qui n’est connecté à personne."),
        format!("`{call}` porte sur {}, jamais connecté. L’appel échoue{}.", case.descriptor(), case.in_words()),
        (
            "Un socket TCP neuf n’a pas de pair : le noyau ne sait pas à qui sont destinés les octets. C’est `connect` qui le \
             relie à un serveur, ou `accept` qui rend un socket déjà relié.",
            "Appelez `connect` d’abord, et vérifiez qu’il a réussi. Dans un serveur, parlez à travers le descripteur que rend \
             `accept`.",
        ),
    )
}

pub(super) fn use_after_close(case: Case) -> Said {
    let call =
        case.call().or_else(|| case.last_call()).map_or_else(|| "Un appel".to_owned(), |call| format!("`{call}`"));
    let failed = match case.errno() {
        Some(_) => format!(", et échoue{}", case.in_words()),
        None => String::new(),
    };
    Said::new(
        "Un descripteur sert encore après avoir été fermé.",
        format!("{call} se sert {}, que le programme avait fermé{failed}.", case.of_descriptor()),
        (
            "Après `close`, le numéro est libre : l’appel échoue avec EBADF, ou pire, le noyau a déjà donné ce numéro à un autre \
             client, et le message part chez lui.",
            "Fermez en dernier, une fois tout dit. Mettre la variable à -1 après `close` fait voir aussitôt qui s’en sert trop \
             tard ; avec des fils, un seul doit fermer.",
        ),
    )
}

pub(super) fn double_close(case: Case) -> Said {
    let failed = match case.errno() {
        Some(_) => format!(" Le second appel échoue{}.", case.in_words()),
        None => String::new(),
    };
    Said::new(
        "Un descripteur est fermé deux fois.",
        format!("`close` est appelé deux fois sur {}, sans que rien l’ait rouvert.{failed}", case.descriptor()),
        (
            "Entre les deux, le noyau peut donner ce numéro à un autre socket, par exemple dans un autre fil : le second `close` \
             coupe alors un client qui n’a rien demandé.",
            "Décidez quelle fonction ferme, et elle seule. Après `close(fd)`, écrivez `fd = -1`, et ne fermez que ce qui n’est \
             pas -1.",
        ),
    )
}
