use super::fold::fold;
use super::{Answer, CODE_WIDTH, Explanation, call, errno, explain, first_sentence, folded, inlines, plain_constants};
use crate::content::book::Book;
use crate::content::entry::{Chapter, Entry};
use crate::finding::Id;
use crate::lesson::model::{Block, Inline};
use crate::syscall::constant::{Group, all};
use crate::syscall::errno::Errno;
use crate::syscall::fault;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::sys::Sys;
use crate::syscall::vocabulary::FUNCTIONS;

fn book() -> Book {
    Book::default()
}

fn entries(chapter: Chapter) -> Vec<Entry> {
    book().chapter(chapter).expect("a chapter that can be read")
}

fn answer(word: &str) -> Answer {
    explain(&book(), word).expect("pages that can be read")
}

/// The titles of what a word leads to.
fn titles(word: &str) -> Vec<String> {
    match answer(word) {
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
fn every_constant_is_explained() {
    for constant in plain_constants() {
        assert!(super::constant(&book(), constant.name).expect("read").is_some(), "{}", constant.name);
        assert!(!matches!(constant.group, Group::Errno | Group::Signal));
    }
}

#[test]
fn every_name_leads_somewhere() {
    let functions = FUNCTIONS.iter().map(|function| function.name.as_str());
    let errors = Errno::all().filter_map(Errno::name).chain(GaiError::all().filter_map(GaiError::name));
    let constants = all().map(|constant| constant.name);
    let traced = Sys::all().map(Sys::name).chain(fault::calls()).map(Name::as_str).chain(Id::all().map(Id::name));
    for name in functions.chain(errors).chain(constants).chain(traced) {
        assert!(!titles(name).is_empty(), "{name}");
    }
    for word in [Chapter::Words, Chapter::States].map(entries).concat() {
        for name in word.aliases.iter().chain([&word.name]) {
            assert!(!titles(name).is_empty(), "{name}");
        }
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
    let near = |typed: &str| match answer(typed) {
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
    let page = |number| errno(&book(), number).expect("read");
    let text = prose(&page(Errno::EADDRINUSE));
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
    assert!(!prose(&page(Errno::new(4242))).is_empty());
}

#[test]
fn a_call_shows_its_declaration() {
    let accept = call(&book(), "accept").expect("read").expect("accept");
    assert_eq!(
        accept.code,
        ["#include <sys/socket.h>", "int accept(int fd, struct sockaddr *addr, socklen_t *addrlen);"]
    );
    let text = prose(&accept);
    for part in ["Paramètres", "Quand il bloque", "EINVAL", "socketlab lesson 5", "man 2 accept"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(call(&book(), "nothing").expect("read"), None);
}

#[test]
fn code_fits() {
    for text in book().calls().expect("read") {
        let lines = folded(&text.signature);
        assert!(lines.iter().all(|line| line.chars().count() <= CODE_WIDTH), "{lines:?}");
        assert_eq!(lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" "), text.signature);
    }
}

#[test]
fn a_finding_shows_the_mistake_and_its_correction() {
    for id in Id::all() {
        let (wrong, right) = book().finding(id).expect("read").excerpts();
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
