//! What only a server that forks does: its children are told, counted, and leave nothing behind.

use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use crate::support::peer::{Lab, alone, echo, exchange, possessions, read_all, settings};
use crate::support::{LIMIT, everything, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use socketlab::event::peer::{ClientGone, End, Losses, Mode, PeerNote};
use socketlab::event::{ActorEvent, Event, PeerEvent, ProcessChange};
use socketlab::peer::archive::Archive;
use socketlab::peer::caller::Caller;
use socketlab::peer::event_channel::EventSender;
use socketlab::peer::server::Settings;
use socketlab::peer::tally::Tally;

/// The process of this child.
fn child(lab: &Lab, wanted: &str) -> Pid {
    lab.wait(|events| {
        events.iter().find_map(|event| match event {
            Event::Actor(ActorEvent::Process { actor, pid, change: ProcessChange::Born, .. }) if actor == wanted => {
                Some(Pid::from_raw(*pid))
            }
            _ => None,
        })
    })
}

fn ended(lab: &Lab, child: Pid) -> ProcessChange {
    lab.wait(|events| {
        events.iter().find_map(|event| match event {
            Event::Actor(ActorEvent::Process { pid, change, .. })
                if *pid == child.as_raw() && *change != ProcessChange::Born =>
            {
                Some(change.clone())
            }
            _ => None,
        })
    })
}

/// The calls of an actor, by name, in order.
fn told<'a>(events: &'a [Event], wanted: &str) -> Vec<&'a str> {
    let call = |event: &'a Event| match event {
        Event::Actor(ActorEvent::Returned(returned)) if returned.actor == wanted => returned.call.as_ref(),
        _ => None,
    };
    events.iter().filter_map(call).map(|call| call.name.as_str()).collect()
}

#[test]
fn each_client_has_a_process_that_tells_its_calls() {
    alone("each_client_has_a_process_that_tells_its_calls", || {
        let before = possessions();
        let lab = Lab::tcp(settings(Mode::Fork));
        let (first, second) = (lab.connect(), lab.connect());
        echo(&first, b"un");
        echo(&second, b"deux");
        let children = [child(&lab, "enfant 1"), child(&lab, "enfant 2")];
        drop((first, second));
        for pid in children {
            assert_eq!(ended(&lab, pid), ProcessChange::Exited { code: 0 });
        }
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        assert_eq!(told(&events, "enfant 1"), ["close", "recv", "send", "recv", "close"]);
        let parent = told(&events, "serveur");
        assert!(parent.windows(3).any(|calls| calls == ["accept", "fork", "close"]), "{parent:?}");
        assert_eq!(told(&events, "veilleur"), ["waitpid"; 2]);
        assert_eq!((Tally::of(&tally.received), Tally::of(&tally.sent)), (6, 6));
        let returned =
            events.iter().filter(|event| matches!(event, Event::Actor(ActorEvent::Returned(_)))).count() as u64;
        assert_eq!(Tally::of(&tally.calls) - Tally::of(&tally.skipped), returned);
        until(LIMIT, || (possessions() == before).then_some(())).unwrap_or_else(|| panic!("{:?}", possessions()));
    });
}

#[test]
fn a_child_that_is_killed_is_reaped_and_its_client_told() {
    alone("a_child_that_is_killed_is_reaped_and_its_client_told", || {
        let lab = Lab::tcp(Settings { max_clients: Some(1), ..settings(Mode::Fork) });
        let stream = lab.connect();
        echo(&stream, b"x");
        let pid = child(&lab, "enfant 1");
        kill(pid, Signal::SIGKILL).unwrap();
        assert_eq!(ended(&lab, pid), ProcessChange::Died { signal: "SIGKILL".to_owned() });
        lab.assert_end(1, End::ChildDied);
        assert!(read_all(&stream).1.is_ok());
        // Its place is free again.
        echo(&lab.connect(), b"y");
        let tally = Arc::clone(&lab.tally);
        lab.finish();
        assert!(possessions().2);
        assert_eq!(tally.losses(), Losses { unheard: 1, ..Losses::default() });
    });
}

#[test]
fn a_child_that_does_not_answer_is_killed() {
    alone("a_child_that_does_not_answer_is_killed", || {
        let lab = Lab::tcp(settings(Mode::Fork));
        let stream = lab.connect();
        echo(&stream, b"x");
        let pid = child(&lab, "enfant 1");
        kill(pid, Signal::SIGSTOP).unwrap();
        let events = lab.finish();
        assert!(events.iter().any(|event| matches!(
            event,
            Event::Actor(ActorEvent::Process { change: ProcessChange::Died { .. }, .. })
        )));
        assert!(possessions().2);
    });
}

#[test]
fn a_child_ignores_the_keyboard_and_dies_with_its_parent() {
    alone("a_child_ignores_the_keyboard_and_dies_with_its_parent", || {
        let lab = Lab::tcp(settings(Mode::Fork));
        let stream = lab.connect();
        echo(&stream, b"x");
        kill(child(&lab, "enfant 1"), Signal::SIGINT).unwrap();
        echo(&stream, b"y");
        lab.finish();
    });
}

#[test]
fn many_short_clients_leave_no_zombie() {
    alone("many_short_clients_leave_no_zombie", || {
        let lab = Lab::tcp(settings(Mode::Fork));
        let rounds = if everything() { 200 } else { 40 };
        let clients = rounds * 4;
        for _ in 0..rounds {
            let streams: Vec<TcpStream> = (0..4).map(|_| lab.connect()).collect();
            for stream in &streams {
                echo(stream, b"x");
            }
        }
        lab.gone(clients);
        lab.wait(|events| {
            (events
                .iter()
                .filter(|event| {
                    matches!(event, Event::Actor(ActorEvent::Process { change: ProcessChange::Exited { .. }, .. }))
                })
                .count() as u64
                == clients)
                .then_some(())
        });
        assert!(possessions().2);
        let tally = Arc::clone(&lab.tally);
        lab.finish();
        assert_eq!((Tally::of(&tally.clients), Tally::of(&tally.received)), (clients, clients));
    });
}

fn gone(events: &[Event]) -> Vec<&ClientGone> {
    let mut gone: Vec<&ClientGone> = events
        .iter()
        .filter_map(|event| if let Event::Peer(PeerEvent::ClientGone(gone)) = event { Some(gone) } else { None })
        .collect();
    gone.sort_by_key(|gone| gone.number);
    gone
}

#[test]
fn each_end_is_told_once_however_much_there_is_to_tell() {
    alone("each_end_is_told_once_however_much_there_is_to_tell", || {
        const EACH: usize = 1 << 20;
        let lab = Lab::tcp(settings(Mode::Fork));
        let sent = vec![b'a'; EACH];
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert!(exchange(&lab.connect(), &sent) == sent));
            }
        });
        for number in 1..=8 {
            lab.gone(number);
        }
        let events = lab.finish();
        let told: Vec<(u64, u64, u64, End)> =
            gone(&events).iter().map(|gone| (gone.number, gone.received, gone.sent, gone.end)).collect();
        let each = EACH as u64;
        assert_eq!(told, (1..=8).map(|number| (number, each, each, End::ByPeer)).collect::<Vec<_>>());
    });
}

#[test]
fn children_that_are_still_ending_are_waited_for() {
    alone("children_that_are_still_ending_are_waited_for", || {
        let lab = Lab::tcp(settings(Mode::Fork));
        let streams: Vec<TcpStream> = (0..300).map(|_| lab.connect()).collect();
        for stream in &streams {
            echo(stream, b"xy");
        }
        for stream in &streams {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        let counts = (Tally::of(&tally.clients), Tally::of(&tally.received), Tally::of(&tally.sent));
        assert_eq!((counts, tally.losses()), ((300, 600, 600), Losses::default()));
        assert!(gone(&events).iter().map(|gone| gone.number).eq(1..=300));
        assert!(possessions().2);
    });
}

#[test]
fn a_file_that_cannot_be_written_is_told_once_by_all_children() {
    alone("a_file_that_cannot_be_written_is_told_once_by_all_children", || {
        let caller = Caller::new(EventSender::disconnected(&Arc::default()), "serveur".to_owned());
        let archive = Some(Archive::create(&caller, Path::new("/dev/full")).unwrap());
        let lab = Lab::tcp(Settings { archive, ..settings(Mode::Fork) });
        let streams: Vec<TcpStream> = (0..5).map(|_| lab.connect()).collect();
        for stream in &streams {
            echo(stream, b"salut");
        }
        drop(streams);
        for number in 1..=5 {
            lab.assert_end(number, End::ByPeer);
        }
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        let stopped =
            |event: &&Event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::SavingStopped { .. } }));
        assert_eq!(events.iter().filter(stopped).count(), 1);
        assert_eq!((tally.losses().unsaved, Tally::of(&tally.errors)), (25, 1));
    });
}
