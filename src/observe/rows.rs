//! The rows of a view, from the descriptors of the watched processes and the kernel's tables. Pure.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::observe::holders::sockets;
use crate::observe::sock_diag::{covers, same_endpoint};
use crate::state::{Content, Descriptor, Holder, Protocol, Row, Socket, SocketState, Target};
use crate::syscall::address::Address;

/// A watched process and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub actor: String,
    pub pid: i32,
    pub command: String,
    pub descriptors: Vec<Descriptor>,
}

/// Both ends of a connection that a watched process had: what remains of it once closed is still of interest.
pub type Ends = (Protocol, Address, Address);

/// What the strangers' sockets are chosen by.
#[derive(Clone, Copy, Debug)]
pub struct Interest<'a> {
    pub ports: &'a [u16],
    pub past: &'a HashSet<Ends>,
}

/// The rows of the watched processes, in their order then by descriptor, then those of strangers or of nobody.
#[must_use]
pub fn assemble(held: &[Held], table: &[Socket], interest: Interest<'_>) -> Vec<Row> {
    let holders = watched_holders(held);
    let by_inode: HashMap<u64, &Socket> =
        table.iter().filter(|socket| socket.inode != 0).map(|socket| (socket.inode, socket)).collect();
    let watched: Vec<&Socket> = holders.keys().filter_map(|inode| by_inode.get(inode).copied()).collect();
    let mut rows = Vec::new();
    for process in held {
        for descriptor in &process.descriptors {
            let content = content(&descriptor.target, &by_inode, &holders);
            let fd = Some(descriptor.fd);
            rows.push(Row { actor: Some(process.actor.clone()), pid: Some(process.pid), fd, content });
        }
    }
    let mut others: Vec<&Socket> = table
        .iter()
        .filter(|socket| !holders.contains_key(&socket.inode) && concerns(socket, &watched, interest))
        .collect();
    others.sort_by(|one, other| order(one, other));
    rows.extend(others.into_iter().map(|socket| stranger(socket.clone())));
    rows
}

/// Every connection that a watched socket has now.
pub fn ends<'a>(held: &'a [Held], table: &'a [Socket]) -> impl Iterator<Item = Ends> + 'a {
    let inodes: HashSet<u64> =
        held.iter().flat_map(|process| sockets(&process.descriptors).map(|pair| pair.0).collect::<Vec<_>>()).collect();
    let connected = table.iter().filter(move |socket| inodes.contains(&socket.inode) && is_connected(socket));
    connected.map(|socket| (socket.protocol, socket.local.clone(), socket.remote.clone()))
}

fn watched_holders(held: &[Held]) -> HashMap<u64, Vec<Holder>> {
    let mut holders: HashMap<u64, Vec<Holder>> = HashMap::new();
    for process in held {
        for (inode, fd) in sockets(&process.descriptors) {
            let holder = Holder { pid: process.pid, fd, command: process.command.clone() };
            holders.entry(inode).or_default().push(holder);
        }
    }
    holders
}

fn content(target: &Target, table: &HashMap<u64, &Socket>, holders: &HashMap<u64, Vec<Holder>>) -> Content {
    let Target::Socket { inode } = *target else { return Content::Other(target.clone()) };
    match table.get(&inode) {
        Some(socket) => {
            let holders = holders.get(&inode).cloned().unwrap_or_default();
            Content::Socket(Socket { holders, ..(*socket).clone() })
        }
        None => Content::Unlisted { inode },
    }
}

fn stranger(socket: Socket) -> Row {
    Row { actor: None, pid: None, fd: None, content: Content::Socket(socket) }
}

fn is_connected(socket: &Socket) -> bool {
    socket.remote.port().is_some_and(|port| port != 0)
}

/// Whether a stranger's socket is shown: one of the ports, the other end or the rest of a watched connection, or
/// what a watched socket takes.
fn concerns(socket: &Socket, watched: &[&Socket], interest: Interest<'_>) -> bool {
    let on_port = |address: &Address| address.port().is_some_and(|port| port != 0 && interest.ports.contains(&port));
    on_port(&socket.local)
        || on_port(&socket.remote)
        || watched.iter().any(|one| touches(socket, one))
        || interest.past.iter().any(|past| belongs(socket, past))
}

fn touches(socket: &Socket, watched: &Socket) -> bool {
    if is_connected(watched) {
        return belongs(socket, &(watched.protocol, watched.local.clone(), watched.remote.clone()));
    }
    let listens = watched.state == SocketState::Listen || watched.protocol == Protocol::Udp;
    let (inside, outside) = (&socket.local, &socket.remote);
    listens && socket.protocol == watched.protocol && (takes(watched, inside) || takes(watched, outside))
}

/// Whether what is sent to `address` reaches this unconnected socket.
fn takes(watched: &Socket, address: &Address) -> bool {
    let port = watched.local.port().filter(|port| *port != 0);
    port.is_some() && port == address.port() && address.ip().is_some_and(|ip| covers(&watched.local, ip))
}

fn belongs(socket: &Socket, (protocol, local, remote): &Ends) -> bool {
    let same = |one, other| same_endpoint(one, local) && same_endpoint(other, remote);
    socket.protocol == *protocol && (same(&socket.local, &socket.remote) || same(&socket.remote, &socket.local))
}

fn order(one: &Socket, other: &Socket) -> Ordering {
    key(one).cmp(&key(other))
}

fn key(socket: &Socket) -> (bool, u16, String, u16, u64) {
    let port = |address: &Address| address.port().unwrap_or(0);
    let listening = socket.state == SocketState::Listen;
    (!listening, port(&socket.local), socket.local.to_string(), port(&socket.remote), socket.inode)
}
