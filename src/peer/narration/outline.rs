//! What a view amounts to.

use crate::state::{Content, Protocol, Row, SocketState, View};

pub fn is_listening(row: &Row) -> bool {
    matches!(&row.content, Content::Socket(socket) if socket.state == SocketState::Listen)
}

/// What a change worth showing changes: the holder, the state and the queues.
pub type Outline = (Option<i32>, Option<i32>, Option<(SocketState, Option<u32>, u32, u32)>);

pub fn outline(view: &View) -> Vec<Outline> {
    let one = |row: &Row| match &row.content {
        Content::Socket(socket) => Some((socket.state, socket.accept_queue, socket.recv_queue, socket.send_queue)),
        _ => None,
    };
    view.rows.iter().map(|row| (row.pid, row.fd, one(row))).collect()
}

/// The port of a socket of the peer's that takes what comes to every interface.
pub fn open_to_all(row: &Row) -> Option<u16> {
    match &row.content {
        Content::Socket(socket) if row.actor.is_some() && socket.local.is_any() => {
            let open = is_listening(row) || (socket.protocol == Protocol::Udp && socket.state == SocketState::Close);
            socket.local.port().filter(|port| open && *port != 0)
        }
        _ => None,
    }
}
