//! Faults that are asked for: `connect:ECONNREFUSED`, `recv:EINTR:2`, `send:short=3`, `accept:delay=200ms:every`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::sys::{Length, Sys};

mod parse;

pub use parse::{FaultError, Figure, calls, parse};

/// One fault to provoke in a traced program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The call, by its C name or the kernel's: `send` is also `sendto` without an address.
    pub call: Name,
    pub effect: Effect,
    pub occurrence: Occurrence,
}

/// Whether a fault can shorten what this call moves. Several messages at once are left alone.
#[must_use]
pub fn can_be_short(sys: Sys) -> bool {
    sys.length().is_some_and(|length| length != Length::Messages)
}

impl Fault {
    /// Whether a call is one of those that the fault is about; `name` is the one that C gives it.
    #[must_use]
    pub fn concerns(&self, sys: Sys, name: Name) -> bool {
        self.call == name || Sys::meant_by(self.call).any(|meant| meant == sys)
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
