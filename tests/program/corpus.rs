//! Every lesson on the real kernel: each outcome as the lesson says it, wherever and by whomever it is played.

use std::collections::BTreeSet;

use crate::support::binary::{self, Ended, PublicCopy, socketlab};
use crate::support::corpus::{Entry, lessons};
use crate::support::{Sample, events, everything, network, root};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// The errors that the syllabus promises, provoked live.
const PROMISED: &[(u32, &[&str])] = &[
    (0, &["ECONNREFUSED"]),
    (1, &["EBADF", "EAFNOSUPPORT", "EPROTONOSUPPORT"]),
    (3, &["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "EINVAL"]),
    (4, &["ECONNREFUSED", "EINVAL"]),
    (5, &["ENOTCONN", "EBADF", "EINVAL", "EFAULT"]),
    (6, &["ECONNREFUSED", "EISCONN", "EADDRINUSE"]),
];

/// Lesson 2 provokes two refusals that are no errno: `inet_addr` gives `INADDR_NONE`, `inet_pton` gives 0.
const INADDR_NONE: u32 = 0xffff_ffff;

const JSON: [&str; 3] = ["--auto", "--format", "json"];

fn arguments<'a>(lesson: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["lesson", lesson], &JSON[..], more].concat()
}

fn play(lesson: &Entry, more: &[&str]) -> Vec<Value> {
    let ended = binary::run(&mut socketlab(&arguments(&lesson.argument(), more)));
    played(lesson, &ended)
}

/// The events of a lesson that went as it says.
fn played(lesson: &Entry, ended: &Ended) -> Vec<Value> {
    assert_eq!(ended.code(), Some(0), "{}: {}", lesson.file, ended.whole());
    assert_eq!(ended.errors(), "", "{}", lesson.file);
    let events = ended.events();
    let surprises = events::surprises(&events);
    assert!(surprises.is_empty(), "{}:\n{}", lesson.file, surprises.join("\n"));
    assert_eq!(events.first().map(events::kind), Some("lesson-started"), "{}", lesson.file);
    assert_eq!(events[0]["format"], 1, "{}", lesson.file);
    events
}

fn network_of(events: &[Value]) -> &str {
    events[0]["network"].as_str().unwrap_or_default()
}

#[test]
fn every_outcome_is_the_lesson_s_in_a_private_network() {
    for lesson in lessons() {
        let events = play(&lesson, &[]);
        if root() {
            assert_eq!(network_of(&events), "private", "{}", lesson.file);
        }
        assert!(events::of_kind(&events, "returned").count() > 0, "{}: nothing was run", lesson.file);
    }
}

#[test]
fn every_outcome_is_the_lesson_s_in_the_machine_s_network() {
    for lesson in lessons() {
        let events = play(&lesson, &["--port", "auto"]);
        assert_ne!(network_of(&events), "private", "{}", lesson.file);
    }
}

#[test]
fn every_outcome_is_the_lesson_s_on_its_own_port() {
    network::private("every_outcome_is_the_lesson_s_on_its_own_port", || {
        for lesson in lessons() {
            let port = lesson.text.lines().find_map(|line| line.strip_prefix("port = "));
            play(&lesson, &["--port", port.unwrap_or("3001")]);
        }
    });
}

#[test]
fn every_outcome_is_the_lesson_s_for_an_ordinary_user() {
    let copy = PublicCopy::new();
    for lesson in lessons() {
        for more in [&[][..], &["--port", "auto"]] {
            let ended = binary::run(&mut copy.socketlab(&arguments(&lesson.argument(), more)));
            played(&lesson, &ended);
        }
    }
}

#[test]
fn every_promised_error_comes_from_the_kernel() {
    for (number, promised) in PROMISED {
        let lesson = lessons().into_iter().find(|lesson| lesson.number == *number).unwrap();
        let seen: BTreeSet<String> = events::errnos(&play(&lesson, &[])).into_iter().collect();
        let missing: Vec<_> = promised.iter().filter(|errno| !seen.contains(**errno)).collect();
        assert!(missing.is_empty(), "{}: {missing:?} never came, {seen:?} did", lesson.file);
    }
}

#[test]
fn an_ordinary_user_meets_eacces_on_port_80() {
    let copy = PublicCopy::new();
    let lesson = lessons().into_iter().find(|lesson| lesson.number == 3).unwrap();
    let ended = binary::run(&mut copy.socketlab(&arguments("3", &[])));
    let errnos = events::errnos(&played(&lesson, &ended));
    assert!(errnos.iter().any(|errno| errno == "EACCES"), "{errnos:?}");
}

#[test]
fn names_are_refused_where_numbers_are_wanted() {
    let lesson = lessons().into_iter().find(|lesson| lesson.number == 2).unwrap();
    let events = play(&lesson, &[]);
    let gave = |call: &str, result: u32| {
        events::of_kind(&events, "returned").any(|event| event["call"] == call && event["result"] == result)
    };
    assert!(gave("inet_addr", INADDR_NONE), "inet_addr never gave INADDR_NONE");
    assert!(gave("inet_pton", 0), "inet_pton never gave 0");
}

#[test]
fn two_runs_are_the_same() {
    let ways = [&[][..], &["--port", "auto"]];
    for (rank, lesson) in lessons().iter().enumerate() {
        // In turn, or both in the long sweeps.
        let chosen = if everything() { &ways[..] } else { &ways[rank % 2..=rank % 2] };
        for more in chosen {
            // A new network each: what an earlier run left in TIME_WAIT is not seen.
            let [first, second] = [(); 2].map(|()| {
                let mut events = Vec::new();
                network::private("two_runs_are_the_same", || events = play(lesson, more));
                events
            });
            assert_same(lesson, &first, &second);
        }
    }
}

fn assert_same(lesson: &Entry, first: &[Value], second: &[Value]) {
    let fixed = lesson.ports();
    let (first, second) = (events::normalised(first, &fixed), events::normalised(second, &fixed));
    let (first, second) = (events::of_actors(first), events::of_actors(second));
    for (index, (first, second)) in first.iter().zip(&second).enumerate() {
        if let Some(difference) = events::difference(first, second) {
            panic!("{}: event {index}, {}: {difference}", lesson.file, events::kind(first));
        }
    }
    assert_eq!(first.len(), second.len(), "{}: more events", lesson.file);
}

/// The actors that sleep in their calls are alive then, and asleep: the state letter is the kernel's.
#[test]
fn who_is_blocked_is_asleep() {
    for lesson in lessons() {
        for blocked in events::of_kind(&play(&lesson, &[]), "blocked") {
            assert!(matches!(blocked["state"].as_str(), Some("S" | "D")), "{}: {blocked}", lesson.file);
        }
    }
}

#[test]
fn plain_text_fits_any_terminal() {
    for lesson in lessons() {
        let number = lesson.argument();
        let ended =
            binary::run(&mut socketlab(&["lesson", &number, "--auto", "--linear", "--ascii", "--color", "never"]));
        assert_eq!(ended.code(), Some(0), "{}: {}", lesson.file, ended.whole());
        let text = ended.text();
        assert!(!text.contains('\u{1b}'), "{}: an escape sequence", lesson.file);
        for line in text.lines() {
            assert!(line.width() <= 80, "{}: {} columns: {line}", lesson.file, line.width());
            let odd = line.chars().find(|c| !c.is_ascii() && !c.is_alphabetic());
            assert_eq!(odd, None, "{}: no ASCII: {line}", lesson.file);
            let control = line.chars().find(char::is_ascii_control);
            assert_eq!(control, None, "{}: {line:?}", lesson.file);
        }
    }
}

#[test]
fn usual_text_has_no_line_beyond_eighty_columns() {
    for lesson in lessons() {
        let number = lesson.argument();
        let ended = binary::run(&mut socketlab(&["lesson", &number, "--auto"]));
        assert_eq!(ended.code(), Some(0), "{}: {}", lesson.file, ended.whole());
        let text = ended.text();
        assert!(!text.contains('\u{1b}'), "{}: an escape sequence in a pipe", lesson.file);
        for line in text.lines() {
            assert!(line.width() <= 80, "{}: {} columns: {line}", lesson.file, line.width());
        }
    }
}

/// Steps of each lesson that it is begun at, outside the long sweeps.
const BEGUN: usize = 2;

#[test]
fn a_lesson_can_begin_at_any_step() {
    let mut sample = Sample::seeded();
    for lesson in lessons() {
        let steps = events::steps(&play(&lesson, &[]));
        assert!(steps.len() >= 3, "{}: {steps:?}", lesson.file);
        let count = if everything() { steps.len() } else { BEGUN };
        for index in sample.several(count, steps.len()) {
            let step = &steps[index];
            let events = play(&lesson, &["--from", step]);
            assert_eq!(events::steps(&events), steps[index..], "{}: --from {step}", lesson.file);
        }
    }
}
