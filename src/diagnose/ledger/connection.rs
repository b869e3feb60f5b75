//! Calls on sockets: addresses, connections.

use crate::diagnose::ledger::descriptor::makes_internet_socket;
use crate::diagnose::ledger::process::{Last, Pending};
use crate::diagnose::ledger::socket::{Attempt, Role, Socket, SocketId};
use crate::diagnose::ledger::{Gone, Ledger};
use crate::diagnose::reading::{Proof, Seen, descriptors, number_of, proof};
use crate::observed::{Ending, Step, Traced};
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

/// The C library's resolver.
const DOMAIN: u16 = 53;

/// Microseconds from which a call slept for somebody.
const SLEPT_US: u64 = 20_000;

/// Where services of the system listen: what connects there is a library.
const SYSTEM: &[&[u8]] = &[b"/run/", b"/var/run/", b"/dev/", b"/tmp/.X11", b"/tmp/dbus", b"\0/tmp/"];

impl Ledger {
    pub(super) fn enter(&mut self, step: &Step, traced: &Traced) {
        if traced.sys.takes_sets() || traced.sys.takes_list() {
            // Seen now alone: what select(2) returns in its sets is what is ready.
            self.polled(step.pid, traced);
            self.watches(step, traced);
        }
        let socket = self.process(step.pid).and_then(|process| process.socket_at(traced.fd));
        let accepts = traced.sys.accepts();
        if traced.sys == Sys::Close
            && let Some(socket) = socket.and_then(|id| self.sockets.get_mut(&id))
        {
            socket.closing = true;
        }
        if let Some(socket) = socket.filter(|_| traced.sys.direction().is_some()) {
            self.works_on(step, socket);
        }
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
        let begun = self.leave(seen);
        self.tried(seen);
        self.ports.extend(told_ports(seen));
        if *seen.ending == Ending::Interrupted {
            self.suspend(seen, proof);
            return Vec::new();
        }
        self.note_spin(seen, proof);
        self.note_readiness(seen, proof);
        if seen.sys() == Sys::Close && self.is_taken_again(seen, begun) {
            return Vec::new();
        }
        let passing = self.dispatch(seen, proof);
        self.note_last(seen, proof);
        passing
    }

    /// The call may be restarted, or fail with EINTR once the handler has run: the handler's flags tell.
    fn suspend(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let socket = self.subject(seen);
        if !(says_where(seen) || seen.sys().awaits_readiness()) || socket.is_some_and(|socket| !socket.is_judged()) {
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
            waited: false,
            proof: proof.clone(),
            said: Vec::new(),
        }
    }

    /// Another thread was given the number of a close that has begun and of whose end we hear now only.
    fn is_taken_again(&self, seen: &Seen<'_>, begun: Option<SocketId>) -> bool {
        begun.is_some() && self.process(seen.pid).is_some_and(|process| process.socket_at(seen.fd()) != begun)
    }

    /// The socket that the call was about when it began.
    fn leave(&mut self, seen: &Seen<'_>) -> Option<SocketId> {
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            let worker = process.workers.get_mut(&seen.tid).filter(|_| seen.is_receive() || seen.is_send());
            if let Some(worker) = worker {
                worker.transfers += 1;
            }
            process.has_slept |= seen.duration_us >= SLEPT_US && (seen.is_receive() || seen.sys().accepts());
        }
        let pending = self.processes.get_mut(&seen.pid).and_then(|process| process.pending.remove(&seen.tid))?;
        if let (true, Some(id)) = (pending.sys.accepts(), pending.socket)
            && let Some(socket) = self.sockets.get_mut(&id)
        {
            socket.listening.waiting = socket.listening.waiting.saturating_sub(1);
        }
        pending.socket
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

    pub(super) fn of(&mut self, seen: &Seen<'_>) -> Option<&mut Socket> {
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
            Some(Errno::EINPROGRESS | Errno::EALREADY | Errno::EINTR | Errno::EAGAIN) => Attempt::Begun(proof.clone()),
            Some(errno) => Attempt::Failed(proof.clone(), errno),
        };
    }

    fn option_set(&mut self, seen: &Seen<'_>) {
        let set = (seen.number() == Some(0) || seen.is_provoked()) && seen.argument(3).and_then(number_of) != Some(0);
        let Some(socket) = self.of(seen) else { return };
        socket.broadcasts |= set && seen.names("SO_BROADCAST");
        socket.reuses_address |= set && (seen.names("SO_REUSEADDR") || seen.names("SO_REUSEPORT"));
    }

    /// How a connection that was begun ended: SO_ERROR.
    fn option_read(&mut self, seen: &Seen<'_>, proof: &Proof) {
        if !seen.names("SO_ERROR") || seen.number() != Some(0) {
            return;
        }
        let errno = crate::diagnose::reading::written(seen, 3);
        let errno = Errno::from_name(errno.trim_matches(['[', ']']));
        let Some(socket) = self.of(seen) else { return };
        if let (Attempt::Begun(_), Some(errno)) = (&socket.connect, errno) {
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

    fn polled(&mut self, pid: i32, traced: &Traced) {
        let lists: Vec<i32> = traced.call.arguments.iter().take(4).flat_map(descriptors).collect();
        if lists.len() < 2 {
            return;
        }
        self.multiplexes(pid, &lists);
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

    fn note_last(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let socket = self.subject(seen);
        let judged = socket.is_some_and(|socket| socket.is_internet() && !socket.foreign || socket.is_judged());
        let nowhere = socket.is_none() && matches!(seen.errno(), Some(Errno::EBADF | Errno::ENOTSOCK));
        let waited = seen.sys().awaits_readiness() && seen.failed_with(Errno::EINTR);
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

/// The ports in what the kernel wrote for a call: those of addresses that it tells.
fn told_ports(seen: &Seen<'_>) -> Vec<u16> {
    let names = seen.sys().accepts() || matches!(seen.sys(), Sys::Getsockname | Sys::Getpeername);
    let told = names || matches!(seen.sys(), Sys::Recvfrom | Sys::Recvmsg | Sys::Recvmmsg);
    let mut ports = Vec::new();
    if told && seen.number().is_some_and(|number| number >= 0) {
        seen.traced.call.arguments.iter().for_each(|value| gather_ports(value, &mut ports));
    }
    ports
}

fn gather_ports(value: &Value, ports: &mut Vec<u16>) {
    match value {
        Value::Address(address) => ports.extend(address.port()),
        Value::Record(fields) => fields.iter().for_each(|(_, value)| gather_ports(value, ports)),
        Value::List(values) => values.iter().for_each(|value| gather_ports(value, ports)),
        Value::Number(_)
        | Value::Symbol(_)
        | Value::Bytes { .. }
        | Value::Length(_)
        | Value::Null
        | Value::Opaque(_) => {}
    }
}

/// Calls that say where a program is in its work with sockets.
fn says_where(seen: &Seen<'_>) -> bool {
    let setup = matches!(
        seen.sys(),
        Sys::Socket | Sys::Bind | Sys::Listen | Sys::Accept | Sys::Accept4 | Sys::Connect | Sys::Setsockopt
    );
    setup || seen.is_receive() || seen.is_send()
}

fn is_foreign(socket: &Socket, address: Option<&Address>) -> bool {
    match address {
        Some(Address::Unix(name)) => SYSTEM.iter().any(|start| name.starts_with(start)),
        Some(address) => address.port() == Some(DOMAIN) && socket.is_datagram(),
        None => false,
    }
}
