//! The pages in the program, and those of a folder of lessons that take their place by name.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use crate::content::call::{self, Call};
use crate::content::entry::{self, Chapter, Entry};
use crate::content::finding::{self, Finding};
use crate::content::place::{FOLDERS, Place};
use crate::finding::Id;
use crate::lesson::catalog::{self, CatalogError};
use crate::lesson::front;
use crate::lesson::layout::front_span;
use crate::lesson::problem::{PageFault, Problem};
use crate::syscall::vocabulary::{self, FUNCTIONS};

/// Where pages are looked for: a folder of lessons first, if there is one. Nothing is read before it is asked for.
#[derive(Clone, Debug, Default)]
pub struct Book {
    folder: Option<PathBuf>,
}

/// One file, not yet read as a page.
#[derive(Clone, Debug)]
pub struct File {
    /// As messages show it.
    pub path: PathBuf,
    pub bytes: Cow<'static, [u8]>,
    pub place: Place,
}

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum PageError {
    Unreadable(CatalogError),
    /// Every problem of the file.
    Wrong {
        file: File,
        problems: Vec<Problem>,
    },
}

impl File {
    /// Reads a file that may be a page; `None` for what is in none of the folders of pages.
    ///
    /// # Errors
    /// When there is no such file, when it cannot be read.
    pub fn open(path: &Path) -> Result<Option<File>, CatalogError> {
        let Some(place) = Place::of(path).or_else(|| Place::of(&fs::canonicalize(path).ok()?)) else {
            return Ok(None);
        };
        let entry = catalog::Entry::open(path)?;
        Ok(Some(File { path: entry.path, bytes: entry.bytes, place }))
    }

    fn shipped(place: Place) -> Option<File> {
        let bytes = catalog::shipped(&place.path())?;
        Some(File { path: Path::new("lessons").join(place.path()), bytes: Cow::Borrowed(bytes), place })
    }

    /// The text, for messages: what is not UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// What is wrong in it; empty where it can be read.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        match self.place {
            Place::Finding(id) => self.finding(id).err().unwrap_or_default(),
            _ => self.place.problems(&self.bytes),
        }
    }

    /// A page that says what the one in the program leaves to the facts would never be read there, and the reverse
    /// would be a hole.
    fn finding(&self, id: Id) -> Result<Finding, Vec<Problem>> {
        let found = finding::parse(id, &self.bytes)?;
        let other = |shipped: &File| shipped.bytes != self.bytes;
        let Some(shipped) = File::shipped(Place::Finding(id)).filter(other) else { return Ok(found) };
        let Ok(shipped) = finding::parse(id, &shipped.bytes) else { return Ok(found) };
        let text = self.text();
        let span = front_span(&text).map(|span| front::opening(&text, span)).unwrap_or_default();
        let kind = |(part, has): (&'static str, bool)| {
            if has { PageFault::ComposedPart(part) } else { PageFault::MissingPart(part) }
        };
        let parts = found.parts().into_iter().zip(shipped.parts()).filter(|(own, other)| own.1 != other.1);
        let problems: Vec<Problem> = parts.map(|(own, _)| Problem { span, kind: kind(own).into() }).collect();
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }
}

impl Book {
    /// The pages of a folder of lessons before those in the program; `None` for these alone.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Book {
        Book { folder: folder.map(Path::to_owned) }
    }

    /// The page of a function; `None` where the vocabulary has none of that name.
    ///
    /// # Errors
    /// When the page cannot be read, or is badly written.
    pub fn call(&self, name: &str) -> Result<Option<Call>, PageError> {
        if vocabulary::function(name).is_none() {
            return Ok(None);
        }
        self.read(Place::Call(name.to_owned()), |file| call::parse(name, &file.bytes))
    }

    /// Every page of a function, in the order of the vocabulary.
    ///
    /// # Errors
    /// When one cannot be read, or is badly written.
    pub fn calls(&self) -> Result<Vec<Call>, PageError> {
        FUNCTIONS.iter().filter_map(|function| self.call(function.name.as_str()).transpose()).collect()
    }

    /// A chapter: the entries in the program, each replaced by the one of the folder, then those that it adds.
    ///
    /// # Errors
    /// When the file cannot be read, or is badly written.
    pub fn chapter(&self, chapter: Chapter) -> Result<Vec<Entry>, PageError> {
        let parse = |file: &File| entry::parse(chapter, &file.bytes);
        let place = Place::Chapter(chapter);
        let mut own = self.own(&place)?.map(|file| checked(file, parse)).transpose()?.unwrap_or_default();
        let mut entries = Book::default().read(place, parse)?.unwrap_or_default();
        for entry in &mut entries {
            if let Some(index) = own.iter().position(|one| one.name == entry.name) {
                *entry = own.remove(index);
            }
        }
        entries.extend(own);
        Ok(entries)
    }

    /// The entry of that name.
    ///
    /// # Errors
    /// When the file cannot be read, or is badly written.
    pub fn entry(&self, chapter: Chapter, name: &str) -> Result<Option<Entry>, PageError> {
        Ok(self.chapter(chapter)?.into_iter().find(|entry| entry.name == name))
    }

    /// The page of a finding.
    ///
    /// # Errors
    /// When the page cannot be read, or is badly written.
    pub fn finding(&self, id: Id) -> Result<Finding, PageError> {
        Ok(self.read(Place::Finding(id), |file| file.finding(id))?.unwrap_or_default())
    }

    /// Every file of the folder that is in one of those of pages, or of the program.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn files(&self) -> Result<Vec<File>, CatalogError> {
        let Some(folder) = &self.folder else {
            let paths = FOLDERS.into_iter().flat_map(catalog::shipped_in);
            return Ok(paths.filter_map(|path| File::shipped(Place::of(path)?)).collect());
        };
        let mut paths: Vec<PathBuf> = FOLDERS.into_iter().flat_map(|inner| pages_in(&folder.join(inner))).collect();
        paths.sort();
        let files = paths.iter().map(|path| File::open(path));
        Ok(files.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn own(&self, place: &Place) -> Result<Option<File>, PageError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        match File::open(&folder.join(place.path())) {
            Err(CatalogError::NoSuchFile(_)) => Ok(None),
            found => found.map_err(PageError::Unreadable),
        }
    }

    /// The page of the folder, or else of the program; one that is badly written is not passed over.
    fn read<T>(&self, place: Place, parse: impl Fn(&File) -> Result<T, Vec<Problem>>) -> Result<Option<T>, PageError> {
        let own = self.own(&place)?;
        own.or_else(|| File::shipped(place)).map(|file| checked(file, parse)).transpose()
    }
}

fn checked<T>(file: File, parse: impl Fn(&File) -> Result<T, Vec<Problem>>) -> Result<T, PageError> {
    parse(&file).map_err(|problems| PageError::Wrong { file, problems })
}

/// The `.md` files of a folder; nothing where there is no such folder.
fn pages_in(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    found.filter(|path| catalog::is_lesson(path) && !path.is_dir()).collect()
}

/// The names that must have a page or an entry and have none in these files, with the file where each is missing. What
/// a file that cannot be read lacks is not known.
#[must_use]
pub fn missing(files: &[File]) -> Vec<(&'static str, String)> {
    let find = |place: &Place| files.iter().find(|file| file.place == *place);
    let calls = FUNCTIONS.iter().map(|function| (function.name.as_str(), Place::Call(function.name.to_string())));
    let pages = calls.chain(Id::all().map(|id| (id.name(), Place::Finding(id))));
    let pages = pages.filter(|(_, place)| find(place).is_none()).map(|(name, place)| (name, place.path()));
    let entries = Chapter::ALL.into_iter().flat_map(|chapter| {
        let place = Place::Chapter(chapter);
        let found = find(&place).map_or(Ok(Vec::new()), |file| entry::parse(chapter, &file.bytes));
        let names = found.map(|entries| without(chapter.names(), &entries)).unwrap_or_default();
        names.into_iter().map(move |name| (name, place.path()))
    });
    pages.chain(entries).collect()
}

fn without(mut names: Vec<&'static str>, entries: &[Entry]) -> Vec<&'static str> {
    names.retain(|name| entries.iter().all(|entry| entry.name != *name));
    names
}
