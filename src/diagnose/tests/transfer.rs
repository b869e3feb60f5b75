use crate::diagnose::tests::script::{Made, Script, call, receive, sending};
use crate::finding::{Detail, Id, Severity};
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::{Direction, Sys};

fn padded(text: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = text.to_vec();
    bytes.resize(length, 0);
    bytes
}

fn echo(messages: &[&[u8]]) -> Script {
    let mut script = Script::server();
    script.accept(3, 4);
    for message in messages {
        script.recv(4, b"question\n").send(4, message);
    }
    script.recv_end(4).close(4).awaits(3);
    script
}

#[test]
fn a_whole_buffer() {
    echo(&[&padded(b"Bonjour\n", 1024)]).finds(&[Id::SendWholeBuffer]);
    echo(&[&padded(b"un\n", 20), &padded(b"deux et trois\n", 20)]).finds(&[Id::SendWholeBuffer]);
}

#[test]
fn a_buffer_with_what_the_stack_held() {
    let mut first = padded(b"Bonjour\n", 64);
    first[20..28].copy_from_slice(&[0x10, 0xe2, 0xff, 0xff, 0xfd, 0x7f, 0, 0]);
    let mut second = first.clone();
    second[..14].copy_from_slice(b"Au revoir...\n\0");
    echo(&[&first, &second]).finds(&[Id::SendWholeBuffer]);
}

#[test]
fn binary_messages_are_not_buffers() {
    let mut record = vec![1, 0, 0, 0];
    record.extend(padded(b"alice", 28));
    echo(&[&record, &record]).finds(&[]);
    echo(&[b"Bonjour\n", b"Au revoir\n"]).finds(&[]);
    let mut person = padded(b"Jean Dupont", 32);
    person.extend([42, 0, 0, 0]);
    echo(&[&person]).finds(&[]);
}

#[test]
fn agreed_records_are_not_buffers() {
    let mut script = Script::server();
    script.accept(3, 4);
    for text in [&b"un"[..], b"deux"] {
        let record = padded(text, 64);
        script.does(call(Sys::Recv).on(4).carries(Direction::Received, &record, 64).symbol("MSG_WAITALL").gives(64));
        script.send(4, &record);
    }
    script.close(4).awaits(3);
    script.finds(&[]);
}

#[test]
fn one_finding_for_each_line() {
    let mut script = Script::server();
    script.accept(3, 4);
    for line in [10, 20, 10] {
        script.does(sending(4, &padded(b"Bonjour\n", 64)).gives(64).line(line));
    }
    script.close(4).awaits(3);
    script.finds(&[Id::SendWholeBuffer, Id::SendWholeBuffer]);
    assert_eq!(script.findings()[0].count, 2);
}

#[test]
fn one_nul_too_many() {
    let script = echo(&[b"Bonjour\0"]);
    assert_eq!(script.severity(Id::SendTrailingNul), Some(Severity::Weakness));
    echo(&[b"Bonjour"]).finds(&[]);
    echo(&[&[0x12, 0x34, 0x56, 0]]).finds(&[]);
}

#[test]
fn memory_after_the_string() {
    let strings = b"Bonjour le monde\0bind: %s\0liste";
    echo(&[strings]).finds(&[Id::SendOverread]);
    let mut stack = b"ok merci\0".to_vec();
    stack.extend([0, 0, 0, 0x80, 0xe1, 0xff, 0xff, 0xff, 0x7f, 0, 0, 3]);
    echo(&[&stack]).finds(&[Id::SendOverread]);
    echo(&[b"key\0value\0"]).finds(&[]);
}

#[test]
fn the_size_of_a_pointer() {
    let mut script = Script::client();
    script.types(b"bonjour tout le monde\n").send(3, b"bonjour ").recv(3, b"bonjour ").close(3).exits(0);
    script.finds(&[Id::SendPointerSize]);

    let mut eight = Script::client();
    eight.types(b"Coucou !\n").send(3, b"Coucou !").recv(3, b"Coucou !").close(3).exits(0);
    eight.finds(&[]);
    let mut chunks = Script::client();
    chunks.types(b"bonjour tout le\n").send(3, b"bonjour ").send(3, b"tout le\n").close(3).exits(0);
    chunks.finds(&[]);
}

#[test]
fn a_length_that_cuts_a_word() {
    let mut script = Script::client();
    script.types(b"bonjour tout le monde\n").send(3, b"bonjour to").recv(3, b"bonjour to").close(3).exits(0);
    assert_eq!(script.severity(Id::SendTruncated), Some(Severity::Weakness));

    let mut resumed = Script::client();
    resumed.types(b"bonjour tout le monde\n").send(3, b"bonjour to").send(3, b"ut le monde\n").close(3).exits(0);
    resumed.finds(&[]);
    let mut command = Script::client();
    command.types(b"say bonjour\n").send(3, b"bonjour\n").close(3).exits(0);
    command.finds(&[]);
}

#[test]
fn a_constant_that_goes_on_in_memory() {
    let says = |text: &[u8], beyond: &[u8]| {
        let mut script = Script::server();
        script.accept(3, 4).does(sending(4, text).placed(0x4000, beyond).gives(text.len().try_into().unwrap()));
        script.close(4).awaits(3);
        script
    };
    says(b"Hello Wo", b"rld ! Ici le client.\n\0").finds(&[Id::SendPointerSize]);
    says(b"Bienvenue sur mon serv", b"eur !\n\0").finds(&[Id::SendTruncated]);
    says(b"ok\0ERROR reading", b" from socket\0").finds(&[Id::SendOverread]);
    // Nothing is known of what lies beyond, but for a constant.
    says(b"ok\0ERROR reading", b"").finds(&[]);
    says(b"Coucou !", b"\0erreur").finds(&[]);
    says(b"Bienvenue", b"\nchez moi\0").finds(&[]);
}

#[test]
fn a_buffer_that_is_used_again_is_no_cut() {
    let mut script = Script::server();
    script.accept(3, 4);
    for (text, beyond) in [(&b"bonjour tout le monde"[..], &b"\0"[..]), (b"salut", b"ur tout le monde\0")] {
        let length = text.len().try_into().unwrap();
        script.does(receive(4, text, 100).placed(0x7000, b"").gives(length));
        script.does(sending(4, text).placed(0x7000, beyond).gives(length));
    }
    script.close(4).awaits(3);
    script.finds(&[]);
    let mut runtime = Script::server();
    runtime.handles("SIGPIPE", "SIG_IGN").accept(3, 4);
    runtime.does(sending(4, b"Hello Wo").placed(0x7000, b"rld").gives(8)).close(4).awaits(3);
    runtime.finds(&[]);
}

#[test]
fn the_tail_of_an_older_message() {
    let mut shown = Script::server();
    shown.accept(3, 4).recv(4, b"bonjour tout le monde\n").says(1, b"recu : bonjour tout le monde\n");
    shown.recv(4, b"ok\n").says(1, b"recu : ok\njour tout le monde\n").recv_end(4).close(4).awaits(3);
    shown.finds(&[Id::RecvNotTerminated]);

    let mut answered = Script::server();
    answered.accept(3, 4).recv(4, b"bonjour tout le monde").send(4, b"bonjour tout le monde");
    answered.recv(4, b"salut").send(4, b"salutur tout le monde").recv_end(4).close(4).awaits(3);
    answered.finds(&[Id::RecvNotTerminated]);
}

#[test]
fn messages_that_end_where_they_should() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"bonjour tout le monde\n").says(1, b"recu : bonjour tout le monde\n");
    script.recv(4, b"ok\n").says(1, b"recu : ok\n\n").send(4, b"ok\n").recv_end(4).close(4).awaits(3);
    script.finds(&[]);

    let mut in_pieces = Script::server();
    in_pieces.accept(3, 4).recv(4, b"abcdefgh\n").recv(4, b"ab").recv(4, b"cdefgh\n");
    in_pieces.says(1, b"abcdefgh\nabcdefgh\n").recv_end(4).close(4).awaits(3);
    in_pieces.finds(&[]);
}

#[test]
fn foreign_memory_after_what_was_received() {
    let mut script = Script::server();
    script.accept(3, 4).recv(4, b"bonjour").says(1, b"recu : bonjour\x90\xe4\xff\x7f\n");
    script.recv_end(4).close(4).awaits(3);
    script.finds(&[Id::RecvNotTerminated]);
    let mut quoted = Script::server();
    quoted.accept(3, 4).recv(4, b"bonjour").says(1, "recu : « bonjour » \u{7}\n".as_bytes());
    quoted.recv_end(4).close(4).awaits(3);
    quoted.finds(&[]);
}

#[test]
fn a_short_send_is_gone_on_with_or_not() {
    let short = |script: &mut Script| {
        script.does(sending(3, b"bonjour tout le monde\n").gives(3).shortened(3));
    };
    let mut forgets = Script::client();
    short(&mut forgets);
    forgets.recv(3, b"bon").close(3).exits(0);
    assert_eq!(forgets.severity(Id::ShortSendIgnored), Some(Severity::Advice));
    let mut goes_on = Script::client();
    short(&mut goes_on);
    goes_on.send(3, b"jour tout le monde\n").recv(3, b"ok\n").close(3).exits(0);
    assert!(!goes_on.has(Id::ShortSendIgnored));
    let mut cut_off = Script::client();
    short(&mut cut_off);
    cut_off.does(sending(3, b"jour tout le monde\n").fails(Errno::ECONNRESET)).close(3).exits(1);
    assert!(!cut_off.has(Id::ShortSendIgnored));
}

#[test]
fn a_direction_closed_before_the_rest_was_sent() {
    let short = || {
        let mut script = Script::client();
        script.does(sending(3, b"bonjour tout le monde\n").gives(3));
        script
    };
    let ignores = |script: &Script| script.has(Id::ShortSendIgnored);
    let mut shuts = short();
    shuts.shutdown(3, "SHUT_WR").recv(3, b"3 octets\n").recv_end(3).close(3).exits(0);
    assert!(ignores(&shuts));
    let found = shuts.findings();
    assert_eq!((found[0].count, found[0].evidence.len()), (1, 2));
    let mut reads = short();
    reads.recv(3, b"bon").recv_end(3).close(3).exits(0);
    assert!(ignores(&reads));

    let mut read_side = short();
    read_side.shutdown(3, "SHUT_RD").send(3, b"jour tout le monde\n").shutdown(3, "SHUT_WR").close(3).exits(0);
    let mut peer_left = short();
    peer_left.recv_end(3).shutdown(3, "SHUT_WR").close(3).exits(0);
    let mut reset = short();
    reset.recv(3, b"trop long\n").recv_error(3, Errno::ECONNRESET).shutdown(3, "SHUT_RDWR").close(3).exits(1);
    let full = || sending(3, b"jour tout le monde\n").fails(Errno::EAGAIN);
    let mut does_not_wait = short();
    does_not_wait.does(full()).shutdown(3, "SHUT_RDWR").close(3).exits(1);
    assert!(ignores(&does_not_wait));
    let mut gives_up = short();
    gives_up.does(full()).does(call(Sys::Poll).with(Value::List(vec![])).number(0).number(500).gives(0));
    gives_up.shutdown(3, "SHUT_RDWR").close(3).exits(1);
    let mut serves_others = Script::server();
    serves_others.does(call(Sys::EpollCtl).number(5).symbol("EPOLL_CTL_ADD").number(3).gives(0)).accept(3, 4);
    serves_others.does(sending(4, b"bonjour tout le monde\n").gives(3)).recv(4, b"encore\n").recv_end(4).close(4);
    for fine in [read_side, peer_left, reset, gives_up, serves_others] {
        assert!(!ignores(&fine), "{:#?}", fine.findings());
    }
}

#[test]
fn pieces_answered_as_wholes() {
    let mut script = Script::server();
    script.accept(3, 4).does(receive(4, b"bon", 1024).gives(3).shortened(3)).send(4, b"commande inconnue\n");
    script.recv(4, b"jour\n").send(4, b"commande inconnue\n").recv_end(4).close(4).awaits(3);
    let mut of_the_peer = Script::server();
    of_the_peer.accept(3, 4).recv(4, b"TI").send(4, b"?\n").recv(4, b"ME\n").send(4, b"?\n").recv_end(4).close(4);
    assert!(of_the_peer.has(Id::FramingAssumed));
    assert_eq!(script.severity(Id::FramingAssumed), Some(Severity::Weakness));

    let mut echo = Script::server();
    echo.accept(3, 4).does(receive(4, b"bon", 1024).gives(3).shortened(3)).send(4, b"bon");
    echo.recv(4, b"jour\n").send(4, b"jour\n").recv_end(4).close(4).awaits(3);
    echo.finds(&[]);
    let mut gathers = Script::server();
    gathers.accept(3, 4).does(receive(4, b"bon", 1024).gives(3).shortened(3)).recv(4, b"jour\n").send(4, b"salut\n");
    gathers.recv_end(4).close(4).awaits(3);
    gathers.finds(&[]);
}

#[test]
fn a_datagram_longer_than_the_buffer() {
    let receive = |data: &[u8], capacity: u64| {
        call(Sys::Recvfrom).on(3).carries(Direction::Received, data, capacity).gives(data.len().try_into().unwrap())
    };
    let mut told = Script::new();
    told.udp(3).bind(3, "0.0.0.0:3001").does(receive(b"bonjour ", 8).cut()).exits(0);
    told.finds(&[Id::UdpTruncated]);
    let mut in_a_word = Script::new();
    in_a_word.udp(3).bind(3, "0.0.0.0:3001").does(receive(b"bonjour tout le", 15)).exits(0);
    in_a_word.finds(&[Id::UdpTruncated]);
    let mut whole = Script::new();
    whole
        .udp(3)
        .bind(3, "0.0.0.0:3001")
        .does(receive(b"bonjour tout\n", 1024))
        .does(receive(&[1, 2, 3, 4], 4))
        .exits(0);
    whole.finds(&[]);
}

fn lengths(given: u64, wanted: u64) -> Detail {
    Detail::Length { given, wanted }
}

/// What is found of a message, the only one.
fn of(message: &[u8]) -> Option<Id> {
    echo(&[message]).blames().first().copied()
}

#[test]
fn how_long_a_text_and_its_nuls_must_be() {
    for (text, length, found) in [
        (1, 2, None),
        (2, 3, Some(Id::SendTrailingNul)),
        (1, 16, None),
        (2, 15, None),
        (2, 16, Some(Id::SendWholeBuffer)),
        (9, 16, None),
        (8, 16, Some(Id::SendWholeBuffer)),
    ] {
        assert_eq!(of(&padded(&vec![b'x'; text], length)), found, "{text} {length}");
    }
    assert_eq!(of(&padded(&[b'x'; 8191], 10_000)), None, "what follows was not kept");
    let whole = echo(&[&padded(b"Bonjour\n", 100)]);
    let start = padded(b"Bonjour\n", 64);
    assert_eq!(whole.details(Id::SendWholeBuffer), [lengths(100, 8), Detail::Bytes { bytes: start }]);
    assert_eq!(whole.proofs(Id::SendWholeBuffer), ["send"]);
    let nul = echo(&[b"Bonjour\0"]);
    let bytes = b"Bonjour\0".to_vec();
    assert_eq!(nul.details(Id::SendTrailingNul), [lengths(8, 7), Detail::Bytes { bytes }]);
}

/// The same length for texts of different lengths is that of a buffer.
#[test]
fn a_length_that_does_not_follow_the_text() {
    let pair = |first: &[u8], second: &[u8]| echo(&[first, second]).has(Id::SendWholeBuffer);
    assert!(pair(&padded(b"treize_lettre", 20), &padded(b"quatorze_lettr", 20)));
    assert!(!pair(&padded(b"treize_lettre", 20), &padded(b"autres_lettre", 20)));
    assert!(!pair(&padded(b"onze_lettre", 15), &padded(b"douze_lettre", 15)), "too short to say");
    assert!(!pair(&padded(b"treize_lettre", 20), &padded(b"quatorze_lettre", 21)), "another length");
    let mut third = Script::server();
    third.accept(3, 4).send(4, &padded(b"treize_lettre", 20)).send(4, &padded(b"quatorze_lettr", 20));
    third.send(4, &padded(b"treize_lettre", 20));
    assert_eq!(third.finding(Id::SendWholeBuffer).count, 2);
    assert!(pair(b"treize_lettre\0abcdef", b"quatorze_lettr\0abcde"), "what follows may be anything");
    assert!(!pair(b"treize_lettre\0abcdef", b"autres_lettre\0abcdef"));
    assert!(!pair(b"yz\0abcdefghijklmnopq", b"x\0abcdefghijklmnopqr"), "one letter");
    assert!(!pair(b"ab\0cdefgh", b"abc\0defgh"), "too short to say");
}

#[test]
fn which_sends_are_not_looked_at() {
    let buffer = padded(b"Bonjour\n", 64);
    let found = |work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4);
        work(&mut script);
        script.has(Id::SendWholeBuffer)
    };
    assert!(found(&|script| {
        script.send(4, &buffer);
    }));
    assert!(
        !found(&|script| {
            script.does(sending(4, &buffer).fails(Errno::EPIPE));
        }),
        "it did not go out"
    );
    assert!(
        !found(&|script| {
            script.says(1, &buffer);
        }),
        "people see no NUL"
    );
    assert!(!found(&|script| {
        script.recv(4, &buffer);
    }));
    assert!(
        !found(&|script| {
            script.send(4, &[1, 2, 3]).send(4, &buffer);
        }),
        "a protocol of bytes"
    );
    assert!(
        !found(&|script| {
            script.does(sending(3, &buffer).gives(64));
        }),
        "no connection"
    );
    let passes = |filled: usize, place: u64| {
        found(&|script: &mut Script| {
            let length = filled.try_into().unwrap();
            script.does(receive(4, &buffer[..filled], 64).placed(0x7000, b"").gives(length));
            script.does(sending(4, &buffer).placed(place, b"").gives(64));
        })
    };
    assert!(!passes(64, 0x7000), "it goes out as it came in");
    assert!(passes(63, 0x7000) && passes(64, 0x8000));
}

#[test]
fn what_makes_a_record_of_a_padded_text() {
    let record = padded(b"un", 64);
    let answers = |capacity: u64, came: &[u8], flag: &str| {
        let mut script = Script::server();
        let length = came.len().try_into().unwrap();
        let made = call(Sys::Recv).on(4).carries(Direction::Received, came, capacity).symbol(flag).gives(length);
        script.accept(3, 4).does(made).send(4, &record);
        script.has(Id::SendWholeBuffer)
    };
    assert!(!answers(64, &record, "MSG_WAITALL"));
    assert!(answers(64, &record, "0"));
    assert!(answers(65, &record, "MSG_WAITALL") && answers(64, b"question", "MSG_WAITALL"));
    let long = padded(b"un", 600);
    let mut script = Script::server();
    script.accept(3, 4).does(receive(4, &long, 600).symbol("MSG_WAITALL").gives(600)).send(4, &long);
    script.finds(&[]);
    let mut own = Script::server();
    own.accept(3, 4).does(receive(4, b"x\n", 9).symbol("MSG_WAITALL").gives(2)).send(4, &record).send(4, &record);
    own.finds(&[Id::SendWholeBuffer]);
}

#[test]
fn memory_or_a_buffer_after_a_text() {
    let pointer = [0x10, 0xe2, 0xff, 0xff, 0xfd, 0x7f, 0, 0];
    let stack = |text: &[u8], length: usize| {
        let mut bytes = padded(text, length);
        bytes[text.len() + 1..text.len() + 9].copy_from_slice(&pointer);
        bytes
    };
    for (length, found) in [
        (63, Id::SendOverread),
        (64, Id::SendWholeBuffer),
        (65, Id::SendOverread),
        (100, Id::SendWholeBuffer),
        (50, Id::SendOverread),
    ] {
        assert_eq!(of(&stack(b"Bonjour", length)), Some(found), "{length}");
    }
    assert_eq!(of(&stack(b"ab", 20)), Some(Id::SendOverread));
    assert_eq!(of(&stack(b"a", 20)), None);
    let strings = [&b"Bonjour le monde\0bind: %s\0"[..], &[b'x'; 38]].concat();
    assert_eq!((strings.len(), of(&strings)), (64, Some(Id::SendOverread)), "constants are not in a buffer");
    assert_eq!(of(b"MESS\0\0\0\tbonjour !"), None, "a length that looks like text");
    let goes_on = |message: &[u8], beyond: &[u8]| {
        let mut script = Script::server();
        script.accept(3, 4).does(sending(4, message).placed(0x4000, beyond).gives(message.len().try_into().unwrap()));
        script.has(Id::SendOverread)
    };
    assert!(goes_on(b"ok\0ERROR reading", b" from socket\0"));
    assert!(!goes_on(b"ok\0ERROR reading", b"\0from socket\0"), "all of a constant");
    assert!(!goes_on(b"ok\0ERROR reading\0", b"from socket\0"));
    assert!(!goes_on(b"ok\0ERR", b"OR reading\0"), "too short to say");
    let told = echo(&[b"Bonjour le monde\0bind: %s\0liste"]);
    let bytes = b"Bonjour le monde\0bind: %s\0liste".to_vec();
    assert_eq!(told.details(Id::SendOverread), [lengths(31, 16), Detail::Bytes { bytes }]);
}

#[test]
fn what_a_send_that_stopped_in_a_word_lost() {
    let types = |sent: &[&[u8]]| {
        let mut script = Script::client();
        script.types(b"bonjour tout le monde\n");
        for bytes in sent {
            script.send(3, bytes);
        }
        script
    };
    let cut = types(&[b"bonjour to", b"\n"]);
    assert_eq!(cut.details(Id::SendTruncated), [lengths(10, 21)]);
    assert_eq!((cut.proofs(Id::SendTruncated), cut.finding(Id::SendTruncated).fd), (vec!["send".to_owned()], Some(3)));
    let pointer = types(&[b"bonjour ", b"\n"]);
    assert_eq!(pointer.details(Id::SendPointerSize), [lengths(8, 21)]);
    for next in [&b"ut le monde\n"[..], b"ut l", b"ut lait", b"u"] {
        assert!(!types(&[b"bonjour to", next]).has(Id::SendTruncated), "{next:?}");
    }
    for next in [&b"ut x"[..], b"xt l", b"x"] {
        assert!(types(&[b"bonjour to", next]).has(Id::SendTruncated), "{next:?}");
    }
    let mut receives = types(&[b"bonjour to"]);
    receives.recv(3, b"x\n");
    receives.finds(&[]);
    let mut elsewhere = types(&[b"bonjour to"]);
    elsewhere.says(1, b"envoye\n").finds(&[]);
}

#[test]
fn a_short_send_is_gone_on_with_by_its_rest() {
    let next = |bytes: &[u8]| {
        let mut script = Script::client();
        script.does(sending(3, b"bonjour tout le monde\n").gives(3)).send(3, bytes);
        script
    };
    for rest in [&b"jour tout le monde\n"[..], b"jour ", b"jour tout le monde\nau revoir\n"] {
        assert!(!next(rest).has(Id::ShortSendIgnored), "{rest:?}");
    }
    let ignores = next(b"au revoir\n");
    assert_eq!(ignores.details(Id::ShortSendIgnored), [lengths(3, 22)]);
    assert_eq!((ignores.proofs(Id::ShortSendIgnored).len(), ignores.finding(Id::ShortSendIgnored).fd), (2, Some(3)));
    let mut reads = Script::client();
    reads.does(sending(3, b"bonjour tout le monde\n").gives(3)).recv(3, b"ok\n");
    assert!(!reads.has(Id::ShortSendIgnored), "it may send the rest yet");
}

#[test]
fn which_shutdowns_leave_a_rest() {
    let shuts = |made: Made| {
        let mut script = Script::client();
        script.does(sending(3, b"bonjour tout le monde\n").gives(3)).does(made);
        script
    };
    let shutdown = |how: &str| call(Sys::Shutdown).on(3).symbol(how);
    for how in ["SHUT_WR", "SHUT_RDWR"] {
        let script = shuts(shutdown(how).gives(0));
        assert_eq!(script.details(Id::ShortSendIgnored), [lengths(3, 22)]);
        assert_eq!(script.proofs(Id::ShortSendIgnored), ["send", "shutdown"]);
        assert_eq!(script.finding(Id::ShortSendIgnored).fd, Some(3));
    }
    for fine in [
        shutdown("SHUT_RD").gives(0),
        shutdown("SHUT_WR").fails(Errno::ENOTCONN),
        call(Sys::Setsockopt).on(3).symbol("SOL_SOCKET").gives(0),
    ] {
        assert!(!shuts(fine).has(Id::ShortSendIgnored));
    }
}

#[test]
fn how_much_of_an_older_message_must_be_written() {
    let writes = |old: &[u8], message: &[u8], written: &[u8]| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, old).recv(4, message).says(1, written);
        script
    };
    let told = writes(b"bonjour tout le monde", b"salut", b"recu : salutur tout le monde\n");
    let bytes = b"salutur tout ".to_vec();
    assert_eq!(told.details(Id::RecvNotTerminated), [lengths(13, 5), Detail::Bytes { bytes }]);
    assert_eq!(told.proofs(Id::RecvNotTerminated), ["write"]);
    let found = |old: &[u8], message: &[u8], written: &[u8]| writes(old, message, written).has(Id::RecvNotTerminated);
    assert!(found(b"bonjoxy", b"salut", b"salutxy\n"));
    assert!(!found(b"bonjox", b"salut", b"salutx\n"), "one letter is too little");
    assert!(!found(b"bonjo\n\n", b"salut", b"salut\n\n"), "blank");
    assert!(found(b"bonjo\nx", b"salut", b"salut\nx\n"));
    assert!(!found(b"bonjour tout le monde", b"salut", b"salut\n"));
    assert!(!found(b"bonjo\xff\xfe", b"salut", b"salut\xff\xfe\n"), "no text");
    assert!(!found(b"abcxy", b"\x01\x02\x03", b"\x01\x02\x03xy\n"), "no text");
    assert!(!found(b"bonjoxy", b"salut", b"") && !found(b"salutxy", b"salut", b"salutxy\n"), "it came so");

    let elsewhere = |made: Made| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, b"bonjour tout le monde").recv(4, b"salut").does(made);
        script.has(Id::RecvNotTerminated)
    };
    let text = b"salutur tout le monde";
    assert!(elsewhere(sending(4, text).gives(21)));
    assert!(!elsewhere(call(Sys::Write).on(7).carries(Direction::Sent, text, 21).gives(21)), "a file");
    assert!(!elsewhere(call(Sys::Read).on(1).carries(Direction::Received, text, 21).gives(21)), "no send");
}

#[test]
fn garbage_after_a_message() {
    let writes = |message: &[u8], made: Made| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, message).does(made);
        script
    };
    let shown =
        |written: &[u8]| call(Sys::Write).on(1).carries(Direction::Sent, written, written.len() as u64).gives(1);
    let told = writes(b"bonjour", shown(b"recu : bonjour\x90\xe4\xff\x7f abcdefgh\n"));
    let bytes = b"bonjour\x90\xe4\xff\x7f abc".to_vec();
    assert_eq!(told.details(Id::RecvNotTerminated), [lengths(15, 7), Detail::Bytes { bytes }]);
    let found = |message: &[u8], written: &[u8]| writes(message, shown(written)).has(Id::RecvNotTerminated);
    assert!(found(b"ok", b"ok\x01\n") && found(b"ok", b"ok\x90\xe4\xff\x7f"));
    assert!(!found(b"o", b"o\x01\n"), "one letter is anywhere");
    assert!(!found(b"ok\x01", b"ok\x01\x02\n"), "no text");
    assert!(!found(b"ok\xc3", b"ok\xc3\x01\n"), "its last character was cut");
    assert!(!found(b"ok", b"ok\n") && !found(b"ok", b"oh\x01\n"));
    assert!(!writes(b"ok", sending(4, b"ok\x01\x02").gives(4)).has(Id::RecvNotTerminated), "a protocol of bytes");
}

/// First piece, answer, second piece, answer.
#[test]
fn which_pieces_are_those_of_one_message() {
    let pieces = |first: Made, answer: &[u8], second: Made, last: &[u8]| {
        let mut script = Script::server();
        script.accept(3, 4).does(first).send(4, answer).does(second).send(4, last);
        script
    };
    let whole = |bytes: &[u8]| receive(4, bytes, 1024).gives(bytes.len().try_into().unwrap());
    let cut = |bytes: &[u8]| whole(bytes).shortened(bytes.len() as u64);
    let told = pieces(cut(b"bon"), b"quoi ?\n", whole(b"jour\n"), b"comment ?\n");
    assert_eq!(told.details(Id::FramingAssumed), [lengths(3, 8)]);
    assert_eq!(told.proofs(Id::FramingAssumed), ["recv", "send"]);
    let found = |first: Made, answer: &[u8], second: Made, last: &[u8]| {
        pieces(first, answer, second, last).has(Id::FramingAssumed)
    };
    assert!(!found(cut(b"bon\n"), b"quoi ?\n", whole(b"jour\n"), b"comment ?\n"), "a whole line");
    assert!(!found(cut(b"bon"), b"quoi ?\n", cut(b"jour\n"), b"comment ?\n"), "it was cut as well");
    assert!(!found(whole(b"bon"), b"quoi ?\n", whole(b"jour\n"), b"comment ?\n"), "two answers");
    assert!(found(whole(b"bon"), b"quoi ?\n", whole(b"jour\n"), b"quoi ?\n"), "the same answer");
    assert!(!found(whole(b"bon"), b"quoi ?\n", whole(b"jour"), b"quoi ?\n"), "no line ends");
    assert!(!found(whole(b"a\nbon"), b"quoi ?\n", whole(b"jour\n"), b"quoi ?\n"), "a line and a part");
    assert!(!found(cut(b"bon"), b"bon", whole(b"jour\n"), b"comment ?\n"), "it gives back what comes");
    assert!(!found(cut(b"bon"), b"quoi ?\n", whole(b"jour\n"), b"jour\n"), "it gives back what comes");
    assert!(!found(cut(b"\x01\x02"), b"quoi ?\n", whole(b"jour\n"), b"comment ?\n"), "no text");
    let other = |work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4);
        work(&mut script);
        script.has(Id::FramingAssumed)
    };
    assert!(
        !other(&|script| {
            script.does(cut(b"bon")).send(4, b"quoi ?\n").does(whole(b"jour\n")).recv(4, b"x\n");
        }),
        "the second one is not answered yet"
    );
    assert!(
        !other(&|script| {
            script.does(cut(b"bon")).does(cut(b"jo")).does(whole(b"ur\n")).send(4, b"quoi ?\n");
        }),
        "it gathers"
    );
    assert!(!other(&|script| {
        script.does(cut(b"bon")).send(4, b"a\n").send(4, b"b\n").send(4, b"c\n");
    }));
    assert!(
        !other(&|script| {
            script.send(4, b"bon").send(4, b"a\n").does(whole(b"jour\n")).send(4, b"a\n");
        }),
        "its own greeting"
    );
}

#[test]
fn whether_a_datagram_was_cut() {
    let receives = |data: &[u8], capacity: u64| {
        call(Sys::Recvfrom).on(3).carries(Direction::Received, data, capacity).gives(data.len().try_into().unwrap())
    };
    let of = |kind: &str, made: Made| {
        let mut script = Script::new();
        script.socket(3, "AF_INET", kind).does(made);
        script
    };
    let told = of("SOCK_DGRAM", receives(b"bonjour tout le", 15));
    assert_eq!(told.details(Id::UdpTruncated), [lengths(15, 16)]);
    assert_eq!(told.proofs(Id::UdpTruncated), ["recvfrom"]);
    let cut = |made: Made| of("SOCK_DGRAM", made).has(Id::UdpTruncated);
    assert!(cut(receives(b"bonjour,", 8).cut()) && cut(receives(b"a,bonjou", 8)) && cut(receives(b"bonjour ", 8)));
    assert!(!cut(receives(b"a,bonjo", 7)), "a record");
    assert!(!cut(receives(b"bonjour tout le", 16)), "there was room");
    assert!(!cut(receives(b"bonjourtoutle", 13)), "one word");
    assert!(!cut(receives(b"bonjour tout le.", 16)) && !cut(receives(b"bonjour tout le\n", 16)), "it ends");
    assert!(!cut(receives(b"bonjour \x01\x02 tout le", 18)), "no text");
    assert!(!cut(receives(b"bonjour tout le", 15).symbol("MSG_PEEK")), "it only looks");
    assert!(!cut(receives(b"bonjour tout le", 15).symbol("MSG_TRUNC")), "the program asks itself");
    assert!(cut(receives(b"bonjour tout le", 15).symbol("MSG_TRUNC").cut()));
    assert!(!cut(call(Sys::Sendto).on(3).carries(Direction::Sent, b"bonjour tout le", 15).gives(15)));
    assert!(!of("SOCK_STREAM", receives(b"bonjour tout le", 15)).has(Id::UdpTruncated));
    let mut resolver = Script::new();
    resolver.udp(3).does(call(Sys::Connect).on(3).to("127.0.0.53:53").gives(0)).does(receives(b"bonjour tout", 12));
    resolver.finds(&[]);
    for separator in [b' ', b',', b';', b':', b'|', b'\n'] {
        assert!(cut(receives(&[b"abc", &[separator][..], b"defg"].concat(), 8)), "{separator}");
    }
}

/// How many places of one mistake are kept, and that another mistake still finds room.
#[test]
fn places_are_bounded_for_each_mistake() {
    let mut script = Script::server();
    script.accept(3, 4);
    for line in 1..=40 {
        script.does(sending(4, b"Bonjour\0").gives(8).line(line));
    }
    script.does(sending(4, b"Bonjour\0").gives(8).line(32));
    script.does(sending(4, &padded(b"Bonjour\n", 64)).gives(64).line(41));
    let found = script.findings();
    let of = |id: Id| found.iter().filter(|finding| finding.id == id).collect::<Vec<_>>();
    assert_eq!((of(Id::SendTrailingNul).len(), of(Id::SendWholeBuffer).len()), (0, 1), "explained by it");
    let mut alone = Script::server();
    alone.accept(3, 4);
    for line in (1..=40).chain([32]) {
        alone.does(sending(4, b"Bonjour\0").gives(8).line(line));
    }
    let counts: Vec<u64> = alone.findings().iter().map(|finding| finding.count).collect();
    assert_eq!(counts, [vec![1; 31], vec![2]].concat());
}

/// Where a buffer lies, for what is received into it and sent from it.
const HERE: u64 = 0x7000;

#[test]
fn bytes_that_are_sent_as_a_string_stop_at_their_first_nul() {
    let finds = |received: &[u8], sends: &[&[u8]], closes: bool| {
        let mut script = Script::server();
        let count = |bytes: &[u8]| i64::try_from(bytes.len()).unwrap();
        script.accept(3, 4).does(receive(4, received, 100).placed(HERE, b"").gives(count(received)));
        for sent in sends {
            script.does(sending(4, sent).placed(HERE, b"").gives(count(sent)));
        }
        if closes {
            script.close(4);
        }
        script.has(Id::BinaryCutAtNul).then(|| script.details(Id::BinaryCutAtNul))
    };
    let binary = b"S#\xff\0\xff";
    assert_eq!(finds(binary, &[b"S#\xff"], true), Some(vec![lengths(3, 5)]));
    assert_eq!(finds(binary, &[b"S#\xff"], false), None, "the rest may come");
    assert_eq!(finds(binary, &[b"S#\xff", b"\0\xff"], true), None, "it came");
    assert!(finds(binary, &[b"S#\xff", b"ok"], false).is_some(), "something else came");
    assert_eq!(finds(binary, &[binary], true), None);
    assert_eq!(finds(b"S#\xff\0", &[b"S#\xff"], true), None, "a NUL that ends it");
    assert_eq!(finds(b"nom\0salle", &[b"nom"], true), None, "two texts: it may want one");
    assert_eq!(finds(binary, &[b"S#"], true), None, "elsewhere than at a NUL");
    let mut again = Script::server();
    again.accept(3, 4).does(receive(4, binary, 100).placed(HERE, b"").gives(5));
    again.does(sending(4, b"S#\xff").placed(HERE, b"").gives(3)).recv(4, b"x");
    assert_eq!(again.proofs(Id::BinaryCutAtNul), ["recv", "send"]);
}

#[test]
fn the_last_block_of_a_file_is_sent_whole() {
    let file = |bytes: &[u8]| {
        let read = call(Sys::Read).on(7).subject(crate::observed::Subject::File);
        read.carries(Direction::Received, bytes, 64).gives(i64::try_from(bytes.len()).unwrap())
    };
    let finds = |blocks: [&[u8]; 2]| {
        let mut script = Script::client();
        script.does(file(b"le debut du fichier, puis la suite, qui est plus courte"));
        for block in blocks {
            script.does(sending(3, block).placed(HERE, b"").gives(i64::try_from(block.len()).unwrap()));
        }
        script.has(Id::FileBlockOversent).then(|| script.details(Id::FileBlockOversent))
    };
    let first = b"le debut du fichier, puis la sui";
    assert_eq!(finds([first, b"te, qui est plus courteis la sui"]), Some(vec![lengths(32, 23)]));
    assert_eq!(finds([first, b"te, qui est plus courte"]), None, "as many as were read");
    assert_eq!(finds([first, b"te, qui est plus courte\0\0\0\0\0\0\0\0\0"]), None, "padded");
    assert_eq!(finds([first, b"te, qui est plus courtexxxxxxxxx"]), None, "the program wrote there");
    assert_eq!(finds([b"autre chose, de la meme longueur", b"et encore autre chose, bien plus"]), None);
}

#[test]
fn a_length_of_the_network_is_turned_round() {
    let asks = |header: &[u8], first: u64, asked: u64| {
        let mut script = Script::client();
        script.does(receive(3, header, first).gives(i64::try_from(header.len()).unwrap()));
        script.does(receive(3, b"x", asked).gives(1));
        script.has(Id::LengthByteOrder).then(|| script.details(Id::LengthByteOrder))
    };
    assert_eq!(asks(&[0, 0, 0, 20], 4, 0x1400_0000), Some(vec![lengths(0x1400_0000, 20)]));
    assert_eq!(asks(&[0, 0, 0, 20], 4, 20), None);
    assert_eq!(asks(&[0, 0, 0, 20], 9, 0x1400_0000), None, "it did not ask for a length");
    assert_eq!(asks(&[20, 0, 0, 0], 4, 20), None, "the order of the machine, on both sides");
    assert_eq!(asks(&[0, 64, 0, 0], 4, 0x4000), None, "not so large");
    assert_eq!(asks(&[0, 0, 0, 0], 4, 0), None);
}

#[test]
fn a_part_of_an_announced_message_is_taken_for_it() {
    let finds = |header: &[u8], (asked, got): (u64, &[u8]), next: u64| {
        let mut script = Script::client();
        let count = |bytes: &[u8]| i64::try_from(bytes.len()).unwrap();
        script.does(receive(3, header, header.len() as u64).gives(count(header)));
        script.does(receive(3, got, asked).gives(count(got))).does(receive(3, b"ab", next).gives(2));
        script.has(Id::ShortRecvUsed).then(|| script.details(Id::ShortRecvUsed))
    };
    assert_eq!(finds(&[0, 20], (20, b"la moitie"), 2), Some(vec![lengths(9, 20)]));
    assert_eq!(finds(&[20, 0], (20, b"la moitie"), 2), Some(vec![lengths(9, 20)]));
    assert!(finds(&[0, 0, 1, 44], (300, b"une partie"), 4).is_some());
    assert!(finds(b"\x07\x01\0\0\x01\x2c", (300, b"une partie"), 6).is_some(), "a type before it");
    assert_eq!(finds(b"\x07\x01\0\0\0\x14", (20, b"la moitie"), 6), None, "there by chance, perhaps");
    assert_eq!(finds(&[0, 20], (20, b"la moitie"), 11), None, "the rest is asked for");
    assert_eq!(finds(&[0, 20], (20, b"vingt octets tout pi"), 2), None);
    assert_eq!(finds(&[0, 21], (20, b"la moitie"), 2), None, "another length");
    let answers = |asked: u64, answer: bool| {
        let mut script = Script::client();
        script.does(receive(3, &[2, 0, 0, 1, 44], 5).gives(5)).does(receive(3, b"une partie", 300).gives(10));
        if answer {
            script.send(3, b"recu");
        }
        script.does(receive(3, b"x", asked).gives(1)).has(Id::ShortRecvUsed)
    };
    assert!(answers(5, false) && answers(1, true), "the next header, of which the first byte");
    assert!(!answers(1, false) && !answers(290, true) && !answers(100, true));
    let mut cut = Script::client();
    cut.does(receive(3, &[0, 20], 2).gives(2)).does(receive(3, b"la moitie", 20).gives(9).shortened(9));
    assert!(!cut.does(receive(3, b"ab", 2).gives(2)).has(Id::ShortRecvUsed), "our doing");
}

#[test]
fn a_tail_in_a_write_of_its_own() {
    let mut shown = Script::server();
    shown.accept(3, 4).recv(4, b"bonjour tout le monde\n").says(1, b"bonjour tout le monde\n");
    shown.recv(4, b"ok\n").says(1, b"ok\n").says(1, b"jour tout le monde\n");
    shown.finds(&[Id::RecvNotTerminated]);
    let mut elsewhere = Script::server();
    elsewhere.accept(3, 4).recv(4, b"bonjour tout le monde\n").says(1, b"bonjour tout le monde\n");
    elsewhere.recv(4, b"ok\n").says(1, b"ok\n").says(2, b"jour tout le monde\n");
    elsewhere.finds(&[]);
    let mut relayed = Script::server();
    relayed.accept(3, 4).accept(3, 5).recv(4, b"bonjour tout le monde\n").send(5, b"bonjour tout le monde\n");
    relayed.recv(4, b"ok\n").send(5, b"ok\n").send(5, b"jour tout le monde\n");
    relayed.finds(&[Id::RecvNotTerminated]);
    let mut received = Script::server();
    received.accept(3, 4).recv(4, b"bonjour tout le monde\n").recv(4, b"ok\n").says(1, b"ok\n");
    received.recv(4, b"jour tout le monde\n").says(1, b"jour tout le monde\n");
    received.finds(&[]);
}

/// An answer of HTTP that stops at the first EAGAIN.
#[test]
fn an_answer_given_up_at_the_first_eagain() {
    let answers = |work: &dyn Fn(&mut Script)| {
        let mut script = Script::server();
        script.accept(3, 4).recv(4, b"GET / HTTP/1.0\r\n\r\n");
        let page = b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\nle debut";
        script.does(sending(4, page).gives(40)).does(sending(4, &page[40..]).fails(Errno::EAGAIN));
        work(&mut script);
        script.close(4);
        script.has(Id::HttpContentLength)
    };
    assert!(answers(&|_| {}));
    assert!(!answers(&|script| {
        script.does(call(Sys::Poll).with(Value::List(vec![])).number(0).number(500).gives(0));
    }));
}
