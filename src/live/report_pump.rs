//! What actors tell and what processes write, turned into reports in the order in which it happened; births and ends.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use nix::errno::Errno as SystemErrno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::live::actor_table::ActorTable;
use crate::live::control_channel::{Channel, Notice, Order};
use crate::live::kernel::{Identity, KernelError, Report};
use crate::live::launch::{self, Launched, Readiness, await_readiness, no_waiting};
use crate::live::learned::Learned;
use crate::live::leave::leave;
use crate::live::output::Output;
use crate::live::process::{CLAIM, Part, Process};
use crate::live::process_table::ProcessTable;
use crate::live::signal::interrupt;
use crate::syscall::call::Outcome;

/// The actors, their processes, and the reports that nobody has had yet.
#[derive(Debug, Default)]
pub(super) struct ReportPump {
    pub actors: ActorTable,
    pub processes: ProcessTable,
    pub learned: Learned,
    queue: VecDeque<(String, Report)>,
}

/// What poll(2) found ready.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ready {
    Actor(String),
    Process(i32, Part),
}

/// Taking in what happens.
impl ReportPump {
    pub(super) fn next(&mut self) -> Option<(String, Report)> {
        self.queue.pop_front()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn push(&mut self, actor: &str, report: Report) {
        self.queue.push_back((actor.to_owned(), report));
    }

    /// Waits for something to happen, at most so long; `None` when a signal came.
    fn await_any(&self, patience: Duration) -> Result<Option<Vec<Ready>>, KernelError> {
        let channels = self.actors.descriptors().map(|(name, fd)| (Ready::Actor(name.to_owned()), fd));
        let parts = self.processes.descriptors().map(|((pid, part), fd)| (Ready::Process(pid, part), fd));
        let (sources, mut watched): (Vec<_>, Vec<_>) =
            parts.chain(channels).map(|(source, fd)| (source, PollFd::new(fd, PollFlags::POLLIN))).unzip();
        // Rounded up: a wait of less than a millisecond must not become a busy loop.
        let patience = patience.as_micros().div_ceil(1000);
        let patience = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
        match poll(&mut watched, patience) {
            Ok(_) => {}
            Err(SystemErrno::EINTR) => return Ok(None),
            Err(error) => return Err(KernelError::Process(error.into())),
        }
        let fired = watched.iter().map(|fd| fd.any().unwrap_or(false));
        Ok(Some(sources.into_iter().zip(fired).filter(|(_, fired)| *fired).map(|(source, _)| source).collect()))
    }

    /// Takes in what is ready: output (and the notices that precede it), then ends, then notices. False when a signal
    /// came.
    pub(super) fn take_in(&mut self, patience: Duration) -> Result<bool, KernelError> {
        let unclaimed = self.processes.unclaimed();
        let patience = if unclaimed.is_empty() { patience } else { patience.min(CLAIM) };
        let Some(mut ready) = self.await_any(patience)? else { return Ok(false) };
        ready.sort_by_key(|source| match source {
            Ready::Process(_, Part::Output(_)) => 0,
            Ready::Process(_, Part::End) => 1,
            Ready::Actor(_) => 2,
        });
        for source in ready {
            match source {
                Ready::Process(pid, Part::Output(index)) => self.take_ready_output(pid, index)?,
                Ready::Process(pid, Part::End) => self.conclude(pid)?,
                Ready::Actor(name) => self.take_notices(&name)?,
            }
        }
        for pid in unclaimed {
            self.conclude(pid)?;
        }
        Ok(true)
    }

    /// Takes in a descriptor that poll(2) found ready, at its end perhaps.
    fn take_ready_output(&mut self, pid: i32, index: usize) -> Result<(), KernelError> {
        let ended = self.processes.find(pid).is_some_and(|process| process.outputs[index].has_closed());
        self.take_outputs(pid, None)?;
        if ended {
            self.take_output(pid, index, usize::MAX);
        }
        Ok(())
    }

    /// Reports what a process has written, after the calls that wrote it: threads tell of a call before they make it,
    /// so what they have told is heard first, and only what was written before that is read. `teller` is the thread
    /// being heard, whose next notices must wait.
    fn take_outputs(&mut self, pid: i32, teller: Option<&str>) -> Result<(), KernelError> {
        let written = |process: &mut Process| process.outputs.each_ref().map(Output::written);
        let written = self.processes.find(pid).map(written).unwrap_or_default();
        for name in self.actors.speakers(pid) {
            if teller != Some(name.as_str()) {
                self.take_notices(&name)?;
            }
        }
        for (index, until) in written.into_iter().enumerate() {
            self.take_output(pid, index, until);
        }
        Ok(())
    }

    /// Reports what a process wrote on its descriptor 1 or 2, up to this position in it.
    fn take_output(&mut self, pid: i32, index: usize, until: usize) {
        let Some(process) = self.processes.find(pid) else { return };
        let fd = if index == 0 { libc::STDOUT_FILENO } else { libc::STDERR_FILENO };
        let pieces = process.outputs[index].read(until);
        let name = &process.name;
        self.queue.extend(pieces.into_iter().map(|bytes| (name.clone(), Report::Wrote { fd, bytes })));
    }

    /// Takes in every message of an actor that is there.
    fn take_notices(&mut self, name: &str) -> Result<(), KernelError> {
        while let Some((pid, (notice, side))) = self.actors.receive(name)? {
            self.hear((name, pid), notice, side)?;
        }
        Ok(())
    }

    fn hear(&mut self, (name, pid): (&str, i32), notice: Notice, side: Vec<OwnedFd>) -> Result<(), KernelError> {
        match notice {
            Notice::Report(report) => {
                if !matches!(report, Report::Entered { .. }) {
                    // What the statement wrote comes before its end.
                    self.take_outputs(pid, Some(name))?;
                }
                self.learned.learn(pid, &report);
                self.push(name, report);
            }
            Notice::Birth { name: child, process } => self.welcome((name, pid), (child, process), side)?,
            Notice::Exiting { code } => {
                if let Some(process) = self.processes.find(pid) {
                    process.exiting = Some(code);
                }
            }
            Notice::Reaped { pid: child, status } => {
                if let Some(process) = self.processes.find_alive(child) {
                    process.reaped = Some(status);
                    self.conclude(child)?;
                }
            }
            Notice::ThreadOver => {
                self.take_outputs(pid, Some(name))?;
                // While the others were heard, its channel may have been found closed.
                if self.actors.end_thread(name, pid) {
                    self.push(name, Report::Ended { outcome: Outcome::Exited(0) });
                }
            }
            Notice::Ready { .. } | Notice::Unfit { .. } => {}
        }
        Ok(())
    }

    /// Reports the end of a process, after all that it said and wrote.
    fn conclude(&mut self, pid: i32) -> Result<(), KernelError> {
        for name in self.actors.speakers(pid) {
            self.take_notices(&name)?;
        }
        self.take_output(pid, 0, usize::MAX);
        self.take_output(pid, 1, usize::MAX);
        let Some(process) = self.processes.find_alive(pid) else { return Ok(()) };
        let Some(outcome) = process.outcome() else { return Ok(()) };
        process.over = true;
        for name in self.actors.end_process(pid) {
            self.push(&name, Report::Ended { outcome: outcome.clone() });
        }
        self.processes.reap_orphans(pid);
        Ok(())
    }
}

/// Births.
impl ReportPump {
    /// An actor that socketlab started.
    pub(super) fn follow(&mut self, name: &str, launched: Launched) -> io::Result<Identity> {
        let Launched { child, channel, life, outputs, ready: Readiness { pid, tid, hidden } } = launched;
        let identity = Identity { pid, tid };
        let process = Process::new(name, (pid, pid), launch::pidfd(pid)?, outputs);
        self.processes.add(Process { child: Some(child), life: Some(life), hidden, ..process });
        self.actors.add(name, identity, channel);
        Ok(identity)
    }

    /// A process or thread that an actor made, ready for orders before anybody hears of it.
    fn welcome(
        &mut self,
        (parent, parent_pid): (&str, i32),
        (name, forked): (String, Option<i32>),
        side: Vec<OwnedFd>,
    ) -> Result<(), KernelError> {
        let Some(fd) = side.into_iter().next() else { return Ok(()) };
        self.end(&name);
        let mut channel = Channel::new(fd);
        let born = match forked {
            Some(pid) => self.adopt((parent_pid, pid), &name, &mut channel),
            None => await_readiness(&mut channel).map(|ready| self.adopt_thread(ready)),
        };
        let identity = match born {
            Ok(identity) => identity,
            // Dead before it was known: it has nothing to tell.
            Err(error) if dead(&error) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.actors.add(&name, identity, channel);
        self.push(parent, Report::Born { actor: name, identity });
        Ok(())
    }

    fn adopt_thread(&mut self, Readiness { pid, tid, hidden }: Readiness) -> Identity {
        if let Some(process) = self.processes.find(pid) {
            process.hidden = hidden;
        }
        Identity { pid, tid }
    }

    /// Gives a forked process pipes of its own for its descriptors 1 and 2, and follows it.
    fn adopt(&mut self, (parent, pid): (i32, i32), name: &str, channel: &mut Channel) -> io::Result<Identity> {
        let leader = self.processes.find(parent).map_or(parent, |process| process.leader);
        let pidfd = launch::pidfd(pid)?;
        let (out, their_out) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
        let (err, their_err) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
        no_waiting(&out)?;
        no_waiting(&err)?;
        channel.send(&Order::Adopt, &[their_out.as_raw_fd(), their_err.as_raw_fd()])?;
        drop((their_out, their_err));
        let Readiness { pid: told, tid, hidden } = await_readiness(channel)?;
        let process = Process::new(name, (pid, leader), pidfd, [Some(out), Some(err)]);
        self.processes.add(Process { hidden, ..process });
        Ok(Identity { pid: told, tid })
    }
}

/// Ends.
impl ReportPump {
    /// Ends one actor: the group of one that socketlab started, one forked process, or one thread.
    pub(super) fn end(&mut self, name: &str) {
        let Some(identity) = self.actors.last(name) else { return };
        let gone = if identity.pid == identity.tid {
            let pids = self.processes.end(identity.pid);
            self.actors.names_in(&pids)
        } else {
            // Its channel gone, it ends when its call does.
            interrupt(identity).ok();
            vec![name.to_owned()]
        };
        self.actors.forget(&gone);
        self.queue.retain(|(name, _)| !gone.contains(name));
    }

    pub(super) fn end_all(&mut self) {
        leave(&self.actors, self.processes.iter());
        self.processes.end_all();
        self.actors.forget_all();
        self.queue.clear();
    }
}

fn dead(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ESRCH) || error.kind() == io::ErrorKind::BrokenPipe
}
