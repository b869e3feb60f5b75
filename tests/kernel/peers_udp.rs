//! The UDP server of `socketlab serve`, seen from outside by plain sockets.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::peer::{Lab, settings, with};
use crate::support::{LIMIT, network};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn, sendto};
use socketlab::event::misbehaviours::Misbehaviours;
use socketlab::event::peer::{Misbehaviour, Mode, PeerNote};
use socketlab::event::{ActorEvent, Event, PeerEvent};
use socketlab::peer::archive::Archive;
use socketlab::peer::caller::Caller;
use socketlab::peer::event_channel::EventSender;
use socketlab::peer::server::Settings;
use socketlab::peer::server::open::Endpoint;
use socketlab::peer::service::chat::Chat;
use socketlab::peer::service::greet::Greet;
use socketlab::peer::service::silent::Silent;
use socketlab::peer::tally::Tally;
use socketlab::syscall::call::{Call, Outcome};
use socketlab::syscall::name::Name;
use socketlab::syscall::notation::format_call;

fn udp(settings: Settings) -> Lab {
    Lab::start(settings, (Endpoint::Udp((Ipv4Addr::LOCALHOST, 0).into()), 0))
}

fn client(lab: &Lab) -> UdpSocket {
    let own: IpAddr = if lab.inet().is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
    let socket = UdpSocket::bind((own, 0)).unwrap();
    socket.connect(lab.inet()).unwrap();
    socket.set_read_timeout(Some(LIMIT)).unwrap();
    socket
}

fn receive(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = vec![0; 65_536];
    let count = socket.recv(&mut buffer).unwrap();
    buffer.truncate(count);
    buffer
}

fn ask(socket: &UdpSocket, text: &[u8]) -> Vec<u8> {
    socket.send(text).unwrap();
    receive(socket)
}

fn clients(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Peer(PeerEvent::Client(_)))).count()
}

fn notes(events: &[Event]) -> Vec<&PeerNote> {
    events
        .iter()
        .filter_map(|event| if let Event::Peer(PeerEvent::Note { note }) = event { Some(note) } else { None })
        .collect()
}

#[test]
fn datagrams_come_back_one_by_one() {
    let lab = udp(settings(Mode::Epoll));
    let (first, second) = (client(&lab), client(&lab));
    assert_eq!(ask(&first, b"un"), b"un");
    assert_eq!(ask(&second, b"deux"), b"deux");
    assert_eq!(ask(&first, b""), b"");
    let long = vec![7; 65_507];
    assert!(ask(&first, &long) == long);
    let events = lab.finish();
    assert_eq!(clients(&events), 2);
    let offsets: Vec<(u64, usize)> = events
        .iter()
        .filter_map(
            |event| if let Event::Peer(PeerEvent::Data(data)) = event { Some((data.offset, data.total)) } else { None },
        )
        .collect();
    assert_eq!(offsets, [(0, 2), (0, 4), (0, 65_507)]);
}

#[test]
fn the_longest_datagram_of_ipv6_comes_back_whole() {
    let endpoint = Endpoint::Udp((Ipv6Addr::LOCALHOST, 0).into());
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return crate::support::not_run("IPv6 manque");
    }
    let lab = Lab::start(settings(Mode::Iterative), (endpoint, 0));
    let socket = client(&lab);
    assert_eq!(ask(&socket, &vec![7; 65_527]).len(), 65_527);
    lab.finish();
}

#[test]
fn a_server_never_answers_itself() {
    network::private("a_server_never_answers_itself", || {
        let endpoint = Endpoint::Udp((Ipv4Addr::UNSPECIFIED, 3001).into());
        let lab = Lab::start(settings(Mode::Iterative), (endpoint, 0));
        spoof(3001);
        lab.wait_for_note(&PeerNote::OwnAddress { address: "127.0.0.1:3001".into() });
        spoof(3001);
        // Another's datagram behind them: all of them have been read once it is answered.
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.connect((Ipv4Addr::LOCALHOST, 3001)).unwrap();
        assert_eq!(ask(&socket, b"salut"), b"salut");
        let tally = Arc::clone(&lab.tally);
        let events = lab.finish();
        assert_eq!((Tally::of(&tally.sent), clients(&events), notes(&events).len()), (5, 1, 1));
    });
}

/// One datagram from 127.0.0.1 and that port to the same.
fn spoof(port: u16) {
    let data = b"boucle\n";
    let (total, length) = (u16::try_from(28 + data.len()).unwrap(), u16::try_from(8 + data.len()).unwrap());
    let local = Ipv4Addr::LOCALHOST.octets();
    let ip = [&[0x45, 0][..], &total.to_be_bytes(), &[0, 1, 0, 0, 64, 17, 0, 0], &local, &local].concat();
    let udp = [port.to_be_bytes(), port.to_be_bytes(), length.to_be_bytes(), [0, 0]].concat();
    let (family, kind) = (AddressFamily::Inet, SockType::Raw);
    let raw = nix::sys::socket::socket(family, kind, SockFlag::SOCK_CLOEXEC, SockProtocol::Raw).unwrap();
    let to = SockaddrIn::new(127, 0, 0, 1, 0);
    sendto(raw.as_raw_fd(), &[ip, udp, data.to_vec()].concat(), &to, MsgFlags::empty()).unwrap();
}

#[test]
fn who_answers_every_answer_is_told() {
    let lab = udp(settings(Mode::Iterative));
    let (mirror, other) = (client(&lab), client(&lab));
    let mut bytes = b"ping".to_vec();
    for _ in 0..100 {
        bytes = ask(&mirror, &bytes);
        assert_eq!(ask(&other, bytes.len().to_string().as_bytes()), b"4");
        assert_eq!(ask(&other, b"autre"), b"autre");
    }
    assert_eq!(ask(&mirror, &bytes), b"ping");
    let address = mirror.local_addr().unwrap().to_string();
    let events = lab.finish();
    assert_eq!(notes(&events), [&PeerNote::AnswersAnswers { address, times: 100 }]);
}

#[test]
fn greetings_and_silences() {
    let lab = udp(with(Mode::Iterative, Greet { text: b"bonjour".to_vec() }));
    let socket = client(&lab);
    assert_eq!((ask(&socket, b"?"), ask(&socket, b"?")), (b"bonjour".to_vec(), b"bonjour".to_vec()));
    lab.finish();
    let lab = udp(with(Mode::Iterative, Silent));
    let socket = client(&lab);
    socket.send(b"?").unwrap();
    lab.wait_for_clients(1);
    lab.finish();
    // Nothing listens any more: the kernel answers in its place.
    socket.send(b"?").unwrap();
    assert_eq!(socket.recv(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn what_one_says_goes_to_the_others() {
    let lab = udp(with(Mode::Iterative, Chat::default()));
    let sockets = [client(&lab), client(&lab), client(&lab)];
    for (index, socket) in sockets.iter().enumerate() {
        socket.send(b"moi").unwrap();
        lab.wait_for_clients(index + 1);
    }
    assert_eq!((receive(&sockets[0]), receive(&sockets[0]), receive(&sockets[1])), three(b"moi"));
    sockets[2].send(b"une ligne\net la suite").unwrap();
    let line = b"une ligne\net la suite";
    assert_eq!((receive(&sockets[0]), receive(&sockets[1])), (line.to_vec(), line.to_vec()));
    lab.finish();
}

fn three(text: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    (text.to_vec(), text.to_vec(), text.to_vec())
}

#[test]
fn datagrams_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tout");
    let caller = Caller::new(EventSender::disconnected(&Arc::default()), "serveur".to_owned());
    let archive = Some(Archive::create(&caller, &path).unwrap());
    let lab = udp(Settings { archive, once: true, ..with(Mode::Iterative, Silent) });
    client(&lab).send(b"garde-moi").unwrap();
    lab.join();
    assert_eq!(std::fs::read(path).unwrap(), b"garde-moi");
}

#[test]
fn manners_apply_to_datagrams() {
    let pause = Duration::from_millis(3);
    let misbehaviours =
        Misbehaviours { slow: Some(pause), fragment: Some(2), drop_client: Some(2), ..Misbehaviours::default() };
    let lab = udp(Settings { misbehaviours, ..settings(Mode::Iterative) });
    let (first, second) = (client(&lab), client(&lab));
    let began = Instant::now();
    assert_eq!((ask(&first, b"abc"), receive(&first)), (b"ab".to_vec(), b"c".to_vec()));
    assert!(began.elapsed() >= pause * 2);
    second.send(b"?").unwrap();
    assert_eq!((ask(&first, b"de"), second.set_nonblocking(true).is_ok()), (b"de".to_vec(), true));
    assert_eq!(second.recv(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let events = lab.finish();
    let said = notes(&events);
    let about = |misbehaviour| {
        said.iter()
            .filter(|note| matches!(note, PeerNote::Misbehaves { misbehaviour: it, .. } if *it == misbehaviour))
            .count()
    };
    assert_eq!(
        [
            Misbehaviour::Slow { milliseconds: 3 },
            Misbehaviour::Fragment { bytes: 2 },
            Misbehaviour::DropClient { number: 2 }
        ]
        .map(about),
        [1; 3]
    );
}

#[test]
fn a_queue_that_nobody_reads_fills() {
    let misbehaviours = Misbehaviours { never_read: true, ..Misbehaviours::default() };
    let lab = udp(Settings { misbehaviours, ..settings(Mode::Iterative) });
    lab.wait_for_note(&PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverRead, client: None });
    // UDP never makes a sender wait: what the queue cannot take is lost.
    let socket = client(&lab);
    for _ in 0..1000 {
        socket.send(&[7; 1400]).unwrap();
    }
    let events = lab.finish();
    assert_eq!(clients(&events), 0);
}

#[test]
fn a_sender_that_is_gone_harms_nobody() {
    let lab = udp(settings(Mode::Iterative));
    let gone = client(&lab);
    gone.send(b"?").unwrap();
    drop(gone);
    lab.wait_for_clients(1);
    assert_eq!(ask(&client(&lab), b"!"), b"!");
    let events = lab.finish();
    let failures = events
        .iter()
        .filter(|event| matches!(event, Event::Actor(ActorEvent::Returned(returned)) if matches!(returned.outcome, Outcome::Failed(_))));
    assert_eq!(failures.count(), 0);
}

#[test]
fn senders_are_forgotten_before_they_are_too_many() {
    let lab = udp(settings(Mode::Iterative));
    let first = client(&lab);
    ask(&first, b"x");
    for index in 0..1100_u16 {
        // The kernel may give the same port twice: the addresses differ.
        let [high, low] = (index + 256).to_be_bytes();
        let socket = UdpSocket::bind((Ipv4Addr::new(127, 0, high, low), 0)).unwrap();
        socket.connect(lab.inet()).unwrap();
        ask(&socket, b"x");
    }
    ask(&first, b"x");
    assert_eq!(clients(&lab.finish()), 1102);
}

#[test]
fn the_end_is_no_datagram() {
    let lab = udp(settings(Mode::Iterative));
    assert_eq!(ask(&client(&lab), b"un"), b"un");
    lab.wait(|events| {
        let asked = events
            .iter()
            .filter(|event| matches!(event, Event::Actor(ActorEvent::Call(call)) if named(call.call.as_ref())));
        (asked.count() == 2).then_some(())
    });
    let events = lab.finish();
    let told: Vec<String> = events
        .iter()
        .filter_map(|event| match event {
            Event::Actor(ActorEvent::Returned(returned)) if named(returned.call.as_ref()) => {
                returned.call.as_ref().map(format_call)
            }
            _ => None,
        })
        .collect();
    let last = told.last().unwrap();
    assert!(last.ends_with("MSG_TRUNC, &client, [0])"), "the kernel gave no address: {last}");
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Peer(PeerEvent::Data(_)))).count(), 1);
}

fn named(call: Option<&Call>) -> bool {
    call.is_some_and(|call| call.name == Name::Recvfrom)
}
