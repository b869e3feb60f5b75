//! A call that has returned, read for what the rules need. Tolerant: a decoder may show an argument in several ways,
//! and a program may pass anything.

use std::sync::Arc;

use crate::finding::{Detail, Evidence, Exhibit};
use crate::observed::{Ending, Payload, Return, Subject, Traced};
use crate::syscall::address::Address;
use crate::syscall::call::{Call, Value};
use crate::syscall::errno::Errno;
use crate::syscall::fault::Effect;
use crate::syscall::notation::format_value;
use crate::syscall::sys::{Length, Sys};

/// How many bytes of a buffer an exhibit keeps.
const SHOWN: usize = 256;

/// Shared, because one call may be the evidence of many things.
pub type Proof = Arc<Evidence>;

/// A call that has returned.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub at_us: u64,
    pub pid: i32,
    pub tid: i32,
    pub traced: &'a Traced,
    pub ending: &'a Ending,
    /// Microseconds that it lasted.
    pub duration_us: u64,
}

impl<'a> Seen<'a> {
    #[must_use]
    pub fn new(at_us: u64, (pid, tid): (i32, i32), returned: &'a Return) -> Seen<'a> {
        let Return { traced, ending, duration_us } = returned;
        Seen { at_us, pid, tid, traced, ending, duration_us: *duration_us }
    }

    #[must_use]
    pub fn sys(&self) -> Sys {
        self.traced.sys
    }

    #[must_use]
    pub fn fd(&self) -> Option<i32> {
        self.traced.fd
    }

    /// What it returned, where it succeeded.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self.ending {
            Ending::Done(outcome) => outcome.number(),
            Ending::Interrupted => None,
        }
    }

    /// A new descriptor or process, where it succeeded.
    #[must_use]
    pub fn identifier(&self) -> Option<i32> {
        self.number().and_then(|number| i32::try_from(number).ok())
    }

    #[must_use]
    pub fn errno(&self) -> Option<Errno> {
        match self.ending {
            Ending::Done(outcome) => outcome.errno(),
            Ending::Interrupted => None,
        }
    }

    #[must_use]
    pub fn failed_with(&self, errno: Errno) -> bool {
        self.errno() == Some(errno)
    }

    /// Its failure was provoked: it says nothing of the program.
    #[must_use]
    pub fn is_provoked(&self) -> bool {
        self.traced.injected.as_ref().is_some_and(|fault| matches!(fault.effect, Effect::Error { .. }))
    }

    #[must_use]
    pub fn argument(&self, index: usize) -> Option<&'a Value> {
        self.traced.call.arguments.get(index)
    }

    /// Whether an argument names this constant, alone or among others.
    #[must_use]
    pub fn names(&self, constant: &str) -> bool {
        self.traced.call.arguments.iter().any(|value| mentions(value, constant))
    }

    #[must_use]
    pub fn address(&self) -> Option<&'a Address> {
        self.traced.call.arguments.iter().find_map(|value| match value {
            Value::Address(address) => Some(address),
            _ => None,
        })
    }

    /// The length given with an address to bind, connect, sendto.
    #[must_use]
    pub fn address_length(&self) -> Option<i64> {
        let index = if matches!(self.sys(), Sys::Sendto) { 5 } else { 2 };
        self.argument(index).and_then(number_of)
    }

    #[must_use]
    pub fn payload(&self) -> Option<&'a Payload> {
        self.traced.payload.as_ref()
    }

    #[must_use]
    pub fn is_receive(&self) -> bool {
        self.sys().receives()
    }

    #[must_use]
    pub fn is_send(&self) -> bool {
        self.sys().sends()
    }

    /// A write where people read; perror(3) writes to a copy of descriptor 2 where that is a terminal.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        let terminal = self.traced.subject == Some(Subject::Terminal) && self.fd() != Some(0);
        self.is_send() && !self.subject_is_socket() && (terminal || matches!(self.fd(), Some(1 | 2)))
    }

    /// A receive that takes nothing out of the queue, or a capacity of zero: its 0 is not an end.
    #[must_use]
    pub fn only_looks(&self) -> bool {
        self.names("MSG_PEEK") || self.payload().is_some_and(|payload| payload.asked == 0)
    }

    /// The bytes that went through, as far as they were kept.
    #[must_use]
    pub fn moved(&self) -> &'a [u8] {
        let count = self.number().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
        let data = self.payload().map_or(&[][..], |payload| &payload.data);
        let one_message = self.sys().length() != Some(Length::Messages);
        if one_message { &data[..count.min(data.len())] } else { data }
    }

    /// The bytes of a send, whether or not they went through.
    #[must_use]
    pub fn given(&self) -> &'a [u8] {
        self.payload().map_or(&[][..], |payload| &payload.data)
    }

    /// Where the bytes lie in the program's memory; 0 where that is not known.
    #[must_use]
    pub fn place(&self) -> u64 {
        self.payload().map_or(0, |payload| payload.address)
    }

    /// What follows there the bytes to send.
    #[must_use]
    pub fn beyond(&self) -> &'a [u8] {
        self.payload().map_or(&[][..], |payload| &payload.beyond)
    }

    #[must_use]
    pub fn asked(&self) -> u64 {
        self.payload().map_or(0, |payload| payload.asked)
    }

    #[must_use]
    pub fn subject_is_socket(&self) -> bool {
        self.traced.subject.is_some_and(Subject::is_socket)
    }

    #[must_use]
    pub fn proof(&self) -> Proof {
        proof(self.pid, self.at_us, self.traced, Some(self.ending.clone()))
    }
}

/// The evidence that a call is; `ending` is absent where it has not returned.
#[must_use]
pub fn proof(pid: i32, at_us: u64, traced: &Traced, ending: Option<Ending>) -> Proof {
    let exhibit = Exhibit::Call { call: shortened(&traced.call), ending, injected: traced.injected.is_some() };
    Arc::new(Evidence { pid, at_us, exhibit, source: traced.source.clone(), remark: None })
}

fn shortened(call: &Call) -> Call {
    let cut = |value: &Value| match value {
        Value::Bytes { data, total } => {
            Value::Bytes { data: data[..data.len().min(SHOWN)].to_vec(), total: *total.max(&data.len()) }
        }
        Value::List(items) => Value::List(items.iter().take(16).cloned().collect()),
        other => other.clone(),
    };
    Call { name: call.name, arguments: call.arguments.iter().map(cut).collect() }
}

/// What an evidence is, in a word: the name of its call, or how the program ended.
#[must_use]
pub fn word(evidence: &Evidence) -> &'static str {
    match &evidence.exhibit {
        Exhibit::Call { call, .. } => call.name.as_str(),
        Exhibit::Exited { .. } => "exit",
        Exhibit::Killed { .. } => "killed",
        Exhibit::Signalled { .. } => "signal",
    }
}

/// The call that an evidence is.
#[must_use]
pub fn called(evidence: &Evidence) -> Option<Detail> {
    match &evidence.exhibit {
        Exhibit::Call { call, .. } => Some(Detail::Call { name: call.name }),
        Exhibit::Exited { .. } | Exhibit::Killed { .. } | Exhibit::Signalled { .. } => None,
    }
}

/// A number, however it is shown: `1`, `[1]`, `{1}`.
#[must_use]
pub fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) | Value::Length(number) => Some(*number),
        Value::List(items) => items.first().and_then(number_of),
        Value::Symbol(text) | Value::Opaque(text) => text.trim_matches(['[', ']']).parse().ok(),
        _ => None,
    }
}

/// Whether a value names this constant, alone or among others.
#[must_use]
pub fn mentions(value: &Value, constant: &str) -> bool {
    match value {
        Value::Symbol(text) | Value::Opaque(text) => {
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == constant)
        }
        Value::Record(fields) => fields.iter().any(|(_, value)| mentions(value, constant)),
        Value::List(items) => items.iter().any(|value| mentions(value, constant)),
        _ => false,
    }
}

/// A field of a structure.
#[must_use]
pub fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Record(fields) = value else { return None };
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The descriptors that a poll list or a set of select names, at most 64.
#[must_use]
pub fn descriptors(value: &Value) -> Vec<i32> {
    let one = |value: &Value| match value {
        Value::Number(number) => i32::try_from(*number).ok(),
        Value::Symbol(text) | Value::Opaque(text) => text.parse().ok(),
        record => field(record, "fd").and_then(number_of).and_then(|number| i32::try_from(number).ok()),
    };
    match value {
        Value::List(items) => items.iter().filter_map(one).take(64).collect(),
        Value::Symbol(text) | Value::Opaque(text) => {
            text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).take(64).collect()
        }
        _ => Vec::new(),
    }
}

/// The argument as the notation writes it.
#[must_use]
pub fn written(seen: &Seen<'_>, index: usize) -> String {
    seen.argument(index).map(|value| format_value(value, SHOWN)).unwrap_or_default()
}
