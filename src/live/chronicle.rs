//! What actors tell, turned into reports in the order in which it happened; births and ends.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::fcntl::OFlag;

use crate::live::family::Process;
use crate::live::kernel::{Identity, KernelError, Report};
use crate::live::launch::{self, Readiness, await_readiness, no_waiting};
use crate::live::leave::leave;
use crate::live::real::{Actor, LiveKernel, signal_thread};
use crate::live::wire::{Arrival, Channel, Order, Word};
use crate::syscall::call::Outcome;

impl LiveKernel {
    /// Takes in a descriptor that poll(2) found ready, at its end perhaps.
    pub(super) fn take_ready_output(&mut self, pid: i32, index: usize) -> Result<(), KernelError> {
        let ended = self.process(pid).is_some_and(|process| process.has_closed(index));
        self.take_outputs(pid, None)?;
        if ended {
            self.take_output(pid, index, usize::MAX);
        }
        Ok(())
    }

    /// Reports what a process has written, after the calls that wrote it: threads tell of a call before they make it,
    /// so what they have told is heard first, and only what was written before that is read. `teller` is the thread
    /// being heard, whose next words must wait.
    fn take_outputs(&mut self, pid: i32, teller: Option<&str>) -> Result<(), KernelError> {
        let written = self.process(pid).map(|process| [0, 1].map(|index| process.written(index))).unwrap_or_default();
        for name in self.speakers(pid) {
            if teller != Some(name.as_str()) {
                self.take_words(&name)?;
            }
        }
        for (index, until) in written.into_iter().enumerate() {
            self.take_output(pid, index, until);
        }
        Ok(())
    }

    /// The threads of a process that may have more to say.
    fn speakers(&self, pid: i32) -> Vec<String> {
        let ours = self.actors.iter().filter(|actor| actor.pid == pid && actor.channel.is_some());
        ours.map(|actor| actor.name.clone()).collect()
    }

    /// Reports what a process wrote on its descriptor 1 or 2, up to this position in it.
    fn take_output(&mut self, pid: i32, index: usize, until: usize) {
        let Some(process) = self.process(pid) else { return };
        let name = process.name.clone();
        let fd = if index == 0 { libc::STDOUT_FILENO } else { libc::STDERR_FILENO };
        let wrote = |bytes| (name.clone(), Report::Wrote { fd, bytes });
        let reports: Vec<_> = process.read_output(index, until).into_iter().map(wrote).collect();
        self.queue.extend(reports);
    }

    /// Takes in every message of an actor that is there.
    pub(super) fn take_words(&mut self, name: &str) -> Result<(), KernelError> {
        loop {
            let Some(actor) = self.actors.iter_mut().find(|actor| actor.name == name && actor.channel.is_some()) else {
                return Ok(());
            };
            let pid = actor.pid;
            let Some(channel) = &mut actor.channel else { return Ok(()) };
            match channel.try_receive::<Word>()? {
                Arrival::Message(word, side) => self.hear(name, (pid, word), side)?,
                Arrival::Nothing => return Ok(()),
                Arrival::End => {
                    self.hang_up(name);
                    return Ok(());
                }
            }
        }
    }

    /// The end of a channel: the end of the process follows, by its pidfd.
    fn hang_up(&mut self, name: &str) {
        if let Some(actor) = self.actors.iter_mut().find(|actor| actor.name == name && actor.channel.is_some()) {
            actor.channel = None;
        }
    }

    fn hear(&mut self, name: &str, (pid, word): (i32, Word), side: Vec<OwnedFd>) -> Result<(), KernelError> {
        match word {
            Word::Report(report) => {
                if !matches!(report, Report::Entered { .. }) {
                    // What the statement wrote comes before its end.
                    self.take_outputs(pid, Some(name))?;
                }
                self.learn(pid, &report);
                self.queue.push_back((name.to_owned(), report));
            }
            Word::Birth { name: child, process } => self.welcome((name, pid), (child, process), side)?,
            Word::Exiting { code } => {
                if let Some(process) = self.process(pid) {
                    process.exiting = Some(code);
                }
            }
            Word::Reaped { pid: child, status } => self.conclude_reaped(child, status)?,
            Word::ThreadOver => self.thread_over(name, pid)?,
            Word::Ready { .. } | Word::Unfit { .. } => {}
        }
        Ok(())
    }

    fn thread_over(&mut self, name: &str, pid: i32) -> Result<(), KernelError> {
        self.take_outputs(pid, Some(name))?;
        // While the others were heard, its channel may have been found closed.
        let ours = |actor: &&mut Actor| actor.name == name && actor.pid == pid && !actor.over;
        if let Some(actor) = self.actors.iter_mut().rev().find(ours) {
            actor.channel = None;
            actor.over = true;
            let outcome = Outcome::Exited(0);
            self.queue.push_back((name.to_owned(), Report::Ended { outcome }));
        }
        Ok(())
    }

    /// A process or thread that an actor made, ready for orders before anybody hears of it.
    fn welcome(
        &mut self,
        (parent, parent_pid): (&str, i32),
        (name, forked): (String, Option<i32>),
        side: Vec<OwnedFd>,
    ) -> Result<(), KernelError> {
        let Some(fd) = side.into_iter().next() else { return Ok(()) };
        self.end_actor(&name);
        let mut channel = Channel::new(fd);
        let born = match forked {
            Some(pid) => self.adopt((parent_pid, pid), &name, &mut channel),
            None => await_readiness(&mut channel).map(|ready| self.adopt_thread(&ready)),
        };
        let identity = match born {
            Ok(identity) => identity,
            // Dead before it was known: it has nothing to tell.
            Err(error) if dead(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let Identity { pid, tid } = identity;
        self.actors.push(Actor { name: name.clone(), pid, tid, channel: Some(channel), over: false });
        self.queue.push_back((parent.to_owned(), Report::Born { actor: name, identity }));
        Ok(())
    }

    fn adopt_thread(&mut self, ready: &Readiness) -> Identity {
        if let Some(process) = self.process(ready.pid) {
            process.hidden.clone_from(&ready.hidden);
        }
        Identity { pid: ready.pid, tid: ready.tid }
    }

    /// Gives a forked process pipes of its own for its descriptors 1 and 2, and follows it.
    fn adopt(&mut self, (parent, pid): (i32, i32), name: &str, channel: &mut Channel) -> io::Result<Identity> {
        let leader = self.process(parent).map_or(parent, |process| process.leader);
        let pidfd = launch::pidfd(pid)?;
        let (out, their_out) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
        let (err, their_err) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
        no_waiting(&out)?;
        no_waiting(&err)?;
        channel.send(&Order::Adopt, &[their_out.as_raw_fd(), their_err.as_raw_fd()])?;
        drop((their_out, their_err));
        let ready = await_readiness(channel)?;
        self.processes.push(Process {
            pid,
            name: name.to_owned(),
            leader,
            child: None,
            pidfd,
            outputs: [Some(out), Some(err)],
            taken: [0; 2],
            life: None,
            hidden: ready.hidden,
            exiting: None,
            reaped: None,
            unclaimed: None,
            over: false,
        });
        Ok(Identity { pid: ready.pid, tid: ready.tid })
    }

    /// A process that its parent has just reaped.
    fn conclude_reaped(&mut self, pid: i32, status: i32) -> Result<(), KernelError> {
        if let Some(process) = self.process(pid).filter(|process| !process.over) {
            process.reaped = Some(status);
            self.conclude(pid)?;
        }
        Ok(())
    }

    /// Reports the end of a process, after all that it said and wrote.
    pub(super) fn conclude(&mut self, pid: i32) -> Result<(), KernelError> {
        for name in self.speakers(pid) {
            self.take_words(&name)?;
        }
        self.take_output(pid, 0, usize::MAX);
        self.take_output(pid, 1, usize::MAX);
        let Some(process) = self.process(pid).filter(|process| !process.over) else { return Ok(()) };
        let Some(outcome) = process.outcome() else { return Ok(()) };
        process.over = true;
        self.bury_actors(pid, &outcome);
        self.bury_orphans(pid);
        Ok(())
    }

    fn bury_actors(&mut self, pid: i32, outcome: &Outcome) {
        for actor in self.actors.iter_mut().filter(|actor| actor.pid == pid) {
            actor.channel = None;
            if !std::mem::replace(&mut actor.over, true) {
                self.queue.push_back((actor.name.clone(), Report::Ended { outcome: outcome.clone() }));
            }
        }
    }

    /// Zombies whose parent has just died are ours now.
    fn bury_orphans(&mut self, parent: i32) {
        for process in self.processes.iter_mut().filter(|process| process.pid != parent && process.over) {
            process.bury();
        }
    }

    /// Ends one actor: the group of one that socketlab started, one forked process, or one thread.
    pub(super) fn end_actor(&mut self, name: &str) {
        let Some(actor) = self.actors.iter().rev().find(|actor| actor.name == name) else { return };
        let (pid, tid) = (actor.pid, actor.tid);
        let is_thread = pid != tid;
        let leads = self.processes.iter().any(|process| process.pid == pid && process.leader == pid);
        let gone: Vec<String> = if is_thread {
            // Its channel gone, it ends when its call does.
            signal_thread(pid, tid).ok();
            vec![name.to_owned()]
        } else if leads {
            self.end_group(pid)
        } else {
            self.end_process(pid)
        };
        self.forget(&gone);
    }

    /// Makes the group of an actor that socketlab started leave the network. Not a forked process alone: it shares its
    /// sockets with its parent, which goes on with them.
    pub(super) fn leave_group(&self, name: &str) {
        let Some(actor) = self.actors.iter().rev().find(|actor| actor.name == name) else { return };
        let leader = actor.pid;
        if actor.tid == leader {
            leave(&self.actors, self.processes.iter().filter(|process| process.leader == leader));
        }
    }

    fn end_group(&mut self, leader: i32) -> Vec<String> {
        let (family, others): (Vec<_>, Vec<_>) = self.processes.drain(..).partition(|process| process.leader == leader);
        self.processes = others;
        let pids: Vec<i32> = family.iter().map(|process| process.pid).collect();
        kill_all(family);
        self.names_in(&pids)
    }

    fn end_process(&mut self, pid: i32) -> Vec<String> {
        if let Some(process) = self.process(pid) {
            process.kill();
            process.over = true;
        }
        self.names_in(&[pid])
    }

    fn names_in(&self, pids: &[i32]) -> Vec<String> {
        self.actors.iter().filter(|actor| pids.contains(&actor.pid)).map(|actor| actor.name.clone()).collect()
    }

    /// Nothing more is heard of these actors.
    fn forget(&mut self, names: &[String]) {
        self.actors.retain(|actor| !names.contains(&actor.name));
        self.queue.retain(|(name, _)| !names.contains(name));
    }

    pub(super) fn end_every_process(&mut self) {
        leave(&self.actors, self.processes.iter());
        kill_all(std::mem::take(&mut self.processes));
        self.actors.clear();
        self.queue.clear();
    }
}

/// Kills leaders first: their orphans are then ours to reap.
fn kill_all(mut family: Vec<Process>) {
    family.sort_by_key(|process| process.pid != process.leader);
    for process in &mut family {
        process.kill();
    }
    for process in &mut family {
        process.bury();
    }
}

fn dead(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ESRCH) || error.kind() == io::ErrorKind::BrokenPipe
}
