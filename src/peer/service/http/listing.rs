//! The list of what a folder holds, as a page.

use std::fs::File;
use std::os::fd::OwnedFd;

use nix::dir::{Dir, Entry, Type};
use nix::errno::Errno;

use super::{HttpWords, markup};

/// The most names that are shown: a folder of a million files must cost neither memory nor minutes.
const MOST_NAMES: usize = 10_000;

/// The page of an open folder; `path`: decoded, from the root, empty for the root.
///
/// # Errors
/// Those of getdents64(2).
pub fn page(folder: File, path: &[u8], words: &HttpWords) -> Result<Vec<u8>, Errno> {
    let mut names = Vec::new();
    let mut complete = true;
    for entry in Dir::from_fd(OwnedFd::from(folder))? {
        let Some(name) = shown(&entry?) else { continue };
        if names.len() == MOST_NAMES {
            complete = false;
            break;
        }
        names.push(name);
    }
    names.sort_unstable();
    Ok((words.folder)(&title(path), &rows(path, &names), complete).into_bytes())
}

/// Its name, with a slash behind a folder's, unless it is hidden or could not be served.
fn shown(entry: &Entry) -> Option<Vec<u8>> {
    let mut name = entry.file_name().to_bytes().to_vec();
    let hidden = name.starts_with(b".");
    match entry.file_type() {
        _ if hidden => return None,
        Some(Type::Directory) => name.push(b'/'),
        // Where a link leads is known when it is followed; some file systems tell no type.
        Some(Type::File | Type::Symlink) | None => {}
        Some(_) => return None,
    }
    Some(name)
}

fn title(path: &[u8]) -> String {
    let mut title = String::from("/");
    markup::push_text(&mut title, path);
    if !path.is_empty() {
        title.push('/');
    }
    title
}

fn rows(path: &[u8], names: &[Vec<u8>]) -> String {
    let mut rows = String::new();
    if !path.is_empty() {
        rows.push_str("<li><a href=\"../\">../</a></li>\n");
    }
    for name in names {
        let (name, slash) = name.strip_suffix(b"/").map_or((name.as_slice(), ""), |name| (name, "/"));
        rows.push_str("<li><a href=\"");
        markup::push_encoded(&mut rows, name);
        rows.push_str(slash);
        rows.push_str("\">");
        markup::push_text(&mut rows, name);
        rows.push_str(slash);
        rows.push_str("</a></li>\n");
    }
    rows
}
