//! The arguments of a call as the notation shows them: what was given, and what it filled.

use crate::syscall::call::{Call, Value};
use crate::syscall::constant::Group;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;
use crate::trace::decode::name::{bits, constant, flags, one_of, signal};
use crate::trace::decode::option::Choice;
use crate::trace::decode::process::Time;
use crate::trace::decode::shape::{self, Kind};
use crate::trace::decode::tracee::{Tracee, behind, pointer};
use crate::trace::decode::transfer::{Budget, Stage, Transfer, buffers};
use crate::trace::decode::{address, control, message, option, process, ready};

/// The call at its entry. What is to be sent was read into `transfer`.
pub(super) fn given(tracee: &Tracee<'_>, transfer: Option<&Transfer>) -> Call {
    let shape = shape::of(tracee);
    let one = |(index, kind): (usize, &Kind)| {
        let index = index + shape.first;
        moved(tracee, (*kind, index), transfer).unwrap_or_else(|| argument(tracee, *kind, index))
    };
    Call { name: shape.name, arguments: shape.kinds.iter().enumerate().map(one).collect() }
}

/// Arguments that hold bytes; `None` for the others, and where nothing could be read.
fn moved(tracee: &Tracee<'_>, (kind, index): (Kind, usize), transfer: Option<&Transfer>) -> Option<Value> {
    let transfer = transfer?;
    let stage = if transfer.is_sent() { Stage::Outgoing } else { Stage::Empty };
    match kind {
        Kind::BytesIn => {
            let piece = transfer.groups.first()?.first()?;
            Some(Budget::new().bytes(piece, piece.length))
        }
        Kind::VectorIn | Kind::VectorOut => {
            let group = transfer.groups.first().filter(|group| !group.is_empty() || tracee.argument(index + 1) == 0)?;
            Some(behind(tracee.argument(index), Some(buffers(tracee, group, (stage, &mut Budget::new())))))
        }
        Kind::Message => message::one(tracee, transfer, stage),
        Kind::Messages => message::all(tracee, transfer, stage),
        _ => None,
    }
}

fn argument(tracee: &Tracee<'_>, kind: Kind, index: usize) -> Value {
    match kind {
        Kind::Int => Value::Number(tracee.int(index).into()),
        Kind::Unsigned => Value::Number(tracee.unsigned(index).into()),
        Kind::Long => Value::Number(tracee.long(index)),
        Kind::Protocol => protocol(tracee, index),
        Kind::Constant(group) => constant(group, tracee.int(index).into()),
        Kind::Flags(group) => flags(group, tracee.int(index).into()),
        Kind::OneOf(names) => one_of(names, tracee.unsigned(index).into()),
        Kind::Bits(names) => bits(names, tracee.unsigned(index).into()),
        Kind::Signal => signal(tracee.int(index)),
        Kind::OptionName => option::name(choice(tracee)),
        Kind::FcntlArgument => control::fcntl_argument(tracee),
        Kind::Request => control::request(tracee),
        Kind::IoctlArgument => control::ioctl_argument(tracee),
        Kind::CloneFlags => process::clone_flags(tracee).unwrap_or_else(|| pointer(tracee.argument(index))),
        _ => behind(tracee.argument(index), target(tracee, kind, index)),
    }
}

/// What lies behind an input pointer.
fn target(tracee: &Tracee<'_>, kind: Kind, index: usize) -> Option<Value> {
    let address = tracee.argument(index);
    let nano = |show: fn(Time) -> Value| process::timespec(tracee, address).map(show);
    match kind {
        Kind::AddressIn => address::address(tracee, address, tracee.int(index + 1).into()),
        Kind::LengthInOut => address::length(tracee, address).map(Value::Length),
        Kind::OptionIn => option::value(tracee, choice(tracee), (address, tracee.int(index + 1).into())),
        Kind::Offset => offset(tracee, address),
        Kind::PollList => ready::polled(tracee, (address, tracee.unsigned(index + 1).into()), false),
        Kind::Set => ready::set(tracee, address),
        Kind::Timeval => process::timeval(tracee, address).map(Time::micro),
        Kind::Timespec => nano(Time::nano),
        Kind::TimespecAsTimeval => nano(Time::nano_as_micro),
        Kind::TimespecAsMilliseconds => nano(Time::nano_as_milli),
        Kind::Mask => process::mask(tracee, address, tracee.argument(index + 1)),
        Kind::MaskBehind => process::mask_behind(tracee, address),
        Kind::EpollEvent => ready::event(tracee, address),
        Kind::Action => process::action(tracee, address),
        Kind::Timer => process::timer(tracee, address),
        _ => None,
    }
}

fn choice(tracee: &Tracee<'_>) -> Choice {
    Choice { level: tracee.int(1), name: tracee.int(2) }
}

/// 0 is the default protocol of the type, not the name that happens to be 0; other families number theirs themselves.
fn protocol(tracee: &Tracee<'_>, index: usize) -> Value {
    let number = tracee.int(index);
    match tracee.int(0) {
        libc::AF_INET | libc::AF_INET6 if number != 0 => constant(Group::Protocol, number.into()),
        _ => Value::Number(number.into()),
    }
}

/// A position in a file: `off_t` of sendfile(2), `loff_t` elsewhere.
fn offset(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let narrow = tracee.sys == Sys::Sendfile && tracee.abi == crate::trace::raw::Abi::I386;
    let size = if narrow { 4 } else { 8 };
    let number = tracee.bytes(address, size)?.signed(0, size)?;
    Some(Value::List(vec![Value::Number(number)]))
}

/// What is known once the call has succeeded.
pub(super) struct Return<'a> {
    /// The result.
    pub count: u64,
    /// The value-result length before the call.
    pub room: Option<i64>,
    /// What was received, or the messages that were sent.
    pub transfer: Option<&'a Transfer>,
}

/// Fills the outputs of a call that has succeeded.
pub(super) fn filled(tracee: &Tracee<'_>, call: &mut Call, returned: &Return<'_>) {
    let shape = shape::of(tracee);
    for ((index, kind), shown) in shape.kinds.iter().enumerate().zip(&mut call.arguments) {
        if let (Kind::Messages, Some(sent)) = (kind, returned.transfer.filter(|transfer| transfer.is_sent())) {
            message::add_lengths(shown, sent, returned.count);
        } else if let Some(value) = output(tracee, (*kind, index + shape.first), returned) {
            *shown = value;
        }
    }
}

/// What an output holds; `None` for what is none, or was left as it was.
fn output(tracee: &Tracee<'_>, (kind, index): (Kind, usize), returned: &Return<'_>) -> Option<Value> {
    let address = tracee.argument(index);
    if address == 0 && !matches!(kind, Kind::BytesOut) {
        return None;
    }
    match kind {
        Kind::BytesOut | Kind::VectorOut | Kind::Message | Kind::Messages => received(tracee, kind, returned),
        Kind::AddressOut => {
            let length = address::length(tracee, tracee.argument(index + 1))?;
            address::filled(tracee, address, (length, returned.room))
        }
        Kind::LengthInOut => address::length(tracee, address).map(Value::Length),
        Kind::OptionOut => {
            let length = address::length(tracee, tracee.argument(index + 1))?;
            option::value(tracee, choice(tracee), (address, length))
        }
        Kind::Offset => offset(tracee, address),
        Kind::Pair => pair(tracee, address),
        Kind::FcntlArgument if tracee.int(1) == libc::F_GETLK => Some(control::fcntl_argument(tracee)),
        Kind::IoctlArgument => control::ioctl_result(tracee),
        Kind::PollList => ready::polled(tracee, (address, tracee.unsigned(index + 1).into()), true),
        Kind::Set => ready::set(tracee, address),
        Kind::EpollEvents => ready::events(tracee, address, returned.count),
        Kind::Status if returned.count > 0 => process::status(tracee, address),
        Kind::ChildInformation => process::child_information(tracee, address),
        Kind::OldAction => process::action(tracee, address),
        Kind::OldTimer => process::timer(tracee, address),
        _ => None,
    }
}

fn received(tracee: &Tracee<'_>, kind: Kind, returned: &Return<'_>) -> Option<Value> {
    let transfer = returned.transfer.filter(|transfer| !transfer.is_sent())?;
    let group = transfer.groups.first();
    let stage = Stage::Incoming(returned.count);
    match kind {
        Kind::BytesOut => {
            let piece = group?.first()?;
            Some(Budget::new().bytes(piece, returned.count.min(piece.length)))
        }
        Kind::VectorOut => Some(buffers(tracee, group.filter(|group| !group.is_empty())?, (stage, &mut Budget::new()))),
        Kind::Message => message::one(tracee, transfer, stage),
        Kind::Messages => Some(message::received(tracee, transfer, returned.count)),
        _ => None,
    }
}

/// The two descriptors of pipe(2) and socketpair(2).
fn pair(tracee: &Tracee<'_>, address: u64) -> Option<Value> {
    let given = tracee.bytes(address, 8)?;
    let fds = [given.int(0)?, given.int(4)?];
    Some(Value::List(fds.map(|fd| Value::Number(fd.into())).to_vec()))
}

/// The only output of a failure: what was left to sleep when a signal came.
pub(super) fn failed(tracee: &Tracee<'_>, call: &mut Call, errno: Errno) {
    if errno != Errno::EINTR {
        return;
    }
    let shape = shape::of(tracee);
    for ((index, kind), shown) in shape.kinds.iter().enumerate().zip(&mut call.arguments) {
        let address = tracee.argument(index + shape.first);
        if let (Kind::Remaining, Some(left)) = (kind, process::timespec(tracee, address)) {
            *shown = left.nano();
        }
    }
}
