use crate::lesson::model::{DescriptorState, ProcessState, Subject};
use crate::lesson::problem::{ProblemKind, StateFault};
use crate::lesson::state_lines::{Known, parse};
use crate::lesson::words::Word;
use crate::state::SocketState;
use crate::syscall::ast::Span;

fn read(line: &str) -> Result<Subject, (usize, ProblemKind)> {
    let actors = ["serveur".to_owned(), "enfant".to_owned()];
    let known = Known { actors: &actors, port: Some(3001) };
    let word = Word { text: line, span: Span { start: 0, end: line.len() } };
    parse(word, known).map(|line| line.subject).map_err(|problem| (problem.span.start, problem.kind))
}

fn good(line: &str) -> Subject {
    read(line).unwrap_or_else(|error| panic!("{line}: {error:?}"))
}

#[test]
fn sockets() {
    let Subject::Descriptor { actor, fd, expected } = good("serveur fd 3 LISTEN en_attente 2 backlog 1..4") else {
        panic!()
    };
    assert_eq!((actor.as_str(), fd), ("serveur", 3));
    let DescriptorState::Socket { state, details } = expected else { panic!() };
    assert_eq!(state, SocketState::Listen);
    assert_eq!(details.accept_queue.map(|range| (range.from, range.to)), Some((2, 2)));
    assert_eq!(details.backlog.map(|range| (range.from, range.to)), Some((1, 4)));
}

#[test]
fn addresses() {
    for (text, ip, port) in [
        ("127.0.0.1:3001", Some("127.0.0.1"), Some(3001)),
        ("*:3001", None, Some(3001)),
        ("0.0.0.0:*", Some("0.0.0.0"), None),
        ("*:*", None, None),
        ("[::1]:{port}", Some("::1"), Some(3001)),
        (":::3001", Some("::"), Some(3001)),
    ] {
        let Subject::Port { details, .. } = good(&format!("port {{port}} ESTABLISHED local {text}")) else { panic!() };
        let local = details.local.unwrap();
        assert_eq!((local.ip.map(|ip| ip.to_string()).as_deref(), local.port), (ip, port), "{text}");
    }
}

#[test]
fn the_rest() {
    assert!(matches!(good("serveur fd 4"), Subject::Descriptor { expected: DescriptorState::Open, .. }));
    assert!(matches!(good("serveur fd 4 absent"), Subject::Descriptor { expected: DescriptorState::Absent, .. }));
    assert_eq!(good("port 3001 aucun"), Subject::NoPort { port: 3001, state: None });
    assert_eq!(good("port 3001 aucun LISTEN"), Subject::NoPort { port: 3001, state: Some(SocketState::Listen) });
    for (line, state) in [
        ("enfant zombie", ProcessState::Zombie),
        ("enfant vivant", ProcessState::Alive),
        ("enfant mort", ProcessState::Gone),
        ("enfant endormi accept", ProcessState::Asleep("accept".into())),
    ] {
        assert_eq!(good(line), Subject::Process { actor: "enfant".into(), expected: state }, "{line}");
    }
}

#[test]
fn what_is_wrong_is_placed() {
    let near = |unknown: &crate::lesson::problem::Unknown| unknown.near.clone().unwrap_or_default();
    for (line, start, expected) in [
        ("servur fd 3", 0, "serveur"),
        ("serveur df 3", 8, "fd"),
        ("serveur fd trois", 11, "trois"),
        ("serveur fd", 10, "fd"),
        ("serveur fd 3 LISTN", 13, "LISTEN"),
        ("serveur fd 3 LISTEN en_attent 2", 20, "en_attente"),
        ("serveur fd 3 LISTEN backlog", 27, "backlog"),
        ("serveur fd 3 LISTEN backlog x", 28, "x"),
        ("serveur fd 3 LISTEN backlog 1 backlog 2", 30, "backlog"),
        ("serveur fd 3 LISTEN local 1.2.3:4", 26, "1.2.3:4"),
        ("serveur fd 3 absent LISTEN", 20, "LISTEN"),
        ("serveur endormi acept", 16, "accept"),
        ("port 70000 LISTEN", 5, "70000"),
        ("port +30 LISTEN", 5, "+30"),
        ("serveur", 0, ""),
        ("port 3001", 5, ""),
    ] {
        let (place, kind) = read(line).unwrap_err();
        let ProblemKind::State(fault) = kind else { panic!("{line}") };
        let word = match &fault {
            StateFault::UnknownSubject(name)
            | StateFault::UnknownState(name)
            | StateFault::UnknownKey(name)
            | StateFault::UnknownPredicate(name)
            | StateFault::UnknownCall(name) => near(name),
            StateFault::MissingPredicate => String::new(),
            StateFault::MissingValue(word)
            | StateFault::BadDescriptor(word)
            | StateFault::BadPort(word)
            | StateFault::BadRange(word)
            | StateFault::BadEndpoint(word)
            | StateFault::DuplicateKey(word)
            | StateFault::ExtraWords(word) => word.clone(),
        };
        assert_eq!((place, word.as_str()), (start, expected), "{line}");
    }
}
