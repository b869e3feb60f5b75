//! What a client does wrong, and what becomes of what was sent: told when it happens, by a server in every mode.

use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use crate::support::peer::{CONCURRENT, EVERY_MODE, Lab, alone, echo, read_all, settings, with};
use socketlab::event::misbehaviours::Misbehaviours;
use socketlab::event::peer::{End, Misbehaviour, Mode, PeerNote, Unfinished};
use socketlab::event::{ActorEvent, Event, PeerEvent};
use socketlab::peer::server::Settings;
use socketlab::peer::server::open::Endpoint;
use socketlab::peer::service::chat::Chat;
use socketlab::peer::tally::Tally;
use socketlab::syscall::name::Name;

fn each(modes: &[Mode], name: &str, body: impl Fn(Mode)) {
    alone(name, || {
        for mode in modes {
            println!("{mode:?}");
            body(*mode);
        }
    });
}

/// A pause is announced before it begins, and what is sent after the client has closed is lost: recv gives 0 all the
/// same.
#[test]
fn bytes_that_a_reset_answers_are_told_lost() {
    each(&EVERY_MODE, "bytes_that_a_reset_answers_are_told_lost", |mode| {
        let misbehaviours = Misbehaviours { slow: Some(Duration::from_millis(400)), ..Misbehaviours::default() };
        let lab = Lab::tcp(Settings { misbehaviours, ..settings(mode) });
        let mut stream = lab.connect();
        stream.write_all(b"abc").unwrap();
        let slow = Misbehaviour::Slow { milliseconds: 400 };
        lab.wait_for_note(&PeerNote::Misbehaves { misbehaviour: slow, client: Some(1) });
        drop(stream);
        lab.wait_for_note(&PeerNote::BytesLost { client: Some(1), bytes: 3 });
        lab.assert_end(1, End::ResetByPeer);
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        let place = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(wanted).unwrap();
        let said = place(&|event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::Misbehaves { .. } })));
        let sent = place(
            &|event| matches!(event, Event::Actor(ActorEvent::Call(call)) if call.call.as_ref().unwrap().name == Name::Send),
        );
        assert!(said < sent);
        assert!(Tally::of(&tally.errors) >= 1);
    });
}

#[test]
fn nothing_is_lost_where_all_was_read() {
    each(&EVERY_MODE, "nothing_is_lost_where_all_was_read", |mode| {
        let lab = Lab::tcp(settings(mode));
        let mut stream = lab.connect();
        echo(&stream, b"a\n");
        stream.write_all(b"b\n").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        assert_eq!(read_all(&stream).0, b"b\n");
        lab.assert_end(1, End::ByPeer);
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        // What wakes poll and epoll at the end is about no client.
        let told = |event: &&Event| matches!(event, Event::Peer(PeerEvent::Note { note }) if !matches!(note, PeerNote::WakePipe { .. }));
        let notes: Vec<&Event> = events.iter().filter(told).collect();
        assert_eq!((notes, Tally::of(&tally.errors)), (Vec::new(), 0));
    });
}

#[test]
fn a_nul_sent_with_the_text_is_told_once() {
    each(&CONCURRENT, "a_nul_sent_with_the_text_is_told_once", |mode| {
        let lab = Lab::tcp(settings(mode));
        let stream = lab.connect();
        echo(&stream, b"bonjour\0");
        lab.wait_for_note(&PeerNote::NulReceived { client: 1, offset: 7 });
        echo(&stream, b"encore\0");
        drop(stream);
        lab.gone(1);
        let events = lab.finish();
        let nuls = events
            .iter()
            .filter(|event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::NulReceived { .. } })))
            .count();
        assert_eq!(nuls, 1);
    });
}

#[test]
fn a_close_with_unread_bytes_is_told_as_what_it_is() {
    let silent = |mode| Settings {
        misbehaviours: Misbehaviours { never_read: true, ..Misbehaviours::default() },
        ..settings(mode)
    };
    each(&CONCURRENT, "a_close_with_unread_bytes_is_told_as_what_it_is", |mode| {
        let lab = Lab::tcp(silent(mode));
        let mut stream = lab.connect();
        stream.write_all(b"salut").unwrap();
        lab.wait_for_note(&PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverRead, client: Some(1) });
        lab.stop.ask();
        lab.wait_for_note(&PeerNote::ClosedUnread { client: Some(1), bytes: 5, reset: true });
        assert!(read_all(&stream).1.is_err());
        lab.finish();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let lab = Lab::start(silent(mode), (Endpoint::Unix(path.clone()), 8));
        let mut stream = UnixStream::connect(&path).unwrap();
        stream.write_all(b"salut").unwrap();
        lab.wait_for_note(&PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverRead, client: Some(1) });
        lab.stop.ask();
        lab.wait_for_note(&PeerNote::ClosedUnread { client: Some(1), bytes: 5, reset: false });
        lab.finish();
    });
}

#[test]
fn a_line_that_has_no_end_is_known_and_so_is_its_end() {
    each(&CONCURRENT[1..], "a_line_that_has_no_end_is_known_and_so_is_its_end", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let mut stream = lab.connect();
        let unfinished = |what, bytes| PeerNote::Unfinished { client: 1, what, lines: 0, bytes };
        stream.write_all(b"partiel").unwrap();
        lab.wait_for_note(&unfinished(Unfinished::Line, 7));
        stream.write_all(b"\n").unwrap();
        lab.wait_for_note(&unfinished(Unfinished::Nothing, 0));
        lab.finish();
    });
}
