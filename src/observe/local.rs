//! This machine's addresses and ports: what a client can type, what is free, what may be offered.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use nix::ifaddrs::getifaddrs;
use nix::sys::socket::SockaddrStorage;
use socket2::{Domain, Socket, Type};

use crate::syscall::address::Address;

const RESERVED_PORTS_START: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

const V6_ONLY: &str = "/proc/sys/net/ipv6/bindv6only";

/// Interfaces that containers and virtual machines make: reachable from this machine alone, as a rule.
const BRIDGES: [&str; 12] =
    ["docker", "br-", "veth", "virbr", "lxc", "lxd", "cni", "podman", "vmnet", "vboxnet", "flannel", "cali"];

/// Ports that browsers refuse (Fetch standard, "bad port"), from 1024 up.
const BAD_PORTS: [u16; 19] =
    [1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080];

/// Offers are in this range, below the ephemeral ports (32768 and up).
const OFFERS: u16 = 10_000;
/// Accounts whose offers all differ.
const ACCOUNTS: u32 = 2_000;
const STEP: u16 = 10;

/// An address of this machine and the interface that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    pub ip: IpAddr,
    pub interface: String,
}

/// The addresses of this machine, loopback included, in the kernel's order; empty when it does not tell.
#[must_use]
pub fn addresses() -> Vec<Local> {
    let Ok(interfaces) = getifaddrs() else { return Vec::new() };
    interfaces.filter_map(|one| Some(Local { ip: ip(&one.address?)?, interface: one.interface_name })).collect()
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
}

/// Whether a socket of this machine can have that address.
#[must_use]
pub fn is_local(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || addresses().iter().any(|local| local.ip == ip)
}

/// Addresses that reach a listener bound to that address, the machine's own first, each with whether it works from this
/// machine only. Empty for no Internet address.
#[must_use]
pub fn reach_of(listener: &Address) -> Vec<(bool, String, u16)> {
    let (Some(ip), Some(port)) = (listener.ip(), listener.port()) else { return Vec::new() };
    if !ip.is_unspecified() {
        return vec![(ip.is_loopback(), ip.to_string(), port)];
    }
    let mut others = addresses();
    others.retain(|local| is_typable(local.ip) && (ip.is_ipv6() || local.ip.is_ipv4()));
    let defaults = default_sources();
    others.sort_by_key(|local| rank(local, &defaults));
    // What listens on [::] takes IPv4 too, unless the system says otherwise.
    let v6 = ip.is_ipv6().then_some(IpAddr::V6(Ipv6Addr::LOCALHOST));
    let v4 = (ip.is_ipv4() || !is_v6_only()).then_some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    others.retain(|local| v4.is_some() || local.ip.is_ipv6());
    let own = v6.into_iter().chain(v4).map(|ip| (true, ip.to_string(), port));
    own.chain(others.into_iter().map(|local| (false, local.ip.to_string(), port))).collect()
}

/// Whether an IPv6 socket takes no IPv4 unless it asks for it (ipv6(7), bindv6only).
fn is_v6_only() -> bool {
    fs::read_to_string(V6_ONLY).is_ok_and(|text| text.trim() == "1")
}

/// Neither loopback nor link-local: IPv6 link-local addresses need the client's interface.
fn is_typable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
        IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unicast_link_local(),
    }
}

/// Lower comes first: the default route's, then others, then bridges; IPv4 before IPv6.
fn rank(local: &Local, defaults: &[IpAddr]) -> (bool, bool, bool) {
    let bridge = BRIDGES.iter().any(|prefix| local.interface.starts_with(prefix));
    (bridge, !defaults.contains(&local.ip), local.ip.is_ipv6())
}

/// The addresses from which this machine would speak to the Internet. Nothing is sent: connecting a UDP socket only
/// looks up the route (udp(7)). The targets are reserved for documentation (RFC 5737, RFC 3849).
fn default_sources() -> Vec<IpAddr> {
    let v4 = source(IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    let v6 = source(IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)));
    v4.into_iter().chain(v6).collect()
}

fn source(any: IpAddr, target: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((target, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Ports below this one are for privileged processes; 1024 where /proc is silent.
#[must_use]
pub fn reserved_ports_start() -> u16 {
    let text = fs::read_to_string(RESERVED_PORTS_START).unwrap_or_default();
    text.trim().parse().unwrap_or(1024)
}

/// Whether a program that asks for no SO_REUSEADDR can bind this address, found out by binding it.
#[must_use]
pub fn address_free(address: SocketAddr, kind: Type) -> bool {
    let Ok(socket) = Socket::new(Domain::for_address(address), kind, None) else { return false };
    socket.bind(&address.into()).is_ok()
}

/// Whether the port is free on every interface, for TCP and for UDP, and for IPv6 too where there is IPv6.
#[must_use]
pub fn port_free(port: u16) -> bool {
    let any = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
    let families = any.into_iter().filter(|ip| ip.is_ipv4() || Socket::new(Domain::IPV6, Type::DGRAM, None).is_ok());
    let mut addresses = families.map(|ip| SocketAddr::new(ip, port));
    addresses.all(|address| [Type::STREAM, Type::DGRAM].into_iter().all(|kind| address_free(address, kind)))
}

/// Whether an unprivileged process may bind that port.
#[must_use]
pub fn bindable(port: u16) -> bool {
    port != 0 && port >= reserved_ports_start()
}

/// Whether browsers refuse to speak to that port (Fetch standard).
#[must_use]
pub fn browsers_refuse(port: u16) -> bool {
    port < 1024 && ![80, 443].contains(&port) || BAD_PORTS.contains(&port)
}

/// The ports to offer instead of `base`, best first: the same for an account each time, different between accounts,
/// never one that browsers refuse nor a reserved one. Whether they are free is to be tried. Account 1000 and port 3001
/// give 20001, account 1001 gives 20011.
pub fn offers(base: u16, uid: u32) -> impl Iterator<Item = u16> {
    let reserved = reserved_ports_start();
    (0..ACCOUNTS).filter_map(move |shift| {
        let slot = u16::try_from(uid.wrapping_add(shift) % ACCOUNTS).unwrap_or(0);
        let port = OFFERS + slot * STEP + base % STEP;
        (port >= reserved && !browsers_refuse(port)).then_some(port)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::{IpAddr, Ipv4Addr, TcpListener};

    use super::{Local, is_local, offers, port_free, rank, reach_of};
    use crate::syscall::address::Address;

    #[test]
    fn offers_differ_between_accounts_and_are_stable() {
        let first: HashSet<u16> = (1000..1100).filter_map(|uid| offers(3001, uid).next()).collect();
        assert_eq!(first.len(), 100);
        assert_eq!(offers(3001, 1000).next(), Some(20001));
        assert!(!offers(3000, 8).any(|port| port == 10080));
        assert!(offers(3001, u32::MAX).all(|port| (10_000..32_768).contains(&port)));
    }

    #[test]
    fn a_port_in_use_is_not_free() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(!port_free(listener.local_addr().unwrap().port()));
    }

    #[test]
    fn the_default_route_comes_first_and_bridges_last() {
        let local = |ip: [u8; 4], interface: &str| Local { ip: IpAddr::from(ip), interface: interface.into() };
        let mut all =
            [local([172, 17, 0, 1], "docker0"), local([10, 0, 0, 5], "eth1"), local([192, 168, 1, 10], "wlan0")];
        all.sort_by_key(|one| rank(one, &[IpAddr::from([192, 168, 1, 10])]));
        let order: Vec<&str> = all.iter().map(|one| one.interface.as_str()).collect();
        assert_eq!(order, ["wlan0", "eth1", "docker0"]);
    }

    #[test]
    fn the_loopback_is_local_and_offered_once() {
        assert!(is_local(IpAddr::V4(Ipv4Addr::new(127, 1, 2, 3))));
        assert!(!is_local(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))));
        let all = reach_of(&Address::v4(Ipv4Addr::UNSPECIFIED, 3001));
        assert_eq!(all[0], (true, "127.0.0.1".into(), 3001));
        assert!(all.iter().skip(1).all(|one| !one.0));
        let only = reach_of(&Address::v4(Ipv4Addr::LOCALHOST, 3001));
        assert_eq!(only, [(true, "127.0.0.1".to_owned(), 3001)]);
    }
}
