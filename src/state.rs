//! Sockets and processes as the kernel shows them. Pure values, filled by `observe`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::syscall::address::Address;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Tcp,
    Udp,
    Unix,
    Raw,
}

/// TCP states with the kernel's numbers (include/net/tcp_states.h). A UDP socket is `Close`
/// until connected, then `Established`; `ss` prints the first as UNCONN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SocketState {
    Established,
    SynSent,
    SynRecv,
    #[serde(rename = "FIN_WAIT1")]
    FinWait1,
    #[serde(rename = "FIN_WAIT2")]
    FinWait2,
    TimeWait,
    Close,
    CloseWait,
    LastAck,
    Listen,
    Closing,
}

const STATES: [(SocketState, u8, &str); 11] = [
    (SocketState::Established, 1, "ESTABLISHED"),
    (SocketState::SynSent, 2, "SYN_SENT"),
    (SocketState::SynRecv, 3, "SYN_RECV"),
    (SocketState::FinWait1, 4, "FIN_WAIT1"),
    (SocketState::FinWait2, 5, "FIN_WAIT2"),
    (SocketState::TimeWait, 6, "TIME_WAIT"),
    (SocketState::Close, 7, "CLOSE"),
    (SocketState::CloseWait, 8, "CLOSE_WAIT"),
    (SocketState::LastAck, 9, "LAST_ACK"),
    (SocketState::Listen, 10, "LISTEN"),
    (SocketState::Closing, 11, "CLOSING"),
];

impl SocketState {
    /// From the kernel's number; 12 (`TCP_NEW_SYN_RECV`) reads as `SynRecv`.
    #[must_use]
    pub fn from_number(number: u8) -> Option<SocketState> {
        let number = if number == 12 { 3 } else { number };
        STATES.iter().find(|row| row.1 == number).map(|row| row.0)
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<SocketState> {
        STATES.iter().find(|row| row.2 == name).map(|row| row.0)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        STATES.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }

    pub fn all() -> impl Iterator<Item = SocketState> {
        STATES.iter().map(|row| row.0)
    }

    /// States that last microseconds on the loopback: a snapshot that holds one is retaken.
    #[must_use]
    pub fn transient(self) -> bool {
        matches!(self, SocketState::SynRecv | SocketState::FinWait1 | SocketState::LastAck | SocketState::Closing)
    }
}

/// What the socket waits for (idiag_timer: 1 retransmission, 2 keepalive or other, 3 TIME_WAIT, 4 zero window probe).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerKind {
    Retransmission,
    Keepalive,
    TimeWait,
    WindowProbe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    pub kind: TimerKind,
    /// Milliseconds until it fires.
    pub expires_ms: u32,
    /// Retransmissions so far, without an answer.
    pub retransmissions: u8,
}

/// A process that holds the socket, as far as /proc lets us see.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holder {
    pub pid: i32,
    pub fd: i32,
    /// `/proc/PID/comm`, bytes outside printable ASCII escaped.
    pub command: String,
}

/// One socket. Lengths are in bytes, except `accept_queue` and `backlog`, in connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Socket {
    pub protocol: Protocol,
    pub ipv6: bool,
    pub state: SocketState,
    pub local: Address,
    /// `0.0.0.0:0` when not connected.
    pub remote: Address,
    /// Unread bytes; a FIN received counts one more. UDP: the memory of the waiting datagrams, more than their bytes.
    pub recv_queue: u32,
    /// Bytes sent and not acknowledged, or not yet sent. UDP and UNIX: the memory of what has not left, or was not read.
    pub send_queue: u32,
    /// LISTEN only: connections that accept has not taken.
    pub accept_queue: Option<u32>,
    /// LISTEN only: the backlog that the kernel keeps, min(backlog, somaxconn); absent from /proc/net/tcp.
    pub backlog: Option<u32>,
    /// 0: no descriptor refers to it (not yet accepted, or closed by its process).
    pub inode: u64,
    pub uid: u32,
    pub timer: Option<Timer>,
    /// Directions shut down: bit 0 receive, bit 1 send.
    pub shutdown: u8,
    /// Packets dropped by this socket (SK_MEMINFO_DROPS).
    pub drops: u32,
    pub holders: Vec<Holder>,
}

/// What names a connection: its protocol and both ends, as this side sees them.
pub type Ends = (Protocol, Address, Address);

impl Socket {
    /// A socket between `local` and `remote` of which nothing more is known: empty queues, no inode, nobody who holds it.
    #[must_use]
    pub fn between(protocol: Protocol, state: SocketState, (local, remote): (Address, Address)) -> Socket {
        Socket {
            protocol,
            ipv6: false,
            state,
            local,
            remote,
            recv_queue: 0,
            send_queue: 0,
            accept_queue: None,
            backlog: None,
            inode: 0,
            uid: 0,
            timer: None,
            shutdown: 0,
            drops: 0,
            holders: Vec::new(),
        }
    }

    #[must_use]
    pub fn ends(&self) -> Ends {
        (self.protocol, self.local.canonical(), self.remote.canonical())
    }

    /// The same connection as the other side sees it.
    #[must_use]
    pub fn mirrored(&self) -> Ends {
        (self.protocol, self.remote.canonical(), self.local.canonical())
    }

    /// Bytes received and not read: without the FIN that the kernel counts among them.
    #[must_use]
    pub fn unread(&self) -> u32 {
        let fin = self.protocol == Protocol::Tcp && self.state == SocketState::CloseWait;
        self.recv_queue.saturating_sub(u32::from(fin))
    }

    /// ESTABLISHED and still without a descriptor: the kernel made the connection, accept has not taken it.
    #[must_use]
    pub fn awaits_accept(&self) -> bool {
        self.inode == 0 && matches!(self.state, SocketState::Established | SocketState::CloseWait)
    }
}

/// What a descriptor refers to, from the link /proc/PID/fd/N.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    Socket { inode: u64 },
    Pipe,
    File { path: String },
    Other { link: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    pub fd: i32,
    pub target: Target,
}

/// What a process or thread is doing (proc_pid_stat(5), proc_pid_syscall(5), proc_pid_wchan(5)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The state letter of /proc/PID/stat: R, S, D, T, Z, X…
    pub state: char,
    /// The system call it is in, by number; `None` when it runs or when /proc refuses to say.
    pub syscall: Option<i64>,
    /// Its first arguments, where shown.
    pub arguments: Vec<u64>,
    /// The kernel function it sleeps in, where the kernel shows it.
    pub wchan: Option<String>,
}

impl Activity {
    #[must_use]
    pub fn asleep(&self) -> bool {
        matches!(self.state, 'S' | 'D') && self.syscall.is_some_and(|number| number >= 0)
    }
}

/// Where a list of sockets came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    SockDiag,
    /// `/proc/net/*`: sock_diag is refused or absent, so backlogs, shutdown directions, the drops of TCP and sockets that are
    /// bound and no more are missing.
    Proc,
}

/// The descriptors and sockets of the actors, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub rows: Vec<Row>,
    pub source: Option<Source>,
    /// Connections in TIME_WAIT that `rows` leaves out.
    pub finished: Vec<Finished>,
}

/// A socket in TIME_WAIT: its connection is over, nobody holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    pub protocol: Protocol,
    pub local: Address,
    pub remote: Address,
    /// Milliseconds until the kernel forgets it, where it says so.
    pub expires_ms: Option<u32>,
}

impl View {
    /// Takes the sockets in TIME_WAIT out of the rows: a busy server leaves thousands of them behind.
    pub fn fold_finished(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        for row in rows {
            match row.content {
                Content::Socket(socket) if socket.state == SocketState::TimeWait => self.finished.push(Finished {
                    protocol: socket.protocol,
                    local: socket.local,
                    remote: socket.remote,
                    expires_ms: socket.timer.map(|timer| timer.expires_ms),
                }),
                _ => self.rows.push(row),
            }
        }
    }

    /// How many connections are finished: one may be so at both of its ends.
    #[must_use]
    pub fn finished_connections(&self) -> usize {
        let ends = |one: &Finished| {
            let mut ends = [one.local.canonical(), one.remote.canonical()];
            ends.sort();
            (one.protocol, ends)
        };
        self.finished.iter().map(ends).collect::<HashSet<_>>().len()
    }

    /// The connection that the socket had, where it is finished.
    #[must_use]
    pub fn finished_as(&self, socket: &Socket) -> Option<&Finished> {
        let same = |one: &&Finished| {
            (one.protocol, &one.local, &one.remote) == (socket.protocol, &socket.local, &socket.remote)
        };
        self.finished.iter().find(same)
    }

    /// Milliseconds until the kernel forgets the last of them.
    #[must_use]
    pub fn finished_for(&self) -> Option<u32> {
        self.finished.iter().filter_map(|one| one.expires_ms).max()
    }
}

/// One line of the kernel panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The actor that holds it; `None`: a stranger's, or nobody's any more (TIME_WAIT, not yet accepted).
    pub actor: Option<String>,
    pub pid: Option<i32>,
    pub fd: Option<i32>,
    pub content: Content,
}

impl Row {
    /// The socket, as a kernel table lists it.
    #[must_use]
    pub fn socket(&self) -> Option<&Socket> {
        match &self.content {
            Content::Socket(socket) => Some(socket),
            Content::Unlisted { .. } | Content::Other(_) => None,
        }
    }

    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.socket().is_some_and(|socket| socket.state == SocketState::Listen)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    Socket(Socket),
    /// A socket that no kernel table lists: created, not yet bound nor connected, or cut by a reset.
    Unlisted {
        inode: u64,
    },
    /// A descriptor that is no socket.
    Other(Target),
}

/// The local cause of a failure, as far as the kernel tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Cause {
    /// The port is held by a process that this account can see.
    HeldByProcess { port: u16, pid: i32, command: String, state: String },
    /// The port is held by another account's process.
    HeldByAccount { port: u16, uid: u32, account: Option<String>, state: String },
    /// A finished connection still keeps the port.
    TimeWait { port: u16, remaining_ms: u32 },
    /// The address is not one of this machine's.
    NotLocal { address: String },
    /// Ports below this one are reserved.
    Reserved { port: u16, first_free: u16 },
    /// Nothing listens there.
    NobodyListens { address: String },
    /// No UDP socket is bound there.
    NobodyReceives { address: String },
    /// Nothing listens on `port`, but something does on `listening`, the same two bytes swapped: a forgotten htons.
    ByteSwapped { port: u16, listening: u16 },
    /// No interface of this machine has an IPv6 address.
    NoIpv6 { address: String },
    /// A socket is bound to that path; `listening` says whether it takes connections. Its process where visible.
    SocketFileHeld { path: String, listening: bool, pid: Option<i32>, command: Option<String> },
    /// A socket file that no socket seen from here is bound to: what a server that ended leaves behind.
    SocketFileStale { path: String },
    /// Something that is no socket is there.
    NoSocketThere { path: String, folder: bool },
    /// Nothing is there.
    NoFileThere { path: String },
}

/// A capability that an actor does without (capabilities(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Privilege {
    /// CAP_NET_BIND_SERVICE: binding ports below `ip_unprivileged_port_start`.
    NetBindService,
    /// CAP_NET_RAW.
    NetRaw,
}

impl Privilege {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Privilege::NetBindService => "CAP_NET_BIND_SERVICE",
            Privilege::NetRaw => "CAP_NET_RAW",
        }
    }
}

#[cfg(test)]
mod tests;
