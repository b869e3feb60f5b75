//! Where a program is, and why it does not run.

use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::fd::FromRawFd;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::syscall::errno::Errno;
use crate::trace::TraceError;

/// What execvp(3) looks through where there is no PATH.
const USUAL: &str = "/usr/local/bin:/usr/bin:/bin";

/// More folders than any PATH has: their number is told in a byte.
const MOST: usize = 250;

/// The files that this name may mean, in order: itself where it has a slash, one in each folder of PATH elsewhere.
#[must_use]
pub fn candidates(program: &OsStr) -> Vec<PathBuf> {
    if program.as_bytes().contains(&b'/') || program.is_empty() {
        return vec![PathBuf::from(program)];
    }
    let path = std::env::var_os("PATH").unwrap_or_else(|| USUAL.into());
    let here = |folder: PathBuf| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    std::env::split_paths(&path).map(here).map(|folder| folder.join(program)).take(MOST).collect()
}

/// The file that will be run, as far as can be told before.
#[must_use]
pub fn found(candidates: &[PathBuf]) -> Option<&Path> {
    candidates.iter().find(|path| path.is_file()).map(PathBuf::as_path)
}

/// What the errno of execve(2) means for the candidate that decided.
#[must_use]
pub fn why_not(candidates: &[PathBuf], index: usize, errno: Errno) -> TraceError {
    let asked = || candidates.first().cloned().unwrap_or_default();
    let Some(program) = candidates.get(index).cloned() else { return TraceError::NotFound { program: asked() } };
    let missing = matches!(errno, Errno::ENOENT | Errno::ENOTDIR);
    if !missing {
        // execve(2) says EACCES of a folder.
        let errno = if program.is_dir() { Errno::EISDIR } else { errno };
        return TraceError::NotExecutable { program, errno };
    }
    match interpreter(&program) {
        Some(interpreter) => TraceError::NoInterpreter { program, interpreter },
        None if program.exists() => TraceError::NotExecutable { program, errno },
        None if candidates.len() > 1 => {
            TraceError::NotFound { program: PathBuf::from(program.file_name().unwrap_or_default()) }
        }
        None => TraceError::NotFound { program },
    }
}

/// The interpreter that the first line of a script names.
fn interpreter(program: &Path) -> Option<String> {
    let mut start = Vec::new();
    File::open(program).ok()?.take(256).read_to_end(&mut start).ok()?;
    let line = start.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let word = line.split(u8::is_ascii_whitespace).find(|word| !word.is_empty())?;
    Some(String::from_utf8_lossy(word).into_owned())
}

/// Whether a file looks like a script: no NUL among its first bytes, as shells look. Async-signal-safe.
#[must_use]
#[allow(unsafe_code, reason = "open(2) and read(2) without an allocation")]
pub fn is_text(path: &CStr) -> bool {
    let mut start = [0_u8; 80];
    // SAFETY: the path ends with a NUL; the buffer has the length that is given; the descriptor is ours.
    let count = unsafe {
        let fd = libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if fd < 0 {
            return false;
        }
        let fd = OwnedFd::from_raw_fd(fd);
        libc::read(fd.as_raw_fd(), start.as_mut_ptr().cast(), start.len())
    };
    let count = usize::try_from(count).unwrap_or(0);
    !start[..count].contains(&0)
}

/// Who traces a task: a line of /proc/PID/status.
#[must_use]
pub fn tracer(pid: i32) -> Option<i32> {
    status_field(pid, "TracerPid:")?.parse().ok().filter(|by| *by != 0)
}

/// The first word of a line of /proc/PID/status, whose name ends with a colon (proc_pid_status(5)).
#[must_use]
pub fn status_field(pid: i32, name: &str) -> Option<String> {
    let status = std::fs::read(format!("/proc/{pid}/status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// The setting of Yama, where the kernel has it.
#[must_use]
pub fn yama() -> Option<u8> {
    std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").ok()?.trim().parse().ok()
}
