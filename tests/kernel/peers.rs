//! The servers of `socketlab serve`, seen from outside by plain sockets.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::peer::{
    CONCURRENT, EVERY_MODE, Lab, alone, echo, exchange, possessions, read, read_all, settings, with,
};
use crate::support::{LIMIT, everything, until};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socketlab::event::misbehaviours::Misbehaviours;
use socketlab::event::peer::{End, Misbehaviour, Mode, PeerNote};
use socketlab::event::{ActorEvent, Event, PeerEvent, Returned};
use socketlab::peer::server::Settings;
use socketlab::peer::server::open::Endpoint;
use socketlab::peer::service::chat::Chat;
use socketlab::peer::service::greet::Greet;
use socketlab::peer::service::silent::Silent;
use socketlab::peer::tally::Tally;
use socketlab::syscall::call::{Call, Value};
use socketlab::syscall::notation::{format_call, format_outcome};

fn each(modes: &[Mode], name: &str, body: impl Fn(Mode)) {
    alone(name, || {
        for mode in modes {
            println!("{mode:?}");
            body(*mode);
        }
    });
}

fn mebibyte() -> Vec<u8> {
    (0..1_u32 << 20).map(|number| u8::try_from(number % 251).unwrap()).collect()
}

fn greeting(mode: Mode, misbehaviours: Misbehaviours) -> Settings {
    Settings { misbehaviours, ..with(mode, Greet { text: b"abcdef".to_vec() }) }
}

fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

fn calls<'a>(events: &'a [Event], name: &'a str) -> impl Iterator<Item = &'a Call> {
    events.iter().filter_map(move |event| match event {
        Event::Actor(ActorEvent::Call(call)) => call.call.as_ref().filter(|call| call.name.as_str() == name),
        _ => None,
    })
}

#[test]
fn a_mebibyte_comes_back_whole() {
    each(&EVERY_MODE, "a_mebibyte_comes_back_whole", |mode| {
        let lab = Lab::tcp(settings(mode));
        let sent = mebibyte();
        let stream = lab.connect();
        assert!(exchange(&stream, &sent) == sent);
        drop(stream);
        let gone = lab.gone(1);
        assert_eq!((gone.received, gone.sent, gone.end), (1 << 20, 1 << 20, End::ByPeer));
        let tally = Arc::clone(&lab.tally);
        lab.finish();
        assert_eq!(
            (Tally::of(&tally.received), Tally::of(&tally.sent), Tally::of(&tally.clients)),
            (1 << 20, 1 << 20, 1)
        );
    });
}

#[test]
fn several_clients_talk_at_once() {
    each(&CONCURRENT, "several_clients_talk_at_once", |mode| {
        let lab = Lab::tcp(settings(mode));
        let streams: Vec<TcpStream> = (0..5).map(|_| lab.connect()).collect();
        for round in 0..3 {
            for (index, stream) in streams.iter().enumerate().rev() {
                echo(stream, format!("{round} {index}").as_bytes());
            }
        }
        lab.finish();
    });
}

#[test]
fn a_client_that_resets_is_told() {
    each(&EVERY_MODE, "a_client_that_resets_is_told", |mode| {
        let lab = Lab::tcp(settings(mode));
        let stream = lab.connect();
        echo(&stream, b"salut");
        reset(stream);
        lab.assert_end(1, End::ResetByPeer);
        echo(&lab.connect(), b"encore");
        lab.finish();
    });
}

#[test]
fn once_is_one_client() {
    each(&EVERY_MODE, "once_is_one_client", |mode| {
        let lab = Lab::tcp(Settings { once: true, ..settings(mode) });
        let address = lab.inet();
        assert_eq!(exchange(&lab.connect(), b"salut"), b"salut");
        lab.join();
        assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn no_more_clients_than_asked() {
    each(&CONCURRENT, "no_more_clients_than_asked", |mode| {
        let lab = Lab::tcp(Settings { max_clients: Some(2), ..settings(mode) });
        let (first, second, mut third) = (lab.connect(), lab.connect(), lab.connect());
        lab.wait_for_note(&PeerNote::Full { clients: 2 });
        third.write_all(b"?").unwrap();
        echo(&first, b"1");
        echo(&second, b"2");
        assert!(third.set_nonblocking(true).is_ok() && third.read(&mut [0]).is_err());
        third.set_nonblocking(false).unwrap();
        drop(first);
        assert_eq!(read(&third, 1), b"?");
        let events = lab.finish();
        let position = |wanted: fn(&Event) -> bool| events.iter().position(wanted).unwrap();
        let full = position(|event| matches!(event, Event::Peer(PeerEvent::Note { .. })));
        assert!(full < position(|event| matches!(event, Event::Peer(PeerEvent::Client(client)) if client.number == 3)));
    });
}

#[test]
fn the_wish_to_end_closes_everything() {
    each(&EVERY_MODE, "the_wish_to_end_closes_everything", |mode| {
        let before = possessions();
        let lab = Lab::tcp(settings(mode));
        let streams: Vec<TcpStream> = (0..if mode == Mode::Iterative { 1 } else { 3 }).map(|_| lab.connect()).collect();
        for stream in &streams {
            echo(stream, b"x");
        }
        let tally = Arc::clone(&lab.tally);
        lab.stop.ask();
        for stream in &streams {
            let (bytes, end) = read_all(stream);
            assert!(bytes.is_empty() && end.is_ok(), "{end:?}");
        }
        drop(streams.iter().map(TcpStream::peer_addr).collect::<Vec<_>>());
        let count = streams.len();
        for number in 1..=count as u64 {
            lab.assert_end(number, End::Stopped);
        }
        lab.join();
        drop(streams);
        // A thread that was joined may still be on its way out of /proc.
        until(LIMIT, || (possessions() == before).then_some(())).unwrap_or_else(|| panic!("{:?}", possessions()));
        assert_eq!(Tally::of(&tally.clients), count as u64);
    });
}

#[test]
fn nobody_keeps_a_server_from_ending() {
    each(&EVERY_MODE, "nobody_keeps_a_server_from_ending", |mode| {
        let lab = Lab::tcp(settings(mode));
        let deaf = lab.connect();
        deaf.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
        let bytes = vec![b'a'; 1 << 16];
        while (&deaf).write_all(&bytes).is_ok() {}
        let over = AtomicBool::new(false);
        let flooding = (mode != Mode::Iterative).then(|| lab.connect());
        thread::scope(|scope| {
            if let Some(stream) = &flooding {
                scope.spawn(|| {
                    let mut writer: &TcpStream = stream;
                    while writer.write_all(&bytes).is_ok() {
                        if over.load(Ordering::SeqCst) {
                            return;
                        }
                    }
                });
                scope.spawn(|| {
                    let mut reader: &TcpStream = stream;
                    let mut buffer = vec![0; 1 << 16];
                    while matches!(reader.read(&mut buffer), Ok(1..)) {}
                });
            }
            lab.wait_for_clients(1 + usize::from(flooding.is_some()));
            lab.finish();
            over.store(true, Ordering::SeqCst);
        });
    });
}

#[test]
fn a_line_goes_to_the_others() {
    let modes = [Mode::Threads, Mode::Poll, Mode::Epoll];
    each(&modes, "a_line_goes_to_the_others", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let streams = [lab.connect(), lab.connect(), lab.connect()];
        lab.wait_for_clients(3);
        (&streams[0]).write_all(b"bonjour\nsal").unwrap();
        assert_eq!(read(&streams[1], 8), b"bonjour\n");
        assert_eq!(read(&streams[2], 8), b"bonjour\n");
        (&streams[1]).write_all(b"oui\n").unwrap();
        assert_eq!(read(&streams[0], 4), b"oui\n");
        assert_eq!(read(&streams[2], 4), b"oui\n");
        (&streams[0]).write_all(b"ut\n").unwrap();
        assert_eq!(read(&streams[1], 6), b"salut\n");
        lab.finish();
    });
}

#[test]
fn who_does_not_read_does_not_fill_the_memory_of_a_loop() {
    let modes = [Mode::Threads, Mode::Poll, Mode::Epoll];
    each(&modes, "who_does_not_read_does_not_fill_the_memory_of_a_loop", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let (talker, deaf) = (lab.connect(), lab.connect());
        lab.wait_for_clients(2);
        let before = resident();
        let mut line = vec![b'a'; 65_535];
        line.push(b'\n');
        for _ in 0..1000 {
            (&talker).write_all(&line).unwrap();
        }
        drop(talker);
        lab.gone(1);
        assert!(resident() < before + (32 << 20), "{} {}", before, resident());
        drop(deaf);
        lab.finish();
    });
}

/// Bytes of memory of this process.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[test]
fn an_endless_line_is_not_kept() {
    each(&EVERY_MODE, "an_endless_line_is_not_kept", |mode| {
        let lab = Lab::tcp(with(mode, Chat::default()));
        let stream = lab.connect();
        let piece = vec![b'a'; 1 << 20];
        // A gigabyte where time is given.
        let pieces: u64 = if everything() { 1024 } else { 16 };
        let before = resident();
        for _ in 0..pieces {
            (&stream).write_all(&piece).unwrap();
        }
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(read_all(&stream).0.is_empty());
        assert_eq!(lab.gone(1).received, pieces << 20);
        assert!(resident() < before + (8 << 20), "{} {}", before, resident());
        lab.finish();
    });
}

#[test]
fn fragments_are_small_and_slow_ones_wait() {
    each(&EVERY_MODE, "fragments_are_small_and_slow_ones_wait", |mode| {
        let pause = Duration::from_millis(3);
        let lab = Lab::tcp(greeting(
            mode,
            Misbehaviours { fragment: Some(2), slow: Some(pause), ..Misbehaviours::default() },
        ));
        let began = Instant::now();
        let stream = lab.connect();
        assert_eq!(read(&stream, 6), b"abcdef");
        assert!(began.elapsed() >= pause * 3);
        lab.wait_for_note(&PeerNote::Misbehaves {
            misbehaviour: Misbehaviour::Slow { milliseconds: 3 },
            client: Some(1),
        });
        lab.wait_for_note(&PeerNote::Misbehaves { misbehaviour: Misbehaviour::Fragment { bytes: 2 }, client: Some(1) });
        let events = lab.finish();
        let sizes: Vec<&Value> = calls(&events, "send").map(|call| &call.arguments[2]).collect();
        assert_eq!(sizes, [&Value::Number(2); 3]);
    });
}

#[test]
fn connections_are_cut_as_asked() {
    each(&EVERY_MODE, "connections_are_cut_as_asked", |mode| {
        let lab = Lab::tcp(greeting(mode, Misbehaviours { close_after: Some(3), ..Misbehaviours::default() }));
        let (bytes, end) = read_all(&lab.connect());
        assert!(bytes == b"abc" && end.is_ok());
        lab.assert_end(1, End::ByUs);
        lab.finish();
        let lab = Lab::tcp(greeting(mode, Misbehaviours { reset_after: Some(3), ..Misbehaviours::default() }));
        let (bytes, end) = read_all(&lab.connect());
        assert_eq!((bytes, end.unwrap_err().kind()), (b"abc".to_vec(), ErrorKind::ConnectionReset));
        lab.assert_end(1, End::ResetByUs);
        lab.finish();
    });
}

#[test]
fn who_is_never_read_cannot_send_for_ever() {
    each(&EVERY_MODE, "who_is_never_read_cannot_send_for_ever", |mode| {
        let lab = Lab::tcp(greeting(mode, Misbehaviours { never_read: true, ..Misbehaviours::default() }));
        let mut stream = lab.connect();
        assert_eq!(read(&stream, 6), b"abcdef");
        stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        let bytes = vec![b'a'; 1 << 16];
        let error = loop {
            if let Err(error) = stream.write(&bytes) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        // Its FIN would wait behind what it could not send; its RST does not.
        reset(stream);
        let gone = lab.gone(1);
        assert_eq!((gone.received, gone.end), (0, End::ResetByPeer));
        let stream = lab.connect();
        assert_eq!(read(&stream, 6), b"abcdef");
        drop(stream);
        lab.assert_end(2, End::ByPeer);
        // One that stays until the end.
        let stream = lab.connect();
        assert_eq!(read(&stream, 6), b"abcdef");
        lab.finish();
        assert!(read_all(&stream).1.is_ok());
    });
}

#[test]
fn one_client_is_dropped() {
    each(&EVERY_MODE, "one_client_is_dropped", |mode| {
        let misbehaviours = Misbehaviours { drop_client: Some(2), ..Misbehaviours::default() };
        let lab = Lab::tcp(Settings { misbehaviours, ..settings(mode) });
        assert_eq!(exchange(&lab.connect(), b"un"), b"un");
        let (bytes, end) = read_all(&lab.connect());
        assert!(bytes.is_empty() && end.is_ok());
        assert_eq!(exchange(&lab.connect(), b"trois"), b"trois");
        lab.finish();
    });
}

#[test]
fn accept_comes_late() {
    each(&EVERY_MODE, "accept_comes_late", |mode| {
        let misbehaviours = Misbehaviours { delay_accept: Some(Duration::from_millis(5)), ..Misbehaviours::default() };
        let lab = Lab::tcp(Settings { misbehaviours, ..settings(mode) });
        for number in 1..=2 {
            let began = Instant::now();
            assert_eq!(exchange(&lab.connect(), b"x"), b"x");
            assert!(began.elapsed() >= Duration::from_millis(5));
            lab.assert_end(number, End::ByPeer);
        }
        let events = lab.finish();
        let late = |event: &&Event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::Misbehaves { .. } }));
        assert_eq!(events.iter().filter(late).count(), 2);
    });
}

#[test]
fn accept_never_comes() {
    each(&EVERY_MODE, "accept_never_comes", |mode| {
        let misbehaviours = Misbehaviours { never_accept: true, ..Misbehaviours::default() };
        let endpoint = Endpoint::Tcp((Ipv4Addr::LOCALHOST, 0).into());
        let lab = Lab::start(Settings { misbehaviours, ..settings(mode) }, (endpoint, 1));
        lab.wait_for_note(&PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverAccept, client: None });
        let address: SocketAddr = lab.inet();
        let mut inside = Vec::new();
        let error = loop {
            match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
                Ok(stream) => inside.push(stream),
                Err(error) => break error,
            }
        };
        assert!(inside.len() == 2 && error.kind() == ErrorKind::TimedOut, "{inside:?} {error}");
        let events = lab.finish();
        assert_eq!(calls(&events, "accept").count(), 0);
    });
}

#[test]
fn many_clients_at_once() {
    // A thousand where time is given.
    let count: usize = if everything() { 1000 } else { 200 };
    each(&CONCURRENT, "many_clients_at_once", |mode| {
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, most.min(10_000), most).unwrap();
        let lab = Lab::tcp(settings(mode));
        let streams: Vec<TcpStream> = (0..count).map(|_| lab.connect()).collect();
        for mut stream in &streams {
            stream.write_all(b"mille").unwrap();
        }
        for stream in &streams {
            assert_eq!(read(stream, 5), b"mille");
        }
        let tally = Arc::clone(&lab.tally);
        lab.stop.ask();
        for stream in &streams {
            assert!(read_all(stream).1.is_ok());
        }
        lab.join();
        assert_eq!(Tally::of(&tally.clients), count as u64);
        assert!(possessions().2);
    });
}

#[test]
fn no_descriptor_left_is_told_and_survived() {
    let modes = [Mode::Threads, Mode::Poll, Mode::Epoll];
    each(&modes, "no_descriptor_left_is_told_and_survived", |mode| {
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        let lab = Lab::tcp(settings(mode));
        let new = || socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        // Sleeping in its only call, the server holds all the descriptors that it needs before a client comes.
        lab.wait_for(|event| matches!(event, Event::Actor(ActorEvent::Call(call)) if call.call.as_ref().is_some_and(|call| ["accept", "poll", "epoll_wait"].contains(&call.name.as_str()))));
        let clients: Vec<socket2::Socket> = (0..4).map(|_| new()).collect();
        // Two more, wherever the next free numbers are.
        let probes = [new(), new()];
        let limit = u64::try_from(probes[1].as_raw_fd() + 1).unwrap();
        drop(probes);
        setrlimit(Resource::RLIMIT_NOFILE, limit, hard).unwrap();
        let address = lab.inet().into();
        let mut streams = Vec::new();
        for client in clients {
            client.connect(&address).unwrap();
            streams.push(TcpStream::from(client));
        }
        lab.wait_for_note(&PeerNote::NoDescriptorLeft { limit });
        echo(&streams[0], b"a");
        echo(&streams[1], b"b");
        streams.remove(0);
        echo(&streams[1], b"c");
        streams.remove(0);
        echo(&streams[1], b"d");
        setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
        let events = lab.finish();
        let refused = calls(&events, "accept").count();
        assert!(refused < 20, "{refused} calls: spun");
    });
}

#[test]
fn socket_files_work() {
    each(&EVERY_MODE, "socket_files_work", |mode| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let lab = Lab::start(settings(mode), (Endpoint::Unix(path.clone()), 10));
        let sent = mebibyte();
        assert!(exchange(&UnixStream::connect(&path).unwrap(), &sent) == sent);
        assert_eq!(lab.gone(1).address, "");
        let stream = UnixStream::connect(&path).unwrap();
        lab.wait_for_clients(2);
        lab.finish();
        assert_eq!((&stream).read(&mut [0; 8]).unwrap(), 0);
    });
}

#[test]
fn the_silent_say_nothing() {
    each(&EVERY_MODE, "the_silent_say_nothing", |mode| {
        let lab = Lab::tcp(with(mode, Silent));
        assert!(exchange(&lab.connect(), b"?").is_empty());
        assert_eq!(lab.gone(1).received, 1);
        lab.finish();
    });
}

#[test]
fn what_wakes_a_sleeper_at_the_end_is_told_as_the_kernel_gave_it() {
    each(&[Mode::Poll, Mode::Epoll], "what_wakes_a_sleeper_at_the_end_is_told_as_the_kernel_gave_it", |mode| {
        let lab = Lab::tcp(settings(mode));
        let stream = lab.connect();
        echo(&stream, b"x");
        let asleep = |events: &[Event]| calls(events, "poll").chain(calls(events, "epoll_wait")).count() >= 3;
        lab.wait(|events| asleep(events).then_some(()));
        let events = lab.finish();
        let wake = events.iter().find_map(|event| match event {
            Event::Peer(PeerEvent::Note { note: PeerNote::WakePipe { fd } }) => Some(*fd),
            _ => None,
        });
        let wake = format!("{{fd={}", wake.unwrap());
        let told: Vec<String> = events
            .iter()
            .filter_map(|event| match event {
                Event::Actor(ActorEvent::Returned(Returned { call: Some(call), outcome, .. })) => {
                    Some(format!("{}{}", format_call(call), format_outcome(call.name, outcome)))
                }
                _ => None,
            })
            .collect();
        let waits = told.iter().filter(|line| line.starts_with("poll") || line.starts_with("epoll_wait"));
        let endless: Vec<&String> = waits.filter(|line| line.contains(", -1) = ")).collect();
        assert!(endless.iter().all(|line| !line.ends_with(" = 0")), "an endless wait gives something: {endless:#?}");
        let woken = endless.last().unwrap();
        assert!(woken.contains(&wake) && woken.ends_with(", -1) = 1"), "{woken}");
        // What gives recv nothing, once nobody may say more, is a call like another.
        let shut = told.iter().position(|line| line.ends_with("SHUT_RD) = 0")).expect("shutdown is told");
        let end = told.iter().position(|line| line.starts_with("recv") && line.ends_with(" = 0")).unwrap();
        assert!(shut < end, "{told:#?}");
        drop(stream);
    });
}
