use super::{arguments, awaited, keyboard, output};
use crate::lesson::model::{Awaited, Item, Range};
use crate::lesson::problem::{ChecksFault, LayoutFault, Problem, ProblemKind, Problems, Unknown};
use crate::syscall::ast::Span;
use crate::syscall::parse::SyntaxKind;

const BEFORE: &str = "devant\n";

/// What is read of a block with this body, and the problems, by place in the body.
fn read(body: &str, read: impl Fn(&str, Span, String, &mut Problems) -> Item) -> (Item, Vec<Problem>) {
    let text = format!("{BEFORE}{body}```\n");
    let span = Span { start: BEFORE.len(), end: BEFORE.len() + body.len() };
    let mut problems = Problems::default();
    let item = read(&text, span, "a".into(), &mut problems);
    let place = |span: Span| Span { start: span.start - BEFORE.len(), end: span.end - BEFORE.len() };
    (item, problems.finish().into_iter().map(|problem| Problem { span: place(problem.span), ..problem }).collect())
}

fn events(body: &str) -> (Vec<Awaited>, Vec<Problem>) {
    let (item, problems) = read(body, awaited);
    let Item::Await { actor, events } = item else { panic!("{item:?}") };
    assert_eq!(actor, "a");
    (events, problems)
}

fn call(name: &str, port: Option<&str>) -> Awaited {
    Awaited::Call { name: name.into(), port: port.map(str::to_owned) }
}

#[test]
fn a_wait_is_a_call_a_sleep_or_an_end() {
    let asleep = |name: &str| Awaited::Asleep { name: name.into() };
    let exit = |from, to| Awaited::Exit { code: Some(Range { from, to }) };
    for (line, expected) in [
        ("accept", call("accept", None)),
        ("connect port 3001  # au serveur", call("connect", Some("3001"))),
        ("bind port {port}", call("bind", Some("{port}"))),
        ("endormi accept", asleep("accept")),
        ("fin", Awaited::Exit { code: None }),
        ("Fin 0", exit(0, 0)),
        ("fin 1..", exit(1, i64::MAX)),
    ] {
        assert_eq!(events(&format!("{line}\n")), (vec![expected], vec![]), "{line}");
    }
    assert_eq!(events("bind\n\naccept\n").0, [call("bind", None), call("accept", None)]);
}

#[test]
fn a_wait_for_nothing_known_is_named() {
    let unknown = |name: &str, near: Option<&str>| {
        ChecksFault::UnknownAwaited(Unknown { name: name.into(), near: near.map(str::to_owned) })
    };
    for (line, start, end, fault, kept) in [
        ("acept", 0, 5, unknown("acept", Some("accept")), vec![]),
        ("enormi accept", 0, 6, unknown("enormi", Some("endormi")), vec![]),
        ("htons", 0, 5, unknown("htons", None), vec![]),
        ("endormi", 0, 7, unknown("endormi", None), vec![]),
        ("endormi acept", 8, 13, unknown("acept", Some("accept")), vec![]),
        ("fin -1", 4, 6, ChecksFault::BadExitCode("-1".into()), vec![]),
        ("fin un", 4, 6, ChecksFault::BadExitCode("un".into()), vec![]),
        ("accept prot 3", 7, 11, unknown("prot", Some("port")), vec![call("accept", None)]),
        ("accept port", 7, 11, unknown("port", None), vec![call("accept", None)]),
        ("accept port 3 4", 14, 15, unknown("4", None), vec![call("accept", Some("3"))]),
        ("endormi accept 4", 15, 16, unknown("4", None), vec![Awaited::Asleep { name: "accept".into() }]),
        ("fin 0 1", 6, 7, unknown("1", None), vec![Awaited::Exit { code: Some(Range::exactly(0)) }]),
    ] {
        let (found, problems) = events(line);
        assert_eq!(found, kept, "{line}");
        assert_eq!(problems, [Problem { span: Span { start, end }, kind: fault.into() }], "{line}");
    }
}

#[test]
fn the_keyboard_types_each_line_as_it_is() {
    let typed = |text: &str, span, actor, _: &mut Problems| keyboard(text, span, actor);
    let lines = ["  un", "", "deux # trois"].map(str::to_owned).to_vec();
    assert_eq!(read("  un\r\n\ndeux # trois\n", typed).0, Item::Keyboard { actor: "a".into(), lines });
}

#[test]
fn arguments_are_words() {
    let body = "un  \"deux\n\ttrois\n";
    let text = format!("{BEFORE}{body}```\n");
    let span = Span { start: BEFORE.len(), end: BEFORE.len() + body.len() };
    assert_eq!(arguments(&text, span), ["un", "\"deux", "trois"]);
}

#[test]
fn an_output_is_lines_and_what_is_never_written() {
    let body = "Un \r\n\nsans \"a\\tb\"\nsans\"c\"\nsans \t \"d\"  \nsans rien\n sans \"e\"\nfin";
    let (item, problems) = read(body, output);
    let patterns = ["Un ", "", "sans rien", " sans \"e\"", "fin"].map(str::to_owned).to_vec();
    let absent = ["a\tb", "c", "d"].map(str::to_owned).to_vec();
    assert_eq!(problems, []);
    assert_eq!(item, Item::Output { actor: "a".into(), patterns, absent });
}

#[test]
fn a_text_that_is_never_written_is_one_text() {
    let extra = |words: &str| ProblemKind::Layout(LayoutFault::ExtraWords(words.into()));
    for (body, start, end, kind) in [
        ("un\nsans \"a\n", 8, 10, ProblemKind::Syntax(SyntaxKind::UnterminatedText)),
        ("un\nsans \"\\q\"\n", 9, 11, ProblemKind::Syntax(SyntaxKind::BadEscape)),
        ("un\nsans \"a\" b c\n", 12, 15, extra("b c")),
        ("un\nsans \"a\"\"b\"\n", 11, 14, extra("\"b\"")),
    ] {
        assert_eq!(read(body, output).1, [Problem { span: Span { start, end }, kind }], "{body}");
    }
}
