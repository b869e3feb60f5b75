//! The third arguments of fcntl(2) and ioctl(2).

use crate::syscall::call::Value;
use crate::syscall::constant::Group;
use crate::trace::decode::name::{self, constant, flags};
use crate::trace::decode::tracee::{Tracee, behind, pointer, record};

/// F_SETSIG and F_GETLK64, F_SETLK64, F_SETLKW64 of i386: fcntl(2).
const SETSIG: i32 = 10;
const LOCKS_64: std::ops::RangeInclusive<i32> = 12..=14;

pub(super) fn fcntl_argument(tracee: &Tracee<'_>) -> Value {
    let (command, number) = (tracee.int(1), i64::from(tracee.int(2)));
    match command {
        libc::F_SETFD => name::bits(&[("FD_CLOEXEC", 1)], u64::from(tracee.unsigned(2))),
        libc::F_SETFL => flags(Group::FileFlag, number),
        libc::F_DUPFD | libc::F_DUPFD_CLOEXEC | libc::F_SETOWN | libc::F_SETPIPE_SZ => Value::Number(number),
        SETSIG => name::signal(tracee.int(2)),
        libc::F_GETLK | libc::F_SETLK | libc::F_SETLKW => lock(tracee, tracee.word()),
        libc::F_OFD_GETLK | libc::F_OFD_SETLK | libc::F_OFD_SETLKW => lock(tracee, 8),
        command if tracee.word() == 4 && LOCKS_64.contains(&command) => lock(tracee, 8),
        _ => Value::Opaque(format!("{:#x}", tracee.argument(2))),
    }
}

/// `struct flock`, whose offsets have so many bytes.
fn lock(tracee: &Tracee<'_>, offset: usize) -> Value {
    let address = tracee.argument(2);
    let start = tracee.word().max(4);
    let shown = tracee.bytes(address, start + 2 * offset).and_then(|given| {
        Some(record([
            ("l_type", name::one_of(name::LOCK, given.short(0)?.into())),
            ("l_whence", constant(Group::SeekWhence, given.short(2)?.into())),
            ("l_start", Value::Number(given.signed(start, offset)?)),
            ("l_len", Value::Number(given.signed(start + offset, offset)?)),
        ]))
    });
    behind(address, shown)
}

pub(super) fn request(tracee: &Tracee<'_>) -> Value {
    match name::one_of(name::REQUEST, tracee.unsigned(1).into()) {
        Value::Number(unknown) => Value::Opaque(format!("{unknown:#x}")),
        known => known,
    }
}

const FIONREAD: u32 = 0x541b;
const FIONBIO: u32 = 0x5421;
const FIOASYNC: u32 = 0x5452;
const SIOCOUTQ: u32 = 0x5411;
const SIOCATMARK: u32 = 0x8905;

pub(super) fn ioctl_argument(tracee: &Tracee<'_>) -> Value {
    let address = tracee.argument(2);
    match tracee.unsigned(1) {
        FIONBIO | FIOASYNC => behind(address, number(tracee, address)),
        _ => pointer(address),
    }
}

/// What the kernel wrote there.
pub(super) fn ioctl_result(tracee: &Tracee<'_>) -> Option<Value> {
    match tracee.unsigned(1) {
        FIONREAD | SIOCOUTQ | SIOCATMARK => number(tracee, tracee.argument(2)),
        _ => None,
    }
}

fn number(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    tracee.int_at(address).map(|number| Value::List(vec![Value::Number(number.into())]))
}
