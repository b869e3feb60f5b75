//! The peers of a program of the corpus: plain sockets that do what the script says, one step after the other.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::support::{network, until};

use super::script::{Action, PORT, Step};

/// How long a single wait may last.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What a peer whose connection was handed over can no longer do.
const DEAF: &str = "it only receives";

#[derive(Debug)]
enum Wire {
    Tcp(TcpStream),
    Unix(UnixStream),
    /// The socket, and whom it speaks to.
    Udp(UdpSocket, Option<SocketAddr>),
    /// Handed over to a process that reads all that comes, and nothing else.
    Reader(Child),
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Wire::Reader(reader) = self {
            let _gone_already = reader.kill();
            let _ = reader.wait();
        }
    }
}

#[derive(Debug)]
enum Door {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection, and what was received and not expected yet.
#[derive(Debug)]
struct Line {
    wire: Wire,
    heard: Vec<u8>,
}

#[derive(Debug, Default)]
pub struct Peers {
    lines: HashMap<String, Line>,
    doors: HashMap<String, Door>,
    folder: PathBuf,
}

impl Peers {
    /// Opens what the script listens on, before the program starts.
    pub fn prepared(steps: &[Step], folder: &Path) -> Result<Peers, String> {
        let mut peers = Peers { folder: folder.to_owned(), ..Peers::default() };
        for step in steps {
            match &step.action {
                Action::Listen(place) => {
                    let door = peers.door(place).map_err(|error| format!("listen {place}: {error}"))?;
                    peers.doors.insert(step.who.clone(), door);
                }
                Action::Datagrams => {
                    let socket = UdpSocket::bind(("127.0.0.1", PORT)).map_err(|error| error.to_string())?;
                    peers.add(&step.who, Wire::Udp(socket, None));
                }
                _ => {}
            }
        }
        Ok(peers)
    }

    fn door(&self, place: &str) -> std::io::Result<Door> {
        Ok(match place.parse::<u16>() {
            Ok(port) => Door::Tcp(TcpListener::bind(("127.0.0.1", port))?),
            Err(_) => Door::Unix(UnixListener::bind(self.folder.join(place))?),
        })
    }

    fn add(&mut self, who: &str, wire: Wire) {
        let limited = match &wire {
            Wire::Tcp(stream) => stream.set_read_timeout(Some(PATIENCE)),
            Wire::Unix(stream) => stream.set_read_timeout(Some(PATIENCE)),
            Wire::Udp(socket, _) => socket.set_read_timeout(Some(PATIENCE)),
            Wire::Reader(_) => Ok(()),
        };
        limited.unwrap();
        self.lines.insert(who.to_owned(), Line { wire, heard: Vec::new() });
    }

    /// Does one step of a peer.
    pub fn play(&mut self, step: &Step) -> Result<(), String> {
        let who = step.who.as_str();
        match &step.action {
            Action::Connect(place) => self.connect(who, place),
            Action::Udp => self.udp(who),
            Action::Accept => self.accept(who),
            Action::Send(bytes) => self.line(who)?.send(bytes),
            Action::Expect(bytes) => self.line(who)?.expect(bytes),
            Action::End => self.line(who)?.end(),
            Action::Receive => self.receive(who),
            Action::Shutdown => self.line(who)?.shutdown(),
            Action::Close => self.close(who),
            Action::Reset => self.reset(who),
            _ => Ok(()),
        }
    }

    fn line(&mut self, who: &str) -> Result<&mut Line, String> {
        self.lines.get_mut(who).ok_or_else(|| format!("{who} is not connected"))
    }

    fn connect(&mut self, who: &str, place: &str) -> Result<(), String> {
        let wire = if let Ok(port) = place.parse::<u16>() {
            until(PATIENCE, || network::listening().contains(&port).then_some(())).ok_or("nobody listens")?;
            let stream = TcpStream::connect(("127.0.0.1", port));
            let stream = stream.or_else(|_| TcpStream::connect(("::1", port)));
            Wire::Tcp(stream.map_err(|error| format!("connect: {error}"))?)
        } else {
            let path = self.folder.join(place);
            let stream = until(PATIENCE, || UnixStream::connect(&path).ok());
            Wire::Unix(stream.ok_or("nobody listens there")?)
        };
        self.add(who, wire);
        Ok(())
    }

    fn udp(&mut self, who: &str) -> Result<(), String> {
        until(PATIENCE, || bound().then_some(())).ok_or("nobody has the UDP port")?;
        let socket = UdpSocket::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        self.add(who, Wire::Udp(socket, Some(SocketAddr::from(([127, 0, 0, 1], PORT)))));
        Ok(())
    }

    /// The next client of the only door.
    fn accept(&mut self, who: &str) -> Result<(), String> {
        let door = self.doors.get(who).or_else(|| self.doors.values().next()).ok_or("nobody listens")?;
        let wire = until(PATIENCE, || door.taken()).ok_or("no client came")?;
        self.add(who, wire);
        Ok(())
    }

    fn close(&mut self, who: &str) -> Result<(), String> {
        match self.lines.remove(who) {
            Some(_) => Ok(()),
            None => self.doors.remove(who).map(|_| ()).ok_or_else(|| format!("{who} is not there")),
        }
    }

    /// Gives the connection to a process of its own: its threads, unlike ours, do nothing but receive.
    fn receive(&mut self, who: &str) -> Result<(), String> {
        let Wire::Tcp(stream) = &self.line(who)?.wire else { return Err("only TCP".to_owned()) };
        let own = stream.try_clone().map_err(|error| error.to_string())?;
        let reader = Command::new("cat").stdin(OwnedFd::from(own)).stdout(Stdio::null()).spawn();
        let reader = Wire::Reader(reader.map_err(|error| format!("cat: {error}"))?);
        self.lines.insert(who.to_owned(), Line { wire: reader, heard: Vec::new() });
        Ok(())
    }

    fn reset(&mut self, who: &str) -> Result<(), String> {
        let line = self.lines.remove(who).ok_or_else(|| format!("{who} is not connected"))?;
        match &line.wire {
            Wire::Tcp(stream) => SockRef::from(stream).set_linger(Some(Duration::ZERO)).map_err(|e| e.to_string()),
            _ => Err("only TCP has resets".to_owned()),
        }
    }
}

impl Door {
    fn taken(&self) -> Option<Wire> {
        match self {
            Door::Tcp(listener) => {
                listener.set_nonblocking(true).ok()?;
                let stream = listener.accept().ok()?.0;
                stream.set_nonblocking(false).ok()?;
                Some(Wire::Tcp(stream))
            }
            Door::Unix(listener) => {
                listener.set_nonblocking(true).ok()?;
                let stream = listener.accept().ok()?.0;
                stream.set_nonblocking(false).ok()?;
                Some(Wire::Unix(stream))
            }
        }
    }
}

impl Line {
    /// A program that is gone or that resets is no failure of the scenario.
    fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        let sent = match &mut self.wire {
            Wire::Tcp(stream) => stream.write_all(bytes),
            Wire::Unix(stream) => stream.write_all(bytes),
            Wire::Udp(socket, Some(peer)) => socket.send_to(bytes, *peer).map(|_| ()),
            Wire::Udp(_, None) => return Err("nobody to answer".to_owned()),
            Wire::Reader(_) => return Err(DEAF.to_owned()),
        };
        match sent {
            Err(error) if !is_gone(error.kind()) => Err(format!("send: {error}")),
            _ => Ok(()),
        }
    }

    fn read(&mut self) -> std::io::Result<usize> {
        let mut bytes = [0; 16384];
        let count = match &mut self.wire {
            Wire::Tcp(stream) => stream.read(&mut bytes)?,
            Wire::Unix(stream) => stream.read(&mut bytes)?,
            Wire::Udp(socket, peer) => {
                let (count, from) = socket.recv_from(&mut bytes)?;
                peer.get_or_insert(from);
                self.heard.extend_from_slice(&bytes[..count]);
                return Ok(count.max(1));
            }
            Wire::Reader(_) => return Err(std::io::Error::other(DEAF)),
        };
        self.heard.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn expect(&mut self, wanted: &[u8]) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(place) = self.heard.windows(wanted.len()).position(|window| window == wanted) {
                self.heard.drain(..place + wanted.len());
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(self.unmet(wanted, "nothing in time"));
            }
            match self.read() {
                Ok(0) => return Err(self.unmet(wanted, "the end")),
                Ok(_) => {}
                Err(error) => return Err(self.unmet(wanted, &error.to_string())),
            }
        }
    }

    fn unmet(&self, wanted: &[u8], why: &str) -> String {
        let (heard, wanted) = (String::from_utf8_lossy(&self.heard), String::from_utf8_lossy(wanted));
        format!("expected {wanted:?}, heard {heard:?}, then {why}")
    }

    fn end(&mut self) -> Result<(), String> {
        loop {
            match self.read() {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if is_gone(error.kind()) => return Ok(()),
                Err(error) => return Err(format!("no end: {error}")),
            }
        }
    }

    fn shutdown(&mut self) -> Result<(), String> {
        let done = match &self.wire {
            Wire::Tcp(stream) => stream.shutdown(std::net::Shutdown::Write),
            Wire::Unix(stream) => stream.shutdown(std::net::Shutdown::Write),
            Wire::Udp(..) => return Err("UDP has no end".to_owned()),
            Wire::Reader(_) => return Err(DEAF.to_owned()),
        };
        match done {
            Err(error) if error.kind() != ErrorKind::NotConnected => Err(error.to_string()),
            _ => Ok(()),
        }
    }
}

fn is_gone(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused)
}

/// Whether somebody has the UDP port of this thread's network.
fn bound() -> bool {
    ["udp", "udp6"].iter().any(|table| {
        let table = std::fs::read_to_string(format!("/proc/thread-self/net/{table}")).unwrap_or_default();
        table.lines().skip(1).any(|line| line.split_whitespace().nth(1).is_some_and(|name| name.ends_with(":0BB9")))
    })
}
