//! Socket options: levels, names, values.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::syscall::call::Value;
use crate::syscall::constant::Group;
use crate::syscall::errno::Errno;
use crate::trace::decode::name::{constant, flags};
use crate::trace::decode::tracee::{Bytes, Tracee, record};

/// Longest value that is read; those of Linux that are worth reading are shorter.
const LONGEST: usize = 256;

/// Level and name of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub level: i32,
    pub name: i32,
}

/// The name of an option, in the group that its level says.
pub(super) fn name(chosen: Choice) -> Value {
    let group = match chosen.level {
        libc::SOL_SOCKET => Group::SocketOption,
        libc::IPPROTO_TCP => Group::TcpOption,
        libc::IPPROTO_IP => Group::IpOption,
        libc::IPPROTO_IPV6 => Group::Ipv6Option,
        _ => return Value::Number(chosen.name.into()),
    };
    constant(group, chosen.name.into())
}

/// The value of an option: `[1]`, `{l_onoff=1, l_linger=0}`, `{tv_sec=5, tv_usec=0}`, else its bytes.
pub(super) fn value(tracee: &Tracee<'_>, chosen: Choice, (address, length): (u64, i64)) -> Option<Value> {
    let total = usize::try_from(length).ok()?;
    let given = tracee.bytes(address, total.min(LONGEST))?;
    let known = structure(tracee, chosen, &given).or_else(|| text(chosen, &given)).or_else(|| number(chosen, &given));
    known.or_else(|| (total > 0).then_some(Value::Bytes { data: given.bytes, total }))
}

fn structure(tracee: &Tracee<'_>, chosen: Choice, given: &Bytes) -> Option<Value> {
    let int = |offset: usize| given.int(offset).map(|number| Value::Number(number.into()));
    let unsigned = |offset: usize| given.unsigned(offset).map(|number| Value::Number(number.into()));
    let time = |size: usize| {
        let part = |offset: usize| given.signed(offset, size).map(Value::Number);
        Some(record([("tv_sec", part(0)?), ("tv_usec", part(size)?)]))
    };
    match (chosen.level, chosen.name) {
        (libc::SOL_SOCKET, libc::SO_LINGER) => Some(record([("l_onoff", int(0)?), ("l_linger", int(4)?)])),
        (libc::SOL_SOCKET, libc::SO_RCVTIMEO | libc::SO_SNDTIMEO) => time(tracee.word()),
        // SO_RCVTIMEO_NEW and SO_SNDTIMEO_NEW: 64 bits everywhere.
        (libc::SOL_SOCKET, 66 | 67) => time(8),
        (libc::SOL_SOCKET, libc::SO_PEERCRED) => {
            Some(record([("pid", int(0)?), ("uid", unsigned(4)?), ("gid", unsigned(8)?)]))
        }
        (libc::IPPROTO_IP, libc::IP_ADD_MEMBERSHIP | libc::IP_DROP_MEMBERSHIP) => {
            Some(record([("imr_multiaddr", inet(given, 0)?), ("imr_interface", inet(given, 4)?)]))
        }
        (libc::IPPROTO_IPV6, libc::IPV6_ADD_MEMBERSHIP | libc::IPV6_DROP_MEMBERSHIP) => {
            let group: [u8; 16] = given.bytes.get(..16)?.try_into().ok()?;
            let group = Value::Symbol(format!("inet_pton(\"{}\")", Ipv6Addr::from(group)));
            Some(record([("ipv6mr_multiaddr", group), ("ipv6mr_interface", int(16)?)]))
        }
        _ => None,
    }
}

fn inet(given: &Bytes, offset: usize) -> Option<Value> {
    let octets: [u8; 4] = given.bytes.get(offset..offset + 4)?.try_into().ok()?;
    Some(Value::Symbol(format!("inet_addr(\"{}\")", Ipv4Addr::from(octets))))
}

/// An `int`, in the words of its option; of a longer value the kernel takes the beginning.
fn number(chosen: Choice, given: &Bytes) -> Option<Value> {
    if given.bytes.len() == 1 {
        return given.bytes.first().map(|byte| Value::List(vec![Value::Number((*byte).into())]));
    }
    let number = given.int(0)?;
    let value = match (chosen.level, chosen.name) {
        (libc::SOL_SOCKET, libc::SO_ERROR) => error(number),
        (libc::SOL_SOCKET, libc::SO_TYPE) => flags(Group::SocketType, number.into()),
        (libc::SOL_SOCKET, libc::SO_DOMAIN) => constant(Group::Family, number.into()),
        (libc::SOL_SOCKET, libc::SO_PROTOCOL) if number != 0 => constant(Group::Protocol, number.into()),
        (libc::IPPROTO_IP, libc::IP_MULTICAST_IF) if given.bytes.len() == 4 => inet(given, 0)?,
        _ if given.bytes.len() == 4 || is_int(chosen) => Value::Number(number.into()),
        _ => return None,
    };
    Some(Value::List(vec![value]))
}

fn error(number: i32) -> Value {
    let name = Errno::new(number).name();
    name.map_or(Value::Number(number.into()), |name| Value::Symbol(name.to_owned()))
}

/// Options that students give a longer variable.
fn is_int(chosen: Choice) -> bool {
    matches!(
        (chosen.level, chosen.name),
        (
            libc::SOL_SOCKET,
            libc::SO_REUSEADDR
                | libc::SO_REUSEPORT
                | libc::SO_BROADCAST
                | libc::SO_KEEPALIVE
                | libc::SO_SNDBUF
                | libc::SO_RCVBUF
        ) | (libc::IPPROTO_TCP, libc::TCP_NODELAY)
            | (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY)
    )
}

/// Names of interfaces and of algorithms end at their NUL.
fn text(chosen: Choice, given: &Bytes) -> Option<Value> {
    let is_text = matches!(
        (chosen.level, chosen.name),
        (libc::SOL_SOCKET, libc::SO_BINDTODEVICE) | (libc::IPPROTO_TCP, libc::TCP_CONGESTION)
    );
    let end = given.bytes.iter().position(|byte| *byte == 0).unwrap_or(given.bytes.len());
    let data = given.bytes.get(..end).filter(|_| is_text)?.to_vec();
    Some(Value::Bytes { total: data.len(), data })
}
