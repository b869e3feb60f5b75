//! Why a call sleeps: who would have to do what. Pure.

use crate::event::trace::Why;
use crate::observed::{Peer, Subject, Traced};
use crate::state::{Row, Socket};
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::sys::{Direction, Purpose, Sys};

/// What the call waits for, as the sockets around it show it; `deadlock` where its peer is known to wait as well.
#[must_use]
pub fn why(traced: &Traced, rows: &[Row], deadlock: Option<&Peer>) -> Why {
    let socket = traced.fd.and_then(|fd| held(rows, fd));
    match traced.sys.purpose() {
        Purpose::Accept => Why::NoClient { address: socket.map(|socket| socket.local.to_string()).unwrap_or_default() },
        Purpose::Children => Why::Children,
        Purpose::Readiness { .. } if traced.awaits_readiness() => readiness(traced),
        Purpose::Time | Purpose::Readiness { .. } => Why::Time,
        _ if traced.sys == Sys::Connect => Why::NoAnswer { address: asked(traced).unwrap_or_default() },
        _ => transfer(traced, socket, deadlock),
    }
}

fn readiness(traced: &Traced) -> Why {
    let (fds, timeout_ms) = (watched(traced), timeout(traced));
    if fds.is_empty() && !traced.sys.waits_on_epoll() {
        return Why::NothingWatched { timeout_ms };
    }
    Why::NothingReady { fds, timeout_ms }
}

fn transfer(traced: &Traced, socket: Option<&Socket>, deadlock: Option<&Peer>) -> Why {
    let peer = || socket.map(|socket| socket.remote.to_string()).filter(|_| socket.is_some_and(is_connected));
    match (traced.sys.direction(), traced.subject) {
        (Some(Direction::Received), Some(Subject::Socket { socket_type, .. })) => match deadlock {
            Some(Peer { pid, command }) => Why::BothReceive { peer_pid: *pid, peer_command: command.clone() },
            None => Why::NothingToRead { peer: peer(), datagram: socket_type == libc::SOCK_DGRAM },
        },
        (Some(Direction::Received), _) => Why::Input,
        (Some(Direction::Sent), Some(Subject::Socket { .. })) => {
            Why::BufferFull { peer: peer(), queued: socket.map_or(0, |socket| socket.send_queue) }
        }
        (Some(Direction::Sent), _) => Why::Output,
        (None, _) => Why::Unknown,
    }
}

/// The socket that a watched process holds under this number.
#[must_use]
pub fn held(rows: &[Row], fd: i32) -> Option<&Socket> {
    rows.iter().find(|row| row.actor.is_some() && row.fd == Some(fd))?.socket()
}

fn is_connected(socket: &Socket) -> bool {
    match &socket.remote {
        Address::Inet(remote) => remote.port() != 0,
        Address::Unix(name) => !name.is_empty(),
        Address::Other { .. } => false,
    }
}

fn asked(traced: &Traced) -> Option<String> {
    traced.call.arguments.iter().find_map(|argument| match argument {
        Value::Address(address) => Some(address.to_string()),
        _ => None,
    })
}

/// The descriptors that poll and select look at, in their order.
#[must_use]
pub fn watched(traced: &Traced) -> Vec<i32> {
    let mut fds = Vec::new();
    for item in traced.call.arguments.iter().filter_map(list).flatten() {
        let number = match item {
            Value::Number(number) => Some(*number),
            Value::Record(fields) => field(fields, "fd"),
            _ => None,
        };
        if let Some(fd) =
            number.and_then(|number| i32::try_from(number).ok()).filter(|fd| *fd >= 0 && !fds.contains(fd))
        {
            fds.push(fd);
        }
    }
    fds
}

fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(items) => Some(items),
        _ => None,
    }
}

fn field(fields: &[(String, Value)], name: &str) -> Option<i64> {
    fields.iter().find(|(found, _)| found == name).and_then(|(_, value)| match value {
        Value::Number(number) => Some(*number),
        _ => None,
    })
}

/// The time given, in milliseconds; `None` where it may last for ever.
fn timeout(traced: &Traced) -> Option<u64> {
    match traced.call.arguments.get(traced.sys.timeout()?)? {
        Value::Number(number) => u64::try_from(*number).ok(),
        Value::Record(fields) => {
            let seconds = field(fields, "tv_sec")?;
            let rest = field(fields, "tv_nsec")
                .map_or_else(|| field(fields, "tv_usec").map(|us| us / 1000), |ns| Some(ns / 1_000_000));
            u64::try_from(seconds.saturating_mul(1000).saturating_add(rest.unwrap_or(0))).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::why;
    use crate::event::trace::Why;
    use crate::observed::{Peer, Subject, Traced};
    use crate::syscall::address::Address;
    use crate::syscall::call::{Call, Value};
    use crate::syscall::name::Name;
    use crate::syscall::sys::Sys;

    const SOCKET: Subject = Subject::Socket { family: 2, socket_type: 1, inode: 7 };

    const DATAGRAMS: Subject = Subject::Socket { family: 2, socket_type: 2, inode: 8 };

    fn traced(sys: Sys, subject: Option<Subject>, arguments: Vec<Value>) -> Traced {
        Traced { fd: subject.map(|_| 3), subject, ..Traced::bare(sys, Call { name: sys.name(), arguments }) }
    }

    fn record(fields: &[(&str, i64)]) -> Value {
        Value::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect())
    }

    #[test]
    fn pause_of_aarch64_waits_for_no_descriptor() {
        let mut pause = traced(Sys::Ppoll, None, vec![]);
        pause.call.name = Name::Pause;
        assert_eq!(why(&pause, &[], None), Why::Time);
    }

    #[test]
    fn who_would_have_to_do_what() {
        let address = Value::Address(Address::from_bytes(&[2, 0, 0x0b, 0xb9, 127, 0, 0, 1]).unwrap());
        let cases = [
            (traced(Sys::Connect, Some(SOCKET), vec![address]), Why::NoAnswer { address: "127.0.0.1:3001".into() }),
            (traced(Sys::Accept, Some(SOCKET), vec![]), Why::NoClient { address: String::new() }),
            (traced(Sys::Recvfrom, Some(SOCKET), vec![]), Why::NothingToRead { peer: None, datagram: false }),
            (traced(Sys::Recvfrom, Some(DATAGRAMS), vec![]), Why::NothingToRead { peer: None, datagram: true }),
            (traced(Sys::Write, Some(SOCKET), vec![]), Why::BufferFull { peer: None, queued: 0 }),
            (traced(Sys::Read, Some(Subject::Terminal), vec![]), Why::Input),
            (traced(Sys::Write, Some(Subject::Pipe), vec![]), Why::Output),
            (traced(Sys::Wait4, None, vec![]), Why::Children),
            (traced(Sys::Pause, None, vec![]), Why::Time),
            (traced(Sys::Close, Some(SOCKET), vec![]), Why::Unknown),
        ];
        for (traced, expected) in cases {
            assert_eq!(why(&traced, &[], None), expected, "{}", traced.sys.name());
        }
    }

    #[test]
    fn a_peer_that_waits_too_is_named() {
        let peer = Peer { pid: 7, command: "client".into() };
        let both = Why::BothReceive { peer_pid: 7, peer_command: "client".into() };
        assert_eq!(why(&traced(Sys::Recvfrom, Some(SOCKET), vec![]), &[], Some(&peer)), both);
    }

    #[test]
    fn poll_and_select_name_what_they_watch_and_how_long() {
        let polled = Value::List(vec![record(&[("fd", 4)]), record(&[("fd", -1)]), record(&[("fd", 5)])]);
        let poll = |timeout| vec![polled.clone(), Value::Number(3), timeout];
        let ready = |fds: &[i32], timeout_ms| Why::NothingReady { fds: fds.to_vec(), timeout_ms };
        let of = |sys, arguments| why(&traced(sys, None, arguments), &[], None);
        assert_eq!(of(Sys::Poll, poll(Value::Number(-1))), ready(&[4, 5], None));
        assert_eq!(
            of(Sys::Ppoll, poll(record(&[("tv_sec", 1), ("tv_nsec", 500_000_000)]))),
            ready(&[4, 5], Some(1500))
        );
        let sets = |timeout| {
            let set = Value::List(vec![Value::Number(3), Value::Number(6)]);
            vec![Value::Number(7), set.clone(), Value::Null, set, timeout]
        };
        assert_eq!(of(Sys::Select, sets(Value::Null)), ready(&[3, 6], None));
        let none = |timeout_ms| Why::NothingWatched { timeout_ms };
        assert_eq!(of(Sys::Poll, vec![Value::List(vec![]), Value::Number(0), Value::Number(-1)]), none(None));
        let empty = || Value::List(vec![]);
        assert_eq!(of(Sys::Select, vec![Value::Number(3), empty(), Value::Null, Value::Null, Value::Null]), none(None));
        assert_eq!(of(Sys::Poll, vec![Value::Null, Value::Number(0), Value::Number(500)]), none(Some(500)));
        assert_eq!(of(Sys::Select, sets(record(&[("tv_sec", 0), ("tv_usec", 2_000)]))), ready(&[3, 6], Some(2)));
        assert_eq!(
            of(Sys::EpollWait, vec![Value::Number(3), Value::Null, Value::Number(8), Value::Number(20)]),
            ready(&[], Some(20))
        );
    }
}
