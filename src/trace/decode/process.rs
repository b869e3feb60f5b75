//! Processes, signals, time.

use crate::syscall::call::Value;
use crate::syscall::sys::Sys;
use crate::trace::decode::name;
use crate::trace::decode::tracee::{Bytes, Tracee, record};
use crate::trace::raw::Abi;

/// What a clone(2) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Birth {
    Fork,
    Vfork,
    Clone,
}

const CLONE_VM: u64 = 0x100;
const CLONE_VFORK: u64 = 0x4000;
/// What fork(3) asks besides: where thread identifiers are to be written.
const FORK_KEEPS: u64 = 0x100_0000 | 0x20_0000 | 0x10_0000 | 0x8_0000;
/// The signal of the child's end, in the flags of clone(2).
const END: u64 = 0xff;

struct Asked {
    flags: u64,
    end: u64,
    stack: u64,
}

fn asked(tracee: &Tracee<'_>) -> Option<Asked> {
    if tracee.sys == Sys::Clone {
        let flags = u64::from(tracee.unsigned(0));
        return Some(Asked { flags: flags & !END, end: flags & END, stack: tracee.argument(1) });
    }
    // struct clone_args, clone(2): eight words of 64 bits at least, in every interface.
    let given = tracee.bytes(tracee.argument(0), 64)?;
    Some(Asked { flags: given.wide(0)?, end: given.wide(32)?, stack: given.wide(40)? })
}

pub(super) fn birth(tracee: &Tracee<'_>) -> Birth {
    let child = u64::from(libc::SIGCHLD.unsigned_abs());
    match asked(tracee) {
        Some(asked) if asked.end == child && asked.flags & !FORK_KEEPS == 0 => Birth::Fork,
        Some(asked) if asked.end == child && asked.flags == CLONE_VM | CLONE_VFORK && asked.stack == 0 => Birth::Vfork,
        _ => Birth::Clone,
    }
}

/// `CLONE_VM|CLONE_THREAD`, and the signal of the child's end.
pub(super) fn clone_flags(tracee: &Tracee<'_>) -> Option<Value> {
    let asked = asked(tracee)?;
    let end = i32::try_from(asked.end).ok()?;
    match (asked.flags, end) {
        (0, 0) => Some(Value::Number(0)),
        (flags, 0) => Some(name::bits(name::CLONE, flags)),
        (0, end) => Some(name::signal(end)),
        (flags, end) => {
            let Value::Symbol(end) = name::signal(end) else { return Some(name::bits(name::CLONE, flags)) };
            Some(Value::Symbol(format!("{}|{end}", name::spelled(name::CLONE, flags))))
        }
    }
}

/// What waitpid(2) says of a child: `[exit(3)]`, `[SIGPIPE]`, `[SIGSEGV|WCOREDUMP]`, `[stopped(SIGTSTP)]`.
pub(super) fn status(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let status = tracee.int_at(address)?;
    let text = if libc::WIFEXITED(status) {
        format!("exit({})", libc::WEXITSTATUS(status))
    } else if libc::WIFSIGNALED(status) {
        let core = if libc::WCOREDUMP(status) { "|WCOREDUMP" } else { "" };
        format!("{}{core}", signal_name(libc::WTERMSIG(status)))
    } else if libc::WIFCONTINUED(status) {
        "continued()".to_owned()
    } else {
        format!("stopped({})", signal_name(libc::WSTOPSIG(status)))
    };
    Some(Value::List(vec![Value::Symbol(text)]))
}

fn signal_name(number: i32) -> String {
    crate::syscall::notation::signal_name(crate::syscall::signal::Signal::new(number))
}

/// The `siginfo_t` of waitid(2): the child, and how it ended.
pub(super) fn child_information(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let start = 8 + tracee.word();
    let given = tracee.bytes(address, start + 12)?;
    let (code, status) = (given.int(8)?, given.int(start + 8)?);
    let ended = match code {
        libc::CLD_EXITED => Value::Symbol(format!("exit({status})")),
        libc::CLD_KILLED | libc::CLD_DUMPED => Value::Symbol(signal_name(status)),
        libc::CLD_STOPPED | libc::CLD_TRAPPED => Value::Symbol(format!("stopped({})", signal_name(status))),
        libc::CLD_CONTINUED => Value::Symbol("continued()".to_owned()),
        _ => Value::Number(status.into()),
    };
    Some(record([("si_pid", Value::Number(given.int(start)?.into())), ("si_status", ended)]))
}

/// The kernel's `struct sigaction`: handler, flags, restorer, mask (`asm/signal.h`).
pub(super) fn action(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    const RESTORER: u64 = 0x400_0000;
    let word = tracee.word();
    let given = tracee.bytes(address, 3 * word + 8)?;
    let handler = match given.word(0)? {
        0 => Value::Symbol("SIG_DFL".to_owned()),
        1 => Value::Symbol("SIG_IGN".to_owned()),
        address => Value::Opaque(format!("{address:#x}")),
    };
    let mut fields = vec![("sa_handler".to_owned(), handler)];
    let mask = given.wide(3 * word)?;
    if mask != 0 {
        fields.push(("sa_mask".to_owned(), mask_names(mask)));
    }
    let flags = u64::from(given.unsigned(word)?) & !RESTORER;
    fields.push(("sa_flags".to_owned(), name::bits(name::ACTION, flags)));
    Some(Value::Record(fields))
}

/// `[SIGINT, SIGCHLD]`.
pub(super) fn mask(tracee: &Tracee<'_>, address: u64, size: u64) -> Option<Value> {
    if size != 8 {
        return None;
    }
    Some(mask_names(tracee.bytes(address, 8)?.wide(0)?))
}

/// The signals of a mask; where most are in it, those that are not, as strace(1) does: `~[SIGKILL]`.
fn mask_names(mask: u64) -> Value {
    let members = |mask: u64| (1..=64).filter(move |number| mask & (1 << (number - 1)) != 0);
    if mask.count_ones() > 32 {
        let left_out: Vec<String> = members(!mask).map(signal_name).collect();
        return Value::Opaque(format!("~[{}]", left_out.join(", ")));
    }
    Value::List(members(mask).map(name::signal).collect())
}

/// The last argument of pselect6(2).
pub(super) fn mask_behind(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let word = tracee.word();
    let given = tracee.bytes(address, 2 * word)?;
    match given.word(0)? {
        0 => Some(Value::Null),
        set => mask(tracee, set, given.word(word)?),
    }
}

/// Seconds, and their fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub seconds: i64,
    pub fraction: i64,
}

/// A `struct timespec`, as wide as the call takes it.
pub(super) fn timespec(tracee: &Tracee<'_>, address: u64) -> Option<Time> {
    // epoll_pwait2(2) came after the year 2038 was seen to come: 64 bits everywhere.
    let narrow = tracee.abi == Abi::I386 && tracee.sys != Sys::EpollPwait2;
    let size = if narrow { 4 } else { 8 };
    let given = tracee.bytes(address, 2 * size)?;
    // The nanoseconds are a `long`: what lies behind it in 64 bits is not looked at by the kernel either.
    Some(Time { seconds: given.signed(0, size)?, fraction: given.signed(size, tracee.word().min(size))? })
}

/// A `struct timeval` of two `long`.
pub(super) fn timeval(tracee: &Tracee<'_>, address: u64) -> Option<Time> {
    time(&tracee.bytes(address, 2 * tracee.word())?, (0, tracee.word()))
}

fn time(given: &Bytes, (offset, size): (usize, usize)) -> Option<Time> {
    Some(Time { seconds: given.signed(offset, size)?, fraction: given.signed(offset + size, size)? })
}

impl Time {
    pub(super) fn micro(self) -> Value {
        record([("tv_sec", Value::Number(self.seconds)), ("tv_usec", Value::Number(self.fraction))])
    }

    pub(super) fn nano(self) -> Value {
        record([("tv_sec", Value::Number(self.seconds)), ("tv_nsec", Value::Number(self.fraction))])
    }

    /// Nanoseconds shown as the microseconds that C gave.
    pub(super) fn nano_as_micro(self) -> Value {
        Time { fraction: self.fraction / 1000, ..self }.micro()
    }

    /// Nanoseconds shown as the milliseconds that C gave.
    pub(super) fn nano_as_milli(self) -> Value {
        Value::Number(self.seconds.saturating_mul(1000).saturating_add(self.fraction / 1_000_000))
    }
}

/// The `struct itimerval` of setitimer(2).
pub(super) fn timer(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let word = tracee.word();
    let given = tracee.bytes(address, 4 * word)?;
    let at = |offset: usize| time(&given, (offset, word)).map(Time::micro);
    Some(record([("it_interval", at(0)?), ("it_value", at(2 * word)?)]))
}
