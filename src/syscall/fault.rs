//! Faults that are asked for: `connect:ECONNREFUSED`, `recv:EINTR:2`, `send:short=3`, `accept:delay=200ms:every`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::syscall::errno::Errno;

/// One fault to provoke in a traced program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The call, by its C name or the kernel's: `send` is also `sendto` without an address.
    pub call: String,
    pub effect: Effect,
    pub occurrence: Occurrence,
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
