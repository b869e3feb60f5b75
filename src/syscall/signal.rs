//! Signals of Linux: their names and numbers.
//!
//! Source: signal(7), `asm-generic/signal.h` (the same numbers on x86-64 and aarch64); the
//! real-time signals start where glibc's SIGRTMIN(3) says, as it keeps 32 and 33 for itself.

use serde::{Deserialize, Serialize};

/// A signal number, as kill(2) takes it.
///
/// Any number can be held; only those of glibc have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signal(i32);

/// The first signal that glibc leaves to programs among the real-time ones.
const REAL_TIME_MIN: i32 = 34;

/// Declares the constants of [`Signal`] and the table of names, from one list.
macro_rules! signals {
    ($($name:ident = $number:literal;)*) => {
        impl Signal {
            $(
                #[doc = concat!("`", stringify!($name), "`, see signal(7).")]
                pub const $name: Self = Self($number);
            )*
        }

        /// The standard signals, sorted by number.
        const STANDARD: &[(Signal, &str)] = &[$((Signal::$name, stringify!($name)),)*];

        /// The same numbers, as libc has them.
        #[cfg(test)]
        const LIBC: &[(&str, i32)] = &[$((stringify!($name), libc::$name),)*];
    };
}

signals! {
    SIGHUP = 1;
    SIGINT = 2;
    SIGQUIT = 3;
    SIGILL = 4;
    SIGTRAP = 5;
    SIGABRT = 6;
    SIGBUS = 7;
    SIGFPE = 8;
    SIGKILL = 9;
    SIGUSR1 = 10;
    SIGSEGV = 11;
    SIGUSR2 = 12;
    SIGPIPE = 13;
    SIGALRM = 14;
    SIGTERM = 15;
    SIGSTKFLT = 16;
    SIGCHLD = 17;
    SIGCONT = 18;
    SIGSTOP = 19;
    SIGTSTP = 20;
    SIGTTIN = 21;
    SIGTTOU = 22;
    SIGURG = 23;
    SIGXCPU = 24;
    SIGXFSZ = 25;
    SIGVTALRM = 26;
    SIGPROF = 27;
    SIGWINCH = 28;
    SIGIO = 29;
    SIGPWR = 30;
    SIGSYS = 31;
}

/// The names of the real-time signals, from [`REAL_TIME_MIN`] on.
const REAL_TIME: &[&str] = &[
    "SIGRTMIN",
    "SIGRTMIN+1",
    "SIGRTMIN+2",
    "SIGRTMIN+3",
    "SIGRTMIN+4",
    "SIGRTMIN+5",
    "SIGRTMIN+6",
    "SIGRTMIN+7",
    "SIGRTMIN+8",
    "SIGRTMIN+9",
    "SIGRTMIN+10",
    "SIGRTMIN+11",
    "SIGRTMIN+12",
    "SIGRTMIN+13",
    "SIGRTMIN+14",
    "SIGRTMIN+15",
    "SIGRTMIN+16",
    "SIGRTMIN+17",
    "SIGRTMIN+18",
    "SIGRTMIN+19",
    "SIGRTMIN+20",
    "SIGRTMIN+21",
    "SIGRTMIN+22",
    "SIGRTMIN+23",
    "SIGRTMIN+24",
    "SIGRTMIN+25",
    "SIGRTMIN+26",
    "SIGRTMIN+27",
    "SIGRTMIN+28",
    "SIGRTMIN+29",
    "SIGRTMIN+30",
];

/// The names that signal(7) gives to numbers that already have one.
const ALIASES: &[(&str, Signal)] =
    &[("SIGIOT", Signal::SIGABRT), ("SIGCLD", Signal::SIGCHLD), ("SIGPOLL", Signal::SIGIO), ("SIGRTMAX", Signal(64))];

impl Signal {
    /// Holds any number, known or not.
    #[must_use]
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number, as kill(2) takes it.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name of `signal.h`, for example `SIGPIPE`; `SIGRTMIN+n` for a real-time signal.
    /// There is none for 32 and 33, which glibc keeps for its threads.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        standard_name(self).or_else(|| real_time_name(self))
    }

    /// The signal that has this exact name or alias (`SIGCLD`, `SIGPOLL`, `SIGIOT`, `SIGRTMAX`).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, signal)| *signal);
        alias.or_else(|| Self::all().find(|signal| signal.name() == Some(name)))
    }

    /// Every signal that has a name, in increasing order.
    pub fn all() -> impl Iterator<Item = Self> {
        let real_time = (REAL_TIME_MIN..).zip(REAL_TIME).map(|(number, _)| Self(number));
        STANDARD.iter().map(|(signal, _)| *signal).chain(real_time)
    }
}

/// The name of a signal from 1 to 31.
fn standard_name(signal: Signal) -> Option<&'static str> {
    STANDARD.iter().find(|(known, _)| *known == signal).map(|(_, name)| *name)
}

/// The name of a real-time signal.
fn real_time_name(signal: Signal) -> Option<&'static str> {
    let index = usize::try_from(signal.0.checked_sub(REAL_TIME_MIN)?).ok()?;
    REAL_TIME.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::{ALIASES, LIBC, Signal};

    #[test]
    fn numbers_are_those_of_libc() {
        for (name, number) in LIBC {
            assert_eq!(Signal::from_name(name).map(Signal::number), Some(*number), "{name}");
        }
        assert_eq!(Signal::from_name("SIGPOLL").map(Signal::number), Some(libc::SIGPOLL));
        assert_eq!(Signal::from_name("SIGIOT").map(Signal::number), Some(libc::SIGIOT));
        assert_eq!(Signal::from_name("SIGCLD").map(Signal::number), Some(libc::SIGCHLD));
    }

    #[test]
    fn real_time_signals_are_those_of_libc() {
        assert_eq!(Signal::new(libc::SIGRTMIN()).name(), Some("SIGRTMIN"));
        for offset in 1..=libc::SIGRTMAX() - libc::SIGRTMIN() {
            let name = format!("SIGRTMIN+{offset}");
            assert_eq!(Signal::new(libc::SIGRTMIN() + offset).name(), Some(name.as_str()));
        }
        assert_eq!(Signal::from_name("SIGRTMAX").map(Signal::number), Some(libc::SIGRTMAX()));
        assert_eq!(Signal::all().last(), Some(Signal::new(libc::SIGRTMAX())));
    }

    #[test]
    fn a_name_gives_back_its_number() {
        for signal in Signal::all() {
            assert_eq!(signal.name().and_then(Signal::from_name), Some(signal));
        }
        for (alias, signal) in ALIASES {
            assert_eq!(Signal::from_name(alias), Some(*signal));
        }
        assert_eq!(Signal::all().count(), 62);
    }

    #[test]
    fn an_unknown_number_has_no_name() {
        for number in [i32::MIN, -1, 0, 32, 33, 65, i32::MAX] {
            assert_eq!(Signal::new(number).name(), None);
        }
        assert_eq!(Signal::from_name("PIPE"), None);
        assert_eq!(Signal::from_name("SIGRTMIN+31"), None);
    }
}
