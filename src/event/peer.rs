//! What `serve` and `connect` tell beside their calls.

use serde::{Deserialize, Serialize};

use crate::event::Reach;
use crate::event::answer::{Answer, AnswerFault, Framing};
use crate::state::Protocol;
use crate::syscall::sys::Direction;

/// What `serve` and `connect` tell beside their calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PeerEvent {
    ServeStarted(ServeStarted),
    Listening(Listening),
    Client(Client),
    ClientGone(ClientGone),
    Data(Data),
    Note { note: PeerNote },
    ServeFinished(ServeFinished),
    ConnectStarted(ConnectStarted),
    ConnectFinished(ConnectFinished),
}

/// What carries the bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    #[default]
    Tcp,
    Udp,
    Unix,
}

impl Transport {
    /// As the kernel's tables have it.
    #[must_use]
    pub fn protocol(self) -> Protocol {
        match self {
            Transport::Tcp => Protocol::Tcp,
            Transport::Udp => Protocol::Udp,
            Transport::Unix => Protocol::Unix,
        }
    }
}

/// How a server takes care of several clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One client after the other.
    Iterative,
    /// A child process for each.
    Fork,
    /// A thread for each.
    Threads,
    /// One thread, poll(2).
    Poll,
    /// One thread, epoll(7).
    Epoll,
}

/// What a server does with its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Sends back what it receives.
    Echo,
    Http,
    /// Sends a text, then reads and answers nothing.
    Greet,
    /// Sends each line to the other clients.
    Chat,
    /// Reads, and says nothing.
    Silent,
}

/// A misbehaviour asked for, so that clients learn to be robust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Misbehaviour {
    /// Waits so long before each piece that it sends.
    Slow {
        milliseconds: u64,
    },
    /// Sends at most so many bytes at a time.
    Fragment {
        bytes: u64,
    },
    /// Closes once it has sent so many bytes.
    CloseAfter {
        bytes: u64,
    },
    /// Resets the connection (RST) once it has sent so many bytes.
    ResetAfter {
        bytes: u64,
    },
    NeverRead,
    NeverAccept,
    /// Closes the connection of this client, from 1, as soon as it is accepted.
    DropClient {
        number: u64,
    },
    /// HTTP lines that end with LF alone.
    BareLf,
    /// HTTP answers without Content-Length: the end of the connection ends them.
    NoLength,
    /// Waits so long before each accept.
    DelayAccept {
        milliseconds: u64,
    },
}

/// The first event of `serve`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeStarted {
    pub format: u32,
    pub actor: String,
    pub pid: i32,
    pub transport: Transport,
    pub task: Task,
    pub mode: Mode,
    pub misbehaviours: Vec<Misbehaviour>,
    /// The file where what is received is kept too.
    pub save: Option<String>,
}

/// The server is ready: its address as the kernel gives it, and what clients type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    pub transport: Transport,
    pub task: Task,
    /// `0.0.0.0:3001`, or the path of a socket file.
    pub address: String,
    /// Empty for a socket file.
    pub reach: Vec<Reach>,
}

/// A client has been accepted (UDP: is heard for the first time).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// From 1, in the order of accept.
    pub number: u64,
    pub address: String,
    /// Its process, where local and visible.
    pub pid: Option<i32>,
    pub command: Option<String>,
}

/// A client is no longer served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientGone {
    pub number: u64,
    pub address: String,
    /// Bytes from it, and to it.
    pub received: u64,
    pub sent: u64,
    /// Bytes for it that never went out: it did not take them, or the connection ended first.
    pub unsent: u64,
    /// Lines of others that it did not get.
    pub missed: u64,
    pub end: End,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The peer sends no more (recv returned 0), and this side closed.
    ByPeer,
    /// The peer's RST: ECONNRESET, or EPIPE.
    ResetByPeer,
    /// This side closed, its work done.
    ByUs,
    /// This side reset the connection, as asked.
    ResetByUs,
    /// The peer said nothing for too long.
    TooSlow,
    /// Ctrl-C, or SIGTERM.
    Stopped,
    /// This side reset the connection: the rest of an answer could not be read.
    BrokenOff,
    /// Another failure, told on the line of its call.
    Failed,
    /// What this side lacks is no call of the conversation: a file, its input, its output, a thread.
    GaveUp,
    /// The peer took not one byte of what was sent to it, for too long: this side reset the connection.
    TakesNothing,
    /// The forked child that served it died before it could tell: its figures are unknown.
    ChildDied,
    /// Nothing came in time, and the connection is still in the accept queue of this machine's server.
    NotAccepted,
}

/// Bytes that came from a peer, or went to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    pub actor: String,
    /// The peer: its address, or `None` on a client's only connection.
    pub peer: Option<String>,
    pub direction: Direction,
    /// Place of the first byte in the stream, from 0; of the datagram, always 0.
    pub offset: u64,
    /// How many came; `bytes` may hold fewer.
    pub total: usize,
    pub bytes: Vec<u8>,
}

/// Facts of a peer worth a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum PeerNote {
    /// A misbehaviour asked for happens now, for this client.
    Misbehaves {
        #[serde(rename = "manner")]
        misbehaviour: Misbehaviour,
        client: Option<u64>,
    },
    /// Calls, and remarks about clients, that could not be shown without slowing the peer.
    CallsSkipped { count: u64, remarks: u64 },
    /// More connections wait than the backlog says: Linux takes one more.
    QueueBeyondBacklog { waiting: u32, backlog: u32 },
    /// The descriptor of a pipe of socketlab's own: what wakes poll or epoll when Ctrl-C is heard.
    WakePipe { fd: i32 },
    /// No descriptor is left: accept waits until a client leaves.
    NoDescriptorLeft { limit: u64 },
    /// As many clients as `--max-clients` allows: accept waits until one leaves.
    Full { clients: u64 },
    /// `--save` cannot write any more; the server goes on without.
    SavingStopped { path: String, errno: i32 },
    /// Ctrl-C was heard: everything ends in good order; a second one ends at once.
    Stopping { clients: u64 },
    /// No `bind` before `connect`: the kernel chooses the address and port.
    PortChosenByKernel { address: String },
    /// `--bind` chose the client's port, which clients leave to the kernel.
    PortChosen { port: u16 },
    /// The end of the keyboard's input is told to the peer by a half-close.
    InputEnded,
    /// `--expect` was seen at this offset.
    ExpectedSeen { offset: u64 },
    /// A client does not read, and misses lines of others: those that what it may keep waiting has no room for.
    MissesLines { client: u64 },
    /// A line of this client is longer than this, in bytes, and goes to nobody.
    LineTooLong { client: u64, limit: u64 },
    /// A client has taken not one byte for so long of what waits for it, and is left (by RST) or kept.
    TakesNothing { client: u64, seconds: u64, left: bool },
    /// A client that asks nothing is left, for others wait in the accept queue and this server serves one at a time.
    Yields { client: u64, seconds: u64 },
    /// A datagram came from this server's own address: answering it would never end.
    OwnAddress { address: String },
    /// This sender has sent back, so many times in a row, exactly what it had just received.
    AnswersAnswers { address: String, times: u64 },
    /// An HTTP request that is refused, and why.
    RequestRefused { status: u16, reason: String },
    /// The head of an answer to `--http`, that of an interim one (1xx) too; `length` is its Content-Length.
    AnswerHead { status: u16, framing: Framing, length: Option<u64> },
    /// The answer came whole: so many bytes of body, without what chunks add.
    AnswerWhole { body: u64 },
    /// What is wrong with the answer.
    AnswerFault(AnswerFault),
    /// The status is not that of `--expect-status` (`200`, `2xx`).
    StatusUnwanted { status: u16, wanted: String },
    /// The answer is whole, and the server keeps the connection that it was asked to close: the client does not wait.
    KeptOpen,
    /// The file of an answer cannot be read to its end: so many announced bytes are missing. Without errno, it shrank.
    AnswerBrokenOff { client: u64, missing: u64, errno: Option<i32> },
    /// What a client has begun is not whole, and it has been quiet since: `lines` lines of a head and `bytes` bytes of
    /// one more, or `bytes` that a body lacks, or `bytes` of a line. Told by a server at once, shown after a while.
    Unfinished { client: u64, what: Unfinished, lines: u64, bytes: u64 },
    /// A NUL came with a text, at this offset: strlen + 1.
    NulReceived { client: u64, offset: u64 },
    /// recv returned 0: the client sends no more, and may still read the bytes that are left for it.
    SendsNoMore { client: u64, left: u64 },
    /// A RST answered what was sent: its last bytes, that nobody acknowledged, are lost.
    BytesLost { client: Option<u64>, bytes: u64 },
    /// This side closes with bytes unread, which the kernel tells the peer; by a RST, where that is TCP.
    ClosedUnread { client: Option<u64>, bytes: u64, reset: bool },
}

/// What is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unfinished {
    /// Everything is: what was told before does not hold any more. Never shown.
    Nothing,
    /// The head of an HTTP request: its empty line is missing.
    Head,
    /// Its body.
    Body,
    /// A line of a chat.
    Line,
}

impl PeerNote {
    /// Whether it goes with calls, and comes as often as they do: it is then shown no faster than they are.
    #[must_use]
    pub fn comes_with_calls(&self) -> bool {
        match self {
            PeerNote::RequestRefused { .. }
            | PeerNote::NulReceived { .. }
            | PeerNote::SendsNoMore { .. }
            | PeerNote::BytesLost { .. }
            | PeerNote::ClosedUnread { .. } => true,
            PeerNote::Misbehaves { client, .. } => client.is_some(),
            PeerNote::CallsSkipped { .. }
            | PeerNote::QueueBeyondBacklog { .. }
            | PeerNote::WakePipe { .. }
            | PeerNote::NoDescriptorLeft { .. }
            | PeerNote::Full { .. }
            | PeerNote::SavingStopped { .. }
            | PeerNote::Stopping { .. }
            | PeerNote::PortChosenByKernel { .. }
            | PeerNote::PortChosen { .. }
            | PeerNote::InputEnded
            | PeerNote::ExpectedSeen { .. }
            | PeerNote::AnswerHead { .. }
            | PeerNote::AnswerWhole { .. }
            | PeerNote::AnswerFault(_)
            | PeerNote::StatusUnwanted { .. }
            | PeerNote::AnswerBrokenOff { .. }
            | PeerNote::Unfinished { .. }
            | PeerNote::MissesLines { .. }
            | PeerNote::LineTooLong { .. }
            | PeerNote::TakesNothing { .. }
            | PeerNote::Yields { .. }
            | PeerNote::OwnAddress { .. }
            | PeerNote::AnswersAnswers { .. }
            | PeerNote::KeptOpen => false,
        }
    }

    /// Whether it must be heard however much there is to tell: it is rare, and nothing else says it.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        matches!(
            self,
            PeerNote::SavingStopped { .. }
                | PeerNote::AnswerBrokenOff { .. }
                | PeerNote::MissesLines { .. }
                | PeerNote::TakesNothing { .. }
        )
    }
}

/// The last event of `serve`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeFinished {
    pub clients: u64,
    pub received: u64,
    pub sent: u64,
    pub calls: u64,
    /// Calls that failed, answers that were cut, bytes that were lost.
    pub errors: u64,
    /// Calls that were not shown.
    pub skipped: u64,
    pub lost: Losses,
}

/// What was lost, all clients together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// Forked children whose figures are missing from the others: they died before they told them.
    pub unheard: u64,
    /// Bytes received that `--save` could not write.
    pub unsaved: u64,
    /// Bytes that never went out to the client for whom they were.
    pub unsent: u64,
    /// Lines of a chat that a client did not get; a line counts once for each.
    pub missed: u64,
}

/// The first event of `connect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectStarted {
    pub format: u32,
    pub actor: String,
    pub pid: i32,
    pub transport: Transport,
    /// The host as typed, or the path of a socket file.
    pub host: String,
    pub port: Option<u16>,
    /// How many clients at once.
    pub clients: u64,
}

/// How an attempt to connect ended, for those who tell refused from silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    Connected,
    /// ECONNREFUSED: a machine answered, nothing listens on that port.
    Refused,
    /// No answer came in time.
    Silent,
    /// EHOSTUNREACH, ENETUNREACH: no way leads there.
    Unreachable,
    /// The name has no address.
    Unresolved,
    /// This machine refuses, before anything is sent (bind, EADDRNOTAVAIL…).
    Impossible,
}

/// The last event of `connect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectFinished {
    pub attempt: Attempt,
    /// How the conversation ended, where there was one; of several clients, the first that did not end well.
    pub end: Option<End>,
    /// Whether `--expect` was seen; `None` where nothing was expected.
    pub expected: Option<bool>,
    /// What was read of the answer to `--http`; of several clients, the first that is not as it should be.
    pub answer: Option<Answer>,
    pub clients: u64,
    pub received: u64,
    pub sent: u64,
    pub calls: u64,
    pub errors: u64,
    pub skipped: u64,
}

#[cfg(test)]
mod tests {
    use super::{Misbehaviour, PeerNote, Transport, Unfinished};
    use crate::state::Protocol;

    #[test]
    fn transports_are_protocols_of_the_kernel() {
        for (transport, protocol) in
            [(Transport::Tcp, Protocol::Tcp), (Transport::Udp, Protocol::Udp), (Transport::Unix, Protocol::Unix)]
        {
            assert_eq!(transport.protocol(), protocol);
        }
        assert_eq!(Transport::default(), Transport::Tcp);
    }

    #[test]
    fn a_note_comes_with_calls_or_is_owed() {
        let misbehaves = |client| PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverRead, client };
        for (note, with_calls, owed) in [
            (PeerNote::RequestRefused { status: 400, reason: String::new() }, true, false),
            (PeerNote::NulReceived { client: 1, offset: 0 }, true, false),
            (PeerNote::SendsNoMore { client: 1, left: 0 }, true, false),
            (PeerNote::BytesLost { client: Some(1), bytes: 1 }, true, false),
            (PeerNote::ClosedUnread { client: Some(1), bytes: 1, reset: true }, true, false),
            (misbehaves(Some(1)), true, false),
            (misbehaves(None), false, false),
            (PeerNote::SavingStopped { path: String::new(), errno: 28 }, false, true),
            (PeerNote::AnswerBrokenOff { client: 1, missing: 1, errno: None }, false, true),
            (PeerNote::MissesLines { client: 1 }, false, true),
            (PeerNote::TakesNothing { client: 1, seconds: 1, left: true }, false, true),
            (PeerNote::Unfinished { client: 1, what: Unfinished::Head, lines: 1, bytes: 1 }, false, false),
            (PeerNote::Stopping { clients: 1 }, false, false),
            (PeerNote::KeptOpen, false, false),
        ] {
            assert_eq!((note.comes_with_calls(), note.is_owed()), (with_calls, owed), "{note:?}");
        }
    }
}
