//! One ELF file that traced processes run, and what has been found in it so far.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::observed::SourceLine;
use crate::trace::raw::Abi;

use super::deadline::Deadline;
use super::elf::Elf;
use super::lines::Lines;
use super::unwind::{Rule, Unwinding};

/// How long one file may be searched, all in all: some are made to be expensive.
const ALLOWANCE: Duration = Duration::from_secs(5);
/// Answers that are remembered, of each kind.
const MOST_ANSWERS: usize = 1 << 16;

/// Addresses are as the file numbers them, so that all processes that run it share what is found.
pub struct Image {
    elf: Elf,
    unwinding: OnceCell<Unwinding>,
    lines: OnceCell<Option<Lines>>,
    rules: Answers<Rc<Rule>>,
    places: Answers<SourceLine>,
    allowance: Cell<Duration>,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image").field("elf", &self.elf).finish_non_exhaustive()
    }
}

type Answers<T> = RefCell<HashMap<u64, Option<T>>>;

impl Image {
    pub fn new(elf: Elf) -> Image {
        Image {
            elf,
            unwinding: OnceCell::new(),
            lines: OnceCell::new(),
            rules: Answers::default(),
            places: Answers::default(),
            allowance: Cell::new(ALLOWANCE),
        }
    }

    pub fn abi(&self) -> Abi {
        self.elf.abi
    }

    /// Whether the file has debug information.
    pub fn has_lines(&self) -> bool {
        Lines::are_in(&self.elf)
    }

    /// The address, as the file numbers them, of what is at `offset` in the file.
    pub fn address(&self, offset: u64) -> Option<u64> {
        let inside = |offset: u64, start: u64, size: u64| offset.checked_sub(start).filter(|into| *into < size);
        self.elf.segments.iter().find_map(|segment| {
            inside(offset, segment.offset, segment.size).map(|into| segment.address.wrapping_add(into))
        })
    }

    pub fn rule(&self, address: u64) -> Option<Rc<Rule>> {
        self.remembered(&self.rules, address, |_| {
            self.unwinding.get_or_init(|| Unwinding::new(&self.elf)).rule(address).map(Rc::new)
        })
    }

    pub fn line(&self, address: u64) -> Option<SourceLine> {
        self.remembered(&self.places, address, |deadline| {
            self.lines.get_or_init(|| Lines::read(&self.elf, deadline)).as_ref()?.find(address, deadline)
        })
    }

    fn remembered<T: Clone>(
        &self,
        answers: &Answers<T>,
        address: u64,
        find: impl FnOnce(&Deadline) -> Option<T>,
    ) -> Option<T> {
        if let Some(answer) = answers.borrow().get(&address) {
            return answer.clone();
        }
        let answer = self.in_time(find);
        let mut answers = answers.borrow_mut();
        if answers.len() >= MOST_ANSWERS {
            answers.clear();
        }
        answers.insert(address, answer.clone());
        answer
    }

    fn in_time<T>(&self, find: impl FnOnce(&Deadline) -> Option<T>) -> Option<T> {
        if self.allowance.get().is_zero() {
            return None;
        }
        let begun = Instant::now();
        let answer = find(&Deadline::new(begun + self.allowance.get()));
        self.allowance.set(self.allowance.get().saturating_sub(begun.elapsed()));
        answer
    }
}
