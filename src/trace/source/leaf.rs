//! The caller of a system call's wrapper that tables do not describe: the C library ends its call frame information
//! before clone(2), and keeps vfork(2)'s return address in a register that the child cannot spoil.

use crate::trace::raw::Abi;

use super::stack::{Registers, Stack};
use super::unwind::{Rule, code_address};

/// The longest call instruction of x86 that has a stack effect to care for: `call *disp32(%base,%index)`.
const LONGEST_CALL: u64 = 7;

/// Takes the word at the top of the stack for the return address, where it stands behind a call instruction.
pub fn caller(abi: Abi, registers: &Registers, stack: &Stack<'_>, rule: Option<&Rule>) -> Option<Registers> {
    match abi {
        Abi::X86_64 => {
            let top = registers.stack()?;
            let slot = rule.map_or(Some(top), |rule| rule.frame(registers, abi)?.checked_sub(8))?;
            let back = stack.word(slot, 8).filter(|address| is_behind_call(stack, *address))?;
            Some(registers.returned(back, slot.checked_add(8)?))
        }
        Abi::Aarch64 if rule.is_none() => {
            Some(registers.returned(code_address(abi, registers.get(30)?), registers.stack()?))
        }
        Abi::Aarch64 | Abi::I386 | Abi::I386Wide => None,
    }
}

/// `call rel32`, or `call r/m64`: FF /2 (Intel SDM, volume 2).
fn is_behind_call(stack: &Stack<'_>, address: u64) -> bool {
    let Some(start) = address.checked_sub(LONGEST_CALL) else { return false };
    let Some(code) = stack.code(start) else { return false };
    let indirect = |length: usize| {
        let at = code.len() - length;
        code[at] == 0xff && code[at + 1] >> 3 & 7 == 2
    };
    code[2] == 0xe8 || [2, 3, 4, 6, 7].into_iter().any(indirect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::raw::Memory;

    struct Code(&'static [u8]);

    impl Memory for Code {
        fn read(&self, address: u64, into: &mut [u8]) -> usize {
            let Some(bytes) = usize::try_from(address).ok().and_then(|start| self.0.get(start..)) else { return 0 };
            let length = bytes.len().min(into.len());
            into[..length].copy_from_slice(&bytes[..length]);
            length
        }

        fn is_constant(&self, _: u64) -> bool {
            false
        }
    }

    #[test]
    fn a_return_address_stands_behind_a_call() {
        let calls: &[&[u8]] =
            &[b"\x90\x90\xe8\x01\x02\x03\x04", b"\x90\x90\x90\x90\x90\xff\xd0", b"\x90\xff\x15\x01\x02\x03\x04"];
        for code in calls {
            assert!(is_behind_call(&Stack::new(&Code(code)), 7), "{code:x?}");
        }
        assert!(!is_behind_call(&Stack::new(&Code(b"\x90\x90\x90\x90\x90\x90\x90")), 7));
        assert!(!is_behind_call(&Stack::new(&Code(b"\xe8")), 1));
        assert!(!is_behind_call(&Stack::new(&Code(b"")), u64::MAX));
    }
}
