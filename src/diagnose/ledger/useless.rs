//! Tells useful calls from those that come back at once with nothing.

use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::spin::Spin;
use crate::diagnose::reading::{Proof, Seen, number_of};
use crate::observed::Subject;
use crate::syscall::call::Value;
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

/// A call that lasted longer slept; a wait, shorter, did too.
const SLEPT_US: u64 = 5_000;
const WAITED_US: u64 = 800;
/// Between two calls, a program that takes longer works. A tracer that looks for source lines takes some too.
const WORKS_US: u64 = 200_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Worth {
    Useful,
    /// Neither here nor there.
    Neutral,
    Useless,
    /// Something is said to be ready.
    Announces,
}

impl Ledger {
    pub(super) fn note_spin(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let threads = self.process(seen.pid).is_some_and(|process| process.had_threads);
        let worth = worth(seen, threads);
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        if worth == Worth::Neutral {
            return;
        }
        if worth == Worth::Useful {
            process.spins.remove(&seen.tid);
            return;
        }
        let spin = process.spins.entry(seen.tid).or_default();
        let between = seen.at_us.saturating_sub(seen.duration_us).saturating_sub(spin.last_us);
        if spin.length > 0 && between > WORKS_US {
            *spin = Spin::default();
        }
        if worth == Worth::Announces && !spin.announced {
            spin.announced = true;
            spin.last_us = seen.at_us;
            return;
        }
        advance(spin, seen, proof);
        spin.announced &= worth == Worth::Announces;
    }
}

fn advance(spin: &mut Spin, seen: &Seen<'_>, proof: &Proof) {
    if spin.length == 0 {
        spin.started_us = seen.at_us;
        spin.first = Some(proof.clone());
        spin.sys = Some(seen.sys());
    }
    spin.length += 1;
    spin.fd = seen.fd().or(spin.fd);
    spin.last_us = seen.at_us;
    spin.last = Some(proof.clone());
}

fn worth(seen: &Seen<'_>, threads: bool) -> Worth {
    match seen.sys() {
        sys if sys.waits_on_epoll() && threads && seen.number() == Some(0) => Worth::Neutral,
        sys if sys.awaits_readiness() => polled(seen),
        _ if seen.duration_us >= SLEPT_US => Worth::Useful,
        Sys::Connect => failing(seen),
        sys if sys.accepts() => failing(seen),
        Sys::Write | Sys::Writev if matches!(seen.fd(), Some(1 | 2)) && !seen.subject_is_socket() => Worth::Neutral,
        _ if seen.is_receive() || seen.is_send() => moving(seen),
        Sys::Fcntl
        | Sys::Ioctl
        | Sys::Dup
        | Sys::Dup2
        | Sys::Close
        | Sys::Socket
        | Sys::Bind
        | Sys::Listen
        | Sys::Getsockopt
        | Sys::Setsockopt
        | Sys::Getsockname
        | Sys::Getpeername
        | Sys::EpollCtl
        | Sys::Shutdown
        | Sys::RtSigaction => Worth::Neutral,
        _ => Worth::Useful,
    }
}

fn polled(seen: &Seen<'_>) -> Worth {
    match seen.number() {
        Some(1..) => Worth::Announces,
        Some(0) if seen.duration_us >= WAITED_US && !returns_at_once(seen) => Worth::Useful,
        None if seen.failed_with(Errno::EINTR) => Worth::Useful,
        _ => Worth::Useless,
    }
}

fn returns_at_once(seen: &Seen<'_>) -> bool {
    match seen.sys().timeout().and_then(|timeout| seen.argument(timeout)) {
        // `{tv_sec=0, tv_usec=0}`
        Some(Value::Record(fields)) => fields.iter().all(|(_, value)| number_of(value) == Some(0)),
        value => value.and_then(number_of) == Some(0),
    }
}

fn failing(seen: &Seen<'_>) -> Worth {
    match seen.errno() {
        None | Some(Errno::EINTR | Errno::EINPROGRESS | Errno::EALREADY) => Worth::Useful,
        Some(_) => Worth::Useless,
    }
}

fn moving(seen: &Seen<'_>) -> Worth {
    let of_file = matches!(seen.traced.subject, Some(Subject::File | Subject::Other));
    match (seen.number(), seen.errno()) {
        (Some(1..), _) | (_, Some(Errno::EINTR)) => Worth::Useful,
        (Some(0), _) if of_file || seen.only_looks() => Worth::Neutral,
        _ => Worth::Useless,
    }
}
