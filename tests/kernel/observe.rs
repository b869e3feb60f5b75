//! Observation on the real kernel, in a private network.

use std::any::Any;
use std::env;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::private_network::{MARK, entered};
use crate::support::{again, not_run};
use nix::unistd::{geteuid, gettid};
use socket2::{Domain, SockRef, Socket as RawSocket, Type};
use socketlab::observe::cause::{Failure, cause};
use socketlab::observe::{Observer, Watched, process};
use socketlab::sandbox::network::{ipv6_available, reserved_ports_start};
use socketlab::state::{Cause, Content, Protocol, Row, Socket, SocketState, Source, Target, Timer, View};
use socketlab::syscall::address::Address;
use socketlab::syscall::call::{Call, Value};
use socketlab::syscall::errno::Errno;

const ROLE: &str = "SOCKETLAB_TEST_ROLE";
/// Two accounts without privilege.
const NOBODY: u32 = 65534;
const SOMEBODY: u32 = 65533;

fn me() -> Watched {
    watched("moi", own_pid(), None)
}

fn own_pid() -> i32 {
    std::process::id().cast_signed()
}

fn watched(actor: &str, pid: i32, hidden: Option<i32>) -> Watched {
    Watched { actor: actor.into(), pid, hidden: hidden.into_iter().collect() }
}

fn view(watched: &[Watched], ports: &[u16]) -> View {
    Observer::new().unwrap().view(watched, ports).unwrap()
}

fn sockets(view: &View) -> Vec<(&Row, &Socket)> {
    view.rows.iter().filter_map(|row| row.socket().map(|socket| (row, socket))).collect()
}

/// The states of the sockets shown, with the descriptor of those that have one.
fn states(view: &View) -> Vec<(Option<i32>, SocketState)> {
    sockets(view).into_iter().map(|(row, socket)| (row.fd, socket.state)).collect()
}

fn row(view: &View, fd: i32) -> &Row {
    view.rows.iter().find(|row| row.fd == Some(fd)).unwrap()
}

/// Looks again until the view is as wanted: what a peer's kernel side does is not instantaneous.
fn until(watched: &[Watched], ports: &[u16], wanted: impl Fn(&View) -> bool) -> View {
    let mut observer = Observer::new().unwrap();
    loop {
        let view = observer.view(watched, ports).unwrap();
        if wanted(&view) {
            return view;
        }
        std::thread::yield_now();
    }
}

/// Another process, which does what `ROLE` says, tells that it is ready, and lives until its input ends.
struct Role {
    child: Child,
}

impl Role {
    fn play(role: &str, uid: Option<u32>) -> Role {
        let mut command = again("role");
        command.env(ROLE, role);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(uid) = uid {
            command.uid(uid).gid(uid);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line == "ready"), "{role}");
        Role { child }
    }

    fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// No test: what another process does in the tests.
#[test]
#[ignore = "a role in other tests"]
fn role() {
    let Ok(role) = env::var(ROLE) else { return };
    let (verb, address) = role.split_once(' ').unwrap();
    let _kept: Box<dyn Any> = match verb {
        "listen" => Box::new(TcpListener::bind(address).unwrap()),
        "connect" => Box::new(TcpStream::connect(address).unwrap()),
        "blame" => blame(address),
        other => panic!("{other}"),
    };
    println!("\nready");
    let _ = std::io::stdin().read(&mut [0; 1]);
}

/// What an account that is not the owner of the port is told.
fn blame(address: &str) -> Box<dyn Any> {
    let told = failed_bind(address);
    assert!(matches!(told, Some(Cause::HeldByAccount { port: 3001, uid: NOBODY, .. })), "{told:?}");
    Box::new(())
}

fn call(name: &str, fd: i32, address: Option<&str>) -> Call {
    let mut arguments = vec![Value::Number(i64::from(fd))];
    arguments.extend(address.map(|address| Value::Address(Address::Inet(address.parse().unwrap()))));
    Call { name: name.parse().unwrap(), arguments }
}

/// The cause of a call that this process made.
fn told(call: &Call, errno: Errno) -> Option<Cause> {
    let failure = Failure { pid: own_pid(), call, errno };
    cause(&mut Observer::new().unwrap(), failure)
}

fn stream() -> RawSocket {
    RawSocket::new(Domain::IPV4, Type::STREAM, None).unwrap()
}

fn bind(socket: &RawSocket, address: &str) -> i32 {
    let address: SocketAddr = address.parse().unwrap();
    socket.bind(&address.into()).err().and_then(|error| error.raw_os_error()).unwrap_or(0)
}

/// Binds, in vain, and asks why.
fn failed_bind(address: &str) -> Option<Cause> {
    let socket = stream();
    let errno = bind(&socket, address);
    assert_ne!(errno, 0);
    told(&call("bind", socket.as_raw_fd(), Some(address)), Errno::new(errno))
}

#[test]
fn a_connection_not_yet_accepted_belongs_to_nobody() {
    if !entered("a_connection_not_yet_accepted_belongs_to_nobody") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
    let client = TcpStream::connect("127.0.0.1:3001").unwrap();
    let seen = view(&[me()], &[3001]);
    let (listening, connected) = (Some(listener.as_raw_fd()), Some(client.as_raw_fd()));
    let expected =
        [(listening, SocketState::Listen), (connected, SocketState::Established), (None, SocketState::Established)];
    assert_eq!(states(&seen), expected);
    assert_eq!((sockets(&seen)[0].1.accept_queue, seen.source), (Some(1), Some(Source::SockDiag)));
    assert!(sockets(&seen)[2].1.awaits_accept());
}

#[test]
fn a_private_network_is_empty_and_works() {
    if !entered("a_private_network_is_empty_and_works") {
        return;
    }
    let inside = std::fs::read_link("/proc/self/ns/net").unwrap();
    assert_ne!(env::var_os(MARK), Some(inside.into_os_string()));
    assert_eq!(Observer::new().unwrap().sockets().unwrap().0, []);
    TcpListener::bind("127.0.0.1:3001").unwrap();
    assert!(ipv6_available() || !std::path::Path::new("/proc/net/if_inet6").exists());
}

#[test]
fn descriptors_are_shown_whatever_they_are() {
    if !entered("descriptors_are_shown_whatever_they_are") {
        return;
    }
    let fresh = stream();
    let file = File::open("/dev/null").unwrap();
    let hidden = File::open("/dev/null").unwrap();
    let (one, _other) = UnixStream::pair().unwrap();
    let bound = stream();
    assert_eq!(bind(&bound, "127.0.0.1:3001"), 0);
    let seen = view(&[watched("moi", own_pid(), Some(hidden.as_raw_fd()))], &[]);
    assert!(matches!(row(&seen, fresh.as_raw_fd()).content, Content::Unlisted { .. }));
    let path = Target::File { path: "/dev/null".into() };
    assert_eq!(row(&seen, file.as_raw_fd()).content, Content::Other(path));
    assert!(seen.rows.iter().all(|row| row.fd != Some(hidden.as_raw_fd())));
    let pair = row(&seen, one.as_raw_fd()).socket().unwrap();
    assert_eq!((pair.protocol, pair.state), (Protocol::Unix, SocketState::Established));
    let fds: Vec<i32> = seen.rows.iter().filter_map(|row| row.fd).collect();
    assert!(fds.is_sorted());
    assert_eq!(process::protocol(own_pid(), fresh.as_raw_fd()), Some(Protocol::Tcp));
    assert_eq!(process::protocol(own_pid(), file.as_raw_fd()), None);
}

#[test]
fn unix_sockets_have_their_names_and_queues() {
    if !entered("unix_sockets_have_their_names_and_queues") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let mut client = UnixStream::connect(&path).unwrap();
    client.write_all(b"salut").unwrap();
    let seen = view(&[me()], &[]);
    let listening = row(&seen, listener.as_raw_fd()).socket().unwrap();
    assert_eq!((listening.state, listening.accept_queue), (SocketState::Listen, Some(1)));
    assert_eq!(listening.local.to_string(), path.to_str().unwrap());
    let (server, _) = listener.accept().unwrap();
    let seen = view(&[me()], &[]);
    assert_eq!(row(&seen, server.as_raw_fd()).socket().unwrap().recv_queue, 5);
    assert_eq!(row(&seen, client.as_raw_fd()).socket().unwrap().remote.to_string(), path.to_str().unwrap());
}

#[test]
fn a_socket_of_two_processes_is_shown_twice() {
    if !entered("a_socket_of_two_processes_is_shown_twice") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
    let inherited = Stdio::from(OwnedFd::from(listener.try_clone().unwrap()));
    let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(inherited).spawn().unwrap();
    let pid = child.id().cast_signed();
    let seen = until(&[me(), watched("enfant", pid, None)], &[], |view| {
        sockets(view).iter().any(|(row, _)| row.actor.as_deref() == Some("enfant") && row.fd == Some(2))
    });
    let both: Vec<_> = sockets(&seen).into_iter().filter(|(_, it)| it.state == SocketState::Listen).collect();
    let actors: Vec<_> = both.iter().filter_map(|(row, _)| row.actor.as_deref()).collect();
    assert_eq!(actors.last(), Some(&"enfant"));
    assert!(both[0].1.holders.iter().any(|holder| (holder.pid, holder.fd) == (pid, 2)));
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn a_stranger_is_shown_with_its_process() {
    if !entered("a_stranger_is_shown_with_its_process") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stranger = Role::play(&format!("connect {}", listener.local_addr().unwrap()), None);
    let (server, _) = listener.accept().unwrap();
    let mut observer = Observer::new().unwrap();
    for _ in 0..2 {
        let seen = observer.view(&[me()], &[]).unwrap();
        let (row, other) = *sockets(&seen).last().unwrap();
        assert_eq!((row.actor.as_deref(), row.pid), (None, Some(stranger.pid())));
        assert_eq!(other.holders.len(), 1);
        assert_eq!(other.remote.port(), Some(listener.local_addr().unwrap().port()));
    }
    drop(server);
}

#[test]
fn what_remains_of_a_closed_connection_stays_in_view() {
    if !entered("what_remains_of_a_closed_connection_stays_in_view") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    drop(listener);
    let mut observer = Observer::new().unwrap();
    assert_eq!(states(&observer.view(&[me()], &[]).unwrap()).len(), 2);
    drop(client);
    let mut ended = |wanted: SocketState| loop {
        let view = observer.view(&[me()], &[]).unwrap();
        if states(&view).contains(&(None, wanted)) {
            return view;
        }
    };
    ended(SocketState::FinWait2);
    drop(server);
    let seen = ended(SocketState::TimeWait);
    let timer = sockets(&seen)[0].1.timer.unwrap();
    assert!((1..=60_000).contains(&timer.expires_ms), "{timer:?}");
}

#[test]
fn watching_changes_nothing() {
    if !entered("watching_changes_nothing") {
        return;
    }
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.connect("127.0.0.1:9").unwrap();
    client.send(b"nobody is there").unwrap();
    let (mut reader, writer) = {
        let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
        (TcpStream::connect("127.0.0.1:3001").unwrap(), listener.accept().unwrap().0)
    };
    view(&[me()], &[3001, 9]);
    assert_eq!(SockRef::from(&client).take_error().unwrap().unwrap().raw_os_error(), Some(libc::ECONNREFUSED));
    drop(writer);
    assert_eq!(reader.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn a_blocked_call_is_seen() {
    if !entered("a_blocked_call_is_seen") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
    let fd = listener.as_raw_fd();
    let (send, receive) = std::sync::mpsc::channel();
    let blocked = std::thread::spawn(move || {
        send.send(gettid().as_raw()).unwrap();
        listener.accept().map(drop)
    });
    let tid = receive.recv().unwrap();
    let activity = loop {
        let activity = process::activity(own_pid(), tid).unwrap();
        if activity.asleep() && activity.syscall.and_then(process::syscall_name) == Some("accept4") {
            break activity;
        }
        std::thread::yield_now();
    };
    assert_eq!(activity.arguments[0], u64::try_from(fd).unwrap());
    TcpStream::connect("127.0.0.1:3001").unwrap();
    blocked.join().unwrap().unwrap();
}

#[test]
fn a_port_in_use_has_an_owner() {
    if !entered("a_port_in_use_has_an_owner") {
        return;
    }
    let other = Role::play("listen 127.0.0.1:3001", None);
    let held = |state: &str, pid| Cause::HeldByProcess {
        port: 3001,
        pid,
        command: process::command(pid).unwrap(),
        state: state.into(),
    };
    assert_eq!(failed_bind("127.0.0.1:3001"), Some(held("LISTEN", other.pid())));
    assert_eq!(failed_bind("0.0.0.0:3001"), Some(held("LISTEN", other.pid())));
    drop(other);
    let mine = stream();
    assert_eq!(bind(&mine, "127.0.0.1:3001"), 0);
    assert_eq!(failed_bind("127.0.0.1:3001"), Some(held("CLOSE", own_pid())));
}

#[test]
fn listen_too_may_find_the_port_in_use() {
    if !entered("listen_too_may_find_the_port_in_use") {
        return;
    }
    let both = [stream(), stream()];
    for socket in &both {
        socket.set_reuse_address(true).unwrap();
        assert_eq!(bind(socket, "127.0.0.1:3001"), 0);
    }
    both[0].listen(1).unwrap();
    let errno = both[1].listen(1).unwrap_err().raw_os_error().unwrap();
    let told = told(&call("listen", both[1].as_raw_fd(), None), Errno::new(errno));
    assert!(matches!(told, Some(Cause::HeldByProcess { port: 3001, .. })), "{told:?}");
}

#[test]
fn another_accounts_process_stays_hidden() {
    if !geteuid().is_root() {
        return not_run("il faut être root pour jouer deux comptes");
    }
    if !entered("another_accounts_process_stays_hidden") {
        return;
    }
    let _owner = Role::play("listen 127.0.0.1:3001", Some(NOBODY));
    let _other = Role::play("blame 127.0.0.1:3001", Some(SOMEBODY));
}

#[test]
fn the_other_causes() {
    if !entered("the_other_causes") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
    let client = TcpStream::connect("127.0.0.1:3001").unwrap();
    drop(listener.accept().unwrap());
    drop(client);
    drop(listener);
    until(&[], &[3001], |view| states(view) == [(None, SocketState::TimeWait)]);
    assert!(matches!(failed_bind("127.0.0.1:3001"), Some(Cause::TimeWait { port: 3001, remaining_ms: 1..=60_000 })));

    assert_eq!(failed_bind("192.0.2.1:3001"), Some(Cause::NotLocal { address: "192.0.2.1".into() }));

    let first_free = reserved_ports_start();
    let reserved = told(&call("bind", 3, Some("127.0.0.1:80")), Errno::EACCES);
    assert_eq!(reserved, Some(Cause::Reserved { port: 80, first_free }));
    assert_eq!(told(&call("bind", 3, Some("127.0.0.1:3001")), Errno::EACCES), None);

    let refused = || told(&call("connect", 3, Some("127.0.0.1:3002")), Errno::ECONNREFUSED);
    assert_eq!(refused(), Some(Cause::NobodyListens { address: "127.0.0.1:3002".into() }));
    let _swapped = TcpListener::bind(("0.0.0.0", 3002_u16.swap_bytes())).unwrap();
    assert_eq!(refused(), Some(Cause::ByteSwapped { port: 3002, listening: 3002_u16.swap_bytes() }));

    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    datagrams.connect("127.0.0.1:9").unwrap();
    let unheard = told(&call("recv", datagrams.as_raw_fd(), None), Errno::ECONNREFUSED);
    assert_eq!(unheard, Some(Cause::NobodyReceives { address: "127.0.0.1:9".into() }));
}

#[test]
fn proc_net_tells_the_same_but_less() {
    if !entered("proc_net_tells_the_same_but_less") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:3001").unwrap();
    let _waiting = TcpStream::connect("127.0.0.1:3001").unwrap();
    let (mut sender, _unread) = {
        let listener = TcpListener::bind("127.0.0.1:3002").unwrap();
        (TcpStream::connect("127.0.0.1:3002").unwrap(), listener.accept().unwrap().0)
    };
    sender.write_all(b"salut").unwrap();
    let datagrams = UdpSocket::bind("127.0.0.1:3003").unwrap();
    datagrams.send_to(b"salut", "127.0.0.1:3003").unwrap();
    let six = ipv6_available().then(|| TcpListener::bind("[::1]:3004").unwrap());
    let (first, second) = {
        let listener = TcpListener::bind("127.0.0.1:3005").unwrap();
        (TcpStream::connect("127.0.0.1:3005").unwrap(), listener.accept().unwrap().0)
    };
    drop(first);
    drop(second);
    until(&[], &[3005], |view| states(view) == [(None, SocketState::TimeWait)]);
    let still = |timer: Timer| Timer { expires_ms: 0, ..timer };
    let less = |it: Socket| Socket { backlog: None, shutdown: 0, drops: 0, timer: it.timer.map(still), ..it };
    let sorted = |mut all: Vec<Socket>| {
        all.sort_by_key(|it| (it.protocol == Protocol::Udp, it.local.to_string(), it.remote.to_string()));
        all.into_iter().map(less).collect::<Vec<_>>()
    };
    let (full, _) = Observer::new().unwrap().sockets().unwrap();
    let (fallback, source) = Observer::without_sock_diag().sockets().unwrap();
    assert_eq!(source, Source::Proc);
    assert_eq!(sorted(fallback), sorted(full));
    let seen = Observer::without_sock_diag().view(&[me()], &[3001]).unwrap();
    assert_eq!(seen.source, Some(Source::Proc));
    let listening = row(&seen, listener.as_raw_fd()).socket().unwrap();
    assert_eq!((listening.accept_queue, listening.backlog), (Some(1), None));
    drop(six);
}
