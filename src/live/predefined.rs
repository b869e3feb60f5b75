//! Names that C headers define as objects or initializers, beside the constants of the vocabulary.

use crate::live::arithmetic::Datum;
use crate::syscall::ctype::CType;
use crate::syscall::record::Record;

const IN6_LOOPBACK: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// The bytes and the type of a predefined object (netinet/in.h).
pub(super) fn object(name: &str) -> Option<(Vec<u8>, CType)> {
    let bytes = match name {
        "in6addr_any" | "IN6ADDR_ANY_INIT" => [0; 16],
        "in6addr_loopback" | "IN6ADDR_LOOPBACK_INIT" => IN6_LOOPBACK,
        _ => return None,
    };
    Some((bytes.to_vec(), CType::Record(Record::In6Addr)))
}

/// The value of an initializer that stands for zero bytes.
pub(super) fn value(name: &str) -> Option<Datum> {
    (name == "PTHREAD_MUTEX_INITIALIZER").then(|| Datum::int(0))
}
