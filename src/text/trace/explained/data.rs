//! Bytes that move: sent, received, written, read.

use super::sockets::place;
use super::{address, datagrams, fd};
use crate::observed::{Subject, Traced};
use crate::syscall::sys::Sys;
use crate::text::quantity::{count, counted};

pub(super) fn sends(sys: Sys) -> bool {
    matches!(
        sys,
        Sys::Send | Sys::Sendto | Sys::Sendmsg | Sys::Sendmmsg | Sys::Write | Sys::Writev | Sys::Sendfile | Sys::Splice
    )
}

pub(super) fn receives(sys: Sys) -> bool {
    matches!(sys, Sys::Recv | Sys::Recvfrom | Sys::Recvmsg | Sys::Recvmmsg | Sys::Read | Sys::Readv)
}

pub(super) fn said(traced: &Traced, result: i64) -> Option<String> {
    let moved = usize::try_from(result).ok()?;
    match traced.sys {
        Sys::Sendmmsg => Some(format!("{} partent en un seul appel.", messages(moved))),
        Sys::Recvmmsg => Some(format!("{} sont reçus en un seul appel.", messages(moved))),
        Sys::Sendfile | Sys::Splice => Some(format!(
            "Le noyau fait passer {} d’un descripteur à l’autre, sans qu’ils entrent dans le programme.",
            octets(moved)
        )),
        sys if sends(sys) => Some(sent(traced, moved)),
        sys if receives(sys) => Some(received(traced, moved)),
        _ => None,
    }
}

fn messages(number: usize) -> String {
    counted(number, "aucun message", "message")
}

fn octets(number: usize) -> String {
    counted(number, "aucun octet", "octet")
}

/// `5 octets entrent`, `1 octet entre`
fn agreed(number: usize, one: &str, several: &str) -> String {
    format!("{} {}", octets(number), if number > 1 { several } else { one })
}

fn asked(traced: &Traced) -> usize {
    traced.payload.as_ref().map_or(0, |payload| usize::try_from(payload.asked).unwrap_or(usize::MAX))
}

fn sent(traced: &Traced, moved: usize) -> String {
    let fd = fd(traced);
    match traced.subject {
        Some(Subject::Terminal) => format!("{} sur le terminal.", agreed(moved, "s’écrit", "s’écrivent")),
        Some(Subject::Pipe) => format!("{} dans le tube {fd}.", agreed(moved, "entre", "entrent")),
        Some(Subject::File) => format!("{} dans le fichier {fd}.", agreed(moved, "s’écrit", "s’écrivent")),
        Some(Subject::Other | Subject::Closed) => {
            format!("{} sur le descripteur {fd}.", agreed(moved, "s’écrit", "s’écrivent"))
        }
        _ if datagrams(traced) => {
            let to = address(traced, 4).map(|to| format!(" vers {}", place(to))).unwrap_or_default();
            format!("Un datagramme de {} part{to} ; rien ne dira s’il arrive.", octets(moved))
        }
        _ if moved < asked(traced) => format!(
            "Le tampon d’émission n’a de place que pour {} sur {} : le reste est à renvoyer.",
            octets(moved),
            count(asked(traced))
        ),
        _ => format!(
            "{} vers le tampon d’émission : le noyau les enverra, le pair ne les a peut-être pas encore.",
            agreed(moved, "est parti", "sont partis")
        ),
    }
}

fn received(traced: &Traced, moved: usize) -> String {
    let (fd, name) = (fd(traced), traced.call.name.as_str());
    match (traced.subject, moved) {
        (Some(Subject::Terminal), 0) => "Fin de l’entrée (Ctrl-D) : read rend 0.".to_owned(),
        (Some(Subject::Terminal), moved) => format!("{} au clavier.", agreed(moved, "est lu", "sont lus")),
        (Some(Subject::Pipe), 0) => format!("Fin du tube {fd} : plus personne n’y écrit."),
        (Some(Subject::Pipe), moved) => format!("{} du tube {fd}.", agreed(moved, "sort", "sortent")),
        (Some(Subject::File), 0) => format!("Fin du fichier {fd}."),
        (Some(Subject::File), moved) => format!("{} dans le fichier {fd}.", agreed(moved, "est lu", "sont lus")),
        (Some(Subject::Other | Subject::Closed), moved) => {
            format!("{} sur le descripteur {fd}.", agreed(moved, "est lu", "sont lus"))
        }
        (_, moved) if datagrams(traced) => datagram(traced, moved),
        (_, 0) if asked(traced) == 0 && traced.payload.is_some() => {
            format!("{name} rend 0 : aucun octet n’était demandé.")
        }
        (_, 0) => format!("{name} rend 0 : le pair a fermé son sens de la connexion, et plus aucun octet ne viendra."),
        (_, moved) => {
            format!(
                "{} le tampon de réception du socket {fd}{}.",
                agreed(moved, "quitte", "quittent"),
                room(traced, moved)
            )
        }
    }
}

fn room(traced: &Traced, moved: usize) -> String {
    match asked(traced) {
        asked if asked > moved => format!(" ; la place offerte en aurait contenu {}", count(asked)),
        asked if asked == moved => " ; la place offerte est pleine, il en reste peut-être".to_owned(),
        _ => String::new(),
    }
}

fn datagram(traced: &Traced, moved: usize) -> String {
    let from = address(traced, 4).map(|from| format!(", venu de {}", place(from))).unwrap_or_default();
    let cut = traced.payload.as_ref().is_some_and(|payload| payload.truncated);
    let end = if cut { " ; il était plus long que le tampon, et sa fin est perdue" } else { "" };
    format!("Un datagramme de {} est reçu{from}{end}.", octets(moved))
}
