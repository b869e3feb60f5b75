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
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::binary::{self, PublicCopy, socketlab};
use support::corpus::{Entry, lessons};
use support::{events, root};

const ROUNDS: usize = 50;
const AT_A_TIME: usize = 3;

/// One way to play a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    lesson: usize,
    ordinary: bool,
    own_network: bool,
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
            cases.extend([true, false].map(|own_network| Case { lesson, ordinary, own_network }));
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
    if !case.own_network {
        arguments.extend(["--port", "auto"]);
    }
    let mut command = if case.ordinary { copy.socketlab(&arguments) } else { socketlab(&arguments) };
    let begun = Instant::now();
    let ended = binary::run(&mut command);
    let elapsed = begun.elapsed();
    let mut tally = tally.lock().unwrap();
    tally.runs += 1;
    tally.slowest = tally.slowest.max(elapsed);
    let name = format!("{} ordinary={} own_network={}", lesson.file, case.ordinary, case.own_network);
    let wrong = ended.code() != Some(0) || !ended.errors().is_empty();
    let events = if wrong { Vec::new() } else { ended.events() };
    let surprises = if wrong { vec![ended.whole()] } else { events::surprises(&events) };
    if !surprises.is_empty() {
        tally.different.push(format!("{name}:\n{}", surprises.join("\n")));
        return;
    }
    // Free ports stand for the lesson's: they are normalised as the others are.
    let fixed = if case.own_network { lesson.ports() } else { Vec::new() };
    compare(&mut tally, case, &name, events::normalised(&events, &fixed));
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
        Some(place) => Some(format!("  first: {}\n  now:   {}", one[place], other[place])),
        None => (one.len() != other.len()).then(|| format!("  {} events, then {}", one.len(), other.len())),
    }
}

fn report(tally: &Tally) -> ExitCode {
    for difference in tally.different.iter().take(10) {
        println!("DIFFERENT OUTCOME {difference}");
    }
    for difference in tally.views.iter().take(5) {
        println!("different view {difference}");
    }
    println!("runs {}", tally.runs);
    println!("different outcomes {}", tally.different.len());
    println!("same outcomes, different views {}", tally.views.len());
    println!("slowest run {:.2?}", tally.slowest);
    if tally.different.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
