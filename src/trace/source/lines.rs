//! The source line and the function of an address, by DWARF. Nothing is kept but the sections and an index of the
//! units: a file made to be expensive costs time, which is counted, and no memory.

use std::cell::Cell;
use std::num::NonZeroU64;
use std::time::Instant;

use gimli::{
    AttributeValue, DebugInfoOffset, Dwarf, EndianRcSlice, LineRow, LittleEndian, Range, RangeListsOffset, SectionId,
    Unit, UnitOffset,
};

use crate::observed::SourceLine;

use super::elf::Elf;
use super::folders;
use super::unwind::reader;

type Reader = EndianRcSlice<LittleEndian>;

const SECTIONS: &[SectionId] = &[
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugInfo,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRanges,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
];

/// All sections together.
const LARGEST: usize = 384 << 20;
/// Ranges of units that are remembered.
const MOST_RANGES: usize = 1 << 20;
/// Functions inlined into each other.
const DEEPEST_INLINE: usize = 64;
/// From a function to the declaration that names it.
const MOST_HOPS: usize = 16;
/// Bytes of a name.
const LONGEST_NAME: usize = 255;

/// Stops what takes too long.
#[derive(Debug)]
pub struct Watch {
    deadline: Instant,
    ticks: Cell<u32>,
}

impl Watch {
    pub fn new(deadline: Instant) -> Watch {
        Watch { deadline, ticks: Cell::new(0) }
    }

    /// `None` once it is too late.
    fn tick(&self) -> Option<()> {
        self.ticks.set(self.ticks.get().wrapping_add(1));
        (!self.ticks.get().is_multiple_of(1024) || Instant::now() < self.deadline).then_some(())
    }
}

/// The debug information of a file.
#[derive(Debug)]
pub struct Lines {
    dwarf: Dwarf<Reader>,
    units: Vec<DebugInfoOffset>,
    ranges: Vec<(Range, DebugInfoOffset)>,
}

/// A function at an address, and where it was inlined into the one before it.
struct Scope {
    entry: UnitOffset,
    call: Option<(u64, NonZeroU64)>,
}

impl Lines {
    /// Whether the file says anything of its source.
    pub fn are_in(elf: &Elf) -> bool {
        elf.has(".debug_info") && elf.has(".debug_line")
    }

    /// Reads the sections, and which unit is where.
    pub fn read(elf: &Elf, watch: &Watch) -> Option<Lines> {
        let mut total = 0_usize;
        let load = |section: SectionId| {
            let wanted = SECTIONS.contains(&section).then(|| elf.section(section.name())).flatten();
            let bytes = wanted.unwrap_or_default();
            total = total.saturating_add(bytes.len());
            if total > LARGEST { Err(()) } else { Ok(reader(bytes)) }
        };
        let dwarf = Dwarf::load(load).ok()?;
        let mut lines = Lines { dwarf, units: Vec::new(), ranges: Vec::new() };
        lines.index(watch);
        Some(lines)
    }

    fn index(&mut self, watch: &Watch) {
        let mut headers = self.dwarf.units();
        while let Ok(Some(header)) = headers.next() {
            let Some(offset) = header.debug_info_offset() else { continue };
            if Instant::now() >= watch.deadline || self.ranges.len() >= MOST_RANGES {
                return;
            }
            self.units.push(offset);
            if let Ok(unit) = self.dwarf.unit(header) {
                index_unit(&self.dwarf, &unit, watch, |range| self.ranges.push((range, offset)));
            }
        }
    }

    /// The innermost function at `address`, as the file numbers addresses, that is not a system header's.
    pub fn find(&self, address: u64, watch: &Watch) -> Option<SourceLine> {
        let mut units = self.ranges.iter().filter(|(range, _)| contains(range, address));
        units.find_map(|(_, offset)| {
            let unit = self.dwarf.unit(self.dwarf.unit_header(*offset).ok()?).ok()?;
            self.find_in(&unit, address, watch)
        })
    }

    fn find_in(&self, unit: &Unit<Reader>, address: u64, watch: &Watch) -> Option<SourceLine> {
        let row = row(unit, address, watch)?;
        let mut place = row.line().map(|line| (row.file_index(), line));
        let scopes = self.scopes(unit, address, watch)?;
        for scope in scopes.iter().rev() {
            if let Some(found) = self.source(unit, place, Some(scope.entry)) {
                return Some(found);
            }
            place = scope.call;
        }
        if scopes.is_empty() { self.source(unit, place, None) } else { None }
    }

    fn source(
        &self,
        unit: &Unit<Reader>,
        place: Option<(u64, NonZeroU64)>,
        function: Option<UnitOffset>,
    ) -> Option<SourceLine> {
        let (file, line) = place?;
        let path = self.path(unit, file)?;
        if folders::is_system_source(&path) {
            return None;
        }
        let file = path.rsplit('/').next().map(cut).filter(|name| !name.is_empty())?;
        let function = function.and_then(|entry| self.name(unit, entry, MOST_HOPS));
        Some(SourceLine { file, line: u32::try_from(line.get()).ok()?, function })
    }

    /// The file's path, as the compiler saw it: not always from the root.
    fn path(&self, unit: &Unit<Reader>, file: u64) -> Option<String> {
        let header = unit.line_program.as_ref()?.header();
        let file = header.file(file)?;
        let mut path = self.string(unit, file.path_name())?;
        for folder in [file.directory(header), header.directory(0)].into_iter().flatten() {
            if !path.starts_with('/') {
                path = format!("{}/{path}", self.string(unit, folder)?);
            }
        }
        Some(path)
    }

    fn string(&self, unit: &Unit<Reader>, value: AttributeValue<Reader>) -> Option<String> {
        let text = self.dwarf.attr_string(unit, value).ok()?;
        Some(String::from_utf8_lossy(text.bytes().get(..text.bytes().len().min(4096))?).into_owned())
    }

    /// The functions at the address, the outermost first.
    fn scopes(&self, unit: &Unit<Reader>, address: u64, watch: &Watch) -> Option<Vec<Scope>> {
        let mut entries = unit.entries_raw(None).ok()?;
        let (mut scopes, mut outermost) = (Vec::new(), isize::MIN);
        while !entries.is_empty() && scopes.len() < DEEPEST_INLINE {
            watch.tick()?;
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
                extent.note(&self.dwarf, unit, attribute.name(), &attribute.value());
            }
            if extent.contains(&self.dwarf, unit, address, watch)? {
                if function {
                    scopes.clear();
                    outermost = depth;
                }
                scopes.push(Scope { entry, call: extent.call() });
            }
        }
        Some(scopes)
    }

    /// The name of a function, which may be that of another entry, in another unit too.
    fn name(&self, unit: &Unit<Reader>, entry: UnitOffset, hops: usize) -> Option<String> {
        let entry = unit.entry(entry).ok()?;
        if let Some(name) = entry.attr_value(gimli::DW_AT_name) {
            return self.string(unit, name).map(|name| cut(&name));
        }
        let origin =
            entry.attr_value(gimli::DW_AT_abstract_origin).or_else(|| entry.attr_value(gimli::DW_AT_specification))?;
        match origin {
            _ if hops == 0 => None,
            AttributeValue::UnitRef(offset) => self.name(unit, offset, hops - 1),
            AttributeValue::DebugInfoRef(offset) => {
                let before = self.units.partition_point(|unit| unit.0 <= offset.0);
                let header = self.dwarf.unit_header(*self.units.get(before.checked_sub(1)?)?).ok()?;
                let entry = offset.to_unit_offset(&header)?;
                self.name(&self.dwarf.unit(header).ok()?, entry, hops - 1)
            }
            _ => None,
        }
    }
}

fn index_unit(dwarf: &Dwarf<Reader>, unit: &Unit<Reader>, watch: &Watch, mut add: impl FnMut(Range)) {
    let Ok(mut ranges) = dwarf.unit_ranges(unit) else { return };
    let mut left = MOST_RANGES / 16;
    while let Ok(Some(range)) = ranges.next() {
        if left == 0 || watch.tick().is_none() {
            return;
        }
        left -= 1;
        add(range);
    }
}

/// What a linker has dropped is left at 0.
fn contains(range: &Range, address: u64) -> bool {
    range.begin != 0 && (range.begin..range.end).contains(&address)
}

/// The row of the line table that covers the address.
fn row(unit: &Unit<Reader>, address: u64, watch: &Watch) -> Option<LineRow> {
    let mut rows = unit.line_program.clone()?.rows();
    let mut before: Option<LineRow> = None;
    let mut dropped = false;
    while let Some((_, row)) = rows.next_row().ok()? {
        watch.tick()?;
        match before {
            None => dropped = row.address() == 0,
            Some(found) if !dropped && (found.address()..row.address()).contains(&address) => return Some(found),
            Some(_) => {}
        }
        before = (!row.end_sequence()).then_some(*row);
    }
    None
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
    fn note(&mut self, dwarf: &Dwarf<Reader>, unit: &Unit<Reader>, name: gimli::DwAt, value: &AttributeValue<Reader>) {
        let address = || dwarf.attr_address(unit, value.clone()).ok().flatten();
        match name {
            gimli::DW_AT_low_pc => self.low = address(),
            gimli::DW_AT_high_pc => {
                self.high = address();
                self.size = value.udata_value();
            }
            gimli::DW_AT_ranges => self.ranges = dwarf.attr_ranges_offset(unit, value.clone()).ok().flatten(),
            gimli::DW_AT_call_file => self.file = call_file(value),
            gimli::DW_AT_call_line => self.line = value.udata_value().and_then(NonZeroU64::new),
            _ => {}
        }
    }

    fn contains(&self, dwarf: &Dwarf<Reader>, unit: &Unit<Reader>, address: u64, watch: &Watch) -> Option<bool> {
        let Some(offset) = self.ranges else { return Some(self.has_bounds_around(address)) };
        let Ok(mut ranges) = dwarf.ranges(unit, offset) else { return Some(false) };
        while let Ok(Some(range)) = ranges.next() {
            watch.tick()?;
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

/// At most [`LONGEST_NAME`] bytes, in whole characters.
fn cut(name: &str) -> String {
    name[..name.floor_char_boundary(LONGEST_NAME)].to_owned()
}
