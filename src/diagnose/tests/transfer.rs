use crate::diagnose::tests::script::{Script, call, receive, sending};
use crate::finding::{Id, Severity};
use crate::observed::Direction;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

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
    let mut gives_up = short();
    gives_up.does(sending(3, b"jour tout le monde\n").fails(Errno::EAGAIN)).shutdown(3, "SHUT_RDWR").close(3).exits(1);
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
