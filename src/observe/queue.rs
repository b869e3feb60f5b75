//! What a socket of this process holds in its queues (tcp(7), unix(7)).

use std::io;
use std::os::fd::AsRawFd;

use socket2::{Socket, Type};

nix::ioctl_read_bad!(fionread, libc::FIONREAD, libc::c_int);
// SIOCOUTQ has the number of TIOCOUTQ (linux/sockios.h).
nix::ioctl_read_bad!(siocoutq, libc::TIOCOUTQ, libc::c_int);

/// How many bytes were received and not read.
///
/// # Errors
/// Those of ioctl(2) with FIONREAD.
#[allow(unsafe_code)]
pub fn unread(socket: &Socket) -> io::Result<u64> {
    let mut count: libc::c_int = 0;
    // SAFETY: the kernel writes one int, and nothing else (ioctl_tty(2), tcp(7)).
    unsafe { fionread(socket.as_raw_fd(), &raw mut count) }?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many bytes of a TCP connection the other end has not acknowledged; its RST leaves the count as it was.
///
/// # Errors
/// Those of ioctl(2) with SIOCOUTQ.
#[allow(unsafe_code)]
pub fn unacknowledged(socket: &Socket) -> io::Result<u64> {
    let mut count: libc::c_int = 0;
    // SAFETY: the kernel writes one int, and nothing else (tcp(7)).
    unsafe { siocoutq(socket.as_raw_fd(), &raw mut count) }?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Whether it is a stream of TCP.
#[must_use]
pub fn is_tcp(socket: &Socket) -> bool {
    let unix = socket.local_addr().is_ok_and(|address| address.is_unix());
    !unix && socket.r#type().is_ok_and(|kind| kind == Type::STREAM)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use socket2::Socket;

    use super::{is_tcp, unacknowledged, unread};

    #[test]
    fn a_reset_leaves_the_count_of_what_is_lost() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut own = Socket::from(listener.accept().unwrap().0);
        client.write_all(b"abc").unwrap();
        own.read_exact(&mut [0]).unwrap();
        assert_eq!((is_tcp(&own), unread(&own).unwrap()), (true, 2));
        own.read_exact(&mut [0; 2]).unwrap();
        drop(client);
        // The FIN, then the RST that answers what follows it.
        assert_eq!(own.read(&mut [0]).unwrap(), 0);
        own.write_all(b"perdu").unwrap();
        assert_eq!(own.read(&mut [0]).unwrap(), 0);
        assert_eq!(unacknowledged(&own).unwrap(), 5);
    }
}
