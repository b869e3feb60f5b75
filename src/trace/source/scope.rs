//! The functions at an address, one inlined into the other, by DWARF.

use std::num::NonZeroU64;

use gimli::{AttributeValue, Range, RangeListsOffset, UnitOffset, UnitRef};

use super::deadline::Deadline;
use super::unwind::Reader;

/// Functions inlined into each other.
const DEEPEST_INLINE: usize = 64;

/// A function at an address, and where it was inlined into the one before it.
pub struct Scope {
    pub entry: UnitOffset,
    pub call: Option<(u64, NonZeroU64)>,
}

/// The functions at the address, the outermost first.
pub fn scopes(unit: UnitRef<'_, Reader>, address: u64, deadline: &Deadline) -> Option<Vec<Scope>> {
    let mut entries = unit.entries_raw(None).ok()?;
    let (mut scopes, mut outermost) = (Vec::new(), isize::MIN);
    while !entries.is_empty() && scopes.len() < DEEPEST_INLINE {
        deadline.tick()?;
        let (entry, depth) = (entries.next_offset(), entries.next_depth());
        let Some(abbreviation) = entries.read_abbreviation().ok()? else { continue };
        if depth <= outermost {
            break;
        }
        let function = abbreviation.tag() == gimli::DW_TAG_subprogram;
        if !function && abbreviation.tag() != gimli::DW_TAG_inlined_subroutine {
            entries.skip_attributes(abbreviation.attributes()).ok()?;
            continue;
        }
        let mut extent = Extent::default();
        for attribute in abbreviation.attributes() {
            let attribute = entries.read_attribute(*attribute).ok()?;
            extent.note(unit, attribute.name(), &attribute.value());
        }
        if extent.contains(unit, address, deadline)? {
            if function {
                scopes.clear();
                outermost = depth;
            }
            scopes.push(Scope { entry, call: extent.call() });
        }
    }
    Some(scopes)
}

/// What a linker has dropped is left at 0.
pub fn contains(range: &Range, address: u64) -> bool {
    range.begin != 0 && (range.begin..range.end).contains(&address)
}

/// Where a function's code is, and where it was inlined.
#[derive(Default)]
struct Extent {
    low: Option<u64>,
    high: Option<u64>,
    size: Option<u64>,
    ranges: Option<RangeListsOffset>,
    file: Option<u64>,
    line: Option<NonZeroU64>,
}

impl Extent {
    fn note(&mut self, unit: UnitRef<'_, Reader>, name: gimli::DwAt, value: &AttributeValue<Reader>) {
        let address = || unit.attr_address(value.clone()).ok().flatten();
        match name {
            gimli::DW_AT_low_pc => self.low = address(),
            gimli::DW_AT_high_pc => {
                self.high = address();
                self.size = value.udata_value();
            }
            gimli::DW_AT_ranges => self.ranges = unit.attr_ranges_offset(value.clone()).ok().flatten(),
            gimli::DW_AT_call_file => self.file = call_file(value),
            gimli::DW_AT_call_line => self.line = value.udata_value().and_then(NonZeroU64::new),
            _ => {}
        }
    }

    fn contains(&self, unit: UnitRef<'_, Reader>, address: u64, deadline: &Deadline) -> Option<bool> {
        let Some(offset) = self.ranges else { return Some(self.has_bounds_around(address)) };
        let Ok(mut ranges) = unit.ranges(offset) else { return Some(false) };
        while let Ok(Some(range)) = ranges.next() {
            deadline.tick()?;
            if contains(&range, address) {
                return Some(true);
            }
        }
        Some(false)
    }

    fn has_bounds_around(&self, address: u64) -> bool {
        let Some(begin) = self.low else { return false };
        let end = self.high.or_else(|| begin.checked_add(self.size?));
        end.is_some_and(|end| contains(&Range { begin, end }, address))
    }

    fn call(&self) -> Option<(u64, NonZeroU64)> {
        Some((self.file?, self.line?))
    }
}

fn call_file(value: &AttributeValue<Reader>) -> Option<u64> {
    match value {
        AttributeValue::FileIndex(index) => Some(*index),
        other => other.udata_value(),
    }
}
