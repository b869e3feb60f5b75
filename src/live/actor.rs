//! The actor's side: the entry of the re-executed binary, and its loop of orders.

use std::env;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::live::control_channel::{Channel, Notice, Order};
use crate::live::descriptor;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::{Refusal, Report};
use crate::live::start::{self, Instructions, name_thread};

/// The hidden first argument by which socketlab re-executes itself.
pub const ARGUMENT: &str = "__acteur";

/// Exit code of a process that was not started by socketlab.
const USAGE: i32 = 2;

/// Serves socketlab until it is gone, then ends the process. To be called before any thread exists and before
/// arguments are read, when the first one is [`ARGUMENT`].
pub fn serve() -> ! {
    let Some(instructions) = Instructions::parse(env::args_os().skip(2)) else { std::process::exit(USAGE) };
    if let Ok(mut interpreter) = start::start(instructions) {
        interpreter.serve();
        if interpreter.over.is_some() {
            leave_main_thread();
        }
    }
    crate::live::interpreter::die()
}

/// What pthread_exit does in a first thread: the process lives on with the others.
#[allow(unsafe_code, reason = "ends this thread alone, below the C library")]
fn leave_main_thread() -> ! {
    loop {
        // SAFETY: exit(2) ends the calling thread only; nothing of it is used afterwards.
        unsafe { libc::syscall(libc::SYS_exit, 0) };
    }
}

impl Interpreter {
    /// Obeys orders until the channel ends or the thread does.
    pub(super) fn serve(&mut self) {
        while self.over.is_none() {
            match self.channel.receive::<Order>() {
                Ok(Some((order, side))) => self.obey(order, side),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    // The reader of messages goes 128 levels deep: some forty operators, one inside the other.
                    let reason = Refusal::NotSupported("expression".to_owned());
                    self.report(Report::Refused { reason });
                }
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn obey(&mut self, order: Order, side: Vec<OwnedFd>) {
        match order {
            Order::Run { statement, births } => {
                self.births = births;
                self.run(&statement);
            }
            Order::Inspect { expression } => self.inspect(&expression),
            Order::Adopt => {
                self.adopt_outputs(side);
                self.ready();
            }
            Order::Leave => self.leave(),
        }
    }

    /// Makes every socket of this process end by a reset, then hangs up, which is the answer and ends the process.
    /// The option belongs to the socket rather than to its number: a process that shares it and does not answer
    /// resets it all the same.
    fn leave(&self) {
        descriptor::reset_when_closed();
        nix::sys::socket::shutdown(self.channel.fd(), nix::sys::socket::Shutdown::Both).ok();
    }

    pub(super) fn ready(&self) {
        let hidden = self.state().hidden.clone();
        let tid = nix::unistd::gettid().as_raw();
        let pid = nix::unistd::getpid().as_raw();
        self.say(&Notice::Ready { pid, tid, hidden }, &[]);
    }

    /// Gives a forked child its own pipes where its descriptors 1 and 2 still are its parent's: what it writes is
    /// then known to be its own.
    fn adopt_outputs(&mut self, pipes: Vec<OwnedFd>) {
        for (index, (pipe, number)) in pipes.into_iter().zip([1, 2]).enumerate() {
            let original = self.state().outputs[index];
            if descriptor::inode(number) == original {
                replace_output(&pipe, number);
                self.state().outputs[index] = descriptor::inode(number);
            }
        }
    }

    /// In the child that fork has just made: a channel of its own, and none of the parent's.
    pub(super) fn become_child(&mut self, channel: OwnedFd) -> io::Result<()> {
        let own = self.channel.fd();
        let life = self.state().life;
        let hidden = std::mem::take(&mut self.state().hidden);
        for foreign in hidden.into_iter().filter(|fd| *fd != own && *fd != life) {
            descriptor::close(foreign);
        }
        // The parent's end closes first, so that its number is free again.
        self.channel = Channel::new(channel);
        self.raise_channel()?;
        let channel = self.channel.fd();
        let mut state = self.state();
        state.hidden = vec![channel, life];
        state.threads.clear();
        drop(state);
        self.name = self.births.take().unwrap_or_else(|| self.name.clone());
        self.main = true;
        self.silent = true;
        self.pending = None;
        name_thread(&self.name);
        Ok(())
    }

    fn raise_channel(&mut self) -> io::Result<()> {
        let low = self.channel.duplicate()?;
        self.channel = Channel::new(descriptor::raise(low)?);
        Ok(())
    }
}

#[allow(unsafe_code, reason = "descriptors 1 and 2 have no owner to borrow")]
fn replace_output(pipe: &OwnedFd, number: i32) {
    // SAFETY: dup2(2) touches no memory; the standard streams of an actor belong to the lesson.
    unsafe { libc::dup2(pipe.as_raw_fd(), number) };
}
