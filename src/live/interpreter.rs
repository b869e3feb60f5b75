//! One thread of an actor: it evaluates statements, makes their calls, and reports.

use std::os::fd::RawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::live::actor_state::{ActorState, FIRST_SCOPE, Place, integer_bytes, integer_of};
use crate::live::arithmetic::{Datum, convert};
use crate::live::control_channel::{Channel, Notice};
use crate::live::kernel::{Refusal, Report};
use crate::live::memory::FIRST_PAGE;
use crate::syscall::call::{Call, Outcome};
use crate::syscall::ctype::CType;

/// Exit code of an actor that socketlab left behind.
pub(super) const ORPHANED: i32 = 70;

#[derive(Debug)]
pub(super) struct Interpreter {
    pub state: Arc<Mutex<ActorState>>,
    pub scope: usize,
    pub name: String,
    pub channel: Channel,
    /// `errno` as this thread of the lesson's program sees it.
    pub errno: i32,
    /// The call to report as entered, just before it is made.
    pub pending: Option<Call>,
    /// The statement's call once it is over.
    pub completed: Option<(Call, Outcome)>,
    /// How long the last libc call took.
    pub duration: Duration,
    /// The name of the process or thread that the statement makes.
    pub births: Option<String>,
    /// In a child that fork has just made: the end of the statement is the parent's to report.
    pub silent: bool,
    /// Set by pthread_exit: the value for pthread_join.
    pub over: Option<usize>,
    /// Whether this is the process's first thread.
    pub main: bool,
}

impl Interpreter {
    pub(super) fn new(state: ActorState, name: String, channel: Channel) -> Interpreter {
        Interpreter::of_thread(Arc::new(Mutex::new(state)), (FIRST_SCOPE, true), name, channel)
    }

    pub(super) fn of_thread(
        state: Arc<Mutex<ActorState>>,
        (scope, main): (usize, bool),
        name: String,
        channel: Channel,
    ) -> Interpreter {
        Interpreter {
            state,
            scope,
            name,
            channel,
            errno: 0,
            pending: None,
            completed: None,
            duration: Duration::ZERO,
            births: None,
            silent: false,
            over: None,
            main,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, ActorState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells socketlab, or ends with it. A thread may have been dropped alone: its next order never comes.
    pub(super) fn say(&self, word: &Notice, descriptors: &[RawFd]) {
        if self.channel.send(word, descriptors).is_err() && self.main {
            die();
        }
    }

    pub(super) fn report(&self, report: Report) {
        self.say(&Notice::Report(report), &[]);
    }

    /// Reports the outer call as entered, once.
    pub(super) fn announce(&mut self) {
        if let Some(call) = self.pending.take() {
            self.report(Report::Entered { call });
        }
    }

    /// Makes a libc call as the lesson's program would: announced, with its own errno, timed.
    pub(super) fn timed<T>(&mut self, call: impl FnOnce() -> T) -> T {
        self.announce();
        set_errno(self.errno);
        let start = Instant::now();
        let result = call();
        self.errno = last_errno();
        self.duration = start.elapsed();
        result
    }

    /// The value of an object: arrays give the address of their first item, structures their own.
    pub(super) fn load(&self, place: &Place) -> Result<Datum, Refusal> {
        match &place.ctype {
            CType::Void => Err(Refusal::NotAnObject),
            CType::Integer(integer) => {
                let bytes = self.state().memory.read(place.address, integer.size())?;
                Ok(Datum::integer(*integer, integer_of(*integer, &bytes)))
            }
            CType::Pointer(_) => {
                let bytes = self.state().memory.read(place.address, size_of::<usize>())?;
                let bits = bytes.try_into().map_or(0, i64::from_ne_bytes);
                Ok(Datum { ctype: place.ctype.clone(), bits })
            }
            CType::Array(item, _) => Ok(Datum::pointer((**item).clone(), place.address)),
            CType::Record(_) => Ok(Datum { ctype: place.ctype.clone(), bits: address_bits(place.address) }),
        }
    }

    /// Gives an object a value, converted to its type.
    pub(super) fn store(&self, place: &Place, value: &Datum) -> Result<Datum, Refusal> {
        let value = convert(value, &place.ctype)?;
        let state = self.state();
        let memory = &state.memory;
        match &place.ctype {
            CType::Integer(integer) => memory.write(place.address, &integer_bytes(*integer, value.bits))?,
            CType::Pointer(_) => memory.write(place.address, &value.bits.to_ne_bytes())?,
            CType::Record(record) => {
                let bytes = memory.read(value.address(), record.size())?;
                memory.write(place.address, &bytes)?;
            }
            CType::Void | CType::Array(..) => return Err(Refusal::NotAnObject),
        }
        Ok(value)
    }

    /// A descriptor argument. Those of socketlab do not exist for the lesson: EBADF, as in its own program.
    pub(super) fn descriptor(&self, argument: &Datum) -> i32 {
        let fd = argument.as_int();
        if self.state().hidden.contains(&fd) { -1 } else { fd }
    }

    /// A buffer that a call reads or writes. NULL and tiny constants go as they are: the kernel answers EFAULT.
    pub(super) fn buffer(&self, pointer: &Datum, length: usize) -> Result<usize, Refusal> {
        let address = pointer.address();
        if address >= FIRST_PAGE {
            self.state().memory.check(address, length)?;
        }
        Ok(address)
    }

    /// Memory that the C library itself reads or writes: NULL would be its end, so it is refused.
    pub(super) fn own(&self, pointer: &Datum, length: usize) -> Result<usize, Refusal> {
        let address = pointer.address();
        self.state().memory.check(address, length.max(1))?;
        Ok(address)
    }

    pub(super) fn string(&self, pointer: &Datum) -> Result<Vec<u8>, Refusal> {
        self.state().memory.string(pointer.address())
    }
}

pub(super) fn address_bits(address: usize) -> i64 {
    (address as u64).cast_signed()
}

#[allow(unsafe_code, reason = "errno is a C variable")]
pub(super) fn last_errno() -> i32 {
    // SAFETY: __errno_location(3) gives the address of this thread's errno, valid for as long as it lives.
    unsafe { *libc::__errno_location() }
}

#[allow(unsafe_code, reason = "errno is a C variable")]
pub(super) fn set_errno(number: i32) {
    // SAFETY: as above; only this thread uses it.
    unsafe { *libc::__errno_location() = number };
}

/// Ends the process at once: socketlab is gone, and nothing here is worth flushing.
#[allow(unsafe_code, reason = "_exit runs no destructor")]
pub(super) fn die() -> ! {
    // SAFETY: _exit(2) has no precondition.
    unsafe { libc::_exit(ORPHANED) }
}
