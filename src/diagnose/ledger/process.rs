//! One process: its descriptors, its signals, its children, and the calls that it made last.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagnose::ledger::is_wait;
use crate::diagnose::ledger::memory::Memory;
use crate::diagnose::ledger::socket::{End, SocketId};
use crate::diagnose::ledger::spin::Spin;
use crate::diagnose::ledger::traffic::Message;
use crate::diagnose::reading::Proof;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

/// How many closed descriptors and dead children are remembered.
const REMEMBERED: usize = 1024;

#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub socket: Option<SocketId>,
    pub closes_on_exec: bool,
}

/// A descriptor that was a socket and that this process closed.
#[derive(Clone, Debug)]
pub struct Closed {
    pub proof: Proof,
    pub tid: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    Default,
    Ignored,
    Handler { restarts: bool },
}

/// A child that ended and that nobody has waited for yet.
#[derive(Clone, Debug)]
pub struct Dead {
    pub pid: i32,
    pub proof: Proof,
    /// Clients that the parent had when it died.
    pub accepted: u64,
    /// It had been asked to end.
    pub asked: bool,
}

/// The last call that says where the program is: setup, accept, transfers on sockets.
#[derive(Clone, Debug)]
pub struct Last {
    pub sys: Sys,
    pub fd: Option<i32>,
    pub socket: Option<SocketId>,
    pub on_accepted: bool,
    pub number: Option<i64>,
    pub errno: Option<Errno>,
    pub provoked: bool,
    pub proof: Proof,
    /// What the process wrote to its terminal or to its log since, at most 512 bytes.
    pub said: Vec<u8>,
}

/// A call that has begun and not returned.
#[derive(Clone, Debug)]
pub struct Pending {
    pub sys: Sys,
    pub fd: Option<i32>,
    pub socket: Option<SocketId>,
    pub proof: Proof,
}

#[allow(clippy::struct_excessive_bools, reason = "each is a thing that was seen, or not yet")]
#[derive(Clone, Debug, Default)]
pub struct Process {
    pub pid: i32,
    pub parent: Option<i32>,
    /// The name of the program, without its folders.
    pub program: Vec<u8>,
    pub arguments: Vec<Vec<u8>>,
    pub slots: BTreeMap<i32, Slot>,
    pub closed: BTreeMap<i32, Closed>,
    /// close(2) of descriptors that it never had: it sweeps.
    pub stray_closes: u32,
    pub tasks: BTreeSet<i32>,
    pub had_threads: bool,
    pub forks: u64,
    /// fork(2), or a clone(2) for a thread, whatever came of it.
    pub tried_to_fork: bool,
    /// A call of it failed because a fault was asked for.
    pub denied: bool,
    pub last_fork: Option<Proof>,
    pub first_accept: Option<Proof>,
    pub last_accept: Option<Proof>,
    pub waits: u64,
    pub signals: BTreeMap<Signal, Disposition>,
    pub leaves_no_zombies: bool,
    pub dead: Vec<Dead>,
    /// Children that were waited for before their end was told.
    pub reaped_early: BTreeSet<i32>,
    /// Calls to accept that have begun; clients that it accepted.
    pub accepts_entered: u64,
    pub accepted: u64,
    pub closed_accepted: u64,
    pub read_on_accepted: bool,
    pub last: Option<Last>,
    /// Names of calls that failed, provoked or not.
    pub failed: BTreeSet<Sys>,
    pub connects: u64,
    pub connected_ports: BTreeSet<u16>,
    /// The last socket(2) or accept(2) that gave -1.
    pub no_descriptor: Option<(Proof, Sys)>,
    pub pending: BTreeMap<i32, Pending>,
    /// A signal that asks a program to end was delivered to it.
    pub asked_to_end: Option<Signal>,
    /// Asleep in accept, or waiting for its listener among others, when that signal came: the children that were dead
    /// then, and that it would not have waited for.
    pub dead_while_serving: usize,
    /// The last signal that was delivered.
    pub last_signal: Option<Signal>,
    /// Calls that a signal interrupted, and of which it is not known yet whether they go on.
    pub suspended: BTreeMap<i32, Last>,
    /// The last receive that brought nothing, and what went through its connection before.
    pub dried: Option<(End, VecDeque<Message>)>,
    /// A digest of what is written for people again and again since the input ended, and how often.
    pub said_after_input: (u64, u64),
    pub memory: Memory,
    pub spins: BTreeMap<i32, Spin>,
    /// read(0) = 0, without anything read in between.
    pub ends_of_input: u64,
    pub multiplexes: bool,
    /// A listening socket was waited for among others.
    pub multiplexes_listener: bool,
}

impl Process {
    #[must_use]
    pub fn socket_at(&self, fd: Option<i32>) -> Option<SocketId> {
        self.slots.get(&fd?).and_then(|slot| slot.socket)
    }

    pub fn remember_closed(&mut self, fd: i32, closed: Closed) {
        if self.closed.len() < REMEMBERED {
            self.closed.insert(fd, closed);
        }
    }

    pub fn remember_dead(&mut self, dead: Dead) {
        if self.dead.len() < REMEMBERED {
            self.dead.push(dead);
        }
    }

    /// The descriptors that refer to this socket.
    pub fn descriptors_of(&self, socket: SocketId) -> impl Iterator<Item = i32> {
        self.slots.iter().filter(move |(_, slot)| slot.socket == Some(socket)).map(|(fd, _)| *fd)
    }

    #[must_use]
    pub fn handles(&self, signal: Signal) -> bool {
        matches!(self.signals.get(&signal), Some(Disposition::Handler { .. }))
    }

    /// The task is asleep in accept, or was until a signal came; or the listener is among what it waits for.
    #[must_use]
    pub fn serves(&self, tid: i32) -> bool {
        let pending = self.pending.get(&tid).map(|pending| pending.sys);
        match pending.or_else(|| self.suspended.get(&tid).map(|last| last.sys)) {
            Some(Sys::Accept | Sys::Accept4) => true,
            Some(sys) => is_wait(sys) && self.multiplexes_listener,
            None => false,
        }
    }

    /// Dead children that nobody had asked to end.
    #[must_use]
    pub fn died_unasked(&self) -> usize {
        self.dead.iter().filter(|dead| !dead.asked).count()
    }

    /// What a child made by fork(2) has of it.
    #[must_use]
    pub fn child(&self, pid: i32) -> Process {
        Process {
            pid,
            parent: Some(self.pid),
            program: self.program.clone(),
            arguments: self.arguments.clone(),
            slots: self.slots.clone(),
            signals: self.signals.clone(),
            leaves_no_zombies: self.leaves_no_zombies,
            no_descriptor: self.no_descriptor.clone(),
            memory: self.memory.clone(),
            tasks: BTreeSet::from([pid]),
            ..Process::default()
        }
    }

    /// The arguments hold this number as a word, or behind a sign: `3001`, `--port=3001`, `127.0.0.1:3001`.
    #[must_use]
    pub fn was_given(&self, number: u16) -> bool {
        let wanted = number.to_string();
        let words = |argument: &Vec<u8>| {
            let text = String::from_utf8_lossy(argument).into_owned();
            text.split(|c: char| !c.is_ascii_digit()).any(|word| word == wanted)
        };
        self.arguments.iter().any(words)
    }
}
