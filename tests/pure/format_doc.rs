//! `docs/format-des-lecons.md`: each example is a file, or a step of one, that parses; each note and each `etat` line
//! that it shows is read; each word of the language is in it.

// Helpers of tests fail as tests do.

use std::path::Path;

use socketlab::author::pages::remarks as page_remarks;
use socketlab::author::rules::remarks;
use socketlab::content::place::Place;
use socketlab::lesson::expectation;
use socketlab::lesson::keywords::{block, check, front, need_names, note, question, state, step};
use socketlab::lesson::parse::parse;
use socketlab::state::SocketState;
use socketlab::syscall::ctype::Integer;
use socketlab::syscall::record::Record;
use socketlab::text::problem::report;
use socketlab::text::remark::sentence;

const DOC: &str = include_str!("../../docs/format-des-lecons.md");

/// What is inside the fences of four backticks.
fn examples() -> Vec<&'static str> {
    DOC.split("````markdown\n").skip(1).map(|rest| rest.split("````\n").next().unwrap()).collect()
}

/// An example that is not a whole file is a part of a lesson with these actors.
fn whole(example: &str) -> String {
    if example.starts_with("+++") {
        return example.to_owned();
    }
    let front = "+++\nformat = 1\nnumero = 1\nslug = \"x\"\ntitre = \"x\"\nresume = \"x\"\nminutes = 10\n\
                 acteurs = [\"serveur\", \"client\", \"enfant\"]\nport = 3001\nobjectifs = [\"x\"]\n+++\n\n";
    format!("{front}{example}")
}

#[test]
fn every_example_parses() {
    let examples = examples();
    assert!(examples.len() >= 11);
    for example in examples {
        let text = whole(example);
        let problems = parse(&text).err().unwrap_or_default();
        assert!(problems.is_empty(), "{}\n{example}", report("exemple.md", &text, &problems));
    }
}

/// A page is named behind its fence.
#[test]
fn every_page_parses() {
    let pages: Vec<(&str, &str)> =
        DOC.split("````markdown ").skip(1).filter_map(|rest| rest.split_once('\n')).collect();
    assert_eq!(pages.len(), 3);
    for (path, rest) in pages {
        let text = rest.split("````\n").next().unwrap();
        let place = Place::of(Path::new(path)).unwrap();
        let problems = place.problems(text.as_bytes());
        assert!(problems.is_empty(), "{}", report(path, text, &problems));
        assert_eq!(page_remarks(&place, text), [], "{path}");
    }
}

/// Authors copy it: what `lint` says of it would be said of their lesson.
#[test]
fn the_whole_lesson_has_no_remark() {
    let lesson = parse(examples()[0]).unwrap();
    let sentences: Vec<String> = remarks(&lesson).iter().map(|remark| sentence(&remark.kind)).collect();
    assert_eq!(sentences, Vec::<String>::new());
}

#[test]
fn every_note_parses() {
    let spans = DOC.split('`').filter_map(|span| span.strip_prefix("=> "));
    let mut count = 0;
    for span in spans {
        assert!(expectation::parse(span, 0).is_ok(), "{span}");
        count += 1;
    }
    assert!(count >= 28, "{count}");
}

#[test]
fn every_word_is_shown() {
    let keys = [
        front::FORMAT,
        front::NUMBER,
        front::SLUG,
        front::TITLE,
        front::SUMMARY,
        front::MINUTES,
        front::LEVEL,
        front::PREREQUISITES,
        front::ACTORS,
        front::PORT,
        front::OTHER_PORTS,
        front::OBJECTIVES,
        front::NEEDS,
        front::SHOWS,
        front::EXERCISE,
        front::POINTS,
        front::PROGRAMS,
        front::DRAWS,
        front::COMMAND,
        front::SUBMISSION,
        step::WITHOUT,
        step::AFTER,
        step::FAULTS,
        step::FORBIDDEN,
        step::TIMES,
        step::LIMITS,
        step::DESCRIPTORS,
        question::STATEMENT,
        question::CHOICES,
        question::ANSWER,
        question::WHY,
        question::WRONG,
        check::CUT,
        check::WITHOUT,
        block::PROGRAM,
        block::TIMES,
    ];
    let words = keys
        .into_iter()
        .chain(block::ALL)
        .chain(note::RESULTS)
        .chain(note::EFFECTS)
        .chain(state::KEYS)
        .chain(state::SUBJECTS)
        .chain(need_names())
        .chain(SocketState::all().map(SocketState::name))
        .chain(Integer::names())
        .chain(Record::spellings().map(|spelling| spelling.trim_start_matches("struct ")));
    for word in words {
        assert!(DOC.contains(word), "{word} is nowhere in the document");
    }
}
