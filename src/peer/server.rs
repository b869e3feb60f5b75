//! The narrating server: one way of taking care of clients a file, the same conversations in all.

mod blocking;
mod iterative;
pub mod open;
mod room;
mod threads;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockAddr, Socket};

use crate::event::Event;
use crate::event::peer::{Client, Manner, Mode, PeerNote};
use crate::peer::caller::{Caller, address_of};
use crate::peer::manners::Manners;
use crate::peer::server::room::Room;
use crate::peer::service::Service;
use crate::peer::stop::Stop;
use crate::peer::tally::Tally;
use crate::state::Protocol;
use crate::syscall::address::Address;

/// How long accept is left alone once no descriptor is left and no client leaves.
const RELIEF: Duration = Duration::from_secs(1);

/// Makes the service of one client.
pub type Make = dyn Fn() -> Box<dyn Service> + Send + Sync;

/// What was asked of the server.
pub struct Settings {
    pub mode: Mode,
    pub manners: Manners,
    pub make: Box<Make>,
    /// End after the first client.
    pub once: bool,
    /// At most so many clients at once.
    pub max_clients: Option<u64>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Settings").field("mode", &self.mode).field("manners", &self.manners).finish_non_exhaustive()
    }
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    pub caller: Caller,
    pub listener: Arc<Socket>,
    pub settings: Settings,
    pub stop: Arc<Stop>,
    room: Room,
}

/// A client that has just been accepted.
#[derive(Debug)]
struct Accepted {
    number: u64,
    socket: Arc<Socket>,
    address: String,
}

impl Server {
    #[must_use]
    pub fn new(caller: Caller, listener: Socket, (settings, stop): (Settings, Arc<Stop>)) -> Server {
        let room = Room::new(settings.max_clients);
        Server { caller, listener: Arc::new(listener), settings, stop, room }
    }

    /// Serves until somebody asks to stop, or `once` is done; every client is gone when it returns.
    ///
    /// # Errors
    /// What ends a server: accept(2) refused for a reason that waiting does not mend.
    pub fn run(&self) -> io::Result<()> {
        if self.settings.manners.never_accept {
            self.never_accept();
            return Ok(());
        }
        match self.settings.mode {
            Mode::Iterative => iterative::serve(self),
            _ => threads::serve(self),
        }
    }

    /// The accept queue fills under the eyes of whoever watches.
    fn never_accept(&self) {
        self.note(PeerNote::Misbehaves { manner: Manner::NeverAccept, client: None });
        while !self.stop.pause(Duration::from_secs(3600)) {}
    }

    fn note(&self, note: PeerNote) {
        self.caller.speaker().offer(|| Event::PeerNote { note });
    }

    /// Accepts clients one by one and hands each to `serve`.
    fn accept_each(&self, mut serve: impl FnMut(Accepted)) -> io::Result<()> {
        let _interrupted = self.stop.watch(&self.listener);
        let mut exhausted = false;
        while self.may_accept() {
            match self.caller.accept(&self.listener) {
                Ok((socket, address)) => {
                    exhausted = false;
                    serve(self.welcome(socket, &address));
                    if self.settings.once {
                        break;
                    }
                }
                Err(error) if is_exhaustion(&error) => self.await_relief(&mut exhausted),
                Err(error) if is_passing(&error) || self.stop.is_asked() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits for what must come before the next accept; false once the server is to end.
    fn may_accept(&self) -> bool {
        if let Some(pause) = self.settings.manners.delay_accept {
            self.note(PeerNote::Misbehaves { manner: self.delay(), client: None });
            if self.stop.pause(pause) {
                return false;
            }
        }
        if self.room.is_full() {
            self.note(PeerNote::Full { clients: self.settings.max_clients.unwrap_or(0) });
            self.room.wait_for_place(&self.stop);
        }
        !self.stop.is_asked()
    }

    fn delay(&self) -> Manner {
        let pause = self.settings.manners.delay_accept.unwrap_or_default();
        Manner::DelayAccept { milliseconds: u64::try_from(pause.as_millis()).unwrap_or(u64::MAX) }
    }

    fn welcome(&self, socket: Socket, address: &SockAddr) -> Accepted {
        let socket = Arc::new(socket);
        let number = self.room.enter(&socket);
        let tally = self.caller.speaker().tally();
        Tally::add(&tally.clients, 1);
        Tally::add(&tally.present, 1);
        let address = shown(&address_of(address));
        self.caller
            .speaker()
            .offer(|| Event::Client(Client { number, address: address.clone(), pid: None, command: None }));
        Accepted { number, socket, address }
    }

    /// EMFILE: said once; then a client's departure is awaited, not spun for.
    fn await_relief(&self, said: &mut bool) {
        if !std::mem::replace(said, true) {
            let limit = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE);
            self.note(PeerNote::NoDescriptorLeft { limit: limit.map_or(0, |limits| limits.0) });
        }
        self.room.wait_for_departure(RELIEF);
    }
}

/// As people write it; a client of a socket file has no name.
fn shown(address: &Address) -> String {
    match address {
        Address::Unix(name) if name.is_empty() => String::new(),
        address => address.to_string(),
    }
}

/// No descriptor, or no memory, is left for one more connection (accept(2)).
fn is_exhaustion(error: &io::Error) -> bool {
    [libc::EMFILE, libc::ENFILE, libc::ENOBUFS, libc::ENOMEM].map(Some).contains(&error.raw_os_error())
}

/// The client gave up, or its network failed, before accept took it: accept(2) says to try again.
fn is_passing(error: &io::Error) -> bool {
    let passing = [
        libc::ECONNABORTED,
        libc::EINTR,
        libc::EAGAIN,
        libc::EPROTO,
        libc::ENETDOWN,
        libc::ENOPROTOOPT,
        libc::EHOSTDOWN,
        libc::ENONET,
        libc::EHOSTUNREACH,
        libc::EOPNOTSUPP,
        libc::ENETUNREACH,
        libc::EPERM,
    ];
    error.raw_os_error().is_some_and(|errno| passing.contains(&errno))
}

/// What carries the bytes of a listening socket.
#[must_use]
pub fn protocol(address: &Address) -> Protocol {
    if matches!(address, Address::Unix(_)) { Protocol::Unix } else { Protocol::Tcp }
}
