//! The C types of the subset, with the sizes of this machine's ABI.

use serde::{Deserialize, Serialize};

use crate::syscall::record::Record;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CType {
    Void,
    Integer(Integer),
    Record(Record),
    Array(Box<CType>, usize),
    Pointer(Box<CType>),
}

/// The integer types by the name a program gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Integer {
    Char,
    Short,
    Int,
    Unsigned,
    Long,
    UnsignedLong,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Size,
    Ssize,
    Socklen,
    Pid,
    InAddr,
    InPort,
    SaFamily,
    Nfds,
    Pthread,
    Time,
}

const NAMES: [(Integer, &str, usize, bool); 20] = [
    (Integer::Char, "char", 1, true),
    (Integer::Short, "short", 2, true),
    (Integer::Int, "int", 4, true),
    (Integer::Unsigned, "unsigned", 4, false),
    (Integer::Long, "long", 8, true),
    (Integer::UnsignedLong, "unsigned long", 8, false),
    (Integer::Uint8, "uint8_t", 1, false),
    (Integer::Uint16, "uint16_t", 2, false),
    (Integer::Uint32, "uint32_t", 4, false),
    (Integer::Uint64, "uint64_t", 8, false),
    (Integer::Size, "size_t", 8, false),
    (Integer::Ssize, "ssize_t", 8, true),
    (Integer::Socklen, "socklen_t", 4, false),
    (Integer::Pid, "pid_t", 4, true),
    (Integer::InAddr, "in_addr_t", 4, false),
    (Integer::InPort, "in_port_t", 2, false),
    (Integer::SaFamily, "sa_family_t", 2, false),
    (Integer::Nfds, "nfds_t", 8, false),
    (Integer::Pthread, "pthread_t", 8, false),
    (Integer::Time, "time_t", 8, true),
];

impl Integer {
    fn row(self) -> &'static (Integer, &'static str, usize, bool) {
        let position = NAMES.iter().position(|row| row.0 == self).unwrap_or(2);
        &NAMES[position]
    }

    /// The name in C source.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Size in bytes (LP64).
    #[must_use]
    pub fn size(self) -> usize {
        self.row().2
    }

    #[must_use]
    pub fn signed(self) -> bool {
        self.row().3
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Integer> {
        NAMES.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|row| row.1)
    }

    /// `value` as a variable of this type holds it: truncated, then sign-extended.
    #[must_use]
    pub fn wrap(self, value: i64) -> i64 {
        let bits = 64 - 8 * u32::try_from(self.size()).unwrap_or(8);
        if self.signed() { (value << bits) >> bits } else { ((value.cast_unsigned() << bits) >> bits).cast_signed() }
    }
}

impl CType {
    #[must_use]
    pub fn int() -> CType {
        CType::Integer(Integer::Int)
    }

    #[must_use]
    pub fn pointer_to(target: CType) -> CType {
        CType::Pointer(Box::new(target))
    }

    /// `sizeof` this type, in bytes; `void` counts 1, as in GNU C.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            CType::Void => 1,
            CType::Integer(integer) => integer.size(),
            CType::Record(record) => record.size(),
            CType::Array(item, count) => item.size().saturating_mul(*count),
            CType::Pointer(_) => size_of::<usize>(),
        }
    }

    /// The type as C writes it, without a variable's name.
    #[must_use]
    pub fn spelling(&self) -> String {
        match self {
            CType::Void => "void".to_owned(),
            CType::Integer(integer) => integer.name().to_owned(),
            CType::Record(record) => record.spelling().to_owned(),
            CType::Array(item, count) => format!("{}[{count}]", item.spelling()),
            CType::Pointer(target) => format!("{} *", target.spelling()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CType, Integer};
    use crate::syscall::record::Record;

    #[test]
    fn integers_are_those_of_the_c_library() {
        fn of<T>(name: &str, signed: bool) -> (&str, usize, bool) {
            (name, size_of::<T>(), signed)
        }
        let known = [
            of::<libc::c_char>("char", true),
            of::<libc::c_short>("short", true),
            of::<libc::c_int>("int", true),
            of::<libc::c_uint>("unsigned", false),
            of::<libc::c_long>("long", true),
            of::<libc::c_ulong>("unsigned long", false),
            of::<u8>("uint8_t", false),
            of::<u16>("uint16_t", false),
            of::<u32>("uint32_t", false),
            of::<u64>("uint64_t", false),
            of::<libc::size_t>("size_t", false),
            of::<libc::ssize_t>("ssize_t", true),
            of::<libc::socklen_t>("socklen_t", false),
            of::<libc::pid_t>("pid_t", true),
            of::<libc::in_addr_t>("in_addr_t", false),
            of::<libc::in_port_t>("in_port_t", false),
            of::<libc::sa_family_t>("sa_family_t", false),
            of::<libc::nfds_t>("nfds_t", false),
            of::<libc::pthread_t>("pthread_t", false),
            of::<libc::time_t>("time_t", true),
        ];
        assert!(Integer::names().eq(known.map(|row| row.0)));
        for (name, size, signed) in known {
            let integer = Integer::from_name(name).unwrap();
            assert_eq!((integer.name(), integer.size(), integer.signed()), (name, size, signed));
        }
        assert_eq!(Integer::from_name("float"), None);
    }

    #[test]
    fn a_variable_keeps_what_fits_in_it() {
        for (integer, value, kept) in [
            (Integer::Char, 127, 127),
            (Integer::Char, 200, -56),
            (Integer::Uint8, 0x1c8, 200),
            (Integer::Uint8, -1, 255),
            (Integer::Short, 0x1_8000, -0x8000),
            (Integer::Uint16, -1, 0xffff),
            (Integer::Int, 0x1_8000_0001, -0x7fff_ffff),
            (Integer::Unsigned, -1, 0xffff_ffff),
            (Integer::Long, i64::MIN, i64::MIN),
            (Integer::UnsignedLong, -1, -1),
        ] {
            assert_eq!(integer.wrap(value), kept, "{value} in {}", integer.name());
        }
    }

    #[test]
    fn types_have_a_size_and_a_spelling() {
        let array = CType::Array(Box::new(CType::Integer(Integer::Short)), 3);
        for (ctype, size, spelling) in [
            (CType::Void, 1, "void"),
            (CType::int(), 4, "int"),
            (CType::Record(Record::SockaddrIn), 16, "struct sockaddr_in"),
            (array.clone(), 6, "short[3]"),
            (CType::pointer_to(CType::Void), 8, "void *"),
            (CType::pointer_to(array), 8, "short[3] *"),
            (CType::Array(Box::new(CType::int()), usize::MAX), usize::MAX, &format!("int[{}]", usize::MAX)),
        ] {
            assert_eq!((ctype.size(), ctype.spelling().as_str()), (size, spelling));
        }
    }
}
