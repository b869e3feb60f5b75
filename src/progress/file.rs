//! The file itself: reading without trust, writing in one stroke.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{FORMAT, Mark};

/// The largest file that is read, in bytes: a thousand times what the lessons need.
const LARGEST: u64 = 1 << 20;

/// What the file holds. TOML keys are strings, so lessons are too.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    format: u32,
    #[serde(default)]
    lessons: BTreeMap<String, Mark>,
}

/// The version alone, which is read first.
#[derive(Debug, Deserialize)]
struct Version {
    format: u32,
}

/// Why the file was not read.
#[derive(Debug)]
pub(super) enum Fault {
    Senseless,
    Newer(u32),
    Unreadable(io::Error),
}

/// The marks of a file; none where there is no file.
pub(super) fn read(path: &Path) -> Result<BTreeMap<u32, Mark>, Fault> {
    let bytes = match bytes(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        other => other.map_err(Fault::Unreadable)?,
    };
    let text = String::from_utf8(bytes).map_err(|_| Fault::Senseless)?;
    let version: Version = toml::from_str(&text).map_err(|_| Fault::Senseless)?;
    if version.format > FORMAT {
        return Err(Fault::Newer(version.format));
    }
    let content: Content = toml::from_str(&text).map_err(|_| Fault::Senseless)?;
    let marks = content.lessons.into_iter().map(|(lesson, mark)| Some((lesson.parse().ok()?, mark)));
    marks.collect::<Option<_>>().ok_or(Fault::Senseless)
}

/// One byte more than the largest file makes no sense as TOML, cut where it is.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        bytes = vec![0];
    }
    Ok(bytes)
}

/// Renames a senseless file to the first free name of `progression.toml.1`, `.2`…
pub(super) fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let mut names = (1..1000).map(|rank| PathBuf::from(format!("{}.{rank}", path.display())));
    let free = names.find(|name| name.symlink_metadata().is_err());
    let kept = free.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
    fs::rename(path, &kept).map(|()| kept)
}

/// Writes the whole file beside, then renames it over: rename(2) is atomic.
pub(super) fn write(path: &Path, marks: &BTreeMap<u32, Mark>) -> io::Result<()> {
    let lessons = marks.iter().map(|(lesson, mark)| (lesson.to_string(), mark.clone())).collect();
    let text = toml::to_string(&Content { format: FORMAT, lessons }).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A link, as people who keep their settings elsewhere have, stays a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = PathBuf::from(format!("{}.{}.tmp", target.display(), std::process::id()));
    let written = fill(&beside, text.as_bytes()).and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn fill(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
