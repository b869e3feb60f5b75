//! The control channel between socketlab and an actor: whole messages over a pair of SOCK_SEQPACKET sockets,
//! with descriptors at their side (unix(7), SCM_RIGHTS).

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, UnixAddr, recvmsg, sendmsg,
    socketpair,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::live::kernel::Report;
use crate::syscall::ast::{Expr, Statement};

/// What socketlab asks of an actor.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Run this statement; a process or thread that it makes bears the name `births`.
    Run { statement: Statement, births: Option<String> },
    /// Report the bytes of this expression.
    Inspect { expression: Expr },
    /// To a forked process: two pipes of its own come at the side, for its descriptors 1 and 2.
    Adopt,
    /// To end by resetting its connections, and hang up: it is about to be killed.
    Leave,
}

/// What an actor tells socketlab.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Notice {
    /// The process or thread is ready for its first order. `hidden` are the numbers of socketlab's descriptors in it.
    Ready {
        pid: i32,
        tid: i32,
        hidden: Vec<RawFd>,
    },
    /// The process could not be set up: the system's error number.
    Unfit {
        errno: i32,
    },
    Report(Report),
    /// A process (or, if not, a thread) was made under this name; its channel comes at the side.
    Birth {
        name: String,
        process: Option<i32>,
    },
    /// The process is about to end by itself with this exit code.
    Exiting {
        code: i32,
    },
    /// waitpid gave this status of this process.
    Reaped {
        pid: i32,
        status: i32,
    },
    /// The thread is about to end; its process may live on.
    ThreadOver,
}

/// Bytes of a message in one packet, well under the least `wmem_default`.
const PACKET: usize = 32 * 1024;
/// Longest message, in bytes: a statement with a literal of a megabyte fits.
const LONGEST: usize = 16 * 1024 * 1024;
/// The first byte of a packet says whether the message ends with it.
const LAST: u8 = 0;
const MORE: u8 = 1;

/// A message and the descriptors at its side.
pub(super) type Received<M> = (M, Vec<OwnedFd>);

/// One end of a control channel.
#[derive(Debug)]
pub(super) struct Channel {
    fd: OwnedFd,
    /// The beginning of a message whose last packet has not come.
    partial: Vec<u8>,
}

/// Two connected ends, closed by exec.
pub(super) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?)
}

impl Channel {
    pub(super) fn new(fd: OwnedFd) -> Channel {
        Channel { fd, partial: Vec::new() }
    }

    pub(super) fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// A second descriptor for the same end.
    pub(super) fn duplicate(&self) -> io::Result<OwnedFd> {
        self.fd.try_clone()
    }

    /// Sends a message, the descriptors with its first packet.
    ///
    /// # Errors
    /// EPIPE when the other end is gone, without SIGPIPE.
    pub(super) fn send<M: Serialize>(&self, message: &M, descriptors: &[RawFd]) -> io::Result<()> {
        let bytes = serde_json::to_vec(message)?;
        let count = bytes.chunks(PACKET).count();
        for (index, chunk) in bytes.chunks(PACKET).enumerate() {
            let mark = [if index + 1 == count { LAST } else { MORE }];
            let side = if index == 0 { descriptors } else { &[] };
            self.send_packet(&mark, chunk, side)?;
        }
        Ok(())
    }

    fn send_packet(&self, mark: &[u8], chunk: &[u8], descriptors: &[RawFd]) -> io::Result<()> {
        let parts = [IoSlice::new(mark), IoSlice::new(chunk)];
        let rights = [ControlMessage::ScmRights(descriptors)];
        let side: &[ControlMessage<'_>] = if descriptors.is_empty() { &[] } else { &rights };
        loop {
            match sendmsg::<UnixAddr>(self.fd(), &parts, side, MsgFlags::MSG_NOSIGNAL, None) {
                Ok(_) => return Ok(()),
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits for the next message; `None` at the channel's end.
    ///
    /// # Errors
    /// Those of recvmsg(2), and `InvalidData` for a message that cannot be read.
    pub(super) fn receive<M: DeserializeOwned>(&mut self) -> io::Result<Option<Received<M>>> {
        let mut side = Vec::new();
        loop {
            match self.receive_packet(MsgFlags::empty(), &mut side) {
                Ok(Packet::Whole(bytes)) => return Ok(Some((parse(&bytes)?, side))),
                Ok(Packet::Part) | Err(Errno::EINTR) => {}
                Ok(Packet::End) | Err(Errno::ECONNRESET) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next message if it is there; `Nothing` otherwise.
    pub(super) fn try_receive<M: DeserializeOwned>(&mut self) -> io::Result<Arrival<M>> {
        let mut side = Vec::new();
        loop {
            match self.receive_packet(MsgFlags::MSG_DONTWAIT, &mut side) {
                Ok(Packet::Whole(bytes)) => return Ok(Arrival::Message(parse(&bytes)?, side)),
                Ok(Packet::Part) | Err(Errno::EINTR) => {}
                Ok(Packet::End) | Err(Errno::ECONNRESET) => return Ok(Arrival::End),
                Err(Errno::EAGAIN) => return Ok(Arrival::Nothing),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn receive_packet(&mut self, flags: MsgFlags, side: &mut Vec<OwnedFd>) -> Result<Packet, Errno> {
        let mut buffer = vec![0; PACKET + 1];
        let mut rights = nix::cmsg_space!([RawFd; 3]);
        let mut parts = [IoSliceMut::new(&mut buffer)];
        let flags = flags | MsgFlags::MSG_CMSG_CLOEXEC;
        let message = recvmsg::<UnixAddr>(self.fd.as_raw_fd(), &mut parts, Some(&mut rights), flags)?;
        let length = message.bytes;
        for control in message.cmsgs()? {
            if let ControlMessageOwned::ScmRights(descriptors) = control {
                side.extend(descriptors.into_iter().map(own));
            }
        }
        let Some((mark, chunk)) = buffer.get(..length).and_then(<[u8]>::split_first) else { return Ok(Packet::End) };
        if self.partial.len() + chunk.len() > LONGEST {
            return Err(Errno::EMSGSIZE);
        }
        self.partial.extend_from_slice(chunk);
        Ok(if *mark == LAST { Packet::Whole(std::mem::take(&mut self.partial)) } else { Packet::Part })
    }
}

enum Packet {
    Whole(Vec<u8>),
    Part,
    End,
}

/// What came of a look at the channel that does not wait.
pub(super) enum Arrival<M> {
    Message(M, Vec<OwnedFd>),
    Nothing,
    End,
}

fn parse<M: DeserializeOwned>(bytes: &[u8]) -> io::Result<M> {
    serde_json::from_slice(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[allow(unsafe_code, reason = "SCM_RIGHTS gives bare numbers")]
fn own(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel has just installed this descriptor for us, and nothing else knows its number.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Channel, Order, pair};
    use crate::syscall::ast::{Expr, ExprKind, Span};

    fn channels() -> (Channel, Channel) {
        let (left, right) = pair().unwrap();
        (Channel::new(left), Channel::new(right))
    }

    fn inspect(length: usize) -> Order {
        let kind = ExprKind::Text(vec![200; length]);
        Order::Inspect { expression: Expr { kind, span: Span::default() } }
    }

    #[test]
    fn a_long_message_comes_whole() {
        let (left, mut right) = channels();
        let sender = std::thread::spawn(move || left.send(&inspect(300_000), &[]).unwrap());
        let Some((Order::Inspect { expression }, side)) = right.receive().unwrap() else { panic!("no message") };
        sender.join().unwrap();
        assert_eq!(expression.kind, ExprKind::Text(vec![200; 300_000]));
        assert!(side.is_empty());
    }

    #[test]
    fn descriptors_come_with_the_message() {
        let (left, mut right) = channels();
        let (one, two) = pair().unwrap();
        left.send(&Order::Adopt, &[std::os::fd::AsRawFd::as_raw_fd(&one)]).unwrap();
        let Some((Order::Adopt, side)) = right.receive::<Order>().unwrap() else { panic!("no message") };
        assert_eq!(side.len(), 1);
        drop((one, two));
    }

    #[test]
    fn nothing_then_the_end() {
        let (left, mut right) = channels();
        assert!(matches!(right.try_receive::<Order>().unwrap(), Arrival::Nothing));
        drop(left);
        assert!(matches!(right.try_receive::<Order>().unwrap(), Arrival::End));
    }

    #[test]
    fn a_message_of_other_bytes_is_an_error() {
        let (left, mut right) = channels();
        left.send_packet(&[0], b"{", &[]).unwrap();
        assert!(right.receive::<Order>().is_err());
    }
}
