//! Lesson 5 at the keyboard, in a terminal, with real clients.

use std::io::Read;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::support::binary::{self, socketlab};
use crate::support::remains::Followed;
use crate::support::terminal::{Size, Terminal, USUAL, folded};
use crate::support::{LIMIT, has, network, until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PORT: u16 = 3001;
const INTERRUPTED: i32 = 130;

/// Lesson 5 in a terminal, its processes followed.
fn open(size: Size, more: &[&str]) -> (Terminal, Followed) {
    let mut command = socketlab(&[&["lesson", "5"], more].concat());
    let followed = Followed::new(&mut command);
    (Terminal::with(size, &command), followed)
}

/// Lesson 5, stopped inside accept on an empty queue.
fn blocked(size: Size) -> (Terminal, Followed) {
    let (mut terminal, followed) = open(size, &["--from", "file-vide"]);
    terminal.enter_until("bloqué depuis");
    terminal.wait_text("nc 127.0.0.1 3001");
    (terminal, followed)
}

fn connect() -> TcpStream {
    TcpStream::connect(("127.0.0.1", PORT)).unwrap()
}

fn nc() -> Child {
    let mut command = Command::new("nc");
    command.args(["127.0.0.1", &PORT.to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn assert_within(terminal: &Terminal, columns: usize) {
    for line in terminal.contents().lines() {
        assert!(line.chars().count() <= columns, "{line}");
    }
}

fn leave(terminal: &mut Terminal, followed: &Followed, case: &str) {
    assert!(terminal.ready(), "{case}: {}", terminal.framed());
    terminal.press("q");
    assert_eq!(terminal.end(), 0, "{case}: {}", terminal.framed());
    assert!(terminal.mode_restored(), "{case}: {:?} was {:?}", terminal.mode(), terminal.mode_before());
    finished(terminal, followed, case);
}

fn finished(terminal: &mut Terminal, followed: &Followed, case: &str) {
    terminal.close();
    followed.assert_nothing_left(case);
}

#[test]
fn a_real_nc_meets_the_blocked_accept() {
    if !has("nc") {
        return;
    }
    network::private("a_real_nc_meets_the_blocked_accept", || {
        let (mut terminal, followed) = open(USUAL, &[]);
        // The whole way by keyboard, from the first step to the empty queue.
        terminal.enter_until("bloqué depuis");
        terminal.wait_text("accept(3,");
        terminal.wait_text("nc 127.0.0.1 3001");
        terminal.wait_text("q quitter");
        assert_within(&terminal, 80);
        let mut visitor = nc();
        let pid = visitor.id().to_string();
        terminal.wait_history(&format!("nc (pid {pid})"));
        terminal.wait_history("= 4");
        let history = folded(&terminal.history());
        assert!(history.contains("127.0.0.1:3001 ← 127.0.0.1:"), "the client with its address: {history}");
        assert!(terminal.ready());
        terminal.press("q");
        assert_eq!(terminal.end(), 0, "{}", terminal.framed());
        assert!(terminal.mode_restored());
        let _gone = visitor.kill();
        visitor.wait().unwrap();
        finished(&mut terminal, &followed, "after nc");
    });
}

#[test]
fn a_program_s_own_client_meets_it_too() {
    network::private("a_program_s_own_client_meets_it_too", || {
        let (mut terminal, followed) = blocked(USUAL);
        let mut visitor = connect();
        let address = visitor.local_addr().unwrap().to_string();
        terminal.wait_history(&address);
        // The lesson goes on to its end with the stranger in the client's role.
        while terminal.ready() {
            terminal.press("\n");
        }
        assert_eq!(terminal.end(), 0, "{}", terminal.framed());
        let history = terminal.history();
        assert!(!history.contains("Résultat inattendu"), "a stranger is never judged: {history}");
        assert!(terminal.mode_restored());
        // The server has closed its end.
        visitor.set_read_timeout(Some(LIMIT)).unwrap();
        let mut rest = Vec::new();
        let _closed = visitor.read_to_end(&mut rest);
        drop(visitor);
        finished(&mut terminal, &followed, "a whole lesson with a stranger");
    });
}

#[test]
fn a_second_visitor_is_one_more_visitor() {
    network::private("a_second_visitor_is_one_more_visitor", || {
        let (mut terminal, followed) = blocked(USUAL);
        let first = connect();
        let second = connect();
        terminal.wait_history(&first.local_addr().unwrap().to_string());
        terminal.wait_history(&second.local_addr().unwrap().to_string());
        terminal.wait_history("utre visiteur");
        let history = terminal.history();
        assert!(!history.contains("Résultat inattendu"), "a visitor breaks nothing: {history}");
        drop((first, second));
        leave(&mut terminal, &followed, "two visitors");
    });
}

#[test]
fn a_visitor_who_leaves_at_once_breaks_nothing() {
    network::private("a_visitor_who_leaves_at_once_breaks_nothing", || {
        let (mut terminal, followed) = blocked(USUAL);
        for _ in 0..3 {
            drop(connect());
        }
        terminal.wait_history("= 4");
        assert!(!terminal.history().contains("Résultat inattendu"), "{}", terminal.history());
        leave(&mut terminal, &followed, "visitors who left");
    });
}

#[test]
fn c_plays_the_peer() {
    network::private("c_plays_the_peer", || {
        let (mut terminal, followed) = blocked(USUAL);
        terminal.press("c");
        terminal.wait_history("= 4");
        terminal.wait_history("connect(3,");
        leave(&mut terminal, &followed, "c");
    });
}

#[test]
fn the_other_keys_answer_inside_a_blocked_call() {
    network::private("the_other_keys_answer_inside_a_blocked_call", || {
        let (mut terminal, followed) = blocked(USUAL);
        for (key, answer) in [("e", "explain accept"), ("d", "état S"), ("i", "Indice 1 sur")] {
            terminal.press(key);
            terminal.wait_history(answer);
            assert!(terminal.ready());
        }
        terminal.wait_text("bloqué depuis");
        // The step again, with fresh actors, up to the same blocked call.
        let first = sleeper(&terminal.contents()).expect("the server sleeps");
        terminal.press("r");
        terminal.enter_until_seen("another server", |screen| sleeper(screen).is_some_and(|pid| pid != first));
        leave(&mut terminal, &followed, "every key");
    });
}

/// The process that sleeps in accept, as the last such line of the screen says.
fn sleeper(screen: &str) -> Option<u32> {
    let line = screen.lines().rev().find(|line| line.contains("bloqué depuis"))?;
    line.split("(pid ").nth(1)?.split(')').next()?.parse().ok()
}

#[test]
fn ctrl_c_interrupts_accept() {
    network::private("ctrl_c_interrupts_accept", || {
        let (mut terminal, followed) = blocked(USUAL);
        terminal.press("\u{3}");
        assert_eq!(terminal.end(), INTERRUPTED, "{}", terminal.framed());
        let history = folded(&terminal.history());
        let (_, after) = history.split_once("EINTR").expect("accept really returned EINTR");
        assert!(after.contains("Interrompu par un signal : montré, pas jugé."), "{history}");
        assert!(terminal.mode_restored(), "{:?}", terminal.mode());
        finished(&mut terminal, &followed, "Ctrl-C inside accept");
    });
}

#[test]
fn ctrl_c_ends_a_pause_and_a_question() {
    network::private("ctrl_c_ends_a_pause_and_a_question", || {
        for steps in [0, 1, 4, 9] {
            let (mut terminal, followed) = open(USUAL, &[]);
            for _ in 0..steps {
                assert!(terminal.ready());
                terminal.press("\n");
            }
            assert!(terminal.ready());
            terminal.press("\u{3}");
            assert_eq!(terminal.end(), INTERRUPTED, "{steps} steps: {}", terminal.framed());
            assert!(terminal.mode_restored(), "{steps} steps");
            finished(&mut terminal, &followed, "Ctrl-C in a pause");
        }
    });
}

#[test]
fn the_end_of_the_keyboard_is_an_end() {
    network::private("the_end_of_the_keyboard_is_an_end", || {
        let (mut terminal, followed) = blocked(USUAL);
        terminal.press("\u{4}");
        assert_eq!(terminal.end(), 0, "{}", terminal.framed());
        assert!(terminal.mode_restored());
        finished(&mut terminal, &followed, "Ctrl-D inside accept");
    });
}

#[test]
fn a_closed_window_leaves_nothing() {
    network::private("a_closed_window_leaves_nothing", || {
        let (mut terminal, followed) = blocked(USUAL);
        assert!(network::listening().contains(&PORT));
        terminal.close();
        followed.assert_nothing_left("closed window inside accept");

        let (mut terminal, followed) = open(USUAL, &[]);
        assert!(terminal.ready());
        terminal.close();
        followed.assert_nothing_left("closed window in a pause");
    });
}

#[test]
fn every_signal_restores_the_terminal() {
    network::private("every_signal_restores_the_terminal", || {
        for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGKILL] {
            let (mut terminal, followed) = blocked(USUAL);
            assert!(!terminal.mode_restored(), "the keyboard is read key by key meanwhile");
            kill(Pid::from_raw(terminal.command_pid()), signal).unwrap();
            let code = terminal.end();
            if signal == Signal::SIGKILL {
                assert_eq!(code, 128 + 9, "{}", terminal.framed());
            } else {
                assert_eq!(code, INTERRUPTED, "{signal}: {}", terminal.framed());
            }
            let restored = until(LIMIT, || terminal.mode_restored().then_some(()));
            assert!(restored.is_some(), "{signal}: {:?} was {:?}", terminal.mode(), terminal.mode_before());
            finished(&mut terminal, &followed, &format!("{signal} inside accept"));
        }
    });
}

#[test]
fn a_narrow_window_keeps_working() {
    network::private("a_narrow_window_keeps_working", || {
        let (mut terminal, followed) = blocked(USUAL);
        terminal.resize(Size { rows: 24, columns: 20 });
        // Whatever is drawn from now on is drawn for the new width: nothing is broken by the terminal itself.
        terminal.press("e");
        terminal.wait_history("explain accept");
        terminal.wait_text("q quitter");
        let wide = terminal.raw().len();
        let visitor = connect();
        terminal.wait_history("= 4");
        let mut screen = vt100::Parser::new(500.try_into().unwrap(), 20.try_into().unwrap(), 0);
        screen.process(&terminal.raw()[wide..]);
        let broken: Vec<String> = (0..500)
            .filter(|row| screen.screen().row_wrapped(*row))
            .filter_map(|row| screen.screen().rows(0, 20).nth(usize::from(row)))
            .collect();
        assert!(broken.is_empty(), "wider than 20 columns: {broken:#?}");
        drop(visitor);
        leave(&mut terminal, &followed, "20 columns");
    });
}

#[test]
fn a_lesson_begun_in_a_narrow_window_plays() {
    network::private("a_lesson_begun_in_a_narrow_window_plays", || {
        let (mut terminal, followed) = open(Size { rows: 10, columns: 20 }, &["--from", "file-vide"]);
        terminal.enter_until("q quitter");
        for _ in 0..6 {
            assert!(terminal.ready());
            terminal.press("\n");
        }
        assert!(terminal.ready());
        leave(&mut terminal, &followed, "begun in 20 columns");
    });
}

#[test]
fn garbage_typed_in_a_blocked_call_is_nothing() {
    network::private("garbage_typed_in_a_blocked_call_is_nothing", || {
        let (mut terminal, followed) = blocked(USUAL);
        for garbage in ["zzz", "\u{1b}[A", "\u{1b}[200~collé\u{1b}[201~", "é", "\u{7f}", "\t", "Z", "\0"] {
            terminal.press(garbage);
            assert!(terminal.ready());
        }
        terminal.wait_text("bloqué depuis");
        assert!(!terminal.contents().contains("zzz"), "what is typed is not echoed: {}", terminal.framed());
        let visitor = connect();
        terminal.wait_history("= 4");
        drop(visitor);
        leave(&mut terminal, &followed, "garbage");
    });
}

#[test]
fn a_taken_port_is_told_with_a_command_that_works() {
    network::private("a_taken_port_is_told_with_a_command_that_works", || {
        let taken = std::net::TcpListener::bind(("0.0.0.0", PORT)).unwrap();
        let (mut terminal, followed) = open(USUAL, &[]);
        assert_eq!(terminal.end(), 4, "{}", terminal.framed());
        let text = folded(&terminal.history());
        let offer = text.split("socketlab lesson 5 --port ").nth(1).and_then(|rest| rest.split_whitespace().next());
        let port = offer.unwrap_or_else(|| panic!("no command in {text}"));
        let ended = binary::run(&mut socketlab(&["lesson", "5", "--auto", "--port", port]));
        assert_eq!(ended.code(), Some(0), "{}", ended.whole());
        drop(taken);
        finished(&mut terminal, &followed, "a taken port");
    });
}

#[test]
fn linear_output_never_draws_again() {
    network::private("linear_output_never_draws_again", || {
        let (mut terminal, followed) = open(USUAL, &["--from", "file-vide", "--linear"]);
        for _ in 0..12 {
            assert!(terminal.ready());
            terminal.press("\n");
        }
        assert!(terminal.ready());
        terminal.press("\u{3}");
        terminal.end();
        let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
        for sequence in raw.split('\u{1b}').skip(1) {
            let moves = sequence.starts_with('[')
                && sequence[1..]
                    .trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
                    .starts_with(['A', 'B', 'H', 'J', 'K', 'F', 'G']);
            assert!(!moves, "the cursor moves: {sequence:?}");
        }
        finished(&mut terminal, &followed, "--linear");
    });
}
