//! select, poll, epoll: what is watched, and what was announced.

use crate::text::finding::Composed;
use crate::text::finding::case::{Case, figure, octets};

pub(super) fn waits_on_nothing(case: Case) -> Composed {
    let Some((given, wanted)) = case.lengths() else { return Composed::default() };
    let fd = wanted.saturating_sub(1);
    Composed::titled(
        "select ne regarde pas tous vos descripteurs.",
        format!(
            "Le descripteur {fd} est dans un ensemble, et le premier argument de `select` est {}. Le noyau ne regarde que les \
             descripteurs plus petits : celui-là n’est jamais annoncé.",
            figure(given)
        ),
    )
}

pub(super) fn recv_on_unready(case: Case) -> Composed {
    let Some(call) = case.last_call() else { return Composed::default() };
    Composed::happened(format!(
        "L’attente vient d’annoncer d’autres descripteurs. Le programme appelle pourtant `{call}` sur {}, et s’y endort.",
        case.descriptor()
    ))
}

pub(super) fn edge_triggered_left(case: Case) -> Composed {
    let Some(bytes) = case.unread() else { return Composed::default() };
    Composed::happened(format!(
        "Le programme dort dans `epoll_wait`, alors que {} attendent encore sur {} : EPOLLET les a annoncés une fois, et ne \
         les annoncera plus.",
        octets(bytes),
        case.descriptor()
    ))
}

pub(super) fn set_not_rebuilt(case: Case) -> Composed {
    if case.0.fd.is_none() {
        return Composed::default();
    }
    let fd = case.descriptor();
    let waits = if case.unread().is_some() { ", alors que quelque chose y attend" } else { "" };
    Composed::happened(format!(
        "`select` reçoit l’ensemble que l’appel précédent a laissé, et ne surveille plus {fd}{waits}."
    ))
}
