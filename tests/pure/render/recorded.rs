//! Sequences of events as a player would send them, written by hand.

use std::net::Ipv4Addr;

use socketlab::event::{
    ActorEvent, Blocked, CallEvent, Cause, Event, Judgement, Key, LessonEvent, LessonStarted, Memory, MemoryField,
    Network, Note, PlayedBy, ProcessChange, Reach, Returned, StateVerdict, Verdict, Visitor, Waiting,
};
use socketlab::lesson::model::{Block, Expected, Inline, Need, Range, Section};
use socketlab::state::{Content, Holder, Protocol, Row, Socket, SocketState, Source, Target, Timer, TimerKind, View};
use socketlab::syscall::address::Address;
use socketlab::syscall::call::{Answer, Call, Outcome, Value};
use socketlab::syscall::errno::Errno;
use socketlab::syscall::gai::GaiError;
use socketlab::syscall::signal::Signal;

pub const SERVER: i32 = 41822;
const CLIENT: i32 = 41823;

pub fn call(name: &str, arguments: Vec<Value>) -> Call {
    Call { name: name.parse().unwrap(), arguments }
}

pub fn number(number: i64) -> Value {
    Value::Number(number)
}

pub fn bytes(data: &[u8]) -> Value {
    Value::Bytes { data: data.to_vec(), total: data.len() }
}

pub fn local(port: u16) -> Address {
    Address::v4(Ipv4Addr::LOCALHOST, port)
}

pub fn any(port: u16) -> Address {
    Address::v4(Ipv4Addr::UNSPECIFIED, port)
}

pub fn socket(state: SocketState, local: Address, remote: Address) -> Socket {
    Socket { inode: 7000, uid: 1000, ..Socket::between(Protocol::Tcp, state, (local, remote)) }
}

pub fn listener(waiting: u32) -> Socket {
    Socket { accept_queue: Some(waiting), backlog: Some(2), ..socket(SocketState::Listen, any(3001), any(0)) }
}

pub fn row(actor: &str, fd: i32, content: Content) -> Row {
    let pid = if actor == "serveur" { SERVER } else { CLIENT };
    Row { actor: Some(actor.into()), pid: Some(pid), fd: Some(fd), content }
}

pub fn nobodys(socket: Socket) -> Row {
    Row { actor: None, pid: None, fd: None, content: Content::Socket(socket) }
}

pub fn view(rows: Vec<Row>) -> View {
    View { rows, source: Some(Source::SockDiag), ..View::default() }
}

/// The stranger's own end.
fn stranger() -> Row {
    let holders = vec![Holder { pid: 42011, fd: 3, command: "nc".into() }];
    nobodys(Socket { inode: 9000, holders, ..socket(SocketState::Established, local(50312), local(3001)) })
}

/// A connection that accept has not taken.
pub fn waiting_connection(port: u16) -> Row {
    nobodys(Socket { inode: 0, ..socket(SocketState::Established, local(3001), local(port)) })
}

fn accepted() -> Row {
    let socket = Socket { inode: 7001, ..socket(SocketState::Established, local(3001), local(50312)) };
    row("serveur", 4, Content::Socket(socket))
}

pub fn started() -> Event {
    Event::Lesson(LessonEvent::Started(LessonStarted {
        format: 1,
        lesson: 5,
        slug: "accepter".into(),
        title: "Accepter une connexion".into(),
        minutes: 20,
        objectives: vec!["Dire ce que `accept` prend, et où".into(), "Reconnaître un processus endormi".into()],
        actors: vec!["serveur".into(), "client".into()],
        port: Some(3001),
        network: Network::Host,
        steps: 12,
    }))
}

pub fn section() -> Event {
    Event::Lesson(LessonEvent::Section {
        id: "attendre".into(),
        title: "Attendre un client".into(),
        index: 7,
        total: 12,
    })
}

pub fn text() -> Event {
    let paragraph = Block::Paragraph(vec![
        Inline::Text("La file est ".into()),
        Inline::Strong("vide".into()),
        Inline::Text(". Le serveur attend un client avec ".into()),
        Inline::Code("accept".into()),
        Inline::Text(
            ". Personne ne s’est encore connecté\u{a0}: que va-t-il se passer\u{202f}? Le noyau n’a rien à lui donner"
                .into(),
        ),
        Inline::Text(", et il le lui dira à sa façon.".into()),
    ]);
    let list = Block::List {
        ordered: true,
        items: vec![
            vec![Inline::Text("le noyau fait la connexion, sans le serveur, et la range dans la file d’accept du socket d’écoute\u{202f};".into())],
            vec![Inline::Code("accept".into()), Inline::Text(" la prend.".into())],
        ],
    };
    let quote = Block::Quote(vec![
        Inline::Text("Nous reviendrons au ".into()),
        Inline::Emphasis("backlog".into()),
        Inline::Text(
            " à la leçon 10, quand plusieurs clients arriveront en même temps et qu’il faudra choisir.".into(),
        ),
    ]);
    Event::Lesson(LessonEvent::Text { blocks: vec![paragraph, list, quote] })
}

pub fn about_to(actor: &str, source: &str, made: Option<Call>) -> Event {
    let pid = if actor == "serveur" { SERVER } else { CLIENT };
    Event::Actor(ActorEvent::Call(CallEvent {
        actor: actor.into(),
        pid,
        tid: pid,
        line: 41,
        source: source.into(),
        call: made,
    }))
}

pub fn returned(made: Call, outcome: Outcome, expected: Judgement) -> Returned {
    Returned {
        actor: "serveur".into(),
        pid: SERVER,
        call: Some(made),
        outcome,
        duration_us: 37,
        expected,
        wanted: None,
        cause: None,
    }
}

fn accept() -> Call {
    call("accept", vec![number(3), Value::Null, Value::Null])
}

pub fn blocked() -> Blocked {
    Blocked {
        actor: "serveur".into(),
        pid: SERVER,
        call: accept(),
        state: 'S',
        wchan: Some("inet_csk_accept".into()),
        expected: true,
    }
}

pub fn waiting(seconds: u64) -> Waiting {
    Waiting {
        blocked: Some(blocked()),
        seconds,
        view: listening(),
        addresses: vec![
            Reach { local: true, address: "127.0.0.1".into(), port: 3001 },
            Reach { local: false, address: "192.168.1.14".into(), port: 3001 },
        ],
        keys: vec![Key::Next, Key::PlayPeer, Key::Explain, Key::Details, Key::Hint, Key::Quit],
    }
}

pub fn listening() -> View {
    view(vec![row("serveur", 3, Content::Socket(listener(0)))])
}

pub fn after_accept() -> View {
    view(vec![row("serveur", 3, Content::Socket(listener(0))), accepted(), stranger()])
}

/// Lesson 5: an empty queue, accept asleep, then a stranger.
pub fn accept_then_client() -> Vec<Event> {
    let sleep = blocked();
    let over = Returned {
        duration_us: 12_400_000,
        ..returned(accept(), Outcome::Returned(Answer::Number(4)), Judgement::Expected)
    };
    vec![
        started(),
        section(),
        text(),
        about_to("serveur", "client_fd = accept(server_fd, NULL, NULL);", Some(accept())),
        Event::Lesson(LessonEvent::Question {
            statement: "La file est vide. Que fait `accept`\u{202f}?".into(),
            choices: vec!["Il rend -1".into(), "Il bloque jusqu’à l’arrivée d’un client".into()],
        }),
        Event::Actor(ActorEvent::Blocked(sleep)),
        verdict(Some(1)),
        Event::Actor(ActorEvent::Kernel { view: listening() }),
        Event::Lesson(LessonEvent::Visitor(Visitor {
            address: "127.0.0.1:50312".into(),
            pid: Some(42011),
            command: Some("nc".into()),
            role: Some("client".into()),
        })),
        Event::Actor(ActorEvent::Returned(over)),
        Event::Actor(ActorEvent::Kernel { view: after_accept() }),
        Event::Lesson(LessonEvent::State { lines: state_lines() }),
        closing(),
        Event::Lesson(LessonEvent::Finished { calls: 23, surprises: 0 }),
    ]
}

fn verdict(chosen: Option<usize>) -> Event {
    Event::Lesson(LessonEvent::Verdict(Verdict {
        chosen,
        right: 1,
        right_text: "Il bloque jusqu’à l’arrivée d’un client".into(),
        wrong_because: (chosen == Some(0))
            .then(|| "-1 signale une erreur\u{202f}; une file vide n’en est pas une.".into()),
        why: "La file est vide\u{a0}: le noyau endort le processus.".into(),
    }))
}

fn state_lines() -> Vec<StateVerdict> {
    let line = |source: &str, held| StateVerdict { source: source.into(), held };
    vec![
        line("serveur fd 3 LISTEN en_attente 0", Judgement::Expected),
        line("serveur fd 4 ESTABLISHED", Judgement::NotJudged),
        line("serveur fd 5 absent", Judgement::Unexpected),
    ]
}

fn closing() -> Event {
    let item = |text: &str| vec![Inline::Text(text.into())];
    Event::Lesson(LessonEvent::Closing {
        section: Section::Remember,
        blocks: vec![Block::List {
            ordered: false,
            items: vec![item("accept prend une connexion déjà faite."), item("La file vide, il dort.")],
        }],
    })
}

fn bind(fd: i64) -> Call {
    call("bind", vec![number(fd), Value::Address(any(3001)), number(16)])
}

const BIND: &str = "bind(autre_fd, (struct sockaddr *)&server_addr, sizeof server_addr);";

/// A failure that the lesson asked for, of each kind.
pub fn wanted_errors() -> Vec<Event> {
    let send = call("send", vec![number(4), bytes(b"salut"), number(5), number(0)]);
    let resolve =
        call("getaddrinfo", vec![bytes(b"pas.de.tel.nom"), Value::Null, Value::Null, Value::Opaque("&res".into())]);
    vec![
        started(),
        section(),
        about_to("serveur", BIND, Some(bind(4))),
        Event::Actor(ActorEvent::Returned(returned(bind(4), Outcome::Failed(Errno::EADDRINUSE), Judgement::Expected))),
        about_to("serveur", "send(fd, \"salut\", 5, 0);", Some(send.clone())),
        Event::Actor(ActorEvent::Returned(returned(send, Outcome::Killed(Signal::SIGPIPE), Judgement::Expected))),
        Event::Actor(ActorEvent::Process {
            actor: "serveur".into(),
            pid: SERVER,
            tid: SERVER,
            change: ProcessChange::Died { signal: "SIGPIPE".into() },
        }),
        about_to("client", "int e = getaddrinfo(\"pas.de.tel.nom\", NULL, NULL, &res);", Some(resolve.clone())),
        Event::Actor(ActorEvent::Returned(returned(
            resolve,
            Outcome::Unresolved(GaiError::EAI_NONAME),
            Judgement::Expected,
        ))),
        Event::Lesson(LessonEvent::Finished { calls: 3, surprises: 0 }),
    ]
}

/// Outcomes that the lesson did not expect, with their local causes.
pub fn surprises() -> Vec<Event> {
    let causes = [
        Cause::HeldByProcess { port: 3001, pid: 40977, command: "python3".into(), state: "LISTEN".into() },
        Cause::HeldByAccount { port: 3001, uid: 1001, account: Some("dupont".into()), state: "LISTEN".into() },
        Cause::TimeWait { port: 3001, remaining_ms: 42_500 },
    ];
    let mut events = vec![started(), section()];
    for cause in causes {
        events.push(about_to("serveur", BIND, Some(bind(3))));
        let surprise = returned(bind(3), Outcome::Failed(Errno::EADDRINUSE), Judgement::Unexpected);
        events.push(Event::Actor(ActorEvent::Returned(Returned {
            wanted: Some(Expected::Number(Range::exactly(0))),
            cause: Some(cause),
            ..surprise
        })));
    }
    let unjudged = returned(accept(), Outcome::Failed(Errno::ECONNABORTED), Judgement::NotJudged);
    events.push(Event::Actor(ActorEvent::Returned(unjudged)));
    events.push(Event::Actor(ActorEvent::Blocked(Blocked { expected: false, ..blocked() })));
    events.push(Event::Actor(ActorEvent::Note { note: Note::NotWoken { actor: "serveur".into() } }));
    events.push(Event::Actor(ActorEvent::Note {
        note: Note::ActorUnavailable { actor: "serveur".into(), asleep: true },
    }));
    events.push(Event::Lesson(LessonEvent::Finished { calls: 5, surprises: 4 }));
    events
}

/// A declaration, then its bytes.
pub fn memory() -> Vec<Event> {
    let source = "struct sockaddr_in server_addr = { .sin_family = AF_INET,\n    .sin_port = htons(3001), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };";
    let mut data = vec![2, 0, 0x0b, 0xb9, 127, 0, 0, 1];
    data.extend([0; 8]);
    let field = |name: &str, offset, size| MemoryField { name: name.into(), offset, size };
    let fields =
        vec![field("sin_family", 0, 2), field("sin_port", 2, 2), field("sin_addr", 4, 4), field("sin_zero", 8, 8)];
    let shown = |source: &str, ctype: &str, bytes: Vec<u8>, fields| {
        Event::Lesson(LessonEvent::Memory(Memory {
            actor: "serveur".into(),
            source: source.into(),
            ctype: ctype.into(),
            bytes,
            fields,
        }))
    };
    let nothing =
        Returned { call: None, ..returned(accept(), Outcome::Returned(Answer::Nothing), Judgement::Expected) };
    let assigned = Returned { outcome: Outcome::Returned(Answer::Number(7)), ..nothing.clone() };
    vec![
        about_to("serveur", source, None),
        Event::Actor(ActorEvent::Returned(nothing)),
        about_to("serveur", "int n = 7;", None),
        Event::Actor(ActorEvent::Returned(assigned)),
        shown("server_addr", "struct sockaddr_in", data, fields),
        shown("n", "int", 7_i32.to_le_bytes().to_vec(), Vec::new()),
        shown("tampon", "char[12]", b"salut\0\x1b\xff\0\0\0\0".to_vec(), Vec::new()),
    ]
}

/// A closing connection, in every shape that the panel tells apart.
pub fn panels() -> Vec<Event> {
    let client = |state| Socket { inode: 8001, ..socket(state, local(50312), local(3001)) };
    let server = |state| Socket { inode: 7001, ..socket(state, local(3001), local(50312)) };
    let fresh = view(vec![
        row("serveur", 3, Content::Unlisted { inode: 7000 }),
        row("serveur", 5, Content::Other(Target::File { path: "/tmp/journal".into() })),
    ]);
    let queued = view(vec![
        row("serveur", 3, Content::Socket(listener(1))),
        waiting_connection(50312),
        row("client", 3, Content::Socket(client(SocketState::Established))),
    ]);
    let taken = view(vec![
        row("serveur", 3, Content::Socket(listener(0))),
        row("serveur", 4, Content::Socket(Socket { recv_queue: 5, ..server(SocketState::Established) })),
        row("client", 3, Content::Socket(client(SocketState::Established))),
    ]);
    let half = view(vec![
        row("serveur", 3, Content::Socket(listener(0))),
        row("serveur", 4, Content::Socket(Socket { recv_queue: 6, ..server(SocketState::CloseWait) })),
        nobodys(Socket { inode: 0, ..client(SocketState::FinWait2) }),
    ]);
    let timer = Timer { kind: TimerKind::TimeWait, expires_ms: 59_992, retransmissions: 0 };
    let over = view(vec![
        row("serveur", 3, Content::Socket(listener(0))),
        nobodys(Socket { inode: 0, timer: Some(timer), ..client(SocketState::TimeWait) }),
    ]);
    let steps = [view(vec![]), fresh, queued.clone(), queued, taken, half, over];
    steps.into_iter().map(|view| Event::Actor(ActorEvent::Kernel { view })).collect()
}

/// The kinds that the other sequences lack.
pub fn others() -> Vec<Event> {
    let process =
        |actor: &str, tid, change| Event::Actor(ActorEvent::Process { actor: actor.into(), pid: SERVER, tid, change });
    let note = |note| Event::Actor(ActorEvent::Note { note });
    let wchan = Some("inet_csk_accept".into());
    let activity = socketlab::state::Activity { state: 'S', syscall: Some(43), arguments: vec![3, 0, 0], wchan };
    vec![
        Event::Lesson(LessonEvent::Skipped { id: "adresses-v6".into(), needs: vec![Need::Ipv6, Need::Root] }),
        process("serveur", SERVER, ProcessChange::Born),
        process("fil", CLIENT, ProcessChange::Born),
        process("serveur", SERVER, ProcessChange::Exited { code: 0 }),
        Event::Lesson(LessonEvent::Display {
            language: "http".into(),
            text: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".into(),
        }),
        Event::Lesson(LessonEvent::Output {
            actor: "serveur".into(),
            fd: 1,
            bytes: b"pr\xc3\xaat\n\x1b[2J\n".to_vec(),
        }),
        Event::Lesson(LessonEvent::Output { actor: "serveur".into(), fd: 2, bytes: b"bind: Adresse d\xff".to_vec() }),
        verdict(Some(0)),
        verdict(None),
        Event::Lesson(LessonEvent::Statement {
            actor: "client".into(),
            line: 52,
            source: "connect(fd, (struct sockaddr *)&addr, sizeof addr);".into(),
            suggested: true,
        }),
        Event::Lesson(LessonEvent::Explanation { call: Some("bind".parse().unwrap()), errno: Some(Errno::EADDRINUSE) }),
        Event::Lesson(LessonEvent::Details { actor: "serveur".into(), pid: SERVER, activity }),
        Event::Lesson(LessonEvent::Hint {
            blocks: vec![Block::Paragraph(vec![Inline::Text("Qui dort\u{202f}?".into())])],
            index: 1,
            total: 3,
        }),
        Event::Lesson(LessonEvent::Visitor(Visitor {
            address: "192.168.1.20:50312".into(),
            pid: None,
            command: None,
            role: None,
        })),
        Event::Lesson(LessonEvent::Role { actor: "client".into(), player: PlayedBy::Stranger }),
        Event::Lesson(LessonEvent::Role { actor: "client".into(), player: PlayedBy::Socketlab }),
        note(Note::PortReplaced { lesson: 3001, played: 3114 }),
        note(Note::VisibleFromNetwork { port: 3001 }),
        note(Note::PrivilegeDropped { capability: "CAP_NET_BIND_SERVICE".into() }),
        note(Note::ProcFallback),
        note(Note::ActivityHidden { pid: 4 }),
        note(Note::WokenByNobody { actor: "client".into() }),
        Event::Actor(ActorEvent::Kernel {
            view: View { rows: vec![waiting_connection(50312)], source: Some(Source::Proc), ..View::default() },
        }),
    ]
}

/// Every sequence, by the name of its snapshot.
pub fn all() -> Vec<(&'static str, Vec<Event>)> {
    let sequences = vec![
        ("accept", accept_then_client()),
        ("wanted-errors", wanted_errors()),
        ("surprises", surprises()),
        ("memory", memory()),
        ("panels", panels()),
        ("others", others()),
    ];
    let sequences = sequences.into_iter().chain(super::peers::all());
    sequences.map(|(name, events)| (name, events.into_iter().flat_map(announced).collect())).collect()
}

/// The player announces each statement before it runs; `serve` and `connect` have none.
fn announced(event: Event) -> Vec<Event> {
    let Event::Actor(ActorEvent::Call(call)) = &event else { return vec![event] };
    if call.source.is_empty() {
        return vec![event];
    }
    let CallEvent { actor, line, source, .. } = call.clone();
    vec![Event::Lesson(LessonEvent::Statement { actor, line, source, suggested: false }), event]
}
