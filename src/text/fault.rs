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
            "La panne {fault} n’a pas eu lieu : elle attendait l’appel de rang {rank}, et {call} n’a été appelé que {}.",
            times(seen)
        ),
        (seen, Occurrence::Every) => {
            format!("La panne {fault} n’a pas eu lieu : {call} a été appelé {}, sans octets à transférer.", times(seen))
        }
    }
}

/// Why a fault is refused, in one sentence without its full stop; the remedy is in it.
#[must_use]
pub fn refusal(error: &FaultError) -> String {
    match error {
        FaultError::NoCall => format!("il manque le nom de l’appel ; une panne s’écrit {FORMS}"),
        FaultError::NoEffect { call } => {
            format!("il manque ce qui doit arriver à {call} ; par exemple {call}:EINTR, ou {call}:delay=200ms")
        }
        FaultError::UnknownCall { typed, near } => format!(
            "socketlab ne suit pas d’appel « {} »{}",
            safe_text(typed),
            meant(near.as_deref(), "donnez le nom C, par exemple connect, recv ou send")
        ),
        FaultError::UnknownErrno { typed, near } => format!(
            "l’erreur « {} » n’existe pas{}",
            safe_text(typed),
            meant(near.as_deref(), "liste : socketlab explain erreurs")
        ),
        FaultError::UnknownEffect { typed, near } => format!(
            "« {} » n’est pas une panne{}",
            safe_text(typed),
            meant(near.as_deref(), "avec un signe =, il n’y a que short=OCTETS et delay=DURÉE")
        ),
        FaultError::NotATransfer { call } => format!(
            "{call} ne transporte pas d’octets : short ne vaut que pour send, recv, read, write et leurs variantes"
        ),
        FaultError::TooManyParts { typed } => {
            format!("« {} » a trop de parties ; une panne s’écrit {FORMS}", safe_text(typed))
        }
        FaultError::NotANumber { figure, typed } => not_a_number(*figure, typed),
        FaultError::Zero { figure } => zero(*figure).to_owned(),
        FaultError::TooLarge { figure, typed } => too_large(*figure, typed),
    }
}

fn meant(near: Option<&str>, otherwise: &str) -> String {
    match near {
        Some(near) => format!(" ; vouliez-vous dire « {near} » ?"),
        None => format!(" ; {otherwise}"),
    }
}

fn not_a_number(figure: Figure, typed: &str) -> String {
    let typed = safe_text(typed);
    let (what, example) = match figure {
        Figure::Rank => ("un rang", "recv:EINTR:2 pour le deuxième appel, ou recv:EINTR:every pour tous"),
        Figure::Bytes => ("un nombre d’octets", "send:short=3"),
        Figure::Delay => ("une durée", "accept:delay=200ms, accept:delay=2s ou accept:delay=1m"),
    };
    if typed.is_empty() {
        return format!("il manque {what} ; par exemple {example}");
    }
    format!("« {typed} » n’est pas {what} ; par exemple {example}")
}

fn zero(figure: Figure) -> &'static str {
    match figure {
        Figure::Rank => "les appels se comptent à partir de 1 : recv:EINTR:1 est le premier",
        Figure::Bytes => "zéro octet ne transfère rien ; donnez au moins short=1",
        Figure::Delay => "une durée nulle ne retarde rien ; donnez par exemple delay=200ms",
    }
}

fn too_large(figure: Figure, typed: &str) -> String {
    let typed = safe_text(typed);
    match figure {
        Figure::Rank | Figure::Bytes => format!("« {typed} » est trop grand"),
        Figure::Delay => format!("« {typed} » dépasse une heure ; donnez au plus delay=60m"),
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

fn lasting(delay: Duration) -> String {
    quantity::duration(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{fired, promise, refusal, unused};
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
        let said = |typed: &str| refusal(&parse(typed).unwrap_err());
        assert_eq!(
            said("conect:EINTR"),
            "socketlab ne suit pas d’appel «\u{a0}conect\u{a0}»\u{202f}; vouliez-vous dire «\u{a0}connect\u{a0}»\u{202f}?"
        );
        assert!(said("recv:EINTER").contains("«\u{a0}EINTR\u{a0}»"));
        assert!(said("recv:\u{1b}[31m").contains("\\u{1b}"));
        for typed in ["", "recv", "recv:short=0", "recv:delay=x", "listen:short=2", "recv:EINTR:0", "a:b:c:d"] {
            let sentence = said(typed);
            assert!(!sentence.ends_with('.') && !sentence.is_empty(), "{typed}: {sentence}");
        }
    }
}
