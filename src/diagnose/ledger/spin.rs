//! Calls that return at once and bring nothing, one after the other.

use crate::diagnose::reading::Proof;
use crate::syscall::sys::Sys;

/// A run of useless calls of one task.
#[derive(Clone, Debug, Default)]
pub struct Spin {
    pub length: u64,
    pub first: Option<Proof>,
    pub last: Option<Proof>,
    pub started_us: u64,
    pub last_us: u64,
    pub sys: Option<Sys>,
    pub fd: Option<i32>,
    /// poll(2) or its like said that something was ready, and nothing has been done with it since.
    pub announced: bool,
}
