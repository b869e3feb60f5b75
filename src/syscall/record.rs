//! The structures of the subset and where their fields lie, taken from the C library's own headers
//! (through `libc`), so that bytes are those a C program would have.

use std::mem::offset_of;

use serde::{Deserialize, Serialize};

use crate::syscall::ctype::{CType, Integer};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    Sockaddr,
    SockaddrIn,
    SockaddrIn6,
    SockaddrUn,
    SockaddrStorage,
    InAddr,
    In6Addr,
    Addrinfo,
    Timeval,
    Linger,
    Pollfd,
    EpollEvent,
    EpollData,
    Sigaction,
    FdSet,
    PthreadMutex,
    Ucred,
}

/// One field: its name, its offset in bytes, its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub offset: usize,
    pub ctype: CType,
}

const SPELLINGS: [(Record, &str); 17] = [
    (Record::Sockaddr, "struct sockaddr"),
    (Record::SockaddrIn, "struct sockaddr_in"),
    (Record::SockaddrIn6, "struct sockaddr_in6"),
    (Record::SockaddrUn, "struct sockaddr_un"),
    (Record::SockaddrStorage, "struct sockaddr_storage"),
    (Record::InAddr, "struct in_addr"),
    (Record::In6Addr, "struct in6_addr"),
    (Record::Addrinfo, "struct addrinfo"),
    (Record::Timeval, "struct timeval"),
    (Record::Linger, "struct linger"),
    (Record::Pollfd, "struct pollfd"),
    (Record::EpollEvent, "struct epoll_event"),
    (Record::EpollData, "epoll_data_t"),
    (Record::Sigaction, "struct sigaction"),
    (Record::FdSet, "fd_set"),
    (Record::PthreadMutex, "pthread_mutex_t"),
    (Record::Ucred, "struct ucred"),
];

fn field(name: &'static str, offset: usize, ctype: CType) -> Field {
    Field { name, offset, ctype }
}

fn integer(name: &'static str, offset: usize, integer: Integer) -> Field {
    field(name, offset, CType::Integer(integer))
}

fn chars(count: usize) -> CType {
    CType::Array(Box::new(CType::Integer(Integer::Char)), count)
}

impl Record {
    #[must_use]
    pub fn spelling(self) -> &'static str {
        SPELLINGS.iter().find(|row| row.0 == self).map_or("struct", |row| row.1)
    }

    /// From the whole spelling, `struct sockaddr_in` or `fd_set`.
    #[must_use]
    pub fn from_spelling(spelling: &str) -> Option<Record> {
        SPELLINGS.iter().find(|row| row.1 == spelling).map(|row| row.0)
    }

    pub fn spellings() -> impl Iterator<Item = &'static str> {
        SPELLINGS.iter().map(|row| row.1)
    }

    /// `sizeof`, in bytes.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Record::Sockaddr => size_of::<libc::sockaddr>(),
            Record::SockaddrIn => size_of::<libc::sockaddr_in>(),
            Record::SockaddrIn6 => size_of::<libc::sockaddr_in6>(),
            Record::SockaddrUn => size_of::<libc::sockaddr_un>(),
            Record::SockaddrStorage => size_of::<libc::sockaddr_storage>(),
            Record::InAddr => size_of::<libc::in_addr>(),
            Record::In6Addr => size_of::<libc::in6_addr>(),
            Record::Addrinfo => size_of::<libc::addrinfo>(),
            Record::Timeval => size_of::<libc::timeval>(),
            Record::Linger => size_of::<libc::linger>(),
            Record::Pollfd => size_of::<libc::pollfd>(),
            Record::EpollEvent => size_of::<libc::epoll_event>(),
            Record::EpollData => 8,
            Record::Sigaction => size_of::<libc::sigaction>(),
            Record::FdSet => size_of::<libc::fd_set>(),
            Record::PthreadMutex => size_of::<libc::pthread_mutex_t>(),
            Record::Ucred => size_of::<libc::ucred>(),
        }
    }

    /// The fields a program may name, in memory order; opaque types have none.
    #[must_use]
    pub fn fields(self) -> Vec<Field> {
        match self {
            Record::Sockaddr => vec![integer("sa_family", 0, Integer::SaFamily)],
            Record::SockaddrStorage => vec![integer("ss_family", 0, Integer::SaFamily)],
            Record::SockaddrIn => sockaddr_in(),
            Record::SockaddrIn6 => sockaddr_in6(),
            Record::SockaddrUn => vec![
                integer("sun_family", 0, Integer::SaFamily),
                field("sun_path", offset_of!(libc::sockaddr_un, sun_path), chars(108)),
            ],
            Record::InAddr => vec![integer("s_addr", 0, Integer::InAddr)],
            Record::In6Addr => {
                vec![field("s6_addr", 0, CType::Array(Box::new(CType::Integer(Integer::Uint8)), 16))]
            }
            Record::Addrinfo => addrinfo(),
            Record::Timeval => vec![
                integer("tv_sec", 0, Integer::Time),
                integer("tv_usec", offset_of!(libc::timeval, tv_usec), Integer::Long),
            ],
            Record::Linger => {
                vec![integer("l_onoff", 0, Integer::Int), integer("l_linger", 4, Integer::Int)]
            }
            Record::Pollfd => vec![
                integer("fd", 0, Integer::Int),
                integer("events", offset_of!(libc::pollfd, events), Integer::Short),
                integer("revents", offset_of!(libc::pollfd, revents), Integer::Short),
            ],
            Record::EpollEvent => vec![
                integer("events", 0, Integer::Uint32),
                field("data", offset_of!(libc::epoll_event, u64), CType::Record(Record::EpollData)),
            ],
            Record::EpollData => vec![integer("fd", 0, Integer::Int)],
            Record::Sigaction => vec![
                field("sa_handler", 0, CType::pointer_to(CType::Void)),
                integer("sa_flags", offset_of!(libc::sigaction, sa_flags), Integer::Int),
            ],
            Record::Ucred => vec![
                integer("pid", 0, Integer::Pid),
                integer("uid", offset_of!(libc::ucred, uid), Integer::Unsigned),
                integer("gid", offset_of!(libc::ucred, gid), Integer::Unsigned),
            ],
            Record::FdSet | Record::PthreadMutex => Vec::new(),
        }
    }

    #[must_use]
    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().into_iter().find(|field| field.name == name)
    }
}

fn sockaddr_in() -> Vec<Field> {
    vec![
        integer("sin_family", 0, Integer::SaFamily),
        integer("sin_port", offset_of!(libc::sockaddr_in, sin_port), Integer::InPort),
        field("sin_addr", offset_of!(libc::sockaddr_in, sin_addr), CType::Record(Record::InAddr)),
        field("sin_zero", offset_of!(libc::sockaddr_in, sin_zero), chars(8)),
    ]
}

fn sockaddr_in6() -> Vec<Field> {
    vec![
        integer("sin6_family", 0, Integer::SaFamily),
        integer("sin6_port", offset_of!(libc::sockaddr_in6, sin6_port), Integer::InPort),
        integer("sin6_flowinfo", offset_of!(libc::sockaddr_in6, sin6_flowinfo), Integer::Uint32),
        field("sin6_addr", offset_of!(libc::sockaddr_in6, sin6_addr), CType::Record(Record::In6Addr)),
        integer("sin6_scope_id", offset_of!(libc::sockaddr_in6, sin6_scope_id), Integer::Uint32),
    ]
}

fn addrinfo() -> Vec<Field> {
    let pointer = |target| CType::pointer_to(target);
    vec![
        integer("ai_flags", 0, Integer::Int),
        integer("ai_family", offset_of!(libc::addrinfo, ai_family), Integer::Int),
        integer("ai_socktype", offset_of!(libc::addrinfo, ai_socktype), Integer::Int),
        integer("ai_protocol", offset_of!(libc::addrinfo, ai_protocol), Integer::Int),
        integer("ai_addrlen", offset_of!(libc::addrinfo, ai_addrlen), Integer::Socklen),
        field("ai_addr", offset_of!(libc::addrinfo, ai_addr), pointer(CType::Record(Record::Sockaddr))),
        field("ai_canonname", offset_of!(libc::addrinfo, ai_canonname), pointer(CType::Integer(Integer::Char))),
        field("ai_next", offset_of!(libc::addrinfo, ai_next), pointer(CType::Record(Record::Addrinfo))),
    ]
}

#[cfg(test)]
mod tests {
    use super::Record;

    /// A spelling, a size, and the name, place and size of each field.
    type Layout = (&'static str, usize, &'static [(&'static str, usize, usize)]);

    /// Each structure with its size and where its fields lie, as gcc says on a 64-bit Linux.
    const LAYOUTS: [Layout; 16] = [
        ("struct sockaddr", 16, &[("sa_family", 0, 2)]),
        ("struct sockaddr_in", 16, &[("sin_family", 0, 2), ("sin_port", 2, 2), ("sin_addr", 4, 4), ("sin_zero", 8, 8)]),
        (
            "struct sockaddr_in6",
            28,
            &[
                ("sin6_family", 0, 2),
                ("sin6_port", 2, 2),
                ("sin6_flowinfo", 4, 4),
                ("sin6_addr", 8, 16),
                ("sin6_scope_id", 24, 4),
            ],
        ),
        ("struct sockaddr_un", 110, &[("sun_family", 0, 2), ("sun_path", 2, 108)]),
        ("struct sockaddr_storage", 128, &[("ss_family", 0, 2)]),
        ("struct in_addr", 4, &[("s_addr", 0, 4)]),
        ("struct in6_addr", 16, &[("s6_addr", 0, 16)]),
        (
            "struct addrinfo",
            48,
            &[
                ("ai_flags", 0, 4),
                ("ai_family", 4, 4),
                ("ai_socktype", 8, 4),
                ("ai_protocol", 12, 4),
                ("ai_addrlen", 16, 4),
                ("ai_addr", 24, 8),
                ("ai_canonname", 32, 8),
                ("ai_next", 40, 8),
            ],
        ),
        ("struct timeval", 16, &[("tv_sec", 0, 8), ("tv_usec", 8, 8)]),
        ("struct linger", 8, &[("l_onoff", 0, 4), ("l_linger", 4, 4)]),
        ("struct pollfd", 8, &[("fd", 0, 4), ("events", 4, 2), ("revents", 6, 2)]),
        ("epoll_data_t", 8, &[("fd", 0, 4)]),
        ("struct sigaction", 152, &[("sa_handler", 0, 8), ("sa_flags", 136, 4)]),
        ("fd_set", 128, &[]),
        ("pthread_mutex_t", size_of::<libc::pthread_mutex_t>(), &[]),
        ("struct ucred", 12, &[("pid", 0, 4), ("uid", 4, 4), ("gid", 8, 4)]),
    ];

    #[test]
    fn fields_lie_where_the_c_library_has_them() {
        for (spelling, size, fields) in LAYOUTS {
            let record = Record::from_spelling(spelling).unwrap();
            assert_eq!((record.spelling(), record.size()), (spelling, size));
            let found: Vec<_> =
                record.fields().iter().map(|field| (field.name, field.offset, field.ctype.size())).collect();
            assert_eq!(found, fields, "{spelling}");
        }
        // Packed on some architectures.
        let event = Record::from_spelling("struct epoll_event").unwrap();
        assert_eq!(event.size(), size_of::<libc::epoll_event>());
        assert_eq!(event.field("data").map(|data| data.offset + data.ctype.size()), Some(event.size()));
        assert_eq!(Record::spellings().count(), LAYOUTS.len() + 1);
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        assert_eq!(Record::SockaddrIn.field("sin_port").map(|field| field.offset), Some(2));
        assert_eq!(Record::SockaddrIn.field("sin6_port"), None);
        assert_eq!(Record::from_spelling("sockaddr_in"), None);
    }
}
