use crate::lesson::model::Question;
use crate::lesson::problem::{FrontFault, ProblemKind, Problems, QuestionFault, TomlType};
use crate::lesson::question::parse;
use crate::syscall::ast::Span;

const FIRST: &str = "enonce = \"x ?\"";

/// The question, what each problem points at, and what it is.
fn read(body: &str) -> (Option<Question>, Vec<(String, ProblemKind)>) {
    let text = format!("avant\n{body}\naprès");
    let mut problems = Problems::default();
    let question = parse(&text, Span { start: 6, end: 6 + body.len() }, &mut problems);
    let pointed = |span: Span| text[span.start..span.end].to_owned();
    (question, problems.finish().into_iter().map(|problem| (pointed(problem.span), problem.kind)).collect())
}

#[test]
fn a_question_from_end_to_end() {
    let body = "enonce = \"Combien ?\"\nchoix = [\"un\", \"deux\", \"trois\"]\nreponse = 2\npourquoi = \"ainsi\"\n\
                si_1 = \"trop peu\"\nsi_3 = \"trop\"";
    let (question, problems) = read(body);
    assert_eq!(problems, []);
    let expected = Question {
        statement: "Combien ?".to_owned(),
        choices: ["un", "deux", "trois"].map(str::to_owned).to_vec(),
        answer: 1,
        why: "ainsi".to_owned(),
        wrong: [(0, "trop peu".to_owned()), (2, "trop".to_owned())].into(),
        span: Span { start: 6, end: 6 + body.len() },
    };
    assert_eq!(question, Some(expected));
}

#[test]
fn what_is_wrong_is_pointed_at() {
    use QuestionFault as F;
    let choices = |count: usize| format!("[{}]", "\"a\", ".repeat(count));
    let front = |pointed: &str, fault: FrontFault| vec![(pointed.to_owned(), ProblemKind::Front(fault))];
    let fault = |pointed: &str, fault: F| vec![(pointed.to_owned(), ProblemKind::Question(fault))];
    let count = F::ChoiceCount { from: 2, to: 9 };
    for (choices, answer, more, expected) in [
        (choices(2), "1", "", vec![]),
        (choices(2), "2", "si_1 = \"x\"", vec![]),
        (choices(9), "9", "", vec![]),
        (choices(1), "1", "", fault(FIRST, count.clone())),
        (choices(10), "1", "", fault(FIRST, count)),
        (choices(2), "3", "", fault("3", F::NoSuchChoice { most: 2 })),
        (choices(2), "0", "", front("0", FrontFault::OutOfRange { key: "reponse".to_owned(), from: 1, to: 255 })),
        (
            choices(2),
            "\"1\"",
            "",
            front("\"1\"", FrontFault::WrongType { key: "reponse".to_owned(), wanted: TomlType::Integer }),
        ),
        (choices(2), "2", "si_2 = \"x\"", fault("si_2", F::ExplainsTheAnswer)),
        (choices(2), "2", "si_3 = \"x\"", fault("si_3", F::NoSuchChoice { most: 2 })),
        (choices(2), "2", "si_0 = \"x\"", fault("si_0", F::NoSuchChoice { most: 2 })),
        (choices(2), "2", "si_1 = \" \"", front("\" \"", FrontFault::EmptyValue { key: "si_1".to_owned() })),
    ] {
        let body = format!("{FIRST}\r\nchoix = {choices}\nreponse = {answer}\npourquoi = \"x\"\n{more}");
        assert_eq!(read(&body).1, expected, "{body}");
    }
}

#[test]
fn each_key_is_needed() {
    let lines = [FIRST, "choix = [\"a\", \"b\"]", "reponse = 1", "pourquoi = \"x\""];
    for (left_out, key) in ["enonce", "choix", "reponse", "pourquoi"].into_iter().enumerate() {
        let kept: Vec<&str> = lines.into_iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, l)| l).collect();
        let (question, problems) = read(&kept.join("\n"));
        assert_eq!(question, None);
        let missing = (kept[0].to_owned(), ProblemKind::Front(FrontFault::MissingKey(key)));
        assert!(problems.contains(&missing), "{key}: {problems:?}");
    }
}

#[test]
fn of_what_cannot_be_read_nothing_is_missing() {
    let (question, problems) = read("enonce = \"x\"\nchoix = [\"a\"]\nreponse = ");
    assert_eq!(question, None);
    assert!(matches!(problems[0].1, ProblemKind::Front(FrontFault::Toml(_))), "{problems:?}");
    let missing = |kind: &ProblemKind| matches!(kind, ProblemKind::Front(FrontFault::MissingKey(_)));
    assert!(
        !problems.iter().any(|(_, kind)| missing(kind) || matches!(kind, ProblemKind::Question(_))),
        "{problems:?}"
    );
}
