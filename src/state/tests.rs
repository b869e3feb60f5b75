use crate::state::{
    Activity, Content, Finished, Privilege, Protocol, Row, Socket, SocketState, Target, Timer, TimerKind, View,
};
use crate::syscall::address::Address;

fn inet(text: &str) -> Address {
    Address::Inet(text.parse().unwrap())
}

fn socket(state: SocketState, local: &str, remote: &str) -> Socket {
    Socket::between(Protocol::Tcp, state, (inet(local), inet(remote)))
}

fn row(content: Content) -> Row {
    Row { actor: None, pid: None, fd: None, content }
}

#[test]
fn states_have_the_numbers_and_names_of_the_kernel() {
    use SocketState as S;
    for (number, state, name, passes) in [
        (1, S::Established, "ESTABLISHED", false),
        (2, S::SynSent, "SYN_SENT", false),
        (3, S::SynRecv, "SYN_RECV", true),
        (4, S::FinWait1, "FIN_WAIT1", true),
        (5, S::FinWait2, "FIN_WAIT2", false),
        (6, S::TimeWait, "TIME_WAIT", false),
        (7, S::Close, "CLOSE", false),
        (8, S::CloseWait, "CLOSE_WAIT", false),
        (9, S::LastAck, "LAST_ACK", true),
        (10, S::Listen, "LISTEN", false),
        (11, S::Closing, "CLOSING", true),
    ] {
        assert_eq!(SocketState::from_number(number), Some(state), "{name}");
        assert_eq!((SocketState::from_name(name), state.name(), state.transient()), (Some(state), name, passes));
        assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{name}\""));
        assert!(SocketState::all().any(|one| one == state), "{name}");
    }
    assert_eq!(SocketState::from_number(12), Some(S::SynRecv));
    assert_eq!((SocketState::from_number(0), SocketState::from_number(13)), (None, None));
    assert_eq!((SocketState::from_name("listen"), SocketState::all().count()), (None, 11));
}

#[test]
fn both_sides_name_one_connection() {
    let (one, other) = (inet("[::ffff:10.0.0.1]:80"), inet("10.0.0.2:5000"));
    let server = Socket::between(Protocol::Tcp, SocketState::Established, (one, other));
    let client = socket(SocketState::Established, "10.0.0.2:5000", "10.0.0.1:80");
    assert_eq!(server.ends(), (Protocol::Tcp, inet("10.0.0.1:80"), inet("10.0.0.2:5000")));
    assert_eq!((server.mirrored(), server.ends()), (client.ends(), client.mirrored()));
}

#[test]
fn a_fin_is_no_byte_to_read() {
    for (protocol, state, queue, unread) in [
        (Protocol::Tcp, SocketState::Established, 5, 5),
        (Protocol::Tcp, SocketState::CloseWait, 5, 4),
        (Protocol::Tcp, SocketState::CloseWait, 0, 0),
        (Protocol::Unix, SocketState::CloseWait, 5, 5),
    ] {
        let mut socket = socket(state, "127.0.0.1:80", "127.0.0.1:5000");
        (socket.protocol, socket.recv_queue) = (protocol, queue);
        assert_eq!(socket.unread(), unread, "{protocol:?} {state:?} {queue}");
    }
}

#[test]
fn a_connection_without_a_descriptor_awaits_accept() {
    for (state, inode, awaits) in [
        (SocketState::Established, 0, true),
        (SocketState::CloseWait, 0, true),
        (SocketState::Established, 7, false),
        (SocketState::TimeWait, 0, false),
        (SocketState::FinWait2, 0, false),
    ] {
        let socket = Socket { inode, ..socket(state, "127.0.0.1:80", "127.0.0.1:5000") };
        assert_eq!(socket.awaits_accept(), awaits, "{state:?} {inode}");
    }
}

#[test]
fn asleep_is_inside_a_call() {
    for (state, syscall, asleep) in [
        ('S', Some(0), true),
        ('D', Some(43), true),
        ('S', Some(-1), false),
        ('S', None, false),
        ('R', Some(43), false),
        ('Z', Some(43), false),
    ] {
        let activity = Activity { state, syscall, arguments: Vec::new(), wchan: None };
        assert_eq!(activity.asleep(), asleep, "{state} {syscall:?}");
    }
}

#[test]
fn what_is_finished_is_counted_and_no_row() {
    let waits = |local: &str, remote: &str, expires_ms| {
        let timer = Some(Timer { kind: TimerKind::TimeWait, expires_ms, retransmissions: 0 });
        row(Content::Socket(Socket { timer, ..socket(SocketState::TimeWait, local, remote) }))
    };
    let listens = row(Content::Socket(socket(SocketState::Listen, "0.0.0.0:80", "0.0.0.0:0")));
    let silent = row(Content::Socket(socket(SocketState::TimeWait, "127.0.0.1:80", "127.0.0.1:7000")));
    let rows = vec![
        waits("127.0.0.1:80", "127.0.0.1:5000", 300),
        listens.clone(),
        waits("[::ffff:127.0.0.1]:5000", "[::ffff:127.0.0.1]:80", 700),
        waits("127.0.0.1:80", "127.0.0.1:6000", 500),
        silent,
        row(Content::Other(Target::Pipe)),
    ];
    let mut view = View { rows, source: None, finished: Vec::new() };
    view.fold_finished();
    assert_eq!(view.rows, [listens, row(Content::Other(Target::Pipe))]);
    assert_eq!((view.finished.len(), view.finished_connections(), view.finished_for()), (4, 3, Some(700)));
    let expires: Vec<_> = view.finished.iter().map(|one| one.expires_ms).collect();
    assert_eq!(expires, [Some(300), Some(700), Some(500), None]);

    let held = |local: &str, remote: &str| socket(SocketState::FinWait2, local, remote);
    let found = view.finished_as(&held("127.0.0.1:80", "127.0.0.1:6000"));
    assert_eq!(found.and_then(|one| one.expires_ms), Some(500));
    assert_eq!(view.finished_as(&held("127.0.0.1:6000", "127.0.0.1:80")), None);
    assert_eq!((View::default().finished_connections(), View::default().finished_for()), (0, None));
}

#[test]
fn a_connection_between_equal_ports_is_one_too() {
    let finished = |protocol, local: &str, remote: &str| {
        let (local, remote) = (inet(local), inet(remote));
        Finished { protocol, local, remote, expires_ms: None }
    };
    let mut view = View::default();
    view.finished.push(finished(Protocol::Tcp, "127.0.0.1:80", "127.0.0.2:80"));
    view.finished.push(finished(Protocol::Tcp, "127.0.0.2:80", "127.0.0.1:80"));
    assert_eq!(view.finished_connections(), 1);
    view.finished.push(finished(Protocol::Tcp, "127.0.0.2:80", "127.0.0.3:80"));
    assert_eq!(view.finished_connections(), 2);
}

#[test]
fn only_a_socket_of_a_table_listens() {
    let listed = |state| Content::Socket(socket(state, "0.0.0.0:80", "0.0.0.0:0"));
    for (content, is_socket, listens) in [
        (listed(SocketState::Listen), true, true),
        (listed(SocketState::Close), true, false),
        (Content::Unlisted { inode: 7 }, false, false),
        (Content::Other(Target::Pipe), false, false),
    ] {
        let row = row(content);
        assert_eq!((row.socket().is_some(), row.is_listening()), (is_socket, listens), "{row:?}");
    }
}

#[test]
fn privileges_have_the_names_of_the_manual() {
    let names = [Privilege::NetBindService, Privilege::NetRaw].map(Privilege::name);
    assert_eq!(names, ["CAP_NET_BIND_SERVICE", "CAP_NET_RAW"]);
}
