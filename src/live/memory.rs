//! The memory of an actor: where its variables and literals live, at real addresses that calls are given.
//!
//! Only what lies in this memory may be read or written for a lesson. Each region has a guard page at each end, so
//! that even a length that changes under our feet ends in a fault of the actor, never elsewhere.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::{ptr, slice};

use nix::unistd::{SysconfVar, sysconf};

use crate::live::kernel::Refusal;

/// Room for variables, in bytes. Pages that nobody touches cost nothing.
const VARIABLES: usize = 16 * 1024 * 1024;
/// Room for string literals.
const LITERALS: usize = 16 * 1024 * 1024;
/// The largest page of Linux.
const LARGEST_PAGE: usize = 64 * 1024;
/// The first page as small as Linux has them, so that a lesson is heard alike everywhere. Addresses below this one are
/// never mapped (`vm.mmap_min_addr`): the kernel answers EFAULT.
pub(super) const FIRST_PAGE: usize = 4096;

/// Zero-filled pages of our own, between two guard pages.
#[derive(Debug)]
pub(super) struct Region {
    base: usize,
    length: usize,
    /// Bytes of each guard page.
    guard: usize,
}

impl Region {
    /// # Errors
    /// Those of mmap(2).
    pub(super) fn new(length: usize) -> io::Result<Region> {
        Region::with_pages(length, page_size())
    }

    /// `page` is a multiple of the size of this machine's pages.
    #[allow(unsafe_code, reason = "mmap and mprotect")]
    fn with_pages(length: usize, page: usize) -> io::Result<Region> {
        let length = length.max(1).next_multiple_of(page);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new private mapping at an address of the kernel's choice touches nothing that exists.
        let start = unsafe { libc::mmap(ptr::null_mut(), length + 2 * page, libc::PROT_NONE, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let region = Region { base: start.expose_provenance() + page, length, guard: page };
        // SAFETY: the range lies inside the mapping just made.
        let opened = unsafe { libc::mprotect(region.base as *mut _, length, libc::PROT_READ | libc::PROT_WRITE) };
        if opened == 0 { Ok(region) } else { Err(io::Error::last_os_error()) }
    }

    pub(super) fn base(&self) -> usize {
        self.base
    }

    fn end(&self) -> usize {
        self.base + self.length
    }

    /// Its bytes at an address, read and written atomically: another thread of the actor, or the kernel in its place,
    /// may write there too.
    #[allow(unsafe_code, reason = "memory that calls are given by address")]
    fn cells(&self, address: usize, length: usize) -> Option<&[AtomicU8]> {
        // SAFETY: the range lies in the region, which stays mapped, readable and writable, while it is borrowed.
        self.contains(address, length)
            .then(|| unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(address), length) })
    }

    fn contains(&self, address: usize, length: usize) -> bool {
        address >= self.base && address.checked_add(length).is_some_and(|end| end <= self.end())
    }
}

impl Drop for Region {
    #[allow(unsafe_code, reason = "munmap")]
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, with its guard pages, and no reference into it is ever kept.
        unsafe { libc::munmap((self.base - self.guard) as *mut _, self.length + 2 * self.guard) };
    }
}

/// Bytes of a page of this machine: 4 KiB on x86-64; 4, 16 or 64 KiB on aarch64.
fn page_size() -> usize {
    let known = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    known.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0).unwrap_or(LARGEST_PAGE)
}

/// The regions of an actor, and what is taken in them.
#[derive(Debug)]
pub(super) struct Memory {
    variables: Region,
    used: usize,
    literals: Region,
    literals_used: usize,
    known_literals: HashMap<Vec<u8>, usize>,
    /// What getaddrinfo gave, by the address of its first entry.
    lists: HashMap<usize, Region>,
}

impl Memory {
    /// # Errors
    /// Those of mmap(2).
    pub(super) fn new() -> io::Result<Memory> {
        Ok(Memory {
            variables: Region::new(VARIABLES)?,
            used: 0,
            literals: Region::new(LITERALS)?,
            literals_used: 0,
            known_literals: HashMap::new(),
            lists: HashMap::new(),
        })
    }

    /// Room for a new variable, zero-filled, aligned as C does.
    pub(super) fn allocate(&mut self, size: usize, alignment: usize) -> Result<usize, Refusal> {
        let start = self.used.next_multiple_of(alignment.max(1));
        let end = start.checked_add(size).filter(|end| *end <= self.variables.length).ok_or(Refusal::OutOfMemory)?;
        self.used = end;
        Ok(self.variables.base + start)
    }

    /// Gives back the last variable allocated, for a declaration that is refused after all.
    pub(super) fn give_back(&mut self, address: usize, size: usize) {
        if address + size == self.variables.base + self.used {
            self.fill(address, 0, size).ok();
            self.used = address - self.variables.base;
        }
    }

    /// The address of a literal, ended by a NUL; equal literals share it, as compilers do.
    pub(super) fn literal(&mut self, text: &[u8]) -> Result<usize, Refusal> {
        if let Some(address) = self.known_literals.get(text) {
            return Ok(*address);
        }
        let room = self.literals.length - self.literals_used;
        if text.len() >= room {
            return Err(Refusal::OutOfMemory);
        }
        let address = self.literals.base + self.literals_used;
        self.literals_used += text.len() + 1;
        self.known_literals.insert(text.to_vec(), address);
        self.write(address, text)?;
        self.write(address + text.len(), &[0])?;
        Ok(address)
    }

    /// Keeps the room of a literal for another use: its address is not given again.
    pub(super) fn forget_literal(&mut self, text: &[u8]) {
        self.known_literals.remove(text);
    }

    /// The bytes of the literal that starts exactly there.
    pub(super) fn literal_at(&self, address: usize) -> Option<&[u8]> {
        self.known_literals.iter().find(|(_, known)| **known == address).map(|(text, _)| text.as_slice())
    }

    /// Takes charge of what getaddrinfo gave, until it is freed.
    pub(super) fn adopt_list(&mut self, list: Region) {
        self.lists.insert(list.base, list);
    }

    /// Releases a list by its first entry; false when there is none there.
    pub(super) fn release_list(&mut self, address: usize) -> bool {
        self.lists.remove(&address).is_some()
    }

    /// Checks that a range lies in this memory. Nothing is read of an empty one.
    pub(super) fn check(&self, address: usize, length: usize) -> Result<(), Refusal> {
        self.cells(address, length).map(drop)
    }

    fn cells(&self, address: usize, length: usize) -> Result<&[AtomicU8], Refusal> {
        if length == 0 {
            return Ok(&[]);
        }
        self.regions().find_map(|region| region.cells(address, length)).ok_or(Refusal::OutOfBounds)
    }

    fn regions(&self) -> impl Iterator<Item = &Region> {
        [&self.variables, &self.literals].into_iter().chain(self.lists.values())
    }

    /// From an address to the end of its region.
    fn rest(&self, address: usize) -> Result<&[AtomicU8], Refusal> {
        let region = self.regions().find(|region| region.contains(address, 1)).ok_or(Refusal::OutOfBounds)?;
        region.cells(address, region.end() - address).ok_or(Refusal::OutOfBounds)
    }

    pub(super) fn read(&self, address: usize, length: usize) -> Result<Vec<u8>, Refusal> {
        Ok(loaded(self.cells(address, length)?).collect())
    }

    pub(super) fn write(&self, address: usize, bytes: &[u8]) -> Result<(), Refusal> {
        let cells = self.cells(address, bytes.len())?;
        cells.iter().zip(bytes).for_each(|(cell, byte)| cell.store(*byte, Ordering::Relaxed));
        Ok(())
    }

    pub(super) fn fill(&self, address: usize, byte: u8, length: usize) -> Result<(), Refusal> {
        self.cells(address, length)?.iter().for_each(|cell| cell.store(byte, Ordering::Relaxed));
        Ok(())
    }

    /// The string that starts there, without its NUL.
    pub(super) fn string(&self, address: usize) -> Result<Vec<u8>, Refusal> {
        let cells = self.rest(address)?;
        let text: Vec<u8> = loaded(cells).take_while(|byte| *byte != 0).collect();
        if text.len() == cells.len() { Err(Refusal::OutOfBounds) } else { Ok(text) }
    }

    /// At most `limit` bytes of the string that starts there, which needs no NUL before them.
    pub(super) fn string_within(&self, address: usize, limit: usize) -> Result<Vec<u8>, Refusal> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        Ok(loaded(self.rest(address)?).take(limit).take_while(|byte| *byte != 0).collect())
    }
}

fn loaded(cells: &[AtomicU8]) -> impl Iterator<Item = u8> {
    cells.iter().map(|cell| cell.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_PAGE, Memory, Region, page_size};
    use crate::live::kernel::Refusal;

    #[test]
    fn a_variable_is_zero_and_aligned() {
        let mut memory = Memory::new().unwrap();
        memory.allocate(3, 1).unwrap();
        let address = memory.allocate(8, 8).unwrap();
        assert_eq!(address % 8, 0);
        assert_eq!(memory.read(address, 8).unwrap(), [0; 8]);
    }

    #[test]
    fn what_is_outside_is_refused() {
        let mut memory = Memory::new().unwrap();
        let address = memory.allocate(8, 8).unwrap();
        for (start, length) in [(0, 1), (1, 4), (address - 1, 2), (address, usize::MAX), (usize::MAX, 2)] {
            assert_eq!(memory.check(start, length), Err(Refusal::OutOfBounds), "{start:#x} {length}");
        }
        assert_eq!(memory.check(0, 0), Ok(()));
        assert_eq!(memory.allocate(usize::MAX, 1), Err(Refusal::OutOfMemory));
    }

    #[test]
    fn equal_literals_share_their_address() {
        let mut memory = Memory::new().unwrap();
        let ok = memory.literal(b"ok").unwrap();
        assert_eq!(memory.literal(b"non").unwrap(), ok + 3);
        assert_eq!(memory.literal(b"ok").unwrap(), ok);
        assert_eq!(memory.read(ok, 7).unwrap(), b"ok\0non\0");
        assert_eq!(memory.string(ok + 1).unwrap(), b"k");
        assert_eq!(memory.literal_at(ok), Some(b"ok".as_slice()));
    }

    #[test]
    fn a_string_without_end_is_refused() {
        let mut memory = Memory::new().unwrap();
        let region = Region::new(1).unwrap();
        let length = region.length;
        let base = region.base();
        memory.adopt_list(region);
        memory.fill(base, b'a', length).unwrap();
        assert_eq!(memory.string(base), Err(Refusal::OutOfBounds));
        assert_eq!(memory.string_within(base, 3).unwrap(), b"aaa");
        assert!(memory.release_list(base));
        assert_eq!(memory.check(base, 1), Err(Refusal::OutOfBounds));
    }

    /// The permissions of the mappings of this process in a range, and how many bytes each covers there.
    fn mapped(start: usize, end: usize) -> Vec<(String, usize)> {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let rows = maps.lines().filter_map(|line| {
            let (range, rest) = line.split_once(' ')?;
            let (from, to) = range.split_once('-')?;
            let at = |text| usize::from_str_radix(text, 16).unwrap();
            let (from, to) = (at(from).max(start), at(to).min(end));
            (from < to).then(|| (rest[..4].to_owned(), to - from))
        });
        rows.collect()
    }

    /// Pages of 16 KiB (Apple's computers, Raspberry Pi 5) and of 64 KiB are multiples of this machine's.
    #[test]
    fn guards_are_whole_pages_of_any_size() {
        for page in [page_size(), 16 * 1024, LARGEST_PAGE] {
            let region = Region::with_pages(page + 1, page).unwrap();
            let (base, length) = (region.base, region.length);
            assert_eq!(length, 2 * page);
            let expected = [("---p", page), ("rw-p", length), ("---p", page)].map(|(how, size)| (how.to_owned(), size));
            assert_eq!(mapped(base - page, base + length + page), expected, "{page}");
        }
    }

    #[test]
    fn a_refused_declaration_gives_its_room_back() {
        let mut memory = Memory::new().unwrap();
        let address = memory.allocate(4, 4).unwrap();
        memory.write(address, &[1, 2, 3, 4]).unwrap();
        memory.give_back(address, 4);
        assert_eq!(memory.allocate(4, 4), Ok(address));
        assert_eq!(memory.read(address, 4).unwrap(), [0; 4]);
    }
}
