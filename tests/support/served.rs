//! `socketlab serve` as a running process: its events as they come, its port, and its end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::binary::{self, gather, gathered, socketlab};
use super::{LIMIT, events};

/// A server that listens. Killed when dropped.
pub struct Served {
    child: Child,
    events: Receiver<Value>,
    errors: Receiver<Vec<u8>>,
    pub seen: Vec<Value>,
    pub port: u16,
}

/// How a server ended.
pub struct Over {
    pub status: ExitStatus,
    pub events: Vec<Value>,
    pub errors: String,
}

impl Served {
    /// Starts `socketlab serve --format json --port auto` with more arguments, and waits until it listens.
    pub fn start(arguments: &[&str]) -> Served {
        let all = [&["serve", "--format", "json", "--port", "auto"], arguments].concat();
        Served::of(&mut socketlab(&all))
    }

    /// The same, of a whole command.
    pub fn of(command: &mut Command) -> Served {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        let events = lines(child.stdout.take().unwrap());
        let errors = gather(child.stderr.take());
        let mut served = Served { child, events, errors, seen: Vec::new(), port: 0 };
        let listening = served.await_event(|event| events::kind(event) == "listening");
        let address = listening["address"].as_str().unwrap();
        served.port = address.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(0);
        served
    }

    /// The next event that is this; those before it are kept in `seen`.
    pub fn await_event(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + LIMIT;
        while Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else { break };
            self.seen.push(event.clone());
            if wanted(&event) {
                return event;
            }
        }
        panic!("the event did not come; seen: {:#?}", self.seen)
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Ends it by SIGINT.
    pub fn stop(self) -> Over {
        kill(self.pid(), Signal::SIGINT).unwrap();
        self.end()
    }

    /// Waits until it has ended, however.
    pub fn await_end(mut self) {
        binary::wait(&mut self.child, LIMIT).expect("the server ends");
    }

    /// Waits until it ends by itself.
    pub fn end(mut self) -> Over {
        let status = binary::wait(&mut self.child, LIMIT).expect("the server ends");
        let mut events = std::mem::take(&mut self.seen);
        events.extend(self.events.iter());
        let errors = String::from_utf8(gathered(&self.errors)).unwrap();
        Over { status, events, errors }
    }
}

impl Over {
    /// Ended in good order; its last event.
    pub fn well(&self) -> &Value {
        assert_eq!(self.status.code(), Some(0), "{}\n{:#?}", self.errors, self.events);
        assert_eq!(self.errors, "");
        let last = self.events.last().unwrap();
        assert_eq!(events::kind(last), "serve-finished", "{last}");
        last
    }

    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.events.iter().filter(move |event| events::kind(event) == kind)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Each line as an event, on a thread of its own.
fn lines(stdout: impl Read + Send + 'static) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let event = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if sender.send(event).is_err() {
                break;
            }
        }
    });
    receiver
}
