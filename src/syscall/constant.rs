//! The named constants that socket programs use, with the value and the header of each.
//!
//! Source: the headers of glibc and Linux. Values are those of the libc crate wherever it has the
//! name, so that they are right for the architecture the program is compiled for; the others are
//! the literals of the header, the same on every architecture unless said.

/// The family a constant belongs to: what kind of argument or result it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// `AF_…` and `PF_…`, first argument of socket(2).
    Family,
    /// `SOCK_…`, second argument of socket(2), with its two flags.
    SocketType,
    /// `IPPROTO_…`, third argument of socket(2), level of setsockopt(2).
    Protocol,
    /// `MSG_…`, flags of send(2) and recv(2).
    MessageFlag,
    /// `SHUT_…`, second argument of shutdown(2).
    ShutdownHow,
    /// `SOL_…`, level of setsockopt(2).
    Level,
    /// `SO_…`, options of socket(7).
    SocketOption,
    /// `TCP_…`, options of tcp(7).
    TcpOption,
    /// `IP_…`, options of ip(7).
    IpOption,
    /// `IPV6_…`, options of ipv6(7).
    Ipv6Option,
    /// `INADDR_…`, in host order as in the C headers.
    Address,
    /// `POLL…`, events of poll(2).
    PollEvent,
    /// `EPOLL_CTL_…`, second argument of `epoll_ctl`(2).
    EpollOp,
    /// `EPOLL…`, events of `epoll_ctl`(2).
    EpollEvent,
    /// `AI_…`, flags of getaddrinfo(3).
    AddrInfoFlag,
    /// `NI_…`, flags of getnameinfo(3).
    NameInfoFlag,
    /// `F_…`, second argument of fcntl(2).
    FcntlCommand,
    /// `O_…`, flags of open(2) and of `F_GETFL`.
    FileFlag,
    /// `W…`, options of waitpid(2) and waitid(2).
    WaitFlag,
    /// `SIG…`, numbers of signal(7).
    Signal,
    /// `E…`, numbers of errno(3).
    Errno,
    /// `SEEK_…`, third argument of lseek(2).
    SeekWhence,
    /// Sizes and bounds: `INET_ADDRSTRLEN`, `SOMAXCONN`, `FD_SETSIZE`…
    Limit,
    /// Everything else. Several of them have the same value: only [`lookup`] makes sense there.
    Misc,
}

impl Group {
    /// Whether values of this group are sets of bits.
    #[must_use]
    pub const fn is_flags(self) -> bool {
        matches!(
            self,
            Self::MessageFlag
                | Self::PollEvent
                | Self::EpollEvent
                | Self::AddrInfoFlag
                | Self::NameInfoFlag
                | Self::FileFlag
                | Self::WaitFlag
        )
    }
}

/// A named constant of the C headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Constant {
    /// The name, as a C program writes it.
    pub name: &'static str,
    /// The value, as a C program reads it (an unsigned one stays positive).
    pub value: i64,
    /// What the constant is for.
    pub group: Group,
    /// The header to include, for example `sys/socket.h`.
    pub header: &'static str,
}

/// The value of the flag that the kernel sets on the files that 64-bit programs open, and that
/// `F_GETFL` shows. A 64-bit program reads 0 in its headers: glibc sets the flag for it.
#[cfg(target_arch = "aarch64")]
const KERNEL_O_LARGEFILE: i64 = 0o400_000;
/// The value of the flag that the kernel sets on the files that 64-bit programs open, and that
/// `F_GETFL` shows. A 64-bit program reads 0 in its headers: glibc sets the flag for it.
#[cfg(not(target_arch = "aarch64"))]
const KERNEL_O_LARGEFILE: i64 = 0o100_000;

/// The value of a constant: the literal after `=`, or else the one of the libc crate.
macro_rules! value {
    ($name:ident) => {
        libc::$name as i64
    };
    ($name:ident, $value:expr) => {
        $value
    };
}

/// Declares the table: groups, each with its header and its names.
macro_rules! constants {
    ($($group:ident in $header:literal {
        $($name:ident $(= $value:expr)?),* $(,)?
    })*) => {
        &[$($(Constant {
            name: stringify!($name),
            value: value!($name $(, $value)?),
            group: Group::$group,
            header: $header,
        },)*)*]
    };
}

/// Every constant. Where two names of a group have the same value, the usual one comes first.
#[allow(
    clippy::cast_lossless,
    clippy::cast_possible_wrap,
    clippy::unnecessary_cast,
    reason = "libc gives its constants several integer types, and they all fit"
)]
static CONSTANTS: &[Constant] = constants! {
    Family in "sys/socket.h" {
        AF_UNSPEC, AF_UNIX, AF_LOCAL, AF_FILE = 1, AF_INET, AF_AX25, AF_IPX, AF_APPLETALK,
        AF_X25, AF_INET6, AF_KEY, AF_NETLINK, AF_ROUTE, AF_PACKET, AF_RDS, AF_PPPOX, AF_LLC,
        AF_IB, AF_MPLS, AF_CAN, AF_TIPC, AF_BLUETOOTH, AF_IUCV, AF_RXRPC, AF_ISDN, AF_PHONET,
        AF_IEEE802154, AF_CAIF, AF_ALG, AF_NFC, AF_VSOCK, AF_KCM = 41, AF_QIPCRTR = 42,
        AF_SMC = 43, AF_XDP,
        PF_UNSPEC, PF_UNIX, PF_LOCAL, PF_FILE = 1, PF_INET, PF_AX25, PF_IPX, PF_APPLETALK,
        PF_X25, PF_INET6, PF_KEY, PF_NETLINK, PF_ROUTE, PF_PACKET, PF_RDS, PF_PPPOX, PF_LLC,
        PF_IB, PF_MPLS, PF_CAN, PF_TIPC, PF_BLUETOOTH, PF_IUCV, PF_RXRPC, PF_ISDN, PF_PHONET,
        PF_IEEE802154, PF_CAIF, PF_ALG, PF_NFC, PF_VSOCK, PF_KCM = 41, PF_QIPCRTR = 42,
        PF_SMC = 43, PF_XDP,
    }
    SocketType in "sys/socket.h" {
        SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP,
        SOCK_PACKET = 10, SOCK_NONBLOCK, SOCK_CLOEXEC,
    }
    Protocol in "netinet/in.h" {
        IPPROTO_IP, IPPROTO_HOPOPTS, IPPROTO_ICMP, IPPROTO_IGMP, IPPROTO_IPIP, IPPROTO_TCP,
        IPPROTO_EGP, IPPROTO_PUP, IPPROTO_UDP, IPPROTO_IDP, IPPROTO_TP, IPPROTO_DCCP,
        IPPROTO_IPV6, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_RSVP, IPPROTO_GRE, IPPROTO_ESP,
        IPPROTO_AH, IPPROTO_ICMPV6, IPPROTO_NONE, IPPROTO_DSTOPTS, IPPROTO_MTP, IPPROTO_BEETPH,
        IPPROTO_ENCAP, IPPROTO_PIM, IPPROTO_COMP, IPPROTO_SCTP, IPPROTO_MH, IPPROTO_UDPLITE,
        IPPROTO_MPLS, IPPROTO_ETHERNET = 143, IPPROTO_RAW, IPPROTO_MPTCP = 262,
    }
    MessageFlag in "sys/socket.h" {
        MSG_OOB, MSG_PEEK, MSG_DONTROUTE, MSG_TRYHARD = 0x4, MSG_CTRUNC, MSG_PROXY = 0x10,
        MSG_TRUNC, MSG_DONTWAIT, MSG_EOR, MSG_WAITALL, MSG_FIN, MSG_SYN, MSG_CONFIRM, MSG_RST,
        MSG_ERRQUEUE, MSG_NOSIGNAL, MSG_MORE, MSG_WAITFORONE, MSG_BATCH = 0x4_0000,
        MSG_ZEROCOPY = 0x400_0000, MSG_FASTOPEN, MSG_CMSG_CLOEXEC,
    }
    ShutdownHow in "sys/socket.h" { SHUT_RD, SHUT_WR, SHUT_RDWR }
    Level in "sys/socket.h" {
        SOL_SOCKET, SOL_RAW = 255, SOL_DECNET = 261, SOL_X25 = 262, SOL_PACKET = 263,
        SOL_ATM = 264, SOL_AAL = 265, SOL_IRDA = 266, SOL_NETBEUI = 267, SOL_LLC = 268,
        SOL_DCCP = 269, SOL_NETLINK = 270, SOL_TIPC = 271, SOL_RXRPC = 272, SOL_PPPOL2TP = 273,
        SOL_BLUETOOTH = 274, SOL_ALG = 279, SOL_KCM = 281, SOL_TLS = 282, SOL_XDP = 283,
    }
    Level in "netinet/in.h" { SOL_IP, SOL_IPV6, SOL_ICMPV6 }
    Level in "netinet/tcp.h" { SOL_TCP }
    Level in "netinet/udp.h" { SOL_UDP }
    SocketOption in "sys/socket.h" {
        SO_DEBUG, SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_DONTROUTE, SO_BROADCAST, SO_SNDBUF,
        SO_RCVBUF, SO_KEEPALIVE, SO_OOBINLINE, SO_NO_CHECK, SO_PRIORITY, SO_LINGER,
        SO_BSDCOMPAT, SO_REUSEPORT, SO_PASSCRED, SO_PEERCRED, SO_RCVLOWAT, SO_SNDLOWAT,
        SO_RCVTIMEO, SO_SNDTIMEO, SO_SECURITY_AUTHENTICATION = 22,
        SO_SECURITY_ENCRYPTION_TRANSPORT = 23, SO_SECURITY_ENCRYPTION_NETWORK = 24,
        SO_BINDTODEVICE, SO_ATTACH_FILTER, SO_GET_FILTER = 26, SO_DETACH_FILTER,
        SO_DETACH_BPF = 27, SO_PEERNAME, SO_TIMESTAMP, SO_ACCEPTCONN, SO_PEERSEC,
        SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_PASSSEC, SO_TIMESTAMPNS, SO_MARK, SO_TIMESTAMPING,
        SO_PROTOCOL, SO_DOMAIN, SO_RXQ_OVFL, SO_WIFI_STATUS = 41, SO_PEEK_OFF, SO_NOFCS = 43,
        SO_LOCK_FILTER = 44, SO_SELECT_ERR_QUEUE = 45, SO_BUSY_POLL,
        SO_MAX_PACING_RATE = 47, SO_BPF_EXTENSIONS = 48, SO_INCOMING_CPU = 49,
        SO_ATTACH_BPF = 50, SO_ATTACH_REUSEPORT_CBPF = 51, SO_ATTACH_REUSEPORT_EBPF = 52,
        SO_CNX_ADVICE = 53, SO_MEMINFO = 55, SO_INCOMING_NAPI_ID = 56, SO_COOKIE = 57,
        SO_PEERGROUPS = 59, SO_ZEROCOPY = 60, SO_TXTIME = 61, SO_BINDTOIFINDEX = 62,
        SO_TIMESTAMP_NEW = 63, SO_TIMESTAMPNS_NEW = 64, SO_TIMESTAMPING_NEW = 65,
        SO_RCVTIMEO_NEW = 66, SO_SNDTIMEO_NEW = 67, SO_DETACH_REUSEPORT_BPF = 68,
        SO_PREFER_BUSY_POLL = 69, SO_BUSY_POLL_BUDGET = 70, SO_NETNS_COOKIE = 71,
        SO_BUF_LOCK = 72, SO_RESERVE_MEM = 73, SO_TXREHASH = 74, SO_RCVMARK = 75,
        SO_PASSPIDFD = 76, SO_PEERPIDFD = 77,
    }
    TcpOption in "netinet/tcp.h" {
        TCP_NODELAY, TCP_MAXSEG, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT,
        TCP_LINGER2, TCP_DEFER_ACCEPT, TCP_WINDOW_CLAMP, TCP_INFO, TCP_QUICKACK, TCP_CONGESTION,
        TCP_MD5SIG, TCP_COOKIE_TRANSACTIONS, TCP_THIN_LINEAR_TIMEOUTS, TCP_THIN_DUPACK,
        TCP_USER_TIMEOUT, TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, TCP_REPAIR_OPTIONS,
        TCP_FASTOPEN, TCP_TIMESTAMP, TCP_NOTSENT_LOWAT = 25, TCP_CC_INFO = 26,
        TCP_SAVE_SYN = 27, TCP_SAVED_SYN = 28, TCP_REPAIR_WINDOW = 29,
        TCP_FASTOPEN_CONNECT = 30, TCP_ULP = 31, TCP_MD5SIG_EXT = 32, TCP_FASTOPEN_KEY = 33,
        TCP_FASTOPEN_NO_COOKIE = 34, TCP_ZEROCOPY_RECEIVE = 35, TCP_INQ = 36, TCP_TX_DELAY = 37,
    }
    IpOption in "netinet/in.h" {
        IP_TOS, IP_TTL, IP_HDRINCL, IP_OPTIONS, IP_ROUTER_ALERT, IP_RECVOPTS, IP_RETOPTS,
        IP_PKTINFO, IP_PKTOPTIONS, IP_MTU_DISCOVER, IP_RECVERR, IP_RECVTTL, IP_RECVTOS, IP_MTU,
        IP_FREEBIND, IP_IPSEC_POLICY, IP_XFRM_POLICY, IP_PASSSEC, IP_TRANSPARENT,
        IP_ORIGDSTADDR, IP_RECVORIGDSTADDR, IP_MINTTL, IP_NODEFRAG, IP_CHECKSUM,
        IP_BIND_ADDRESS_NO_PORT, IP_RECVFRAGSIZE, IP_RECVERR_RFC4884 = 26, IP_MULTICAST_IF,
        IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP,
        IP_UNBLOCK_SOURCE, IP_BLOCK_SOURCE, IP_ADD_SOURCE_MEMBERSHIP,
        IP_DROP_SOURCE_MEMBERSHIP, IP_MSFILTER, IP_MULTICAST_ALL, IP_UNICAST_IF,
        IP_LOCAL_PORT_RANGE = 51, IP_PROTOCOL = 52,
    }
    Ipv6Option in "netinet/in.h" {
        IPV6_ADDRFORM, IPV6_CHECKSUM, IPV6_NEXTHOP, IPV6_AUTHHDR, IPV6_UNICAST_HOPS,
        IPV6_MULTICAST_IF, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP, IPV6_JOIN_GROUP = 20,
        IPV6_ADD_MEMBERSHIP, IPV6_LEAVE_GROUP = 21, IPV6_DROP_MEMBERSHIP, IPV6_ROUTER_ALERT,
        IPV6_MTU_DISCOVER, IPV6_MTU, IPV6_RECVERR, IPV6_V6ONLY, IPV6_JOIN_ANYCAST,
        IPV6_LEAVE_ANYCAST, IPV6_MULTICAST_ALL, IPV6_ROUTER_ALERT_ISOLATE,
        IPV6_RECVERR_RFC4884 = 31, IPV6_IPSEC_POLICY,
        IPV6_XFRM_POLICY, IPV6_HDRINCL, IPV6_RECVPKTINFO, IPV6_PKTINFO, IPV6_RECVHOPLIMIT,
        IPV6_HOPLIMIT, IPV6_RECVHOPOPTS, IPV6_HOPOPTS, IPV6_RTHDRDSTOPTS, IPV6_RECVRTHDR,
        IPV6_RTHDR, IPV6_RECVDSTOPTS, IPV6_DSTOPTS, IPV6_RECVPATHMTU, IPV6_PATHMTU,
        IPV6_DONTFRAG, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_AUTOFLOWLABEL,
        IPV6_ADDR_PREFERENCES, IPV6_MINHOPCOUNT, IPV6_ORIGDSTADDR = 74,
        IPV6_RECVORIGDSTADDR = 74, IPV6_TRANSPARENT, IPV6_UNICAST_IF, IPV6_RECVFRAGSIZE = 77,
        IPV6_FREEBIND = 78,
    }
    Address in "netinet/in.h" {
        INADDR_ANY, INADDR_LOOPBACK, INADDR_BROADCAST, INADDR_NONE,
        INADDR_UNSPEC_GROUP = 0xe000_0000, INADDR_ALLHOSTS_GROUP = 0xe000_0001,
        INADDR_ALLRTRS_GROUP = 0xe000_0002, INADDR_MAX_LOCAL_GROUP = 0xe000_00ff,
    }
    PollEvent in "poll.h" {
        POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLRDBAND,
        POLLWRNORM, POLLWRBAND, POLLMSG = 0x400, POLLREMOVE = 0x1000, POLLRDHUP,
    }
    EpollOp in "sys/epoll.h" { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD }
    EpollEvent in "sys/epoll.h" {
        EPOLLIN, EPOLLPRI, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDNORM, EPOLLRDBAND, EPOLLWRNORM,
        EPOLLWRBAND, EPOLLMSG, EPOLLRDHUP, EPOLLEXCLUSIVE, EPOLLWAKEUP, EPOLLONESHOT,
        EPOLLET = 0x8000_0000,
    }
    AddrInfoFlag in "netdb.h" {
        AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_V4MAPPED, AI_ALL, AI_ADDRCONFIG,
        AI_IDN = 0x40, AI_CANONIDN = 0x80, AI_NUMERICSERV,
    }
    NameInfoFlag in "netdb.h" {
        NI_NUMERICHOST, NI_NUMERICSERV, NI_NOFQDN, NI_NAMEREQD, NI_DGRAM, NI_IDN = 0x20,
    }
    FcntlCommand in "fcntl.h" {
        F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_SETOWN,
        F_GETOWN, F_SETSIG = 10, F_GETSIG = 11, F_SETOWN_EX = 15, F_GETOWN_EX = 16, F_OFD_GETLK,
        F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_GETLEASE, F_NOTIFY, F_DUPFD_CLOEXEC,
        F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS,
    }
    FileFlag in "fcntl.h" {
        O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK,
        O_NDELAY, O_DSYNC, O_SYNC, O_RSYNC, O_FSYNC, O_ASYNC, O_DIRECT,
        O_LARGEFILE = KERNEL_O_LARGEFILE, O_DIRECTORY, O_NOFOLLOW, O_NOATIME, O_CLOEXEC, O_PATH,
        O_TMPFILE,
    }
    WaitFlag in "sys/wait.h" {
        WNOHANG, WUNTRACED, WSTOPPED, WEXITED, WCONTINUED, WNOWAIT,
    }
    Signal in "signal.h" {
        SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGIOT, SIGBUS, SIGFPE, SIGKILL,
        SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGSTKFLT, SIGCHLD,
        SIGCLD = libc::SIGCHLD as i64, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG,
        SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGPOLL, SIGPWR, SIGSYS,
        SIGRTMIN = 34, SIGRTMAX = 64,
    }
    Errno in "errno.h" {
        EPERM, ENOENT, ESRCH, EINTR, EIO, ENXIO, E2BIG, ENOEXEC, EBADF, ECHILD, EAGAIN, ENOMEM,
        EACCES, EFAULT, ENOTBLK, EBUSY, EEXIST, EXDEV, ENODEV, ENOTDIR, EISDIR, EINVAL, ENFILE,
        EMFILE, ENOTTY, ETXTBSY, EFBIG, ENOSPC, ESPIPE, EROFS, EMLINK, EPIPE, EDOM, ERANGE,
        EDEADLK, ENAMETOOLONG, ENOLCK, ENOSYS, ENOTEMPTY, ELOOP, ENOMSG, EIDRM, ECHRNG,
        EL2NSYNC, EL3HLT, EL3RST, ELNRNG, EUNATCH, ENOCSI, EL2HLT, EBADE, EBADR, EXFULL, ENOANO,
        EBADRQC, EBADSLT, EBFONT, ENOSTR, ENODATA, ETIME, ENOSR, ENONET, ENOPKG, EREMOTE,
        ENOLINK, EADV, ESRMNT, ECOMM, EPROTO, EMULTIHOP, EDOTDOT, EBADMSG, EOVERFLOW, ENOTUNIQ,
        EBADFD, EREMCHG, ELIBACC, ELIBBAD, ELIBSCN, ELIBMAX, ELIBEXEC, EILSEQ, ERESTART,
        ESTRPIPE, EUSERS, ENOTSOCK, EDESTADDRREQ, EMSGSIZE, EPROTOTYPE, ENOPROTOOPT,
        EPROTONOSUPPORT, ESOCKTNOSUPPORT, EOPNOTSUPP, EPFNOSUPPORT, EAFNOSUPPORT, EADDRINUSE,
        EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, ENETRESET, ECONNABORTED, ECONNRESET, ENOBUFS,
        EISCONN, ENOTCONN, ESHUTDOWN, ETOOMANYREFS, ETIMEDOUT, ECONNREFUSED, EHOSTDOWN,
        EHOSTUNREACH, EALREADY, EINPROGRESS, ESTALE, EUCLEAN, ENOTNAM, ENAVAIL, EISNAM,
        EREMOTEIO, EDQUOT, ENOMEDIUM, EMEDIUMTYPE, ECANCELED, ENOKEY, EKEYEXPIRED, EKEYREVOKED,
        EKEYREJECTED, EOWNERDEAD, ENOTRECOVERABLE, ERFKILL, EHWPOISON,
        EWOULDBLOCK, EDEADLOCK, ENOTSUP,
    }
    SeekWhence in "unistd.h" { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE }
    Limit in "netinet/in.h" {
        INET_ADDRSTRLEN = 16, INET6_ADDRSTRLEN = 46, IPPORT_RESERVED = 1024,
        IPPORT_USERRESERVED = 5000,
    }
    Limit in "sys/socket.h" { SOMAXCONN }
    Limit in "stdio.h" { BUFSIZ, EOF = -1, FOPEN_MAX = 16, FILENAME_MAX = 4096 }
    Limit in "sys/select.h" { FD_SETSIZE }
    Limit in "netdb.h" { NI_MAXHOST, NI_MAXSERV = 32 }
    Limit in "net/if.h" { IF_NAMESIZE, IFNAMSIZ }
    Limit in "limits.h" {
        PATH_MAX, NAME_MAX = 255, PIPE_BUF, HOST_NAME_MAX = 64, LOGIN_NAME_MAX = 256,
        IOV_MAX = 1024, CHAR_BIT = 8, CHAR_MAX = libc::c_char::MAX as i64,
        CHAR_MIN = libc::c_char::MIN as i64, UCHAR_MAX = 255, SHRT_MAX = 32_767,
        SHRT_MIN = -32_768, USHRT_MAX = 65_535, INT_MAX = i32::MAX as i64,
        INT_MIN = i32::MIN as i64, UINT_MAX = u32::MAX as i64, LONG_MAX = libc::c_long::MAX as i64,
        LONG_MIN = libc::c_long::MIN as i64, SSIZE_MAX = isize::MAX as i64,
    }
    Limit in "stdint.h" {
        INT8_MAX = 127, INT16_MAX = 32_767, INT32_MAX = 2_147_483_647, UINT8_MAX = 255,
        UINT16_MAX = 65_535, UINT32_MAX = 4_294_967_295,
    }
    Misc in "unistd.h" {
        STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, F_OK, R_OK, W_OK, X_OK,
    }
    Misc in "stdlib.h" { EXIT_SUCCESS, EXIT_FAILURE }
    Misc in "stdbool.h" { true = 1, false = 0 }
    Misc in "fcntl.h" {
        FD_CLOEXEC, O_ACCMODE, F_RDLCK, F_WRLCK, F_UNLCK, AT_FDCWD, S_IRWXU, S_IRUSR, S_IWUSR,
        S_IXUSR, S_IRWXG, S_IRGRP, S_IWGRP, S_IXGRP, S_IRWXO, S_IROTH, S_IWOTH, S_IXOTH,
    }
    Misc in "sys/stat.h" {
        S_IFMT, S_IFSOCK, S_IFLNK, S_IFREG, S_IFBLK, S_IFDIR, S_IFCHR, S_IFIFO,
    }
    Misc in "signal.h" {
        SA_NOCLDSTOP, SA_NOCLDWAIT, SA_SIGINFO, SA_ONSTACK, SA_RESTART, SA_NODEFER,
        SA_RESETHAND = 0x8000_0000, SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK,
    }
    Misc in "sys/epoll.h" { EPOLL_CLOEXEC }
    Misc in "sys/eventfd.h" { EFD_SEMAPHORE, EFD_CLOEXEC, EFD_NONBLOCK }
    Misc in "sys/signalfd.h" { SFD_CLOEXEC, SFD_NONBLOCK }
    Misc in "sys/timerfd.h" {
        TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET,
    }
    Misc in "time.h" { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME }
    Misc in "sys/socket.h" { SCM_RIGHTS, SCM_CREDENTIALS, SCM_TIMESTAMP, SIOCATMARK = 0x8905 }
    Misc in "linux/sockios.h" { SIOCINQ = 0x541b, SIOCOUTQ = 0x5411 }
    Misc in "sys/ioctl.h" {
        FIONREAD, FIONBIO, SIOCGIFCONF = 0x8912, SIOCGIFFLAGS = 0x8913, SIOCGIFADDR = 0x8915,
        SIOCGIFBRDADDR = 0x8919, SIOCGIFNETMASK = 0x891b, SIOCGIFMTU = 0x8921,
        SIOCGIFHWADDR = 0x8927, SIOCGIFINDEX = 0x8933, TIOCGWINSZ,
    }
    Misc in "net/if.h" {
        IFF_UP, IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_RUNNING, IFF_MULTICAST,
    }
    Misc in "netinet/in.h" {
        IP_PMTUDISC_DONT, IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_PROBE,
    }
    Misc in "netinet/ip.h" {
        IPTOS_LOWDELAY = 0x10, IPTOS_THROUGHPUT = 0x08, IPTOS_RELIABILITY = 0x04,
        IPTOS_MINCOST = 0x02,
    }
    Misc in "netinet/tcp.h" {
        TCP_ESTABLISHED = 1, TCP_SYN_SENT = 2, TCP_SYN_RECV = 3, TCP_FIN_WAIT1 = 4,
        TCP_FIN_WAIT2 = 5, TCP_TIME_WAIT = 6, TCP_CLOSE = 7, TCP_CLOSE_WAIT = 8,
        TCP_LAST_ACK = 9, TCP_LISTEN = 10, TCP_CLOSING = 11,
    }
    Misc in "netdb.h" {
        EAI_BADFLAGS, EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_NODATA = -5, EAI_FAMILY,
        EAI_SOCKTYPE, EAI_SERVICE, EAI_ADDRFAMILY = -9, EAI_MEMORY, EAI_SYSTEM, EAI_OVERFLOW,
        EAI_INPROGRESS = -100, EAI_CANCELED = -101, EAI_NOTCANCELED = -102, EAI_ALLDONE = -103,
        EAI_INTR = -104, EAI_IDN_ENCODE = -105, HOST_NOT_FOUND = 1, TRY_AGAIN = 2,
        NO_RECOVERY = 3, NO_DATA = 4, NO_ADDRESS = 4,
    }
    Misc in "sys/resource.h" { RLIMIT_NOFILE }
    Misc in "sys/prctl.h" { PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER }
};

/// The bits of a socket type that are its type; the others are flags (socket(2)).
const SOCKET_TYPE_MASK: u64 = 0xf;

/// The constant that has this exact name.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Constant> {
    CONSTANTS.iter().find(|constant| constant.name == name)
}

/// Every constant, group by group.
pub fn all() -> impl Iterator<Item = &'static Constant> {
    CONSTANTS.iter()
}

/// The names of a group, in the order of the table.
#[cfg(test)]
pub fn names(group: Group) -> impl Iterator<Item = &'static str> {
    members(group).map(|constant| constant.name)
}

/// The usual name of a value in a group: `AF_UNIX` rather than `AF_LOCAL`.
///
/// A level other than `SOL_SOCKET` gets the name that programs write, such as `IPPROTO_TCP`
/// (tcp(7)); `SOL_TCP` has the same value.
#[must_use]
pub fn name_of(group: Group, value: i64) -> Option<&'static str> {
    let own = first_name(group, value);
    if group == Group::Level && own != Some("SOL_SOCKET") {
        return first_name(Group::Protocol, value).or(own);
    }
    own
}

/// The names of the bits of a value, as a C program writes them: `MSG_DONTWAIT|MSG_NOSIGNAL`.
///
/// Bits without a name come last, in hexadecimal; 0 is `0`. A socket type is split into its type
/// and its flags (socket(2)). In a group that is not made of bits, the name, or else the value in
/// hexadecimal.
#[must_use]
pub fn flags_of(group: Group, value: i64) -> String {
    let bits = bits_of(value);
    if bits == 0 {
        return "0".to_owned();
    }
    let (names, rest) = match group {
        Group::SocketType => socket_type_names(bits),
        _ if group.is_flags() => flag_names(group, bits),
        _ => name_of(group, value).map_or((Vec::new(), bits), |name| (vec![name], 0)),
    };
    let rest = (rest != 0).then(|| format!("{rest:#x}"));
    let parts: Vec<String> = names.into_iter().map(str::to_owned).chain(rest).collect();
    parts.join("|")
}

/// The constants of a group.
fn members(group: Group) -> impl Iterator<Item = &'static Constant> {
    CONSTANTS.iter().filter(move |constant| constant.group == group)
}

/// The first name of a group that has this value.
fn first_name(group: Group, value: i64) -> Option<&'static str> {
    members(group).find(|constant| constant.value == value).map(|constant| constant.name)
}

/// The bits of a value; a negative C `int` keeps its 32 bits.
fn bits_of(value: i64) -> u64 {
    i32::try_from(value).map_or(value.cast_unsigned(), |int| u64::from(int.cast_unsigned()))
}

/// The names of a socket type and of its flags, and the bits left.
fn socket_type_names(bits: u64) -> (Vec<&'static str>, u64) {
    let kind = bits & SOCKET_TYPE_MASK;
    let name = i64::try_from(kind).ok().and_then(|kind| first_name(Group::SocketType, kind));
    let (flags, rest) = flag_names(Group::SocketType, bits & !SOCKET_TYPE_MASK);
    let unnamed = if name.is_some() { 0 } else { kind };
    (name.into_iter().chain(flags).collect(), rest | unnamed)
}

/// The names of the bits of a value in the order of the table, and the bits left. A flag of
/// several bits (`O_SYNC`) is preferred to those that it contains (`O_DSYNC`).
fn flag_names(group: Group, bits: u64) -> (Vec<&'static str>, u64) {
    let mut known: Vec<(usize, &Constant, u64)> = members(group)
        .enumerate()
        .map(|(rank, constant)| (rank, constant, bits_of(constant.value)))
        .filter(|(_, _, flag)| *flag != 0)
        .collect();
    known.sort_by_key(|(_, _, flag)| std::cmp::Reverse(flag.count_ones()));
    let mut rest = bits;
    let mut found = Vec::new();
    for (rank, constant, flag) in known {
        if rest & flag == flag {
            rest &= !flag;
            found.push((rank, constant.name));
        }
    }
    found.sort_unstable();
    (found.into_iter().map(|(_, name)| name).collect(), rest)
}

#[cfg(test)]
mod tests {
    use super::{Group, all, flags_of, lookup, name_of, names};
    use std::collections::HashSet;

    /// The value of a constant that must exist.
    fn value(name: &str) -> i64 {
        lookup(name).map_or_else(|| panic!("{name}"), |constant| constant.value)
    }

    #[test]
    fn every_name_is_unique() {
        let mut seen = HashSet::new();
        for constant in all() {
            assert!(seen.insert(constant.name), "{} is there twice", constant.name);
            assert_eq!(constant.header.rsplit_once('.').map(|(_, end)| end), Some("h"));
        }
        assert!(lookup("NULL").is_none());
        assert!(lookup("SIG_IGN").is_none());
        assert!(lookup("SIG_DFL").is_none());
    }

    #[test]
    fn lookup_gives_the_values_of_the_headers() {
        assert_eq!(value("AF_INET"), 2);
        assert_eq!(value("PF_INET"), 2);
        assert_eq!(value("SOCK_NONBLOCK"), i64::from(libc::O_NONBLOCK));
        assert_eq!(value("INADDR_ANY"), 0);
        assert_eq!(value("INADDR_LOOPBACK"), 0x7f00_0001);
        assert_eq!(value("INADDR_NONE"), 0xffff_ffff);
        assert_eq!(value("INADDR_BROADCAST"), 0xffff_ffff);
        assert_eq!(value("INET_ADDRSTRLEN"), 16);
        assert_eq!(value("INET6_ADDRSTRLEN"), 46);
        assert_eq!(value("EPOLLET"), 0x8000_0000);
        assert_eq!(value("SA_RESETHAND"), 0x8000_0000);
        assert_eq!(value("EADDRINUSE"), 98);
        assert_eq!(value("SIGPIPE"), 13);
        assert_eq!(value("EAI_NONAME"), -2);
        assert_eq!(value("SIGRTMIN"), i64::from(libc::SIGRTMIN()));
        assert_eq!(value("SIGRTMAX"), i64::from(libc::SIGRTMAX()));
        assert_eq!(value("EPOLLET"), i64::from(libc::EPOLLET.cast_unsigned()));
    }

    #[test]
    fn the_usual_name_comes_first() {
        assert_eq!(name_of(Group::Family, 1), Some("AF_UNIX"));
        assert_eq!(name_of(Group::Family, 2), Some("AF_INET"));
        assert_eq!(name_of(Group::Family, 16), Some("AF_NETLINK"));
        assert_eq!(name_of(Group::Signal, 17), Some("SIGCHLD"));
        assert_eq!(name_of(Group::Errno, 11), Some("EAGAIN"));
        assert_eq!(name_of(Group::Errno, 95), Some("EOPNOTSUPP"));
        assert_eq!(name_of(Group::ShutdownHow, 1), Some("SHUT_WR"));
        assert_eq!(name_of(Group::ShutdownHow, 9), None);
        assert_eq!(name_of(Group::SocketOption, 2), Some("SO_REUSEADDR"));
    }

    #[test]
    fn a_level_has_the_name_that_programs_write() {
        assert_eq!(name_of(Group::Level, 0), Some("IPPROTO_IP"));
        assert_eq!(name_of(Group::Level, 1), Some("SOL_SOCKET"));
        assert_eq!(name_of(Group::Level, 6), Some("IPPROTO_TCP"));
        assert_eq!(name_of(Group::Level, 41), Some("IPPROTO_IPV6"));
        assert_eq!(name_of(Group::Level, 270), Some("SOL_NETLINK"));
        assert_eq!(name_of(Group::Level, 9999), None);
    }

    #[test]
    fn every_group_has_names() {
        assert!(names(Group::ShutdownHow).eq(["SHUT_RD", "SHUT_WR", "SHUT_RDWR"]));
        let groups: HashSet<Group> = all().map(|constant| constant.group).collect();
        assert_eq!(groups.len(), 24);
        assert_eq!(names(Group::Errno).count(), 131 + 3);
    }

    #[test]
    fn flags_are_named_in_order() {
        let both = value("MSG_NOSIGNAL") | value("MSG_DONTWAIT");
        assert_eq!(flags_of(Group::MessageFlag, both), "MSG_DONTWAIT|MSG_NOSIGNAL");
        assert_eq!(flags_of(Group::MessageFlag, 0), "0");
        assert_eq!(flags_of(Group::MessageFlag, 4), "MSG_DONTROUTE");
        assert_eq!(flags_of(Group::MessageFlag, 2 | 0x1000_0000), "MSG_PEEK|0x10000000");
        assert_eq!(flags_of(Group::PollEvent, 0x11), "POLLIN|POLLHUP");
        assert_eq!(flags_of(Group::AddrInfoFlag, 1), "AI_PASSIVE");
        assert_eq!(flags_of(Group::WaitFlag, 3), "WNOHANG|WUNTRACED");
    }

    #[test]
    fn edge_triggered_is_named_even_when_negative() {
        assert_eq!(flags_of(Group::EpollEvent, 0x8000_0001), "EPOLLIN|EPOLLET");
        assert_eq!(flags_of(Group::EpollEvent, i64::from(libc::EPOLLET)), "EPOLLET");
    }

    #[test]
    fn file_flags_show_the_access_mode() {
        let flags = i64::from(libc::O_RDWR | libc::O_NONBLOCK);
        assert_eq!(flags_of(Group::FileFlag, flags), "O_RDWR|O_NONBLOCK");
        assert_eq!(flags_of(Group::FileFlag, i64::from(libc::O_SYNC)), "O_SYNC");
        assert_eq!(flags_of(Group::FileFlag, i64::from(libc::O_DSYNC)), "O_DSYNC");
        assert_eq!(flags_of(Group::FileFlag, i64::from(libc::O_TMPFILE)), "O_TMPFILE");
    }

    #[test]
    fn a_socket_type_is_split() {
        let flags = i64::from(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
        let split = |value| flags_of(Group::SocketType, value);
        assert_eq!(split(1), "SOCK_STREAM");
        assert_eq!(split(3), "SOCK_RAW");
        assert_eq!(split(1 | flags), "SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC");
        assert_eq!(split(2 | i64::from(libc::SOCK_CLOEXEC)), "SOCK_DGRAM|SOCK_CLOEXEC");
        assert_eq!(split(9), "0x9");
        assert_eq!(split(0x100_0001), "SOCK_STREAM|0x1000000");
        assert_eq!(split(0), "0");
    }

    #[test]
    fn a_group_without_bits_gives_a_name_or_a_number() {
        assert_eq!(flags_of(Group::Signal, 13), "SIGPIPE");
        assert_eq!(flags_of(Group::Family, 1000), "0x3e8");
    }

    #[test]
    fn file_flags_of_an_open_file_have_no_unknown_bit() {
        use std::os::fd::AsRawFd;
        let file = std::fs::File::open("/dev/null").expect("/dev/null");
        #[allow(unsafe_code, reason = "fcntl(2) is the reference")]
        // SAFETY: the descriptor is open, and F_GETFL takes no pointer.
        let flags = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFL) };
        assert!(!flags_of(Group::FileFlag, i64::from(flags)).contains("0x"));
    }
}
