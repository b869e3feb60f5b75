//! Observation on the real kernel.

use std::net::{TcpListener, TcpStream};

use socketlab::observe::{Observer, Watched};
use socketlab::state::{Content, Row, Socket, SocketState};

fn me(actor: &str) -> Watched {
    Watched { actor: actor.into(), pid: std::process::id().cast_signed(), hidden_fd: None }
}

fn sockets(rows: &[Row]) -> Vec<(&Row, &Socket)> {
    rows.iter()
        .filter_map(|row| match &row.content {
            Content::Socket(socket) => Some((row, socket)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_connection_not_yet_accepted_belongs_to_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let _client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let view = Observer::new().unwrap().view(&[me("both")], &[port]).unwrap();
    let rows = sockets(&view.rows);
    let listening =
        rows.iter().find(|row| row.1.state == SocketState::Listen && row.1.local.port() == Some(port)).unwrap();
    assert_eq!((listening.1.accept_queue, listening.0.actor.as_deref()), (Some(1), Some("both")));
    let waiting = rows.iter().find(|row| row.1.awaits_accept() && row.1.local.port() == Some(port)).unwrap();
    assert_eq!(waiting.0.actor, None);
}
