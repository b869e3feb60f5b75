//! What a client receives: looked at, and passed on raw.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::stat::{SFlag, fstat};
use socket2::Socket;

use crate::observe::own::out_of_the_way;
use crate::peer::caller::Caller;
use crate::peer::client::search::Search;
use crate::peer::client::{Client, Trouble};

/// Where what is received goes.
enum Output<'a> {
    /// A pipe, opened again so as not to sleep in it.
    Pipe { own: File, shown: i32 },
    /// A file: writing to it takes no time worth counting.
    Other(BorrowedFd<'a>),
}

impl Output<'_> {
    fn to(descriptor: BorrowedFd<'_>) -> Output<'_> {
        let shown = descriptor.as_raw_fd();
        match reopened(descriptor) {
            Some(own) => Output::Pipe { own, shown },
            None => Output::Other(descriptor),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Pipe { own, .. } => io::Write::write(&mut &*own, bytes),
            Output::Other(descriptor) => Ok(nix::unistd::write(descriptor, bytes)?),
        }
    }
}

/// A pipe under a description of its own: O_NONBLOCK on the one that was given would hold for every program that
/// shares it.
fn reopened(descriptor: BorrowedFd<'_>) -> Option<File> {
    let mode = SFlag::from_bits_truncate(fstat(descriptor).ok()?.st_mode);
    if mode & SFlag::S_IFMT != SFlag::S_IFIFO {
        return None;
    }
    let path = format!("/proc/thread-self/fd/{}", descriptor.as_raw_fd());
    let own = File::options().write(true).custom_flags(libc::O_NONBLOCK).open(path).ok()?;
    Some(File::from(out_of_the_way(own.into())))
}

pub struct Inbox<'a> {
    buffer: Vec<u8>,
    /// What the output has not taken yet.
    waiting: Range<usize>,
    output: Option<Output<'a>>,
    open_line: Option<&'static AtomicBool>,
    search: Option<Search>,
    datagrams: bool,
    pub received: u64,
}

impl<'a> Inbox<'a> {
    #[must_use]
    pub fn new(client: &Client<'a>) -> Inbox<'a> {
        let output = client.settings.output.as_ref().filter(|_| client.is_alone());
        Inbox {
            buffer: vec![0; client.buffer_size()],
            waiting: 0..0,
            output: output.map(|output| Output::to(output.as_fd())),
            open_line: client.settings.open_line,
            search: client.settings.expect.clone().map(Search::new),
            datagrams: client.is_datagram(),
            received: 0,
        }
    }

    /// Whether the output must first take what waits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Where what is expected was seen.
    #[must_use]
    pub fn seen(&self) -> Option<u64> {
        self.search.as_ref().and_then(Search::found)
    }

    /// What to wait for while it is full, and the number that it had.
    #[must_use]
    pub fn awaited(&self) -> Option<(BorrowedFd<'_>, i32)> {
        match &self.output {
            Some(Output::Pipe { own, shown }) if self.is_full() => Some((own.as_fd(), *shown)),
            _ => None,
        }
    }

    /// Receives once; how many bytes came, and whether they complete what is expected.
    ///
    /// # Errors
    /// Those of recv(2).
    pub fn receive(&mut self, caller: &Caller, socket: &Socket) -> io::Result<(usize, bool)> {
        let place = if self.datagrams { 0 } else { self.received };
        let count = caller.recv(socket, &mut self.buffer, ("", place))?;
        self.received += count as u64;
        if self.output.is_some() {
            self.waiting = 0..count;
        }
        let datagrams = self.datagrams;
        let seen = self.search.as_mut().is_some_and(|search| {
            if datagrams {
                search.start_again();
            }
            search.see(&self.buffer[..count])
        });
        Ok((count, seen))
    }

    /// The bytes of the last receive, so many.
    #[must_use]
    pub fn last(&self, count: usize) -> &[u8] {
        &self.buffer[..count]
    }

    /// Gives the output what it takes.
    ///
    /// # Errors
    /// A full disk, a pipe that nobody reads any more.
    pub fn pass_on(&mut self) -> Result<(), Trouble> {
        let Some(output) = &self.output else { return Ok(()) };
        while !self.waiting.is_empty() {
            match output.write(&self.buffer[self.waiting.clone()]) {
                Ok(0) => return Err(Trouble::Output(io::ErrorKind::WriteZero.into())),
                Ok(count) => {
                    self.waiting.start += count;
                    if let Some(open) = self.open_line {
                        open.store(self.buffer[self.waiting.start - 1] != b'\n', Ordering::SeqCst);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && matches!(output, Output::Pipe { .. }) => {
                    break;
                }
                Err(error) => return Err(Trouble::Output(error)),
            }
        }
        Ok(())
    }
}
