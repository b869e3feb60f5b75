//! The calls of a server that forks.

use std::io;

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{Pid, close};
use socket2::Socket;

use super::{Caller, fd, named, nothing, number};
use crate::sandbox::fork::child;
use crate::syscall::call::Value;
use crate::syscall::name::Name;

impl Caller {
    /// fork(2); the child runs `body`, and ends with the code that it gives.
    ///
    /// # Safety
    /// That of [`child`]: `body` uses nothing that another thread may lock or change.
    ///
    /// # Errors
    /// Those of fork(2).
    #[allow(unsafe_code, reason = "hands on what the caller promises")]
    pub unsafe fn fork(&self, body: impl FnOnce() -> i32) -> io::Result<Pid> {
        // SAFETY: as the caller promises.
        let real = || unsafe { child(body) };
        self.told(|| named(Name::Fork, Vec::new()), real, |_, pid| pid.as_raw().into())
    }

    /// waitpid(2) of one child, until it ends.
    ///
    /// # Errors
    /// Those of waitpid(2).
    pub fn wait_for(&self, pid: Pid) -> io::Result<WaitStatus> {
        let call = || {
            let arguments = [Value::Number(pid.as_raw().into()), Value::Opaque("&s".to_owned()), Value::Number(0)];
            named(Name::Waitpid, arguments.to_vec())
        };
        self.told(
            call,
            || Ok(waitpid(pid, None)?),
            |call, status| {
                call.arguments[1] = Value::List(vec![Value::Symbol(described(status))]);
                pid.as_raw().into()
            },
        )
    }

    /// close(2) of a descriptor that a forked child got with the rest: its owner is in the parent.
    pub fn close_inherited(&self, socket: &Socket) {
        let descriptor = i32::try_from(number(socket)).unwrap_or(-1);
        let real = || Ok(close(descriptor)?);
        // The descriptor is gone whatever close(2) says.
        let _ = self.told(|| named(Name::Close, vec![fd(socket)]), real, nothing);
    }
}

/// As lessons show a status.
fn described(status: &WaitStatus) -> String {
    match status {
        WaitStatus::Exited(_, code) => format!("WIFEXITED(s) && WEXITSTATUS(s) == {code}"),
        WaitStatus::Signaled(_, signal, _) => format!("WIFSIGNALED(s) && WTERMSIG(s) == {signal}"),
        _ => "0".to_owned(),
    }
}
