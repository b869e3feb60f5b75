//! From a frame to its caller's, by the call frame information of DWARF (.eh_frame, .debug_frame).

use std::rc::Rc;

use gimli::{
    BaseAddresses, CfaRule, DebugFrame, EhFrame, EhFrameHdr, EhFrameOffset, EndianRcSlice, LittleEndian,
    ParsedEhFrameHdr, RegisterRule, UnwindContext, UnwindSection, UnwindTableRow, Vendor,
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
pub fn code_address(abi: Abi, pointer: u64) -> u64 {
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
            section.set_vendor(vendor(elf.abi));
            section
        });
        let debug = elf.section(".debug_frame").map(|bytes| debug_frame(bytes, elf.abi));
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

/// An instruction of the tables has two meanings: on aarch64 it says that the return address is signed from here on.
fn vendor(abi: Abi) -> Vendor {
    if abi == Abi::Aarch64 { Vendor::AArch64 } else { Vendor::Default }
}

fn debug_frame(bytes: Rc<[u8]>, abi: Abi) -> DebugFrame<Reader> {
    let mut section = DebugFrame::from(reader(bytes));
    section.set_address_size(if abi.word() == 8 { 8 } else { 4 });
    section.set_vendor(vendor(abi));
    section
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

#[cfg(test)]
mod tests {
    use gimli::BaseAddresses;

    use super::{Unwinding, debug_frame};
    use crate::trace::raw::{Abi, Memory};
    use crate::trace::source::Frame;
    use crate::trace::source::stack::{Registers, Stack};

    /// Tables of a function of aarch64 at 0x1000 that signs its return address (paciasp), then saves it with x29 (stp).
    #[rustfmt::skip]
    const SIGNED: [u8; 60] = [
        // What functions share: version 3, units of 4 and of -8 bytes, x30 returns, and the frame ends at sp.
        16, 0, 0, 0, 255, 255, 255, 255, 3, 0, 4, 0x78, 30, 0x0c, 31, 0, 0, 0, 0, 0,
        // 32 bytes of code from 0x1000 on.
        36, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0,
        // At 0x1004, signed; at 0x1008, the frame ends 16 bytes above sp and holds x29 and x30.
        0x41, 0x2d, 0x41, 0x0e, 16, 0x9d, 2, 0x9e, 1, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// A stack of two words: x29, then x30 with its signature.
    struct Saved;

    impl Memory for Saved {
        fn read(&self, address: u64, into: &mut [u8]) -> usize {
            let bytes = [0x7ff0_u64, 0x00ab_aaaa_0040_1234].map(u64::to_le_bytes).concat();
            if address != 0x7fc0 {
                return 0;
            }
            into[..16].copy_from_slice(&bytes);
            16
        }

        fn is_constant(&self, _: u64) -> bool {
            false
        }
    }

    #[test]
    fn a_signed_return_address_is_followed() {
        let debug = Some(debug_frame(SIGNED.as_slice().into(), Abi::Aarch64));
        let tables = Unwinding { bases: BaseAddresses::default(), index: None, exceptions: None, debug };
        let walk = |address: u64| {
            let frame = Frame { abi: Abi::Aarch64, instruction: address, stack: 0x7fc0, base: 0x7fc0, link: 0x40_1234 };
            let registers = Registers::new(Abi::Aarch64, frame);
            let caller = tables.rule(address)?.apply(&registers, &Stack::new(&Saved), Abi::Aarch64)?;
            Some((caller.instruction, caller.stack()?, caller.get(29)?))
        };
        assert_eq!(walk(0x1000), Some((0x40_1234, 0x7fc0, 0x7fc0)));
        assert_eq!(walk(0x100c), Some((0xaaaa_0040_1234, 0x7fd0, 0x7ff0)));
        assert_eq!(walk(0x2000), None);
    }
}
