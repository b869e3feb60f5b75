use crate::diagnose::tests::script::{MAIN, Script, call, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::observed::{Open, Subject};
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

#[test]
fn reading_on_after_the_end() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"hello\n").send(4, b"hello\n");
    for _ in 0..1000 {
        script.recv_end(4);
    }
    script.finds(&[Id::RecvZeroIgnored]);
    let finding = &script.findings()[0];
    assert_eq!(finding.count, 1);
    assert!(matches!(finding.details[0], Detail::Times { count: 512 }));
}

#[test]
fn answering_again_after_the_end() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"hello\n").send(4, b"hello\n").recv_end(4).send(4, b"hello\n");
    script.recv_error(4, Errno::ECONNRESET).close(4).awaits(3);
    script.finds(&[Id::RecvZeroIgnored]);
}

#[test]
fn a_last_receive_is_allowed() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"hello\n").send(4, b"hello\n").recv_end(4).recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_half_closed_peer_is_still_written_to() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"12\n").recv(4, b"30\n").recv_end(4).send(4, b"somme : ").send(4, b"42\n");
    script.shutdown(4, "SHUT_WR").recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn what_is_no_end() {
    let mut peeks = Script::server();
    peeks.accept(3, 4).recv(4, b"x\n");
    for _ in 0..5 {
        peeks.does(receive(4, b"", 1).symbol("MSG_PEEK").gives(0));
    }
    peeks.close(4).awaits(3);
    peeks.finds(&[]);
    let mut own_doing = Script::client();
    own_doing.send(3, b"x\n").shutdown(3, "SHUT_RD").recv_end(3).recv_end(3).recv_end(3).recv_end(3).close(3).exits(0);
    own_doing.finds(&[]);
    let mut datagrams = Script::new();
    datagrams.udp(3).bind(3, "0.0.0.0:3001").recv_end(3).recv_end(3).recv_end(3).recv_end(3).exits(0);
    datagrams.finds(&[]);
}

#[test]
fn an_error_whose_buffer_is_used() {
    let mut sends = Script::server();
    sends.accept(3, 4).does(receive(4, b"", 1024).provoked(Errno::ECONNRESET)).send(4, b"Vous avez dit : \n");
    sends.close(4).awaits(3);
    sends.finds(&[Id::RecvErrorIgnored]);
    let mut length = Script::server();
    let huge = call(Sys::Send).on(4);
    length.accept(3, 4).does(receive(4, b"", 1024).provoked(Errno::ECONNRESET));
    length.does(huge.carries(crate::observed::Direction::Sent, b"", u64::MAX).fails(Errno::EFAULT)).close(4).awaits(3);
    length.finds(&[Id::RecvErrorIgnored]);
    let mut spins = Script::server();
    spins.accept(3, 4);
    for _ in 0..400 {
        spins.recv_error(4, Errno::ENOTCONN);
    }
    spins.finds(&[Id::RecvErrorIgnored]);
}

#[test]
fn the_text_of_before_is_shown_again() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"bonjour").says(1, b"Message 0 : bonjour\n");
    script.recv_error(4, Errno::ECONNRESET).says(1, b"Message 1 : bonjour\n").close(4).awaits(3);
    script.finds(&[Id::RecvErrorIgnored]);
    let mut length = Script::client();
    length.send(3, b"hello\n").recv_error(3, Errno::ECONNRESET).close(3);
    length.says(1, b"recu -1 octets : hello\n\n").exits(0);
    length.finds(&[Id::RecvErrorIgnored]);
    let mut twice = Script::server();
    twice.accept(3, 4).recv(4, b"bonjour").says(1, b"Message 0 : bonjour\n").recv(4, b"bonjour");
    twice.says(1, b"Message 1 : bonjour\n").recv_error(4, Errno::ECONNRESET);
    twice.says(2, b"recv: Connection reset by peer\n").close(4).awaits(3);
    twice.finds(&[]);
}

#[test]
fn a_request_that_is_read_in_part() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"GET /page").send(4, b"HTTP/1.0 200 OK\r\n\r\nok");
    script.does(call(Sys::Close).on(4).unread(60).gives(0)).awaits(3);
    script.finds(&[Id::RequestNotRead]);
}

#[test]
fn an_error_that_is_handled_or_retried() {
    let mut retries = Script::server();
    retries.accept(3, 4).does(receive(4, b"", 1024).provoked(Errno::EINTR)).recv(4, b"x\n").send(4, b"x\n");
    retries.close(4).awaits(3);
    retries.finds(&[]);
    let mut closes = Script::server();
    closes.accept(3, 4).recv_error(4, Errno::ECONNRESET).close(4).awaits(3);
    closes.finds(&[]);
    let mut polls = Script::server();
    polls.accept(3, 4).recv_error(4, Errno::EAGAIN).send(4, b"bienvenue\n").recv_error(4, Errno::EAGAIN);
    polls.recv(4, b"x\n").close(4).awaits(3);
    polls.finds(&[]);
}

#[test]
fn closed_and_used_again() {
    let mut listener = Script::server();
    listener.accept(3, 4).recv(4, b"x\n").close(4).close(3);
    listener.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EBADF)).exits(1);
    listener.finds(&[Id::UseAfterClose]);
    let mut twice = Script::server();
    twice.accept(3, 4).recv(4, b"x\n").close(4).does(call(Sys::Close).on(4).fails(Errno::EBADF)).awaits(3);
    twice.finds(&[Id::DoubleClose]);
}

#[test]
fn a_number_used_by_another_connection_since_is_not_closed() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").close(4).accept(3, 4).recv(4, b"x\n").close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_child_that_closes_everything_is_not_closing_twice() {
    let mut script = Script::server();
    script.accept(3, 4).close(4).forks(101).by(101);
    for fd in 3..40 {
        script.does(if fd == 3 {
            call(Sys::Close).on(fd).gives(0)
        } else {
            call(Sys::Close).on(fd).fails(Errno::EBADF)
        });
    }
    for fd in 3..40 {
        script.does(call(Sys::Close).on(fd).fails(Errno::EBADF));
    }
    script.exits(0).by(MAIN).waits_for(101).awaits(3);
    script.finds(&[]);
}

#[test]
fn perror_closes_a_descriptor_of_its_own() {
    let mut script = Script::server();
    script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EMFILE));
    script.does(call(Sys::Dup).on(2).gives(5)).does(call(Sys::Fcntl).on(5).symbol("F_GETFL").gives(2));
    script.says(2, b"accept: Too many open files\n").does(call(Sys::Close).on(5).gives(0));
    script.accept(3, 4).recv(4, b"x\n").close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_thread_that_closes_to_wake_another() {
    let mut script = Script::server();
    script.starts_thread(101).close(3).thread(MAIN, 101);
    script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EBADF)).by(MAIN).exits(0);
    script.finds(&[]);
}

#[test]
fn closing_on_unread_bytes() {
    let mut script = Script::server();
    script.accept(3, 4).send(4, b"HTTP/1.0 200 OK\r\n\r\nbonjour");
    script.does(call(Sys::Close).on(4).unread(78).gives(0)).awaits(3);
    script.finds(&[Id::RequestNotRead]);
    assert!(script.findings()[0].details.contains(&Detail::Unread { bytes: 78 }));

    let mut speaks_first = Script::server();
    speaks_first.accept(3, 4).send(4, b"il est midi\n").close(4).awaits(3);
    speaks_first.finds(&[]);
    let mut at_exit = Script::server();
    let subject = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 9 };
    at_exit.accept(3, 4).send(4, b"bonjour\n");
    at_exit.is_about_to_end(vec![Open { fd: 4, subject, unread: Some(12) }]).exits(0);
    at_exit.finds(&[Id::RequestNotRead]);
}

/// The parent enters close while the request waits; its child reads, answers and closes before the parent comes back.
#[test]
fn unread_bytes_that_a_child_has_read_meanwhile() {
    let mut script = Script::server();
    script.accept(3, 4).forks(200).by(200).close(3).recv(4, b"salut").send(4, b"ok").close(4).by(MAIN);
    script.does(call(Sys::Close).on(4).unread(5).gives(0)).awaits(3);
    assert!(!script.has(Id::RequestNotRead));
}

#[test]
fn a_client_that_is_refused_before_its_request_is_read() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").send(4, b"x\n");
    script.accept(3, 5).send(5, b"complet\n").does(call(Sys::Close).on(5).unread(12).gives(0));
    script.recv_end(4).close(4).awaits(3);
    script.finds(&[Id::RequestNotRead]);
    assert_eq!(script.severity(Id::RequestNotRead), Some(Severity::Weakness));
}

#[test]
fn a_client_that_does_not_read_its_answer() {
    let mut script = Script::client();
    script.send(3, b"GET / HTTP/1.0\r\n\r\n").does(call(Sys::Close).on(3).unread(200).gives(0)).exits(0);
    assert_eq!(script.severity(Id::ReplyNotRead), Some(Severity::Weakness));
    let mut nothing_came = Script::client();
    nothing_came.send(3, b"log: x\n").close(3).exits(0);
    nothing_came.finds(&[]);
    let mut reads = Script::client();
    reads.send(3, b"x\n").recv(3, b"y").does(call(Sys::Close).on(3).unread(3).gives(0)).exits(0);
    reads.finds(&[]);
}

#[test]
fn descriptors_kept_after_their_peers_left() {
    let mut script = Script::server();
    for fd in 4..9 {
        script.accept(3, fd).recv(fd, b"x\n").send(fd, b"x\n").recv_end(fd);
    }
    script.awaits(3);
    script.finds(&[Id::FdLeak]);
    let mut closes = Script::server();
    for _ in 4..9 {
        closes.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4);
    }
    closes.awaits(3);
    closes.finds(&[]);
    let mut one_client = Script::server();
    one_client.accept(3, 4).recv(4, b"x\n").send(4, b"x\n").recv_end(4).exits(0);
    one_client.finds(&[]);
}

#[test]
fn connections_in_use_are_a_pool() {
    let mut script = Script::server();
    for fd in 4..9 {
        script.accept(3, fd).recv(fd, b"nom\n").send(fd, b"attendez\n");
    }
    for fd in 4..9 {
        script.send(fd, b"la partie commence\n").recv(fd, b"1\n");
    }
    script.awaits(3);
    script.finds(&[]);
}

#[test]
fn an_iterative_server_that_never_closes() {
    let mut script = Script::server();
    for fd in 4..8 {
        script.accept(3, fd).recv(fd, b"GET\n").send(fd, b"reponse\n");
    }
    script.awaits(3);
    script.finds(&[Id::FdLeak]);
}

#[test]
fn the_parent_keeps_its_clients() {
    let mut script = Script::server();
    script.handles("SIGCHLD", "SIG_IGN");
    for (fd, child) in [(4, 101), (5, 102), (6, 103)] {
        script.accept(3, fd).forks(child).by(child).close(3);
        script.recv(fd, b"x\n").send(fd, b"x\n").recv_end(fd).close(fd).exits(0).by(MAIN);
    }
    script.awaits(3);
    script.finds(&[Id::ForkKeepsClient]);
    assert_eq!(script.severity(Id::ForkKeepsListener), None);
}

#[test]
fn a_parent_that_closes_its_copy() {
    let mut script = Script::server();
    script.handles("SIGCHLD", "SIG_IGN");
    for child in [101, 102, 103] {
        script.accept(3, 4).forks(child).close(4).by(child);
        script.recv(4, b"x\n").send(4, b"x\n").recv_end(4).close(4).exits(0).by(MAIN);
    }
    script.awaits(3);
    script.finds(&[]);
    assert_eq!(script.severity(Id::ForkKeepsListener), Some(Severity::Advice));
    assert!(!script.has(Id::IterativeOnly) && !script.has(Id::SingleClient));
}

#[test]
fn a_server_that_starts_commands_keeps_what_it_serves() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"date\n").forks(101).by(101).executes(&["/bin/date"]).says(1, b"midi\n").exits(0);
    script.by(MAIN).waits_for(101).send(4, b"midi\n").recv_end(4).close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn a_reset_while_sending_is_no_reading_on() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"x\n").does(sending(4, b"y\n").fails(Errno::EPIPE)).close(4).awaits(3);
    script.finds(&[]);
}
