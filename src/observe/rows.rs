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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Held, Interest, assemble, ends};
    use crate::state::{Content, Descriptor, Protocol, Row, Socket, SocketState, Target};
    use crate::syscall::address::Address;

    fn address(text: &str) -> Address {
        Address::Inet(text.parse().unwrap())
    }

    fn socket(state: SocketState, inode: u64, local: &str, remote: &str) -> Socket {
        let mut fixed = vec![0; 72];
        (fixed[0], fixed[1]) = (2, 1);
        let blank = crate::observe::sock_diag::parse(Protocol::Tcp, &fixed).unwrap().unwrap();
        let ipv6 = local.starts_with('[');
        Socket { state, inode, ipv6, local: address(local), remote: address(remote), ..blank }
    }

    fn held(actor: &str, sockets: &[(i32, u64)]) -> Held {
        let descriptor = |(fd, inode): &(i32, u64)| Descriptor { fd: *fd, target: Target::Socket { inode: *inode } };
        let descriptors = sockets.iter().map(descriptor).collect();
        Held { actor: actor.into(), pid: 10, command: actor.into(), descriptors }
    }

    /// `actor fd state local`, one a row.
    fn shown(rows: &[Row]) -> Vec<String> {
        let one = |row: &Row| {
            let content = match &row.content {
                Content::Socket(socket) => format!("{} {}", socket.state.name(), socket.local),
                other => format!("{other:?}"),
            };
            format!("{} {} {content}", row.actor.as_deref().unwrap_or("-"), row.fd.unwrap_or(-1))
        };
        rows.iter().map(one).collect()
    }

    fn rows(held: &[Held], table: &[Socket], ports: &[u16]) -> Vec<String> {
        shown(&assemble(held, table, Interest { ports, past: &HashSet::new() }))
    }

    #[test]
    fn actors_come_first_in_their_order_then_by_descriptor() {
        let table = [
            socket(SocketState::Established, 0, "127.0.0.1:3001", "127.0.0.1:50000"),
            socket(SocketState::Established, 2, "127.0.0.1:50000", "127.0.0.1:3001"),
            socket(SocketState::Listen, 1, "0.0.0.0:3001", "0.0.0.0:0"),
            socket(SocketState::Established, 9, "127.0.0.1:22", "127.0.0.1:40000"),
        ];
        let held = [held("serveur", &[(3, 1), (4, 7)]), held("client", &[(3, 2)]), held("enfant", &[(3, 1)])];
        let expected = [
            "serveur 3 LISTEN 0.0.0.0:3001",
            "serveur 4 Unlisted { inode: 7 }",
            "client 3 ESTABLISHED 127.0.0.1:50000",
            "enfant 3 LISTEN 0.0.0.0:3001",
            "- -1 ESTABLISHED 127.0.0.1:3001",
        ];
        assert_eq!(rows(&held, &table, &[]), expected);
    }

    #[test]
    fn strangers_are_shown_for_a_reason() {
        let cases = [
            ("on a port", &[3001][..], "127.0.0.1:3001", "0.0.0.0:0", true),
            ("towards a port", &[3001], "127.0.0.1:50001", "192.0.2.1:3001", true),
            ("the other end", &[], "127.0.0.1:80", "127.0.0.1:50000", true),
            ("the other end, as IPv6 writes it", &[], "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:50000", true),
            ("taken by the listener", &[], "[::1]:3002", "[::1]:50002", true),
            ("a client of the listener", &[], "127.0.0.1:50003", "127.0.0.1:3002", true),
            ("elsewhere", &[], "127.0.0.1:80", "127.0.0.1:50001", false),
            ("unconnected", &[], "127.0.0.1:81", "0.0.0.0:0", false),
            ("port 0 is no port", &[0], "127.0.0.1:81", "0.0.0.0:0", false),
        ];
        for (why, ports, local, remote, wanted) in cases {
            let table = [
                socket(SocketState::Established, 2, "127.0.0.1:50000", "127.0.0.1:80"),
                socket(SocketState::Listen, 3, "[::]:3002", "[::]:0"),
                socket(SocketState::Close, 4, "127.0.0.1:0", "0.0.0.0:0"),
                socket(SocketState::Established, 9, local, remote),
            ];
            let rows = rows(&[held("client", &[(3, 2), (4, 3), (5, 4)])], &table, ports);
            assert_eq!(rows.len() == 4, wanted, "{why}");
        }
    }

    #[test]
    fn what_remains_of_a_connection_is_remembered() {
        let alive = [socket(SocketState::Established, 2, "127.0.0.1:50000", "127.0.0.1:80")];
        let past: HashSet<_> = ends(&[held("client", &[(3, 2)])], &alive).collect();
        let remains = [socket(SocketState::TimeWait, 0, "127.0.0.1:50000", "127.0.0.1:80")];
        let interest = Interest { ports: &[], past: &past };
        assert_eq!(shown(&assemble(&[], &remains, interest)), ["- -1 TIME_WAIT 127.0.0.1:50000"]);
    }
}
