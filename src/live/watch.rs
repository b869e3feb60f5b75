//! What watches the kernel around the actors, as a port: `observe` in the program, nothing of sockets in tests.

use std::io;

use crate::observe::cause::{self, Failure};
use crate::observe::{Observer, Watched, process};
use crate::state::{Activity, Cause, View};
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;

/// Reads the kernel for [`crate::live::real::LiveKernel`].
pub trait Watch {
    /// The descriptors of these processes, their sockets, and the sockets on these ports.
    ///
    /// # Errors
    /// When neither sock_diag nor /proc can be read.
    fn view(&mut self, watched: &[Watched], ports: &[u16]) -> io::Result<View>;

    /// What a thread is doing; `None` once it is gone.
    fn activity(&mut self, pid: i32, tid: i32) -> Option<Activity> {
        process::activity(pid, tid)
    }

    /// What this machine says of the cause of a call that failed in this process, where it can.
    fn cause(&mut self, pid: i32, call: &Call, errno: Errno) -> Option<Cause>;
}

/// Sees sockets by sock_diag, or /proc where it is refused, in the network namespace where it was made.
impl Watch for Observer {
    fn view(&mut self, watched: &[Watched], ports: &[u16]) -> io::Result<View> {
        Observer::view(self, watched, ports)
    }

    fn cause(&mut self, pid: i32, call: &Call, errno: Errno) -> Option<Cause> {
        cause::cause(self, Failure { pid, call, errno })
    }
}

/// Sees what a thread is doing, and no socket.
#[cfg(any(test, feature = "inside"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

#[cfg(any(test, feature = "inside"))]
impl Watch for Blind {
    fn view(&mut self, _: &[Watched], _: &[u16]) -> io::Result<View> {
        Ok(View::default())
    }

    fn cause(&mut self, _: i32, _: &Call, _: Errno) -> Option<Cause> {
        None
    }
}
