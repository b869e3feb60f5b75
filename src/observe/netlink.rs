//! Netlink requests and answers (netlink(7)): framing, parsed strictly, and a channel to sock_diag.

use std::fmt;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, connect, recv, send, setsockopt, socket,
    sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};

use crate::observe::own::out_of_the_way;

/// `SOCK_DIAG_BY_FAMILY` (include/uapi/linux/sock_diag.h).
pub const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// `TCPDIAG_GETSOCK` (include/uapi/linux/inet_diag.h): the request from before families, which gives them all.
pub const TCPDIAG_GETSOCK: u16 = 18;

const HEADER: usize = 16;
/// The kernel fills at most 32 KiB per datagram of a dump (netlink_dump in net/netlink/af_netlink.c).
const BUFFER: usize = 64 * 1024;
const PATIENCE_SECONDS: i64 = 2;

const NLMSG_NOOP: u16 = 1;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_MULTI: u16 = 0x2;
const NLM_F_DUMP: u16 = 0x300;

/// Why bytes are not what the kernel documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Fewer bytes than a message header.
    ShortHeader,
    /// A message's length is below its header's, or beyond the datagram.
    MessageLength,
    /// A message body shorter than its structure.
    ShortBody,
    /// An attribute's length is below its header's, or beyond the message.
    AttributeLength,
    /// The datagram did not fit in the buffer.
    Truncated,
    /// An answer of another type than the request's.
    Kind(u16),
    /// A line of /proc/net that has not the columns of proc_net_tcp.txt.
    Line,
}

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "malformed kernel answer: {self:?}")
    }
}

impl std::error::Error for Malformed {}

impl From<Malformed> for io::Error {
    fn from(malformed: Malformed) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, malformed)
    }
}

/// One message of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    pub kind: u16,
    pub flags: u16,
    pub sequence: u32,
    pub body: &'a [u8],
}

impl Message<'_> {
    /// The errno that this message carries: `NLMSG_ERROR` other than an acknowledgement, or a failed `NLMSG_DONE`.
    fn errno(&self) -> Result<Option<i32>, Malformed> {
        let code = match (self.kind, u32_at(self.body, 0)) {
            (NLMSG_ERROR, None) => return Err(Malformed::ShortBody),
            (NLMSG_ERROR | NLMSG_DONE, Some(code)) => code.cast_signed(),
            _ => 0,
        };
        Ok((code < 0).then(|| code.saturating_neg()))
    }
}

/// The native-endian `u16` at that offset.
#[must_use]
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// The native-endian `u32` at that offset.
#[must_use]
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

const fn aligned(length: usize) -> usize {
    length.saturating_add(3) & !3
}

/// The messages of one datagram; the first malformed one ends the iteration.
pub fn messages(datagram: &[u8]) -> impl Iterator<Item = Result<Message<'_>, Malformed>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let first = first_message(rest);
        rest = match &first {
            Ok(message) => rest.get(aligned(HEADER + message.body.len())..).unwrap_or_default(),
            Err(_) => &[],
        };
        Some(first)
    })
}

fn first_message(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let (Some(length), Some(kind), Some(flags), Some(sequence)) =
        (u32_at(bytes, 0), u16_at(bytes, 4), u16_at(bytes, 6), u32_at(bytes, 8))
    else {
        return Err(Malformed::ShortHeader);
    };
    let body = bytes.get(HEADER..length as usize).ok_or(Malformed::MessageLength)?;
    Ok(Message { kind, flags, sequence, body })
}

/// The attributes (type, value) that follow a message's fixed part; the first malformed one ends the iteration.
pub fn attributes(bytes: &[u8]) -> impl Iterator<Item = Result<(u16, &[u8]), Malformed>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let first = first_attribute(rest);
        rest = match &first {
            Ok((_, value)) => rest.get(aligned(4 + value.len())..).unwrap_or_default(),
            Err(_) => &[],
        };
        Some(first)
    })
}

fn first_attribute(bytes: &[u8]) -> Result<(u16, &[u8]), Malformed> {
    let (Some(length), Some(kind)) = (u16_at(bytes, 0), u16_at(bytes, 2)) else {
        return Err(Malformed::AttributeLength);
    };
    let value = bytes.get(4..usize::from(length)).ok_or(Malformed::AttributeLength)?;
    Ok((kind, value))
}

/// What one datagram says of our request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    More,
    Done,
    /// The kernel refuses, with this errno.
    Refused(i32),
}

/// Reads one datagram: hands the bodies of the answers numbered `sequence` to `each`, skips those of older requests.
///
/// # Errors
/// The first malformed message, or the first error of `each`.
pub fn read_datagram(
    datagram: &[u8],
    sequence: u32,
    each: &mut impl FnMut(&[u8]) -> Result<(), Malformed>,
) -> Result<Progress, Malformed> {
    for message in messages(datagram) {
        let message = message?;
        if message.sequence != sequence || message.kind == NLMSG_NOOP {
            continue;
        }
        if let Some(errno) = message.errno()? {
            return Ok(Progress::Refused(errno));
        }
        match message.kind {
            NLMSG_DONE | NLMSG_ERROR => return Ok(Progress::Done),
            SOCK_DIAG_BY_FAMILY | TCPDIAG_GETSOCK => each(message.body)?,
            kind => return Err(Malformed::Kind(kind)),
        }
        if message.flags & NLM_F_MULTI == 0 {
            return Ok(Progress::Done);
        }
    }
    Ok(Progress::More)
}

/// A request with its header, ready to send.
fn request(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend((NLM_F_REQUEST | flags).to_ne_bytes());
    bytes.extend(sequence.to_ne_bytes());
    bytes.extend(0_u32.to_ne_bytes());
    bytes.extend(body);
    bytes
}

/// A sock_diag socket. It answers for the network namespace in which it was opened.
#[derive(Debug)]
pub struct Channel {
    socket: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

impl Channel {
    /// Opens the channel in the network namespace of this thread.
    ///
    /// # Errors
    /// Those of socket(2): `EPROTONOSUPPORT` without sock_diag, `EPERM` or `EACCES` under a filter.
    pub fn open() -> io::Result<Channel> {
        let flags = SockFlag::SOCK_CLOEXEC;
        let socket = socket(AddressFamily::Netlink, SockType::Raw, flags, SockProtocol::NetlinkSockDiag)?;
        let socket = out_of_the_way(socket);
        // Connected to the kernel (port 0), it receives from nobody else; the timeout turns a hang into an error.
        connect(socket.as_raw_fd(), &NetlinkAddr::new(0, 0))?;
        setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::seconds(PATIENCE_SECONDS))?;
        Ok(Channel { socket, sequence: 0, buffer: vec![0; BUFFER] })
    }

    /// The number of its descriptor.
    #[must_use]
    pub fn descriptor(&self) -> i32 {
        self.socket.as_raw_fd()
    }

    /// Asks for every object that matches `body`, a request of type `kind`.
    ///
    /// # Errors
    /// The errno that the kernel answers, `InvalidData` for a malformed answer, or those of send(2) and recv(2).
    pub fn dump(&mut self, kind: u16, body: &[u8], each: impl FnMut(&[u8]) -> Result<(), Malformed>) -> io::Result<()> {
        self.transact((kind, NLM_F_DUMP), body, each)
    }

    /// Asks for one object.
    ///
    /// # Errors
    /// As `dump`; `ENOENT` when there is none.
    pub fn ask(&mut self, body: &[u8], each: impl FnMut(&[u8]) -> Result<(), Malformed>) -> io::Result<()> {
        self.transact((SOCK_DIAG_BY_FAMILY, 0), body, each)
    }

    fn transact(
        &mut self,
        (kind, flags): (u16, u16),
        body: &[u8],
        mut each: impl FnMut(&[u8]) -> Result<(), Malformed>,
    ) -> io::Result<()> {
        self.sequence = self.sequence.wrapping_add(1);
        send(self.socket.as_raw_fd(), &request(kind, flags, self.sequence, body), MsgFlags::empty())?;
        let mut first_error = None;
        loop {
            let length = self.receive()?;
            let datagram = self.buffer.get(..length).ok_or(Malformed::Truncated)?;
            match read_datagram(datagram, self.sequence, &mut each) {
                Ok(Progress::More) => {}
                Ok(Progress::Done) => return first_error.map_or(Ok(()), |error: Malformed| Err(error.into())),
                Ok(Progress::Refused(errno)) => return Err(io::Error::from_raw_os_error(errno)),
                // A dump must be read to its end, else the next one is refused (EBUSY).
                Err(error) if flags == NLM_F_DUMP && first_error.is_none() => first_error = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The true length of the next datagram, which may exceed the buffer.
    fn receive(&mut self) -> io::Result<usize> {
        loop {
            match recv(self.socket.as_raw_fd(), &mut self.buffer, MsgFlags::MSG_TRUNC) {
                Err(Errno::EINTR) => {}
                other => return Ok(other?),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::{
        Malformed, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, Progress, SOCK_DIAG_BY_FAMILY, attributes, messages,
        read_datagram,
    };

    fn message(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(16 + body.len()).unwrap().to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend(sequence.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn read(datagram: &[u8]) -> (Result<Progress, Malformed>, Vec<Vec<u8>>) {
        let mut bodies = Vec::new();
        let progress = read_datagram(datagram, 7, &mut |body| {
            bodies.push(body.to_vec());
            Ok(())
        });
        (progress, bodies)
    }

    #[test]
    fn a_dump_ends_with_done() {
        let parts = [
            message(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 7, b"one"),
            message(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 6, b"of an older request"),
            message(SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 7, b"two!"),
        ];
        let mut datagram = parts.concat();
        assert_eq!(read(&datagram), (Ok(Progress::More), vec![b"one".to_vec(), b"two!".to_vec()]));
        datagram.extend(message(NLMSG_DONE, NLM_F_MULTI, 7, &0_i32.to_ne_bytes()));
        assert_eq!(read(&datagram).0, Ok(Progress::Done));
    }

    #[test]
    fn a_lone_answer_ends_at_once() {
        assert_eq!(read(&message(SOCK_DIAG_BY_FAMILY, 0, 7, b"x")), (Ok(Progress::Done), vec![b"x".to_vec()]));
    }

    #[test]
    fn errors_are_told() {
        let refusal = message(NLMSG_ERROR, 0, 7, &(-2_i32).to_ne_bytes());
        assert_eq!(read(&refusal).0, Ok(Progress::Refused(2)));
        let failed_dump = message(NLMSG_DONE, NLM_F_MULTI, 7, &(-13_i32).to_ne_bytes());
        assert_eq!(read(&failed_dump).0, Ok(Progress::Refused(13)));
        assert_eq!(read(&message(NLMSG_ERROR, 0, 7, b"")).0, Err(Malformed::ShortBody));
        assert_eq!(read(&message(99, 0, 7, b"")).0, Err(Malformed::Kind(99)));
    }

    #[test]
    fn bad_lengths_are_refused() {
        let whole = message(SOCK_DIAG_BY_FAMILY, 0, 7, b"12345678");
        assert_eq!(read(&whole[..20]).0, Err(Malformed::MessageLength));
        assert_eq!(read(&whole[..10]).0, Err(Malformed::ShortHeader));
        let mut short = whole.clone();
        short[0] = 3;
        assert_eq!(read(&short).0, Err(Malformed::MessageLength));
        assert_eq!(attributes(&[3, 0, 1, 0]).last(), Some(Err(Malformed::AttributeLength)));
        assert_eq!(attributes(&[9, 0, 1, 0, 1]).last(), Some(Err(Malformed::AttributeLength)));
        assert_eq!(attributes(&[5, 0, 1, 0, 42]).last(), Some(Ok((1, &[42][..]))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(messages(&bytes).count() <= bytes.len());
            prop_assert!(attributes(&bytes).count() <= bytes.len());
            let _ = read(&bytes);
        }
    }
}
