//! The chapters of the dictionary: one file each, one heading an entry.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::content::keywords::key;
use crate::content::page::{self, Page, Section};
use crate::lesson::problem::{PageFault, Problem, Unknown};
use crate::state::SocketState;
use crate::syscall::constant::{self, Group};
use crate::syscall::errno::Errno;
use crate::syscall::fault;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::near::nearest;
use crate::syscall::signal::Signal;
use crate::syscall::sys::Sys;
use crate::syscall::token::clip;
use crate::syscall::vocabulary;

/// What an entry says. Backquotes mark code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Other ways to ask for it.
    pub aliases: Vec<String>,
    pub paragraphs: Vec<String>,
    /// The lessons that teach it.
    pub lessons: Vec<u32>,
    /// Its page of the manual, where it has its own.
    pub page: Option<String>,
}

impl Entry {
    /// What it is.
    #[must_use]
    pub fn meaning(&self) -> &str {
        self.paragraphs.first().map_or("", String::as_str)
    }

    /// What to do about it, or what comes of it.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.paragraphs.get(1).map(String::as_str)
    }
}

/// A file of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    Errnos,
    /// The errors of getaddrinfo(3).
    GaiErrors,
    States,
    Signals,
    Constants,
    Words,
    /// The calls that a trace shows and that the C of the lessons does without.
    Traced,
}

/// Signals below are those of signal(7); the others are of real time, and have no meaning of their own.
const REAL_TIME: i32 = 32;

impl Chapter {
    pub const ALL: [Chapter; 7] = [
        Chapter::Errnos,
        Chapter::GaiErrors,
        Chapter::States,
        Chapter::Signals,
        Chapter::Constants,
        Chapter::Words,
        Chapter::Traced,
    ];

    /// The name of its file, without `.md`.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Chapter::Errnos => "erreurs",
            Chapter::GaiErrors => "erreurs-getaddrinfo",
            Chapter::States => "etats",
            Chapter::Signals => "signaux",
            Chapter::Constants => "constantes",
            Chapter::Words => "mots",
            Chapter::Traced => "appels-traces",
        }
    }

    /// The names that it must have.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Chapter::Errnos => Errno::all().filter_map(Errno::name).collect(),
            Chapter::GaiErrors => GaiError::all().filter_map(GaiError::name).collect(),
            Chapter::States => SocketState::all().map(SocketState::name).collect(),
            Chapter::Signals => (1..REAL_TIME).filter_map(|number| Signal::new(number).name()).collect(),
            Chapter::Constants | Chapter::Words => Vec::new(),
            Chapter::Traced => {
                let traced: BTreeSet<&str> =
                    Sys::all().map(Sys::name).chain(fault::calls()).map(Name::as_str).collect();
                traced.into_iter().filter(|name| vocabulary::function(name).is_none()).collect()
            }
        }
    }

    /// What the name of an entry is chosen from; nothing where any may be added.
    fn known(self) -> Option<Vec<&'static str>> {
        match self {
            Chapter::Words | Chapter::Traced => None,
            Chapter::Constants => {
                let own = |one: &&constant::Constant| !matches!(one.group, Group::Errno | Group::Signal);
                Some(constant::all().filter(own).map(|one| one.name).collect())
            }
            _ => Some(self.names()),
        }
    }

    /// How many paragraphs an entry has.
    fn paragraphs(self) -> RangeInclusive<usize> {
        match self {
            Chapter::States => 2..=2,
            Chapter::Errnos | Chapter::Signals => 1..=2,
            Chapter::GaiErrors | Chapter::Constants | Chapter::Words | Chapter::Traced => 1..=1,
        }
    }
}

/// Reads a chapter.
///
/// # Errors
/// Every problem of the file.
pub fn parse(chapter: Chapter, bytes: &[u8]) -> Result<Vec<Entry>, Vec<Problem>> {
    let mut page = Page::cut(bytes)?;
    page.front(|_| ());
    let known = chapter.known();
    let mut entries: Vec<Entry> = Vec::new();
    for section in std::mem::take(&mut page.sections) {
        if section.title.is_empty() {
            opening(&mut page, &section);
            continue;
        }
        if entries.iter().any(|entry| entry.name == section.title) {
            page.problems.push(section.place, PageFault::Twice(clip(&section.title)));
        }
        if let Some(known) = known.as_ref().filter(|known| !known.contains(&section.title.as_str())) {
            let near = nearest(&section.title, known.iter().copied());
            let unknown = Unknown { name: clip(&section.title), near };
            page.problems.push(section.place, PageFault::UnknownName(unknown));
        }
        entries.push(entry(&mut page, &section, chapter));
    }
    page.finish(&[], entries)
}

/// Nothing stands before the first entry, and no heading is empty.
fn opening(page: &mut Page, section: &Section) {
    if !section.is_empty() {
        page.problems.push(section.place, PageFault::OutOfPlace);
    }
}

fn entry(page: &mut Page, section: &Section, chapter: Chapter) -> Entry {
    let (aliases, lessons, manual) = page.card(section, |reader| {
        let aliases =
            if matches!(chapter, Chapter::Words | Chapter::States) { reader.texts(key::ALIASES) } else { Vec::new() };
        let traced = chapter == Chapter::Traced;
        if traced {
            reader.require(key::MANUAL);
        }
        let manual = if traced { reader.text(key::MANUAL) } else { None };
        (aliases, page::lessons(reader), manual)
    });
    let paragraphs = page.paragraphs(section);
    let wanted = chapter.paragraphs();
    if paragraphs.len() > *wanted.end() {
        page.problems.push(section.place, PageFault::TooManyParagraphs { most: *wanted.end() });
    } else if paragraphs.len() < *wanted.start() {
        page.problems.push(section.place, PageFault::TooFewParagraphs { least: *wanted.start() });
    }
    Entry {
        name: section.title.clone(),
        aliases: aliases.into_iter().map(|alias| alias.value).collect(),
        paragraphs,
        lessons,
        page: manual.map(|manual| manual.value),
    }
}
