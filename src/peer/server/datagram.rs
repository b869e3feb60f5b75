//! UDP: one socket for all clients, no connection, no end. Each datagram is answered by itself, by a service of its
//! own: what one says to a client in an hour of TCP, it says here in one exchange.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::net::SocketAddr;

use socket2::SockAddr;

use super::{RELIEF, Server, is_exhaustion, tell};
use crate::event::peer::{Client, Misbehaviour, PeerNote};
use crate::event::{Event, PeerEvent};
use crate::observe::local::is_local;
use crate::peer::conversation::Effects;
use crate::peer::nul;
use crate::peer::outgoing::{Outgoing, Piece};
use crate::peer::service::Reply;
use crate::peer::tally::Tally;

/// The longest datagram that UDP carries: 65,535 bytes without its header (RFC 768), over IPv6 (RFC 8200).
pub const LONGEST: usize = 65_527;

/// The same over IPv4, which counts its own header too: the most that a file is cut into.
const PORTION: usize = 65_507;

/// How many senders are remembered; the one that has been silent longest is forgotten first.
const REMEMBERED: usize = 1024;

/// How many times in a row a sender sends back just what it received before it is said.
const ECHOES: u64 = 100;

/// A sender.
#[derive(Clone, Copy, Debug)]
struct Sender {
    number: u64,
    /// How many datagrams had come in all when its last one came.
    last: u64,
    /// What this server sent to it last, as a sum of its bytes.
    answer: Option<u64>,
    /// How many times in a row it has sent back just what it had received.
    echoed: u64,
}

#[derive(Debug)]
struct Counter<'a> {
    server: &'a Server,
    senders: HashMap<SocketAddr, Sender>,
    /// Senders so far.
    count: u64,
    datagrams: u64,
    /// This server's own address.
    own: Option<SocketAddr>,
    /// It was met.
    said_own: bool,
    /// Misbehaviours that were announced: here once, for there are no conversations.
    said: Vec<Misbehaviour>,
    /// Senders whose NUL was told.
    nuls: HashSet<u64>,
}

pub fn serve(server: &Server) -> io::Result<()> {
    let own = server.listener.local_addr().ok().and_then(|own| own.as_socket());
    let (senders, said) = (HashMap::new(), Vec::new());
    let mut counter =
        Counter { server, senders, count: 0, datagrams: 0, own, said_own: false, said, nuls: HashSet::new() };
    if server.settings.misbehaviours.never_read {
        counter.misbehave(Misbehaviour::NeverRead, None);
        server.stop.wait_until(None, |asked| asked);
        return Ok(());
    }
    counter.listen()
}

impl Counter<'_> {
    fn listen(&mut self) -> io::Result<()> {
        let _interrupted = self.server.stop.watch(&self.server.listener);
        let mut buffer = vec![0; LONGEST];
        while !self.server.stop.is_asked() {
            match self.server.caller.recv_from(&self.server.listener, &mut buffer) {
                Ok((total, sender)) => {
                    // Without an address, nothing came: the socket was shut down.
                    let Some(address) = sender.as_socket() else { continue };
                    let bytes = &buffer[..total.min(LONGEST)];
                    self.server.settings.keep(&self.server.caller, bytes);
                    if self.is_own(address) {
                        self.tell_own(address);
                    } else {
                        self.answer((address, &sender), bytes);
                    }
                    if self.server.settings.once {
                        break;
                    }
                }
                Err(error) if is_exhaustion(&error) => drop(self.server.stop.pause(RELIEF)),
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn answer(&mut self, (address, to): (SocketAddr, &SockAddr), bytes: &[u8]) {
        let number = self.recognise(address);
        self.count_echo(address, bytes);
        if self.server.settings.misbehaviours.drop_client == Some(number) {
            return self.misbehave(Misbehaviour::DropClient { number }, Some(number));
        }
        let mut service = (self.server.settings.make)();
        if let Some(place) = nul::after_text(bytes).filter(|_| service.takes_text() && self.nuls.insert(number)) {
            self.server.note(PeerNote::NulReceived { client: number, offset: place as u64 });
        }
        let replies = [service.opened(), service.received(bytes), service.ended()];
        let mut others = Vec::new();
        for Reply { pieces, others: heard, notes, .. } in replies {
            tell(&self.server.caller, &mut Effects { notes, ..Effects::default() });
            others.extend(heard);
            for piece in pieces {
                if let Piece::Bytes(bytes) = &piece
                    && let Some(sender) = self.senders.get_mut(&address)
                {
                    sender.answer = Some(sum(bytes));
                }
                self.send_piece(piece, (number, to));
            }
        }
        if !others.is_empty() {
            self.relay(address, &others);
        }
    }

    /// Whether a datagram comes from the very address to which answers to it would come.
    fn is_own(&self, sender: SocketAddr) -> bool {
        let Some(own) = self.own else { return false };
        let (own_ip, ip) = (own.ip().to_canonical(), sender.ip().to_canonical());
        own.port() == sender.port() && if own_ip.is_unspecified() { is_local(ip) } else { own_ip == ip }
    }

    fn tell_own(&mut self, address: SocketAddr) {
        if !std::mem::replace(&mut self.said_own, true) {
            self.server.note(PeerNote::OwnAddress { address: address.to_string() });
        }
    }

    /// Two servers that answer each other never stop: it shows when a sender sends just what it got, again and again.
    fn count_echo(&mut self, address: SocketAddr, bytes: &[u8]) {
        let Some(sender) = self.senders.get_mut(&address) else { return };
        sender.echoed = if sender.answer == Some(sum(bytes)) { sender.echoed + 1 } else { 0 };
        if sender.echoed == ECHOES {
            self.server.note(PeerNote::AnswersAnswers { address: address.to_string(), times: ECHOES });
        }
    }

    /// The number of this sender, from 1, who is announced when new.
    fn recognise(&mut self, address: SocketAddr) -> u64 {
        self.datagrams += 1;
        if let Some(known) = self.senders.get_mut(&address) {
            known.last = self.datagrams;
            return known.number;
        }
        if self.senders.len() >= REMEMBERED {
            let oldest = self.senders.iter().min_by_key(|(_, sender)| sender.last).map(|(address, _)| *address);
            oldest.map(|address| self.senders.remove(&address));
        }
        self.count += 1;
        let number = self.count;
        self.senders.insert(address, Sender { number, last: self.datagrams, answer: None, echoed: 0 });
        let events = self.server.caller.events();
        Tally::add(&events.tally().clients, 1);
        let client = || Client { number, address: address.to_string(), pid: None, command: None };
        events.try_send(|| Event::Peer(PeerEvent::Client(client())));
        number
    }

    /// One datagram, or as many as `--fragment` cuts it into.
    fn send_piece(&mut self, piece: Piece, (number, to): (u64, &SockAddr)) {
        match piece {
            Piece::Bytes(bytes) => drop(self.send(&bytes, (number, to))),
            file @ Piece::File { .. } => {
                let mut outgoing = Outgoing::default();
                outgoing.push(file);
                while let Some(chunk) = outgoing.chunk().ok().filter(|chunk| !chunk.is_empty()) {
                    let chunk = chunk[..chunk.len().min(PORTION)].to_vec();
                    if self.send(&chunk, (number, to)).is_none() {
                        return;
                    }
                    outgoing.sent(chunk.len());
                }
            }
        }
    }

    /// `None` when the wish to end came, or nothing goes out: the failure is told on the line of its call.
    fn send(&mut self, bytes: &[u8], (number, to): (u64, &SockAddr)) -> Option<()> {
        let misbehaviours = &self.server.settings.misbehaviours;
        let (slow, largest) = (misbehaviours.slow, misbehaviours.fragment.unwrap_or(usize::MAX).max(1));
        let misbehaviours = misbehaviours.list();
        let mut rest = bytes;
        for misbehaviour in
            misbehaviours.iter().filter(|misbehaviour| matches!(misbehaviour, Misbehaviour::Slow { .. }))
        {
            // Before the pause: nothing else tells why nothing happens.
            self.misbehave(*misbehaviour, Some(number));
        }
        loop {
            if slow.is_some_and(|pause| self.server.stop.pause(pause)) {
                return None;
            }
            let (piece, next) = rest.split_at(rest.len().min(largest));
            self.server.caller.send_to(&self.server.listener, (piece, to)).ok()?;
            for misbehaviour in &misbehaviours {
                if matches!(misbehaviour, Misbehaviour::Fragment { .. }) && !next.is_empty() {
                    self.misbehave(*misbehaviour, Some(number));
                }
            }
            rest = next;
            if rest.is_empty() {
                return Some(());
            }
        }
    }

    /// To every other sender that is remembered.
    fn relay(&mut self, from: SocketAddr, bytes: &[u8]) {
        let others: Vec<(SocketAddr, u64)> = self.senders.iter().map(|(address, it)| (*address, it.number)).collect();
        for (address, number) in others.into_iter().filter(|(address, _)| *address != from) {
            // One who is gone is no reason to forget the others.
            let _ = self.send(bytes, (number, &address.into()));
            if self.server.stop.is_asked() {
                return;
            }
        }
    }

    fn misbehave(&mut self, misbehaviour: Misbehaviour, client: Option<u64>) {
        if !self.said.contains(&misbehaviour) {
            self.said.push(misbehaviour);
            self.server.note(PeerNote::Misbehaves { misbehaviour, client });
        }
    }
}

fn sum(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// What a datagram of ours met on its way (ICMP, where the kernel tells of it), or a signal: the next call is not
/// concerned.
fn is_passing(error: &io::Error) -> bool {
    let passing = [
        libc::ECONNREFUSED,
        libc::EHOSTUNREACH,
        libc::ENETUNREACH,
        libc::EHOSTDOWN,
        libc::ENETDOWN,
        libc::EMSGSIZE,
        libc::EPROTO,
        libc::EINTR,
        libc::EAGAIN,
    ];
    error.raw_os_error().is_some_and(|errno| passing.contains(&errno))
}
