//! The program's own course: what it takes for an error, how it waits, how it ends.

use crate::text::finding::Composed;
use crate::text::finding::case::{Case, times};

pub(super) fn perror_after_success(case: Case) -> Composed {
    let call = case.call().map_or_else(|| "l’appel".to_owned(), |call| format!("`{call}`"));
    let bytes = case.bytes().or_else(|| case.field()).map(|text| format!(" : {text}")).unwrap_or_default();
    Composed::happened(format!("Un message d’erreur est écrit juste après que {call} a réussi{bytes}."))
}

pub(super) fn wrong_success_test(case: Case) -> Composed {
    let call = case.call().map_or_else(|| "Un appel".to_owned(), |call| format!("`{call}`"));
    let bytes = case.bytes().or_else(|| case.field()).map(|text| format!(" {text}")).unwrap_or_default();
    Composed::happened(format!("{call} réussit. Le programme écrit pourtant un message d’erreur{bytes} et s’arrête."))
}

pub(super) fn busy_loop(case: Case) -> Composed {
    let call =
        case.last_call().or_else(|| case.call()).map_or_else(|| "Le même appel".to_owned(), |call| format!("`{call}`"));
    let count = case
        .times()
        .map_or_else(|| "encore et encore".to_owned(), |count| format!("au moins {} de suite", times(count)));
    Composed::happened(format!("{call} revient aussitôt sans rien rendre, {count}."))
}

pub(super) fn both_receive(case: Case) -> Composed {
    let peer = case.peer().unwrap_or_else(|| "son pair".to_owned());
    Composed::happened(format!(
        "Le programme dort dans `recv`, et {peer} aussi, sur la même connexion. Aucun octet n’est en route : personne ne \
             parlera le premier."
    ))
}

pub(super) fn exit_zero_after_error(case: Case) -> Composed {
    let call = case.call().map_or_else(|| "d’un appel".to_owned(), |call| format!("de `{call}`"));
    Composed::happened(format!(
        "Juste après l’échec {call}{}, il se termine avec le code de sortie 0.",
        case.in_words()
    ))
}

pub(super) fn stdin_eof_spin(case: Case) -> Composed {
    let count = case.times().map(|count| format!(" au moins {}", times(count))).unwrap_or_default();
    Composed::happened(format!("`read` sur l’entrée standard a rendu 0, la fin, et le programme l’a relue{count}."))
}

pub(super) fn eintr_fatal(case: Case) -> Composed {
    let call = case.call().map_or_else(|| "un appel".to_owned(), |call| format!("`{call}`"));
    let signal = case.signal().map_or_else(|| "Un signal".to_owned(), |signal| format!("Le signal {signal}"));
    Composed::happened(format!(
        "{signal} interrompt {call}, qui rend -1 avec EINTR. Le programme prend cela pour une panne et s’arrête."
    ))
}
