//! Wrong is caught: each lesson is played once on the real kernel, then again and again on a script of what the kernel
//! did, with one note, one line of state or one outcome spoiled. Each spoiling must be a surprise.

mod note;
mod recorded;
mod state;

use std::fs;
use std::sync::OnceLock;

use socketlab::lesson::model::{Expected, Item, Lesson, Line};
use socketlab::lesson::parse::parse;
use socketlab::live::kernel::Report;
use socketlab::syscall::call::{Answer, Outcome, Value};
use socketlab::syscall::errno::Errno;
use socketlab::syscall::vocabulary::Kind;

use crate::support::binary::{run, socketlab};
use crate::support::corpus::{Entry, lessons};
use crate::support::{everything, network};
use recorded::{Recorded, record};

/// Spoilings that cannot be seen: the file, the line, what is written instead, and why no play can tell.
const UNSEEN: &[(&str, &str, &str, &str)] = &[];

/// A lesson, and one play of it on the real kernel.
struct Played {
    lesson: Entry,
    parsed: Lesson,
    recorded: Recorded,
}

/// Every lesson, played once for all these tests, each in a network of its own.
fn corpus() -> &'static [Played] {
    static CORPUS: OnceLock<Vec<Played>> = OnceLock::new();
    CORPUS.get_or_init(|| lessons().into_iter().map(played).collect())
}

fn played(lesson: Entry) -> Played {
    let parsed = parse(&lesson.text).unwrap();
    let mut recorded = None;
    network::fresh(|| recorded = Some(record(&parsed)));
    let recorded = recorded.expect("a private network within another");
    assert_eq!(recorded.surprises(&parsed), 0, "{}: the script of the kernel is not faithful", lesson.file);
    Played { lesson, parsed, recorded }
}

/// Every spoiling of these lines: where a spoiled file still parses, its play must surprise.
fn assert_caught(lesson: &Entry, recorded: &Recorded, spoilings: &[(usize, String)]) {
    let lines: Vec<&str> = lesson.text.lines().collect();
    let mut faults = Vec::new();
    let mut refused = 0;
    for (index, spoiled) in spoilings {
        let mut text = lines.clone();
        text[*index] = spoiled;
        let Ok(parsed) = parse(&(text.join("\n") + "\n")) else {
            refused += 1;
            continue;
        };
        let listed = UNSEEN
            .iter()
            .any(|row| row.0 == lesson.file && lines[*index].trim() == row.1.trim() && spoiled.trim().ends_with(row.2));
        let caught = recorded.surprises(&parsed) > 0;
        if caught == listed {
            let said = if caught { "caught, and listed as unseen" } else { "raises no surprise" };
            faults.push(format!("{}:{}: {said}: {}", lesson.file, index + 1, spoiled.trim()));
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), spoilings.len(), faults.join("\n"));
    println!("{}: {} spoilings, of which {refused} the parser refuses", lesson.file, spoilings.len());
    assert!(
        refused * 4 <= spoilings.len(),
        "{}: {refused} spoilings of {} are no lesson",
        lesson.file,
        spoilings.len()
    );
}

#[test]
fn every_note_of_every_lesson_is_judged() {
    network::private("spoiled::every_note_of_every_lesson_is_judged", || {
        for Played { lesson, parsed, recorded } in corpus() {
            let spoilings = note::spoilings(&lesson.text, parsed, &recorded.allows);
            assert!(spoilings.len() >= 10, "{}: {spoilings:?}", lesson.file);
            // One in four, or all in the long sweeps.
            let step = if everything() { 1 } else { 4 };
            let chosen: Vec<_> = spoilings.into_iter().step_by(step).collect();
            assert_caught(lesson, recorded, &chosen);
        }
    });
}

#[test]
fn every_line_of_state_is_judged() {
    network::private("spoiled::every_line_of_state_is_judged", || {
        for Played { lesson, recorded, .. } in corpus() {
            let spoilings = state::spoilings(&lesson.text);
            assert_caught(lesson, recorded, &spoilings);
        }
    });
}

/// The statements of a lesson, in the order in which they are played.
fn statements(lesson: &mut Lesson) -> impl Iterator<Item = &mut Line> {
    lesson.steps.iter_mut().flat_map(|step| &mut step.items).flat_map(|item| match item {
        Item::Code(script) => script.lines.as_mut_slice(),
        _ => &mut [],
    })
}

#[test]
fn every_call_that_fails_otherwise_is_a_surprise() {
    network::private("spoiled::every_call_that_fails_otherwise_is_a_surprise", || {
        for Played { lesson, parsed, recorded } in corpus() {
            let mut tried = 0;
            for index in 0..recorded.scenes.len() {
                let spoil = |report: &mut Report| {
                    if let Report::Finished { call: Some(_), outcome, .. } = report {
                        let errno = if outcome.errno() == Some(Errno::EIO) { Errno::EPERM } else { Errno::EIO };
                        *outcome = Outcome::Failed(errno);
                    }
                };
                let Some(spoiled) = recorded.with(index, spoil) else { continue };
                tried += 1;
                let source = &recorded.scenes[index].source;
                assert!(spoiled.surprises(parsed) > 0, "{}: {source} may fail by EIO", lesson.file);
            }
            assert!(tried > 10, "{}: {tried}", lesson.file);
        }
    });
}

#[test]
fn everything_is_everything() {
    let mut tried = 0;
    network::private("spoiled::everything_is_everything", || {
        for Played { parsed, recorded, .. } in corpus() {
            for index in 0..recorded.scenes.len() {
                if !recorded.scenes[index].reports.iter().any(|(_, report)| moved_all(report)) {
                    continue;
                }
                let mut wanted = parsed.clone();
                let line = statements(&mut wanted).nth(index).unwrap();
                line.expectation.result = Expected::Everything;
                assert_eq!(recorded.surprises(&wanted), 0, "{}", recorded.scenes[index].source);
                let spoil = |report: &mut Report| {
                    if let (true, Report::Finished { outcome, .. }) = (moved_all(report), report) {
                        *outcome = Outcome::Returned(Answer::Number(outcome.number().unwrap() - 1));
                    }
                };
                let shorter = recorded.with(index, spoil).unwrap();
                assert!(shorter.surprises(&wanted) > 0, "a shorter {}", recorded.scenes[index].source);
                tried += 1;
            }
        }
        assert!(tried >= 5, "{tried} calls that send");
    });
}

/// Whether this is the end of a call that moved as many bytes as it was given.
fn moved_all(report: &Report) -> bool {
    let Report::Finished { call: Some(call), outcome, .. } = report else { return false };
    let parameters = call.name.function().map_or(&[][..], |function| function.parameters);
    let length = parameters.iter().position(|parameter| parameter.kind == Kind::BytesIn).map(|place| place + 1);
    length.is_some_and(|length| match call.arguments.get(length) {
        Some(Value::Number(length)) => outcome.number() == Some(*length),
        _ => false,
    })
}

/// On the real kernel, by the program itself, one of each kind.
#[test]
fn a_spoiled_lesson_ends_with_the_exit_code_of_a_surprise() {
    let lesson = &lessons()[0];
    let send = "send(client_fd, \"bonjour, ici le serveur\\n\", 24, 0);   // => 24";
    let spoilings = [
        (send, send.replace("=> 24", "=> 23")),
        (send, send.replace("=> 24", "=> EPIPE")),
        ("// => 24 \"bonjour, ici le serveur\\n\"", "// => 24 \"bonsoir, ici le serveur\\n\"".to_owned()),
        ("// => 0, réveille serveur", "// => 0".to_owned()),
        (
            "int fd = socket(AF_INET, SOCK_STREAM, 0);          // => fd 3",
            "int fd = socket(AF_INET, SOCK_STREAM, 0);   // => fd 4".to_owned(),
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (right, wrong) in spoilings {
        assert!(lesson.text.contains(right), "{right}");
        let file = folder.path().join("00-decouverte.md");
        fs::write(&file, lesson.text.replacen(right, &wrong, 1)).unwrap();
        let ended = run(&mut socketlab(&["lesson", file.to_str().unwrap(), "--auto"]));
        assert_eq!(ended.code(), Some(1), "{wrong}: {}", ended.whole());
    }
}
