//! The calls of those who watch several descriptors in one thread: fcntl(2), poll(2), epoll(7).

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use socket2::Socket;

use super::{Caller, fd, named, nothing, symbol};
use crate::syscall::call::Value;
use crate::syscall::constant::{Group, flags_of};
use crate::syscall::name::Name;

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
    /// For one event only (`EPOLLONESHOT`).
    AddOnce(Interest),
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
        let call = || named(Name::Fcntl, vec![fd(socket), symbol("F_SETFL"), symbol("O_NONBLOCK")]);
        let real = || Ok(fcntl(socket, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map(drop)?);
        self.told(call, real, nothing)
    }

    /// poll(2). One interest a descriptor, in their order.
    ///
    /// # Errors
    /// Those of poll(2).
    pub fn poll(&self, watched: &mut [PollFd<'_>], (interests, timeout): (&[Interest], PollTimeout)) -> io::Result<()> {
        let heard = self.events.has_receiver();
        let asked = if heard { entries(watched, interests, false) } else { Vec::new() };
        let count = Value::Number(i64::try_from(watched.len()).unwrap_or(i64::MAX));
        let call = || {
            named(Name::Poll, vec![Value::List(asked.clone()), count.clone(), Value::Number(i32::from(timeout).into())])
        };
        let real = || {
            let ready = poll(watched, timeout)?;
            Ok((ready, if heard { entries(watched, interests, true) } else { Vec::new() }))
        };
        self.told(call, real, |call, (ready, found)| {
            call.arguments[0] = Value::List(found.clone());
            (*ready).into()
        })?;
        Ok(())
    }

    /// `epoll_create1`(2).
    ///
    /// # Errors
    /// Those of `epoll_create1`(2).
    pub fn epoll_create(&self) -> io::Result<Epoll> {
        let call = || named(Name::EpollCreate1, vec![Value::Number(0)]);
        let real = || Ok(Epoll::new(EpollCreateFlags::empty())?);
        self.told(call, real, |_, epoll| epoll.0.as_raw_fd().into())
    }

    /// `epoll_ctl`(2); the number of the descriptor comes back with its events.
    ///
    /// # Errors
    /// Those of `epoll_ctl`(2).
    pub fn epoll_change(&self, epoll: &Epoll, (watched, change): (BorrowedFd<'_>, Change)) -> io::Result<()> {
        let data = watched.as_raw_fd().unsigned_abs().into();
        let (name, event) = match change {
            Change::Add(interest) => ("EPOLL_CTL_ADD", Some(EpollEvent::new(interest.for_epoll(), data))),
            Change::AddOnce(interest) => {
                let flags = interest.for_epoll() | EpollFlags::EPOLLONESHOT;
                ("EPOLL_CTL_ADD", Some(EpollEvent::new(flags, data)))
            }
            Change::Modify(interest) => ("EPOLL_CTL_MOD", Some(EpollEvent::new(interest.for_epoll(), data))),
            Change::Delete => ("EPOLL_CTL_DEL", None),
        };
        let told = event.as_ref().map_or(Value::Null, epoll_event);
        let call = || named(Name::EpollCtl, vec![fd(&epoll.0), symbol(name), fd(&watched), told.clone()]);
        let real = || {
            match (event, change) {
                (Some(mut event), Change::Modify(_)) => epoll.modify(watched, &mut event),
                (Some(event), _) => epoll.add(watched, event),
                (None, _) => epoll.delete(watched),
            }?;
            Ok(())
        };
        self.told(call, real, nothing)
    }

    /// `epoll_wait`(2); how many events came.
    ///
    /// # Errors
    /// Those of `epoll_wait`(2).
    pub fn epoll_wait(&self, epoll: &Epoll, (events, timeout): (&mut [EpollEvent], PollTimeout)) -> io::Result<usize> {
        let size = Value::Number(i64::try_from(events.len()).unwrap_or(i64::MAX));
        let heard = self.events.has_receiver();
        let call = || {
            let timeout = Value::Number(i32::from(timeout).into());
            named(Name::EpollWait, vec![fd(&epoll.0), Value::Opaque("evenements".to_owned()), size.clone(), timeout])
        };
        let real = || {
            let count = epoll.wait(events, timeout)?;
            Ok((count, if heard { listed(events[..count].iter().map(epoll_event)) } else { Vec::new() }))
        };
        let result = self.told(call, real, |call, (count, came)| {
            if *count > 0 {
                call.arguments[1] = Value::List(came.clone());
            }
            i64::try_from(*count).unwrap_or(i64::MAX)
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

fn record(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The array of poll(2), before the call or `after` it: of a long one the first entries, those that are ready before.
fn entries(watched: &[PollFd<'_>], interests: &[Interest], after: bool) -> Vec<Value> {
    let mut order: Vec<usize> = (0..watched.len()).collect();
    if after && watched.len() > LISTED {
        order.sort_by_key(|index| !is_ready(&watched[*index]));
        order[..LISTED].sort_unstable();
    }
    let entry = |index: usize| {
        let (entry, interest) = (&watched[index], interests.get(index).copied().unwrap_or(Interest::Nothing));
        let fields = [("fd", fd(&entry.as_fd())), ("events", interest.poll_name())];
        record(fields.into_iter().chain(after.then(|| ("revents", revents(entry)))))
    };
    listed(order.into_iter().map(entry))
}

fn revents(entry: &PollFd<'_>) -> Value {
    match entry.revents() {
        Some(flags) => Value::Symbol(flags_of(Group::PollEvent, flags.bits().into())),
        // The one flag that the wrapper does not know.
        None => symbol("POLLRDHUP"),
    }
}

fn epoll_event(event: &EpollEvent) -> Value {
    let number = Value::Number(i64::try_from(event.data()).unwrap_or(-1));
    let data = Value::Record(vec![("fd".to_owned(), number)]);
    let events = Value::Symbol(flags_of(Group::EpollEvent, event.events().bits().into()));
    record([("events", events), ("data", data)])
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::{AsFd, AsRawFd};
    use std::sync::Arc;
    use std::time::Duration;

    use nix::poll::{PollFd, PollTimeout};
    use nix::sys::epoll::EpollEvent;
    use socket2::{Domain, Socket, Type};

    use super::{Caller, Change, Interest, is_broken, is_ready, timeout};
    use crate::event::{ActorEvent, Event};
    use crate::peer::event_channel::{EventReceiver, Received, channel};
    use crate::peer::tally::Tally;
    use crate::syscall::notation::format_call;

    fn caller() -> (Caller, EventReceiver) {
        let (events, receiver) = channel(1000, &Arc::new(Tally::default()));
        (Caller::new(events, "serveur".to_owned()), receiver)
    }

    fn returned(receiver: &EventReceiver) -> Vec<String> {
        let mut told = Vec::new();
        while let Received::Event(event) = receiver.receive(Duration::ZERO) {
            if let Event::Actor(ActorEvent::Returned(returned)) = *event {
                told.push(format_call(&returned.call.unwrap()));
            }
        }
        told
    }

    #[test]
    fn poll_tells_the_whole_array_and_what_is_ready() {
        let (caller, receiver) = caller();
        let pairs: Vec<(Socket, Socket)> =
            (0..10).map(|_| Socket::pair(Domain::UNIX, Type::STREAM, None).unwrap()).collect();
        let all = || -> Vec<PollFd<'_>> {
            pairs.iter().map(|(socket, _)| PollFd::new(socket.as_fd(), Interest::Read.for_poll())).collect()
        };
        caller.poll(&mut all()[..2], (&[Interest::Read; 2], PollTimeout::ZERO)).unwrap();
        (&pairs[9].1).write_all(b"x").unwrap();
        let mut watched = all();
        caller.poll(&mut watched, (&[Interest::Read; 10], PollTimeout::NONE)).unwrap();
        assert_eq!(watched.iter().filter(|entry| is_ready(entry)).count(), 1);
        let told = returned(&receiver);
        let fd = |index: usize| pairs[index].0.as_raw_fd();
        let entry = |index: usize, ready: &str| format!("{{fd={}, events=POLLIN, revents={ready}}}", fd(index));
        assert_eq!(told[0], format!("poll([{}, {}], 2, 0)", entry(0, "0"), entry(1, "0")));
        assert!(told[1].contains(&entry(9, "POLLIN")) && told[1].ends_with(", …], 10, -1)"), "{told:?}");
        assert_eq!(told[1].matches("fd=").count(), 8);
    }

    #[test]
    fn epoll_tells_the_descriptor() {
        let (caller, receiver) = caller();
        let (ours, theirs) = Socket::pair(Domain::UNIX, Type::STREAM, None).unwrap();
        caller.set_nonblocking(&ours).unwrap();
        let epoll = caller.epoll_create().unwrap();
        caller.epoll_change(&epoll, (ours.as_fd(), Change::Add(Interest::Read))).unwrap();
        caller.epoll_change(&epoll, (ours.as_fd(), Change::Modify(Interest::Departure))).unwrap();
        assert!(!is_broken(&ours));
        drop(theirs);
        let mut events = [EpollEvent::empty(); 4];
        assert_eq!(caller.epoll_wait(&epoll, (&mut events, timeout(None))).unwrap(), 1);
        caller.epoll_change(&epoll, (ours.as_fd(), Change::Delete)).unwrap();
        let told = returned(&receiver).join("\n");
        assert!(told.contains("O_NONBLOCK") && told.contains("EPOLL_CTL_ADD"), "{told}");
        assert!(told.contains("{events=EPOLLHUP|EPOLLRDHUP, data={fd=") && told.contains("EPOLL_CTL_DEL"), "{told}");
    }
}
