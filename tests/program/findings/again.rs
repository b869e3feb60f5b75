//! The same verdict each time: with and without address randomisation, on an idle machine and on a busy one.
//!
//! `SOCKETLAB_AGAIN=1` plays a sample, another one each day; with `SOCKETLAB_ALL=1`, every program, and what was played is kept
//! under the build's folder: a sweep that was stopped goes on where it was, until the tool or a program changes.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use socketlab::finding::{Id, Severity};

use super::run::{How, Layout};
use super::score::Verdict;
use super::script::Script;
use super::{assert_none, each, played, scripts};
use crate::support::{Sample, binary, everything, has, network, repository};

/// How often each program is played, over all conditions.
const TIMES: usize = 20;

/// How many programs run at once: most of them sleep most of the time; and on a busy machine.
const CALM: usize = 3;
const CROWD: usize = 8;

/// Programs of a sample: about a minute.
const SAMPLE: usize = 5;

/// Programs that are played in every condition before they are kept.
const TOGETHER: usize = 48;

type Found = BTreeMap<Id, Severity>;

/// Every processor is busy as long as it is there.
struct Load {
    over: Arc<AtomicBool>,
    workers: Vec<JoinHandle<()>>,
}

impl Load {
    fn on_every_processor() -> Load {
        let over = Arc::new(AtomicBool::new(false));
        let count = thread::available_parallelism().map_or(2, usize::from);
        let work = |over: Arc<AtomicBool>| {
            move || {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            }
        };
        let workers = (0..count).map(|_| thread::spawn(work(Arc::clone(&over)))).collect();
        Load { over, workers }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for worker in self.workers.drain(..) {
            let _its_own_affair = worker.join();
        }
    }
}

/// Today's sample; `SOCKETLAB_SEED` plays another one again.
fn drawn() -> Vec<Script> {
    let all = scripts();
    if everything() || env::var_os("SOCKETLAB_PROGRAM").is_some() {
        return all;
    }
    let today = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let mut sample = if env::var_os("SOCKETLAB_SEED").is_some() {
        Sample::seeded()
    } else {
        Sample::of(today.wrapping_mul(0x9e37_79b9))
    };
    println!("SOCKETLAB_SEED={}", sample.seed());
    sample.several(SAMPLE, all.len()).into_iter().map(|index| all[index].clone()).collect()
}

/// The programs whose verdict was the same each time, with this tool.
struct Swept {
    file: Option<PathBuf>,
    /// A digest of the tool.
    tool: u64,
    known: BTreeSet<String>,
}

impl Swept {
    fn read() -> Swept {
        let file = everything().then(|| repository().join("target/verdicts"));
        let text = file.as_ref().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
        Swept { file, tool: digest(&binary::path()), known: text.lines().map(str::to_owned).collect() }
    }

    fn line(&self, script: &Script) -> String {
        format!("{:016x} {:016x} {}", self.tool, digest(&script.path), script.name())
    }

    fn keep(&self, script: &Script) {
        let Some(file) = &self.file else { return };
        let opened = fs::OpenOptions::new().create(true).append(true).open(file);
        writeln!(opened.unwrap(), "{}", self.line(script)).unwrap();
    }
}

fn digest(file: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    fs::read(file).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}

/// How often each verdict was given, by program.
type Verdicts = BTreeMap<String, BTreeMap<Found, usize>>;

/// Plays each of them in every condition; what went wrong in the playing is told apart.
fn play(scripts: &[Script], failures: &mut Vec<String>) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for busy in [false, true] {
        let _load = busy.then(Load::on_every_processor);
        for layout in [Layout::Random, Layout::Fixed].into_iter().cycle().take(TIMES / 2) {
            let at_once = if busy { CROWD } else { CALM };
            let outcomes = each(scripts, at_once, |script, command| played(script, command, How::Traced(layout)));
            for (script, outcome) in scripts.iter().zip(outcomes) {
                match outcome {
                    Some(Ok(events)) => {
                        let found = Verdict::of(&events).found;
                        *verdicts.entry(script.name()).or_default().entry(found).or_default() += 1;
                    }
                    Some(Err(why)) => failures.push(why),
                    None => {}
                }
            }
        }
    }
    verdicts
}

fn told((found, times): (&Found, &usize)) -> String {
    let found: Vec<String> = found.iter().map(|(id, severity)| format!("{} {severity:?}", id.name())).collect();
    format!("{times} times [{}]", found.join(", "))
}

#[test]
fn the_verdict_is_the_same_each_time() {
    if env::var_os("SOCKETLAB_AGAIN").is_none() || !has("gcc") || !has("setarch") {
        return;
    }
    network::private("the_verdict_is_the_same_each_time", || {
        let swept = Swept::read();
        let left = |script: &Script| !swept.known.contains(&swept.line(script));
        let scripts: Vec<Script> = drawn().into_iter().filter(left).collect();
        let mut failures = Vec::new();
        for some in scripts.chunks(TOGETHER) {
            let verdicts = play(some, &mut failures);
            for script in some {
                let Some(found) = verdicts.get(&script.name()) else { continue };
                if found.len() == 1 {
                    swept.keep(script);
                } else {
                    let each: Vec<String> = found.iter().map(told).collect();
                    failures.push(format!("{}: {}", script.name(), each.join("; ")));
                }
            }
        }
        println!("{} programs, {TIMES} runs each", scripts.len());
        assert_none(&failures);
    });
}
