//! What is known of sockets from the calls on them.

use crate::diagnose::ledger::socket::{Attempt, Role};
use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::Id;
use crate::observed::Subject;
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::{Direction, Sys};

fn come_of(attempt: &Attempt) -> &'static str {
    match attempt {
        Attempt::Never => "never",
        Attempt::Done(_) => "done",
        Attempt::Failed(..) => "failed",
        Attempt::Begun(_) => "begun",
    }
}

fn list(fds: &[i64]) -> Value {
    Value::List(fds.iter().map(|fd| Value::Number(*fd)).collect())
}

fn unix(path: &[u8]) -> Value {
    Value::Address(Address::Unix(path.to_vec()))
}

#[test]
fn what_came_of_connect() {
    for (errno, role, attempt, told) in [
        (None, Role::Client, "done", true),
        (Some(Errno::EISCONN), Role::Client, "done", false),
        (Some(Errno::EINPROGRESS), Role::Client, "begun", false),
        (Some(Errno::EALREADY), Role::Fresh, "begun", false),
        (Some(Errno::EINTR), Role::Fresh, "begun", false),
        (Some(Errno::EAGAIN), Role::Fresh, "begun", false),
        (Some(Errno::ECONNREFUSED), Role::Fresh, "failed", false),
    ] {
        let mut script = Script::new();
        let made = call(Sys::Connect).on(3).to("127.0.0.1:3001");
        script.tcp(3).does(errno.map_or(made.clone().gives(0), |errno| made.fails(errno)));
        let socket = script.at(3).unwrap();
        assert_eq!((socket.role, come_of(&socket.connect)), (role, attempt), "{errno:?}");
        assert_eq!(socket.remote.as_ref().and_then(Address::port), Some(3001));
        let process = script.process();
        assert_eq!((process.connects, process.connected_ports.contains(&3001)), (1, told));
    }
    let mut listener = Script::server();
    listener.does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::EISCONN));
    listener.does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::EISCONN));
    assert_eq!((listener.at(3).unwrap().role, listener.process().connects), (Role::Listener, 2));
}

#[test]
fn a_name_server_and_the_systems_files_are_a_librarys() {
    let to = |family: &str, kind: &str, address: Value| {
        let mut script = Script::new();
        script.socket(3, family, kind).does(call(Sys::Connect).on(3).with(address).number(16).gives(0));
        script.at(3).unwrap().foreign
    };
    let inet = |address: &str| Value::Address(crate::diagnose::tests::script::inet(address));
    for (kind, address, foreign) in [
        ("SOCK_DGRAM", "127.0.0.53:53", true),
        ("SOCK_STREAM", "127.0.0.53:53", false),
        ("SOCK_DGRAM", "127.0.0.53:3001", false),
    ] {
        assert_eq!(to("AF_INET", kind, inet(address)), foreign, "{kind} {address}");
    }
    for (path, foreign) in [(&b"/run/nscd/socket"[..], true), (b"/dev/log", true), (b"/tmp/mine", false)] {
        assert_eq!(to("AF_UNIX", "SOCK_STREAM", unix(path)), foreign, "{path:?}");
    }
    assert!(!to("AF_INET", "SOCK_DGRAM", Value::Opaque("0x1".to_owned())));
    let mut stays = Script::new();
    stays.udp(3).does(call(Sys::Connect).on(3).to("127.0.0.53:53").gives(0));
    stays.does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0));
    stays.does(call(Sys::Connect).on(3).to("127.0.0.53:53").gives(0));
    assert!(stays.at(3).unwrap().foreign);
}

#[test]
fn a_later_failure_undoes_neither_bind_nor_listen() {
    let mut script = Script::new();
    script.tcp(3);
    script.does(call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EADDRINUSE));
    script.does(call(Sys::Listen).on(3).number(5).fails(Errno::EADDRINUSE));
    let socket = script.at(3).unwrap();
    assert_eq!((come_of(&socket.bind), come_of(&socket.listen), socket.role), ("failed", "failed", Role::Fresh));
    assert!(socket.local.is_none());
    script.option(3, "SO_REUSEADDR").bind(3, "0.0.0.0:3002").listen(3);
    script.does(call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EINVAL));
    script.does(call(Sys::Listen).on(3).number(5).fails(Errno::EINVAL));
    let socket = script.at(3).unwrap();
    assert_eq!((come_of(&socket.bind), come_of(&socket.listen), socket.role), ("done", "done", Role::Listener));
    assert_eq!((socket.local.as_ref().and_then(Address::port), socket.bound_reusing), (Some(3002), true));
}

#[test]
fn an_address_is_used_again_where_the_option_was_set() {
    let set =
        |name: &str, value: i64| call(Sys::Setsockopt).on(3).symbol("SOL_SOCKET").symbol(name).with(list(&[value]));
    for (made, reuses) in [
        (set("SO_REUSEADDR", 1).gives(0), true),
        (set("SO_REUSEPORT", 1).gives(0), true),
        (set("SO_KEEPALIVE", 1).gives(0), false),
        (set("SO_REUSEADDR", 0).gives(0), false),
        (set("SO_REUSEADDR", 1).fails(Errno::EINVAL), false),
        (set("SO_REUSEADDR", 1).provoked(Errno::ENOBUFS), true),
        (set("SO_REUSEADDR", 0).provoked(Errno::ENOBUFS), false),
    ] {
        let mut script = Script::new();
        script.tcp(3).does(made.clone());
        assert_eq!(script.at(3).unwrap().reuses_address, reuses, "{made:?}");
        script.option(3, "SO_KEEPALIVE").does(made);
        assert_eq!(script.at(3).unwrap().reuses_address, reuses);
    }
}

#[test]
fn so_error_tells_how_a_connection_that_was_begun_ended() {
    let read = |name: &str, value: &str| {
        let errno = Value::List(vec![Value::Symbol(value.to_owned())]);
        call(Sys::Getsockopt).on(3).symbol("SOL_SOCKET").symbol(name).with(errno)
    };
    for (made, attempt) in [
        (read("SO_ERROR", "ECONNREFUSED").gives(0), "failed"),
        (read("SO_ERROR", "0").gives(0), "begun"),
        (read("SO_TYPE", "ECONNREFUSED").gives(0), "begun"),
        (read("SO_ERROR", "ECONNREFUSED").fails(Errno::EFAULT), "begun"),
    ] {
        let mut script = Script::new();
        script.tcp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").fails(Errno::EINPROGRESS)).does(made);
        assert_eq!(come_of(&script.at(3).unwrap().connect), attempt);
    }
    let mut reset = Script::client();
    reset.does(read("SO_ERROR", "ECONNRESET").gives(0));
    assert_eq!(come_of(&reset.at(3).unwrap().connect), "done");
}

#[test]
fn each_direction_is_shut_where_it_was_asked_and_done() {
    for (how, done, read, write) in [
        ("SHUT_RD", true, true, false),
        ("SHUT_WR", true, false, true),
        ("SHUT_RDWR", true, true, true),
        ("SHUT_RDWR", false, false, false),
    ] {
        let mut script = Script::client();
        let made = call(Sys::Shutdown).on(3).symbol(how);
        script.does(sending(3, b"salut").gives(2));
        script.does(if done { made.gives(0) } else { made.fails(Errno::ENOTCONN) });
        let socket = script.at(3).unwrap();
        assert_eq!((socket.shut_read, socket.shut_write), (read, write), "{how} {done}");
        assert_eq!(socket.traffic.rest.as_ref().unwrap().told, write);
        // What was shut stays so.
        script.shutdown(3, "SHUT_RD").shutdown(3, "SHUT_WR");
        assert!(script.at(3).unwrap().shut_read && script.at(3).unwrap().shut_write);
    }
}

#[test]
fn what_is_waited_for_among_others() {
    let poll = |fds: &[i64]| call(Sys::Poll).with(list(fds)).number(2).number(-1).gives(1);
    let select = |fds: &[i64], more: &[i64]| {
        call(Sys::Select).number(9).with(list(fds)).with(list(more)).with(list(&[])).gives(1)
    };
    let register = |fd: i64| call(Sys::EpollCtl).number(9).symbol("EPOLL_CTL_ADD").number(fd).gives(0);
    let masked = |sys: Sys| call(sys).with(list(&[3, 4])).number(2).with(Value::Null).gives(1);
    for (made, among, listener) in [
        (poll(&[3]), &[][..], false),
        (poll(&[]), &[], false),
        (poll(&[3, 4]), &[3, 4], true),
        (poll(&[4, 5, 0]), &[4, 5], false),
        (masked(Sys::Ppoll), &[3, 4], true),
        (select(&[3], &[4]), &[3, 4], true),
        (select(&[3], &[]), &[], false),
        (select(&[0, 4], &[]), &[4], false),
        (masked(Sys::Pselect6), &[3, 4], true),
        (register(3), &[3], true),
        (register(4), &[4], false),
        (masked(Sys::Ioctl), &[], false),
    ] {
        let mut script = Script::server();
        script.accept(3, 4).accept(3, 5).does(made.clone());
        let multiplexed = [3, 4, 5].map(|fd| script.at(fd).unwrap().listening.multiplexed.then_some(fd));
        assert_eq!(multiplexed.into_iter().flatten().collect::<Vec<_>>(), among, "{made:?}");
        let process = script.process();
        assert_eq!((process.multiplexes, process.multiplexes_listener), (!among.is_empty(), listener), "{made:?}");
        script.does(poll(&[4, 5])).does(made);
        assert_eq!(script.process().multiplexes_listener, listener);
    }
}

/// What select(2) leaves in its sets is what is ready; what it watches is what it was given.
#[test]
fn a_select_watches_what_it_was_given() {
    let select = |fds: &[i64]| call(Sys::Select).number(9).with(list(fds)).with(list(&[])).with(list(&[]));
    let mut script = Script::server();
    script.accept(3, 4).begins(select(&[3, 4])).ends(select(&[4]).gives(1));
    let multiplexed = [3, 4].map(|fd| script.at(fd).unwrap().listening.multiplexed);
    assert_eq!((multiplexed, script.process().multiplexes_listener), ([true, true], true));
}

#[test]
fn who_is_asleep_in_accept_is_known() {
    let mut script = Script::server();
    let waiting = |script: &Script| {
        let listening = &script.at(3).unwrap().listening;
        (listening.entered, listening.waiting, listening.concurrent, script.process().accepts_entered)
    };
    script.awaits(3);
    assert_eq!(waiting(&script), (1, 1, false, 1));
    script.ends(call(Sys::Accept).on(3).length_in(16).gives(4));
    assert_eq!(waiting(&script), (1, 0, false, 1));
    script.close(4).awaits(3).starts_thread(101).thread(MAIN, 101).begins(call(Sys::Accept4).on(3));
    assert_eq!(waiting(&script), (3, 2, true, 3));
    script.thread(MAIN, 102).awaits(3).ends(call(Sys::Accept).on(3).fails(Errno::EAGAIN)).thread(MAIN, 101);
    script.ends(call(Sys::Accept4).on(3).fails(Errno::EAGAIN)).by(MAIN);
    script.ends(call(Sys::Accept).on(3).fails(Errno::EAGAIN));
    assert_eq!(waiting(&script), (4, 0, true, 4));
    let mut open = Script::server();
    open.accept(3, 4).awaits(3);
    assert_eq!(waiting(&open), (2, 1, true, 2));
}

#[test]
fn an_accept_begins_again_once_a_connection_has_ended() {
    let again = |script: &Script| script.at(3).unwrap().listening.again.is_some();
    let mut script = Script::server();
    script.awaits(3);
    assert!(!again(&script));
    script.ends(call(Sys::Accept).on(3).gives(4)).awaits(3);
    assert!(!again(&script));
    script.ends(call(Sys::Accept).on(3).fails(Errno::EAGAIN)).close(4).awaits(3);
    assert!(again(&script));
}

/// Of those that have begun: calls on sockets, on the keyboard, and every accept.
#[test]
fn what_has_begun_is_known_until_it_returns() {
    for (made, known) in [
        (receive(4, b"", 9), true),
        (call(Sys::Read).on(0), true),
        (call(Sys::Read).on(42), false),
        (call(Sys::Accept).on(42), true),
        (call(Sys::Accept4).on(42), true),
        (call(Sys::Nanosleep), false),
    ] {
        let mut script = Script::server();
        script.accept(3, 4).begins(&made);
        let pending =
            script.process().pending.get(&MAIN).map(|pending| (pending.socket.is_some(), pending.proof.at_us));
        assert_eq!(pending.is_some(), known, "{made:?}");
        script.ends(made);
        assert!(script.process().pending.is_empty());
    }
}

/// A listener, its connection, a connection of the kernel's, a library's and the two ends of a pair: from 3 on.
fn several() -> Script {
    let mut script = Script::server();
    script.accept(3, 4).socket(5, "AF_NETLINK", "SOCK_RAW");
    script.udp(6).does(call(Sys::Connect).on(6).to("127.0.0.53:53").gives(0));
    let pair = call(Sys::Socketpair).symbol("AF_UNIX").symbol("SOCK_STREAM").number(0).with(list(&[8, 9]));
    script.does(pair.gives(0)).socket(10, "AF_UNIX", "SOCK_STREAM");
    script
}

fn socket_of(family: &str) -> Made {
    call(Sys::Socket).symbol(family).symbol("SOCK_STREAM").number(0)
}

#[test]
fn the_last_call_says_where_a_program_is() {
    for (made, last) in [
        (receive(4, b"x", 9).gives(1), true),
        (sending(4, b"x").gives(1), true),
        (receive(5, b"x", 9).gives(1), false),
        (receive(6, b"x", 9).gives(1), false),
        (receive(8, b"x", 9).gives(1), false),
        (call(Sys::Getsockname).on(4).gives(0), false),
        (receive(42, b"", 9).fails(Errno::EBADF), true),
        (receive(42, b"", 9).fails(Errno::ENOTSOCK), true),
        (receive(42, b"", 9).fails(Errno::EIO), false),
        (receive(42, b"x", 9).gives(1), false),
        (call(Sys::Getsockname).on(42).fails(Errno::EBADF), false),
        (call(Sys::Poll).with(list(&[3])).fails(Errno::EINTR), true),
        (call(Sys::Poll).with(list(&[3])).gives(1), false),
        (call(Sys::EpollWait).on(11).fails(Errno::EBADF), false),
        (call(Sys::EpollPwait2).on(11).fails(Errno::EINTR), true),
        (call(Sys::Nanosleep).fails(Errno::EINTR), false),
        (socket_of("AF_INET").fails(Errno::EMFILE), true),
        (socket_of("AF_INET6").fails(Errno::EMFILE), true),
        (socket_of("AF_UNIX").fails(Errno::EMFILE), false),
        (call(Sys::Socketpair).symbol("AF_INET").fails(Errno::EOPNOTSUPP), false),
        (call(Sys::Bind).on(3).to("0.0.0.0:3001").fails(Errno::EINVAL), true),
        (call(Sys::Listen).on(3).number(5).gives(0), true),
        (call(Sys::Accept).on(3).fails(Errno::EINTR), true),
        (call(Sys::Accept4).on(3).fails(Errno::EINTR), true),
        (call(Sys::Connect).on(3).to("127.0.0.1:1").fails(Errno::EISCONN), true),
        (call(Sys::Connect).on(10).with(unix(b"/tmp/mine")).number(20).gives(0), true),
        (call(Sys::Connect).on(10).with(unix(b"/run/nscd")).number(20).gives(0), false),
        (call(Sys::Setsockopt).on(4).symbol("SOL_SOCKET").symbol("SO_KEEPALIVE").gives(0), true),
    ] {
        let mut script = several();
        script.process().last.as_ref().unwrap();
        let before = script.process().failed.len();
        script.later(1000).does(made.clone());
        let process = script.process();
        let now = process.last.as_ref().is_some_and(|last| last.proof.at_us > 1000);
        assert_eq!(now, last, "{made:?}");
        let failed = process.last.as_ref().is_some_and(|last| now && last.errno.is_some());
        assert_eq!(process.failed.len() - before, usize::from(failed), "{made:?}");
    }
    let mut script = several();
    script.recv(4, b"salut");
    let last = script.process().last.as_ref().unwrap();
    assert_eq!((last.sys, last.fd, last.number, last.errno, last.provoked), (Sys::Recv, Some(4), Some(5), None, false));
    assert_eq!((last.socket, last.on_accepted), (Some(script.at(4).unwrap().id), true));
    script.does(call(Sys::Accept).on(3).provoked(Errno::EMFILE));
    let last = script.process().last.as_ref().unwrap();
    assert_eq!((last.number, last.errno, last.provoked), (None, Some(Errno::EMFILE), true));
    assert!(!last.on_accepted && script.process().failed.contains(&Sys::Accept));
}

#[test]
fn an_interrupted_call_waits_for_what_its_handler_makes_of_it() {
    for (made, waits) in [
        (call(Sys::Accept).on(3), true),
        (receive(4, b"", 9), true),
        (call(Sys::Read).on(0), true),
        (call(Sys::Poll).with(list(&[3])), true),
        (receive(5, b"", 9), false),
        (receive(6, b"", 9), false),
        (call(Sys::Getsockname).on(4), false),
        (call(Sys::Nanosleep), false),
    ] {
        let mut script = several();
        let before = script.process().last.as_ref().unwrap().proof.at_us;
        script.is_interrupted(made.clone());
        let process = script.process();
        let suspended = process.suspended.get(&MAIN).map(|last| last.errno);
        assert_eq!(suspended, waits.then_some(Some(Errno::EINTR)), "{made:?}");
        assert_eq!(process.last.as_ref().unwrap().proof.at_us, before);
    }
}

#[test]
fn asking_a_socket_for_its_name_moves_no_bytes() {
    let mut script = Script::server();
    script.accept(3, 4).does(call(Sys::Getsockname).on(4).gives(0)).does(call(Sys::Getpeername).on(4).gives(9));
    let socket = script.at(4).unwrap();
    assert!(socket.end.is_none() && socket.users.is_empty());
    assert_eq!((socket.traffic.sent, socket.traffic.received), (0, 0));
    script.recv_error(4, Errno::ECONNRESET).does(call(Sys::Getpeername).on(4).fails(Errno::ENOTCONN));
    assert_eq!(script.at(4).unwrap().end.as_ref().map(|end| (end.sends, end.reads)), Some((0, 0)));
}

#[test]
fn a_prompt_after_a_sleep_is_no_loop() {
    let end = || call(Sys::Read).on(0).subject(Subject::Pipe).carries(Direction::Received, b"", 1024).gives(0);
    for sys in [Sys::Nanosleep, Sys::ClockNanosleep] {
        let mut script = Script::client();
        script.does(end());
        for _ in 0..500 {
            script.says(1, b"> ").does(call(sys).gives(0).lasting(9000));
        }
        assert!(!script.has(Id::StdinEofSpin));
    }
}

#[test]
fn only_the_kernel_tells_a_port() {
    let asked = |sys: Sys| call(sys).on(3).to("127.0.0.1:4000");
    for (made, told) in [
        (asked(Sys::Getsockname).gives(0), true),
        (asked(Sys::Getsockname).fails(Errno::ENOBUFS), false),
        (asked(Sys::Recvmmsg).gives(1), true),
        (asked(Sys::Bind).gives(0), false),
        (asked(Sys::Connect).gives(0), false),
    ] {
        let mut script = Script::new();
        script.tcp(3).does(made.clone());
        assert_eq!(script.ledger().ports.contains(&4000), told, "{made:?}");
    }
}

/// The kernel gives the number of a closed descriptor to another thread before the tracer hears of the end of the close.
#[test]
fn a_number_that_is_taken_again_is_another_socket() {
    let mut script = Script::server();
    script.accept(3, 4).starts_thread(101).thread(MAIN, 101).begins(call(Sys::Close).on(4));
    script.by(MAIN).accept(3, 4).thread(MAIN, 101).ends(call(Sys::Close).on(4).gives(0));
    assert!(script.by(MAIN).at(4).is_some_and(|socket| !socket.closing));
    script.close(4);
    assert!(script.at(4).is_none());
}
