//! `trace`: recorded steps, as a tracer would tell them, and what is shown of them.

use socketlab::event::trace::{CallSummary, Stuck, TraceFinished, TraceStarted, Why};
use socketlab::event::{Cause, Event, Renderer, TraceEvent};
use socketlab::finding::{Detail, Evidence, Exhibit, Finding, Id};
use socketlab::observed::{Ending, Open, Payload, Peer, Return, SourceLine, Step, Subject, TraceNote, Traced, What};
use socketlab::render::json::JsonRenderer;
use socketlab::render::style::Look;
use socketlab::render::trace::{Options, TraceRenderer};
use socketlab::state::{Activity, Content};
use socketlab::syscall::call::{Answer, Call, Outcome, Value};
use socketlab::syscall::errno::Errno;
use socketlab::syscall::fault::{Effect, Fault, Occurrence};
use socketlab::syscall::signal::Signal;
use socketlab::syscall::sys::{Direction, Sys};
use unicode_width::UnicodeWidthChar;

use super::recorded::{SERVER, any, bytes, call, listener, local, number, row, view};
use super::{Screen, Shared, snapshot};

const SOCKET: Subject = Subject::Socket { family: 2, socket_type: 1, inode: 7000 };
pub const OPTIONS: Options = Options { strsize: 32, explain: false, in_place: false, shared: false };

fn symbol(name: &str) -> Value {
    Value::Symbol(name.into())
}

fn step(at_us: u64, what: What) -> Event {
    Event::Trace(TraceEvent::Step(Box::new(Step { at_us, pid: SERVER, tid: SERVER, what })))
}

fn of(pid: i32, tid: i32, at_us: u64, what: What) -> Event {
    Event::Trace(TraceEvent::Step(Box::new(Step { at_us, pid, tid, what })))
}

fn traced(sys: Sys, fd: Option<i32>, call: Call, line: u32) -> Traced {
    let source = (line > 0).then(|| SourceLine { file: "serveur.c".into(), line, function: Some("main".into()) });
    Traced {
        sys,
        call,
        fd,
        subject: fd.map(|_| SOCKET),
        payload: None,
        unread: None,
        length_in: None,
        sets: None,
        cause: None,
        source,
        injected: None,
    }
}

fn answer(value: i64) -> Ending {
    Ending::Done(Outcome::Returned(Answer::Number(value)))
}

fn failed(errno: Errno) -> Ending {
    Ending::Done(Outcome::Failed(errno))
}

fn returned(at_us: u64, traced: Traced, ending: Ending) -> Event {
    step(at_us, What::Returned(Box::new(Return { traced, ending, duration_us: 37 })))
}

fn slept(at_us: u64, traced: Traced, ending: Ending) -> Event {
    step(at_us, What::Returned(Box::new(Return { traced, ending, duration_us: 2_345_678 })))
}

fn entered(at_us: u64, traced: Traced) -> Event {
    step(at_us, What::Entered(Box::new(traced)))
}

fn started(arguments: &[&str], faults: Vec<Fault>) -> Event {
    let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
    Event::Trace(TraceEvent::Started(TraceStarted {
        format: 1,
        program: "./serveur".into(),
        arguments,
        attached: None,
        faults,
    }))
}

fn executed(words: &[&[u8]]) -> Event {
    let arguments = words.iter().map(|word| word.to_vec()).collect();
    step(310, What::Executed { program: b"/home/ana/serveur".to_vec(), arguments })
}

fn accept(returned: bool) -> Call {
    if !returned {
        return call("accept", vec![number(3), symbol("0x7ffd0a10"), Value::Length(16)]);
    }
    call("accept", vec![number(3), Value::Address(local(50312)), Value::Length(16)])
}

fn moved(direction: Direction, data: &[u8], asked: u64) -> Payload {
    Payload { direction, data: data.to_vec(), asked, truncated: false, address: 0, beyond: vec![] }
}

fn stuck(at_us: u64, since_ms: u64, waiting: u32) -> Event {
    Event::Trace(TraceEvent::Stuck(Box::new(Stuck {
        at_us,
        pid: SERVER,
        tid: SERVER,
        call: accept(false),
        since_ms,
        activity: Activity { state: 'S', syscall: Some(43), arguments: vec![3], wchan: Some("inet_csk_accept".into()) },
        view: view(vec![row("serveur", 3, Content::Socket(listener(waiting)))]),
        why: Why::NoClient { address: "0.0.0.0:3001".into() },
    })))
}

fn finished(defects: u64, weaknesses: u64) -> Event {
    Event::Trace(TraceEvent::Finished(TraceFinished {
        exit: Some(0),
        signal: None,
        calls: 12_431,
        errors: 1,
        defects,
        weaknesses,
        advice: 0,
        information: 0,
        hidden: 31,
    }))
}

fn request_not_read() -> Event {
    let send = call("send", vec![number(4), bytes(b"HTTP/1.1 200 OK\r\n"), number(17), number(0)]);
    let source = Some(SourceLine { file: "serveur.c".into(), line: 41, function: None });
    let evidence = |at_us, call, value, remark| Evidence {
        pid: SERVER,
        at_us,
        exhibit: Exhibit::Call { call, ending: Some(answer(value)), injected: false },
        source: source.clone(),
        remark,
    };
    Event::Trace(TraceEvent::Finding(Box::new(Finding {
        id: Id::RequestNotRead,
        severity: Id::RequestNotRead.severity(),
        pid: SERVER,
        fd: Some(4),
        evidence: vec![
            evidence(2_400_000, accept(true), 4, None),
            evidence(2_400_300, send, 17, None),
            evidence(2_400_900, call("close", vec![number(4)]), 0, Some(Detail::Unread { bytes: 74 })),
        ],
        details: vec![Detail::Unread { bytes: 74 }],
        count: 3,
    })))
}

/// A server with one client, blocked in accept for a while.
fn echo() -> Vec<Event> {
    let address = Value::Address(any(3001));
    let socket = call("socket", vec![symbol("AF_INET"), symbol("SOCK_STREAM"), number(0)]);
    let recv = |line, data: &[u8]| Traced {
        payload: Some(moved(Direction::Received, data, 1024)),
        ..traced(Sys::Recv, Some(4), call("recv", vec![number(4), bytes(data), number(1024), number(0)]), line)
    };
    let send = Traced {
        payload: Some(moved(Direction::Sent, b"salut\n", 6)),
        ..traced(
            Sys::Send,
            Some(4),
            call("send", vec![number(4), bytes(b"salut\n"), number(6), symbol("MSG_NOSIGNAL")]),
            44,
        )
    };
    let table = ["accept", "recv", "send"].map(|name| CallSummary {
        name: name.into(),
        calls: 12_345,
        errors: 1,
        bytes: 1_048_576,
        time_us: 2_345_678,
    });
    vec![
        started(&["3001"], vec![]),
        step(0, What::Born { parent: None }),
        executed(&[b"./serveur", b"3001"]),
        returned(1_234, traced(Sys::Socket, None, socket, 21), answer(3)),
        returned(1_300, traced(Sys::Bind, Some(3), call("bind", vec![number(3), address, number(16)]), 27), answer(0)),
        returned(1_400, traced(Sys::Listen, Some(3), call("listen", vec![number(3), number(2)]), 31), answer(0)),
        entered(1_500, traced(Sys::Accept, Some(3), accept(false), 36)),
        stuck(301_500, 300, 0),
        stuck(1_301_500, 1_300, 1),
        slept(2_347_178, traced(Sys::Accept, Some(3), accept(true), 36), answer(4)),
        returned(2_347_300, recv(41, b"salut\n"), answer(6)),
        returned(2_347_400, send, answer(6)),
        returned(2_347_500, recv(41, b""), answer(0)),
        returned(2_347_600, traced(Sys::Close, Some(4), call("close", vec![number(4)]), 48), answer(0)),
        step(
            2_347_650,
            What::Ending { open: vec![Open { fd: 3, subject: SOCKET, unread: Some(0), peer_left: false }] },
        ),
        step(2_347_700, What::Exited { code: 0 }),
        Event::Trace(TraceEvent::Summary { calls: table.to_vec() }),
        request_not_read(),
        finished(1, 0),
    ]
}

/// Failures, faults, signals, several tasks, long and hostile lines.
#[allow(clippy::too_many_lines, reason = "one story, event after event")]
fn troubles() -> Vec<Event> {
    let fault = |name: &str, effect| Fault { call: name.parse().unwrap(), effect, occurrence: Occurrence::Nth(1) };
    let refused = fault("connect", Effect::Error { errno: Errno::ECONNREFUSED });
    let address = |port| Value::Address(local(port));
    let bind = Traced {
        cause: Some(Cause::HeldByProcess { port: 3001, pid: 40977, command: "python3".into(), state: "LISTEN".into() }),
        ..traced(Sys::Bind, Some(3), call("bind", vec![number(3), Value::Address(any(3001)), number(16)]), 27)
    };
    let connect = Traced {
        injected: Some(refused.clone()),
        ..traced(Sys::Connect, Some(3), call("connect", vec![number(3), address(3001), number(16)]), 12)
    };
    let recv =
        || traced(Sys::Recv, Some(4), call("recv", vec![number(4), symbol("0x7ffd0a10"), number(64), number(0)]), 0);
    let hostile = b"\x1b[2J\x07\r\n\xff\xe2\x80\xae".to_vec();
    let write = Traced {
        subject: Some(Subject::Terminal),
        payload: Some(moved(Direction::Sent, &hostile, 10)),
        ..traced(Sys::Write, Some(1), call("write", vec![number(1), bytes(&hostile), number(10)]), 0)
    };
    let body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>Bonjour</body></html>";
    let part = |data: &[u8]| {
        Value::Record(vec![
            ("iov_base".into(), bytes(data)),
            ("iov_len".into(), number(data.len().cast_signed() as i64)),
        ])
    };
    let writev = Traced {
        payload: Some(moved(Direction::Sent, body, body.len() as u64)),
        ..traced(
            Sys::Writev,
            Some(4),
            call("writev", vec![number(4), Value::List(vec![part(body), part(body)]), number(2)]),
            112,
        )
    };
    let would_block = traced(Sys::Accept, Some(3), call("accept", vec![number(3), Value::Null, Value::Null]), 36);
    let (child, thread) = (SERVER + 1, SERVER + 2);
    vec![
        started(&["--port", "3001"], vec![refused.clone()]),
        step(0, What::Born { parent: None }),
        returned(900, bind, failed(Errno::EADDRINUSE)),
        returned(950, connect, failed(Errno::ECONNREFUSED)),
        returned(980, would_block, failed(Errno::EAGAIN)),
        step(1_000, What::Note(TraceNote::IoUring { pid: SERVER })),
        of(child, child, 1_100, What::Born { parent: Some(SERVER) }),
        of(SERVER, thread, 1_150, What::Born { parent: Some(SERVER) }),
        entered(1_200, recv()),
        of(
            child,
            child,
            1_300,
            What::Executed { program: b"/bin/\x1b]0;x\x07".to_vec(), arguments: vec![b"x y".to_vec()] },
        ),
        slept(3_000_000, recv(), Ending::Interrupted),
        step(3_000_100, What::Signalled { signal: signal("SIGUSR1"), sender: Some(child) }),
        entered(3_000_200, recv()),
        of(
            child,
            child,
            3_000_250,
            What::Returned(Box::new(Return { traced: write, ending: answer(10), duration_us: 2 })),
        ),
        of(
            SERVER,
            thread,
            3_000_260,
            What::Returned(Box::new(Return { traced: writev, ending: answer(154), duration_us: 9 })),
        ),
        of(SERVER, thread, 3_000_300, What::Exited { code: 0 }),
        of(child, child, 3_000_400, What::Stopped { signal: signal("SIGTSTP") }),
        of(child, child, 3_000_500, What::Killed { signal: signal("SIGSEGV"), core: true }),
        Event::Trace(TraceEvent::Stuck(Box::new(Stuck {
            at_us: 3_500_000,
            pid: SERVER,
            tid: SERVER,
            call: recv().call,
            since_ms: 499,
            activity: Activity { state: 'S', syscall: Some(45), arguments: vec![4], wchan: None },
            view: view(vec![]),
            why: Why::BothReceive { peer_pid: 40977, peer_command: "client".into() },
        }))),
        step(3_600_000, What::Deadlock { fd: 4, peer: Peer { pid: 40977, command: "client".into() }, source: None }),
        step(3_600_000, What::Note(TraceNote::FaultUnused { fault: refused, seen: 2 })),
        step(3_600_100, What::Killed { signal: signal("SIGINT"), core: false }),
        finished(0, 0),
    ]
}

fn signal(name: &str) -> Signal {
    Signal::from_name(name).expect("a signal")
}

pub fn all() -> Vec<(&'static str, Vec<Event>)> {
    vec![("trace-echo", echo()), ("trace-troubles", troubles())]
}

fn rendered(look: Look, options: Options, events: &[Event]) -> String {
    let mut out = Vec::new();
    let mut renderer = TraceRenderer::new(&mut out, look, options);
    for event in events {
        renderer.show(event).expect("a vector takes every byte");
    }
    drop(renderer);
    String::from_utf8(out).expect("renderers write UTF-8")
}

pub fn json(events: &[Event]) -> String {
    let mut out = Vec::new();
    let mut renderer = JsonRenderer::new(&mut out).buffered();
    for event in events {
        renderer.show(event).expect("a vector takes every byte");
    }
    renderer.flush().expect("a vector takes every byte");
    String::from_utf8(out).expect("JSON is UTF-8")
}

#[test]
fn recorded_traces_look_as_they_did() {
    let looks = [
        ("80", Look::default()),
        ("40", Look { width: 40, ..Look::default() }),
        ("ascii", Look { ascii: true, ..Look::default() }),
        ("color", Look { color: true, ..Look::default() }),
    ];
    for (name, events) in all() {
        for (label, look) in looks {
            snapshot::check(&format!("{name}-{label}"), &rendered(look, OPTIONS, &events));
        }
        let explained = Options { explain: true, strsize: 8, ..OPTIONS };
        snapshot::check(&format!("{name}-explained"), &rendered(Look::default(), explained, &events));
        snapshot::check(&format!("{name}-json"), &json(&events));
    }
}

#[test]
fn no_line_is_too_wide_and_nothing_is_obeyed() {
    for (name, events) in all() {
        for width in [20, 40, 80, 200] {
            for ascii in [false, true] {
                let look = Look { width, ascii, ..Look::default() };
                let text = rendered(look, OPTIONS, &events);
                for line in text.lines() {
                    let columns: usize = line.chars().filter_map(UnicodeWidthChar::width).sum();
                    assert!(columns <= width.min(80), "{name}: {columns} columns of {width}: {line}");
                    assert!(!line.chars().any(char::is_control), "{name}: {line:?}");
                    assert!(!ascii || line.chars().all(|c| c.is_ascii() || c.is_alphabetic()), "{name}: {line}");
                }
            }
        }
        for line in json(&events).lines() {
            assert!(!line.chars().any(char::is_control), "{name}: {line:?}");
            serde_json::from_str::<serde_json::Value>(line).expect("an object a line");
        }
    }
}

#[test]
fn colour_only_adds_to_traces() {
    for (name, events) in all() {
        let colored = rendered(Look { color: true, ..Look::default() }, OPTIONS, &events);
        let stripped = console::strip_ansi_codes(&colored).replace('`', "");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let plain = rendered(Look::default(), OPTIONS, &events).replace('`', "");
        assert_eq!(words(&stripped), words(&plain), "{name}");
    }
}

/// Shows events one by one on a terminal of 80 columns; the text between them is the program's own.
struct Shell {
    screen: Screen,
    out: Shared,
    renderer: TraceRenderer<Shared>,
}

impl Shell {
    fn new() -> Shell {
        let out = Shared::default();
        let look = Look { linear: false, ..Look::default() };
        let renderer = TraceRenderer::new(out.clone(), look, Options { in_place: true, ..OPTIONS });
        Shell { screen: Screen::new(24, 80), out, renderer }
    }

    fn show(&mut self, event: &Event) -> String {
        self.renderer.show(event).expect("a vector takes every byte");
        self.text()
    }

    fn text(&mut self) -> String {
        self.renderer.flush().expect("a vector takes every byte");
        let mut bytes = std::mem::take(&mut *self.out.0.borrow_mut());
        self.screen.text(&mut bytes)
    }

    /// The program writes, once the narration has made way.
    fn program(&mut self, text: &str) -> String {
        self.renderer.make_way().expect("a vector takes every byte");
        self.out.0.borrow_mut().extend_from_slice(text.as_bytes());
        self.text()
    }
}

fn asleep() -> Event {
    entered(1_500, traced(Sys::Accept, Some(3), accept(false), 36))
}

fn awake() -> Event {
    slept(2_347_178, traced(Sys::Accept, Some(3), accept(true), 36), answer(4))
}

#[test]
fn a_sleeping_call_is_completed_on_its_own_line_while_it_is_the_last() {
    let mut shell = Shell::new();
    assert_eq!(shell.show(&asleep()), "‖ 0.001500  accept(3, 0x7ffd0a10, [16]) …");
    let text = shell.show(&awake());
    assert!(text.starts_with("> 2.347178  accept(3, {AF_INET, 127.0.0.1:50312}, [16]) = 4"), "{text}");
    assert!(!text.contains('…') && text.contains("(après 2,3\u{a0}s)") && text.contains("serveur.c:36"), "{text}");
}

#[test]
fn what_the_program_wrote_in_between_stays() {
    let mut shell = Shell::new();
    shell.show(&asleep());
    shell.program("Bonjour ! ");
    let text = shell.show(&awake());
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with('…') && lines[1].starts_with("Bonjour !"), "{text}");
    assert!(text.contains("= 4"), "{text}");
}

#[test]
fn a_line_being_typed_is_never_written_over() {
    let mut shell = Shell::new();
    let read = Traced {
        subject: Some(Subject::Terminal),
        ..traced(Sys::Read, Some(0), call("read", vec![number(0), symbol("0x7ffd0a10"), number(64)]), 0)
    };
    assert!(shell.show(&entered(10, read.clone())).ends_with('…'));
    shell.program("salut\n");
    let text = shell.show(&slept(2_000_000, read, answer(6)));
    assert_eq!(text.lines().filter(|line| line.contains("read(0")).count(), 2, "{text}");
    assert!(text.lines().any(|line| line == "salut"), "{text}");
}

#[test]
fn other_tasks_end_the_line_of_a_sleeper() {
    let mut shell = Shell::new();
    shell.show(&asleep());
    shell.show(&stuck(301_500, 300, 0));
    let text = shell.show(&awake());
    assert_eq!(text.lines().filter(|line| line.contains("accept(3")).count(), 2, "{text}");
    assert!(text.contains("LISTEN"), "{text}");
}
