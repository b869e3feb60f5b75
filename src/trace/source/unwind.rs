//! From a frame to its caller's, by the call frame information of DWARF (.eh_frame, .debug_frame).

use std::rc::Rc;

use gimli::{
    BaseAddresses, CfaRule, DebugFrame, EhFrame, EhFrameHdr, EhFrameOffset, EndianRcSlice, LittleEndian,
    ParsedEhFrameHdr, RegisterRule, UnwindContext, UnwindSection, UnwindTableRow,
};

use crate::trace::raw::Abi;

use super::elf::Elf;
use super::stack::{Registers, Stack};

/// Bytes of a section.
pub type Reader = EndianRcSlice<LittleEndian>;

/// The head of the index that linkers write: version 1, pointer and rows of 4 bytes, and a count that no arithmetic
/// on it overflows (LSB 5.0, "Exception Frame Header"). Another one is not needed: the table is read from its start.
const INDEX: &[u8] = &[1, 0x1b, 0x03, 0x3b];

/// How to find the caller's registers from those at one address of the code.
#[derive(Debug)]
pub struct Rule {
    frame: (u16, i64),
    saved: Vec<(u16, Saved)>,
    returns: u16,
}

#[derive(Clone, Copy, Debug)]
enum Saved {
    Lost,
    /// In the stack, so far from the frame's address.
    At(i64),
    Value(i64),
    Register(u16),
}

impl Rule {
    /// The caller's registers; `None` where the stack ends, or cannot be followed.
    pub fn apply(&self, registers: &Registers, stack: &Stack<'_>, abi: Abi) -> Option<Registers> {
        let frame = self.frame(registers, abi)?;
        let mut caller = registers.clone();
        for (register, saved) in &self.saved {
            let value = match *saved {
                Saved::Lost => None,
                Saved::At(offset) => stack.word(frame.wrapping_add_signed(offset) & mask(abi), abi.word()),
                Saved::Value(offset) => Some(frame.wrapping_add_signed(offset) & mask(abi)),
                Saved::Register(other) => registers.get(other),
            };
            caller.set(*register, value);
        }
        caller.set_stack(frame);
        caller.instruction = code_address(abi, caller.get(self.returns)?);
        caller.set(self.returns, None);
        let moved = registers.stack().is_some_and(|before| frame > before || frame == before && abi == Abi::Aarch64);
        (moved && caller.instruction != 0).then_some(caller)
    }

    /// Where the caller's stack ends: its return address is just below, on architectures that push it.
    pub fn frame(&self, registers: &Registers, abi: Abi) -> Option<u64> {
        Some(registers.get(self.frame.0)?.wrapping_add_signed(self.frame.1) & mask(abi))
    }
}

fn mask(abi: Abi) -> u64 {
    if matches!(abi, Abi::I386 | Abi::I386Wide) { u64::from(u32::MAX) } else { u64::MAX }
}

/// Without the signature that aarch64 may keep in a pointer's upper bits.
fn code_address(abi: Abi, pointer: u64) -> u64 {
    if abi == Abi::Aarch64 { pointer & 0x0000_ffff_ffff_ffff } else { pointer }
}

/// The call frame information of a file.
#[derive(Debug)]
pub struct Unwinding {
    bases: BaseAddresses,
    index: Option<ParsedEhFrameHdr<Reader>>,
    exceptions: Option<EhFrame<Reader>>,
    debug: Option<DebugFrame<Reader>>,
}

impl Unwinding {
    pub fn new(elf: &Elf) -> Unwinding {
        let address = |name| elf.address(name).unwrap_or_default();
        let bases = BaseAddresses::default()
            .set_eh_frame(address(".eh_frame"))
            .set_eh_frame_hdr(address(".eh_frame_hdr"))
            .set_text(address(".text"))
            .set_got(address(".got"));
        let width = if elf.abi.word() == 8 { 8 } else { 4 };
        let header = elf
            .section(".eh_frame_hdr")
            .filter(|bytes| bytes.starts_with(INDEX))
            .map(|bytes| EhFrameHdr::from(reader(bytes)));
        let index = header.and_then(|header| header.parse(&bases, width).ok()).filter(|index| index.table().is_some());
        let exceptions = elf.section(".eh_frame").map(|bytes| {
            let mut section = EhFrame::from(reader(bytes));
            section.set_address_size(width);
            section
        });
        let debug = elf.section(".debug_frame").map(|bytes| {
            let mut section = DebugFrame::from(reader(bytes));
            section.set_address_size(width);
            section
        });
        Unwinding { bases, index, exceptions, debug }
    }

    /// The rule for the code at `address`, as the file numbers addresses.
    pub fn rule(&self, address: u64) -> Option<Rule> {
        let mut context = UnwindContext::new();
        self.indexed(&mut context, address)
            .or_else(|| scanned(self.exceptions.as_ref().filter(|_| self.index.is_none()), &self.bases, address))
            .or_else(|| scanned(self.debug.as_ref(), &self.bases, address))
    }

    fn indexed(&self, context: &mut UnwindContext<usize>, address: u64) -> Option<Rule> {
        let (header, section) = (self.index.as_ref()?, self.exceptions.as_ref()?);
        let index = header.table()?;
        let (entry, start) =
            (index.lookup(address, &self.bases).ok()?.direct().ok()?, header.eh_frame_ptr().direct().ok()?);
        let offset = EhFrameOffset(usize::try_from(entry.checked_sub(start)?).ok()?);
        let found = section.fde_from_offset(&self.bases, offset, EhFrame::cie_from_offset).ok()?;
        let row = found.unwind_info_for_address(section, &self.bases, context, address).ok()?;
        rule(row, found.cie().return_address_register().0)
    }
}

fn scanned<S: UnwindSection<Reader>>(section: Option<&S>, bases: &BaseAddresses, address: u64) -> Option<Rule> {
    let section = section?;
    let mut context = UnwindContext::new();
    let found = section.fde_for_address(bases, address, S::cie_from_offset).ok()?;
    let row = found.unwind_info_for_address(section, bases, &mut context, address).ok()?;
    rule(row, found.cie().return_address_register().0)
}

fn rule(row: &UnwindTableRow<usize>, returns: u16) -> Option<Rule> {
    let CfaRule::RegisterAndOffset { register, offset } = row.cfa() else { return None };
    let saved = row.registers().filter_map(|(register, rule)| Some((register.0, saved(rule)?))).collect();
    Some(Rule { frame: (register.0, *offset), saved, returns })
}

/// `None` where the register keeps its value.
fn saved(rule: &RegisterRule<usize>) -> Option<Saved> {
    match *rule {
        RegisterRule::SameValue => None,
        RegisterRule::Offset(offset) => Some(Saved::At(offset)),
        RegisterRule::ValOffset(offset) => Some(Saved::Value(offset)),
        RegisterRule::Register(other) => Some(Saved::Register(other.0)),
        _ => Some(Saved::Lost),
    }
}

pub fn reader(bytes: Rc<[u8]>) -> Reader {
    EndianRcSlice::new(bytes, LittleEndian)
}
