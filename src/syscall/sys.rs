//! The system calls that a tracer follows, whatever the architecture: names of the kernel, not of the C library.

use serde::{Deserialize, Serialize};

macro_rules! calls {
    ($($variant:ident = $name:literal,)*) => {
        /// A system call that is followed; others run at full speed and are never seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Sys {
            $(#[doc = concat!("`", $name, "`(2).")] $variant,)*
        }

        const NAMES: &[(Sys, &str)] = &[$((Sys::$variant, $name),)*];
    };
}

calls! {
    Socket = "socket",
    Socketpair = "socketpair",
    Bind = "bind",
    Listen = "listen",
    Accept = "accept",
    Accept4 = "accept4",
    Connect = "connect",
    Getsockname = "getsockname",
    Getpeername = "getpeername",
    Shutdown = "shutdown",
    Setsockopt = "setsockopt",
    Getsockopt = "getsockopt",
    Send = "send",
    Recv = "recv",
    Sendto = "sendto",
    Recvfrom = "recvfrom",
    Sendmsg = "sendmsg",
    Recvmsg = "recvmsg",
    Sendmmsg = "sendmmsg",
    Recvmmsg = "recvmmsg",
    Read = "read",
    Write = "write",
    Readv = "readv",
    Writev = "writev",
    Sendfile = "sendfile",
    Splice = "splice",
    Close = "close",
    CloseRange = "close_range",
    Dup = "dup",
    Dup2 = "dup2",
    Dup3 = "dup3",
    Fcntl = "fcntl",
    Ioctl = "ioctl",
    Poll = "poll",
    Ppoll = "ppoll",
    Select = "select",
    Pselect6 = "pselect6",
    EpollCreate = "epoll_create",
    EpollCreate1 = "epoll_create1",
    EpollCtl = "epoll_ctl",
    EpollWait = "epoll_wait",
    EpollPwait = "epoll_pwait",
    EpollPwait2 = "epoll_pwait2",
    Pipe = "pipe",
    Pipe2 = "pipe2",
    Fork = "fork",
    Vfork = "vfork",
    Clone = "clone",
    Clone3 = "clone3",
    Wait4 = "wait4",
    Waitid = "waitid",
    Waitpid = "waitpid",
    Kill = "kill",
    RtSigaction = "rt_sigaction",
    Pause = "pause",
    Alarm = "alarm",
    Setitimer = "setitimer",
    Nanosleep = "nanosleep",
    ClockNanosleep = "clock_nanosleep",
    IoUringSetup = "io_uring_setup",
}

impl Sys {
    /// The name that man pages, the kernel and strace(1) give it.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Sys> {
        NAMES.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    pub fn all() -> impl Iterator<Item = Sys> {
        NAMES.iter().map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Sys;

    #[test]
    fn names_go_both_ways() {
        for sys in Sys::all() {
            assert_eq!(Sys::from_name(sys.name()), Some(sys));
        }
    }

    #[test]
    fn each_has_the_name_of_the_kernel() {
        let name = |sys: Sys| format!("{sys:?}").to_lowercase();
        assert!(Sys::all().count() > 50);
        for sys in Sys::all() {
            assert_eq!(sys.name().replace('_', ""), name(sys));
        }
        assert_eq!(Sys::from_name("sokcet"), None);
    }
}
