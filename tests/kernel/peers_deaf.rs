//! Clients that do not read what is sent to them: nothing is lost in silence, and nobody is kept for ever unawares.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use socketlab::event::peer::{ClientGone, End, Mode, PeerNote};
use socketlab::event::{Event, PeerEvent};
use socketlab::peer::server::Settings;
use socketlab::peer::service::chat::Chat;
use socketlab::peer::service::http::content::Content;
use socketlab::peer::service::http::file_cache::FileCache;
use socketlab::peer::service::http::{Http, HttpSettings, HttpWords};
use socketlab::peer::tally::Tally;
use socketlab::text::http as pages;

use crate::support::peer::{CONCURRENT, EVERY_MODE, Lab, alone, echo, possessions, read, read_all, settings, with};
use crate::support::{LIMIT, until};

/// Long enough for a client that reads, short for a test.
const SOON: Duration = Duration::from_millis(300);
const LINES: u64 = 20_000;

fn each(modes: &[Mode], name: &str, body: impl Fn(Mode)) {
    alone(name, || {
        for mode in modes {
            println!("{mode:?}");
            body(*mode);
        }
    });
}

/// Sends until nothing more fits on the way.
fn send_until_full(stream: &TcpStream) {
    stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut writer = stream;
    let bytes = vec![b'a'; 1 << 16];
    while writer.write_all(&bytes).is_ok() {}
}

fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

fn wait_until_left(lab: &Lab, client: u64, wanted: bool) {
    lab.wait_for(
        |event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::TakesNothing { client: it, left, .. } }) if *it == client && *left == wanted),
    );
}

fn numbered_line(number: u64) -> Vec<u8> {
    let mut line = format!("{number:08} ").into_bytes();
    line.resize(999, b'x');
    line.push(b'\n');
    line
}

/// The numbers of the lines, each of which must be whole.
fn numbers(bytes: &[u8]) -> Vec<u64> {
    let number = |line: &[u8]| {
        let number = std::str::from_utf8(&line[..8]).unwrap().parse().unwrap();
        assert!(line == numbered_line(number), "torn: {:?}", String::from_utf8_lossy(line));
        number
    };
    bytes.split_inclusive(|byte| *byte == b'\n').map(number).collect()
}

/// Who has said all the lines, and the second client, who reads none of them.
fn talked_to_the_deaf(lab: &Lab) -> (TcpStream, TcpStream) {
    let talker = lab.connect();
    lab.wait_for_clients(1);
    let deaf = lab.connect();
    lab.wait_for_clients(2);
    for number in 0..LINES {
        (&talker).write_all(&numbered_line(number)).unwrap();
    }
    (talker, deaf)
}

#[test]
fn a_chat_loses_no_line_in_silence_and_tears_none() {
    each(&CHATTING, "a_chat_loses_no_line_in_silence_and_tears_none", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let (talker, deaf) = talked_to_the_deaf(&lab);
        drop(talker);
        lab.gone(1);
        lab.wait_for_note(&PeerNote::MissesLines { client: 2 });
        deaf.shutdown(Shutdown::Write).unwrap();
        let (bytes, end) = read_all(&deaf);
        let got = numbers(&bytes);
        assert!(end.is_ok() && got.is_sorted(), "{end:?}");
        let gone = lab.gone(2);
        assert_eq!((gone.missed + got.len() as u64, gone.sent), (LINES, bytes.len() as u64));
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        assert_eq!(tally.losses().missed, gone.missed);
        let said =
            events.iter().filter(|event| matches!(event, Event::Peer(PeerEvent::Note { note }) if note.is_owed()));
        assert_eq!(said.count(), 1, "told once");
    });
}

const CHATTING: [Mode; 3] = [Mode::Threads, Mode::Poll, Mode::Epoll];

#[test]
fn two_who_talk_at_once_are_heard_line_by_line() {
    each(&CHATTING, "two_who_talk_at_once_are_heard_line_by_line", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let talkers = [lab.connect(), lab.connect()];
        let listener = lab.connect();
        lab.wait_for_clients(3);
        thread::scope(|scope| {
            for (index, mut talker) in talkers.iter().enumerate() {
                scope.spawn(move || {
                    for number in 0..1000 {
                        talker.write_all(&numbered_line(number * 2 + index as u64)).unwrap();
                        // What comes from the other is read, so that neither is deaf.
                        talker.read_exact(&mut [0; 1000]).unwrap();
                    }
                });
            }
            let got = numbers(&read(&listener, 2_000_000));
            for parity in 0..2 {
                let own: Vec<u64> = got.iter().copied().filter(|number| number % 2 == parity).collect();
                assert_eq!(own, (0..1000).map(|number| number * 2 + parity).collect::<Vec<_>>());
            }
        });
        lab.finish();
    });
}

#[test]
fn a_line_without_end_goes_to_nobody_and_that_is_said() {
    each(&CHATTING, "a_line_without_end_goes_to_nobody_and_that_is_said", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let (talker, listener) = (lab.connect(), lab.connect());
        lab.wait_for_clients(2);
        (&talker).write_all(&vec![b'a'; 200_000]).unwrap();
        (&talker).write_all(b"\nsalut\n").unwrap();
        assert_eq!(read(&listener, 6), b"salut\n");
        drop(talker);
        lab.gone(1);
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        let said = |event: &&Event| {
            matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::LineTooLong { client: 1, .. } }))
        };
        assert_eq!((events.iter().filter(said).count(), tally.losses().missed), (1, 1));
    });
}

#[test]
fn who_takes_no_byte_of_its_echo_is_told_and_counted() {
    each(&EVERY_MODE, "who_takes_no_byte_of_its_echo_is_told_and_counted", |mode| {
        let lab = Lab::tcp(Settings { patience: SOON, ..settings(mode) });
        let deaf = lab.connect();
        send_until_full(&deaf);
        wait_until_left(&lab, 1, false);
        if CONCURRENT.contains(&mode) {
            echo(&lab.connect(), b"salut");
        }
        // Kept: it may still read.
        read(&deaf, 1 << 16);
        reset(deaf);
        let ClientGone { received, sent, unsent, end, .. } = lab.gone(1);
        assert_eq!((received, end), (sent + unsent, End::ResetByPeer));
        assert!(unsent > 0, "{unsent}");
        let tally = Arc::clone(&lab.tally);
        lab.finish();
        assert_eq!(tally.losses().unsent, unsent);
    });
}

fn http(mode: Mode, content: Content) -> Settings {
    let words = HttpWords { welcome: pages::WELCOME, status: pages::status_page, folder: pages::folder_page };
    let shared =
        Arc::new(HttpSettings { content, cache: FileCache::default(), words, bare_lf: false, no_length: false });
    Settings { make: Box::new(move || Box::new(Http::new(Arc::clone(&shared)))), ..settings(mode) }
}

#[test]
fn who_takes_no_byte_of_a_page_is_told_and_left() {
    each(&EVERY_MODE, "who_takes_no_byte_of_a_page_is_told_and_left", |mode| {
        const LENGTH: u64 = 64 << 20;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grand");
        File::create(&path).unwrap().set_len(LENGTH).unwrap();
        let before = possessions();
        let lab = Lab::tcp(Settings { patience: SOON, ..http(mode, Content::new(Some(&path)).unwrap()) });
        let deaf = lab.connect();
        (&deaf).write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        wait_until_left(&lab, 1, true);
        let gone = lab.gone(1);
        assert_eq!((gone.end, gone.sent + gone.unsent > LENGTH), (End::TakesNothing, true), "{gone:?}");
        assert_eq!(read_all(&deaf).1.unwrap_err().kind(), ErrorKind::ConnectionReset);
        drop(deaf);
        lab.finish();
        until(LIMIT, || (possessions() == before).then_some(())).unwrap_or_else(|| panic!("{:?}", possessions()));
    });
}

#[test]
fn who_takes_a_little_now_and_then_is_kept() {
    each(&EVERY_MODE, "who_takes_a_little_now_and_then_is_kept", |mode| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("grand");
        File::create(&path).unwrap().set_len(16 << 20).unwrap();
        let patience = Duration::from_secs(2);
        let lab = Lab::tcp(Settings { patience, ..http(mode, Content::new(Some(&path)).unwrap()) });
        let slow = lab.connect();
        (&slow).write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        // The pauses are the client's slowness itself: several of them are longer than the patience.
        for _ in 0..6 {
            read(&slow, 1 << 20);
            thread::sleep(patience / 4);
        }
        assert!(read_all(&slow).0.len() > 9 << 20);
        lab.assert_end(1, End::ByUs);
        lab.finish();
    });
}

#[test]
fn a_line_that_waits_for_a_deaf_client_is_told_in_time() {
    each(&CHATTING, "a_line_that_waits_for_a_deaf_client_is_told_in_time", |mode| {
        let lab = Lab::tcp(Settings { patience: SOON, ..with(mode, Chat::default()) });
        let (_talker, deaf) = talked_to_the_deaf(&lab);
        wait_until_left(&lab, 2, false);
        reset(deaf);
        let gone = lab.gone(2);
        assert!(gone.missed > 0 && gone.unsent == 0, "{gone:?}");
        let tally = Arc::clone(&lab.tally);
        lab.finish();
        assert!(Tally::of(&tally.missed) >= gone.missed);
    });
}

#[test]
fn an_iterative_server_leaves_who_asks_nothing_while_others_wait() {
    each(&[Mode::Iterative], "an_iterative_server_leaves_who_asks_nothing_while_others_wait", |mode| {
        let lab = Lab::tcp(http(mode, Content::new(None).unwrap()));
        let spare = lab.connect();
        lab.wait_for_clients(1);
        let (second, third) = (lab.connect(), lab.connect());
        for mut stream in [&second, &third] {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        }
        // The second gets one answer, for the third waits; the third, which nobody waits behind, keeps its connection.
        let (answer, end) = read_all(&second);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            end.is_ok() && answer.starts_with("HTTP/1.1 200 ") && answer.contains("Connection: close\r\n"),
            "{answer}"
        );
        drop(second);
        assert_eq!(read(&third, 13), b"HTTP/1.1 200 ");
        lab.wait_for_note(&PeerNote::Yields { client: 1, seconds: 2 });
        assert_eq!(lab.gone(1).received, 0);
        drop((spare, third));
        lab.gone(3);
        lab.finish();
    });
}
