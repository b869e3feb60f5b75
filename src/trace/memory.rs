//! The memory of a traced task.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::trace::ptrace;
use crate::trace::raw::Memory;

/// Of the task with this number, which must be stopped.
#[derive(Clone, Copy, Debug)]
pub struct TaskMemory(pub i32);

const WORD: usize = size_of::<u64>();

impl Memory for TaskMemory {
    fn read(&self, address: u64, into: &mut [u8]) -> usize {
        if into.is_empty() || address == 0 {
            return 0;
        }
        match transfer(libc::SYS_process_vm_readv, *self, address, into) {
            Ok(count) => count,
            Err(libc::EPERM | libc::ENOSYS) => self.peek(address, into),
            Err(_) => 0,
        }
    }

    fn is_constant(&self, address: u64) -> bool {
        let maps = std::fs::read_to_string(format!("/proc/{}/maps", self.0)).unwrap_or_default();
        maps.lines().filter_map(mapping).any(|(range, writable)| range.contains(&address) && !writable)
    }
}

/// A line of proc_pid_maps(5): where the mapping lies, and whether it can be written.
fn mapping(line: &str) -> Option<(std::ops::Range<u64>, bool)> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let number = |digits| u64::from_str_radix(digits, 16).ok();
    Some((number(start)?..number(end)?, rest.as_bytes().get(1) == Some(&b'w')))
}

/// Pages that were asked about, and whether they are constants of the program; at most [`PAGES`].
pub type Pages = BTreeMap<u64, bool>;

const PAGES: usize = 256;
const PAGE: u64 = 4096;

/// The memory of a task, and what is known of its pages already: to look at the mappings costs more than a call does.
#[derive(Debug)]
pub struct KnownMemory<'a> {
    pub task: TaskMemory,
    pub pages: &'a RefCell<Pages>,
}

impl Memory for KnownMemory<'_> {
    fn read(&self, address: u64, into: &mut [u8]) -> usize {
        self.task.read(address, into)
    }

    fn is_constant(&self, address: u64) -> bool {
        let mut pages = self.pages.borrow_mut();
        if pages.len() >= PAGES {
            pages.clear();
        }
        *pages.entry(address / PAGE).or_insert_with(|| self.task.is_constant(address))
    }
}

impl TaskMemory {
    /// Word by word: slow, but allowed wherever we are.
    fn peek(self, address: u64, into: &mut [u8]) -> usize {
        let mut done = 0;
        for chunk in into.chunks_mut(WORD) {
            let Some(at) = address.checked_add(done as u64) else { break };
            let Some(word) = ptrace::peek_data(self.0, at) else { break };
            chunk.copy_from_slice(&word.to_ne_bytes()[..chunk.len()]);
            done += chunk.len();
        }
        done
    }

    /// Whether all these bytes were written.
    #[must_use]
    pub fn write(self, address: u64, bytes: &mut [u8]) -> bool {
        transfer(libc::SYS_process_vm_writev, self, address, bytes) == Ok(bytes.len())
    }

    #[must_use]
    pub fn u32(self, address: u64) -> Option<u32> {
        let mut bytes = [0; 4];
        (self.read(address, &mut bytes) == 4).then(|| u32::from_ne_bytes(bytes))
    }

    #[must_use]
    pub fn u64(self, address: u64) -> Option<u64> {
        let mut bytes = [0; 8];
        (self.read(address, &mut bytes) == 8).then(|| u64::from_ne_bytes(bytes))
    }
}

#[allow(unsafe_code, reason = "process_vm_readv and process_vm_writev take bare addresses")]
fn transfer(call: libc::c_long, task: TaskMemory, address: u64, bytes: &mut [u8]) -> Result<usize, i32> {
    let local = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let remote = [address, bytes.len() as u64];
    // SAFETY: `local` covers a slice that is ours alone; the remote address is checked by the kernel.
    let count =
        unsafe { libc::syscall(call, i64::from(task.0), &raw const local, 1_u64, remote.as_ptr(), 1_u64, 0_u64) };
    usize::try_from(count).map_err(|_| ptrace::last_error().number())
}

#[cfg(test)]
mod tests {
    use nix::unistd::{SysconfVar, sysconf};

    use std::cell::RefCell;

    use super::{KnownMemory, PAGES, Pages, TaskMemory, mapping};
    use crate::trace::raw::Memory;

    #[test]
    fn only_what_is_there_is_read() {
        let own = TaskMemory(std::process::id().cast_signed());
        let words = [1_u64, 2];
        assert_eq!(own.u64(words.as_ptr().addr() as u64 + 8), Some(2));
        assert_eq!(own.read(0, &mut [0; 4]), 0);
        assert_eq!(own.read(u64::MAX - 2, &mut [0; 4]), 0);
    }

    #[test]
    fn a_constant_cannot_be_written() {
        static CONSTANT: &str = "bonjour";
        let own = TaskMemory(std::process::id().cast_signed());
        let (written, heap) = (7_u64, Box::new(7_u64));
        assert!(own.is_constant(CONSTANT.as_ptr().addr() as u64));
        assert!(!own.is_constant((&raw const written).addr() as u64));
        assert!(!own.is_constant((&raw const *heap).addr() as u64));
        assert!(!own.is_constant(0) && !TaskMemory(0).is_constant(CONSTANT.as_ptr().addr() as u64));
        assert_eq!(mapping("1000-2000 rw-p 0 08:01 12 /bin/x"), Some((0x1000..0x2000, true)));
        assert_eq!(mapping("1000-2000 r-xp 0 08:01 12 /bin/x"), Some((0x1000..0x2000, false)));
        assert_eq!((mapping(""), mapping("1000 r--p"), mapping("x-y r--p")), (None, None, None));
    }

    #[test]
    fn what_is_known_of_a_page_is_not_asked_again() {
        let pages = RefCell::new(Pages::from([(7, true), (8, false)]));
        let memory = KnownMemory { task: TaskMemory(std::process::id().cast_signed()), pages: &pages };
        assert!(memory.is_constant(7 * 4096 + 12) && !memory.is_constant(8 * 4096) && !memory.is_constant(9 * 4096));
        assert_eq!(pages.borrow().get(&9), Some(&false));
        for page in 10..1000 {
            assert!(!memory.is_constant(page * 4096));
        }
        assert!(pages.borrow().len() <= PAGES);
    }

    /// The kernel reads up to the end of the last page that is there, however large pages are.
    #[test]
    #[allow(unsafe_code, reason = "mmap, mprotect")]
    fn what_is_before_a_closed_page_is_read() {
        let page = usize::try_from(sysconf(SysconfVar::PAGE_SIZE).unwrap().unwrap()).unwrap();
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping at an address of the kernel's choice, to which nothing refers.
        let start = unsafe {
            let start = libc::mmap(std::ptr::null_mut(), 2 * page, access, flags, -1, 0);
            assert_eq!(libc::mprotect(start.byte_add(page), page, libc::PROT_NONE), 0);
            start.addr() as u64
        };
        let own = TaskMemory(std::process::id().cast_signed());
        let near = start + page as u64 - 5;
        assert_eq!(own.read(near, &mut [0; 100]), 5);
        assert_eq!(own.read(near + 5, &mut [0; 100]), 0);
    }
}
