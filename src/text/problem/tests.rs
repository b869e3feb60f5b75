use super::{describe, suggestion};
use crate::author::typography;
use crate::lesson::problem::{PageFault, Problem, Unknown};
use crate::syscall::ast::Span;

fn page_faults() -> Vec<PageFault> {
    let unknown = || Unknown { name: "acept".to_owned(), near: Some("accept".to_owned()) };
    let name = || "accept".to_owned();
    vec![
        PageFault::UnknownName(unknown()),
        PageFault::UnknownSection(unknown()),
        PageFault::MissingSection("Résultat"),
        PageFault::Twice(name()),
        PageFault::OutOfPlace,
        PageFault::UnknownBlock { name: "java".to_owned(), wanted: "c".to_owned() },
        PageFault::MissingCode,
        PageFault::MissingText,
        PageFault::NotAParagraph,
        PageFault::NotAList,
        PageFault::TooManyParagraphs { most: 1 },
        PageFault::TooManyParagraphs { most: 2 },
        PageFault::TooFewParagraphs { least: 2 },
        PageFault::BadRow("fd, le socket".to_owned()),
        PageFault::Styled("gras".to_owned()),
        PageFault::Backquote,
        PageFault::Signature(name()),
        PageFault::Parameters { wanted: vec!["fd".to_owned(), "addr".to_owned()] },
        PageFault::NeverSleeps(name()),
        PageFault::Severity { wanted: "défaut" },
        PageFault::Marks { first: "/* >>> */", last: "/* <<< */" },
        PageFault::MissingPart("titre"),
        PageFault::ComposedPart("Pourquoi"),
    ]
}

#[test]
fn every_fault_of_a_page_has_its_words() {
    for fault in page_faults() {
        let problem = Problem { span: Span::default(), kind: fault.clone().into() };
        let text = describe(&problem);
        assert!(text.chars().count() > 20 && text.ends_with('.'), "{fault:?}: {text}");
        let prose = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
        assert_eq!(typography::faults(&prose), [], "{text}");
        let known = matches!(fault, PageFault::UnknownName(_) | PageFault::UnknownSection(_));
        assert_eq!(suggestion(&problem).is_some(), known, "{fault:?}");
    }
}
