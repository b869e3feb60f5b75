use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::observed::{Open, Subject};
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

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
    length.does(huge.carries(Direction::Sent, b"", u64::MAX).fails(Errno::EFAULT)).close(4).awaits(3);
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
    at_exit.is_about_to_end(vec![Open { fd: 4, subject, unread: Some(12), peer_left: false }]).exits(0);
    at_exit.finds(&[Id::RequestNotRead]);

    let mut killed = Script::server();
    killed.accept(3, 4).send(4, b"bonjour\n");
    killed.is_about_to_end(vec![Open { fd: 4, subject, unread: Some(12), peer_left: false }]).is_killed(Signal::SIGINT);
    assert!(!killed.has(Id::RequestNotRead), "a signal ended it in the middle of its work");
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

fn number(script: &Script, id: Id) -> Option<u64> {
    let finding = script.findings().into_iter().find(|finding| finding.id == id)?;
    assert_eq!(finding.count, 1, "one connection is one case");
    match finding.details[0] {
        Detail::Times { count } => Some(count),
        _ => None,
    }
}

fn served() -> Script {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"hello\n").send(4, b"reponse\n");
    script
}

#[test]
fn receives_after_the_end_are_counted_from_the_second_one() {
    let mut script = served();
    script.recv_end(4);
    let told: Vec<Option<u64>> = (0..9).map(|_| number(script.recv_end(4), Id::RecvZeroIgnored)).collect();
    assert_eq!(told, [None, Some(2), Some(2), Some(4), Some(4), Some(4), Some(4), Some(8), Some(8)]);
    assert_eq!(script.proofs(Id::RecvZeroIgnored), ["recv", "recv"]);

    let mut answers = served();
    answers.recv_end(4).send(4, b"hello\n");
    let told: Vec<Option<u64>> = (0..4).map(|_| number(answers.recv_end(4), Id::RecvZeroIgnored)).collect();
    assert_eq!(told, [Some(1), Some(2), Some(2), Some(4)]);
    assert_eq!(answers.proofs(Id::RecvZeroIgnored), ["recv", "send", "recv"]);
}

/// Whether the receives that follow the end of the peer are blamed.
#[test]
fn what_goes_on_after_the_end() {
    let blamed = |go_on: &dyn Fn(&mut Script)| {
        let mut script = served();
        script.recv_end(4);
        go_on(&mut script);
        script.has(Id::RecvZeroIgnored)
    };
    let twice = |errno: Errno| {
        move |script: &mut Script| {
            script.recv_error(4, errno).recv_error(4, errno).recv_error(4, errno);
        }
    };
    assert!(blamed(&twice(Errno::ECONNRESET)));
    assert!(!blamed(&twice(Errno::EAGAIN)) && !blamed(&twice(Errno::EINTR)), "nothing new");
    assert!(
        !blamed(&|script| {
            script.recv(4, b"x\n").recv(4, b"y\n");
        }),
        "it was no end"
    );
    assert!(
        !blamed(&|script| {
            for _ in 0..4 {
                script.does(receive(4, b"", 10).symbol("MSG_PEEK").gives(0));
            }
        }),
        "it only looks"
    );
    assert!(
        !blamed(&|script| {
            script.send(4, b"a\n").send(4, b"b\n").send(4, b"c\n");
        }),
        "a peer that only closed its direction reads"
    );
    assert!(
        !blamed(&|script| {
            script.send(4, b"hello\n").shutdown(4, "SHUT_WR").recv_end(4);
        }),
        "a last one"
    );
    for errno in [Errno::EAGAIN, Errno::EINTR] {
        assert!(
            !blamed(&|script| {
                script.send(4, b"hello\n").recv_error(4, errno);
            }),
            "nothing came of it"
        );
    }
    let by_another = |pid: i32, tid: i32| {
        move |script: &mut Script| {
            script.starts_thread(101).forks(102);
            script.thread(pid, tid).recv_end(4).recv_end(4).recv_end(4);
        }
    };
    assert!(blamed(&by_another(MAIN, MAIN)));
    assert!(!blamed(&by_another(MAIN, 101)) && !blamed(&by_another(102, 102)), "another task");
}

#[test]
fn an_error_is_ignored_from_the_second_receive_or_the_first_send() {
    let broken = || {
        let mut script = served();
        script.recv_error(4, Errno::ECONNRESET);
        script
    };
    let found = |script: &Script| {
        let finding = script.findings().into_iter().find(|finding| finding.id == Id::RecvErrorIgnored)?;
        Some((finding.count, finding.details))
    };
    let details = |name: &str| vec![Detail::Errno { errno: Errno::ECONNRESET }, Detail::Call { name: name.into() }];
    let mut reads = broken();
    let told: Vec<Option<u64>> =
        (0..5).map(|_| found(reads.recv_error(4, Errno::ENOTCONN)).map(|(count, _)| count)).collect();
    assert_eq!(told, [None, Some(1), Some(1), Some(1), Some(1)]);
    assert_eq!(reads.details(Id::RecvErrorIgnored), details("recv"));
    assert_eq!(reads.proofs(Id::RecvErrorIgnored), ["recv", "recv"]);
    assert_eq!(reads.finding(Id::RecvErrorIgnored).evidence[1].at_us, 420, "the second of them");

    let mut sends = broken();
    sends.send(4, b"x\n").send(4, b"x\n");
    assert_eq!(found(&sends), Some((1, details("send"))));
    assert_eq!(sends.proofs(Id::RecvErrorIgnored), ["recv", "send"]);
    let mut nothing = broken();
    nothing.does(sending(4, b"").gives(0));
    let mut tries = broken();
    tries.recv_error(4, Errno::EAGAIN).recv_error(4, Errno::EINTR).recv_error(4, Errno::EAGAIN);
    let mut tries_late = broken();
    tries_late.recv_error(4, Errno::ENOTCONN).recv_error(4, Errno::EAGAIN);
    let mut reads_on = broken();
    reads_on.recv(4, b"x\n").recv(4, b"y\n").send(4, b"z\n");
    let mut told_by_send = served();
    told_by_send.does(sending(4, b"y\n").fails(Errno::EPIPE)).recv_end(4).recv_end(4).recv_end(4).recv_end(4);
    let mut looks = broken();
    looks.does(receive(4, b"", 9).symbol("MSG_PEEK").fails(Errno::ENOTCONN));
    looks.does(receive(4, b"", 9).symbol("MSG_PEEK").fails(Errno::ENOTCONN));
    let mut closes = broken();
    closes.shutdown(4, "SHUT_RDWR").close(4).awaits(3);
    for fine in [nothing, tries, tries_late, reads_on, told_by_send, looks, closes] {
        assert_eq!(found(&fine), None);
    }
}

#[test]
fn a_length_of_minus_one_comes_from_a_receive() {
    let sends = |before: Made, asked: u64, sys: Sys| {
        let mut script = Script::server();
        let made = call(sys).on(4).carries(Direction::Sent, b"", asked).fails(Errno::EFAULT);
        script.accept(3, 4).does(before).does(made);
        let found = script.findings().into_iter().find(|finding| finding.id == Id::RecvErrorIgnored)?;
        Some((found.details, found.evidence.len()))
    };
    let fails = |sys: Sys| call(sys).on(4).carries(Direction::Received, b"", 9).fails(Errno::EAGAIN);
    let told = Some((vec![Detail::Errno { errno: Errno::EAGAIN }, Detail::Call { name: "send".into() }], 2));
    for sys in [Sys::Recv, Sys::Recvfrom, Sys::Recvmsg, Sys::Read] {
        assert_eq!(sends(fails(sys), u64::MAX, Sys::Send), told, "{sys:?}");
    }
    for asked in [0xffff_ffff, 1 << 63] {
        assert_eq!(sends(fails(Sys::Recv), asked, Sys::Send), told, "{asked}");
    }
    for asked in [0xffff_fffe, 0x1_0000_0000, (1 << 63) - 1] {
        assert_eq!(sends(fails(Sys::Recv), asked, Sys::Send), None, "{asked}");
    }
    assert_eq!(sends(receive(4, b"x", 9).gives(1), u64::MAX, Sys::Send), None, "it succeeded");
    assert_eq!(sends(sending(4, b"x").fails(Errno::EAGAIN), u64::MAX, Sys::Send), None, "no receive");
    let mut reads = Script::server();
    reads.accept(3, 4).does(fails(Sys::Recv)).does(receive(4, b"", u64::MAX).fails(Errno::EAGAIN));
    reads.finds(&[]);
}

/// What is said after a receive that brought nothing.
#[test]
fn a_line_that_is_said_again() {
    let says = |end: Option<Errno>, line: &[u8]| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, b"bonjour").says(1, b"Message 0 : bonjour\n");
        match end {
            Some(errno) => script.recv_error(4, errno),
            None => script.recv_end(4),
        };
        script.says(1, line).close(4).awaits(3);
        script
    };
    let error = says(Some(Errno::ECONNRESET), b"Message 1 : bonjour\n");
    let told = vec![Detail::Errno { errno: Errno::ECONNRESET }, Detail::Call { name: "write".into() }];
    assert_eq!(error.details(Id::RecvErrorIgnored), told);
    assert_eq!(error.proofs(Id::RecvErrorIgnored), ["recv", "write"]);
    let end = says(None, b"Message 1 : bonjour\n");
    end.finds(&[Id::RecvZeroIgnored]);
    assert_eq!(end.details(Id::RecvZeroIgnored), [Detail::Times { count: 0 }]);
    assert_eq!(end.proofs(Id::RecvZeroIgnored), ["recv", "write"]);

    says(None, b"a\n\nb\nMessage 1 : bonjour\n").finds(&[Id::RecvZeroIgnored]);
    says(None, b"a\nb\nc\nMessage 1 : bonjour\n").finds(&[]);
    says(None, b"au revoir, bonjour\n").finds(&[]);
    says(None, b"Message 1 : salut\n").finds(&[]);
    says(None, b"recu -1 : bonjour\n").finds(&[]);
    says(Some(Errno::ECONNRESET), b"recu -1 : bonjour\n").finds(&[Id::RecvErrorIgnored]);
    says(Some(Errno::ECONNRESET), b"-1 : bonjour\n").finds(&[Id::RecvErrorIgnored]);
    says(Some(Errno::ECONNRESET), b"recu -10 : bonjour\n").finds(&[]);
    says(Some(Errno::ECONNRESET), b"recu -1 : salut\n").finds(&[]);
}

#[test]
fn a_line_that_may_be_said_again() {
    let mut sent = Script::client();
    sent.send(3, b"bonjour").says(1, b"envoi de bonjour\n").recv_end(3).says(1, b"envoi de bonjour\n").close(3);
    let mut short = Script::server();
    short.accept(3, 4).recv(4, b"ok").says(1, b"recu ok\n").recv_end(4).says(1, b"recu ok\n").close(4);
    let mut binary = Script::server();
    binary.accept(3, 4).recv(4, b"\x01\x02\x03").says(1, b"> \x01\x02\x03\n").recv_end(4);
    binary.says(1, b"> \x01\x02\x03\n").close(4);
    let mut came_twice = Script::server();
    came_twice.accept(3, 4).recv(4, b"bonjour").recv(4, b"bonjour").says(1, b"1 : bonjour\n").recv_end(4);
    came_twice.says(1, b"2 : bonjour\n").close(4);
    let mut another_call = Script::server();
    another_call.accept(3, 4).recv(4, b"bonjour").says(1, b"1 : bonjour\n").recv_end(4).accept(3, 5);
    another_call.says(1, b"2 : bonjour\n").close(4).close(5);
    let mut log = Script::server();
    log.accept(3, 4).recv(4, b"bonjour").says(1, b"1 : bonjour\n").recv_end(4);
    let write = call(Sys::Write).on(7).subject(Subject::File);
    log.does(write.carries(Direction::Sent, b"2 : bonjour\n", 12).gives(12)).close(4);
    for fine in [sent, short, binary, came_twice, another_call, log] {
        fine.finds(&[]);
    }
    let mut three_letters = Script::server();
    three_letters.accept(3, 4).recv(4, b"oui\n").says(1, b"recu oui\n").recv_end(4).says(1, b"recu oui\n").close(4);
    three_letters.finds(&[Id::RecvZeroIgnored]);
}

#[test]
fn closed_twice_and_what_comes_near() {
    let after = |made: Made| {
        let mut script = served();
        script.close(4).does(made).awaits(3);
        script.has(Id::DoubleClose)
    };
    assert!(after(call(Sys::Close).on(4).fails(Errno::EBADF)));
    assert!(!after(call(Sys::Close).on(4).provoked(Errno::EBADF)));
    assert!(!after(call(Sys::Close).on(4).fails(Errno::EINTR)));
    assert!(!after(call(Sys::Close).on(5).fails(Errno::EBADF)));
    assert!(!after(call(Sys::Fcntl).on(4).symbol("F_GETFL").fails(Errno::EBADF)));
    let mut script = served();
    script.close(4).does(call(Sys::Close).on(4).fails(Errno::EBADF));
    assert_eq!(script.proofs(Id::DoubleClose), ["close", "close"]);
}

/// Closing on unread bytes resets the connection: whose they are, and whether that is anybody's mistake.
#[test]
fn whose_unread_bytes_these_are() {
    let unread = |bytes: u32| call(Sys::Close).on(4).unread(bytes).gives(0);
    let server = |work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4);
        work(&mut script);
        script.does(unread(5));
        script.severity(Id::RequestNotRead)
    };
    let answers = |script: &mut Script| {
        script.send(4, b"HTTP/1.0 200 OK\r\n\r\nok\n");
    };
    assert_eq!(server(&answers), Some(Severity::Defect));
    let greets = |script: &mut Script| {
        script.send(4, b"ok\n");
    };
    assert_eq!(server(&greets), Some(Severity::Weakness), "it may well speak first");
    assert_eq!(server(&|_| {}), None, "it said nothing that could be lost");
    assert_eq!(
        server(&|script| {
            answers(script);
            script.recv_end(4);
        }),
        None,
        "the peer left"
    );
    assert_eq!(
        server(&|script| {
            answers(script);
            script.recv(4, b"x\n");
        }),
        Some(Severity::Defect),
        "the rest"
    );
    assert_eq!(
        server(&|script| {
            script.accept(3, 5).recv(5, b"x\n");
            answers(script);
        }),
        Some(Severity::Weakness),
        "another client is served"
    );
    let mut all_read = Script::server();
    all_read.accept(3, 4).send(4, b"ok\n").does(unread(0));
    all_read.finds(&[]);
    let mut told = Script::server();
    told.accept(3, 4).send(4, b"ok\n").does(unread(5));
    assert_eq!(told.details(Id::RequestNotRead), [Detail::Unread { bytes: 5 }]);
    assert_eq!(told.proofs(Id::RequestNotRead), ["accept", "send", "close"]);

    let connects = |made: Made, family: &str| {
        let mut script = Script::new();
        script.socket(4, family, "SOCK_STREAM").does(call(Sys::Connect).on(4).to("127.0.0.1:3001"));
        script.does(made).send(4, b"x\n").does(unread(5)).exits(0);
        script.severity(Id::ReplyNotRead)
    };
    let connect = || call(Sys::Connect).on(4).to("127.0.0.1:3001");
    assert_eq!(connects(connect().gives(0), "AF_INET"), Some(Severity::Weakness));
    assert_eq!(connects(connect().fails(Errno::EINPROGRESS), "AF_INET"), Some(Severity::Weakness));
    assert_eq!(connects(connect().fails(Errno::ETIMEDOUT), "AF_INET"), None);
    assert_eq!(connects(connect().gives(0), "AF_UNIX"), None);
}

/// What a short send left, and what a word lost, are told when the connection goes; an exit may be a way to give up.
#[test]
fn what_was_left_of_a_send_when_the_connection_goes() {
    let ends = |go: &dyn Fn(&mut Script)| {
        let mut script = Script::client();
        script.does(sending(3, b"bonjour tout le monde\n").gives(3));
        go(&mut script);
        script
    };
    let closed = ends(&|script| {
        script.close(3);
    });
    assert_eq!(closed.details(Id::ShortSendIgnored), [Detail::Length { given: 3, wanted: 22 }]);
    assert_eq!(closed.proofs(Id::ShortSendIgnored), ["send", "close"]);
    assert!(
        !ends(&|script| {
            script.exits(0);
        })
        .has(Id::ShortSendIgnored)
    );
    assert!(
        !ends(&|script| {
            script.recv_end(3).close(3);
        })
        .has(Id::ShortSendIgnored),
        "the peer left"
    );
    let mut exits = Script::client();
    exits.types(b"bonjour tout le monde\n").send(3, b"bonjour to").exits(0);
    assert_eq!(exits.details(Id::SendTruncated), [Detail::Length { given: 10, wanted: 21 }]);
    let mut datagram = Script::new();
    datagram.udp(3).does(call(Sys::Connect).on(3).to("127.0.0.1:3001").gives(0));
    datagram.types(b"bonjour tout le monde\n").send(3, b"bonjour to").close(3);
    datagram.finds(&[]);
}

#[test]
fn the_same_mistake_on_two_connections_is_counted_twice() {
    let twice = |id: Id, work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        for _ in 0..2 {
            script.accept(3, 4).recv(4, b"hello\n");
            work(&mut script);
            script.close(4);
        }
        script.finding(id).count
    };
    let reads = |script: &mut Script| {
        script.recv_end(4).recv_end(4).recv_end(4).recv_end(4).recv_end(4);
    };
    let answers = |script: &mut Script| {
        script.recv_end(4).send(4, b"hello\n").recv_end(4).recv_end(4);
    };
    let ignores = |script: &mut Script| {
        for _ in 0..6 {
            script.recv_error(4, Errno::ECONNRESET);
        }
    };
    let sends = |script: &mut Script| {
        script.recv_error(4, Errno::ECONNRESET).send(4, b"x\n").send(4, b"x\n");
    };
    assert_eq!((twice(Id::RecvZeroIgnored, &reads), twice(Id::RecvZeroIgnored, &answers)), (2, 2));
    assert_eq!((twice(Id::RecvErrorIgnored, &ignores), twice(Id::RecvErrorIgnored, &sends)), (2, 2));
}

#[test]
fn a_first_line_is_none_that_is_said_again() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"bonjour").accept(3, 5);
    for number in 0..40 {
        script.recv(5, format!("{number}\n").as_bytes());
    }
    script.recv_end(4).says(1, b"recu bonjour\n").close(4).close(5);
    script.finds(&[]);
}
