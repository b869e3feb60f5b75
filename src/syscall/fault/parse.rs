//! A fault as it is typed: `CALL:ERRNO[:N|every]`, `CALL:short=K[:N|every]`, `CALL:delay=D[:N|every]`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::syscall::errno::Errno;
use crate::syscall::fault::{Effect, Fault, Occurrence, can_be_short};
use crate::syscall::name::Name;
use crate::syscall::near::nearest;
use crate::syscall::sys::Sys;

/// The longest delay, in milliseconds: an hour.
const LONGEST_MS: u64 = 3_600_000;

/// Units of a delay, and what each is worth in milliseconds. Longer names first where one ends another.
const UNITS: &[(&str, u64)] = &[("ms", 1), ("s", 1_000), ("m", 60_000)];

const EVERY: &str = "every";
const SHORT: &str = "short";
const DELAY: &str = "delay";

/// What a number counts, where it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The N of `recv:EINTR:N`.
    Rank,
    /// The K of `short=K`.
    Bytes,
    /// The D of `delay=D`.
    Delay,
}

/// Why a fault is refused. `near` is the known name that was perhaps meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultError {
    /// No name before the first colon.
    NoCall,
    /// Nothing after the call: what is to happen to it?
    NoEffect {
        call: Name,
    },
    UnknownCall {
        typed: String,
        near: Option<String>,
    },
    UnknownErrno {
        typed: String,
        near: Option<String>,
    },
    /// `short` on a call that carries no bytes.
    NotATransfer {
        call: Name,
    },
    /// `=` after a word that is neither `short` nor `delay`.
    UnknownEffect {
        typed: String,
        near: Option<String>,
    },
    NotANumber {
        figure: Figure,
        typed: String,
    },
    Zero {
        figure: Figure,
    },
    TooLarge {
        figure: Figure,
        typed: String,
    },
    /// More parts than three.
    TooManyParts {
        typed: String,
    },
}

impl fmt::Display for FaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

impl std::error::Error for FaultError {}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Fault, FaultError> {
        parse(text)
    }
}

/// As it is typed, the occurrence left out where it is the usual one.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.call.as_str())?;
        match self.effect {
            Effect::Error { errno } => write!(formatter, ":{}", crate::syscall::notation::errno_name(errno)),
            Effect::Short { bytes } => write!(formatter, ":{SHORT}={bytes}"),
            Effect::Delay { delay } => write!(formatter, ":{DELAY}={}ms", delay.as_millis()),
        }?;
        match self.occurrence {
            occurrence if occurrence == usual(self.effect) => Ok(()),
            Occurrence::Nth(rank) => write!(formatter, ":{rank}"),
            Occurrence::Every => write!(formatter, ":{EVERY}"),
        }
    }
}

/// The names that a fault may bear: those of the kernel, then those of the C library.
pub fn calls() -> impl Iterator<Item = Name> {
    Sys::all().map(Sys::name).chain(Sys::library_names())
}

/// Reads a fault. Without an occurrence, an errno comes once, at the first call; `short` and `delay` at every call.
///
/// # Errors
/// Anything that is not a fault; the error holds what was typed and what was perhaps meant.
pub fn parse(text: &str) -> Result<Fault, FaultError> {
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let (call, effect, occurrence) = match *parts.as_slice() {
        [] | [""] | ["", ..] => return Err(FaultError::NoCall),
        [call] | [call, ""] => return Err(no_effect(call)),
        [call, effect] => (call, effect, None),
        [call, effect, occurrence] => (call, effect, Some(occurrence)),
        _ => return Err(FaultError::TooManyParts { typed: text.to_owned() }),
    };
    let call = known_call(call)?;
    let effect = known_effect(call, effect)?;
    let occurrence = occurrence.map_or_else(|| Ok(usual(effect)), known_occurrence)?;
    Ok(Fault { call, effect, occurrence })
}

fn no_effect(call: &str) -> FaultError {
    known_call(call).map_or_else(|error| error, |call| FaultError::NoEffect { call })
}

fn known_call(typed: &str) -> Result<Name, FaultError> {
    let folded = typed.trim_end_matches("()").to_lowercase();
    let near = || nearest(typed, calls().map(Name::as_str));
    calls()
        .find(|name| name.as_str() == folded)
        .ok_or_else(|| FaultError::UnknownCall { typed: typed.to_owned(), near: near() })
}

fn known_effect(call: Name, typed: &str) -> Result<Effect, FaultError> {
    let Some((name, value)) = typed.split_once('=') else { return error(typed) };
    match name.trim().to_lowercase().as_str() {
        SHORT if !moves_bytes(call) => Err(FaultError::NotATransfer { call }),
        SHORT => number(value.trim(), Figure::Bytes).map(|bytes| Effect::Short { bytes }),
        DELAY => delay(value.trim()).map(|delay| Effect::Delay { delay }),
        other => Err(FaultError::UnknownEffect { typed: typed.to_owned(), near: nearest(other, [SHORT, DELAY]) }),
    }
}

/// Whether a short transfer of this call makes sense.
fn moves_bytes(call: Name) -> bool {
    Sys::meant_by(call).any(can_be_short)
}

fn error(typed: &str) -> Result<Effect, FaultError> {
    let name = typed.to_uppercase();
    let alias = if name == "EWOULDBLOCK" { "EAGAIN" } else { &name };
    let errno = Errno::from_name(alias).ok_or_else(|| unknown_errno(typed))?;
    Ok(Effect::Error { errno })
}

fn unknown_errno(typed: &str) -> FaultError {
    if [SHORT, DELAY].contains(&typed.to_lowercase().as_str()) {
        let figure = if typed.eq_ignore_ascii_case(SHORT) { Figure::Bytes } else { Figure::Delay };
        return FaultError::NotANumber { figure, typed: String::new() };
    }
    let known = Errno::all().filter_map(Errno::name).chain([SHORT, DELAY]);
    FaultError::UnknownErrno { typed: typed.to_owned(), near: nearest(typed, known) }
}

fn usual(effect: Effect) -> Occurrence {
    match effect {
        Effect::Error { .. } => Occurrence::Nth(1),
        Effect::Short { .. } | Effect::Delay { .. } => Occurrence::Every,
    }
}

fn known_occurrence(typed: &str) -> Result<Occurrence, FaultError> {
    if typed.eq_ignore_ascii_case(EVERY) {
        return Ok(Occurrence::Every);
    }
    number(typed, Figure::Rank).map(Occurrence::Nth)
}

/// A whole number from 1.
fn number(typed: &str, figure: Figure) -> Result<u64, FaultError> {
    if typed.is_empty() || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FaultError::NotANumber { figure, typed: typed.to_owned() });
    }
    match typed.parse() {
        Ok(0) => Err(FaultError::Zero { figure }),
        Ok(number) => Ok(number),
        Err(_) => Err(FaultError::TooLarge { figure, typed: typed.to_owned() }),
    }
}

/// `200ms`, `2s`, `1m`; a number alone is in seconds, as everywhere else on the command line.
fn delay(typed: &str) -> Result<Duration, FaultError> {
    let (digits, worth) =
        UNITS.iter().find_map(|(unit, worth)| Some((typed.strip_suffix(unit)?, *worth))).unwrap_or((typed, 1_000));
    let figure = Figure::Delay;
    let count = number(digits.trim_end(), figure).map_err(|error| match error {
        FaultError::NotANumber { .. } => FaultError::NotANumber { figure, typed: typed.to_owned() },
        other => other,
    })?;
    let ms = count.checked_mul(worth).filter(|ms| *ms <= LONGEST_MS);
    ms.map(Duration::from_millis).ok_or_else(|| FaultError::TooLarge { figure, typed: typed.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{FaultError, Figure, parse};
    use crate::syscall::errno::Errno;
    use crate::syscall::fault::{Effect, Fault, Occurrence};
    use crate::syscall::name::Name;
    use crate::syscall::sys::Sys;

    fn fault(call: &str, effect: Effect, occurrence: Occurrence) -> Fault {
        Fault { call: call.into(), effect, occurrence }
    }

    #[test]
    fn faults_are_read() {
        let error = |errno| Effect::Error { errno };
        let delay = |ms| Effect::Delay { delay: Duration::from_millis(ms) };
        let cases = [
            ("connect:ECONNREFUSED", fault("connect", error(Errno::ECONNREFUSED), Occurrence::Nth(1))),
            ("recv:EINTR:2", fault("recv", error(Errno::EINTR), Occurrence::Nth(2))),
            ("recv:eintr:every", fault("recv", error(Errno::EINTR), Occurrence::Every)),
            ("RECV:EWOULDBLOCK", fault("recv", error(Errno::EAGAIN), Occurrence::Nth(1))),
            ("send:short=3", fault("send", Effect::Short { bytes: 3 }, Occurrence::Every)),
            ("send : short = 3 : 1", fault("send", Effect::Short { bytes: 3 }, Occurrence::Nth(1))),
            ("accept:delay=200ms:every", fault("accept", delay(200), Occurrence::Every)),
            ("accept:delay=2s", fault("accept", delay(2000), Occurrence::Every)),
            ("accept:delay=1m:4", fault("accept", delay(60_000), Occurrence::Nth(4))),
            ("accept:delay=2", fault("accept", delay(2000), Occurrence::Every)),
            ("fork:EAGAIN", fault("fork", error(Errno::EAGAIN), Occurrence::Nth(1))),
            ("sigaction:EINVAL", fault("sigaction", error(Errno::EINVAL), Occurrence::Nth(1))),
        ];
        for (typed, expected) in cases {
            assert_eq!(parse(typed), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_no_fault_is_refused_with_its_reason() {
        let near = |name: &str| Some(name.to_owned());
        let owned = str::to_owned;
        let cases = [
            ("", FaultError::NoCall),
            (":ECONNREFUSED", FaultError::NoCall),
            ("connect", FaultError::NoEffect { call: Name::Connect }),
            ("connect:", FaultError::NoEffect { call: Name::Connect }),
            ("conect", FaultError::UnknownCall { typed: owned("conect"), near: near("connect") }),
            ("conect:EINTR", FaultError::UnknownCall { typed: owned("conect"), near: near("connect") }),
            ("zzz:EINTR", FaultError::UnknownCall { typed: owned("zzz"), near: None }),
            ("recv:EINTER", FaultError::UnknownErrno { typed: owned("EINTER"), near: near("EINTR") }),
            ("recv:42", FaultError::UnknownErrno { typed: owned("42"), near: None }),
            ("recv:short", FaultError::NotANumber { figure: Figure::Bytes, typed: String::new() }),
            ("recv:short=", FaultError::NotANumber { figure: Figure::Bytes, typed: String::new() }),
            ("recv:short=-1", FaultError::NotANumber { figure: Figure::Bytes, typed: owned("-1") }),
            ("recv:short=0", FaultError::Zero { figure: Figure::Bytes }),
            ("recv:shrt=1", FaultError::UnknownEffect { typed: owned("shrt=1"), near: near("short") }),
            ("listen:short=1", FaultError::NotATransfer { call: Name::Listen }),
            ("recv:delay=0s", FaultError::Zero { figure: Figure::Delay }),
            ("recv:delay=2j", FaultError::NotANumber { figure: Figure::Delay, typed: owned("2j") }),
            ("recv:delay=2h", FaultError::NotANumber { figure: Figure::Delay, typed: owned("2h") }),
            ("recv:delay=61m", FaultError::TooLarge { figure: Figure::Delay, typed: owned("61m") }),
            ("recv:EINTR:0", FaultError::Zero { figure: Figure::Rank }),
            ("recv:EINTR:toujours", FaultError::NotANumber { figure: Figure::Rank, typed: owned("toujours") }),
            ("recv:EINTR:", FaultError::NotANumber { figure: Figure::Rank, typed: String::new() }),
            (
                "recv:EINTR:99999999999999999999",
                FaultError::TooLarge { figure: Figure::Rank, typed: owned("99999999999999999999") },
            ),
            ("recv:EINTR:1:2", FaultError::TooManyParts { typed: owned("recv:EINTR:1:2") }),
        ];
        for (typed, expected) in cases {
            assert_eq!(parse(typed), Err(expected), "{typed}");
        }
    }

    #[test]
    fn a_fault_knows_its_calls_by_every_name() {
        let concerns = |typed: &str, sys, name: &str| parse(typed).unwrap().concerns(sys, name.into());
        assert!(concerns("send:EPIPE", Sys::Sendto, "send"));
        assert!(concerns("sendto:EPIPE", Sys::Sendto, "send"));
        assert!(concerns("fork:EAGAIN", Sys::Clone, "fork"));
        assert!(concerns("sleep:EINTR", Sys::ClockNanosleep, "clock_nanosleep"));
        assert!(!concerns("send:EPIPE", Sys::Sendto, "sendto"));
        assert!(!concerns("recv:EINTR", Sys::Read, "read"));
    }

    #[test]
    fn names_of_the_c_library_and_of_the_kernel_are_heard() {
        let cases = [
            ("send", Sys::Sendto, "send", true),
            ("send", Sys::Sendto, "sendto", false),
            ("sendto", Sys::Sendto, "send", true),
            ("recv", Sys::Recvfrom, "recv", true),
            ("recvfrom", Sys::Recvfrom, "recv", true),
            ("accept", Sys::Accept4, "accept4", true),
            ("accept4", Sys::Accept, "accept", false),
            ("fork", Sys::Clone, "fork", true),
            ("fork", Sys::Clone, "clone", false),
            ("clone", Sys::Clone, "fork", true),
            ("waitpid", Sys::Wait4, "wait4", true),
            ("select", Sys::Pselect6, "pselect6", true),
            ("poll", Sys::Ppoll, "ppoll", true),
            ("sendto", Sys::Send, "send", true),
            ("read", Sys::Recvfrom, "recv", false),
        ];
        for (wanted, sys, name, expected) in cases {
            let fault = fault(wanted, Effect::Error { errno: Errno::EINTR }, Occurrence::Every);
            assert_eq!(fault.concerns(sys, name.into()), expected, "{wanted} for {name}");
        }
    }

    #[test]
    fn a_fault_is_written_as_it_is_typed() {
        for typed in ["connect:ECONNREFUSED", "recv:EINTR:2", "send:short=3", "send:short=3:1", "accept:delay=200ms"] {
            assert_eq!(parse(typed).map(|fault| fault.to_string()).as_deref(), Ok(typed));
        }
    }
}
