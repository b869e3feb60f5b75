//! Socket addresses as the kernel gives them: parsed from the bytes of a `struct sockaddr`, never trusted.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use serde::{Deserialize, Serialize};

/// An address of any family (ip(7), ipv6(7), unix(7)).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Address {
    Inet(SocketAddr),
    /// A path, or an abstract name that starts with a NUL; empty when unnamed.
    Unix(Vec<u8>),
    /// A family that has no more to show, or too few bytes for its family.
    Other {
        family: u16,
        bytes: Vec<u8>,
    },
}

impl Address {
    #[must_use]
    pub fn v4(ip: Ipv4Addr, port: u16) -> Address {
        Address::Inet(SocketAddr::V4(SocketAddrV4::new(ip, port)))
    }

    /// Reads the first bytes of a `struct sockaddr`; `None` when there are not even two bytes of family.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Address> {
        let family = u16::from_ne_bytes([*bytes.first()?, *bytes.get(1)?]);
        let rest = bytes.get(2..).unwrap_or_default();
        let known = match i32::from(family) {
            libc::AF_INET => inet(rest),
            libc::AF_INET6 => inet6(rest),
            libc::AF_UNIX => Some(Address::Unix(unix_name(rest))),
            _ => None,
        };
        Some(known.unwrap_or_else(|| Address::Other { family, bytes: rest.to_vec() }))
    }

    /// The port in host byte order, for the Internet families.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Address::Inet(address) => Some(address.port()),
            _ => None,
        }
    }

    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Address::Inet(address) => Some(address.ip()),
            _ => None,
        }
    }

    /// The place that it names: an IPv4-mapped IPv6 address is the IPv4 one (RFC 4291, 2.5.5.2).
    #[must_use]
    pub fn canonical(&self) -> Address {
        match self {
            Address::Inet(address) => Address::Inet(SocketAddr::new(address.ip().to_canonical(), address.port())),
            other => other.clone(),
        }
    }

    /// `0.0.0.0` or `::`, whatever the port.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.ip().is_some_and(|ip| ip.is_unspecified())
    }
}

/// Bytes of a binary address of this family, as inet_pton(3) gives it; 0 for one that it refuses.
#[must_use]
pub fn raw_length(family: i64) -> i64 {
    match i32::try_from(family) {
        Ok(libc::AF_INET) => 4,
        Ok(libc::AF_INET6) => 16,
        _ => 0,
    }
}

fn inet(rest: &[u8]) -> Option<Address> {
    let port = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
    let ip: [u8; 4] = rest.get(2..6)?.try_into().ok()?;
    Some(Address::v4(Ipv4Addr::from(ip), port))
}

fn inet6(rest: &[u8]) -> Option<Address> {
    let port = u16::from_be_bytes([*rest.first()?, *rest.get(1)?]);
    let flow = u32::from_be_bytes(rest.get(2..6)?.try_into().ok()?);
    let ip: [u8; 16] = rest.get(6..22)?.try_into().ok()?;
    let scope = rest.get(22..26).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_ne_bytes);
    Some(Address::Inet(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(ip), port, flow, scope))))
}

fn unix_name(rest: &[u8]) -> Vec<u8> {
    match rest.first() {
        None => Vec::new(),
        Some(0) => rest.to_vec(),
        Some(_) => rest.iter().copied().take_while(|byte| *byte != 0).collect(),
    }
}

/// `127.0.0.1:3001`, `[::1]:3001`, `/tmp/s`, `@abstract`; bytes outside ASCII are escaped.
impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Inet(address) => write!(out, "{address}"),
            Address::Unix(name) if name.is_empty() => write!(out, "(sans nom)"),
            Address::Unix(name) => match name.split_first() {
                Some((0, abstract_name)) => write!(out, "@{}", abstract_name.escape_ascii()),
                _ => write!(out, "{}", name.escape_ascii()),
            },
            Address::Other { family, .. } => write!(out, "AF_{family}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV6};

    use super::{Address, raw_length};

    /// The bytes of a `struct sockaddr` of this family.
    fn raw(family: u16, rest: &[u8]) -> Vec<u8> {
        [&family.to_ne_bytes(), rest].concat()
    }

    fn v6(ip: Ipv6Addr, flow: u32, scope: u32) -> Address {
        Address::Inet(SocketAddrV6::new(ip, 3001, flow, scope).into())
    }

    fn unix(name: &[u8]) -> Address {
        Address::Unix(name.to_vec())
    }

    #[test]
    fn a_binary_address_has_the_length_of_its_family() {
        let length = |family: i32| raw_length(family.into());
        assert_eq!((length(libc::AF_INET), length(libc::AF_INET6), length(libc::AF_UNIX)), (4, 16, 0));
        assert_eq!(raw_length(i64::from(libc::AF_INET) + (1 << 32)), 0, "no int");
    }

    #[test]
    fn each_family_is_read_and_shown() {
        let one = Ipv6Addr::LOCALHOST.octets();
        let six = |scope: &[u8]| [&[0x0b, 0xb9, 0, 0, 0, 7], one.as_slice(), scope].concat();
        let other = |family, bytes: &[u8]| Address::Other { family, bytes: bytes.to_vec() };
        let cases: &[(u16, &[u8], Address, &str)] = &[
            (2, b"\x0b\xb9\x7f\0\0\x01\0\0\0\0\0\0\0\0", Address::v4(Ipv4Addr::LOCALHOST, 3001), "127.0.0.1:3001"),
            (2, b"\x0b\xb9\x7f\0\0", other(2, b"\x0b\xb9\x7f\0\0"), "AF_2"),
            (2, b"\x0b", other(2, b"\x0b"), "AF_2"),
            (10, &six(&3_u32.to_ne_bytes()), v6(Ipv6Addr::LOCALHOST, 7, 3), "[::1%3]:3001"),
            (10, &six(b""), v6(Ipv6Addr::LOCALHOST, 7, 0), "[::1]:3001"),
            (10, &six(b"")[..21], other(10, &six(b"")[..21]), "AF_10"),
            (1, b"", unix(b""), "(sans nom)"),
            (1, b"/tmp/s\0rest", unix(b"/tmp/s"), "/tmp/s"),
            (1, b"/\xe9\x1b", unix(b"/\xe9\x1b"), "/\\xe9\\x1b"),
            (1, b"\0a\0b", unix(b"\0a\0b"), "@a\\x00b"),
            (250, b"abc", other(250, b"abc"), "AF_250"),
        ];
        for (family, rest, expected, shown) in cases {
            assert_eq!(Address::from_bytes(&raw(*family, rest)).as_ref(), Some(expected), "{shown}");
            assert_eq!(expected.to_string(), *shown);
        }
        assert_eq!((Address::from_bytes(b""), Address::from_bytes(b"\x02")), (None, None));
    }

    #[test]
    fn a_place_has_an_ip_and_a_port_in_the_internet_families_only() {
        let mapped = v6(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), 0, 0);
        let v4 = |ip| Address::v4(ip, 3001);
        for (address, ip, any, canonical) in [
            (v4(Ipv4Addr::LOCALHOST), Some("127.0.0.1"), false, v4(Ipv4Addr::LOCALHOST)),
            (v4(Ipv4Addr::UNSPECIFIED), Some("0.0.0.0"), true, v4(Ipv4Addr::UNSPECIFIED)),
            (v6(Ipv6Addr::UNSPECIFIED, 0, 0), Some("::"), true, v6(Ipv6Addr::UNSPECIFIED, 0, 0)),
            (mapped, Some("::ffff:127.0.0.1"), false, v4(Ipv4Addr::LOCALHOST)),
            (unix(b"/s"), None, false, unix(b"/s")),
        ] {
            assert_eq!(address.ip().map(|ip| ip.to_string()).as_deref(), ip, "{address}");
            assert_eq!(address.port(), ip.map(|_| 3001), "{address}");
            assert_eq!((address.is_any(), address.canonical()), (any, canonical), "{address}");
        }
    }
}
