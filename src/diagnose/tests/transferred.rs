//! What is known of the bytes that programs move, and of what they write for people.

use crate::diagnose::ledger::is_fatal;
use crate::diagnose::ledger::traffic::Reading;
use crate::diagnose::ledger::traffic::Retry;
use crate::diagnose::tests::script::{MAIN, Made, Script, call, receive, sending};
use crate::finding::Id;
use crate::observed::Subject;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::{Direction, Sys};

fn server() -> Script {
    let mut script = Script::server();
    script.accept(3, 4);
    script
}

fn writes(fd: i32, data: &[u8], asked: u64) -> Made {
    call(Sys::Write).on(fd).carries(Direction::Sent, data, asked)
}

fn reads(fd: i32, data: &[u8]) -> Made {
    let count = data.len().try_into().unwrap();
    call(Sys::Read).on(fd).subject(Subject::Pipe).carries(Direction::Received, data, 1024).gives(count)
}

#[test]
fn what_was_tried_is_known_whatever_came_of_it() {
    let mut script = server();
    let tried = |script: &Script| {
        let traffic = &script.at(4).unwrap().traffic;
        (traffic.reading, traffic.send_denied, script.process().denied)
    };
    assert_eq!(tried(&script), (Reading::Never, false, false));
    for (made, reading, send_denied, denied) in [
        (call(Sys::Getsockname).on(4).gives(0), Reading::Never, false, false),
        (sending(4, b"x").fails(Errno::EAGAIN), Reading::Never, false, false),
        (receive(4, b"", 9).fails(Errno::EAGAIN), Reading::Tried, false, false),
        (sending(4, b"x").provoked(Errno::EINTR), Reading::Tried, true, true),
        (receive(4, b"", 9).provoked(Errno::EINTR), Reading::Denied, true, true),
        (receive(4, b"x", 9).gives(1), Reading::Tried, true, true),
        (sending(4, b"x").gives(1), Reading::Tried, false, true),
    ] {
        script.does(made.clone());
        assert_eq!(tried(&script), (reading, send_denied, denied), "{made:?}");
    }
}

#[test]
fn an_end_is_what_a_connection_said_last() {
    for (made, ended, errno) in [
        (receive(4, b"", 9).gives(0), true, None),
        (receive(4, b"", 9).fails(Errno::ECONNRESET), true, Some(Errno::ECONNRESET)),
        (receive(4, b"", 9).fails(Errno::EAGAIN), false, None),
        (receive(4, b"", 9).symbol("MSG_PEEK").gives(0), false, None),
        (sending(4, b"x").fails(Errno::EPIPE), true, Some(Errno::EPIPE)),
        (sending(4, b"x").fails(Errno::ECONNRESET), true, Some(Errno::ECONNRESET)),
        (sending(4, b"x").fails(Errno::ENOTCONN), false, None),
        (sending(4, b"x").gives(0), false, None),
    ] {
        let by_send = made_sends(&made);
        let mut script = server();
        script.does(made.clone());
        let end = script.at(4).unwrap().end.as_ref().map(|end| (end.errno, end.by_send, end.pid, end.tid));
        assert_eq!(end, ended.then_some((errno, by_send, MAIN, MAIN)), "{made:?}");
        script.recv(4, b"x");
        assert!(script.at(4).unwrap().end.is_none() || by_send);
    }
    let mut datagrams = Script::new();
    datagrams.udp(3).recv_end(3);
    assert!(datagrams.at(3).unwrap().end.is_none());
}

fn made_sends(made: &Made) -> bool {
    format!("{made:?}").contains("sys: Send")
}

#[test]
fn what_follows_an_end_is_counted() {
    let mut script = server();
    script.recv(4, b"bonjour").starts_thread(101).recv_end(4);
    let end = |script: &Script| {
        let end = script.at(4).unwrap().end.clone().unwrap();
        (end.reads, end.sends, end.stale.is_some(), end.last_read.is_some())
    };
    assert_eq!(end(&script), (0, 0, false, false));
    script.send(4, b"autre").thread(MAIN, 101).recv_end(4).by(MAIN);
    assert_eq!(end(&script), (0, 1, false, false));
    script.recv_end(4).does(sending(4, b"bonjour").fails(Errno::EPIPE));
    assert_eq!(end(&script), (1, 2, true, true));
    let stale = script.at(4).unwrap().end.clone().unwrap().stale;
    script.recv_error(4, Errno::ECONNRESET).does(sending(4, b"bonjour").fails(Errno::EPIPE));
    assert_eq!((end(&script), script.at(4).unwrap().end.clone().unwrap().stale), ((2, 3, true, true), stale));
}

#[test]
fn some_errors_are_worth_another_try() {
    for errno in [Errno::EINTR, Errno::EAGAIN, Errno::ENOBUFS, Errno::ENOMEM, Errno::EINPROGRESS, Errno::EMSGSIZE] {
        assert!(!is_fatal(errno), "{errno:?}");
    }
    assert!(is_fatal(Errno::ECONNRESET) && is_fatal(Errno::ETIMEDOUT));
}

#[test]
fn a_rest_is_what_a_short_send_left() {
    let rest = |made: Made| {
        let mut script = server();
        script.does(made);
        script.at(4).unwrap().traffic.rest.clone().map(|rest| (rest.bytes, rest.length, rest.sent))
    };
    let left = |bytes: &[u8], length, sent| Some((bytes.to_vec(), length, sent));
    let salut = || sending(4, b"salut");
    assert_eq!(rest(salut().gives(2)), left(b"lut", 3, 2));
    assert_eq!(rest(salut().gives(5)), None);
    assert_eq!(rest(salut().fails(Errno::EAGAIN)), None);
    assert_eq!(rest(salut().gives(0)), None);
    assert_eq!(rest(writes(4, b"salut", 9).gives(7)), left(b"", 2, 7));
    for sys in [Sys::Sendmmsg, Sys::Sendfile, Sys::Splice] {
        assert_eq!(rest(call(sys).on(4).carries(Direction::Sent, b"salut", 5).gives(2)), None, "{sys:?}");
    }
    let mut datagram = Script::new();
    datagram.udp(4).does(salut().gives(2));
    assert!(datagram.at(4).unwrap().traffic.rest.is_none());
}

#[test]
fn a_rest_is_answered_by_a_program_that_does_nothing_else() {
    let short = |prepare: &dyn Fn(&mut Script)| {
        let mut script = server();
        prepare(&mut script);
        script.does(sending(4, b"salut").gives(2));
        assert!(!script.at(4).unwrap().traffic.rest.as_ref().unwrap().answered);
        script.recv(4, b"encore\n").recv(4, b"encore\n");
        script.at(4).unwrap().traffic.rest.as_ref().unwrap().answered
    };
    assert!(short(&|_| {}));
    assert!(!short(&|script| {
        script.starts_thread(101);
    }));
    assert!(!short(&|script| {
        script.forks(200);
    }));
    assert!(!short(&|script| {
        script.does(call(Sys::EpollCtl).number(9).symbol("EPOLL_CTL_ADD").number(4).gives(0));
    }));
    for (errno, retry, after) in [
        (Errno::EAGAIN, Retry::Blocked, Retry::GaveUp),
        (Errno::EPIPE, Retry::GaveUp, Retry::GaveUp),
        (Errno::EINTR, Retry::Never, Retry::Never),
    ] {
        let mut script = server();
        script.does(sending(4, b"salut").gives(2)).does(sending(4, b"lut").fails(errno));
        let rest = |script: &Script| script.at(4).unwrap().traffic.rest.clone().unwrap();
        assert_eq!(rest(&script).retry, retry, "{errno:?}");
        script.does(call(Sys::EpollWait).number(9).gives(1));
        assert_eq!(rest(&script).retry, after, "{errno:?}");
    }
}

#[test]
fn what_was_sent_once_that_is_no_text_makes_it_binary() {
    for (data, binary) in [(&b"salut"[..], false), (b"salut\0", false), (b"\x01\x02", true)] {
        let mut script = server();
        script.send(4, b"bonjour").does(sending(4, data).fails(Errno::EAGAIN));
        assert!(!script.at(4).unwrap().traffic.binary);
        script.send(4, data).send(4, data).send(4, b"adieu");
        assert_eq!(script.at(4).unwrap().traffic.binary, binary, "{data:?}");
    }
}

#[test]
fn messages_are_kept_as_they_went() {
    let mut script = server();
    script.does(receive(4, b"bon", 9).gives(3).shortened(3)).does(sending(4, b"salut").gives(2));
    script.does(sending(4, b"lut").gives(3));
    let told = |message: &crate::diagnose::ledger::traffic::Message| {
        (message.bytes.clone(), message.received, message.asked, message.cut_by_us)
    };
    let messages: Vec<_> = script.at(4).unwrap().traffic.last.iter().map(told).collect();
    let kept = [(&b"bon"[..], true, 9, true), (b"sa", false, 5, false), (b"lut", false, 3, false)];
    assert_eq!(messages, kept.map(|(bytes, received, asked, cut)| (bytes.to_vec(), received, asked, cut)));
    assert_eq!((script.at(4).unwrap().traffic.received, script.at(4).unwrap().traffic.sent), (3, 5));
    let users = &script.at(4).unwrap().users;
    assert_eq!(users.iter().collect::<Vec<_>>(), [(&MAIN, &script.ledger().clock)]);
}

#[test]
fn what_is_received_is_remembered_where_the_rules_look() {
    let mut script = server();
    script.does(receive(4, b"bonjour", 9).placed(0x7000, b"").symbol("MSG_WAITALL").gives(7)).says(1, b"> ");
    let process = script.process();
    assert_eq!((process.memory.messages.len(), process.memory.texts.len()), (1, 1));
    assert!(process.memory.passes_through(0x7000, 7) && !process.memory.passes_through(0x7000, 8));
    assert!(process.memory.waits_for_all && process.read_on_accepted && process.dried.is_none());
    script.does(receive(4, b"abc", 3).placed(0x7000, b"").symbol("MSG_WAITALL").gives(3)).recv(4, b"de").recv(4, b"fg");
    assert!(script.process().memory.waits_for_all && script.process().read_on_accepted);
    assert_eq!(script.process().memory.overlays[0].tail, b"jour");
    script.recv_end(4);
    let dried = script.process().dried.clone().unwrap();
    assert_eq!((dried.0.errno, dried.1.len()), (None, 4));
    script.recv_end(4);
    assert_eq!(script.process().dried.clone().unwrap().0.proof, dried.0.proof);

    let mut client = Script::client();
    client.recv(3, b"bonjour");
    assert!(!client.process().read_on_accepted && !client.process().memory.waits_for_all);
    client.recv_error(3, Errno::EAGAIN).does(receive(3, b"", 9).placed(0x7000, b"").gives(0));
    assert!(client.process().memory.is_fresh(0x7000, b"x") && client.process().dried.is_some());
    let mut foreign = Script::new();
    foreign.udp(3).does(call(Sys::Connect).on(3).to("127.0.0.53:53").gives(0)).recv(3, b"abc");
    assert!(foreign.process().memory.messages.is_empty());
    let mut datagrams = Script::new();
    datagrams.udp(3).recv_error(3, Errno::ECONNREFUSED);
    assert!(datagrams.process().dried.is_none() && datagrams.at(3).unwrap().end.is_some());
}

#[test]
fn only_the_keyboards_end_is_counted_until_something_is_typed() {
    let mut script = Script::client();
    for (made, ends) in [
        (reads(0, b""), 1),
        (reads(0, b""), 2),
        (call(Sys::Read).on(0).carries(Direction::Received, b"", 0).gives(0), 2),
        (reads(5, b""), 2),
        (reads(5, b"fichier\n"), 2),
        (reads(0, b"salut\n"), 0),
        (reads(0, b""), 1),
        (call(Sys::Read).on(0).fails(Errno::EAGAIN), 1),
    ] {
        script.does(made.clone());
        assert_eq!(script.process().ends_of_input, ends, "{made:?}");
    }
    assert_eq!(script.process().memory.texts, [b"salut\n"]);
}

#[test]
fn the_same_prompt_is_counted_once_the_input_has_ended() {
    let mut script = Script::client();
    let prompts = |script: &Script| script.process().said_after_input.1;
    script.says(1, b"> ").says(1, b"> ");
    assert_eq!(prompts(&script), 1);
    script.does(reads(0, b"")).says(1, b"> ").says(1, b"> ");
    assert_eq!(prompts(&script), 3);
    script.says(1, b"autre").does(writes(5, b"> ", 2).subject(Subject::File).gives(2));
    assert_eq!(prompts(&script), 1);
    script.says(2, b"autre");
    assert_eq!(prompts(&script), 2);
    script.recv(3, b"x");
    assert_eq!(prompts(&script), 0);
}

#[test]
fn what_is_said_after_a_call_is_kept_with_it() {
    let mut script = Script::client();
    let said = |script: &Script| script.process().last.as_ref().unwrap().said.clone();
    script.says(2, b"un\n").says(1, b"deux\n");
    script.does(writes(5, b"fichier", 7).subject(Subject::File).gives(7));
    assert_eq!(said(&script), b"un\ndeux\n");
    script.does(writes(1, b"trois", 5).gives(2)).says(1, &[b'a'; 400]).says(1, &[b'b'; 400]);
    assert_eq!((said(&script).len(), &said(&script)[8..11]), (512, &b"tra"[..]));
    assert_eq!(script.process().memory.lines.len(), 5);
    script.recv(3, b"x");
    assert_eq!(said(&script), b"");
}

#[test]
fn lengths_that_do_not_follow_the_text_are_remembered() {
    let lengths = |sends: &[(&[u8], u64)]| {
        let mut script = server();
        for (data, asked) in sends {
            script.does(writes(4, data, *asked).gives((*asked).cast_signed()));
        }
        script.process().memory.lengths.clone().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(lengths(&[(b"un\0\0\0", 5)]), [(5, (2, false))]);
    assert_eq!(lengths(&[(b"un\0\0\0", 5), (b"un\0\0\0", 5)]), [(5, (2, false))]);
    let differ = [(&b"un\0\0\0"[..], 5), (b"six\0\0", 5), (b"six\0\0", 5), (b"un\0\0\0", 5)];
    assert_eq!(lengths(&differ), [(5, (2, true))]);
    assert_eq!(lengths(&[(b"salut", 5), (b"\0\0", 2), (b"", 0)]), []);
    let many: Vec<Vec<u8>> = (4..40).map(|length| [&b"un"[..], &vec![0; length - 2]].concat()).collect();
    let many: Vec<(&[u8], u64)> = many.iter().map(|data| (&data[..], data.len() as u64)).collect();
    assert_eq!(lengths(&many).len(), 16);
}

/// In the memory of a C program, what follows what it sends is the rest of its text.
#[test]
fn a_text_that_goes_on_in_memory_is_cut_where_nothing_else_explains_it() {
    let cut = |prepare: &dyn Fn(&mut Script), made: Made| {
        let mut script = server();
        prepare(&mut script);
        script.does(made);
        script.at(4).unwrap().traffic.cut.clone().map(|(rest, _, asked)| (rest, asked))
    };
    let none = |_: &mut Script| {};
    let text = || sending(4, b"Bienven").placed(0x4000, b"ue\0autre");
    let found = Some((b"ue".to_vec(), 7));
    assert_eq!(cut(&none, text().gives(7)), found);
    assert_eq!(cut(&none, text().gives(6)), None);
    assert_eq!(cut(&none, text().fails(Errno::EAGAIN)), None);
    assert_eq!(cut(&none, sending(4, b"Bien\xffen").placed(0x4000, b"ue").gives(7)), None);
    assert_eq!(cut(&none, sending(4, b"Bienven").placed(0, b"ue").gives(7)), None);
    let handles = |script: &mut Script| {
        script.handles("SIGPIPE", "SIG_IGN");
    };
    assert_eq!(cut(&handles, text().gives(7)), None);
    let threads = |script: &mut Script| {
        script.starts_thread(101);
    };
    assert_eq!(cut(&threads, text().gives(7)), None);
    let filled = |script: &mut Script| {
        script.does(reads(0, b"x").placed(0x4000, b""));
    };
    assert_eq!(cut(&filled, text().gives(7)), None);
    let received = |script: &mut Script| {
        script.does(receive(4, b"x", 9).placed(0x4000, b"").gives(1));
    };
    assert_eq!(cut(&received, text().gives(7)), None);
    let other = |script: &mut Script| {
        script.does(sending(4, b"Au revoir").placed(0x4000, b"").gives(9));
    };
    assert_eq!(cut(&other, text().gives(7)), None);
    let typed = |script: &mut Script| {
        script.types(b"Bienvenue chez moi\n");
    };
    assert_eq!(cut(&typed, sending(4, b"Bienven").gives(3)), Some((b"ue chez moi".to_vec(), 7)));
}

/// A message that a library, another process or a fault cut is none of this program's.
#[test]
fn sends_elsewhere_are_no_transfers() {
    let mut script = server();
    script.does(writes(9, b"fichier", 7).subject(Subject::File).gives(7));
    assert!(script.process().memory.lines.is_empty() && script.at(4).unwrap().users.is_empty());
    let fds = Value::List(vec![Value::Number(8), Value::Number(9)]);
    script.does(call(Sys::Socketpair).symbol("AF_UNIX").symbol("SOCK_STREAM").number(0).with(fds).gives(0));
    script.send(8, b"salut").recv(9, b"salut");
    assert!(script.process().memory.messages.is_empty());
    assert_eq!((script.at(8).unwrap().traffic.sent, script.at(9).unwrap().traffic.received), (5, 5));
    script.close(8).close(9).close(4).awaits(3).is_killed(Signal::SIGTERM);
    assert!(!script.has(Id::RequestNotRead));
}
