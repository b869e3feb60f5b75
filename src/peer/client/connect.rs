//! Connecting: each address in turn, until one answers.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::PollFlags;
use socket2::{Domain, SockAddr, Socket, Type};

use crate::event::peer::{Attempt, PeerNote};
use crate::event::{Event, PeerEvent};
use crate::observe::Observer;
use crate::peer::caller::{Caller, address_of, fd, named, nothing, of, symbol};
use crate::peer::client::blocking_thread::unless_stopped;
use crate::peer::client::poll::FOREVER;
use crate::peer::client::poll::{PollEntry, wait};
use crate::peer::client::{Candidate, Client, Failed};
use crate::peer::server::open::name;
use crate::peer::tally::Tally;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// What came of every address.
#[derive(Debug)]
pub enum Attempted {
    Yes(Arc<Socket>),
    /// Of several addresses, the most telling.
    No(ConnectFailure),
    /// The wish to end came first.
    Stopped,
}

/// An address that did not answer.
#[derive(Clone, Debug)]
pub struct ConnectFailure {
    pub attempt: Attempt,
    /// The call that failed.
    pub failed: Option<Failed>,
}

impl ConnectFailure {
    fn of(name: Name, address: Option<&SockAddr>) -> impl FnOnce(io::Error) -> ConnectFailure {
        let call = named(name, address.map(of).into_iter().collect());
        move |error| {
            let attempt = if call.name == Name::Connect { meaning(&error) } else { Attempt::Impossible };
            let failed = error.raw_os_error().map(|errno| Failed { call, errno: Errno::new(errno) });
            ConnectFailure { attempt, failed }
        }
    }
}

/// Tries each address in order.
pub fn connect(client: &Client<'_>) -> Attempted {
    let mut best = None;
    for candidate in client.candidates {
        if client.stop.is_asked() {
            return Attempted::Stopped;
        }
        match client.attempt(candidate) {
            Ok(socket) => return Attempted::Yes(socket),
            Err(failure) => {
                best =
                    best.into_iter().chain([failure]).max_by_key(|failure: &ConnectFailure| telling(failure.attempt));
            }
        }
    }
    if client.stop.is_asked() {
        return Attempted::Stopped;
    }
    Attempted::No(best.unwrap_or(ConnectFailure { attempt: Attempt::Unresolved, failed: None }))
}

/// The more a failure says of the other end, the higher.
fn telling(attempt: Attempt) -> u8 {
    match attempt {
        Attempt::Connected => 5,
        Attempt::Refused => 4,
        Attempt::Silent => 3,
        Attempt::Unreachable => 2,
        Attempt::Impossible => 1,
        Attempt::Unresolved => 0,
    }
}

/// What a connect that failed says.
fn meaning(error: &io::Error) -> Attempt {
    match error.raw_os_error() {
        Some(libc::ECONNREFUSED) => Attempt::Refused,
        // EAGAIN: the backlog of a socket file stayed full (unix(7)).
        Some(libc::ETIMEDOUT | libc::EAGAIN) => Attempt::Silent,
        Some(libc::EHOSTUNREACH | libc::ENETUNREACH | libc::ENETDOWN | libc::EHOSTDOWN | libc::ENONET) => {
            Attempt::Unreachable
        }
        _ => Attempt::Impossible,
    }
}

/// Whether the connection still waits in the accept queue of a server of this machine.
pub fn awaits_accept(socket: &Socket) -> bool {
    let address = |address: io::Result<SockAddr>| address.ok().map(|address| address_of(&address));
    let (own, peer) = (address(socket.local_addr()), address(socket.peer_addr()));
    let sockets = Observer::new().and_then(|mut observer| observer.sockets());
    sockets.is_ok_and(|(sockets, _)| {
        let ours = |one: &&crate::state::Socket| Some(&one.local) == peer.as_ref() && Some(&one.remote) == own.as_ref();
        sockets.iter().find(ours).is_some_and(crate::state::Socket::awaits_accept)
    })
}

/// close(2), told.
pub fn close(caller: &Caller, socket: Arc<Socket>) {
    match Arc::try_unwrap(socket) {
        Ok(socket) => caller.close(socket),
        // A connect that was given up still holds it: the last one closes.
        Err(shared) => drop(shared),
    }
}

impl Client<'_> {
    fn attempt(&self, candidate: &Candidate) -> Result<Arc<Socket>, ConnectFailure> {
        let socket =
            self.caller.socket(candidate.domain, candidate.kind).map_err(ConnectFailure::of(Name::Socket, None))?;
        let socket = Arc::new(socket);
        let done = self.choose_port(&socket, candidate).and_then(|()| self.connect(&socket, candidate));
        match done {
            Ok(()) => {
                self.show_port(&socket, candidate);
                Ok(socket)
            }
            Err(failure) => {
                close(self.caller, socket);
                Err(failure)
            }
        }
    }

    /// bind(2), where a port was asked for.
    fn choose_port(&self, socket: &Socket, candidate: &Candidate) -> Result<(), ConnectFailure> {
        let Some(port) = self.settings.bind else { return Ok(()) };
        let address: SocketAddr = match candidate.domain {
            Domain::IPV4 => (Ipv4Addr::UNSPECIFIED, port).into(),
            Domain::IPV6 => (Ipv6Addr::UNSPECIFIED, port).into(),
            _ => return Ok(()),
        };
        let address = SockAddr::from(address);
        self.caller.bind(socket, &address).map_err(ConnectFailure::of(Name::Bind, Some(&address)))?;
        self.note(PeerNote::PortChosen { port });
        Ok(())
    }

    /// The address that the kernel chose, where nobody else did.
    fn show_port(&self, socket: &Socket, candidate: &Candidate) {
        if self.settings.bind.is_some() || candidate.domain == Domain::UNIX || !self.is_alone() {
            return;
        }
        if let Ok(address) = name(self.caller, socket) {
            self.note(PeerNote::PortChosenByKernel { address: address.to_string() });
        }
    }

    /// Tells a fact; of several clients, only where there is room.
    pub fn note(&self, note: PeerNote) {
        let events = self.caller.events();
        if self.is_alone() {
            events.send(Event::Peer(PeerEvent::Note { note }));
        } else {
            events.try_send(|| Event::Peer(PeerEvent::Note { note }));
        }
    }

    fn connect(&self, socket: &Arc<Socket>, candidate: &Candidate) -> Result<(), ConnectFailure> {
        let done = match (candidate.domain, self.settings.timeout) {
            (Domain::UNIX, timeout) => self.connect_file(socket, (&candidate.address, timeout)),
            (_, Some(timeout)) if candidate.kind == Type::STREAM => {
                self.connect_within(socket, (&candidate.address, timeout))
            }
            _ => self.connect_for_ever(socket, &candidate.address),
        };
        done.map_err(ConnectFailure::of(Name::Connect, Some(&candidate.address)))
    }

    /// Sleeps in connect until the kernel gives up; the wish to end shuts the socket down, which wakes it
    /// (ECONNABORTED).
    fn connect_for_ever(&self, socket: &Arc<Socket>, address: &SockAddr) -> io::Result<()> {
        let _interrupted = self.stop.watch(socket);
        match self.caller.connect(socket, address) {
            // It goes on without us (connect(2)).
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.await_connection(socket, None),
            done => done,
        }
    }

    fn connect_within(&self, socket: &Socket, (address, timeout): (&SockAddr, Duration)) -> io::Result<()> {
        self.set_flags(socket, OFlag::O_NONBLOCK)?;
        match self.caller.connect(socket, address) {
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {
                self.await_connection(socket, Some(Instant::now() + timeout.min(FOREVER)))?;
            }
            done => done?,
        }
        self.set_flags(socket, OFlag::empty())
    }

    fn set_flags(&self, socket: &Socket, flags: OFlag) -> io::Result<()> {
        let value = if flags.is_empty() { Value::Number(0) } else { symbol("O_NONBLOCK") };
        let call = || named(Name::Fcntl, vec![fd(socket), symbol("F_SETFL"), value.clone()]);
        self.caller.told(call, || Ok(fcntl(socket, FcntlArg::F_SETFL(flags)).map(drop)?), nothing)
    }

    /// The end of a connect that goes on: the socket becomes writable, and SO_ERROR says how it went.
    fn await_connection(&self, socket: &Socket, until: Option<Instant>) -> io::Result<()> {
        let entry = PollEntry { descriptor: socket.as_fd(), shown: socket.as_raw_fd(), events: PollFlags::POLLOUT };
        loop {
            let ready = wait(self.caller, self.stop, (&[entry], until))?;
            if ready.iter().any(|flags| !flags.is_empty()) {
                break;
            }
            if self.stop.is_asked() {
                return Err(io::Error::from_raw_os_error(libc::EINTR));
            }
            if until.is_some_and(|until| Instant::now() >= until) {
                return Err(io::Error::from_raw_os_error(libc::ETIMEDOUT));
            }
        }
        let Some(error) = self.pending_error(socket)? else { return Ok(()) };
        // getsockopt succeeded, connect has failed.
        Tally::add(&self.caller.events().tally().errors, 1);
        Err(error)
    }

    /// getsockopt(2) of SO_ERROR.
    fn pending_error(&self, socket: &Socket) -> io::Result<Option<io::Error>> {
        let opaque = |name: &str| Value::Opaque(name.to_owned());
        let option = || vec![fd(socket), symbol("SOL_SOCKET"), symbol("SO_ERROR")];
        let call = || named(Name::Getsockopt, [option(), vec![opaque("&erreur"), opaque("&taille")]].concat());
        self.caller.told(
            call,
            || socket.take_error(),
            |call, error| {
                let errno = error.as_ref().and_then(io::Error::raw_os_error).and_then(|errno| Errno::new(errno).name());
                let value = errno.map_or(Value::Number(0), symbol);
                call.arguments = [option(), vec![Value::List(vec![value]), Value::Length(4)]].concat();
                0
            },
        )
    }

    /// A connect to a socket file sleeps while the backlog is full; only SO_SNDTIMEO limits that (socket(7)), and no
    /// shutdown wakes it.
    fn connect_file(&self, socket: &Arc<Socket>, (address, timeout): (&SockAddr, Option<Duration>)) -> io::Result<()> {
        if let Some(timeout) = timeout {
            // No time at all would be no limit.
            let timeout = timeout.clamp(Duration::from_millis(1), FOREVER);
            let fields = [("tv_sec", timeout.as_secs()), ("tv_usec", u64::from(timeout.subsec_micros()))];
            let number = |value: u64| Value::Number(i64::try_from(value).unwrap_or(i64::MAX));
            let value = Value::Record(fields.map(|(name, value)| (name.to_owned(), number(value))).to_vec());
            let set = |socket: &Socket| socket.set_write_timeout(Some(timeout));
            self.caller.option(socket, ("SOL_SOCKET", "SO_SNDTIMEO", value), set)?;
        }
        let (own, candidate) = (Arc::clone(socket), address.clone());
        let given_up = || Err(io::Error::from_raw_os_error(libc::EINTR));
        let real = || unless_stopped(self.stop, move || own.connect(&candidate)).unwrap_or_else(given_up);
        self.caller.connect_by(socket, (address, real))
    }
}
