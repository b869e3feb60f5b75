use crate::lesson::model::{DescriptorState, Details, Endpoint, ProcessState, Range, Subject};
use crate::lesson::problem::{LayoutFault, ProblemKind, StateFault};
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
fn each_detail_is_itself() {
    let range = |number| Some(Range { from: number, to: number });
    let end = |port| Some(Endpoint { ip: None, port: Some(port) });
    let line = "port 1 CLOSE_WAIT a_lire 2 non_acquitte 3 en_attente 4 backlog 5 local *:6 distant *:7";
    let details = Details {
        recv_queue: range(2),
        send_queue: range(3),
        accept_queue: range(4),
        backlog: range(5),
        local: end(6),
        remote: end(7),
    };
    assert_eq!(good(line), Subject::Port { port: 1, state: SocketState::CloseWait, details });
}

#[test]
fn a_mark_needs_a_port() {
    for (line, start) in [("port {port} LISTEN", 5), ("port 1 LISTEN local *:{port}", 20)] {
        let word = Word { text: line, span: Span { start: 0, end: line.len() } };
        let problem = parse(word, Known { actors: &[], port: None }).unwrap_err();
        assert_eq!((problem.span.start, problem.kind), (start, ProblemKind::Layout(LayoutFault::NoPort)), "{line}");
    }
}

#[test]
fn a_line_keeps_its_words_and_its_place() {
    let word = Word { text: "port 1 aucune", span: Span { start: 100, end: 113 } };
    let line = parse(word, Known { actors: &[], port: None }).unwrap();
    assert_eq!((line.source.as_str(), line.span), (word.text, word.span));
    assert_eq!(line.subject, Subject::NoPort { port: 1, state: None });
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
        ("port 1 LISTEN local *:", 20, "*:"),
        ("port 1 LISTEN local *:70000", 20, "*:70000"),
        ("port 1 LISTEN local ici:1", 20, "ici:1"),
        ("port 1 LISTEN local *:1 local *:1", 24, "local"),
        ("port 1 LISTEN distant", 21, "distant"),
        ("port 1 LISTEN a_lire -1", 21, "-1"),
        ("port 1 aucn", 7, "aucun"),
        ("port 1 aucun LISTN", 13, "LISTEN"),
        ("port 1 aucun LISTEN LISTEN", 20, "LISTEN"),
        ("port", 4, "port"),
        ("serveur fd 3 absnt", 13, "absent"),
        ("serveur fd -3", 11, "-3"),
        ("serveur endormi", 15, "endormi"),
        ("serveur endormi htons", 16, ""),
        ("serveur vivan", 8, "vivant"),
        ("serveur mort mort", 13, "mort"),
        ("prt 1 LISTEN", 0, "port"),
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
