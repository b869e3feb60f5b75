//! Descriptors: how they appear, are copied and go.

use crate::diagnose::ledger::process::{Closed, Process, Slot};
use crate::diagnose::ledger::socket::{Role, Socket, SocketId};
use crate::diagnose::ledger::traffic::Reading;
use crate::diagnose::ledger::{Gone, Ledger};
use crate::diagnose::reading::{Proof, Seen, descriptors};
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

impl Ledger {
    /// `at`: process and descriptor.
    pub(super) fn install(&mut self, at: (i32, i32), id: SocketId, closes_on_exec: bool) {
        self.forget_slot(at.0, at.1);
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.references += 1;
        }
        if let Some(process) = self.processes.get_mut(&at.0) {
            process.closed.remove(&at.1);
            process.slots.insert(at.1, Slot { socket: Some(id), closes_on_exec });
        }
    }

    /// A descriptor that is not what it was thought to be: gone without a word.
    pub(super) fn forget_slot(&mut self, pid: i32, fd: i32) {
        if let Some(id) = self.take_slot(pid, fd) {
            let _ = self.release(id);
        }
    }

    fn take_slot(&mut self, pid: i32, fd: i32) -> Option<SocketId> {
        self.processes.get_mut(&pid)?.slots.remove(&fd)?.socket
    }

    /// One reference less; the socket where it was the last.
    pub(super) fn release(&mut self, id: SocketId) -> Option<Box<Socket>> {
        let socket = self.sockets.get_mut(&id)?;
        socket.references = socket.references.saturating_sub(1);
        if socket.references > 0 {
            return None;
        }
        let socket = self.sockets.remove(&id)?;
        if let Some(inode) = socket.inode {
            self.inodes.remove(&inode);
        }
        if let Some(listener) = socket.from.and_then(|(listener, _)| self.sockets.get_mut(&listener)) {
            listener.listening.open = listener.listening.open.saturating_sub(1);
        }
        Some(Box::new(socket))
    }

    /// socket(2).
    pub(super) fn created(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(fd) = seen.identifier() else { return self.nothing_created(seen, proof) };
        let id = self.new_socket((seen.pid, fd));
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.known = true;
            socket.family = family(seen);
            socket.socket_type = socket_type(seen);
            socket.origin = Some(proof.clone());
        }
        self.install((seen.pid, fd), id, seen.names("SOCK_CLOEXEC"));
        self.something_created(seen);
    }

    pub(super) fn nothing_created(&mut self, seen: &Seen<'_>, proof: &Proof) {
        if let (Some(process), Some(_)) = (self.processes.get_mut(&seen.pid), seen.errno()) {
            process.no_descriptor = Some((proof.clone(), seen.sys()));
        }
    }

    pub(super) fn something_created(&mut self, seen: &Seen<'_>) {
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            process.no_descriptor = None;
        }
    }

    pub(super) fn paired(&mut self, seen: &Seen<'_>) {
        if seen.number() != Some(0) {
            return;
        }
        for fd in seen.argument(3).map(descriptors).unwrap_or_default() {
            let id = self.new_socket((seen.pid, fd));
            if let Some(socket) = self.sockets.get_mut(&id) {
                (socket.role, socket.family, socket.socket_type) = (Role::Pair, libc::AF_UNIX, socket_type(seen));
            }
            self.install((seen.pid, fd), id, seen.names("SOCK_CLOEXEC"));
        }
    }

    /// dup(2), dup2(2), dup3(2), `fcntl(F_DUPFD)`.
    pub(super) fn copied(&mut self, seen: &Seen<'_>, proof: &Proof) -> Vec<Gone> {
        let Some(new) = seen.identifier() else { return Vec::new() };
        if seen.fd() == Some(new) {
            return Vec::new();
        }
        let source = self.process(seen.pid).and_then(|process| process.socket_at(seen.fd()));
        let gone = self.drop_descriptor((seen.pid, new), proof, false);
        if let Some(id) = source {
            self.install((seen.pid, new), id, seen.names("O_CLOEXEC") || seen.names("F_DUPFD_CLOEXEC"));
        }
        gone.into_iter().collect()
    }

    pub(super) fn controlled(&mut self, seen: &Seen<'_>, proof: &Proof) -> Vec<Gone> {
        if seen.names("F_DUPFD") || seen.names("F_DUPFD_CLOEXEC") {
            return self.copied(seen, proof);
        }
        let closes = seen.names("FD_CLOEXEC") || crate::diagnose::reading::written(seen, 2) == "1";
        let slot = self.processes.get_mut(&seen.pid).and_then(|process| process.slots.get_mut(&seen.fd()?));
        if let (true, Some(slot)) = (seen.names("F_SETFD"), slot) {
            slot.closes_on_exec = closes;
        }
        Vec::new()
    }

    pub(super) fn closed(&mut self, seen: &Seen<'_>, proof: &Proof) -> Vec<Gone> {
        let Some(fd) = seen.fd() else { return Vec::new() };
        if seen.failed_with(Errno::EBADF) && !seen.is_provoked() {
            self.closed_nothing(seen.pid, fd);
            return Vec::new();
        }
        if seen.is_provoked() {
            return Vec::new();
        }
        self.note_close((seen.pid, fd), seen, proof);
        self.drop_descriptor((seen.pid, fd), proof, false).into_iter().collect()
    }

    fn closed_nothing(&mut self, pid: i32, fd: i32) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.stray_closes += u32::from(!process.closed.contains_key(&fd) && fd >= 0);
        }
    }

    fn note_close(&mut self, (pid, fd): (i32, i32), seen: &Seen<'_>, proof: &Proof) {
        let Some(id) = self.process(pid).and_then(|process| process.socket_at(Some(fd))) else { return };
        let waits = |process: &Process| process.pending.values().any(|pending| pending.socket == Some(id));
        let asleep = self.process(pid).is_some_and(waits);
        let unused = self.sockets.get(&id).is_some_and(|socket| {
            socket.is_accepted() && socket.traffic.reading == Reading::Never && socket.traffic.sent == 0 && !asleep
        });
        let accepted = self.sockets.get_mut(&id).is_some_and(|socket| {
            socket.closed_early = Some(proof.clone());
            // Counted as the call was entered: another process that uses the socket may have read since.
            if socket.references == 1 && socket.users.keys().all(|user| *user == pid) {
                socket.unread = seen.traced.unread.map(u64::from);
            }
            socket.is_accepted()
        });
        if let Some(process) = self.processes.get_mut(&pid) {
            process.closed_accepted += u64::from(accepted);
            process.remember_closed(fd, Closed { proof: proof.clone(), tid: seen.tid, unused });
        }
    }

    /// `at`: process and descriptor.
    pub(super) fn drop_descriptor(&mut self, at: (i32, i32), by: &Proof, at_exit: bool) -> Option<Gone> {
        let id = self.take_slot(at.0, at.1)?;
        let socket = self.release(id)?;
        let reads_others = self.process(at.0).is_some_and(|process| process.read_on_accepted);
        Some(Gone { socket, pid: at.0, by: by.clone(), at_exit, reads_others })
    }

    pub(super) fn closed_range(&mut self, seen: &Seen<'_>, proof: &Proof) -> Vec<Gone> {
        if seen.number() != Some(0) {
            return Vec::new();
        }
        let bound = |index: usize| seen.argument(index).and_then(crate::diagnose::reading::number_of);
        let (first, last) = (bound(0).unwrap_or(0), bound(1).unwrap_or(i64::MAX));
        let last = if last < 0 { i64::MAX } else { last };
        let Some(process) = self.processes.get_mut(&seen.pid) else { return Vec::new() };
        let inside = process.slots.keys().copied().filter(|fd| (first..=last).contains(&i64::from(*fd)));
        let inside: Vec<i32> = inside.collect();
        if seen.names("CLOSE_RANGE_CLOEXEC") {
            for fd in &inside {
                process.slots.entry(*fd).and_modify(|slot| slot.closes_on_exec = true);
            }
            return Vec::new();
        }
        inside.iter().filter_map(|fd| self.drop_descriptor((seen.pid, *fd), proof, false)).collect()
    }

    pub(super) fn accepted(&mut self, seen: &Seen<'_>, proof: &Proof) {
        if let (true, Some(listener)) = (seen.failed_with(Errno::EAGAIN), self.of(seen)) {
            // It does not block: it waits for several clients, in its own way.
            listener.listening.multiplexed = true;
        }
        let Some(fd) = seen.identifier() else {
            return self.nothing_created(seen, proof);
        };
        let from = self.process(seen.pid).and_then(|process| process.socket_at(seen.fd()));
        let id = self.new_socket((seen.pid, fd));
        let count = self.served(from, proof);
        let parent = self.socket(from).map(|socket| (socket.family, socket.socket_type));
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.known = true;
            socket.role = Role::Accepted;
            (socket.family, socket.socket_type) = parent.unwrap_or((0, libc::SOCK_STREAM));
            socket.origin = Some(proof.clone());
            socket.remote = seen.address().cloned();
            socket.from = from.map(|listener| (listener, count));
            socket.last_use = count;
        }
        self.install((seen.pid, fd), id, seen.names("SOCK_CLOEXEC"));
        self.something_created(seen);
        if let Some(process) = self.processes.get_mut(&seen.pid) {
            process.accepted += 1;
            process.first_accept.get_or_insert_with(|| proof.clone());
            process.last_accept = Some(proof.clone());
        }
    }

    fn served(&mut self, listener: Option<SocketId>, proof: &Proof) -> u64 {
        self.has_served = true;
        let Some(listener) = listener.and_then(|id| self.sockets.get_mut(&id)) else { return 0 };
        listener.role = Role::Listener;
        listener.listening.accepted += 1;
        listener.listening.open += 1;
        listener.listening.first.get_or_insert_with(|| proof.clone());
        listener.listening.accepted
    }
}

fn family(seen: &Seen<'_>) -> i32 {
    let families = [("AF_INET", libc::AF_INET), ("AF_INET6", libc::AF_INET6), ("AF_UNIX", libc::AF_UNIX)];
    let old = [("PF_INET", libc::AF_INET), ("PF_INET6", libc::AF_INET6), ("AF_LOCAL", libc::AF_UNIX)];
    let named = families.iter().chain(&old).find(|row| seen.names(row.0)).map(|row| row.1);
    let number = seen.argument(0).and_then(crate::diagnose::reading::number_of);
    named.or(number.and_then(|number| i32::try_from(number).ok())).unwrap_or(-1)
}

fn socket_type(seen: &Seen<'_>) -> i32 {
    let types = [("SOCK_STREAM", libc::SOCK_STREAM), ("SOCK_DGRAM", libc::SOCK_DGRAM), ("SOCK_RAW", libc::SOCK_RAW)];
    types.iter().find(|row| seen.names(row.0)).map_or(0, |row| row.1)
}

/// Whether this call makes a socket of a family that the rules look at.
pub(super) fn makes_internet_socket(seen: &Seen<'_>) -> bool {
    seen.sys() == Sys::Socket && matches!(family(seen), libc::AF_INET | libc::AF_INET6)
}
