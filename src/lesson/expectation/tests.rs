use crate::lesson::expectation::{parse, received};
use crate::lesson::model::{Expected, Need, Range};
use crate::lesson::problem::{NoteFault, ProblemKind};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::signal::Signal;

fn text(text: &str) -> Expected {
    Expected::Text(text.into())
}

fn number(value: i64) -> Expected {
    Expected::Number(Range::exactly(value))
}

#[test]
fn results() {
    let signal = Signal::from_name("SIGPIPE").unwrap();
    let noname = GaiError::from_name("EAI_NONAME").unwrap();
    for (note, expected) in [
        ("5", number(5)),
        ("-1", number(-1)),
        ("1..64", Expected::Number(Range { from: 1, to: 64 })),
        ("1..", Expected::Number(Range { from: 1, to: i64::MAX })),
        ("fd", Expected::Descriptor(None)),
        ("fd 4", Expected::Descriptor(Some(4))),
        ("pid", Expected::Process(None)),
        ("pid enfant", Expected::Process(Some("enfant".into()))),
        ("5 \"salut\"", Expected::Received { count: Some(Range::exactly(5)), bytes: b"salut".to_vec() }),
        ("\"127.0.0.1\"", text("127.0.0.1")),
        ("\"a, réveille \\\"b\\\"\"", text("a, réveille \"b\"")),
        ("\"a\", \"b\"", Expected::All(vec![text("a"), text("b")])),
        ("EADDRINUSE", Expected::Errno(Errno::EADDRINUSE)),
        ("EAI_NONAME", Expected::Gai(noname)),
        ("NULL", Expected::Null),
        ("adresse", Expected::NotNull),
        ("tout", Expected::Everything),
        ("bloque", Expected::Blocks),
        ("bloque, puis fd 4", Expected::BlocksThen(Box::new(Expected::Descriptor(Some(4))))),
        ("Bloque , puis 0", Expected::BlocksThen(Box::new(number(0)))),
        ("mort SIGPIPE", Expected::Killed(signal)),
        ("fin 3", Expected::Exits(3)),
        ("fin", Expected::Ends),
        ("...", Expected::Any),
        ("…", Expected::Any),
        ("contient \"<h1>\"", Expected::Contains(b"<h1>".to_vec())),
        ("contient sans casse \"host\"", Expected::ContainsAnyCase(b"host".to_vec())),
        ("commence \"HTTP\"", Expected::StartsWith(b"HTTP".to_vec())),
    ] {
        assert_eq!(parse(note, 0).map(|note| note.expectation.result), Ok(expected), "{note}");
    }
}

#[test]
fn results_that_depend_on_the_machine() {
    let depends = |condition, then, otherwise| Expected::Depends {
        condition,
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    for (note, expected) in [
        ("0 si root, sinon EACCES", depends(Need::Root, number(0), Expected::Errno(Errno::EACCES))),
        (
            "fd si ipv6, sinon 0 si reseau_prive, sinon EACCES",
            depends(
                Need::Ipv6,
                Expected::Descriptor(None),
                depends(Need::PrivateNetwork, number(0), Expected::Errno(Errno::EACCES)),
            ),
        ),
        (
            "bloque, puis 0 si ports_reserves, sinon 1",
            Expected::BlocksThen(Box::new(depends(Need::ReservedPorts, number(0), number(1)))),
        ),
    ] {
        assert_eq!(parse(note, 0).map(|note| note.expectation.result), Ok(expected), "{note}");
    }
}

#[test]
fn reading_until() {
    let until = |delimiter: Option<&str>, then| Expected::Until {
        delimiter: delimiter.map(|text| text.as_bytes().to_vec()),
        then: Box::new(then),
    };
    for (note, expected) in [
        ("jusqu'à la fin", until(None, Expected::Success)),
        ("jusqu’à la fin \"tout\"", until(None, text("tout"))),
        ("jusqu'à \"\\r\\n\\r\\n\"", until(Some("\r\n\r\n"), Expected::Success)),
        ("jusqu'à \"\\n\", \"a\\n\"", until(Some("\n"), text("a\n"))),
        (
            "jusqu'à la fin, commence \"HTTP\", contient \"x\"",
            until(None, Expected::All(vec![Expected::StartsWith(b"HTTP".into()), Expected::Contains(b"x".into())])),
        ),
        ("bloque, puis jusqu'à la fin", Expected::BlocksThen(Box::new(until(None, Expected::Success)))),
    ] {
        assert_eq!(parse(note, 0).map(|note| note.expectation.result), Ok(expected), "{note}");
    }
    assert_eq!(received(until(None, text("x"))), until(None, Expected::Received { count: None, bytes: b"x".to_vec() }));
}

#[test]
fn effects() {
    let note = parse("0, réveille serveur et client, naît enfant", 0).unwrap();
    assert_eq!(note.expectation.wakes, ["serveur", "client"]);
    assert_eq!(note.expectation.births.as_deref(), Some("enfant"));
    let note = parse("bloque, puis fd, reveille client", 0).unwrap();
    assert_eq!(note.expectation.result, Expected::BlocksThen(Box::new(Expected::Descriptor(None))));
    assert_eq!(note.expectation.wakes, ["client"]);
    let note = parse("réveille serveur", 0).unwrap();
    assert_eq!((note.expectation.result, note.named.len()), (Expected::Success, 1));
}

#[test]
fn what_is_wrong_is_placed() {
    type Expect = fn(&NoteFault) -> bool;
    let cases: [(&str, usize, Expect); 15] = [
        ("", 0, |fault| matches!(fault, NoteFault::Empty)),
        (
            "EADRINUSE",
            0,
            |fault| matches!(fault, NoteFault::UnknownResult(name) if name.near.as_deref() == Some("EADDRINUSE")),
        ),
        ("bloqe", 0, |fault| matches!(fault, NoteFault::UnknownResult(name) if name.near.as_deref() == Some("bloque"))),
        (
            "0, reveile a",
            3,
            |fault| matches!(fault, NoteFault::UnknownEffect(name) if name.near.as_deref() == Some("réveille")),
        ),
        (
            "0 si rot, sinon 1",
            5,
            |fault| matches!(fault, NoteFault::UnknownCondition(name) if name.near.as_deref() == Some("root")),
        ),
        ("0 si root", 9, |fault| matches!(fault, NoteFault::MissingElse)),
        ("mort SIGPIP", 5, |fault| matches!(fault, NoteFault::UnknownSignal(_))),
        ("64..1", 0, |fault| matches!(fault, NoteFault::BadRange(_))),
        ("fd 99999999999", 3, |fault| matches!(fault, NoteFault::BadRange(_))),
        ("fin 256", 4, |fault| matches!(fault, NoteFault::BadRange(_))),
        ("jusqu'à demain", 9, |fault| matches!(fault, NoteFault::MissingText)),
        ("0, réveille", 12, |fault| matches!(fault, NoteFault::MissingName)),
        ("0, réveille ,", 13, |fault| matches!(fault, NoteFault::MissingName)),
        ("0 0", 2, |fault| matches!(fault, NoteFault::ExtraWords(_))),
        ("0,", 1, |fault| matches!(fault, NoteFault::ExtraWords(_))),
    ];
    for (note, start, expected) in cases {
        let problem = parse(note, 0).unwrap_err();
        let ProblemKind::Note(fault) = &problem.kind else { panic!("{note}: {problem:?}") };
        assert!(expected(fault), "{note}: {fault:?}");
        assert_eq!(problem.span.start, start, "{note}");
    }
    assert!(matches!(parse("5 \"a", 0).unwrap_err().kind, ProblemKind::Syntax(_)));
}

#[test]
fn places_are_those_of_the_file() {
    for (note, start, end) in [
        ("\"a\" \"é\"", 104, 108),
        ("0 \"a\" é", 106, 108),
        ("mort \"é\", x", 105, 109),
        ("jusqu'à la suite", 112, 117),
        ("fd, \"é\"", 104, 108),
        ("", 100, 100),
        ("bloque, puis", 112, 112),
        ("\"a\" \"b", 104, 106),
    ] {
        let span = parse(note, 100).unwrap_err().span;
        assert_eq!((span.start, span.end), (start, end), "{note}");
    }
    let note = parse("0, réveille b", 100).unwrap();
    assert_eq!((note.expectation.span.start, note.expectation.span.end), (100, 114));
    assert_eq!((note.named[0].1.start, note.named[0].1.end), (113, 114));
}

#[test]
fn depth_is_bounded() {
    assert!(parse(&"bloque, puis ".repeat(10_000), 0).is_err());
    assert!(parse(&"0 si root, sinon ".repeat(10_000), 0).is_err());
    assert!(parse(&"\"".repeat(10_001), 0).is_err());
}
