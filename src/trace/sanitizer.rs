//! Whether a program was built with AddressSanitizer or LeakSanitizer: the symbols of an ELF file (elf(5)).

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A symbol that the build brings along, and the variable of its options.
const BUILDS: [(&[u8], &str); 2] = [(b"__asan_init", "ASAN_OPTIONS"), (b"__lsan_init", "LSAN_OPTIONS")];

/// Larger tables of names are not looked at.
const MOST: u64 = 32 << 20;

/// SHT_DYNSYM, and SHT_SYMTAB, which names what was linked statically.
const TABLES: [u64; 2] = [11, 2];

/// The variables of the options of the sanitizers in this program.
#[must_use]
pub fn options(program: &Path) -> Vec<&'static str> {
    let Ok(file) = File::open(program) else { return Vec::new() };
    let found = |table: u64| {
        let names = symbol_names(&file, table).unwrap_or_default();
        // A linker may keep a name as the end of a longer one.
        let has = |name: &[u8]| names.split(|byte| *byte == 0).any(|one| one.ends_with(name));
        BUILDS.iter().filter(|build| has(build.0)).map(|build| build.1).collect::<Vec<_>>()
    };
    TABLES.into_iter().map(found).find(|options| !options.is_empty()).unwrap_or_default()
}

/// Where the fields of the headers are, in bytes, for each width.
struct Layout {
    word: usize,
    /// e_shoff, e_shentsize, e_shnum.
    sections: [usize; 3],
    /// sh_offset, sh_size, sh_link.
    section: [usize; 3],
}

const WIDE: Layout = Layout { word: 8, sections: [0x28, 0x3a, 0x3c], section: [0x18, 0x20, 0x28] };
const NARROW: Layout = Layout { word: 4, sections: [0x20, 0x2e, 0x30], section: [0x10, 0x14, 0x18] };

fn symbol_names(file: &File, kind: u64) -> Option<Vec<u8>> {
    let mut head = [0; 64];
    file.read_exact_at(&mut head, 0).ok()?;
    let layout = match head {
        [0x7f, b'E', b'L', b'F', 2, ..] => WIDE,
        [0x7f, b'E', b'L', b'F', 1, ..] => NARROW,
        _ => return None,
    };
    let [table, size, count] = layout.sections;
    let (table, size, count) = (number(&head, table, layout.word)?, number(&head, size, 2)?, number(&head, count, 2)?);
    let section = |index: u64| {
        let mut bytes = [0; 64];
        let kept = usize::try_from(size).ok()?.min(bytes.len());
        file.read_exact_at(&mut bytes[..kept], table.checked_add(index.checked_mul(size)?)?).ok()?;
        Some(bytes)
    };
    let symbols = (0..count).filter_map(section).find(|bytes| number(bytes, 4, 4) == Some(kind))?;
    let [offset, length, link] = layout.section;
    let strings = section(number(&symbols, link, 4)?)?;
    let length = number(&strings, length, layout.word).filter(|length| *length <= MOST)?;
    let mut names = vec![0; usize::try_from(length).ok()?];
    file.read_exact_at(&mut names, number(&strings, offset, layout.word)?).ok()?;
    Some(names)
}

/// A little-endian number: sanitizers of other machines are not run here.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let mut word = [0; 8];
    word[..width].copy_from_slice(bytes.get(at..at + width)?);
    Some(u64::from_le_bytes(word))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::options;

    #[test]
    fn an_ordinary_program_has_none() {
        assert!(options(Path::new("/proc/self/exe")).is_empty());
        assert!(options(Path::new("/dev/null")).is_empty());
        assert!(options(Path::new("/nowhere")).is_empty());
    }

    #[test]
    fn a_cut_file_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let whole = std::fs::read("/proc/self/exe").unwrap();
        for length in [0, 4, 63, 64, 200, 4096] {
            let path = folder.path().join("cut");
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(options(&path).is_empty(), "{length}");
        }
    }
}
