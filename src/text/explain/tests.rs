use std::collections::HashSet;

use super::fold::fold;
use super::states::ALIASES;
use super::{
    Answer, CALLS, CODE_WIDTH, CONSTANTS, ERRNO_LESSONS, Explanation, SIGNALS, STATES, WORDS, call, constant, errno,
    excerpts, explain, first_sentence, folded, inlines, plain_constants,
};
use crate::finding::Id;
use crate::lesson::model::{Block, Inline};
use crate::state::SocketState;
use crate::syscall::constant::{Group, all};
use crate::syscall::errno::Errno;
use crate::syscall::fault;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;
use crate::syscall::vocabulary::{FUNCTIONS, function};

/// The titles of what a word leads to.
fn titles(word: &str) -> Vec<String> {
    match explain(word) {
        Answer::Found(found) => found.into_iter().map(|explanation| explanation.title).collect(),
        Answer::Unknown { .. } => Vec::new(),
    }
}

fn prose(explanation: &Explanation) -> String {
    let mut text = String::new();
    for block in explanation.blocks.iter().chain(&explanation.further(|lesson| lesson <= 6)) {
        let lines: Vec<&Vec<Inline>> = match block {
            Block::Paragraph(line) | Block::Quote(line) => vec![line],
            Block::List { items, .. } => items.iter().collect(),
            Block::Preformatted { .. } => Vec::new(),
        };
        for inline in lines.into_iter().flatten() {
            match inline {
                Inline::Text(t) | Inline::Code(t) | Inline::Strong(t) | Inline::Emphasis(t) => text.push_str(t),
            }
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_function_is_explained_in_order() {
    let ours: Vec<&str> = CALLS.iter().map(|text| text.name).collect();
    let theirs: Vec<&str> = FUNCTIONS.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn parameters_are_those_of_the_vocabulary() {
    for text in CALLS {
        let function = function(text.name).expect("in the vocabulary");
        let ours: Vec<&str> = text.parameters.iter().map(|row| row.0).collect();
        let theirs: Vec<&str> = function.parameters.iter().map(|parameter| parameter.name).collect();
        assert_eq!(ours, theirs, "{}", text.name);
        let inside = text.signature.split_once('(').map_or("", |pair| pair.1);
        for name in ours {
            let name = if name == "…" { "..." } else { name };
            assert!(inside.contains(name), "{}: {name} is not in {}", text.name, text.signature);
        }
        assert!(text.signature.contains(&format!("{}(", text.name)), "{}", text.signature);
        assert!(text.signature.ends_with(';'), "{}", text.signature);
        assert_eq!(function.may_block, !text.sleeps.is_empty(), "{} and sleeping", text.name);
    }
}

#[test]
fn named_errors_exist() {
    for text in CALLS {
        for (name, _) in text.errors {
            let known = Errno::from_name(name).is_some() || GaiError::from_name(name).is_some();
            assert!(known, "{}: {name}", text.name);
        }
    }
}

#[test]
fn every_state_signal_and_common_constant_is_explained() {
    for state in SocketState::all() {
        assert_eq!(STATES.iter().filter(|text| text.state == state).count(), 1, "{}", state.name());
    }
    for number in 1..=31 {
        assert_eq!(SIGNALS.iter().filter(|text| text.signal == Signal::new(number)).count(), 1, "{number}");
    }
    let mut seen = HashSet::new();
    for text in CONSTANTS {
        assert!(constant(text.name).is_some(), "{} is in no header", text.name);
        assert!(seen.insert(text.name), "{} is there twice", text.name);
    }
    for constant in plain_constants() {
        assert!(super::constant(constant.name).is_some(), "{}", constant.name);
        assert!(!matches!(constant.group, Group::Errno | Group::Signal));
    }
}

#[test]
fn every_name_leads_somewhere() {
    let functions = FUNCTIONS.iter().map(|function| function.name.as_str());
    let errors = Errno::all().filter_map(Errno::name).chain(GaiError::all().filter_map(GaiError::name));
    let words = WORDS.iter().flat_map(|word| word.aliases.iter().chain([&word.name])).copied();
    let constants = all().map(|constant| constant.name);
    let aliases = ALIASES.iter().map(|row| row.0);
    let traced = Sys::all().map(Sys::name).chain(fault::calls()).map(Name::as_str).chain(Id::all().map(Id::name));
    for name in functions.chain(errors).chain(words).chain(constants).chain(aliases).chain(traced) {
        assert!(!titles(name).is_empty(), "{name}");
    }
}

#[test]
fn what_is_typed_is_found() {
    let cases: &[(&str, &[&str])] = &[
        ("accept", &["accept(2) · appel système"]),
        ("accept(2)", &["accept(2) · appel système"]),
        ("accept()", &["accept(2) · appel système"]),
        (" accept ; ", &["accept(2) · appel système"]),
        ("ACCEPT", &["accept(2) · appel système"]),
        ("getaddrinfo", &["getaddrinfo(3) · fonction de la bibliothèque C"]),
        ("FD_SET", &["FD_SET · macro"]),
        ("EADDRINUSE", &["EADDRINUSE · errno 98"]),
        ("eaddrinuse", &["EADDRINUSE · errno 98"]),
        ("98", &["EADDRINUSE · errno 98"]),
        ("errno 98", &["EADDRINUSE · errno 98"]),
        ("errno = 98", &["EADDRINUSE · errno 98"]),
        ("EWOULDBLOCK", &["EAGAIN · errno 11"]),
        ("-2", &["EAI_NONAME · erreur de getaddrinfo -2"]),
        ("eai_noname", &["EAI_NONAME · erreur de getaddrinfo -2"]),
        ("bind: Adresse déjà utilisée", &["EADDRINUSE · errno 98"]),
        ("Address already in use", &["EADDRINUSE · errno 98"]),
        ("TIME_WAIT", &["TIME_WAIT · état de TCP"]),
        ("time-wait", &["TIME_WAIT · état de TCP"]),
        ("FIN-WAIT-1", &["FIN_WAIT1 · état de TCP"]),
        ("ESTAB", &["ESTABLISHED · état de TCP"]),
        ("CLOSE", &["CLOSE · état de TCP"]),
        ("close", &["close(2) · appel système"]),
        ("LISTEN", &["LISTEN · état de TCP"]),
        ("listen", &["listen(2) · appel système"]),
        ("SIGPIPE", &["SIGPIPE · signal 13"]),
        ("sigpipe", &["SIGPIPE · signal 13"]),
        ("141", &["SIGPIPE · signal 13 · code de sortie 141"]),
        ("0", &["errno 0"]),
        ("signal", &["signal(2) · appel système", "signal"]),
        ("AF_INET", &["AF_INET · constante"]),
        ("file d\x27accept", &["file d’accept"]),
        ("file d’accept", &["file d’accept"]),
        ("port ephemere", &["port éphémère"]),
        ("Demi-Fermeture", &["demi-fermeture"]),
        ("half-close", &["demi-fermeture"]),
        ("états", &["États de TCP"]),
        ("etats", &["États de TCP"]),
        ("erreurs", &["Erreurs"]),
        ("défauts", &["Ce que trace sait reconnaître"]),
        ("diagnostics", &["Ce que trace sait reconnaître"]),
        ("request-not-read", &["request-not-read · défaut que trace reconnaît"]),
        ("Request not read", &["request-not-read · défaut que trace reconnaît"]),
        ("zombie", &["zombie · défaut que trace reconnaît", "zombie"]),
        ("accept4", &["accept4(2) · appel que trace montre"]),
        ("ptrace", &["ptrace(2) · appel que trace montre"]),
    ];
    for (typed, expected) in cases {
        assert_eq!(titles(typed), *expected, "{typed}");
    }
}

#[test]
fn what_is_not_known_has_neighbours() {
    let near = |typed: &str| match explain(typed) {
        Answer::Unknown { near } => near,
        Answer::Found(found) => panic!("{typed}: {found:?}"),
    };
    assert_eq!(near("acept").first().map(String::as_str), Some("accept"));
    assert_eq!(near("EADRINUSE").first().map(String::as_str), Some("EADDRINUSE"));
    assert_eq!(near("TIMEWAIT").first().map(String::as_str), Some("TIME_WAIT"));
    assert_eq!(near("request-not-rad").first().map(String::as_str), Some("request-not-read"));
    assert_eq!(near("io_uring_setp").first().map(String::as_str), Some("io_uring_setup"));
    assert_eq!(near("bakclog").first().map(String::as_str), Some("backlog"));
    assert!(near("erreur").contains(&"erreurs".to_owned()));
    assert!(near("zzzzzzzzzz").is_empty());
    assert!(near("").is_empty());
    assert!(near("99999999999999999999").is_empty());
    assert!(near("-2147483648").is_empty());
}

#[test]
fn an_errno_names_the_calls_that_give_it() {
    let text = prose(&errno(Errno::EADDRINUSE));
    for part in [
        "Adresse déjà utilisée",
        "Address already in use",
        "bind",
        "listen",
        "les leçons 3 et 6\u{a0}: socketlab lesson 3",
        "les leçons 11, 21 et 23, à venir",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!prose(&errno(Errno::new(4242))).is_empty());
}

#[test]
fn a_call_shows_its_declaration() {
    let accept = call("accept").expect("accept");
    assert_eq!(
        accept.code,
        ["#include <sys/socket.h>", "int accept(int fd, struct sockaddr *addr, socklen_t *addrlen);"]
    );
    let text = prose(&accept);
    for part in ["Paramètres", "Quand il bloque", "EINVAL", "socketlab lesson 5", "man 2 accept"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(call("nothing"), None);
}

#[test]
fn code_fits() {
    for text in CALLS {
        let lines = folded(text.signature);
        assert!(lines.iter().all(|line| line.chars().count() <= CODE_WIDTH), "{lines:?}");
        assert_eq!(lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" "), text.signature);
    }
}

#[test]
fn lessons_are_those_of_the_syllabus() {
    let calls = CALLS.iter().flat_map(|text| text.lessons);
    let words = WORDS.iter().flat_map(|text| text.lessons);
    let constants = CONSTANTS.iter().flat_map(|text| text.lessons);
    let errnos = ERRNO_LESSONS.iter().flat_map(|row| row.1);
    assert!(calls.chain(words).chain(constants).chain(errnos).all(|lesson| *lesson <= 23));
}

/// The typography of prose, outside `code`.
#[test]
fn french_is_set_as_it_should_be() {
    let mut texts: Vec<&str> = Vec::new();
    for text in CALLS {
        texts.extend([text.does, text.returns, text.sleeps]);
        texts.extend(text.parameters.iter().chain(text.errors).map(|row| row.1));
    }
    texts.extend(STATES.iter().flat_map(|text| [text.meaning, text.course]));
    texts.extend(SIGNALS.iter().flat_map(|text| [text.meaning, text.advice]));
    texts.extend(WORDS.iter().flat_map(|text| [text.name, text.meaning]));
    texts.extend(CONSTANTS.iter().map(|text| text.meaning));
    texts.extend(super::traced::meanings());
    for text in texts {
        let outside: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
        for wrong in ["\x20:", "\x20;", "\x20!", "\x20?", "«\x20", "\x20»", "\x27", "\x20\x20"] {
            assert!(!outside.contains(wrong), "{wrong:?} in {text}");
        }
        assert!(text.matches('`').count().is_multiple_of(2), "{text}");
        for banned in ["simplement", "il suffit", "évidemment"] {
            assert!(!text.contains(banned), "{banned} in {text}");
        }
    }
}

#[test]
fn a_finding_shows_the_mistake_and_its_correction() {
    for id in Id::all() {
        let (wrong, right) = excerpts(id);
        for (kind, text) in [("wrong", &wrong), ("right", &right)] {
            let lines: Vec<&str> = text.lines().collect();
            assert!((3..=14).contains(&lines.len()), "{} {kind}: {} lines", id.name(), lines.len());
            assert!(lines.iter().all(|line| line.chars().count() <= CODE_WIDTH), "{} {kind}", id.name());
            assert!(lines.iter().any(|line| !line.starts_with(' ')), "{} {kind}: {text}", id.name());
        }
        assert_ne!(wrong, right, "{}", id.name());
    }
}

#[test]
fn backquotes_make_code() {
    assert_eq!(
        inlines("a `b` c"),
        [Inline::Text("a ".to_owned()), Inline::Code("b".to_owned()), Inline::Text(" c".to_owned())]
    );
    assert_eq!(first_sentence("Un. Deux."), "Un.");
    assert_eq!(first_sentence("Un"), "Un");
    assert_eq!(fold("L’État_DE  l’hôte-É"), "l etat de l hote e");
}
