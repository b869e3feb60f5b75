//! What the processes of a trace hold, from its steps alone: descriptors shared over dup and fork, the life of each
//! socket, signals, children. Its memory grows with what the programs hold, never with what they did.

mod connection;
mod descriptor;
mod life;
pub mod memory;
pub mod process;
mod readiness;
pub mod socket;
pub mod spin;
pub mod traffic;
mod transfer;
mod useless;

use std::collections::{BTreeMap, BTreeSet};

pub use transfer::is_fatal;

use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::{Socket, SocketId};
use crate::diagnose::reading::{Proof, Seen};
use crate::observed::{Step, Subject, Traced, What};

/// A socket that no descriptor refers to any more, for a last look.
#[derive(Clone, Debug)]
pub struct Gone {
    pub socket: Box<Socket>,
    pub pid: i32,
    /// The close, or the end of the process.
    pub by: Proof,
    /// The process ended with it open.
    pub at_exit: bool,
    /// The process had read from other clients.
    pub reads_others: bool,
}

/// What is remembered of a process that ended.
#[derive(Clone, Debug, Default)]
pub struct ExitRecord {
    pub program: Vec<u8>,
    pub stray_closes: u32,
    pub connected_ports: BTreeSet<u16>,
}

/// How many ended processes are remembered.
const EXIT_RECORDS: usize = 256;

#[derive(Debug, Default)]
pub struct Ledger {
    pub processes: BTreeMap<i32, Process>,
    pub sockets: BTreeMap<SocketId, Socket>,
    exit_records: BTreeMap<i32, ExitRecord>,
    inodes: BTreeMap<u64, SocketId>,
    /// Ports that the kernel told, to any process of the trace, or that somebody is known to hold.
    pub ports: BTreeSet<u16>,
    next: u64,
    /// Steps so far.
    pub clock: u64,
    /// A client was accepted by some process of the trace.
    pub has_served: bool,
    pub at_us: u64,
}

impl Ledger {
    #[must_use]
    pub fn process(&self, pid: i32) -> Option<&Process> {
        self.processes.get(&pid)
    }

    /// What is known of a process, even after its end.
    #[must_use]
    pub fn exit_record(&self, pid: i32) -> ExitRecord {
        let alive = self.process(pid).map(|process| ExitRecord {
            program: process.program.clone(),
            stray_closes: process.stray_closes,
            connected_ports: process.connected_ports.clone(),
        });
        alive.or_else(|| self.exit_records.get(&pid).cloned()).unwrap_or_default()
    }

    fn bury(&mut self, pid: i32) {
        let exit_record = self.exit_record(pid);
        if self.exit_records.len() < EXIT_RECORDS {
            self.exit_records.insert(pid, exit_record);
        }
        self.processes.remove(&pid);
    }

    #[must_use]
    pub fn socket(&self, id: Option<SocketId>) -> Option<&Socket> {
        self.sockets.get(&id?)
    }

    /// What a descriptor of a process is, where it is a socket.
    #[must_use]
    pub fn socket_at(&self, pid: i32, fd: Option<i32>) -> Option<&Socket> {
        self.socket(self.process(pid)?.socket_at(fd))
    }

    /// The socket that a call is about.
    #[must_use]
    pub fn subject(&self, seen: &Seen<'_>) -> Option<&Socket> {
        self.socket_at(seen.pid, seen.fd())
    }

    /// Before a step is judged: the process and the descriptor that it speaks of are known.
    pub fn meet(&mut self, step: &Step) {
        self.clock += 1;
        self.at_us = step.at_us;
        if !matches!(step.what, What::Born { .. } | What::Note(_)) {
            self.acquaint(step.pid, step.tid);
        }
        match &step.what {
            What::Entered(traced) => self.reconcile(step.pid, traced),
            What::Returned(returned) => self.reconcile(step.pid, &returned.traced),
            _ => {}
        }
    }

    /// After a step was judged: it happened. What it ended is handed back.
    pub fn happen(&mut self, step: &Step, proof: Option<&Proof>) -> Vec<Gone> {
        match &step.what {
            What::Entered(traced) => self.enter(step, traced),
            What::Returned(returned) => {
                let seen = Seen::new(step.at_us, (step.pid, step.tid), returned);
                return proof.map(|proof| self.complete(&seen, proof)).unwrap_or_default();
            }
            _ => return self.live(step),
        }
        Vec::new()
    }

    fn acquaint(&mut self, pid: i32, tid: i32) {
        let process = self.processes.entry(pid).or_insert_with(|| Process { pid, ..Process::default() });
        process.tasks.insert(tid);
        process.had_threads |= pid != tid;
    }

    /// The kernel says what a descriptor is: an inherited or a received one is adopted, a stale one forgotten.
    fn reconcile(&mut self, pid: i32, traced: &Traced) {
        let (Some(fd), Some(subject)) = (traced.fd, traced.subject) else { return };
        let known = self.process(pid).and_then(|process| process.socket_at(Some(fd)));
        match (subject, known) {
            (Subject::Socket { .. }, Some(id)) => self.check_inode((pid, fd), id, subject),
            (Subject::Socket { inode, .. }, None) => self.adopt((pid, fd), subject, inode),
            (_, Some(_)) => self.forget_slot(pid, fd),
            (_, None) => {}
        }
    }

    fn check_inode(&mut self, at: (i32, i32), id: SocketId, subject: Subject) {
        let Subject::Socket { family, socket_type, inode } = subject else { return };
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        match socket.inode {
            None if inode != 0 => {
                socket.inode = Some(inode);
                socket.family = if socket.family == 0 { family } else { socket.family };
                socket.socket_type = if socket.socket_type == 0 { socket_type } else { socket.socket_type };
                self.inodes.insert(inode, id);
            }
            Some(known) if inode != 0 && known != inode => {
                self.forget_slot(at.0, at.1);
                self.adopt(at, subject, inode);
            }
            _ => {}
        }
    }

    fn adopt(&mut self, at: (i32, i32), subject: Subject, inode: u64) {
        let Subject::Socket { family, socket_type, .. } = subject else { return };
        let id = match self.inodes.get(&inode).copied() {
            Some(id) if inode != 0 && self.sockets.contains_key(&id) => id,
            _ => {
                let id = self.new_socket(at);
                if let Some(socket) = self.sockets.get_mut(&id) {
                    (socket.family, socket.socket_type, socket.inode) = (family, socket_type, Some(inode));
                }
                self.inodes.insert(inode, id);
                id
            }
        };
        self.install(at, id, false);
    }

    fn new_socket(&mut self, owner: (i32, i32)) -> SocketId {
        self.next += 1;
        let id = SocketId(self.next);
        self.sockets.insert(id, Socket::new(id, owner));
        id
    }
}
