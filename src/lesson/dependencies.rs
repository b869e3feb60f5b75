//! What is checked once every step of an exercise's checks is known: dependencies, points, draws.

use crate::lesson::front::Front;
use crate::lesson::keywords::{check, front as keys, is_name};
use crate::lesson::model::{ChecksFront, Expected, Item, Kind, Line};
use crate::lesson::problem::{ChecksFault, Problems, Unknown};
use crate::lesson::steps::Draft;
use crate::syscall::ast::Span;
use crate::syscall::fault;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

pub fn check(text: &str, front: &Front, drafts: &[Draft], problems: &mut Problems) {
    let Kind::Checks(checks) = &front.kind else { return };
    for (index, draft) in drafts.iter().enumerate() {
        points(draft, index, problems);
        faults(draft, checks, problems);
        steps_before(draft, &drafts[..index], drafts, problems);
        programs(draft, checks, problems);
        draws(text, draft, checks, problems);
    }
    let found = drafts.iter().map(|draft| draft.step.settings.points).sum();
    if found != checks.points && problems.is_empty() {
        problems.push(front.span, ChecksFault::PointsSum { declared: checks.points, found });
    }
}

/// The preparation comes first and is worth nothing; every other step is worth something.
fn points(draft: &Draft, index: usize, problems: &mut Problems) {
    let preparation = draft.step.id == check::PREPARATION;
    let fault = match (preparation, draft.step.settings.points) {
        (true, 0) if index == 0 => return,
        (true, _) => ChecksFault::Preparation,
        (false, 0) => ChecksFault::MissingPoints,
        (false, _) => return,
    };
    problems.push(draft.step.span, fault);
}

/// `ACTOR CALL:ERRNO[:N]`, `ACTOR CALL:short=K`, `ACTOR CALL:delay=D`.
fn faults(draft: &Draft, checks: &ChecksFront, problems: &mut Problems) {
    for asked in &draft.placed.faults {
        let known = asked.value.split_once(' ').is_some_and(|(actor, what)| {
            checks.programs.contains_key(actor) && fault::parse(what).is_ok_and(|fault| fault.call.function().is_some())
        });
        if !known {
            problems.push(asked.span, ChecksFault::BadFault(clip(&asked.value)));
        }
    }
}

/// `apres` names steps that come before.
fn steps_before(draft: &Draft, before: &[Draft], all: &[Draft], problems: &mut Problems) {
    for after in &draft.placed.after {
        let among = |drafts: &[Draft]| drafts.iter().any(|other| other.step.id == after.value);
        if among(before) {
            continue;
        }
        let fault = if among(all) {
            ChecksFault::LaterStep(clip(&after.value))
        } else {
            let near = nearest(&after.value, before.iter().map(|other| other.step.id.as_str()));
            ChecksFault::UnknownStep(Unknown { name: clip(&after.value), near })
        };
        problems.push(after.span, fault);
    }
}

fn programs(draft: &Draft, checks: &ChecksFront, problems: &mut Problems) {
    for program in &draft.placed.programs {
        if !checks.programs.contains_key(&program.value) {
            let near = nearest(&program.value, checks.programs.keys().map(String::as_str));
            problems.push(program.span, ChecksFault::NotAProgram(Unknown { name: clip(&program.value), near }));
        }
    }
}

/// Every `{mot}` in the texts of C and of notes is drawn somewhere; in other blocks, `Items` looks.
fn draws(text: &str, draft: &Draft, checks: &ChecksFront, problems: &mut Problems) {
    let mut check = |literal: &str, span: Span| {
        for name in marks(literal) {
            if name != keys::PORT && !checks.draws.contains_key(name) {
                problems.push(place_of(text, span, name), unknown_draw(name, checks));
            }
        }
    };
    for item in &draft.step.items {
        if let Item::Code(script) | Item::Repeat { script, .. } = item {
            script.lines.iter().for_each(|line| line_texts(line, &mut check));
        }
    }
}

/// Where `{name}` is, inside an extent.
pub fn place_of(text: &str, span: Span, name: &str) -> Span {
    let mark = format!("{{{name}}}");
    let place = text.get(span.start..span.end).and_then(|inside| inside.find(&mark));
    place.map_or(span, |place| Span { start: span.start + place, end: span.start + place + mark.len() })
}

/// A mark that nothing draws.
pub fn unknown_draw(name: &str, checks: &ChecksFront) -> ChecksFault {
    let names = checks.draws.keys().map(String::as_str).chain([keys::PORT]);
    ChecksFault::UnknownDraw(Unknown { name: clip(name), near: nearest(name, names) })
}

fn line_texts(line: &Line, check: &mut impl FnMut(&str, Span)) {
    for literal in literals(&line.statement.source) {
        check(literal, line.statement.span);
    }
    expected_texts(&line.expectation.result, &mut |text| check(text, line.expectation.span));
}

/// What is inside `"` in C text.
fn literals(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').skip(1).step_by(2)
}

fn expected_texts(expected: &Expected, check: &mut impl FnMut(&str)) {
    match expected {
        Expected::Received { bytes, .. }
        | Expected::Contains(bytes)
        | Expected::ContainsAnyCase(bytes)
        | Expected::StartsWith(bytes)
        | Expected::Text(bytes) => check(&String::from_utf8_lossy(bytes)),
        Expected::All(all) => all.iter().for_each(|one| expected_texts(one, check)),
        Expected::BlocksThen(then) | Expected::Until { then, .. } => expected_texts(then, check),
        Expected::Depends { then, otherwise, .. } => {
            expected_texts(then, check);
            expected_texts(otherwise, check);
        }
        _ => {}
    }
}

/// The names in braces: `{mot}`.
pub fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        is_name(name).then_some(name)
    })
}

#[cfg(test)]
mod tests;
