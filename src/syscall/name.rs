//! Names of calls, as C and the kernel write them: the id of a call wherever one is spoken of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($variant:ident = $text:literal,)*) => {
        /// A function of the C library or a system call. Serialised as its text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum Name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
        }

        const TEXTS: &[(Name, &str)] = &[$((Name::$variant, $text),)*];

        impl Name {
            /// As it is written: `accept`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Name::$variant => $text,)*
                }
            }
        }
    };
}

names! {
    Accept = "accept",
    Accept4 = "accept4",
    Alarm = "alarm",
    Atoi = "atoi",
    Atol = "atol",
    Bind = "bind",
    ClockNanosleep = "clock_nanosleep",
    Clone = "clone",
    Clone3 = "clone3",
    Close = "close",
    CloseRange = "close_range",
    Connect = "connect",
    Dup = "dup",
    Dup2 = "dup2",
    Dup3 = "dup3",
    EpollCreate = "epoll_create",
    EpollCreate1 = "epoll_create1",
    EpollCtl = "epoll_ctl",
    EpollPwait = "epoll_pwait",
    EpollPwait2 = "epoll_pwait2",
    EpollWait = "epoll_wait",
    Execve = "execve",
    Exit = "exit",
    ExitNow = "_exit",
    Fcntl = "fcntl",
    FdClr = "FD_CLR",
    FdIsset = "FD_ISSET",
    FdSet = "FD_SET",
    FdZero = "FD_ZERO",
    Fork = "fork",
    Freeaddrinfo = "freeaddrinfo",
    GaiStrerror = "gai_strerror",
    Getaddrinfo = "getaddrinfo",
    Getnameinfo = "getnameinfo",
    Getpeername = "getpeername",
    Getpid = "getpid",
    Getppid = "getppid",
    Getsockname = "getsockname",
    Getsockopt = "getsockopt",
    Htonl = "htonl",
    Htons = "htons",
    InetAddr = "inet_addr",
    InetNtoa = "inet_ntoa",
    InetNtop = "inet_ntop",
    InetPton = "inet_pton",
    IoUringSetup = "io_uring_setup",
    Ioctl = "ioctl",
    Kill = "kill",
    Listen = "listen",
    Lseek = "lseek",
    Memcpy = "memcpy",
    Memset = "memset",
    Nanosleep = "nanosleep",
    Ntohl = "ntohl",
    Ntohs = "ntohs",
    Openat = "openat",
    Pause = "pause",
    Perror = "perror",
    Pipe = "pipe",
    Pipe2 = "pipe2",
    Poll = "poll",
    Ppoll = "ppoll",
    Printf = "printf",
    Pselect = "pselect",
    Pselect6 = "pselect6",
    PthreadCreate = "pthread_create",
    PthreadDetach = "pthread_detach",
    PthreadExit = "pthread_exit",
    PthreadJoin = "pthread_join",
    PthreadMutexLock = "pthread_mutex_lock",
    PthreadMutexTrylock = "pthread_mutex_trylock",
    PthreadMutexUnlock = "pthread_mutex_unlock",
    Read = "read",
    Readv = "readv",
    Recv = "recv",
    Recvfrom = "recvfrom",
    Recvmmsg = "recvmmsg",
    Recvmsg = "recvmsg",
    RtSigaction = "rt_sigaction",
    Select = "select",
    Send = "send",
    Sendfile = "sendfile",
    Sendmmsg = "sendmmsg",
    Sendmsg = "sendmsg",
    Sendto = "sendto",
    Setitimer = "setitimer",
    Setsockopt = "setsockopt",
    Shutdown = "shutdown",
    Sigaction = "sigaction",
    Signal = "signal",
    Sleep = "sleep",
    Snprintf = "snprintf",
    Socket = "socket",
    Socketpair = "socketpair",
    Splice = "splice",
    Strcpy = "strcpy",
    Strerror = "strerror",
    Strlen = "strlen",
    Strstr = "strstr",
    Unlink = "unlink",
    Usleep = "usleep",
    Vfork = "vfork",
    Wait = "wait",
    Wait4 = "wait4",
    Waitid = "waitid",
    Waitpid = "waitpid",
    Wexitstatus = "WEXITSTATUS",
    Wifexited = "WIFEXITED",
    Wifsignaled = "WIFSIGNALED",
    Write = "write",
    Writev = "writev",
    Wtermsig = "WTERMSIG",
}

/// A text that names no call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(pub String);

impl fmt::Display for UnknownName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} names no call", self.0)
    }
}

impl std::error::Error for UnknownName {}

#[cfg(test)]
impl Name {
    pub fn all() -> impl Iterator<Item = Name> {
        TEXTS.iter().map(|row| row.0)
    }
}

impl FromStr for Name {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Name, UnknownName> {
        let known = TEXTS.iter().find(|row| row.1 == text).map(|row| row.0);
        known.ok_or_else(|| UnknownName(text.to_owned()))
    }
}

/// Tests write names as text.
#[cfg(test)]
impl From<&str> for Name {
    fn from(text: &str) -> Name {
        text.parse().expect("a name of the table")
    }
}

impl TryFrom<String> for Name {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Name, UnknownName> {
        text.parse()
    }
}

impl From<Name> for &'static str {
    fn from(name: Name) -> &'static str {
        name.as_str()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, TEXTS, UnknownName};

    #[test]
    fn a_name_is_its_text_and_no_other() {
        for (name, text) in TEXTS {
            assert_eq!((name.as_str(), text.parse(), name.to_string()), (*text, Ok(*name), (*text).to_owned()));
        }
        assert_eq!("sokcet".parse::<Name>(), Err(UnknownName("sokcet".to_owned())));
        assert_eq!("Accept".parse::<Name>(), Err(UnknownName("Accept".to_owned())));
    }

    #[test]
    fn it_crosses_a_channel_as_its_text() {
        assert_eq!(serde_json::to_string(&Name::Accept4).unwrap(), "\"accept4\"");
        assert_eq!(serde_json::from_str::<Name>("\"accept4\"").unwrap(), Name::Accept4);
        assert!(serde_json::from_str::<Name>("\"acept\"").is_err());
    }
}
