//! Socket addresses, and what their lengths say.

use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::trace::decode::tracee::Tracee;

/// The most that an address can hold: `struct sockaddr_storage`.
const LONGEST: usize = 128;

/// An address of that length, which the kernel takes for an `int`.
pub(super) fn address(tracee: &Tracee<'_>, at: u64, length: i64) -> Option<Value> {
    let length = usize::try_from(length).ok()?.min(LONGEST);
    Address::from_bytes(&tracee.bytes(at, length)?.bytes).map(Value::Address)
}

/// An address that the kernel has written: no longer than the room there was.
pub(super) fn filled(tracee: &Tracee<'_>, at: u64, (length, room): (i64, Option<i64>)) -> Option<Value> {
    address(tracee, at, length.min(room?))
}

/// The length behind a pointer.
pub(super) fn length(tracee: &Tracee<'_>, at: u64) -> Option<i64> {
    tracee.int_at(at).map(i64::from)
}
