//! The complete C programs of the lessons: they compile without a warning, and call what the lesson calls.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::binary::{self, socketlab};
use crate::support::corpus::{Entry, lessons};
use crate::support::{LIMIT, has, network};
use socketlab::lesson::model::{Expected, Item, Lesson, Line, Program};
use socketlab::lesson::parse::parse;
use socketlab::syscall::ast::ExprKind;
use socketlab::syscall::vocabulary::{self, Function, Kind};
use tempfile::TempDir;

/// Programs that cannot be compared with their actor: lesson, actor, why.
const SET_ASIDE: &[(u32, &str, &str)] = &[];

/// More answers to « Entrée » than any program asks for.
const ENTERS: &[u8] = b"\n\n\n\n\n\n\n\n";

fn parsed(entry: &Entry) -> Lesson {
    parse(&entry.text).unwrap_or_else(|problems| panic!("{}: {problems:?}", entry.file))
}

#[test]
fn every_program_is_printed_whole() {
    for entry in lessons() {
        let lesson = parsed(&entry);
        assert!(!lesson.programs.is_empty(), "{}: no program", entry.file);
        let ended = binary::run(&mut socketlab(&["lesson", &entry.argument(), "--code"]));
        assert_eq!(ended.code(), Some(0), "{}: {}", entry.file, ended.whole());
        let printed = ended.text();
        for program in &lesson.programs {
            assert!(printed.contains(program.source.trim_end()), "{}: {} is not there", entry.file, program.actor);
            assert!(printed.contains(&format!("{}.c", program.actor)), "{}: no file name", entry.file);
        }
    }
}

#[test]
fn every_program_compiles_without_a_warning() {
    if !has("gcc") {
        return;
    }
    let folder = TempDir::new().unwrap();
    for entry in lessons() {
        for program in &parsed(&entry).programs {
            compiled(&entry, program, folder.path());
        }
    }
}

/// The executable of a program.
fn compiled(entry: &Entry, program: &Program, folder: &Path) -> PathBuf {
    let name = format!("{}-{}", entry.number, program.actor);
    let source = folder.join(format!("{name}.c"));
    let executable = folder.join(&name);
    fs::write(&source, &program.source).unwrap();
    let mut gcc = Command::new("gcc");
    gcc.args(["-Wall", "-Wextra", "-Werror", "-pthread", "-o"]).arg(&executable).arg(&source);
    let ended = binary::run(&mut gcc);
    assert!(ended.status.success(), "{} {}: {}", entry.file, program.actor, ended.whole());
    executable
}

#[test]
fn every_program_calls_what_its_actor_calls() {
    if !has("gcc") || !has("strace") {
        return;
    }
    network::private("every_program_calls_what_its_actor_calls", || {
        for entry in lessons() {
            // A network for each lesson: no TIME_WAIT of another is in the way.
            network::private("every_program_calls_what_its_actor_calls", || compare(&entry));
        }
    });
}

fn compare(entry: &Entry) {
    let lesson = parsed(entry);
    let folder = TempDir::new().unwrap();
    let traces = run_together(entry, &lesson, folder.path());
    for (actor, trace) in traces {
        if let Some((.., why)) = SET_ASIDE.iter().find(|(number, name, _)| *number == entry.number && *name == actor) {
            println!("{} {actor}: non comparé : {why}", entry.file);
            continue;
        }
        let expected = calls_of(&lesson, &actor);
        let names: Vec<&str> = expected.iter().map(|function| function.name.as_str()).collect();
        let same = expected.len() == trace.len()
            && expected.iter().zip(&trace).all(|(function, seen)| function.kernel.contains(&seen.as_str()));
        assert!(same, "{} {actor}:\nthe lesson calls {names:?}\nthe program calls {trace:?}", entry.file);
    }
}

/// Runs the lesson's programs, the one that listens first; the system calls of each on its sockets, by name.
fn run_together(entry: &Entry, lesson: &Lesson, folder: &Path) -> Vec<(String, Vec<String>)> {
    let listens = |program: &&Program| program.source.contains("listen(");
    let server = lesson.programs.iter().find(listens);
    let mut running = server.map(|program| (program, start(entry, program, folder)));
    if running.is_some() {
        network::wait_for_listener(lesson.port.expect("a lesson that listens has a port"));
    }
    for program in lesson.programs.iter().filter(|program| !listens(program)) {
        let mut child = start(entry, program, folder);
        child.stdin.take().unwrap().write_all(ENTERS).unwrap();
        assert_success(entry, program, child);
    }
    if let Some((program, mut child)) = running.take() {
        // The server may have gone already: its stdin is then closed.
        let _answered = child.stdin.take().unwrap().write_all(ENTERS);
        assert_success(entry, program, child);
    }
    lesson.programs.iter().map(|program| (program.actor.clone(), trace_of(&trace_file(folder, program)))).collect()
}

fn trace_file(folder: &Path, program: &Program) -> PathBuf {
    folder.join(format!("{}.strace", program.actor))
}

fn start(entry: &Entry, program: &Program, folder: &Path) -> Child {
    let executable = compiled(entry, program, folder);
    let mut names: Vec<String> = kernel_names().map(|name| format!("?{name}")).collect();
    names.sort_unstable();
    names.dedup();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-y", "-e", "signal=none", "-e", &format!("trace={}", names.join(","))]);
    strace.arg("-o").arg(trace_file(folder, program)).arg(executable);
    strace.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    strace.spawn().unwrap()
}

fn assert_success(entry: &Entry, program: &Program, mut child: Child) {
    let status = binary::wait(&mut child, LIMIT);
    let status = status.unwrap_or_else(|| panic!("{} {} did not end", entry.file, program.actor));
    assert!(status.success(), "{} {}: {status}", entry.file, program.actor);
}

/// Every system call that the vocabulary knows of.
fn kernel_names() -> impl Iterator<Item = &'static str> {
    vocabulary::FUNCTIONS.iter().flat_map(|function| function.kernel).copied()
}

/// System calls whose first argument may be any file: they count on sockets alone, which leaves out the loader, stdio
/// and the keyboard.
fn on_any_file(name: &str) -> bool {
    ["read", "write", "readv", "writev", "close", "lseek", "fcntl", "dup", "dup2", "dup3", "ioctl"].contains(&name)
}

/// The system calls on sockets, in order.
fn trace_of(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().filter_map(traced_call).collect()
}

/// `1234 close(3<socket:[5678]>) = 0`.
fn traced_call(line: &str) -> Option<String> {
    let (_, call) = line.split_once(' ')?;
    let (name, arguments) = call.trim_start().split_once('(')?;
    let first = arguments.split([',', ')']).next().unwrap_or_default();
    let known = kernel_names().any(|known| known == name);
    let counts = known && !beside_the_lesson(name) && (!on_any_file(name) || first.contains("<socket:"));
    counts.then(|| name.to_owned())
}

/// What the C library does for itself, or what shows a text.
fn beside_the_lesson(name: &str) -> bool {
    ["futex", "rt_sigaction", "rt_sigprocmask", "exit_group", "exit", "unlink", "getpid", "gettid"].contains(&name)
}

/// The actor's calls that enter the kernel on a socket and are not wanted errors.
fn calls_of(lesson: &Lesson, actor: &str) -> Vec<&'static Function> {
    let items = lesson.steps.iter().flat_map(|step| &step.items);
    let scripts = items.filter_map(|item| match item {
        Item::Code(script) if script.actor == actor => Some(&script.lines),
        _ => None,
    });
    scripts.flatten().filter(|line| !wanted_error(&line.expectation.result)).filter_map(compared_function).collect()
}

fn compared_function(line: &Line) -> Option<&'static Function> {
    let (name, arguments) = line.statement.call()?;
    let function = name.function()?;
    let descriptor_first = function.parameters.first().is_some_and(|first| first.kind == Kind::Descriptor);
    let stdio = matches!(arguments.first().map(|first| &first.kind), Some(ExprKind::Integer(0..=2)));
    let shows_text = !descriptor_first && function.kernel.contains(&"write");
    let counts = function.is_system_call() && !shows_text && !(descriptor_first && stdio);
    (counts && !function.kernel.iter().all(|name| beside_the_lesson(name))).then_some(function)
}

/// Whether the lesson provokes this failure on purpose: its programs, which are to be imitated, do not.
fn wanted_error(expected: &Expected) -> bool {
    match expected {
        Expected::Errno(_) | Expected::Gai(_) | Expected::Killed(_) => true,
        Expected::BlocksThen(then) | Expected::Until { then, .. } => wanted_error(then),
        Expected::Depends { then, otherwise, .. } => wanted_error(then) || wanted_error(otherwise),
        _ => false,
    }
}
