//! ptrace(2) and waitpid(2) as the kernel has them. A task may be killed between any two requests: ESRCH is an answer
//! like another, and the end of the task is reported in its turn.

use std::ffi::c_void;
use std::marker::PhantomData;

use crate::syscall::errno::Errno;

/// A request that reads and writes nothing in our memory: its data is a number.
#[derive(Clone, Copy)]
struct Plain(i64);

/// A request that writes at most one `T` where its data points (ptrace(2)): its type is what makes [`fill`] safe.
struct Filling<T>(i64, PhantomData<T>);

const PEEK_DATA: Filling<u64> = Filling(2, PhantomData);
#[cfg(target_arch = "x86_64")]
const PEEK_USER: Filling<u64> = Filling(3, PhantomData);
#[cfg(target_arch = "x86_64")]
const POKE_USER: Plain = Plain(6);
const EVENT_MESSAGE: Filling<libc::c_ulong> = Filling(0x4201, PhantomData);
const SIGNAL_INFORMATION: Filling<libc::siginfo_t> = Filling(0x4202, PhantomData);
const SEIZE: Plain = Plain(0x4206);
const INTERRUPT: Plain = Plain(0x4207);
const SYSCALL_INFORMATION: Filling<Information> = Filling(0x420e, PhantomData);
#[cfg(target_arch = "aarch64")]
const GET_REGISTERS: i64 = 0x4204;
#[cfg(target_arch = "aarch64")]
const SET_REGISTERS: i64 = 0x4205;

/// Events of a stop, in the third byte of its status (ptrace(2)).
pub const EVENT_FORK: i32 = 1;
pub const EVENT_VFORK: i32 = 2;
pub const EVENT_CLONE: i32 = 3;
pub const EVENT_EXEC: i32 = 4;
pub const EVENT_EXIT: i32 = 6;
pub const EVENT_SECCOMP: i32 = 7;
pub const EVENT_STOP: i32 = 128;

/// TRACESYSGOOD, FORK, VFORK, CLONE, EXEC, EXIT.
pub const FOLLOW: i64 = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x40;
/// For a program that was launched with a filter.
pub const FILTERED: i64 = 0x80;
/// The kernel kills the traced when the tracer ends.
pub const KILL_WITH_US: i64 = 0x10_0000;

/// How a stopped task goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Until the filter, a signal or an event stops it.
    On,
    /// Until the beginning or the end of the next call, too.
    ToCall,
    /// It stays stopped by job control, and tells when it goes on.
    Listen,
    /// Without us.
    Free,
}

impl Go {
    fn request(self) -> Plain {
        match self {
            Go::On => Plain(7),
            Go::ToCall => Plain(24),
            Go::Free => Plain(17),
            Go::Listen => Plain(0x4208),
        }
    }
}

/// Where in a call a stopped task is, whatever the architecture: `struct ptrace_syscall_info` (linux/ptrace.h).
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Information {
    point: u8,
    padding: [u8; 3],
    /// AUDIT_ARCH_….
    pub architecture: u32,
    pub instruction: u64,
    pub stack: u64,
    data: [u64; 8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    Entry,
    Exit,
    /// Not in a call.
    Nowhere,
}

impl Information {
    #[must_use]
    pub fn point(&self) -> Point {
        match self.point {
            1 | 3 => Point::Entry,
            2 => Point::Exit,
            _ => Point::Nowhere,
        }
    }

    /// At the entry.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.data[0]
    }

    /// At the entry.
    #[must_use]
    pub fn arguments(&self) -> [u64; 6] {
        let mut arguments = [0; 6];
        arguments.copy_from_slice(&self.data[1..7]);
        arguments
    }

    /// At the exit: what the kernel returned, -4095 to -1 where it is an error.
    #[must_use]
    pub fn result(&self) -> i64 {
        self.data[0].cast_signed()
    }
}

/// # Safety
/// What the request writes at `data` is a live value of ours, of that type; a request that writes none there has a
/// number in its place.
#[allow(unsafe_code, reason = "the one request of ptrace(2)")]
unsafe fn request(request: i64, tid: i32, address: u64, data: *mut c_void) -> Result<i64, Errno> {
    // SAFETY: as the callers say; the rest is written into the traced task only.
    let result = unsafe { libc::syscall(libc::SYS_ptrace, request, i64::from(tid), address, data) };
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

#[allow(unsafe_code, reason = "ptrace(2)")]
fn ask(what: Plain, tid: i32, address: u64, data: u64) -> Result<i64, Errno> {
    let number = std::ptr::without_provenance_mut(usize::try_from(data).unwrap_or(usize::MAX));
    // SAFETY: a plain request takes its data as a number.
    unsafe { request(what.0, tid, address, number) }
}

#[allow(unsafe_code, reason = "ptrace(2)")]
fn fill<T>(what: &Filling<T>, tid: i32, address: u64, value: &mut T) -> Result<i64, Errno> {
    // SAFETY: the request writes at most one `T`, and this one outlives the call.
    unsafe { request(what.0, tid, address, std::ptr::from_mut(value).cast()) }
}

pub fn last_error() -> Errno {
    Errno::new(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO))
}

/// # Errors
/// EPERM where ptrace is refused or the task has a tracer, ESRCH.
pub fn seize(tid: i32, options: i64) -> Result<(), Errno> {
    ask(SEIZE, tid, 0, options.cast_unsigned()).map(drop)
}

/// The task stops soon, wherever it is.
///
/// # Errors
/// ESRCH.
pub fn interrupt(tid: i32) -> Result<(), Errno> {
    ask(INTERRUPT, tid, 0, 0).map(drop)
}

/// Lets a stopped task go on, with a signal (0: none). One that has been killed meanwhile needs nothing.
pub fn go(tid: i32, how: Go, signal: i32) {
    let _ = ask(how.request(), tid, 0, u64::from(signal.unsigned_abs()));
}

/// What the event of a stop says: the new task, the former task, the exit status.
#[must_use]
pub fn event_message(tid: i32) -> Option<u64> {
    let mut message = 0;
    fill(&EVENT_MESSAGE, tid, 0, &mut message).ok()?;
    Some(message)
}

/// The call that a stopped task begins or ends.
#[must_use]
pub fn information(tid: i32) -> Option<Information> {
    let mut information = Information::default();
    let size = size_of::<Information>() as u64;
    fill(&SYSCALL_INFORMATION, tid, size, &mut information).ok()?;
    Some(information)
}

/// Where a signal comes from: `si_code`, and `si_pid` where a process sent it.
#[must_use]
#[allow(unsafe_code, reason = "siginfo_t is a union of C")]
pub fn sender(tid: i32) -> Option<i32> {
    // SAFETY: siginfo_t is plain data, for which zeros are a value.
    let mut information: libc::siginfo_t = unsafe { std::mem::zeroed() };
    fill(&SIGNAL_INFORMATION, tid, 0, &mut information).ok()?;
    let sent = matches!(information.si_code, libc::SI_USER | libc::SI_TKILL | libc::SI_QUEUE);
    // SAFETY: for these codes the kernel has filled the pid (sigaction(2)).
    sent.then(|| unsafe { information.si_pid() })
}

/// Fills `into` with a set of registers (NT_…, linux/elf.h); false where the kernel has fewer bytes of it.
#[cfg(target_arch = "aarch64")]
#[must_use]
pub fn read_registers(tid: i32, set: u64, into: &mut [u8]) -> bool {
    exchange(GET_REGISTERS, tid, (set, into))
}

/// Gives a task a set of registers.
#[cfg(target_arch = "aarch64")]
pub fn write_registers(tid: i32, set: u64, from: &mut [u8]) -> bool {
    exchange(SET_REGISTERS, tid, (set, from))
}

#[cfg(target_arch = "aarch64")]
#[allow(unsafe_code, reason = "ptrace(2)")]
fn exchange(what: i64, tid: i32, (set, registers): (u64, &mut [u8])) -> bool {
    let mut vector = libc::iovec { iov_base: registers.as_mut_ptr().cast(), iov_len: registers.len() };
    // SAFETY: both requests read the iovec and write its length; at most as many bytes as it says are written where it
    // points, which is borrowed for longer.
    let done = unsafe { request(what, tid, set, (&raw mut vector).cast()) };
    done.is_ok() && vector.iov_len == registers.len()
}

/// A word of the task's `struct user`.
#[cfg(target_arch = "x86_64")]
#[must_use]
pub fn peek_user(tid: i32, offset: usize) -> Option<u64> {
    let mut word = 0_u64;
    fill(&PEEK_USER, tid, offset as u64, &mut word).ok()?;
    Some(word)
}

#[cfg(target_arch = "x86_64")]
pub fn poke_user(tid: i32, offset: usize, word: u64) -> bool {
    ask(POKE_USER, tid, offset as u64, word).is_ok()
}

/// A word of the task's memory.
#[must_use]
pub fn peek_data(tid: i32, address: u64) -> Option<u64> {
    let mut word = 0_u64;
    fill(&PEEK_DATA, tid, address, &mut word).ok()?;
    Some(word)
}

/// What waitpid(2) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    Report {
        tid: i32,
        status: i32,
    },
    /// WNOHANG: nobody has anything to report.
    Nothing,
    /// A signal of our own came first.
    Interrupted,
    /// Nobody is left to wait for.
    Nobody,
}

/// Waits for any task; not nix's waitpid, which loses real-time signals.
#[must_use]
#[allow(unsafe_code, reason = "waitpid with a raw status")]
pub fn wait(sleep: bool) -> Waited {
    let mut status = 0;
    let flags = libc::__WALL | if sleep { 0 } else { libc::WNOHANG };
    // SAFETY: the status is a live integer.
    let tid = unsafe { libc::waitpid(-1, &raw mut status, flags) };
    match tid {
        0 => Waited::Nothing,
        1.. => Waited::Report { tid, status },
        _ if last_error() == Errno::EINTR => Waited::Interrupted,
        _ => Waited::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::Information;

    #[test]
    fn the_structure_is_the_kernels() {
        assert_eq!(size_of::<Information>(), 88);
        assert_eq!(std::mem::offset_of!(Information, instruction), 8);
        assert_eq!(std::mem::offset_of!(Information, data), 24);
    }
}
