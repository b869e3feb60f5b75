//! What a finding's details say, each where it is there.

use crate::finding::{Detail, Exhibit, Finding, Severity};
use crate::observed::Ending;
use crate::state::Cause;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::notation::{errno_name, escape, format_value, signal_name};
use crate::text::errno;
use crate::text::quantity::{count, counted};

/// Bytes of a message that a sentence shows.
const SHOWN: usize = 24;

/// A finding about to be said.
#[derive(Clone, Copy)]
pub(super) struct Case<'a>(pub &'a Finding);

impl<'a> Case<'a> {
    fn first<T>(self, pick: impl Fn(&'a Detail) -> Option<T>) -> Option<T> {
        self.0.details.iter().find_map(pick)
    }

    pub(super) fn is_defect(self) -> bool {
        self.0.severity == Severity::Defect
    }

    pub(super) fn is_weakness(self) -> bool {
        self.0.severity == Severity::Weakness
    }

    pub(super) fn unread(self) -> Option<u64> {
        self.first(|detail| match detail {
            Detail::Unread { bytes } => Some(*bytes),
            _ => None,
        })
    }

    /// Given, and wanted.
    pub(super) fn lengths(self) -> Option<(u64, u64)> {
        self.first(|detail| match detail {
            Detail::Length { given, wanted } => Some((*given, *wanted)),
            _ => None,
        })
    }

    /// Used, and meant.
    pub(super) fn ports(self) -> Option<(u16, u16)> {
        self.first(|detail| match detail {
            Detail::Ports { used, meant } => Some((*used, *meant)),
            _ => None,
        })
    }

    pub(super) fn port(self) -> Option<u16> {
        self.first(|detail| match detail {
            Detail::Port { port } => Some(*port),
            _ => None,
        })
    }

    pub(super) fn address(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Address { address } => Some(safe(address)),
            _ => None,
        })
    }

    pub(super) fn clients(self) -> Option<u64> {
        self.first(|detail| match detail {
            Detail::Clients { count } => Some(*count),
            _ => None,
        })
    }

    pub(super) fn times(self) -> Option<u64> {
        self.first(|detail| match detail {
            Detail::Times { count } => Some(*count),
            _ => None,
        })
    }

    pub(super) fn zombies(self) -> Option<u64> {
        self.first(|detail| match detail {
            Detail::Zombies { count } => Some(*count),
            _ => None,
        })
    }

    pub(super) fn descriptors(self) -> Option<u64> {
        self.first(|detail| match detail {
            Detail::Descriptors { count } => Some(*count),
            _ => None,
        })
    }

    pub(super) fn call(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Call { name } => Some(name.to_string()),
            _ => None,
        })
    }

    /// The call that the evidence ends with, as C names it.
    pub(super) fn last_call(self) -> Option<String> {
        self.calls().next_back().map(|(call, _)| call.name.to_string())
    }

    /// The call that the evidence begins with.
    pub(super) fn first_call(self) -> Option<String> {
        self.calls().next().map(|(call, _)| call.name.to_string())
    }

    fn calls(self) -> impl DoubleEndedIterator<Item = (&'a Call, Option<&'a Ending>)> {
        self.0.evidence.iter().filter_map(|evidence| match &evidence.exhibit {
            Exhibit::Call { call, ending, .. } => Some((call, ending.as_ref())),
            Exhibit::Exited { .. } | Exhibit::Killed { .. } | Exhibit::Signalled { .. } => None,
        })
    }

    /// Whether the evidence holds this call, and it did what was asked.
    pub(super) fn has_succeeded(self, name: Name) -> bool {
        let done = |ending: Option<&Ending>| matches!(ending, Some(Ending::Done(Outcome::Returned(_))));
        self.calls().any(|(call, ending)| call.name == name && done(ending))
    }

    /// Whether the evidence begins with a connect(2) that went on by itself.
    pub(super) fn was_in_progress(self) -> bool {
        self.calls().next().and_then(|(_, ending)| failed_with(ending)) == Some(Errno::EINPROGRESS)
    }

    /// What the first transfer of the evidence moved, and what it was asked for.
    pub(super) fn moved(self) -> Option<(u64, u64)> {
        let (call, ending) = self.calls().next()?;
        let asked = match call.arguments.get(2)? {
            Value::Number(number) | Value::Length(number) => u64::try_from(*number).ok()?,
            _ => return None,
        };
        match ending? {
            Ending::Done(Outcome::Returned(Answer::Number(moved))) => Some((u64::try_from(*moved).ok()?, asked)),
            _ => None,
        }
    }

    /// Whether socketlab changed the first call of the evidence.
    pub(super) fn is_injected(self) -> bool {
        let mut calls = self.0.evidence.iter();
        matches!(calls.next().map(|one| &one.exhibit), Some(Exhibit::Call { injected: true, .. }))
    }

    /// That of a detail, else of the last failure among the evidence.
    pub(super) fn errno(self) -> Option<Errno> {
        let told = self.first(|detail| match detail {
            Detail::Errno { errno } => Some(*errno),
            _ => None,
        });
        told.or_else(|| self.calls().rev().find_map(|(_, ending)| failed_with(ending)))
    }

    /// The text that was meant, where the bytes sent hold more than it.
    pub(super) fn message(self) -> Option<String> {
        let wanted = usize::try_from(self.lengths()?.1).ok()?;
        self.first(|detail| match detail {
            Detail::Bytes { bytes } => Some(excerpt(bytes.get(..wanted).unwrap_or(bytes))),
            _ => None,
        })
    }

    /// The beginning of the bytes in question, between guillemets.
    pub(super) fn bytes(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Bytes { bytes } => Some(excerpt(bytes)),
            _ => None,
        })
    }

    pub(super) fn field(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Field { text } => Some(excerpt(text.as_bytes())),
            _ => None,
        })
    }

    pub(super) fn cause(self) -> Option<&'a Cause> {
        self.first(|detail| match detail {
            Detail::Cause { cause } => Some(cause),
            _ => None,
        })
    }

    /// `nc (pid 42)`
    pub(super) fn peer(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Peer { pid, command } => Some(format!("{} (pid {pid})", safe(command))),
            _ => None,
        })
    }

    pub(super) fn signal(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Signal { signal } => Some(signal_name(*signal)),
            _ => None,
        })
    }

    pub(super) fn function(self) -> Option<String> {
        self.first(|detail| match detail {
            Detail::Function { name } => Some(safe(name)),
            _ => None,
        })
    }

    pub(super) fn is_client(self) -> Option<bool> {
        self.first(|detail| match detail {
            Detail::Client { is_client } => Some(*is_client),
            _ => None,
        })
    }

    /// `du descripteur 4`, or `d’un descripteur`.
    pub(super) fn of_descriptor(self) -> String {
        self.0.fd.map_or_else(|| "d’un descripteur".to_owned(), |fd| format!("du descripteur {fd}"))
    }

    /// `le descripteur 4`, or `un descripteur`.
    pub(super) fn descriptor(self) -> String {
        self.0.fd.map_or_else(|| "un descripteur".to_owned(), |fd| format!("le descripteur {fd}"))
    }

    /// ` (EADDRINUSE : « Adresse déjà utilisée »)`, or nothing.
    pub(super) fn in_words(self) -> String {
        self.errno().map(|errno| format!(" ({})", named(errno))).unwrap_or_default()
    }
}

fn failed_with(ending: Option<&Ending>) -> Option<Errno> {
    match ending {
        Some(Ending::Done(outcome)) => outcome.errno(),
        _ => None,
    }
}

/// `EADDRINUSE : « Adresse déjà utilisée »`
pub(super) fn named(errno: Errno) -> String {
    format!("{} : « {} »", errno_name(errno), errno::french(errno).replace('\'', "’"))
}

/// `aucun octet`, `74 octets`
pub(super) fn octets(bytes: u64) -> String {
    plural(bytes, "aucun octet", "octet")
}

/// A count with its noun.
pub(super) fn plural(value: u64, none: &str, noun: &str) -> String {
    counted(usize::try_from(value).unwrap_or(usize::MAX), none, noun)
}

/// `une fois`, `12 fois`
pub(super) fn times(value: u64) -> String {
    match value {
        1 => "une fois".to_owned(),
        value => format!("{} fois", count(usize::try_from(value).unwrap_or(usize::MAX))),
    }
}

/// A number of bytes, without its noun.
pub(super) fn figure(value: u64) -> String {
    count(usize::try_from(value).unwrap_or(usize::MAX))
}

/// What the traced program may have chosen, without anything that a terminal obeys or that marks code.
pub(super) fn safe(text: &str) -> String {
    unmarked(&escape(text.as_bytes()))
}

/// `« HTTP/1.1 200 »`, cut where it is long.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let quoted = format_value(&Value::Bytes { data: bytes.to_vec(), total: bytes.len() }, SHOWN);
    let (inside, mark) = quoted.strip_suffix('…').map_or((quoted.as_str(), ""), |inside| (inside, "…"));
    let inside = inside.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(inside);
    format!("« {}{mark} »", unmarked(inside))
}

fn unmarked(text: &str) -> String {
    text.replace('`', "\\x60")
}
