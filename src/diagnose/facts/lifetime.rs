//! Ends of connections, and descriptors after their end.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::diagnose::bytes::is_text;
use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::Gone;
use crate::diagnose::ledger::memory::{Memory, contains};
use crate::diagnose::ledger::socket::{Attempt, End, Role, Socket};
use crate::diagnose::ledger::traffic::{Message, Reading};
use crate::diagnose::reading::Proof;
use crate::finding::{Detail, Exhibit};
use crate::syscall::errno::Errno;
use crate::syscall::sys::Sys;

/// Receives that bring nothing, after a first one that said the end: a last one is allowed.
const READS: u64 = 2;
/// More lines at once are a whole output, written at its end.
const FEW_LINES: usize = 3;
/// Lengths that are negative numbers, of 64 bits and of 32.
const LARGEST: u64 = 1 << 63;
const MINUS_ONE_32: u64 = 0xffff_ffff;

/// The peer has left, or the connection is broken, and the program goes on with it.
pub(super) fn after_the_end(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let Some(socket) = sight.socket().filter(|socket| socket.is_connection()) else { return };
    let Some(end) = socket.end.as_ref().filter(|end| (end.pid, end.tid) == (sight.seen.pid, sight.seen.tid)) else {
        return;
    };
    if end.by_send || sight.seen.only_looks() {
        return;
    }
    match end.errno {
        None if sight.seen.is_receive() && !socket.shut_read => out.extend(read_again(sight, socket, end)),
        Some(_) => out.extend(used_again(sight, end)),
        None => {}
    }
}

fn brings_nothing(sight: &Sight<'_>) -> bool {
    let over = |errno: Errno| !matches!(errno, Errno::EAGAIN | Errno::EINTR);
    sight.seen.number() == Some(0) || sight.seen.errno().is_some_and(over)
}

fn read_again(sight: &Sight<'_>, socket: &Socket, end: &End) -> Option<Fact> {
    let reads = end.reads + 1;
    let answered = end.stale.as_ref().filter(|_| !socket.shut_write);
    // It answered to an end, and asks for more.
    let spoke = end.sends > 0 && !socket.shut_write;
    let enough = reads >= READS || answered.is_some() || spoke;
    if !brings_nothing(sight) || !enough || !reads.is_power_of_two() {
        return None;
    }
    let before: Vec<&Proof> = [Some(&end.proof), answered].into_iter().flatten().collect();
    let first = reads == 1 || reads == READS && answered.is_none() && !spoke;
    let fact = sight.fact(Kind::ReadAfterEnd, &before).placed_first().again(first);
    Some(fact.with(Detail::Times { count: reads }))
}

fn used_again(sight: &Sight<'_>, end: &End) -> Option<Fact> {
    let errno = end.errno?;
    let reads = end.reads + 1;
    let spins = sight.seen.is_receive() && brings_nothing(sight) && reads >= READS && reads.is_power_of_two();
    let sends = sight.seen.is_send() && end.sends == 0;
    if !spins && !sends {
        return None;
    }
    let fact = sight.fact(Kind::UsedAfterError, &[&end.proof]).placed_first().again(sends || reads == READS);
    Some(fact.with(Detail::Errno { errno }).with(Detail::Call { name: sight.seen.traced.call.name }))
}

/// A send of -1 bytes: the result of a receive that had failed.
pub(super) fn length_of_failure(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let negative = matches!(sight.seen.asked(), LARGEST.. | MINUS_ONE_32);
    let Some(last) = sight.process().and_then(|process| process.last.as_ref()).filter(|_| negative) else { return };
    let received = matches!(last.sys, Sys::Recv | Sys::Recvfrom | Sys::Recvmsg | Sys::Read);
    if let (true, true, Some(errno)) = (sight.seen.is_send(), received, last.errno) {
        let fact = sight.fact(Kind::UsedAfterError, &[&last.proof]).placed_first();
        out.push(fact.with(Detail::Errno { errno }).with(Detail::Call { name: sight.seen.traced.call.name }));
    }
}

/// After a receive that brought nothing, the line of an older message is written once more, or with a length of -1.
pub(super) fn said_again(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(process) = sight.process().filter(|_| seen.is_for_people()) else { return };
    let (Some(last), Some((end, messages))) = (&process.last, &process.dried) else { return };
    if !Arc::ptr_eq(&end.proof, &last.proof) {
        return;
    }
    let lines: Vec<&[u8]> = seen.moved().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    if lines.len() > FEW_LINES || !lines.iter().any(|line| repeats(&process.memory, messages, line, end)) {
        return;
    }
    let fact = match end.errno {
        Some(errno) => sight.fact(Kind::UsedAfterError, &[&end.proof]).with(Detail::Errno { errno }),
        None => sight.fact(Kind::ReadAfterEnd, &[&end.proof]).with(Detail::Times { count: 0 }),
    };
    let call = Detail::Call { name: seen.traced.call.name };
    out.push(if end.errno.is_some() { fact.with(call) } else { fact }.placed_first());
}

fn repeats(memory: &Memory, messages: &VecDeque<Message>, line: &[u8], end: &End) -> bool {
    let told = |message: &Message| {
        let text = message.bytes.trim_ascii();
        text.len() >= 3 && is_text(text) && contains(line, text)
    };
    let minus_one = end.errno.is_some() && contains(&[b" ", line, b" "].concat(), b" -1 ");
    let Some(message) = messages.iter().rev().find(|message| told(message)) else { return false };
    let text = message.bytes.trim_ascii();
    let received = memory.messages.iter().filter(|known| contains(known, text)).count();
    let before = memory.lines.iter().filter(|known| without_digits(known) == without_digits(line)).count();
    minus_one || message.received && before > 0 && before + 1 > received
}

fn without_digits(line: &[u8]) -> Vec<u8> {
    line.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect()
}

pub(super) fn closed_twice(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    if seen.sys() != Sys::Close || !seen.failed_with(Errno::EBADF) || seen.is_provoked() {
        return;
    }
    let closed = sight.process().and_then(|process| process.closed.get(&seen.fd()?));
    out.extend(closed.map(|closed| sight.fact(Kind::ClosedTwice, &[&closed.proof])));
}

/// A socket that no descriptor refers to any more.
pub(super) fn gone(gone: &Gone, out: &mut Vec<Fact>) {
    let Gone { socket, pid, by, at_exit, reads_others } = gone;
    let cut = socket.traffic.nul_cut.as_ref().filter(|_| socket.is_judged());
    out.extend(cut.map(|cut| super::transfer::up_to_nul(cut, (*pid, Some(socket.owner.1)))));
    if !socket.is_connection() {
        return;
    }
    out.extend(unread(socket, (*pid, by), *reads_others));
    let rest = socket.traffic.rest.as_ref().filter(|rest| rest.is_left(socket.end.as_ref()) && !at_exit);
    out.extend(rest.map(|rest| super::transfer::forgotten(rest, (*pid, Some(socket.owner.1)), by)));
    if let Some(cut) = &socket.traffic.cut {
        out.push(super::transfer::truncation(cut, (*pid, Some(socket.owner.1))));
    }
}

/// Closed with unread bytes in its queue: the peer gets a RST.
fn unread(socket: &Socket, (pid, by): (i32, &Proof), reads_others: bool) -> Option<Fact> {
    let bytes = socket.unread.filter(|bytes| *bytes > 0)?;
    // A signal ended the program in the middle of its work.
    let killed = matches!(by.exhibit, Exhibit::Killed { .. });
    if killed || socket.traffic.sent == 0 || socket.end.is_some() || !socket.is_internet() {
        return None;
    }
    let began = socket.traffic.received > 0;
    let kind = match socket.role {
        Role::Client if began || socket.traffic.reading != Reading::Never => return None,
        Role::Accepted if socket.traffic.reading == Reading::Denied => return None,
        // Only HTTP is known to have a request: elsewhere a server may speak first, or have read enough.
        Role::Accepted if !socket.traffic.sent_head.starts_with(b"HTTP/") => Kind::RefusedUnread,
        Role::Accepted if reads_others && !began => Kind::RefusedUnread,
        Role::Accepted => Kind::RequestUnread,
        Role::Client if matches!(socket.connect, Attempt::Done(_) | Attempt::Begun(_)) => Kind::ReplyUnread,
        _ => return None,
    };
    let proofs = socket.origin.iter().chain(&socket.traffic.first_send).chain([by]).cloned().collect();
    Some(Fact::new(kind, (pid, Some(socket.owner.1)), proofs).with(Detail::Unread { bytes }))
}
