//! socket, bind, listen, connect, accept: what failed, what the program did next, and what it gave.

use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::{Attempt, Role, Socket};
use crate::diagnose::port;
use crate::diagnose::reading::{Proof, Seen, called};
use crate::finding::Detail;
use crate::state::Cause;
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

/// Lengths between which the in-value of addrlen is that of some sockaddr, of this system or of a runtime's own.
const LENGTHS: std::ops::RangeInclusive<i64> = 16..=4096;

fn is_transfer(seen: &Seen<'_>) -> bool {
    seen.is_receive() || seen.is_send()
}

/// EBADF and ENOTSOCK: a descriptor that is not, or is not that.
pub(super) fn nowhere(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let (Some(fd), Some(process), false) = (seen.fd(), sight.process(), seen.is_provoked()) else { return };
    match seen.errno() {
        Some(Errno::ENOTSOCK) if seen.sys().needs_socket() && !asks_what_it_is(seen, fd) => {
            out.push(mistaken(sight, process, fd));
        }
        Some(Errno::EBADF) if seen.sys().needs_socket() || is_transfer(seen) => out.extend(missing(sight, process, fd)),
        _ => {}
    }
}

/// Programs whose standard input may be anything try a call of sockets on it, then another.
fn asks_what_it_is(seen: &Seen<'_>, fd: i32) -> bool {
    let asks = matches!(seen.sys(), Sys::Getpeername | Sys::Getsockname | Sys::Getsockopt);
    match fd {
        0 => asks || seen.is_receive(),
        1 | 2 => asks || seen.is_send(),
        _ => false,
    }
}

fn mistaken(sight: &Sight<'_>, process: &Process, fd: i32) -> Fact {
    match process.closed.get(&fd) {
        Some(closed) => sight.fact(Kind::UsedAfterClose, &[&closed.proof]),
        None => sight.fact(Kind::NeverASocket, &[]),
    }
}

fn missing(sight: &Sight<'_>, process: &Process, fd: i32) -> Option<Fact> {
    if let Some(closed) = process.closed.get(&fd) {
        // Closing from another thread is how some programs wake a sleeper.
        return (closed.tid == sight.seen.tid || closed.unused)
            .then(|| sight.fact(Kind::UsedAfterClose, &[&closed.proof]));
    }
    if fd >= 0 {
        let from_birth = process.parent.is_some() || !process.program.is_empty();
        return (sight.seen.sys().needs_socket() && from_birth && fd > 2).then(|| sight.fact(Kind::NeverASocket, &[]));
    }
    if fd < -1 {
        // A variable that was never set: no close explains it.
        return sight.seen.sys().needs_socket().then(|| sight.fact(Kind::NeverASocket, &[]));
    }
    if let Some((failed, sys)) = &process.no_descriptor {
        let detail = Detail::Call { name: sys.name() };
        return Some(sight.fact(Kind::UsedNoDescriptor, &[failed]).with(detail).placed_first());
    }
    minus_one(sight, process)
}

/// -1 without a failure before: a runtime's closed socket, or a variable that was never set.
fn minus_one(sight: &Sight<'_>, process: &Process) -> Option<Fact> {
    let last = process.closed.values().max_by_key(|closed| closed.proof.at_us);
    match last {
        Some(_) if process.had_threads => None,
        Some(closed) => Some(sight.fact(Kind::UsedAfterClose, &[&closed.proof])),
        None if sight.seen.sys().needs_socket() => Some(sight.fact(Kind::NeverASocket, &[])),
        None => None,
    }
}

/// The next step after one that had failed.
pub(super) fn went_on(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_judged() || socket.is_internet()) else { return };
    let blamed = match seen.sys() {
        Sys::Listen => blame_bind(socket),
        Sys::Accept | Sys::Accept4 => blame_bind(socket).or_else(|| blame_listen(socket)),
        _ if is_transfer(seen) => blame_connect(socket, seen).or_else(|| blame_silent_bind(socket, seen)),
        _ => None,
    };
    let Some((kind, proof, errno)) = blamed else { return };
    out.push(sight.fact(kind, &[proof]).with(called(proof)).with(Detail::Errno { errno }).placed_first());
}

type Blame<'a> = Option<(Kind, &'a Proof, Errno)>;

fn blame_bind(socket: &Socket) -> Blame<'_> {
    socket.bind.failure().map(|(proof, errno)| (Kind::WentOnAfterBind, proof, errno))
}

fn blame_listen(socket: &Socket) -> Blame<'_> {
    socket.listen.failure().map(|(proof, errno)| (Kind::WentOnAfterListen, proof, errno))
}

fn blame_connect<'a>(socket: &'a Socket, seen: &Seen<'_>) -> Blame<'a> {
    // A connection that was begun, whose failure the first send is told: SO_ERROR was not asked.
    if let (Attempt::Begun(proof), Some(errno @ (Errno::ECONNREFUSED | Errno::ETIMEDOUT | Errno::EHOSTUNREACH))) =
        (&socket.connect, seen.errno())
    {
        let sends = seen.is_send() && socket.is_stream() && !seen.is_provoked();
        return sends.then_some((Kind::WentOnAfterConnect, proof, errno));
    }
    let (proof, errno) = socket.connect.failure()?;
    let useless = seen.errno().is_some_and(|errno| errno != Errno::EAGAIN) || seen.number() == Some(0);
    (socket.is_stream() && useless && !seen.only_looks()).then_some((Kind::WentOnAfterConnect, proof, errno))
}

/// Waiting for datagrams on a port that was refused.
fn blame_silent_bind<'a>(socket: &'a Socket, seen: &Seen<'_>) -> Blame<'a> {
    let (proof, errno) = socket.bind.failure()?;
    let deaf = socket.is_datagram() && seen.is_receive() && socket.traffic.sent == 0;
    deaf.then_some((Kind::WentOnAfterBind, proof, errno))
}

/// Bytes asked of a socket that is no connection.
pub(super) fn not_a_connection(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_internet() && !seen.is_provoked()) else { return };
    let refused = matches!(seen.errno(), Some(Errno::ENOTCONN | Errno::EPIPE | Errno::EDESTADDRREQ));
    if !is_transfer(seen) || !refused || !socket.known {
        return;
    }
    if socket.listen.is_done() {
        out.extend(socket.listen_proof().map(|proof| sight.fact(Kind::TransferOnListener, &[proof])));
    } else if socket.role == Role::Fresh && matches!(socket.connect, Attempt::Never) {
        let made: Vec<&Proof> = socket.origin.iter().collect();
        out.push(sight.fact(Kind::TransferUnconnected, &made));
    }
}

pub(super) fn bound(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_internet() || socket.family == libc::AF_UNIX) else {
        return;
    };
    if seen.sys() != Sys::Bind || seen.is_provoked() {
        return;
    }
    if socket.family == libc::AF_UNIX {
        // Its path is there already, whoever left it: what is said of ports is not said of it.
        let taken = seen.failed_with(Errno::EADDRINUSE);
        out.extend(taken.then(|| with_cause(sight.fact(Kind::PortTaken, &[]), seen)));
        return;
    }
    let port = seen.address().and_then(Address::port).unwrap_or(0);
    let kind = match seen.errno() {
        Some(Errno::EADDRINUSE) => Kind::PortTaken,
        Some(Errno::EACCES) if port < 1024 => Kind::PortReserved,
        Some(Errno::EADDRNOTAVAIL) => Kind::AddressElsewhere,
        _ => return,
    };
    out.push(with_cause(sight.fact(kind, &[]).with(Detail::Port { port }), seen));
    let waits = matches!(seen.traced.cause, Some(Cause::TimeWait { .. }));
    if waits && socket.is_stream() && !socket.reuses_address {
        out.push(with_cause(sight.fact(Kind::BindMetTimeWait, &[]).with(Detail::Port { port }), seen));
    }
}

fn with_cause(fact: Fact, seen: &Seen<'_>) -> Fact {
    let address = seen.address().map(|address| Detail::Address { address: address.to_string() });
    let cause = seen.traced.cause.clone().map(|cause| Detail::Cause { cause });
    address.into_iter().chain(cause).fold(fact, Fact::with)
}

pub(super) fn listened(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let Some(socket) = sight.socket().filter(|socket| socket.is_internet() && socket.is_stream()) else { return };
    let (Sys::Listen, None, Attempt::Done(bind)) = (sight.seen.sys(), sight.seen.errno(), &socket.bind) else { return };
    let port = socket.local.as_ref().and_then(Address::port).unwrap_or(0);
    if port != 0 && !socket.bound_reusing {
        out.push(sight.fact(Kind::BoundWithoutReuse, &[bind]).with(Detail::Port { port }).placed_first());
    }
    let loopback = socket.local.as_ref().and_then(Address::ip).is_some_and(|ip| ip.is_loopback());
    if let (true, Some(address)) = (loopback, &socket.local) {
        let detail = Detail::Address { address: address.to_string() };
        out.push(sight.fact(Kind::OnlyLoopback, &[bind]).with(detail).placed_first());
    }
}

pub(super) fn connected(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_internet() && socket.is_stream()) else { return };
    let (Sys::Connect, Some(address)) = (seen.sys(), seen.address()) else { return };
    let text = || Detail::Address { address: address.to_string() };
    if seen.failed_with(Errno::ECONNREFUSED) && !seen.is_provoked() {
        let fact = sight.fact(Kind::NobodyListens, &[]).with(Detail::Port { port: address.port().unwrap_or(0) });
        out.push(with_cause(fact, seen));
    }
    if address.is_any() {
        out.push(sight.fact(Kind::ConnectedToAny, &[]).with(text()));
    }
    let local = socket.local.as_ref().and_then(Address::port).unwrap_or(0);
    if let (1024.., Attempt::Done(bind)) = (local, &socket.bind) {
        out.push(sight.fact(Kind::FixedClientPort, &[bind]).with(Detail::Port { port: local }).placed_first());
    }
}

/// A path of AF_UNIX that the length given cuts, and where nobody is.
pub(super) fn cut_path(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(meant) = seen.traced.length_in.filter(|_| matches!(seen.sys(), Sys::Connect | Sys::Sendto)) else {
        return;
    };
    let nobody = matches!(seen.errno(), Some(Errno::ENOENT | Errno::ECONNREFUSED | Errno::ENOTDIR));
    let (Some(address), Some(given), true) = (seen.address(), seen.address_length(), nobody && !seen.is_provoked())
    else {
        return;
    };
    let detail = Detail::Length { given: given.unsigned_abs(), wanted: meant.unsigned_abs() };
    let fact = sight.fact(Kind::WrongAddressLength, &[]).with(detail);
    out.push(fact.with(Detail::Address { address: address.to_string() }));
}

/// The addresses that bind, connect and sendto are given.
pub(super) fn addressed(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_internet() && !socket.foreign) else { return };
    if !matches!(seen.sys(), Sys::Bind | Sys::Connect | Sys::Sendto) {
        return;
    }
    if let Some(address) = seen.address().filter(|address| is_wrong(socket, seen, address)) {
        out.push(sight.fact(Kind::WrongAddress, &[]).with(Detail::Address { address: address.to_string() }));
        return;
    }
    let wanted: i64 = if socket.family == libc::AF_INET { 16 } else { 28 };
    let given = seen.address_length().unwrap_or(wanted);
    let shortest = if socket.family == libc::AF_INET { 16 } else { 24 };
    if seen.failed_with(Errno::EINVAL) && !seen.is_provoked() && !(shortest..=128).contains(&given) {
        let detail = Detail::Length { given: given.unsigned_abs(), wanted: wanted.unsigned_abs() };
        out.push(sight.fact(Kind::WrongAddressLength, &[]).with(detail));
        return;
    }
    out.extend(swapped(sight, socket));
}

fn family_of(address: &Address) -> i32 {
    match address {
        Address::Inet(inet) if inet.is_ipv4() => libc::AF_INET,
        Address::Inet(_) => libc::AF_INET6,
        Address::Unix(_) => libc::AF_UNIX,
        Address::Other { family, .. } => i32::from(*family),
    }
}

fn is_wrong(socket: &Socket, seen: &Seen<'_>, address: &Address) -> bool {
    let none = address.ip().is_some_and(|ip| ip == std::net::Ipv4Addr::BROADCAST);
    if none {
        return socket.is_stream();
    }
    let family = family_of(address);
    if family == socket.family || seen.is_provoked() {
        return false;
    }
    let never = matches!(socket.connect, Attempt::Never);
    let dissolves = seen.sys() == Sys::Connect && family == libc::AF_UNSPEC;
    match seen.errno() {
        _ if dissolves => socket.is_stream() && socket.known && never,
        Some(errno) => matches!(errno, Errno::EAFNOSUPPORT | Errno::EINVAL),
        None => false,
    }
}

fn swapped(sight: &Sight<'_>, socket: &Socket) -> Option<Fact> {
    let seen = sight.seen;
    let used = seen.address().and_then(Address::port)?;
    if socket.local.as_ref().and_then(Address::port) == Some(used) && seen.sys() == Sys::Connect {
        return None;
    }
    if sight.ledger.ports.contains(&used) || somebody_is_there(seen, socket) {
        return None;
    }
    let process = sight.process().filter(|process| !process.is_runtime())?;
    let known = matches!(seen.traced.cause, Some(Cause::ByteSwapped { .. }));
    let meant = if known { port::other_order(used) } else { port::meant(used, |port| process.was_given(port))? };
    // The number alone proves nothing: somebody may want that port.
    let proven = known || process.was_given(meant);
    let kind = if proven { Kind::PortSwapped } else { Kind::PortLooksSwapped };
    Some(sight.fact(kind, &[]).with(Detail::Ports { used, meant }))
}

/// A datagram to everybody, which SO_BROADCAST would have allowed (ip(7)).
pub(super) fn broadcast(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let refused = seen.failed_with(Errno::EACCES) && !seen.is_provoked();
    let Some(socket) = sight.socket().filter(|socket| refused && socket.is_internet() && socket.is_datagram()) else {
        return;
    };
    let Some(address) = seen.address().filter(|_| seen.is_send() || seen.sys() == Sys::Connect) else { return };
    let everybody = matches!(address.ip(), Some(std::net::IpAddr::V4(ip)) if ip.octets()[3] == 255);
    if everybody && !socket.broadcasts && socket.known {
        let made: Vec<&Proof> = socket.origin.iter().collect();
        out.push(sight.fact(Kind::BroadcastRefused, &made).with(Detail::Address { address: address.to_string() }));
    }
}

/// A connection that is made proves that its port is the right one; one that goes on elsewhere may prove it yet.
fn somebody_is_there(seen: &Seen<'_>, socket: &Socket) -> bool {
    let near = seen.address().and_then(Address::ip).is_some_and(|ip| ip.is_loopback());
    let begun = [Errno::EINPROGRESS, Errno::EALREADY, Errno::EINTR, Errno::EAGAIN];
    let there = match seen.errno() {
        None | Some(Errno::EISCONN) => true,
        Some(errno) => begun.contains(&errno) && !near,
    };
    seen.sys() == Sys::Connect && socket.is_stream() && there
}

/// accept, and the calls that tell an address as it does.
pub(super) fn told_an_address(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let accepts = seen.sys().accepts();
    let tells = accepts || matches!(seen.sys(), Sys::Recvfrom | Sys::Getsockname | Sys::Getpeername);
    let Some(socket) = sight.socket().filter(|_| tells && !seen.is_provoked()) else { return };
    if !(socket.is_judged() || socket.is_internet()) || seen.sys() == Sys::Recvfrom && !socket.is_datagram() {
        return;
    }
    let given = seen.traced.length_in;
    let told = |kind: Kind| {
        let length = given.filter(|given| !LENGTHS.contains(given) && socket.is_internet());
        let length = length.map(|given| Detail::Length { given: given.max(0).unsigned_abs(), wanted: 16 });
        let fact = length.into_iter().fold(sight.fact(kind, &[]), Fact::with);
        fact.with(Detail::Call { name: seen.traced.call.name })
    };
    match seen.errno() {
        Some(Errno::EFAULT) if accepts => out.push(told(Kind::AcceptLengthRefused)),
        Some(Errno::EINVAL) if given.is_some_and(|length| length < 0) => out.push(told(Kind::AcceptLengthRefused)),
        Some(Errno::EINVAL) if accepts && !listens(socket) => {
            let made: Vec<&Proof> = socket.origin.iter().collect();
            out.push(sight.fact(Kind::AcceptWithoutListen, &made));
        }
        None if is_odd(sight, socket) => out.push(told(Kind::AcceptLengthOdd)),
        _ => {}
    }
}

/// No room for an address, or a length that was never set. Where no address is asked for, nobody looks at it.
fn is_odd(sight: &Sight<'_>, socket: &Socket) -> bool {
    let index = if sight.seen.sys() == Sys::Recvfrom { 4 } else { 1 };
    let unasked = matches!(sight.seen.argument(index), Some(Value::Null));
    let odd = sight.seen.traced.length_in.is_some_and(|length| !LENGTHS.contains(&length));
    odd && !unasked && socket.is_internet()
}

/// It listens, or it may: shutdown(2) on a listening socket is how some programs stop.
fn listens(socket: &Socket) -> bool {
    !socket.known || !matches!(socket.listen, Attempt::Never) || socket.shut_read || socket.bind.failure().is_some()
}
