//! Which calls are useful, and which come back at once with nothing.

use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::observed::Subject;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

fn useless() -> Made {
    call(Sys::Accept).on(3).fails(Errno::EAGAIN)
}

fn announces() -> Made {
    poll(-1).gives(1)
}

fn poll(timeout: i64) -> Made {
    call(Sys::Poll).with(Value::List(vec![Value::Number(3)])).number(1).number(timeout)
}

/// The useless calls so far, and whether something was announced.
fn spin(script: &Script) -> Option<(u64, bool)> {
    script.process().spins.get(&MAIN).map(|spin| (spin.length, spin.announced))
}

fn after(calls: &[Made], threads: bool) -> Option<(u64, bool)> {
    let mut script = Script::server();
    script.accept(3, 4);
    if threads {
        script.starts_thread(101);
    }
    for made in calls {
        script.does(made.clone());
    }
    spin(&script)
}

const USEFUL: Option<(u64, bool)> = None;
const NEUTRAL: Option<(u64, bool)> = Some((1, false));
const USELESS: Option<(u64, bool)> = Some((2, false));
const ANNOUNCES: Option<(u64, bool)> = Some((1, true));

#[test]
fn a_wait_is_worth_what_it_brings_and_how_long_it_slept() {
    let waits = |sys: Sys, timeout: i64| call(sys).on(9).number(0).number(8).number(timeout);
    let timed = |sys: Sys, fields: &[(&str, i64)]| {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect();
        let made = call(sys).with(Value::List(vec![Value::Number(3)])).number(1);
        let made = if sys == Sys::Ppoll { made } else { made.number(0).number(0) };
        made.with(Value::Record(fields)).lasting(9000)
    };
    let timed_wait = |fields: &[(&str, i64)]| {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect();
        call(Sys::EpollPwait2).on(9).number(0).number(8).with(Value::Record(fields)).lasting(900)
    };
    let zero = &[("tv_sec", 0), ("tv_nsec", 0)];
    for (made, worth) in [
        (poll(-1).gives(1), ANNOUNCES),
        (poll(10).gives(0).lasting(800), USEFUL),
        (poll(10).gives(0).lasting(799), USELESS),
        (poll(0).gives(0).lasting(9000), USELESS),
        (poll(10).fails(Errno::EINTR), USEFUL),
        (poll(10).fails(Errno::EBADF).lasting(9000), USELESS),
        (waits(Sys::EpollWait, 10).gives(0).lasting(900), USEFUL),
        (waits(Sys::EpollWait, 0).gives(0).lasting(900), USELESS),
        (waits(Sys::EpollPwait, 0).gives(0).lasting(900), USELESS),
        (timed_wait(&[("tv_sec", 0), ("tv_nsec", 9)]).gives(0), USEFUL),
        (timed_wait(zero).gives(0), USELESS),
        (waits(Sys::EpollWait, 10).gives(1), ANNOUNCES),
        (timed(Sys::Ppoll, zero).gives(0), USELESS),
        (timed(Sys::Select, &[("tv_sec", 0), ("tv_usec", 0)]).gives(0), USELESS),
        (timed(Sys::Pselect6, zero).gives(0), USELESS),
        (timed(Sys::Ppoll, &[("tv_sec", 0), ("tv_nsec", 9)]).gives(0), USEFUL),
        (timed(Sys::Select, zero).gives(2), ANNOUNCES),
    ] {
        assert_eq!(after(&[useless(), made.clone()], false), worth, "{made:?}");
    }
    for sys in [Sys::EpollWait, Sys::EpollPwait, Sys::EpollPwait2] {
        assert_eq!(after(&[useless(), waits(sys, 0).gives(0)], true), NEUTRAL, "a runtime's");
        assert_eq!(after(&[useless(), waits(sys, 0).gives(1)], true), ANNOUNCES);
    }
    assert_eq!(after(&[useless(), poll(0).gives(0)], true), USELESS);
}

#[test]
fn a_call_is_worth_what_it_brings() {
    let neutral = [
        Sys::Fcntl,
        Sys::Ioctl,
        Sys::Dup,
        Sys::Close,
        Sys::Socket,
        Sys::Bind,
        Sys::Listen,
        Sys::Getsockopt,
        Sys::Setsockopt,
        Sys::Getsockname,
        Sys::Getpeername,
        Sys::EpollCtl,
        Sys::Shutdown,
        Sys::RtSigaction,
    ];
    for sys in neutral {
        assert_eq!(after(&[useless(), call(sys).on(40).fails(Errno::EBADF)], false), NEUTRAL, "{sys:?}");
    }
    let socket = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 5 };
    let write = |fd: i32| call(Sys::Write).on(fd);
    for (made, worth) in [
        (call(Sys::Nanosleep).gives(0), USEFUL),
        (call(Sys::Accept).on(3).gives(5), USEFUL),
        (call(Sys::Accept4).on(3).fails(Errno::EINTR), USEFUL),
        (call(Sys::Connect).on(4).fails(Errno::EINPROGRESS), USEFUL),
        (call(Sys::Connect).on(4).fails(Errno::EALREADY), USEFUL),
        (call(Sys::Connect).on(4).fails(Errno::ECONNREFUSED), USELESS),
        (call(Sys::Accept4).on(3).fails(Errno::EAGAIN), USELESS),
        (call(Sys::Accept).on(3).fails(Errno::EAGAIN).lasting(5000), USEFUL),
        (call(Sys::Accept).on(3).fails(Errno::EAGAIN).lasting(4999), USELESS),
        (call(Sys::Fcntl).on(40).gives(0).lasting(5000), USEFUL),
        (write(1).gives(1), NEUTRAL),
        (write(2).fails(Errno::EAGAIN), NEUTRAL),
        (call(Sys::Writev).on(2).gives(1), NEUTRAL),
        (write(1).subject(socket).fails(Errno::EAGAIN), USELESS),
        (write(4).fails(Errno::EAGAIN), USELESS),
        (write(4).gives(1), USEFUL),
        (receive(4, b"x", 9).gives(1), USEFUL),
        (receive(4, b"", 9).fails(Errno::EINTR), USEFUL),
        (receive(4, b"", 9).fails(Errno::EAGAIN), USELESS),
        (receive(4, b"", 9).gives(0), USELESS),
        (receive(4, b"", 9).symbol("MSG_PEEK").gives(0), NEUTRAL),
        (receive(4, b"", 9).symbol("MSG_PEEK").fails(Errno::EAGAIN), USELESS),
        (receive(9, b"", 9).subject(Subject::File).gives(0), NEUTRAL),
        (receive(9, b"", 9).subject(Subject::Other).gives(0), NEUTRAL),
        (receive(9, b"", 9).subject(Subject::Pipe).gives(0), USELESS),
        (sending(4, b"x").gives(1), USEFUL),
        (sending(4, b"x").fails(Errno::EAGAIN), USELESS),
    ] {
        assert_eq!(after(&[useless(), made.clone()], false), worth, "{made:?}");
    }
}

#[test]
fn what_is_announced_again_and_not_taken_is_useless() {
    for (calls, found) in [
        (&[announces()][..], (0, true)),
        (&[announces(), announces()], (1, true)),
        (&[announces(), announces(), announces()], (2, true)),
        (&[announces(), useless()], (1, false)),
        (&[announces(), useless(), announces()], (1, true)),
        (&[announces(), useless(), announces(), announces()], (2, true)),
        (&[useless(), useless(), useless()], (3, false)),
    ] {
        assert_eq!(after(calls, false), Some(found), "{calls:?}");
    }
    assert_eq!(after(&[announces(), sending(4, b"x").gives(1), announces()], false), Some((0, true)));
}

#[test]
fn a_program_that_takes_its_time_works() {
    for (pause, length) in [(0, 2), (199_980, 2), (199_981, 1), (300_000, 1)] {
        let mut script = Script::server();
        script.does(useless()).later(pause).does(useless());
        assert_eq!(spin(&script), Some((length, false)), "{pause}");
    }
    // The time in a call is no work, and a first useless call follows nothing.
    let mut script = Script::server();
    script.later(900_000).does(announces()).later(900_000).does(announces());
    assert_eq!(spin(&script), Some((1, true)));
    let mut waits = Script::server();
    waits.does(useless()).does(poll(0).gives(0).lasting(900_000));
    assert_eq!(spin(&waits), Some((2, false)));
}

#[test]
fn a_run_of_useless_calls_is_told_from_its_first_to_its_last() {
    let mut script = Script::server();
    script.does(useless()).later(500).does(poll(0).gives(0)).later(500).does(receive(4, b"", 9).fails(Errno::EAGAIN));
    let spin = &script.process().spins[&MAIN];
    let at = [&spin.first, &spin.last].map(|proof| proof.as_ref().unwrap().at_us);
    assert_eq!((spin.sys, spin.fd, at), (Some(Sys::Accept), Some(4), [spin.started_us, spin.last_us]));
    assert!(spin.last_us > spin.started_us + 1000);
    script.does(poll(0).gives(0));
    assert_eq!(script.process().spins[&MAIN].fd, Some(4));
    script.thread(MAIN, 101).does(useless());
    assert_eq!((script.process().spins[&MAIN].length, script.process().spins[&101].length), (4, 1));
}
