//! A server of the library, run in a thread of the test and seen through its events; plain sockets are its clients.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, OnceLock, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::socket::SockaddrStorage;
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use socketlab::event::misbehaviours::Misbehaviours;
use socketlab::event::peer::{ClientGone, End, Mode, PeerNote};
use socketlab::event::{Event, PeerEvent};
use socketlab::peer::caller::Caller;
use socketlab::peer::event_channel::{Received, channel};
use socketlab::peer::server::open::{Endpoint, open};
use socketlab::peer::server::{Make, Server, Settings};
use socketlab::peer::service::Service;
use socketlab::peer::service::echo::Echo;
use socketlab::peer::stop::Stop;
use socketlab::peer::taking::PATIENCE;
use socketlab::peer::tally::Tally;
use socketlab::syscall::address::Address;

use super::{LIMIT, again, forget_the_caller};

pub const EVERY_MODE: [Mode; 5] = [Mode::Iterative, Mode::Fork, Mode::Threads, Mode::Poll, Mode::Epoll];
/// Those that serve several clients at once.
pub const CONCURRENT: [Mode; 4] = [Mode::Fork, Mode::Threads, Mode::Poll, Mode::Epoll];

#[derive(Debug, Default)]
struct Heap {
    events: Mutex<Vec<Event>>,
    more: Condvar,
}

#[derive(Debug)]
pub struct Lab {
    pub address: Address,
    pub stop: Arc<Stop>,
    pub tally: Arc<Tally>,
    heap: Arc<Heap>,
    server: JoinHandle<std::io::Result<()>>,
    hearing: JoinHandle<()>,
}

pub fn settings(mode: Mode) -> Settings {
    let make: Box<Make> = Box::new(|| Box::new(Echo));
    Settings {
        mode,
        misbehaviours: Misbehaviours::default(),
        make,
        once: false,
        max_clients: None,
        archive: None,
        patience: PATIENCE,
    }
}

pub fn with(mode: Mode, service: impl Service + Clone + Sync + 'static) -> Settings {
    Settings { make: Box::new(move || Box::new(service.clone())), ..settings(mode) }
}

/// The clients of a test live in the server's own process: forked children get copies of their sockets, and would keep
/// their connections open. So each child closes those first.
fn without_inheritance(settings: Settings, server: Arc<OnceLock<Address>>) -> Settings {
    let (parent, make) = (std::process::id(), settings.make);
    let first = move || {
        if std::process::id() != parent {
            let server = server.get().unwrap();
            for fd in 3..4096 {
                let peer = nix::sys::socket::getpeername::<SockaddrStorage>(fd);
                let bytes = peer.iter().flat_map(named).collect::<Vec<_>>();
                if !bytes.is_empty() && bytes == server.to_string().as_bytes() {
                    nix::unistd::close(fd).unwrap();
                }
            }
        }
        make()
    };
    Settings { make: Box::new(first), ..settings }
}

fn named(peer: &SockaddrStorage) -> Vec<u8> {
    let inet = peer.as_sockaddr_in().map(ToString::to_string);
    let path = || peer.as_unix_addr().and_then(|unix| unix.path()).map(|path| path.display().to_string());
    inet.or_else(path).unwrap_or_default().into_bytes()
}

impl Lab {
    /// On a free port of 127.0.0.1.
    pub fn tcp(settings: Settings) -> Lab {
        Lab::start(settings, (Endpoint::Tcp((Ipv4Addr::LOCALHOST, 0).into()), 1024))
    }

    pub fn start(settings: Settings, (endpoint, backlog): (Endpoint, i32)) -> Lab {
        let tally = Arc::new(Tally::default());
        let (events, receiver) = channel(1_000_000, &tally);
        let heap = Arc::new(Heap::default());
        let hearing = {
            let heap = Arc::clone(&heap);
            thread::spawn(move || {
                loop {
                    match receiver.receive(Duration::from_hours(1)) {
                        Received::Event(event) => {
                            heap.events.lock().unwrap().push(*event);
                            heap.more.notify_all();
                        }
                        Received::Nothing => {}
                        Received::End => return,
                    }
                }
            })
        };
        let stop = Stop::new().unwrap();
        let (ready, opened) = mpsc::channel();
        let asked = Arc::clone(&stop);
        let own = Arc::new(OnceLock::new());
        let settings = without_inheritance(settings, Arc::clone(&own));
        let server = thread::spawn(move || {
            let caller = Caller::new(events, "serveur".to_owned());
            let (socket, address) = open(&caller, &endpoint, backlog).unwrap();
            own.set(address.clone()).unwrap();
            let server = Server::new(caller, socket, (settings, asked));
            ready.send(address).unwrap();
            server.run()
        });
        Lab { address: opened.recv().unwrap(), stop, tally, heap, server, hearing }
    }

    pub fn inet(&self) -> SocketAddr {
        match &self.address {
            Address::Inet(address) => *address,
            other => panic!("no Internet address: {other}"),
        }
    }

    /// A client that waits long, and not for ever.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.inet()).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        stream
    }

    /// The first thing found in the events, those to come included.
    pub fn wait<T>(&self, mut found: impl FnMut(&[Event]) -> Option<T>) -> T {
        let mut events = self.heap.events.lock().unwrap();
        loop {
            if let Some(found) = found(&events) {
                return found;
            }
            let (next, late) = self.heap.more.wait_timeout(events, LIMIT).unwrap();
            events = next;
            assert!(!late.timed_out(), "never heard: {:#?}", events.iter().rev().take(30).collect::<Vec<_>>());
        }
    }

    pub fn wait_for(&self, wanted: impl Fn(&Event) -> bool) {
        self.wait(|events| events.iter().any(&wanted).then_some(()));
    }

    pub fn wait_for_note(&self, wanted: &PeerNote) {
        self.wait_for(|event| matches!(event, Event::Peer(PeerEvent::Note { note }) if note == wanted));
    }

    /// How this client ended.
    pub fn gone(&self, number: u64) -> ClientGone {
        self.wait(|events| {
            events.iter().find_map(|event| match event {
                Event::Peer(PeerEvent::ClientGone(gone)) if gone.number == number => Some(gone.clone()),
                _ => None,
            })
        })
    }

    pub fn assert_end(&self, number: u64, end: End) {
        assert_eq!(self.gone(number).end, end);
    }

    pub fn wait_for_clients(&self, count: usize) {
        self.wait(|events| {
            (events.iter().filter(|event| matches!(event, Event::Peer(PeerEvent::Client(_)))).count() >= count)
                .then_some(())
        });
    }

    /// Asks it to stop; every event.
    pub fn finish(self) -> Vec<Event> {
        self.stop.ask();
        self.join()
    }

    /// Once it ends by itself.
    pub fn join(self) -> Vec<Event> {
        self.server.join().unwrap().unwrap();
        self.hearing.join().unwrap();
        std::mem::take(&mut self.heap.events.lock().unwrap())
    }
}

/// Runs the test in a process of its own, where it may count descriptors, set limits, and fork.
pub fn alone(name: &str, body: impl FnOnce()) {
    const MARK: &str = "SOCKETLAB_ALONE";
    if std::env::var_os(MARK).is_some() {
        return body();
    }
    forget_the_caller();
    let output = again(name).env(MARK, "1").output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// Sends the bytes while it reads the echo, then half-closes; everything that came back.
pub fn exchange(stream: &(impl Both + Sync), bytes: &[u8]) -> Vec<u8> {
    let mut back = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut rest = bytes;
            let mut size = 1;
            while !rest.is_empty() {
                let (piece, next) = rest.split_at(size.min(rest.len()));
                stream.writer().write_all(piece).unwrap();
                rest = next;
                size = size * 3 % 65_521 + 1;
            }
            stream.half_close();
        });
        stream.reader().read_to_end(&mut back).unwrap();
    });
    back
}

/// A stream used by two threads.
pub trait Both {
    fn reader(&self) -> impl Read;
    fn writer(&self) -> impl Write;
    fn half_close(&self);
}

impl Both for TcpStream {
    fn reader(&self) -> impl Read {
        self
    }
    fn writer(&self) -> impl Write {
        self
    }
    fn half_close(&self) {
        self.shutdown(std::net::Shutdown::Write).unwrap();
    }
}

impl Both for UnixStream {
    fn reader(&self) -> impl Read {
        self
    }
    fn writer(&self) -> impl Write {
        self
    }
    fn half_close(&self) {
        self.shutdown(std::net::Shutdown::Write).unwrap();
    }
}

/// Sends the text, and reads as much back.
pub fn echo(mut stream: &TcpStream, text: &[u8]) {
    stream.write_all(text).unwrap();
    assert_eq!(read(stream, text.len()), text);
}

pub fn read(mut stream: &TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// Everything until the end, and how the end came.
pub fn read_all(mut stream: &TcpStream) -> (Vec<u8>, std::io::Result<()>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).map(drop);
    (bytes, end)
}

/// Threads, descriptors and children of this process.
pub fn possessions() -> (usize, usize, bool) {
    let count = |folder: &str| std::fs::read_dir(Path::new("/proc/self").join(folder)).unwrap().count();
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    let childless = waitid(Id::All, flags) == Err(nix::errno::Errno::ECHILD);
    (count("task"), count("fd"), childless)
}
