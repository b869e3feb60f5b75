//! Attaching to a process that runs already, with all its threads.

use std::fs;
use std::path::Path;

use nix::unistd::geteuid;

use crate::syscall::errno::Errno;
use crate::trace::search::{status_field, tracer, yama};
use crate::trace::{TraceError, ptrace};

/// Traces every thread of the process, and asks each to stop. Threads that are made meanwhile are traced by the kernel
/// on behalf of those that make them.
///
/// # Errors
/// Where there is no such process, or where it may not be traced.
pub fn attach(pid: i32) -> Result<Vec<i32>, TraceError> {
    let running = pid > 0 && status_field(pid, "State:").is_some_and(|state| !matches!(state.as_str(), "Z" | "X"));
    if !running || !leads(pid) {
        return Err(TraceError::NoSuchProcess { pid });
    }
    if let Some(by) = tracer(pid) {
        return Err(TraceError::AlreadyTraced { pid, by });
    }
    let mut seized: Vec<i32> = Vec::new();
    loop {
        let new: Vec<i32> = threads(pid).into_iter().filter(|tid| !seized.contains(tid)).collect();
        let before = seized.len();
        for tid in new {
            match ptrace::seize(tid, ptrace::FOLLOW) {
                Ok(()) => seized.push(tid),
                Err(errno) if seized.is_empty() && errno != Errno::ESRCH => return Err(refusal(pid, errno)),
                // Gone already, or traced by the kernel for us.
                Err(_) => {}
            }
        }
        if seized.len() == before {
            break;
        }
    }
    for tid in &seized {
        let _ = ptrace::interrupt(*tid);
    }
    if seized.is_empty() { Err(TraceError::NoSuchProcess { pid }) } else { Ok(seized) }
}

/// Whether the number is that of a process, not of one of its threads.
fn leads(pid: i32) -> bool {
    status_field(pid, "Tgid:").is_some_and(|leader| leader == pid.to_string())
}

fn threads(pid: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

fn refusal(pid: i32, errno: Errno) -> TraceError {
    let uid = status_field(pid, "Uid:").and_then(|uid| uid.parse().ok());
    let own = geteuid().as_raw();
    // A task of the kernel has no memory, hence no program.
    let of_the_system = !Path::new(&format!("/proc/{pid}/exe")).exists() && own == 0;
    match tracer(pid) {
        Some(by) => TraceError::AlreadyTraced { pid, by },
        None if of_the_system => TraceError::Foreign { pid, uid: None },
        None if own != 0 && uid != Some(own) => TraceError::Foreign { pid, uid },
        None => TraceError::Forbidden { yama: yama(), errno },
    }
}

#[cfg(test)]
mod tests {
    use super::attach;
    use crate::trace::TraceError;

    #[test]
    fn what_is_not_there_is_not_attached() {
        for pid in [0, -1, i32::MAX] {
            assert!(matches!(attach(pid), Err(TraceError::NoSuchProcess { .. })));
        }
    }
}
