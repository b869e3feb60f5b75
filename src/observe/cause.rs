//! Why a call failed, as far as this machine's state tells.

use std::net::IpAddr;

use crate::observe::holders::holders_of;
use crate::observe::sock_diag::covers;
use crate::observe::{Observer, local, process, socket_file};
use crate::state::{Cause, Protocol, Socket, SocketState, Target};
use crate::syscall::address::Address;
use crate::syscall::call::{Call, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// A call that failed, in the process that made it.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    pub pid: i32,
    pub call: &'a Call,
    pub errno: Errno,
}

/// The local cause of a failure; `None` when this machine tells nothing of it. Ask at once: what the kernel shows
/// is what is true now, not when the call failed.
pub fn cause(observer: &mut Observer, failure: Failure<'_>) -> Option<Cause> {
    cause_over(observer, failure, failure.protocol())
}

/// The same, for a descriptor of that protocol that is closed by now.
pub fn cause_over(observer: &mut Observer, failure: Failure<'_>, protocol: Protocol) -> Option<Cause> {
    let name = failure.call.name;
    let address = failure.address();
    if let Some(address @ Address::Unix(_)) = &address {
        return unix(observer, (failure, address));
    }
    match failure.errno {
        Errno::EADDRINUSE => in_use(observer, failure, protocol),
        Errno::EACCES if name == Name::Bind => reserved(&address?),
        Errno::EADDRNOTAVAIL => {
            no_ipv6(address.as_ref()?).or_else(|| not_local(&address?).filter(|_| name == Name::Bind))
        }
        Errno::ECONNREFUSED => refused(observer, failure, protocol),
        _ => None,
    }
}

/// What the path tells, where it is what the call stumbled over.
fn unix(observer: &mut Observer, (failure, address): (Failure<'_>, &Address)) -> Option<Cause> {
    let found = match (failure.call.name, failure.errno) {
        (Name::Bind, Errno::EADDRINUSE) | (_, Errno::ECONNREFUSED | Errno::ENOENT) => {
            socket_file::cause(observer, failure.pid, address)?
        }
        _ => return None,
    };
    match (&found, failure.errno) {
        // Here now, and not when the call was made, or the other way round.
        (Cause::NoFileThere { .. }, Errno::ENOENT) if failure.call.name == Name::Bind => None,
        (Cause::NoFileThere { .. }, Errno::ENOENT) => Some(found),
        (Cause::NoFileThere { .. }, _)
        | (_, Errno::ENOENT)
        | (Cause::SocketFileHeld { listening: true, .. }, Errno::ECONNREFUSED) => None,
        _ => Some(found),
    }
}

fn no_ipv6(address: &Address) -> Option<Cause> {
    let ip = address.ip().filter(IpAddr::is_ipv6)?;
    let none = local::addresses().iter().all(|local| local.ip.is_ipv4());
    none.then(|| Cause::NoIpv6 { address: ip.to_string() })
}

impl Failure<'_> {
    /// The address among the arguments.
    fn address(&self) -> Option<Address> {
        self.call.arguments.iter().find_map(|argument| match argument {
            Value::Address(address) => Some(address.clone()),
            _ => None,
        })
    }

    /// The descriptor, always the first argument.
    fn fd(&self) -> Option<i32> {
        match self.call.arguments.first() {
            Some(Value::Number(fd)) => i32::try_from(*fd).ok(),
            _ => None,
        }
    }

    fn inode(&self) -> Option<u64> {
        match process::descriptor(self.pid, self.fd()?) {
            Some(Target::Socket { inode }) => Some(inode),
            _ => None,
        }
    }

    fn protocol(&self) -> Protocol {
        self.fd().and_then(|fd| process::protocol(self.pid, fd)).unwrap_or(Protocol::Tcp)
    }
}

fn reserved(address: &Address) -> Option<Cause> {
    let port = address.port()?;
    let first_free = local::reserved_ports_start();
    (port != 0 && port < first_free).then_some(Cause::Reserved { port, first_free })
}

fn not_local(address: &Address) -> Option<Cause> {
    let ip = address.ip()?;
    (!local::is_local(ip)).then(|| Cause::NotLocal { address: ip.to_string() })
}

fn in_use(observer: &mut Observer, failure: Failure<'_>, protocol: Protocol) -> Option<Cause> {
    let (sockets, _) = observer.sockets().ok()?;
    let own = failure.inode();
    let bound = || sockets.iter().find(|socket| Some(socket.inode) == own && own != Some(0));
    let wanted =
        failure.address().filter(|_| failure.call.name == Name::Bind).or_else(|| bound().map(|it| it.local.clone()));
    let wanted = wanted?;
    let rivals = sockets.iter().filter(|socket| {
        socket.protocol == protocol && (socket.inode == 0 || Some(socket.inode) != own) && conflicts(socket, &wanted)
    });
    rivals.max_by_key(|socket| weight(socket)).map(holder)
}

/// Who has this TCP port, on any address; `None` when nobody has it any more.
pub fn owner(observer: &mut Observer, port: u16) -> Option<Cause> {
    let (sockets, _) = observer.sockets().ok()?;
    let rivals = sockets.iter().filter(|socket| socket.protocol == Protocol::Tcp && socket.local.port() == Some(port));
    rivals.max_by_key(|socket| weight(socket)).map(holder)
}

/// Whether a TCP socket listens on this port, or a UDP socket is bound to it.
pub fn is_held(observer: &mut Observer, port: u16) -> bool {
    let Ok((sockets, _)) = observer.sockets() else { return false };
    let serves = |socket: &Socket| socket.protocol == Protocol::Udp || socket.state == SocketState::Listen;
    sockets.iter().any(|socket| socket.local.port() == Some(port) && serves(socket))
}

/// What remains to be said of a refusal: nobody is there.
#[must_use]
pub fn nobody(failure: Failure<'_>) -> Option<Cause> {
    failure.address().map(|address| Cause::NobodyListens { address: address.to_string() })
}

/// Same port, and an address in common.
fn conflicts(socket: &Socket, wanted: &Address) -> bool {
    let overlap = |ip: IpAddr, other: &Address| covers(other, ip);
    let (Some(theirs), Some(ours)) = (socket.local.ip(), wanted.ip()) else { return false };
    socket.local.port() == wanted.port() && (overlap(theirs, wanted) || overlap(ours, &socket.local))
}

/// The one to blame: who listens, else who holds it, else what lasts longest.
fn weight(socket: &Socket) -> (bool, bool, bool, u32) {
    let waiting = socket.state == SocketState::TimeWait;
    let lasting = socket.timer.map_or(0, |timer| timer.expires_ms);
    (socket.state == SocketState::Listen, socket.inode != 0, waiting, if waiting { lasting } else { 0 })
}

fn holder(socket: &Socket) -> Cause {
    let port = socket.local.port().unwrap_or(0);
    if socket.state == SocketState::TimeWait {
        return Cause::TimeWait { port, remaining_ms: socket.timer.map_or(0, |timer| timer.expires_ms) };
    }
    let state = socket.state.name().to_owned();
    let wanted = if socket.inode == 0 { Vec::new() } else { vec![socket.inode] };
    match holders_of(&wanted).into_iter().flatten().next() {
        Some(holder) => Cause::HeldByProcess { port, pid: holder.pid, command: holder.command, state },
        None => Cause::HeldByAccount { port, uid: socket.uid, account: process::account(socket.uid), state },
    }
}

fn refused(observer: &mut Observer, failure: Failure<'_>, protocol: Protocol) -> Option<Cause> {
    let address = match failure.address() {
        Some(address) => address,
        None => remote(observer, failure)?,
    };
    let (port, ip) = (address.port()?, address.ip()?);
    if protocol == Protocol::Udp {
        return Some(Cause::NobodyReceives { address: address.to_string() });
    }
    let nobody = Cause::NobodyListens { address: address.to_string() };
    if protocol != Protocol::Tcp || !local::is_local(ip) {
        return Some(nobody);
    }
    let listeners = observer.listeners().ok()?;
    let listens = |port| listeners.iter().any(|one| one.local.port() == Some(port) && covers(&one.local, ip));
    match port.swap_bytes() {
        _ if listens(port) => None,
        listening if listening != port && listens(listening) => Some(Cause::ByteSwapped { port, listening }),
        _ => Some(nobody),
    }
}

/// The remote address of the descriptor, where the call gave none (UDP).
fn remote(observer: &mut Observer, failure: Failure<'_>) -> Option<Address> {
    let own = failure.inode()?;
    let (sockets, _) = observer.sockets().ok()?;
    sockets.into_iter().find(|socket| socket.inode == own).map(|socket| socket.remote)
}
