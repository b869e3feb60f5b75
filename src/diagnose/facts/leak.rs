//! Descriptors that a server keeps while clients come and go.

use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::{Role, Socket};
use crate::diagnose::reading::Proof;
use crate::finding::Detail;

/// Clients accepted since a connection was last used, from which it is forgotten.
const LATER: u64 = 2;
/// Connections that were only ever written to, from which they are no waiting room.
const CROWD: usize = 5;
/// Connections whose peers left unseen, from which they are no queue.
const QUEUE: usize = 3;
/// Microseconds by which a client sees its end late, from which somebody waits.
const LATE_US: u64 = 500_000;
/// Above, a server is looked at once in so many clients.
const OFTEN: u64 = 64;

/// At each new client.
pub(super) fn kept(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let accepts = sight.seen.sys().accepts() && sight.seen.number().is_some();
    let Some(process) = sight.process().filter(|_| accepts) else { return };
    if process.accepted > OFTEN && !process.accepted.is_multiple_of(OFTEN) {
        return;
    }
    out.extend(ended(sight.ledger, process, Some(sight.proof)));
    out.extend(parents_copy(sight.ledger, process, Some(sight.proof)));
}

/// The connections that a process holds, by its descriptors.
pub(super) fn held<'a>(ledger: &'a Ledger, process: &'a Process) -> impl Iterator<Item = (i32, &'a Socket)> {
    let accepted = process.slots.iter().filter_map(|(fd, slot)| ledger.socket(slot.socket).map(|socket| (*fd, socket)));
    accepted.filter(|(_, socket)| socket.is_accepted() && socket.is_judged() && socket.is_stream())
}

/// Clients that its listener has given since this one was last used; `new` counts the one that comes now.
fn later(ledger: &Ledger, socket: &Socket, new: u64) -> u64 {
    let listener = socket.from.and_then(|(listener, _)| ledger.socket(Some(listener)));
    listener.map_or(0, |listener| (listener.listening.accepted + new).saturating_sub(socket.last_use))
}

/// Connections whose peer has left, and that are still there.
pub(super) fn ended(ledger: &Ledger, process: &Process, now: Option<&Proof>) -> Option<Fact> {
    // A child that serves the client of its parent closes it by its end.
    if process.accepted == 0 {
        return None;
    }
    let new = u64::from(now.is_some());
    let old = |socket: &Socket| !socket.closing && later(ledger, socket, new) >= LATER;
    let over = |socket: &Socket| socket.end.is_some() && old(socket);
    let kept = |over: &dyn Fn(&Socket) -> bool| -> Vec<(i32, &Socket)> {
        held(ledger, process).filter(|(_, socket)| over(socket) && !is_childs(process, socket)).collect()
    };
    // The kernel alone says that these peers left: the program has not looked. Some may be about to be served.
    let asleep = |socket: &Socket| process.pending.values().any(|pending| pending.socket == Some(socket.id));
    let left = |socket: &Socket| socket.peer_left && old(socket) && !asleep(socket);
    let unseen = kept(&left);
    let kept = if unseen.len() >= QUEUE { unseen } else { kept(&over) };
    let (fd, first) = kept.first()?;
    let seen_by_it = first.end.as_ref().map(|end| &end.proof);
    let proofs = first.origin.iter().chain(seen_by_it).chain(now).cloned().collect();
    let fact = Fact::new(Kind::KeptAfterEnd, (process.pid, Some(*fd)), proofs);
    Some(fact.placed_first().again(false).with(Detail::Descriptors { count: kept.len() as u64 }))
}

/// A server of one task that serves its clients one after the other and never closes: nobody can see them again.
pub(super) fn abandoned(ledger: &Ledger, process: &Process) -> Option<Fact> {
    let alone = process.accepted > 0 && !process.multiplexes && !process.had_threads && process.forks == 0;
    let served = |socket: &Socket| socket.traffic.sent > 0 && !socket.shut_write;
    let kept: Vec<(i32, &Socket)> = held(ledger, process).filter(|(_, socket)| served(socket)).collect();
    let asked = kept.iter().all(|(_, socket)| socket.traffic.received > 0);
    let forgotten = kept.iter().filter(|(_, socket)| later(ledger, socket, 0) >= 1).count();
    let (fd, first) = kept.first()?;
    if !alone || forgotten < 2 || kept.len() < 3 && process.closed_accepted > 0 || !asked && kept.len() < CROWD {
        return None;
    }
    let proofs = first.origin.iter().chain(&first.traffic.last_send).chain(&process.last_accept).cloned().collect();
    let fact = Fact::new(Kind::KeptAfterEnd, (process.pid, Some(*fd)), proofs);
    Some(fact.placed_first().again(false).with(Detail::Descriptors { count: kept.len() as u64 }))
}

/// Since a fork of this process, only a child has used this connection.
fn is_childs(process: &Process, socket: &Socket) -> bool {
    let Some((parent, when)) = socket.copied.filter(|(parent, _)| *parent == process.pid) else { return false };
    let since = when..;
    let by_child = socket.users.iter().any(|(pid, at)| *pid != parent && since.contains(at));
    let by_parent = socket.users.get(&parent).is_some_and(|at| since.contains(at));
    by_child && !by_parent
}

/// Copies that the parent keeps of the connections that its children serve.
pub(super) fn parents_copy(ledger: &Ledger, process: &Process, now: Option<&Proof>) -> Option<Fact> {
    let next_begun = |socket: &Socket| {
        let listener = socket.from.and_then(|(listener, number)| Some((ledger.socket(Some(listener))?, number)));
        listener.is_some_and(|(listener, number)| listener.listening.entered > number)
    };
    // A relay's own child may be a parent too: of copies, not of clients.
    let accepted = |socket: &Socket| socket.owner.0 == process.pid;
    let kept: Vec<(i32, &Socket)> = held(ledger, process)
        .filter(|(_, socket)| accepted(socket) && is_childs(process, socket) && next_begun(socket))
        .collect();
    let (fd, first) = kept.first()?;
    let waiting = process.pending.values().find(|pending| pending.sys.accepts());
    let next = now.or(waiting.map(|pending| &pending.proof)).or(process.last_accept.as_ref());
    let proofs = first.origin.iter().chain(&process.last_fork).chain(next).cloned().collect();
    let fact = Fact::new(Kind::ParentKeptClient, (process.pid, Some(*fd)), proofs);
    Some(fact.placed_first().again(false).with(Detail::Descriptors { count: kept.len() as u64 }))
}

/// A connection that its parent closed, and that a child which is another program keeps without a use: the client sees no
/// end before the child's. A client that is its standard input or output is its work.
pub(super) fn childs_client(ledger: &Ledger, process: &Process) -> Option<Fact> {
    let parent = process.parent.filter(|_| process.executed)?;
    // It may be over: its child keeps the connection all the longer.
    let fork = ledger.process(parent).and_then(|parent| parent.last_fork.as_ref());
    let (fd, socket) = held(ledger, process).find(|(_, socket)| {
        let stray = !process.descriptors_of(socket.id).any(|fd| fd <= 2);
        let late = |close: &Proof| ledger.at_us.saturating_sub(close.at_us) >= LATE_US;
        stray && socket.closed_early.as_ref().is_some_and(late) && !socket.users.contains_key(&process.pid)
    })?;
    let proofs = socket.origin.iter().chain(fork).chain(&socket.closed_early).cloned().collect();
    Some(Fact::new(Kind::ChildKeptClient, (parent, Some(fd)), proofs).placed_first())
}

/// The copy of the listening socket that a child keeps while it serves a client.
pub(super) fn childs_listener(ledger: &Ledger, process: &Process) -> Option<Fact> {
    let parent = process.parent.and_then(|parent| ledger.process(parent))?;
    let same = parent.program == process.program && process.accepts_entered == 0 && parent.accepted > 0;
    let serves =
        held(ledger, process).any(|(_, socket)| socket.users.contains_key(&process.pid)) || process.closed_accepted > 0;
    let listener = |slot: &crate::diagnose::ledger::process::Slot| {
        ledger.socket(slot.socket).filter(|socket| socket.role == Role::Listener)
    };
    let (fd, socket) = process.slots.iter().find_map(|(fd, slot)| listener(slot).map(|socket| (*fd, socket)))?;
    if !same || !serves || process.multiplexes_listener {
        return None;
    }
    let proofs: Vec<Proof> = socket.listen_proof().into_iter().chain(&parent.last_fork).cloned().collect();
    Some(Fact::new(Kind::ChildKeptListener, (process.pid, Some(fd)), proofs).placed_first())
}
