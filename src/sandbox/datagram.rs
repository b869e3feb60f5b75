//! recvfrom(2) with flags, into memory that is already there: the one call of the peers whose wrapper asks for
//! uninitialised memory, which safe code cannot read back.

use std::io;
use std::mem::MaybeUninit;

use socket2::{SockAddr, Socket};

/// Receives one datagram; how long it is (with `MSG_TRUNC`, even where the buffer is shorter), and who sent it: an
/// address of no family once the socket is shut down.
///
/// # Errors
/// Those of recvfrom(2).
pub fn receive(socket: &Socket, buffer: &mut [u8], flags: i32) -> io::Result<(usize, SockAddr)> {
    // SAFETY: both types have the same layout, and the wrapper only writes into the buffer: what is initialised stays
    // so (socket2, `Socket::recv_from`).
    #[allow(unsafe_code)]
    let memory = unsafe { &mut *(std::ptr::from_mut(buffer) as *mut [MaybeUninit<u8>]) };
    socket.recv_from_with_flags(memory, flags)
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use socket2::Socket;

    use super::receive;

    #[test]
    fn a_long_datagram_says_its_length() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(b"bonjour", socket.local_addr().unwrap()).unwrap();
        let mut buffer = [0; 3];
        let own = socket.local_addr().unwrap();
        let (length, sender) = receive(&Socket::from(socket), &mut buffer, libc::MSG_TRUNC).unwrap();
        assert_eq!((length, &buffer, sender.as_socket()), (7, b"bon", Some(own)));
    }
}
