//! Descriptors that a server keeps: from when they are forgotten, how many, and what proves it.

use crate::diagnose::tests::script::{MAIN, Script, call, receive};
use crate::finding::{Detail, Id};
use crate::observed::{Open, Subject};
use crate::syscall::call::Value;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

fn descriptors(count: u64) -> Vec<Detail> {
    vec![Detail::Descriptors { count }]
}

/// A client that comes, is served and leaves; nobody has closed it yet.
fn serves(script: &mut Script, fd: i32) {
    script.accept(3, fd).recv(fd, b"x\n").send(fd, b"x\n").recv_end(fd);
}

#[test]
fn a_connection_is_forgotten_when_two_clients_have_come_since() {
    let closes_after = |clients: i32| {
        let mut script = Script::server();
        serves(&mut script, 4);
        for fd in 5..5 + clients {
            serves(&mut script, fd);
        }
        for fd in 4..5 + clients {
            script.close(fd);
        }
        script.awaits(3);
        script
    };
    closes_after(1).finds(&[]);
    let late = closes_after(2);
    late.finds(&[Id::FdLeak]);
    assert_eq!(late.details(Id::FdLeak), descriptors(1));
    assert_eq!(late.proofs(Id::FdLeak), ["accept", "recv", "accept"]);
    assert_eq!(late.finding(Id::FdLeak).fd, Some(4));
    let later = closes_after(4);
    assert_eq!((later.details(Id::FdLeak), later.finding(Id::FdLeak).count), (descriptors(3), 1));

    let mut two = Script::server();
    serves(&mut two, 4);
    serves(&mut two, 5);
    two.finds(&[]);
    serves(&mut two, 6);
    two.finds(&[Id::FdLeak]);
    let mut still_there = Script::server();
    for fd in 4..8 {
        still_there.accept(3, fd).recv(fd, b"x\n");
    }
    still_there.finds(&[]);
}

#[test]
fn among_many_clients_some_are_looked_at() {
    let leaks_at = |client: i32| {
        let mut script = Script::server();
        for number in 1..=140 {
            let kept = (client - 2..client).contains(&number);
            let fd = if kept { 5 + client - number } else { 4 };
            serves(&mut script, fd);
            if !kept {
                script.close(fd);
            }
            if number == client {
                script.close(6).close(7);
            }
        }
        script.has(Id::FdLeak)
    };
    assert!(leaks_at(30) && leaks_at(64) && leaks_at(65) && leaks_at(129));
    assert!(!leaks_at(68) && !leaks_at(130));
}

#[test]
fn a_server_of_one_task_cannot_see_again_what_it_never_closed() {
    let answers = |clients: i32| {
        let mut script = Script::server();
        for fd in 4..4 + clients {
            script.accept(3, fd).recv(fd, b"GET\n").send(fd, b"reponse\n");
        }
        script
    };
    answers(2).finds(&[]);
    let three = answers(3);
    three.finds(&[Id::FdLeak]);
    assert_eq!(three.details(Id::FdLeak), descriptors(3));
    assert_eq!(three.proofs(Id::FdLeak), ["accept", "send", "accept"]);

    let mut closes_one = answers(3);
    closes_one.close(6);
    closes_one.finds(&[]);
    let mut closes_another = answers(4);
    closes_another.close(7);
    closes_another.finds(&[Id::FdLeak]);
    let mut not_answered = answers(2);
    not_answered.accept(3, 6).recv(6, b"GET\n");
    not_answered.finds(&[Id::FdLeak]);
    assert_eq!(not_answered.details(Id::FdLeak), descriptors(2));
    let mut shuts = answers(3);
    shuts.shutdown(4, "SHUT_WR").shutdown(5, "SHUT_WR");
    shuts.finds(&[]);
    let mut another_side = answers(3);
    another_side.tcp(9).does(call(Sys::Connect).on(9).to("127.0.0.1:5432").gives(0)).send(9, b"q\n").recv(9, b"r\n");
    assert_eq!(another_side.details(Id::FdLeak), descriptors(3), "its own connection to another server is none");

    let mut polls = answers(3);
    polls.does(call(Sys::Poll).with(Value::List(vec![Value::Number(3), Value::Number(4)])).number(2).gives(1));
    let mut threads = answers(3);
    threads.starts_thread(101);
    let mut forks = answers(3);
    forks.forks(101).by(101).exits(0);
    for several in [polls, threads, forks] {
        several.finds(&[]);
    }
}

/// Clients that are only written to may wait for the others; five are no waiting room.
#[test]
fn a_crowd_that_nobody_asks_anything() {
    let greets = |clients: i32| {
        let mut script = Script::server();
        for fd in 4..4 + clients {
            script.accept(3, fd).send(fd, b"attendez\n");
        }
        script
    };
    greets(4).finds(&[]);
    greets(5).finds(&[Id::FdLeak]);
    let mut one_asked = greets(3);
    one_asked.recv(4, b"x\n");
    one_asked.finds(&[]);
}

/// A server that forks for a client, and whose child serves it.
fn forks_for(script: &mut Script, fd: i32, child: i32) {
    script.accept(3, fd).forks(child).by(child).recv(fd, b"x\n").send(fd, b"x\n").by(MAIN);
}

#[test]
fn the_parents_copy_is_left_once_it_waits_for_the_next_client() {
    let mut script = Script::server();
    forks_for(&mut script, 4, 101);
    script.finds(&[]);
    script.awaits(3);
    script.finds(&[Id::ForkKeepsClient]);
    assert_eq!(script.details(Id::ForkKeepsClient), descriptors(1));
    assert_eq!(script.proofs(Id::ForkKeepsClient), ["accept", "fork", "accept"]);
    assert_eq!(script.finding(Id::ForkKeepsClient).fd, Some(4));
    script.ends(call(Sys::Accept).on(3).length_in(16).gives(5)).close(4).close(5).awaits(3);
    script.finds(&[Id::ForkKeepsClient]);

    let mut two = Script::server();
    forks_for(&mut two, 4, 101);
    forks_for(&mut two, 5, 102);
    two.is_killed(Signal::SIGTERM);
    assert_eq!(two.details(Id::ForkKeepsClient), descriptors(1));
    let mut both_use_it = Script::server();
    forks_for(&mut both_use_it, 4, 101);
    both_use_it.send(4, b"au revoir\n").awaits(3);
    both_use_it.finds(&[]);
    let mut another_child = Script::server();
    forks_for(&mut another_child, 4, 101);
    another_child.forks(102).awaits(3);
    another_child.finds(&[]);
    let mut nobody = Script::server();
    nobody.accept(3, 4).forks(101).awaits(3);
    nobody.finds(&[]);
    let mut used_before = Script::server();
    used_before.accept(3, 4).recv(4, b"x\n").forks(101).by(101).send(4, b"x\n").by(MAIN).awaits(3);
    used_before.finds(&[Id::ForkKeepsClient]);
}

/// Copies of served connections are told as such, not as leaks, even when their clients have left.
#[test]
fn a_copy_is_no_leak_of_another_kind() {
    let mut script = Script::server();
    script.handles("SIGCHLD", "SIG_IGN");
    for (fd, child) in [(4, 101), (5, 102), (6, 103)] {
        forks_for(&mut script, fd, child);
        script.by(child).recv_end(fd).close(fd).exits(0).by(MAIN);
    }
    script.awaits(3);
    script.finds(&[Id::ForkKeepsClient]);
}

#[test]
fn a_child_that_keeps_the_listening_socket() {
    let keeps = |work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).forks(101).by(101);
        work(&mut script);
        script.exits(0);
        script.by(MAIN).close(4).waits_for(101).awaits(3);
        script
    };
    let serves = |script: &mut Script| {
        script.recv(4, b"x\n").send(4, b"x\n");
    };
    let kept = keeps(&serves);
    assert!(kept.has(Id::ForkKeepsListener));
    assert_eq!(kept.proofs(Id::ForkKeepsListener), ["listen", "fork"]);
    let found = kept.finding(Id::ForkKeepsListener);
    assert_eq!((found.pid, found.fd), (101, Some(3)));
    let has = |work: &dyn Fn(&mut Script)| keeps(work).has(Id::ForkKeepsListener);
    assert!(has(&|script| {
        script.close(4);
    }));
    assert!(!has(&|_| {}), "it serves nobody");
    assert!(!has(&|script| {
        script.close(3);
        serves(script);
    }));
    assert!(
        !has(&|script| {
            script.executes(&["/bin/cat"]);
            serves(script);
        }),
        "another program"
    );
    assert!(
        !has(&|script| {
            serves(script);
            script.accept(3, 5).close(5);
        }),
        "it takes clients itself"
    );
    assert!(
        !has(&|script| {
            serves(script);
            script.does(call(Sys::Poll).with(Value::List(vec![Value::Number(3), Value::Number(4)])).number(2).gives(1));
        }),
        "it waits for clients itself"
    );
    assert!(
        !has(&|script| {
            script.forks(102).by(102);
            serves(script);
            script.exits(0).by(101).close(3).waits_for(102);
        }),
        "its parent takes no clients"
    );
}

#[test]
fn clients_that_were_never_closed_are_counted() {
    let mut script = Script::server();
    serves(&mut script, 4);
    script.accept(3, 5).recv(5, b"x\n");
    script.tcp(9).does(call(Sys::Connect).on(9).to("127.0.0.1:5432").gives(0));
    script.exits(0);
    script.finds(&[Id::FakeClose]);
    assert_eq!(script.details(Id::FakeClose), descriptors(2));
    assert_eq!(script.proofs(Id::FakeClose), ["accept", "exit"]);
}

/// Nobody looked: the kernel alone knows that the clients left.
#[test]
fn clients_that_left_unseen() {
    let subject = Subject::Socket { family: 2, socket_type: 1, inode: 9 };
    let kept = |count: i32, left: bool, asleep: Option<i32>| {
        let mut script = Script::server();
        for fd in 4..4 + count {
            script.accept(3, fd);
        }
        script.accept(3, 50).accept(3, 51).starts_thread(101);
        if let Some(fd) = asleep {
            script.thread(MAIN, 101).begins(receive(fd, b"", 9)).by(MAIN);
        }
        let open = (4..4 + count).map(|fd| Open { fd, subject, unread: Some(0), peer_left: left });
        script.is_about_to_end(open.collect()).is_killed(Signal::SIGINT);
        script.has(Id::FdLeak).then(|| script.details(Id::FdLeak))
    };
    assert_eq!(kept(3, true, None), Some(vec![Detail::Descriptors { count: 3 }]));
    assert_eq!(kept(3, false, None), None, "they are there");
    assert_eq!(kept(2, true, None), None, "they may have waited for their turn");
    assert_eq!(kept(3, true, Some(5)), None, "a thread works there");
    assert_eq!(kept(4, true, Some(5)), Some(vec![Detail::Descriptors { count: 3 }]), "on that one alone");
}

/// A thread closes its client a while after the end, and others come meanwhile.
#[test]
fn what_is_closed_late_is_closed() {
    let server = |closes: bool, asked: bool| {
        let mut script = Script::server();
        script.accept(3, 4).starts_thread(101).thread(MAIN, 101).recv(4, b"x\n").recv_end(4);
        script.by(MAIN).accept(3, 5).accept(3, 6).accept(3, 7);
        assert!(script.has(Id::FdLeak));
        if asked {
            script.gets_signal(Signal::SIGINT);
        }
        if closes {
            script.thread(MAIN, if asked { MAIN } else { 101 }).close(4);
        }
        script.has(Id::FdLeak)
    };
    assert!(server(false, false) && !server(true, false));
    assert!(server(true, true), "only because it ends");
    let mut begun = Script::server();
    begun.accept(3, 4).starts_thread(101).thread(MAIN, 101).recv(4, b"x\n").recv_end(4).begins(call(Sys::Close).on(4));
    begun.by(MAIN).accept(3, 5).accept(3, 6).accept(3, 7);
    assert!(!begun.has(Id::FdLeak), "the close has begun");
}

/// Its end closes what a child serves, whoever came to its parent meanwhile.
#[test]
fn a_child_that_ends_keeps_nothing() {
    let mut script = Script::server();
    script.accept(3, 4).forks(200).by(200).close(3).recv(4, b"x\n").recv_end(4).by(MAIN).close(4);
    script.accept(3, 4).close(4).accept(3, 4).close(4).accept(3, 4).close(4).by(200).exits(0);
    assert!(!script.has(Id::FdLeak));
}

/// A relay gives its client to a program that has children of its own.
#[test]
fn a_child_of_a_child_is_no_parent_of_the_client() {
    let mut script = Script::server();
    script.accept(3, 4).forks(200).close(4).by(200).forks(300).by(300).forks(400).by(400).exits(0);
    script.by(200).recv(4, b"x\n").by(MAIN).awaits(3).by(300).exits(0);
    assert!(!script.has(Id::ForkKeepsClient), "{:#?}", script.findings());
}
