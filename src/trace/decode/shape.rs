//! What each call is named in C, and what its arguments are.

use crate::syscall::constant::Group;
use crate::syscall::name::Name;
use crate::syscall::sys::Sys;
use crate::trace::decode::name::{self, Names};
use crate::trace::decode::process::{self, Birth};
use crate::trace::decode::tracee::Tracee;
use crate::trace::raw::Abi;

use self::Kind::{
    Action, AddressIn, AddressOut, Bits, BytesIn, BytesOut, ChildInformation, CloneFlags, EpollEvent, EpollEvents,
    FcntlArgument, Int, IoctlArgument, LengthInOut, Long, Mask, MaskBehind, Message, Messages, Offset, OldAction,
    OldTimer, OneOf, OptionIn, OptionName, OptionOut, Pair, Pointer, PollList, Protocol, Remaining, Request, Set,
    Signal, Status, Timer, Timespec, TimespecAsMilliseconds, TimespecAsTimeval, Timeval, Unsigned, VectorIn, VectorOut,
};

/// What an argument is, which says how to show it, and what to read once the call has returned.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Int,
    Unsigned,
    /// A size, or a `long`.
    Long,
    /// The protocol of the family and the type before it.
    Protocol,
    Constant(Group),
    Flags(Group),
    OneOf(Names),
    Bits(Names),
    Signal,
    /// A pointer whose target is not shown.
    Pointer,
    /// `struct sockaddr`; its length is the next argument.
    AddressIn,
    /// `struct sockaddr` that the kernel fills; the next argument points to its length.
    AddressOut,
    LengthInOut,
    /// The bytes to send; their number is the next argument.
    BytesIn,
    /// Filled with as many bytes as the result says.
    BytesOut,
    /// `struct iovec[]`, as many as the next argument says.
    VectorIn,
    VectorOut,
    Message,
    /// `struct mmsghdr[]`, as many as the next argument says.
    Messages,
    /// The option name, whose group depends on the level before it.
    OptionName,
    OptionIn,
    OptionOut,
    /// A position in a file, in and out.
    Offset,
    /// Two descriptors, out.
    Pair,
    FcntlArgument,
    Request,
    IoctlArgument,
    /// `struct pollfd[]`, as many as the next argument says.
    PollList,
    /// `fd_set`; the first argument bounds it.
    Set,
    Timeval,
    Timespec,
    /// A `timespec` that C gives as a `timeval`.
    TimespecAsTimeval,
    /// A `timespec` that C gives as milliseconds.
    TimespecAsMilliseconds,
    /// What is left to sleep, out.
    Remaining,
    /// `sigset_t`; its size is the next argument.
    Mask,
    /// pselect6's last: a `sigset_t` and its size, behind one more pointer.
    MaskBehind,
    EpollEvent,
    EpollEvents,
    CloneFlags,
    Status,
    ChildInformation,
    Action,
    OldAction,
    Timer,
    OldTimer,
}

/// A call as C writes it.
pub(super) struct Shape {
    pub name: Name,
    /// The register of the first argument.
    pub first: usize,
    pub kinds: &'static [Kind],
}

struct Row(Sys, &'static [Kind]);

const MSG: Kind = Kind::Flags(Group::MessageFlag);
const FILE: Kind = Kind::Flags(Group::FileFlag);
const FAMILY: Kind = Kind::Constant(Group::Family);
const TYPE: Kind = Kind::Flags(Group::SocketType);
const LEVEL: Kind = Kind::Constant(Group::Level);

const ACCEPT: &[Kind] = &[Int, AddressOut, LengthInOut];
const SEND: &[Kind] = &[Int, BytesIn, Long, MSG];
const RECV: &[Kind] = &[Int, BytesOut, Long, MSG];
const POLL: &[Kind] = &[PollList, Long, Int];
const EPOLL_WAIT: &[Kind] = &[Int, EpollEvents, Int, Int];
const WAITPID: &[Kind] = &[Int, Status, Bits(name::WAIT)];
const SLEEP: &[Kind] = &[Timespec, Remaining];

const ROWS: &[Row] = &[
    Row(Sys::Socket, &[FAMILY, TYPE, Protocol]),
    Row(Sys::Socketpair, &[FAMILY, TYPE, Protocol, Pair]),
    Row(Sys::Bind, &[Int, AddressIn, Int]),
    Row(Sys::Listen, &[Int, Int]),
    Row(Sys::Accept, ACCEPT),
    Row(Sys::Accept4, &[Int, AddressOut, LengthInOut, TYPE]),
    Row(Sys::Connect, &[Int, AddressIn, Int]),
    Row(Sys::Getsockname, ACCEPT),
    Row(Sys::Getpeername, ACCEPT),
    Row(Sys::Shutdown, &[Int, Kind::Constant(Group::ShutdownHow)]),
    Row(Sys::Setsockopt, &[Int, LEVEL, OptionName, OptionIn, Int]),
    Row(Sys::Getsockopt, &[Int, LEVEL, OptionName, OptionOut, LengthInOut]),
    Row(Sys::Send, SEND),
    Row(Sys::Recv, RECV),
    Row(Sys::Sendto, &[Int, BytesIn, Long, MSG, AddressIn, Int]),
    Row(Sys::Recvfrom, &[Int, BytesOut, Long, MSG, AddressOut, LengthInOut]),
    Row(Sys::Sendmsg, &[Int, Message, MSG]),
    Row(Sys::Recvmsg, &[Int, Message, MSG]),
    Row(Sys::Sendmmsg, &[Int, Messages, Unsigned, MSG]),
    Row(Sys::Recvmmsg, &[Int, Messages, Unsigned, MSG, Timespec]),
    Row(Sys::Read, &[Int, BytesOut, Long]),
    Row(Sys::Write, &[Int, BytesIn, Long]),
    Row(Sys::Readv, &[Int, VectorOut, Long]),
    Row(Sys::Writev, &[Int, VectorIn, Long]),
    Row(Sys::Sendfile, &[Int, Int, Offset, Long]),
    Row(Sys::Splice, &[Int, Offset, Int, Offset, Long, Bits(name::SPLICE)]),
    Row(Sys::Close, &[Int]),
    Row(Sys::CloseRange, &[Unsigned, Unsigned, Bits(name::CLOSE_RANGE)]),
    Row(Sys::Dup, &[Int]),
    Row(Sys::Dup2, &[Int, Int]),
    Row(Sys::Dup3, &[Int, Int, FILE]),
    Row(Sys::Fcntl, &[Int, Kind::Constant(Group::FcntlCommand), FcntlArgument]),
    Row(Sys::Ioctl, &[Int, Request, IoctlArgument]),
    Row(Sys::Poll, POLL),
    Row(Sys::Ppoll, &[PollList, Long, Timespec, Mask]),
    Row(Sys::Select, &[Int, Set, Set, Set, Timeval]),
    Row(Sys::Pselect6, &[Int, Set, Set, Set, Timespec, MaskBehind]),
    Row(Sys::EpollCreate, &[Int]),
    Row(Sys::EpollCreate1, &[Bits(name::EPOLL_CREATE)]),
    Row(Sys::EpollCtl, &[Int, Kind::Constant(Group::EpollOp), Int, EpollEvent]),
    Row(Sys::EpollWait, EPOLL_WAIT),
    Row(Sys::EpollPwait, &[Int, EpollEvents, Int, Int, Mask]),
    Row(Sys::EpollPwait2, &[Int, EpollEvents, Int, Timespec, Mask]),
    Row(Sys::Pipe, &[Pair]),
    Row(Sys::Pipe2, &[Pair, FILE]),
    Row(Sys::Fork, &[]),
    Row(Sys::Vfork, &[]),
    Row(Sys::Clone, &[CloneFlags]),
    Row(Sys::Clone3, &[CloneFlags]),
    Row(Sys::Wait4, &[Int, Status, Bits(name::WAIT), Pointer]),
    Row(Sys::Waitid, &[OneOf(name::ID_TYPE), Int, ChildInformation, Bits(name::WAIT)]),
    Row(Sys::Waitpid, WAITPID),
    Row(Sys::Kill, &[Int, Signal]),
    Row(Sys::RtSigaction, &[Signal, Action, OldAction]),
    Row(Sys::Pause, &[]),
    Row(Sys::Alarm, &[Unsigned]),
    Row(Sys::Setitimer, &[OneOf(name::TIMER), Timer, OldTimer]),
    Row(Sys::Nanosleep, SLEEP),
    Row(Sys::ClockNanosleep, &[OneOf(name::CLOCK), Bits(name::SLEEP), Timespec, Remaining]),
    Row(Sys::IoUringSetup, &[Unsigned, Pointer]),
];

/// The call that C wrote, where the C library or the kernel has another one for it.
pub(super) fn of(tracee: &Tracee<'_>) -> Shape {
    let (name, first, kinds) = match written(tracee) {
        Some(written) => written,
        None => (tracee.sys.c_name(), 0, ROWS.iter().find(|row| row.0 == tracee.sys).map_or(&[][..], |row| row.1)),
    };
    Shape { name, first, kinds }
}

type Written = (Name, usize, &'static [Kind]);

fn written(tracee: &Tracee<'_>) -> Option<Written> {
    let null = |index: usize| tracee.argument(index) == 0;
    match tracee.sys {
        Sys::Sendto if null(4) => Some((Name::Send, 0, SEND)),
        Sys::Recvfrom if null(4) => Some((Name::Recv, 0, RECV)),
        Sys::Wait4 if null(3) => Some((Name::Waitpid, 0, WAITPID)),
        Sys::EpollPwait if null(4) => Some((Name::EpollWait, 0, EPOLL_WAIT)),
        // select(2) of glibc since 2.33; its pselect always gives a last argument.
        Sys::Pselect6 if null(5) => Some((Name::Select, 0, &[Int, Set, Set, Set, TimespecAsTimeval])),
        // sleep(3) and nanosleep(2) of glibc since 2.31.
        Sys::ClockNanosleep if null(0) && null(1) => Some((Name::Nanosleep, 2, SLEEP)),
        // pipe(2) of today's glibc, on every architecture.
        Sys::Pipe2 if null(1) => Some((Name::Pipe, 0, &[Pair])),
        Sys::Clone | Sys::Clone3 => match process::birth(tracee) {
            Birth::Fork => Some((Name::Fork, 0, &[])),
            Birth::Vfork => Some((Name::Vfork, 0, &[])),
            Birth::Clone => None,
        },
        Sys::Fcntl if !takes_argument(tracee.int(1)) => {
            Some((Name::Fcntl, 0, &[Int, Kind::Constant(Group::FcntlCommand)]))
        }
        _ => missing(tracee),
    }
}

/// Architectures that have no number for a call: the C library makes another one.
fn missing(tracee: &Tracee<'_>) -> Option<Written> {
    let null = |index: usize| tracee.argument(index) == 0;
    match (tracee.abi, tracee.sys) {
        (Abi::I386 | Abi::I386Wide, Sys::Accept4) if null(3) => Some((Name::Accept, 0, ACCEPT)),
        (Abi::Aarch64, Sys::Dup3) if null(2) => Some((Name::Dup2, 0, &[Int, Int])),
        (Abi::Aarch64, Sys::Ppoll) if null(0) && null(1) && null(2) => Some((Name::Pause, 0, &[])),
        (Abi::Aarch64, Sys::Ppoll) if null(3) => Some((Name::Poll, 0, &[PollList, Long, TimespecAsMilliseconds])),
        _ => None,
    }
}

fn takes_argument(command: i32) -> bool {
    // F_GETSIG, which the libc crate does not have: fcntl(2).
    const GETSIG: i32 = 11;
    !matches!(
        command,
        libc::F_GETFD
            | libc::F_GETFL
            | libc::F_GETOWN
            | GETSIG
            | libc::F_GETLEASE
            | libc::F_GETPIPE_SZ
            | libc::F_GET_SEALS
    )
}

#[cfg(test)]
mod tests {
    use super::ROWS;
    use crate::syscall::sys::Sys;

    #[test]
    fn every_call_has_a_shape() {
        for sys in Sys::all() {
            assert_eq!(ROWS.iter().filter(|row| row.0 == sys).count(), 1, "{}", sys.name());
        }
    }
}
