//! The registers and the stack of a stopped task, frame after frame.

use std::cell::RefCell;

use crate::trace::raw::{Abi, Memory};

use super::Frame;

/// Registers are numbered as in DWARF; those above are of no use to walk a stack.
pub const REGISTERS: usize = 34;
/// A short walk needs one read of this many bytes.
const WINDOW: usize = 1024;

/// What is known of the registers in one frame.
#[derive(Clone, Debug)]
pub struct Registers {
    pub instruction: u64,
    known: [Option<u64>; REGISTERS],
    stack: u16,
}

impl Registers {
    pub fn new(abi: Abi, frame: Frame) -> Registers {
        let (stack, base) = numbers(abi);
        let mut registers = Registers { instruction: frame.instruction, known: [None; REGISTERS], stack };
        registers.set(stack, Some(frame.stack));
        registers.set(base, Some(frame.base));
        if abi == Abi::Aarch64 {
            registers.set(LINK, Some(frame.link));
        }
        registers
    }

    pub fn get(&self, register: u16) -> Option<u64> {
        self.known.get(usize::from(register)).copied().flatten()
    }

    pub fn set(&mut self, register: u16, value: Option<u64>) {
        if let Some(known) = self.known.get_mut(usize::from(register)) {
            *known = value;
        }
    }

    pub fn stack(&self) -> Option<u64> {
        self.get(self.stack)
    }

    /// The registers of the caller of a function that has saved none.
    pub fn returned(&self, instruction: u64, stack: u64) -> Registers {
        let mut caller = self.clone();
        caller.instruction = instruction;
        caller.set_stack(stack);
        caller
    }

    pub fn set_stack(&mut self, value: u64) {
        self.set(self.stack, Some(value));
    }
}

/// x30 of aarch64, the return address of a function that calls no other.
const LINK: u16 = 30;

/// The numbers of the stack's and the frame's register in each architecture's DWARF supplement.
fn numbers(abi: Abi) -> (u16, u16) {
    match abi {
        Abi::X86_64 => (7, 6),
        Abi::I386 | Abi::I386Wide => (4, 5),
        Abi::Aarch64 => (31, 29),
    }
}

/// Words of a stack, read a window at a time.
pub struct Stack<'a> {
    memory: &'a dyn Memory,
    window: RefCell<Window>,
}

struct Window {
    start: u64,
    length: usize,
    bytes: [u8; WINDOW],
}

impl<'a> Stack<'a> {
    pub fn new(memory: &'a dyn Memory) -> Stack<'a> {
        Stack { memory, window: RefCell::new(Window { start: 0, length: 0, bytes: [0; WINDOW] }) }
    }

    /// The little-endian word of `width` bytes (at most 8) at `address`.
    pub fn word(&self, address: u64, width: usize) -> Option<u64> {
        let mut window = self.window.borrow_mut();
        if window.word(address, width).is_none() {
            window.length = self.memory.read(address, &mut window.bytes).min(WINDOW);
            window.start = address;
        }
        window.word(address, width)
    }

    /// The bytes just before a return address.
    pub fn code(&self, address: u64) -> Option<[u8; 7]> {
        let mut code = [0; 7];
        (self.memory.read(address, &mut code) == code.len()).then_some(code)
    }
}

impl Window {
    fn word(&self, address: u64, width: usize) -> Option<u64> {
        let start = usize::try_from(address.checked_sub(self.start)?).ok()?;
        let end = start.checked_add(width)?;
        let bytes = self.bytes.get(..self.length)?.get(start..end)?;
        Some(bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)))
    }
}
