//! The functions that a program takes from its libraries.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use super::elf::Elf;

/// Names that are given, at most, and bytes of each.
const MOST_NAMES: usize = 16384;
const LONGEST_NAME: usize = 255;

/// The names of the dynamic symbols that the program of the process `pid` does not define itself, sorted, each once
/// and without its version (elf(5), .dynsym); empty where it is static, gone, or no ELF file of a known architecture.
#[must_use]
pub fn imports(pid: i32) -> Vec<String> {
    imports_of(Path::new(&format!("/proc/{pid}/exe")))
}

/// The same for a file.
#[must_use]
pub fn imports_of(program: &Path) -> Vec<String> {
    let names = File::open(program).ok().and_then(Elf::open).and_then(|elf| undefined(&elf));
    names.unwrap_or_default()
}

pub(super) fn undefined(elf: &Elf) -> Option<Vec<String>> {
    let (symbols, strings) = (elf.section(".dynsym")?, elf.section(".dynstr")?);
    // Elf64_Sym and Elf32_Sym: the name comes first, the section's number stands at 6 or 14.
    let (size, section) = if elf.abi.word() == 8 { (24, 6) } else { (16, 14) };
    let missing = symbols.chunks_exact(size).filter(|symbol| symbol[section..section + 2] == [0, 0]);
    let names = missing.filter_map(|symbol| name(&strings, u32::from_le_bytes(*symbol.first_chunk()?)));
    let distinct: BTreeSet<String> = names.take(MOST_NAMES).collect();
    Some(distinct.into_iter().collect())
}

fn name(strings: &[u8], start: u32) -> Option<String> {
    let rest = strings.get(usize::try_from(start).ok()?..)?;
    let name = rest.iter().take(LONGEST_NAME + 1).position(|byte| *byte == 0).and_then(|length| rest.get(..length))?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dynamic_program_imports_what_it_calls() {
        let names = imports(std::process::id().cast_signed());
        assert!(names.iter().any(|name| name == "read"), "{names:?}");
        assert!(!names.iter().any(|name| name.contains('@')), "{names:?}");
    }

    #[test]
    fn what_is_no_program_imports_nothing() {
        assert!(imports_of(Path::new("/proc/self/status")).is_empty());
        assert!(imports_of(Path::new("/proc/self")).is_empty());
        assert!(imports_of(Path::new("/dev/zero")).is_empty());
        assert!(imports(i32::MAX).is_empty());
    }
}
