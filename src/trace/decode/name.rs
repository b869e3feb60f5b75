//! Names of numbers, and of bits.

use std::fmt::Write as _;

use crate::syscall::call::Value;
use crate::syscall::constant::{Group, flags_of, name_of};
use crate::syscall::signal::Signal;

/// Names that the table of constants does not hold: of one argument each.
pub(super) type Names = &'static [(&'static str, u64)];

/// One constant; a number where it has no name.
pub(super) fn constant(group: Group, value: i64) -> Value {
    name_of(group, value).map_or(Value::Number(value), |name| Value::Symbol(name.to_owned()))
}

/// Or-ed constants; none is a plain 0, as C writes it.
pub(super) fn flags(group: Group, value: i64) -> Value {
    if value == 0 { Value::Number(0) } else { Value::Symbol(flags_of(group, value)) }
}

/// Or-ed constants of a list, whose items are often alike: a name is looked for once.
pub(super) struct Repeated {
    group: Group,
    last: Option<(i64, Value)>,
}

impl Repeated {
    pub(super) fn new(group: Group) -> Repeated {
        Repeated { group, last: None }
    }

    pub(super) fn flags(&mut self, value: i64) -> Value {
        match &self.last {
            Some((bits, named)) if *bits == value => named.clone(),
            _ => self.last.insert((value, flags(self.group, value))).1.clone(),
        }
    }
}

pub(super) fn one_of(names: Names, value: u64) -> Value {
    let name = names.iter().find(|(_, known)| *known == value);
    name.map_or(Value::Number(value.cast_signed()), |(name, _)| Value::Symbol((*name).to_owned()))
}

/// Or-ed names; bits without one come last, in hexadecimal.
pub(super) fn bits(names: Names, value: u64) -> Value {
    if value == 0 { Value::Number(0) } else { Value::Symbol(spelled(names, value)) }
}

pub(super) fn spelled(names: Names, value: u64) -> String {
    let mut rest = value;
    let mut text = String::new();
    for (name, bit) in names {
        if *bit != 0 && rest & bit == *bit {
            rest &= !bit;
            let _ = write!(text, "{}{name}", if text.is_empty() { "" } else { "|" });
        }
    }
    if rest != 0 {
        let _ = write!(text, "{}{rest:#x}", if text.is_empty() { "" } else { "|" });
    }
    text
}

/// A signal; 0, which kill(2) takes as a question, is a number.
pub(super) fn signal(number: i32) -> Value {
    Signal::new(number).name().map_or(Value::Number(number.into()), |name| Value::Symbol(name.to_owned()))
}

/// clone(2).
pub(super) const CLONE: Names = &[
    ("CLONE_VM", 0x100),
    ("CLONE_FS", 0x200),
    ("CLONE_FILES", 0x400),
    ("CLONE_SIGHAND", 0x800),
    ("CLONE_PIDFD", 0x1000),
    ("CLONE_PTRACE", 0x2000),
    ("CLONE_VFORK", 0x4000),
    ("CLONE_PARENT", 0x8000),
    ("CLONE_THREAD", 0x1_0000),
    ("CLONE_NEWNS", 0x2_0000),
    ("CLONE_SYSVSEM", 0x4_0000),
    ("CLONE_SETTLS", 0x8_0000),
    ("CLONE_PARENT_SETTID", 0x10_0000),
    ("CLONE_CHILD_CLEARTID", 0x20_0000),
    ("CLONE_DETACHED", 0x40_0000),
    ("CLONE_UNTRACED", 0x80_0000),
    ("CLONE_CHILD_SETTID", 0x100_0000),
    ("CLONE_NEWCGROUP", 0x200_0000),
    ("CLONE_NEWUTS", 0x400_0000),
    ("CLONE_NEWIPC", 0x800_0000),
    ("CLONE_NEWUSER", 0x1000_0000),
    ("CLONE_NEWPID", 0x2000_0000),
    ("CLONE_NEWNET", 0x4000_0000),
    ("CLONE_IO", 0x8000_0000),
    ("CLONE_CLEAR_SIGHAND", 0x1_0000_0000),
    ("CLONE_INTO_CGROUP", 0x2_0000_0000),
];

/// sigaction(2). SA_RESTORER, which the C library adds behind the program's back, is taken away before.
pub(super) const ACTION: Names = &[
    ("SA_NOCLDSTOP", 0x1),
    ("SA_NOCLDWAIT", 0x2),
    ("SA_SIGINFO", 0x4),
    ("SA_ONSTACK", 0x800_0000),
    ("SA_RESTART", 0x1000_0000),
    ("SA_NODEFER", 0x4000_0000),
    ("SA_RESETHAND", 0x8000_0000),
];

/// splice(2).
pub(super) const SPLICE: Names =
    &[("SPLICE_F_MOVE", 1), ("SPLICE_F_NONBLOCK", 2), ("SPLICE_F_MORE", 4), ("SPLICE_F_GIFT", 8)];

/// close_range(2).
pub(super) const CLOSE_RANGE: Names = &[("CLOSE_RANGE_UNSHARE", 2), ("CLOSE_RANGE_CLOEXEC", 4)];

/// epoll_create1(2): the value of O_CLOEXEC, the same on x86 and Arm.
pub(super) const EPOLL_CREATE: Names = &[("EPOLL_CLOEXEC", 0x8_0000)];

/// Options of wait4(2) and waitid(2): WEXITED has no place in the first.
pub(super) const WAIT: Names = &[
    ("WNOHANG", 1),
    ("WUNTRACED", 2),
    ("WEXITED", 4),
    ("WCONTINUED", 8),
    ("WNOWAIT", 0x100_0000),
    ("__WNOTHREAD", 0x2000_0000),
    ("__WALL", 0x4000_0000),
    ("__WCLONE", 0x8000_0000),
];

/// First argument of waitid(2).
pub(super) const ID_TYPE: Names = &[("P_ALL", 0), ("P_PID", 1), ("P_PGID", 2), ("P_PIDFD", 3)];

/// First argument of setitimer(2).
pub(super) const TIMER: Names = &[("ITIMER_REAL", 0), ("ITIMER_VIRTUAL", 1), ("ITIMER_PROF", 2)];

/// clock_nanosleep(2).
pub(super) const CLOCK: Names = &[
    ("CLOCK_REALTIME", 0),
    ("CLOCK_MONOTONIC", 1),
    ("CLOCK_PROCESS_CPUTIME_ID", 2),
    ("CLOCK_BOOTTIME", 7),
    ("CLOCK_TAI", 11),
];

pub(super) const SLEEP: Names = &[("TIMER_ABSTIME", 1)];

/// Second argument of ioctl(2), for sockets and terminals (`asm-generic/ioctls.h`, `linux/sockios.h`).
pub(super) const REQUEST: Names = &[
    ("FIONREAD", 0x541b),
    ("FIONBIO", 0x5421),
    ("FIOASYNC", 0x5452),
    ("FIOCLEX", 0x5451),
    ("FIONCLEX", 0x5450),
    ("SIOCOUTQ", 0x5411),
    ("SIOCATMARK", 0x8905),
    ("TCGETS", 0x5401),
    ("TIOCGWINSZ", 0x5413),
    ("SIOCGIFCONF", 0x8912),
    ("SIOCGIFFLAGS", 0x8913),
    ("SIOCGIFADDR", 0x8915),
    ("SIOCGIFBRDADDR", 0x8919),
    ("SIOCGIFNETMASK", 0x891b),
    ("SIOCGIFMTU", 0x8921),
    ("SIOCGIFHWADDR", 0x8927),
    ("SIOCGIFINDEX", 0x8933),
];

/// Commands of fcntl(2) for locks, that the table of constants does not hold under i386's names.
pub(super) const LOCK: Names = &[("F_RDLCK", 0), ("F_WRLCK", 1), ("F_UNLCK", 2)];

/// Control messages of SOL_SOCKET.
pub(super) const CONTROL: Names = &[("SCM_RIGHTS", 1), ("SCM_CREDENTIALS", 2), ("SCM_TIMESTAMP", 29)];
