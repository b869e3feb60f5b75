//! Loops for nothing, deadlocks, and complaints.

pub(super) mod complaint;

use std::sync::Arc;

use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::spin::Spin;
use crate::diagnose::reading::{Proof, called};
use crate::finding::{Detail, Evidence, Exhibit};
use crate::observed::{Peer, SourceLine, Step};
use crate::syscall::call::{Call, Value};
use crate::syscall::name::Name;

/// Useless calls in a row from which a program burns CPU.
const SPINS: u64 = 200;
/// Microseconds that each may take, on average: a program that takes longer works in between.
const EACH_US: u64 = 3_000;
/// Ends of the input read in a row.
const ENDS: u64 = 10;

fn tells(count: u64, threshold: u64) -> bool {
    count >= threshold && (count == threshold || count.is_power_of_two())
}

pub(super) fn spins(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let Some(process) = sight.process() else { return };
    let spin = process.spins.get(&sight.seen.tid).filter(|spin| tells(spin.length, SPINS));
    out.extend(spin.and_then(|spin| spinning(sight, spin)));
    let prompts = process.said_after_input.1;
    if process.ends_of_input > 0 && sight.seen.fd() == Some(1) && tells(prompts, SPINS) {
        let fact = sight.fact(Kind::SpinsOnEndOfInput, &[]).again(prompts == SPINS);
        out.push(fact.with(Detail::Times { count: prompts }));
    }
    let input = process.ends_of_input + 1;
    let ended = sight.seen.fd() == Some(0) && sight.seen.is_receive() && sight.seen.number() == Some(0);
    if ended && !sight.seen.subject_is_socket() && tells(input, ENDS) {
        let fact = sight.fact(Kind::SpinsOnEndOfInput, &[]).again(input == ENDS);
        out.push(fact.with(Detail::Times { count: input }));
    }
}

fn spinning(sight: &Sight<'_>, spin: &Spin) -> Option<Fact> {
    let (first, last) = (spin.first.as_ref()?, spin.last.as_ref()?);
    if spin.last_us.saturating_sub(spin.started_us) > spin.length.saturating_mul(EACH_US) {
        return None;
    }
    let mut fact = Fact::new(Kind::Spins, (sight.seen.pid, spin.fd), vec![first.clone(), last.clone()]);
    fact.weight = u64::from(spin.length == SPINS);
    let name = spin.sys?.name();
    Some(fact.placed_first().with(Detail::Times { count: spin.length }).with(Detail::Call { name }))
}

/// The program and its peer both wait for the other's bytes.
pub(super) fn deadlock(
    ledger: &Ledger,
    step: &Step,
    (fd, peer, source): (i32, &Peer, Option<&SourceLine>),
    out: &mut Vec<Fact>,
) {
    let Some(process) = ledger.process(step.pid) else { return };
    let shared = ledger.socket_at(step.pid, Some(fd)).is_some_and(|socket| socket.references > 1);
    if process.tasks.len() > 1 || shared {
        return;
    }
    let waiting = process.pending.values().find(|pending| pending.fd == Some(fd));
    let proof = waiting.map_or_else(|| asleep(step, fd, source), |pending| pending.proof.clone());
    let fact = Fact::new(Kind::BothReceive, (step.pid, Some(fd)), vec![proof]);
    out.push(fact.with(Detail::Peer { pid: peer.pid, command: peer.command.clone() }));
}

fn asleep(step: &Step, fd: i32, source: Option<&SourceLine>) -> Proof {
    let call = Call { name: Name::Recv, arguments: vec![Value::Number(fd.into())] };
    let exhibit = Exhibit::Call { call, ending: None, injected: false };
    Arc::new(Evidence { pid: step.pid, at_us: step.at_us, exhibit, source: source.cloned(), remark: None })
}

/// A message with an errno text, about a call that had just succeeded.
pub(super) fn complains(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(process) = sight.process().filter(|_| seen.is_for_people()) else { return };
    let Some(last) = process.last.as_ref().filter(|last| last.errno.is_none()) else { return };
    if process.failed.contains(&last.sys) {
        return;
    }
    let named = complaint::of(seen.moved(), last.sys).filter(|complaint| complaint.has_errno || complaint.is_verdict());
    let unnamed = || complaint::of_nothing(seen.moved()).filter(|_| seen.fd() != Some(1));
    let complaint = named.or_else(unnamed);
    if let Some(complaint) = complaint {
        let fact = sight.fact(Kind::ComplainedOfSuccess, &[&last.proof]).placed_first();
        out.push(fact.with(called(&last.proof)).with(Detail::Bytes { bytes: complaint.line }));
    }
}
