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
