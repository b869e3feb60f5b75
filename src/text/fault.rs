//! Faults that are asked for.

use crate::syscall::fault::{Effect, Fault};

/// `connect échouera avec ECONNREFUSED`
#[must_use]
pub fn promise(fault: &Fault) -> String {
    format!("panne demandée sur {}", fault.call)
}

/// Beside a call that met its fault.
#[must_use]
pub fn fired(fault: &Fault) -> String {
    match fault.effect {
        Effect::Error { .. } => "panne provoquée par socketlab : l’appel n’a pas eu lieu".to_owned(),
        _ => "panne provoquée par socketlab".to_owned(),
    }
}

/// At the end: a fault that never happened.
#[must_use]
pub fn unused(fault: &Fault, seen: u64) -> String {
    format!("La panne demandée sur {} n’a pas eu lieu ({seen} appels vus).", fault.call)
}
