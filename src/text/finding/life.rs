//! The life of sockets and of servers: who leaves, what stays open, what is used too late.

use crate::text::finding::Composed;
use crate::text::finding::case::{Case, plural};

pub(super) fn sigpipe_death(case: Case) -> Composed {
    let call = case.call().unwrap_or_else(|| "send".to_owned());
    let happened = format!(
        "`{call}` écrit dans une connexion que le pair a fermée. Le noyau envoie SIGPIPE au programme, qui en meurt."
    );
    if case.is_client() != Some(true) {
        return Composed::happened(happened);
    }
    let why = "Si le serveur part au milieu d’un envoi, votre client disparaît sans un mot : ni message, ni fermeture, et le \
               shell n’en dit souvent rien.";
    let composed = Composed::titled("Le départ du serveur tue votre client (SIGPIPE).", happened);
    Composed { why: Some(why.to_owned()), ..composed }
}

pub(super) fn iterative_only(case: Case) -> Composed {
    let served = case.clients().filter(|count| *count > 1);
    let served = served.map(|count| format!(" ; il en a servi {count}, l’un après l’autre")).unwrap_or_default();
    Composed::happened(format!("Il n’appelle pas `accept` avant d’avoir fini avec le client précédent{served}."))
}

pub(super) fn fd_leak(case: Case) -> Composed {
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
    Composed::happened(format!("Chaque client laisse derrière lui un descripteur que personne ne ferme{open}."))
}

pub(super) fn client_kills_server(case: Case) -> Composed {
    let call = case.call().map(|call| format!(", `{call}` échoue{}", case.in_words())).unwrap_or_default();
    let signal = case.signal().map(|signal| format!(", tué par {signal}")).unwrap_or_default();
    Composed::happened(format!("Un client part brusquement{call}, et le serveur entier s’arrête{signal}."))
}

pub(super) fn fake_close(case: Case) -> Composed {
    let open = match case.descriptors() {
        Some(1) => "1 socket de client encore ouvert".to_owned(),
        Some(open) => format!("{open} sockets de clients encore ouverts"),
        None => "des sockets de clients encore ouverts".to_owned(),
    };
    Composed::happened(format!("Il finit avec {open}, sans avoir appelé `close` : c’est le noyau qui les ferme."))
}

pub(super) fn send_on_listener(case: Case) -> Composed {
    let call = case.call().or_else(|| case.last_call()).unwrap_or_else(|| "send".to_owned());
    Composed::titled(
        format!("{call} vise le socket d’écoute, pas celui du client."),
        format!(
            "`{call}` porte sur {}, qui est le socket d’écoute. L’appel échoue{}.",
            case.descriptor(),
            case.in_words()
        ),
    )
}

pub(super) fn send_unconnected(case: Case) -> Composed {
    let call = case.call().or_else(|| case.last_call()).unwrap_or_else(|| "send".to_owned());
    Composed::titled(
        format!("{call} vise un socket qui n’est connecté à personne."),
        format!("`{call}` porte sur {}, jamais connecté. L’appel échoue{}.", case.descriptor(), case.in_words()),
    )
}

pub(super) fn use_after_close(case: Case) -> Composed {
    let call =
        case.call().or_else(|| case.last_call()).map_or_else(|| "Un appel".to_owned(), |call| format!("`{call}`"));
    let failed = match case.errno() {
        Some(_) => format!(", et échoue{}", case.in_words()),
        None => String::new(),
    };
    Composed::happened(format!("{call} se sert {}, que le programme avait fermé{failed}.", case.of_descriptor()))
}

pub(super) fn double_close(case: Case) -> Composed {
    let failed = match case.errno() {
        Some(_) => format!(" Le second appel échoue{}.", case.in_words()),
        None => String::new(),
    };
    Composed::happened(format!(
        "`close` est appelé deux fois sur {}, sans que rien l’ait rouvert.{failed}",
        case.descriptor()
    ))
}

pub(super) fn message_kills_server(case: Case) -> Composed {
    let call = case.first_call().unwrap_or_else(|| "recv".to_owned());
    let end = match (case.signal(), case.bytes()) {
        (Some(signal), _) => format!("est tué par {signal}"),
        (None, Some(exception)) => format!("s’arrête sur une exception que rien n’attrape, {exception}"),
        (None, None) => return Composed::default(),
    };
    Composed::happened(format!("Juste après `{call}`, qui a apporté des octets d’un client, le serveur entier {end}."))
}

pub(super) fn crash(case: Case) -> Composed {
    let Some(signal) = case.signal() else { return Composed::default() };
    let after =
        case.first_call().map(|call| format!(" Le dernier appel sur un socket est `{call}`.")).unwrap_or_default();
    Composed::titled(
        format!("Votre programme s’écrase ({signal})."),
        format!("Le noyau tue le programme par {signal}.{after}"),
    )
}
