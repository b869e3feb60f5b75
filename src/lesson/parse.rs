//! The whole of a lesson's file.

use crate::lesson::dependencies;
use crate::lesson::front;
use crate::lesson::items::Source;
use crate::lesson::layout;
use crate::lesson::model::Lesson;
use crate::lesson::position::Lines;
use crate::lesson::problem::{FileFault, Problem, ProblemKind, Problems};
use crate::lesson::scope;
use crate::lesson::steps;
use crate::syscall::ast::Span;

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 1 << 20;

/// Reads a lesson, or the checks of an exercise, from the bytes of its file.
///
/// # Errors
/// Every problem of the file, in its order; a file that is too large or no text has that one alone.
pub fn parse_bytes(bytes: &[u8]) -> Result<Lesson, Vec<Problem>> {
    parse_text(text(bytes)?)
}

/// The bytes of a file as text that may be shown.
///
/// # Errors
/// What it may not hold, whatever its place; a file that is too large or no text has that one alone.
pub fn text(bytes: &[u8]) -> Result<&str, Vec<Problem>> {
    let fault =
        |place, fault| Err(vec![Problem { span: Span { start: place, end: place }, kind: ProblemKind::File(fault) }]);
    if bytes.len() > LARGEST {
        return fault(0, FileFault::TooLarge { size: bytes.len(), most: LARGEST });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => checked(text),
        Err(error) => fault(error.valid_up_to(), FileFault::NotUtf8),
    }
}

fn checked(text: &str) -> Result<&str, Vec<Problem>> {
    let mut problems = Problems::default();
    check_text(text, &mut problems);
    if problems.is_empty() { Ok(text) } else { Err(problems.finish()) }
}

/// Reads a lesson, or the checks of an exercise, from its text.
///
/// # Errors
/// Every problem of the file, in its order.
#[cfg(any(test, feature = "inside"))]
pub fn parse(text: &str) -> Result<Lesson, Vec<Problem>> {
    parse_text(checked(text)?)
}

fn parse_text(text: &str) -> Result<Lesson, Vec<Problem>> {
    let mut problems = Problems::default();
    let layout = layout::split(text, &mut problems);
    let Some(front_span) = layout.front else { return Err(problems.finish()) };
    let front = front::parse(text, front_span, &mut problems);
    let lines = Lines::new(text);
    let steps = steps::build(&Source { text, lines: &lines, front: &front }, &layout.pieces, &mut problems);
    dependencies::check(text, &front, &steps.drafts, &mut problems);
    let lesson = Lesson {
        kind: front.kind,
        title: front.title,
        actors: front.actors,
        port: front.port,
        other_ports: front.other_ports,
        needs: front.needs,
        shows_descriptors: front.shows_descriptors,
        steps: steps.drafts.into_iter().map(|draft| draft.step).collect(),
        closing: steps.closing,
        programs: steps.programs,
    };
    scope::check(&lesson, &steps.lost, &mut problems);
    if problems.is_empty() { Ok(lesson) } else { Err(problems.finish()) }
}

/// What no text of a lesson may hold, whatever its place.
fn check_text(text: &str, problems: &mut Problems) {
    let whole = Span { start: 0, end: 0 };
    if text.len() > LARGEST {
        return problems.push(whole, FileFault::TooLarge { size: text.len(), most: LARGEST });
    }
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return problems.push(whole, FileFault::Empty);
    }
    for (place, letter) in text.char_indices() {
        if dangerous(letter, place) {
            let span = Span { start: place, end: place + letter.len_utf8() };
            problems.push(span, FileFault::Control(letter));
        }
    }
}

/// Control characters, which a terminal obeys, and marks of direction, which show a text other than it is.
fn dangerous(letter: char, place: usize) -> bool {
    match letter {
        '\n' | '\r' | '\t' => false,
        '\u{feff}' => place > 0,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests;
