//! Failures that were asked for: what they may lead to, and what they may not.

use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::Id;
use crate::observed::Subject;
use crate::syscall::errno::Errno;
use crate::syscall::sys::{Direction, Sys};

fn unread(fd: i32, bytes: u32) -> Made {
    call(Sys::Close).on(fd).unread(bytes).gives(0)
}

#[test]
fn a_receive_that_was_tried_is_a_reply_that_was_read() {
    for errno in [Errno::EINTR, Errno::ECONNRESET] {
        let mut script = Script::client();
        script.send(3, b"x\n").does(receive(3, b"", 1024).provoked(errno)).does(unread(3, 3)).exits(1);
        script.finds(&[]);
    }
    let mut looks = Script::client();
    looks.send(3, b"x\n").does(receive(3, b"y", 1024).symbol("MSG_PEEK").gives(1)).does(unread(3, 1)).exits(0);
    looks.finds(&[]);
    let mut never = Script::client();
    never.does(sending(3, b"x\n").provoked(Errno::EINTR)).send(3, b"x\n").does(unread(3, 3)).exits(0);
    never.finds(&[Id::ReplyNotRead]);
}

#[test]
fn a_request_that_a_fault_kept_from_being_read() {
    let mut script = Script::server();
    script.accept(3, 4).send(4, b"login: ").does(receive(4, b"", 1024).provoked(Errno::EINTR)).does(unread(4, 3));
    script.awaits(3).finds(&[]);
    let mut reads_on = Script::server();
    reads_on.accept(3, 4).does(receive(4, b"", 1024).provoked(Errno::EINTR)).recv(4, b"x\n").send(4, b"y\n");
    reads_on.does(unread(4, 3)).awaits(3).finds(&[Id::RequestNotRead]);
}

#[test]
fn a_server_that_could_not_fork() {
    let serve = |script: &mut Script| {
        script.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4);
    };
    for sys in [Sys::Fork, Sys::Clone, Sys::Clone3] {
        let mut script = Script::server();
        script.accept(3, 4).does(call(sys).provoked(Errno::EAGAIN)).close(4).awaits(3);
        assert!(!script.has(Id::IterativeOnly));
        let mut ends = Script::server();
        ends.accept(3, 4).does(call(sys).provoked(Errno::EAGAIN)).says(2, b"fork: \n").exits(1);
        assert!(!ends.has(Id::SingleClient));
    }
    let mut iterative = Script::server();
    iterative.does(call(Sys::Accept).on(3).length_in(16).provoked(Errno::EINTR));
    serve(&mut iterative);
    assert!(!iterative.awaits(3).findings().is_empty());
    assert!(iterative.has(Id::IterativeOnly));
    let mut single = Script::server();
    serve(&mut single);
    single.close(3).exits(0);
    assert!(single.has(Id::SingleClient));
}

#[test]
fn an_option_that_a_fault_refused() {
    let set = |made: fn(Made) -> Made| {
        let value = crate::syscall::call::Value::List(vec![crate::syscall::call::Value::Number(1)]);
        let option = call(Sys::Setsockopt).on(3).symbol("SOL_SOCKET").symbol("SO_REUSEADDR").with(value).number(4);
        let mut script = Script::new();
        script.tcp(3).does(made(option)).bind(3, "0.0.0.0:3001").listen(3).awaits(3);
        script.has(Id::NoReuseaddr)
    };
    assert!(!set(|option| option.provoked(Errno::ENOBUFS)));
    assert!(set(|option| option.fails(Errno::ENOBUFS)));
}

#[test]
fn an_answer_that_a_fault_cut_short() {
    let header = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").send(4, header);
    script.does(sending(4, b"salut").provoked(Errno::ENOBUFS)).close(4).awaits(3).finds(&[]);
    let mut wrong = Script::server();
    wrong.accept(3, 4).recv(4, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").send(4, header);
    wrong.does(sending(4, b"sal").provoked(Errno::EINTR)).send(4, b"sal").close(4).awaits(3);
    wrong.finds(&[Id::HttpContentLength]);
}

#[test]
fn an_error_that_was_asked_for_and_a_status_of_zero() {
    let client = |made: Made, code: i32| {
        let mut script = Script::client();
        script.send(3, b"x\n").does(made).says(2, b"perror: Interrupted system call\n").close(3).exits(code);
        script
    };
    client(receive(3, b"", 1024).provoked(Errno::EINTR), 0).finds(&[Id::ExitZeroAfterError]);
    client(sending(3, b"y\n").provoked(Errno::EINTR), 0).finds(&[Id::ExitZeroAfterError]);
    client(receive(3, b"", 1024).provoked(Errno::EINTR), 1).finds(&[]);
    client(receive(3, b"", 1024).provoked(Errno::EAGAIN), 0).finds(&[]);
    client(receive(3, b"", 1024).fails(Errno::EINTR), 0).finds(&[]);

    let mut reset = Script::client();
    reset.send(3, b"x\n").does(receive(3, b"", 1024).provoked(Errno::ECONNRESET));
    reset.says(2, b"Erreur de reception\n").close(3).exits(0);
    reset.finds(&[Id::ExitZeroAfterError]);
    let mut silent = Script::client();
    silent.send(3, b"x\n").does(receive(3, b"", 1024).provoked(Errno::ECONNRESET)).close(3).exits(0);
    silent.finds(&[]);
    let mut goes_on = Script::client();
    goes_on.send(3, b"x\n").does(receive(3, b"", 1024).provoked(Errno::EINTR));
    goes_on.says(2, b"recv: Interrupted system call\n").recv(3, b"y\n").close(3).exits(0);
    goes_on.finds(&[]);
    let mut serves_on = Script::server();
    serves_on.accept(3, 4).does(receive(4, b"", 1024).provoked(Errno::ECONNRESET));
    serves_on.says(2, b"recv: Connection reset by peer\n").close(4).accept(3, 4).recv(4, b"x\n").close(4).exits(0);
    serves_on.finds(&[]);
    let mut child = Script::server();
    child.accept(3, 4).forks(101).close(4).by(101).close(3).does(receive(4, b"", 1024).provoked(Errno::ECONNRESET));
    child.says(2, b"recv: Connection reset by peer\n").close(4).exits(0).by(MAIN).waits_for(101).awaits(3);
    child.finds(&[]);
}

/// perror(3) writes to a copy of descriptor 2 where that is a terminal.
#[test]
fn an_error_told_through_a_copy_of_descriptor_2() {
    let told = |subject: Subject| {
        let text = b"recv: Interrupted system call\n";
        let write = call(Sys::Write).on(4).subject(subject).carries(Direction::Sent, text, text.len() as u64);
        let mut script = Script::client();
        script.send(3, b"x\n").does(receive(3, b"", 1024).provoked(Errno::EINTR)).does(write.gives(30)).exits(0);
        script.has(Id::ExitZeroAfterError)
    };
    assert!(told(Subject::Terminal));
    assert!(!told(Subject::File));
}
