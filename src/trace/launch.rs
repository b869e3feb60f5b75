//! The birth of the traced program: a child that waits until it is traced, installs the filter, and runs the program as
//! it would have run alone.

use std::ffi::{CString, OsString};
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::ptr;

use nix::fcntl::OFlag;
use nix::unistd::{ForkResult, Pid, fork, pipe2, write};

use crate::syscall::errno::Errno;
use crate::trace::TraceError;
use crate::trace::signals::{self, Inherited};
use crate::trace::{ptrace, search, seccomp};

/// A child that is about to become the program.
#[derive(Debug)]
pub struct Launched {
    pub pid: i32,
    report: OwnedFd,
    candidates: Vec<PathBuf>,
}

/// Everything that the child needs, ready before it is born: it may not allocate.
pub struct Plan {
    paths: Vec<PathBuf>,
    candidates: Vec<CString>,
    /// The program's arguments, and the same behind `/bin/sh SCRIPT`, each with a NULL at its end.
    arguments: Vec<*const libc::c_char>,
    by_shell: Vec<*const libc::c_char>,
    environment: Vec<*const libc::c_char>,
    filter: Vec<libc::sock_filter>,
    inherited: Inherited,
    /// What the pointers point to.
    _owned: Vec<CString>,
}

/// Where the child failed.
const FILTER: u8 = 1;
const EXEC: u8 = 2;

/// Exit code of the child when it could not become the program: never seen by anybody.
const FAILED: i32 = 127;

/// Starts the child, and traces it. It runs the program as soon as it is let go on.
///
/// # Errors
/// Where it cannot be born or traced.
pub fn launch(mut plan: Plan) -> Result<Launched, TraceError> {
    let (gate, opening) = pipe2(OFlag::O_CLOEXEC).map_err(refused("pipe2"))?;
    let (report, failure) = pipe2(OFlag::O_CLOEXEC).map_err(refused("pipe2"))?;
    let mask = signals::block_all();
    #[allow(unsafe_code, reason = "fork(2)")]
    // SAFETY: this process has one thread, and the child allocates nothing before it runs another program.
    let born = unsafe { fork() };
    if let Ok(ForkResult::Child) = born {
        drop(opening);
        become_the_program(&mut plan, &gate, &failure);
    }
    signals::set_mask(&mask);
    let Ok(ForkResult::Parent { child }) = born else {
        return Err(born.err().map_or(TraceError::Refused { call: "fork", errno: Errno::EIO }, refused("fork")));
    };
    let options = ptrace::FOLLOW | ptrace::FILTERED | ptrace::KILL_WITH_US;
    if let Err(errno) = ptrace::seize(child.as_raw(), options) {
        let by = search::tracer(child.as_raw());
        end(child);
        return Err(forbidden(child.as_raw(), by, errno));
    }
    let _ = write(&opening, b"!");
    Ok(Launched { pid: child.as_raw(), report, candidates: plan.paths })
}

fn refused(call: &'static str) -> impl Fn(nix::errno::Errno) -> TraceError {
    move |errno| TraceError::Refused { call, errno: Errno::new(errno as i32) }
}

fn forbidden(pid: i32, by: Option<i32>, errno: Errno) -> TraceError {
    match by {
        Some(by) => TraceError::AlreadyTraced { pid, by },
        None => TraceError::Forbidden { yama: search::yama(), errno },
    }
}

fn end(child: Pid) {
    let _ = nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGKILL);
    let _ = nix::sys::wait::waitpid(child, None);
}

impl Launched {
    /// Why the child ended before it was the program.
    #[must_use]
    pub fn failure(self) -> TraceError {
        let mut word = [0; 6];
        let read = std::fs::File::from(self.report).read(&mut word).unwrap_or(0);
        let [stage, index, number @ ..] = word;
        let errno = Errno::new(i32::from_ne_bytes(number));
        match (read, stage) {
            (6, FILTER) => TraceError::NoFilter { errno },
            (6, EXEC) => search::why_not(&self.candidates, usize::from(index), errno),
            _ => TraceError::Refused { call: "execve", errno: Errno::EIO },
        }
    }
}

/// Prepares the launch of a program, with variables added to its environment, looked for in `paths`.
///
/// # Errors
/// Where a name cannot be one: it holds a NUL.
pub fn plan(
    program: &OsString,
    arguments: &[OsString],
    additions: &[(OsString, OsString)],
    (paths, inherited): (Vec<PathBuf>, Inherited),
) -> Result<Plan, TraceError> {
    let unusable = |_| TraceError::NotFound { program: PathBuf::from(program) };
    let text = |bytes: &[u8]| CString::new(bytes).map_err(unusable);
    let candidates: Result<Vec<CString>, _> = paths.iter().map(|path| text(path.as_os_str().as_bytes())).collect();
    let given: Result<Vec<CString>, _> =
        std::iter::once(program).chain(arguments).map(|argument| text(argument.as_bytes())).collect();
    let (candidates, given) = (candidates?, given?);
    let variables: Vec<CString> = environment(additions).into_iter().filter_map(|row| CString::new(row).ok()).collect();
    let pointers =
        |texts: &[CString]| -> Vec<_> { texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect() };
    let mut by_shell = vec![c"/bin/sh".as_ptr()];
    by_shell.extend(pointers(&given));
    Ok(Plan {
        paths,
        arguments: pointers(&given),
        by_shell,
        environment: pointers(&variables),
        candidates,
        filter: seccomp::program(),
        inherited,
        _owned: given.into_iter().chain(variables).collect(),
    })
}

fn environment(additions: &[(OsString, OsString)]) -> Vec<Vec<u8>> {
    let kept = std::env::vars_os().filter(|row| !additions.iter().any(|added| added.0 == row.0));
    let row = |(name, value): (OsString, OsString)| [name.into_vec(), value.into_vec()].join(&b'=');
    kept.chain(additions.iter().cloned()).map(row).collect()
}

/// In the child: nothing here allocates or locks.
fn become_the_program(plan: &mut Plan, gate: &OwnedFd, failure: &OwnedFd) -> ! {
    if await_tracer(gate) {
        signals::default_sigpipe();
        match install(&plan.filter) {
            Ok(()) => {
                plan.inherited.restore();
                let (index, errno) = run(plan);
                tell(failure, EXEC, index, errno);
            }
            Err(errno) => tell(failure, FILTER, 0, errno),
        }
    }
    #[allow(unsafe_code, reason = "_exit(2)")]
    // SAFETY: it ends the process without running what the parent registered for its own end.
    unsafe {
        libc::_exit(FAILED)
    }
}

/// Whether the tracer said that it is there; false where it is gone.
#[allow(unsafe_code, reason = "read(2) without an allocation")]
fn await_tracer(gate: &OwnedFd) -> bool {
    let mut byte = 0_u8;
    // SAFETY: one byte, which lives.
    unsafe { libc::read(gate.as_raw_fd(), (&raw mut byte).cast(), 1) == 1 }
}

#[allow(unsafe_code, reason = "prctl(2) and seccomp(2)")]
fn install(filter: &[libc::sock_filter]) -> Result<(), i32> {
    const MODE_FILTER: u64 = 1;
    /// The program keeps the speed that it has without a filter (SECCOMP_FILTER_FLAG_SPEC_ALLOW).
    const SPEC_ALLOW: u64 = 4;
    let length = u16::try_from(filter.len()).unwrap_or(0);
    let program = libc::sock_fprog { len: length, filter: filter.as_ptr().cast_mut() };
    // SAFETY: the kernel copies the filter, and writes nothing.
    unsafe {
        if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 {
            return Err(*libc::__errno_location());
        }
        let mut result = libc::syscall(libc::SYS_seccomp, MODE_FILTER, SPEC_ALLOW, &raw const program);
        if result != 0 {
            result = libc::syscall(libc::SYS_seccomp, MODE_FILTER, 0_u64, &raw const program);
        }
        if result == 0 { Ok(()) } else { Err(*libc::__errno_location()) }
    }
}

/// As execvp(3): the first candidate that runs. Gives the one that decided, and its errno.
#[allow(unsafe_code, reason = "execve(2)")]
fn run(plan: &mut Plan) -> (u8, i32) {
    let mut verdict = (0, libc::ENOENT);
    for at in 0..plan.candidates.len() {
        let index = u8::try_from(at).unwrap_or(u8::MAX);
        let path = &plan.candidates[at];
        // SAFETY: both arrays end with NULL and point to strings of the plan.
        let errno = unsafe {
            libc::execve(path.as_ptr(), plan.arguments.as_ptr(), plan.environment.as_ptr());
            *libc::__errno_location()
        };
        match errno {
            libc::ENOEXEC => return (index, by_shell(plan, at)),
            // SAFETY: the path ends with a NUL.
            libc::ENOENT if unsafe { libc::access(path.as_ptr(), libc::F_OK) } == 0 => return (index, errno),
            libc::ENOENT | libc::ENOTDIR => {}
            libc::EACCES => verdict = (index, errno),
            _ => return (index, errno),
        }
    }
    verdict
}

/// A script without `#!`, as a shell runs it.
#[allow(unsafe_code, reason = "execve(2)")]
fn by_shell(plan: &mut Plan, at: usize) -> i32 {
    let script = &plan.candidates[at];
    let [_, name, ..] = plan.by_shell.as_mut_slice() else { return libc::ENOEXEC };
    if !search::is_text(script) {
        return libc::ENOEXEC;
    }
    *name = script.as_ptr();
    // SAFETY: both arrays end with NULL and point to strings of the plan.
    unsafe {
        libc::execve(c"/bin/sh".as_ptr(), plan.by_shell.as_ptr(), plan.environment.as_ptr());
        *libc::__errno_location()
    }
}

#[allow(unsafe_code, reason = "write(2) without an allocation")]
fn tell(failure: &OwnedFd, stage: u8, index: u8, errno: i32) {
    let [a, b, c, d] = errno.to_ne_bytes();
    let word = [stage, index, a, b, c, d];
    // SAFETY: six bytes, which live.
    unsafe { libc::write(failure.as_raw_fd(), word.as_ptr().cast(), word.len()) };
}
