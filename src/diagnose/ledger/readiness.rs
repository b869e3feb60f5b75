//! Who waits for what by poll(2) and select(2), who was announced, and which thread works on which connection.

use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::process::{Readiness, Worker};
use crate::diagnose::ledger::socket::{Socket, SocketId};
use crate::diagnose::ledger::traffic::Rest;
use crate::diagnose::reading::{Proof, Seen, descriptors, number_of, proof};
use crate::observed::{Step, Traced};
use crate::syscall::call::Value;
use crate::syscall::sys::Sys;

impl Ledger {
    /// Which descriptors a task is about to wait for.
    pub(super) fn watches(&mut self, step: &Step, traced: &Traced) {
        let watched = match traced.sys {
            Sys::Select | Sys::Pselect6 => traced.call.arguments.get(1).map(descriptors).unwrap_or_default(),
            _ => read_by_poll(traced.call.arguments.first()),
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
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        if seen.sys().awaits_readiness() {
            process.last.iter_mut().for_each(|last| last.waited = true);
            for socket in std::mem::take(&mut process.blocked) {
                let rest = self.sockets.get_mut(&socket).and_then(|socket| socket.traffic.rest.as_mut());
                rest.into_iter().for_each(Rest::waits_for_room);
            }
            match (process.readiness.get_mut(&seen.tid), seen.number()) {
                (Some(readiness), Some(0..)) => {
                    readiness.announced = announced(seen);
                    readiness.proofs.push(proof.clone());
                    readiness.left = is_select(seen).then(|| seen.argument(1).map(descriptors).unwrap_or_default());
                }
                _ => {
                    process.readiness.remove(&seen.tid);
                }
            }
            return;
        }
        let Some(fd) = seen.fd() else { return };
        if seen.sys() == Sys::Close {
            process.lost.remove(&fd);
        }
        let uses = seen.is_receive() || seen.sys().accepts();
        let readiness = process.readiness.get_mut(&seen.tid);
        if let Some(readiness) = readiness {
            if seen.is_send() {
                readiness.asked.push(fd);
            } else if uses {
                readiness.used.push(fd);
            } else if seen.sys() == Sys::Close {
                readiness.closed.push(fd);
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

fn is_select(seen: &Seen<'_>) -> bool {
    matches!(seen.sys(), Sys::Select | Sys::Pselect6)
}

/// How many threads are remembered.
const WORKERS: usize = 256;

/// The descriptors of a `struct pollfd[]` that are watched for reading.
fn read_by_poll(list: Option<&Value>) -> Vec<i32> {
    let Some(Value::List(items)) = list else { return Vec::new() };
    let reads = |item: &&Value| field(item, "events").is_some_and(|events| format!("{events:?}").contains("POLLIN"));
    items.iter().filter(reads).filter_map(fd_of).take(64).collect()
}

/// Those that the kernel announced: what it left in the sets, or gave events.
fn announced(seen: &Seen<'_>) -> Vec<i32> {
    let arguments = &seen.traced.call.arguments;
    if is_select(seen) {
        return arguments.iter().skip(1).take(3).flat_map(descriptors).collect();
    }
    let Some(Value::List(items)) = arguments.first() else { return Vec::new() };
    let told = |item: &&Value| field(item, "revents").is_some_and(|events| number_of(events) != Some(0));
    items.iter().filter(told).filter_map(fd_of).collect()
}

fn fd_of(item: &Value) -> Option<i32> {
    field(item, "fd").and_then(number_of).and_then(|fd| i32::try_from(fd).ok())
}

fn field<'a>(item: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Record(fields) = item else { return None };
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}
