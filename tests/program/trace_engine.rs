//! The tracer on the real kernel: programs of every kind run to their end as they would alone, faults are seen by the
//! program, and nothing traced survives. The programs are in `tests/traced/`.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::binary::{self, Ended, run, settled};
use crate::support::remains::Followed;
use crate::support::{LIMIT, builds_32_bits, events, find, forget_the_caller, has, not_run, repository, root, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

/// Programs built for one test.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        forget_the_caller();
        Bench(binary::public_folder())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A program of `tests/traced/`; `None` where the machine cannot build it so.
    fn c(&self, name: &str, flags: &[&str]) -> Option<PathBuf> {
        if !has("gcc") {
            return None;
        }
        if flags.contains(&"-m32") && !builds_32_bits() {
            return None;
        }
        let binary = self.path(&format!("{name}{}", flags.concat()));
        let mut gcc = Command::new("gcc");
        gcc.args(["-O2", "-w", "-o"]).arg(&binary).arg(source(&format!("{name}.c"))).args(flags).arg("-lpthread");
        let built = gcc.output().unwrap();
        if built.status.success() {
            return Some(binary);
        }
        not_run(&format!("gcc {flags:?} : {}", String::from_utf8_lossy(&built.stderr)));
        None
    }

    /// `socketlab trace` with its narration, in JSON, in a file.
    fn trace(&self, options: &[&str], program: &[&str]) -> Command {
        let output = self.path("trace.json");
        let output = output.to_str().unwrap();
        let mut words = vec!["trace", "--exit-code", "--format", "json", "--output", output];
        words.extend(options);
        if !program.is_empty() {
            words.push("--");
            words.extend(program);
        }
        binary::socketlab(&words)
    }

    /// What was narrated.
    fn events(&self) -> Vec<Value> {
        events::parse(&fs::read_to_string(self.path("trace.json")).unwrap())
    }

    fn traced(&self, options: &[&str], program: &[&str]) -> (Ended, Vec<Value>) {
        let ended = run(&mut self.trace(options, program));
        (ended, self.events())
    }
}

fn source(name: &str) -> PathBuf {
    repository().join("tests/traced").join(name)
}

fn alone(program: &[&str]) -> Ended {
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).stdin(Stdio::null());
    settled(&mut command);
    run(&mut command)
}

/// The program ends as it does alone, and says the same.
fn runs_the_same(bench: &Bench, program: &[&str]) -> Vec<Value> {
    let expected = alone(program);
    let (ended, events) = bench.traced(&[], program);
    assert_eq!(ended.text(), expected.text(), "{program:?}: {}", ended.whole());
    assert_eq!(ended.code(), expected.code(), "{program:?}: {}", ended.whole());
    assert_in_order(&events);
    events
}

/// No task does anything before it is born or after it is gone, and every call that returned had begun.
fn assert_in_order(events: &[Value]) {
    let (mut living, mut calls) = (HashSet::new(), HashSet::new());
    for event in events.iter().filter(|event| event["tid"].is_number()) {
        let tid = event["tid"].as_i64().unwrap();
        if event["born"] == true {
            assert!(living.insert(tid), "born twice: {event}");
        }
        assert!(living.contains(&tid), "not born, or gone: {event}");
        match events::kind(event) {
            "call" => assert!(calls.insert(tid), "two calls at once: {event}"),
            "returned" => drop(calls.remove(&tid)),
            "process" if event["died"] == true => {
                living.remove(&tid);
                calls.remove(&tid);
            }
            "process" if event["executed"].is_object() => {
                let pid = event["pid"].as_i64().unwrap();
                let threads: Vec<i64> = threads_of(events, pid).collect();
                living.retain(|tid| *tid == pid || !threads.contains(tid));
                // Another thread may have asked for the program: the first one's call is lost with the rest.
                calls.retain(|tid| !threads.contains(tid));
            }
            _ => {}
        }
    }
    assert!(living.is_empty(), "never gone: {living:?}");
}

fn threads_of(events: &[Value], pid: i64) -> impl Iterator<Item = i64> {
    let of = events.iter().filter(move |event| event["pid"] == pid);
    of.filter_map(|event| event["tid"].as_i64())
}

fn notes(events: &[Value]) -> String {
    events::of_kind(events, "trace-note").map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn returned<'a>(events: &'a [Value], call: &'a str) -> impl Iterator<Item = &'a Value> {
    events::of_kind(events, "returned").filter(move |event| event["call"] == call)
}

const BUILDS: [&[&str]; 3] = [&[], &["-static"], &["-m32"]];

/// In every build that the machine has.
fn in_every_build(name: &str, mut test: impl FnMut(&Bench, &str)) {
    let bench = Bench::new();
    for flags in BUILDS {
        if let Some(program) = bench.c(name, flags) {
            test(&bench, program.to_str().unwrap());
        }
    }
}

#[test]
fn a_hundred_threads() {
    in_every_build("threads", |bench, program| {
        let events = runs_the_same(bench, &[program]);
        let born = events::of_kind(&events, "process").filter(|event| event["born"] == true).count();
        assert_eq!(born, 101);
        assert_eq!(returned(&events, "socket").count(), 100);
    });
}

#[test]
fn exec_from_a_thread() {
    in_every_build("exec_thread", |bench, program| {
        let events = runs_the_same(bench, &[program]);
        let programs: Vec<&str> = events.iter().filter_map(|event| event["executed"]["program"].as_str()).collect();
        assert!(programs.last().unwrap().ends_with("echo"), "{programs:?}");
    });
}

#[test]
fn a_program_that_stops_itself() {
    in_every_build("self_stop", |bench, program| {
        let events = runs_the_same(bench, &[program]);
        let stops: Vec<_> = events::of_kind(&events, "signal").filter(|event| event["stopped"] == true).collect();
        assert_eq!(stops.len(), 1, "{stops:?}");
    });
}

#[test]
fn signals_of_every_kind() {
    in_every_build("signals", |bench, program| {
        let events = runs_the_same(bench, &[program]);
        let reads: Vec<_> = returned(&events, "read").filter(|event| event["fd"].as_i64() > Some(2)).collect();
        let interrupted = reads.iter().filter(|event| event["interrupted"] == true).count();
        assert_eq!(interrupted, 2, "{reads:#?}");
        let signals: Vec<_> =
            events::of_kind(&events, "signal").map(|event| event["signal"].as_str().unwrap()).collect();
        let expected = ["SIGRTMIN+3", "SIGRTMIN+3", "SIGRTMIN+3", "SIGALRM", "SIGALRM"];
        assert_eq!(signals, expected, "an ignored SIGPIPE is no news");
    });
}

#[test]
fn children_that_end_in_every_way() {
    in_every_build("children", |bench, program| {
        let events = runs_the_same(bench, &[program]);
        let died: Vec<_> = events.iter().filter(|event| event["died"] == true).collect();
        assert_eq!(died.len(), 6);
        let killed: Vec<_> = died.iter().filter_map(|event| event["signal"].as_str()).collect();
        assert_eq!(killed, ["SIGKILL", "SIGTERM"]);
    });
}

#[test]
fn a_storm_of_births_and_deaths() {
    in_every_build("storm", |bench, program| {
        for _ in 0..3 {
            runs_the_same(bench, &[program]);
        }
    });
}

#[test]
fn transfers_of_every_kind() {
    in_every_build("transfers", |bench, program| {
        runs_the_same(bench, &[program]);
    });
}

#[test]
fn interpreters() {
    let bench = Bench::new();
    let script = |name: &str| source(name).to_str().unwrap().to_owned();
    if has("python3") {
        runs_the_same(&bench, &["python3", &script("work.py")]);
    }
    if has("node") {
        runs_the_same(&bench, &["node", &script("work.js")]);
    }
    if has("javac") && has("java") {
        let folder = bench.0.path().to_str().unwrap();
        let built = Command::new("javac").args(["-d", folder, &script("Work.java")]).status().unwrap();
        assert!(built.success());
        runs_the_same(&bench, &["java", "-cp", folder, "Work"]);
    }
    let pipeline = "echo a | tr a b | sort; ls / | wc -l; (exit 4)";
    let events = runs_the_same(&bench, &["bash", "-c", pipeline]);
    assert!(events.iter().filter(|event| event["born"] == true).count() >= 6);
}

#[test]
fn a_web_server_and_its_client() {
    let (Some(nginx), true) = (find("nginx"), has("curl")) else { return not_run("nginx manque") };
    let (bench, client) = (Bench::new(), Bench::new());
    let folder = bench.0.path().to_str().unwrap().to_owned();
    fs::create_dir(bench.path("logs")).unwrap();
    let socket = format!("{folder}/socket");
    let configuration = format!(
        "daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/errors; events {{}}\n\
         http {{ access_log off; server {{ listen unix:{socket}; return 200 \"served\\n\"; }} }}\n"
    );
    fs::write(bench.path("conf"), configuration).unwrap();
    let words = [nginx.to_str().unwrap(), "-p", &folder, "-c", "conf"];
    let mut server = bench.trace(&[], &words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until(LIMIT, || Path::new(&socket).exists().then_some(())).expect("nginx listens");
    let (answer, _) = client.traced(&[], &["curl", "-s", "--unix-socket", &socket, "http://here/"]);
    assert_eq!(answer.text(), "served\n", "{}", answer.whole());
    let master: i32 = fs::read_to_string(bench.path("pid")).unwrap().trim().parse().unwrap();
    kill(Pid::from_raw(master), Signal::SIGQUIT).unwrap();
    assert_eq!(binary::wait(&mut server, LIMIT).unwrap().code(), Some(0));
    let events = bench.events();
    assert_in_order(&events);
    assert!(returned(&events, "accept4").any(|event| event["result"].as_i64() > Some(0)));
}

#[test]
fn sanitizers_keep_quiet_about_ptrace() {
    let bench = Bench::new();
    for flags in [&["-fsanitize=address"][..], &["-fsanitize=address", "-static-libasan"]] {
        let Some(program) = bench.c("leak", flags) else { continue };
        let (ended, events) = bench.traced(&[], &[program.to_str().unwrap()]);
        assert_eq!((ended.text().as_str(), ended.code()), ("done\n", Some(0)), "{}", ended.whole());
        assert!(notes(&events).contains("leak-check-off"));
    }
}

#[test]
fn the_program_finds_what_it_would_find_alone() {
    let bench = Bench::new();
    let words =
        "grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status; ls /proc/self/fd; ps -o pgid=,sid= -p $$ | wc -w; env | wc -l";
    runs_the_same(&bench, &["sh", "-c", words]);
}

#[test]
fn corners_of_the_filter() {
    let bench = Bench::new();
    let Some(program) = bench.c("corners", &[]) else { return };
    let program = program.to_str().unwrap();
    for (what, expected) in [("untraced", "0 0 1\n"), ("standard", "5\n"), ("unread", "7\n"), ("registers", "0 1\n")] {
        let (ended, events) = bench.traced(&[], &[program, what]);
        assert_eq!(ended.text(), expected, "{what}: {}", ended.whole());
        assert_in_order(&events);
        if what == "standard" {
            let seen = returned(&events, "write").any(|event| event["fd"] == 0 && event["subject"]["kind"] == "socket");
            assert!(seen, "a socket on descriptor 0 is followed");
        }
    }
    let (_, events) = bench.traced(&[], &[program, "ending"]);
    let ending = events::of_kind(&events, "ending").next().unwrap();
    assert!(ending["open"].as_array().unwrap().iter().any(|open| open["unread"] == 7), "{ending}");
    let (_, events) = bench.traced(&[], &[program, "ring"]);
    assert!(notes(&events).contains("io-uring"), "{}", notes(&events));
}

#[test]
fn a_set_user_id_program_loses_its_privilege() {
    let bench = Bench::new();
    let Some(program) = bench.c("leak", &[]).filter(|_| root()) else { return };
    nix::unistd::chown(&program, Some(nix::unistd::Uid::from_raw(binary::NOBODY)), None).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o4755)).unwrap();
    let (ended, events) = bench.traced(&[], &[program.to_str().unwrap()]);
    assert_eq!(ended.text(), "done\n");
    assert!(notes(&events).contains("privilege-lost"), "{}", notes(&events));
}

#[test]
fn faults_are_seen_by_the_program() {
    let faults = ["sendto:short=3:every", "writev:short=5", "recvmsg:short=4", "connect:ETIMEDOUT", "poll:EINTR"];
    let options: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
    in_every_build("transfers", |bench, program| {
        let (ended, events) = bench.traced(&options, &[program]);
        let text = ended.text();
        let expected = [
            "send 3 of 9",
            "recv 3",
            "writev 5 of 4 + 4",
            "recvmsg 4 of 3 + 50",
            "poll -1 Interrupted system call",
            "connect -1 Connection timed out",
        ];
        for line in expected {
            assert!(text.lines().any(|found| found == line), "{program}: {line} in {text}");
        }
        let injected = events::of_kind(&events, "returned").filter(|event| !event["injected"].is_null()).count();
        assert!(injected >= 5, "{injected}");
    });
}

#[test]
fn a_fault_that_never_happened_is_told() {
    let bench = Bench::new();
    let Some(program) = bench.c("transfers", &[]) else { return };
    let (ended, events) = bench.traced(&["--fault", "connect:ECONNREFUSED:7"], &[program.to_str().unwrap()]);
    assert!(ended.text().contains("connect -1"), "{}", ended.whole());
    assert!(notes(&events).contains("fault-unused"), "{}", notes(&events));
}

#[test]
fn a_delay_stops_nobody_else() {
    let bench = Bench::new();
    let Some(program) = bench.c("delayed", &[]) else { return };
    let (ended, _) = bench.traced(&["--fault", "listen:delay=400ms"], &[program.to_str().unwrap()]);
    let numbers: Vec<u64> = ended.text().split_whitespace().map(|word| word.parse().unwrap()).collect();
    assert!(numbers[0] >= 400, "{numbers:?}");
    assert!(numbers[1] >= 10, "{numbers:?}");
}

/// A trace that goes on until something is done to it, once its program has said that it is ready.
fn started(bench: &Bench, options: &[&str], program: &[&str]) -> (Child, Followed) {
    let mut command = bench.trace(options, program);
    let followed = Followed::new(&mut command);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    (child, followed)
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

fn gone(followed: &Followed, case: &str) {
    until(LIMIT, || followed.processes().is_empty().then_some(()));
    assert!(followed.processes().is_empty(), "{case}: {:?}", followed.processes());
}

#[test]
fn nothing_survives_the_tracer() {
    let bench = Bench::new();
    let Some(program) = bench.c("parent", &[]) else { return };
    let program = program.to_str().unwrap();
    for what in ["stay", "busy"] {
        for how in [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGHUP] {
            let (mut child, followed) = started(&bench, &[], &[program, what]);
            signal(&child, how);
            assert!(binary::wait(&mut child, LIMIT).is_some(), "{what} {how}");
            gone(&followed, &format!("{what} {how}"));
        }
    }
}

#[test]
fn the_first_interruption_is_for_the_program() {
    let bench = Bench::new();
    let Some(program) = bench.c("parent", &[]) else { return };
    let (mut child, followed) = started(&bench, &[], &[program.to_str().unwrap(), "busy"]);
    signal(&child, Signal::SIGINT);
    // What it does afterwards is still told.
    let length = || fs::metadata(bench.path("trace.json")).unwrap().len();
    let before = length();
    until(LIMIT, || (length() > before + 100_000).then_some(())).expect("the trace goes on");
    assert!(child.try_wait().unwrap().is_none());
    signal(&child, Signal::SIGINT);
    assert!(binary::wait(&mut child, LIMIT).is_some());
    gone(&followed, "a second Ctrl-C");
}

#[test]
fn time_ends_even_those_that_ignore_it() {
    let bench = Bench::new();
    let Some(program) = bench.c("parent", &[]) else { return };
    let (mut child, followed) = started(&bench, &["--timeout", "300ms"], &[program.to_str().unwrap(), "stay"]);
    assert!(binary::wait(&mut child, LIMIT).is_some());
    gone(&followed, "a timeout");
    let events = bench.events();
    assert!(notes(&events).contains("time-is-over"), "{}", notes(&events));
}

#[test]
fn a_program_may_do_anything_to_its_parent() {
    let bench = Bench::new();
    let Some(program) = bench.c("parent", &[]) else { return };
    let program = program.to_str().unwrap();
    let (ended, events) = bench.traced(&[], &[program, "trace"]);
    let refused = "-1 Operation not permitted\n";
    assert_eq!(ended.text(), format!("{refused}{refused}"));
    assert!(notes(&events).contains("tracer-refused"), "{}", notes(&events));

    let mut command = bench.trace(&[], &[program, "kill"]);
    let followed = Followed::new(&mut command);
    assert_eq!(run(&mut command).code(), None, "killed by what it traces");
    gone(&followed, "its parent killed");

    let mut command = bench.trace(&[], &[program, "stop"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stat = format!("/proc/{}/stat", child.id());
    let stopped = || fs::read_to_string(&stat).unwrap().contains(") T ").then_some(());
    until(LIMIT, stopped).expect("its parent is stopped");
    signal(&child, Signal::SIGCONT);
    assert_eq!(binary::wait(&mut child, LIMIT).unwrap().code(), Some(0));
    let mut text = String::new();
    child.stdout.unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "after\n");
}

/// Waits for a line, then sleeps in a thread; its end says that nothing was lost.
const PATIENT: &str = "
import socket, sys, threading
one, other = socket.socketpair()
thread = threading.Thread(target=lambda: print(other.recv(10), flush=True))
thread.start()
print('ready', flush=True)
sys.stdin.readline()
one.send(b'x')
thread.join()
";

#[test]
fn an_attached_program_is_left_running() {
    if !has("python3") {
        return;
    }
    let bench = Bench::new();
    let mut python = Command::new("python3");
    python.args(["-c", PATIENT]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = python.spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    // A launcher may stand before the interpreter: the process that runs is asked for.
    let pid = program.id().to_string();
    let threads = || fs::read_dir(format!("/proc/{pid}/task")).unwrap().count();
    until(LIMIT, || (threads() == 2).then_some(())).expect("two threads");
    let mut trace = bench.trace(&["--pid", &pid], &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let narrated = || fs::read_to_string(bench.path("trace.json")).unwrap_or_default();
    until(LIMIT, || (narrated().matches("\"event\":\"call\"").count() >= 2).then_some(()))
        .expect("both calls are told");
    signal(&trace, Signal::SIGINT);
    assert!(binary::wait(&mut trace, LIMIT).unwrap().success());
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    assert!(status.contains("TracerPid:\t0"), "{status}");
    drop(program.stdin.take());
    assert_eq!(lines.next().unwrap().unwrap(), "b'x'");
    assert!(program.wait().unwrap().success());
    let events = bench.events();
    assert!(notes(&events).contains("detached"), "{}", notes(&events));
}
