//! The front matter: of a lesson, or of the checks of an exercise.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use crate::lesson::keywords::{FORMAT, RESERVED_ACTORS, check, fold, front, is_name, is_slug, need, need_names};
use crate::lesson::model::{ChecksFront, Draw, Kind, LessonFront, Need, Submitted};
use crate::lesson::problem::{FrontFault, Problems, TomlType, Unknown};
use crate::lesson::table::{self, At, Reader};
use crate::lesson::words::range;
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

/// The longest text that may be drawn, in bytes.
const LONGEST_DRAW: usize = 65536;

/// Actors that a lesson may have, born ones included: no screen shows more.
pub const MOST_ACTORS: usize = 32;

/// What the front matter says, whichever kind of file it opens.
#[derive(Debug)]
pub struct Front {
    pub kind: Kind,
    pub title: String,
    pub actors: Vec<String>,
    pub port: Option<u16>,
    pub other_ports: Vec<u16>,
    pub needs: Vec<Need>,
    pub shows_descriptors: bool,
    pub span: Span,
}

/// Reads the front matter. Where it is wrong, what could be read is kept, so that the steps can be read too.
pub fn parse(text: &str, span: Span, problems: &mut Problems) -> Front {
    let source = text.get(span.start..span.end).unwrap_or_default();
    let table = table::parse(source, span.start, problems);
    let mut reader = Reader::new(&table, span.start, opening(text, span), problems);
    let checks = reader.has(front::EXERCISE);
    let front = read(&mut reader, checks, span);
    reader.finish();
    front
}

/// The line above it, where what is missing is reported.
pub fn opening(text: &str, span: Span) -> Span {
    let start = text.get(..span.start).and_then(|before| before.rfind("+++")).unwrap_or(span.start);
    Span { start, end: span.start }
}

/// The number and the slug alone, where they can be read.
pub fn identity(text: &str, span: Span) -> (Option<u32>, Option<String>) {
    let source = text.get(span.start..span.end).unwrap_or_default();
    let mut ignored = Problems::default();
    let table = table::parse(source, span.start, &mut ignored);
    let mut reader = Reader::new(&table, span.start, span, &mut ignored);
    let number = reader.integer(front::NUMBER, &(0..=99)).and_then(|number| u32::try_from(number.value).ok());
    let slug = reader.text(front::SLUG).map(|slug| slug.value).filter(|slug| is_slug(slug));
    (number, slug)
}

fn read(reader: &mut Reader, checks: bool, span: Span) -> Front {
    format(reader);
    reader.require(front::TITLE);
    let title = reader.text(front::TITLE).map(|title| title.value).unwrap_or_default();
    reader.require(front::ACTORS);
    let actors = actors(reader);
    let port = reader.integer(front::PORT, &(1..=65535)).and_then(|port| u16::try_from(port.value).ok());
    let others = reader.integers(front::OTHER_PORTS, &(1..=65535));
    let other_ports = others.into_iter().filter_map(|port| u16::try_from(port.value).ok()).collect();
    let needs = needs(reader, front::NEEDS);
    let shows_descriptors = shows(reader);
    let kind = if checks { checks_front(reader) } else { lesson_front(reader) };
    Front { kind, title, actors, port, other_ports, needs, shows_descriptors, span }
}

/// The version of the format, which every file has.
pub fn format(reader: &mut Reader) {
    reader.require(front::FORMAT);
    let version = reader.integer(front::FORMAT, &(0..=i64::MAX));
    if let Some(version) = version.filter(|version| version.value != FORMAT) {
        reader.problems.push(version.span, FrontFault::UnknownFormat(version.value));
    }
}

fn actors(reader: &mut Reader) -> Vec<String> {
    let mut actors: Vec<String> = Vec::new();
    for actor in reader.texts(front::ACTORS) {
        let fault = if RESERVED_ACTORS.contains(&actor.value.as_str()) {
            FrontFault::ReservedActor(actor.value)
        } else if !is_name(&actor.value) {
            FrontFault::BadName(clip(&actor.value))
        } else if actors.contains(&actor.value) {
            FrontFault::DuplicateActor(clip(&actor.value))
        } else if actors.len() >= MOST_ACTORS {
            reader.problems.push(actor.span, FrontFault::TooManyActors { most: MOST_ACTORS });
            break;
        } else {
            actors.push(actor.value);
            continue;
        };
        reader.problems.push(actor.span, fault);
    }
    actors
}

/// `exige = ["ipv6"]`, of a file or of a step.
pub fn needs(reader: &mut Reader, key: &'static str) -> Vec<Need> {
    let mut needs = Vec::new();
    for word in reader.texts(key) {
        if let Some(need) = need(&word.value) {
            needs.push(need);
        } else {
            let unknown = Unknown { name: clip(&word.value), near: nearest(&word.value, need_names()) };
            reader.problems.push(word.span, FrontFault::UnknownNeed(unknown));
        }
    }
    needs
}

fn shows(reader: &mut Reader) -> bool {
    const DESCRIPTORS: &str = "descripteurs";
    let mut shows = false;
    for word in reader.texts(front::SHOWS) {
        if word.value == DESCRIPTORS {
            shows = true;
        } else {
            let unknown = Unknown { name: clip(&word.value), near: Some(DESCRIPTORS.to_owned()) };
            reader.problems.push(word.span, FrontFault::UnknownShow(unknown));
        }
    }
    shows
}

fn lesson_front(reader: &mut Reader) -> Kind {
    for key in [front::NUMBER, front::SLUG, front::SUMMARY, front::MINUTES, front::OBJECTIVES] {
        reader.require(key);
    }
    let number = small(reader.integer(front::NUMBER, &(0..=99)), 0);
    let slug = reader.text(front::SLUG);
    if let Some(slug) = slug.as_ref().filter(|slug| !is_slug(&slug.value)) {
        reader.problems.push(slug.span, FrontFault::BadSlug(clip(&slug.value)));
    }
    let objectives = reader.texts(front::OBJECTIVES).into_iter().map(|text| text.value).collect();
    let prerequisites = reader.integers(front::PREREQUISITES, &(0..=99));
    Kind::Lesson(LessonFront {
        number,
        slug: slug.map(|slug| slug.value).unwrap_or_default(),
        summary: reader.text(front::SUMMARY).map(|text| text.value).unwrap_or_default(),
        minutes: small(reader.integer(front::MINUTES, &(5..=60)), 5),
        level: small(reader.integer(front::LEVEL, &(1..=2)), 1),
        prerequisites: prerequisites.into_iter().map(|number| small(Some(number), 0)).collect(),
        objectives,
    })
}

fn small(number: Option<At<i64>>, default: u32) -> u32 {
    number.and_then(|number| u32::try_from(number.value).ok()).unwrap_or(default)
}

fn checks_front(reader: &mut Reader) -> Kind {
    reader.require(front::POINTS);
    reader.require(front::PROGRAMS);
    let exercise = small(reader.integer(front::EXERCISE, &(0..=99)), 0);
    let points = small(reader.integer(front::POINTS, &(1..=1000)), 0);
    let programs = reader.table(front::PROGRAMS).map(|table| programs(reader, &table)).unwrap_or_default();
    let draws = reader.table(front::DRAWS).map(|table| draws(reader, &table)).unwrap_or_default();
    Kind::Checks(ChecksFront { exercise, points, programs, draws })
}

fn programs<'a>(reader: &mut Reader<'a, '_>, table: &At<&'a DeTable<'a>>) -> BTreeMap<String, Submitted> {
    let entries = reader.entries(table.value);
    let names: Vec<String> = entries.iter().map(|(name, _)| name.value.clone()).collect();
    if entries.is_empty() {
        reader.problems.push(table.span, FrontFault::EmptyValue { key: front::PROGRAMS.to_owned() });
    }
    let mut programs = BTreeMap::new();
    for (name, value) in entries {
        if !is_name(&name.value) || RESERVED_ACTORS.contains(&name.value.as_str()) {
            reader.problems.push(name.span, FrontFault::BadName(clip(&name.value)));
        }
        if let Some(table) = value.as_table() {
            let submitted = submitted(reader, table, &name, &names);
            programs.insert(name.value, submitted);
        } else {
            let wanted = TomlType::Table;
            reader.problems.push(name.span, FrontFault::WrongType { key: clip(&name.value), wanted });
        }
    }
    programs
}

fn submitted<'a>(
    reader: &mut Reader<'a, '_>,
    table: &'a DeTable<'a>,
    name: &At<String>,
    names: &[String],
) -> Submitted {
    let mut inner = reader.inside(table, name.span);
    inner.require(front::COMMAND);
    let command = inner.texts(front::COMMAND).into_iter().map(|text| text.value).collect();
    let program = inner.text(front::SUBMISSION);
    if let Some(program) = program.as_ref().filter(|program| !names.contains(&program.value)) {
        let near = nearest(&program.value, names.iter().map(String::as_str));
        let unknown = Unknown { name: clip(&program.value), near };
        inner.problems.push(program.span, FrontFault::UnknownSubmission(unknown));
    }
    inner.finish();
    Submitted { command, program: program.map_or_else(|| name.value.clone(), |program| program.value) }
}

fn draws<'a>(reader: &mut Reader<'a, '_>, table: &At<&'a DeTable<'a>>) -> BTreeMap<String, Draw> {
    let mut draws = BTreeMap::new();
    for (name, value) in reader.entries(table.value) {
        if !is_name(&name.value) || name.value == front::PORT {
            reader.problems.push(name.span, FrontFault::BadName(clip(&name.value)));
        }
        match draw(value) {
            Some(draw) => {
                draws.insert(name.value, draw);
            }
            None => reader.problems.push(name.span, FrontFault::UnknownDraw(clip(&name.value))),
        }
    }
    draws
}

/// `mot`, `mot 3000`, `2..5`.
fn draw(value: &DeValue) -> Option<Draw> {
    let text = value.as_str()?.trim();
    let folded = fold(text);
    if folded == check::WORD {
        return Some(Draw::Word);
    }
    if let Some(length) = folded.strip_prefix(check::WORD) {
        let length = length.trim().parse().ok().filter(|length| (1..=LONGEST_DRAW).contains(length))?;
        return Some(Draw::Text { length });
    }
    let bounds = range(text).filter(|range| range.to < i64::MAX)?;
    Some(Draw::Number { from: bounds.from, to: bounds.to })
}

#[cfg(test)]
mod tests;
