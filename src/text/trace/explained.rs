//! One French sentence for each call that returned: `trace --explain`.

mod data;
mod descriptors;
mod processes;
mod sockets;

use crate::observed::{Ending, Subject, Traced};
use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::notation::{errno_name, signal_name};
use crate::syscall::sys::Sys;
use crate::text::errno as words;
use crate::text::{explain, fault};

/// What the call did, or why it failed; `None` where there is nothing worth a sentence. Backquotes mark
/// code.
#[must_use]
pub fn explained(traced: &Traced, ending: &Ending) -> Option<String> {
    match ending {
        Ending::Interrupted => Some(format!(
            "Un signal interrompt {} : le noyau le recommence, ou le fait échouer avec EINTR après le gestionnaire.",
            traced.call.name
        )),
        Ending::Done(Outcome::Returned(Answer::Number(result))) => {
            succeeded(traced, *result).map(|text| delayed(traced, text))
        }
        Ending::Done(Outcome::Returned(_)) => succeeded(traced, 0),
        Ending::Done(Outcome::Failed(errno)) => Some(failed(traced, *errno)),
        Ending::Done(Outcome::Killed(signal)) => {
            Some(format!("Le signal {} tue le processus dans cet appel.", signal_name(*signal)))
        }
        Ending::Done(Outcome::Exited(code)) => Some(format!("Le processus se termine ici, code de sortie {code}.")),
        Ending::Done(Outcome::Unresolved(_)) => None,
    }
}

/// The sentence, then what socketlab did to the call.
fn delayed(traced: &Traced, text: String) -> String {
    match &traced.injected {
        Some(one) => format!("{text} ({}.)", fault::fired(one)),
        None => text,
    }
}

fn failed(traced: &Traced, errno: Errno) -> String {
    if traced.injected.is_some() {
        return format!("Panne provoquée par socketlab : l’appel n’a pas eu lieu, et rend {}.", errno_name(errno));
    }
    let name = traced.call.name.as_str();
    let own = special(traced.sys, errno).map(str::to_owned);
    let known = || explain::error_of(name, &errno_name(errno)).map(|why| format!("L’appel échoue : {why}."));
    own.or_else(known).unwrap_or_else(|| words::meaning(errno).to_owned())
}

/// Failures that are no trouble, or that deserve words of their own.
fn special(sys: Sys, errno: Errno) -> Option<&'static str> {
    Some(match (sys, errno) {
        (_, Errno::EINTR) => "Un signal a interrompu l’appel avant qu’il n’ait rien fait : il est à refaire.",
        (Sys::Connect, Errno::EINPROGRESS) => {
            "La connexion est demandée, et le socket est non bloquant : poll dira quand elle est faite."
        }
        (Sys::Accept | Sys::Accept4, Errno::EAGAIN) => {
            "Aucun client n’attend, et le socket est non bloquant : ce n’est pas une panne."
        }
        (_, Errno::EAGAIN) if data::receives(sys) => {
            "Rien à lire pour l’instant, et l’appel ne doit pas dormir (ou son délai est passé) : ce n’est pas une panne."
        }
        (_, Errno::EAGAIN) if data::sends(sys) => {
            "Le tampon d’émission est plein, et l’appel ne doit pas dormir (ou son délai est passé) : ce n’est pas une panne."
        }
        (Sys::Fork | Sys::Vfork | Sys::Clone | Sys::Clone3, Errno::EAGAIN) => {
            "Plus de place pour un processus de ce compte, souvent à cause de zombies que personne n’attend."
        }
        (Sys::Ioctl, Errno::ENOTTY) => "Ce descripteur n’est pas un terminal : une façon de le savoir, pas une panne.",
        (Sys::Wait4 | Sys::Waitpid | Sys::Waitid, Errno::ECHILD) => "Ce processus n’a plus d’enfant à attendre.",
        (_, Errno::EBADF) => "Ce descripteur n’est pas ouvert : il vaut -1, ou il a déjà été fermé.",
        (_, Errno::ENOTSOCK) => "Ce descripteur n’est pas un socket.",
        (_, Errno::EPIPE) => {
            "Cette connexion ne peut plus, ou pas encore, recevoir : ce qui est écrit là n’ira nulle part."
        }
        (_, Errno::ECONNRESET) => "Le pair a coupé la connexion (RST) : elle est perdue, dans les deux sens.",
        _ => return None,
    })
}

fn succeeded(traced: &Traced, result: i64) -> Option<String> {
    sockets::said(traced, result)
        .or_else(|| data::said(traced, result))
        .or_else(|| descriptors::said(traced, result))
        .or_else(|| processes::said(traced, result))
}

/// The symbol that stands at this place, or the number in digits.
fn symbol(traced: &Traced, index: usize) -> Option<&str> {
    match traced.call.arguments.get(index)? {
        Value::Symbol(text) | Value::Opaque(text) => Some(text),
        _ => None,
    }
}

fn number(traced: &Traced, index: usize) -> Option<i64> {
    match traced.call.arguments.get(index)? {
        Value::Number(number) | Value::Length(number) => Some(*number),
        _ => None,
    }
}

fn address(traced: &Traced, index: usize) -> Option<&Address> {
    match traced.call.arguments.get(index)? {
        Value::Address(address) => Some(address),
        _ => None,
    }
}

/// The numbers of a list: the two ends of a pipe.
fn pair(traced: &Traced) -> Option<(i64, i64)> {
    let list = traced.call.arguments.iter().find_map(|value| match value {
        Value::List(items) => Some(items),
        _ => None,
    })?;
    match list.as_slice() {
        [Value::Number(first), Value::Number(second)] => Some((*first, *second)),
        _ => None,
    }
}

fn fd(traced: &Traced) -> i64 {
    traced.fd.map(i64::from).or_else(|| number(traced, 0)).unwrap_or(-1)
}

/// Whether it carries datagrams; what is not known is taken for a stream.
fn datagrams(traced: &Traced) -> bool {
    matches!(traced.subject, Some(Subject::Socket { socket_type, .. }) if socket_type == libc::SOCK_DGRAM)
}

fn of_socket(traced: &Traced) -> bool {
    traced.subject.is_none_or(Subject::is_socket)
}

#[cfg(test)]
mod tests;
