//! What the player asks of the kernel, as a trait: actors that are real processes, or a script in tests.

use std::io;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::state::{Activity, Cause, Privilege, View};
use crate::syscall::ast::{Expr, Statement};
use crate::syscall::call::{Call, Outcome};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// A live actor: its process and, for a thread, its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub pid: i32,
    pub tid: i32,
}

/// How an actor is born.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Birth {
    pub without: Vec<Privilege>,
}

/// What an actor reports, in the order it happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// It is about to make this call.
    Entered { call: Call },
    /// The statement is over. `call` has its out-parameters filled; absent where the statement calls nothing
    /// (its outcome is then the assigned value, or `Nothing`).
    Finished { call: Option<Call>, outcome: Outcome, duration_us: u64 },
    /// fork or pthread_create made this actor, which awaits statements of its own under the name asked for.
    Born { actor: String, identity: Identity },
    /// It wrote on its descriptor 1 or 2.
    Wrote { fd: i32, bytes: Vec<u8> },
    /// Its process is over: `Killed` or `Exited`.
    Ended { outcome: Outcome },
    /// The bytes of an expression, for `inspect`.
    Memory { ctype: String, bytes: Vec<u8>, fields: Vec<(String, usize, usize)> },
    /// The statement cannot be evaluated: the lesson is at fault, not the kernel.
    Refused { reason: Refusal },
}

/// Why an actor refuses a statement. Facts; the words are in `text`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    UnknownVariable(String),
    AlreadyDeclared(String),
    UnknownField(String),
    NotAnObject,
    NotAPointer,
    OutOfBounds,
    /// A call of this function with values that the vocabulary does not allow.
    BadArgument {
        function: Name,
        index: usize,
    },
    OutOfMemory,
    NotSupported(String),
}

/// Our own trouble, as opposed to the outcome of a call.
#[derive(Debug)]
pub enum KernelError {
    /// No actor of that name is alive.
    NoSuchActor(String),
    /// A process could not be started or spoken to.
    Process(io::Error),
    /// The kernel's tables could not be read.
    Observation(io::Error),
}

impl From<io::Error> for KernelError {
    fn from(error: io::Error) -> Self {
        KernelError::Process(error)
    }
}

/// The live kernel, as the player sees it. No method blocks longer than the patience it is given.
pub trait Kernel {
    /// Starts an actor: a process of its own.
    ///
    /// # Errors
    /// When no process can be started.
    fn spawn(&mut self, actor: &str, birth: &Birth) -> Result<Identity, KernelError>;

    /// Hands a statement to an idle actor. `births` names the actor that a fork or pthread_create makes.
    ///
    /// # Errors
    /// When the actor is not alive.
    fn run(&mut self, actor: &str, statement: &Statement, births: Option<&str>) -> Result<(), KernelError>;

    /// Asks an idle actor for the bytes of an expression: a `Memory` report follows.
    ///
    /// # Errors
    /// When the actor is not alive.
    fn inspect(&mut self, actor: &str, expression: &Expr) -> Result<(), KernelError>;

    /// The next report of any actor, waiting at most `patience`.
    ///
    /// # Errors
    /// When the channel is broken for another reason than the actor's end.
    fn report(&mut self, patience: Duration) -> Result<Option<(String, Report)>, KernelError>;

    /// What the actor is doing; `None` once it is gone.
    fn activity(&mut self, actor: &str) -> Option<Activity>;

    /// The descriptors and sockets of the actors, and what concerns their ports.
    ///
    /// # Errors
    /// When neither sock_diag nor /proc can be read.
    fn view(&mut self) -> Result<View, KernelError>;

    /// What this machine says of the cause of a failed call, where it can.
    fn cause(&mut self, call: &Call, errno: Errno) -> Option<Cause>;

    /// Interrupts the call in which the actor sleeps, by a signal with a handler: it returns EINTR.
    ///
    /// # Errors
    /// When the actor is not alive.
    fn interrupt(&mut self, actor: &str) -> Result<(), KernelError>;

    /// The clock by which the player's patience is measured: the machine's, except in a script.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Ends them all.
    fn end_all(&mut self);
}
