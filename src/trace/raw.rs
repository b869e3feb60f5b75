//! A call as the registers hold it, before anything is decoded.

use crate::syscall::sys::Sys;

/// The binary interface that a call was made through: it decides the width of pointers and the layout of structures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Abi {
    /// x86-64 (and x32, whose numbers are the same but for a bit).
    X86_64,
    /// i386 programs on an x86-64 kernel: int 0x80 and its like.
    I386,
    /// The same, through a number whose times or offsets have 64 bits: clock_nanosleep_time64, ppoll_time64,
    /// pselect6_time64, recvmmsg_time64, sendfile64. C libraries take them where a time may not fit in 32 bits.
    I386Wide,
    Aarch64,
}

impl Abi {
    /// Bytes of a pointer, and of a `long`.
    #[must_use]
    pub fn word(self) -> usize {
        match self {
            Abi::X86_64 | Abi::Aarch64 => 8,
            Abi::I386 | Abi::I386Wide => 4,
        }
    }
}

/// The call and its six arguments. i386's socketcall(2) is undone: `sys` is the call behind it, and `arguments` are
/// those that its array holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw {
    pub sys: Sys,
    pub abi: Abi,
    pub arguments: [u64; 6],
}

/// Memory of a task, which may lie, end in the middle of a page, and change under our eyes.
pub trait Memory {
    /// Fills the beginning of `into` with what can be read from `address` on, and says how many bytes that is.
    fn read(&self, address: u64, into: &mut [u8]) -> usize;

    /// Whether the program cannot write there: a constant of its text, which is the same at each run.
    fn is_constant(&self, address: u64) -> bool;
}
