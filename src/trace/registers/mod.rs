//! What depends on the architecture, one file for each: the numbers of the calls and the places of the registers.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod i386;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::{pointers, put_back, set_argument, set_result, skip};
#[cfg(target_arch = "x86_64")]
pub use x86_64::{pointers, put_back, set_argument, set_result, skip};

use crate::syscall::sys::Sys;
use crate::trace::raw::Abi;

/// What a call's number means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "i386 is traced on x86-64 alone"))]
pub enum Followed {
    Call(Sys),
    /// An i386 call whose times or offsets have 64 bits, in a table where the others have 32.
    Wide(Sys),
    /// restart_syscall(2): the kernel goes on with an interrupted call.
    Restart,
    Ptrace,
    /// i386's socketcall(2): a number and a pointer to the arguments.
    Socketcall,
    /// i386's first select(2): a pointer to the arguments.
    OldSelect,
}

/// One way into the kernel.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// AUDIT_ARCH_… (linux/audit.h).
    pub audit: u32,
    pub abi: Abi,
    /// A bit that marks another interface of the same numbers (x32).
    pub variant: Option<u32>,
    pub calls: &'static [(u32, Followed)],
}

/// Registers that the walk of a stack begins with, besides the program counter and the stack pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pointers {
    /// The frame pointer, which the compiler may use for anything.
    pub base: u64,
    /// The return address that aarch64 keeps in a register; 0 elsewhere.
    pub link: u64,
}

/// The gates of this machine, its own first.
#[cfg(target_arch = "aarch64")]
pub const GATES: &[Gate] = &[aarch64::GATE];

/// The gates of this machine, its own first.
#[cfg(target_arch = "x86_64")]
pub const GATES: &[Gate] = &[x86_64::GATE, i386::GATE];

/// Calls by number, for each gate.
#[derive(Debug)]
pub struct Calls(Vec<(Gate, Vec<Option<Followed>>)>);

impl Calls {
    #[must_use]
    pub fn of_this_machine() -> Calls {
        Calls(GATES.iter().map(|gate| (*gate, by_number(gate.calls))).collect())
    }

    /// The interface and the meaning of a call.
    #[must_use]
    pub fn find(&self, architecture: u32, number: u64) -> Option<(Abi, Followed)> {
        let (gate, table) = self.0.iter().find(|row| row.0.audit == architecture)?;
        let number = number & !u64::from(gate.variant.unwrap_or(0));
        let followed = (*table.get(usize::try_from(number).ok()?)?)?;
        Some(match followed {
            Followed::Wide(sys) => (Abi::I386Wide, Followed::Call(sys)),
            other => (gate.abi, other),
        })
    }
}

fn by_number(calls: &[(u32, Followed)]) -> Vec<Option<Followed>> {
    let mut table = Vec::new();
    for (number, followed) in calls {
        let index = *number as usize;
        table.resize(table.len().max(index + 1), None);
        table[index] = Some(*followed);
    }
    table
}

/// The calls of a table that the C headers number otherwise.
#[cfg(test)]
fn named_otherwise<'a>(calls: &[(u32, Followed)], known: &[(libc::c_long, &'a str)]) -> Vec<&'a str> {
    let name = |number: libc::c_long| {
        let row = calls.iter().find(|row| libc::c_long::from(row.0) == number);
        row.map(|row| if let Followed::Call(sys) = row.1 { sys.name().as_str() } else { "" })
    };
    known.iter().filter(|(number, wanted)| name(*number) != Some(wanted)).map(|row| row.1).collect()
}

#[cfg(test)]
mod tests {
    use super::{Calls, Followed, GATES};
    use crate::syscall::sys::Sys;

    #[test]
    fn numbers_have_one_meaning() {
        for gate in GATES {
            let mut numbers: Vec<u32> = gate.calls.iter().map(|row| row.0).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), gate.calls.len(), "{:?}", gate.abi);
        }
        let calls = Calls::of_this_machine();
        let close = u64::try_from(libc::SYS_close).unwrap();
        assert_eq!(calls.find(GATES[0].audit, close), Some((GATES[0].abi, Followed::Call(Sys::Close))));
        assert_eq!(calls.find(GATES[0].audit, u64::MAX), None);
        assert_eq!(calls.find(1, close), None);
    }
}
