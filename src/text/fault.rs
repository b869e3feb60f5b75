//! Faults that are asked for: what they do, whether they happened, and why one is refused.

use std::time::Duration;

use crate::syscall::fault::{Effect, Fault, FaultError, Figure, Occurrence};
use crate::syscall::notation::errno_name;
use crate::text::quantity;
use crate::text::usage::safe_text;

/// The forms of a fault, as typed.
pub const FORMS: &str = "APPEL:ERREUR[:N], APPEL:short=OCTETS[:N], APPEL:delay=DURÉE[:N] ; N est un rang, ou every";

/// `connect échouera avec ECONNREFUSED, au premier appel`
#[must_use]
pub fn promise(fault: &Fault) -> String {
    let call = &fault.call;
    let when = when(fault.occurrence);
    match fault.effect {
        Effect::Error { errno } => format!("{call} échouera avec {}, {when}", errno_name(errno)),
        Effect::Short { bytes } => format!("{call} ne traitera pas plus de {}, {when}", octets(bytes)),
        Effect::Delay { delay } => format!("{call} commencera {} plus tard, {when}", lasting(delay)),
    }
}

/// Beside a call that met its fault: `panne provoquée par socketlab : l’appel n’a pas eu lieu`.
#[must_use]
pub fn fired(fault: &Fault) -> String {
    match fault.effect {
        Effect::Error { .. } => "panne provoquée par socketlab : l’appel n’a pas eu lieu".to_owned(),
        Effect::Short { bytes } => {
            format!("panne provoquée par socketlab : pas plus de {}, réellement transférés", octets(bytes))
        }
        Effect::Delay { delay } => format!("retard provoqué par socketlab : {}", lasting(delay)),
    }
}

/// At the end: a fault that never happened, and what was seen of its call.
#[must_use]
pub fn unused(fault: &Fault, seen: u64) -> String {
    let call = &fault.call;
    match (seen, fault.occurrence) {
        (0, _) => format!("La panne {fault} n’a pas eu lieu : le programme n’a jamais appelé {call}."),
        (seen, Occurrence::Nth(rank)) => format!(
            "La panne {fault} n’a pas eu lieu : elle attendait l’appel de rang {rank}, et {call} n’a été appelé {}.",
            only(seen)
        ),
        (seen, Occurrence::Every) => {
            format!("La panne {fault} n’a pas eu lieu : {call} a été appelé {}, sans octets à transférer.", times(seen))
        }
    }
}

/// Why a fault is refused: what is wrong, then the remedy on its own line.
#[must_use]
pub fn refused(typed: &str, error: &FaultError) -> String {
    format!("erreur : la panne « {} » ne convient pas : {}.\n  {}", safe_text(typed), refusal(error), remedy(error))
}

/// What is wrong, without a final stop.
#[must_use]
pub fn refusal(error: &FaultError) -> String {
    match error {
        FaultError::NoCall => "il manque le nom de l’appel".to_owned(),
        FaultError::NoEffect { call } => format!("il manque ce qui doit arriver à {call}"),
        FaultError::UnknownCall { typed, .. } => format!("socketlab ne suit pas d’appel « {} »", safe_text(typed)),
        FaultError::UnknownErrno { typed, .. } => format!("l’erreur « {} » n’existe pas", safe_text(typed)),
        FaultError::UnknownEffect { typed, .. } => format!("« {} » n’est pas une panne", safe_text(typed)),
        FaultError::NotATransfer { call } => format!("{call} ne transporte pas d’octets"),
        FaultError::TooManyParts { .. } => "elle a trop de parties".to_owned(),
        FaultError::NotANumber { figure, typed } if typed.is_empty() => format!("il manque {}", named(*figure)),
        FaultError::NotANumber { figure, typed } => format!("« {} » n’est pas {}", safe_text(typed), named(*figure)),
        FaultError::Zero { figure: Figure::Rank } => "les appels se comptent à partir de 1".to_owned(),
        FaultError::Zero { figure: Figure::Bytes } => "zéro octet ne transfère rien".to_owned(),
        FaultError::Zero { figure: Figure::Delay } => "une durée nulle ne retarde rien".to_owned(),
        FaultError::TooLarge { figure: Figure::Delay, typed } => format!("« {} » dépasse une heure", safe_text(typed)),
        FaultError::TooLarge { typed, .. } => format!("« {} » est trop grand", safe_text(typed)),
    }
}

/// What to type instead, a whole sentence.
#[must_use]
pub fn remedy(error: &FaultError) -> String {
    match error {
        FaultError::UnknownCall { near: Some(near), .. }
        | FaultError::UnknownErrno { near: Some(near), .. }
        | FaultError::UnknownEffect { near: Some(near), .. } => format!("Vouliez-vous dire « {near} » ?"),
        FaultError::NoCall | FaultError::TooManyParts { .. } => format!("Formes d’une panne : {FORMS}."),
        FaultError::NoEffect { call } => format!("Par exemple : {call}:EINTR, ou {call}:delay=200ms."),
        FaultError::UnknownCall { .. } => "Donnez le nom C, par exemple : connect, recv, send.".to_owned(),
        FaultError::UnknownErrno { .. } => "Liste des erreurs : socketlab explain erreurs".to_owned(),
        FaultError::UnknownEffect { .. } => "Avec un signe =, il n’y a que short=OCTETS et delay=DURÉE.".to_owned(),
        FaultError::NotATransfer { .. } => {
            "short ne vaut que pour send, recv, read, write et leurs variantes.".to_owned()
        }
        FaultError::NotANumber { figure, .. } | FaultError::Zero { figure } | FaultError::TooLarge { figure, .. } => {
            format!("Par exemple : {}.", example(*figure))
        }
    }
}

fn named(figure: Figure) -> &'static str {
    match figure {
        Figure::Rank => "un rang",
        Figure::Bytes => "un nombre d’octets",
        Figure::Delay => "une durée",
    }
}

fn example(figure: Figure) -> &'static str {
    match figure {
        Figure::Rank => "recv:EINTR:2 pour le deuxième appel, recv:EINTR:every pour tous",
        Figure::Bytes => "send:short=3",
        Figure::Delay => "accept:delay=200ms, accept:delay=2s, accept:delay=1m",
    }
}

fn when(occurrence: Occurrence) -> String {
    match occurrence {
        Occurrence::Every => "à chaque appel".to_owned(),
        Occurrence::Nth(1) => "au premier appel".to_owned(),
        Occurrence::Nth(rank) => format!("au {rank}e appel"),
    }
}

fn octets(bytes: u64) -> String {
    quantity::counted(usize::try_from(bytes).unwrap_or(usize::MAX), "aucun octet", "octet")
}

fn times(count: u64) -> String {
    let times = quantity::count(usize::try_from(count).unwrap_or(usize::MAX));
    if count == 1 { "une fois".to_owned() } else { format!("{times} fois") }
}

fn only(count: u64) -> String {
    if count == 1 { "qu’une fois".to_owned() } else { format!("que {}", times(count)) }
}

fn lasting(delay: Duration) -> String {
    quantity::duration(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{fired, promise, refused, unused};
    use crate::syscall::fault::parse;

    #[test]
    fn faults_are_told_before_during_and_after() {
        let fault = parse("connect:ECONNREFUSED").unwrap();
        assert_eq!(promise(&fault), "connect échouera avec ECONNREFUSED, au premier appel");
        assert_eq!(fired(&fault), "panne provoquée par socketlab\u{a0}: l’appel n’a pas eu lieu");
        assert_eq!(
            unused(&fault, 0),
            "La panne connect:ECONNREFUSED n’a pas eu lieu\u{a0}: le programme n’a jamais appelé connect."
        );
        let third = parse("recv:EINTR:3").unwrap();
        assert!(unused(&third, 2).contains("rang 3, et recv n’a été appelé que 2 fois"));
        assert_eq!(promise(&parse("send:short=3").unwrap()), "send ne traitera pas plus de 3 octets, à chaque appel");
    }

    #[test]
    fn refusals_name_a_remedy() {
        let said = |typed: &str| refused(typed, &parse(typed).unwrap_err());
        assert_eq!(
            said("conect:EINTR"),
            "erreur\u{a0}: la panne «\u{a0}conect:EINTR\u{a0}» ne convient pas\u{a0}: socketlab ne suit pas d’appel \
             «\u{a0}conect\u{a0}».\n  Vouliez-vous dire «\u{a0}connect\u{a0}»\u{202f}?"
        );
        assert!(said("recv:EINTER").contains("«\u{a0}EINTR\u{a0}»"));
        assert!(said("recv:\u{1b}[31m").contains("\\u{1b}"));
        for typed in
            ["", "recv", "recv:short=0", "recv:delay=x", "listen:short=2", "recv:EINTR:0", "a:b:c:d", "recv:x=1"]
        {
            assert_eq!(said(typed).lines().count(), 2, "{typed}");
        }
    }
}
