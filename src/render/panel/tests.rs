use std::net::Ipv4Addr;

use super::{Frame, panel};
use crate::render::style::Look;
use crate::state::{Content, Holder, Protocol, Row, Socket, SocketState, Timer, TimerKind, View};
use crate::syscall::address::Address;

fn socket((local, remote): (u16, u16), inode: u64, state: SocketState) -> Socket {
    let end = |port| {
        let ip = if port == 0 { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        Address::v4(ip, port)
    };
    Socket {
        accept_queue: (state == SocketState::Listen).then_some(0),
        backlog: (state == SocketState::Listen).then_some(128),
        inode,
        ..Socket::between(Protocol::Tcp, state, (end(local), end(remote)))
    }
}

fn held(fd: i32, socket: Socket) -> Row {
    Row { actor: Some("serveur".into()), pid: Some(7), fd: Some(fd), content: Content::Socket(socket) }
}

fn listener() -> Row {
    held(3, socket((3001, 0), 1, SocketState::Listen))
}

/// A client's own end of a connection to port 3001.
fn own_end(port: u16, unread: u32) -> Row {
    let holder = Holder { pid: 9, fd: 5, command: "nc".into() };
    let end = socket((port, 3001), u64::from(port) + 1000, SocketState::Established);
    let content = Content::Socket(Socket { recv_queue: unread, holders: vec![holder], ..end });
    Row { actor: None, pid: Some(9), fd: Some(5), content }
}

fn connection(port: u16) -> Row {
    held(i32::from(port), socket((3001, port), u64::from(port), SocketState::Established))
}

fn nobodys(socket: Socket) -> Row {
    Row { actor: None, pid: None, fd: None, content: Content::Socket(socket) }
}

fn view(rows: impl IntoIterator<Item = Row>) -> View {
    View { rows: rows.into_iter().collect(), ..View::default() }
}

const PEER: Frame<'_> = Frame { rows: 12, spoke: Some("serveur") };

/// With plain spaces.
fn lines((old, new): (&View, &View), frame: Frame<'_>) -> Vec<String> {
    let page = panel(Look::default(), Some(old), new, frame);
    page.into_lines().into_iter().map(|line| line.replace(['\u{a0}', '\u{202f}'], " ")).collect()
}

#[test]
fn nothing_is_shown_where_nothing_that_is_shown_differs() {
    let holder = |row: &mut Row| {
        if let Content::Socket(socket) = &mut row.content {
            socket.holders[0].pid = 10;
            socket.send_queue = 4;
        }
    };
    let old = view([listener(), connection(40), own_end(40, 0)]);
    let mut new = old.clone();
    holder(&mut new.rows[2]);
    assert_eq!(lines((&old, &new), PEER), Vec::<String>::new());
}

#[test]
fn what_the_client_has_not_read_is_said_of_its_connection() {
    let at = |unread| view([listener(), connection(40), own_end(40, unread)]);
    let wanted = "le client n’a pas lu : 16 o chez lui (avant 8)";
    let shown = lines((&at(8), &at(16)), PEER);
    assert!(shown.iter().any(|line| line.contains(wanted)), "{shown:?}");
    assert!(shown.iter().any(|line| line.starts_with("  ~ fd 40")), "{shown:?}");
    assert!(!shown.iter().any(|line| line.contains("fd 5")), "its own end is folded: {shown:?}");
    let read = lines((&at(8), &at(0)), PEER);
    assert!(read.iter().any(|line| line.contains("n’a pas lu : 0 o chez lui (avant 8)")), "{read:?}");
}

#[test]
fn of_many_rows_those_that_changed_are_shown_and_the_others_counted() {
    let class = |skipped: u16| {
        let ports = (1..=30).filter(move |port| *port != skipped);
        view(std::iter::once(listener()).chain(ports.flat_map(|port| [connection(port), own_end(port, 0)])))
    };
    let shown = lines((&class(0), &class(3)), PEER);
    let wanted = [
        "    fd 3  LISTEN       127.0.0.1:3001       en attente : 0   (backlog 128)",
        "  - fd 3  ESTABLISHED  127.0.0.1:3001 ← 127.0.0.1:3  disparu",
        "    … et 29 autres sockets, inchangés",
    ];
    assert_eq!(shown, wanted);
    let shown = lines((&view([listener()]), &class(0)), PEER);
    assert_eq!(shown.iter().filter(|line| line.starts_with("  + ")).count(), 12);
    assert_eq!(shown.last().map(String::as_str), Some("    … et 18 autres changements, 1 autre socket, inchangé"));
}

#[test]
fn connections_in_time_wait_are_one_line() {
    let waiting = |port, expires_ms| {
        let timer = Some(Timer { kind: TimerKind::TimeWait, expires_ms, retransmissions: 0 });
        nobodys(Socket { timer, ..socket((3001, port), 0, SocketState::TimeWait) })
    };
    let old = view([listener(), connection(40), connection(41)]);
    // One of them is so at both of its ends.
    let other = nobodys(socket((50, 3001), 0, SocketState::TimeWait));
    let mut new = view([listener(), connection(41), waiting(40, 59_500), waiting(50, 12_100), other]);
    new.fold_finished();
    let shown = lines((&old, &new), PEER);
    assert_eq!(shown[2], "  - fd 40  ESTABLISHED  127.0.0.1:3001 ← 127.0.0.1:40");
    assert_eq!(shown[3].trim(), "descripteur fermé, TIME_WAIT encore 60 s");
    assert_eq!(shown[4..], ["    2 connexions finies, en TIME_WAIT : la dernière encore 60 s"]);
    // Its time runs out, or it is over: that alone is nothing to show.
    let mut later = view([listener(), connection(41), waiting(40, 900)]);
    later.fold_finished();
    assert_eq!(lines((&new, &later), PEER), Vec::<String>::new());
}

#[test]
fn who_holds_the_rows_is_named_where_another_spoke() {
    let (old, new) = (view([listener()]), view([listener(), connection(40)]));
    assert_eq!(lines((&old, &new), Frame { spoke: Some("fil 1"), ..PEER })[0], "  serveur (pid 7)");
    assert!(lines((&old, &new), PEER)[0].contains("LISTEN"));
}

#[test]
fn an_unconnected_datagram_socket_is_named_as_ss_names_it() {
    let datagram = Socket { protocol: Protocol::Udp, ..socket((3001, 0), 5, SocketState::Close) };
    let shown = lines((&view([]), &view([held(3, datagram)])), PEER);
    assert!(shown[0].contains("UDP UNCONN"), "{shown:?}");
}
