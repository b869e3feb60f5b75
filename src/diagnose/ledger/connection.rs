//! Calls on sockets: addresses, connections, bytes.

use std::sync::Arc;

use crate::diagnose::bytes::{Shape, is_text, shape, text_length};
use crate::diagnose::ledger::descriptor::makes_internet_socket;
use crate::diagnose::ledger::memory;
use crate::diagnose::ledger::process::{Last, Pending, Process};
use crate::diagnose::ledger::socket::{Attempt, End, Role, Socket, SocketId};
use crate::diagnose::ledger::traffic::{Message, Rest};
use crate::diagnose::ledger::{Gone, Ledger};
use crate::diagnose::reading::{Proof, Seen, descriptors, number_of, proof};
use crate::observed::{Ending, Step, Traced};
use crate::syscall::address::Address;
use crate::syscall::errno::Errno;
use crate::syscall::fault::Effect;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

/// How much of what a process says is kept after each call.
const SAID: usize = 512;

/// How many lengths given to send are remembered.
const LENGTHS: usize = 16;

/// The C library's resolver.
const DOMAIN: u16 = 53;

/// Where services of the system listen: what connects there is a library.
const SYSTEM: &[&[u8]] = &[b"/run/", b"/var/run/", b"/dev/", b"/tmp/.X11", b"/tmp/dbus", b"\0/tmp/"];

impl Ledger {
    pub(super) fn enter(&mut self, step: &Step, traced: &Traced) {
        let socket = self.process(step.pid).and_then(|process| process.socket_at(traced.fd));
        let accepts = matches!(traced.sys, Sys::Accept | Sys::Accept4);
        if socket.is_none() && traced.fd != Some(0) && !accepts {
            return;
        }
        let pending =
            Pending { sys: traced.sys, fd: traced.fd, socket, proof: proof(step.pid, step.at_us, traced, None) };
        if accepts {
            self.accept_begins(step.pid, socket, &pending.proof);
        }
        if let Some(process) = self.processes.get_mut(&step.pid) {
            process.pending.insert(step.tid, pending);
        }
    }

    fn accept_begins(&mut self, pid: i32, socket: Option<SocketId>, proof: &Proof) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.accepts_entered += 1;
        }
        let Some(socket) = socket.and_then(|id| self.sockets.get_mut(&id)) else { return };
        let listening = &mut socket.listening;
        listening.entered += 1;
        listening.concurrent |= listening.waiting > 0 || listening.open > 0;
        listening.waiting += 1;
        if listening.accepted > 0 && listening.open == 0 {
            listening.again = Some(proof.clone());
        }
    }

    pub(super) fn complete(&mut self, seen: &Seen<'_>, proof: &Proof) -> Vec<Gone> {
        self.leave(seen);
        if *seen.ending == Ending::Interrupted {
            self.suspend(seen, proof);
            return Vec::new();
        }
        self.note_spin(seen, proof);
        let passing = self.dispatch(seen, proof);
        self.note_last(seen, proof);
        passing
    }

    /// The call may be restarted, or fail with EINTR once the handler has run: the handler's flags tell.
    fn suspend(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let socket = self.subject(seen);
        if !(says_where(seen) || is_wait(seen.sys())) || socket.is_some_and(|socket| !socket.is_judged()) {
            return;
        }
        let last = Last { errno: Some(Errno::EINTR), ..self.last_of(seen, proof) };
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            process.suspended.insert(seen.tid, last);
        }
    }

    fn last_of(&self, seen: &Seen<'_>, proof: &Proof) -> Last {
        let socket = self.subject(seen);
        Last {
            sys: seen.sys(),
            fd: seen.fd(),
            socket: socket.map(|socket| socket.id),
            on_accepted: socket.is_some_and(Socket::is_accepted),
            number: seen.number(),
            errno: seen.errno(),
            provoked: seen.is_provoked(),
            proof: proof.clone(),
            said: Vec::new(),
        }
    }

    fn leave(&mut self, seen: &Seen<'_>) {
        let pending = self.processes.get_mut(&seen.pid).and_then(|process| process.pending.remove(&seen.tid));
        let Some(pending) = pending else { return };
        if let (Sys::Accept | Sys::Accept4, Some(id)) = (pending.sys, pending.socket)
            && let Some(socket) = self.sockets.get_mut(&id)
        {
            socket.listening.waiting = socket.listening.waiting.saturating_sub(1);
        }
    }

    fn dispatch(&mut self, seen: &Seen<'_>, proof: &Proof) -> Vec<Gone> {
        match seen.sys() {
            Sys::Socket => self.created(seen, proof),
            Sys::Socketpair => self.paired(seen),
            Sys::Accept | Sys::Accept4 => self.accepted(seen, proof),
            Sys::Dup | Sys::Dup2 | Sys::Dup3 => return self.copied(seen, proof),
            Sys::Fcntl => return self.controlled(seen, proof),
            Sys::Close => return self.closed(seen, proof),
            Sys::CloseRange => return self.closed_range(seen, proof),
            Sys::Bind => self.bound(seen, proof),
            Sys::Listen => self.listened(seen, proof),
            Sys::Connect => self.connected(seen, proof),
            Sys::Setsockopt => self.option_set(seen),
            Sys::Getsockopt => self.option_read(seen, proof),
            Sys::Shutdown => self.shut(seen),
            Sys::Poll | Sys::Ppoll | Sys::Select | Sys::Pselect6 => self.polled(seen),
            Sys::EpollCtl => self.registered(seen),
            Sys::Nanosleep | Sys::ClockNanosleep => self.slept(seen.pid),
            Sys::Wait4 | Sys::Waitpid | Sys::Waitid => self.waited(seen),
            Sys::RtSigaction => self.handler_set(seen),
            Sys::Fork | Sys::Vfork | Sys::Clone | Sys::Clone3 => self.forked(seen, proof),
            _ if seen.is_receive() => self.received(seen, proof),
            _ if seen.is_send() => self.sent(seen, proof),
            _ => {}
        }
        Vec::new()
    }

    fn slept(&mut self, pid: i32) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.said_after_input = (0, 0);
        }
    }

    fn of(&mut self, seen: &Seen<'_>) -> Option<&mut Socket> {
        let id = self.process(seen.pid)?.socket_at(seen.fd())?;
        self.sockets.get_mut(&id)
    }

    fn bound(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(socket) = self.of(seen) else { return };
        match seen.errno() {
            None => {
                socket.bind = Attempt::Done(proof.clone());
                socket.local = seen.address().cloned();
                socket.bound_reusing = socket.reuses_address;
            }
            Some(errno) if !socket.bind.is_done() => socket.bind = Attempt::Failed(proof.clone(), errno),
            Some(_) => {}
        }
    }

    fn listened(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(socket) = self.of(seen) else { return };
        match seen.errno() {
            None => {
                socket.listen = Attempt::Done(proof.clone());
                socket.role = Role::Listener;
            }
            Some(errno) if !socket.listen.is_done() => socket.listen = Attempt::Failed(proof.clone(), errno),
            Some(_) => {}
        }
    }

    fn connected(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let port = seen.address().and_then(Address::port);
        let errno = seen.errno();
        let reached = matches!(errno, None | Some(Errno::EINPROGRESS | Errno::EISCONN));
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            process.connects += 1;
            process.connected_ports.extend(port.filter(|_| errno.is_none()));
        }
        let Some(socket) = self.of(seen) else { return };
        socket.foreign |= is_foreign(socket, seen.address());
        socket.role = if reached && socket.role == Role::Fresh { Role::Client } else { socket.role };
        socket.remote = seen.address().cloned();
        socket.connect = match errno {
            None | Some(Errno::EISCONN) => Attempt::Done(proof.clone()),
            Some(Errno::EINPROGRESS | Errno::EALREADY | Errno::EINTR | Errno::EAGAIN) => Attempt::Begun,
            Some(errno) => Attempt::Failed(proof.clone(), errno),
        };
    }

    fn option_set(&mut self, seen: &Seen<'_>) {
        let set = seen.number() == Some(0) && seen.argument(3).and_then(number_of) != Some(0);
        let Some(socket) = self.of(seen) else { return };
        socket.reuses_address |= set && (seen.names("SO_REUSEADDR") || seen.names("SO_REUSEPORT"));
        socket.broadcasts |= set && seen.names("SO_BROADCAST");
    }

    /// How a connection that was begun ended: SO_ERROR.
    fn option_read(&mut self, seen: &Seen<'_>, proof: &Proof) {
        if !seen.names("SO_ERROR") || seen.number() != Some(0) {
            return;
        }
        let errno = crate::diagnose::reading::written(seen, 3);
        let errno = Errno::from_name(errno.trim_matches(['[', ']']));
        let Some(socket) = self.of(seen) else { return };
        if let (Attempt::Begun, Some(errno)) = (&socket.connect, errno) {
            socket.connect = Attempt::Failed(proof.clone(), errno);
        }
    }

    fn shut(&mut self, seen: &Seen<'_>) {
        let (both, read, write) = (seen.names("SHUT_RDWR"), seen.names("SHUT_RD"), seen.names("SHUT_WR"));
        if let (Some(0), Some(socket)) = (seen.number(), self.of(seen)) {
            socket.shut_read |= both || read;
            socket.shut_write |= both || write;
            if let (true, Some(rest)) = (socket.shut_write, &mut socket.traffic.rest) {
                rest.told = true;
            }
        }
    }

    fn polled(&mut self, seen: &Seen<'_>) {
        let lists: Vec<i32> = seen
            .traced
            .call
            .arguments
            .iter()
            .take(4)
            .skip(usize::from(is_select(seen)))
            .flat_map(descriptors)
            .collect();
        if lists.len() < 2 {
            return;
        }
        self.multiplexes(seen.pid, &lists);
    }

    fn registered(&mut self, seen: &Seen<'_>) {
        let fd = seen.argument(2).and_then(number_of).and_then(|fd| i32::try_from(fd).ok());
        self.multiplexes(seen.pid, &fd.into_iter().collect::<Vec<_>>());
    }

    fn multiplexes(&mut self, pid: i32, fds: &[i32]) {
        let Some(process) = self.processes.get_mut(&pid) else { return };
        process.multiplexes = true;
        let listens = |id: &SocketId| self.sockets.get(id).is_some_and(|socket| socket.role == Role::Listener);
        let sockets = fds.iter().filter_map(|fd| process.slots.get(fd).and_then(|slot| slot.socket));
        process.multiplexes_listener |= sockets.filter(listens).count() > 0;
        for id in fds.iter().filter_map(|fd| process.slots.get(fd).and_then(|slot| slot.socket)) {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.listening.multiplexed = true;
            }
        }
    }

    fn received(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let bytes = seen.moved();
        if let (Some(process), Some(count @ 1..)) = (self.processes.get_mut(&seen.pid), seen.number()) {
            process.memory.fill(seen.place(), count.unsigned_abs());
        }
        let Some(id) = self.process(seen.pid).and_then(|process| process.socket_at(seen.fd())) else {
            return self.read_elsewhere(seen);
        };
        if seen.only_looks() {
            return;
        }
        self.touch(id, seen);
        let alone = self.process(seen.pid).is_some_and(|process| !process.multiplexes && !process.had_threads);
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        match (seen.number(), seen.errno()) {
            (Some(count @ 1..), _) => {
                if let Some(rest) = &mut socket.traffic.rest {
                    rest.answered |= alone && socket.references == 1;
                }
                let message = message(seen, bytes, true);
                socket.traffic.add(message, count.unsigned_abs(), proof);
                socket.end = None;
            }
            (Some(0), _) if socket.is_stream() => note_end(socket, seen, proof),
            (None, Some(errno)) if is_fatal(errno) => note_end(socket, seen, proof),
            _ => {}
        }
        let (accepted, judged) = (socket.is_accepted(), socket.is_judged());
        let dried = socket.end.as_ref().filter(|end| Arc::ptr_eq(&end.proof, proof) && socket.is_stream());
        let dried = dried.map(|end| (end.clone(), socket.traffic.last.clone()));
        if let Some(process) = self.processes.get_mut(&seen.pid).filter(|_| judged) {
            let buffer = if seen.place() == 0 { seen.asked() } else { seen.place() };
            process.memory.receive(buffer, bytes);
            process.dried = dried.or(process.dried.take());
            process.said_after_input = (0, 0);
            process.memory.waits_for_all |= seen.names("MSG_WAITALL");
            process.read_on_accepted |= accepted;
        }
    }

    fn read_elsewhere(&mut self, seen: &Seen<'_>) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        match (seen.fd(), seen.number()) {
            (Some(0), Some(0)) if !seen.only_looks() => process.ends_of_input += 1,
            (Some(0), Some(1..)) => {
                process.ends_of_input = 0;
                process.memory.type_in(seen.moved());
            }
            _ => {}
        }
    }

    fn sent(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(id) = self.process(seen.pid).and_then(|process| process.socket_at(seen.fd())) else {
            return self.said(seen);
        };
        self.touch(id, seen);
        let cut = self.process(seen.pid).and_then(|process| cut_in_a_word(process, seen));
        self.note_length(seen);
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        socket.traffic.cut = cut.map(|rest| (rest, proof.clone(), seen.asked()));
        let old = socket.traffic.is_old(seen.given());
        if let Some(end) = &mut socket.end {
            end.sends += 1;
            end.stale = end.stale.take().or_else(|| old.then(|| proof.clone()));
        }
        if let Some(count @ 1..) = seen.number() {
            socket.traffic.binary |= shape(seen.given()) == Shape::Binary;
            socket.traffic.add(message(seen, seen.moved(), false), count.unsigned_abs(), proof);
            note_rest(socket, seen, (count.unsigned_abs(), proof));
        }
        if let (Some(_), Some(rest)) = (seen.errno().filter(|errno| *errno != Errno::EINTR), &mut socket.traffic.rest) {
            rest.tried = true;
        }
        if matches!(seen.errno(), Some(Errno::EPIPE | Errno::ECONNRESET)) && socket.end.is_none() {
            note_end(socket, seen, proof);
        }
    }

    /// Which lengths a process gives to send, and with how much text.
    fn note_length(&mut self, seen: &Seen<'_>) {
        let text = text_length(seen.given()) as u64;
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        process.memory.take_from(seen.place(), seen.given());
        if text == 0 || text >= seen.asked() || process.memory.lengths.len() >= LENGTHS {
            return;
        }
        let entry = process.memory.lengths.entry(seen.asked()).or_insert((text, false));
        entry.1 |= entry.0 != text;
    }

    /// What a process writes for people.
    fn said(&mut self, seen: &Seen<'_>) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        if !matches!(seen.fd(), Some(1 | 2)) || seen.subject_is_socket() {
            return;
        }
        process.memory.print(seen.moved());
        let same = process.said_after_input.0 == memory::digest(seen.moved()) && process.ends_of_input > 0;
        let count = if same { process.said_after_input.1 + 1 } else { 1 };
        process.said_after_input = (memory::digest(seen.moved()), count);
        if let Some(last) = &mut process.last {
            let room = SAID.saturating_sub(last.said.len());
            last.said.extend(seen.moved().iter().take(room));
        }
    }

    fn touch(&mut self, id: SocketId, seen: &Seen<'_>) {
        let from = self.sockets.get(&id).and_then(|socket| socket.from);
        let accepted = from.and_then(|(listener, _)| self.sockets.get(&listener)).map(|l| l.listening.accepted);
        let clock = self.clock;
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.last_use = accepted.unwrap_or(socket.last_use);
            socket.used_by(seen.pid, clock);
        }
    }

    fn note_last(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let socket = self.subject(seen);
        let judged = socket.is_some_and(|socket| socket.is_internet() && !socket.foreign || socket.is_judged());
        let nowhere = socket.is_none() && matches!(seen.errno(), Some(Errno::EBADF | Errno::ENOTSOCK));
        let waited = is_wait(seen.sys()) && seen.failed_with(Errno::EINTR);
        if !(says_where(seen) && (judged || nowhere || makes_internet_socket(seen)) || waited) {
            return;
        }
        let last = self.last_of(seen, proof);
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            process.failed.extend(seen.errno().map(|_| seen.sys()));
            process.last = Some(last);
        }
    }
}

fn is_select(seen: &Seen<'_>) -> bool {
    matches!(seen.sys(), Sys::Select | Sys::Pselect6)
}

/// signal(7): these wait, and fail with EINTR whatever SA_RESTART says.
#[must_use]
pub fn is_wait(sys: Sys) -> bool {
    matches!(sys, Sys::Poll | Sys::Ppoll | Sys::Select | Sys::Pselect6 | Sys::EpollWait | Sys::EpollPwait)
}

/// Calls that say where a program is in its work with sockets.
fn says_where(seen: &Seen<'_>) -> bool {
    let setup = matches!(
        seen.sys(),
        Sys::Socket | Sys::Bind | Sys::Listen | Sys::Accept | Sys::Accept4 | Sys::Connect | Sys::Setsockopt
    );
    setup || seen.is_receive() || seen.is_send()
}

fn message(seen: &Seen<'_>, bytes: &[u8], received: bool) -> Message {
    let fault = seen.traced.injected.as_ref();
    let cut_by_us = fault.is_some_and(|fault| matches!(fault.effect, Effect::Short { .. }));
    Message { bytes: bytes.to_vec(), received, asked: seen.asked(), cut_by_us }
}

/// The connection is over; anything else would be worth another try.
#[must_use]
pub fn is_fatal(errno: Errno) -> bool {
    !matches!(
        errno,
        Errno::EINTR | Errno::EAGAIN | Errno::ENOBUFS | Errno::ENOMEM | Errno::EINPROGRESS | Errno::EMSGSIZE
    )
}

fn note_end(socket: &mut Socket, seen: &Seen<'_>, proof: &Proof) {
    match &mut socket.end {
        Some(end) if seen.is_receive() => {
            if (end.pid, end.tid) == (seen.pid, seen.tid) {
                end.reads += 1;
                end.last_read = Some(proof.clone());
            }
        }
        Some(_) => {}
        None => {
            let (pid, tid, errno) = (seen.pid, seen.tid, seen.errno());
            let proof = proof.clone();
            let by_send = !seen.is_receive();
            socket.end =
                Some(End { proof, errno, by_send, pid, tid, reads: 0, last_read: None, sends: 0, stale: None });
        }
    }
}

/// What would follow a text that stops in a word: in the memory of a C program, or in what was typed or received.
fn cut_in_a_word(process: &Process, seen: &Seen<'_>) -> Option<Vec<u8>> {
    let given = seen.given();
    let memory = &process.memory;
    let plain = !process.signals.contains_key(&Signal::SIGPIPE) && !process.had_threads;
    let fresh = plain
        && is_text(given)
        && seen.number() == i64::try_from(seen.asked()).ok()
        && memory.is_fresh(seen.place(), given);
    let beyond: Vec<u8> = seen.beyond()[..text_length(seen.beyond())].to_vec();
    let found = if fresh { memory::cut_before(given, &beyond) } else { None };
    found.or_else(|| memory.cut(given))
}

fn note_rest(socket: &mut Socket, seen: &Seen<'_>, (count, proof): (u64, &Proof)) {
    let asked = seen.asked();
    let whole = asked <= count || matches!(seen.sys(), Sys::Sendmmsg | Sys::Sendfile | Sys::Splice);
    socket.traffic.rest = (!whole && socket.is_stream()).then(|| {
        let start = usize::try_from(count).unwrap_or(usize::MAX).min(seen.given().len());
        let bytes = seen.given()[start..].to_vec();
        let proof = proof.clone();
        Rest { bytes, length: asked - count, sent: count, proof, answered: false, tried: false, told: false }
    });
}

fn is_foreign(socket: &Socket, address: Option<&Address>) -> bool {
    match address {
        Some(Address::Unix(name)) => SYSTEM.iter().any(|start| name.starts_with(start)),
        Some(address) => address.port() == Some(DOMAIN) && socket.is_datagram(),
        None => false,
    }
}
