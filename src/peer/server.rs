//! The narrating server: one way of taking care of clients a file, the same conversations in all.

mod blocking;
mod child_channel;
mod client_table;
mod datagram;
mod epoll;
mod event_loop;
mod fork;
mod iterative;
pub mod open;
mod outbox;
mod poll;
mod postman;
mod threads;

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use nix::poll::PollFd;
use socket2::{SockAddr, Socket, Type};

use crate::event::misbehaviours::Misbehaviours;
use crate::event::peer::{Client, ClientGone, End, Misbehaviour, Mode, PeerNote, Unfinished};
use crate::event::{Event, PeerEvent};
use crate::peer::archive::Archive;
use crate::peer::caller::multiplex::{Interest, timeout};
use crate::peer::caller::{Caller, address_of};
use crate::peer::conversation::{Conversation, Effects};
use crate::peer::parting::{self, Parting};
use crate::peer::server::child_channel::ChildChannel;
use crate::peer::server::client_table::ClientTable;
use crate::peer::server::postman::Postman;
use crate::peer::service::Service;
use crate::peer::stop::Stop;
use crate::peer::tally::Tally;
use crate::syscall::address::Address;

/// How long accept is left alone once no descriptor is left and no client leaves.
const RELIEF: Duration = Duration::from_secs(1);

/// Makes the service of one client.
pub type Make = dyn Fn() -> Box<dyn Service> + Send + Sync;

/// What was asked of the server.
pub struct Settings {
    pub mode: Mode,
    pub misbehaviours: Misbehaviours,
    pub make: Box<Make>,
    /// End after the first client.
    pub once: bool,
    /// At most so many clients at once.
    pub max_clients: Option<u64>,
    /// Where what is received is kept too.
    pub archive: Option<Arc<Archive>>,
    /// How long a client may take not one byte of what waits for it.
    pub patience: Duration,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Settings")
            .field("mode", &self.mode)
            .field("misbehaviours", &self.misbehaviours)
            .finish_non_exhaustive()
    }
}

/// A server that listens; of UDP, one that is bound.
#[derive(Debug)]
pub struct Server {
    pub caller: Caller,
    pub listener: Arc<Socket>,
    pub settings: Settings,
    pub stop: Arc<Stop>,
    clients: Arc<ClientTable>,
    /// How forked children tell what they do.
    channel: Option<Arc<ChildChannel>>,
}

/// A client that has just been accepted.
#[derive(Debug)]
struct Accepted {
    number: u64,
    socket: Arc<Socket>,
    address: String,
}

/// What those who serve clients share; a forked child has its own.
#[derive(Clone, Copy, Debug)]
struct Care<'a> {
    settings: &'a Settings,
    stop: &'a Arc<Stop>,
    clients: &'a ClientTable,
    /// Where other threads have lines for a client that does not read.
    postman: Option<&'a Postman>,
    /// Where those who are not served yet wait, in a server of one client at a time.
    queue: Option<&'a Socket>,
}

/// Closes the table, however the serving ends.
struct Closing<'a>(&'a ClientTable);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Server {
    #[must_use]
    pub fn new(caller: Caller, listener: Socket, (settings, stop): (Settings, Arc<Stop>)) -> Server {
        let clients = Arc::new(ClientTable::new(settings.max_clients, &stop));
        let channel = (settings.mode == Mode::Fork).then(ChildChannel::new).and_then(Result::ok).map(Arc::new);
        Server { caller, listener: Arc::new(listener), settings, stop, clients, channel }
    }

    /// Counts the clients that are being served, even once the server itself is gone.
    pub fn presence(&self) -> impl Fn() -> u64 + Send + use<> {
        let clients = Arc::clone(&self.clients);
        move || clients.connected()
    }

    /// Serves until somebody asks to stop, or `once` is done; every client is gone when it returns.
    ///
    /// # Errors
    /// What ends a server: accept(2) refused for a reason that waiting does not mend.
    pub fn run(&self) -> io::Result<()> {
        if self.listener.r#type()? == Type::DGRAM {
            return datagram::serve(self);
        }
        if self.settings.misbehaviours.never_accept {
            self.never_accept();
            return Ok(());
        }
        match self.settings.mode {
            Mode::Iterative => self.with_forced_shutdown(iterative::serve),
            Mode::Threads => self.with_forced_shutdown(threads::serve),
            Mode::Poll => {
                self.stop.introduce(self.caller.events());
                event_loop::serve(self, poll::Polled::default())
            }
            Mode::Epoll => event_loop::serve(self, epoll::Epolled::new(&self.caller, &self.stop)?),
            Mode::Fork => fork::serve(self),
        }
    }

    /// Serves by calls that block, beside a thread that ends those which outlive the wish to end.
    fn with_forced_shutdown(&self, serve: fn(&Server) -> io::Result<()>) -> io::Result<()> {
        thread::scope(|scope| {
            let _closing = Closing(&self.clients);
            thread::Builder::new().stack_size(threads::STACK).spawn_scoped(scope, || self.clients.shut_down_late())?;
            serve(self)
        })
    }

    fn care(&self) -> Care<'_> {
        Care { settings: &self.settings, stop: &self.stop, clients: &self.clients, postman: None, queue: None }
    }

    /// The accept queue fills under the eyes of whoever watches.
    fn never_accept(&self) {
        self.note(PeerNote::Misbehaves { misbehaviour: Misbehaviour::NeverAccept, client: None });
        self.stop.wait_until(None, |asked| asked);
    }

    fn note(&self, note: PeerNote) {
        self.caller.events().send_note(note);
    }

    /// Accepts clients one by one and hands each to `serve`.
    fn accept_each(&self, mut serve: impl FnMut(Accepted)) -> io::Result<()> {
        let _interrupted = self.stop.watch(&self.listener);
        let mut exhausted = false;
        while self.may_accept() {
            let departures = self.clients.departures();
            match self.caller.accept(&self.listener) {
                Ok((socket, address)) => {
                    exhausted = false;
                    serve(self.register(socket, &address));
                    if self.settings.once {
                        break;
                    }
                }
                Err(error) if is_exhaustion(&error) => {
                    self.tell_exhaustion(&mut exhausted);
                    self.clients.wait_for_departure(departures, RELIEF);
                }
                // The wish to end woke it: no error of anybody's.
                Err(error) if self.stop.is_asked() => self.caller.forgive(&error),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits for what must come before the next accept; false once the server is to end.
    fn may_accept(&self) -> bool {
        if self.clients.is_full() {
            self.tell_full();
            self.clients.wait_for_slot();
        }
        if let Some(pause) = self.settings.misbehaviours.delay_accept {
            return self.is_somebody_there() && {
                self.tell_delay();
                !self.stop.pause(pause)
            };
        }
        !self.stop.is_asked()
    }

    /// Sleeps until a client is in the accept queue: the delay is for it to feel. False once the server is to end.
    fn is_somebody_there(&self) -> bool {
        let mut watched = [PollFd::new(self.listener.as_fd(), Interest::Read.for_poll())];
        let result = self.caller.poll(&mut watched, (&[Interest::Read], timeout(None)));
        !self.stop.is_asked() && (result.is_ok() || !self.stop.pause(Duration::from_millis(1)))
    }

    fn tell_full(&self) {
        self.note(PeerNote::Full { clients: self.settings.max_clients.unwrap_or(0) });
    }

    fn tell_delay(&self) {
        let pause = self.settings.misbehaviours.delay_accept.unwrap_or_default();
        let milliseconds = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        self.note(PeerNote::Misbehaves { misbehaviour: Misbehaviour::DelayAccept { milliseconds }, client: None });
    }

    /// EMFILE: said once.
    fn tell_exhaustion(&self, said: &mut bool) {
        if !std::mem::replace(said, true) {
            let limit = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE);
            self.note(PeerNote::NoDescriptorLeft { limit: limit.map_or(0, |limits| limits.0) });
        }
    }

    fn register(&self, socket: Socket, address: &SockAddr) -> Accepted {
        let socket = Arc::new(socket);
        let number = self.clients.add(&socket);
        let events = self.caller.events();
        Tally::add(&events.tally().clients, 1);
        let address = shown(&address_of(address));
        events.try_send(|| {
            Event::Peer(PeerEvent::Client(Client { number, address: address.clone(), pid: None, command: None }))
        });
        Accepted { number, socket, address }
    }
}

/// The client leaves the table, and the descriptor is closed; what is to be told of it.
fn disconnect(
    clients: &ClientTable,
    caller: &Caller,
    client: Accepted,
    (conversation, end): (&mut Conversation, End),
) -> ClientGone {
    let Accepted { number, socket, address } = client;
    conversation.give_up();
    let parting =
        Parting { client: Some(number), end, sent: conversation.sent, half_closed: conversation.has_half_closed() };
    let (end, note) = parting::part(caller, &socket, parting);
    if let Some(note) = note {
        note_by(caller, note);
    }
    clients.remove(number);
    match Arc::try_unwrap(socket) {
        Ok(socket) => caller.close(socket),
        // Another thread is about to send to it: the last one closes.
        Err(shared) => drop(shared),
    }
    let (sent, unsent, missed) = (conversation.sent + conversation.relayed, conversation.unsent, conversation.missed());
    let tally = caller.events().tally();
    Tally::add(&tally.unsent, unsent);
    Tally::add(&tally.missed, missed + conversation.dropped);
    ClientGone { number, address, received: conversation.received, sent, unsent, missed, end }
}

/// What others must know of a step, the bytes for other clients apart.
fn tell(caller: &Caller, effects: &mut Effects) {
    for note in effects.notes.drain(..) {
        note_by(caller, note);
    }
}

fn note_by(caller: &Caller, note: PeerNote) {
    let events = caller.events();
    match note {
        PeerNote::Unfinished { .. } if !events.has_receiver() => {}
        // What was told does not hold any more: that must be heard.
        PeerNote::Unfinished { what: Unfinished::Nothing, .. } => events.send(Event::Peer(PeerEvent::Note { note })),
        note => events.send_note(note),
    }
}

/// A file to send cannot be read to its end. Where it shrank no call failed, but its client is not served.
fn break_off(conversation: &mut Conversation, (caller, error): (&Caller, &io::Error)) -> Effects {
    Tally::add(&caller.events().tally().errors, 1);
    conversation.broken_off(error)
}

/// How a conversation ends when one of its calls failed.
fn end_of(error: &io::Error, stop: &Stop) -> End {
    match error.kind() {
        _ if stop.is_asked() => End::Stopped,
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => End::ResetByPeer,
        _ => End::Failed,
    }
}

impl Settings {
    /// Keeps what was received, where that was asked.
    fn keep(&self, caller: &Caller, bytes: &[u8]) {
        if let Some(note) = self.archive.as_ref().and_then(|archive| archive.write(caller, bytes)) {
            note_by(caller, note);
        }
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
