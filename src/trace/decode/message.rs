//! Messages of sendmsg(2), recvmsg(2) and of their plurals.

use crate::syscall::call::Value;
use crate::syscall::constant::Group;
use crate::syscall::sys::Sys;
use crate::trace::decode::address;
use crate::trace::decode::name::{self, constant, flags};
use crate::trace::decode::option;
use crate::trace::decode::tracee::{Bytes, Tracee, behind, listed, pointer, record};
use crate::trace::decode::transfer::{Budget, Piece, Stage, Transfer, buffers, vector};

/// Most messages of one call: the kernel takes no more (UIO_MAXIOV).
const MOST_MESSAGES: usize = 1024;
/// Most buffers that are looked at, over all the messages of one call.
const MOST_BUFFERS: usize = 4096;
/// Most control data that is read: what SCM_RIGHTS may pass (SCM_MAX_FD), and more.
const LONGEST_CONTROL: usize = 4096;
/// Bytes of a control message of no known type that are shown.
const SHOWN_CONTROL: usize = 64;

/// A `struct msghdr`, and the length of its `struct mmsghdr`.
pub(super) struct Header {
    name: u64,
    name_length: i64,
    vector: u64,
    count: u64,
    control: u64,
    control_length: u64,
    pub flags: i32,
    pub moved: u32,
}

/// The messages of a call, in order, as far as they could be read.
pub(super) fn headers(tracee: &Tracee<'_>) -> Vec<Header> {
    let (count, plural) = match tracee.sys {
        Sys::Sendmsg | Sys::Recvmsg => (1, false),
        Sys::Sendmmsg | Sys::Recvmmsg => (tracee.unsigned(2) as usize, true),
        _ => return Vec::new(),
    };
    let size = size(tracee, plural);
    let given = Bytes::new(tracee.some(tracee.argument(1), count.min(MOST_MESSAGES) * size), tracee.word());
    (0..count.min(MOST_MESSAGES)).map_while(|index| header(tracee, &given, index * size)).collect()
}

/// Bytes of a `struct msghdr`, or of a `struct mmsghdr`.
fn size(tracee: &Tracee<'_>, plural: bool) -> usize {
    match (tracee.word(), plural) {
        (4, false) => 28,
        (4, true) => 32,
        (_, false) => 56,
        (_, true) => 64,
    }
}

fn header(tracee: &Tracee<'_>, given: &Bytes, at: usize) -> Option<Header> {
    let word = tracee.word();
    Some(Header {
        name: given.word(at)?,
        name_length: given.int(at + word)?.into(),
        vector: given.word(at + 2 * word)?,
        count: given.word(at + 3 * word)?,
        control: given.word(at + 4 * word)?,
        control_length: given.word(at + 5 * word)?,
        flags: given.int(at + 6 * word)?,
        moved: given.unsigned(at + size(tracee, false)).unwrap_or_default(),
    })
}

/// The buffers of each message.
pub(super) fn groups(tracee: &Tracee<'_>, headers: &[Header]) -> Vec<Vec<Piece>> {
    let mut buffers = 0;
    let group = |header: &Header| {
        let own = if buffers < MOST_BUFFERS { vector(tracee, header.vector, header.count) } else { Vec::new() };
        buffers += own.len();
        own
    };
    headers.iter().map(group).collect()
}

/// One message: `{msg_name=NULL, msg_iov=[{iov_base="…", iov_len=5}]}`.
fn shown(tracee: &Tracee<'_>, (header, group): (&Header, &[Piece]), (stage, budget): (Stage, &mut Budget)) -> Value {
    let name = match stage {
        Stage::Empty => pointer(header.name),
        _ => behind(header.name, address::address(tracee, header.name, header.name_length)),
    };
    let mut fields = vec![("msg_name".to_owned(), name)];
    let mut push = |name: &str, value: Value| fields.push((name.to_owned(), value));
    if header.name != 0 {
        push("msg_namelen", Value::Number(header.name_length));
    }
    let readable = header.count == 0 || !group.is_empty();
    let vector = readable.then(|| buffers(tracee, group, (stage, budget)));
    push("msg_iov", behind(header.vector, vector));
    if header.control != 0 && (header.control_length != 0 || stage != Stage::Empty) {
        match stage {
            Stage::Empty => {
                push("msg_control", pointer(header.control));
                push("msg_controllen", Value::Number(tracee.signed(header.control_length)));
            }
            _ => push("msg_control", behind(header.control, control(tracee, header))),
        }
    }
    if matches!(stage, Stage::Incoming(_)) {
        push("msg_flags", flags(Group::MessageFlag, header.flags.into()));
    }
    Value::Record(fields)
}

/// The argument of sendmsg(2) or recvmsg(2).
pub(super) fn one(tracee: &Tracee<'_>, transfer: &Transfer, stage: Stage) -> Option<Value> {
    let message = (transfer.headers.first()?, transfer.groups.first()?.as_slice());
    Some(shown(tracee, message, (stage, &mut Budget::new())))
}

/// The list of sendmmsg(2), or of recvmmsg(2) before it.
pub(super) fn all(tracee: &Tracee<'_>, transfer: &Transfer, stage: Stage) -> Option<Value> {
    let mut budget = Budget::new();
    let count = u64::from(tracee.unsigned(2));
    let message = |message: (&Header, &Vec<Piece>)| {
        record([("msg_hdr", shown(tracee, (message.0, message.1), (stage, &mut budget)))])
    };
    let readable = count == 0 || !transfer.headers.is_empty();
    readable.then(|| listed(transfer.headers.iter().zip(&transfer.groups).map(message), count))
}

/// The list of recvmmsg(2) once so many messages came.
pub(super) fn received(tracee: &Tracee<'_>, transfer: &Transfer, count: u64) -> Value {
    let mut budget = Budget::new();
    let message = |(header, group): (&Header, &Vec<Piece>)| {
        let stage = Stage::Incoming(header.moved.into());
        let own = shown(tracee, (header, group), (stage, &mut budget));
        record([("msg_hdr", own), ("msg_len", Value::Number(header.moved.into()))])
    };
    let messages = usize::try_from(count).unwrap_or(usize::MAX);
    listed(transfer.headers.iter().zip(&transfer.groups).take(messages).map(message), count)
}

/// Adds the lengths that sendmmsg(2) wrote behind the messages that it sent.
pub(super) fn add_lengths(list: &mut Value, transfer: &Transfer, count: u64) {
    let Value::List(items) = list else { return };
    let sent = usize::try_from(count).unwrap_or(usize::MAX);
    for (item, header) in items.iter_mut().zip(&transfer.headers).take(sent) {
        if let Value::Record(fields) = item {
            fields.push(("msg_len".to_owned(), Value::Number(header.moved.into())));
        }
    }
}

/// The control messages, cmsg(3): `[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]`.
fn control(tracee: &Tracee<'_>, header: &Header) -> Option<Value> {
    let word = tracee.word();
    let length = usize::try_from(header.control_length).unwrap_or(usize::MAX).min(LONGEST_CONTROL);
    if length == 0 {
        return Some(Value::List(Vec::new()));
    }
    let given = tracee.bytes(header.control, length)?;
    let mut messages = Vec::new();
    let mut at = 0;
    while let Some((own, value)) = control_message(&given, (at, word)) {
        messages.push(value);
        // At least its header: the next one always lies further.
        at += own.next_multiple_of(word);
    }
    let count = messages.len() as u64;
    Some(listed(messages, count))
}

/// One control message and its length.
fn control_message(given: &Bytes, (at, word): (usize, usize)) -> Option<(usize, Value)> {
    let start = word + 8;
    let length = usize::try_from(given.word(at)?).ok().filter(|length| *length >= start)?;
    let (level, kind) = (given.int(at + word)?, given.int(at + word + 4)?);
    let data = given.bytes.get(at + start..at.saturating_add(length).min(given.bytes.len()))?;
    let value = record([
        ("cmsg_level", constant(Group::Level, level.into())),
        ("cmsg_type", control_type(level, kind)),
        ("cmsg_data", control_data((level, kind), &Bytes::new(data.to_vec(), word))),
    ]);
    Some((length.min(LONGEST_CONTROL), value))
}

fn control_type(level: i32, kind: i32) -> Value {
    match level {
        libc::SOL_SOCKET => name::one_of(name::CONTROL, u64::from(kind.cast_unsigned())),
        _ => option::name(option::Choice { level, name: kind }),
    }
}

fn control_data(kind: (i32, i32), data: &Bytes) -> Value {
    let int = |offset: usize| data.int(offset).map(|number| Value::Number(number.into()));
    let known = match kind {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS) => {
            let count = data.bytes.len() / 4;
            Some(listed((0..count).map_while(|index| int(index * 4)), count as u64))
        }
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => credentials(data),
        (_, _) if data.bytes.len() == 4 => int(0).map(|number| Value::List(vec![number])),
        _ => None,
    };
    known.unwrap_or_else(|| Value::Bytes {
        data: data.bytes.iter().copied().take(SHOWN_CONTROL).collect(),
        total: data.bytes.len(),
    })
}

fn credentials(data: &Bytes) -> Option<Value> {
    let id = |offset: usize| data.unsigned(offset).map(|id| Value::Number(id.into()));
    Some(record([("pid", Value::Number(data.int(0)?.into())), ("uid", id(4)?), ("gid", id(8)?)]))
}
