//! A run held back line by line: its stdout is a pipe that holds one packet, so that it is never more than one event
//! ahead of its reader.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Receiver;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, pipe2};

use super::{LIMIT, binary};

/// A page: one packet of a pipe in packet mode (pipe(2), `O_DIRECT`).
const PACKET: usize = 4096;

#[derive(Debug)]
pub struct Stepped {
    child: Child,
    /// `None` once closed.
    reader: Option<File>,
    /// What was read and not yet given, then whole lines given so far.
    rest: Vec<u8>,
    stderr: Receiver<Vec<u8>>,
}

impl Stepped {
    pub fn start(command: &mut Command) -> Stepped {
        let (reader, writer) = pipe2(OFlag::O_DIRECT | OFlag::O_CLOEXEC).unwrap();
        fcntl(&writer, FcntlArg::F_SETPIPE_SZ(i32::try_from(PACKET).unwrap())).unwrap();
        command.stdout(Stdio::from(writer)).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The command keeps its copy of the writing end, which would hide the end of the output.
        command.stdout(Stdio::null());
        let stderr = binary::gather(child.stderr.take());
        Stepped { child, reader: Some(File::from(reader)), rest: Vec::new(), stderr }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line; `None` at the end of the output.
    pub fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line).into_owned());
            }
            if !self.more() {
                return None;
            }
        }
    }

    fn more(&mut self) -> bool {
        let Some(reader) = &mut self.reader else { return false };
        let mut ready = [PollFd::new(reader.as_fd(), PollFlags::POLLIN)];
        let limit = PollTimeout::try_from(LIMIT).unwrap_or(PollTimeout::MAX);
        let count = poll(&mut ready, limit).unwrap_or(0);
        assert!(count > 0, "pid {}: silent for {LIMIT:?}", self.child.id());
        let mut packet = [0; PACKET];
        let count = reader.read(&mut packet).unwrap_or(0);
        self.rest.extend_from_slice(&packet[..count]);
        count > 0
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    pub fn close_stdout(&mut self) {
        self.reader = None;
    }

    /// Reads what is left, and awaits the end; also what was said on stderr.
    pub fn end(mut self) -> (ExitStatus, String) {
        while self.line().is_some() {}
        self.reader = None;
        self.last()
    }

    /// Awaits the end without reading any more.
    pub fn end_unread(self) -> (ExitStatus, String) {
        self.last()
    }

    fn last(mut self) -> (ExitStatus, String) {
        let pid = self.child.id();
        let status = binary::wait(&mut self.child, LIMIT);
        let stderr = binary::gathered(&self.stderr);
        let stderr = String::from_utf8_lossy(&stderr).into_owned();
        (status.unwrap_or_else(|| panic!("pid {pid} did not end: {stderr}")), stderr)
    }
}
