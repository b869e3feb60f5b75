//! Faults that are asked for: `connect:ECONNREFUSED`, `recv:EINTR:2`, `send:short=3`, `accept:delay=200ms:every`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

mod parse;

pub use parse::{FaultError, Figure, calls, parse};

/// One fault to provoke in a traced program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The call, by its C name or the kernel's: `send` is also `sendto` without an address.
    pub call: String,
    pub effect: Effect,
    pub occurrence: Occurrence,
}

/// Names of the C library that are other calls of the kernel: what a fault may bear, and what it is then about.
const NAMES: &[(&str, &[Sys])] = &[
    ("sendto", &[Sys::Sendto, Sys::Send]),
    ("recvfrom", &[Sys::Recvfrom, Sys::Recv]),
    ("accept", &[Sys::Accept, Sys::Accept4]),
    ("wait", &[Sys::Wait4, Sys::Waitpid]),
    ("waitpid", &[Sys::Waitpid, Sys::Wait4]),
    ("wait4", &[Sys::Wait4, Sys::Waitpid]),
    ("nanosleep", &[Sys::Nanosleep, Sys::ClockNanosleep]),
    ("sleep", &[Sys::Nanosleep, Sys::ClockNanosleep]),
    ("usleep", &[Sys::Nanosleep, Sys::ClockNanosleep]),
    ("select", &[Sys::Select, Sys::Pselect6]),
    ("pselect", &[Sys::Pselect6]),
    ("poll", &[Sys::Poll, Sys::Ppoll]),
    ("epoll_wait", &[Sys::EpollWait, Sys::EpollPwait]),
    ("epoll_create", &[Sys::EpollCreate, Sys::EpollCreate1]),
    ("pipe", &[Sys::Pipe, Sys::Pipe2]),
    ("dup2", &[Sys::Dup2, Sys::Dup3]),
    ("sigaction", &[Sys::RtSigaction]),
    ("signal", &[Sys::RtSigaction]),
];

/// The calls that move bytes, and where their length is: those that a fault can shorten, and no other.
#[must_use]
pub fn length(sys: Sys) -> Option<Length> {
    Some(match sys {
        Sys::Read | Sys::Write | Sys::Recv | Sys::Send | Sys::Recvfrom | Sys::Sendto => Length::Argument(2),
        Sys::Sendfile => Length::Argument(3),
        Sys::Splice => Length::Argument(4),
        Sys::Readv | Sys::Writev => Length::Vector,
        Sys::Recvmsg | Sys::Sendmsg => Length::Message,
        _ => return None,
    })
}

/// Where the length of a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// This argument, from 0.
    Argument(usize),
    /// The second and third arguments: an array of struct iovec.
    Vector,
    /// The second argument: a struct msghdr.
    Message,
}

/// The calls of the kernel that a name is about.
fn meant(name: &str) -> Vec<Sys> {
    let row = NAMES.iter().find(|row| row.0 == name);
    row.map_or_else(|| Sys::from_name(name).into_iter().collect(), |row| row.1.to_vec())
}

impl Fault {
    /// Whether a call is one of those that the fault is about; `name` is the one that C gives it.
    #[must_use]
    pub fn concerns(&self, sys: Sys, name: &str) -> bool {
        self.call == name || self.call == sys.name() || meant(&self.call).contains(&sys)
    }
}

/// What happens instead of the call, or to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Effect {
    /// The call does not happen: it returns -1 with this errno.
    Error { errno: Errno },
    /// The call really happens, with at most so many bytes.
    Short { bytes: u64 },
    /// The call really happens, so much later.
    Delay { delay: Duration },
}

/// Which of the calls of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occurrence {
    /// From 1, counted over all tasks.
    Nth(u64),
    Every,
}

#[cfg(test)]
mod tests {
    use super::{Length, length};
    use crate::syscall::sys::Sys;

    #[test]
    fn what_moves_bytes_has_its_length_where_the_kernel_looks_for_it() {
        let known = [
            (Sys::Read, Length::Argument(2)),
            (Sys::Write, Length::Argument(2)),
            (Sys::Recv, Length::Argument(2)),
            (Sys::Send, Length::Argument(2)),
            (Sys::Recvfrom, Length::Argument(2)),
            (Sys::Sendto, Length::Argument(2)),
            (Sys::Sendfile, Length::Argument(3)),
            (Sys::Splice, Length::Argument(4)),
            (Sys::Readv, Length::Vector),
            (Sys::Writev, Length::Vector),
            (Sys::Recvmsg, Length::Message),
            (Sys::Sendmsg, Length::Message),
        ];
        for sys in Sys::all() {
            let expected = known.iter().find(|row| row.0 == sys).map(|row| row.1);
            assert_eq!(length(sys), expected, "{}", sys.name());
        }
    }
}
