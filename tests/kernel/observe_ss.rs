//! Every field of a socket that `ss` shows, compared with what we read, on the same sockets.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::Command;

use crate::private_network::entered;
use crate::support::not_run;
use socket2::{Domain, SockRef, Socket as RawSocket, Type};
use socketlab::observe::Observer;
use socketlab::observe::holders::holders_of;
use socketlab::state::{Protocol, Socket, SocketState, Source, TimerKind};
use socketlab::syscall::address::Address;

/// A line of ss.
#[derive(Debug)]
struct Line {
    receive: u32,
    send: u32,
    users: Vec<(String, i32, i32)>,
    timer: Option<(TimerKind, u32, u32, u8)>,
    uid: u32,
    inode: u64,
    shutdown: Option<u8>,
    drops: Option<u32>,
}

type Key = (String, String, String);

const STATES: [(&str, SocketState); 11] = [
    ("ESTAB", SocketState::Established),
    ("SYN-SENT", SocketState::SynSent),
    ("SYN-RECV", SocketState::SynRecv),
    ("FIN-WAIT-1", SocketState::FinWait1),
    ("FIN-WAIT-2", SocketState::FinWait2),
    ("TIME-WAIT", SocketState::TimeWait),
    ("UNCONN", SocketState::Close),
    ("CLOSE-WAIT", SocketState::CloseWait),
    ("LAST-ACK", SocketState::LastAck),
    ("LISTEN", SocketState::Listen),
    ("CLOSING", SocketState::Closing),
];

fn ss(options: &str) -> Option<BTreeMap<Key, Line>> {
    let output = Command::new("ss").arg(options).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    Some(text.lines().map(line).collect())
}

fn line(text: &str) -> (Key, Line) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let state = STATES.iter().find(|row| row.0 == words[0]).unwrap().1;
    let after = |prefix: &str| words.iter().find_map(|word| word.strip_prefix(prefix));
    let parsed = Line {
        receive: words[1].parse().unwrap(),
        send: words[2].parse().unwrap(),
        users: after("users:((").map(users).unwrap_or_default(),
        timer: after("timer:(").map(timer),
        uid: after("uid:").map_or(0, |uid| uid.parse().unwrap()),
        inode: after("ino:").map_or(0, |inode| inode.parse().unwrap()),
        shutdown: words.iter().find_map(|word| arrow(word)),
        drops: after("skmem:(")
            .map(|fields| fields.rsplit_once(",d").unwrap().1.trim_end_matches(')').parse().unwrap()),
    };
    ((state.name().to_owned(), words[3].to_owned(), words[4].to_owned()), parsed)
}

fn arrow(word: &str) -> Option<u8> {
    ["<->", "-->", "<--", "---"].iter().position(|arrow| *arrow == word).map(|index| u8::try_from(index).unwrap())
}

/// `"nc",pid=12,fd=3),("sh",pid=11,fd=3))`
fn users(text: &str) -> Vec<(String, i32, i32)> {
    let mut users: Vec<_> = text
        .trim_end_matches(')')
        .split("),(")
        .map(|user| {
            let mut parts = user.rsplitn(3, ',');
            let mut number = |prefix| parts.next().unwrap().strip_prefix(prefix).unwrap().parse().unwrap();
            let (fd, pid) = (number("fd="), number("pid="));
            (parts.next().unwrap().trim_matches('"').to_owned(), pid, fd)
        })
        .collect();
    users.sort();
    users
}

/// `on,1.200ms,0`: kind, the shortest and the longest time that is so written, retransmissions.
fn timer(text: &str) -> (TimerKind, u32, u32, u8) {
    let parts: Vec<&str> = text.trim_end_matches(')').split(',').collect();
    let kind = match parts[0] {
        "on" => TimerKind::Retransmission,
        "keepalive" => TimerKind::Keepalive,
        "timewait" => TimerKind::TimeWait,
        "persist" => TimerKind::WindowProbe,
        other => panic!("{other}"),
    };
    let (minutes, rest) = parts[1].split_once("min").unwrap_or(("0", parts[1]));
    let (seconds, rest) = match rest.split_once("sec").or_else(|| rest.split_once('.')) {
        Some((seconds, rest)) => (seconds, rest),
        None => ("0", rest),
    };
    let milliseconds = rest.trim_end_matches("ms");
    let number = |text: &str| if text.is_empty() { 0 } else { text.parse::<u32>().unwrap() };
    let least = 60_000 * number(minutes) + 1000 * number(seconds) + number(milliseconds);
    let most = match least {
        600_000.. => least + 59_999,
        10_000.. => least + 999,
        _ => least,
    };
    (kind, least, most, parts[2].parse().unwrap())
}

/// An address as `ss -n` writes it.
fn written(address: &Address) -> String {
    let Address::Inet(address) = address else { panic!() };
    let port = if address.port() == 0 { "*".to_owned() } else { address.port().to_string() };
    match address {
        SocketAddr::V4(address) => format!("{}:{port}", address.ip()),
        SocketAddr::V6(address) => format!("[{}]:{port}", address.ip()),
    }
}

fn ours(observer: &mut Observer, protocol: Protocol) -> BTreeMap<Key, Socket> {
    let (sockets, source) = observer.sockets().unwrap();
    assert_eq!(source, Source::SockDiag);
    let of_protocol = sockets.into_iter().filter(|socket| socket.protocol == protocol);
    of_protocol.map(|it| ((it.state.name().to_owned(), written(&it.local), written(&it.remote)), it)).collect()
}

/// Without what moves by itself.
fn at_rest(table: &BTreeMap<Key, Socket>) -> Vec<(Key, Socket)> {
    let still = |(key, socket): (&Key, &Socket)| (key.clone(), Socket { timer: None, ..socket.clone() });
    table.iter().map(still).collect()
}

/// Compares what we read before and after `ss` with what it wrote; returns false when something moved meanwhile.
fn compared(protocol: Protocol, options: &str) -> Option<bool> {
    let mut observer = Observer::new().unwrap();
    let before = ours(&mut observer, protocol);
    let mut lines = ss(options)?;
    let after = ours(&mut observer, protocol);
    if at_rest(&before) != at_rest(&after)
        || before.values().zip(after.values()).any(|(one, other)| rearmed(one, other))
    {
        return Some(false);
    }
    for (key, socket) in &before {
        // `*:3001` is a socket bound to `::` that takes IPv4 too.
        let star = |text: &str| text.replace("[::]:", "*:");
        let alternative = (key.0.clone(), star(&key.1), star(&key.2));
        match lines.remove(key).or_else(|| lines.remove(&alternative)) {
            Some(line) => compare(socket, &after[key], &line),
            // This ss may be too old to ask for what is bound and no more.
            None => assert!(protocol == Protocol::Tcp && socket.state == SocketState::Close, "{key:?} not in ss"),
        }
    }
    assert!(lines.is_empty(), "only in ss: {lines:?}");
    Some(true)
}

fn rearmed(before: &Socket, after: &Socket) -> bool {
    match (before.timer, after.timer) {
        (Some(one), Some(other)) => {
            (one.kind, one.retransmissions) != (other.kind, other.retransmissions) || one.expires_ms < other.expires_ms
        }
        (one, other) => one != other,
    }
}

fn compare(before: &Socket, after: &Socket, line: &Line) {
    let receive = before.accept_queue.unwrap_or(before.recv_queue);
    let send = before.backlog.unwrap_or(before.send_queue);
    assert_eq!((receive, send), (line.receive, line.send), "{before:?}");
    assert_eq!((before.uid, before.inode), (line.uid, line.inode), "{before:?}");
    assert_eq!(line.shutdown.unwrap_or(0), before.shutdown, "{before:?}");
    assert_eq!(line.drops.unwrap_or(0), before.drops, "{before:?}");
    let wanted = if before.inode == 0 { Vec::new() } else { vec![before.inode] };
    let mut holders: Vec<_> = holders_of(&wanted).into_iter().flatten().map(|it| (it.command, it.pid, it.fd)).collect();
    holders.sort();
    assert_eq!(holders, line.users, "{before:?}");
    match (before.timer, after.timer, line.timer) {
        (Some(before), Some(after), Some((kind, least, most, retransmissions))) => {
            assert_eq!((before.kind, before.retransmissions), (kind, retransmissions));
            assert!(least <= before.expires_ms && after.expires_ms <= most, "{before:?} {after:?} {least}..{most}");
        }
        (None, None, None) => {}
        other => panic!("{other:?} {before:?}"),
    }
}

/// A comparison in which nothing moved; at most so many tries.
fn compare_at_rest(protocol: Protocol, options: &str) {
    for _ in 0..50 {
        match compared(protocol, options) {
            None => return not_run("ss absent (paquet iproute2)"),
            Some(true) => return,
            Some(false) => {}
        }
    }
    panic!("the sockets never rested");
}

fn listener(address: &str, backlog: i32) -> TcpListener {
    let address: SocketAddr = address.parse().unwrap();
    let socket = RawSocket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.bind(&address.into()).unwrap();
    socket.listen(backlog).unwrap();
    socket.into()
}

/// A connect that is not waited for.
fn knock(address: &str) -> RawSocket {
    let address: SocketAddr = address.parse().unwrap();
    let socket = RawSocket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
    socket.set_nonblocking(true).unwrap();
    let error = socket.connect(&address.into()).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EINPROGRESS));
    socket
}

fn pair(address: &str) -> (TcpStream, TcpStream) {
    let listener = listener(address, 8);
    let client = TcpStream::connect(address).unwrap();
    (client, listener.accept().unwrap().0)
}

/// Waits until a socket of that port has that state.
fn reached(port: u16, state: SocketState) {
    let mut observer = Observer::new().unwrap();
    let there = |it: &Socket| it.state == state && (it.local.port() == Some(port) || it.remote.port() == Some(port));
    while !observer.sockets().unwrap().0.iter().any(there) {
        std::thread::yield_now();
    }
}

#[test]
fn tcp_as_ss_shows_it() {
    if !entered("tcp_as_ss_shows_it") {
        return;
    }
    let full = listener("127.0.0.1:3001", 2);
    let waiting = [(); 3].map(|()| TcpStream::connect("127.0.0.1:3001").unwrap());
    let refused = knock("127.0.0.1:3001");
    reached(3001, SocketState::SynSent);
    let (mut sender, unread) = pair("127.0.0.1:3002");
    sender.write_all(b"salut").unwrap();
    let (half, closing) = pair("127.0.0.1:3003");
    half.shutdown(Shutdown::Write).unwrap();
    reached(3003, SocketState::CloseWait);
    let (orphan, held) = pair("127.0.0.1:3004");
    drop(orphan);
    reached(3004, SocketState::CloseWait);
    let (first, second) = pair("127.0.0.1:3005");
    drop(first);
    drop(second);
    reached(3005, SocketState::TimeWait);
    let bound = RawSocket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    bound.bind(&"127.0.0.1:3006".parse::<SocketAddr>().unwrap().into()).unwrap();
    let (alive, other) = pair("[::1]:3007");
    SockRef::from(&alive).set_keepalive(true).unwrap();
    let dual = listener("[::]:3008", 128);
    let mapped = TcpStream::connect("127.0.0.1:3008").unwrap();
    let (mut pushing, stuck) = pair("127.0.0.1:3009");
    pushing.set_nonblocking(true).unwrap();
    while pushing.write(&[0; 8192]).is_ok() {}
    compare_at_rest(Protocol::Tcp, "-tanpemiOH");
    drop((full, waiting, refused, sender, unread, half, closing, held, bound, alive, other, dual, mapped, stuck));
}

#[test]
fn udp_as_ss_shows_it() {
    if !entered("udp_as_ss_shows_it") {
        return;
    }
    let server = UdpSocket::bind("127.0.0.1:3001").unwrap();
    let client = UdpSocket::bind("127.0.0.1:3002").unwrap();
    client.connect("127.0.0.1:3001").unwrap();
    client.send(b"salut").unwrap();
    client.send(b"encore").unwrap();
    let six = UdpSocket::bind("[::1]:3003").unwrap();
    let full = UdpSocket::bind("127.0.0.1:3004").unwrap();
    SockRef::from(&full).set_recv_buffer_size(0).unwrap();
    for _ in 0..20 {
        client.send_to(&[0; 1000], "127.0.0.1:3004").unwrap();
    }
    compare_at_rest(Protocol::Udp, "-uanpemOH");
    drop((server, client, six, full));
}
