//! The birth of an actor's process: socketlab re-executed, with nothing inherited but what it needs.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::live::actor::ARGUMENT;
use crate::live::control_channel::{self, Arrival, Channel, Notice};
use crate::live::descriptor;
use crate::live::kernel::Birth;
use crate::live::privilege;
use crate::live::start::Instructions;

/// How long a process may take to be ready: only a machine in distress needs more than milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program that actors re-execute: socketlab itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorProgram {
    path: PathBuf,
}

impl ActorProgram {
    /// The running program.
    ///
    /// # Errors
    /// When its path is not known (no /proc).
    pub fn this() -> io::Result<ActorProgram> {
        let path = std::env::current_exe()?;
        // The file was replaced since: /proc still leads to the program that runs.
        let gone = path.as_os_str().to_string_lossy().ends_with(" (deleted)") || !path.exists();
        Ok(ActorProgram { path: if gone { PathBuf::from("/proc/self/exe") } else { path } })
    }

    /// Another program that calls [`crate::live::actor::serve`]: tests run from a binary of their own.
    #[cfg(feature = "inside")]
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> ActorProgram {
        ActorProgram { path: path.into() }
    }
}

/// A process that is ready for its first order.
#[derive(Debug)]
pub(super) struct Launched {
    pub child: Child,
    pub channel: Channel,
    /// The end of the life pipe that keeps the actor alive.
    pub life: OwnedFd,
    pub outputs: [Option<OwnedFd>; 2],
    pub ready: Readiness,
}

/// What a new process or thread says of itself.
#[derive(Debug)]
pub(super) struct Readiness {
    pub pid: i32,
    pub tid: i32,
    pub hidden: Vec<RawFd>,
}

/// Starts a process and waits until it is ready.
///
/// # Errors
/// When it cannot be started or set up.
pub(super) fn launch(program: &ActorProgram, name: &str, birth: &Birth) -> io::Result<Launched> {
    let (ours, theirs) = control_channel::pair()?;
    let (their_life, life) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
    let [channel, low] = highest([theirs.as_raw_fd(), their_life.as_raw_fd()])?;
    let instructions = Instructions {
        channel,
        life: low,
        parent: nix::unistd::getpid().as_raw(),
        name: name.to_owned(),
        without: birth.without.iter().map(|privilege| privilege::number(*privilege)).collect(),
    };
    let mut child = command(program, &instructions, (&theirs, &their_life)).spawn()?;
    drop((theirs, their_life));
    let outputs = [child.stdout.take().map(OwnedFd::from), child.stderr.take().map(OwnedFd::from)];
    let mut channel = Channel::new(ours);
    match outputs.iter().flatten().try_for_each(no_waiting).and_then(|()| await_readiness(&mut channel)) {
        Ok(ready) => Ok(Launched { child, channel, life, outputs, ready }),
        Err(error) => {
            child.kill().ok();
            child.wait().ok();
            Err(error)
        }
    }
}

/// The two highest numbers that an actor may use and that are not those to be moved there.
fn highest(taken: [RawFd; 2]) -> io::Result<[RawFd; 2]> {
    let mut free = (3..descriptor::ceiling()?).rev().filter(|number| !taken.contains(number));
    let too_few = || io::Error::from_raw_os_error(libc::EMFILE);
    Ok([free.next().ok_or_else(too_few)?, free.next().ok_or_else(too_few)?])
}

#[allow(unsafe_code, reason = "work between fork and exec")]
fn command(program: &ActorProgram, instructions: &Instructions, (channel, life): (&OwnedFd, &OwnedFd)) -> Command {
    let mut command = Command::new(&program.path);
    command.arg(ARGUMENT).args(instructions.arguments());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let moves = [(channel.as_raw_fd(), instructions.channel), (life.as_raw_fd(), instructions.life)];
    // SAFETY: only dup2(2) and close_range(2) run there: nothing allocates, nothing locks.
    unsafe { command.pre_exec(move || place(moves)) };
    command
}

/// In the new process, before exec: the two descriptors on their numbers, everything else closed by exec.
#[allow(unsafe_code, reason = "numbers of a process that is about to become another")]
fn place(moves: [(RawFd, RawFd); 2]) -> io::Result<()> {
    descriptor::close_others_on_exec(moves.map(|(_, to)| to));
    for (from, to) in moves {
        // SAFETY: whatever had this number is of no use in the new program; dup2 clears the close-on-exec flag.
        if unsafe { libc::dup2(from, to) } == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Makes reads return at once when nothing is there.
pub(super) fn no_waiting(fd: &OwnedFd) -> io::Result<()> {
    fcntl(fd, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok(())
}

/// Waits for the first word of a process or thread.
///
/// # Errors
/// The error that it reports, `BrokenPipe` when it is dead, `TimedOut` when it says nothing.
pub(super) fn await_readiness(channel: &mut Channel) -> io::Result<Readiness> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match channel.try_receive()? {
            Arrival::Message(Notice::Ready { pid, tid, hidden }, _) => return Ok(Readiness { pid, tid, hidden }),
            Arrival::Message(Notice::Unfit { errno }, _) => return Err(io::Error::from_raw_os_error(errno)),
            Arrival::Message(..) => return Err(io::ErrorKind::InvalidData.into()),
            Arrival::End => return Err(io::ErrorKind::BrokenPipe.into()),
            Arrival::Nothing => await_input(channel, deadline)?,
        }
    }
}

fn await_input(channel: &Channel, deadline: Instant) -> io::Result<()> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let mut watched = [PollFd::new(channel.as_fd(), PollFlags::POLLIN)];
    match poll(&mut watched, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A descriptor for a process, readable when it ends (pidfd_open(2)).
///
/// # Errors
/// ESRCH when there is no such process.
#[allow(unsafe_code, reason = "pidfd_open has no wrapper")]
pub(super) fn pidfd(pid: i32) -> io::Result<OwnedFd> {
    // SAFETY: two numbers; the kernel sets close-on-exec by itself.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let fd = RawFd::try_from(fd).ok().filter(|fd| *fd >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the kernel has just made it for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

#[cfg(test)]
mod tests {
    use super::highest;

    #[test]
    fn the_numbers_to_use_are_high_and_not_taken() {
        let [first, second] = highest([0, 0]).unwrap();
        assert!(first > second);
        assert_eq!(highest([first, second]).unwrap().map(|number| number < second), [true, true]);
    }
}
