//! Why a call sleeps: who would have to do what. Pure.

use crate::event::trace::Why;
use crate::observed::{Direction, Peer, Subject, Traced};
use crate::state::{Content, Row, Socket};
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::sys::Sys;

/// What the call waits for, as the sockets around it show it; `standoff` where its peer is known to wait as well.
#[must_use]
pub fn why(traced: &Traced, rows: &[Row], standoff: Option<&Peer>) -> Why {
    let socket = traced.fd.and_then(|fd| held(rows, fd));
    match traced.sys {
        Sys::Accept | Sys::Accept4 => {
            Why::NoClient { address: socket.map(|socket| socket.local.to_string()).unwrap_or_default() }
        }
        Sys::Connect => Why::NoAnswer { address: asked(traced).unwrap_or_default() },
        Sys::Poll | Sys::Ppoll | Sys::Select | Sys::Pselect6 | Sys::EpollWait | Sys::EpollPwait | Sys::EpollPwait2 => {
            Why::NothingReady { fds: watched(traced), timeout_ms: timeout(traced) }
        }
        Sys::Wait4 | Sys::Waitid | Sys::Waitpid => Why::Children,
        Sys::Nanosleep | Sys::ClockNanosleep | Sys::Pause => Why::Time,
        _ => transfer(traced, socket, standoff),
    }
}

fn transfer(traced: &Traced, socket: Option<&Socket>, standoff: Option<&Peer>) -> Why {
    let peer = || socket.map(|socket| socket.remote.to_string()).filter(|_| socket.is_some_and(is_connected));
    match (direction(traced), traced.subject) {
        (Some(Direction::Received), Some(Subject::Socket { .. })) => match standoff {
            Some(Peer { pid, command }) => Why::BothReceive { peer_pid: *pid, peer_command: command.clone() },
            None => Why::NothingToRead { peer: peer() },
        },
        (Some(Direction::Received), _) => Why::Input,
        (Some(Direction::Sent), Some(Subject::Socket { .. })) => {
            Why::BufferFull { peer: peer(), queued: socket.map_or(0, |socket| socket.send_queue) }
        }
        (Some(Direction::Sent), _) => Why::Output,
        (None, _) => Why::Unknown,
    }
}

/// Which way the call moves bytes, where it moves any.
#[must_use]
pub fn direction(traced: &Traced) -> Option<Direction> {
    match traced.sys {
        Sys::Recv | Sys::Recvfrom | Sys::Recvmsg | Sys::Recvmmsg | Sys::Read | Sys::Readv => Some(Direction::Received),
        Sys::Send
        | Sys::Sendto
        | Sys::Sendmsg
        | Sys::Sendmmsg
        | Sys::Write
        | Sys::Writev
        | Sys::Sendfile
        | Sys::Splice => Some(Direction::Sent),
        _ => None,
    }
}

/// The socket that a watched process holds under this number.
#[must_use]
pub fn held(rows: &[Row], fd: i32) -> Option<&Socket> {
    let row = rows.iter().find(|row| row.actor.is_some() && row.fd == Some(fd))?;
    match &row.content {
        Content::Socket(socket) => Some(socket),
        _ => None,
    }
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
        if let Some(fd) = number.and_then(|number| i32::try_from(number).ok()).filter(|fd| !fds.contains(fd)) {
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
    let place = match traced.sys {
        Sys::Poll | Sys::Ppoll => 2,
        Sys::EpollWait | Sys::EpollPwait | Sys::EpollPwait2 => 3,
        _ => 4,
    };
    match traced.call.arguments.get(place)? {
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
