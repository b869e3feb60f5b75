//! Where an ELF file keeps what stacks and source lines are read from (elf(5)). Only what is asked for is read, and
//! never more than its limit: the file is the traced program's own.

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::os::unix::fs::FileExt;
use std::rc::Rc;

use flate2::read::ZlibDecoder;
use object::elf::{
    ELFCOMPRESS_ZLIB, EM_386, EM_AARCH64, EM_X86_64, FileHeader32, FileHeader64, PF_X, PT_LOAD, SHF_COMPRESSED,
    SHT_NOBITS,
};
use object::read::elf::{CompressionHeader, FileHeader, ProgramHeader, SectionHeader};
use object::{LittleEndian, ReadCache};

use crate::trace::raw::Abi;

/// Files above this size are not looked into.
const LARGEST_FILE: u64 = 512 << 20;
/// Nor are sections, each.
const LARGEST_SECTION: u64 = 192 << 20;
/// Parsing an abbreviation or a file's name takes many times the bytes that describe it.
const LARGEST_ABBREV: u64 = 8 << 20;
const LARGEST_LINE: u64 = 32 << 20;
const MOST_SEGMENTS: usize = 64;
const MOST_SECTIONS: usize = 4096;
const LONGEST_NAME: usize = 32;

const E: LittleEndian = LittleEndian;

/// Reads an ELF file from the beginning, whether it is a file or the memory of a process.
trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// A part of the file that is mapped to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub offset: u64,
    pub size: u64,
    /// Where it is mapped, before the file as a whole is moved.
    pub address: u64,
}

#[derive(Clone, Debug)]
struct Section {
    name: String,
    address: u64,
    offset: u64,
    stored: u64,
    /// Bytes once it is inflated, where it is compressed.
    inflated: Option<u64>,
}

#[derive(Debug)]
enum Bytes {
    File(File),
    Memory(Vec<u8>),
}

/// An opened ELF file for one of the architectures that are traced.
#[derive(Debug)]
pub struct Elf {
    pub abi: Abi,
    pub segments: Vec<Segment>,
    sections: Vec<Section>,
    bytes: Bytes,
}

impl Elf {
    /// `None` where it is no ELF file of a known architecture, or where it is too large.
    pub fn open(file: File) -> Option<Elf> {
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() > LARGEST_FILE {
            return None;
        }
        let (abi, segments, sections) = headers(Box::new(file.try_clone().ok()?))?;
        Some(Elf { abi, segments, sections, bytes: Bytes::File(file) })
    }

    /// The same for an image that is in memory only: the vdso.
    pub fn from_memory(bytes: Vec<u8>) -> Option<Elf> {
        let (abi, segments, sections) = headers(Box::new(Cursor::new(bytes.clone())))?;
        Some(Elf { abi, segments, sections, bytes: Bytes::Memory(bytes) })
    }

    /// Whether there is a section of this name with something in it.
    pub fn has(&self, name: &str) -> bool {
        self.sections.iter().any(|section| section.name == name && section.stored > 0)
    }

    /// Where the section is mapped, before the file as a whole is moved.
    pub fn address(&self, name: &str) -> Option<u64> {
        self.sections.iter().find(|section| section.name == name).map(|section| section.address)
    }

    /// The bytes of a section, inflated; `None` where there is none, where it is too large, or where it is broken.
    pub fn section(&self, name: &str) -> Option<Rc<[u8]>> {
        let section = self.sections.iter().find(|section| section.name == name)?;
        let limit = limit(name);
        if section.stored > limit || section.inflated.is_some_and(|size| size > limit) {
            return None;
        }
        let stored = self.read(section.offset, section.stored)?;
        match section.inflated {
            None => Some(Rc::from(stored)),
            Some(size) => inflate(&stored, size),
        }
    }

    fn read(&self, offset: u64, size: u64) -> Option<Vec<u8>> {
        let length = usize::try_from(size).ok()?;
        match &self.bytes {
            Bytes::Memory(bytes) => {
                let start = usize::try_from(offset).ok()?;
                Some(bytes.get(start..start.checked_add(length)?)?.to_vec())
            }
            Bytes::File(file) if offset.checked_add(size)? <= file.metadata().ok()?.len() => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, offset).ok()?;
                Some(bytes)
            }
            Bytes::File(_) => None,
        }
    }
}

fn limit(name: &str) -> u64 {
    match name {
        ".debug_abbrev" => LARGEST_ABBREV,
        ".debug_line" => LARGEST_LINE,
        _ => LARGEST_SECTION,
    }
}

fn inflate(stored: &[u8], size: u64) -> Option<Rc<[u8]>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(stored).take(size).read_to_end(&mut bytes).ok()?;
    Some(Rc::from(bytes))
}

type Headers = (Abi, Vec<Segment>, Vec<Section>);

fn headers(source: Box<dyn Source>) -> Option<Headers> {
    let cache = ReadCache::new(source);
    if let Ok(header) = FileHeader64::<LittleEndian>::parse(&cache) {
        return read_headers(header, &cache);
    }
    read_headers(FileHeader32::<LittleEndian>::parse(&cache).ok()?, &cache)
}

type Cache = ReadCache<Box<dyn Source>>;

fn read_headers<H: FileHeader<Endian = LittleEndian>>(header: &H, cache: &Cache) -> Option<Headers> {
    header.endian().ok()?;
    let abi = abi(header)?;
    let programs = header.program_headers(E, cache).ok()?.iter();
    let runs = |program: &&H::ProgramHeader| program.p_type(E) == PT_LOAD && program.p_flags(E).contains(PF_X);
    let segments = programs.filter(runs).take(MOST_SEGMENTS).map(segment).collect();
    let table = header.sections(E, cache).ok()?;
    let named = |section: &H::SectionHeader| {
        let name = std::str::from_utf8(table.section_name(E, section).ok()?).ok()?;
        (name.len() <= LONGEST_NAME).then(|| place(name, section, cache))?
    };
    let sections = table.iter().take(MOST_SECTIONS).filter_map(named).collect();
    Some((abi, segments, sections))
}

fn abi(header: &impl FileHeader<Endian = LittleEndian>) -> Option<Abi> {
    match (header.e_machine(E), header.is_class_64()) {
        (EM_X86_64, true) => Some(Abi::X86_64),
        (EM_386, false) => Some(Abi::I386),
        (EM_AARCH64, true) => Some(Abi::Aarch64),
        _ => None,
    }
}

fn segment(program: &impl ProgramHeader<Endian = LittleEndian>) -> Segment {
    Segment { offset: program.p_offset(E).into(), size: program.p_filesz(E).into(), address: program.p_vaddr(E).into() }
}

fn place<S: SectionHeader<Endian = LittleEndian>>(name: &str, section: &S, cache: &Cache) -> Option<Section> {
    if section.sh_type(E) == SHT_NOBITS {
        return None;
    }
    let (name, address) = (name.to_owned(), section.sh_addr(E).into());
    if !section.sh_flags(E).contains(SHF_COMPRESSED) {
        let (offset, stored) = (section.sh_offset(E).into(), section.sh_size(E).into());
        return Some(Section { name, address, offset, stored, inflated: None });
    }
    let (header, offset, stored) = section.compression(E, cache).ok()??;
    let inflated = (header.ch_type(E) == ELFCOMPRESS_ZLIB).then(|| header.ch_size(E).into())?;
    Some(Section { name, address, offset, stored, inflated: Some(inflated) })
}
