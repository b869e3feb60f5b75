//! The first moments of an actor, after exec: nothing inherited but its channel, signals as a shell gives them,
//! and a bond by which it dies with socketlab.

use std::ffi::OsString;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, getpgrp, getppid};

use crate::live::actor_state::ActorState;
use crate::live::control_channel::{Channel, Notice};
use crate::live::descriptor;
use crate::live::interpreter::{Interpreter, die};
use crate::live::signal::interruption;

/// What an actor is told on its command line, after `__acteur`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Instructions {
    pub channel: RawFd,
    pub life: RawFd,
    /// socketlab's pid.
    pub parent: i32,
    pub name: String,
    /// Numbers of the capabilities to do without.
    pub without: Vec<u8>,
}

impl Instructions {
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![self.channel.to_string(), self.life.to_string(), self.parent.to_string()];
        arguments.push(self.name.clone());
        arguments.extend(self.without.iter().map(u8::to_string));
        arguments
    }

    /// From the arguments that follow `__acteur`; `None` when they are not ours.
    pub(super) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Option<Instructions> {
        let mut next = || arguments.next().and_then(|argument| argument.into_string().ok());
        let channel = next()?.parse().ok()?;
        let life = next()?.parse().ok()?;
        let parent = next()?.parse().ok()?;
        let name = next()?;
        let mut without = Vec::new();
        while let Some(number) = next() {
            without.push(number.parse().ok()?);
        }
        Some(Instructions { channel, life, parent, name, without })
    }
}

/// Sets the process up, and says whether it is ready.
///
/// # Errors
/// What the system refused; socketlab is told so.
pub(super) fn start(instructions: Instructions) -> io::Result<Interpreter> {
    let channel = adopt(instructions.channel)?;
    adopt_life(instructions.life)?;
    descriptor::close_others(&[instructions.channel, instructions.life]);
    let channel = Channel::new(channel);
    match set_up(&instructions) {
        Ok(state) => {
            let interpreter = Interpreter::new(state, instructions.name, channel);
            interpreter.ready();
            Ok(interpreter)
        }
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(libc::EINVAL);
            channel.send(&Notice::Unfit { errno }, &[])?;
            Err(error)
        }
    }
}

fn set_up(instructions: &Instructions) -> io::Result<ActorState> {
    default_signals();
    crate::live::privilege::renounce(&instructions.without)?;
    die_with(Pid::from_raw(instructions.parent))?;
    bind_group_to(instructions.life)?;
    allow_interruption()?;
    name_thread(&instructions.name);
    let mut state = ActorState::new(vec![instructions.channel, instructions.life])?;
    state.life = instructions.life;
    state.outputs = [descriptor::inode(1), descriptor::inode(2)];
    Ok(state)
}

#[allow(unsafe_code, reason = "a number received as an argument")]
fn adopt(number: RawFd) -> io::Result<OwnedFd> {
    descriptor::close_on_exec(number)?;
    // SAFETY: the number is open, socketlab placed it there for us, and nothing else here owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// The life pipe stays open, by its number, for as long as any process of the group lives.
fn adopt_life(number: RawFd) -> io::Result<()> {
    descriptor::close_on_exec(number)
}

/// Every signal as a shell gives it: Rust ignores SIGPIPE and handles SIGSEGV, and what is ignored crosses exec.
#[allow(unsafe_code, reason = "below the C library, which keeps two signals for itself and refuses them")]
fn default_signals() {
    /// `sizeof (sigset_t)` of the kernel, which has 64 signals.
    const SET: usize = 8;
    /// Zero bytes are SIG_DFL, no flags, no restorer, an empty mask, whatever the order of the fields.
    const DEFAULT: [u64; 4] = [0; 4];
    let nothing: *mut u64 = std::ptr::null_mut();
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: SIG_DFL runs no code of ours, and the structure is as long as the kernel's; SIGKILL and SIGSTOP
        // are refused without harm. No thread exists yet that would need the C library's own signals.
        unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, DEFAULT.as_ptr(), nothing, SET) };
    }
    let empty = nix::sys::signal::SigSet::empty();
    empty.thread_set_mask().ok();
}

/// Dies when the thread of socketlab that made us does.
fn die_with(parent: Pid) -> io::Result<()> {
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL)?;
    // It may have died before: then nobody would tell.
    if getppid() != parent {
        die();
    }
    Ok(())
}

/// Makes the kernel kill the whole group, forked children included, when the other end of the life pipe closes:
/// only socketlab holds it, so that happens however socketlab ends (fcntl(2), F_SETSIG).
#[allow(unsafe_code, reason = "F_SETOWN and F_SETSIG have no wrapper")]
fn bind_group_to(life: RawFd) -> io::Result<()> {
    let group = -getpgrp().as_raw();
    let asks = [(libc::F_SETOWN, group), (F_SETSIG, libc::SIGKILL), (libc::F_SETFL, libc::O_ASYNC)];
    for (command, argument) in asks {
        // SAFETY: these commands take an int and touch no memory.
        if unsafe { libc::fcntl(life, command, argument) } == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    if hung_up(life)? {
        die();
    }
    Ok(())
}

/// `asm-generic/fcntl.h`; the libc crate lacks it for this target.
const F_SETSIG: i32 = 10;

#[allow(unsafe_code, reason = "the pipe is known by its number only")]
fn hung_up(life: RawFd) -> io::Result<bool> {
    // SAFETY: the life pipe is open until the process ends.
    let life = unsafe { std::os::fd::BorrowedFd::borrow_raw(life) };
    let mut watched = [PollFd::new(life, PollFlags::POLLIN)];
    Ok(poll(&mut watched, PollTimeout::ZERO)? > 0)
}

extern "C" fn do_nothing(_: i32) {}

/// A handler without SA_RESTART: the call under way returns EINTR (signal(7)).
#[allow(unsafe_code, reason = "a real-time signal, which nix refuses")]
fn allow_interruption() -> io::Result<()> {
    // SAFETY: an all-zero sigaction is a valid one: SIG_DFL, no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = do_nothing as *const () as usize;
    // SAFETY: the handler does nothing, which is safe in any context.
    let done = unsafe { libc::sigaction(interruption(), &raw const action, std::ptr::null_mut()) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The name that `ps` and `ss` show, cut at 15 bytes.
pub(super) fn name_thread(name: &str) {
    if let Ok(name) = std::ffi::CString::new(name) {
        nix::sys::prctl::set_name(&name).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::Instructions;
    use std::ffi::OsString;

    #[test]
    fn instructions_cross_the_command_line() {
        let given =
            Instructions { channel: 63, life: 62, parent: 41, name: "serveur".to_owned(), without: vec![10, 13] };
        let arguments = given.arguments().into_iter().map(OsString::from);
        assert_eq!(Instructions::parse(arguments), Some(given));
    }

    #[test]
    fn a_person_who_types_it_is_refused() {
        for typed in [vec![], vec!["63"], vec!["x", "1", "2", "a"]] {
            assert_eq!(Instructions::parse(typed.into_iter().map(OsString::from)), None);
        }
    }
}
