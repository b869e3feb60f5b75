//! The line of a call, and what is said below it.

use crate::observed::{Ending, Return, Subject};
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::wrap::text_width;
use crate::syscall::call::Outcome;
use crate::syscall::errno::Errno;
use crate::syscall::notation::{format_call_within, format_outcome};
use crate::syscall::sys::Direction;
use crate::text::cause::{Scene, cause};
use crate::text::{errno, fault, trace as words};

use super::BELOW;

/// Where a line that is too long goes on, and the terminals where that would be too far.
const HANG: usize = 14;
const NARROW: usize = 60;

/// Failures by which the kernel says "not yet", or "again": nobody's mistake by themselves.
const USUAL: [Errno; 5] = [Errno::EAGAIN, Errno::EINPROGRESS, Errno::EALREADY, Errno::EINTR, Errno::ECHILD];

/// `[4242] `, or `[4242/4243] ` for a thread.
pub fn task(pid: i32, tid: i32) -> String {
    if pid == tid { format!("[{pid}] ") } else { format!("[{pid}/{tid}] ") }
}

/// The mark of a call that is over; `slept` where it was shown asleep before.
pub fn mark(done: &Return, slept: bool) -> (Glyph, Tone) {
    match &done.ending {
        _ if done.traced.injected.is_some() => (Glyph::Wanted, Tone::Wanted),
        Ending::Interrupted => (Glyph::Wanted, Tone::Wanted),
        Ending::Done(Outcome::Failed(errno)) if USUAL.contains(errno) => (Glyph::Wanted, Tone::Wanted),
        Ending::Done(Outcome::Failed(_) | Outcome::Unresolved(_) | Outcome::Killed(_)) => (Glyph::Surprise, Tone::Bad),
        Ending::Done(_) if slept => (Glyph::Returned, Tone::Good),
        Ending::Done(_) => (Glyph::Same, Tone::Plain),
    }
}

/// `bind(3, {AF_INET, 0.0.0.0:3001}, 16)`, ` = -1 EADDRINUSE (Adresse déjà utilisée)`
pub fn pieces(done: &Return, strsize: usize, tone: Tone) -> Vec<Piece> {
    let call = &done.traced.call;
    let mut pieces = vec![plain(format_call_within(call, strsize))];
    match &done.ending {
        Ending::Done(outcome) => {
            pieces.push(piece(tone, format_outcome(call.name, outcome)));
            if let Some(errno) = outcome.errno() {
                pieces.push(piece(tone, format!(" ({})", errno::french(errno))));
            }
        }
        Ending::Interrupted => pieces.push(piece(tone, format!(" = ? {}", words::interrupted(None)))),
    }
    pieces
}

/// The fault that was provoked, what this machine knows of a failure, and a sentence where sentences are asked for.
pub fn below(page: &mut Page, done: &Return, explain: bool) {
    // The sentence says it too.
    if let (Some(one), false) = (&done.traced.injected, explain) {
        page.sentence(BELOW, Tone::Wanted, &fault::fired(one));
    }
    if let Some(found) = &done.traced.cause {
        page.sentence(BELOW, Tone::Plain, &cause(found, Scene::Other).sentence);
    }
    if explain && let Some(sentence) = words::explained(&done.traced, &done.ending) {
        page.line(BELOW, BELOW, &page.marked(&sentence));
    }
}

/// Whether the call wrote on a terminal and did not end its line there.
pub fn leaves_a_line_open(done: &Return) -> bool {
    let Ending::Done(outcome) = &done.ending else { return false };
    let Some(payload) = &done.traced.payload else { return false };
    let wrote = done.traced.subject == Some(Subject::Terminal) && payload.direction == Direction::Sent;
    let last = outcome.number().and_then(|moved| usize::try_from(moved).ok()?.checked_sub(1));
    wrote && last.is_some_and(|last| payload.data.get(last).is_some_and(|byte| *byte != b'\n'))
}

/// Lays a line of plain ASCII that fits, without a copy of it; `false` where it is not one, `line` is then of no use.
pub fn lay_simply(line: &mut String, look: Look, (pieces, right): (&[Piece], &str)) -> bool {
    let used: usize = pieces.iter().map(|one| one.text.len()).sum();
    let gap = if right.is_empty() { 0 } else { 2 };
    let room = look.columns();
    if used + gap + right.len() > room || !is_simple(right) || !pieces.iter().all(|one| is_simple(&one.text)) {
        return false;
    }
    for one in pieces {
        if look.color { line.push_str(&one.tone.paint(&one.text, true)) } else { line.push_str(&one.text) }
    }
    if right.is_empty() {
        line.truncate(line.trim_end_matches(' ').len());
    } else {
        line.extend(std::iter::repeat_n(' ', room - used - right.len()));
        line.push_str(&Tone::Dim.paint(right, look.color));
    }
    line.push('\n');
    true
}

fn is_simple(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Any line. What is said after the call (its outcome, the errno in French, how long it lasted) stays whole where it
/// can: what no longer fits goes below. A call that is longer than a line is wrapped.
pub fn lay(page: &mut Page, pieces: &[Piece], right: &str) {
    let look = page.look();
    let columns = look.columns();
    let hang = if columns < NARROW { BELOW } else { HANG };
    let mut line: Vec<Piece> = Vec::new();
    let mut used = 0;
    let mut below = false;
    for one in pieces {
        let text = look.clean(&one.text);
        let width = text_width(text.trim_start_matches(' '));
        if !line.is_empty() && used <= columns && used + text_width(&text) > columns && hang + width <= columns {
            flush(page, (&mut line, below), hang);
            (used, below) = (hang + width, true);
            line.push(piece(one.tone, text.trim_start_matches(' ')));
        } else {
            used += text_width(&text);
            line.push(piece(one.tone, text));
        }
    }
    let right = piece(Tone::Dim, look.clean(right));
    let width = text_width(&right.text);
    let gap = if used + 2 + width <= columns { columns - used - width } else { 2 };
    if width > 0 && used <= columns && used + gap + width > columns {
        flush(page, (&mut line, below), hang);
        return page.sides(hang, &[], &[right]);
    }
    if width > 0 {
        line.extend([plain(" ".repeat(gap)), right]);
    }
    flush(page, (&mut line, below), hang);
}

fn flush(page: &mut Page, (line, below): (&mut Vec<Piece>, bool), hang: usize) {
    page.line(if below { hang } else { 0 }, hang, &std::mem::take(line));
}
