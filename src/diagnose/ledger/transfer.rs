//! Bytes received and sent, and what a process writes for people.

use std::sync::Arc;

use crate::diagnose::bytes::{Shape, is_text, shape, text_length};
use crate::diagnose::ledger::process::Process;
use crate::diagnose::ledger::socket::{End, Socket, SocketId};
use crate::diagnose::ledger::traffic::{Message, NulCut, Reading, Rest, Retry};
use crate::diagnose::ledger::{Ledger, memory};
use crate::diagnose::reading::{Proof, Seen};
use crate::observed::Subject;
use crate::syscall::errno::Errno;
use crate::syscall::fault::Effect;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;

/// How much of what a process says is kept after each call.
const SAID: usize = 512;

/// How many lengths given to send are remembered.
const LENGTHS: usize = 16;

impl Ledger {
    /// What was tried, and what a fault kept from happening.
    pub(super) fn tried(&mut self, seen: &Seen<'_>) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        process.denied |= seen.is_provoked();
        let Some(socket) = process.socket_at(seen.fd()).and_then(|id| self.sockets.get_mut(&id)) else { return };
        let traffic = &mut socket.traffic;
        if seen.is_receive() {
            traffic.reading = if seen.is_provoked() { Reading::Denied } else { Reading::Tried };
        } else if seen.is_send() {
            traffic.send_denied = seen.is_provoked();
        }
    }

    pub(super) fn received(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let bytes = seen.moved();
        if let (Some(process), Some(count @ 1..)) = (self.processes.get_mut(&seen.pid), seen.number()) {
            process.memory.fill(seen.place(), count.unsigned_abs());
            if seen.traced.subject == Some(Subject::File) {
                process.memory.read_file(bytes);
            }
        }
        let Some(id) = self.process(seen.pid).and_then(|process| process.socket_at(seen.fd())) else {
            return self.read_elsewhere(seen);
        };
        if seen.only_looks() {
            return;
        }
        self.touch(id, seen);
        let alone = self.process(seen.pid).is_some_and(|process| !process.multiplexes && !process.had_threads);
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        match (seen.number(), seen.errno()) {
            (Some(count @ 1..), _) => {
                if let Some(rest) = &mut socket.traffic.rest {
                    rest.answered |= alone && socket.references == 1;
                }
                socket.traffic.nul_cut = None;
                let message = message(seen, bytes, true);
                socket.traffic.add(message, count.unsigned_abs(), proof);
                socket.end = None;
            }
            (Some(0), _) if socket.is_stream() => note_end(socket, seen, proof),
            (None, Some(errno)) if is_fatal(errno) => note_end(socket, seen, proof),
            _ => {}
        }
        let (accepted, judged) = (socket.is_accepted(), socket.is_judged());
        let inherited = accepted && socket.owner.0 != seen.pid;
        let dried = socket.end.as_ref().filter(|end| Arc::ptr_eq(&end.proof, proof) && socket.is_stream());
        let dried = dried.map(|end| (end.clone(), socket.traffic.last.clone()));
        if let Some(process) = self.processes.get_mut(&seen.pid).filter(|_| judged) {
            let buffer = if seen.place() == 0 { seen.asked() } else { seen.place() };
            process.memory.receive(buffer, bytes);
            if inherited {
                process.serves_inherited(proof);
            }
            process.dried = dried.or(process.dried.take());
            process.said_after_input = (0, 0);
            process.memory.waits_for_all |= seen.names("MSG_WAITALL");
            process.read_on_accepted |= accepted;
        }
    }

    fn read_elsewhere(&mut self, seen: &Seen<'_>) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        match (seen.fd(), seen.number()) {
            (Some(0), Some(0)) if !seen.only_looks() => process.ends_of_input += 1,
            (Some(0), Some(1..)) => {
                process.ends_of_input = 0;
                process.memory.type_in(seen.moved());
            }
            _ => {}
        }
    }

    pub(super) fn sent(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(id) = self.process(seen.pid).and_then(|process| process.socket_at(seen.fd())) else {
            return self.said(seen, proof);
        };
        self.touch(id, seen);
        let cut = self.process(seen.pid).and_then(|process| cut_in_a_word(process, seen));
        let received = self.process(seen.pid).and_then(|process| received_beyond(process, seen));
        self.note_length(seen);
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        let inherited = socket.is_accepted() && socket.owner.0 != seen.pid;
        if let Some(process) = self.processes.get_mut(&seen.pid).filter(|_| inherited) {
            process.serves_inherited(proof);
        }
        socket.traffic.nul_cut = received.map(|received| NulCut {
            receive: socket.traffic.last_receive.clone(),
            send: proof.clone(),
            sent: seen.asked(),
            received,
        });
        socket.traffic.cut = cut.map(|rest| (rest, proof.clone(), seen.asked()));
        let old = socket.traffic.is_old(seen.given());
        if let Some(end) = &mut socket.end {
            end.sends += 1;
            end.stale = end.stale.take().or_else(|| old.then(|| proof.clone()));
        }
        let whole = seen.number().is_some_and(|count| count.unsigned_abs() >= seen.asked());
        socket.traffic.full = !whole && seen.errno().is_none_or(|errno| errno == Errno::EAGAIN);
        if let Some(count @ 1..) = seen.number() {
            socket.traffic.binary |= shape(seen.given()) == Shape::Binary;
            socket.traffic.add(message(seen, seen.moved(), false), count.unsigned_abs(), proof);
            note_rest(socket, seen, (count.unsigned_abs(), proof));
        }
        if let (Some(errno), Some(rest)) =
            (seen.errno().filter(|errno| *errno != Errno::EINTR), &mut socket.traffic.rest)
        {
            rest.retry = if errno == Errno::EAGAIN { rest.retry.max(Retry::Blocked) } else { Retry::GaveUp };
            if let (Errno::EAGAIN, Some(process)) = (errno, self.processes.get_mut(&seen.pid)) {
                process.blocked.insert(id);
            }
        }
        if matches!(seen.errno(), Some(Errno::EPIPE | Errno::ECONNRESET)) {
            socket.traffic.send_failed = true;
            if socket.end.is_none() {
                note_end(socket, seen, proof);
            }
        }
    }

    /// Which lengths a process gives to send, and with how much text.
    fn note_length(&mut self, seen: &Seen<'_>) {
        let text = text_length(seen.given()) as u64;
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        process.memory.take_from(seen.place(), seen.given());
        process.memory.sends(seen.place(), seen.given());
        process.memory.write(seen.fd().unwrap_or(-1), seen.moved());
        if text == 0 || text >= seen.asked() || process.memory.lengths.len() >= LENGTHS {
            return;
        }
        let entry = process.memory.lengths.entry(seen.asked()).or_insert((text, false));
        entry.1 |= entry.0 != text;
    }

    /// What a process writes for people.
    fn said(&mut self, seen: &Seen<'_>, proof: &Proof) {
        let Some(process) = self.processes.get_mut(&seen.pid) else { return };
        if !seen.is_for_people() {
            return;
        }
        process.memory.print(seen.moved());
        process.memory.write(seen.fd().unwrap_or(-1), seen.moved());
        if seen.fd() == Some(1) && seen.number().is_some_and(|count| count > 0) {
            process.output.writes += 1;
            process.output.last = Some((proof.clone(), seen.moved().contains(&b'\n')));
        }
        let same = process.said_after_input.0 == memory::digest(seen.moved()) && process.ends_of_input > 0;
        let count = if same { process.said_after_input.1 + 1 } else { 1 };
        process.said_after_input = (memory::digest(seen.moved()), count);
        if let Some(last) = &mut process.last {
            let room = SAID.saturating_sub(last.said.len());
            last.said.extend(seen.moved().iter().take(room));
        }
    }

    fn touch(&mut self, id: SocketId, seen: &Seen<'_>) {
        let from = self.sockets.get(&id).and_then(|socket| socket.from);
        let accepted = from.and_then(|(listener, _)| self.sockets.get(&listener)).map(|l| l.listening.accepted);
        let clock = self.clock;
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.last_use = accepted.unwrap_or(socket.last_use);
            socket.used_by(seen.pid, clock);
        }
    }
}

fn message(seen: &Seen<'_>, bytes: &[u8], received: bool) -> Message {
    let fault = seen.traced.injected.as_ref();
    let cut_by_us = fault.is_some_and(|fault| matches!(fault.effect, Effect::Short { .. }));
    let count = seen.number().unwrap_or(0).unsigned_abs();
    Message { bytes: bytes.to_vec(), count, received, asked: seen.asked(), cut_by_us }
}

/// The connection is over; anything else would be worth another try.
#[must_use]
pub fn is_fatal(errno: Errno) -> bool {
    !matches!(
        errno,
        Errno::EINTR | Errno::EAGAIN | Errno::ENOBUFS | Errno::ENOMEM | Errno::EINPROGRESS | Errno::EMSGSIZE
    )
}

/// A receive says the end, again too; a send, where nothing had.
fn note_end(socket: &mut Socket, seen: &Seen<'_>, proof: &Proof) {
    match &mut socket.end {
        Some(end) if (end.pid, end.tid) == (seen.pid, seen.tid) => {
            end.reads += 1;
            end.last_read = Some(proof.clone());
        }
        Some(_) => {}
        None => {
            let (pid, tid, errno) = (seen.pid, seen.tid, seen.errno());
            let proof = proof.clone();
            let by_send = !seen.is_receive();
            socket.end =
                Some(End { proof, errno, by_send, pid, tid, reads: 0, last_read: None, sends: 0, stale: None });
        }
    }
}

/// What would follow a text that stops in a word: in the memory of a C program, or in what was typed or received.
fn cut_in_a_word(process: &Process, seen: &Seen<'_>) -> Option<Vec<u8>> {
    let given = seen.given();
    let memory = &process.memory;
    let plain = !process.signals.contains_key(&Signal::SIGPIPE) && !process.had_threads;
    let fresh = plain
        && is_text(given)
        && seen.number() == i64::try_from(seen.asked()).ok()
        && memory.is_fresh(seen.place(), given);
    let following = &seen.beyond()[..text_length(seen.beyond())];
    let found = if fresh { memory::cut_before(given, following) } else { None };
    found.or_else(|| memory.cut(given))
}

/// How many bytes had been received where these are sent from, where they are the beginning of something binary, up to its
/// first NUL.
fn received_beyond(process: &Process, seen: &Seen<'_>) -> Option<u64> {
    let given = seen.given();
    let received = process.memory.received_at(seen.place()).filter(|_| !given.is_empty())?;
    let rest = received.strip_prefix(given).filter(|rest| rest.first() == Some(&0))?;
    let binary = received.split(|byte| *byte == 0).any(|piece| !piece.is_empty() && !is_text(piece));
    let loses = rest.iter().any(|byte| *byte != 0) && seen.asked() == given.len() as u64;
    (loses && binary).then_some(received.len() as u64)
}

fn note_rest(socket: &mut Socket, seen: &Seen<'_>, (count, proof): (u64, &Proof)) {
    let asked = seen.asked();
    let whole = asked <= count || matches!(seen.sys(), Sys::Sendmmsg | Sys::Sendfile | Sys::Splice);
    socket.traffic.rest = (!whole && socket.is_stream()).then(|| {
        let start = usize::try_from(count).unwrap_or(usize::MAX).min(seen.given().len());
        let bytes = seen.given()[start..].to_vec();
        let proof = proof.clone();
        Rest { bytes, length: asked - count, sent: count, proof, answered: false, retry: Retry::Never, told: false }
    });
}
