//! TCP and UDP sockets by sock_diag(7): requests and the parsing of `struct inet_diag_msg`
//! (include/uapi/linux/inet_diag.h).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::observe::netlink::{Channel, Malformed, SOCK_DIAG_BY_FAMILY, TCPDIAG_GETSOCK, attributes, u32_at};
use crate::state::{Protocol, Socket, SocketState, Timer, TimerKind};
use crate::syscall::address::Address;

const INET_DIAG_SKMEMINFO: u16 = 7;
const INET_DIAG_SHUTDOWN: u16 = 8;
/// Index of the drops in the `u32` array of `INET_DIAG_SKMEMINFO` (SK_MEMINFO_DROPS).
const DROPS: usize = 8;
const MESSAGE: usize = 72;
const EXTENSIONS: u8 = 1 << (INET_DIAG_SKMEMINFO - 1) | 1 << (INET_DIAG_SHUTDOWN - 1);

/// A kernel table: one protocol, one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    pub protocol: Protocol,
    pub ipv6: bool,
}

/// The tables that an observation reads.
pub const TABLES: [Table; 4] = [
    Table { protocol: Protocol::Tcp, ipv6: false },
    Table { protocol: Protocol::Tcp, ipv6: true },
    Table { protocol: Protocol::Udp, ipv6: false },
    Table { protocol: Protocol::Udp, ipv6: true },
];

/// Which states to ask for, as the kernel's bit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct States(u32);

impl States {
    /// Listening sockets alone: the kernel then skips its large table of connections.
    pub const LISTEN: States = States(1 << 10);
    /// Every state but the next.
    pub const USUAL: States = States(0x1fff);
    /// Bound and no more (TCP_BOUND_INACTIVE, since Linux 6.8): the kernel walks another large table for it.
    pub const BOUND: States = States(1 << 13);
    pub const ALL: States = States(0x3fff);
}

/// `struct inet_diag_req_v2`.
fn request(table: Table, states: States) -> [u8; 56] {
    let mut body = [0; 56];
    body[0] = if table.ipv6 { 10 } else { 2 };
    body[1] = if table.protocol == Protocol::Udp { 17 } else { 6 };
    body[2] = EXTENSIONS;
    body[4..8].copy_from_slice(&states.0.to_ne_bytes());
    body
}

/// `struct inet_diag_req`.
fn request_both(states: States) -> [u8; 60] {
    let mut body = [0; 60];
    body[3] = EXTENSIONS;
    body[52..56].copy_from_slice(&states.0.to_ne_bytes());
    body
}

/// Appends the TCP sockets of both families to `sockets`, in one walk of the kernel's table.
///
/// # Errors
/// As `dump`; `EINVAL` or `ENOENT` where the kernel has lost this older request.
pub fn dump_tcp(channel: &mut Channel, states: States, sockets: &mut Vec<Socket>) -> io::Result<()> {
    channel.dump(TCPDIAG_GETSOCK, &request_both(states), |body| {
        sockets.extend(parse(Protocol::Tcp, body)?);
        Ok(())
    })
}

/// Appends the sockets of a table to `sockets`.
///
/// # Errors
/// The errno by which the kernel refuses the table (`ENOENT` without its module, `EPERM`), or a malformed answer.
pub fn dump(channel: &mut Channel, table: Table, states: States, sockets: &mut Vec<Socket>) -> io::Result<()> {
    channel.dump(SOCK_DIAG_BY_FAMILY, &request(table, states), |body| {
        sockets.extend(parse(table.protocol, body)?);
        Ok(())
    })
}

/// Reads one `struct inet_diag_msg` and its attributes; `Ok(None)` for a family or state that has no name here.
///
/// # Errors
/// When the structure or an attribute is cut short.
pub fn parse(protocol: Protocol, body: &[u8]) -> Result<Option<Socket>, Malformed> {
    let fixed: &[u8; MESSAGE] = body.first_chunk().ok_or(Malformed::ShortBody)?;
    let word = |at| u32_at(fixed, at).unwrap_or(0);
    let (shutdown, drops) = extensions(body.get(MESSAGE..).unwrap_or_default())?;
    let (Some(state), Some(local), Some(remote)) =
        (SocketState::from_number(fixed[1]), endpoint(fixed, 4, 8), endpoint(fixed, 6, 24))
    else {
        return Ok(None);
    };
    let listening = state == SocketState::Listen;
    let (receive, send) = (word(56), word(60));
    Ok(Some(Socket {
        protocol,
        ipv6: i32::from(fixed[0]) == libc::AF_INET6,
        state,
        local,
        remote,
        recv_queue: if listening { 0 } else { receive },
        send_queue: if listening { 0 } else { send },
        accept_queue: listening.then_some(receive),
        backlog: listening.then_some(send),
        inode: u64::from(word(68)),
        uid: word(64),
        timer: timer(fixed[2], word(52), fixed[3]),
        shutdown,
        drops,
        holders: Vec::new(),
    }))
}

/// The timer that `idiag_timer`, `idiag_expires` (milliseconds) and `idiag_retrans` describe.
#[must_use]
pub fn timer(kind: u8, expires_ms: u32, retransmissions: u8) -> Option<Timer> {
    let kind = match kind {
        1 => TimerKind::Retransmission,
        2 => TimerKind::Keepalive,
        3 => TimerKind::TimeWait,
        4 => TimerKind::WindowProbe,
        _ => return None,
    };
    Some(Timer { kind, expires_ms, retransmissions })
}

/// The address whose port is at `port_at` and whose IP is at `ip_at`; `None` for an unknown family.
fn endpoint(fixed: &[u8; MESSAGE], port_at: usize, ip_at: usize) -> Option<Address> {
    let port = u16::from_be_bytes([*fixed.get(port_at)?, *fixed.get(port_at + 1)?]);
    let ip: [u8; 16] = fixed.get(ip_at..ip_at + 16)?.try_into().ok()?;
    match i32::from(fixed[0]) {
        libc::AF_INET => Some(Address::v4(Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3]), port)),
        libc::AF_INET6 => Some(inet6(Ipv6Addr::from(ip), port, u32_at(fixed, 40)?)),
        _ => None,
    }
}

/// The interface is part of a link-local address only.
fn inet6(ip: Ipv6Addr, port: u16, interface: u32) -> Address {
    let scope = if ip.is_unicast_link_local() { interface } else { 0 };
    Address::Inet(SocketAddr::V6(SocketAddrV6::new(ip, port, 0, scope)))
}

fn extensions(bytes: &[u8]) -> Result<(u8, u32), Malformed> {
    let (mut shutdown, mut drops) = (0, 0);
    for attribute in attributes(bytes) {
        match attribute? {
            (INET_DIAG_SHUTDOWN, value) => shutdown = *value.first().ok_or(Malformed::ShortBody)? & 3,
            // Older kernels have fewer counters.
            (INET_DIAG_SKMEMINFO, value) => drops = u32_at(value, 4 * DROPS).unwrap_or(0),
            _ => {}
        }
    }
    Ok((shutdown, drops))
}

/// Whether these are two addresses of one place, an IPv4 address counting as its IPv4-mapped form.
#[must_use]
pub fn same_endpoint(one: &Address, other: &Address) -> bool {
    match (one, other) {
        (Address::Inet(one), Address::Inet(other)) => {
            one.port() == other.port() && one.ip().to_canonical() == other.ip().to_canonical()
        }
        _ => one == other,
    }
}

/// Whether a socket bound to `bound` takes what arrives for `ip`: `::` takes IPv4 too.
#[must_use]
pub fn covers(bound: &Address, ip: IpAddr) -> bool {
    bound.ip().is_some_and(|bound| {
        let bound = bound.to_canonical();
        let ip = ip.to_canonical();
        bound == ip || bound == IpAddr::V6(Ipv6Addr::UNSPECIFIED) || (bound.is_unspecified() && ip.is_ipv4())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Malformed, parse};
    use crate::state::{Protocol, Socket, SocketState, TimerKind};

    fn body(family: u8, state: u8) -> Vec<u8> {
        let mut body = vec![0; 72];
        body[0] = family;
        body[1] = state;
        body[4..6].copy_from_slice(&3001_u16.to_be_bytes());
        body[6..8].copy_from_slice(&50312_u16.to_be_bytes());
        body[8..12].copy_from_slice(&[127, 0, 0, 1]);
        body[24..28].copy_from_slice(&[127, 0, 0, 2]);
        for (at, value) in [(52, 800), (56, 2_u32), (60, 5), (64, 1000), (68, 4242)] {
            body[at..at + 4].copy_from_slice(&value.to_ne_bytes());
        }
        body
    }

    fn socket(body: &[u8]) -> Socket {
        parse(Protocol::Tcp, body).unwrap().unwrap()
    }

    #[test]
    fn a_listener_has_a_queue_of_connections() {
        let listener = socket(&body(2, 10));
        assert_eq!((listener.accept_queue, listener.backlog), (Some(2), Some(5)));
        assert_eq!((listener.recv_queue, listener.send_queue), (0, 0));
        assert_eq!((listener.uid, listener.inode, listener.timer), (1000, 4242, None));
    }

    #[test]
    fn a_connection_has_queues_of_bytes_a_timer_and_extensions() {
        let mut body = body(2, 2);
        (body[2], body[3]) = (1, 3);
        body.extend([5, 0, 8, 0, 2, 0, 0, 0]);
        body.extend([40, 0, 7, 0]);
        body.extend([0; 32]);
        body.extend(9_u32.to_ne_bytes());
        let connection = socket(&body);
        assert_eq!(connection.state, SocketState::SynSent);
        assert_eq!((connection.recv_queue, connection.send_queue, connection.accept_queue), (2, 5, None));
        assert_eq!((connection.shutdown, connection.drops), (2, 9));
        let timer = connection.timer.unwrap();
        assert_eq!((timer.kind, timer.expires_ms, timer.retransmissions), (TimerKind::Retransmission, 800, 3));
        assert_eq!(connection.local.to_string(), "127.0.0.1:3001");
        assert_eq!(connection.remote.to_string(), "127.0.0.2:50312");
    }

    #[test]
    fn what_is_short_or_unknown_is_told_apart() {
        assert_eq!(parse(Protocol::Tcp, &[2; 71]), Err(Malformed::ShortBody));
        assert_eq!(parse(Protocol::Tcp, &body(2, 99)), Ok(None));
        assert_eq!(parse(Protocol::Tcp, &body(1, 1)), Ok(None));
        let mut cut = body(2, 1);
        cut.extend([9, 0, 8, 0]);
        assert_eq!(parse(Protocol::Tcp, &cut), Err(Malformed::AttributeLength));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(Protocol::Tcp, &bytes);
        }

        #[test]
        fn any_attributes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut whole = body(10, 1);
            whole.extend(bytes);
            let _ = parse(Protocol::Udp, &whole);
        }
    }
}
