//! No flicker: the whole corpus many times, every core busy, three lessons at a time, as root and as an ordinary user,
//! each outcome compared with the first run's: `cargo bench --bench flicker`, with `-- 5` for five rounds instead of 50.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark talks, and may fail"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::binary::{self, Ended, PublicCopy, socketlab};
use support::corpus::{Entry, lessons};
use support::{events, network, root};

const ROUNDS: usize = 50;
const AT_A_TIME: usize = 3;

/// One way to play a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    lesson: usize,
    ordinary: bool,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// A private network, which socketlab makes.
    Private,
    /// Free ports of a network where nobody else plays.
    Alone,
    /// Free ports of the machine's network, where the others play too: their sockets may be seen, so only the outcomes'
    /// own judgement counts.
    Shared,
}

#[derive(Debug, Default)]
struct Tally {
    /// The first run of each case, normalised.
    first: BTreeMap<Case, Vec<Value>>,
    runs: usize,
    /// Runs whose outcomes were not the lesson's, or not those of the first run.
    different: Vec<String>,
    /// Runs that differ only in what a view of the kernel happened to catch.
    views: Vec<String>,
    slowest: Duration,
}

fn main() -> ExitCode {
    let rounds = env::args().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let lessons = lessons();
    let cases = cases(lessons.len());
    let copy = PublicCopy::new();
    let tally = Mutex::new(Tally::default());
    let next = AtomicUsize::new(0);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| keep_busy(&over));
        }
        let players: Vec<_> = (0..AT_A_TIME)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed) % cases.len()) {
                        if tally.lock().unwrap().runs >= rounds * cases.len() {
                            break;
                        }
                        play(&tally, *case, &lessons[case.lesson], &copy);
                    }
                })
            })
            .collect();
        for player in players {
            player.join().unwrap();
        }
        over.store(true, Ordering::Relaxed);
    });
    report(&tally.into_inner().unwrap())
}

fn cases(lessons: usize) -> Vec<Case> {
    let accounts: &[bool] = if root() { &[false, true] } else { &[true] };
    let mut cases = Vec::new();
    for lesson in 0..lessons {
        for &ordinary in accounts {
            let places: &[Place] =
                if root() { &[Place::Private, Place::Alone, Place::Shared] } else { &[Place::Private, Place::Shared] };
            cases.extend(places.iter().map(|&place| Case { lesson, ordinary, place }));
        }
    }
    cases
}

fn keep_busy(over: &AtomicBool) {
    let mut number = 1_u64;
    while !over.load(Ordering::Relaxed) {
        for _ in 0..100_000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        }
        std::hint::black_box(number);
    }
}

fn play(tally: &Mutex<Tally>, case: Case, lesson: &Entry, copy: &PublicCopy) {
    let number = lesson.argument();
    let mut arguments = vec!["lesson", &number, "--auto", "--format", "json"];
    if case.place != Place::Private {
        arguments.extend(["--port", "auto"]);
    }
    let mut command = if case.ordinary { copy.socketlab(&arguments) } else { socketlab(&arguments) };
    let begun = Instant::now();
    let ended = if case.place == Place::Alone { alone(&mut command) } else { binary::run(&mut command) };
    let elapsed = begun.elapsed();
    let mut tally = tally.lock().unwrap();
    tally.runs += 1;
    tally.slowest = tally.slowest.max(elapsed);
    let name = format!("{} ordinary={} {:?} {elapsed:.1?}", lesson.file, case.ordinary, case.place);
    let wrong = ended.code() != Some(0) || !ended.errors().is_empty();
    let events = if wrong { Vec::new() } else { ended.events() };
    let surprises = if wrong { vec![ended.whole()] } else { events::surprises(&events) };
    if !surprises.is_empty() {
        tally.different.push(format!("{name}: SURPRISE\n{}", surprises.join("\n")));
    } else if case.place != Place::Shared {
        compare(&mut tally, case, &name, events::normalised(&events, &lesson.ports()));
    }
}

/// Runs in a new network.
fn alone(command: &mut Command) -> Ended {
    let mut ended = None;
    network::private("main", || ended = Some(binary::run(command)));
    ended.expect("a private network is allowed")
}

fn compare(tally: &mut Tally, case: Case, name: &str, events: Vec<Value>) {
    let Some(first) = tally.first.get(&case) else {
        tally.first.insert(case, events);
        return;
    };
    if let Some(difference) = difference(&outcomes(first), &outcomes(&events)) {
        tally.different.push(format!("{name}:\n{difference}"));
    } else if let Some(difference) = difference(&first.iter().collect::<Vec<_>>(), &events.iter().collect::<Vec<_>>()) {
        tally.views.push(format!("{name}:\n{difference}"));
    }
}

/// All but the views of the kernel.
fn outcomes(events: &[Value]) -> Vec<&Value> {
    events.iter().filter(|event| events::kind(event) != "kernel").collect()
}

fn difference(one: &[&Value], other: &[&Value]) -> Option<String> {
    let place = one.iter().zip(other).position(|(one, other)| one != other);
    match place {
        Some(place) => {
            let kind = events::kind(one[place]);
            Some(format!("  event {place}, {kind}{}", events::difference(one[place], other[place])?))
        }
        None => (one.len() != other.len()).then(|| format!("  {} events, then {}", one.len(), other.len())),
    }
}

fn report(tally: &Tally) -> ExitCode {
    for difference in tally.different.iter().take(40) {
        println!("DIFFERENT OUTCOME {difference}");
    }
    for difference in tally.views.iter().take(30) {
        println!("different view {difference}");
    }
    println!("runs {}", tally.runs);
    println!("different outcomes {}", tally.different.len());
    println!("same outcomes, different views {}", tally.views.len());
    println!("slowest run {:.2?}", tally.slowest);
    if tally.different.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
