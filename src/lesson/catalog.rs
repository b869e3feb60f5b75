//! The lessons that can be played: those in the program, or those of a folder.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::lesson::keywords::{fold, is_slug};
use crate::lesson::model::Lesson;
use crate::lesson::parse::{LARGEST, parse_bytes};
use crate::lesson::problem::Problem;
use crate::lesson::{front, layout};
use crate::syscall::near::nearest;

static EMBEDDED: Dir = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// What a lesson's file ends with.
const EXTENSION: &str = "md";

/// A file of the folder of lessons that is in the program, from its path in there.
#[must_use]
pub fn shipped(path: &str) -> Option<&'static [u8]> {
    EMBEDDED.get_file(path).map(include_dir::File::contents)
}

/// The paths of the `.md` files that are in the program, in this folder beside the lessons.
pub fn shipped_in(folder: &str) -> impl Iterator<Item = &'static Path> {
    let files = EMBEDDED.get_dir(folder).into_iter().flat_map(Dir::files);
    files.map(include_dir::File::path).filter(|path| is_lesson(path))
}

/// One file, not yet read as a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As messages show it: `lessons/05-accept.md`.
    pub path: PathBuf,
    /// Cut just behind what a lesson may have, where the file is larger.
    pub bytes: Cow<'static, [u8]>,
    /// From the front matter, or from the name of the file where that cannot be read.
    pub number: Option<u32>,
    pub slug: Option<String>,
}

/// Why there is no such lesson.
#[derive(Debug)]
pub enum CatalogError {
    NoSuchFolder(PathBuf),
    /// A file, where a folder was needed.
    NotAFolder(PathBuf),
    /// A folder, or a device, where a file was needed.
    NotAFile(PathBuf),
    NoSuchFile(PathBuf),
    Unreadable {
        path: PathBuf,
        error: io::Error,
    },
    /// The numbers that exist, and a near slug.
    NoSuchLesson {
        what: String,
        near: Option<String>,
        numbers: Vec<u32>,
    },
}

/// Lessons by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    pub entries: Vec<Entry>,
}

impl Entry {
    fn new(path: PathBuf, bytes: Cow<'static, [u8]>) -> Entry {
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let identity = layout::front_span(text).map(|span| front::identity(text, span)).unwrap_or_default();
        let named = from_file_name(&path);
        let number = identity.0.or(named.0);
        let slug = identity.1.or(named.1);
        Entry { path, bytes, number, slug }
    }

    /// Reads one file.
    ///
    /// # Errors
    /// When there is no such file, when it is none, when it cannot be read.
    pub fn open(path: &Path) -> Result<Entry, CatalogError> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => CatalogError::NoSuchFile(path.to_owned()),
            _ => CatalogError::Unreadable { path: path.to_owned(), error },
        };
        let metadata = fs::metadata(path).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(CatalogError::NotAFile(path.to_owned()));
        }
        let mut bytes = Vec::new();
        let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
        File::open(path).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(Entry::new(path.to_owned(), Cow::Owned(bytes)))
    }

    /// # Errors
    /// Every problem of the file.
    pub fn parse(&self) -> Result<Lesson, Vec<Problem>> {
        parse_bytes(&self.bytes)
    }

    /// The text, for messages: what is not UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    fn stem(&self) -> String {
        self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// `05-accept.md`
fn from_file_name(path: &Path) -> (Option<u32>, Option<String>) {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((digits, slug)) = stem.split_once('-') else { return (None, None) };
    let number = digits.parse().ok();
    (number, number.and(Some(slug.to_owned()).filter(|slug| is_slug(slug))))
}

impl Catalog {
    fn new(mut entries: Vec<Entry>) -> Catalog {
        entries.sort_by(|a, b| (a.number.unwrap_or(u32::MAX), &a.path).cmp(&(b.number.unwrap_or(u32::MAX), &b.path)));
        Catalog { entries }
    }

    /// The lessons in the program.
    #[must_use]
    pub fn embedded() -> Catalog {
        let files = EMBEDDED.files().filter(|file| is_lesson(file.path()));
        let entry = |file: &'static include_dir::File<'static>| {
            Entry::new(Path::new("lessons").join(file.path()), Cow::Borrowed(file.contents()))
        };
        Catalog::new(files.map(entry).collect())
    }

    /// The `.md` files of a folder, without its sub-folders.
    ///
    /// # Errors
    /// When there is no such folder, or when it or one of its files cannot be read.
    pub fn folder(folder: &Path) -> Result<Catalog, CatalogError> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => CatalogError::NoSuchFolder(folder.to_owned()),
            io::ErrorKind::NotADirectory => CatalogError::NotAFolder(folder.to_owned()),
            _ => CatalogError::Unreadable { path: folder.to_owned(), error },
        };
        let mut entries = Vec::new();
        for found in fs::read_dir(folder).map_err(unreadable)? {
            let path = found.map_err(unreadable)?.path();
            if is_lesson(&path) && !path.is_dir() {
                entries.push(Entry::open(&path)?);
            }
        }
        Ok(Catalog::new(entries))
    }

    /// The lesson of that number (`5`, `05`), slug (`accept`) or file name (`05-accept`, `05-accept.md`).
    ///
    /// # Errors
    /// `NoSuchLesson`.
    pub fn find(&self, what: &str) -> Result<&Entry, CatalogError> {
        let number: Option<u32> = what.parse().ok();
        let slug = fold(what.strip_suffix(".md").unwrap_or(what));
        let is_it = |entry: &&Entry| match number {
            Some(number) => entry.number == Some(number),
            None => entry.slug.as_deref() == Some(slug.as_str()) || entry.stem() == slug,
        };
        self.entries.iter().find(is_it).ok_or_else(|| CatalogError::NoSuchLesson {
            what: what.to_owned(),
            near: nearest(&slug, self.entries.iter().filter_map(|entry| entry.slug.as_deref())),
            numbers: self.entries.iter().filter_map(|entry| entry.number).collect(),
        })
    }

    /// A lesson of this catalog, or the file of that path: what holds a `/`, or names an existing `.md` file.
    ///
    /// # Errors
    /// When there is no such lesson or file.
    pub fn open(&self, what: &str) -> Result<Entry, CatalogError> {
        let path = Path::new(what);
        if what.contains('/') || (is_lesson(path) && path.exists()) {
            return Entry::open(path);
        }
        self.find(what).cloned()
    }
}

/// Hidden files are those of editors.
#[must_use]
pub fn is_lesson(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let readme = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    !hidden && !readme && path.extension().is_some_and(|extension| extension == EXTENSION)
}

#[cfg(test)]
mod tests;
