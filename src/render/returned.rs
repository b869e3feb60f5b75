//! The line of a call, asleep or over, and what is said below it.

use crate::event::{Blocked, Judgement, Returned};
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::wrap::{pieces_width, text_width};
use crate::syscall::call::{Answer, Outcome};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::notation::{format_call, format_outcome};
use crate::text::cause::{Explanation, Scene, cause};
use crate::text::{errno, sentence};

/// Where what is said of a call starts.
pub(super) const BELOW: usize = 4;

/// Columns between the French and the English of an errno.
const GAP: &str = "      ";

/// An actor asleep in its call, `seconds` after it fell asleep where somebody watches.
pub fn blocked(look: Look, blocked: &Blocked, seconds: Option<u64>) -> Page {
    let mut page = Page::new(look);
    let glyph = if blocked.expected { Glyph::Asleep } else { Glyph::Surprise };
    let right = seconds.map_or_else(|| sentence::BLOCKED.to_owned(), sentence::blocked_since);
    let call = piece(Tone::Plain, format!("{} …", format_call(&blocked.call)));
    headline(&mut page, (glyph, &blocked.actor, blocked.pid), vec![call], &right);
    if !blocked.expected {
        page.sentence(BELOW, Tone::Bad, &sentence::unexpected_block(blocked));
    }
    page.sentence(BELOW, Tone::Plain, &sentence::asleep(blocked.call.name, &blocked.actor));
    page
}

/// A call that is over; `slept` where it was shown asleep before. Empty for a statement that yields nothing.
pub fn returned(look: Look, returned: &Returned, slept: bool, scene: Scene) -> Page {
    let mut page = Page::new(look);
    if silent(returned) {
        return page;
    }
    let name = returned.call.as_ref().map_or("", |call| call.name.as_str());
    let glyph = glyph(returned);
    let right = if slept { sentence::after(returned.duration_us) } else { String::new() };
    headline(&mut page, (glyph, &returned.actor, returned.pid), result(returned, tone(glyph)), &right);
    below(&mut page, returned, name);
    if let Some(found) = &returned.cause {
        let explanation = cause(found, scene);
        page.sentence(BELOW, Tone::Plain, &explanation.sentence);
        // Where the lesson wanted the failure, there is nothing to mend.
        if returned.expected == Judgement::Unexpected {
            advise(&mut page, &explanation);
        }
    }
    page
}

/// A declaration, or an assignment of nothing worth showing.
fn silent(returned: &Returned) -> bool {
    let nothing = matches!(returned.outcome, Outcome::Returned(Answer::Nothing));
    returned.call.is_none() && nothing && returned.expected != Judgement::Unexpected
}

fn glyph(returned: &Returned) -> Glyph {
    let failed = !matches!(returned.outcome, Outcome::Returned(_) | Outcome::Exited(_));
    match returned.expected {
        Judgement::Unexpected => Glyph::Surprise,
        Judgement::NotJudged => Glyph::NotJudged,
        Judgement::Expected if failed => Glyph::Wanted,
        Judgement::Expected => Glyph::Returned,
    }
}

pub(super) fn tone(glyph: Glyph) -> Tone {
    match glyph {
        Glyph::Surprise => Tone::Bad,
        Glyph::Wanted => Tone::Wanted,
        Glyph::Asleep => Tone::Asleep,
        Glyph::NotJudged => Tone::Dim,
        _ => Tone::Good,
    }
}

/// The call with its out-parameters, then its outcome.
pub(super) fn result(returned: &Returned, tone: Tone) -> Vec<Piece> {
    let call = returned.call.as_ref().map(format_call).unwrap_or_default();
    let name = returned.call.as_ref().map(|call| call.name);
    let outcome = match sentence::ending(&returned.outcome) {
        Some(ending) => format!("  {ending}"),
        None => format_outcome(name, &returned.outcome),
    };
    let outcome = if call.is_empty() { outcome.trim_start().to_owned() } else { outcome };
    vec![plain(call), piece(tone, outcome)]
}

/// `> serveur (pid 41822)  accept(3, NULL, NULL) = 4     après 12,4 s`; the pid gives way where it does not fit.
pub(super) fn headline(page: &mut Page, (glyph, actor, pid): (Glyph, &str, i32), text: Vec<Piece>, right: &str) {
    let look = page.look();
    let mark = piece(tone(glyph), format!("{} ", glyph.mark(look.ascii)));
    let right_width = if right.is_empty() { 0 } else { text_width(&look.clean(right)) + 2 };
    let with_pid = sentence::actor_with_pid(actor, pid);
    let used = 2 + text_width(&with_pid) + 2 + clean_width(look, &text) + right_width;
    let who = if used <= look.columns() { with_pid } else { actor.to_owned() };
    let left: Vec<_> = [mark, piece(Tone::Actor, who), plain("  ")].into_iter().chain(text).collect();
    let right: Vec<_> = (!right.is_empty()).then(|| piece(Tone::Dim, right)).into_iter().collect();
    page.sides(BELOW, &left, &right);
}

fn clean_width(look: Look, pieces: &[Piece]) -> usize {
    let clean: Vec<_> = pieces.iter().map(|one| plain(look.clean(&one.text))).collect();
    pieces_width(&clean)
}

/// The judgement and what the C program would print.
fn below(page: &mut Page, returned: &Returned, name: &str) {
    let judgement = sentence::judgement(returned.expected, &returned.outcome);
    let prints = match &returned.outcome {
        Outcome::Failed(_) => Some(sentence::perror_prints(name)),
        Outcome::Unresolved(_) => Some(sentence::GAI_PRINTS.to_owned()),
        _ => None,
    };
    let tone = tone(glyph(returned));
    let words: Vec<_> = judgement.map(str::to_owned).into_iter().chain(prints).collect();
    if !words.is_empty() {
        page.sentence(BELOW, tone, &words.join(" "));
    }
    match &returned.outcome {
        Outcome::Failed(errno) => errno_lines(page, name, *errno),
        Outcome::Unresolved(error) => gai_lines(page, *error),
        _ => {}
    }
    if let Some(killed) = sentence::killed(&returned.outcome) {
        page.sentence(BELOW, Tone::Plain, &killed);
    }
    if let Some(wanted) = &returned.wanted {
        page.sentence(BELOW, Tone::Plain, &sentence::wanted(wanted));
    }
}

/// What perror(3) prints.
pub(super) fn errno_lines(page: &mut Page, name: &str, errno: Errno) {
    printed(page, &sentence::perror_line(name, errno), &sentence::errno_note(errno));
}

/// What gai_strerror(3) returns.
pub(super) fn gai_lines(page: &mut Page, error: GaiError) {
    printed(page, errno::gai_french(error), &sentence::gai_note(error));
}

/// What is printed, and its note on the same line where both fit.
fn printed(page: &mut Page, line: &str, note: &str) {
    let fits = BELOW + text_width(line) + GAP.len() + text_width(note) <= page.look().columns();
    let printed = piece(Tone::Code, line);
    if fits {
        page.line(BELOW, BELOW, &[printed, plain(GAP), piece(Tone::Dim, note)]);
    } else {
        page.line(BELOW, BELOW + 2, &[printed]);
        page.sentence(BELOW, Tone::Dim, note);
    }
}

/// One thing to do, and the whole command.
pub(super) fn advise(page: &mut Page, explanation: &Explanation) {
    page.sentence(BELOW, Tone::Plain, &explanation.advice);
    if let Some(command) = &explanation.command {
        page.sentence(BELOW + 2, Tone::Code, command);
    }
}
