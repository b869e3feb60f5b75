//! The library part of `socketlab connect`, against plain sockets of the standard library.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::support::network::private;
use crate::support::{LIMIT, not_run, root, until};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use socket2::{Domain, Socket, Type};
use socketlab::event::peer::{Attempt, End, PeerNote};
use socketlab::event::{ActorEvent, Event, PeerEvent};
use socketlab::peer::caller::Caller;
use socketlab::peer::client::{Family, Finished, Handle, Refusal, Settings, Target, Trouble, run};
use socketlab::peer::event_channel::{EventReceiver, EventSender, Received, channel};
use socketlab::peer::stop::Stop;
use socketlab::peer::tally::Tally;
use socketlab::syscall::call::Outcome;
use socketlab::syscall::notation::{format_call, format_outcome};

const SOON: Duration = Duration::from_millis(200);

pub(crate) fn inet(address: SocketAddr) -> Settings {
    named(&address.ip().to_string(), address.port())
}

fn named(host: &str, port: u16) -> Settings {
    Settings::to(Target::Inet { host: host.to_owned(), port, family: Family::Any, udp: false })
}

fn udp(address: SocketAddr) -> Settings {
    let Target::Inet { host, port, family, .. } = inet(address).target else { unreachable!() };
    Settings::to(Target::Inet { host, port, family, udp: true })
}

/// What was told, as the notation writes it, and the rest.
pub(crate) struct Told {
    pub(crate) finished: Finished,
    events: Vec<Event>,
}

impl Told {
    /// `connect(3, {AF_INET, 127.0.0.1:9}, 16) = -1 ECONNREFUSED`, each call in the order of its end.
    fn lines(&self) -> Vec<String> {
        let line = |event: &Event| match event {
            Event::Actor(ActorEvent::Returned(returned)) => {
                let call = returned.call.as_ref()?;
                Some(format!("{}{}", format_call(call), format_outcome(call.name, &returned.outcome)))
            }
            _ => None,
        };
        self.events.iter().filter_map(line).collect()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.lines().iter().map(|line| line.split('(').next().unwrap_or_default().to_owned()).collect()
    }

    fn line(&self, start: &str) -> String {
        let lines = self.lines();
        lines.iter().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {lines:#?}")).clone()
    }

    /// Those about the conversation: not what wakes poll.
    pub(crate) fn notes(&self) -> Vec<PeerNote> {
        let note = |event: &Event| match event {
            Event::Peer(PeerEvent::Note { note: PeerNote::WakePipe { .. } }) => None,
            Event::Peer(PeerEvent::Note { note }) => Some(note.clone()),
            _ => None,
        };
        self.events.iter().filter_map(note).collect()
    }
}

fn narrated(limit: usize) -> (Caller, EventReceiver) {
    let (events, receiver) = channel(limit, &Arc::new(Tally::default()));
    (Caller::new(events, "client".into()), receiver)
}

fn drain(receiver: &EventReceiver) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        match receiver.receive(LIMIT) {
            Received::Event(event) => events.push(*event),
            Received::Nothing => panic!("a sender is left"),
            Received::End => return events,
        }
    }
}

pub(crate) fn played(settings: &Settings) -> Told {
    let (caller, receiver) = narrated(100_000);
    let finished = run(settings, &caller, &Stop::new().unwrap()).unwrap();
    drop(caller);
    Told { finished, events: drain(&receiver) }
}

/// Runs the client untold.
fn silent(settings: &Settings) -> Finished {
    let caller = Caller::new(EventSender::disconnected(&Arc::new(Tally::default())), "client".into());
    run(settings, &caller, &Stop::new().unwrap()).unwrap()
}

pub(crate) fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Plays the client against one connection.
pub(crate) fn against<T: Send>(
    serve: impl FnOnce(TcpStream) -> T + Send,
    prepare: impl FnOnce(&mut Settings),
) -> (Told, T) {
    let (listener, address) = listener();
    let mut settings = inet(address);
    prepare(&mut settings);
    thread::scope(|scope| {
        let server = scope.spawn(move || serve(listener.accept().unwrap().0));
        let told = played(&settings);
        (told, server.join().unwrap())
    })
}

fn everything(mut stream: TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    received
}

fn keyboard(text: &[u8]) -> Handle {
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(text).unwrap();
    Box::new(reader)
}

/// A free port where nothing listens.
fn closed_port() -> SocketAddr {
    listener().1
}

/// A file system of one's own in which these files hold these texts; false where that is refused.
fn with_files(files: &[(&str, &str)]) -> bool {
    if !root() || unshare(CloneFlags::CLONE_NEWNS).is_err() {
        not_run("montages privés refusés");
        return false;
    }
    let none: Option<&str> = None;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).unwrap();
    for (path, text) in files {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        mount(Some(file.path()), *path, none, MsFlags::MS_BIND, none).unwrap();
    }
    true
}

#[test]
fn each_address_of_a_name_is_tried() {
    private("each_address_of_a_name_is_tried", || {
        if !with_files(&[("/etc/hosts", "::1 localhost\n127.0.0.1 localhost\n")]) {
            return;
        }
        let (listener, address) = listener();
        let port = address.port();
        let settings = named("localhost", port);
        let told = thread::scope(|scope| {
            scope.spawn(move || drop(listener.accept().unwrap()));
            played(&settings)
        });
        assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Connected, Some(End::ByPeer)));
        let lines = told.lines();
        let entry = |family: &str, ip: &str| {
            format!("{{ai_family={family}, ai_socktype=SOCK_STREAM, ai_addr={{{family}, {ip}:{port}}}}}")
        };
        let list = [entry("AF_INET6", "[::1]"), entry("AF_INET", "127.0.0.1")].join(", ");
        let expected = [
            format!(
                "getaddrinfo(\"localhost\", \"{port}\", {{ai_family=AF_UNSPEC, ai_socktype=SOCK_STREAM}}, [{list}]) = 0"
            ),
            "socket(AF_INET6, SOCK_STREAM, 0) = ".into(),
            "connect(".into(),
            "close(".into(),
            "socket(AF_INET, SOCK_STREAM, 0) = ".into(),
            "connect(".into(),
            "getsockname(".into(),
        ];
        for (line, start) in lines.iter().zip(&expected) {
            assert!(line.starts_with(start), "{line}\n{start}");
        }
        assert!(lines[2].contains(&format!("{{AF_INET6, [::1]:{port}}}, 28) = -1 ECONNREFUSED")), "{}", lines[2]);
        assert!(lines[5].ends_with(&format!("{{AF_INET, 127.0.0.1:{port}}}, 16) = 0")), "{}", lines[5]);
        assert!(matches!(&told.notes()[..], [PeerNote::PortChosenByKernel { address }] if address.starts_with("127.")));
    });
}

#[test]
fn a_family_limits_the_addresses() {
    let address = closed_port();
    let mut settings = inet(address);
    let Target::Inet { host, port, udp, .. } = settings.target else { unreachable!() };
    settings.target = Target::Inet { host, port, family: Family::V6, udp };
    let told = played(&settings);
    assert_eq!(told.finished.attempt, Attempt::Unresolved);
    assert!(told.line("getaddrinfo").ends_with("= -9 EAI_ADDRFAMILY"), "{}", told.line("getaddrinfo"));
}

#[test]
fn refused() {
    private("refused", || {
        let told = played(&Settings { expect: Some(b"x".to_vec()), ..inet(closed_port()) });
        assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Refused, None));
        assert_eq!(told.finished.expected, Some(false));
        assert_eq!(told.calls(), ["getaddrinfo", "socket", "connect", "close"]);
    });
}

/// A listener whose queue is full, and what fills it.
fn full() -> (Socket, SocketAddr, TcpStream) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let filling = TcpStream::connect(address).unwrap();
    (listener, address, filling)
}

#[test]
fn nobody_answers() {
    private("nobody_answers", || {
        let (_listener, address, _filling) = full();
        let told = played(&Settings { timeout: Some(SOON), ..inet(address) });
        assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Silent, None));
        assert_eq!(told.calls(), ["getaddrinfo", "socket", "fcntl", "connect", "poll", "close"]);
        assert!(told.line("connect").ends_with("= -1 EINPROGRESS"));
        assert!(told.line("poll").ends_with("events=POLLIN, revents=0}], 2, 200) = 0"), "{}", told.line("poll"));
    });
}

#[test]
fn a_timeout_lets_a_connection_through() {
    let (told, ()) = against(drop, |settings| settings.timeout = Some(LIMIT));
    assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Connected, Some(End::ByPeer)));
    let lines = told.lines();
    let (first, last) = (told.line("fcntl"), lines.iter().rfind(|line| line.starts_with("fcntl")).unwrap());
    assert!(first.ends_with("F_SETFL, O_NONBLOCK) = 0") && last.ends_with("F_SETFL, 0) = 0"), "{first}{last}");
}

#[test]
fn a_timeout_tells_refused_from_silent() {
    private("a_timeout_tells_refused_from_silent", || {
        let finished = silent(&Settings { timeout: Some(LIMIT), ..inet(closed_port()) });
        assert_eq!(finished.attempt, Attempt::Refused);
    });
}

#[test]
fn no_way_leads_there() {
    private("no_way_leads_there", || {
        let told = played(&named("192.0.2.1", 80));
        assert_eq!(told.finished.attempt, Attempt::Unreachable);
        assert!(told.line("connect").ends_with("= -1 ENETUNREACH"));
    });
}

#[test]
fn no_address() {
    private("no_address", || {
        let told = played(&named("nobody.invalid", 80));
        assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Unresolved, None));
        let unresolved = |event: &Event| matches!(event, Event::Actor(ActorEvent::Returned(it)) if matches!(it.outcome, Outcome::Unresolved(_)));
        assert!(told.events.iter().any(unresolved));
        assert_eq!(told.calls(), ["getaddrinfo"]);
    });
}

#[test]
fn the_port_of_this_end() {
    private("the_port_of_this_end", || {
        let free = closed_port().port();
        let serve = |stream: TcpStream| stream.peer_addr().unwrap().port();
        let (told, port) = against(serve, |settings| settings.bind = Some(free));
        assert_eq!(port, free);
        assert_eq!(told.notes(), [PeerNote::PortChosen { port: free }]);
        assert!(told.line("bind").ends_with(&format!("{{AF_INET, 0.0.0.0:{free}}}, 16) = 0")));
        let (_taken, address) = listener();
        let (_listener, server) = listener();
        let told = played(&Settings { bind: Some(address.port()), ..inet(server) });
        assert_eq!(told.finished.attempt, Attempt::Impossible);
        assert!(told.line("bind").ends_with("= -1 EADDRINUSE"));
        assert_eq!(told.calls(), ["getaddrinfo", "socket", "bind", "close"]);
    });
}

#[test]
fn the_end_of_input_is_a_half_close() {
    let serve = |mut stream: TcpStream| {
        let received = everything(stream.try_clone().unwrap());
        stream.write_all(b"merci").unwrap();
        received
    };
    let output = tempfile::NamedTempFile::new().unwrap();
    let (told, received) = against(serve, |settings| {
        settings.send = Some(b"un ".to_vec());
        settings.input = Some(keyboard(b"deux\n"));
        settings.output = Some(Box::new(output.reopen().unwrap()));
    });
    assert_eq!(received, b"un deux\n");
    assert_eq!(std::fs::read(output.path()).unwrap(), b"merci");
    assert_eq!((told.finished.end, told.finished.received, told.finished.sent), (Some(End::ByPeer), 5, 8));
    assert!(told.notes().contains(&PeerNote::InputEnded));
    assert!(told.line("shutdown").contains("SHUT_WR"));
    assert!(told.line("read").contains("\"deux\\n\""), "{}", told.line("read"));
    let data = told.events.iter().find_map(|event| match event {
        Event::Peer(PeerEvent::Data(data)) => Some((data.peer.clone(), data.offset, data.bytes.clone())),
        _ => None,
    });
    assert_eq!(data, Some((None, 0, b"merci".to_vec())));
}

#[test]
fn a_closed_keyboard_is_an_ended_one() {
    let (told, received) =
        against(everything, |settings| settings.input = Some(Box::new(File::open("/dev/null").unwrap())));
    assert_eq!((received, told.finished.end), (vec![], Some(End::ByPeer)));
}

#[test]
fn a_half_close_leaves_the_keyboard_alone() {
    let (_reader, writer) = io::pipe().unwrap();
    let (told, received) = against(everything, |settings| {
        settings.send = Some(b"fini".to_vec());
        settings.half_close = true;
        // Reading it would fail: it is the wrong end.
        settings.input = Some(Box::new(writer));
    });
    assert_eq!((received, told.finished.end), (b"fini".to_vec(), Some(End::ByPeer)));
    assert!(!told.calls().contains(&"read".to_owned()) && !told.notes().contains(&PeerNote::InputEnded));
}

/// So many bytes, none like its neighbours.
fn sample(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from((place * 7 + place / 253) % 251).unwrap()).collect()
}

fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Sends everything back, and reads nothing while that waits.
fn echo(mut stream: TcpStream) {
    let mut back = stream.try_clone().unwrap();
    io::copy(&mut stream, &mut back).unwrap();
}

#[test]
fn an_echo_of_ten_mebibytes_does_not_stand_still() {
    let content = sample(10 << 20);
    let (file, output) = (file_of(&content), tempfile::NamedTempFile::new().unwrap());
    let (listener, address) = listener();
    let settings = Settings {
        send_file: Some(file.path().to_owned()),
        half_close: true,
        output: Some(Box::new(output.reopen().unwrap())),
        ..inet(address)
    };
    thread::scope(|scope| {
        scope.spawn(move || echo(listener.accept().unwrap().0));
        let finished = silent(&settings);
        assert_eq!((finished.end, finished.received, finished.sent), (Some(End::ByPeer), 10 << 20, 10 << 20));
    });
    assert!(std::fs::read(output.path()).unwrap() == content);
}

#[test]
fn pipes_on_both_sides() {
    let content = sample(3 << 20);
    let (listener, address) = listener();
    let ((input, mut feed), (mut drained, output)) = (io::pipe().unwrap(), io::pipe().unwrap());
    let settings = Settings { input: Some(Box::new(input)), output: Some(Box::new(output)), ..inet(address) };
    let received = thread::scope(|scope| {
        scope.spawn(move || echo(listener.accept().unwrap().0));
        scope.spawn(|| {
            feed.write_all(&content).unwrap();
            drop(feed);
        });
        let reading = scope.spawn(move || {
            let mut received = Vec::new();
            drained.read_to_end(&mut received).unwrap();
            received
        });
        let finished = silent(&settings);
        assert_eq!(finished.end, Some(End::ByPeer));
        drop(settings);
        reading.join().unwrap()
    });
    assert!(received == content);
}

#[test]
fn nobody_reads_the_output_any_more() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let serve = |mut stream: TcpStream| stream.write_all(b"x").and_then(|()| stream.read(&mut [0]));
    let (told, _) = against(serve, |settings| settings.output = Some(Box::new(writer)));
    assert_eq!(told.finished.end, Some(End::GaveUp));
    assert!(
        matches!(&told.finished.results[0].trouble, Some(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe)
    );
}

#[test]
fn what_is_expected_comes_in_pieces() {
    let serve = |mut stream: TcpStream| {
        stream.set_nodelay(true).unwrap();
        for piece in [&b"220 bon"[..], b"jo", b"ur\r\n"] {
            stream.write_all(piece).unwrap();
        }
        stream.read(&mut [0; 8]).map_err(|error| error.kind())
    };
    let (told, end) = against(serve, |settings| settings.expect = Some(b"bonjour".to_vec()));
    assert_eq!((told.finished.end, told.finished.expected), (Some(End::ByUs), Some(true)));
    assert!(told.notes().contains(&PeerNote::ExpectedSeen { offset: 4 }));
    assert!(matches!(end, Ok(0) | Err(io::ErrorKind::ConnectionReset)), "{end:?}");
}

#[test]
fn what_is_expected_never_comes() {
    let (told, ()) = against(
        |mut stream: TcpStream| stream.write_all(b"bonsoir").unwrap(),
        |settings| settings.expect = Some(b"bonjour".to_vec()),
    );
    assert_eq!((told.finished.end, told.finished.expected), (Some(End::ByPeer), Some(false)));
}

fn request_to(listener: &TcpListener, target: Settings) -> String {
    let settings = Settings { http: Some("/a?b=1".into()), input: Some(keyboard(b"never sent")), ..target };
    let request = thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let mut stream = listener.accept().unwrap().0;
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            request
        });
        let finished = silent(&settings);
        assert_eq!((finished.end, finished.received), (Some(End::ByPeer), 27));
        serving.join().unwrap()
    });
    String::from_utf8(request).unwrap()
}

#[test]
fn the_bytes_of_a_request() {
    let end =
        format!("User-Agent: socketlab/{}\r\nAccept: */*\r\nConnection: close\r\n\r\n", env!("CARGO_PKG_VERSION"));
    let (listener, address) = listener();
    let request = request_to(&listener, inet(address));
    assert_eq!(request, format!("GET /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{end}", address.port()));
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else { return not_run("IPv6 manque") };
    let port = listener.local_addr().unwrap().port();
    let request = request_to(&listener, named("::1", port));
    assert_eq!(request, format!("GET /a?b=1 HTTP/1.1\r\nHost: [::1]:{port}\r\n{end}"));
}

#[test]
fn what_cannot_begin() {
    let caller = Caller::new(EventSender::disconnected(&Arc::new(Tally::default())), "client".into());
    let refusal = |settings: Settings| run(&settings, &caller, &Stop::new().unwrap()).unwrap_err();
    let target = || named("localhost", 1);
    let http = |path: &str| Settings { http: Some(path.to_owned()), ..target() };
    assert!(matches!(refusal(http("/a\r\nX: y")), Refusal::HttpPath { position: 2 }));
    assert!(matches!(refusal(http("")), Refusal::EmptyHttpPath));
    let file = |path: &str| Settings { send_file: Some(path.into()), ..target() };
    assert!(matches!(refusal(file("/nowhere/at all")), Refusal::File { .. }));
    assert!(matches!(refusal(file("/tmp")), Refusal::File { error, .. } if error.raw_os_error() == Some(libc::EISDIR)));
    let long = Settings::to(Target::Unix("/".repeat(200).into()));
    assert!(matches!(refusal(long), Refusal::SocketPath { .. }));
}

#[test]
fn a_reset_is_seen_by_the_peer() {
    let serve = |mut stream: TcpStream| {
        let mut received = [0; 16];
        let count = stream.read(&mut received).unwrap();
        stream.write_all(&received[..count]).unwrap();
        stream.read(&mut received).map_err(|error| error.raw_os_error())
    };
    let (told, end) = against(serve, |settings| {
        settings.send = Some(b"salut".to_vec());
        settings.reset = true;
    });
    assert_eq!(end, Err(Some(libc::ECONNRESET)));
    assert_eq!((told.finished.end, told.finished.received), (Some(End::ResetByUs), 5));
    assert!(told.line("setsockopt").contains("SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0"));
    let (told, end) = against(
        |mut stream: TcpStream| stream.read(&mut [0]).map_err(|error| error.raw_os_error()),
        |settings| settings.reset = true,
    );
    assert_eq!((told.finished.end, end), (Some(End::ResetByUs), Err(Some(libc::ECONNRESET))));
}

#[test]
fn a_reset_waits_for_what_is_expected_or_for_the_timeout() {
    let serve = |mut stream: TcpStream| {
        stream.write_all(b"pas encore").unwrap();
        let sent = stream.read_exact(&mut [0]);
        stream.write_all(b" oui").unwrap();
        (sent.is_ok(), stream.read(&mut [0]).map_err(|error| error.raw_os_error()))
    };
    let (told, end) = against(serve, |settings| {
        settings.send = Some(b"?".to_vec());
        settings.expect = Some(b"oui".to_vec());
        settings.reset = true;
    });
    assert_eq!((told.finished.end, told.finished.expected), (Some(End::ResetByUs), Some(true)));
    assert_eq!(end, (true, Err(Some(libc::ECONNRESET))));
    let mute = |mut stream: TcpStream| {
        (stream.read_exact(&mut [0]).is_ok(), stream.read(&mut [0]).map_err(|error| error.raw_os_error()))
    };
    let (told, end) = against(mute, |settings| {
        settings.send = Some(b"?".to_vec());
        settings.timeout = Some(SOON);
        settings.reset = true;
    });
    assert_eq!((told.finished.end, end), (Some(End::ResetByUs), (true, Err(Some(libc::ECONNRESET)))));
}

#[test]
fn fragments_and_pauses() {
    let (told, received) = against(everything, |settings| {
        settings.send = Some(b"salut".to_vec());
        settings.fragment = Some(2);
        settings.slow = Some(Duration::from_millis(5));
        settings.half_close = true;
    });
    assert_eq!((received, told.finished.sent), (b"salut".to_vec(), 5));
    let sends: Vec<String> = told.lines().into_iter().filter(|line| line.starts_with("send")).collect();
    let pieces: Vec<&str> = sends.iter().map(|line| line.split('"').nth(1).unwrap()).collect();
    assert_eq!(pieces, ["sa", "lu", "t"]);
    let pauses = told.lines().iter().filter(|line| line.starts_with("poll") && line.ends_with(") = 0")).count();
    assert!(pauses >= 3, "{:#?}", told.lines());
}

#[test]
fn two_hundred_clients_at_once() {
    let (listener, address) = listener();
    let settings = Settings {
        send: Some(b"salut".to_vec()),
        expect: Some(b"salut".to_vec()),
        clients: 200,
        input: Some(keyboard(b"not theirs")),
        ..inet(address)
    };
    let told = thread::scope(|scope| {
        scope.spawn(|| {
            let streams: Vec<TcpStream> = (0..200).map(|_| listener.accept().unwrap().0).collect();
            for mut stream in streams {
                let mut text = [0; 5];
                stream.read_exact(&mut text).unwrap();
                stream.write_all(&text).unwrap();
            }
        });
        played(&settings)
    });
    let Finished { attempt, end, expected, received, sent, results, answer } = &told.finished;
    assert_eq!((*attempt, *end, *expected), (Attempt::Connected, Some(End::ByUs), Some(true)));
    assert_eq!(answer, &None);
    assert_eq!((*received, *sent, results.len()), (1000, 1000, 200));
    let named = |event: &Event| matches!(event, Event::Actor(ActorEvent::Call(call)) if call.actor == "client 200");
    assert!(told.events.iter().any(named));
    assert_eq!(told.calls().iter().filter(|name| *name == "getaddrinfo").count(), 1);
}

#[test]
fn of_many_clients_the_first_that_failed_is_told() {
    private("of_many_clients_the_first_that_failed_is_told", || {
        let finished = silent(&Settings { clients: 3, ..inet(closed_port()) });
        assert_eq!((finished.attempt, finished.end, finished.results.len()), (Attempt::Refused, None, 3));
    });
}

#[test]
fn a_datagram_comes_back() {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let settings = Settings {
        send: Some(b"un".to_vec()),
        input: Some(keyboard(b"deux\ntrois\nfin")),
        expect: Some(b"fin".to_vec()),
        ..udp(server.local_addr().unwrap())
    };
    let (told, datagrams) = thread::scope(|scope| {
        let serving = scope.spawn(move || {
            let mut datagrams = Vec::new();
            while datagrams.last() != Some(&b"fin".to_vec()) {
                let mut datagram = [0; 64];
                let (count, from) = server.recv_from(&mut datagram).unwrap();
                server.send_to(&datagram[..count], from).unwrap();
                datagrams.push(datagram[..count].to_vec());
            }
            datagrams
        });
        (played(&settings), serving.join().unwrap())
    });
    assert_eq!(datagrams, [&b"un"[..], b"deux\n", b"trois\n", b"fin"]);
    assert_eq!((told.finished.end, told.finished.expected), (Some(End::ByUs), Some(true)));
    assert!(told.notes().contains(&PeerNote::ExpectedSeen { offset: 0 }));
    assert!(!told.calls().contains(&"shutdown".to_owned()));
}

#[test]
fn an_empty_datagram_is_one() {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let settings = Settings { send: Some(Vec::new()), ..udp(server.local_addr().unwrap()) };
    let finished = thread::scope(|scope| {
        scope.spawn(|| {
            let (count, from) = server.recv_from(&mut [0; 8]).unwrap();
            server.send_to(b"vide", from).unwrap();
            assert_eq!(count, 0);
        });
        silent(&settings)
    });
    assert_eq!((finished.end, finished.received), (Some(End::ByUs), 4));
}

#[test]
fn a_datagram_is_refused() {
    private("a_datagram_is_refused", || {
        let told = played(&Settings { send: Some(b"?".to_vec()), ..udp(closed_port()) });
        assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Refused, None));
        assert!(told.lines().iter().any(|line| line.ends_with("= -1 ECONNREFUSED")), "{:#?}", told.lines());
        assert!(told.line("socket").contains("SOCK_DGRAM"));
    });
}

#[test]
fn a_datagram_gets_no_answer() {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = server.local_addr().unwrap();
    let finished = silent(&Settings { send: Some(b"?".to_vec()), timeout: Some(SOON), ..udp(address) });
    assert_eq!((finished.attempt, finished.end), (Attempt::Connected, Some(End::TooSlow)));
}

#[test]
fn a_socket_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let absent = played(&Settings::to(Target::Unix(path.clone())));
    assert_eq!(absent.finished.attempt, Attempt::Impossible);
    assert!(absent.line("connect").ends_with("= -1 ENOENT"));
    let listener = UnixListener::bind(&path).unwrap();
    let settings =
        Settings { send: Some(b"salut".to_vec()), half_close: true, ..Settings::to(Target::Unix(path.clone())) };
    let told = thread::scope(|scope| {
        scope.spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut back = stream.try_clone().unwrap();
            io::copy(&mut stream, &mut back).unwrap();
        });
        played(&settings)
    });
    assert_eq!((told.finished.end, told.finished.received), (Some(End::ByPeer), 5));
    assert_eq!(told.calls()[..3], ["socket", "connect", "send"]);
    assert_eq!(silent(&settings).attempt, Attempt::Refused);
}

/// A socket file whose queue is full, and what fills it.
fn full_file(path: &std::path::Path) -> (Socket, Socket) {
    let make = || Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    let (listener, filling) = (make(), make());
    let address = socket2::SockAddr::unix(path).unwrap();
    listener.bind(&address).unwrap();
    listener.listen(0).unwrap();
    filling.connect(&address).unwrap();
    (listener, filling)
}

#[test]
fn a_socket_file_that_nobody_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let _held = full_file(&path);
    let told = played(&Settings { timeout: Some(SOON), ..Settings::to(Target::Unix(path)) });
    assert_eq!(told.finished.attempt, Attempt::Silent);
    assert!(told.line("connect").ends_with("= -1 EAGAIN"));
    assert!(told.line("setsockopt").ends_with("SO_SNDTIMEO, {tv_sec=0, tv_usec=200000}, 16) = 0"));
}

#[test]
fn a_silent_peer_is_left() {
    let (told, _) = against(everything, |settings| {
        settings.send = Some(b"?".to_vec());
        settings.timeout = Some(SOON);
    });
    assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Connected, Some(End::TooSlow)));
}

#[test]
fn a_peer_that_resets() {
    let serve = |mut stream: TcpStream| {
        stream.read_exact(&mut [0]).unwrap();
        Socket::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
    };
    let (told, ()) = against(serve, |settings| settings.send = Some(b"?".to_vec()));
    assert_eq!(told.finished.end, Some(End::ResetByPeer));
    assert!(told.lines().iter().any(|line| line.ends_with("= -1 ECONNRESET")), "{:#?}", told.lines());
}

#[test]
fn what_the_peer_said_before_it_reset_is_read() {
    let (file, output) = (file_of(&sample(8 << 20)), tempfile::NamedTempFile::new().unwrap());
    let serve = |mut stream: TcpStream| {
        stream.read_exact(&mut [0; 1000]).unwrap();
        stream.write_all(b"413").unwrap();
    };
    let (told, ()) = against(serve, |settings| {
        settings.send_file = Some(file.path().to_owned());
        settings.output = Some(Box::new(output.reopen().unwrap()));
    });
    assert_eq!(told.finished.end, Some(End::ResetByPeer));
    assert_eq!(std::fs::read(output.path()).unwrap(), b"413");
}

#[test]
fn a_peer_that_ends_first_still_gets_the_file() {
    let content = sample(3 << 20);
    let file = file_of(&content);
    let serve = |stream: TcpStream| {
        stream.shutdown(Shutdown::Write).unwrap();
        everything(stream)
    };
    let (told, received) = against(serve, |settings| settings.send_file = Some(file.path().to_owned()));
    assert_eq!(told.finished.end, Some(End::ByPeer));
    assert!(received == content);
}

#[test]
fn a_file_that_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fifo");
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let (told, received) = thread::scope(|scope| {
        scope.spawn(|| File::options().write(true).open(&path).unwrap().write_all(b"tuyau").unwrap());
        against(everything, |settings| {
            settings.send_file = Some(path.clone());
            settings.half_close = true;
        })
    });
    assert_eq!((received, told.finished.end), (b"tuyau".to_vec(), Some(End::ByPeer)));
}

#[test]
fn hostile_bytes_are_passed_on_raw_and_told_whole() {
    let hostile = [&b"\x1b]0;x\x07\x00\xff\xfe"[..], "\u{202e}é".as_bytes(), b"\r\n"].concat();
    let output = tempfile::NamedTempFile::new().unwrap();
    let sent = hostile.clone();
    let (told, ()) = against(
        move |mut stream: TcpStream| stream.write_all(&sent).unwrap(),
        |settings| settings.output = Some(Box::new(output.reopen().unwrap())),
    );
    assert_eq!(std::fs::read(output.path()).unwrap(), hostile);
    assert!(told.lines().iter().all(|line| line.chars().all(|c| !c.is_control())), "{:?}", told.lines());
}

/// The memory of this process, in kibibytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_line_without_end_takes_no_memory() {
    // In a process of its own: the other tests' memory is not to be counted.
    crate::support::peer::alone("a_line_without_end_takes_no_memory", endless_line);
}

fn endless_line() {
    const LENGTH: u64 = 64 << 20;
    let (listener, address) = listener();
    let serving = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        io::copy(&mut io::repeat(b'x').take(LENGTH), &mut stream).unwrap();
    });
    // A narration that shows nothing: what is told must be bounded too.
    let (caller, _receiver) = narrated(1000);
    let before = resident();
    let finished = run(&inet(address), &caller, &Stop::new().unwrap()).unwrap();
    let grown = resident().saturating_sub(before);
    serving.join().unwrap();
    assert_eq!((finished.end, finished.received), (Some(End::ByPeer), LENGTH));
    assert!(grown < 16 << 10, "{grown} KiB");
}

/// Runs the client and asks it to stop once `ready` says so; it must then end by itself.
fn stopped(settings: &Settings, ready: impl FnOnce(&EventReceiver) + Send) -> Told {
    let (caller, receiver) = narrated(100_000);
    let stop = Stop::new().unwrap();
    let (sender, finished) = mpsc::channel();
    thread::scope(|scope| {
        let stop = &stop;
        scope.spawn(move || sender.send(run(settings, &caller, stop).unwrap()).unwrap());
        ready(&receiver);
        stop.ask();
        let finished = finished.recv_timeout(LIMIT).expect("the client does not stop");
        Told { finished, events: drain(&receiver) }
    })
}

/// Hears until this call begins.
fn wait_for_call(receiver: &EventReceiver, name: &str) {
    loop {
        match receiver.receive(LIMIT) {
            Received::Event(event) => match *event {
                Event::Actor(ActorEvent::Call(call))
                    if call.call.as_ref().is_some_and(|call| call.name.as_str() == name) =>
                {
                    return;
                }
                _ => {}
            },
            other => panic!("{name} never begins: {other:?}"),
        }
    }
}

#[test]
fn the_wish_to_end_during_a_resolution() {
    private("the_wish_to_end_during_a_resolution", || {
        if !with_files(&[("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:30\n")]) {
            return;
        }
        let mute = UdpSocket::bind((Ipv4Addr::LOCALHOST, 53)).unwrap();
        let told = stopped(&named("somebody.test", 80), |_| {
            mute.recv_from(&mut [0; 512]).unwrap();
        });
        assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Unresolved, Some(End::Stopped)));
    });
}

/// Waits until a connection of this thread's network is in SYN_SENT.
fn wait_for_syn() {
    let sent = || {
        let table = std::fs::read_to_string("/proc/thread-self/net/tcp").unwrap();
        table.lines().any(|line| line.split_whitespace().nth(3) == Some("02")).then_some(())
    };
    until(LIMIT, sent).expect("no SYN was sent");
}

#[test]
fn the_wish_to_end_during_a_connect() {
    private("the_wish_to_end_during_a_connect", || {
        for timeout in [None, Some(LIMIT)] {
            let (_listener, address, _filling) = full();
            let told = stopped(&Settings { timeout, ..inet(address) }, |_| wait_for_syn());
            assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Silent, Some(End::Stopped)));
            assert_eq!(told.calls().last().map(String::as_str), Some("close"));
        }
    });
}

#[test]
fn the_wish_to_end_during_a_connect_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let _held = full_file(&path);
    let told = stopped(&Settings::to(Target::Unix(path)), |receiver| wait_for_call(receiver, "connect"));
    assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Silent, Some(End::Stopped)));
}

#[test]
fn the_wish_to_end_during_a_conversation() {
    let (listener, address) = listener();
    let told = thread::scope(|scope| {
        let serving = scope.spawn(|| everything(listener.accept().unwrap().0));
        let told = stopped(&inet(address), |receiver| wait_for_call(receiver, "poll"));
        assert!(serving.join().unwrap().is_empty());
        told
    });
    assert_eq!((told.finished.attempt, told.finished.end), (Attempt::Connected, Some(End::Stopped)));
    // The pipe, the last of the two, woke it: that is told as it is.
    let (first, last) = ("events=POLLIN, revents=0}, ", "events=POLLIN, revents=POLLIN}], 2, -1) = 1");
    let line = told.line("poll");
    assert!(line.contains(first) && line.ends_with(last), "{line}");
    assert_eq!(told.calls(), ["poll", "close"]);
}

#[test]
fn the_wish_to_end_during_a_pause_and_before_a_peer_that_does_not_read() {
    let settings = |address| Settings { send_file: Some("/dev/zero".into()), ..inet(address) };
    let slow = |address| Settings { slow: Some(LIMIT * 100), ..settings(address) };
    for make in [&settings as &dyn Fn(SocketAddr) -> Settings, &slow] {
        let (listener, address) = listener();
        let (done, wait) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                let _unread = listener.accept().unwrap();
                let _ = wait.recv();
            });
            let told = stopped(&make(address), |receiver| {
                wait_for_call(receiver, "getsockname");
                wait_for_call(receiver, "poll");
            });
            assert_eq!(told.finished.end, Some(End::Stopped));
            drop(done);
        });
    }
}

#[test]
fn two_hundred_clients_stop() {
    let (listener, address) = listener();
    let settings = Settings { clients: 200, ..inet(address) };
    let told = thread::scope(|scope| {
        let serving = scope.spawn(|| (0..200).map(|_| listener.accept().unwrap().0).collect::<Vec<_>>());
        stopped(&settings, |_| drop(serving.join().unwrap()))
    });
    assert!(told.finished.results.iter().all(|result| result.end.is_some()));
}

#[test]
fn nothing_is_left_open() {
    let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let (listener, address) = listener();
    // Other tests open and close theirs at the same time: a leak is what a hundred turns leave.
    let before = count();
    for _ in 0..300 {
        let settings = Settings { send: Some(b"x".to_vec()), expect: Some(b"y".to_vec()), ..inet(address) };
        thread::scope(|scope| {
            scope.spawn(|| listener.accept().unwrap().0.write_all(b"y").unwrap());
            assert_eq!(silent(&settings).expected, Some(true));
        });
    }
    assert!(until(LIMIT, || (count() < before + 250).then_some(())).is_some());
}
