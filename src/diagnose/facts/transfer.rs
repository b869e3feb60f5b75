//! Bytes that were sent, against what was meant.

use crate::diagnose::bytes::{
    Shape, is_foreign_memory, is_sentence, is_strings, is_text, shape, starts_with_garbage, text_length,
};
use crate::diagnose::facts::{Fact, Kind, Sight};
use crate::diagnose::ledger::memory::position;
use crate::diagnose::ledger::socket::{Role, Socket};
use crate::diagnose::ledger::traffic::{Message, NulCut, Rest};
use crate::diagnose::reading::Proof;
use crate::finding::Detail;
use crate::syscall::sys::Sys;

/// Shorter messages and shorter runs of NULs are too little to say.
const BUFFER: u64 = 16;
const NULS: usize = 8;
const ROUND: u64 = 64;
/// Bytes of a pointer.
const POINTER: u64 = 8;
/// How much of a stale tail is looked for, at most and at least.
const TAIL: usize = 8;
const SHORTEST_TAIL: usize = 2;
/// A message of so many bytes is none of an exercise: 1 MiB.
const HUGE: u32 = 1 << 20;
/// The longest header in which a length is looked for, and the smallest length that is not there by chance.
const HEADER: u64 = 16;
const SURE: u64 = 256;
/// A datagram's capacity below which a full one is a record.
const DATAGRAM: u64 = 8;

fn text_lengths(text: usize, asked: u64) -> Detail {
    Detail::Length { given: asked, wanted: text as u64 }
}

/// What a message is made of.
pub(super) fn sent(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, data) = (sight.seen, sight.seen.given());
    let Some(socket) = sight.socket().filter(|socket| socket.is_judged() && seen.is_send() && !data.is_empty()) else {
        return;
    };
    if socket.role == Role::Listener || seen.number().is_none() {
        return;
    }
    let passes = sight.process().is_some_and(|process| process.memory.passes_through(seen.place(), seen.asked()));
    if passes || socket.traffic.binary {
        return;
    }
    let kind = match shape(data) {
        Shape::Nuls { text, nuls } => nul_kind(sight, text, nuls),
        Shape::Foreign { text, rest } => foreign_kind(sight, &data[..text], rest),
        Shape::Text | Shape::Binary => None,
    };
    let Some((kind, text)) = kind else { return };
    let bytes = data[..data.len().min(64)].to_vec();
    out.push(sight.fact(kind, &[]).with(text_lengths(text, seen.asked())).with(Detail::Bytes { bytes }));
}

/// The same length for texts of different lengths.
fn is_constant(sight: &Sight<'_>, text: usize) -> bool {
    let asked = sight.seen.asked();
    let known = sight.process().and_then(|process| process.memory.lengths.get(&asked));
    known.is_some_and(|(first, differ)| *differ || *first != text as u64)
}

fn nul_kind(sight: &Sight<'_>, text: usize, nuls: usize) -> Option<(Kind, usize)> {
    let asked = sight.seen.asked();
    if nuls == 1 && text as u64 + 1 == asked {
        return (text >= 2).then_some((Kind::SentTrailingNul, text));
    }
    let sentence = sight.seen.given().get(..text).is_some_and(is_sentence);
    let whole = text >= 2 && asked >= BUFFER && (nuls >= NULS || sentence || is_constant(sight, text));
    (whole && !is_record(sight)).then_some((Kind::SentWholeBuffer, text))
}

/// Its peer's messages have that very length too, and it waits for all of their bytes: an agreed record.
fn is_record(sight: &Sight<'_>) -> bool {
    let asked = sight.seen.asked();
    let same =
        |message: &Message| message.received && message.asked == asked && message.bytes.len() as u64 == asked.min(512);
    sight.socket().is_some_and(|socket| socket.traffic.last.iter().any(same))
        && sight.process().is_some_and(|process| process.memory.waits_for_all)
}

fn foreign_kind(sight: &Sight<'_>, text: &[u8], rest: &[u8]) -> Option<(Kind, usize)> {
    let asked = sight.seen.asked();
    let long = text.len() >= 2 && asked >= BUFFER;
    // Several NULs pad a field of a record; what follows them is the next one.
    let padded = rest.get(1) == Some(&0);
    if long && !padded && is_constant(sight, text.len()) && !is_record(sight) {
        return Some((Kind::SentWholeBuffer, text.len()));
    }
    // What follows is known of constants alone: there, the next one goes on.
    let goes_on = rest.last() != Some(&0) && text_length(sight.seen.beyond()) > 0 && is_strings(b" ", rest);
    if text.len() < 2 || !goes_on && !is_foreign_memory(text, rest) {
        return None;
    }
    let round = asked >= ROUND && (asked.is_power_of_two() || asked.is_multiple_of(50));
    let whole = round && !goes_on && !is_strings(text, rest);
    Some((if whole { Kind::SentWholeBuffer } else { Kind::SentForeignMemory }, text.len()))
}

/// The send after one that took less than asked, or that stopped in a word.
pub(super) fn resumed(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let Some(socket) = sight.socket().filter(|socket| socket.is_judged() && sight.seen.is_send()) else { return };
    let given = sight.seen.given();
    if let Some(rest) = &socket.traffic.rest {
        let shared = rest.bytes.len().min(given.len());
        if given[..shared] != rest.bytes[..shared] {
            out.push(forgotten(rest, (sight.seen.pid, sight.seen.fd()), sight.proof));
        }
    }
    if let Some(cut) = &socket.traffic.cut {
        let shared = cut.0.len().min(given.len()).min(4);
        if shared == 0 || given[..shared] != cut.0[..shared] {
            out.push(truncation(cut, (sight.seen.pid, sight.seen.fd())));
        }
    }
}

/// This direction is closed before all of it was sent.
pub(super) fn shut(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let closes = seen.sys() == Sys::Shutdown && !seen.names("SHUT_RD") && seen.number() == Some(0);
    let Some(socket) = sight.socket().filter(|socket| closes && socket.is_connection()) else { return };
    let rest = socket.traffic.rest.as_ref().filter(|rest| rest.is_left(socket.end.as_ref()));
    out.extend(rest.map(|rest| forgotten(rest, (seen.pid, seen.fd()), sight.proof)));
}

/// What a short send left was not sent before `next`.
pub(super) fn forgotten(rest: &Rest, at: (i32, Option<i32>), next: &Proof) -> Fact {
    let fact = Fact::new(Kind::ShortSendForgotten, at, vec![rest.proof.clone(), next.clone()]).placed_first();
    fact.with(Detail::Length { given: rest.sent, wanted: rest.sent + rest.length })
}

/// A send that stopped in a word, and was not gone on with.
pub(super) fn truncation(cut: &(Vec<u8>, Proof, u64), at: (i32, Option<i32>)) -> Fact {
    let (rest, proof, asked) = cut;
    let kind = if *asked == POINTER { Kind::SentPointerSize } else { Kind::SentTruncated };
    let wanted = asked + rest.len() as u64;
    Fact::new(kind, at, vec![proof.clone()]).with(Detail::Length { given: *asked, wanted })
}

/// Bytes that were received, sent up to their first NUL, and not gone on with.
pub(super) fn cut_at_nul(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let moves = seen.is_send() || seen.is_receive();
    let Some(socket) = sight.socket().filter(|socket| moves && socket.is_judged()) else { return };
    let Some(cut) = &socket.traffic.nul_cut else { return };
    let goes_on = seen.is_send() && seen.given().first() == Some(&0);
    out.extend((!goes_on).then(|| up_to_nul(cut, (seen.pid, seen.fd()))));
}

/// A message that was cut at its first NUL.
pub(super) fn up_to_nul(cut: &NulCut, at: (i32, Option<i32>)) -> Fact {
    let proofs = cut.receive.iter().chain([&cut.send]).cloned().collect();
    Fact::new(Kind::SentUpToNul, at, proofs).with(Detail::Length { given: cut.sent, wanted: cut.received })
}

fn last_receive<'a>(sight: &Sight<'a>) -> Option<&'a Proof> {
    sight.socket().and_then(|socket| socket.traffic.last_receive.as_ref())
}

/// A block of a file, sent whole though the file had filled a part of it.
pub(super) fn oversent(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, given) = (sight.seen, sight.seen.given());
    let judged = seen.is_send() && sight.socket().is_some_and(Socket::is_connection);
    let Some(process) = sight.process().filter(|_| judged) else { return };
    if let Some(wanted) = process.memory.oversent(seen.place(), given) {
        let before: Vec<&Proof> =
            sight.socket().and_then(|socket| socket.traffic.last_send.as_ref()).into_iter().collect();
        let detail = Detail::Length { given: seen.asked(), wanted: wanted as u64 };
        out.push(sight.fact(Kind::SentBeyondRead, &before).with(detail));
    }
}

/// Four bytes are received, and then as many bytes are asked for as they say in the wrong order.
pub(super) fn swapped_length(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_connection() && seen.is_receive()) else { return };
    let Some(length) = socket.traffic.last.back().filter(|last| last.received && last.asked == 4) else { return };
    let Ok(bytes) = <[u8; 4]>::try_from(length.bytes.as_slice()) else { return };
    let (taken, meant) = (u32::from_ne_bytes(bytes), u32::from_be_bytes(bytes));
    let huge = u64::from(taken) == seen.asked() && taken >= HUGE && (1..HUGE).contains(&meant);
    if huge {
        let detail = Detail::Length { given: taken.into(), wanted: meant.into() };
        let before: Vec<&Proof> = last_receive(sight).into_iter().collect();
        out.push(sight.fact(Kind::AskedSwappedLength, &before).with(detail));
    }
}

/// A receive of as many bytes as the message before announced brings fewer, and the next one asks for something else.
pub(super) fn short_receive_used(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_connection() && seen.is_receive()) else { return };
    let messages: Vec<&Message> = socket.traffic.last.iter().collect();
    let received: Vec<&&Message> = messages.iter().filter(|message| message.received).collect();
    let [.., header, body] = received.as_slice() else { return };
    let announced = header.asked == header.count && is_length(&header.bytes, body.asked);
    let short = !body.cut_by_us && body.count < body.asked;
    // Whoever reads a header byte by byte may have answered before: the message was over for it.
    let answered = messages.last().is_some_and(|last| !last.received);
    let next =
        seen.asked() == header.asked || answered && seen.asked() <= HEADER && seen.asked() != body.asked - body.count;
    if announced && short && next && !seen.only_looks() {
        let detail = Detail::Length { given: body.count, wanted: body.asked };
        let before: Vec<&Proof> = last_receive(sight).into_iter().collect();
        out.push(sight.fact(Kind::UsedShortReceive, &before).placed_first().with(detail));
    }
}

/// Whether these bytes say this length, in one order or the other: a header of a length alone, or a longer one that has it
/// among others.
fn is_length(bytes: &[u8], length: u64) -> bool {
    match *bytes {
        [a, b] => {
            [u16::from_be_bytes([a, b]), u16::from_le_bytes([a, b])].iter().any(|said| u64::from(*said) == length)
        }
        [a, b, c, d] => {
            let said = [u32::from_be_bytes([a, b, c, d]), u32::from_le_bytes([a, b, c, d])];
            said.iter().any(|said| u64::from(*said) == length)
        }
        _ if bytes.len() as u64 > HEADER || length < SURE => false,
        _ => bytes.windows(4).any(|window| is_length(window, length)),
    }
}

/// What goes out holds a received message and, after it, what was in the buffer before.
pub(super) fn wrote_too_much(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, data) = (sight.seen, sight.seen.given());
    let shown = matches!(seen.fd(), Some(1 | 2)) && !seen.subject_is_socket();
    let told = sight.socket().is_some_and(Socket::is_judged);
    if !seen.is_send() || !(shown || told) || data.is_empty() {
        return;
    }
    let stale = stale_tail(sight, data);
    let Some((message, tail)) = stale.or_else(|| if shown { garbage(sight, data) } else { None }) else { return };
    let wanted = message.len() as u64;
    let details = Detail::Length { given: wanted + tail.len() as u64, wanted };
    let fact = sight.fact(Kind::ReadPastReceived, &[]).with(details);
    out.push(fact.with(Detail::Bytes { bytes: [message, tail].concat() }));
}

type Surplus = Option<(Vec<u8>, Vec<u8>)>;

/// Where a message ends its line, a terminal (and a program that cuts lines) is written up to there, then beyond: in what
/// was written just before and this.
fn stale_tail(sight: &Sight<'_>, data: &[u8]) -> Surplus {
    let memory = &sight.process().filter(|process| !process.memory.overlays.is_empty())?.memory;
    let mut written = memory.written_to(sight.seen.fd());
    let known = written.len();
    written.extend_from_slice(data);
    let surplus = |message: &Vec<u8>, tail: &Vec<u8>| {
        let tail = &tail[..tail.len().min(TAIL)];
        let says = tail.len() >= SHORTEST_TAIL && tail.iter().any(|byte| !byte.is_ascii_whitespace());
        let needle = [message.as_slice(), tail].concat();
        let new = |at: usize| at + needle.len() > known;
        let found = says && is_text(message) && is_text(tail) && position(&written, &needle).is_some_and(new);
        (found && !memory.was_received(&needle)).then(|| (message.clone(), tail.to_vec()))
    };
    memory.overlays.iter().rev().find_map(|overlay| surplus(&overlay.message, &overlay.tail))
}

fn garbage(sight: &Sight<'_>, data: &[u8]) -> Surplus {
    let memory = &sight.process()?.memory;
    let after = |message: &Vec<u8>| {
        let clean = message.len() >= 2 && is_text(message) && std::str::from_utf8(message).is_ok();
        let at = if clean { position(data, message) } else { None }?;
        let rest = &data[at + message.len()..];
        starts_with_garbage(rest).then(|| (message.clone(), rest[..rest.len().min(TAIL)].to_vec()))
    };
    memory.messages.iter().rev().find_map(after)
}

/// A message that came in two pieces, each answered as if it were a whole one.
pub(super) fn pieces(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let seen = sight.seen;
    let Some(socket) = sight.socket().filter(|socket| socket.is_connection() && seen.is_send()) else { return };
    let last: Vec<&Message> = socket.traffic.last.iter().collect();
    let [.., first, answer, second] = last.as_slice() else { return };
    let pieces = first.received && !answer.received && second.received;
    let split = !first.bytes.contains(&b'\n') && second.bytes.ends_with(b"\n") && answer.bytes == seen.given();
    let cut = (first.cut_by_us && !second.cut_by_us || split) && !first.bytes.ends_with(b"\n");
    let echo = answer.bytes == first.bytes || seen.given() == second.bytes;
    if pieces && cut && !echo && is_text(&first.bytes) && !first.bytes.is_empty() {
        let given = first.bytes.len() as u64;
        let detail = Detail::Length { given, wanted: given + second.bytes.len() as u64 };
        let before: Vec<&Proof> = socket.traffic.first_receive.iter().collect();
        out.push(sight.fact(Kind::AnsweredPieces, &before).with(detail));
    }
}

pub(super) fn truncated(sight: &Sight<'_>, out: &mut Vec<Fact>) {
    let (seen, data) = (sight.seen, sight.seen.moved());
    let Some(socket) = sight.socket().filter(|socket| socket.is_judged() && socket.is_datagram()) else { return };
    if !seen.is_receive() || seen.only_looks() || seen.names("MSG_TRUNC") && !is_flagged(sight) || socket.foreign {
        return;
    }
    let full = data.len() as u64 == seen.asked() && seen.asked() >= DATAGRAM;
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b' ';
    let parts = data.iter().any(|byte| b" ,;:|\n".contains(byte));
    let in_a_word = is_text(data) && parts && data.last().is_some_and(goes_on);
    if is_flagged(sight) || full && in_a_word {
        out.push(
            sight.fact(Kind::DatagramCut, &[]).with(Detail::Length { given: seen.asked(), wanted: seen.asked() + 1 }),
        );
    }
}

fn is_flagged(sight: &Sight<'_>) -> bool {
    sight.seen.payload().is_some_and(|payload| payload.truncated)
}
