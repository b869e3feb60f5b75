//! What `serve` and `connect` emit, written by hand.

use std::net::Ipv4Addr;

use socketlab::event::answer::{Answer as HttpAnswer, AnswerFault, AnswerReason, Framing};
use socketlab::event::peer::{
    Attempt, Client, ClientGone, ConnectFinished, ConnectStarted, Data, End, Listening, Losses, Misbehaviour, Mode,
    PeerNote, ServeFinished, ServeStarted, Task, Transport,
};
use socketlab::event::{
    ActorEvent, Blocked, CallEvent, Cause, Event, Judgement, Note, PeerEvent, ProcessChange, Reach, Returned,
};
use socketlab::state::Content;
use socketlab::syscall::address::Address;
use socketlab::syscall::call::{Answer, Call, Outcome, Value};
use socketlab::syscall::errno::Errno;
use socketlab::syscall::gai::GaiError;
use socketlab::syscall::sys::Direction;

use super::recorded::{SERVER, bytes, call, listener, listening as listening_view, number, row, view};

const CLIENT: &str = "127.0.0.1:50312";

fn symbol(name: &str) -> Value {
    Value::Symbol(name.into())
}

/// A call and its return, as the peers emit them.
fn made(actor: &str, made: Call, outcome: Outcome) -> [Event; 2] {
    let before = CallEvent {
        actor: actor.into(),
        pid: SERVER,
        tid: SERVER,
        line: 0,
        source: String::new(),
        call: Some(made.clone()),
    };
    [Event::Actor(ActorEvent::Call(before)), Event::Actor(ActorEvent::Returned(over(actor, made, outcome)))]
}

fn over(actor: &str, made: Call, outcome: Outcome) -> Returned {
    Returned {
        actor: actor.into(),
        pid: SERVER,
        call: Some(made),
        outcome,
        duration_us: 37,
        expected: Judgement::NotJudged,
        wanted: None,
        cause: None,
    }
}

fn answer(value: i64) -> Outcome {
    Outcome::Returned(Answer::Number(value))
}

fn serve_started(transport: Transport, task: Task, misbehaviours: Vec<Misbehaviour>) -> Event {
    let actor = "serveur".into();
    Event::Peer(PeerEvent::ServeStarted(ServeStarted {
        format: 1,
        actor,
        pid: SERVER,
        transport,
        task,
        mode: Mode::Threads,
        misbehaviours,
        save: None,
    }))
}

fn place(local: bool, address: &str) -> Reach {
    Reach { local, address: address.into(), port: 3001 }
}

fn bind(address: Address) -> Call {
    call("bind", vec![number(3), Value::Address(address), number(16)])
}

fn any() -> Address {
    Address::v4(Ipv4Addr::UNSPECIFIED, 3001)
}

fn opening() -> Vec<Event> {
    [
        made("serveur", call("socket", vec![symbol("AF_INET"), symbol("SOCK_STREAM"), number(0)]), answer(3)),
        made("serveur", bind(any()), answer(0)),
        made("serveur", call("listen", vec![number(3), number(128)]), answer(0)),
    ]
    .concat()
}

fn accept() -> Call {
    let address = Value::Address(Address::v4(Ipv4Addr::LOCALHOST, 50312));
    call("accept", vec![number(3), address, Value::Length(16)])
}

fn recv(data: &[u8]) -> Call {
    call("recv", vec![number(4), bytes(data), number(16384), number(0)])
}

fn send(data: &[u8]) -> Call {
    let length = i64::try_from(data.len()).expect("a short text");
    call("send", vec![number(4), bytes(data), number(length), symbol("MSG_NOSIGNAL")])
}

fn data(direction: Direction, offset: u64, bytes: &[u8]) -> Event {
    Event::Peer(PeerEvent::Data(Data {
        actor: "fil 1".into(),
        peer: Some(CLIENT.into()),
        direction,
        offset,
        total: bytes.len(),
        bytes: bytes.to_vec(),
    }))
}

fn gone(number: u64, end: End) -> Event {
    Event::Peer(PeerEvent::ClientGone(ClientGone {
        number,
        address: CLIENT.into(),
        received: 24,
        sent: 24,
        unsent: 0,
        missed: 0,
        end,
    }))
}

fn note(note: PeerNote) -> Event {
    Event::Peer(PeerEvent::Note { note })
}

fn process(actor: &str, (pid, tid): (i32, i32), change: ProcessChange) -> Event {
    Event::Actor(ActorEvent::Process { actor: actor.into(), pid, tid, change })
}

const HELLO: &[u8] = b"Bonjour\r\nHost: exemple\r\n";

/// A client comes, speaks and leaves.
#[expect(clippy::too_many_lines, reason = "one story, event after event")]
fn serve() -> Vec<Event> {
    let asleep = Blocked {
        actor: "serveur".into(),
        pid: SERVER,
        call: call("accept", vec![number(3), Value::Opaque("&client".into()), Value::Opaque("&taille".into())]),
        state: 'S',
        wchan: Some("inet_csk_accept".into()),
        expected: true,
    };
    let slow = Misbehaviour::Slow { milliseconds: 2000 };
    let mut events = vec![serve_started(Transport::Tcp, Task::Echo, vec![slow, Misbehaviour::Fragment { bytes: 1 }])];
    events.extend(opening());
    events.push(Event::Peer(PeerEvent::Listening(Listening {
        transport: Transport::Tcp,
        task: Task::Echo,
        address: "0.0.0.0:3001".into(),
        reach: vec![place(true, "127.0.0.1"), place(false, "192.168.1.14")],
    })));
    events.extend([
        Event::Actor(ActorEvent::Blocked(asleep)),
        Event::Actor(ActorEvent::Kernel { view: listening_view() }),
        Event::Actor(ActorEvent::Note { note: Note::VisibleFromNetwork { port: 3001 } }),
        Event::Actor(ActorEvent::Returned(Returned {
            duration_us: 12_400_000,
            ..over("serveur", accept(), answer(4))
        })),
        Event::Peer(PeerEvent::Client(Client {
            number: 1,
            address: CLIENT.into(),
            pid: Some(42011),
            command: Some("nc".into()),
        })),
        process("fil 1", (SERVER, 41830), ProcessChange::Born),
    ]);
    events.extend(made("fil 1", recv(HELLO), answer(24)));
    events.push(data(Direction::Received, 0, HELLO));
    events.extend(made("fil 1", send(b"B"), answer(1)));
    events.extend([
        data(Direction::Sent, 0, b"B"),
        note(PeerNote::Misbehaves { misbehaviour: slow, client: Some(1) }),
        note(PeerNote::CallsSkipped { count: 12_431, remarks: 0 }),
    ]);
    events.extend(made("fil 1", recv(b""), answer(0)));
    events.extend([
        gone(1, End::ByPeer),
        process("fil 1", (SERVER, 41830), ProcessChange::Exited { code: 0 }),
        note(PeerNote::MissesLines { client: 1 }),
        note(PeerNote::LineTooLong { client: 2, limit: 65_536 }),
        note(PeerNote::TakesNothing { client: 1, seconds: 30, left: true }),
        note(PeerNote::TakesNothing { client: 2, seconds: 31, left: false }),
        note(PeerNote::Yields { client: 1, seconds: 2 }),
        note(PeerNote::OwnAddress { address: "127.0.0.1:3001".into() }),
        note(PeerNote::AnswersAnswers { address: CLIENT.into(), times: 100 }),
        note(PeerNote::Stopping { clients: 2 }),
    ]);
    events.extend(made("serveur", accept(), Outcome::Failed(Errno::EINVAL)));
    events.push(Event::Peer(PeerEvent::ServeFinished(ServeFinished {
        clients: 3,
        received: 24,
        sent: 24,
        calls: 12_470,
        errors: 1,
        skipped: 12_431,
        lost: Losses { unheard: 1, unsaved: 12, unsent: 3000, missed: 16_497 },
    })));
    events
}

/// What the wish to end wakes, and how.
fn stopped() -> Vec<Event> {
    let record = |fields: &[(&str, Value)]| {
        Value::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    };
    let symbol = |name: &str| Value::Symbol(name.into());
    let entry =
        |fd, ready: &str| record(&[("fd", number(fd)), ("events", symbol("POLLIN")), ("revents", symbol(ready))]);
    let poll = |ready: [&str; 2]| {
        call("poll", vec![Value::List(vec![entry(3, ready[0]), entry(960, ready[1])]), number(2), number(-1)])
    };
    let came = record(&[("events", symbol("EPOLLIN")), ("data", record(&[("fd", number(960))]))]);
    let nothing = || Value::Bytes { data: Vec::new(), total: 0 };
    let client = Value::Opaque("&client".into());
    let datagram = call("recvfrom", vec![number(3), nothing(), number(65_507), client, Value::Length(0)]);
    let shutdown = |fd| call("shutdown", vec![number(fd), symbol("SHUT_RD")]);
    let mut events = vec![serve_started(Transport::Tcp, Task::Echo, Vec::new())];
    events.push(note(PeerNote::WakePipe { fd: 960 }));
    events.push(note(PeerNote::QueueBeyondBacklog { waiting: 2, backlog: 1 }));
    events.push(note(PeerNote::CallsSkipped { count: 12_431, remarks: 212 }));
    events.extend(made("serveur", poll(["POLLIN", "0"]), answer(1)));
    events.extend(made("serveur", poll(["0", "0"]), Outcome::Failed(Errno::EINTR)));
    events.push(note(PeerNote::Stopping { clients: 0 }));
    events.extend(made("serveur", poll(["0", "POLLIN"]), answer(1)));
    let waited = vec![number(4), Value::List(vec![came]), number(256), number(-1)];
    events.extend(made("serveur", call("epoll_wait", waited), answer(1)));
    events.extend(made("serveur", datagram, answer(0)));
    events.extend(made("fil 1", recv(b""), answer(0)));
    events.extend(made("serveur", shutdown(4), answer(0)));
    events.extend(made("serveur", recv(b""), answer(0)));
    events
}

/// Calls that fail, again and again.
fn failures() -> Vec<Event> {
    let held = Cause::HeldByProcess { port: 3001, pid: 40977, command: "python3".into(), state: "LISTEN".into() };
    let taken = over("serveur", bind(any()), Outcome::Failed(Errno::EADDRINUSE));
    let mut events = vec![
        serve_started(Transport::Tcp, Task::Http, Vec::new()),
        Event::Actor(ActorEvent::Returned(Returned { cause: Some(held), ..taken.clone() })),
        Event::Actor(ActorEvent::Returned(taken)),
    ];
    for actor in ["fil 1", "fil 2", "serveur"] {
        events.extend(made(actor, send(b"x"), Outcome::Failed(Errno::EPIPE)));
    }
    for _ in 0..2 {
        events.extend(made("serveur", accept(), Outcome::Failed(Errno::EMFILE)));
    }
    events.extend([
        note(PeerNote::NoDescriptorLeft { limit: 1024 }),
        note(PeerNote::SavingStopped { path: "/tmp/recu.bin".into(), errno: 28 }),
        note(PeerNote::RequestRefused { status: 400, reason: "missing-host".into() }),
        note(PeerNote::RequestRefused { status: 418, reason: "teapot".into() }),
    ]);
    events.extend(made("fil 3", recv(b""), Outcome::Failed(Errno::EAGAIN)));
    events
}

/// A client, to whom a name, a port and an answer are given.
fn connect() -> Vec<Event> {
    let resolve = |host: &[u8]| call("getaddrinfo", vec![bytes(host), Value::Null, Value::Null, Value::Null]);
    let to = |address| call("connect", vec![number(3), Value::Address(address), number(16)]);
    let local = Address::v4(Ipv4Addr::LOCALHOST, 3001);
    let refused = over("client", to(local.clone()), Outcome::Failed(Errno::ECONNREFUSED));
    let nobody = Cause::NobodyListens { address: "127.0.0.1:3001".into() };
    let mut events = vec![connect_started("localhost", 1)];
    events.extend(made("client", resolve(b"localhost"), answer(0)));
    events.push(Event::Actor(ActorEvent::Returned(Returned { cause: Some(nobody), ..refused })));
    events.extend(made("client", to(local), answer(0)));
    events.extend([
        note(PeerNote::PortChosenByKernel { address: CLIENT.into() }),
        note(PeerNote::PortChosen { port: 5000 }),
        note(PeerNote::InputEnded),
        note(PeerNote::CallsSkipped { count: 1, remarks: 0 }),
        Event::Peer(PeerEvent::Data(Data {
            actor: "client".into(),
            peer: None,
            direction: Direction::Received,
            offset: 1_000_000,
            total: 4000,
            bytes: answer_bytes(),
        })),
        note(PeerNote::ExpectedSeen { offset: 1_000_005 }),
        note(PeerNote::Stopping { clients: 1 }),
        finished(Attempt::Connected, Some(End::ByPeer), Some(true)),
        connect_started("pas.de.tel.nom", 100),
    ]);
    events.extend(made("client", resolve(b"pas.de.tel.nom"), Outcome::Unresolved(GaiError::EAI_NONAME)));
    events.push(finished(Attempt::Unresolved, None, Some(false)));
    for attempt in [Attempt::Refused, Attempt::Silent, Attempt::Unreachable, Attempt::Impossible] {
        events.push(finished(attempt, None, None));
    }
    events.push(finished(Attempt::Connected, Some(End::ResetByPeer), None));
    events
}

/// A client that asks a page: an answer that is sound, one that is cut, one whose lines end with LF alone.
fn http() -> Vec<Event> {
    let head = |status, framing, length| note(PeerNote::AnswerHead { status, framing, length });
    let fault = |reason, detail: &str, (announced, came), quote: &str| AnswerFault {
        reason,
        detail: detail.into(),
        offset: 16,
        announced,
        came,
        quote: quote.into(),
    };
    let cut = fault(AnswerReason::HttpTruncated, "short-body", (Some(50), Some(3)), "");
    let bare = fault(AnswerReason::HttpMalformed, "bare-lf", (None, None), "HTTP/1.1 200 OK\\n");
    let answer = HttpAnswer {
        status: Some(200),
        framing: Some(Framing::ContentLength),
        announced: Some(50),
        body: 3,
        excess: 0,
        reason: Some(AnswerReason::HttpTruncated),
        fault: Some(cut.clone()),
    };
    let Event::Peer(PeerEvent::ConnectFinished(end)) = finished(Attempt::Connected, Some(End::ByPeer), None) else {
        unreachable!()
    };
    vec![
        connect_started("localhost", 1),
        head(100, Framing::NoBody, None),
        head(200, Framing::Chunked, None),
        note(PeerNote::AnswerWhole { body: 4000 }),
        note(PeerNote::KeptOpen),
        head(404, Framing::UntilClose, None),
        note(PeerNote::StatusUnwanted { status: 404, wanted: "2xx".into() }),
        head(204, Framing::NoBody, None),
        note(PeerNote::AnswerWhole { body: 0 }),
        note(PeerNote::AnswerFault(bare)),
        head(200, Framing::ContentLength, Some(50)),
        note(PeerNote::AnswerFault(cut)),
        Event::Peer(PeerEvent::ConnectFinished(ConnectFinished { answer: Some(answer), ..end })),
    ]
}

/// More lines than are shown.
fn answer_bytes() -> Vec<u8> {
    let mut lines = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".to_vec();
    for number in 1..10 {
        lines.extend(format!("ligne {number}, été\n").into_bytes());
    }
    lines
}

fn connect_started(host: &str, clients: u64) -> Event {
    Event::Peer(PeerEvent::ConnectStarted(ConnectStarted {
        format: 1,
        actor: "client".into(),
        pid: SERVER,
        transport: Transport::Tcp,
        host: host.into(),
        port: Some(3001),
        clients,
    }))
}

fn finished(attempt: Attempt, end: Option<End>, expected: Option<bool>) -> Event {
    Event::Peer(PeerEvent::ConnectFinished(ConnectFinished {
        attempt,
        end,
        expected,
        answer: None,
        clients: 1,
        received: 4000,
        sent: 0,
        calls: 9,
        errors: 1,
        skipped: 1,
    }))
}

/// Every misbehaviour, transport and end.
fn misbehaviours() -> Vec<Event> {
    let all = [
        Misbehaviour::Slow { milliseconds: 500 },
        Misbehaviour::Fragment { bytes: 1 },
        Misbehaviour::CloseAfter { bytes: 100 },
        Misbehaviour::ResetAfter { bytes: 0 },
        Misbehaviour::NeverRead,
        Misbehaviour::DropClient { number: 2 },
        Misbehaviour::BareLf,
        Misbehaviour::NoLength,
        Misbehaviour::DelayAccept { milliseconds: 60_000 },
    ];
    let mut events = vec![serve_started(Transport::Tcp, Task::Http, all.to_vec())];
    events.push(Event::Peer(PeerEvent::Listening(Listening {
        transport: Transport::Tcp,
        task: Task::Http,
        address: "[::]:3001".into(),
        reach: vec![place(true, "::1"), place(false, "2001:db8::1234:5678:9abc:def0")],
    })));
    events.extend(all.map(|misbehaviour| note(PeerNote::Misbehaves { misbehaviour, client: Some(3) })));
    events.push(note(PeerNote::Full { clients: 1 }));
    let ends = [End::ResetByPeer, End::ByUs, End::ResetByUs, End::TooSlow, End::Stopped, End::Failed];
    events.extend(ends.map(|end| gone(7, end)));
    events.push(serve_started(Transport::Unix, Task::Chat, vec![Misbehaviour::NeverAccept]));
    let path = "/tmp/mes sockets/s".to_owned();
    events.push(Event::Peer(PeerEvent::Listening(Listening {
        transport: Transport::Unix,
        task: Task::Chat,
        address: path,
        reach: Vec::new(),
    })));
    events.push(note(PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverAccept, client: None }));
    events.push(Event::Peer(PeerEvent::Client(Client { number: 1, address: String::new(), pid: None, command: None })));
    events.push(process("enfant 1", (41900, 41900), ProcessChange::Born));
    events.push(process("enfant 1", (41900, 41900), ProcessChange::Exited { code: 0 }));
    events.push(Event::Actor(ActorEvent::Kernel { view: view(vec![row("serveur", 3, Content::Socket(listener(3)))]) }));
    events.push(serve_started(Transport::Udp, Task::Silent, Vec::new()));
    events.push(Event::Peer(PeerEvent::Listening(Listening {
        transport: Transport::Udp,
        task: Task::Silent,
        address: "127.0.0.1:3001".into(),
        reach: vec![place(true, "127.0.0.1")],
    })));
    events.push(data(Direction::Received, 0, b""));
    events.push(data(Direction::Received, 0, b"\x1b]0;titre\x07\x00\xff\xfe\xe2\x80\xae\"\\ fin"));
    events.push(data(Direction::Sent, 123_456_789, "日本語 «\u{a0}été\u{a0}» ".repeat(20).as_bytes()));
    events.push(Event::Peer(PeerEvent::ServeFinished(ServeFinished::default())));
    events
}

/// Every sequence, by the name of its snapshot.
pub fn all() -> Vec<(&'static str, Vec<Event>)> {
    vec![
        ("serve", serve()),
        ("serve-failures", failures()),
        ("serve-manners", misbehaviours()),
        ("connect", connect()),
        ("connect-http", http()),
        ("serve-stopped", stopped()),
    ]
}
