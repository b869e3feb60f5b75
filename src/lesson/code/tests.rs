use crate::lesson::code::parse;
use crate::lesson::model::{Expected, Line};
use crate::lesson::position::Lines;
use crate::lesson::problem::{NoteFault, Problem, ProblemKind, Problems};
use crate::syscall::ast::Span;

fn read(text: &str) -> (Vec<Line>, Vec<Problem>) {
    let mut problems = Problems::default();
    let code = parse(text, Span { start: 0, end: text.len() }, &Lines::new(text), &mut problems);
    (code.noted.into_iter().map(|one| one.line).collect(), problems.finish())
}

#[test]
fn each_statement_has_its_note_its_comment_and_its_line() {
    let text = "// la file\nlisten(3, 2);\nint a = accept(3,\n    NULL, NULL);   // => fd 4\nclose(a); // ferme\nclose(3);\n// => EBADF\n";
    let (lines, problems) = read(text);
    assert_eq!(problems, []);
    let shown: Vec<_> =
        lines.iter().map(|line| (line.line, line.comment.as_deref(), line.expectation.result.clone())).collect();
    let errno = crate::syscall::errno::Errno::EBADF;
    assert_eq!(
        shown,
        [
            (2, Some("la file"), Expected::Success),
            (3, None, Expected::Descriptor(Some(4))),
            (5, Some("ferme"), Expected::Success),
            (6, None, Expected::Errno(errno)),
        ]
    );
}

#[test]
fn a_text_alone_is_what_a_call_received() {
    let (lines, _) = read("recv(3, t, 9, 0); // => \"a\"\ninet_ntoa(x); // => \"a\"\n");
    assert_eq!(lines[0].expectation.result, Expected::Received { count: None, bytes: b"a".to_vec() });
    assert_eq!(lines[1].expectation.result, Expected::Text(b"a".to_vec()));
}

#[test]
fn notes_that_have_no_place() {
    for (text, fault) in [
        ("// => 0\nclose(3);", NoteFault::WithoutStatement),
        ("bind(3, // => 0\n NULL, 0);", NoteFault::InsideStatement),
        ("close(3); // => 0\n// => 1\n", NoteFault::Twice),
        ("close(3); // -> 0\n", NoteFault::Malformed),
        ("close(3); // ==> 0\n", NoteFault::Malformed),
        ("close(3); // =>\n", NoteFault::Empty),
    ] {
        let kinds: Vec<_> = read(text).1.into_iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Note(fault)], "{text}");
    }
}

#[test]
fn the_note_of_a_wrong_statement_is_left_alone() {
    let (_, problems) = read("close(3); // => 0\nclsoe(3); // => EBADF\n");
    assert_eq!(problems.len(), 1);
    assert!(matches!(problems[0].kind, ProblemKind::Syntax(_)));
}

#[test]
fn a_note_and_its_words_are_placed_in_the_file() {
    let before = "devant\n";
    for (code, start, end, fault) in [
        ("close(3); //  =>   0 0 ", 21, 22, NoteFault::ExtraWords("0".into())),
        ("close(3); // =>  ", 15, 15, NoteFault::Empty),
        ("// => 0\nclose(3);", 0, 7, NoteFault::WithoutStatement),
    ] {
        let text = format!("{before}{code}\n");
        let mut problems = Problems::default();
        parse(&text, Span { start: before.len(), end: text.len() }, &Lines::new(&text), &mut problems);
        let span = Span { start: before.len() + start, end: before.len() + end };
        assert_eq!(problems.finish(), [Problem { span, kind: fault.into() }], "{code}");
    }
    let (lines, _) = read("close(3); //  =>  0 \nclose(4);\n");
    assert_eq!(lines[0].expectation.span, Span { start: 18, end: 19 });
    assert_eq!(lines[1].expectation.span, Span { start: 30, end: 30 });
}

#[test]
fn a_note_names_actors() {
    let text = "pthread_join(t, NULL); // => 0, réveille a\nclose(3);\n";
    let code = parse(text, Span { start: 0, end: text.len() }, &Lines::new(text), &mut Problems::default());
    let named: Vec<_> = code.noted.iter().map(|one| one.named.as_slice()).collect();
    assert_eq!(named, [&[("a".to_owned(), Span { start: 42, end: 43 })][..], &[]]);
}

#[test]
fn a_comment_is_beside_its_statement_or_above_it() {
    let comments = |text: &str| -> Vec<Option<String>> {
        let (lines, problems) = read(text);
        assert_eq!(problems, [], "{text}");
        lines.into_iter().map(|line| line.comment).collect()
    };
    for (text, expected) in [
        ("/* un */ close(3);\nclose(4);", [Some("un"), None]),
        ("close(3); // un\nclose(4);", [Some("un"), None]),
        ("close(3); // => 0\nclose(4); /* => 0 */", [None, Some("=> 0")]),
        ("close(3);\n// un\nclose(4);", [None, Some("un")]),
        ("close(3);\n// un\n\n/* deux\n   trois */\nclose(4); // quatre", [None, Some("un deux trois quatre")]),
        ("close(3);\nclose( // un\n4);", [None, Some("un")]),
        ("close(3);\nclose(4);\n// un", [None, None]),
        ("close(3); //\nclose(4); /**/", [None, None]),
        ("close(3);\nclose(4); /* -> */", [None, Some("->")]),
    ] {
        assert_eq!(comments(text), expected.map(|comment| comment.map(str::to_owned)), "{text}");
    }
}

#[test]
fn arrows_that_are_no_notes_are_told() {
    for arrow in ["->", "==>", "⇒", "→"] {
        let text = format!("close(3); // {arrow} 0\n");
        let kinds: Vec<_> = read(&text).1.into_iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Note(NoteFault::Malformed)], "{text}");
    }
}

#[test]
fn the_notes_of_right_statements_are_read_beside_wrong_ones() {
    let (lines, problems) = read("clsoe(3); // => EBADFF\nclose(4); // => 0\nclose(5); // => ERIEN\nclsoe(6);\n");
    assert_eq!(lines.len(), 2);
    let notes: Vec<_> = problems.iter().filter(|one| matches!(one.kind, ProblemKind::Note(_))).collect();
    assert_eq!(notes.iter().map(|one| one.span.start).collect::<Vec<_>>(), [57]);
    assert_eq!(problems.len(), 3);
}
