//! What `socketlab serve` says of sockets is what `ss` says of them, however many there are: a socket that is there is
//! never « disparu », one that was there is never new.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use socket2::SockRef;

use crate::support::binary::{self, socketlab};
use crate::support::network::private;
use crate::support::served::Served;
use crate::support::{LIMIT, events, has};

const PORT: &str = "3001";
/// Clients of a class.
const CLASS: usize = 30;

/// A server whose narration is read as text.
struct Narrated {
    child: Child,
    said: Arc<(Mutex<Vec<String>>, Condvar)>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Narrated {
    fn start(arguments: &[&str]) -> Narrated {
        let mut command = socketlab(&[&["serve", "--port", PORT], arguments].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let said = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        let (output, heap) = (BufReader::new(child.stdout.take().unwrap()), Arc::clone(&said));
        let reader = thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                heap.0.lock().unwrap().push(line);
                heap.1.notify_all();
            }
        });
        let narrated = Narrated { child, said, reader: Some(reader) };
        narrated.wait(0, "LISTEN", |line| line.contains("LISTEN"));
        narrated
    }

    /// Waits for such a line after the first `from`.
    fn wait(&self, from: usize, what: &str, wanted: impl Fn(&str) -> bool) {
        let mut said = self.said.0.lock().unwrap();
        while !said[from.min(said.len())..].iter().any(|line| wanted(line)) {
            let (next, late) = self.said.1.wait_timeout(said, LIMIT).unwrap();
            said = next;
            assert!(!late.timed_out(), "never said: {what}\n{}", said[from.min(said.len())..].join("\n"));
        }
    }

    fn length(&self) -> usize {
        self.said.0.lock().unwrap().len()
    }

    fn lines(&self, from: usize) -> Vec<String> {
        self.said.0.lock().unwrap()[from..].to_vec()
    }

    /// Ends it by SIGINT; everything that it said.
    fn stop(mut self) -> Vec<String> {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT).unwrap();
        assert!(binary::wait(&mut self.child, LIMIT).expect("the server ends").success());
        self.reader.take().unwrap().join().unwrap();
        self.lines(0)
    }
}

impl Drop for Narrated {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A row of a panel: its mark, both ends, and whether it is said to be gone.
#[derive(Debug)]
struct Said {
    mark: char,
    ends: (String, String),
    gone: bool,
}

fn row(line: &str) -> Option<Said> {
    let mark = line.strip_prefix("  ")?.chars().next()?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let arrow = words.iter().position(|word| ["←", "→"].contains(word))?;
    let ends = ((*words.get(arrow.checked_sub(1)?)?).to_owned(), (*words.get(arrow + 1)?).to_owned());
    Some(Said { mark, ends, gone: line.contains("disparu") })
}

/// The server's ends of its connections, as `ss` lists them; those in TIME_WAIT are over.
fn ss() -> BTreeSet<(String, String)> {
    let output = Command::new("ss").args(["-tanH", "sport", "=", &format!(":{PORT}")]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let alive = words.filter(|words| !["LISTEN", "TIME-WAIT"].contains(&words[0]));
    alive.map(|words| (words[3].to_owned(), words[4].to_owned())).collect()
}

/// What the panels amount to, told one after the other.
#[derive(Debug, Default)]
struct Replay {
    there: BTreeSet<(String, String)>,
    read: usize,
}

impl Replay {
    /// Reads what was said since; then `ss` lists what the panels amount to.
    fn follow(&mut self, server: &Narrated) {
        let lines = server.lines(self.read);
        self.read += lines.len();
        let now = ss();
        let ours = |said: &Said| said.ends.0.ends_with(&format!(":{PORT}"));
        for (line, said) in lines.iter().filter_map(|line| Some((line, row(line)?))).filter(|(_, said)| ours(said)) {
            match said.mark {
                '+' => assert!(self.there.insert(said.ends), "said to be new, and was there: {line}"),
                '-' => {
                    assert!(!said.gone || !now.contains(&said.ends), "said to be gone, and is there: {line}");
                    assert!(self.there.remove(&said.ends), "said to be gone, and never came: {line}");
                }
                _ => assert!(self.there.contains(&said.ends), "said to be as before, and never came: {line}"),
            }
        }
        assert!(!lines.iter().any(|line| line.contains("autres changements")), "{lines:#?}");
        assert_eq!(self.there, now, "what was told, and what ss lists: {lines:#?}");
    }
}

/// A client, and what it has been sent back and not read.
struct Client {
    stream: TcpStream,
    unread: usize,
}

impl Client {
    fn come(server: &Narrated) -> Client {
        let from = server.length();
        let stream = TcpStream::connect(format!("127.0.0.1:{PORT}")).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let client = Client { stream, unread: 0 };
        server.wait(from, "a new row", |line| client.is_told(line, '+'));
        client
    }

    fn is_told(&self, line: &str, mark: char) -> bool {
        let own = self.stream.local_addr().unwrap().to_string();
        row(line).is_some_and(|said| said.mark == mark && said.ends.1 == own)
    }

    /// Says something, and reads the echo.
    fn talk(&mut self, (server, text): (&Narrated, &str)) {
        let from = server.length();
        self.read_late(server);
        self.stream.write_all(text.as_bytes()).unwrap();
        self.stream.read_exact(&mut vec![0; text.len()]).unwrap();
        server.wait(from, text, |line| line.contains(text));
    }

    /// Says something, and does not read the echo.
    fn send(&mut self, server: &Narrated) {
        let from = server.length();
        self.stream.write_all(b"huit oct").unwrap();
        self.unread += 8;
        let said = format!("n’a pas lu\u{a0}: {}\u{a0}o chez lui", self.unread);
        server.wait(from, &said, |line| line.contains(&said));
    }

    fn read_late(&mut self, server: &Narrated) {
        if self.unread > 0 {
            let from = server.length();
            self.stream.read_exact(&mut vec![0; std::mem::take(&mut self.unread)]).unwrap();
            server.wait(from, "all is read", |line| line.contains("n’a pas lu\u{a0}: 0\u{a0}o chez lui"));
        }
    }

    fn leave(self, (server, by_reset): (&Narrated, bool)) {
        let from = server.length();
        if by_reset {
            SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
        let own = self.stream.local_addr().unwrap().to_string();
        drop(self.stream);
        server.wait(from, "a row that is gone", |line| {
            row(line).is_some_and(|said| said.mark == '-' && said.ends.1 == own)
        });
    }
}

/// The same numbers each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn twenty_clients_of_whom_the_third_leaves_are_told_truly() {
    private("twenty_clients_of_whom_the_third_leaves_are_told_truly", || {
        if !has("ss") {
            return;
        }
        let server = Narrated::start(&["--mode", "epoll"]);
        let mut replay = Replay::default();
        let mut clients: Vec<Client> = Vec::new();
        for _ in 0..20 {
            clients.push(Client::come(&server));
            replay.follow(&server);
        }
        let before = server.length();
        clients.remove(2).leave((&server, false));
        replay.follow(&server);
        clients.push(Client::come(&server));
        replay.follow(&server);
        let marks: String = server.lines(before).iter().filter_map(|line| row(line)).map(|said| said.mark).collect();
        assert_eq!(marks.trim(), "-+");
        server.stop();
    });
}

#[test]
fn a_class_is_told_as_ss_lists_it() {
    private("a_class_is_told_as_ss_lists_it", || {
        if !has("ss") {
            return;
        }
        for (seed, mode) in (1..).zip(["threads", "poll", "epoll"]) {
            println!("{mode}");
            let server = Narrated::start(&["--mode", mode]);
            let (mut replay, mut chance) = (Replay::default(), Chance(seed));
            let mut clients: Vec<Client> = Vec::new();
            while clients.len() < CLASS {
                clients.push(Client::come(&server));
                replay.follow(&server);
            }
            for step in 0..40 {
                let who = chance.below(clients.len());
                match chance.below(5) {
                    0 => clients.swap_remove(who).leave((&server, step % 2 == 0)),
                    1 => clients.push(Client::come(&server)),
                    2 => clients[who].talk((&server, &format!("mot {step}"))),
                    3 => clients[who].send(&server),
                    _ => clients[who].read_late(&server),
                }
                replay.follow(&server);
            }
            server.stop();
        }
    });
}

/// The server's ends of its connections, in a `kernel` event.
fn listed(event: &Value) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = event["sockets"].as_array().unwrap().iter();
    let alive = rows.filter(|row| row["state"] != "LISTEN").map(|row| (text(&row["local"]), text(&row["remote"])));
    alive.filter(|ends| ends.0.ends_with(&format!(":{PORT}"))).collect()
}

#[test]
fn scripts_are_given_every_socket_that_ss_lists() {
    private("scripts_are_given_every_socket_that_ss_lists", || {
        if !has("ss") {
            return;
        }
        for (seed, mode) in (7..).zip(["fork", "threads", "poll", "epoll"]) {
            println!("{mode}");
            let arguments = ["serve", "--format", "json", "--port", PORT, "--mode", mode];
            let mut server = Served::of(&mut socketlab(&arguments));
            let mut chance = Chance(seed);
            let mut clients: Vec<TcpStream> = Vec::new();
            for _ in 0..6 {
                clients.retain(|_| chance.below(2) == 0);
                while clients.len() < CLASS {
                    clients.push(TcpStream::connect(format!("127.0.0.1:{PORT}")).unwrap());
                }
                let own: BTreeSet<String> =
                    clients.iter().map(|client| client.local_addr().unwrap().to_string()).collect();
                server.await_event(|event| {
                    events::kind(event) == "kernel"
                        && listed(event).into_iter().map(|ends| ends.1).collect::<BTreeSet<_>>() == own
                        && listed(event) == ss()
                });
            }
            server.stop().well();
        }
    });
}

/// More than the narration waits before it shows the kernel of who is never quiet.
const QUIET: Duration = Duration::from_millis(2200);

/// A view is told where it stands in the story: a descriptor is in each view between the accept that gave it and its close.
#[test]
fn no_view_runs_ahead_of_the_calls() {
    private("no_view_runs_ahead_of_the_calls", || {
        for mode in ["iterative", "threads", "epoll"] {
            let mut server = Served::start(&["--mode", mode]);
            // Three come; two wait where one is served at a time.
            let mut clients: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
            for client in &mut clients {
                client.write_all(b"x").unwrap();
            }
            clients[0].read_exact(&mut [0]).unwrap();
            // Quiet for longer than the time after which who is never quiet is shown: it is this time that is tried.
            thread::sleep(QUIET);
            // All leave at once: many calls follow each other.
            drop(clients);
            for _ in 0..3 {
                server.await_event(|event| event["event"] == "client-gone");
            }
            let over = server.stop();
            assert_each_view_in_place(mode, &over.events);
        }
    });
}

fn assert_each_view_in_place(mode: &str, events: &[Value]) {
    let mut open = BTreeSet::new();
    for event in events {
        match (event["event"].as_str(), event["call"].as_str()) {
            (Some("returned"), Some("accept")) if event["errno"].is_null() => {
                open.insert(event["result"].as_i64().unwrap());
            }
            (Some("call"), Some("close")) => {
                open.remove(&event["args"][0].as_i64().unwrap());
            }
            (Some("kernel"), _) => {
                let shown: BTreeSet<i64> =
                    event["sockets"].as_array().unwrap().iter().filter_map(|socket| socket["fd"].as_i64()).collect();
                assert!(open.is_subset(&shown), "{mode}: {open:?} are open, {event}");
            }
            _ => {}
        }
    }
}
