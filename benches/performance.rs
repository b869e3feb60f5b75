//! What `docs/performance.md` holds: `cargo bench --bench performance`, with `-- --minute` for the whole minute of the
//! blocked accept. Every figure is a median, every ratio comes from the same run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark talks, and may fail"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use socketlab::lesson::parse::parse;
use support::binary::socketlab;
use support::corpus::lessons;
use support::remains::Followed;
use support::terminal::{Terminal, USUAL};
use support::{find, network, root};
use tempfile::TempDir;

const ROUNDS: usize = 41;
const LESSON: [&str; 5] = ["lesson", "5", "--auto", "--format", "json"];

fn main() {
    // First: the figure is the largest of all children waited for so far.
    memory();
    help();
    alone(lesson_beside_its_programs);
    alone(blocked_accept);
}

/// In a private network where that costs no second process; otherwise on the lesson's port of the machine.
fn alone(body: impl FnOnce() + Send) {
    if root() { network::private("main", body) } else { body() }
}

/// The middle time of so many rounds; the first round, which warms up, does not count.
fn median(rounds: usize, mut round: impl FnMut()) -> Duration {
    round();
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            round();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[rounds / 2]
}

fn quiet(command: &mut Command) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().unwrap().success(), "{command:?}");
}

fn row(what: &str, figure: &str) {
    println!("{what:<58} {figure}");
}

fn ratio(one: Duration, other: Duration) -> String {
    format!("{:.2}", one.as_secs_f64() / other.as_secs_f64())
}

fn memory() {
    quiet(&mut socketlab(&LESSON));
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    row("lesson 5, largest resident size of a process", &format!("{:.1} MiB", kibibytes(peak) / 1024.0));
}

fn kibibytes(size: i64) -> f64 {
    f64::from(u32::try_from(size).unwrap_or(u32::MAX))
}

fn help() {
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("hello.rs");
    let hello = folder.path().join("hello");
    fs::write(&source, "fn main() { println!(\"Hello, world!\"); }\n").unwrap();
    quiet(Command::new("rustc").arg("-O").arg("-o").arg(&hello).arg(&source));
    let other = median(10 * ROUNDS, || quiet(&mut Command::new(&hello)));
    let ours = median(10 * ROUNDS, || quiet(&mut socketlab(&["--help"])));
    row("hello world in Rust", &format!("{other:.2?}"));
    row("socketlab --help", &format!("{ours:.2?}"));
    row("  ratio (at most 2)", &ratio(ours, other));
}

fn lesson_beside_its_programs() {
    if find("gcc").is_none() {
        return row("lesson 5 beside its programs", "non exécuté : gcc manque");
    }
    let folder = TempDir::new().unwrap();
    let [server, client] = ["serveur", "client"].map(|actor| compiled(actor, folder.path()));
    let programs = median(ROUNDS, || by_hand(&server, &client));
    let private = median(ROUNDS, || quiet(&mut socketlab(&LESSON)));
    let here = median(ROUNDS, || quiet(&mut socketlab(&[&LESSON[..], &["--port", "auto"]].concat())));
    row("the two C programs of lesson 5", &format!("{programs:.2?}"));
    row("lesson 5 --auto --format json", &format!("{private:.2?}"));
    row("  ratio (at most 3)", &ratio(private, programs));
    row("lesson 5 --auto --format json --port auto", &format!("{here:.2?}"));
    row("  ratio", &ratio(here, programs));
}

fn compiled(actor: &str, folder: &Path) -> PathBuf {
    let entry = lessons().into_iter().find(|entry| entry.number == 5).unwrap();
    let lesson = parse(&entry.text).unwrap();
    let program = lesson.programs.iter().find(|program| program.actor == actor).unwrap();
    let source = folder.join(format!("{actor}.c"));
    let executable = folder.join(actor);
    fs::write(&source, &program.source).unwrap();
    quiet(Command::new("gcc").args(["-O2", "-o"]).arg(&executable).arg(&source));
    executable
}

/// As a person would in two terminals, with no time lost between the keys.
fn by_hand(server: &Path, client: &Path) {
    let start = |program: &Path| {
        let mut command = Command::new(program);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let mut serving = start(server);
    while !network::listening().contains(&3001) {
        std::thread::yield_now();
    }
    let mut asking = start(client);
    asking.stdin.take().unwrap().write_all(b"\n\n\n").unwrap();
    assert!(asking.wait().unwrap().success());
    serving.stdin.take().unwrap().write_all(b"\n\n\n").unwrap();
    assert!(serving.wait().unwrap().success());
}

fn blocked_accept() {
    let minute = env::args().any(|argument| argument == "--minute");
    let watched = Duration::from_secs(if minute { 60 } else { 20 });
    let mut command = socketlab(&["lesson", "5", "--from", "file-vide"]);
    let followed = Followed::new(&mut command);
    let mut terminal = Terminal::with(USUAL, &command);
    terminal.enter_until("bloqué depuis");
    let pids: Vec<String> = followed.processes().iter().filter_map(|line| pid(line)).collect();
    let (before, begun) = (ticks(&pids), Instant::now());
    while begun.elapsed() < watched {
        terminal.pump(Duration::from_millis(500));
    }
    let used = kibibytes(ticks(&pids) - before) / ticks_a_second();
    let share = 100.0 * used / begun.elapsed().as_secs_f64();
    row(&format!("CPU, blocked in accept for {} s (at most 3 %)", watched.as_secs()), &format!("{share:.2} %"));
    terminal.press("q");
    terminal.end();
}

fn pid(line: &str) -> Option<String> {
    let (pid, command) = line.split_once(' ')?;
    (!command.contains("/bin/sh")).then(|| pid.to_owned())
}

/// User and system time of the processes, in clock ticks (proc_pid_stat(5), fields 14 and 15).
fn ticks(pids: &[String]) -> i64 {
    let of = |pid: &String| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        fields.iter().skip(11).take(2).filter_map(|field| field.parse::<i64>().ok()).sum::<i64>()
    };
    pids.iter().map(of).sum()
}

fn ticks_a_second() -> f64 {
    let ticks = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK).unwrap();
    kibibytes(ticks.unwrap_or(100))
}
