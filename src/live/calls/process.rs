//! Processes and signals.

use std::os::fd::AsRawFd;
use std::sync::{Arc, PoisonError};

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::control_channel::{self, Notice};
use crate::live::interpreter::{Interpreter, address_bits, die, set_errno};
use crate::live::kernel::Refusal;
use crate::live::memory::FIRST_PAGE;
use crate::live::signal::interruption;
use crate::syscall::name::Name;

pub(super) const TABLE: &[(Name, Implementation)] = &[
    (Name::Fork, fork),
    (Name::Waitpid, waitpid),
    (Name::Getpid, getpid),
    (Name::Getppid, getppid),
    (Name::Kill, kill),
    (Name::Sigaction, sigaction),
    (Name::Signal, signal),
    (Name::Alarm, alarm),
    (Name::Pause, pause),
    (Name::Sleep, sleep),
    (Name::Usleep, usleep),
    (Name::Exit, exit),
    (Name::ExitNow, exit_at_once),
    (Name::Wifexited, |_, a| Ok(i64::from(libc::WIFEXITED(a[0].as_int())))),
    (Name::Wexitstatus, |_, a| Ok(i64::from(libc::WEXITSTATUS(a[0].as_int())))),
    (Name::Wifsignaled, |_, a| Ok(i64::from(libc::WIFSIGNALED(a[0].as_int())))),
    (Name::Wtermsig, |_, a| Ok(i64::from(libc::WTERMSIG(a[0].as_int())))),
];

type Made = Result<i64, Refusal>;

/// fork(2). The child gets a channel of its own, whose other end the parent sends to socketlab; it then ends the
/// statement in its own copy of the memory, and waits for orders.
#[allow(unsafe_code, reason = "libc call")]
fn fork(caller: &mut Interpreter, _: &[Datum]) -> Made {
    let (ours, theirs) = control_channel::pair().map_err(|_| Refusal::OutOfMemory)?;
    let state = Arc::clone(&caller.state);
    // Held across the call: no other thread of ours is then in the middle of a change, which the child would inherit.
    let guard = state.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the child goes on with this thread alone; the only lock of ours is held by this very thread, and glibc
    // makes its allocator usable again in the child.
    let pid = caller.timed(|| unsafe { libc::fork() });
    drop(guard);
    match pid {
        0 => {
            drop(theirs);
            if caller.become_child(ours).is_err() {
                die();
            }
        }
        -1 => {}
        _ => {
            let name = caller.births.take().unwrap_or_else(|| format!("{}-{pid}", caller.name));
            caller.say(&Notice::Birth { name, process: Some(pid) }, &[theirs.as_raw_fd()]);
        }
    }
    Ok(pid.into())
}

#[allow(unsafe_code, reason = "libc call")]
fn waitpid(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (pid, options) = (a[0].as_int(), a[2].as_int());
    let status = caller.structure::<i32>(&a[1])?;
    // The status comes to us first: socketlab must know it too.
    let mut known = 0;
    let unmapped = !status.is_null() && status.addr() < FIRST_PAGE;
    let target = if unmapped { status } else { &raw mut known };
    // SAFETY: the kernel writes one int, ours, or answers EFAULT for a page never mapped.
    let reaped = caller.timed(|| unsafe { libc::waitpid(pid, target, options) });
    if reaped > 0 {
        if !status.is_null() && !unmapped {
            caller.state().memory.write(status.addr(), &known.to_ne_bytes())?;
        }
        if libc::WIFEXITED(known) || libc::WIFSIGNALED(known) {
            caller.say(&Notice::Reaped { pid: reaped, status: known }, &[]);
        }
    }
    Ok(reaped.into())
}

#[allow(unsafe_code, reason = "libc call")]
fn getpid(caller: &mut Interpreter, _: &[Datum]) -> Made {
    // SAFETY: no argument, no failure.
    Ok(caller.timed(|| unsafe { libc::getpid() }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn getppid(caller: &mut Interpreter, _: &[Datum]) -> Made {
    // SAFETY: no argument, no failure.
    Ok(caller.timed(|| unsafe { libc::getppid() }).into())
}

/// kill(2), within the actor's own process group; elsewhere, only signal 0, which harms nobody.
#[allow(unsafe_code, reason = "libc call")]
fn kill(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (pid, signal) = (a[0].as_int(), a[1].as_int());
    if signal != 0 && !in_own_group(pid) {
        return Err(bad(Name::Kill, 0));
    }
    // SAFETY: two numbers; the target is the actor's own family.
    Ok(caller.timed(|| unsafe { libc::kill(pid, signal) }).into())
}

fn in_own_group(pid: i32) -> bool {
    use nix::unistd::{Pid, getpgid, getpgrp};
    let own = getpgrp();
    match pid {
        0 => true,
        -1 => false,
        i32::MIN..=-2 => Pid::from_raw(-pid) == own,
        // A process that does not exist harms nobody: ESRCH.
        _ => {
            getpgid(Some(Pid::from_raw(pid))).is_ok_and(|group| group == own)
                || getpgid(Some(Pid::from_raw(pid))) == Err(nix::errno::Errno::ESRCH)
        }
    }
}

/// What stands for every handler of a lesson: that the signal was caught is all that a lesson sees.
extern "C" fn caught(_: i32) {}

/// What the kernel is given for the handler that a lesson wrote: SIG_DFL, SIG_IGN or a name.
fn disposition(caller: &Interpreter, handler: usize) -> Option<usize> {
    match handler {
        libc::SIG_DFL | libc::SIG_IGN => Some(handler),
        _ => caller.state().memory.literal_at(handler).map(|_| caught as *const () as usize),
    }
}

/// What the lesson reads back: the name it gave, for a handler of ours.
fn written_handler(caller: &Interpreter, signal: i32, previous: usize) -> usize {
    if previous == caught as *const () as usize {
        return caller.state().handlers.get(&signal).copied().unwrap_or_default();
    }
    previous
}

#[allow(unsafe_code, reason = "libc call")]
fn sigaction(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let signal = a[0].as_int();
    if signal == interruption() {
        return Err(bad(Name::Sigaction, 0));
    }
    let (new, old) = (a[1].address(), a[2].address());
    for (index, address) in [(1, new), (2, old)] {
        if address != 0 {
            caller.own(&a[index], size_of::<libc::sigaction>())?;
        }
    }
    // SAFETY: an all-zero sigaction is a valid one.
    let mut previous: libc::sigaction = unsafe { std::mem::zeroed() };
    let mut asked = None;
    if new != 0 {
        // SAFETY: the whole structure lies in memory of ours, checked above, and any bytes are a valid value of it.
        let mut action: libc::sigaction = unsafe { std::ptr::read_unaligned(new as *const _) };
        let written = action.sa_sigaction;
        action.sa_sigaction = disposition(caller, written).ok_or_else(|| bad(Name::Sigaction, 1))?;
        asked = Some((action, written));
    }
    let given = asked.as_ref().map_or(std::ptr::null(), |(action, _)| &raw const *action);
    // SAFETY: both structures are ours; the handler, if any, does nothing, which is safe in any context.
    let done = caller.timed(|| unsafe { libc::sigaction(signal, given, &raw mut previous) });
    if done == 0 {
        previous.sa_sigaction = written_handler(caller, signal, previous.sa_sigaction);
        if old != 0 {
            // SAFETY: the whole structure lies in memory of ours, checked above.
            unsafe { std::ptr::write_unaligned(old as *mut _, previous) };
        }
        if let Some((_, written)) = asked {
            caller.state().handlers.insert(signal, written);
        }
    }
    Ok(done.into())
}

#[allow(unsafe_code, reason = "libc call")]
fn signal(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (signal, written) = (a[0].as_int(), a[1].address());
    let handler =
        disposition(caller, written).filter(|_| signal != interruption()).ok_or_else(|| bad(Name::Signal, 1))?;
    // SAFETY: the handler is SIG_DFL, SIG_IGN, or a function that does nothing.
    let previous = caller.timed(|| unsafe { libc::signal(signal, handler) });
    if previous == libc::SIG_ERR {
        return Ok(-1);
    }
    let previous = written_handler(caller, signal, previous);
    caller.state().handlers.insert(signal, written);
    Ok(address_bits(previous))
}

#[allow(unsafe_code, reason = "libc call")]
fn alarm(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let seconds = a[0].as_unsigned();
    // SAFETY: a number.
    Ok(caller.timed(|| unsafe { libc::alarm(seconds) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn pause(caller: &mut Interpreter, _: &[Datum]) -> Made {
    // SAFETY: no argument.
    Ok(caller.timed(|| unsafe { libc::pause() }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn sleep(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let seconds = a[0].as_unsigned();
    // SAFETY: a number.
    Ok(caller.timed(|| unsafe { libc::sleep(seconds) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn usleep(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let microseconds = a[0].as_unsigned();
    // SAFETY: a number.
    Ok(caller.timed(|| unsafe { libc::usleep(microseconds) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn exit(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let code = farewell(caller, a);
    // SAFETY: the other threads of the actor, if any, hold nothing that exit handlers use.
    unsafe { libc::exit(code) }
}

#[allow(unsafe_code, reason = "libc call")]
fn exit_at_once(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let code = farewell(caller, a);
    // SAFETY: _exit(2) has no precondition.
    unsafe { libc::_exit(code) }
}

fn farewell(caller: &mut Interpreter, a: &[Datum]) -> i32 {
    caller.announce();
    let code = a[0].as_int();
    caller.say(&Notice::Exiting { code: code & 0xff }, &[]);
    set_errno(caller.errno);
    code
}
