//! A server that is no socketlab, ended when dropped.

use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::network;

pub struct Running(pub Child);

impl Running {
    /// Starts it, and waits until somebody listens on that port.
    pub fn start(command: &mut Command, port: u16) -> Running {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        network::wait_for_listener(port);
        Running(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = kill(Pid::from_raw(self.0.id().cast_signed()), Signal::SIGTERM);
        let _reaped = self.0.wait();
    }
}
