//! The line of the program's source behind a call: the innermost frame of the stack that is the program's own and
//! has debug information (DWARF), not the C library's.

mod deadline;
mod elf;
mod folders;
mod image;
pub mod imports;
mod leaf;
mod lines;
mod process;
mod scope;
mod stack;
#[cfg(test)]
mod tests;
mod unwind;

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::rc::Rc;

use crate::observed::SourceLine;
use crate::trace::raw::{Abi, Memory};

use self::elf::Elf;
use self::image::Image;
use self::process::Process;

/// The registers that a stack is walked from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub abi: Abi,
    pub instruction: u64,
    pub stack: u64,
    /// rbp, x29: not always a frame's base.
    pub base: u64,
    /// x30 on aarch64, 0 elsewhere.
    pub link: u64,
}

/// What is known of the executables of the traced processes. Programs without debug information cost one look.
#[derive(Debug, Default)]
pub struct Sources {
    images: Images,
    /// `None` for a process whose program has no debug information.
    processes: HashMap<i32, Option<Process>>,
}

impl Sources {
    /// Whether the process has debug information at all: registers need not be read for one that has none.
    pub fn has_lines(&mut self, pid: i32) -> bool {
        self.process(pid).is_some()
    }

    /// Where in its source the process is: a task of `pid` (the process, not the thread) that is stopped at the entry
    /// of a call. Later is as good, but for vfork(2), whose child writes into the same stack. `None` where the debug
    /// information does not say.
    pub fn locate(&mut self, pid: i32, frame: Frame, memory: &dyn Memory) -> Option<SourceLine> {
        self.process(pid)?;
        let process = self.processes.get_mut(&pid)?.as_mut()?;
        process.locate(frame, memory, &mut self.images)
    }

    fn process(&mut self, pid: i32) -> Option<&Process> {
        let images = &mut self.images;
        self.processes.entry(pid).or_insert_with(|| Process::open(pid, images)).as_ref()
    }

    /// The process is another program now, or is gone.
    pub fn forget(&mut self, pid: i32) {
        self.processes.remove(&pid);
    }
}

/// Files that no process runs any more are kept up to this many.
const MOST_IMAGES: usize = 64;

/// Each file, read once for all the processes that run it.
#[derive(Debug, Default)]
struct Images {
    known: HashMap<Identity, Option<Rc<Image>>>,
}

/// A file that was compiled again is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Images {
    /// `None` where the file is not one that can be read.
    fn get(&mut self, file: File) -> Option<Rc<Image>> {
        let metadata = file.metadata().ok()?;
        let modified = (metadata.mtime(), metadata.mtime_nsec());
        let identity = Identity { device: metadata.dev(), inode: metadata.ino(), size: metadata.size(), modified };
        if self.known.len() >= MOST_IMAGES {
            self.known.retain(|_, image| image.as_ref().is_some_and(|image| Rc::strong_count(image) > 1));
        }
        let image = self.known.entry(identity).or_insert_with(|| Elf::open(file).map(Image::new).map(Rc::new));
        image.clone()
    }
}
