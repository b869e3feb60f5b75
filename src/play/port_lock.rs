//! A port that one socketlab keeps from the others of this network while it plays.
//!
//! A port found free stays free only until somebody binds it: two lessons that start together would be offered the same
//! one. The name that a lock holds is an abstract AF_UNIX one (unix(7)): it belongs to the network namespace, no file
//! is left behind, and the kernel takes it back with the process.

use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use crate::observe::own::out_of_the_way;

/// Holds a port until dropped.
#[derive(Debug)]
pub struct PortLock {
    port: u16,
    _name: Option<UnixDatagram>,
}

impl PortLock {
    /// Locks a port; `None` when another socketlab has locked it. Where the machine has no AF_UNIX sockets, nobody
    /// can have locked anything, and the lock holds nothing.
    #[must_use]
    pub fn new(port: u16) -> Option<PortLock> {
        let name = SocketAddr::from_abstract_name(format!("socketlab/port/{port}")).ok()?;
        match UnixDatagram::bind_addr(&name) {
            Ok(socket) => Some(PortLock { port, _name: Some(out_of_the_way(OwnedFd::from(socket)).into()) }),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => None,
            Err(_) => Some(PortLock { port, _name: None }),
        }
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

#[cfg(test)]
mod tests {
    use super::PortLock;

    #[test]
    fn a_port_is_claimed_once_at_a_time() {
        // Port 0 is nobody's: no other socketlab locks it.
        let first = PortLock::new(0);
        assert!(first.is_some() && PortLock::new(0).is_none());
        drop(first);
        assert_eq!(PortLock::new(0).map(|lock| lock.port()), Some(0));
    }
}
