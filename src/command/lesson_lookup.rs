//! The lessons as the commands need them: opened, listed, and the learner's place in them.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::cli::LessonArgs;
use crate::cli::value::Choice;
use crate::content::book::{Book, File, PageError};
use crate::lesson::catalog::{self, Catalog, CatalogError};
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

/// Why a page cannot be shown.
#[must_use]
pub fn unreadable(error: PageError) -> Failure {
    match error {
        PageError::Unreadable(error) => Failure::Catalog(error),
        PageError::Wrong { file, problems } => Failure::BadPage { file, problems },
    }
}

/// The embedded lessons, or those of a folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn catalog(folder: Option<&Path>) -> Result<Catalog, Failure> {
    folder.map_or_else(|| Ok(Catalog::embedded()), |folder| Catalog::folder(folder).map_err(Failure::Catalog))
}

/// What an author has checked.
#[derive(Debug, Default)]
pub struct Drafts {
    pub lessons: Vec<catalog::Entry>,
    pub pages: Vec<File>,
}

/// Every file that these paths name; a folder gives its `.md` files, and the pages in its folders of pages.
///
/// # Errors
/// When one cannot be read.
pub fn files(paths: &[PathBuf]) -> Result<Drafts, Failure> {
    if paths.is_empty() {
        let pages = Book::default().files().map_err(Failure::Catalog)?;
        return Ok(Drafts { lessons: Catalog::embedded().entries, pages });
    }
    let mut drafts = Drafts::default();
    for path in paths {
        let before = drafts.lessons.len() + drafts.pages.len();
        drafts.add(path).map_err(Failure::Catalog)?;
        if path.is_dir() && drafts.lessons.len() + drafts.pages.len() == before {
            return Err(Failure::NoLesson { path: path.clone() });
        }
    }
    Ok(drafts)
}

impl Drafts {
    fn add(&mut self, path: &Path) -> Result<(), CatalogError> {
        if !path.is_dir() {
            match File::open(path)? {
                Some(page) => self.pages.push(page),
                None => self.lessons.push(catalog::Entry::open(path)?),
            }
            return Ok(());
        }
        for entry in Catalog::folder(path)?.entries {
            match File::open(&entry.path)? {
                Some(page) => self.pages.push(page),
                None => self.lessons.push(entry),
            }
        }
        self.pages.extend(Book::new(Some(path)).files()?);
        Ok(())
    }
}
