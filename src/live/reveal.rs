//! What lies behind pointers, as the notation shows it: structures, options, sets, lists.

use crate::live::actor_state::integer_of;
use crate::live::memory::Memory;
use crate::syscall::address::Address;
use crate::syscall::call::Value;
use crate::syscall::constant::{self, Group};
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::errno::Errno;
use crate::syscall::record::Record;

/// Longest run of bytes that a report carries.
const SHOWN_BYTES: usize = 4096;
/// Longest list of addresses that is shown; glibc gives far fewer.
const LONGEST_LIST: usize = 64;

fn number(memory: &Memory, integer: Integer, address: usize) -> Option<i64> {
    Some(integer_of(integer, &memory.read(address, integer.size()).ok()?))
}

fn int(memory: &Memory, address: usize) -> Option<i64> {
    number(memory, Integer::Int, address)
}

fn pointer(memory: &Memory, address: usize) -> Option<usize> {
    Some(usize::from_ne_bytes(memory.read(address, size_of::<usize>()).ok()?.try_into().ok()?))
}

/// One structure; `None` where it is not ours to read.
pub(super) fn record(memory: &Memory, record: Record, address: usize) -> Option<Value> {
    match record {
        Record::Addrinfo => hints(memory, address),
        Record::EpollEvent => epoll_event(memory, address),
        Record::Sigaction => action(memory, address),
        Record::InAddr => {
            let octets: [u8; 4] = memory.read(address, 4).ok()?.try_into().ok()?;
            let text = format!("inet_addr(\"{}\")", std::net::Ipv4Addr::from(octets));
            Some(named(vec![("s_addr", Value::Symbol(text))]))
        }
        _ if is_plain(record) => plain(memory, record, address),
        _ => bytes(memory, address, i64::try_from(record.size()).ok()?),
    }
}

/// Several structures in a row: `[{…}, {…}]`.
pub(super) fn records(memory: &Memory, kind: Record, (address, count): (usize, usize)) -> Option<Value> {
    let items = (0..count).map(|index| record(memory, kind, address.wrapping_add(index * kind.size())));
    items.collect::<Option<Vec<_>>>().map(Value::List)
}

fn plain(memory: &Memory, record: Record, address: usize) -> Option<Value> {
    let fields = record.fields().into_iter().map(|field| {
        let CType::Integer(integer) = field.ctype else { return None };
        Some((field.name.to_owned(), Value::Number(number(memory, integer, address.wrapping_add(field.offset))?)))
    });
    fields.collect::<Option<Vec<_>>>().map(Value::Record)
}

fn hints(memory: &Memory, address: usize) -> Option<Value> {
    let values = [
        int(memory, address)?,
        int(memory, address.wrapping_add(4))?,
        int(memory, address.wrapping_add(8))?,
        int(memory, address.wrapping_add(12))?,
    ];
    let [chosen, family, kind, protocol] = values;
    let mut fields = vec![("ai_family", symbol(Group::Family, family))];
    if kind != 0 {
        fields.push(("ai_socktype", flags(Group::SocketType, kind)));
    }
    if protocol != 0 {
        fields.push(("ai_protocol", symbol(Group::Protocol, protocol)));
    }
    if chosen != 0 {
        fields.push(("ai_flags", flags(Group::AddrInfoFlag, chosen)));
    }
    Some(named(fields))
}

fn epoll_event(memory: &Memory, address: usize) -> Option<Value> {
    let events = number(memory, Integer::Uint32, address)?;
    let fd = int(memory, address.wrapping_add(Record::EpollEvent.field("data")?.offset))?;
    let data = named(vec![("fd", Value::Number(fd))]);
    Some(named(vec![("events", flags(Group::EpollEvent, events)), ("data", data)]))
}

fn action(memory: &Memory, address: usize) -> Option<Value> {
    let handled = handler(memory, pointer(memory, address)?);
    let chosen = int(memory, address.wrapping_add(Record::Sigaction.field("sa_flags")?.offset))?;
    Some(named(vec![("sa_handler", handled), ("sa_flags", action_flags(chosen))]))
}

/// The flags of sigaction(2) are in no group of their own: they are few.
fn action_flags(value: i64) -> Value {
    let known = [
        ("SA_NOCLDSTOP", libc::SA_NOCLDSTOP),
        ("SA_NOCLDWAIT", libc::SA_NOCLDWAIT),
        ("SA_RESTART", libc::SA_RESTART),
        ("SA_NODEFER", libc::SA_NODEFER),
        ("SA_RESETHAND", libc::SA_RESETHAND),
    ];
    let names: Vec<_> = known.iter().filter(|(_, bit)| value & i64::from(*bit) != 0).map(|(name, _)| *name).collect();
    let rest = known.iter().fold(value, |rest, (_, bit)| rest & !i64::from(*bit));
    match (names.is_empty(), rest) {
        (true, rest) => Value::Number(rest),
        (false, 0) => Value::Symbol(names.join("|")),
        (false, rest) => Value::Symbol(format!("{}|{rest:#x}", names.join("|"))),
    }
}

/// SIG_DFL, SIG_IGN, or the name that the lesson gave.
pub(super) fn handler(memory: &Memory, address: usize) -> Value {
    let name = match address {
        libc::SIG_DFL => "SIG_DFL".to_owned(),
        libc::SIG_IGN => "SIG_IGN".to_owned(),
        _ => memory.literal_at(address).map_or_else(String::new, |name| String::from_utf8_lossy(name).into_owned()),
    };
    Value::Symbol(name)
}

/// The name of an option, in the group that its level says.
pub(super) fn option_name(level: i64, name: i64) -> Value {
    let group = match i32::try_from(level) {
        Ok(libc::SOL_SOCKET) => Group::SocketOption,
        Ok(libc::IPPROTO_TCP) => Group::TcpOption,
        Ok(libc::IPPROTO_IP) => Group::IpOption,
        Ok(libc::IPPROTO_IPV6) => Group::Ipv6Option,
        _ => return Value::Number(name),
    };
    symbol(group, name)
}

/// The value of an option, by its level and name, so many bytes long.
pub(super) fn option_value(
    memory: &Memory,
    (level, name): (i64, i64),
    (address, length): (usize, i64),
) -> Option<Value> {
    let own = i32::try_from(level) == Ok(libc::SOL_SOCKET);
    let structure = match i32::try_from(name).ok().filter(|_| own) {
        Some(libc::SO_LINGER) => Some(Record::Linger),
        Some(libc::SO_RCVTIMEO | libc::SO_SNDTIMEO) => Some(Record::Timeval),
        Some(libc::SO_PEERCRED) => Some(Record::Ucred),
        _ => None,
    };
    match structure {
        Some(structure) if usize::try_from(length) == Ok(structure.size()) => plain(memory, structure, address),
        _ if length == 4 => {
            let value = int(memory, address)?;
            Some(Value::List(vec![own_meaning(own, name, value)]))
        }
        _ => bytes(memory, address, length),
    }
}

fn own_meaning(own: bool, name: i64, value: i64) -> Value {
    match i32::try_from(name).ok().filter(|_| own) {
        Some(libc::SO_ERROR) => {
            let known = i32::try_from(value).ok().and_then(|number| Errno::new(number).name());
            known.map_or(Value::Number(value), |name| Value::Symbol(name.to_owned()))
        }
        Some(libc::SO_TYPE) => symbol(Group::SocketType, value),
        Some(libc::SO_DOMAIN) => symbol(Group::Family, value),
        Some(libc::SO_PROTOCOL) => symbol(Group::Protocol, value),
        _ => Value::Number(value),
    }
}

/// `[{fd=3, events=POLLIN, revents=POLLIN}]`
pub(super) fn polled(memory: &Memory, (address, count): (usize, usize), answered: bool) -> Option<Value> {
    let item = |index: usize| {
        let start = address.wrapping_add(index * Record::Pollfd.size());
        let events = number(memory, Integer::Short, start.wrapping_add(4))?;
        let mut fields = vec![("fd", Value::Number(int(memory, start)?)), ("events", flags(Group::PollEvent, events))];
        if answered {
            fields.push(("revents", flags(Group::PollEvent, number(memory, Integer::Short, start.wrapping_add(6))?)));
        }
        Some(named(fields))
    };
    (0..count).map(item).collect::<Option<Vec<_>>>().map(Value::List)
}

/// The descriptors of a set: `[3, 4]`.
pub(super) fn set(memory: &Memory, address: usize) -> Option<Value> {
    let bytes = memory.read(address, Record::FdSet.size()).ok()?;
    let held = |fd: &usize| bytes.get(fd / 8).is_some_and(|byte| byte & (1 << (fd % 8)) != 0);
    let fds = (0..bytes.len() * 8).filter(held).filter_map(|fd| i64::try_from(fd).ok());
    Some(Value::List(fds.map(Value::Number).collect()))
}

/// The status of waitpid, as strace shows it.
pub(super) fn status(memory: &Memory, address: usize) -> Option<Value> {
    let status = i32::try_from(int(memory, address)?).ok()?;
    let text = if libc::WIFEXITED(status) {
        format!("WIFEXITED(s) && WEXITSTATUS(s) == {}", libc::WEXITSTATUS(status))
    } else if libc::WIFSIGNALED(status) {
        let signal = libc::WTERMSIG(status);
        let name = crate::syscall::signal::Signal::new(signal).name().map_or_else(|| signal.to_string(), str::to_owned);
        format!("WIFSIGNALED(s) && WTERMSIG(s) == {name}")
    } else {
        format!("{status:#x}")
    };
    Some(Value::List(vec![Value::Symbol(text)]))
}

/// The two descriptors of socketpair.
pub(super) fn pair(memory: &Memory, address: usize) -> Option<Value> {
    let fds = [int(memory, address)?, int(memory, address.wrapping_add(4))?];
    Some(Value::List(fds.into_iter().map(Value::Number).collect()))
}

/// The list of getaddrinfo, from the pointer that it filled.
pub(super) fn resolved(memory: &Memory, address: usize) -> Option<Value> {
    let mut items = Vec::new();
    let mut entry = pointer(memory, address)?;
    while entry != 0 && items.len() < LONGEST_LIST {
        items.push(address_info(memory, entry)?);
        entry = pointer(memory, entry.wrapping_add(Record::Addrinfo.field("ai_next")?.offset))?;
    }
    Some(Value::List(items))
}

fn address_info(memory: &Memory, entry: usize) -> Option<Value> {
    let at = |name: &str| Record::Addrinfo.field(name).map(|field| entry.wrapping_add(field.offset));
    let length = usize::try_from(number(memory, Integer::Socklen, at("ai_addrlen")?)?).ok()?;
    let address = memory.read(pointer(memory, at("ai_addr")?)?, length).ok()?;
    let mut fields = vec![
        ("ai_family", symbol(Group::Family, int(memory, at("ai_family")?)?)),
        ("ai_socktype", flags(Group::SocketType, int(memory, at("ai_socktype")?)?)),
        ("ai_addr", Value::Address(Address::from_bytes(&address)?)),
    ];
    let canonical = pointer(memory, at("ai_canonname")?)?;
    if canonical != 0 {
        fields.push(("ai_canonname", text(memory, canonical)?));
    }
    Some(named(fields))
}

pub(super) fn symbol(group: Group, value: i64) -> Value {
    constant::name_of(group, value).map_or(Value::Number(value), |name| Value::Symbol(name.to_owned()))
}

/// Or-ed constants; none is a plain 0, as C writes it.
pub(super) fn flags(group: Group, value: i64) -> Value {
    if value == 0 { Value::Number(0) } else { Value::Symbol(constant::flags_of(group, value)) }
}

/// At most [`SHOWN_BYTES`] of so many.
pub(super) fn bytes(memory: &Memory, address: usize, length: i64) -> Option<Value> {
    let total = usize::try_from(length).ok()?;
    let data = memory.read(address, total.min(SHOWN_BYTES)).ok()?;
    Some(Value::Bytes { data, total })
}

pub(super) fn text(memory: &Memory, address: usize) -> Option<Value> {
    let mut data = memory.string(address).ok()?;
    let total = data.len();
    data.truncate(SHOWN_BYTES);
    Some(Value::Bytes { data, total })
}

/// A structure's name for its own sake.
fn named(fields: Vec<(&str, Value)>) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Whether a structure is shown field by field by [`record`].
fn is_plain(record: Record) -> bool {
    matches!(record, Record::Timeval | Record::Linger | Record::Ucred)
}
