//! Whatever ends socketlab, at whatever step: no process, no listening port, no file is left.
//!
//! A seeded sample of the moments by default, every one with `SOCKETLAB_ALL=1`; `SOCKETLAB_SEED` plays a sample again.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::binary::{self, socketlab};
use crate::support::corpus::lessons;
use crate::support::remains::Followed;
use crate::support::stepped::Stepped;
use crate::support::{Sample, events, everything, network, root};
use nix::sys::signal::Signal;

/// Moments of each lesson, for each ending, in the sample.
const MOMENTS: usize = 2;

/// How the outside ends socketlab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Told(Signal),
    ClosedPipe,
}

const WORKERS: usize = 4;

const ENDINGS: [Ending; 5] = [
    Ending::Told(Signal::SIGINT),
    Ending::Told(Signal::SIGTERM),
    Ending::Told(Signal::SIGHUP),
    Ending::Told(Signal::SIGKILL),
    Ending::ClosedPipe,
];

/// In a network of socketlab's own, or in the test's, where what listens is seen.
const PLACES: [&[&str]; 2] = [&[], &["--port", "auto"]];

fn lesson_command(lesson: &str, place: &[&str]) -> Command {
    socketlab(&[&["lesson", lesson, "--auto", "--format", "json"], place].concat())
}

/// The lines of the output after which something is about to change.
fn moments(lesson: &str) -> Vec<usize> {
    let ended = binary::run(&mut lesson_command(lesson, &[]));
    assert_eq!(ended.code(), Some(0), "{}", ended.whole());
    let changing = ["lesson-started", "section", "process", "call", "blocked", "returned"];
    let events = ended.events();
    let lines = events.iter().enumerate().filter(|(_, event)| changing.contains(&events::kind(event)));
    lines.map(|(index, _)| index + 1).collect()
}

/// One lesson, ended in one way after one line of its output.
#[derive(Clone, Debug)]
struct Case {
    lesson: String,
    moment: usize,
    ending: Ending,
    place: &'static [&'static str],
}

/// Ends the lesson, and asserts that nothing is left.
fn ends_cleanly(wanted: &Case) {
    let case = format!("{wanted:?}");
    let mut command = lesson_command(&wanted.lesson, wanted.place);
    let followed = Followed::new(&mut command);
    let mut run = Stepped::start(&mut command);
    for _ in 0..wanted.moment {
        run.line();
    }
    match wanted.ending {
        Ending::Told(signal) => run.signal(signal),
        Ending::ClosedPipe => run.close_stdout(),
    }
    let (status, stderr) = run.end();
    assert_ending(&case, wanted.ending, status, &stderr);
    followed.assert_nothing_left(&case);
}

fn assert_ending(case: &str, ending: Ending, status: ExitStatus, stderr: &str) {
    let code = status.code();
    match ending {
        Ending::Told(Signal::SIGKILL) => assert!(status.signal() == Some(9) || code == Some(0), "{case}: {status}"),
        // The lesson may be over by the time that the signal comes.
        Ending::Told(_) => assert!(matches!(code, Some(130 | 0)), "{case}: {status}: {stderr}"),
        Ending::ClosedPipe => {
            assert_eq!(code, Some(0), "{case}: {status}: {stderr}");
            assert_eq!(stderr, "", "{case}: a closed pipe ends quietly");
        }
    }
}

/// Every moment of every lesson and every ending, or the sample of them.
fn cases() -> Vec<Case> {
    let mut sample = Sample::seeded();
    println!("SOCKETLAB_SEED={}", sample.seed());
    let mut cases = Vec::new();
    for lesson in lessons() {
        let lesson = lesson.argument();
        let moments = moments(&lesson);
        for (rank, ending) in ENDINGS.into_iter().enumerate() {
            let count = if everything() { moments.len() } else { MOMENTS };
            let chosen = sample.several(count, moments.len()).into_iter();
            cases.extend(chosen.map(|chosen| {
                let place = PLACES[(rank + chosen) % PLACES.len()];
                Case { lesson: lesson.clone(), moment: moments[chosen], ending, place }
            }));
        }
    }
    cases
}

#[test]
fn nothing_is_left_whatever_ends_a_lesson() {
    let cases = cases();
    let next = AtomicUsize::new(0);
    let work = || {
        network::private("nothing_is_left_whatever_ends_a_lesson", || {
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                ends_cleanly(case);
            }
        });
    };
    // Each worker has a network of its own, which takes root.
    let workers = if root() { WORKERS } else { 1 };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
}

#[test]
fn a_lesson_that_ends_by_itself_leaves_nothing() {
    network::private("a_lesson_that_ends_by_itself_leaves_nothing", || {
        for lesson in lessons() {
            for place in PLACES {
                let mut command = lesson_command(&lesson.argument(), place);
                let followed = Followed::new(&mut command);
                let ended = binary::run(&mut command);
                assert_eq!(ended.code(), Some(0), "{}", ended.whole());
                followed.assert_nothing_left(&lesson.file);
            }
        }
    });
}

/// The test's own eyes: while a lesson runs, its actors are seen.
#[test]
fn the_actors_of_a_running_lesson_are_seen() {
    network::private("the_actors_of_a_running_lesson_are_seen", || {
        let mut command = lesson_command("5", &["--port", "auto"]);
        let followed = Followed::new(&mut command);
        let mut run = Stepped::start(&mut command);
        let mut blocked = false;
        while !blocked {
            let line = run.line().expect("lesson 5 blocks in accept");
            blocked = line.contains("\"event\":\"blocked\"");
        }
        let processes = followed.processes();
        assert!(processes.len() >= 3, "socketlab, the server and the client: {processes:#?}");
        assert!(!network::listening().is_empty(), "the server listens");
        run.signal(Signal::SIGKILL);
        run.end();
        followed.assert_nothing_left("lesson 5 blocked in accept, SIGKILL");
    });
}

/// A reader that stopped reading must not keep socketlab alive.
#[test]
fn a_full_pipe_keeps_nobody_alive() {
    network::private("a_full_pipe_keeps_nobody_alive", || {
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            let mut command = lesson_command("5", &["--port", "auto"]);
            let followed = Followed::new(&mut command);
            let mut run = Stepped::start(&mut command);
            for _ in 0..30 {
                run.line();
            }
            // Nobody reads any more: the next line fills the pipe, and the writer sleeps until there is room.
            let full = crate::support::until(crate::support::LIMIT, || waits_for_room(run.pid()).then_some(()));
            assert!(full.is_some(), "socketlab never waits for its reader");
            run.signal(signal);
            run.end_unread();
            followed.assert_nothing_left(&format!("full pipe, {signal}"));
        }
    });
}

/// Whether the process sleeps in write(2), or in poll(2) on one descriptor.
fn waits_for_room(pid: u32) -> bool {
    let call = std::fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
    let mut numbers = call.split_whitespace();
    let number: Option<libc::c_long> = numbers.next().and_then(|number| number.parse().ok());
    let one = numbers.nth(1) == Some("0x1");
    #[cfg(target_arch = "x86_64")]
    let poll = libc::SYS_poll;
    #[cfg(not(target_arch = "x86_64"))]
    let poll = libc::SYS_ppoll;
    number == Some(libc::SYS_write) || (number == Some(poll) && one)
}

/// Signals in a row, as an impatient person sends them.
#[test]
fn an_impatient_person_changes_nothing() {
    network::private("an_impatient_person_changes_nothing", || {
        let mut command = lesson_command("5", &["--port", "auto"]);
        let followed = Followed::new(&mut command);
        let mut run = Stepped::start(&mut command);
        for _ in 0..40 {
            run.line();
        }
        for signal in [Signal::SIGINT, Signal::SIGINT, Signal::SIGTERM] {
            run.signal(signal);
        }
        run.end();
        followed.assert_nothing_left("three signals");
    });
}
