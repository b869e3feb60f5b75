//! The kernel as lessons meet it: actors that are real processes, followed through poll(2).

use std::io;
use std::time::{Duration, Instant};

use crate::live::control_channel::Order;
use crate::live::kernel::{Birth, Identity, Kernel, KernelError, Report};
use crate::live::launch::{self, ActorProgram};
use crate::live::process::{adopt_orphans, learn_of_ends};
use crate::live::report_pump::ReportPump;
use crate::live::signal;
use crate::live::watch::Watch;
use crate::state::{Activity, Cause, View};
use crate::syscall::ast::{Expr, Statement};
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;

/// Actors that are real processes. It must live in the thread that spawns them: they die with that thread.
pub struct LiveKernel {
    program: ActorProgram,
    watch: Box<dyn Watch>,
    pump: ReportPump,
}

impl std::fmt::Debug for LiveKernel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LiveKernel").field("pump", &self.pump).finish_non_exhaustive()
    }
}

impl LiveKernel {
    /// A kernel without actors yet.
    ///
    /// # Errors
    /// Those of prctl(2) and sigaction(2): orphans of the actors become children of this process, and are waited for.
    pub fn new(program: ActorProgram, watch: Box<dyn Watch>) -> io::Result<LiveKernel> {
        adopt_orphans()?;
        learn_of_ends()?;
        Ok(LiveKernel { program, watch, pump: ReportPump::default() })
    }

    /// Includes the sockets of this port in every view. Those that actors bind or connect to are added by themselves.
    pub fn watch_port(&mut self, port: u16) {
        self.pump.learned.add_port(port);
    }
}

impl Kernel for LiveKernel {
    fn spawn(&mut self, actor: &str, birth: &Birth) -> Result<Identity, KernelError> {
        // The lesson goes on: its peers see this end as that of any killed process.
        self.pump.end(actor);
        let launched = launch::launch(&self.program, actor, birth)?;
        Ok(self.pump.follow(actor, launched)?)
    }

    fn run(&mut self, actor: &str, statement: &Statement, births: Option<&str>) -> Result<(), KernelError> {
        let births = births.map(str::to_owned);
        self.pump.actors.order(actor, &Order::Run { statement: statement.clone(), births })
    }

    fn inspect(&mut self, actor: &str, expression: &Expr) -> Result<(), KernelError> {
        self.pump.actors.order(actor, &Order::Inspect { expression: expression.clone() })
    }

    fn report(&mut self, patience: Duration) -> Result<Option<(String, Report)>, KernelError> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(next) = self.pump.next() {
                return Ok(Some(next));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let undisturbed = self.pump.take_in(left)?;
            if self.pump.is_empty() && (!undisturbed || Instant::now() >= deadline) {
                return Ok(None);
            }
        }
    }

    fn activity(&mut self, actor: &str) -> Option<Activity> {
        let Identity { pid, tid } = self.pump.actors.last(actor)?;
        self.pump.processes.find(pid).filter(|process| process.is_known())?;
        self.watch.activity(pid, tid)
    }

    fn view(&mut self) -> Result<View, KernelError> {
        let watched = self.pump.processes.watched();
        let mut view = self.watch.view(&watched, &self.pump.learned.ports()).map_err(KernelError::Observation)?;
        let hides = |pid: Option<i32>, fd: Option<i32>| {
            watched.iter().any(|process| Some(process.pid) == pid && fd.is_some_and(|fd| process.hidden.contains(&fd)))
        };
        view.rows.retain(|row| !hides(row.pid, row.fd));
        Ok(view)
    }

    fn cause(&mut self, call: &Call, errno: Errno) -> Option<Cause> {
        self.watch.cause(self.pump.learned.failed_in(call)?, call, errno)
    }

    fn interrupt(&mut self, actor: &str) -> Result<(), KernelError> {
        let target = self.pump.actors.identity(actor)?;
        signal::interrupt(target).map_err(|error| match error.raw_os_error() {
            Some(libc::ESRCH) => KernelError::NoSuchActor(actor.to_owned()),
            _ => KernelError::Process(error),
        })
    }

    fn end_all(&mut self) {
        self.pump.end_all();
    }
}

impl Drop for LiveKernel {
    fn drop(&mut self) {
        self.end_all();
    }
}
