//! What the kernel shows, read without disturbing it: sock_diag (or /proc/net where it is refused) for sockets, /proc
//! for processes. Nothing here reads SO_ERROR, which would clear it, nor duplicates a watched descriptor, which would
//! delay its FIN.

pub mod cause;
pub mod holders;
pub mod local;
pub mod netlink;
pub mod own;
pub mod proc_net;
pub mod process;
pub mod queue;
pub mod rows;
pub mod sock_diag;
pub mod socket_file;
pub mod unix_diag;

use std::collections::HashSet;
use std::io;

use crate::observe::holders::Memory;
use crate::observe::netlink::Channel;
use crate::observe::rows::{Ends, Held, Interest};
use crate::observe::sock_diag::{States, TABLES, Table};
use crate::state::{Content, Descriptor, Protocol, Row, Socket, SocketState, Source, View};

/// How often a snapshot in which something moved is retaken.
const ATTEMPTS: usize = 3;

/// A process to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub actor: String,
    pub pid: i32,
    /// The descriptor of its control channel, left out of the view.
    pub hidden: Vec<i32>,
}

/// Reads the sockets of the network namespace in which it was made.
#[derive(Debug)]
pub struct Observer {
    /// `None` where sock_diag is refused.
    channel: Option<Channel>,
    /// Tables that sock_diag refused: asking again might load a module each time.
    refused: Vec<Table>,
    /// Whether it refused both TCP tables in one request.
    refused_both: bool,
    /// Whether a watched process ever held a socket that the TCP tables lack: only then do UDP's concern it.
    reads_udp: bool,
    memory: Memory,
    past: HashSet<Ends>,
}

impl Observer {
    /// Opens the sock_diag channel in the network namespace of this thread.
    ///
    /// # Errors
    /// When a socket cannot be made for another reason than a refusal (`EMFILE`, `ENOMEM`…).
    pub fn new() -> io::Result<Observer> {
        let channel = match Channel::open() {
            Ok(channel) => Some(channel),
            Err(error) if is_refusal(&error) => None,
            Err(error) => return Err(error),
        };
        Ok(Observer { channel, ..Observer::without_sock_diag() })
    }

    /// An observer that reads /proc/net alone.
    #[must_use]
    pub fn without_sock_diag() -> Observer {
        Observer {
            channel: None,
            refused: Vec::new(),
            refused_both: false,
            reads_udp: false,
            memory: Memory::default(),
            past: HashSet::new(),
        }
    }

    /// The descriptor of its own socket: a process that watches itself hides it.
    #[must_use]
    pub fn descriptor(&self) -> Option<i32> {
        self.channel.as_ref().map(Channel::descriptor)
    }

    /// Every TCP and UDP socket of the network namespace, without holders.
    ///
    /// # Errors
    /// When the tables can be read neither by sock_diag nor in /proc, or their content is malformed.
    pub fn sockets(&mut self) -> io::Result<(Vec<Socket>, Source)> {
        let mut sockets = Vec::new();
        let source = self.read_all(States::ALL, &mut sockets)?;
        Ok((sockets, source))
    }

    /// The descriptors of the watched processes and the sockets that concern them or `ports`.
    ///
    /// # Errors
    /// As `sockets`.
    pub fn view(&mut self, watched: &[Watched], ports: &[u16]) -> io::Result<View> {
        let mut attempt = 1;
        let mut before = descriptors(watched);
        loop {
            let mut sockets = Vec::new();
            let source = self.read_tcp(States::USUAL, &mut sockets)?;
            let after = descriptors(watched);
            let steady = before == after;
            let held = held(watched, &after);
            let source = worse(source, self.add_unusual(&held, &mut sockets)?);
            let interest = Interest { ports, past: &self.past };
            let rows = rows::assemble(&held, &sockets, interest);
            if attempt == ATTEMPTS || (steady && !is_moving(&rows)) {
                self.past.extend(rows::ends(&held, &sockets));
                return Ok(self.with_strangers(View { rows, source: Some(source), ..View::default() }));
            }
            before = after;
            attempt += 1;
            std::thread::yield_now();
        }
    }

    /// Every listening TCP socket; cheap where sock_diag answers.
    ///
    /// # Errors
    /// As `sockets`.
    pub fn listeners(&mut self) -> io::Result<Vec<Socket>> {
        let mut sockets = Vec::new();
        self.read_tcp(States::LISTEN, &mut sockets)?;
        sockets.retain(|socket| socket.state == SocketState::Listen);
        Ok(sockets)
    }

    /// The AF_UNIX sockets of the network namespace that are bound to files; `None` where sock_diag does not tell.
    pub fn bound_to_files(&mut self) -> Option<Vec<unix_diag::Found>> {
        unix_diag::bound_to_files(self.channel.as_mut()?).ok()
    }

    /// Appends what the usual TCP tables lack: UDP's, once a watched process holds one of them; the AF_UNIX sockets,
    /// and the TCP sockets bound and no more, that watched processes hold.
    fn add_unusual(&mut self, held: &[Held], sockets: &mut Vec<Socket>) -> io::Result<Source> {
        let known: HashSet<u64> = sockets.iter().map(|socket| socket.inode).collect();
        let unknown = unlisted(held, &known);
        let any = |protocol| unknown.iter().any(|(_, kind)| kind.is_none_or(|kind| kind == protocol));
        self.reads_udp |= any(Protocol::Udp);
        let source = if self.reads_udp { self.read_udp(States::USUAL, sockets)? } else { Source::SockDiag };
        let mut found = Vec::new();
        if any(Protocol::Tcp) && self.channel.is_some() {
            self.read_tcp(States::BOUND, &mut found)?;
            found.retain(|socket| unknown.iter().any(|(inode, _)| *inode == socket.inode));
        }
        sockets.append(&mut found);
        let Some(channel) = self.channel.as_mut().filter(|_| any(Protocol::Unix)) else { return Ok(source) };
        for (inode, _) in unknown.iter().filter(|(_, kind)| kind.is_none_or(|kind| kind == Protocol::Unix)) {
            sockets.extend(unix_diag::socket(channel, *inode)?);
        }
        Ok(source)
    }

    fn read_all(&mut self, states: States, sockets: &mut Vec<Socket>) -> io::Result<Source> {
        let source = self.read_tcp(states, sockets)?;
        Ok(worse(source, self.read_udp(states, sockets)?))
    }

    fn read_udp(&mut self, states: States, sockets: &mut Vec<Socket>) -> io::Result<Source> {
        let mut source = Source::SockDiag;
        for table in TABLES.into_iter().filter(|table| table.protocol == Protocol::Udp) {
            source = worse(source, self.read(table, states, sockets)?);
        }
        Ok(source)
    }

    /// Appends the TCP sockets: both families at once where the kernel can.
    fn read_tcp(&mut self, states: States, sockets: &mut Vec<Socket>) -> io::Result<Source> {
        if let Some(channel) = self.channel.as_mut().filter(|_| !self.refused_both) {
            match sock_diag::dump_tcp(channel, states, sockets) {
                Err(error) if is_refusal(&error) => self.refused_both = true,
                other => return other.map(|()| Source::SockDiag),
            }
        }
        let mut source = Source::SockDiag;
        for table in TABLES.into_iter().filter(|table| table.protocol == Protocol::Tcp) {
            source = worse(source, self.read(table, states, sockets)?);
        }
        Ok(source)
    }

    /// Appends a table, by sock_diag or else from /proc; a family that the kernel lacks has no sockets.
    fn read(&mut self, table: Table, states: States, sockets: &mut Vec<Socket>) -> io::Result<Source> {
        if let Some(channel) = self.channel.as_mut().filter(|_| !self.refused.contains(&table)) {
            match sock_diag::dump(channel, table, states, sockets) {
                Err(error) if is_refusal(&error) => self.refused.push(table),
                other => return other.map(|()| Source::SockDiag),
            }
        }
        match proc_net::read(table, sockets) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && table.ipv6 => Ok(Source::SockDiag),
            other => other.map(|()| Source::Proc),
        }
    }

    fn with_strangers(&mut self, mut view: View) -> View {
        let strangers = |view: &View| {
            let rows = view.rows.iter().enumerate().filter(|(_, row)| row.actor.is_none());
            rows.filter_map(|(index, row)| owned(&row.content).map(|inode| (index, inode))).collect::<Vec<_>>()
        };
        let (indices, inodes): (Vec<usize>, Vec<u64>) = strangers(&view).into_iter().unzip();
        for (index, holders) in indices.into_iter().zip(self.memory.recall(&inodes)) {
            let row = &mut view.rows[index];
            row.pid = holders.first().map(|holder| holder.pid);
            row.fd = holders.first().map(|holder| holder.fd);
            if let Content::Socket(socket) = &mut row.content {
                socket.holders = holders;
            }
        }
        view
    }
}

fn worse(one: Source, other: Source) -> Source {
    if one == Source::Proc { one } else { other }
}

fn descriptors(watched: &[Watched]) -> Vec<Vec<Descriptor>> {
    watched.iter().map(|one| process::descriptors(one.pid, &one.hidden)).collect()
}

fn held(watched: &[Watched], descriptors: &[Vec<Descriptor>]) -> Vec<Held> {
    let one = |(watched, descriptors): (&Watched, &Vec<Descriptor>)| Held {
        actor: watched.actor.clone(),
        pid: watched.pid,
        command: process::command(watched.pid).unwrap_or_default(),
        descriptors: descriptors.clone(),
    };
    watched.iter().zip(descriptors).map(one).collect()
}

/// The sockets held that are not in `known`: inode, and protocol where the kernel names it.
fn unlisted(held: &[Held], known: &HashSet<u64>) -> Vec<(u64, Option<Protocol>)> {
    let each = |process: &Held| {
        let unknown = holders::sockets(&process.descriptors).filter(|(inode, _)| !known.contains(inode));
        unknown.map(|(inode, fd)| (inode, process::protocol(process.pid, fd))).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = held.iter().flat_map(each).collect();
    all.sort_by_key(|(inode, _)| *inode);
    all.dedup_by_key(|(inode, _)| *inode);
    all
}

/// The inode of a socket that some process holds.
fn owned(content: &Content) -> Option<u64> {
    match content {
        Content::Socket(socket) if socket.inode != 0 => Some(socket.inode),
        _ => None,
    }
}

fn is_moving(rows: &[Row]) -> bool {
    rows.iter().any(|row| matches!(&row.content, Content::Socket(socket) if socket.state.transient()))
}

/// Whether sock_diag is not ours to use here: filtered, or not in this kernel.
fn is_refusal(error: &io::Error) -> bool {
    let refusals = [
        libc::EPERM,
        libc::EACCES,
        libc::ENOENT,
        libc::ENOSYS,
        libc::EINVAL,
        libc::EOPNOTSUPP,
        libc::EAFNOSUPPORT,
        libc::EPROTONOSUPPORT,
    ];
    error.raw_os_error().is_some_and(|errno| refusals.contains(&errno))
}
