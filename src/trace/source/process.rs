//! What a traced process has mapped to run, and the walk of its stacks.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::ops::Range;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::observed::SourceLine;
use crate::trace::raw::Memory;

use super::elf::Elf;
use super::folders;
use super::image::Image;
use super::leaf;
use super::stack::{Registers, Stack};
use super::{Frame, Images};

/// Frames that are walked, at most.
const DEEPEST: usize = 64;
/// Bytes of /proc/PID/maps that are read, at most.
const LONGEST_MAPS: u64 = 16 << 20;
const LARGEST_VDSO: u64 = 1 << 16;
/// An address in no known mapping has the mappings read again, so many times for each process; then ever more rarely.
const OFTEN: u32 = 16;

/// A process whose program has debug information.
#[derive(Debug)]
pub struct Process {
    pid: i32,
    program: Rc<Image>,
    /// Its path as the mappings show it too, which may end in ` (deleted)`.
    path: Vec<u8>,
    modules: Vec<Module>,
    misses: u32,
}

/// A mapping that may be run.
#[derive(Debug)]
struct Module {
    range: Range<u64>,
    offset: u64,
    device: (u32, u32),
    inode: u64,
    path: Vec<u8>,
    image: OnceCell<Option<Rc<Image>>>,
}

/// A place in the code of a file.
struct Place {
    image: Rc<Image>,
    /// As the file numbers addresses.
    address: u64,
    may_be_the_programs: bool,
}

impl Process {
    /// `None` where the program has no debug information.
    pub fn open(pid: i32, images: &mut Images) -> Option<Process> {
        let link = format!("/proc/{pid}/exe");
        let program = images.get(File::open(&link).ok()?).filter(|image| image.has_lines())?;
        let path = fs::read_link(&link).ok()?.into_os_string().into_vec();
        let mut process = Process { pid, program, path, modules: Vec::new(), misses: 0 };
        process.read_modules();
        Some(process)
    }

    /// The innermost frame of the program's own.
    pub fn locate(&mut self, frame: Frame, memory: &dyn Memory, images: &mut Images) -> Option<SourceLine> {
        let abi = self.program.abi();
        let stack = Stack::new(memory);
        let mut registers = Registers::new(abi, frame);
        for depth in 0..DEEPEST {
            let place = self.place(registers.instruction, memory, images)?;
            if place.may_be_the_programs
                && let Some(line) = place.image.line(place.address)
            {
                return Some(line);
            }
            let rule = place.image.rule(place.address);
            let caller = rule.as_ref().and_then(|rule| rule.apply(&registers, &stack, abi));
            registers = match caller {
                None if depth == 0 => leaf::caller(abi, &registers, &stack, rule.as_deref())?,
                other => other?,
            };
        }
        None
    }

    /// What the code before `instruction` is: a return address may be past the end of the function that called, and
    /// a system call's instruction too is before it.
    fn place(&mut self, instruction: u64, memory: &dyn Memory, images: &mut Images) -> Option<Place> {
        let at = instruction.checked_sub(1)?;
        let index = self.index(at)?;
        let module = self.modules.get(index)?;
        let programs = module.path == self.path;
        let mut open = || if programs { Some(Rc::clone(&self.program)) } else { module.open(self.pid, memory, images) };
        let image = module.image.get_or_init(|| open().filter(|image| image.abi() == self.program.abi())).clone()?;
        let address = image.address((at - module.range.start).checked_add(module.offset)?)?;
        Some(Place { image, address, may_be_the_programs: programs || module.is_no_system_library() })
    }

    fn index(&mut self, address: u64) -> Option<usize> {
        self.find(address).or_else(|| {
            if self.should_look_again() {
                self.read_modules();
            }
            self.find(address)
        })
    }

    fn find(&self, address: u64) -> Option<usize> {
        let after = self.modules.partition_point(|module| module.range.start <= address);
        let index = after.checked_sub(1)?;
        self.modules.get(index)?.range.contains(&address).then_some(index)
    }

    fn should_look_again(&mut self) -> bool {
        self.misses = self.misses.saturating_add(1);
        self.misses <= OFTEN || self.misses.is_power_of_two()
    }

    fn read_modules(&mut self) {
        let Ok(maps) = File::open(format!("/proc/{}/maps", self.pid)) else { return };
        let mut bytes = Vec::new();
        if maps.take(LONGEST_MAPS).read_to_end(&mut bytes).is_ok() {
            self.modules = bytes.split(|byte| *byte == b'\n').filter_map(module).collect();
        }
    }
}

impl Module {
    fn open(&self, pid: i32, memory: &dyn Memory, images: &mut Images) -> Option<Rc<Image>> {
        match self.path.as_slice() {
            b"[vdso]" => Some(Rc::new(Image::new(Elf::from_memory(self.bytes(memory)?)?))),
            _ => images.get(self.file(pid)?),
        }
    }

    fn bytes(&self, memory: &dyn Memory) -> Option<Vec<u8>> {
        let size = (self.range.end - self.range.start).min(LARGEST_VDSO);
        let mut bytes = vec![0; usize::try_from(size).ok()?];
        let length = memory.read(self.range.start, &mut bytes).min(bytes.len());
        bytes.truncate(length);
        Some(bytes)
    }

    /// The mapped file, by its path if that has not been replaced meanwhile, else by the mapping itself.
    fn file(&self, pid: i32) -> Option<File> {
        let root = PathBuf::from(format!("/proc/{pid}/root"));
        let path = Path::new(OsStr::from_bytes(&self.path));
        let named = path.strip_prefix("/").ok().and_then(|path| plain(&root.join(path)));
        let mapping =
            || plain(Path::new(&format!("/proc/{pid}/map_files/{:x}-{:x}", self.range.start, self.range.end)));
        named.filter(|file| self.is(file)).or_else(mapping)
    }

    /// Whether the file is the one that is mapped. Some file systems show another device in the mappings.
    fn is(&self, file: &File) -> bool {
        file.metadata().is_ok_and(|metadata| {
            let device = (libc::major(metadata.dev()), libc::minor(metadata.dev()));
            metadata.ino() == self.inode || device != self.device
        })
    }

    fn is_no_system_library(&self) -> bool {
        self.path.starts_with(b"/") && !folders::is_system_library(&self.path)
    }
}

/// Opens a plain file; another kind of file would block, or be disturbed.
fn plain(path: &Path) -> Option<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    file.metadata().ok()?.is_file().then_some(file)
}

/// A line of /proc/PID/maps (proc_pid_maps(5)), where it is of something that may be run and has a name.
fn module(line: &[u8]) -> Option<Module> {
    let mut fields = line.splitn(6, |byte| *byte == b' ');
    let mut field = || std::str::from_utf8(fields.next()?).ok();
    let (start, end) = field()?.split_once('-')?;
    let range = hexadecimal(start)?..hexadecimal(end)?;
    let runs = field()?.contains('x');
    let offset = hexadecimal(field()?)?;
    let (major, minor) = field()?.split_once(':')?;
    let device = (u32::from_str_radix(major, 16).ok()?, u32::from_str_radix(minor, 16).ok()?);
    let inode = field()?.parse().ok()?;
    let path = fields.next()?.trim_ascii_start().to_vec();
    (runs && !path.is_empty()).then(|| Module { range, offset, device, inode, path, image: OnceCell::new() })
}

fn hexadecimal(digits: &str) -> Option<u64> {
    u64::from_str_radix(digits, 16).ok()
}
