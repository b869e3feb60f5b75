//! The calls of those who watch several descriptors in one thread: fcntl(2), poll(2), epoll(7).

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use socket2::Socket;

use super::{Caller, fd, named, nothing, symbol};
use crate::syscall::call::Value;
use crate::syscall::constant::{Group, flags_of};

/// How many descriptors of a list are told.
const LISTED: usize = 8;

/// What a descriptor is watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    Nothing,
    Read,
    Write,
    /// The other end's FIN, or its RST, and no byte.
    Departure,
}

/// A change of what epoll watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Add(Interest),
    Modify(Interest),
    Delete,
}

impl Interest {
    #[must_use]
    pub fn for_poll(self) -> PollFlags {
        match self {
            Interest::Nothing => PollFlags::empty(),
            Interest::Read => PollFlags::POLLIN,
            Interest::Write => PollFlags::POLLOUT,
            Interest::Departure => PollFlags::from_bits_retain(libc::POLLRDHUP),
        }
    }

    #[must_use]
    pub fn for_epoll(self) -> EpollFlags {
        match self {
            Interest::Nothing => EpollFlags::empty(),
            Interest::Read => EpollFlags::EPOLLIN,
            Interest::Write => EpollFlags::EPOLLOUT,
            Interest::Departure => EpollFlags::EPOLLRDHUP,
        }
    }

    fn poll_name(self) -> Value {
        Value::Symbol(flags_of(Group::PollEvent, self.for_poll().bits().into()))
    }
}

/// From now until this moment, rounded up: a loop must not wake before, find nothing to do, and sleep again.
#[must_use]
pub fn timeout(until: Option<Instant>) -> PollTimeout {
    let Some(until) = until else { return PollTimeout::NONE };
    let left = until.saturating_duration_since(Instant::now()) + Duration::from_micros(999);
    PollTimeout::try_from(left.as_millis()).unwrap_or(PollTimeout::MAX)
}

/// Whether poll found something.
#[must_use]
pub fn is_ready(entry: &PollFd<'_>) -> bool {
    entry.any() != Some(false)
}

/// Whether the connection is broken, not only closed by the other end.
#[must_use]
pub fn is_broken(socket: &Socket) -> bool {
    // POLLRDHUP is not asked for here: what the wrapper does not know, it would hide with all the rest.
    let mut entry = [PollFd::new(socket.as_fd(), PollFlags::empty())];
    poll(&mut entry, PollTimeout::ZERO).is_ok()
        && entry[0].revents().is_some_and(|flags| flags.contains(PollFlags::POLLERR))
}

impl Caller {
    /// fcntl(2) with `F_SETFL`: calls on this socket never wait.
    ///
    /// # Errors
    /// Those of fcntl(2).
    pub fn set_nonblocking(&self, socket: &Socket) -> io::Result<()> {
        let call = || named("fcntl", vec![fd(socket), symbol("F_SETFL"), symbol("O_NONBLOCK")]);
        let real = || Ok(fcntl(socket, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map(drop)?);
        self.told(call, real, nothing)
    }

    /// poll(2). One interest a descriptor that is told: those beyond are socketlab's own.
    ///
    /// # Errors
    /// Those of poll(2).
    pub fn poll(&self, watched: &mut [PollFd<'_>], (interests, timeout): (&[Interest], PollTimeout)) -> io::Result<()> {
        let told = interests.len();
        let heard = self.speaker.is_heard();
        let asked = if heard { asked(watched, interests) } else { Vec::new() };
        let call = || {
            let number = Value::Number(i64::try_from(told).unwrap_or(i64::MAX));
            named("poll", vec![Value::List(asked.clone()), number, Value::Number(i32::from(timeout).into())])
        };
        let real = || {
            poll(watched, timeout)?;
            Ok(if heard { found(&watched[..told]) } else { (0, Vec::new()) })
        };
        self.told(call, real, |call, (count, found)| {
            if *count > 0 {
                call.arguments[0] = Value::List(found.clone());
            }
            *count
        })?;
        Ok(())
    }

    /// `epoll_create1`(2).
    ///
    /// # Errors
    /// Those of `epoll_create1`(2).
    pub fn epoll_create(&self) -> io::Result<Epoll> {
        let call = || named("epoll_create1", vec![Value::Number(0)]);
        let real = || Ok(Epoll::new(EpollCreateFlags::empty())?);
        self.told(call, real, |_, epoll| epoll.0.as_raw_fd().into())
    }

    /// `epoll_ctl`(2); the number of the descriptor comes back with its events.
    ///
    /// # Errors
    /// Those of `epoll_ctl`(2).
    pub fn epoll_change(&self, epoll: &Epoll, (socket, change): (&Socket, Change)) -> io::Result<()> {
        let data = socket.as_raw_fd().unsigned_abs().into();
        let event = |interest: Interest| EpollEvent::new(interest.for_epoll(), data);
        let call = || {
            let (operation, event) = match change {
                Change::Add(interest) => ("EPOLL_CTL_ADD", epoll_event(&event(interest))),
                Change::Modify(interest) => ("EPOLL_CTL_MOD", epoll_event(&event(interest))),
                Change::Delete => ("EPOLL_CTL_DEL", Value::Null),
            };
            named("epoll_ctl", vec![fd(&epoll.0), symbol(operation), fd(socket), event])
        };
        let real = || {
            match change {
                Change::Add(interest) => epoll.add(socket, event(interest)),
                Change::Modify(interest) => epoll.modify(socket, &mut event(interest)),
                Change::Delete => epoll.delete(socket),
            }?;
            Ok(())
        };
        self.told(call, real, nothing)
    }

    /// `epoll_wait`(2); how many events came. Those of the descriptor `own` are not told.
    ///
    /// # Errors
    /// Those of `epoll_wait`(2).
    pub fn epoll_wait(
        &self,
        epoll: &Epoll,
        events: &mut [EpollEvent],
        (timeout, own): (PollTimeout, u64),
    ) -> io::Result<usize> {
        let size = Value::Number(i64::try_from(events.len()).unwrap_or(i64::MAX));
        let heard = self.speaker.is_heard();
        let call = || {
            let timeout = Value::Number(i32::from(timeout).into());
            named("epoll_wait", vec![fd(&epoll.0), Value::Opaque("evenements".to_owned()), size.clone(), timeout])
        };
        let real = || {
            let count = epoll.wait(events, timeout)?;
            Ok((count, if heard { came(&events[..count], own) } else { (0, Vec::new()) }))
        };
        let result = self.told(call, real, |call, (_, (count, came))| {
            if *count > 0 {
                call.arguments[1] = Value::List(came.clone());
            }
            *count
        });
        result.map(|(count, _)| count)
    }
}

/// The first values of a list, and a sign that there are others.
fn listed(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.take(LISTED + 1).collect();
    if values.len() > LISTED {
        values[LISTED] = Value::Opaque("…".to_owned());
    }
    values
}

fn record(fields: [(&str, Value); 2]) -> Value {
    Value::Record(fields.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

fn asked(watched: &[PollFd<'_>], interests: &[Interest]) -> Vec<Value> {
    let entries = watched.iter().zip(interests);
    listed(entries.map(|(entry, interest)| record([("fd", fd(&entry.as_fd())), ("events", interest.poll_name())])))
}

/// How many entries are ready, and the first of them.
fn found(watched: &[PollFd<'_>]) -> (i64, Vec<Value>) {
    let ready = || watched.iter().filter(|entry| is_ready(entry));
    let name = |entry: &PollFd<'_>| match entry.revents() {
        Some(flags) => Value::Symbol(flags_of(Group::PollEvent, flags.bits().into())),
        // The one flag that the wrapper does not know.
        None => symbol("POLLRDHUP"),
    };
    let values = listed(ready().map(|entry| record([("fd", fd(&entry.as_fd())), ("revents", name(entry))])));
    (i64::try_from(ready().count()).unwrap_or(i64::MAX), values)
}

fn epoll_event(event: &EpollEvent) -> Value {
    let number = Value::Number(i64::try_from(event.data()).unwrap_or(-1));
    let data = Value::Record(vec![("fd".to_owned(), number)]);
    let events = Value::Symbol(flags_of(Group::EpollEvent, event.events().bits().into()));
    record([("events", events), ("data", data)])
}

/// How many events are told, and the first of them.
fn came(events: &[EpollEvent], own: u64) -> (i64, Vec<Value>) {
    let told = || events.iter().filter(|event| event.data() != own);
    (i64::try_from(told().count()).unwrap_or(i64::MAX), listed(told().map(epoll_event)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::sync::Arc;
    use std::time::Duration;

    use nix::poll::{PollFd, PollTimeout};
    use nix::sys::epoll::EpollEvent;
    use socket2::{Domain, Socket, Type};

    use super::{Caller, Change, Interest, is_broken, is_ready, timeout};
    use crate::event::Event;
    use crate::peer::speaker::{Heard, Listener, channel};
    use crate::peer::tally::Tally;
    use crate::syscall::notation::format_call;

    fn caller() -> (Caller, Listener) {
        let (speaker, listener) = channel(1000, &Arc::new(Tally::default()));
        (Caller::new(speaker, "serveur".to_owned()), listener)
    }

    fn returned(listener: &Listener) -> Vec<String> {
        let mut told = Vec::new();
        while let Heard::Event(event) = listener.hear(Duration::ZERO) {
            if let Event::Returned(returned) = *event {
                told.push(format_call(&returned.call.unwrap()));
            }
        }
        told
    }

    #[test]
    fn poll_tells_what_is_watched_and_what_is_ready() {
        let (caller, listener) = caller();
        let pairs: Vec<(Socket, Socket)> =
            (0..10).map(|_| Socket::pair(Domain::UNIX, Type::STREAM, None).unwrap()).collect();
        let own = pairs[9].0.as_fd();
        let mut watched: Vec<PollFd<'_>> =
            pairs.iter().map(|(socket, _)| PollFd::new(socket.as_fd(), Interest::Read.for_poll())).collect();
        watched.push(PollFd::new(own, Interest::Read.for_poll()));
        caller.poll(&mut watched, (&[Interest::Read; 10], PollTimeout::ZERO)).unwrap();
        (&pairs[3].1).write_all(b"x").unwrap();
        caller.poll(&mut watched, (&[Interest::Read; 10], PollTimeout::NONE)).unwrap();
        assert_eq!(watched.iter().filter(|entry| is_ready(entry)).count(), 1);
        let told = returned(&listener);
        assert!(told[0].contains("events=POLLIN}, …], 10, 0)"), "{told:?}");
        assert!(told[1].starts_with("poll([{fd=") && told[1].ends_with("revents=POLLIN}], 10, -1)"), "{told:?}");
        assert_eq!(told[1].matches("fd=").count(), 1);
    }

    #[test]
    fn epoll_tells_the_descriptor() {
        let (caller, listener) = caller();
        let (ours, theirs) = Socket::pair(Domain::UNIX, Type::STREAM, None).unwrap();
        caller.set_nonblocking(&ours).unwrap();
        let epoll = caller.epoll_create().unwrap();
        caller.epoll_change(&epoll, (&ours, Change::Add(Interest::Read))).unwrap();
        caller.epoll_change(&epoll, (&ours, Change::Modify(Interest::Departure))).unwrap();
        assert!(!is_broken(&ours));
        drop(theirs);
        let mut events = [EpollEvent::empty(); 4];
        assert_eq!(caller.epoll_wait(&epoll, &mut events, (timeout(None), u64::MAX)).unwrap(), 1);
        caller.epoll_change(&epoll, (&ours, Change::Delete)).unwrap();
        let told = returned(&listener).join("\n");
        assert!(told.contains("O_NONBLOCK") && told.contains("EPOLL_CTL_ADD"), "{told}");
        assert!(told.contains("{events=EPOLLHUP|EPOLLRDHUP, data={fd=") && told.contains("EPOLL_CTL_DEL"), "{told}");
    }
}
