//! Processes, signals and time.

use super::{number, symbol};
use crate::observed::Traced;
use crate::syscall::call::Value;
use crate::syscall::sys::Sys;

pub(super) fn said(traced: &Traced, result: i64) -> Option<String> {
    Some(match traced.sys {
        Sys::Fork | Sys::Vfork | Sys::Clone | Sys::Clone3 => born(traced, result),
        Sys::Wait4 | Sys::Waitpid => waited(result),
        Sys::Waitid => "L’état d’un enfant est lu : s’il était fini, il n’est plus zombie.".to_owned(),
        Sys::Kill => sent(traced),
        Sys::RtSigaction => disposed(traced),
        Sys::Pause => "Un signal a réveillé le processus.".to_owned(),
        Sys::Alarm => match number(traced, 0) {
            Some(0) => "Le réveil est annulé.".to_owned(),
            Some(seconds) => format!("Un signal SIGALRM viendra dans {seconds}\u{a0}s."),
            None => "Un signal SIGALRM viendra à l’heure dite.".to_owned(),
        },
        Sys::Setitimer => "Un réveil est réglé : un signal viendra à l’heure dite.".to_owned(),
        Sys::Nanosleep | Sys::ClockNanosleep => "Le temps demandé est passé.".to_owned(),
        Sys::IoUringSetup => {
            "Le noyau ouvre une file io_uring : les opérations qu’elle porte ne passent par aucun appel visible."
                .to_owned()
        }
        _ => return None,
    })
}

fn born(traced: &Traced, result: i64) -> String {
    let thread = symbol(traced, 0).is_some_and(|flags| flags.contains("CLONE_THREAD"));
    match (result, thread) {
        (0, _) => "L’enfant commence ici : pour lui, l’appel rend 0.".to_owned(),
        (tid, true) => format!("Un fil naît, numéro {tid} : il partage la mémoire et les descripteurs du processus."),
        (pid, false) => {
            format!("Un enfant naît, pid {pid}, avec une copie de chaque descripteur : chacun aura à les fermer.")
        }
    }
}

fn waited(result: i64) -> String {
    match result {
        0 => "Aucun enfant n’est fini, et WNOHANG demande de ne pas attendre.".to_owned(),
        pid => format!("L’enfant {pid} est fini et attendu : il n’est plus zombie."),
    }
}

fn sent(traced: &Traced) -> String {
    let signal = symbol(traced, 1).unwrap_or("demandé");
    match number(traced, 0) {
        _ if number(traced, 1) == Some(0) => "Aucun signal ne part : kill vérifie si le processus existe.".to_owned(),
        Some(pid) if pid > 0 => format!("Le signal {signal} est envoyé au processus {pid}."),
        _ => format!("Le signal {signal} est envoyé à un groupe de processus."),
    }
}

fn disposed(traced: &Traced) -> String {
    let signal = symbol(traced, 0).unwrap_or("ce signal");
    match traced.call.arguments.get(1) {
        Some(Value::Record(fields)) => match fields.first() {
            Some((_, Value::Symbol(handler))) if handler == "SIG_IGN" => {
                format!("Dès maintenant, {signal} est ignoré.")
            }
            Some((_, Value::Symbol(handler))) if handler == "SIG_DFL" => {
                format!("{signal} retrouve son effet habituel.")
            }
            _ => format!("Dès maintenant, {signal} appelle une fonction du programme{}.", restarts(fields)),
        },
        _ => format!("Le programme lit ce qu’il fait de {signal}."),
    }
}

fn restarts(fields: &[(String, Value)]) -> &'static str {
    let held = fields.iter().any(|(name, value)| {
        name == "sa_flags" && matches!(value, Value::Symbol(flags) if flags.contains("SA_RESTART"))
    });
    if held { " ; l’appel interrompu reprendra (SA_RESTART)" } else { " ; l’appel interrompu rendra EINTR" }
}
