//! Every program of the corpus under `socketlab trace`: the mistakes that it has are named, and no other.
//!
//! Each begins with comments that say what is expected (`expect:`, `allow:`) and what is played against it (`play:`).
//! A seeded sample by default, every one with `SOCKETLAB_ALL=1`.
//! `SOCKETLAB_PROGRAM=TEXT,TEXT` runs those whose name has one of these texts, and tells the whole trace of a failure.

mod again;
mod build;
mod peers;
mod run;
mod score;
mod script;
mod tasks;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::support::{Sample, everything, has, network, not_run, repository};
use run::{How, Layout};
use score::{Score, Verdict};
use script::Script;
use serde_json::Value;
use socketlab::finding::Id;

/// Correct programs in a sample.
const CORRECT: usize = 12;

/// How many programs run at once.
const AT_ONCE: usize = 2;

fn scripts() -> Vec<Script> {
    let wanted = env::var("SOCKETLAB_PROGRAM").unwrap_or_default();
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in fs::read_dir(repository().join("tests/programs")).unwrap().flatten() {
        paths.extend(fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.path()));
    }
    paths.sort();
    let scripts = paths.iter().map(|path| Script::read(path));
    scripts.filter(|script| wanted.split(',').any(|part| script.name().contains(part))).collect()
}

/// Every program where time is given or some are asked for; otherwise of each finding one program that has the mistake and
/// one near miss, and some correct ones, drawn by the seed.
fn drawn() -> Vec<Script> {
    let scripts = scripts();
    if everything() || env::var_os("SOCKETLAB_PROGRAM").is_some() {
        return scripts;
    }
    let mut sample = Sample::seeded();
    let mut kinds: BTreeMap<(Option<Id>, bool), Vec<Script>> = BTreeMap::new();
    for script in scripts {
        let wrong = script.about.is_some_and(|id| script.expected.contains(&id));
        kinds.entry((script.about, wrong)).or_default().push(script);
    }
    let mut draw = |((about, _), kind): ((Option<Id>, bool), Vec<Script>)| {
        let count = if about.is_some() { 1 } else { CORRECT };
        sample.several(count, kind.len()).into_iter().map(|index| kind[index].clone()).collect::<Vec<_>>()
    };
    kinds.into_iter().flat_map(&mut draw).collect()
}

/// Runs each on a network of its own, so many at once; what came of it, in order. `None` where its language is missing.
fn each<T: Send>(scripts: &[Script], at_once: usize, one: impl Fn(&Script, &[String]) -> T + Sync) -> Vec<Option<T>> {
    let results: Vec<Mutex<Option<T>>> = scripts.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some((script, result)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            scripts.get(index).zip(results.get(index))
        } {
            let Some(command) = build::built(script) else {
                not_run(&format!("les programmes en {:?} : leur langage manque", script.language));
                continue;
            };
            network::fresh(|| *result.lock().unwrap() = Some(one(script, &command)));
        }
    };
    thread::scope(|scope| {
        let name = thread::current().name().unwrap_or("findings").to_owned();
        let named = || thread::Builder::new().name(name.clone());
        let workers: Vec<_> = (0..at_once).map(|_| named().spawn_scoped(scope, worker).unwrap()).collect();
        for worker in workers {
            worker.join().unwrap();
        }
    });
    results.into_iter().map(|result| result.into_inner().unwrap()).collect()
}

/// The events, or why the scenario did not come to its end; `SOCKETLAB_TIMES=1` tells how long each took.
fn played(script: &Script, command: &[String], how: How) -> Result<Vec<Value>, String> {
    let begun = Instant::now();
    let outcome = attempted(script, command, how);
    if env::var_os("SOCKETLAB_TIMES").is_some() {
        println!("{:6} ms {}", begun.elapsed().as_millis(), script.name());
    }
    outcome
}

fn attempted(script: &Script, command: &[String], how: How) -> Result<Vec<Value>, String> {
    let attempt = catch_unwind(AssertUnwindSafe(|| run::played(script, command, how)));
    let outcome = attempt.unwrap_or_else(|_| Err("panicked".to_owned()));
    outcome.map_err(|why| format!("{}: {why}", script.name()))
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Without a trace. Each trace plays the same scenarios, so this is left to the long sweeps.
#[test]
fn every_program_behaves_as_its_scenario_says() {
    if !everything() || !has("gcc") {
        return;
    }
    network::private("every_program_behaves_as_its_scenario_says", || {
        let scripts: Vec<Script> = scripts().into_iter().filter(|script| script.faults.is_empty()).collect();
        let outcomes = each(&scripts, AT_ONCE, |script, command| played(script, command, How::Bare).err());
        assert_none(&outcomes.into_iter().flatten().flatten().collect::<Vec<_>>());
    });
}

#[test]
fn every_mistake_is_named_and_no_other() {
    if !has("gcc") {
        return;
    }
    network::private("every_mistake_is_named_and_no_other", || {
        let scripts = drawn();
        let outcomes = each(&scripts, AT_ONCE, |script, command| played(script, command, How::Traced(Layout::Random)));
        let (mut score, mut failures) = (Score::default(), Vec::new());
        for (script, outcome) in scripts.iter().zip(outcomes) {
            match outcome {
                Some(Ok(events)) => {
                    let verdict = Verdict::of(&events);
                    score.add(script, &verdict);
                    failures.extend(verdict.failure(script).map(|failure| failure + &whole(&events)));
                }
                Some(Err(why)) => failures.push(why),
                None => {}
            }
        }
        println!("{} programs\n{}", scripts.len(), score.table());
        assert_none(&failures);
        let (precision, recall) = score.defects();
        assert!(precision >= 0.97 && recall >= 0.90, "precision {precision:.3}, recall {recall:.3}");
    });
}

/// The trace of a failure, where one program was asked for.
fn whole(events: &[Value]) -> String {
    let asked = env::var_os("SOCKETLAB_PROGRAM").is_some();
    let lines = events.iter().filter(|_| asked).map(|event| format!("\n    {event}"));
    lines.collect()
}

#[test]
fn every_finding_has_programs_on_both_sides() {
    if env::var_os("SOCKETLAB_PROGRAM").is_some() {
        return;
    }
    let scripts = scripts();
    let count = |id: Id, near: bool| {
        scripts.iter().filter(|script| script.about == Some(id) && script.expected.contains(&id) != near).count()
    };
    let wrong = |id: Id| id.needs_statement() || count(id, false) >= 2;
    let poor = Id::all().filter(|id| !wrong(*id) || count(*id, true) < 2);
    assert_none(&poor.map(|id| id.name().to_owned()).collect::<Vec<_>>());
}
