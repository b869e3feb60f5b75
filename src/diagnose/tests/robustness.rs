use crate::diagnose::tests::script::{MAIN, Script, call, receive};
use crate::finding::Id;
use crate::observed::{Direction, Subject};
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

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
}
