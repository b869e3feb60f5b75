//! Faults: which call they are for, and how they are done. A fault never corrupts the program: the call does not
//! happen, or really happens with the smaller length or later, and what was changed in registers and memory is put back.

use std::time::Duration;

use crate::syscall::errno::Errno;
use crate::syscall::fault::{Effect, Fault, Occurrence, can_be_short};
use crate::syscall::name::Name;
use crate::syscall::sys::Length;
use crate::trace::memory::TaskMemory;
use crate::trace::raw::{Abi, Memory, Raw};
use crate::trace::registers;

/// What is about to happen to a call.
#[derive(Debug, Default)]
pub struct Plan {
    /// The fault to be named.
    pub fault: Option<Fault>,
    pub errno: Option<Errno>,
    pub bytes: Option<u64>,
    pub delay: Option<Duration>,
}

/// A fault, and what became of it.
#[derive(Debug)]
struct Watched {
    fault: Fault,
    seen: u64,
    fired: bool,
}

/// The faults that were asked for.
#[derive(Debug)]
pub struct Injector(Vec<Watched>);

impl Injector {
    #[must_use]
    pub fn new(faults: &[Fault]) -> Injector {
        Injector(faults.iter().map(|fault| Watched { fault: fault.clone(), seen: 0, fired: false }).collect())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts this call, and says which faults are due: those that stop it come before those that shorten it, and
    /// these before those that delay it.
    pub fn plan(&mut self, raw: &Raw, name: Name, memory: TaskMemory) -> Plan {
        let mut plan = Plan::default();
        for index in 0..self.0.len() {
            if self.0[index].fault.concerns(raw.sys, name) && self.0[index].is_due() {
                self.add(&mut plan, index, (raw, memory));
            }
        }
        plan
    }

    fn add(&mut self, plan: &mut Plan, index: usize, (raw, memory): (&Raw, TaskMemory)) {
        let watched = &mut self.0[index];
        let done = match watched.fault.effect {
            Effect::Error { errno } => plan.errno.is_none().then(|| plan.errno = Some(errno)).is_some(),
            Effect::Short { bytes } => {
                let shortened = asked(raw, memory).is_some_and(|asked| asked > bytes);
                let fewest = plan.bytes.map_or(bytes, |planned| planned.min(bytes));
                shortened.then(|| plan.bytes = Some(fewest)).is_some()
            }
            Effect::Delay { delay } => {
                plan.delay = Some(plan.delay.unwrap_or_default() + delay);
                true
            }
        };
        if done {
            watched.fired = true;
            let replaces = plan.fault.as_ref().is_none_or(|named| rank(&watched.fault) < rank(named));
            if replaces {
                plan.fault = Some(watched.fault.clone());
            }
        }
    }

    /// Those that never happened, and how many calls of their name were seen.
    #[must_use]
    pub fn unused(&self) -> Vec<(Fault, u64)> {
        self.0.iter().filter(|watched| !watched.fired).map(|watched| (watched.fault.clone(), watched.seen)).collect()
    }
}

impl Watched {
    fn is_due(&mut self) -> bool {
        self.seen += 1;
        match self.fault.occurrence {
            Occurrence::Every => true,
            Occurrence::Nth(number) => self.seen == number,
        }
    }
}

fn rank(fault: &Fault) -> u8 {
    match fault.effect {
        Effect::Error { .. } => 0,
        Effect::Short { .. } => 1,
        Effect::Delay { .. } => 2,
    }
}

/// What was changed of a call.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The call does not happen: this is what it returns.
    pub skipped: Option<i64>,
    undo: Vec<Undo>,
}

#[derive(Clone, Debug)]
enum Undo {
    Register { index: usize, value: u64 },
    Memory { address: u64, bytes: Vec<u8> },
}

impl Change {
    /// Does what was planned, the task being stopped at the entry.
    #[must_use]
    pub fn make(plan: &Plan, tid: i32, raw: &Raw, shortcut: Option<u64>) -> Change {
        let mut change = Change::default();
        if let Some(errno) = plan.errno {
            change.skip(tid, -i64::from(errno.number()));
        } else if let Some(bytes) = plan.bytes {
            change.shorten(tid, raw, (bytes, shortcut));
        }
        change
    }

    pub fn skip(&mut self, tid: i32, result: i64) {
        if registers::skip(tid) {
            self.skipped = Some(result);
        }
    }

    /// `array`: where socketcall(2) holds the arguments.
    fn shorten(&mut self, tid: i32, raw: &Raw, (bytes, array): (u64, Option<u64>)) {
        let memory = TaskMemory(tid);
        match (raw.sys.length().and_then(Length::argument), array) {
            (Some(index), None) => self.argument(tid, raw, (index, bytes)),
            (Some(index), Some(array)) => {
                let word = u32::try_from(bytes).unwrap_or(u32::MAX).to_ne_bytes();
                self.memory(memory, array + 4 * index as u64, &word);
            }
            (None, _) => self.shorten_vector(memory, raw, bytes),
        }
    }

    fn shorten_vector(&mut self, memory: TaskMemory, raw: &Raw, bytes: u64) {
        let mut left = bytes;
        for (address, length) in vector(raw, memory).unwrap_or_default() {
            let kept = length.min(left);
            left -= kept;
            if kept < length {
                let word = kept.to_ne_bytes();
                self.memory(memory, address, &word[..raw.abi.word()]);
            }
        }
    }

    /// Changes a register of the call.
    pub fn argument(&mut self, tid: i32, raw: &Raw, (index, value): (usize, u64)) {
        if registers::set_argument(tid, raw.abi, index, value) {
            self.undo.push(Undo::Register { index, value: raw.arguments[index] });
        }
    }

    /// Changes memory of the program, little enough to be put back.
    pub fn memory(&mut self, memory: TaskMemory, address: u64, new: &[u8]) {
        let mut old = vec![0; new.len()];
        if memory.read(address, &mut old) == old.len() && memory.write(address, &mut new.to_vec()) {
            self.undo.push(Undo::Memory { address, bytes: old });
        }
    }

    /// In a task that the call made; its memory is the other's too, unless it is `alone` in a process of its own.
    pub fn put_back_in_newborn(mut self, tid: i32, abi: Abi, alone: bool) {
        self.undo.retain(|undo| alone || matches!(undo, Undo::Register { .. }));
        self.put_back(tid, abi);
    }

    /// At the exit of the call: everything is as it was.
    pub fn put_back(self, tid: i32, abi: Abi) {
        for undo in self.undo {
            match undo {
                Undo::Register { index, value } => drop(registers::put_back(tid, abi, index, value)),
                Undo::Memory { address, mut bytes } => drop(TaskMemory(tid).write(address, &mut bytes)),
            }
        }
    }

    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.undo.is_empty()
    }
}

/// How many bytes a call asks to move.
fn asked(raw: &Raw, memory: TaskMemory) -> Option<u64> {
    match raw.sys.length().filter(|_| can_be_short(raw.sys))?.argument() {
        Some(index) => Some(raw.arguments[index]),
        None => vector(raw, memory).map(|parts| parts.iter().fold(0, |sum: u64, part| sum.saturating_add(part.1))),
    }
}

/// The lengths of a struct iovec array: where each is, and what it is.
fn vector(raw: &Raw, memory: TaskMemory) -> Option<Vec<(u64, u64)>> {
    /// UIO_MAXIOV (readv(2)).
    const MOST: u64 = 1024;
    let word = raw.abi.word() as u64;
    let at = |address: u64| if word == 4 { memory.u32(address).map(u64::from) } else { memory.u64(address) };
    let (array, count) = match raw.sys.length()? {
        Length::Vector => (raw.arguments[1], raw.arguments[2]),
        // msg_name, msg_namelen (padded), msg_iov, msg_iovlen (recvmsg(2)).
        _ => (at(raw.arguments[1].checked_add(2 * word)?)?, at(raw.arguments[1].checked_add(3 * word)?)?),
    };
    let place = |index: u64| array.checked_add(2 * word * index + word);
    (0..count.min(MOST)).map(|index| place(index).and_then(|address| Some((address, at(address)?)))).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Injector;
    use crate::syscall::errno::Errno;
    use crate::syscall::fault::{Effect, Fault, Occurrence};
    use crate::syscall::name::Name;
    use crate::syscall::sys::Sys;
    use crate::trace::memory::TaskMemory;
    use crate::trace::raw::{Abi, Raw};

    #[test]
    fn occurrences_are_counted_over_all_calls() {
        let fault = |effect, occurrence| Fault { call: "connect".into(), effect, occurrence };
        let error = Effect::Error { errno: Errno::ECONNREFUSED };
        let delay = Effect::Delay { delay: Duration::from_millis(1) };
        let faults =
            [fault(error, Occurrence::Nth(2)), fault(delay, Occurrence::Every), fault(error, Occurrence::Nth(9))];
        let mut injector = Injector::new(&faults);
        let raw = Raw { sys: Sys::Connect, abi: Abi::X86_64, arguments: [0; 6] };
        let first = injector.plan(&raw, Name::Connect, TaskMemory(0));
        assert_eq!((first.errno, first.fault.as_ref()), (None, Some(&faults[1])));
        let second = injector.plan(&raw, Name::Connect, TaskMemory(0));
        assert_eq!((second.errno, second.fault.as_ref()), (Some(Errno::ECONNREFUSED), Some(&faults[0])));
        assert!(second.delay.is_some());
        assert_eq!(injector.unused(), [(faults[2].clone(), 2)]);
    }
}
