//! Who is ready: poll, select, epoll.

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::Refusal;
use crate::syscall::name::Name;

pub(super) const TABLE: &[(Name, Implementation)] = &[
    (Name::Poll, poll),
    (Name::Select, select),
    (Name::EpollCreate1, epoll_create1),
    (Name::EpollCtl, epoll_ctl),
    (Name::EpollWait, epoll_wait),
    (Name::FdZero, fd_zero),
    (Name::FdSet, fd_set),
    (Name::FdClr, fd_clr),
    (Name::FdIsset, fd_isset),
];

type Made = Result<i64, Refusal>;

#[allow(unsafe_code, reason = "libc call")]
fn poll(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (count, timeout) = (a[1].as_size(), a[2].as_int());
    let reach = count.saturating_mul(size_of::<libc::pollfd>());
    let list = caller.buffer(&a[0], reach)? as *mut libc::pollfd;
    let count = count as libc::nfds_t;
    // SAFETY: the kernel reads and writes `count` structures, checked to be ours, or answers EFAULT.
    Ok(caller.timed(|| unsafe { libc::poll(list, count, timeout) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn select(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let limit = a[0].as_int();
    // The kernel reads and writes whole longs, as many as hold `limit` bits.
    let reach = usize::try_from(limit).unwrap_or(0).div_ceil(64) * 8;
    let mut sets = [std::ptr::null_mut(); 3];
    for (set, argument) in sets.iter_mut().zip(&a[1..4]) {
        *set = caller.buffer(argument, reach)? as *mut libc::fd_set;
    }
    let timeout = caller.structure::<libc::timeval>(&a[4])?;
    if !timeout.is_null() {
        // The C library reads it before the kernel does.
        caller.own(&a[4], size_of::<libc::timeval>())?;
    }
    let [read, write, except] = sets;
    // SAFETY: the sets are ours as far as `limit` reaches, or never mapped; the timeout is ours or NULL.
    Ok(caller.timed(|| unsafe { libc::select(limit, read, write, except, timeout) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn epoll_create1(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let flags = a[0].as_int();
    // SAFETY: a number.
    Ok(caller.timed(|| unsafe { libc::epoll_create1(flags) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn epoll_ctl(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (poller, operation, fd) = (caller.descriptor(&a[0]), a[1].as_int(), caller.descriptor(&a[2]));
    let event = caller.structure::<libc::epoll_event>(&a[3])?;
    // SAFETY: the kernel reads one structure, checked to be ours, or answers EFAULT.
    Ok(caller.timed(|| unsafe { libc::epoll_ctl(poller, operation, fd, event) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn epoll_wait(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (poller, room, timeout) = (caller.descriptor(&a[0]), a[2].as_int(), a[3].as_int());
    let reach = usize::try_from(room).unwrap_or(0).saturating_mul(size_of::<libc::epoll_event>());
    let events = caller.buffer(&a[1], reach)? as *mut libc::epoll_event;
    // SAFETY: the kernel writes at most `room` structures, checked to be ours, or answers EFAULT.
    Ok(caller.timed(|| unsafe { libc::epoll_wait(poller, events, room, timeout) }).into())
}

fn fd_zero(caller: &mut Interpreter, a: &[Datum]) -> Made {
    caller.state().memory.fill(a[0].address(), 0, size_of::<libc::fd_set>())?;
    Ok(0)
}

/// The byte of the set where this descriptor is, and its bit. Beyond FD_SETSIZE, C writes out of the set.
fn bit(caller: &Interpreter, a: &[Datum], function: Name) -> Result<(usize, u8), Refusal> {
    let fd = usize::try_from(a[0].as_int()).ok().filter(|fd| *fd < libc::FD_SETSIZE);
    let fd = fd.ok_or_else(|| bad(function, 0))?;
    Ok((caller.own(&a[1], size_of::<libc::fd_set>())? + fd / 8, 1 << (fd % 8)))
}

fn change(caller: &Interpreter, (address, bit): (usize, u8), on: bool) -> Made {
    let memory = &caller.state().memory;
    let byte = memory.read(address, 1)?[0];
    memory.write(address, &[if on { byte | bit } else { byte & !bit }])?;
    Ok(0)
}

fn fd_set(caller: &mut Interpreter, a: &[Datum]) -> Made {
    change(caller, bit(caller, a, Name::FdSet)?, true)
}

fn fd_clr(caller: &mut Interpreter, a: &[Datum]) -> Made {
    change(caller, bit(caller, a, Name::FdClr)?, false)
}

fn fd_isset(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (address, bit) = bit(caller, a, Name::FdIsset)?;
    let byte = caller.state().memory.read(address, 1)?[0];
    Ok(i64::from(byte & bit != 0))
}
