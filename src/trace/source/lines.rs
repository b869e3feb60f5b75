//! The source line and the function of an address, by DWARF. Nothing is kept but the sections and an index of the
//! units: a file made to be expensive costs time, which is counted, and no memory.

use std::num::NonZeroU64;

use gimli::{AttributeValue, DebugInfoOffset, Dwarf, LineRow, Range, SectionId, UnitOffset, UnitRef};

use crate::observed::SourceLine;

use super::deadline::Deadline;
use super::elf::Elf;
use super::folders;
use super::scope::{contains, scopes};
use super::unwind::{Reader, reader};

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
/// From a function to the declaration that names it.
const MOST_HOPS: usize = 16;
/// Bytes of a name.
const LONGEST_NAME: usize = 255;
/// Bytes of each part of a path (PATH_MAX).
const LONGEST_PATH: usize = 4096;

/// The debug information of a file.
#[derive(Debug)]
pub struct Lines {
    dwarf: Dwarf<Reader>,
    units: Vec<DebugInfoOffset>,
    ranges: Vec<(Range, DebugInfoOffset)>,
}

impl Lines {
    /// Whether the file says anything of its source.
    pub fn are_in(elf: &Elf) -> bool {
        elf.has(".debug_info") && elf.has(".debug_line")
    }

    /// Reads the sections, and which unit is where.
    pub fn read(elf: &Elf, deadline: &Deadline) -> Option<Lines> {
        let mut total = 0_usize;
        let load = |section: SectionId| {
            let wanted = SECTIONS.contains(&section).then(|| elf.section(section.name())).flatten();
            let bytes = wanted.unwrap_or_default();
            total = total.saturating_add(bytes.len());
            if total > LARGEST { Err(()) } else { Ok(reader(bytes)) }
        };
        let dwarf = Dwarf::load(load).ok()?;
        let mut lines = Lines { dwarf, units: Vec::new(), ranges: Vec::new() };
        lines.index(deadline);
        Some(lines)
    }

    fn index(&mut self, deadline: &Deadline) {
        let mut headers = self.dwarf.units();
        while let Ok(Some(header)) = headers.next() {
            let Some(offset) = header.debug_info_offset() else { continue };
            if deadline.look().is_none() || self.ranges.len() >= MOST_RANGES {
                return;
            }
            self.units.push(offset);
            if let Ok(unit) = self.dwarf.unit(header) {
                let unit = UnitRef::new(&self.dwarf, &unit);
                index_unit(unit, deadline, |range| self.ranges.push((range, offset)));
            }
        }
    }

    /// The innermost function at `address`, as the file numbers addresses, that is not a system header's.
    pub fn find(&self, address: u64, deadline: &Deadline) -> Option<SourceLine> {
        let mut units = self.ranges.iter().filter(|(range, _)| contains(range, address));
        units.find_map(|(_, offset)| {
            deadline.look()?;
            let unit = self.dwarf.unit(self.dwarf.unit_header(*offset).ok()?).ok()?;
            self.find_in(UnitRef::new(&self.dwarf, &unit), address, deadline)
        })
    }

    fn find_in(&self, unit: UnitRef<'_, Reader>, address: u64, deadline: &Deadline) -> Option<SourceLine> {
        let row = row(unit, address, deadline)?;
        let mut place = row.line().map(|line| (row.file_index(), line));
        let scopes = scopes(unit, address, deadline)?;
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
        unit: UnitRef<'_, Reader>,
        place: Option<(u64, NonZeroU64)>,
        function: Option<UnitOffset>,
    ) -> Option<SourceLine> {
        let (file, line) = place?;
        let path = path(unit, file)?;
        if folders::is_system_source(&path) {
            return None;
        }
        let file = path.rsplit('/').next().map(cut).filter(|name| !name.is_empty())?;
        let function = function.and_then(|entry| self.name(unit, entry, MOST_HOPS));
        Some(SourceLine { file, line: u32::try_from(line.get()).ok()?, function })
    }

    /// The name of a function, which may be that of another entry, in another unit too.
    fn name(&self, unit: UnitRef<'_, Reader>, entry: UnitOffset, hops: usize) -> Option<String> {
        let entry = unit.entry(entry).ok()?;
        if let Some(name) = entry.attr_value(gimli::DW_AT_name) {
            return string(unit, name).map(|name| cut(&name));
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
                let other = self.dwarf.unit(header).ok()?;
                self.name(UnitRef::new(&self.dwarf, &other), entry, hops - 1)
            }
            _ => None,
        }
    }
}

fn index_unit(unit: UnitRef<'_, Reader>, deadline: &Deadline, mut add: impl FnMut(Range)) {
    let Ok(mut ranges) = unit.unit_ranges() else { return };
    let mut left = MOST_RANGES / 16;
    while let Ok(Some(range)) = ranges.next() {
        if left == 0 || deadline.tick().is_none() {
            return;
        }
        left -= 1;
        add(range);
    }
}

/// The row of the line table that covers the address.
fn row(unit: UnitRef<'_, Reader>, address: u64, deadline: &Deadline) -> Option<LineRow> {
    let mut rows = unit.line_program.clone()?.rows();
    let mut before: Option<LineRow> = None;
    let mut dropped = false;
    while let Some((_, row)) = rows.next_row().ok()? {
        deadline.tick()?;
        match before {
            None => dropped = row.address() == 0,
            Some(found) if !dropped && (found.address()..row.address()).contains(&address) => return Some(found),
            Some(_) => {}
        }
        before = (!row.end_sequence()).then_some(*row);
    }
    None
}

/// The file's path, as the compiler saw it: not always from the root.
fn path(unit: UnitRef<'_, Reader>, file: u64) -> Option<String> {
    let header = unit.line_program.as_ref()?.header();
    let file = header.file(file)?;
    let mut path = string(unit, file.path_name())?;
    for folder in [file.directory(header), header.directory(0)].into_iter().flatten() {
        if !path.starts_with('/') {
            path = format!("{}/{path}", string(unit, folder)?);
        }
    }
    Some(path)
}

fn string(unit: UnitRef<'_, Reader>, value: AttributeValue<Reader>) -> Option<String> {
    let text = unit.attr_string(value).ok()?;
    let bytes = text.bytes();
    Some(String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_PATH)]).into_owned())
}

/// At most [`LONGEST_NAME`] bytes, in whole characters.
fn cut(name: &str) -> String {
    name[..name.floor_char_boundary(LONGEST_NAME)].to_owned()
}
