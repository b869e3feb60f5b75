//! Who is ready: poll(2), select(2), epoll(7).

use crate::observed::Sets;
use crate::syscall::call::Value;
use crate::syscall::constant::Group;
use crate::trace::decode::name::Repeated;
use crate::trace::decode::tracee::{Bytes, SHOWN_ITEMS, Tracee, listed, record};
use crate::trace::raw::Abi;

/// Most descriptors of a set that are looked at.
const MOST_DESCRIPTORS: usize = 65_536;
/// Above what a system gives as descriptors (`fs.nr_open`), data of an event is something else.
const HIGHEST_DESCRIPTOR: i32 = 1_048_576;

/// `[{fd=3, events=POLLIN, revents=POLLIN}]`
pub(super) fn polled(tracee: &Tracee<'_>, (address, count): (u64, u64), answered: bool) -> Option<Value> {
    const SIZE: usize = 8;
    let shown = usize::try_from(count).unwrap_or(usize::MAX).min(SHOWN_ITEMS);
    if shown == 0 {
        return Some(Value::List(Vec::new()));
    }
    let given = tracee.bytes(address, shown * SIZE)?;
    let (mut asked, mut found) = (Repeated::new(Group::PollEvent), Repeated::new(Group::PollEvent));
    let item = |index: usize| {
        let at = index * SIZE;
        let (fd, events) = (Value::Number(given.int(at)?.into()), asked.flags(given.short(at + 4)?.into()));
        if !answered {
            return Some(record([("fd", fd), ("events", events)]));
        }
        Some(record([("fd", fd), ("events", events), ("revents", found.flags(given.short(at + 6)?.into()))]))
    };
    Some(listed((0..shown).map_while(item), count))
}

/// The descriptors of a `fd_set` below the limit that select(2) was given: `[3, 4]`.
pub(super) fn set(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let limit = usize::try_from(tracee.int(0)).unwrap_or(0).min(MOST_DESCRIPTORS);
    let bytes = if limit == 0 { Vec::new() } else { tracee.bytes(address, limit.div_ceil(8))?.bytes };
    let held = |fd: &usize| bytes.get(fd / 8).is_some_and(|byte| byte & (1 << (fd % 8)) != 0);
    let fds = || (0..limit).filter(held);
    let items = fds().filter_map(|fd| i64::try_from(fd).ok()).map(Value::Number);
    Some(listed(items, fds().count() as u64))
}

/// How the sets were given: what the kernel does not look at, and whether two of them are one.
pub(super) fn sets(tracee: &Tracee<'_>) -> Option<Sets> {
    if !tracee.sys.takes_sets() {
        return None;
    }
    let limit = usize::try_from(tracee.int(0)).unwrap_or(0).min(MOST_DESCRIPTORS);
    let addresses: Vec<u64> = (1..=3).map(|index| tracee.argument(index)).filter(|address| *address != 0).collect();
    let bits = 8 * tracee.word();
    // The kernel takes whole words: the last one holds more than its first argument says. Of none, the first one.
    let last = limit.div_ceil(bits).max(1) * bits;
    let beyond = |address: &u64| {
        let bytes = tracee.some(*address, last / 8);
        (limit..last).filter(move |fd| bytes.get(fd / 8).is_some_and(|byte| byte & (1 << (fd % 8)) != 0))
    };
    let mut left_out: Vec<i32> = addresses.iter().flat_map(beyond).filter_map(|fd| i32::try_from(fd).ok()).collect();
    left_out.sort_unstable();
    left_out.dedup();
    let shared = addresses.iter().enumerate().any(|(index, address)| addresses[..index].contains(address));
    Some(Sets { left_out, read: tracee.argument(1), shared })
}

/// Bytes of a `struct epoll_event`, and where its data lies: packed on x86.
fn layout(abi: Abi) -> (usize, usize) {
    match abi {
        Abi::X86_64 | Abi::I386 | Abi::I386Wide => (12, 4),
        Abi::Aarch64 => (16, 8),
    }
}

/// `{events=EPOLLIN, data={fd=3}}`
pub(super) fn event(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let (size, data) = layout(tracee.abi);
    event_at(&tracee.bytes(address, size)?, (0, data), &mut Repeated::new(Group::EpollEvent))
}

fn event_at(given: &Bytes, (at, data): (usize, usize), names: &mut Repeated) -> Option<Value> {
    let events = names.flags(given.unsigned(at)?.into());
    // A program that writes `data.fd` leaves the upper half as it was: only the lower one tells.
    let data = match given.int(at + data)? {
        fd @ -1..=HIGHEST_DESCRIPTOR => record([("fd", Value::Number(fd.into()))]),
        _ => record([("u64", Value::Opaque(format!("{:#x}", given.wide(at + data)?)))]),
    };
    Some(record([("events", events), ("data", data)]))
}

/// The events that epoll_wait(2) gave.
pub(super) fn events(tracee: &Tracee<'_>, address: u64, count: u64) -> Option<Value> {
    let (size, data) = layout(tracee.abi);
    let shown = usize::try_from(count).unwrap_or(usize::MAX).min(SHOWN_ITEMS);
    if shown == 0 {
        return Some(Value::List(Vec::new()));
    }
    let given = tracee.bytes(address, shown * size)?;
    let mut names = Repeated::new(Group::EpollEvent);
    Some(listed((0..shown).map_while(|index| event_at(&given, (index * size, data), &mut names)), count))
}
