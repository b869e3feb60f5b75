//! A call with its evaluated arguments, and what came of it.

use serde::{Deserialize, Serialize};

use crate::syscall::address::Address;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;

/// One argument, as the notation shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Number(i64),
    /// A constant, or several or-ed: `AF_INET`, `MSG_DONTWAIT|MSG_NOSIGNAL`, `htons(3001)`.
    Symbol(String),
    /// Bytes given or received; `total` is the whole length where `data` was cut.
    Bytes {
        data: Vec<u8>,
        total: usize,
    },
    Address(Address),
    /// An in-out length after the call: `[16]`.
    Length(i64),
    Null,
    /// A pointer whose target is not shown (before the call, or of no interest).
    Opaque(String),
    /// A structure: `{l_onoff=1, l_linger=0}`.
    Record(Vec<(String, Value)>),
    /// An array: `[{fd=3, events=POLLIN}]`.
    List(Vec<Value>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub name: Name,
    pub arguments: Vec<Value>,
}

impl Call {
    /// The error that getsockopt(2) of SO_ERROR found: that of a call before it.
    #[must_use]
    pub fn pending_error(&self) -> Option<Errno> {
        let [_, _, Value::Symbol(option), Value::List(values), ..] = self.arguments.as_slice() else { return None };
        match values.as_slice() {
            [Value::Symbol(name)] if self.name == Name::Getsockopt && option == "SO_ERROR" => Errno::from_name(name),
            _ => None,
        }
    }
}

/// What came of a call. A failed call is an outcome, never an error of socketlab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Returned(Answer),
    /// -1 (or NULL) with errno.
    Failed(Errno),
    /// A getaddrinfo error; with `EAI_SYSTEM`, errno says more.
    Unresolved(GaiError),
    /// A signal ended the process inside the call.
    Killed(Signal),
    /// The process ended by itself, with this exit code.
    Exited(i32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A `void` function.
    Nothing,
    Number(i64),
    /// A C string, without its NUL.
    Text(Vec<u8>),
    /// A pointer that is not a string.
    Pointer {
        null: bool,
    },
}

impl Outcome {
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self {
            Outcome::Returned(Answer::Number(number)) => Some(*number),
            _ => None,
        }
    }

    #[must_use]
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Outcome::Failed(errno) => Some(*errno),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Call, Errno, Outcome, Value};

    fn symbol(text: &str) -> Value {
        Value::Symbol(text.to_owned())
    }

    #[test]
    fn an_error_that_was_pending_is_read_from_the_option_alone() {
        let call = |name: &str, option: &str, values: &[&str]| {
            let list = Value::List(values.iter().map(|value| symbol(value)).collect());
            let arguments = vec![Value::Number(3), symbol("SOL_SOCKET"), symbol(option), list, Value::Length(4)];
            Call { name: name.into(), arguments }.pending_error()
        };
        assert_eq!(call("getsockopt", "SO_ERROR", &["ECONNREFUSED"]), Some(Errno::ECONNREFUSED));
        for (name, option, values) in [
            ("setsockopt", "SO_ERROR", ["ECONNREFUSED"].as_slice()),
            ("getsockopt", "SO_TYPE", &["ECONNREFUSED"]),
            ("getsockopt", "SO_ERROR", &["SOCK_STREAM"]),
            ("getsockopt", "SO_ERROR", &["ECONNREFUSED", "EPIPE"]),
        ] {
            assert_eq!(call(name, option, values), None, "{name} {option} {values:?}");
        }
        assert_eq!(Call { name: "getsockopt".into(), arguments: vec![symbol("SO_ERROR")] }.pending_error(), None);
    }

    #[test]
    fn an_outcome_has_a_number_or_an_errno_or_neither() {
        for (outcome, number, errno) in [
            (Outcome::Returned(Answer::Number(4)), Some(4), None),
            (Outcome::Returned(Answer::Nothing), None, None),
            (Outcome::Returned(Answer::Pointer { null: true }), None, None),
            (Outcome::Failed(Errno::EPIPE), None, Some(Errno::EPIPE)),
            (Outcome::Exited(4), None, None),
        ] {
            assert_eq!((outcome.number(), outcome.errno()), (number, errno), "{outcome:?}");
        }
    }
}
