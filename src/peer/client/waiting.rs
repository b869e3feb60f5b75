//! poll(2), told.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::peer::caller::{Caller, named, symbol};
use crate::peer::stop::Stop;
use crate::syscall::call::Value;
use crate::syscall::constant::{Group, flags_of};

/// A descriptor that is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub descriptor: BorrowedFd<'a>,
    /// The number that is told.
    pub shown: i32,
    pub events: PollFlags,
}

impl Entry<'_> {
    fn told(&self, ready: Option<PollFlags>) -> Value {
        let flags = |flags: PollFlags| symbol(&flags_of(Group::PollEvent, flags.bits().into()));
        let mut fields = vec![("fd".to_owned(), Value::Number(self.shown.into()))];
        fields.push(("events".to_owned(), flags(self.events)));
        fields.extend(ready.map(|ready| ("revents".to_owned(), flags(ready))));
        Value::Record(fields)
    }
}

/// Waits until one of these is ready, that moment comes, or somebody asks to stop; what is ready, in the same order,
/// nothing where the wait ended otherwise. The wish to end is told as what it is for who waits: EINTR.
///
/// # Errors
/// Those of poll(2), EINTR apart.
pub fn wait(
    caller: &Caller,
    stop: &Stop,
    (entries, until): (&[Entry<'_>], Option<Instant>),
) -> io::Result<Vec<PollFlags>> {
    let milliseconds = until.map_or(-1, milliseconds_to);
    let list = |ready: &[PollFlags]| {
        Value::List(entries.iter().enumerate().map(|(index, entry)| entry.told(ready.get(index).copied())).collect())
    };
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let call = || named("poll", vec![list(&[]), Value::Number(count), Value::Number(milliseconds.into())]);
    let ready = caller.told(
        call,
        || look(stop, entries, milliseconds),
        |call, ready: &Vec<PollFlags>| {
            call.arguments[0] = list(ready);
            i64::try_from(ready.iter().filter(|flags| !flags.is_empty()).count()).unwrap_or(i64::MAX)
        },
    );
    match ready {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(vec![PollFlags::empty(); entries.len()]),
        ready => ready,
    }
}

fn look(stop: &Stop, entries: &[Entry<'_>], milliseconds: i32) -> io::Result<Vec<PollFlags>> {
    let mut watched: Vec<PollFd<'_>> =
        entries.iter().map(|entry| PollFd::new(entry.descriptor, entry.events)).collect();
    watched.push(PollFd::new(stop.descriptor(), PollFlags::POLLIN));
    poll(&mut watched, PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::NONE))?;
    let asked = watched.pop().is_some_and(|entry| entry.any().unwrap_or(true));
    let ready: Vec<PollFlags> = watched.iter().map(|entry| entry.revents().unwrap_or(PollFlags::POLLERR)).collect();
    if asked && ready.iter().all(PollFlags::is_empty) {
        return Err(io::Error::from_raw_os_error(libc::EINTR));
    }
    Ok(ready)
}

/// Rounded up: a poll that ends before its moment would be made again for nothing.
fn milliseconds_to(moment: Instant) -> i32 {
    let left = moment.saturating_duration_since(Instant::now());
    let rounded = left + Duration::from_nanos(999_999);
    i32::try_from(rounded.as_millis()).unwrap_or(i32::MAX)
}
