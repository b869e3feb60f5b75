//! Socket addresses as the kernel gives them: parsed from the bytes of a `struct sockaddr`, never trusted.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use serde::{Deserialize, Serialize};

/// An address of any family (ip(7), ipv6(7), unix(7)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
