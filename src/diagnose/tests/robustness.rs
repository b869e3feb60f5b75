use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::{Detail, Exhibit, Id};
use crate::observed::Subject;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::{Direction, Sys};

#[test]
fn a_non_blocking_loop_without_waiting() {
    let mut script = Script::server();
    for _ in 0..500 {
        script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EAGAIN));
    }
    script.finds(&[Id::BusyLoop]);
}

#[test]
fn a_poll_that_announces_what_nobody_reads() {
    let mut script = Script::server();
    for _ in 0..500 {
        script.does(
            call(Sys::Poll).with(Value::List(vec![Value::Number(3), Value::Number(4)])).number(2).number(-1).gives(1),
        );
    }
    script.finds(&[Id::BusyLoop]);
}

#[test]
fn sleeping_between_tries_is_no_busy_loop() {
    let mut script = Script::server();
    for _ in 0..500 {
        script.does(call(Sys::Accept).on(3).length_in(16).fails(Errno::EAGAIN));
        script.does(call(Sys::Nanosleep).gives(0).lasting(1000));
    }
    script.finds(&[]);
}

#[test]
fn work_between_polls_is_no_busy_loop() {
    let mut script = Script::server();
    for _ in 0..500 {
        script.does(call(Sys::Poll).with(Value::List(vec![Value::Number(3)])).number(1).number(0).gives(0)).later(8000);
    }
    script.finds(&[]);
}

#[test]
fn an_event_server_at_work_is_no_busy_loop() {
    let mut script = Script::server();
    script.accept(3, 4);
    for _ in 0..500 {
        script.does(
            call(Sys::Poll).with(Value::List(vec![Value::Number(3), Value::Number(4)])).number(2).number(-1).gives(1),
        );
        script.recv(4, b"x\n").does(receive(4, b"", 1024).fails(Errno::EAGAIN)).send(4, b"x\n");
    }
    script.finds(&[]);
}

#[test]
fn the_scheduler_of_a_runtime_is_no_busy_loop() {
    let mut script = Script::server();
    script.starts_thread(101);
    for _ in 0..500 {
        script.does(call(Sys::EpollPwait).on(5).number(0).number(128).number(0).gives(0));
    }
    script.finds(&[]);
}

#[test]
fn both_wait_for_the_other() {
    let mut script = Script::client();
    script.begins(receive(3, b"", 1024)).stands_off(3);
    script.finds(&[Id::BothReceive]);
    let mut slow = Script::client();
    slow.begins(receive(3, b"", 1024)).stands_off(3).ends(receive(3, b"bonjour\n", 1024).gives(8)).close(3).exits(0);
    slow.finds(&[]);
    let mut keyboard_elsewhere = Script::client();
    keyboard_elsewhere.starts_thread(101).begins(receive(3, b"", 1024)).stands_off(3);
    keyboard_elsewhere.finds(&[]);
    let mut forked = Script::client();
    forked.forks(101).by(MAIN).begins(receive(3, b"", 1024)).stands_off(3);
    forked.finds(&[]);
}

#[test]
fn the_end_of_the_input_over_and_over() {
    let end = || call(Sys::Read).on(0).subject(Subject::Pipe).carries(Direction::Received, b"", 1024).gives(0);
    let mut script = Script::client();
    for _ in 0..500 {
        script.does(end());
    }
    script.finds(&[Id::StdinEofSpin]);
    let mut prompts = Script::client();
    prompts.does(end());
    for _ in 0..500 {
        prompts.says(1, b"> ");
    }
    prompts.finds(&[Id::StdinEofSpin]);
    let mut stops = Script::client();
    stops.types(b"x\n").does(end()).does(end()).close(3).exits(0);
    stops.finds(&[]);
}

#[test]
fn memory_does_not_grow_with_the_calls() {
    let mut script = Script::server();
    for number in 0..3_000_i32 {
        let text = format!("message {number}\n");
        script.accept(3, 4).recv(4, text.as_bytes()).send(4, text.as_bytes()).recv_end(4).close(4);
    }
    script.finds(&[]);
    let mut polls = Script::server();
    polls.does(call(Sys::Poll).with(Value::List(vec![])).number(0).number(9).gives(0)).accept(3, 4);
    for _ in 0..3_000 {
        polls.recv(4, b"x\n").send(4, b"x\n").does(call(Sys::Close).on(7).fails(Errno::EBADF));
    }
    let readiness = &polls.process().readiness[&MAIN];
    let noted = [&readiness.asked, &readiness.used, &readiness.closed].map(Vec::len);
    assert_eq!((noted, readiness.proofs.len()), ([1, 2, 1], 2), "4; 3 and 4; 7: each once");
    polls.does(call(Sys::EpollWait).number(9).gives(0));
    assert!(polls.process().readiness.is_empty(), "another kind of wait");
}

fn tries() -> Made {
    call(Sys::Accept).on(3).length_in(16).fails(Errno::EAGAIN)
}

/// The number in what is said of a loop.
fn times(script: &Script, id: Id) -> Option<u64> {
    let finding = script.findings().into_iter().find(|finding| finding.id == id)?;
    assert_eq!(finding.count, 1, "one loop is one case");
    match finding.details[0] {
        Detail::Times { count } => Some(count),
        _ => None,
    }
}

/// A loop is told when the next call comes, and again each time that it has doubled.
#[test]
fn a_loop_is_counted_in_powers_of_two() {
    let mut script = Script::server();
    let mut told = Vec::new();
    for number in 1..=600 {
        script.does(tries());
        told.push((number, times(&script, Id::BusyLoop)));
    }
    told.dedup_by_key(|(_, times)| *times);
    assert_eq!(told, [(1, None), (201, Some(200)), (257, Some(256)), (513, Some(512))]);
    assert_eq!(script.details(Id::BusyLoop)[1], Detail::Call { name: "accept".into() });
    let found = script.finding(Id::BusyLoop);
    assert_eq!((found.pid, found.fd, found.evidence.len()), (MAIN, Some(3), 2));
    assert!(found.evidence[0].at_us < found.evidence[1].at_us);
}

/// Three milliseconds for each call, on average.
#[test]
fn a_loop_that_takes_its_time_works() {
    let spins = |last_gap: u64| {
        let mut script = Script::server();
        script.does(tries());
        for _ in 0..198 {
            script.later(2_960).does(tries());
        }
        script.later(last_gap - 40).does(tries()).does(tries());
        script.has(Id::BusyLoop)
    };
    assert!(spins(6_000));
    assert!(!spins(6_001));
}

fn end_of_input() -> Made {
    call(Sys::Read).on(0).subject(Subject::Pipe).carries(Direction::Received, b"", 1024).gives(0)
}

#[test]
fn ends_of_the_input_in_a_row_are_counted() {
    let mut script = Script::client();
    let mut told = Vec::new();
    for number in 1..=40 {
        script.does(end_of_input());
        told.push((number, times(&script, Id::StdinEofSpin)));
    }
    told.dedup_by_key(|(_, times)| *times);
    assert_eq!(told, [(1, None), (10, Some(10)), (16, Some(16)), (32, Some(32))]);

    let socket = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 9 };
    for other in [
        call(Sys::Fcntl).on(0).symbol("F_GETFL").gives(0),
        call(Sys::Read).on(0).subject(Subject::Pipe).carries(Direction::Received, b"x", 1024).gives(1),
        end_of_input().subject(socket),
        call(Sys::Close).on(0).gives(0),
        call(Sys::Close).on(9).gives(0),
        receive(3, b"", 1024).gives(0),
    ] {
        let mut nine = Script::client();
        for _ in 0..9 {
            nine.does(end_of_input());
        }
        nine.does(other.clone());
        assert!(!nine.has(Id::StdinEofSpin), "{other:?}");
    }
}

#[test]
fn prompts_after_the_end_of_the_input_are_counted() {
    let mut script = Script::client();
    script.does(end_of_input());
    let mut told = Vec::new();
    for number in 1..=600 {
        script.says(1, b"> ");
        told.push((number, times(&script, Id::StdinEofSpin)));
    }
    told.dedup_by_key(|(_, times)| *times);
    assert_eq!(told, [(1, None), (201, Some(200)), (257, Some(256)), (513, Some(512))]);

    let mut typed_again = Script::client();
    typed_again.does(end_of_input());
    for _ in 0..200 {
        typed_again.says(1, b"> ");
    }
    typed_again.types(b"x\n").says(1, b"> ");
    let mut errors = Script::client();
    errors.does(end_of_input());
    for _ in 0..500 {
        errors.says(2, b"erreur\n");
    }
    for fine in [typed_again, errors] {
        assert!(!fine.has(Id::StdinEofSpin), "{:#?}", fine.findings());
    }
}

#[test]
fn the_receive_in_which_both_wait_is_the_evidence() {
    let peer = vec![Detail::Peer { pid: 7, command: "client".to_owned() }];
    let mut script = Script::client();
    script.begins(call(Sys::Read).on(3)).stands_off(3);
    assert_eq!((script.proofs(Id::BothReceive), script.details(Id::BothReceive)), (vec!["read".to_owned()], peer));
    let mut before = Script::client();
    before.stands_off(3);
    let finding = before.finding(Id::BothReceive);
    let Exhibit::Call { call: shown, ending: None, injected: false } = &finding.evidence[0].exhibit else {
        panic!("{finding:#?}")
    };
    assert_eq!((shown.name.as_str(), &shown.arguments[..]), ("recv", &[Value::Number(3)][..]));
    assert_eq!((finding.pid, finding.fd), (MAIN, Some(3)));
}

#[test]
fn bytes_that_come_after_all_withdraw_one_deadlock_only() {
    let stands = |go_on: &dyn Fn(&mut Script)| {
        let mut script = Script::client();
        script.tcp(4).does(call(Sys::Connect).on(4).to("127.0.0.1:3001").gives(0));
        script.begins(receive(3, b"", 1024)).stands_off(3);
        go_on(&mut script);
        script.has(Id::BothReceive)
    };
    assert!(!stands(&|script| {
        script.ends(receive(3, b"x\n", 1024).gives(2));
    }));
    assert!(
        stands(&|script| {
            script.ends(receive(3, b"", 1024).gives(0));
        }),
        "the peer left"
    );
    assert!(
        stands(&|script| {
            script.recv(4, b"x\n");
        }),
        "another connection"
    );
    assert!(stands(&|script| {
        script.send(3, b"x\n");
    }));
    assert!(
        stands(&|script| {
            script.forks(101).by(101).recv(3, b"x\n");
        }),
        "another process"
    );
}

/// A complaint after a success, as the call and the line that was written.
#[test]
fn what_is_told_of_a_complaint() {
    let mut script = Script::server();
    script.accept(3, 4).says(2, b"nouveau client\naccept: Success\n").recv(4, b"x\n").close(4).awaits(3);
    let line = b"accept: Success".to_vec();
    let details = [Detail::Call { name: "accept".into() }, Detail::Bytes { bytes: line }];
    assert_eq!(script.details(Id::PerrorAfterSuccess), details);
    assert_eq!(script.proofs(Id::PerrorAfterSuccess), ["accept", "write"]);

    let complains = |go_on: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4);
        go_on(&mut script);
        script.has(Id::PerrorAfterSuccess)
    };
    assert!(complains(&|script| {
        script.says(1, b"accept: Success\n");
    }));
    assert!(
        !complains(&|script| {
            script.send(4, b"accept: Success\n");
        }),
        "the peer reads it"
    );
    assert!(
        !complains(&|script| {
            script.says(2, b"erreur de accept\n");
        }),
        "no text of an errno"
    );
    assert!(
        !complains(&|script| {
            script.does(tries()).accept(3, 5).says(2, b"accept: Resource temporarily unavailable\n");
        }),
        "it failed before"
    );
    assert!(!complains(&|script| {
        script.does(sending(4, b"x").fails(Errno::EPIPE)).says(2, b"send: Broken pipe\n");
    }));
    assert!(
        complains(&|script| {
            script.recv(4, b"x\n").says(2, b"errno : Success\n");
        }),
        "there was no error, whatever it names"
    );
    assert!(
        !complains(&|script| {
            script.recv(4, b"x\n").says(1, b"login : Success\n");
        }),
        "no message of an error"
    );
    assert!(complains(&|script| {
        script.says(2, b"Accepting Failed\n");
    }));
    assert!(
        !complains(&|script| {
            script.recv(4, b"x\n").says(2, b"accept: Broken pipe\n");
        }),
        "of another call"
    );
}
