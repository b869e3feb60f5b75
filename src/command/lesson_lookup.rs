//! The lessons as the commands need them: opened, listed, and the learner's place in them.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::cli::LessonArgs;
use crate::cli::value::Choice;
use crate::lesson::catalog::{self, Catalog};
use crate::lesson::model::{Kind, Lesson};

/// One lesson of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonSummary {
    pub number: u32,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub minutes: u32,
    /// 1 or 2: first or second year.
    pub level: u32,
}

/// The lessons of a folder, or the embedded ones, by number. A file that does not parse is left to `lint`.
///
/// # Errors
/// When the folder cannot be read.
pub fn entries(folder: Option<&Path>) -> Result<Vec<LessonSummary>, Failure> {
    let catalog = catalog(folder)?;
    let entries: Vec<LessonSummary> =
        catalog.entries.iter().filter_map(|entry| describe(&entry.parse().ok()?)).collect();
    match folder {
        Some(path) if entries.is_empty() => Err(Failure::NoLesson { path: path.to_owned() }),
        _ => Ok(entries),
    }
}

fn describe(lesson: &Lesson) -> Option<LessonSummary> {
    let Kind::Lesson(front) = &lesson.kind else { return None };
    Some(LessonSummary {
        number: front.number,
        slug: front.slug.clone(),
        title: lesson.title.clone(),
        summary: front.summary.clone(),
        minutes: front.minutes,
        level: front.level,
    })
}

/// The lesson that the command line names.
///
/// # Errors
/// When there is none, or when it is badly written: every problem of the file is said.
pub fn open(arguments: &LessonArgs) -> Result<Lesson, Failure> {
    let catalog = catalog(arguments.lessons.as_deref())?;
    let entry = match &arguments.what {
        Some(Choice::Number(number)) => catalog.open(&number.to_string()),
        Some(Choice::Slug(slug)) => catalog.open(slug),
        Some(Choice::File(path)) => catalog::Entry::open(path),
        None => catalog.open(""),
    };
    read(&entry.map_err(Failure::Catalog)?)
}

/// One file as a lesson.
///
/// # Errors
/// Every problem of the file, in words.
pub fn read(entry: &catalog::Entry) -> Result<Lesson, Failure> {
    entry.parse().map_err(|problems| Failure::BadLesson { entry: entry.clone(), problems })
}

/// The embedded lessons, or those of a folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn catalog(folder: Option<&Path>) -> Result<Catalog, Failure> {
    folder.map_or_else(|| Ok(Catalog::embedded()), |folder| Catalog::folder(folder).map_err(Failure::Catalog))
}

/// Every file that these paths name; a folder gives its `.md` files.
///
/// # Errors
/// When one cannot be read.
pub fn files(paths: &[PathBuf]) -> Result<Vec<catalog::Entry>, Failure> {
    if paths.is_empty() {
        return Ok(Catalog::embedded().entries);
    }
    let mut entries = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = Catalog::folder(path).map_err(Failure::Catalog)?;
            if found.entries.is_empty() {
                return Err(Failure::NoLesson { path: path.clone() });
            }
            entries.extend(found.entries);
        } else {
            entries.push(catalog::Entry::open(path).map_err(Failure::Catalog)?);
        }
    }
    Ok(entries)
}
