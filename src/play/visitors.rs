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
