//! From registers and memory to calls as C writes them. Pure but for the memory it is given, which is never trusted:
//! every length is bounded before anything is read or kept.

mod address;
mod control;
mod message;
mod name;
mod option;
mod process;
mod ready;
mod shape;
mod show;
mod tracee;
mod transfer;

use crate::observed::{Payload, Sets, Traced};
use crate::syscall::call::{Answer, Call, Outcome};
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;
use crate::trace::raw::{Memory, Raw};

use self::tracee::Tracee;
use self::transfer::Transfer;

/// What is known of a call when it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub call: Call,
    /// The descriptor that the call is about.
    pub fd: Option<i32>,
    /// The bytes to send; for a receive, its capacity alone.
    pub payload: Option<Payload>,
    /// The value-result length of accept and of its like; how far an AF_UNIX path goes beyond the length given.
    pub length_in: Option<i64>,
    /// How select(2) was given its sets.
    pub sets: Option<Sets>,
}

/// Decodes a call at its entry: out-parameters are shown as pointers (`0x7ffe…`), value-result lengths as they are.
#[must_use]
pub fn entry(raw: &Raw, memory: &dyn Memory) -> Entry {
    let tracee = Tracee::new(raw, memory);
    let mut transfer = Transfer::of(&tracee);
    if let Some(transfer) = transfer.as_mut().filter(|transfer| transfer.is_sent()) {
        transfer.read_all(&tracee);
    }
    let call = show::given(&tracee, transfer.as_ref());
    let payload = transfer.map(Transfer::payload);
    let sets = ready::sets(&tracee);
    Entry { call, fd: descriptor(&tracee), payload, length_in: length_in(&tracee), sets }
}

/// Completes a call that has returned: out-parameters, received bytes. `result` is what the kernel returned, an errno
/// where it lies between -4095 and -1.
#[must_use]
pub fn leave(raw: &Raw, traced: &mut Traced, result: i64, memory: &dyn Memory) -> Outcome {
    let task = Tracee::new(raw, memory);
    let failure = i32::try_from(result).ok().filter(|number| (-4095..=-1).contains(number));
    let Some(number) = failure else {
        succeeded(&task, traced, result);
        return Outcome::Returned(Answer::Number(result));
    };
    let errno = Errno::new(-number);
    show::failed(&task, &mut traced.call, errno);
    Outcome::Failed(errno)
}

fn succeeded(task: &Tracee<'_>, traced: &mut Traced, result: i64) {
    let count = u64::try_from(result).unwrap_or_default();
    let mut transfer = transfer::is_told_afterwards(task.sys).then(|| Transfer::of(task)).flatten();
    if let Some(transfer) = transfer.as_mut().filter(|transfer| !transfer.is_sent())
        && !transfer::is_discarded(task, traced.subject)
    {
        transfer.read_received(task, count);
    }
    let room = traced.length_in;
    show::filled(task, &mut traced.call, &show::Return { count, room, transfer: transfer.as_ref() });
    if let Some(transfer) = transfer.filter(|transfer| !transfer.is_sent()) {
        let truncated = transfer::is_cut(task, count) || transfer.has_cut_message(count);
        let asked = traced.payload.as_ref().map_or(0, |payload| payload.asked);
        traced.payload = Some(Payload { asked, truncated, ..transfer.payload() });
    }
}

/// The descriptor that a call is about: its first argument, or where the bytes go.
fn descriptor(tracee: &Tracee<'_>) -> Option<i32> {
    tracee.sys.descriptor().map(|index| tracee.int(index))
}

fn length_in(tracee: &Tracee<'_>) -> Option<i64> {
    let index = match tracee.sys {
        Sys::Accept | Sys::Accept4 | Sys::Getsockname | Sys::Getpeername => 2,
        Sys::Recvfrom if tracee.argument(4) != 0 => 5,
        Sys::Connect => return address::length_of_path(tracee, (tracee.argument(1), tracee.int(2))),
        Sys::Sendto => return address::length_of_path(tracee, (tracee.argument(4), tracee.int(5))),
        _ => return None,
    };
    address::length(tracee, tracee.argument(index))
}

#[cfg(test)]
mod tests;
