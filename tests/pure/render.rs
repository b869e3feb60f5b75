//! Renderers on recorded events.

mod documented;
mod hostile;
mod peers;
mod recorded;
mod snapshot;
mod trace;

use std::num::NonZero;

use proptest::prelude::*;
use socketlab::event::peer::{Task, Transport};
use socketlab::event::{ActorEvent, Event, PeerEvent, Renderer, Waiting};
use socketlab::render::json::JsonRenderer;
use socketlab::render::style::Look;
use socketlab::render::terminal::TerminalRenderer;
use socketlab::render::typed::{self, TypedRenderer};
use unicode_width::UnicodeWidthChar;

fn rendered(look: Look, events: &[Event]) -> String {
    let mut out = Vec::new();
    let mut renderer = TerminalRenderer::new(&mut out, look);
    for event in events {
        renderer.show(event).expect("a vector takes every byte");
    }
    drop(renderer);
    String::from_utf8(out).expect("renderers write UTF-8")
}

fn json(events: &[Event]) -> String {
    let mut out = Vec::new();
    let mut renderer = JsonRenderer::new(&mut out);
    for event in events {
        renderer.show(event).expect("a vector takes every byte");
    }
    String::from_utf8(out).expect("JSON is UTF-8")
}

#[test]
fn recorded_lessons_look_as_they_did() {
    let looks = [
        ("80", Look::default()),
        ("120", Look { width: 120, ..Look::default() }),
        ("40", Look { width: 40, ..Look::default() }),
        ("ascii", Look { ascii: true, ..Look::default() }),
        ("color", Look { color: true, ..Look::default() }),
    ];
    for (name, events) in recorded::all() {
        for (label, look) in looks {
            snapshot::check(&format!("{name}-{label}"), &rendered(look, &events));
        }
        snapshot::check(&format!("{name}-json"), &json(&events));
    }
}

#[test]
fn nothing_is_wider_on_a_wide_terminal() {
    for (name, events) in recorded::all() {
        assert_eq!(
            rendered(Look { width: 120, ..Look::default() }, &events),
            rendered(Look::default(), &events),
            "{name}"
        );
    }
}

#[test]
fn colour_only_adds() {
    for (name, events) in recorded::all() {
        let colored = rendered(Look { color: true, ..Look::default() }, &events);
        let stripped = console::strip_ansi_codes(&colored).replace('`', "");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let plain = rendered(Look::default(), &events).replace('`', "");
        assert_eq!(words(&stripped), words(&plain), "{name}");
    }
}

#[test]
fn ascii_keeps_accents_alone() {
    for (name, events) in recorded::all() {
        let text = rendered(Look { ascii: true, ..Look::default() }, &events);
        let odd = text.chars().find(|c| !c.is_ascii() && !c.is_alphabetic());
        assert_eq!(odd, None, "{name}");
    }
}

/// What stands between quotes on a line of Rust.
fn literals(line: &str) -> Vec<String> {
    let line = line.replace("\\\"", "\u{1}");
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn french_sentences_keep_their_no_break_spaces() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text");
    for file in [
        "cause",
        "expected",
        "peer",
        "peer/advice",
        "peer/misbehaviour",
        "http",
        "serve",
        "quantity",
        "sentence",
        "socket",
        "trouble",
    ] {
        let source = std::fs::read_to_string(folder.join(format!("{file}.rs"))).expect("the sentences");
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for literal in code.flat_map(literals) {
            let breakable = [" ;", " !", " ?", " :", "« ", " »"].iter().find(|pair| literal.contains(**pair));
            assert_eq!(breakable, None, "{file}.rs: {literal}");
            assert!(
                !literal.contains('\'') || !literal.contains(|c: char| "éèàêç".contains(c)),
                "{file}.rs: {literal}"
            );
        }
    }
}

/// A terminal of that size, after these bytes.
struct Screen(vt100::Parser);

impl Screen {
    fn new(rows: u16, columns: u16) -> Screen {
        let size = |value| NonZero::new(value).expect("a screen has a size");
        Screen(vt100::Parser::new(size(rows), size(columns), 200))
    }

    fn text(&mut self, bytes: &mut Vec<u8>) -> String {
        let bytes = String::from_utf8(std::mem::take(bytes)).expect("renderers write UTF-8");
        self.0.process(bytes.replace('\n', "\r\n").as_bytes());
        self.0.screen().contents()
    }
}

#[derive(Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A live renderer, its screen, and how to look at it.
struct Watched {
    renderer: TerminalRenderer<Shared>,
    out: Shared,
    screen: Screen,
}

impl Watched {
    fn new(rows: u16, columns: u16) -> Watched {
        let out = Shared::default();
        let look = Look { linear: false, width: columns.into(), height: rows.into(), ..Look::default() };
        let renderer = TerminalRenderer::new(out.clone(), look);
        Watched { renderer, out, screen: Screen::new(rows, columns) }
    }

    fn show(&mut self, event: &Event) -> String {
        self.renderer.show(event).expect("memory");
        self.screen.text(&mut self.out.0.borrow_mut())
    }

    fn wait(&mut self, waiting: &Waiting) -> String {
        self.renderer.wait(waiting).expect("memory");
        self.screen.text(&mut self.out.0.borrow_mut())
    }
}

#[test]
fn the_clock_of_a_blocked_call_runs_in_place() {
    let mut watched = Watched::new(24, 80);
    let events = recorded::accept_then_client();
    let asleep =
        events.iter().position(|event| matches!(event, Event::Actor(ActorEvent::Blocked(_)))).expect("a blocked call");
    for event in &events[3..asleep + 3] {
        watched.show(event);
    }
    let seven = watched.wait(&recorded::waiting(7));
    assert_eq!(seven.matches("accept(3, NULL, NULL) …").count(), 1, "{seven}");
    assert!(seven.contains("bloqué depuis 0:07"), "{seven}");
    snapshot::check("live-waiting", &seven);
    let eight = watched.wait(&recorded::waiting(8));
    assert_eq!(eight, seven.replace("0:07", "0:08"));
    let mut last = String::new();
    for event in &events[asleep + 3..] {
        last = watched.show(event);
    }
    assert!(!last.contains("Depuis ce poste") && !last.contains("depuis 0:08"), "{last}");
    snapshot::check("live-over", &last);
}

#[test]
fn an_unchanged_wait_writes_nothing() {
    let mut watched = Watched::new(24, 80);
    watched.show(&Event::Actor(ActorEvent::Blocked(recorded::blocked())));
    watched.wait(&recorded::waiting(7));
    watched.renderer.wait(&recorded::waiting(7)).expect("memory");
    assert!(watched.out.0.borrow().is_empty());
    watched.renderer.wait(&recorded::waiting(8)).expect("memory");
    let bytes = watched.out.0.borrow().len();
    assert!(bytes < 200, "one line is redrawn, not the area: {bytes} bytes");
}

#[test]
fn a_visitor_appears_in_the_live_panel() {
    let mut watched = Watched::new(24, 80);
    watched.show(&Event::Actor(ActorEvent::Kernel { view: recorded::listening() }));
    watched.show(&Event::Actor(ActorEvent::Blocked(recorded::blocked())));
    let mut waiting = recorded::waiting(9);
    watched.wait(&waiting);
    waiting.view = recorded::view(vec![
        recorded::row("serveur", 3, socketlab::state::Content::Socket(recorded::listener(1))),
        recorded::waiting_connection(50312),
    ]);
    let text = watched.wait(&waiting);
    assert!(text.contains("en attente\u{a0}: 1 (avant 0)"), "{text}");
    assert!(text.contains("établie, pas encore acceptée"), "{text}");
}

#[test]
fn a_short_screen_keeps_the_keys() {
    let mut watched = Watched::new(6, 80);
    for event in &recorded::accept_then_client()[..8] {
        watched.show(event);
    }
    let before = watched.screen.text(&mut Vec::new());
    let text = watched.wait(&recorded::waiting(7));
    assert!(text.trim_end().ends_with("q\u{a0}quitter"), "{text}");
    watched.wait(&recorded::waiting(8));
    watched.renderer.pause().expect("memory");
    let after = watched.screen.text(&mut watched.out.0.borrow_mut());
    assert!(before.ends_with(after.trim_end()) || after.is_empty(), "{before}\n--\n{after}");
}

#[test]
fn linear_waiting_is_said_once() {
    let mut out = Vec::new();
    let mut renderer = TerminalRenderer::new(&mut out, Look::default());
    renderer.show(&Event::Actor(ActorEvent::Blocked(recorded::blocked()))).expect("memory");
    for second in 0..5 {
        renderer.wait(&recorded::waiting(second)).expect("memory");
    }
    let mut arrived = recorded::waiting(6);
    arrived.view = recorded::after_accept();
    renderer.wait(&arrived).expect("memory");
    drop(renderer);
    let text = String::from_utf8(out).expect("renderers write UTF-8");
    assert!(!text.contains('\x1b'));
    assert_eq!(text.matches("Depuis ce poste").count(), 1, "{text}");
    snapshot::check("linear-waiting", &text);
}

/// What clients type is what this server understands, and is not said again where nothing is repainted.
#[test]
fn a_server_waits_with_its_own_addresses() {
    let started = |transport, task| {
        let events = peers::all().into_iter().flat_map(|(_, events)| events);
        let wanted = move |event: &Event| matches!(event, Event::Peer(PeerEvent::ServeStarted(started)) if started.transport == transport && started.task == task);
        events.into_iter().find(wanted).expect("such a server")
    };
    let waiting = Waiting { keys: Vec::new(), ..recorded::waiting(7) };
    for (transport, task, typed) in [
        (Transport::Tcp, Task::Http, "nc 127.0.0.1 3001     ou http://127.0.0.1:3001/"),
        (Transport::Udp, Task::Silent, "nc -u 127.0.0.1 3001"),
        (Transport::Tcp, Task::Echo, "nc 127.0.0.1 3001"),
    ] {
        let mut watched = Watched::new(24, 80);
        watched.show(&started(transport, task));
        let text = watched.wait(&waiting);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let line = format!("  Depuis ce poste         {typed}");
        assert!(lines.contains(&line.as_str()), "{text}");
        assert!(!text.contains("navigateur"), "{text}");
    }
    let mut out = Vec::new();
    let mut renderer = TerminalRenderer::new(&mut out, Look::default());
    renderer.show(&started(Transport::Tcp, Task::Echo)).expect("memory");
    for second in 0..3 {
        renderer.wait(&Waiting { keys: Vec::new(), ..recorded::waiting(second) }).expect("memory");
    }
    drop(renderer);
    let text = String::from_utf8(out).expect("renderers write UTF-8");
    assert!(!text.contains("Depuis ce poste"), "{text}");
}

/// No word of a lesson where there is none; long help once.
#[test]
fn failures_of_a_peer_are_explained_once() {
    let (_, events) = peers::all().into_iter().find(|(name, _)| *name == "serve-failures").expect("recorded");
    let text = rendered(Look::default(), &events);
    assert!(!text.contains("jugé") && !text.contains("leçon") && !text.contains("lesson"), "{text}");
    assert_eq!(text.matches("perror(\"accept\")").count(), 1, "{text}");
    assert_eq!(text.matches("EMFILE").count(), 2, "{text}");
    assert!(text.contains("socketlab serve --port auto"), "{text}");
}

fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        3 => "[ -~]{0,40}",
        2 => "\\PC{0,20}",
        1 => any::<String>(),
        1 => Just("\u{1b}[2J\u{1b}]0;titre\u{7}\u{9b}31m\r\n\t\u{202e}\u{200b}".to_owned()),
        1 => Just("日本語".repeat(20)),
        1 => Just("a".repeat(300)),
        1 => Just("e\u{301}\u{a0}\u{202f}".repeat(30)),
    ];
    prop::collection::vec(pieces, 1..3).prop_map(|pieces| pieces.concat())
}

fn all_templates() -> &'static [hostile::Template] {
    static TEMPLATES: std::sync::OnceLock<Vec<hostile::Template>> = std::sync::OnceLock::new();
    TEMPLATES.get_or_init(|| recorded::all().iter().flat_map(|(_, events)| hostile::templates(events)).collect())
}

fn width(line: &str) -> usize {
    line.chars().map(|c| c.width().unwrap_or(usize::from(u8::MAX))).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_event_is_wider_than_the_screen_nor_acts_on_it(
        text in hostile_text(),
        seed in 0_usize..1000,
        columns in 20_usize..=120,
        ascii in any::<bool>(),
        color in any::<bool>(),
    ) {
        let events: Vec<_> = all_templates().iter().map(|template| template.filled(&text, seed)).collect();
        let look = Look { width: columns, ascii, color, ..Look::default() };
        let shown = rendered(look, &events);
        for line in shown.lines() {
            let line = if color { console::strip_ansi_codes(line) } else { line.into() };
            prop_assert!(width(&line) <= columns.min(80), "{} columns: {:?}", columns, line);
            prop_assert!(!line.chars().any(char::is_control), "{:?}", line);
        }
        for line in json(&events).lines() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(line).is_ok());
            prop_assert!(!line.chars().any(char::is_control), "{:?}", line);
        }
    }
}

/// What `lint` hears of a lesson that another process plays is what was told there.
#[test]
fn every_event_crosses_to_another_socketlab() {
    let stories = [recorded::all(), peers::all(), trace::all()].concat();
    let mut kinds = std::collections::BTreeSet::new();
    for event in stories.iter().flat_map(|(_, events)| events) {
        let mut line = Vec::new();
        TypedRenderer::new(&mut line).show(event).unwrap();
        assert_eq!(typed::read(&line).unwrap(), *event);
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1), "one line");
        kinds.insert(format!("{event:?}").split(['{', '(']).take(2).collect::<String>());
    }
    assert_eq!(kinds.len(), 39, "{kinds:?}");
    assert!(typed::read(b"{\"Lesson\":{\"Fini").is_err());
}
