//! The life of sockets: made, named, joined, set, closed in one direction.

use std::net::SocketAddr;

use super::{address, datagrams, fd, number, pair, symbol};
use crate::observed::Traced;
use crate::syscall::address::Address;
use crate::syscall::notation::{escape, format_value};
use crate::syscall::sys::Sys;

pub(super) fn said(traced: &Traced, result: i64) -> Option<String> {
    let fd = fd(traced);
    Some(match traced.sys {
        Sys::Socket => format!("Le noyau crée le socket {result}{}, sans adresse ni pair.", kind(traced)),
        Sys::Socketpair => match pair(traced) {
            Some((one, other)) => format!("Le noyau crée deux sockets déjà reliés l’un à l’autre, {one} et {other}."),
            None => "Le noyau crée deux sockets déjà reliés l’un à l’autre.".to_owned(),
        },
        Sys::Bind => bound(traced),
        Sys::Listen => format!(
            "Le socket {fd} est à l’écoute : dès maintenant, le noyau fait les connexions et les range dans sa file{}.",
            number(traced, 1).map(|backlog| format!(" (backlog {backlog})")).unwrap_or_default()
        ),
        Sys::Accept | Sys::Accept4 => format!(
            "La première connexion de la file{} devient le socket {result} ; le socket d’écoute {fd} n’en est pas changé.",
            address(traced, 1).map(|client| format!(", celle de {},", place(client))).unwrap_or_default()
        ),
        Sys::Connect => connected(traced),
        Sys::Getsockname => format!("L’adresse locale du socket {fd} est {}.", shown(traced)),
        Sys::Getpeername => format!("Le pair du socket {fd} est {}.", shown(traced)),
        Sys::Shutdown => shut(traced),
        Sys::Setsockopt => set(traced),
        Sys::Getsockopt => got(traced),
        _ => return None,
    })
}

/// ` (IPv4, TCP)`
fn kind(traced: &Traced) -> String {
    let family = match symbol(traced, 0) {
        Some("AF_INET" | "PF_INET") => "IPv4",
        Some("AF_INET6" | "PF_INET6") => "IPv6",
        Some("AF_UNIX" | "AF_LOCAL") => "local à la machine",
        Some("AF_NETLINK") => return " (netlink : pour parler au noyau)".to_owned(),
        Some("AF_PACKET") => return " (paquets entiers)".to_owned(),
        _ => return String::new(),
    };
    let local = family.starts_with("local");
    match symbol(traced, 1).map(|kind| kind.split('|').next().unwrap_or(kind)) {
        Some("SOCK_STREAM") if local => format!(" ({family}, flux)"),
        Some("SOCK_DGRAM") if local => format!(" ({family}, datagrammes)"),
        Some("SOCK_STREAM") => format!(" ({family}, TCP)"),
        Some("SOCK_DGRAM") => format!(" ({family}, UDP)"),
        Some("SOCK_RAW") => format!(" ({family}, paquets bruts)"),
        _ => format!(" ({family})"),
    }
}

fn bound(traced: &Traced) -> String {
    let fd = fd(traced);
    let next = if datagrams(traced) {
        "les datagrammes envoyés là lui arriveront"
    } else {
        "personne ne peut encore s’y connecter, c’est listen qui l’ouvrira"
    };
    match address(traced, 1) {
        Some(Address::Inet(at)) if at.port() == 0 => {
            format!("Le socket {fd} est attaché à {}, à un port que le noyau choisit ; getsockname le dira.", at.ip())
        }
        Some(Address::Inet(at)) if at.ip().is_unspecified() => {
            format!("Le socket {fd} est attaché au port {}, sur toutes les adresses de la machine ; {next}.", at.port())
        }
        Some(at) => format!("Le socket {fd} est attaché à {} ; {next}.", place(at)),
        None => format!("Le socket {fd} est attaché à une adresse locale ; {next}."),
    }
}

fn connected(traced: &Traced) -> String {
    let fd = fd(traced);
    let place = address(traced, 1).map(place);
    match (datagrams(traced), place, symbol(traced, 1)) {
        (true, Some(place), _) => {
            format!("Aucun paquet ne part : le noyau retient {place} comme correspondant du socket {fd}.")
        }
        (true, None, _) => format!("Le socket {fd} oublie son correspondant."),
        (false, Some(place), _) => format!("La connexion avec {place} est établie : on peut envoyer et recevoir."),
        (false, None, _) => "La connexion est établie : on peut envoyer et recevoir.".to_owned(),
    }
}

fn shut(traced: &Traced) -> String {
    let fd = fd(traced);
    match symbol(traced, 1) {
        Some("SHUT_WR") => format!(
            "Le socket {fd} est fermé en émission : un FIN part, le pair lira 0 quand il aura tout lu, et l’on peut encore recevoir."
        ),
        Some("SHUT_RD") => format!("Le socket {fd} est fermé en réception : recv y rendra 0."),
        _ => format!("Le socket {fd} est fermé dans les deux sens ; le descripteur reste à fermer par close."),
    }
}

fn set(traced: &Traced) -> String {
    let fd = fd(traced);
    let option = symbol(traced, 2).unwrap_or("demandée");
    let value = value(traced);
    let effect = match option {
        "SO_REUSEADDR" => " : bind pourra reprendre un port que TIME_WAIT garde encore",
        "SO_REUSEPORT" => " : plusieurs sockets pourront écouter ensemble sur le même port",
        "SO_RCVTIMEO" => " : passé ce délai, recv et accept rendront EAGAIN",
        "SO_SNDTIMEO" => " : passé ce délai, send et connect rendront EAGAIN",
        "SO_LINGER" => " : c’est ce que fera close des octets pas encore partis",
        "SO_KEEPALIVE" => " : le noyau vérifiera de loin en loin que le pair répond",
        "SO_BROADCAST" => " : on pourra envoyer à toutes les machines du réseau local",
        "TCP_NODELAY" => " : les petits messages partiront aussitôt",
        "IPV6_V6ONLY" => " : elle dit si le socket sert aussi l’IPv4",
        _ => return format!("L’option {option} du socket {fd} vaut maintenant {value}."),
    };
    format!("L’option {option} du socket {fd} est réglée{effect}.")
}

/// Of an option.
fn value(traced: &Traced) -> String {
    traced.call.arguments.get(3).map_or_else(|| "ce que dit le programme".to_owned(), |value| format_value(value, 16))
}

fn got(traced: &Traced) -> String {
    let (fd, option) = (fd(traced), symbol(traced, 2).unwrap_or("demandée"));
    let value = value(traced);
    match (option, value.trim_matches(['[', ']'])) {
        ("SO_ERROR", "0") => format!("Aucune erreur n’attend sur le socket {fd}."),
        ("SO_ERROR", value) => format!("Une erreur attendait sur le socket {fd} : {value}. La lire l’efface."),
        (option, value) => format!("L’option {option} du socket {fd} vaut {value}."),
    }
}

fn shown(traced: &Traced) -> String {
    address(traced, 1).map_or_else(|| "écrite à la place donnée".to_owned(), place)
}

/// `127.0.0.1:3001`, `le fichier socket /tmp/s`
pub(super) fn place(address: &Address) -> String {
    match address {
        Address::Inet(SocketAddr::V4(at)) => at.to_string(),
        Address::Inet(SocketAddr::V6(at)) => at.to_string(),
        Address::Unix(name) => match name.split_first() {
            None => "un socket sans nom".to_owned(),
            Some((0, rest)) => format!("le socket abstrait {}", escape(rest)),
            Some(_) => format!("le fichier socket {}", escape(name)),
        },
        Address::Other { .. } => "une adresse d’une autre famille".to_owned(),
    }
}
