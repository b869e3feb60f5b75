//! The calls of a peer: each is really made, counted, and told before it begins and when it is over.

pub mod datagram;
pub mod multiplex;
pub mod process;

use std::any::Any;
use std::io::{self, Read};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::time::Instant;

use nix::unistd::{getpid, gettid};
use socket2::{Domain, SockAddr, Socket, Type};

use crate::event::peer::Data;
use crate::event::{ActorEvent, CallEvent, Event, Judgement, PeerEvent, ProcessChange, Returned};
use crate::peer::event_channel::EventSender;
use crate::peer::tally::Tally;
use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::sys::Direction;

/// How many bytes of what a peer sends are told with their offsets; the rest is only counted.
const SHOWN: usize = 1024;

/// How many bytes of a buffer a call carries in its event.
const QUOTED: usize = 128;

/// Makes the calls of one thread.
#[derive(Clone, Debug)]
pub struct Caller {
    events: EventSender,
    actor: String,
    pid: i32,
    tid: i32,
}

/// What a call gave, and how it is told once over: its arguments filled, its number.
type After<T> = fn(&mut Call, &T) -> i64;

impl Caller {
    /// For the present thread, under this name.
    #[must_use]
    pub fn new(events: EventSender, actor: String) -> Caller {
        Caller { events, actor, pid: getpid().as_raw(), tid: gettid().as_raw() }
    }

    #[must_use]
    pub fn events(&self) -> &EventSender {
        &self.events
    }

    /// Tells that this thread is there, where somebody listens.
    pub fn introduce(&self) {
        let (actor, pid, tid, change) = (self.actor.clone(), self.pid, self.tid, ProcessChange::Born);
        self.events.try_send(|| Event::Actor(ActorEvent::Process { actor, pid, tid, change }));
    }

    /// Makes a call and tells it.
    ///
    /// # Errors
    /// Those of the call.
    pub fn told<T>(
        &self,
        call: impl Fn() -> Call,
        real: impl FnOnce() -> io::Result<T>,
        after: impl FnOnce(&mut Call, &T) -> i64,
    ) -> io::Result<T> {
        self.told_as(call, real, |call, result| match result {
            Ok(value) => Outcome::Returned(Answer::Number(after(call, value))),
            Err(error) => Outcome::Failed(Errno::new(error.raw_os_error().unwrap_or(libc::EIO))),
        })
    }

    /// The same, for a call that fails in a way of its own: getaddrinfo.
    ///
    /// # Errors
    /// Those of the call.
    pub fn told_as<T, E: Any>(
        &self,
        call: impl Fn() -> Call,
        real: impl FnOnce() -> Result<T, E>,
        outcome: impl FnOnce(&mut Call, &Result<T, E>) -> Outcome,
    ) -> Result<T, E> {
        let tally = self.events.tally();
        Tally::add(&tally.calls, 1);
        let told = self.events.has_room().then(|| self.begin(call()));
        let dropped = told.is_none() && self.events.has_receiver() && self.begin_dropped(&call);
        let began = told.is_some().then(Instant::now);
        let result = real();
        let duration_us = began.map_or(0, |began| u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        if dropped {
            self.events.forget_dropped(&self.actor);
        }
        if result.as_ref().is_err_and(|error| counts(errno_of(error))) {
            Tally::add(&tally.errors, 1);
        }
        if let Some(mut call) = told {
            let outcome = outcome(&mut call, &result);
            self.events.send(self.returned(call, outcome, duration_us));
        }
        result
    }

    fn begin(&self, call: Call) -> Call {
        self.events.send(Event::Actor(ActorEvent::Call(self.event(call.clone()))));
        call
    }

    /// A call in which a thread may sleep for long is remembered even when it cannot be told: once it sleeps, it can.
    fn begin_dropped(&self, call: &impl Fn() -> Call) -> bool {
        let call = call();
        let sleeps = matches!(call.name, Name::Accept | Name::Connect | Name::Poll | Name::EpollWait | Name::Recvfrom);
        if sleeps {
            self.events.remember_dropped(self.event(call));
        }
        sleeps
    }

    fn event(&self, call: Call) -> CallEvent {
        let source = String::new();
        CallEvent { actor: self.actor.clone(), pid: self.pid, tid: self.tid, line: 0, source, call: Some(call) }
    }

    fn returned(&self, call: Call, outcome: Outcome, duration_us: u64) -> Event {
        Event::Actor(ActorEvent::Returned(Returned {
            actor: self.actor.clone(),
            pid: self.tid,
            call: Some(call),
            outcome,
            duration_us,
            expected: Judgement::NotJudged,
            wanted: None,
            cause: None,
        }))
    }

    /// A failed call that was no error of anybody's is not counted as one after all.
    pub fn forgive(&self, error: &io::Error) {
        if counts(error.raw_os_error()) {
            Tally::subtract(&self.events.tally().errors, 1);
        }
    }

    /// socket(2), exactly as asked: no flag is added.
    ///
    /// # Errors
    /// Those of socket(2).
    pub fn socket(&self, domain: Domain, kind: Type) -> io::Result<Socket> {
        let call = || named(Name::Socket, vec![symbol(family(domain)), symbol(kind_name(kind)), Value::Number(0)]);
        self.told(call, || Socket::new_raw(domain, kind, None), |_, socket| number(socket))
    }

    /// setsockopt(2) of an option that is an int, by `set`.
    ///
    /// # Errors
    /// Those of setsockopt(2).
    pub fn option(
        &self,
        socket: &Socket,
        (level, name, value): (&str, &str, Value),
        set: impl FnOnce(&Socket) -> io::Result<()>,
    ) -> io::Result<()> {
        let size = match &value {
            // struct timeval, struct linger.
            Value::Record(fields) if fields.iter().any(|(name, _)| name == "tv_sec") => 16,
            Value::Record(_) => 8,
            _ => 4,
        };
        let call = || {
            let value = if size == 4 { Value::List(vec![value.clone()]) } else { value.clone() };
            named(Name::Setsockopt, vec![fd(socket), symbol(level), symbol(name), value, Value::Number(size)])
        };
        self.told(call, || set(socket), nothing)
    }

    /// bind(2).
    ///
    /// # Errors
    /// Those of bind(2).
    pub fn bind(&self, socket: &Socket, address: &SockAddr) -> io::Result<()> {
        let call = || named(Name::Bind, vec![fd(socket), of(address), length(address)]);
        self.told(call, || socket.bind(address), nothing)
    }

    /// listen(2).
    ///
    /// # Errors
    /// Those of listen(2).
    pub fn listen(&self, socket: &Socket, backlog: i32) -> io::Result<()> {
        let call = || named(Name::Listen, vec![fd(socket), Value::Number(backlog.into())]);
        self.told(call, || socket.listen(backlog), nothing)
    }

    /// connect(2).
    ///
    /// # Errors
    /// Those of connect(2).
    pub fn connect(&self, socket: &Socket, address: &SockAddr) -> io::Result<()> {
        self.connect_by(socket, (address, || socket.connect(address)))
    }

    /// connect(2), made by `real`.
    ///
    /// # Errors
    /// Those of connect(2).
    pub fn connect_by(
        &self,
        socket: &Socket,
        (address, real): (&SockAddr, impl FnOnce() -> io::Result<()>),
    ) -> io::Result<()> {
        let call = || named(Name::Connect, vec![fd(socket), of(address), length(address)]);
        self.told(call, real, nothing)
    }

    /// accept(2).
    ///
    /// # Errors
    /// Those of accept(2).
    pub fn accept(&self, socket: &Socket) -> io::Result<(Socket, SockAddr)> {
        let address = |name: &str| Value::Opaque(name.to_owned());
        let call = || named(Name::Accept, vec![fd(socket), address("&client"), address("&taille")]);
        let after: After<(Socket, SockAddr)> = |call, (accepted, address)| {
            call.arguments.truncate(1);
            call.arguments.extend([of(address), Value::Length(address.len().into())]);
            number(accepted)
        };
        self.told(call, || socket.accept_raw(), after)
    }

    /// recv(2) of what `peer` sent, `offset` bytes before it; the bytes are told too.
    ///
    /// # Errors
    /// Those of recv(2).
    pub fn recv(&self, socket: &Socket, buffer: &mut [u8], (peer, offset): (&str, u64)) -> io::Result<usize> {
        let size = buffer.len();
        let call = || {
            let size = Value::Number(i64::try_from(size).unwrap_or(i64::MAX));
            named(Name::Recv, vec![fd(socket), Value::Opaque("tampon".to_owned()), size, Value::Number(0)])
        };
        let mut reader = socket;
        let mut shown = Vec::new();
        let real = || {
            let count = reader.read(buffer)?;
            if self.events.has_receiver() {
                shown.extend_from_slice(&buffer[..count.min(SHOWN)]);
            }
            Ok((count, shown))
        };
        let mut kept = None;
        let (count, _) = self.told(call, real, |call, (count, shown)| {
            call.arguments[1] = quoted(shown, *count);
            kept = (*count > 0).then(|| shown.clone());
            i64::try_from(*count).unwrap_or(i64::MAX)
        })?;
        Tally::add(&self.events.tally().received, count as u64);
        if let Some(bytes) = kept {
            self.events.send(self.data((peer, offset), (count, bytes)));
        }
        Ok(count)
    }

    /// What a peer sent, told with its offset.
    #[must_use]
    pub fn data(&self, (peer, offset): (&str, u64), (total, mut bytes): (usize, Vec<u8>)) -> Event {
        bytes.truncate(SHOWN);
        Event::Peer(PeerEvent::Data(Data {
            actor: self.actor.clone(),
            peer: (!peer.is_empty()).then(|| peer.to_owned()),
            direction: Direction::Received,
            offset,
            total,
            bytes,
        }))
    }

    /// send(2) with MSG_NOSIGNAL: a client that left is an error, not the death of the server.
    ///
    /// # Errors
    /// Those of send(2).
    pub fn send(&self, socket: &Socket, bytes: &[u8]) -> io::Result<usize> {
        self.send_with(socket, bytes, (libc::MSG_NOSIGNAL, "MSG_NOSIGNAL"))
    }

    /// The same, where waiting is no choice.
    ///
    /// # Errors
    /// Those of send(2), EAGAIN where the send buffer is full.
    pub fn send_now(&self, socket: &Socket, bytes: &[u8]) -> io::Result<usize> {
        self.send_with(socket, bytes, (libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT, "MSG_NOSIGNAL|MSG_DONTWAIT"))
    }

    fn send_with(&self, socket: &Socket, bytes: &[u8], (flags, names): (i32, &str)) -> io::Result<usize> {
        let call = || {
            let size = Value::Number(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
            named(Name::Send, vec![fd(socket), quoted(bytes, bytes.len()), size, symbol(names)])
        };
        let real = || socket.send_with_flags(bytes, flags);
        let count = self.told(call, real, |_, count| i64::try_from(*count).unwrap_or(i64::MAX))?;
        Tally::add(&self.events.tally().sent, count as u64);
        Ok(count)
    }

    /// shutdown(2).
    ///
    /// # Errors
    /// Those of shutdown(2).
    pub fn shutdown(&self, socket: &Socket, how: Shutdown) -> io::Result<()> {
        let name = match how {
            Shutdown::Read => "SHUT_RD",
            Shutdown::Write => "SHUT_WR",
            Shutdown::Both => "SHUT_RDWR",
        };
        self.told(|| named(Name::Shutdown, vec![fd(socket), symbol(name)]), || socket.shutdown(how), nothing)
    }

    /// close(2).
    pub fn close(&self, socket: Socket) {
        let descriptor = number(&socket);
        let call = || named(Name::Close, vec![Value::Number(descriptor)]);
        let real = || {
            drop(socket);
            Ok(())
        };
        // The descriptor is gone whatever close(2) says.
        let _ = self.told(call, real, nothing);
    }

    /// SO_LINGER with no time, so that close(2) sends a RST.
    ///
    /// # Errors
    /// Those of setsockopt(2).
    pub fn linger_nothing(&self, socket: &Socket) -> io::Result<()> {
        let value = Value::Record(vec![("l_onoff".into(), Value::Number(1)), ("l_linger".into(), Value::Number(0))]);
        let set = |socket: &Socket| socket.set_linger(Some(std::time::Duration::ZERO));
        self.option(socket, ("SOL_SOCKET", "SO_LINGER", value), set)
    }
}

/// What a failed call left in errno, where it is an error of the system.
fn errno_of<E: Any>(error: &E) -> Option<i32> {
    (error as &dyn Any).downcast_ref::<io::Error>().and_then(io::Error::raw_os_error)
}

/// Whether a failure counts as one: that nothing is ready, or that a connection is under way, is none.
fn counts(errno: Option<i32>) -> bool {
    !matches!(errno, Some(libc::EAGAIN | libc::EINPROGRESS | libc::EINTR))
}

/// A call with its arguments.
#[must_use]
pub fn named(name: Name, arguments: Vec<Value>) -> Call {
    Call { name, arguments }
}

#[must_use]
pub fn symbol(name: &str) -> Value {
    Value::Symbol(name.to_owned())
}

/// A descriptor as an argument.
#[must_use]
pub fn fd(socket: &impl AsRawFd) -> Value {
    Value::Number(number(socket))
}

fn number(socket: &impl AsRawFd) -> i64 {
    socket.as_raw_fd().into()
}

/// For calls that return 0 and fill nothing.
#[must_use]
pub fn nothing(_: &mut Call, (): &()) -> i64 {
    0
}

/// The first bytes of a buffer, and its whole length.
#[must_use]
pub fn quoted(bytes: &[u8], total: usize) -> Value {
    Value::Bytes { data: bytes[..bytes.len().min(QUOTED)].to_vec(), total }
}

/// An address as an argument.
#[must_use]
pub fn of(address: &SockAddr) -> Value {
    Value::Address(address_of(address))
}

/// An address in the project's own type.
#[must_use]
pub fn address_of(address: &SockAddr) -> Address {
    use std::os::unix::ffi::OsStrExt;
    if let Some(inet) = address.as_socket() {
        return Address::Inet(inet);
    }
    let path = address.as_pathname().map(|path| path.as_os_str().as_bytes().to_vec());
    let name = || address.as_abstract_namespace().map(|name| [&[0], name].concat());
    Address::Unix(path.or_else(name).unwrap_or_default())
}

fn length(address: &SockAddr) -> Value {
    Value::Number(address.len().into())
}

fn family(domain: Domain) -> &'static str {
    match domain {
        Domain::IPV4 => "AF_INET",
        Domain::IPV6 => "AF_INET6",
        _ => "AF_UNIX",
    }
}

fn kind_name(kind: Type) -> &'static str {
    if kind == Type::DGRAM { "SOCK_DGRAM" } else { "SOCK_STREAM" }
}
