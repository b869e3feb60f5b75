//! The narrating client: it resolves a name, tries its addresses, and holds a conversation, each call told.
//!
//! [`run`] does it all for one client, or for several at once. What a user chose is in [`Settings`]; what came of it,
//! in [`Finished`].

pub mod answer;
mod blocking_thread;
mod clients;
mod connect;
mod exchange;
mod inbox;
mod poll;
mod request;
mod resolve;
mod search;
mod session;
mod source;

use std::fmt;
use std::io;
use std::ops::RangeInclusive;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use socket2::{Domain, SockAddr, Socket, Type};

use crate::event::answer::Answer;
use crate::event::peer::{Attempt, End};
use crate::peer::caller::Caller;
use crate::peer::client::connect::{Attempted, ConnectFailure};
pub use crate::peer::client::exchange::statuses;
use crate::peer::client::session::{Session, SessionEnd};
use crate::peer::client::source::Script;
use crate::peer::parting::{self, Parting};
use crate::peer::stop::Stop;
use crate::peer::tally::Tally;
use crate::state::Protocol;
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;

/// What one call takes or gives at most, in bytes, where somebody looks or there are many clients.
const BUFFER: usize = 16 * 1024;
/// The same where nothing matters but speed.
const LARGE_BUFFER: usize = 128 * 1024;
/// Any datagram fits (udp(7)).
const DATAGRAM_BUFFER: usize = 64 * 1024;

/// Which addresses of a name are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    #[default]
    Any,
    V4,
    V6,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A name or an address, without brackets.
    Inet {
        host: String,
        port: u16,
        family: Family,
        udp: bool,
    },
    Unix(PathBuf),
}

/// A descriptor of the program's own that outlives the client: standard input, standard output, a file.
pub type Handle = Box<dyn AsFd + Send + Sync>;

/// What was asked of the client.
pub struct Settings {
    pub target: Target,
    /// The path of an HTTP request, sent before anything else.
    pub http: Option<String>,
    /// That request is HEAD instead of GET.
    pub head: bool,
    /// The answer is to have one of these statuses, from 200 to 599.
    pub expect_status: Option<RangeInclusive<u16>>,
    /// How long what may follow a whole answer is awaited: the close, or bytes that should not be there.
    pub grace: Duration,
    /// Sent next; over UDP one datagram, be it empty.
    pub send: Option<Vec<u8>>,
    /// Sent next.
    pub send_file: Option<PathBuf>,
    /// Once these bytes are seen, the conversation is over.
    pub expect: Option<Vec<u8>>,
    /// The most that one send gives, in bytes, from 1.
    pub fragment: Option<usize>,
    /// Waits so long before each send.
    pub slow: Option<Duration>,
    /// Ends by a RST, once everything is sent and the peer has begun to answer.
    pub reset: bool,
    /// Shuts its side once everything is sent; the keyboard is not read.
    pub half_close: bool,
    /// How many clients at once, from 1; of several, none has a keyboard or an output.
    pub clients: u64,
    /// The port of this end.
    pub bind: Option<u16>,
    /// The longest wait for a connection, then the longest silence of a conversation.
    pub timeout: Option<Duration>,
    /// The keyboard, or what stands for it; sent as it comes, and its end is a half-close.
    pub input: Option<Handle>,
    /// Where what is received goes, raw.
    pub output: Option<Handle>,
    /// Set while the last line that went there has no end: who writes to the same place begins a line of its own.
    pub open_line: Option<&'static AtomicBool>,
}

impl Settings {
    /// Connects, receives until the peer closes, and asks for nothing more.
    #[must_use]
    pub fn to(target: Target) -> Settings {
        Settings {
            target,
            http: None,
            head: false,
            expect_status: None,
            grace: exchange::GRACE,
            send: None,
            send_file: None,
            expect: None,
            fragment: None,
            slow: None,
            reset: false,
            half_close: false,
            clients: 1,
            bind: None,
            timeout: None,
            input: None,
            output: None,
            open_line: None,
        }
    }

    /// What carries the bytes.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        match self.target {
            Target::Inet { udp: true, .. } => Protocol::Udp,
            Target::Inet { .. } => Protocol::Tcp,
            Target::Unix(_) => Protocol::Unix,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Settings")
            .field("target", &self.target)
            .field("clients", &self.clients)
            .finish_non_exhaustive()
    }
}

/// What cannot even begin.
#[derive(Debug)]
pub enum Refusal {
    /// The file to send cannot be opened.
    File { path: PathBuf, error: io::Error },
    /// The path of an HTTP request is empty.
    EmptyHttpPath,
    /// It holds a byte that would cut the request line: a control character or a space; its place, from 0.
    HttpPath { position: usize },
    /// The path of a socket does not fit in a `struct sockaddr_un` (unix(7)).
    SocketPath { path: PathBuf },
}

/// What cut a conversation short on this side.
#[derive(Debug)]
pub enum Trouble {
    /// The file to send cannot be read any more.
    File(io::Error),
    /// The keyboard cannot be read.
    Input(io::Error),
    /// What is received cannot be written: a full disk, or nobody reads any more.
    Output(io::Error),
    /// No thread for one more client.
    Thread(io::Error),
}

/// A call that failed, and without which there was no conversation.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Its name, and its address alone where it has one.
    pub call: Call,
    pub errno: Errno,
}

/// What came of one client.
#[derive(Debug)]
pub struct ClientResult {
    pub attempt: Attempt,
    /// How the conversation ended; `Stopped` without a conversation where the wish to end came first.
    pub end: Option<End>,
    /// Whether what was expected was seen; `None` where nothing was.
    pub expected: Option<bool>,
    /// What was read of the answer to the HTTP request; `None` without one, or without a connection.
    pub answer: Option<Answer>,
    pub received: u64,
    pub sent: u64,
    pub trouble: Option<Trouble>,
    /// What failed, without a conversation.
    pub failed: Option<Failed>,
}

/// What came of all clients.
#[derive(Debug)]
pub struct Finished {
    /// Of several clients, that of the first that did not connect.
    pub attempt: Attempt,
    /// Of several clients, that of the first that did not end well.
    pub end: Option<End>,
    /// Whether every client saw what was expected; `None` where nothing was.
    pub expected: Option<bool>,
    /// Of several clients, that of the first whose answer is not as it should be.
    pub answer: Option<Answer>,
    pub received: u64,
    pub sent: u64,
    /// In the order of their numbers, at least one.
    pub results: Vec<ClientResult>,
}

/// An address to try.
#[derive(Clone, Debug)]
struct Candidate {
    domain: Domain,
    kind: Type,
    address: SockAddr,
}

/// One client, before it has a socket.
struct Client<'a> {
    settings: &'a Settings,
    script: &'a Script,
    candidates: &'a [Candidate],
    caller: &'a Caller,
    stop: &'a Arc<Stop>,
    number: u64,
}

/// Runs the client, or the clients, to the end.
///
/// # Errors
/// What forbids to begin; a failed call is no error but an [`Attempt`] or an [`End`].
pub fn run(settings: &Settings, caller: &Caller, stop: &Arc<Stop>) -> Result<Finished, Refusal> {
    let script = Script::of(settings)?;
    let Ok(candidates) = resolve::candidates(&settings.target, caller, stop)? else {
        return Ok(Finished::unresolved(settings, stop));
    };
    let client = Client { settings, script: &script, candidates: &candidates, caller, stop, number: 1 };
    let results = if settings.clients > 1 { clients::run(&client) } else { vec![client.run()] };
    Ok(Finished::of(results))
}

impl Client<'_> {
    /// Whether it is the only one.
    fn is_alone(&self) -> bool {
        self.settings.clients <= 1
    }

    fn is_datagram(&self) -> bool {
        self.settings.protocol() == Protocol::Udp
    }

    fn buffer_size(&self) -> usize {
        match (self.is_datagram(), self.is_alone() && !self.caller.events().has_receiver()) {
            (true, _) => DATAGRAM_BUFFER,
            (false, true) => LARGE_BUFFER,
            (false, false) => BUFFER,
        }
    }

    fn run(&self) -> ClientResult {
        match connect::connect(self) {
            Attempted::Yes(socket) => {
                Tally::add(&self.caller.events().tally().clients, 1);
                let ended = Session::new(self, &socket).run();
                let ended = SessionEnd { end: ended.end.map(|end| self.look(&socket, (end, &ended))), ..ended };
                self.part(socket, ended.end);
                self.result(ended)
            }
            Attempted::No(ConnectFailure { attempt, failed }) => {
                ClientResult { failed, ..self.without_conversation(attempt, None) }
            }
            Attempted::Stopped => self.without_conversation(Attempt::Silent, Some(End::Stopped)),
        }
    }

    /// How the conversation ended, as far as the kernel tells more than the calls did.
    fn look(&self, socket: &Socket, (end, ended): (End, &SessionEnd)) -> End {
        if self.is_datagram() {
            return end;
        }
        if end == End::TooSlow && ended.received == 0 && connect::awaits_accept(socket) {
            return End::NotAccepted;
        }
        let client = (!self.is_alone()).then_some(self.number);
        let parting = Parting { client, end, sent: ended.sent, half_closed: ended.half_closed };
        let (end, note) = parting::part(self.caller, socket, parting);
        if let Some(note) = note {
            self.note(note);
        }
        end
    }

    fn part(&self, socket: Arc<Socket>, end: Option<End>) {
        if end == Some(End::ResetByUs) {
            // Without the option, the close is an ordinary one: its call has told why.
            let _ = self.caller.linger_nothing(&socket);
        }
        connect::close(self.caller, socket);
    }

    fn result(&self, ended: SessionEnd) -> ClientResult {
        let attempt = if ended.end.is_none() { Attempt::Refused } else { Attempt::Connected };
        let SessionEnd { end, seen, answer, received, sent, trouble, half_closed: _ } = ended;
        let expected = self.settings.expect.as_ref().map(|_| seen);
        ClientResult { attempt, end, expected, answer, received, sent, trouble, failed: None }
    }

    fn without_conversation(&self, attempt: Attempt, end: Option<End>) -> ClientResult {
        ClientResult::without_conversation(self.settings, (attempt, end))
    }
}

impl ClientResult {
    fn without_conversation(settings: &Settings, (attempt, end): (Attempt, Option<End>)) -> ClientResult {
        let expected = settings.expect.as_ref().map(|_| false);
        ClientResult { attempt, end, expected, answer: None, received: 0, sent: 0, trouble: None, failed: None }
    }
}

impl Finished {
    fn unresolved(settings: &Settings, stop: &Stop) -> Finished {
        let end = stop.is_asked().then_some(End::Stopped);
        Finished::of(vec![ClientResult::without_conversation(settings, (Attempt::Unresolved, end))])
    }

    fn of(results: Vec<ClientResult>) -> Finished {
        let attempts = || results.iter().map(|result| result.attempt);
        let well = |end: &End| matches!(end, End::ByPeer | End::ByUs | End::ResetByUs);
        let answers = || results.iter().filter_map(|result| result.answer.as_ref());
        let ends = || results.iter().filter_map(|result| result.end);
        Finished {
            attempt: attempts().find(|attempt| *attempt != Attempt::Connected).unwrap_or(Attempt::Connected),
            end: ends().find(|end| !well(end)).or_else(|| ends().next()),
            expected: results.iter().filter_map(|result| result.expected).reduce(|all, one| all && one),
            answer: answers().find(|answer| answer.reason.is_some()).or_else(|| answers().next()).cloned(),
            received: results.iter().map(|result| result.received).sum(),
            sent: results.iter().map(|result| result.sent).sum(),
            results,
        }
    }
}
