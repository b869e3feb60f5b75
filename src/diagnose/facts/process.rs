//! How processes end, and what they leave.

use std::sync::Arc;

use crate::diagnose::facts::leak;
use crate::diagnose::facts::readiness;
use crate::diagnose::facts::robustness::complaint;
use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::memory::contains;
use crate::diagnose::ledger::process::{Dead, Disposition, Last, Process};
use crate::diagnose::ledger::socket::{Role, Socket};
use crate::diagnose::reading::Proof;
use crate::diagnose::reading::called;
use crate::finding::{Detail, Evidence, Exhibit};
use crate::observed::Step;
use crate::syscall::errno::Errno;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

/// Failures of setup in a row from which a program is trying addresses one after the other.
const SCANS: u64 = 3;

const CRASHES: &[Signal] = &[Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGABRT, Signal::SIGILL];

/// What runtimes write of an exception that nobody caught.
const UNCAUGHT: &[&[u8]] = &[b"Traceback (most recent call last)", b"\n    at ", b"Exception in thread", b"Uncaught "];

/// Signals whose handlers mean to go on afterwards.
const GOES_ON: &[Signal] = &[Signal::SIGCHLD, Signal::SIGUSR1, Signal::SIGUSR2, Signal::SIGWINCH, Signal::SIGCONT];

/// A process about to end.
struct Closing<'a> {
    ledger: &'a Ledger,
    process: &'a Process,
    how: &'a Exhibit,
    proof: Proof,
}

impl Closing<'_> {
    fn code(&self) -> Option<i32> {
        match self.how {
            Exhibit::Exited { code } => Some(*code),
            _ => None,
        }
    }

    fn killer(&self) -> Option<Signal> {
        match self.how {
            Exhibit::Killed { signal } => Some(*signal),
            _ => None,
        }
    }

    /// Nobody asked it to.
    fn by_itself(&self) -> bool {
        self.process.asked_to_end.is_none()
    }

    fn fact(&self, kind: Kind, before: Vec<Proof>) -> Fact {
        let mut proofs = before;
        proofs.push(self.proof.clone());
        Fact::new(kind, (self.process.pid, self.process.last.as_ref().and_then(|last| last.fd)), proofs)
    }
}

pub(super) fn ends(ledger: &Ledger, step: &Step, how: &Exhibit, out: &mut Vec<Fact>) {
    let Some(process) = ledger.process(step.pid) else { return };
    let evidence = Evidence { pid: step.pid, at_us: step.at_us, exhibit: how.clone(), source: None, remark: None };
    let closing = Closing { ledger, process, how, proof: Arc::new(evidence) };
    remains(ledger, process, out);
    out.extend(broken_pipe(&closing));
    out.extend(crashed(&closing));
    out.extend(uncaught(&closing));
    out.extend(in_progress(&closing));
    out.extend(said_at_the_end(&closing));
    out.extend(taken_down(&closing));
    out.extend(one_client(&closing));
    out.extend(never_closed(&closing));
    out.extend(interrupted(&closing));
    out.extend(well_after_failure(&closing));
    out.extend(after_success(&closing));
}

/// What a process has left undone so far.
pub(super) fn remains(ledger: &Ledger, process: &Process, out: &mut Vec<Fact>) {
    out.extend(unwaited(process));
    out.extend(leak::ended(ledger, process, None));
    out.extend(leak::abandoned(ledger, process));
    out.extend(leak::parents_copy(ledger, process, None));
    out.extend(leak::childs_listener(ledger, process));
    out.extend(leak::childs_client(ledger, process));
    out.extend(one_at_a_time(ledger, process));
    out.extend(readiness::shrunk(ledger, process));
}

/// Clients came and went after a child's death, or its server was ended from outside while it served on.
fn unwaited(process: &Process) -> Option<Fact> {
    let enough = if process.waits == 0 { 1 } else { 3 };
    let unheard = process.waits == 0 && process.accepted >= 2 && !process.handles(Signal::SIGCHLD);
    let never = unheard && process.dead_while_serving >= 2;
    let late = |dead: &&Dead| process.accepted.saturating_sub(dead.accepted) >= enough || never && !dead.asked;
    let first = process.dead.iter().find(late)?;
    let proofs = process.last_fork.iter().chain([&first.proof]).cloned().collect();
    let fact = Fact::new(Kind::ChildrenUnwaited, (process.pid, None), proofs).placed_first();
    Some(fact.with(Detail::Zombies { count: process.dead.len() as u64 }))
}

/// SIGPIPE: the last call is a send on a connection that was over.
fn broken_pipe(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    if closing.killer() != Some(Signal::SIGPIPE) {
        return None;
    }
    let returned = process.last.as_ref().filter(|last| last.errno == Some(Errno::EPIPE) && last.socket.is_some());
    // Other threads may sleep in calls of theirs.
    let pending = process.pending.values().find(|pending| pending.socket.is_some() && pending.sys.sends());
    let (fd, send) = match (returned, pending) {
        (_, Some(pending)) => (pending.fd, &pending.proof),
        (Some(last), None) => (last.fd, &last.proof),
        (None, None) => return None,
    };
    let server = process.accepted > 0;
    let kind = if server { Kind::ServerDiedOfSigpipe } else { Kind::ClientDiedOfSigpipe };
    let mut fact = closing.fact(kind, vec![send.clone()]).placed_first().with(Detail::Client { is_client: !server });
    fact.fd = fd;
    Some(fact)
}

/// It serves one client after the other, or several at once.
fn serves_many(process: &Process) -> bool {
    process.accepted >= 2 || process.accepted == 1 && (process.accepts_entered > 1 || process.multiplexes_listener)
}

/// One client's leaving, or its reset, ended the whole server.
fn taken_down(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let last = process.last.as_ref().filter(|last| last.on_accepted && process.accepted > 0 && closing.by_itself())?;
    let left = last.number == Some(0) || last.errno.is_some();
    let crashed = left && closing.killer().is_some_and(|signal| CRASHES.contains(&signal));
    let failed = last.errno.is_some_and(|errno| !matches!(errno, Errno::EINTR | Errno::EAGAIN | Errno::EBADF));
    let ended_badly = last.number == Some(0) && closing.code().is_some_and(|code| code != 0);
    // A thread whose client left ends by itself, and its server well.
    let handled = process.had_threads && closing.code() == Some(0);
    let ended = closing.code().is_some() && serves_many(process) && (failed || ended_badly) && !handled;
    if !(crashed || ended) || outlived(closing) {
        return None;
    }
    let fact = closing.fact(Kind::ClientEndedServer, vec![last.proof.clone()]).placed_first();
    let errno = last.errno.map(|errno| Detail::Errno { errno });
    let signal = closing.killer().map(|signal| Detail::Signal { signal });
    Some(errno.into_iter().chain(signal).fold(fact, Fact::with))
}

/// It dies of its own doing, and no client that left explains it.
fn crashed(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let signal = closing.killer().filter(|signal| CRASHES.contains(signal) && closing.by_itself())?;
    // Somebody sent it: abort(3) alone sends its own signal to itself.
    let from_outside = process.struck_by.is_some_and(|sender| sender != process.pid || signal != Signal::SIGABRT);
    let last = process.last.as_ref();
    let after_leaving = last.is_some_and(|last| last.on_accepted && (last.number == Some(0) || last.errno.is_some()));
    if from_outside || after_leaving && !outlived(closing) {
        return None;
    }
    let message = last.filter(|_| listens(closing.ledger, process)).is_some_and(is_message) && !outlived(closing);
    let kind = if message { Kind::MessageEndedServer } else { Kind::Crashed };
    let fact = closing.fact(kind, last.iter().map(|last| last.proof.clone()).collect()).placed_first();
    Some(fact.with(Detail::Signal { signal }))
}

/// Bytes of a client had just come.
fn is_message(last: &Last) -> bool {
    last.on_accepted && last.sys.receives() && last.number.is_some_and(|number| number > 0)
}

fn listens(ledger: &Ledger, process: &Process) -> bool {
    let mut sockets = process.slots.values().filter_map(|slot| ledger.socket(slot.socket));
    sockets.any(|socket| socket.role == Role::Listener)
}

/// An exception after a client's message ends the server.
fn uncaught(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let last = process.last.as_ref().filter(|last| is_message(last) && closing.by_itself())?;
    let told = UNCAUGHT.iter().any(|mark| contains(&last.said, mark));
    if !told || closing.code().is_none_or(|code| code == 0) || outlived(closing) {
        return None;
    }
    let fact = closing.fact(Kind::MessageEndedServer, vec![last.proof.clone()]).placed_first();
    Some(fact.with(exception(&last.said).map(|bytes| Detail::Bytes { bytes })))
}

/// The line that names the exception: the last of Python's, the first of the others that looks like one.
fn exception(said: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(said).into_owned();
    let names = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        !line.starts_with(' ') && (name.ends_with("Error") || name.contains("Exception"))
    };
    text.lines().rev().find(names).map(|line| line.trim().as_bytes().to_vec())
}

/// connect(2) goes on by itself, and the program ends with an error.
fn in_progress(closing: &Closing<'_>) -> Option<Fact> {
    let last = closing.process.last.as_ref().filter(|last| last.sys == Sys::Connect && !last.waited)?;
    let errno = last.errno.filter(|errno| *errno == Errno::EINPROGRESS && closing.by_itself() && !last.provoked)?;
    let fails = closing.code().is_some_and(|code| code != 0) || complaint::is_about(&last.said, last.sys, errno);
    if !fails || last.said.is_empty() {
        return None;
    }
    Some(closing.fact(Kind::EndedByInProgress, vec![last.proof.clone()]).placed_first().with(called(&last.proof)))
}

/// One write, without an end of line, when all is over: it lay in the buffer of the standard output.
fn said_at_the_end(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let (write, ends_line) = process.output.last.as_ref().filter(|_| process.output.writes == 1)?;
    let last = process.last.as_ref().filter(|last| last.proof.at_us <= write.at_us && process.has_slept)?;
    if *ends_line || closing.code().is_none() || process.is_runtime() {
        return None;
    }
    let proofs = vec![last.proof.clone(), write.clone()];
    Some(closing.fact(Kind::SaidAtTheEnd, proofs).placed_first())
}

/// A child that has served the client of its parent is no server.
pub(super) fn accepts_as_child(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(process) = sight.process().filter(|process| process.served.is_some() && !process.executed) else { return };
    let parent = process.parent.and_then(|parent| sight.ledger.process(parent));
    let doors = parent.map(|parent| sight.ledger.socket(parent.socket_at(seen.fd())));
    // Its parent's door, by its number where the child has closed its own copy.
    let of_parent = doors
        .flatten()
        .is_some_and(|door| door.role == Role::Listener && sight.socket().is_none_or(|own| own.id == door.id));
    if seen.sys().accepts() && of_parent && !seen.is_provoked() {
        let forked: Vec<&Proof> = process.served.iter().collect();
        out.push(sight.fact(Kind::ChildAccepted, &forked));
    }
}

/// Another process goes on listening: a worker died, not the server.
fn outlived(closing: &Closing<'_>) -> bool {
    let process = closing.process;
    let listeners = process.slots.values().filter_map(|slot| closing.ledger.socket(slot.socket));
    let mut listeners = listeners.filter(|socket| socket.role == Role::Listener).peekable();
    listeners.peek().is_some()
        && listeners.all(|socket| {
            let own = u32::try_from(process.descriptors_of(socket.id).count()).unwrap_or(u32::MAX);
            socket.references > own
        })
}

fn one_client(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let once = process.accepted == 1 && process.accepts_entered == 1 && !process.multiplexes_listener;
    if !once || process.denied || closing.code().is_none() || !closing.by_itself() || outlived(closing) {
        return None;
    }
    Some(closing.fact(Kind::OneClient, process.first_accept.iter().cloned().collect()).placed_first())
}

fn one_at_a_time(ledger: &Ledger, process: &Process) -> Option<Fact> {
    let mut sockets = process.slots.values().filter_map(|slot| ledger.socket(slot.socket));
    sockets.find_map(|socket| served_one_at_a_time(process, socket))
}

/// A listening socket that was closed, or that still is there.
pub(super) fn served_one_at_a_time(process: &Process, socket: &Socket) -> Option<Fact> {
    let listening = &socket.listening;
    let again = listening.again.as_ref().filter(|_| socket.role == Role::Listener && socket.is_judged())?;
    let several = listening.concurrent || listening.multiplexed || process.forks > 0;
    let several = several || process.tried_to_fork || process.had_threads;
    if several || process.accepted == 0 {
        return None;
    }
    let proofs = listening.first.iter().chain([again]).cloned().collect();
    let fact = Fact::new(Kind::OneAtATime, (process.pid, Some(socket.owner.1)), proofs).placed_first().again(false);
    Some(fact.with(Detail::Clients { count: listening.accepted }))
}

fn never_closed(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let kept = leak::held(closing.ledger, process).count() as u64;
    let silent = process.accepted >= 2 && process.closed_accepted == 0 && kept >= 2;
    if !silent || closing.code().is_none() || !closing.by_itself() {
        return None;
    }
    let fact = closing.fact(Kind::NeverClosed, process.first_accept.iter().cloned().collect());
    Some(fact.placed_first().with(Detail::Descriptors { count: kept }))
}

fn interrupted(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let last = process.last.as_ref().filter(|last| last.errno == Some(Errno::EINTR) && closing.by_itself())?;
    closing.code().filter(|code| *code != 0)?;
    let handled = |signal: &&Signal| match process.signals.get(signal) {
        Some(Disposition::Handler { restarts }) => !last.provoked || !restarts || last.sys.awaits_readiness(),
        _ => false,
    };
    let signal = match process.last_signal.filter(|_| !last.provoked) {
        // An alarm is often meant to end a wait: not where its error is told as one.
        Some(Signal::SIGALRM) if complains(last) => Some(&Signal::SIGALRM),
        Some(signal) => GOES_ON.iter().find(|known| **known == signal).filter(|signal| process.handles(**signal)),
        None => GOES_ON.iter().find(handled),
    }?;
    let fact = closing.fact(Kind::EndedByEintr, vec![last.proof.clone()]).placed_first();
    Some(fact.with(Detail::Signal { signal: *signal }).with(called(&last.proof)))
}

fn complains(last: &Last) -> bool {
    complaint::of(&last.said, last.sys).is_some_and(|complaint| complaint.has_errno)
}

/// The status says that all went well.
fn well_after_failure(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let last = process.last.as_ref().filter(|_| closing.code() == Some(0) && closing.by_itself())?;
    let errno = last.errno?;
    let part =
        process.parent.and_then(|parent| closing.ledger.process(parent)).is_some_and(|p| p.program == process.program);
    if part || process.had_threads || !(is_failed_setup(closing, last, errno) || is_told_fault(last, errno)) {
        return None;
    }
    let fact = closing.fact(Kind::EndedWellAfterFailure, vec![last.proof.clone()]).placed_first();
    Some(fact.with(called(&last.proof)).with(Detail::Errno { errno }))
}

fn is_failed_setup(closing: &Closing<'_>, last: &Last, errno: Errno) -> bool {
    let process = closing.process;
    let setup = matches!(last.sys, Sys::Socket | Sys::Bind | Sys::Listen | Sys::Accept | Sys::Accept4 | Sys::Connect);
    let tries = process.connects >= SCANS || !process.connected_ports.is_empty() || process.accepted > 0;
    let stream = closing.ledger.socket(last.socket).is_none_or(Socket::is_stream);
    // shutdown(2) on a listening socket is how some programs stop.
    let stops = last.sys.accepts() && errno == Errno::EINVAL;
    setup && !stops && !tries && stream && crate::diagnose::ledger::is_fatal(errno)
}

/// The failure was asked for, and the program itself tells it as an error.
fn is_told_fault(last: &Last, errno: Errno) -> bool {
    let later = matches!(errno, Errno::EAGAIN | Errno::EINPROGRESS | Errno::EALREADY);
    last.provoked && !later && complaint::is_about(&last.said, last.sys, errno)
}

/// It complained of a call that had succeeded, and stopped there.
fn after_success(closing: &Closing<'_>) -> Option<Fact> {
    let process = closing.process;
    let last = process.last.as_ref().filter(|last| last.errno.is_none() && closing.by_itself())?;
    closing.code().filter(|code| *code != 0)?;
    if process.failed.contains(&last.sys) || !complaint::is_success(last) {
        return None;
    }
    let complaint = complaint::of(&last.said, last.sys)?;
    let fact = closing.fact(Kind::EndedAfterSuccess, vec![last.proof.clone()]).placed_first();
    Some(fact.with(called(&last.proof)).with(Detail::Bytes { bytes: complaint.line }))
}
