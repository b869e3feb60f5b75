//! Observation on the real kernel, in a private network.

mod private_network;

use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;

use private_network::entered;
use socketlab::observe::{Observer, Watched};
use socketlab::state::{Content, Row, Socket, SocketState};

fn me() -> Watched {
    Watched { actor: "moi".into(), pid: std::process::id().cast_signed(), hidden_fd: None }
}

fn sockets(rows: &[Row]) -> Vec<(&Row, &Socket)> {
    let one = |row| socket(row).map(|socket| (row, socket));
    rows.iter().filter_map(one).collect()
}

fn socket(row: &Row) -> Option<&Socket> {
    match &row.content {
        Content::Socket(socket) => Some(socket),
        _ => None,
    }
}

#[test]
fn a_connection_not_yet_accepted_belongs_to_nobody() {
    if !entered("a_connection_not_yet_accepted_belongs_to_nobody") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
    let client = TcpStream::connect("127.0.0.1:3001").unwrap();
    let view = Observer::new().unwrap().view(&[me()], &[3001]).unwrap();
    let shown: Vec<_> = sockets(&view.rows).into_iter().map(|(row, it)| (row.fd, it.state, it.accept_queue)).collect();
    let expected = [
        (Some(listener.as_raw_fd()), SocketState::Listen, Some(1)),
        (Some(client.as_raw_fd()), SocketState::Established, None),
        (None, SocketState::Established, None),
    ];
    assert_eq!(shown, expected);
}
