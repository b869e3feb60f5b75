//! Descriptors: closed, copied, set, watched.

use super::{fd, number, of_socket, pair, symbol};
use crate::observed::Traced;
use crate::syscall::sys::Sys;
use crate::text::quantity::counted;

pub(super) fn said(traced: &Traced, result: i64) -> Option<String> {
    Some(match traced.sys {
        Sys::Close => closed(traced),
        Sys::CloseRange => "Tous les descripteurs de cet intervalle sont fermés d’un coup.".to_owned(),
        Sys::Dup | Sys::Dup2 | Sys::Dup3 => copied(traced, result),
        Sys::Fcntl => controlled(traced, result),
        Sys::Ioctl => asked(traced),
        sys if sys.awaits_readiness() => ready(result),
        Sys::EpollCreate | Sys::EpollCreate1 => {
            format!("Le noyau crée la liste de surveillance {result}, encore vide.")
        }
        Sys::EpollCtl => listed(traced),
        Sys::Pipe | Sys::Pipe2 => match pair(traced) {
            Some((read, write)) => format!("Le noyau crée un tube : ce qui est écrit en {write} se lit en {read}."),
            None => "Le noyau crée un tube.".to_owned(),
        },
        _ => return None,
    })
}

fn closed(traced: &Traced) -> String {
    let fd = fd(traced);
    match traced.unread {
        Some(1) => format!("Le socket {fd} est fermé avec 1 octet jamais lu : un RST part au lieu d’une fin normale."),
        Some(unread) if unread > 1 => format!(
            "Le socket {fd} est fermé avec {unread} octets jamais lus : s’il n’en reste pas d’autre copie, un RST part au lieu \
             d’une fin normale."
        ),
        _ if of_socket(traced) && traced.subject.is_some() => {
            format!("Le descripteur {fd} est libre ; si c’était la dernière copie du socket, le noyau le ferme (FIN).")
        }
        _ => format!("Le descripteur {fd} est libre : le noyau redonnera ce numéro."),
    }
}

fn copied(traced: &Traced, result: i64) -> String {
    let fd = number(traced, 0).unwrap_or_else(|| fd(traced));
    format!("Le descripteur {result} est une copie de {fd} : les deux désignent le même objet, fermé avec le dernier.")
}

fn controlled(traced: &Traced, result: i64) -> String {
    let fd = fd(traced);
    let value = symbol(traced, 2).unwrap_or_default();
    match symbol(traced, 1) {
        Some("F_SETFL") if value.contains("O_NONBLOCK") => {
            format!("Le descripteur {fd} est non bloquant : un appel qui devrait dormir rendra EAGAIN.")
        }
        Some("F_SETFL") => format!("Les modes du descripteur {fd} sont réglés ; il est bloquant."),
        Some("F_GETFL") => format!("Le programme lit les modes du descripteur {fd}."),
        Some("F_SETFD") if value.contains("FD_CLOEXEC") => {
            format!("Le descripteur {fd} se fermera de lui-même à l’exécution d’un autre programme (exec).")
        }
        Some("F_SETFD") => format!("Le descripteur {fd} restera ouvert à l’exécution d’un autre programme (exec)."),
        Some("F_GETFD") => format!("Le programme lit les drapeaux du descripteur {fd}."),
        Some("F_DUPFD" | "F_DUPFD_CLOEXEC") => copied(traced, result),
        _ => format!("Le descripteur {fd} est lu ou réglé par fcntl."),
    }
}

fn asked(traced: &Traced) -> String {
    let fd = fd(traced);
    match symbol(traced, 1) {
        Some("FIONBIO") => {
            format!("Le mode du socket {fd} est réglé : non bloquant si la valeur est 1, bloquant si elle est 0.")
        }
        Some("FIONREAD") => format!("Le noyau dit combien d’octets attendent d’être lus sur le descripteur {fd}."),
        Some("TCGETS" | "TIOCGWINSZ") => format!("Le descripteur {fd} est un terminal."),
        _ => format!("Le programme règle ou interroge le descripteur {fd} par ioctl."),
    }
}

fn ready(result: i64) -> String {
    match usize::try_from(result).unwrap_or(0) {
        0 => "Le délai est passé sans qu’aucun descripteur soit prêt.".to_owned(),
        1 => "1 descripteur est prêt : un appel sur lui ne dormira pas.".to_owned(),
        count => format!("{} : un appel sur eux ne dormira pas.", counted(count, "", "descripteur prêt")),
    }
}

fn listed(traced: &Traced) -> String {
    let watched = number(traced, 2).map_or_else(|| "Un descripteur".to_owned(), |fd| format!("Le descripteur {fd}"));
    match symbol(traced, 1) {
        Some("EPOLL_CTL_ADD") => format!("{watched} entre dans la liste de surveillance."),
        Some("EPOLL_CTL_DEL") => format!("{watched} sort de la liste de surveillance."),
        Some("EPOLL_CTL_MOD") => format!("{watched} reste dans la liste, pour d’autres événements."),
        _ => "La liste de surveillance est changée.".to_owned(),
    }
}
