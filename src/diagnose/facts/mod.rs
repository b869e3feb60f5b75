//! Facts: small typed observations, each with the calls that prove it, drawn by functions of what the ledger holds and
//! of one step. A fact accuses nobody: the rules do.

pub mod http;
mod kind;
mod leak;
mod lifetime;
mod process;
mod readiness;
mod robustness;
mod setup;
mod transfer;

use std::collections::BTreeMap;

pub use kind::Kind;

use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::Socket;
use crate::diagnose::ledger::{Gone, Ledger};
use crate::diagnose::reading::{Proof, Seen, word};
use crate::finding::{Detail, Exhibit};
use crate::observed::{Step, What};

/// How many places of each kind are kept; further ones are dropped.
const PLACES: usize = 32;
/// How many calls prove one fact.
const PROOFS: usize = 5;

#[derive(Clone, Debug)]
pub struct Fact {
    pub kind: Kind,
    pub pid: i32,
    pub fd: Option<i32>,
    /// In the order of time, the decisive one last.
    pub proofs: Vec<Proof>,
    pub details: Vec<Detail>,
    /// 1 for a new case, 0 where it tells more of the one before.
    pub weight: u64,
    /// The place is that of the first proof, not of the last one.
    pub placed_first: bool,
}

impl Fact {
    #[must_use]
    pub fn new(kind: Kind, (pid, fd): (i32, Option<i32>), proofs: Vec<Proof>) -> Fact {
        Fact { kind, pid, fd, proofs, details: Vec::new(), weight: 1, placed_first: false }
    }

    #[must_use]
    pub fn with(mut self, detail: impl Into<Option<Detail>>) -> Fact {
        self.details.extend(detail.into());
        self
    }

    #[must_use]
    pub fn placed_first(mut self) -> Fact {
        self.placed_first = true;
        self
    }

    /// Says more of a case that was counted already, unless `first`.
    #[must_use]
    pub fn again(mut self, first: bool) -> Fact {
        self.weight = u64::from(first);
        self
    }

    fn place(&self) -> Place {
        let proof = if self.placed_first { self.proofs.first() } else { self.proofs.last() };
        let source = proof.and_then(|proof| proof.source.as_ref());
        match (proof, source) {
            (_, Some(source)) => Place::Line(source.file.clone(), source.line),
            (Some(proof), None) => Place::Call(word(proof)),
            (None, None) => Place::Nowhere,
        }
    }
}

/// Where the same mistake is the same mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Line(String, u32),
    Call(&'static str),
    Nowhere,
}

/// The same fact, at the same place of the same program.
#[derive(Clone, Debug)]
pub struct Group {
    pub fact: Fact,
    pub count: u64,
}

/// The facts so far, bounded.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    groups: BTreeMap<(Kind, Vec<u8>, Place), Group>,
}

impl Facts {
    pub fn add(&mut self, ledger: &Ledger, mut fact: Fact) {
        fact.proofs.truncate(PROOFS);
        let program = ledger.exit_record(fact.pid).program;
        let key = (fact.kind, program, fact.place());
        if let Some(group) = self.groups.get_mut(&key) {
            group.count += fact.weight;
            group.fact.details = fact.details;
        } else if self.groups.keys().filter(|known| known.0 == key.0).count() < PLACES {
            self.groups.insert(key, Group { count: 1, fact });
        }
    }

    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Group> {
        self.groups
            .range((kind, Vec::new(), Place::Line(String::new(), 0))..)
            .map(|(_, group)| group)
            .take_while(move |group| group.fact.kind == kind)
    }

    /// A fact that turned out not to hold.
    pub fn withdraw(&mut self, kind: Kind, pid: i32, fd: i32) {
        self.groups.retain(|key, group| key.0 != kind || group.fact.pid != pid || group.fact.fd != Some(fd));
    }
}

/// A call that has returned, and what was known just before.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    pub ledger: &'a Ledger,
    pub seen: &'a Seen<'a>,
    pub proof: &'a Proof,
}

impl<'a> Sight<'a> {
    #[must_use]
    pub fn socket(&self) -> Option<&'a Socket> {
        self.ledger.subject(self.seen)
    }

    #[must_use]
    pub fn process(&self) -> Option<&'a Process> {
        self.ledger.process(self.seen.pid)
    }

    /// A fact about this call, proved by what came before and by itself.
    #[must_use]
    pub fn fact(&self, kind: Kind, before: &[&Proof]) -> Fact {
        let mut proofs: Vec<Proof> = before.iter().map(|proof| Proof::clone(proof)).collect();
        proofs.push(self.proof.clone());
        Fact::new(kind, (self.seen.pid, self.seen.fd()), proofs)
    }
}

/// Draws from one call.
type Drawer = fn(&Sight<'_>, &mut Vec<Fact>);

const DRAWERS: &[Drawer] = &[
    setup::nowhere,
    setup::went_on,
    setup::not_a_connection,
    setup::bound,
    setup::listened,
    setup::connected,
    setup::addressed,
    setup::cut_path,
    setup::told_an_address,
    setup::broadcast,
    lifetime::after_the_end,
    lifetime::closed_twice,
    lifetime::length_of_failure,
    lifetime::said_again,
    transfer::sent,
    transfer::resumed,
    transfer::shut,
    transfer::pieces,
    transfer::wrote_too_much,
    transfer::truncated,
    leak::kept,
    transfer::cut_at_nul,
    transfer::oversent,
    transfer::swapped_length,
    transfer::short_receive_used,
    readiness::watched_nothing,
    readiness::shared_set,
    readiness::unannounced,
    readiness::shared_by_threads,
    readiness::taken_from_a_thread,
    process::accepts_as_child,
    robustness::spins,
    robustness::complains,
];

/// The facts of one call, before it changes what the ledger holds.
pub fn draw(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    for drawer in DRAWERS {
        drawer(sight, out);
    }
}

/// The facts of the other steps, before they change what the ledger holds.
pub fn draw_life(ledger: &Ledger, step: &Step, out: &mut Vec<Fact>) {
    match &step.what {
        What::Exited { code } if step.pid == step.tid => {
            process::ends(ledger, step, &Exhibit::Exited { code: *code }, out);
        }
        What::Killed { signal, .. } if step.pid == step.tid => {
            process::ends(ledger, step, &Exhibit::Killed { signal: *signal }, out);
        }
        What::Unread { fd, bytes, edge: true } => {
            out.extend(readiness::left_after_edge(ledger, step, (*fd, *bytes)));
        }
        What::Unread { fd, bytes, .. } => out.extend(readiness::left_by_select(ledger, step, (*fd, *bytes))),
        What::Deadlock { fd, peer, source } => robustness::deadlock(ledger, step, (*fd, peer, source.as_ref()), out),
        _ => {}
    }
}

/// The facts of what is no more.
pub fn draw_gone(ledger: &Ledger, gone: &Gone, out: &mut Vec<Fact>) {
    let process = ledger.process(gone.pid);
    out.extend(process.and_then(|process| process::served_one_at_a_time(process, &gone.socket)));
    lifetime::gone(gone, out);
    http::gone(&gone.socket, (gone.pid, &gone.by), out);
}

/// The facts of what still is when the trace ends.
pub fn draw_rest(ledger: &Ledger, out: &mut Vec<Fact>) {
    for process in ledger.processes.values() {
        process::remains(ledger, process, out);
    }
    for socket in ledger.sockets.values() {
        http::remains(ledger, socket, out);
    }
}
