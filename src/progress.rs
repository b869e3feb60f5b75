//! The learner's file: for each lesson, the last step reached, and whether it was finished.
//!
//! It is `$XDG_STATE_HOME/socketlab/progression.toml`, or `~/.local/state/socketlab/progression.toml` (XDG Base
//! Directory Specification). Nothing in it is ever lost: a file that cannot be read is kept aside, one written by a
//! later socketlab is left alone, and two socketlabs at once add to each other.

mod clock;
mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::clock::utc;

/// Version of the file's format.
pub const FORMAT: u32 = 1;

/// What is remembered of one lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The id of the last step reached.
    pub step: String,
    #[serde(default)]
    pub finished: bool,
    /// When, in UTC: `2026-05-04T10:21:00Z`.
    #[serde(default)]
    pub at: String,
}

/// The learner's progress. It is always usable: without a file, it lives in memory.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Where to save; `None` where that is not possible.
    path: Option<PathBuf>,
    marks: BTreeMap<u32, Mark>,
    /// Lessons marked since the file was read.
    changed: BTreeSet<u32>,
}

/// Why progress is not what the learner expects. The lesson goes on; one sentence says it.
#[derive(Debug)]
pub enum Trouble {
    /// Neither XDG_STATE_HOME nor HOME says where to save.
    NoHome,
    /// The file is there and cannot be read; it is not touched.
    Unreadable { path: PathBuf, error: io::Error },
    /// The file made no sense; it is kept under this other name, and a new one begins.
    Corrupt { path: PathBuf, kept: PathBuf },
    /// The file makes no sense and cannot be put aside; it is not touched.
    Stuck { path: PathBuf, error: io::Error },
    /// A later socketlab wrote it; it is not touched.
    Newer { path: PathBuf, format: u32 },
    /// It could not be written.
    Unwritable { path: PathBuf, error: io::Error },
}

/// Where the file is for this environment, which `variable` reads; `None` where nothing says. A relative
/// XDG_STATE_HOME does not count, as its specification says.
#[must_use]
pub fn location(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
    state.map(|state| state.join("socketlab/progression.toml"))
}

impl Progress {
    /// Reads the learner's file. An absent file is an empty progress, without trouble.
    #[must_use]
    pub fn load(path: Option<PathBuf>) -> (Progress, Option<Trouble>) {
        let Some(path) = path else { return (Progress::default(), Some(Trouble::NoHome)) };
        match file::read(&path) {
            Ok(marks) => (Progress { path: Some(path), marks, ..Progress::default() }, None),
            Err(file::Fault::Senseless) => Progress::beside(path),
            Err(file::Fault::Newer(format)) => (Progress::default(), Some(Trouble::Newer { path, format })),
            Err(file::Fault::Unreadable(error)) => (Progress::default(), Some(Trouble::Unreadable { path, error })),
        }
    }

    /// Puts a senseless file aside and starts anew.
    fn beside(path: PathBuf) -> (Progress, Option<Trouble>) {
        match file::put_aside(&path) {
            Ok(kept) => {
                let trouble = Trouble::Corrupt { path: path.clone(), kept };
                (Progress { path: Some(path), ..Progress::default() }, Some(trouble))
            }
            Err(error) => (Progress::default(), Some(Trouble::Stuck { path, error })),
        }
    }

    /// What is known of a lesson.
    #[must_use]
    pub fn mark(&self, lesson: u32) -> Option<&Mark> {
        self.marks.get(&lesson)
    }

    /// The learner reached this step, at this time (see [`utc`]). A finished lesson stays finished.
    pub fn mark_step(&mut self, lesson: u32, step: &str, at: &str) {
        let mark = self.marks.entry(lesson).or_default();
        step.clone_into(&mut mark.step);
        at.clone_into(&mut mark.at);
        self.changed.insert(lesson);
    }

    /// The learner came to the end of the lesson.
    pub fn mark_finished(&mut self, lesson: u32, at: &str) {
        let mark = self.marks.entry(lesson).or_default();
        mark.finished = true;
        at.clone_into(&mut mark.at);
        self.changed.insert(lesson);
    }

    /// Writes what changed, in one stroke: the file is the old one or the new one, never a half. What another socketlab
    /// wrote meanwhile about other lessons is kept. Does nothing where nothing changed or nothing can be saved.
    ///
    /// # Errors
    /// `Trouble::Unwritable`, with what the system says, or what became of the file since it was read. Further calls try
    /// again.
    pub fn save(&mut self) -> Result<(), Trouble> {
        let Some(path) = self.path.clone() else { return Ok(()) };
        if self.changed.is_empty() {
            return Ok(());
        }
        let mut marks = meanwhile(&path)?;
        for lesson in &self.changed {
            if let Some(mark) = self.marks.get(lesson) {
                let before = marks.insert(*lesson, mark.clone());
                let finished = before.is_some_and(|before| before.finished);
                marks.entry(*lesson).and_modify(|mark| mark.finished |= finished);
            }
        }
        file::write(&path, &marks).map_err(|error| Trouble::Unwritable { path, error })?;
        self.marks = marks;
        self.changed.clear();
        Ok(())
    }
}

/// What the file holds now; one that makes no sense any more is put aside.
fn meanwhile(path: &Path) -> Result<BTreeMap<u32, Mark>, Trouble> {
    let path = path.to_owned();
    match file::read(&path) {
        Ok(marks) => Ok(marks),
        Err(file::Fault::Newer(format)) => Err(Trouble::Newer { path, format }),
        Err(file::Fault::Unreadable(error)) => Err(Trouble::Unwritable { path, error }),
        Err(file::Fault::Senseless) => match file::put_aside(&path) {
            Ok(_) => Ok(BTreeMap::new()),
            Err(error) => Err(Trouble::Unwritable { path, error }),
        },
    }
}

#[cfg(test)]
mod tests;
