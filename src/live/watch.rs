//! What watches the kernel around the actors, as a port: `observe` in the program, nothing in tests.

use std::io;

use crate::state::{Activity, Cause, View};
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;

/// A living process of the actors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The actor of its first thread.
    pub actor: String,
    pub pid: i32,
    /// Descriptors of socketlab's own in it, highest first: none of the lesson's business.
    pub hidden: Vec<i32>,
}

/// Reads the kernel for [`crate::live::real::LiveKernel`].
pub trait Watch {
    /// The descriptors of these processes, their sockets, and the sockets on these ports.
    ///
    /// # Errors
    /// When neither sock_diag nor /proc can be read.
    fn view(&mut self, watched: &[Watched], ports: &[u16]) -> io::Result<View>;

    /// What a thread is doing; `None` once it is gone.
    fn activity(&mut self, pid: i32, tid: i32) -> Option<Activity>;

    /// What this machine says of the cause of a call that failed in this process, where it can.
    fn cause(&mut self, pid: i32, call: &Call, errno: Errno) -> Option<Cause>;
}

/// Sees what a thread is doing, and no socket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Watch for Blind {
    fn view(&mut self, _: &[Watched], _: &[u16]) -> io::Result<View> {
        Ok(View::default())
    }

    fn activity(&mut self, pid: i32, tid: i32) -> Option<Activity> {
        let folder = format!("/proc/{pid}/task/{tid}");
        let stat = std::fs::read_to_string(format!("{folder}/stat")).ok()?;
        let (_, fields) = stat.rsplit_once(") ")?;
        let entry = std::fs::read_to_string(format!("{folder}/syscall")).unwrap_or_default();
        let mut words = entry.split_whitespace();
        let syscall = words.next().and_then(|word| word.parse().ok());
        let hexadecimal = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok();
        let wchan = std::fs::read_to_string(format!("{folder}/wchan")).ok();
        Some(Activity {
            state: fields.chars().next()?,
            syscall,
            arguments: words.take(6).filter_map(hexadecimal).collect(),
            wchan: wchan.filter(|name| !name.is_empty() && name != "0"),
        })
    }

    fn cause(&mut self, _: i32, _: &Call, _: Errno) -> Option<Cause> {
        None
    }
}
