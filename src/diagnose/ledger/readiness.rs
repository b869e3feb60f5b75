//! Who waits for what by poll(2) and select(2), who was announced, and which thread works on which connection.

use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::process::{Readiness, Worker};
use crate::diagnose::ledger::socket::{Socket, SocketId};
use crate::diagnose::ledger::traffic::Rest;
use crate::diagnose::reading::{Proof, Seen, descriptors, field, mentions, number_of, proof};
use crate::observed::{Step, Traced};
use crate::syscall::call::Value;
use crate::syscall::sys::Sys;

impl Ledger {
    /// Which descriptors a task is about to wait for.
    pub(super) fn watches(&mut self, step: &Step, traced: &Traced) {
        let watched = if traced.sys.takes_sets() {
            traced.call.arguments.get(1).map(descriptors).unwrap_or_default()
        } else {
            read_by_poll(traced.call.arguments.first())
        };
        let proof = proof(step.pid, step.at_us, traced, None);
        let Some(process) = self.processes.get_mut(&step.pid) else { return };
        process.lost.retain(|fd, _| !watched.contains(fd));
        let set = traced.sets.as_ref().map_or(0, |sets| sets.read);
        if let Some(before) = process.readiness.get(&step.tid).filter(|before| before.set == set) {
            let open = |fd: &&i32| **fd == 0 || process.socket_at(Some(**fd)).is_some();
            let lost = lost(before, &watched);
            let lost: Vec<i32> = lost.iter().filter(open).copied().collect();
            process.lost.extend(lost.into_iter().map(|fd| (fd, proof.clone())));
        }
        let readiness = Readiness { watched, set, proofs: vec![proof], ..Readiness::default() };
        process.readiness.insert(step.tid, readiness);
    }

    /// What came of a wait, and what uses it up.
    pub(super) fn note_readiness(&mut self, seen: &Seen<'_>, proof: &Proof) {
        if seen.sys().awaits_readiness() {
            return self.waited_for(seen, proof);
        }
        let (Some(process), Some(fd)) = (self.processes.get_mut(&seen.pid), seen.fd()) else { return };
        let closes = seen.sys() == Sys::Close;
        if closes {
            process.lost.remove(&fd);
        }
        let Some(readiness) = process.readiness.get_mut(&seen.tid) else { return };
        let noted = match () {
            () if seen.is_send() => &mut readiness.asked,
            () if seen.is_receive() || seen.sys().accepts() => &mut readiness.used,
            () if closes => &mut readiness.closed,
            () => return,
        };
        if !noted.contains(&fd) {
            noted.push(fd);
        }
    }

    fn waited_for(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        if let Some(last) = &mut process.last {
            last.waited = true;
        }
        for socket in std::mem::take(&mut process.blocked) {
            let rest = self.sockets.get_mut(&socket).and_then(|socket| socket.traffic.rest.as_mut());
            rest.into_iter().for_each(Rest::waits_for_room);
        }
        match (process.readiness.get_mut(&seen.tid), seen.number()) {
            (Some(readiness), Some(0..)) if !seen.sys().waits_on_epoll() => {
                readiness.announced = announced(seen);
                readiness.proofs.push(proof.clone());
                let sets = seen.sys().takes_sets();
                readiness.left = sets.then(|| seen.argument(1).map(descriptors).unwrap_or_default());
            }
            _ => {
                process.readiness.remove(&seen.tid);
            }
        }
    }

    /// A thread moves bytes on a connection.
    pub(super) fn works_on(&mut self, step: &Step, socket: SocketId) {
        let accepted = self.sockets.get(&socket).is_some_and(Socket::is_accepted);
        let Some(process) = self.processes.get_mut(&step.pid).filter(|_| accepted && step.tid != step.pid) else {
            return;
        };
        if process.workers.len() < WORKERS {
            process.workers.entry(step.tid).or_insert(Worker { socket, transfers: 0 });
        }
    }
}

/// What was watched before and is no more, where the set is the one that select(2) had left, but for what was closed since
/// and for what is new. Of an empty one, nothing tells it from another.
fn lost(before: &Readiness, watched: &[i32]) -> Vec<i32> {
    let Some(left) = &before.left else { return Vec::new() };
    let kept = left.iter().all(|fd| watched.contains(fd) || before.closed.contains(fd));
    let added = watched.iter().any(|fd| !left.contains(fd) && before.watched.contains(fd));
    let same = kept && !added && (left.iter().any(|fd| watched.contains(fd)) || watched.is_empty());
    let gone = |fd: &&i32| !left.contains(fd) && !watched.contains(fd);
    if same { before.watched.iter().filter(gone).copied().collect() } else { Vec::new() }
}

/// How many threads are remembered.
const WORKERS: usize = 256;

/// The descriptors of a `struct pollfd[]` that are watched for reading.
fn read_by_poll(list: Option<&Value>) -> Vec<i32> {
    chosen(list, |item| field(item, "events").is_some_and(|events| mentions(events, "POLLIN")))
}

/// Those that the kernel announced: what it left in the sets, or gave events.
fn announced(seen: &Seen<'_>) -> Vec<i32> {
    let arguments = &seen.traced.call.arguments;
    if seen.sys().takes_sets() {
        return arguments.iter().skip(1).take(3).flat_map(descriptors).collect();
    }
    chosen(arguments.first(), |item| field(item, "revents").is_some_and(|events| number_of(events) != Some(0)))
}

/// The descriptors of some entries of a list.
fn chosen(list: Option<&Value>, is_one: impl Fn(&Value) -> bool) -> Vec<i32> {
    let Some(Value::List(items)) = list else { return Vec::new() };
    descriptors(&Value::List(items.iter().filter(|item| is_one(item)).cloned().collect()))
}
