//! The observer that the live kernel looks through.

use std::io;

use crate::live::watch::{Watch, Watched};
use crate::observe::cause::{self, Failure};
use crate::observe::{self, Observer, process};
use crate::state::{Activity, Cause, View};
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;

/// Sees sockets by sock_diag, or /proc where it is refused, and processes by /proc.
#[derive(Debug)]
pub struct Witness {
    observer: Observer,
}

impl Witness {
    /// Watches the network namespace of this thread.
    ///
    /// # Errors
    /// When no netlink socket can be made.
    pub fn new() -> io::Result<Witness> {
        Ok(Witness { observer: Observer::new()? })
    }
}

impl Watch for Witness {
    fn view(&mut self, watched: &[Watched], ports: &[u16]) -> io::Result<View> {
        let watched: Vec<observe::Watched> = watched
            .iter()
            .map(|one| observe::Watched { actor: one.actor.clone(), pid: one.pid, hidden: one.hidden.clone() })
            .collect();
        self.observer.view(&watched, ports)
    }

    fn activity(&mut self, pid: i32, tid: i32) -> Option<Activity> {
        process::activity(pid, tid)
    }

    fn cause(&mut self, pid: i32, call: &Call, errno: Errno) -> Option<Cause> {
        cause::cause(&mut self.observer, Failure { pid, call, errno })
    }
}
