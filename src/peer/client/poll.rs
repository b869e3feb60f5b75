//! poll(2), told.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::peer::caller::{Caller, named, symbol};
use crate::peer::stop::Stop;
use crate::syscall::call::Value;
use crate::syscall::constant::{Group, flags_of};
use crate::syscall::name::Name;

/// Longer than anybody waits, and still a moment that the clock can hold: about a century.
pub const FOREVER: Duration = Duration::from_secs(1 << 32);

/// A descriptor that is waited for.
#[derive(Clone, Copy, Debug)]
pub struct PollEntry<'a> {
    pub descriptor: BorrowedFd<'a>,
    /// The number that is told.
    pub shown: i32,
    pub events: PollFlags,
}

impl PollEntry<'_> {
    fn told(&self, ready: Option<PollFlags>) -> Value {
        let flags = |flags: PollFlags| symbol(&flags_of(Group::PollEvent, flags.bits().into()));
        let mut fields = vec![("fd".to_owned(), Value::Number(self.shown.into()))];
        fields.push(("events".to_owned(), flags(self.events)));
        fields.extend(ready.map(|ready| ("revents".to_owned(), flags(ready))));
        Value::Record(fields)
    }
}

/// Waits until one of these is ready, that moment comes, or somebody asks to stop; what is ready, in the same order,
/// nothing where the wait ended otherwise. The descriptor of the wish to end is watched with the others, and told.
///
/// # Errors
/// Those of poll(2), EINTR apart.
pub fn wait(
    caller: &Caller,
    stop: &Stop,
    (entries, until): (&[PollEntry<'_>], Option<Instant>),
) -> io::Result<Vec<PollFlags>> {
    stop.introduce(caller.events());
    let wish =
        PollEntry { descriptor: stop.descriptor(), shown: stop.descriptor().as_raw_fd(), events: PollFlags::POLLIN };
    let all: Vec<PollEntry<'_>> = entries.iter().copied().chain([wish]).collect();
    let milliseconds = until.map_or(-1, milliseconds_to);
    let list = |ready: &[PollFlags]| {
        Value::List(all.iter().enumerate().map(|(index, entry)| entry.told(ready.get(index).copied())).collect())
    };
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let call = || named(Name::Poll, vec![list(&[]), Value::Number(count), Value::Number(milliseconds.into())]);
    let ready = caller.told(
        call,
        || look(&all, milliseconds),
        |call, (count, ready): &(i32, Vec<PollFlags>)| {
            call.arguments[0] = list(ready);
            (*count).into()
        },
    );
    match ready {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(vec![PollFlags::empty(); entries.len()]),
        ready => ready.map(|(_, mut ready)| {
            ready.truncate(entries.len());
            ready
        }),
    }
}

fn look(entries: &[PollEntry<'_>], milliseconds: i32) -> io::Result<(i32, Vec<PollFlags>)> {
    let mut watched: Vec<PollFd<'_>> =
        entries.iter().map(|entry| PollFd::new(entry.descriptor, entry.events)).collect();
    let count = poll(&mut watched, PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::NONE))?;
    Ok((count, watched.iter().map(|entry| entry.revents().unwrap_or(PollFlags::POLLERR)).collect()))
}

/// Rounded up: a poll that ends before its moment would be made again for nothing.
fn milliseconds_to(moment: Instant) -> i32 {
    let left = moment.saturating_duration_since(Instant::now());
    let rounded = left + Duration::from_nanos(999_999);
    i32::try_from(rounded.as_millis()).unwrap_or(i32::MAX)
}
