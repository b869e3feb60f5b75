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
