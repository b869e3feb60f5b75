//! `etape` blocks: what a step needs, and in checks, what it is worth.

use crate::lesson::front::needs;
use crate::lesson::keywords::{PRIVILEGES, step};
use crate::lesson::model::Settings;
use crate::lesson::problem::{FrontFault, LayoutFault, Problems, Unknown};
use crate::lesson::question::first_line;
use crate::lesson::table::{self, At, Reader};
use crate::state::Privilege;
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

/// Keys that a lesson's step may not have.
const CHECKS_ONLY: [&str; 7] =
    [step::POINTS, step::AFTER, step::FAULTS, step::FORBIDDEN, step::TIMES, step::PROGRAMS, step::LIMITS];

/// Settings, with the places of the names that are checked once every step is known.
#[derive(Debug, Default)]
pub struct Placed {
    pub settings: Settings,
    pub after: Vec<At<String>>,
    pub programs: Vec<At<String>>,
    pub faults: Vec<At<String>>,
}

/// Reads the body of a block.
pub fn parse(text: &str, body: Span, checks: bool, problems: &mut Problems) -> Placed {
    let source = text.get(body.start..body.end).unwrap_or_default();
    let parsed = table::parse(source, body.start, problems);
    let mut reader = Reader::new(&parsed, body.start, first_line(text, body), problems);
    let needs = needs(&mut reader, step::NEEDS);
    let without = privileges(&mut reader);
    let mut placed = if checks { checks_settings(&mut reader) } else { refuse(&mut reader) };
    placed.settings.needs = needs;
    placed.settings.without = without;
    reader.finish();
    placed
}

fn privileges(reader: &mut Reader) -> Vec<Privilege> {
    let mut privileges = Vec::new();
    for word in reader.texts(step::WITHOUT) {
        if let Some(privilege) = PRIVILEGES.iter().find(|privilege| privilege.name() == word.value) {
            privileges.push(*privilege);
        } else {
            let near = nearest(&word.value, PRIVILEGES.iter().map(|privilege| privilege.name()));
            let unknown = Unknown { name: clip(&word.value), near };
            reader.problems.push(word.span, FrontFault::UnknownPrivilege(unknown));
        }
    }
    privileges
}

fn refuse(reader: &mut Reader) -> Placed {
    for key in reader.keys() {
        if CHECKS_ONLY.contains(&key.value.as_str()) {
            reader.problems.push(key.span, LayoutFault::OnlyInChecks(key.value.clone()));
            reader.ignore(key.value);
        }
    }
    Placed::default()
}

fn checks_settings(reader: &mut Reader) -> Placed {
    let points = reader.integer(step::POINTS, &(0..=1000)).map_or(0, |points| u32::try_from(points.value).unwrap_or(0));
    let times = reader.integer(step::TIMES, &(1..=1000)).map_or(1, |times| u32::try_from(times.value).unwrap_or(1));
    let after = reader.texts(step::AFTER);
    let programs = reader.texts(step::PROGRAMS);
    let faults = reader.texts(step::FAULTS);
    let values = |list: &[At<String>]| list.iter().map(|one| one.value.clone()).collect();
    let settings = Settings {
        points,
        times,
        after: values(&after),
        programs: values(&programs),
        faults: values(&faults),
        forbidden: values(&reader.texts(step::FORBIDDEN)),
        most_descriptors: limits(reader),
        ..Settings::default()
    };
    Placed { settings, after, programs, faults }
}

/// `limites = { descripteurs = 16 }`
fn limits(reader: &mut Reader) -> Option<u32> {
    let table = reader.table(step::LIMITS)?;
    let mut inner = reader.inside(table.value, table.span);
    let most = inner.integer(step::DESCRIPTORS, &(3..=1_048_576));
    if table.value.is_empty() {
        inner.problems.push(table.span, FrontFault::EmptyValue { key: step::LIMITS.to_owned() });
    }
    inner.finish();
    most.and_then(|most| u32::try_from(most.value).ok())
}

#[cfg(test)]
mod tests;
