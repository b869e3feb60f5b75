//! How a call is read, whatever a decoder shows of it.

#![allow(clippy::redundant_closure_for_method_calls, reason = "a method is of one lifetime, the closure of all")]

use crate::diagnose::reading::{Seen, descriptors, number_of, word, written};
use crate::diagnose::tests::script::{Made, call, inet, receive, sending};
use crate::finding::{Evidence, Exhibit};
use crate::observed::{Ending, Subject};
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

fn reads<T>(made: &Made, read: impl Fn(&Seen<'_>) -> T) -> T {
    read(&Seen::new(5, (1, 2), &made.returned()))
}

fn symbol(text: &str) -> Value {
    Value::Symbol(text.to_owned())
}

fn opaque(text: &str) -> Value {
    Value::Opaque(text.to_owned())
}

fn record(name: &str, value: Value) -> Value {
    Value::Record(vec![("events".to_owned(), symbol("POLLIN")), (name.to_owned(), value)])
}

#[test]
fn a_number_is_read_however_it_is_shown() {
    for (value, number) in [
        (Value::Number(-3), Some(-3)),
        (Value::Length(16), Some(16)),
        (Value::List(vec![Value::Number(1), Value::Number(2)]), Some(1)),
        (Value::List(vec![]), None),
        (symbol("[28]"), Some(28)),
        (opaque("7"), Some(7)),
        (symbol("AF_INET"), None),
        (Value::Null, None),
    ] {
        assert_eq!(number_of(&value), number, "{value:?}");
    }
}

#[test]
fn the_descriptors_of_a_list_and_of_a_set() {
    let list = Value::List(vec![
        Value::Number(3),
        symbol("4"),
        opaque("5"),
        record("fd", Value::Number(6)),
        record("revents", Value::Number(7)),
        Value::Null,
        Value::Number(1 << 40),
    ]);
    assert_eq!(descriptors(&list), [3, 4, 5, 6]);
    assert_eq!(descriptors(&symbol("[8 9]")), [8, 9]);
    assert_eq!(descriptors(&opaque("{10, 11}")), [10, 11]);
    assert!(descriptors(&Value::Number(3)).is_empty());
    assert_eq!(descriptors(&Value::List((0..100).map(Value::Number).collect())).len(), 64);
}

#[test]
fn a_constant_is_found_whole_wherever_it_is() {
    for value in [
        symbol("MSG_PEEK"),
        symbol("MSG_DONTWAIT|MSG_PEEK"),
        opaque("0x2 MSG_PEEK"),
        record("flags", symbol("MSG_PEEK")),
        Value::List(vec![Value::Null, record("flags", symbol("MSG_PEEK"))]),
    ] {
        assert!(reads(&call(Sys::Recvmsg).on(4).with(value.clone()), |seen| seen.names("MSG_PEEK")), "{value:?}");
    }
    for value in [
        symbol("MSG_PEEKED"),
        symbol("MY_MSG_PEEK"),
        Value::Number(2),
        Value::Bytes { data: b"MSG_PEEK".to_vec(), total: 8 },
    ] {
        assert!(!reads(&call(Sys::Recvmsg).on(4).with(value.clone()), |seen| seen.names("MSG_PEEK")), "{value:?}");
    }
}

#[test]
fn the_address_and_the_length_that_comes_with_it() {
    let bound = call(Sys::Bind).on(3).to("127.0.0.1:3001");
    let sent = call(Sys::Sendto).on(3).number(0).number(9).number(0).to("[::1]:3001");
    let read = |made: &Made| reads(made, |seen| (seen.address().and_then(Address::port), seen.address_length()));
    assert_eq!(read(&bound), (Some(3001), Some(16)));
    assert_eq!(read(&sent), (Some(3001), Some(28)));
    assert_eq!(read(&call(Sys::Accept).on(3)), (None, None));
    assert_eq!(reads(&bound, |seen| written(seen, 1)), "{AF_INET, 127.0.0.1:3001}");
    assert_eq!(reads(&bound, |seen| written(seen, 9)), "");
}

#[test]
fn what_moves_bytes_and_which_way() {
    let both = |sys: Sys| reads(&call(sys).on(3), |seen| (seen.is_receive(), seen.is_send()));
    for sys in [Sys::Recv, Sys::Recvfrom, Sys::Recvmsg, Sys::Recvmmsg, Sys::Read, Sys::Readv] {
        assert_eq!(both(sys), (true, false), "{sys:?}");
    }
    for sys in [Sys::Send, Sys::Sendto, Sys::Sendmsg, Sys::Sendmmsg, Sys::Write, Sys::Writev, Sys::Sendfile] {
        assert_eq!(both(sys), (false, true), "{sys:?}");
    }
    assert_eq!(both(Sys::Close), (false, false));
}

#[test]
fn what_is_written_where_people_read() {
    let socket = Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, inode: 7 };
    for (fd, subject, people) in [
        (1, Subject::File, true),
        (2, Subject::Pipe, true),
        (3, Subject::File, false),
        (0, Subject::Terminal, false),
        (3, Subject::Terminal, true),
        (1, socket, false),
    ] {
        let write = call(Sys::Write).on(fd).subject(subject);
        assert_eq!(reads(&write, |seen| seen.is_for_people()), people, "{fd} {subject:?}");
    }
    assert!(!reads(&call(Sys::Read).on(1).subject(Subject::Terminal), |seen| seen.is_for_people()));
}

#[test]
fn a_receive_that_takes_nothing_only_looks() {
    assert!(reads(&receive(4, b"x", 10).symbol("MSG_PEEK"), |seen| seen.only_looks()));
    assert!(reads(&receive(4, b"", 0), |seen| seen.only_looks()));
    assert!(!reads(&receive(4, b"", 1), |seen| seen.only_looks()));
    assert!(!reads(&call(Sys::Recv).on(4), |seen| seen.only_looks()), "its capacity is not known");
}

#[test]
fn the_bytes_that_went_through() {
    let moved = |made: &Made| reads(made, |seen| seen.moved().to_vec());
    assert_eq!(moved(&sending(4, b"bonjour").gives(3)), b"bon");
    assert_eq!(moved(&receive(4, b"bonjour", 10).gives(100)), b"bonjour");
    assert_eq!(moved(&sending(4, b"bonjour").fails(Errno::EPIPE)), b"");
    assert_eq!(moved(&call(Sys::Send).on(4).gives(3)), b"");
    for sys in [Sys::Sendmmsg, Sys::Recvmmsg] {
        let made = call(sys).on(4).carries(Direction::Sent, b"bonjour", 7).gives(1);
        assert_eq!(moved(&made), b"bonjour", "it counts messages");
    }
    let sent = sending(4, b"bonjour").placed(0x4000, b" toi").gives(3);
    assert_eq!(reads(&sent, |seen| (seen.given().to_vec(), seen.asked())), (b"bonjour".to_vec(), 7));
    assert_eq!(reads(&sent, |seen| (seen.place(), seen.beyond().to_vec())), (0x4000, b" toi".to_vec()));
    let bare = call(Sys::Send).on(4);
    assert_eq!(
        reads(&bare, |seen| (seen.given().len(), seen.asked(), seen.place(), seen.beyond().len())),
        (0, 0, 0, 0)
    );
}

#[test]
fn what_came_of_a_call() {
    let done = call(Sys::Accept).on(3).gives(4).returned();
    let seen = Seen::new(0, (1, 1), &done);
    assert_eq!((seen.number(), seen.identifier(), seen.errno()), (Some(4), Some(4), None));
    let failed = call(Sys::Accept).on(3).fails(Errno::EMFILE).returned();
    let seen = Seen::new(0, (1, 1), &failed);
    assert_eq!((seen.number(), seen.errno()), (None, Some(Errno::EMFILE)));
    assert!(seen.failed_with(Errno::EMFILE) && !seen.failed_with(Errno::EINTR) && !seen.is_provoked());
    let mut interrupted = failed.clone();
    interrupted.ending = Ending::Interrupted;
    let seen = Seen::new(0, (1, 1), &interrupted);
    assert_eq!((seen.number(), seen.errno()), (None, None));
    assert!(reads(&call(Sys::Accept).on(3).provoked(Errno::EMFILE), |seen| seen.is_provoked()));
    assert!(!reads(&sending(4, b"x").shortened(1), |seen| seen.is_provoked()), "it happened");
}

#[test]
fn an_exhibit_keeps_a_part_of_what_is_long() {
    let large = Value::Bytes { data: vec![b'x'; 1000], total: 1000 };
    let list = Value::List((0..100).map(Value::Number).collect());
    let made = call(Sys::Write).on(1).with(large).with(list).with(Value::Address(inet("127.0.0.1:1"))).gives(1000);
    let proof = reads(&made, |seen| seen.proof());
    let Exhibit::Call { call, ending, injected } = &proof.exhibit else { panic!("{proof:?}") };
    assert_eq!((proof.pid, proof.at_us, *injected, ending.is_some()), (1, 5, false, true));
    assert!(matches!(&call.arguments[1], Value::Bytes { data, total: 1000 } if data.len() == 256));
    assert!(matches!(&call.arguments[2], Value::List(items) if items.len() == 16));
    assert_eq!(call.arguments[3], Value::Address(inet("127.0.0.1:1")));
    let more = call_of(Value::Bytes { data: b"abc".to_vec(), total: 5000 });
    assert_eq!(more, Value::Bytes { data: b"abc".to_vec(), total: 5000 }, "bytes that were not kept count");
}

fn call_of(value: Value) -> Value {
    let proof = reads(&call(Sys::Write).with(value), |seen| seen.proof());
    let Exhibit::Call { call, .. } = &proof.exhibit else { panic!("{proof:?}") };
    call.arguments[0].clone()
}

#[test]
fn every_exhibit_has_a_name() {
    let named = |exhibit| word(&Evidence { pid: 1, at_us: 0, exhibit, source: None, remark: None }).to_owned();
    assert_eq!(word(&reads(&call(Sys::Bind).on(3), |seen| seen.proof())), "bind");
    assert_eq!(named(Exhibit::Exited { code: 0 }), "exit");
    assert_eq!(named(Exhibit::Killed { signal: Signal::SIGPIPE }), "killed");
    assert_eq!(named(Exhibit::Signalled { signal: Signal::SIGPIPE }), "signal");
}
