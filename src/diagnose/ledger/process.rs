//! One process: its descriptors, its signals, its children, and the calls that it made last.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagnose::ledger::memory::Memory;
use crate::diagnose::ledger::socket::{End, SocketId};
use crate::diagnose::ledger::spin::Spin;
use crate::diagnose::ledger::traffic::Message;
use crate::diagnose::reading::Proof;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

/// Programs that run others, by their name without a version.
const RUNTIMES: &[&str] = &[
    "python", "node", "nodejs", "java", "ruby", "perl", "php", "lua", "luajit", "deno", "bun", "tclsh", "guile", "erl",
    "beam.smp", "mono", "dotnet", "pypy", "bash",
];

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
    /// An accepted connection on which nothing had been done yet: nobody slept there to be woken.
    pub unused: bool,
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
    /// It has waited for descriptors to be ready since.
    pub waited: bool,
    pub proof: Proof,
    /// What the process wrote to its terminal or to its log since, at most 512 bytes.
    pub said: Vec<u8>,
}

/// What a task last waited for by poll(2) or select(2).
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    /// Descriptors that it watched for reading.
    pub watched: Vec<i32>,
    /// Where the set of select(2) lies; 0 where that is not known.
    pub set: u64,
    /// Those that were announced, for anything.
    pub announced: Vec<i32>,
    /// What select(2) left in the set of those to read; `None` before it has returned, and for poll(2).
    pub left: Option<Vec<i32>>,
    /// Those that it sent something to since: an answer may be due.
    pub asked: Vec<i32>,
    /// Those that it used, and that it closed, since.
    pub used: Vec<i32>,
    pub closed: Vec<i32>,
    /// The call, as it began and as it ended.
    pub proofs: Vec<Proof>,
}

/// A thread that moves bytes: the first connection that it worked on, and how many transfers it has ended.
#[derive(Clone, Copy, Debug)]
pub struct Worker {
    pub socket: SocketId,
    pub transfers: u64,
}

/// What it writes on its standard output.
#[derive(Clone, Debug, Default)]
pub struct Output {
    pub writes: u64,
    /// The last one, and whether it holds an end of line.
    pub last: Option<(Proof, bool)>,
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
    /// The last signal that was delivered, and who sent it, where somebody did.
    pub last_signal: Option<Signal>,
    pub struck_by: Option<i32>,
    /// Connections on which a send would have had to wait, since the last wait for readiness.
    pub blocked: BTreeSet<SocketId>,
    /// Descriptors that a set of select(2) lost because it was given again as the call had left it, with that call.
    pub lost: BTreeMap<i32, Proof>,
    /// By task.
    pub readiness: BTreeMap<i32, Readiness>,
    pub workers: BTreeMap<i32, Worker>,
    /// The first time that it moved bytes on a connection that its parent had accepted.
    pub served: Option<Proof>,
    /// It became another program after its birth by fork(2).
    pub executed: bool,
    /// It slept in accept(2) or in a receive.
    pub has_slept: bool,
    pub output: Output,
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

    /// Bytes move on a connection that its parent had accepted.
    pub fn serves_inherited(&mut self, proof: &Proof) {
        self.served.get_or_insert_with(|| proof.clone());
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
            // signal(7): what waits for readiness fails with EINTR whatever SA_RESTART says.
            Some(sys) => sys.accepts() || sys.awaits_readiness() && self.multiplexes_listener,
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

    /// The arguments hold this number where a port stands: alone, behind a sign, after the colon of a host. Neither the
    /// program's own path nor an address is one.
    #[must_use]
    pub fn was_given(&self, number: u16) -> bool {
        let wanted = number.to_string();
        let words = |argument: &Vec<u8>| {
            let text = String::from_utf8_lossy(argument).into_owned();
            let option = text.strip_prefix('-').map(|option| option.trim_start_matches(|c: char| !c.is_ascii_digit()));
            let after_sign = |word: &str| word.split('/').next() == Some(wanted.as_str());
            option == Some(&wanted) || text == wanted || text.split([':', '=', ',', ' ']).skip(1).any(after_sign)
        };
        self.arguments.iter().skip(1).any(words)
    }

    /// An interpreter or a runtime: its programs give ports as numbers, and it stores them as the network wants.
    #[must_use]
    pub fn is_runtime(&self) -> bool {
        let name = String::from_utf8_lossy(&self.program).into_owned();
        let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        RUNTIMES.contains(&bare)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Closed, Dead, Disposition, Last, Pending, Process, Slot};
    use crate::diagnose::ledger::socket::SocketId;
    use crate::diagnose::reading::Proof;
    use crate::finding::{Evidence, Exhibit};
    use crate::syscall::signal::Signal;
    use crate::syscall::sys::Sys;

    fn proof() -> Proof {
        Arc::new(Evidence { pid: 100, at_us: 7, exhibit: Exhibit::Exited { code: 0 }, source: None, remark: None })
    }

    #[test]
    fn a_socket_is_found_by_its_descriptors_and_they_by_it() {
        let mut process = Process::default();
        for (fd, socket) in [(3, Some(1)), (4, None), (5, Some(2)), (9, Some(1))] {
            process.slots.insert(fd, Slot { socket: socket.map(SocketId), closes_on_exec: false });
        }
        let found = [Some(3), Some(4), Some(5), Some(6), None].map(|fd| process.socket_at(fd));
        assert_eq!(found, [Some(SocketId(1)), None, Some(SocketId(2)), None, None]);
        assert_eq!(process.descriptors_of(SocketId(1)).collect::<Vec<_>>(), [3, 9]);
    }

    #[test]
    fn what_was_closed_and_who_died_is_remembered_up_to_a_limit() {
        let mut process = Process::default();
        for number in 0..2000 {
            process.remember_closed(number, Closed { proof: proof(), tid: 100, unused: false });
            process.remember_dead(Dead { pid: number, proof: proof(), accepted: 0, asked: number > 2 });
        }
        assert_eq!((process.closed.len(), process.dead.len(), process.died_unasked()), (1024, 1024, 3));
    }

    #[test]
    fn a_signal_is_handled_by_a_handler_alone() {
        let mut process = Process::default();
        assert!(!process.handles(Signal::SIGINT));
        for (disposition, handles) in [
            (Disposition::Handler { restarts: false }, true),
            (Disposition::Handler { restarts: true }, true),
            (Disposition::Ignored, false),
            (Disposition::Default, false),
        ] {
            process.signals.insert(Signal::SIGINT, disposition);
            assert_eq!((process.handles(Signal::SIGINT), process.handles(Signal::SIGTERM)), (handles, false));
        }
    }

    #[test]
    fn it_serves_where_it_waits_for_the_next_client() {
        for (sys, alone, among_others) in [
            (Sys::Accept, true, true),
            (Sys::Accept4, true, true),
            (Sys::Poll, false, true),
            (Sys::EpollWait, false, true),
            (Sys::EpollPwait2, false, true),
            (Sys::Recv, false, false),
        ] {
            for (multiplexes_listener, serves) in [(false, alone), (true, among_others)] {
                let (fd, socket) = (Some(3), None);
                let mut process = Process { multiplexes_listener, ..Process::default() };
                assert!(!process.serves(100));
                process.pending.insert(100, Pending { sys, fd, socket, proof: proof() });
                assert_eq!((process.serves(100), process.serves(101)), (serves, false), "{sys:?}");
                process.pending.clear();
                let last = Last {
                    sys,
                    fd,
                    socket,
                    on_accepted: false,
                    number: None,
                    errno: None,
                    provoked: false,
                    waited: false,
                    proof: proof(),
                    said: vec![],
                };
                process.suspended.insert(100, last);
                assert_eq!((process.serves(100), process.serves(101)), (serves, false), "{sys:?}");
            }
        }
    }

    #[test]
    fn a_child_has_what_fork_gives_it() {
        let mut parent = Process {
            pid: 100,
            program: b"prog".to_vec(),
            arguments: vec![b"./prog".to_vec()],
            leaves_no_zombies: true,
            no_descriptor: Some((proof(), Sys::Socket)),
            accepted: 3,
            waits: 4,
            ..Process::default()
        };
        parent.slots.insert(3, Slot { socket: Some(SocketId(1)), closes_on_exec: true });
        parent.signals.insert(Signal::SIGCHLD, Disposition::Ignored);
        parent.memory.type_in(b"bonjour");
        parent.tasks.extend([100, 101]);
        let child = parent.child(200);
        assert_eq!((child.pid, child.parent, child.tasks.into_iter().collect()), (200, Some(100), vec![200]));
        assert_eq!((child.program, child.arguments), (parent.program, parent.arguments));
        assert_eq!((child.signals, child.leaves_no_zombies), (parent.signals, true));
        assert!(child.slots[&3].closes_on_exec && child.slots[&3].socket == Some(SocketId(1)));
        assert_eq!(
            (child.memory.texts, child.no_descriptor.map(|none| none.1)),
            (parent.memory.texts, Some(Sys::Socket))
        );
        assert_eq!((child.accepted, child.waits), (0, 0));
    }

    #[test]
    fn a_number_that_was_given_stands_alone() {
        for (argument, given) in [
            ("3001", true),
            ("--port=3001", true),
            ("127.0.0.1:3001", true),
            ("http://localhost:3001/a/b", true),
            ("-p3001", true),
            ("hote 3001", true),
            ("/srv/3001/a", false),
            ("tp3001", false),
            ("192.168.30.3001", false),
            ("a:b/3001", false),
            ("30010", false),
            ("13001", false),
            ("3002", false),
            ("", false),
        ] {
            let process = Process { arguments: vec![b"./prog".to_vec(), argument.into()], ..Process::default() };
            assert_eq!(process.was_given(3001), given, "{argument}");
        }
        let path = Process { arguments: vec![b"3001".to_vec()], ..Process::default() };
        assert!(!path.was_given(3001), "its own name");
    }

    #[test]
    fn a_runtime_is_known_by_its_name() {
        let runs = |program: &[u8]| Process { program: program.to_vec(), ..Process::default() }.is_runtime();
        assert!(runs(b"python3") && runs(b"python3.13") && runs(b"node") && runs(b"java") && runs(b"beam.smp"));
        assert!(!runs(b"prog") && !runs(b"3") && !runs(b"") && !runs(b"python-serveur"));
    }
}
