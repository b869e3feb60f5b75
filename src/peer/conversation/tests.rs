use std::io;
use std::time::{Duration, Instant};

use super::{Conversation, Effects, LINGER, Next};
use crate::event::misbehaviours::{HttpMisbehaviours, Misbehaviours};
use crate::event::peer::{End, Misbehaviour, PeerNote, Unfinished};
use crate::peer::mailbox::Mailbox;
use crate::peer::outgoing::Piece;
use crate::peer::service::chat::Chat;
use crate::peer::service::echo::Echo;
use crate::peer::service::greet::Greet;
use crate::peer::service::{Reply, Service};

fn with(service: impl Service + 'static, misbehaviours: Misbehaviours, now: Instant) -> Conversation {
    Conversation::new(Box::new(service), misbehaviours, (1, now))
}

/// What is told of the next piece once it has gone.
fn told(conversation: &mut Conversation, now: Instant) -> Vec<PeerNote> {
    let Next::Send(bytes) = conversation.next(now).unwrap() else { panic!("nothing to send") };
    let count = bytes.len();
    conversation.sent(count, now).notes
}

fn send(conversation: &mut Conversation, now: Instant) -> Vec<u8> {
    let Next::Send(bytes) = conversation.next(now).unwrap() else { panic!("nothing to send") };
    let bytes = bytes.to_vec();
    conversation.sent(bytes.len(), now);
    bytes
}

#[test]
fn an_echo_reads_sends_and_closes_after_the_client() {
    let now = Instant::now();
    let mut talk = with(Echo, Misbehaviours::default(), now);
    assert_eq!(talk.open(), Effects::default());
    assert_eq!(talk.next(now).unwrap(), Next::Receive(None));
    talk.received(b"salut", now);
    assert_eq!(send(&mut talk, now), b"salut");
    assert_eq!(talk.next(now).unwrap(), Next::Receive(None));
    talk.ended();
    assert_eq!(talk.next(now).unwrap(), Next::Close(End::ByPeer));
    assert_eq!((talk.received, talk.sent), (5, 5));
}

#[test]
fn pieces_are_small_and_slow_as_asked() {
    let now = Instant::now();
    let pause = Duration::from_secs(2);
    let misbehaviours = Misbehaviours { fragment: Some(2), slow: Some(pause), ..Misbehaviours::default() };
    let mut talk = with(Greet { text: b"abc".to_vec() }, misbehaviours, now);
    talk.open();
    assert_eq!(talk.next(now).unwrap(), Next::Pause(now + pause));
    let later = now + pause;
    assert_eq!(talk.next(later).unwrap(), Next::Send(b"ab"));
    let effects = talk.sent(2, later);
    let fragment = PeerNote::Misbehaves { misbehaviour: Misbehaviour::Fragment { bytes: 2 }, client: Some(1) };
    assert!(effects.notes.contains(&fragment), "{effects:?}");
    assert_eq!(talk.next(later).unwrap(), Next::Pause(later + pause));
    assert_eq!(send(&mut talk, later + pause), b"c");
}

#[test]
fn connections_are_cut_after_the_bytes_asked() {
    let now = Instant::now();
    let greet = || Greet { text: b"bonjour".to_vec() };
    let mut closing = with(greet(), Misbehaviours { close_after: Some(3), ..Misbehaviours::default() }, now);
    closing.open();
    assert_eq!(send(&mut closing, now), b"bon");
    assert_eq!(closing.next(now).unwrap(), Next::Close(End::ByUs));
    let mut resetting = with(greet(), Misbehaviours { reset_after: Some(0), ..Misbehaviours::default() }, now);
    resetting.open();
    assert_eq!(resetting.next(now).unwrap(), Next::Reset(End::ResetByUs));
}

#[test]
fn a_client_may_be_dropped_or_never_read() {
    let now = Instant::now();
    let mut dropped = with(Echo, Misbehaviours { drop_client: Some(1), ..Misbehaviours::default() }, now);
    assert_eq!(dropped.open().notes.len(), 1);
    assert_eq!(dropped.next(now).unwrap(), Next::Close(End::ByUs));
    let mut unread = with(Echo, Misbehaviours { never_read: true, ..Misbehaviours::default() }, now);
    unread.open();
    assert_eq!(unread.next(now).unwrap(), Next::Idle);
}

struct Impatient;

impl Service for Impatient {
    fn received(&mut self, _: &[u8]) -> Reply {
        Reply { close: true, ..Reply::bytes(b"non") }
    }

    fn patience(&self) -> Option<Duration> {
        Some(Duration::from_secs(30))
    }
}

#[test]
fn who_closes_first_half_closes_and_reads_on() {
    let now = Instant::now();
    let mut talk = with(Impatient, Misbehaviours::default(), now);
    talk.open();
    assert_eq!(talk.next(now).unwrap(), Next::Receive(Some(now + Duration::from_secs(30))));
    talk.received(b"x", now);
    assert_eq!(send(&mut talk, now), b"non");
    assert_eq!(talk.next(now).unwrap(), Next::HalfClose);
    talk.half_closed(now);
    assert_eq!(talk.next(now).unwrap(), Next::Receive(Some(now + LINGER)));
    talk.received(b"still talking", now);
    assert_eq!(talk.next(now).unwrap(), Next::Receive(Some(now + LINGER)));
    talk.ended();
    assert_eq!(talk.next(now).unwrap(), Next::Close(End::ByUs));
}

#[test]
fn a_byte_now_and_then_buys_no_time() {
    struct Never;
    impl Service for Never {
        fn received(&mut self, _: &[u8]) -> Reply {
            Reply::default()
        }
        fn patience(&self) -> Option<Duration> {
            Some(Duration::from_secs(30))
        }
    }
    let now = Instant::now();
    let mut talk = with(Never, Misbehaviours::default(), now);
    talk.open();
    talk.received(b"G", now + Duration::from_secs(29));
    assert_eq!(talk.next(now).unwrap(), Next::Receive(Some(now + Duration::from_secs(30))));
}

#[test]
fn a_client_that_says_nothing_is_left() {
    let now = Instant::now();
    let mut talk = with(Impatient, Misbehaviours::default(), now);
    talk.open();
    talk.too_slow(now);
    assert_eq!(talk.next(now).unwrap(), Next::Close(End::TooSlow));
}

const SECOND: Duration = Duration::from_secs(1);

/// A service that does what a test says, with patience for so many seconds, and for others who wait.
#[derive(Default)]
struct Puppet {
    opens: Vec<u8>,
    answers: Vec<u8>,
    too_slow: Reply,
    patience: Option<u64>,
    /// Seconds that each receive adds to the patience.
    more: u64,
    leaves: bool,
    others: bool,
    arrived: Option<Instant>,
    binary: bool,
}

impl Service for Puppet {
    fn opened(&mut self) -> Reply {
        if self.opens.is_empty() { Reply::default() } else { Reply::bytes(&self.opens) }
    }

    fn arrived_by(&mut self, moment: Instant) {
        self.arrived = Some(moment);
    }

    fn received(&mut self, _: &[u8]) -> Reply {
        self.patience = self.patience.map(|patience| patience + self.more);
        match self.arrived {
            Some(_) => Reply::bytes(b"on time"),
            None if self.answers.is_empty() => Reply::default(),
            None => Reply::bytes(&self.answers),
        }
    }

    fn patience(&self) -> Option<Duration> {
        self.patience.map(Duration::from_secs)
    }

    fn takes_text(&self) -> bool {
        !self.binary
    }

    fn leaves_who_takes_nothing(&self) -> bool {
        self.leaves
    }

    fn others_wait(&mut self, waiting: bool) {
        self.others = waiting;
    }

    fn yields(&self) -> Option<Duration> {
        self.others.then_some(SECOND)
    }

    fn too_slow(&mut self) -> Reply {
        std::mem::take(&mut self.too_slow)
    }
}

fn greets(text: &[u8]) -> Greet {
    Greet { text: text.to_vec() }
}

fn happens(misbehaviour: Misbehaviour) -> PeerNote {
    PeerNote::Misbehaves { misbehaviour, client: Some(1) }
}

#[test]
fn only_the_client_of_that_number_is_dropped() {
    let now = Instant::now();
    let drops = |number| Misbehaviours { drop_client: Some(number), ..Misbehaviours::default() };
    let mut dropped = with(greets(b"salut"), drops(1), now);
    assert_eq!(dropped.open().notes, [happens(Misbehaviour::DropClient { number: 1 })]);
    let mut kept = with(greets(b"salut"), drops(2), now);
    assert_eq!(kept.open().notes, []);
    assert_eq!(kept.next(now).unwrap(), Next::Send(b"salut"));
    assert_eq!(format!("{kept:?}"), "Conversation { number: 1, phase: Talking, .. }");
}

#[test]
fn a_misbehaviour_is_told_once_and_when_it_happens() {
    let now = Instant::now();
    let slow = Misbehaviours { slow: Some(SECOND), ..Misbehaviours::default() };
    let all = Misbehaviours {
        fragment: Some(2),
        close_after: Some(6),
        never_read: true,
        never_accept: true,
        drop_client: Some(2),
        http: HttpMisbehaviours { bare_lf: true, no_length: true },
        delay_accept: Some(SECOND),
        ..slow.clone()
    };
    let mut talk = with(greets(b"bonjour"), all, now);
    let opened = [happens(Misbehaviour::Slow { milliseconds: 1000 }), happens(Misbehaviour::NeverRead)];
    assert_eq!(talk.open().notes, opened);
    let mut pieces = (1..4).map(|second| {
        assert_eq!(talk.next(now + SECOND * (second - 1)).unwrap(), Next::Pause(now + SECOND * second));
        told(&mut talk, now + SECOND * second)
    });
    assert_eq!(pieces.next().unwrap(), [happens(Misbehaviour::Fragment { bytes: 2 })]);
    assert_eq!(pieces.next().unwrap(), []);
    assert_eq!(pieces.next().unwrap(), [happens(Misbehaviour::CloseAfter { bytes: 6 })]);

    let mut whole = with(
        greets(b"oui"),
        Misbehaviours { fragment: Some(3), reset_after: Some(3), ..Misbehaviours::default() },
        now,
    );
    whole.open();
    assert_eq!(told(&mut whole, now), [happens(Misbehaviour::ResetAfter { bytes: 3 })]);
    assert_eq!(whole.next(now).unwrap(), Next::Reset(End::ResetByUs));
    let mut relays = with(Chat::default(), slow, now);
    assert_eq!(relays.open().notes, []);
    relays.relay(b"un\n");
    assert_eq!(relays.next(now).unwrap(), Next::Pause(now + SECOND));
    assert_eq!(told(&mut relays, now + SECOND), [happens(Misbehaviour::Slow { milliseconds: 1000 })]);
}

#[test]
fn a_piece_is_no_longer_than_any_limit_leaves() {
    let now = Instant::now();
    for (fragment, close_after, reset_after, piece, then) in [
        (None, None, None, &b"bonjour"[..], &b""[..]),
        (Some(3), None, None, b"bon", b"jou"),
        (Some(3), Some(5), None, b"bon", b"jo"),
        (Some(6), Some(9), Some(8), b"bonjou", b"r"),
        (None, Some(4), Some(2), b"bo", b""),
        (None, Some(2), Some(4), b"bo", b""),
    ] {
        let misbehaviours = Misbehaviours { fragment, close_after, reset_after, ..Misbehaviours::default() };
        let mut talk = with(greets(b"bonjour"), misbehaviours, now);
        talk.open();
        assert_eq!(send(&mut talk, now), piece, "{talk:?}");
        match talk.next(now).unwrap() {
            Next::Send(bytes) => assert_eq!(bytes, then),
            _ => assert_eq!(then, b""),
        }
    }
}

#[test]
fn who_has_half_closed_is_not_cut_by_a_limit() {
    let now = Instant::now();
    let mut talk = with(Impatient, Misbehaviours { close_after: Some(4), ..Misbehaviours::default() }, now);
    talk.open();
    talk.received(b"x", now);
    send(&mut talk, now);
    assert!(!talk.has_half_closed());
    talk.half_closed(now);
    assert!(talk.has_half_closed());
    talk.sent(1, now);
    assert_eq!(talk.next(now).unwrap(), Next::Receive(Some(now + LINGER)));
    assert_eq!(talk.next(now + LINGER / 2).unwrap(), Next::Receive(Some(now + LINGER)));
    assert_eq!(talk.next(now + LINGER).unwrap(), Next::Close(End::ByUs));
    assert_eq!(talk.next(now + LINGER + SECOND).unwrap(), Next::Close(End::ByUs));
}

#[test]
fn who_lingers_waits_no_longer_than_the_client_is_slow() {
    let (now, later) = (Instant::now(), Instant::now() + SECOND);
    let mut talk = with(Impatient, Misbehaviours::default(), now);
    talk.half_closed(now);
    assert_eq!(talk.too_slow(later), Effects::default());
    assert_eq!(talk.next(later).unwrap(), Next::Close(End::ByUs));
}

#[test]
fn patience_begins_again_with_an_answer_another_wait_and_what_is_sent() {
    let now = Instant::now();
    let after = |seconds| now + SECOND * seconds;
    let waits = |puppet: Puppet, then: fn(&mut Conversation, Instant)| {
        let mut talk = with(Puppet { patience: Some(30), ..puppet }, Misbehaviours::default(), now);
        talk.open();
        then(&mut talk, after(10));
        let Next::Receive(until) = talk.next(after(10)).unwrap() else { panic!("no wait") };
        until.unwrap()
    };
    let receives: fn(&mut Conversation, Instant) = |talk, moment| {
        talk.received(b"x", moment);
    };
    let sends: fn(&mut Conversation, Instant) = |talk, moment| {
        talk.received(b"x", moment);
        send(talk, moment + SECOND);
    };
    let gives_up: fn(&mut Conversation, Instant) = |talk, moment| {
        talk.received(b"x", moment);
        talk.give_up();
    };
    let answers = || Puppet { answers: b"oui".to_vec(), ..Puppet::default() };
    assert_eq!(waits(Puppet::default(), receives), after(30));
    assert_eq!(waits(Puppet { more: 2, ..Puppet::default() }, receives), after(42));
    assert_eq!(waits(answers(), sends), after(41));
    assert_eq!(waits(answers(), gives_up), after(40));
}

#[test]
fn a_service_knows_when_its_bytes_had_come() {
    let now = Instant::now();
    let mut talk = with(Puppet::default(), Misbehaviours::default(), now);
    talk.arrived_by(now);
    talk.received(b"x", now);
    assert_eq!(send(&mut talk, now), b"on time");
}

#[test]
fn the_first_nul_of_a_text_is_told_with_its_place() {
    let now = Instant::now();
    let nul = |offset| PeerNote::NulReceived { client: 1, offset };
    let mut talk = with(Puppet::default(), Misbehaviours::default(), now);
    assert_eq!(talk.received(b"bonjour", now).notes, []);
    assert_eq!(talk.received(b"!\0", now).notes, [nul(8)]);
    assert_eq!(talk.received(b"encore\0", now).notes, []);
    assert_eq!(talk.received, 16);
    let mut binary = with(Puppet { binary: true, ..Puppet::default() }, Misbehaviours::default(), now);
    assert_eq!(binary.received(b"bonjour\0", now).notes, []);
}

#[test]
fn what_is_unfinished_is_told_where_it_changes() {
    let now = Instant::now();
    let mut talk = with(Chat::default(), Misbehaviours::default(), now);
    let unfinished = |what, bytes| PeerNote::Unfinished { client: 1, what, lines: 0, bytes };
    assert_eq!(talk.received(b"un\n", now), Effects { others: b"un\n".to_vec(), notes: vec![] });
    assert_eq!(talk.received(b"de", now).notes, [unfinished(Unfinished::Line, 2)]);
    assert_eq!(talk.received(b"ux\nde", now).notes, []);
    assert_eq!(talk.received(b"\n", now).notes, [unfinished(Unfinished::Nothing, 0)]);
    talk.received(b"trois", now);
    assert_eq!(talk.ended(), Effects { others: b"trois".to_vec(), notes: vec![] });
    assert_eq!(talk.received(b"quatre\n", now), Effects::default());
}

#[test]
fn lines_that_are_too_long_are_counted_and_told_once() {
    let now = Instant::now();
    let mut talk = with(Chat::default(), Misbehaviours::default(), now);
    let long = [vec![b'a'; 70_000], vec![b'\n']].concat();
    let told = PeerNote::LineTooLong { client: 1, limit: 65_536 };
    assert_eq!(talk.received(&long, now).notes, [told]);
    assert_eq!((talk.received(&long, now).notes, talk.dropped), (vec![], 2));
}

#[test]
fn who_sends_no_more_is_told_what_is_left_for_it() {
    let now = Instant::now();
    let mut talk = with(Echo, Misbehaviours { fragment: Some(2), ..Misbehaviours::default() }, now);
    talk.received(b"salut", now);
    send(&mut talk, now);
    assert_eq!(talk.ended().notes, [PeerNote::SendsNoMore { client: 1, left: 3 }]);
    assert_eq!(talk.ended(), Effects::default());
    assert_eq!((send(&mut talk, now), send(&mut talk, now)), (b"lu".to_vec(), b"t".to_vec()));
    assert_eq!(talk.next(now).unwrap(), Next::Close(End::ByPeer));
    let mut idle = with(Echo, Misbehaviours::default(), now);
    assert_eq!(idle.ended(), Effects::default());
}

#[test]
fn what_a_client_is_too_slow_for_is_the_services_to_say() {
    let now = Instant::now();
    let slow = |reply: Reply| {
        let mut talk = with(Puppet { too_slow: reply, ..Puppet::default() }, Misbehaviours::default(), now);
        talk.too_slow(now);
        talk
    };
    assert_eq!(slow(Reply::close()).next(now).unwrap(), Next::Close(End::TooSlow));
    assert_eq!(slow(Reply::default()).next(now).unwrap(), Next::Receive(None));
    let mut refused = slow(Reply { close: true, ..Reply::bytes(b"408") });
    assert_eq!(send(&mut refused, now), b"408");
    refused.too_slow(now);
    assert_eq!(refused.next(now).unwrap(), Next::HalfClose);
    let mut told = slow(Reply::bytes(b"vite"));
    assert_eq!(send(&mut told, now), b"vite");
    assert_eq!(told.next(now).unwrap(), Next::Receive(None));
}

#[test]
fn an_answer_whose_file_shrank_is_broken_off() {
    struct Sends;
    impl Service for Sends {
        fn received(&mut self, _: &[u8]) -> Reply {
            let file = tempfile::tempfile().unwrap();
            Reply { pieces: vec![Piece::File { file, length: 9 }], ..Reply::default() }
        }
    }
    let now = Instant::now();
    let mut talk = with(Sends, Misbehaviours::default(), now);
    talk.received(b"x", now);
    assert!(talk.next(now).is_err());
    let note = PeerNote::AnswerBrokenOff { client: 1, missing: 9, errno: Some(5) };
    assert_eq!(talk.broken_off(&io::Error::from_raw_os_error(5)).notes, [note]);
    assert_eq!(talk.next(now).unwrap(), Next::Reset(End::BrokenOff));
    assert!(!talk.has_more_to_send());
}

#[test]
fn what_waits_when_it_is_given_up_is_counted() {
    let now = Instant::now();
    let mut talk = with(Echo, Misbehaviours { fragment: Some(1), ..Misbehaviours::default() }, now);
    let begin = |talk: &mut Conversation, text: &[u8]| {
        talk.received(text, now);
        send(talk, now);
        talk.relay(b"des autres\n");
    };
    begin(&mut talk, b"salut");
    talk.give_up();
    assert_eq!((talk.unsent, talk.missed(), talk.has_more_to_send()), (4, 1, false));
    assert_eq!(talk.next(now).unwrap(), Next::Receive(None));
    begin(&mut talk, b"bonjour");
    talk.cut(End::ResetByPeer);
    assert_eq!((talk.unsent, talk.missed(), talk.has_more_to_send()), (10, 2, false));
    assert_eq!(talk.next(now).unwrap(), Next::Close(End::ResetByPeer));
}

#[test]
fn a_client_that_takes_nothing_is_told_and_left_where_the_service_says_so() {
    let now = Instant::now();
    for leaves in [false, true] {
        let mut talk =
            with(Puppet { opens: b"abc".to_vec(), leaves, ..Puppet::default() }, Misbehaviours::default(), now);
        talk = talk.patient(SECOND * 5);
        talk.open();
        assert_eq!(talk.look_due(), None);
        assert_eq!(talk.look(now, 3), Effects::default());
        assert_eq!(talk.look_due(), Some(now + SECOND * 5));
        assert_eq!(talk.look(now + SECOND * 4, 3), Effects::default());
        let told = PeerNote::TakesNothing { client: 1, seconds: 5, left: leaves };
        assert_eq!(talk.look(now + SECOND * 5, 3).notes, [told]);
        let next = if leaves { Next::Reset(End::TakesNothing) } else { Next::Send(b"abc") };
        assert_eq!(talk.next(now).unwrap(), next);
        assert_eq!(talk.unsent, if leaves { 3 } else { 0 });
    }
}

#[test]
fn a_client_that_asks_nothing_makes_room_for_others() {
    let now = Instant::now();
    let mut talk = with(Puppet::default(), Misbehaviours::default(), now);
    assert_eq!((talk.others_wait(false), talk.others_wait(true)), (None, Some(SECOND)));
    assert_eq!(talk.yield_place(SECOND * 7).notes, [PeerNote::Yields { client: 1, seconds: 7 }]);
    assert_eq!((talk.others_wait(true), talk.next(now).unwrap()), (None, Next::HalfClose));
}

#[test]
fn lines_of_others_wait_behind_the_services_own() {
    let now = Instant::now();
    let mut talk = with(greets(b"salut\n"), Misbehaviours::default(), now);
    talk.open();
    assert_eq!(talk.relay(b"un\n"), Effects::default());
    assert_eq!(send(&mut talk, now), b"salut\n");
    assert!(talk.has_more_to_send());
    assert_eq!(send(&mut talk, now), b"un\n");
    assert!(!talk.has_more_to_send());
    let long = vec![b'a'; 300_000];
    assert_eq!(talk.relay(&long).notes, [PeerNote::MissesLines { client: 1 }]);
    assert_eq!((talk.relay(&long), talk.missed()), (Effects::default(), 2));
}

#[test]
fn what_other_threads_had_is_taken_over_once() {
    let now = Instant::now();
    let mailbox = |lines: &[u8]| {
        let mut mailbox = Mailbox::default();
        mailbox.put(lines);
        mailbox
    };
    let mut talk = with(Echo, Misbehaviours::default(), now);
    talk.adopt((mailbox(b"un\n"), 5));
    talk.adopt((Mailbox::default(), 2));
    assert_eq!((send(&mut talk, now), talk.relayed), (b"un\n".to_vec(), 7));
    talk.relay(&vec![b'a'; 300_000]);
    talk.adopt((Mailbox::default(), 0));
    assert_eq!(talk.missed(), 1);
}
