//! AF_UNIX sockets by sock_diag (include/uapi/linux/unix_diag.h), one by one by inode.

use std::io;

use crate::observe::netlink::{Channel, Malformed, SOCK_DIAG_BY_FAMILY, attributes, u32_at};
use crate::state::{Protocol, Socket, SocketState};
use crate::syscall::address::Address;

const MESSAGE: usize = 16;
const NAME: u16 = 0;
const VFS: u16 = 1;
const PEER: u16 = 2;
const QUEUES: u16 = 4;
const MEMORY: u16 = 5;
const SHUTDOWN: u16 = 6;
const UID: u16 = 7;
/// UDIAG_SHOW_ NAME, PEER, RQLEN, MEMINFO and UID.
const SHOW: u32 = 0x1 | 0x4 | 0x10 | 0x20 | 0x40;
/// UDIAG_SHOW_ NAME and VFS.
const SHOW_FILE: u32 = 0x1 | 0x2;
const DROPS: usize = 8;

/// A socket, and the inode of the one it is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub socket: Socket,
    pub peer: Option<u32>,
    /// The file that it is bound to.
    pub file: Option<File>,
}

/// A file as the kernel names it: the low 32 bits of its inode number, and its device in the kernel's own encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    pub inode: u32,
    pub device: u32,
}

/// `struct unix_diag_req`, for one inode of any state and cookie.
fn request(inode: u32, show: u32) -> [u8; 24] {
    let mut body = [0; 24];
    body[0] = 1;
    body[4..8].copy_from_slice(&u32::MAX.to_ne_bytes());
    body[8..12].copy_from_slice(&inode.to_ne_bytes());
    body[12..16].copy_from_slice(&show.to_ne_bytes());
    body[16..24].fill(0xff);
    body
}

/// The AF_UNIX socket of that inode, its remote end named where it has a name; `None` when there is none, or when
/// this kernel cannot tell.
///
/// # Errors
/// A malformed answer, or those of send(2) and recv(2).
pub fn socket(channel: &mut Channel, inode: u64) -> io::Result<Option<Socket>> {
    let Ok(inode) = u32::try_from(inode) else { return Ok(None) };
    let Some(Found { mut socket, peer, .. }) = find(channel, inode)? else { return Ok(None) };
    if let Some(other) = peer.map(|peer| find(channel, peer)).transpose()?.flatten() {
        socket.remote = other.socket.local;
    }
    Ok(Some(socket))
}

/// The sockets of the network namespace that are bound to a file, with their names.
///
/// # Errors
/// The errno by which the kernel refuses the table, or a malformed answer.
pub fn bound_to_files(channel: &mut Channel) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    channel.dump(SOCK_DIAG_BY_FAMILY, &request(0, SHOW_FILE), |body| {
        found.extend(parse(body)?.filter(|one| one.file.is_some()));
        Ok(())
    })?;
    Ok(found)
}

fn find(channel: &mut Channel, inode: u32) -> io::Result<Option<Found>> {
    let mut found = None;
    let asked = channel.ask(&request(inode, SHOW), |body| {
        found = parse(body)?;
        Ok(())
    });
    match asked {
        Err(error) if error.raw_os_error().is_some() => Ok(None),
        other => other.map(|()| found),
    }
}

/// Reads one `struct unix_diag_msg` and its attributes; `Ok(None)` for a state that has no name here.
///
/// # Errors
/// When the structure or an attribute is cut short.
pub fn parse(body: &[u8]) -> Result<Option<Found>, Malformed> {
    let fixed: &[u8; MESSAGE] = body.first_chunk().ok_or(Malformed::ShortBody)?;
    let Some(state) = SocketState::from_number(fixed[2]) else { return Ok(None) };
    let inode = u32_at(fixed, 4).unwrap_or(0);
    let mut found = Found { socket: unnamed(state, u64::from(inode)), peer: None, file: None };
    for attribute in attributes(body.get(MESSAGE..).unwrap_or_default()) {
        let (kind, value) = attribute?;
        found.learn(kind, value).ok_or(Malformed::ShortBody)?;
    }
    Ok(Some(found))
}

impl Found {
    fn learn(&mut self, kind: u16, value: &[u8]) -> Option<()> {
        let socket = &mut self.socket;
        match kind {
            NAME => socket.local = Address::Unix(name(value)),
            VFS => self.file = Some(File { inode: u32_at(value, 0)?, device: u32_at(value, 4)? }),
            PEER => self.peer = Some(u32_at(value, 0)?),
            QUEUES if socket.state == SocketState::Listen => {
                socket.accept_queue = Some(u32_at(value, 0)?);
                socket.backlog = Some(u32_at(value, 4)?);
            }
            QUEUES => (socket.recv_queue, socket.send_queue) = (u32_at(value, 0)?, u32_at(value, 4)?),
            MEMORY => socket.drops = u32_at(value, 4 * DROPS).unwrap_or(0),
            SHUTDOWN => socket.shutdown = *value.first()? & 3,
            UID => socket.uid = u32_at(value, 0)?,
            _ => {}
        }
        Some(())
    }
}

/// A path ends at its NUL, an abstract name, which begins with one, has no end but its length.
fn name(value: &[u8]) -> Vec<u8> {
    match value.first() {
        Some(0) => value.to_vec(),
        _ => value.iter().copied().take_while(|byte| *byte != 0).collect(),
    }
}

fn unnamed(state: SocketState, inode: u64) -> Socket {
    let nameless = || Address::Unix(Vec::new());
    Socket { inode, ..Socket::between(Protocol::Unix, state, (nameless(), nameless())) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Malformed, parse};
    use crate::syscall::address::Address;

    #[test]
    fn a_listener_on_a_path() {
        let mut body = vec![1, 1, 10, 0, 42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        body.extend([11, 0, 0, 0]);
        body.extend(b"/tmp/s\0\0");
        body.extend([12, 0, 4, 0, 1, 0, 0, 0, 5, 0, 0, 0]);
        let found = parse(&body).unwrap().unwrap();
        assert_eq!(found.socket.local, Address::Unix(b"/tmp/s".to_vec()));
        assert_eq!((found.socket.accept_queue, found.socket.backlog), (Some(1), Some(5)));
        assert_eq!((found.socket.inode, found.peer), (42, None));
        assert_eq!(parse(&body[..15]), Err(Malformed::ShortBody));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = parse(&bytes);
        }
    }
}
