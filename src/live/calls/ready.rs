//! Who is ready: poll, select, epoll.

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::kernel::Refusal;
use crate::live::machine::Machine;
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
fn poll(machine: &mut Machine, a: &[Datum]) -> Made {
    let (count, timeout) = (a[1].as_size(), a[2].as_int());
    let reach = count.saturating_mul(size_of::<libc::pollfd>());
    let list = machine.buffer(&a[0], reach)? as *mut libc::pollfd;
    let count = count as libc::nfds_t;
    // SAFETY: the kernel reads and writes `count` structures, checked to be ours, or answers EFAULT.
    Ok(machine.timed(|| unsafe { libc::poll(list, count, timeout) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn select(machine: &mut Machine, a: &[Datum]) -> Made {
    let limit = a[0].as_int();
    // The kernel reads and writes whole longs, as many as hold `limit` bits.
    let reach = usize::try_from(limit).unwrap_or(0).div_ceil(64) * 8;
    let mut sets = [std::ptr::null_mut(); 3];
    for (set, argument) in sets.iter_mut().zip(&a[1..4]) {
        *set = machine.buffer(argument, reach)? as *mut libc::fd_set;
    }
    let timeout = machine.structure::<libc::timeval>(&a[4])?;
    if !timeout.is_null() {
        // The C library reads it before the kernel does.
        machine.own(&a[4], size_of::<libc::timeval>())?;
    }
    let [read, write, except] = sets;
    // SAFETY: the sets are ours as far as `limit` reaches, or never mapped; the timeout is ours or NULL.
    Ok(machine.timed(|| unsafe { libc::select(limit, read, write, except, timeout) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn epoll_create1(machine: &mut Machine, a: &[Datum]) -> Made {
    let flags = a[0].as_int();
    // SAFETY: a number.
    Ok(machine.timed(|| unsafe { libc::epoll_create1(flags) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn epoll_ctl(machine: &mut Machine, a: &[Datum]) -> Made {
    let (poller, operation, fd) = (machine.descriptor(&a[0]), a[1].as_int(), machine.descriptor(&a[2]));
    let event = machine.structure::<libc::epoll_event>(&a[3])?;
    // SAFETY: the kernel reads one structure, checked to be ours, or answers EFAULT.
    Ok(machine.timed(|| unsafe { libc::epoll_ctl(poller, operation, fd, event) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn epoll_wait(machine: &mut Machine, a: &[Datum]) -> Made {
    let (poller, room, timeout) = (machine.descriptor(&a[0]), a[2].as_int(), a[3].as_int());
    let reach = usize::try_from(room).unwrap_or(0).saturating_mul(size_of::<libc::epoll_event>());
    let events = machine.buffer(&a[1], reach)? as *mut libc::epoll_event;
    // SAFETY: the kernel writes at most `room` structures, checked to be ours, or answers EFAULT.
    Ok(machine.timed(|| unsafe { libc::epoll_wait(poller, events, room, timeout) }).into())
}

fn fd_zero(machine: &mut Machine, a: &[Datum]) -> Made {
    machine.world().memory.fill(a[0].address(), 0, size_of::<libc::fd_set>())?;
    Ok(0)
}

/// The byte of the set where this descriptor is, and its bit. Beyond FD_SETSIZE, C writes out of the set.
fn bit(machine: &Machine, a: &[Datum], function: Name) -> Result<(usize, u8), Refusal> {
    let fd = usize::try_from(a[0].as_int()).ok().filter(|fd| *fd < libc::FD_SETSIZE);
    let fd = fd.ok_or_else(|| bad(function, 0))?;
    Ok((machine.own(&a[1], size_of::<libc::fd_set>())? + fd / 8, 1 << (fd % 8)))
}

fn change(machine: &Machine, (address, bit): (usize, u8), on: bool) -> Made {
    let memory = &machine.world().memory;
    let byte = memory.read(address, 1)?[0];
    memory.write(address, &[if on { byte | bit } else { byte & !bit }])?;
    Ok(0)
}

fn fd_set(machine: &mut Machine, a: &[Datum]) -> Made {
    change(machine, bit(machine, a, Name::FdSet)?, true)
}

fn fd_clr(machine: &mut Machine, a: &[Datum]) -> Made {
    change(machine, bit(machine, a, Name::FdClr)?, false)
}

fn fd_isset(machine: &mut Machine, a: &[Datum]) -> Made {
    let (address, bit) = bit(machine, a, Name::FdIsset)?;
    let byte = machine.world().memory.read(address, 1)?[0];
    Ok(i64::from(byte & bit != 0))
}
