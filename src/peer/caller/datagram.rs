//! The calls of UDP: recvfrom(2), sendto(2).

use std::io;

use socket2::{SockAddr, Socket};

use super::{Caller, fd, length, named, of, quoted, symbol};
use crate::peer::caller::SHOWN;
use crate::peer::tally::Tally;
use crate::sandbox::datagram::receive;
use crate::syscall::call::Value;
use crate::syscall::name::Name;

impl Caller {
    /// recvfrom(2) with MSG_TRUNC: the whole length of the datagram, even where the buffer is shorter, and its sender;
    /// the bytes are told too.
    ///
    /// # Errors
    /// Those of recvfrom(2).
    pub fn recv_from(&self, socket: &Socket, buffer: &mut [u8]) -> io::Result<(usize, SockAddr)> {
        let size = Value::Number(i64::try_from(buffer.len()).unwrap_or(i64::MAX));
        let opaque = |name: &str| Value::Opaque(name.to_owned());
        let call = || {
            let arguments = vec![fd(socket), opaque("tampon"), size.clone(), symbol("MSG_TRUNC")];
            named(Name::Recvfrom, [arguments, vec![opaque("&client"), opaque("&taille")]].concat())
        };
        let mut shown = Vec::new();
        let real = || {
            let (total, sender) = receive(socket, buffer, libc::MSG_TRUNC)?;
            if self.events.has_receiver() {
                shown.extend_from_slice(&buffer[..total.min(buffer.len()).min(SHOWN)]);
            }
            Ok((total, sender, shown))
        };
        let mut told = false;
        let (total, sender, shown) = self.told(call, real, |call, (total, sender, shown)| {
            told = true;
            call.arguments[1] = quoted(shown, *total);
            call.arguments.truncate(4);
            // No address: no datagram came, the socket was shut down, and the kernel wrote nothing there.
            let address = if sender.len() == 0 { opaque("&client") } else { of(sender) };
            call.arguments.extend([address, Value::Length(sender.len().into())]);
            i64::try_from(*total).unwrap_or(i64::MAX)
        })?;
        Tally::add(&self.events.tally().received, total.min(buffer.len()) as u64);
        if let (true, Some(address)) = (told && total > 0, sender.as_socket()) {
            self.events.send(self.data((&address.to_string(), 0), (total, shown)));
        }
        Ok((total, sender))
    }

    /// sendto(2): one datagram.
    ///
    /// # Errors
    /// Those of sendto(2).
    pub fn send_to(&self, socket: &Socket, (bytes, address): (&[u8], &SockAddr)) -> io::Result<usize> {
        let call = || {
            let size = Value::Number(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
            let arguments = vec![fd(socket), quoted(bytes, bytes.len()), size, Value::Number(0)];
            named(Name::Sendto, [arguments, vec![of(address), length(address)]].concat())
        };
        let real = || socket.send_to(bytes, address);
        let count = self.told(call, real, |_, count| i64::try_from(*count).unwrap_or(i64::MAX))?;
        Tally::add(&self.events.tally().sent, count as u64);
        Ok(count)
    }
}
