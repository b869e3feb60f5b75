//! Follows a program and its children by ptrace(2), stopped by a seccomp filter at the calls that matter only.

mod attach;
mod call_filter;
pub mod decode;
mod descriptors;
mod engine;
pub mod injection;
mod launch;
mod memory;
mod multiplex;
mod privilege;
mod ptrace;
pub mod raw;
mod registers;
mod sanitizer;
mod search;
mod seccomp;
mod signals;
pub mod source;
mod task;
pub mod watcher;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::observed::TraceNote;
use crate::syscall::errno::Errno;
use crate::syscall::fault::Fault;
use crate::syscall::signal::Signal;

pub use self::signals::is_hurried;

use self::engine::{Engine, Tracees};
use self::signals::Signals;
use self::watcher::Watcher;

/// What to trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A program and its arguments, looked for along PATH as a shell does.
    Program { program: OsString, arguments: Vec<OsString> },
    /// A process that runs already, with all its threads.
    Attach { pid: i32 },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub faults: Vec<Fault>,
    /// Whether each call is looked for in the program's debug information.
    pub source_lines: bool,
    /// How long the trace may last.
    pub timeout: Option<Duration>,
}

/// How a trace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How the program that was asked for ended; `None` where it still runs (detached).
    pub status: Option<Status>,
    /// A second Ctrl-C, or SIGTERM, ended it all.
    pub interrupted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Exited(i32),
    Killed(Signal),
}

/// Why nothing could be traced.
#[derive(Debug)]
pub enum TraceError {
    NotFound {
        program: PathBuf,
    },
    /// execve(2) refused: EACCES, a folder, ENOEXEC…
    NotExecutable {
        program: PathBuf,
        errno: Errno,
    },
    /// The script's first line names an interpreter that does not exist.
    NoInterpreter {
        program: PathBuf,
        interpreter: String,
    },
    NoSuchProcess {
        pid: i32,
    },
    /// The process belongs to another account, or to the system.
    Foreign {
        pid: i32,
        uid: Option<u32>,
    },
    AlreadyTraced {
        pid: i32,
        by: i32,
    },
    /// ptrace(2) is refused; `yama` is /proc/sys/kernel/yama/ptrace_scope, where there is one.
    Forbidden {
        yama: Option<u8>,
        errno: Errno,
    },
    /// The kernel refuses seccomp filters.
    NoFilter {
        errno: Errno,
    },
    /// Where the narration goes is gone.
    Output(io::Error),
    /// Anything else that the kernel refused, and the call that it refused.
    Refused {
        call: &'static str,
        errno: Errno,
    },
}

/// Traces until the last traced process has ended, or until somebody wishes it to stop. Must be called from a process
/// of one thread: the thread that traces is the only one that may.
///
/// # Errors
/// Where nothing could be traced, or where the watcher's output is gone; nothing traced is left behind then either.
pub fn trace(target: &Target, settings: &Settings, watcher: &mut dyn Watcher) -> Result<Ended, TraceError> {
    let signals = Signals::open();
    let tracees = match target {
        Target::Program { program, arguments } => launched(program, arguments, &signals)?,
        Target::Attach { pid } => Tracees::Attached { pid: *pid, tasks: attach::attach(*pid)? },
    };
    Engine::new(settings, watcher, signals, tracees).run()
}

fn launched(program: &OsString, arguments: &[OsString], signals: &Signals) -> Result<Tracees, TraceError> {
    let candidates = search::candidates(program);
    let sanitizers = search::found(&candidates).map(sanitizer::options).unwrap_or_default();
    let additions: Vec<(OsString, OsString)> = sanitizers.iter().map(|name| without_leak_check(name)).collect();
    let notes = if additions.is_empty() { Vec::new() } else { vec![TraceNote::LeakCheckOff] };
    let plan = launch::plan(program, arguments, &additions, (candidates, signals.inherited()))?;
    Ok(Tracees::Launched { launched: launch::launch(plan)?, notes, every: descriptors::inherits_network() })
}

/// The leak check needs ptrace, and would make the program fail.
fn without_leak_check(name: &str) -> (OsString, OsString) {
    let mut value = std::env::var_os(name).unwrap_or_default();
    if !value.is_empty() {
        value.push(":");
    }
    value.push("detect_leaks=0");
    (name.into(), value)
}
