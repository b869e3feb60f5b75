//! select(2), poll(2) and epoll(7): what is watched, what was announced, and who works on which connection.

use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::{Socket, SocketId};
use crate::diagnose::ledger::traffic::Reading;
use crate::diagnose::reading::{Proof, Seen, descriptors, number_of};
use crate::finding::Detail;
use crate::observed::Step;
use crate::syscall::call::Value;

/// Microseconds from which a receive slept.
const SLEPT_US: u64 = 200_000;

/// select(2) leaves out a socket that a set holds; or a wait that nothing ends watches no descriptor.
pub(super) fn watched_nothing(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, Some(process)) = (sight.seen, sight.process()) else { return };
    let sets = seen.traced.sets.as_ref();
    let left_out = sets.and_then(|sets| sets.left_out.iter().find(|fd| process.socket_at(Some(**fd)).is_some()));
    if let Some(fd) = left_out {
        let given = seen.argument(0).and_then(number_of).unwrap_or(0).max(0).unsigned_abs();
        let wanted = u64::from(fd.unsigned_abs()) + 1;
        let mut fact = sight.fact(Kind::WatchedNothing, &[]).again(false).with(Detail::Length { given, wanted });
        fact.fd = Some(*fd);
        out.push(fact);
    } else if watches_none(seen) && waits_for_ever(seen) && seen.duration_us >= SLEPT_US {
        // An empty set may be what is left of one that was never made again.
        let (kind, before) = match process.lost.values().next() {
            Some(select) => (Kind::SetNotRebuilt, vec![select]),
            None => (Kind::WatchedNothing, Vec::new()),
        };
        out.push(sight.fact(kind, &before).again(false));
    }
}

/// Sets or a list are given, and none of them holds anything. Without any, it is a pause.
fn watches_none(seen: &Seen<'_>) -> bool {
    let lists: Vec<&Value> = match seen.sys() {
        sys if sys.takes_sets() => (1..=3).filter_map(|index| seen.argument(index)).collect(),
        sys if sys.takes_list() => seen.argument(0).into_iter().collect(),
        _ => return false,
    };
    let given = lists.iter().any(|list| matches!(list, Value::List(_)));
    given && lists.into_iter().all(|list| matches!(list, Value::List(_) | Value::Null) && descriptors(list).is_empty())
}

fn waits_for_ever(seen: &Seen<'_>) -> bool {
    let timeout = seen.sys().timeout().and_then(|index| seen.argument(index));
    matches!(timeout, Some(Value::Null)) || timeout.and_then(number_of).is_some_and(|ms| ms < 0)
}

/// The same memory, given to select(2) as two sets.
pub(super) fn shared_set(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let shared = sight.seen.traced.sets.as_ref().is_some_and(|sets| sets.shared);
    if shared {
        out.push(sight.fact(Kind::SetSharedBySelect, &[]).again(false));
    }
}

/// It slept where another descriptor had been announced, and had asked nothing there since.
pub(super) fn unannounced(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let waits = seen.is_receive() || seen.sys().accepts();
    let slept = waits && seen.duration_us >= SLEPT_US && !seen.is_provoked();
    let (Some(fd), Some(process), true) = (seen.fd(), sight.process(), slept) else { return };
    let Some(readiness) = process.readiness.get(&seen.tid) else { return };
    let known = [&readiness.announced, &readiness.asked, &readiness.used, &readiness.closed];
    let known = known.iter().any(|fds| fds.contains(&fd));
    let missed = readiness.watched.contains(&fd) && !known;
    if missed && sight.socket().is_some_and(Socket::is_judged) {
        out.push(sight.fact(Kind::ReceivedUnannounced, &readiness.proofs.iter().collect::<Vec<&Proof>>()));
    }
}

/// A second thread begins with the connection that another began with, and nobody works on one accepted before.
pub(super) fn shared_by_threads(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, Some(process)) = (sight.seen, sight.process()) else { return };
    let Some(worker) = process.workers.get(&seen.tid).filter(|worker| worker.transfers == 0) else { return };
    let Some(socket) = sight.socket().filter(|socket| socket.is_judged()) else { return };
    let twice = shared(process, seen.tid, worker.socket);
    let before = socket.from.map(|(_, number)| number).unwrap_or_default();
    let Some((_, idle)) = idle(sight.ledger, process).find(|(_, idle)| idle.from.is_some_and(|from| from.1 < before))
    else {
        return;
    };
    if twice {
        let accepted: Vec<&Proof> = idle.origin.iter().chain(&socket.origin).collect();
        out.push(sight.fact(Kind::ThreadsShared, &accepted).again(false));
    }
}

fn shared(process: &Process, tid: i32, socket: SocketId) -> bool {
    process.workers.iter().any(|(other, worker)| *other != tid && worker.socket == socket)
}

/// A thread leaves its connection, which is still there, and reads the one that another thread began with.
pub(super) fn taken_from_a_thread(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, Some(process)) = (sight.seen, sight.process()) else { return };
    let Some(worker) = process.workers.get(&seen.tid).filter(|_| seen.is_receive() && !process.multiplexes) else {
        return;
    };
    let Some(socket) = sight.socket().filter(|socket| socket.id != worker.socket && socket.is_accepted()) else {
        return;
    };
    let Some(own) = sight.ledger.socket(Some(worker.socket)) else { return };
    let open = own.end.is_none() && process.descriptors_of(own.id).next().is_some();
    if open && socket.is_judged() && shared(process, seen.tid, socket.id) {
        let accepted: Vec<&Proof> = own.origin.iter().chain(&socket.origin).collect();
        out.push(sight.fact(Kind::ThreadsShared, &accepted).again(false));
    }
}

/// Connections that nobody has read, written or begun to work on.
fn idle<'a>(ledger: &'a Ledger, process: &'a Process) -> impl Iterator<Item = (i32, &'a Socket)> {
    let untouched = |socket: &Socket| {
        socket.is_accepted()
            && socket.traffic.reading == Reading::Never
            && socket.traffic.sent == 0
            && process.workers.values().all(|worker| worker.socket != socket.id)
            && process.pending.values().all(|pending| pending.socket != Some(socket.id))
    };
    let held = process.slots.iter().filter_map(|(fd, slot)| Some((*fd, ledger.socket(slot.socket)?)));
    held.filter(move |(_, socket)| untouched(socket))
}

/// Asleep in select(2), while bytes or a client wait on what its set has lost.
pub(super) fn left_by_select(ledger: &Ledger, step: &Step, (fd, bytes): (i32, u64)) -> Option<Fact> {
    let select = ledger.process(step.pid)?.lost.get(&fd)?;
    let fact = Fact::new(Kind::SetNotRebuilt, (step.pid, Some(fd)), vec![select.clone()]).again(false);
    Some(fact.with(Detail::Unread { bytes }))
}

/// What a set of select(2) has lost for good.
pub(super) fn shrunk(ledger: &Ledger, process: &Process) -> Option<Fact> {
    let unread = |fd: i32| ledger.socket_at(process.pid, Some(fd)).and_then(|socket| socket.unread).unwrap_or(0);
    let (fd, select) = process.lost.iter().max_by_key(|(fd, _)| unread(**fd))?;
    let bytes = unread(*fd);
    let kind = if bytes > 0 { Kind::SetNotRebuilt } else { Kind::SetShrunk };
    let fact = Fact::new(kind, (process.pid, Some(*fd)), vec![select.clone()]).again(false);
    Some(fact.with(Some(bytes).filter(|bytes| *bytes > 0).map(|bytes| Detail::Unread { bytes })))
}

/// Asleep in epoll_wait(2), edge-triggered, with bytes that it had been told of and has not taken.
pub(super) fn left_after_edge(ledger: &Ledger, step: &Step, (fd, bytes): (i32, u64)) -> Option<Fact> {
    let process = ledger.process(step.pid)?;
    let mut held = process.slots.values().filter_map(|slot| ledger.socket(slot.socket));
    // A relay stops reading where it cannot write.
    if held.any(|socket| socket.traffic.full) {
        return None;
    }
    let socket = ledger.socket_at(step.pid, Some(fd)).filter(|socket| socket.is_judged())?;
    // Never read: the program may wait for the right moment.
    let proofs: Vec<Proof> = socket.traffic.last_receive.iter().cloned().collect();
    let fact = Fact::new(Kind::LeftAfterEdge, (step.pid, Some(fd)), proofs);
    Some(fact.with(Detail::Unread { bytes })).filter(|fact| !fact.proofs.is_empty())
}
