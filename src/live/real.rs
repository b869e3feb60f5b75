//! The kernel as lessons meet it: actors that are real processes, followed through poll(2).

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use nix::errno::Errno as SystemErrno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::live::family::{CLAIM, Part, Process, adopt_orphans, learn_of_ends};
use crate::live::kernel::{Birth, Identity, Kernel, KernelError, Report};
use crate::live::launch::{self, ActorProgram};
use crate::live::start::interruption;
use crate::live::watch::Watch;
use crate::live::wire::{Channel, Order};
use crate::observe::Watched;
use crate::state::{Activity, Cause, View};
use crate::syscall::ast::{Expr, Statement};
use crate::syscall::call::{Call, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// One thread of a process, under the name that the lesson gives it.
#[derive(Debug)]
pub(super) struct Actor {
    pub name: String,
    pub pid: i32,
    pub tid: i32,
    /// `None` once it has no more to say.
    pub channel: Option<Channel>,
    /// Its end was reported.
    pub over: bool,
}

/// Actors that are real processes. It must live in the thread that spawns them: they die with that thread.
pub struct LiveKernel {
    program: ActorProgram,
    watch: Box<dyn Watch>,
    pub(super) actors: Vec<Actor>,
    pub(super) processes: Vec<Process>,
    pub(super) queue: VecDeque<(String, Report)>,
    ports: BTreeSet<u16>,
    /// The last call that failed, and where.
    failure: Option<(i32, Call)>,
}

impl std::fmt::Debug for LiveKernel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LiveKernel").field("actors", &self.actors).finish_non_exhaustive()
    }
}

/// What poll(2) found ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    Actor(String),
    Process(i32, Part),
}

impl LiveKernel {
    /// A kernel without actors yet.
    ///
    /// # Errors
    /// Those of prctl(2) and sigaction(2): orphans of the actors become children of this process, and are waited for.
    pub fn new(program: ActorProgram, watch: Box<dyn Watch>) -> io::Result<LiveKernel> {
        adopt_orphans()?;
        learn_of_ends()?;
        Ok(LiveKernel {
            program,
            watch,
            actors: Vec::new(),
            processes: Vec::new(),
            queue: VecDeque::new(),
            ports: BTreeSet::new(),
            failure: None,
        })
    }

    /// Includes the sockets of this port in every view. Those that actors bind or connect to are added by themselves.
    pub fn watch_port(&mut self, port: u16) {
        self.ports.insert(port);
    }

    pub(super) fn actor(&self, name: &str) -> Result<&Actor, KernelError> {
        let alive = self.actors.iter().find(|actor| actor.name == name && actor.channel.is_some());
        alive.ok_or_else(|| KernelError::NoSuchActor(name.to_owned()))
    }

    pub(super) fn process(&mut self, pid: i32) -> Option<&mut Process> {
        // A pid may have been used again since: the last one is meant.
        self.processes.iter_mut().rev().find(|process| process.pid == pid)
    }

    fn order(&self, name: &str, order: &Order) -> Result<(), KernelError> {
        let actor = self.actor(name)?;
        let channel = actor.channel.as_ref().ok_or_else(|| KernelError::NoSuchActor(name.to_owned()))?;
        channel.send(order, &[]).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => KernelError::NoSuchActor(name.to_owned()),
            _ => KernelError::Process(error),
        })
    }

    /// Waits for something to happen, at most so long; `None` when a signal came.
    fn await_any(&self, patience: Duration) -> Result<Option<Vec<Ready>>, KernelError> {
        let channels = self.actors.iter().filter_map(|actor| Some((actor, actor.channel.as_ref()?)));
        let channels = channels.map(|(actor, channel)| (Ready::Actor(actor.name.clone()), channel.as_fd()));
        let parts = self
            .processes
            .iter()
            .flat_map(|process| process.descriptors().map(|(part, fd)| (Ready::Process(process.pid, part), fd)));
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

    /// Takes in what is ready: output (and the words that precede it), then ends, then words. False when a signal
    /// came.
    fn take_in(&mut self, patience: Duration) -> Result<bool, KernelError> {
        let unclaimed: Vec<i32> =
            self.processes.iter().filter(|one| one.unclaimed.is_some() && !one.over).map(|one| one.pid).collect();
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
                Ready::Actor(name) => self.take_words(&name)?,
            }
        }
        for pid in unclaimed {
            self.conclude(pid)?;
        }
        Ok(true)
    }

    /// Notes what a finished call teaches: its ports, its failure.
    pub(super) fn learn(&mut self, pid: i32, report: &Report) {
        let Report::Finished { call: Some(call), outcome, .. } = report else { return };
        if matches!(call.name, Name::Bind | Name::Connect | Name::Getsockname | Name::Sendto) {
            let ports = call.arguments.iter().filter_map(|argument| match argument {
                Value::Address(address) => address.port().filter(|port| *port != 0),
                _ => None,
            });
            self.ports.extend(ports);
        }
        if outcome.errno().is_some() {
            self.failure = Some((pid, call.clone()));
        }
    }

    fn watched(&self) -> Vec<Watched> {
        let alive = self.processes.iter().filter(|process| !process.over);
        alive
            .map(|process| Watched { actor: process.name.clone(), pid: process.pid, hidden: process.hidden.clone() })
            .collect()
    }
}

impl Kernel for LiveKernel {
    fn spawn(&mut self, actor: &str, birth: &Birth) -> Result<Identity, KernelError> {
        // The lesson goes on: its peers see this end as that of any killed process.
        self.end_actor(actor);
        let launched = launch::launch(&self.program, actor, birth)?;
        let ready = launched.ready;
        let process = Process {
            pid: ready.pid,
            name: actor.to_owned(),
            leader: ready.pid,
            pidfd: launch::pidfd(ready.pid)?,
            child: Some(launched.child),
            outputs: launched.outputs,
            taken: [0; 2],
            life: Some(launched.life),
            hidden: ready.hidden,
            exiting: None,
            reaped: None,
            unclaimed: None,
            over: false,
        };
        self.processes.push(process);
        let identity = Identity { pid: ready.pid, tid: ready.tid };
        self.actors.push(Actor {
            name: actor.to_owned(),
            pid: identity.pid,
            tid: identity.tid,
            channel: Some(launched.channel),
            over: false,
        });
        Ok(identity)
    }

    fn run(&mut self, actor: &str, statement: &Statement, births: Option<&str>) -> Result<(), KernelError> {
        let births = births.map(str::to_owned);
        self.order(actor, &Order::Run { statement: statement.clone(), births })
    }

    fn inspect(&mut self, actor: &str, expression: &Expr) -> Result<(), KernelError> {
        self.order(actor, &Order::Inspect { expression: expression.clone() })
    }

    fn report(&mut self, patience: Duration) -> Result<Option<(String, Report)>, KernelError> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(next) = self.queue.pop_front() {
                return Ok(Some(next));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let undisturbed = self.take_in(left)?;
            if self.queue.is_empty() && (!undisturbed || Instant::now() >= deadline) {
                return Ok(None);
            }
        }
    }

    fn activity(&mut self, actor: &str) -> Option<Activity> {
        let known = self.actors.iter().rev().find(|known| known.name == actor)?;
        let (pid, tid) = (known.pid, known.tid);
        if !self.process(pid)?.is_known() {
            return None;
        }
        self.watch.activity(pid, tid)
    }

    fn view(&mut self) -> Result<View, KernelError> {
        let watched = self.watched();
        let ports: Vec<u16> = self.ports.iter().copied().collect();
        let mut view = self.watch.view(&watched, &ports).map_err(KernelError::Observation)?;
        let hides = |pid: Option<i32>, fd: Option<i32>| {
            watched.iter().any(|process| Some(process.pid) == pid && fd.is_some_and(|fd| process.hidden.contains(&fd)))
        };
        view.rows.retain(|row| !hides(row.pid, row.fd));
        Ok(view)
    }

    fn cause(&mut self, call: &Call, errno: Errno) -> Option<Cause> {
        let pid = self.failure.as_ref().filter(|(_, failed)| failed == call).map(|(pid, _)| *pid)?;
        self.watch.cause(pid, call, errno)
    }

    fn interrupt(&mut self, actor: &str) -> Result<(), KernelError> {
        let target = self.actor(actor)?;
        signal_thread(target.pid, target.tid).map_err(|error| match error.raw_os_error() {
            Some(libc::ESRCH) => KernelError::NoSuchActor(actor.to_owned()),
            _ => KernelError::Process(error),
        })
    }

    fn end(&mut self, actor: &str) {
        self.leave_group(actor);
        self.end_actor(actor);
    }

    fn end_all(&mut self) {
        self.end_every_process();
    }
}

impl Drop for LiveKernel {
    fn drop(&mut self) {
        self.end_all();
    }
}

/// Interrupts the call in which this thread sleeps.
#[allow(unsafe_code, reason = "a real-time signal to one thread, which nix refuses")]
pub(super) fn signal_thread(pid: i32, tid: i32) -> io::Result<()> {
    // SAFETY: tgkill(2) takes three numbers; the pid is ours to reap, so it names no other process.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, pid, tid, interruption()) };
    if sent == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
