//! TCP and UDP sockets by /proc/net/{tcp,tcp6,udp,udp6} (proc_net_tcp.txt), for where sock_diag is refused.
//! Backlogs, shutdown directions and sockets bound and no more are not in them.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::observe::netlink::Malformed;
use crate::observe::sock_diag::{Table, timer};
use crate::state::{Protocol, Socket, SocketState};
use crate::syscall::address::Address;

/// Times are in clock ticks of USER_HZ, a hundredth of a second on every architecture (asm-generic/param.h).
const TICK_MS: u64 = 10;

/// Appends the sockets of a table, as the network namespace of this thread sees it.
///
/// # Errors
/// `NotFound` where the kernel has no such table, or a malformed line.
pub fn read(table: Table, sockets: &mut Vec<Socket>) -> io::Result<()> {
    // /proc/net would be the main thread's network.
    let text = fs::read_to_string(format!("/proc/thread-self/net/{}", name(table)))?;
    for line in text.lines().skip(1) {
        sockets.extend(parse(table, line)?);
    }
    Ok(())
}

fn name(table: Table) -> &'static str {
    match (table.protocol, table.ipv6) {
        (Protocol::Udp, false) => "udp",
        (Protocol::Udp, true) => "udp6",
        (_, false) => "tcp",
        (_, true) => "tcp6",
    }
}

/// Reads one line; `Ok(None)` for a state that has no name here.
///
/// # Errors
/// When a column is missing or is no number.
pub fn parse(table: Table, line: &str) -> Result<Option<Socket>, Malformed> {
    let columns: Vec<&str> = line.split_ascii_whitespace().collect();
    let fields = Fields { table, columns: &columns };
    let number = fields.state().ok_or(Malformed::Line)?;
    let socket = |state| fields.socket(state).ok_or(Malformed::Line);
    SocketState::from_number(number).map(socket).transpose()
}

struct Fields<'a> {
    table: Table,
    columns: &'a [&'a str],
}

impl Fields<'_> {
    fn state(&self) -> Option<u8> {
        // The reference count and the address, which every kernel writes, say that the line is whole.
        self.column(11)?;
        u8::from_str_radix(self.column(3)?, 16).ok()
    }

    fn socket(&self, state: SocketState) -> Option<Socket> {
        let (send, receive) = pair(self.column(4)?)?;
        let (kind, ticks) = pair(self.column(5)?)?;
        let retransmissions = u32::from_str_radix(self.column(6)?, 16).ok()?;
        let listening = state == SocketState::Listen;
        let expires = u32::try_from(u64::from(ticks) * TICK_MS).unwrap_or(u32::MAX);
        Some(Socket {
            protocol: self.table.protocol,
            ipv6: self.table.ipv6,
            state,
            local: endpoint(self.column(1)?)?,
            remote: endpoint(self.column(2)?)?,
            recv_queue: if listening { 0 } else { receive },
            send_queue: send,
            accept_queue: listening.then_some(receive),
            backlog: None,
            inode: self.column(9)?.parse().ok()?,
            uid: self.column(7)?.parse().ok()?,
            timer: timer(u8::try_from(kind).ok()?, expires, u8::try_from(retransmissions).unwrap_or(u8::MAX)),
            shutdown: 0,
            drops: self.drops(),
            holders: Vec::new(),
        })
    }

    fn column(&self, index: usize) -> Option<&str> {
        self.columns.get(index).copied()
    }

    /// The last column of UDP lines.
    fn drops(&self) -> u32 {
        let drops = self.column(12).filter(|_| self.table.protocol == Protocol::Udp);
        drops.and_then(|drops| drops.parse().ok()).unwrap_or(0)
    }
}

fn pair(text: &str) -> Option<(u32, u32)> {
    let (one, other) = text.split_once(':')?;
    Some((u32::from_str_radix(one, 16).ok()?, u32::from_str_radix(other, 16).ok()?))
}

/// `0100007F:0BB9`: each 32-bit word of the address as this machine reads it, then the port as a number.
fn endpoint(text: &str) -> Option<Address> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = [0; 16];
    let words = ip.len() / 8;
    for index in 0..words {
        let word = u32::from_str_radix(ip.get(8 * index..8 * index + 8)?, 16).ok()?;
        bytes.get_mut(4 * index..4 * index + 4)?.copy_from_slice(&word.to_ne_bytes());
    }
    match ip.len() {
        8 => Some(Address::v4(Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]), port)),
        32 => Some(Address::Inet(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(bytes), port, 0, 0)))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{Malformed, parse};
    use crate::observe::sock_diag::TABLES;
    use crate::state::{Protocol, SocketState, TimerKind};

    const LISTEN: &str =
        "   0: 00000000:0BB9 00000000:0000 0A 00000000:00000002 00:00000000 00000000  1000        0 4242 1 0000 100 0";
    const TIME_WAIT: &str =
        "   1: 0100007F:0BB9 0100007F:C488 06 00000000:00000000 03:0000176F 00000000     0        0 0 3 0000";
    const UDP6: &str = "  42: 00000000000000000000000001000000:0BB9 00000000000000000000000000000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 77 2 0000 5";

    #[test]
    fn lines_of_each_kind() {
        let listener = parse(TABLES[0], LISTEN).unwrap().unwrap();
        assert_eq!((listener.state, listener.accept_queue, listener.backlog), (SocketState::Listen, Some(2), None));
        assert_eq!((listener.inode, listener.uid), (4242, 1000));
        let waiting = parse(TABLES[0], TIME_WAIT).unwrap().unwrap();
        let timer = waiting.timer.unwrap();
        assert_eq!((timer.kind, timer.expires_ms), (TimerKind::TimeWait, 59990));
        assert_eq!(waiting.remote.to_string(), "127.0.0.1:50312");
        let datagrams = parse(TABLES[3], UDP6).unwrap().unwrap();
        assert_eq!(datagrams.protocol, Protocol::Udp);
        assert_eq!(datagrams.local.to_string(), "[::1]:3001");
        assert_eq!((datagrams.recv_queue, datagrams.drops, datagrams.inode), (768, 5, 77));
    }

    #[test]
    fn a_line_cut_short_is_refused() {
        let end_of_count = LISTEN.find(" 0000 100").unwrap();
        for end in 0..=end_of_count {
            assert_eq!(parse(TABLES[0], &LISTEN[..end]), Err(Malformed::Line), "{end}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_panic(line in "[ 0-9A-F:\\u{e9}]{0,120}") {
            let _ = parse(TABLES[0], &line);
        }
    }
}
