//! The functions that the C subset may call: their parameters, what they return, the system calls behind
//! them, their header and manual section. Everything that lessons, the shell and the tracer know of a call is here.

use crate::syscall::constant::Group;
use crate::syscall::name::Name;
use crate::syscall::record::Record;

/// What a parameter is, which says how to show it and what to copy back after the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Descriptor,
    Number,
    /// One constant of a group.
    Constant(Group),
    /// Or-ed constants of a group.
    Flags(Group),
    /// The option name, whose group depends on the level before it.
    OptionName,
    /// `const struct sockaddr *`; its length is the next parameter.
    AddressIn,
    /// `struct sockaddr *` that the kernel fills; the next parameter points to its length.
    AddressOut,
    Length,
    /// `socklen_t *`: capacity before, length after.
    LengthInOut,
    /// `const void *`; its length is the next parameter.
    BytesIn,
    /// `void *` that is filled with as many bytes as the result says; its capacity is the next parameter.
    BytesOut,
    /// `void *` option value, in; its length is the next parameter.
    OptionIn,
    /// `void *` option value, out; the next parameter points to its length.
    OptionOut,
    /// A string that ends with a NUL.
    Text,
    /// A buffer that the function fills with a string ended by NUL.
    TextOut,
    /// A structure read by the call.
    RecordIn(Record),
    /// A structure filled by the call.
    RecordOut(Record),
    /// A structure that the caller gives by value.
    RecordValue(Record),
    /// A binary address, of the family given as first argument.
    RawAddressIn,
    RawAddressOut,
    /// An `int *` filled by the call.
    NumberOut,
    /// `struct pollfd *`, as many as the next parameter says; both read and filled.
    PollList,
    /// `fd_set *`, read and filled.
    Set,
    /// A signal handler or a thread's start routine, by name.
    Handler,
    /// `struct addrinfo **`.
    AddrinfoOut,
    /// Any other pointer.
    Pointer,
    /// Further arguments of a printf format.
    Variadic,
}

/// What the function returns, and how it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// A new descriptor, or -1 with errno.
    Descriptor,
    /// A count of bytes, or -1 with errno.
    Count,
    /// 0, or -1 with errno.
    Zero,
    /// A number that is never an error, or -1 with errno.
    Number,
    /// A plain value, without errno.
    Value,
    /// A process, or -1 with errno.
    Process,
    /// 0, or an error number that is returned (pthreads).
    ErrorNumber,
    /// 1, 0, or -1 with errno (inet_pton).
    Truth,
    /// 0 or an EAI_ error.
    Gai,
    /// A string, or NULL with errno.
    Text,
    /// A pointer, or NULL with errno.
    Pointer,
    Nothing,
    /// The function does not return.
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: Name,
    pub returns: Returns,
    pub parameters: &'static [Parameter],
    /// The system calls that strace may show for it; empty for a pure library function.
    pub kernel: &'static [&'static str],
    pub header: &'static str,
    /// Section of the manual: 2 or 3.
    pub section: u8,
    /// Whether the process may fall asleep in it.
    pub may_block: bool,
}

impl Function {
    #[must_use]
    pub fn is_system_call(&self) -> bool {
        !self.kernel.is_empty()
    }

    /// The page of the manual: `accept(2)`.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}({})", self.name, self.section)
    }

    /// How many arguments it takes; `None` above the last when variadic.
    #[must_use]
    pub fn arity(&self) -> (usize, Option<usize>) {
        match self.parameters.last() {
            Some(Parameter { kind: Kind::Variadic, .. }) => (self.parameters.len() - 1, None),
            _ => (self.parameters.len(), Some(self.parameters.len())),
        }
    }
}

impl Name {
    /// Its description, where lessons may call it.
    #[must_use]
    pub fn function(self) -> Option<&'static Function> {
        FUNCTIONS.iter().find(|function| function.name == self)
    }
}

/// The function of that name, if the vocabulary has it.
#[must_use]
pub fn function(name: &str) -> Option<&'static Function> {
    name.parse::<Name>().ok().and_then(Name::function)
}

const fn p(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind }
}

const FD: Parameter = p("fd", Kind::Descriptor);
const MSG: Parameter = p("flags", Kind::Flags(Group::MessageFlag));
const OUT: Parameter = p("buf", Kind::BytesOut);
const IN: Parameter = p("buf", Kind::BytesIn);
const LEN: Parameter = p("len", Kind::Length);
const ADDR_IN: Parameter = p("addr", Kind::AddressIn);
const ADDR_OUT: Parameter = p("addr", Kind::AddressOut);
const ADDRLEN: Parameter = p("addrlen", Kind::Length);
const ADDRLEN_OUT: Parameter = p("addrlen", Kind::LengthInOut);
const FAMILY: Parameter = p("family", Kind::Constant(Group::Family));

struct Row(Name, Returns, &'static [Parameter], &'static [&'static str], &'static str, u8, bool);

const fn build<const N: usize>(rows: &[Row; N]) -> [Function; N] {
    let mut functions = [Function {
        name: Name::Socket,
        returns: Returns::Nothing,
        parameters: &[],
        kernel: &[],
        header: "",
        section: 2,
        may_block: false,
    }; N];
    let mut i = 0;
    while i < N {
        let row = &rows[i];
        functions[i] = Function {
            name: row.0,
            returns: row.1,
            parameters: row.2,
            kernel: row.3,
            header: row.4,
            section: row.5,
            may_block: row.6,
        };
        i += 1;
    }
    functions
}

const SOCKET_H: &str = "sys/socket.h";
const UNISTD_H: &str = "unistd.h";
const INET_H: &str = "arpa/inet.h";

/// Every function of the vocabulary.
pub const FUNCTIONS: &[Function] = &build(&[
    Row(
        Name::Socket,
        Returns::Descriptor,
        &[
            p("domain", Kind::Constant(Group::Family)),
            p("type", Kind::Flags(Group::SocketType)),
            p("protocol", Kind::Constant(Group::Protocol)),
        ],
        &["socket"],
        SOCKET_H,
        2,
        false,
    ),
    Row(Name::Bind, Returns::Zero, &[FD, ADDR_IN, ADDRLEN], &["bind"], SOCKET_H, 2, false),
    Row(Name::Listen, Returns::Zero, &[FD, p("backlog", Kind::Number)], &["listen"], SOCKET_H, 2, false),
    Row(Name::Accept, Returns::Descriptor, &[FD, ADDR_OUT, ADDRLEN_OUT], &["accept", "accept4"], SOCKET_H, 2, true),
    Row(Name::Connect, Returns::Zero, &[FD, ADDR_IN, ADDRLEN], &["connect"], SOCKET_H, 2, true),
    Row(Name::Getsockname, Returns::Zero, &[FD, ADDR_OUT, ADDRLEN_OUT], &["getsockname"], SOCKET_H, 2, false),
    Row(Name::Getpeername, Returns::Zero, &[FD, ADDR_OUT, ADDRLEN_OUT], &["getpeername"], SOCKET_H, 2, false),
    Row(Name::Send, Returns::Count, &[FD, IN, LEN, MSG], &["sendto"], SOCKET_H, 2, true),
    Row(Name::Recv, Returns::Count, &[FD, OUT, LEN, MSG], &["recvfrom"], SOCKET_H, 2, true),
    Row(Name::Sendto, Returns::Count, &[FD, IN, LEN, MSG, ADDR_IN, ADDRLEN], &["sendto"], SOCKET_H, 2, true),
    Row(Name::Recvfrom, Returns::Count, &[FD, OUT, LEN, MSG, ADDR_OUT, ADDRLEN_OUT], &["recvfrom"], SOCKET_H, 2, true),
    Row(Name::Write, Returns::Count, &[FD, IN, LEN], &["write"], UNISTD_H, 2, true),
    Row(Name::Read, Returns::Count, &[FD, OUT, LEN], &["read"], UNISTD_H, 2, true),
    Row(Name::Close, Returns::Zero, &[FD], &["close"], UNISTD_H, 2, true),
    Row(
        Name::Shutdown,
        Returns::Zero,
        &[FD, p("how", Kind::Constant(Group::ShutdownHow))],
        &["shutdown"],
        SOCKET_H,
        2,
        false,
    ),
    Row(
        Name::Setsockopt,
        Returns::Zero,
        &[FD, p("level", Kind::Constant(Group::Level)), p("name", Kind::OptionName), p("value", Kind::OptionIn), LEN],
        &["setsockopt"],
        SOCKET_H,
        2,
        false,
    ),
    Row(
        Name::Getsockopt,
        Returns::Zero,
        &[
            FD,
            p("level", Kind::Constant(Group::Level)),
            p("name", Kind::OptionName),
            p("value", Kind::OptionOut),
            p("len", Kind::LengthInOut),
        ],
        &["getsockopt"],
        SOCKET_H,
        2,
        false,
    ),
    Row(
        Name::Socketpair,
        Returns::Zero,
        &[
            p("domain", Kind::Constant(Group::Family)),
            p("type", Kind::Flags(Group::SocketType)),
            p("protocol", Kind::Constant(Group::Protocol)),
            p("fds", Kind::Pointer),
        ],
        &["socketpair"],
        SOCKET_H,
        2,
        false,
    ),
    Row(Name::Dup, Returns::Descriptor, &[FD], &["dup"], UNISTD_H, 2, false),
    Row(Name::Dup2, Returns::Descriptor, &[FD, p("newfd", Kind::Descriptor)], &["dup2", "dup3"], UNISTD_H, 2, false),
    Row(
        Name::Lseek,
        Returns::Number,
        &[FD, p("offset", Kind::Number), p("whence", Kind::Constant(Group::SeekWhence))],
        &["lseek"],
        UNISTD_H,
        2,
        false,
    ),
    Row(
        Name::Fcntl,
        Returns::Number,
        &[FD, p("cmd", Kind::Constant(Group::FcntlCommand)), p("arg", Kind::Flags(Group::FileFlag))],
        &["fcntl"],
        "fcntl.h",
        2,
        false,
    ),
    Row(Name::Unlink, Returns::Zero, &[p("path", Kind::Text)], &["unlink"], UNISTD_H, 2, false),
    Row(
        Name::Poll,
        Returns::Number,
        &[p("fds", Kind::PollList), p("nfds", Kind::Number), p("timeout", Kind::Number)],
        &["poll", "ppoll"],
        "poll.h",
        2,
        true,
    ),
    Row(
        Name::Select,
        Returns::Number,
        &[
            p("nfds", Kind::Number),
            p("readfds", Kind::Set),
            p("writefds", Kind::Set),
            p("exceptfds", Kind::Set),
            p("timeout", Kind::RecordIn(Record::Timeval)),
        ],
        &["select", "pselect6"],
        "sys/select.h",
        2,
        true,
    ),
    Row(
        Name::EpollCreate1,
        Returns::Descriptor,
        &[p("flags", Kind::Number)],
        &["epoll_create1"],
        "sys/epoll.h",
        2,
        false,
    ),
    Row(
        Name::EpollCtl,
        Returns::Zero,
        &[
            p("epfd", Kind::Descriptor),
            p("op", Kind::Constant(Group::EpollOp)),
            FD,
            p("event", Kind::RecordIn(Record::EpollEvent)),
        ],
        &["epoll_ctl"],
        "sys/epoll.h",
        2,
        false,
    ),
    Row(
        Name::EpollWait,
        Returns::Number,
        &[
            p("epfd", Kind::Descriptor),
            p("events", Kind::RecordOut(Record::EpollEvent)),
            p("maxevents", Kind::Number),
            p("timeout", Kind::Number),
        ],
        &["epoll_wait", "epoll_pwait"],
        "sys/epoll.h",
        2,
        true,
    ),
    Row(Name::Fork, Returns::Process, &[], &["clone", "fork"], UNISTD_H, 2, false),
    Row(
        Name::Waitpid,
        Returns::Process,
        &[p("pid", Kind::Number), p("status", Kind::NumberOut), p("options", Kind::Flags(Group::WaitFlag))],
        &["wait4"],
        "sys/wait.h",
        2,
        true,
    ),
    Row(Name::Getpid, Returns::Value, &[], &["getpid"], UNISTD_H, 2, false),
    Row(Name::Getppid, Returns::Value, &[], &["getppid"], UNISTD_H, 2, false),
    Row(
        Name::Kill,
        Returns::Zero,
        &[p("pid", Kind::Number), p("sig", Kind::Constant(Group::Signal))],
        &["kill"],
        "signal.h",
        2,
        false,
    ),
    Row(
        Name::Sigaction,
        Returns::Zero,
        &[
            p("signum", Kind::Constant(Group::Signal)),
            p("act", Kind::RecordIn(Record::Sigaction)),
            p("oldact", Kind::Pointer),
        ],
        &["rt_sigaction"],
        "signal.h",
        2,
        false,
    ),
    Row(
        Name::Signal,
        Returns::Pointer,
        &[p("signum", Kind::Constant(Group::Signal)), p("handler", Kind::Handler)],
        &["rt_sigaction"],
        "signal.h",
        2,
        false,
    ),
    Row(Name::Alarm, Returns::Value, &[p("seconds", Kind::Number)], &["alarm"], UNISTD_H, 2, false),
    Row(Name::Pause, Returns::Number, &[], &["pause"], UNISTD_H, 2, true),
    Row(Name::Sleep, Returns::Value, &[p("seconds", Kind::Number)], &["clock_nanosleep"], UNISTD_H, 3, true),
    Row(Name::Usleep, Returns::Zero, &[p("usec", Kind::Number)], &["clock_nanosleep"], UNISTD_H, 3, true),
    Row(Name::Exit, Returns::Never, &[p("status", Kind::Number)], &["exit_group"], "stdlib.h", 3, false),
    Row(Name::ExitNow, Returns::Never, &[p("status", Kind::Number)], &["exit_group"], UNISTD_H, 2, false),
    Row(
        Name::PthreadCreate,
        Returns::ErrorNumber,
        &[p("thread", Kind::Pointer), p("attr", Kind::Pointer), p("start", Kind::Handler), p("arg", Kind::Pointer)],
        &["clone3", "clone"],
        "pthread.h",
        3,
        false,
    ),
    Row(
        Name::PthreadJoin,
        Returns::ErrorNumber,
        &[p("thread", Kind::Number), p("retval", Kind::Pointer)],
        &["futex"],
        "pthread.h",
        3,
        true,
    ),
    Row(Name::PthreadDetach, Returns::ErrorNumber, &[p("thread", Kind::Number)], &[], "pthread.h", 3, false),
    Row(Name::PthreadExit, Returns::Never, &[p("retval", Kind::Pointer)], &["exit"], "pthread.h", 3, false),
    Row(Name::PthreadMutexLock, Returns::ErrorNumber, &[p("mutex", Kind::Pointer)], &["futex"], "pthread.h", 3, true),
    Row(
        Name::PthreadMutexTrylock,
        Returns::ErrorNumber,
        &[p("mutex", Kind::Pointer)],
        &["futex"],
        "pthread.h",
        3,
        false,
    ),
    Row(
        Name::PthreadMutexUnlock,
        Returns::ErrorNumber,
        &[p("mutex", Kind::Pointer)],
        &["futex"],
        "pthread.h",
        3,
        false,
    ),
    Row(
        Name::Getaddrinfo,
        Returns::Gai,
        &[
            p("node", Kind::Text),
            p("service", Kind::Text),
            p("hints", Kind::RecordIn(Record::Addrinfo)),
            p("res", Kind::AddrinfoOut),
        ],
        &["socket"],
        "netdb.h",
        3,
        true,
    ),
    Row(Name::Freeaddrinfo, Returns::Nothing, &[p("res", Kind::Pointer)], &[], "netdb.h", 3, false),
    Row(Name::GaiStrerror, Returns::Text, &[p("errcode", Kind::Number)], &[], "netdb.h", 3, false),
    Row(
        Name::Getnameinfo,
        Returns::Gai,
        &[
            ADDR_IN,
            ADDRLEN,
            p("host", Kind::TextOut),
            p("hostlen", Kind::Length),
            p("serv", Kind::TextOut),
            p("servlen", Kind::Length),
            p("flags", Kind::Flags(Group::NameInfoFlag)),
        ],
        &["socket"],
        "netdb.h",
        3,
        true,
    ),
    Row(Name::Htons, Returns::Value, &[p("hostshort", Kind::Number)], &[], INET_H, 3, false),
    Row(Name::Htonl, Returns::Value, &[p("hostlong", Kind::Number)], &[], INET_H, 3, false),
    Row(Name::Ntohs, Returns::Value, &[p("netshort", Kind::Number)], &[], INET_H, 3, false),
    Row(Name::Ntohl, Returns::Value, &[p("netlong", Kind::Number)], &[], INET_H, 3, false),
    Row(
        Name::InetPton,
        Returns::Truth,
        &[FAMILY, p("src", Kind::Text), p("dst", Kind::RawAddressOut)],
        &[],
        INET_H,
        3,
        false,
    ),
    Row(
        Name::InetNtop,
        Returns::Text,
        &[FAMILY, p("src", Kind::RawAddressIn), p("dst", Kind::TextOut), p("size", Kind::Length)],
        &[],
        INET_H,
        3,
        false,
    ),
    Row(Name::InetAddr, Returns::Value, &[p("cp", Kind::Text)], &[], INET_H, 3, false),
    Row(Name::InetNtoa, Returns::Text, &[p("in", Kind::RecordValue(Record::InAddr))], &[], INET_H, 3, false),
    Row(Name::Strlen, Returns::Value, &[p("s", Kind::Text)], &[], "string.h", 3, false),
    Row(
        Name::Strstr,
        Returns::Pointer,
        &[p("haystack", Kind::Text), p("needle", Kind::Text)],
        &[],
        "string.h",
        3,
        false,
    ),
    Row(Name::Atoi, Returns::Value, &[p("nptr", Kind::Text)], &[], "stdlib.h", 3, false),
    Row(Name::Atol, Returns::Value, &[p("nptr", Kind::Text)], &[], "stdlib.h", 3, false),
    Row(
        Name::Memset,
        Returns::Pointer,
        &[p("s", Kind::Pointer), p("c", Kind::Number), p("n", Kind::Length)],
        &[],
        "string.h",
        3,
        false,
    ),
    Row(
        Name::Memcpy,
        Returns::Pointer,
        &[p("dest", Kind::Pointer), p("src", Kind::Pointer), p("n", Kind::Length)],
        &[],
        "string.h",
        3,
        false,
    ),
    Row(Name::Strcpy, Returns::Pointer, &[p("dest", Kind::Pointer), p("src", Kind::Text)], &[], "string.h", 3, false),
    Row(
        Name::Snprintf,
        Returns::Value,
        &[p("str", Kind::TextOut), p("size", Kind::Length), p("format", Kind::Text), p("…", Kind::Variadic)],
        &[],
        "stdio.h",
        3,
        false,
    ),
    Row(
        Name::Printf,
        Returns::Value,
        &[p("format", Kind::Text), p("…", Kind::Variadic)],
        &["write"],
        "stdio.h",
        3,
        false,
    ),
    Row(Name::Perror, Returns::Nothing, &[p("s", Kind::Text)], &["write"], "stdio.h", 3, false),
    Row(Name::Strerror, Returns::Text, &[p("errnum", Kind::Number)], &[], "string.h", 3, false),
    Row(Name::FdZero, Returns::Nothing, &[p("set", Kind::Set)], &[], "sys/select.h", 3, false),
    Row(Name::FdSet, Returns::Nothing, &[FD, p("set", Kind::Set)], &[], "sys/select.h", 3, false),
    Row(Name::FdClr, Returns::Nothing, &[FD, p("set", Kind::Set)], &[], "sys/select.h", 3, false),
    Row(Name::FdIsset, Returns::Value, &[FD, p("set", Kind::Set)], &[], "sys/select.h", 3, false),
    Row(Name::Wifexited, Returns::Value, &[p("status", Kind::Number)], &[], "sys/wait.h", 3, false),
    Row(Name::Wexitstatus, Returns::Value, &[p("status", Kind::Number)], &[], "sys/wait.h", 3, false),
    Row(Name::Wifsignaled, Returns::Value, &[p("status", Kind::Number)], &[], "sys/wait.h", 3, false),
    Row(Name::Wtermsig, Returns::Value, &[p("status", Kind::Number)], &[], "sys/wait.h", 3, false),
]);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{FUNCTIONS, Kind, function};

    #[test]
    fn names_are_unique() {
        let names: HashSet<_> = FUNCTIONS.iter().map(|function| function.name).collect();
        assert_eq!(names.len(), FUNCTIONS.len());
    }

    #[test]
    fn a_buffer_is_followed_by_its_length() {
        for function in FUNCTIONS {
            for pair in function.parameters.windows(2) {
                let expected = match pair[0].kind {
                    Kind::BytesIn | Kind::BytesOut | Kind::AddressIn | Kind::OptionIn => Kind::Length,
                    Kind::AddressOut | Kind::OptionOut => Kind::LengthInOut,
                    _ => continue,
                };
                assert_eq!(pair[1].kind, expected, "{}", function.name);
            }
        }
    }

    #[test]
    fn only_what_enters_the_kernel_can_sleep() {
        assert!(FUNCTIONS.iter().all(|function| !function.may_block || function.is_system_call()));
        assert!(function("accept").is_some_and(|accept| accept.may_block));
    }

    #[test]
    fn a_function_has_its_page_and_its_number_of_arguments() {
        for (name, page, arity, enters) in [
            ("accept", "accept(2)", (3, Some(3)), true),
            ("getpid", "getpid(2)", (0, Some(0)), true),
            ("htons", "htons(3)", (1, Some(1)), false),
            ("snprintf", "snprintf(3)", (3, None), false),
            ("printf", "printf(3)", (1, None), true),
        ] {
            let function = function(name).unwrap();
            assert_eq!((function.page().as_str(), function.arity()), (page, arity));
            assert_eq!((function.name.as_str(), function.is_system_call()), (name, enters));
        }
        assert_eq!(function("gets"), None);
    }
}
