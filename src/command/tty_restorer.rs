//! A small process that puts the terminal's mode back if socketlab is killed with SIGKILL.
//!
//! It holds one end of a pipe. A byte means that socketlab restored the mode itself; an end without a byte means
//! that socketlab is gone.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};

/// The hidden argument that starts it.
pub const ARGUMENT: &str = "__gardien";
const DISMISSED: u8 = b'.';

#[derive(Debug)]
pub struct TtyRestorer {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl TtyRestorer {
    /// Starts it and waits until it has noted the terminal's mode.
    ///
    /// # Errors
    /// When no process can be started.
    pub fn start() -> io::Result<TtyRestorer> {
        let mut child = Command::new("/proc/self/exe")
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let mut ready = [0; 1];
        if let Some(stdout) = child.stdout.as_mut() {
            let _noted = stdout.read(&mut ready)?;
        }
        let pipe = child.stdin.take();
        Ok(TtyRestorer { child, pipe })
    }

    /// Ends it; `restored` says that the mode is already as it was.
    pub fn end(mut self, restored: bool) {
        if let Some(mut pipe) = self.pipe.take()
            && restored
        {
            let _sent = pipe.write_all(&[DISMISSED]);
        }
        let _ended = self.child.wait();
    }
}

/// The restorer's own work, in its own process.
///
/// # Errors
/// When there is no terminal to guard.
pub fn serve() -> io::Result<()> {
    let mut blocked = SigSet::all();
    blocked.remove(Signal::SIGCHLD);
    // A background process that sets the terminal's mode is stopped by SIGTTOU unless it blocks it (tcsetattr(3)).
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&blocked), None)?;
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let mode = tcgetattr(terminal.as_fd())?;
    io::stdout().write_all(&[DISMISSED])?;
    io::stdout().flush()?;
    let mut message = [0; 1];
    let count = io::stdin().read(&mut message)?;
    if count == 0 {
        tcsetattr(terminal.as_fd(), SetArg::TCSANOW, &mode)?;
    }
    Ok(())
}
