//! Bytes sent and received: what was taken for a message, and what was not.

use crate::text::finding::Composed;
use crate::text::finding::case::{Case, figure, octets, times};

pub(super) fn recv_zero_ignored(case: Case) -> Composed {
    let call = case.call().unwrap_or_else(|| "recv".to_owned());
    let again =
        case.times().filter(|count| *count > 1).map(|count| format!(", au moins {}", times(count))).unwrap_or_default();
    let on = case.0.fd.map(|fd| format!(" sur le descripteur {fd}")).unwrap_or_default();
    Composed::titled(
        format!("{call} rend 0, et votre programme continue de lire."),
        format!("`{call}` a rendu 0{on}. Le programme a lu de nouveau au même endroit{again}, sans le fermer."),
    )
}

pub(super) fn recv_not_terminated(case: Case) -> Composed {
    let (Some(bytes), Some((_, wanted))) = (case.bytes(), case.lengths()) else { return Composed::default() };
    let read = if wanted > 1 { format!("{} premiers octets", figure(wanted)) } else { "octets du début".to_owned() };
    Composed::happened(format!(
        "Il écrit {bytes}, et n’a reçu que les {read} : la suite vient d’un message plus ancien, ou d’une mémoire \
         jamais remplie."
    ))
}

pub(super) fn recv_error_ignored(case: Case) -> Composed {
    let call = case.first_call().unwrap_or_else(|| "recv".to_owned());
    let user = case.call().filter(|user| *user != call).map(|user| format!(", dans `{user}`")).unwrap_or_default();
    Composed::titled(
        format!("{call} échoue, et votre programme se sert du tampon."),
        format!(
            "`{call}` rend -1{}. Le programme se sert quand même de son tampon ou de sa longueur{user}.",
            case.in_words()
        ),
    )
}

pub(super) fn send_whole_buffer(case: Case) -> Composed {
    Composed::happened(sent(case, "le texte, puis le reste du tampon : des octets nuls, ou ce qui traînait en mémoire"))
}

pub(super) fn send_trailing_nul(case: Case) -> Composed {
    Composed::happened(sent(case, "le texte, et le caractère nul qui le termine en C"))
}

pub(super) fn send_overread(case: Case) -> Composed {
    Composed::happened(sent(case, "le texte, son caractère nul, puis des octets étrangers, lus plus loin en mémoire"))
}

pub(super) fn send_pointer_size(case: Case) -> Composed {
    let given = case.lengths().map_or(8, |(given, _)| given);
    let text = case.lengths().filter(|(given, wanted)| wanted > given);
    let whole = text.map(|(_, wanted)| format!(", sur les {wanted} du texte")).unwrap_or_default();
    Composed::titled(
        format!("Votre programme envoie {given} octets : la taille d’un pointeur."),
        format!(
            "L’appel envoie {given} octets{whole}. C’est ce que vaut `sizeof` d’un pointeur, pas la longueur du texte."
        ),
    )
}

pub(super) fn send_truncated(case: Case) -> Composed {
    let lengths = match case.lengths() {
        Some((given, wanted)) => format!("Il envoie {}, alors que le texte en fait {wanted}.", octets(given)),
        None => "La longueur donnée à l’envoi est plus courte que le texte.".to_owned(),
    };
    let end = case.bytes().map(|bytes| format!(" Le pair reçoit {bytes}.")).unwrap_or_default();
    Composed::happened(format!("{lengths}{end}"))
}

/// `L’appel envoie 255 octets, pour un message de 12 : …`
fn sent(case: Case, what: &str) -> String {
    let message = case.message().map(|message| format!(" Le message est {message}.")).unwrap_or_default();
    match case.lengths() {
        Some((given, wanted)) => {
            format!("L’appel envoie {}, pour un message de {} : {what}.{message}", octets(given), figure(wanted))
        }
        None => format!("L’appel envoie plus que le message : {what}."),
    }
}

pub(super) fn request_not_read(case: Case) -> Composed {
    let unread = match case.unread() {
        Some(1) => "alors qu’1 octet reçu n’a pas été lu".to_owned(),
        Some(bytes) => format!("alors que {} reçus n’ont pas été lus", octets(bytes)),
        None => "alors que des octets reçus n’ont pas été lus".to_owned(),
    };
    let happened = format!("Il répond, puis ferme {}, {unread}.", case.descriptor());
    if !case.is_weakness() {
        return Composed::happened(happened);
    }
    let title = "Votre serveur ferme alors que des octets attendent encore.";
    Composed::titled(title, happened).advised(
        "Fermer un socket dont le tampon de réception n’est pas vide envoie un RST au lieu d’une fin normale : si votre \
         dernier message n’est pas encore lu, le noyau du client peut le jeter.",
        "Avant `close`, appelez `shutdown(fd, SHUT_WR)`, puis lisez jusqu’à ce que `recv` rende 0.",
    )
}

pub(super) fn reply_not_read(case: Case) -> Composed {
    let unread = case.unread().map(|bytes| format!(" ; {} attendaient d’être lus", octets(bytes))).unwrap_or_default();
    Composed::happened(format!("Il envoie sa demande, puis ferme {} sans un seul `recv`{unread}.", case.descriptor()))
}

pub(super) fn short_send_ignored(case: Case) -> Composed {
    let call = case.call().or_else(|| case.first_call()).unwrap_or_else(|| "send".to_owned());
    let happened = match case.moved().or_else(|| case.lengths()) {
        Some((given, wanted)) => {
            format!("`{call}` a pris {} sur {}. Le reste n’est jamais parti.", octets(given), figure(wanted))
        }
        None => format!("`{call}` a rendu moins que la longueur demandée. Le reste n’est jamais parti."),
    };
    let ours = " C’est socketlab qui a raccourci cet appel (--fault), comme un réseau lent peut le faire.";
    let happened = if case.is_injected() { happened + ours } else { happened };
    Composed::happened(happened)
}

pub(super) fn udp_truncated(case: Case) -> Composed {
    let Some((given, wanted)) = case.lengths() else { return Composed::default() };
    let what = if wanted > given.saturating_add(1) {
        format!("Un datagramme de {}", octets(wanted))
    } else {
        "Un datagramme plus long".to_owned()
    };
    let room = if wanted > given.saturating_add(1) { figure(given) } else { octets(given) };
    Composed::happened(format!("{what} arrive dans un tampon de {room} : la fin est perdue."))
}

pub(super) fn binary_cut_at_nul(case: Case) -> Composed {
    let Some((given, wanted)) = case.lengths() else { return Composed::default() };
    Composed::happened(format!(
        "Le programme a reçu {}, et n’en renvoie que {} : ceux qui précèdent le premier octet nul.",
        octets(wanted),
        figure(given)
    ))
}

pub(super) fn file_block_oversent(case: Case) -> Composed {
    let Some((given, wanted)) = case.lengths() else { return Composed::default() };
    Composed::happened(format!(
        "L’envoi porte sur {}, alors que la fin du fichier n’en a rempli que {} : le reste vient du bloc précédent.",
        octets(given),
        figure(wanted)
    ))
}

pub(super) fn length_byte_order(case: Case) -> Composed {
    let Some((given, wanted)) = case.lengths() else { return Composed::default() };
    Composed::happened(format!(
        "Les 4 octets reçus annoncent {}. Le programme en demande {} : il les lit dans l’ordre de sa machine.",
        octets(wanted),
        figure(given)
    ))
}

pub(super) fn short_recv_used(case: Case) -> Composed {
    let Some((given, wanted)) = case.lengths() else { return Composed::default() };
    let call = case.first_call().unwrap_or_else(|| "recv".to_owned());
    Composed::happened(format!(
        "Le message annonce {}, et `{call}` n’en rend que {}. Le programme lit ensuite comme s’il était entier.",
        octets(wanted),
        figure(given)
    ))
}
