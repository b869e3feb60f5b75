//! The line of the program's source behind a call: the innermost frame of the stack that is the program's own and
//! has debug information (DWARF), not the C library's.

use crate::observed::SourceLine;
use crate::trace::raw::{Abi, Memory};

/// The registers that a stack is walked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub abi: Abi,
    pub instruction: u64,
    pub stack: u64,
    /// rbp, x29: not always a frame's base.
    pub base: u64,
    /// x30 on aarch64, 0 elsewhere.
    pub link: u64,
}

/// What is known of the executables of the traced processes. Programs without debug information cost one look.
#[derive(Debug, Default)]
pub struct Sources {}

impl Sources {
    /// Where in its source the process is; `None` where its debug information does not say.
    pub fn locate(&mut self, _pid: i32, _frame: Frame, _memory: &dyn Memory) -> Option<SourceLine> {
        None
    }

    /// The process is another program now, or is gone.
    pub fn forget(&mut self, _pid: i32) {}
}
