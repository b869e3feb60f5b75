//! Strangers who connect to the lesson's sockets: found by their address, which no actor holds.

use std::collections::BTreeSet;

use crate::event::Visitor;
use crate::state::{Content, Holder, Row, Socket, SocketState, View};
use crate::syscall::address::Address;

/// Every stranger seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitors {
    /// Addresses our own actors have used: a connection from one of them is never a stranger's.
    ours: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Visitors {
    /// Whether a stranger has ever come: from then on, nothing that depends on the peers is judged.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.seen.is_empty()
    }

    /// Notes our own addresses in the view, then returns the strangers that are new.
    pub fn arrivals(&mut self, view: &View) -> Vec<Visitor> {
        self.ours.extend(view.rows.iter().filter(|row| row.actor.is_some()).filter_map(local_of));
        let listening: BTreeSet<u16> = view.rows.iter().filter_map(listening_port).collect();
        let mut found = Vec::new();
        for row in &view.rows {
            let Some(socket) = connection(row, &listening) else { continue };
            let address = socket.remote.to_string();
            if self.ours.contains(&address) || !self.seen.insert(address.clone()) {
                continue;
            }
            let holder = holder_of(&socket.remote, view);
            found.push(Visitor {
                address,
                pid: holder.as_ref().map(|holder| holder.pid),
                command: holder.map(|holder| holder.command),
                role: None,
            });
        }
        found
    }
}

fn local_of(row: &Row) -> Option<String> {
    match &row.content {
        Content::Socket(socket) if socket.state != SocketState::Listen => Some(socket.local.to_string()),
        _ => None,
    }
}

fn listening_port(row: &Row) -> Option<u16> {
    match &row.content {
        Content::Socket(socket) if row.actor.is_some() && socket.state == SocketState::Listen => socket.local.port(),
        _ => None,
    }
}

/// The server's end of a connection that came through one of our listening sockets.
fn connection<'a>(row: &'a Row, listening: &BTreeSet<u16>) -> Option<&'a Socket> {
    match &row.content {
        Content::Socket(socket)
            if matches!(socket.state, SocketState::Established | SocketState::CloseWait)
                && socket.local.port().is_some_and(|port| listening.contains(&port))
                && (row.actor.is_some() || socket.awaits_accept()) =>
        {
            Some(socket)
        }
        _ => None,
    }
}

fn holder_of(address: &Address, view: &View) -> Option<Holder> {
    view.rows.iter().find_map(|row| match &row.content {
        Content::Socket(socket) if row.actor.is_none() && socket.local == *address => socket.holders.first().cloned(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::Visitors;
    use crate::state::{Content, Holder, Protocol, Row, Socket, SocketState, Target, View};
    use crate::syscall::address::Address;

    fn socket(state: SocketState, local: u16, remote: u16) -> Socket {
        let at = |port| Address::v4(Ipv4Addr::LOCALHOST, port);
        Socket { inode: 7, ..Socket::between(Protocol::Tcp, state, (at(local), at(remote))) }
    }

    fn row(actor: Option<&str>, socket: Socket) -> Row {
        Row { actor: actor.map(str::to_owned), pid: None, fd: None, content: Content::Socket(socket) }
    }

    fn listening(mut rows: Vec<Row>) -> View {
        rows.push(row(Some("serveur"), socket(SocketState::Listen, 3001, 0)));
        View { rows, ..View::default() }
    }

    fn arrivals(rows: Vec<Row>) -> Vec<String> {
        Visitors::default().arrivals(&listening(rows)).into_iter().map(|visitor| visitor.address).collect()
    }

    #[test]
    fn a_stranger_s_connection_is_met_once() {
        let view = listening(vec![row(Some("serveur"), socket(SocketState::Established, 3001, 4001))]);
        let mut visitors = Visitors::default();
        assert!(!visitors.any());
        let met = visitors.arrivals(&view);
        assert_eq!(
            (met.len(), met[0].address.as_str(), met[0].pid, met[0].command.clone()),
            (1, "127.0.0.1:4001", None, None)
        );
        assert!(visitors.any());
        assert_eq!(visitors.arrivals(&view), []);
    }

    #[test]
    fn its_process_is_named_where_it_is_seen() {
        let holders = vec![Holder { pid: 12, fd: 3, command: "nc".to_owned() }];
        let theirs = Socket { holders, ..socket(SocketState::Established, 4001, 3001) };
        let elsewhere = Socket {
            holders: vec![Holder { pid: 13, fd: 3, command: "curl".to_owned() }],
            ..socket(SocketState::Established, 4002, 3001)
        };
        let ours = row(Some("serveur"), socket(SocketState::Established, 3001, 4001));
        let met = Visitors::default().arrivals(&listening(vec![row(None, elsewhere), row(None, theirs), ours]));
        assert_eq!(
            met.iter().map(|met| (met.pid, met.command.as_deref())).collect::<Vec<_>>(),
            [(Some(12), Some("nc"))]
        );
    }

    #[test]
    fn who_is_no_stranger() {
        let waiting = Socket { inode: 0, ..socket(SocketState::Established, 3001, 4001) };
        assert_eq!(arrivals(vec![row(None, waiting.clone())]), ["127.0.0.1:4001"], "it waits for accept");
        assert_eq!(
            arrivals(vec![row(None, Socket { inode: 9, ..waiting.clone() })]),
            [""; 0],
            "somebody else's socket"
        );
        let gone = socket(SocketState::CloseWait, 3001, 4001);
        assert_eq!(arrivals(vec![row(Some("serveur"), gone)]), ["127.0.0.1:4001"], "it left already");
        let over = socket(SocketState::TimeWait, 3001, 4001);
        assert_eq!(arrivals(vec![row(Some("serveur"), over)]), [""; 0]);
        let other = socket(SocketState::Established, 3002, 4001);
        assert_eq!(arrivals(vec![row(Some("serveur"), other)]), [""; 0], "another port");
        let ours = row(Some("client"), socket(SocketState::Established, 4001, 3001));
        assert_eq!(arrivals(vec![ours, row(None, waiting)]), [""; 0], "an actor's");
    }

    #[test]
    fn our_own_addresses_are_remembered() {
        let mut visitors = Visitors::default();
        let ours = row(Some("client"), socket(SocketState::SynSent, 4001, 3001));
        assert_eq!(visitors.arrivals(&listening(vec![ours])), []);
        let left = row(Some("serveur"), socket(SocketState::CloseWait, 3001, 4001));
        assert_eq!(visitors.arrivals(&listening(vec![left.clone()])), []);
        let pipe = Row { content: Content::Other(Target::Pipe), ..left };
        assert_eq!(visitors.arrivals(&listening(vec![pipe])), []);
    }

    #[test]
    fn a_stranger_s_listener_and_a_listener_s_address_are_not_ours() {
        let theirs = View {
            rows: vec![
                row(None, socket(SocketState::Listen, 3001, 0)),
                row(Some("serveur"), socket(SocketState::Established, 3001, 4001)),
            ],
            ..View::default()
        };
        assert_eq!(Visitors::default().arrivals(&theirs), []);
        // A listening address, as a peer's, would be a stranger's: nobody of ours connects from it.
        let odd = row(Some("serveur"), socket(SocketState::Established, 3001, 3001));
        let met = Visitors::default().arrivals(&listening(vec![odd]));
        assert_eq!(met.len(), 0, "the row itself makes it ours");
    }
}
