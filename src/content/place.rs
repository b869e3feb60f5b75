//! Where each page is, and what it is about.

use std::path::Path;

use crate::content::entry::Chapter;
use crate::content::{call, entry, finding};
use crate::finding::Id;
use crate::lesson::problem::{PageFault, Problem, Unknown};
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;

/// The folders of pages, inside that of the lessons.
pub const FOLDERS: [&str; 3] = [CALLS, CHAPTERS, FINDINGS];

const CALLS: &str = "dictionnaire/appels";
const CHAPTERS: &str = "dictionnaire";
const FINDINGS: &str = "constats";

/// What a page is about; `Unknown` holds a name that is none of those of its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A function, by its name.
    Call(String),
    Chapter(Chapter),
    Finding(Id),
    Unknown(Unknown),
}

impl Place {
    /// That of a file, from its path; `None` for what is in none of the folders.
    #[must_use]
    pub fn of(path: &Path) -> Option<Place> {
        let name = path.file_stem()?.to_str()?;
        let folder = FOLDERS.into_iter().find(|folder| path.parent().is_some_and(|parent| parent.ends_with(folder)))?;
        let unknown = |near| Place::Unknown(Unknown { name: clip(name), near });
        Some(match folder {
            CALLS => Place::Call(name.to_owned()),
            CHAPTERS => Chapter::ALL
                .into_iter()
                .find(|chapter| chapter.file() == name)
                .map_or_else(|| unknown(nearest(name, Chapter::ALL.map(Chapter::file))), Place::Chapter),
            _ => Id::from_name(name).map_or_else(|| unknown(nearest(name, Id::all().map(Id::name))), Place::Finding),
        })
    }

    /// Its path inside the folder of the lessons.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Place::Call(name) => format!("{CALLS}/{name}.md"),
            Place::Chapter(chapter) => format!("{CHAPTERS}/{}.md", chapter.file()),
            Place::Finding(id) => format!("{FINDINGS}/{}.md", id.name()),
            Place::Unknown(unknown) => format!("{}.md", unknown.name),
        }
    }

    /// What is wrong in its page; empty where it can be read.
    #[must_use]
    pub fn problems(&self, bytes: &[u8]) -> Vec<Problem> {
        let read = match self {
            Place::Call(name) => call::parse(name, bytes).map(drop),
            Place::Chapter(chapter) => entry::parse(*chapter, bytes).map(drop),
            Place::Finding(id) => finding::parse(*id, bytes).map(drop),
            Place::Unknown(unknown) => {
                let kind = PageFault::UnknownName(unknown.clone()).into();
                Err(vec![Problem { span: Span::default(), kind }])
            }
        };
        read.err().unwrap_or_default()
    }
}
