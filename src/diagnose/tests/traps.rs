//! What real programs and their libraries do, and that is nobody's mistake.

use crate::diagnose::tests::script::{MAIN, Script, call, receive};
use crate::finding::Id;
use crate::observed::Subject;
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

#[test]
fn getaddrinfo_looks_for_nscd_and_asks_netlink() {
    let mut script = Script::new();
    let nscd = || Value::Address(Address::Unix(b"/var/run/nscd/socket".to_vec()));
    for _ in 0..2 {
        script.socket(3, "AF_UNIX", "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK");
        script.does(call(Sys::Connect).on(3).with(nscd()).number(110).fails(Errno::ENOENT)).close(3);
    }
    script.socket(3, "AF_NETLINK", "SOCK_RAW|SOCK_CLOEXEC");
    script.does(call(Sys::Bind).on(3).with(Value::Opaque("0x1".to_owned())).number(12).gives(0)).close(3);
    script.udp(3).does(call(Sys::Connect).on(3).to("127.0.0.53:53").gives(0));
    script.does(receive(3, b"abcdefgh", 8).gives(8)).close(3).exits(0);
    script.finds(&[]);
}

#[test]
fn accept_interrupted_by_sigchld_is_normal() {
    let mut script = Script::server();
    script.handles("SIGCHLD", "0x401136");
    script.awaits(3).gets_signal(Signal::SIGCHLD);
    script.ends(call(Sys::Accept).on(3).length_in(16).fails(Errno::EINTR));
    script.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_chat_server_does_not_answer_its_sender() {
    let mut script = Script::server();
    script.accept(3, 4).accept(3, 5).accept(3, 6);
    script.recv(4, b"salut\n").send(5, b"salut\n").send(6, b"salut\n").recv(5, b"yo\n").send(4, b"yo\n");
    script.send(6, b"yo\n").recv_end(4).close(4).recv_end(5).close(5).recv_end(6).close(6);
    script.finds(&[]);
}

#[test]
fn a_slow_server_is_not_silent() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").does(call(Sys::ClockNanosleep).gives(0).lasting(1_000_000));
    script.send(4, b"x\n").recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_reset_of_the_tools_own_making_is_handled() {
    let mut script = Script::server();
    script.accept(3, 4).does(receive(4, b"", 1024).provoked(Errno::ECONNRESET)).close(4);
    script.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn its_own_alarm_ended_it() {
    let mut script = Script::server();
    script.does(call(Sys::Alarm).number(10).gives(0));
    script.accept(3, 4).recv(4, b"x\n").is_killed(Signal::SIGALRM);
    script.finds(&[]);
}

#[test]
fn java_replaces_a_socket_by_a_marker_before_closing() {
    let mut script = Script::server();
    script.does(
        call(Sys::Socketpair)
            .symbol("AF_UNIX")
            .symbol("SOCK_STREAM")
            .number(0)
            .with(Value::List(vec![Value::Number(8), Value::Number(9)])),
    );
    script.accept(3, 10).recv(10, b"x\n").send(10, b"x\n");
    script.does(call(Sys::Dup2).on(8).number(10).gives(10));
    script
        .does(receive(10, b"", 1024).gives(0))
        .does(receive(10, b"", 1024).gives(0))
        .does(receive(10, b"", 1024).gives(0));
    script.close(10).awaits(3);
    script.finds(&[]);
}

#[test]
fn go_tries_then_sleeps_in_epoll() {
    let mut script = Script::server();
    script.starts_thread(101).starts_thread(102);
    for fd in 5..9 {
        script.does(call(Sys::Accept4).on(3).length_in(112).fails(Errno::EAGAIN));
        script.does(call(Sys::EpollPwait).on(4).number(0).number(128).number(-1).gives(1).lasting(40_000));
        script.does(call(Sys::Accept4).on(3).length_in(112).gives(fd.into()));
        script.does(receive(fd, b"", 512).fails(Errno::EAGAIN)).recv(fd, b"x\n").send(fd, b"x\n");
        script.recv_end(fd).close(fd);
    }
    script.finds(&[]);
}

#[test]
fn workers_inherit_the_listening_socket() {
    let mut script = Script::server();
    for worker in [101, 102] {
        script.forks(worker);
    }
    script.by(101).awaits(3).by(102).awaits(3);
    for worker in [101, 102] {
        script.by(worker).ends(call(Sys::Accept).on(3).length_in(16).gives(4));
        script.recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).awaits(3);
    }
    script.by(101).is_killed(Signal::SIGTERM).by(102).is_killed(Signal::SIGTERM);
    script.by(MAIN).waits_for(101).waits_for(102).is_killed(Signal::SIGTERM);
    script.finds(&[]);
    assert!(!script.has(Id::IterativeOnly) && !script.has(Id::SingleClient) && !script.has(Id::ForkKeepsListener));
}

#[test]
fn an_inherited_socket_is_adopted() {
    let mut script = Script::new();
    let subject = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 77 };
    script.does(call(Sys::Accept).on(3).length_in(16).subject(subject).gives(4));
    script.recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_socket_that_a_library_closed_behind_our_back_is_forgotten() {
    let mut script = Script::client();
    script.send(3, b"x\n");
    let file = call(Sys::Read).on(3).subject(Subject::File);
    for _ in 0..5 {
        script.does(file.clone().carries(Direction::Received, b"", 512).gives(0));
    }
    script.exits(0);
    script.finds(&[]);
}

#[test]
fn a_python_client_in_a_thread_sees_its_socket_closed() {
    let mut script = Script::client();
    script.starts_thread(101).send(3, b"x\n").close(3).thread(MAIN, 101);
    script.does(receive(-1, b"", 1024).fails(Errno::EBADF)).by(MAIN).exits(0);
    script.finds(&[]);
}

#[test]
fn many_clients_make_one_finding() {
    let mut script = Script::server();
    for _ in 0..10 {
        let answer = [&b"Bonjour\n"[..], &[0; 56]].concat();
        script.accept(3, 4).recv(4, b"x\n").send(4, &answer).recv_end(4).close(4);
    }
    script.awaits(3);
    script.finds(&[Id::SendWholeBuffer]);
    assert_eq!(script.findings()[0].count, 10);
}
