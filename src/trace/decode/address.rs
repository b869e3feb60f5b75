//! Socket addresses, and what their lengths say.

use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::trace::decode::tracee::Tracee;

/// The most that an address can hold: `struct sockaddr_storage`.
const LONGEST: usize = 128;

/// `struct sockaddr_un` (unix(7)), of which two bytes say the family.
const UNIX: usize = 110;
const FAMILY: usize = 2;

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

/// The length that an AF_UNIX address has in memory, where the one given stops before the end of its path.
pub(super) fn length_of_path(tracee: &Tracee<'_>, (at, given): (u64, i32)) -> Option<i64> {
    let given = usize::try_from(given).ok().filter(|given| (FAMILY + 1..UNIX).contains(given))?;
    let bytes = tracee.some(at, UNIX);
    let family = u16::from_ne_bytes([*bytes.first()?, *bytes.get(1)?]);
    let path = bytes.get(FAMILY..).filter(|_| i32::from(family) == libc::AF_UNIX)?;
    let length = FAMILY + path.iter().position(|byte| *byte == 0).unwrap_or(path.len());
    let clean = path[..length - FAMILY].iter().all(|byte| !byte.is_ascii_control());
    (clean && length > given).then(|| i64::try_from(length).ok()).flatten()
}
