//! What is served, and what a target finds in it.
//!
//! A name that starts with a dot is neither served nor listed: `.git`, `.env` and the like are left in a folder
//! without a thought, and `.` and `..` go the same way. Nor is a path with an empty segment: `//host` is another host
//! to a browser that is redirected there.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;

use super::refusal::Refusal;
use super::target::Target;
use super::{HttpWords, beneath, listing, markup, media};
use crate::observe::own::out_of_the_way;

/// What a server serves.
#[derive(Debug)]
pub enum Content {
    /// The page that comes with socketlab.
    Welcome,
    /// One file, found again at each request.
    File {
        path: PathBuf,
        /// The last component of `path`.
        name: Vec<u8>,
    },
    /// A folder, open since the start, with what is beneath it.
    Folder(File),
}

/// Why a path cannot be served.
#[derive(Debug)]
pub enum ContentError {
    /// stat(2) or open(2) failed.
    Unreachable(io::Error),
    /// A device, a FIFO or a socket.
    NotAFile,
}

/// What a target leads to.
#[derive(Debug)]
pub enum Found {
    Page(Vec<u8>),
    /// From its start, so many bytes.
    File {
        file: File,
        length: u64,
        media: &'static str,
    },
    /// A folder without its final slash: the address with it.
    Moved(String),
}

impl Content {
    /// What a path names, seen now; `None`: the page that comes with socketlab.
    ///
    /// # Errors
    /// When it cannot be served.
    pub fn new(path: Option<&Path>) -> Result<Content, ContentError> {
        let Some(path) = path else { return Ok(Content::Welcome) };
        let file = File::from(out_of_the_way(OwnedFd::from(open(path).map_err(ContentError::Unreachable)?)));
        let metadata = file.metadata().map_err(ContentError::Unreachable)?;
        if metadata.is_dir() {
            return Ok(Content::Folder(file));
        }
        let name = path.file_name().map(|name| name.as_bytes().to_vec()).unwrap_or_default();
        if metadata.is_file() { Ok(Content::File { path: path.to_owned(), name }) } else { Err(ContentError::NotAFile) }
    }

    /// What a target leads to.
    ///
    /// # Errors
    /// Why there is nothing to send; the connection is still sound.
    pub fn find(&self, target: &Target<'_>, words: &HttpWords) -> Result<Found, Refusal> {
        match self {
            Content::Welcome if target.path.is_empty() => Ok(Found::Page(words.welcome.as_bytes().to_vec())),
            Content::File { path, name } if target.path.is_empty() || target.path == *name && !target.folder => {
                let file = open(path).map_err(|error| refusal(errno(&error)))?;
                regular(file, media::of(name))?.ok_or(Refusal::NOT_A_FILE)
            }
            Content::Welcome | Content::File { .. } => Err(Refusal::NOT_FOUND),
            Content::Folder(root) => {
                check_names(&target.path)?;
                find_beneath(root, target, words)
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags(OFlag::O_NONBLOCK.union(OFlag::O_NOCTTY).bits()).open(path)
}

fn check_names(path: &[u8]) -> Result<(), Refusal> {
    if path.is_empty() {
        return Ok(());
    }
    for name in path.split(|byte| *byte == b'/') {
        match name.first() {
            None => return Err(Refusal::EMPTY_SEGMENT),
            Some(b'.') => return Err(Refusal::HIDDEN_NAME),
            Some(_) => {}
        }
    }
    Ok(())
}

fn find_beneath(root: &File, target: &Target<'_>, words: &HttpWords) -> Result<Found, Refusal> {
    let path: &[u8] = if target.path.is_empty() { b"." } else { &target.path };
    let file = open_beneath(root, path)?;
    let metadata = file.metadata().map_err(|error| refusal(errno(&error)))?;
    match (metadata.is_dir(), target.folder) {
        (true, true) => folder(root, file, target, words),
        (true, false) => Ok(Found::Moved(address(target))),
        (false, true) => Err(Refusal::NOT_FOUND),
        (false, false) if !metadata.is_file() => Err(Refusal::NOT_A_FILE),
        (false, false) => Ok(Found::File { file, length: metadata.len(), media: media::of(path) }),
    }
}

/// Its index.html where that is a file that may be served, else the list of what it holds.
fn folder(root: &File, file: File, target: &Target<'_>, words: &HttpWords) -> Result<Found, Refusal> {
    let mut index = target.path.clone();
    index.extend_from_slice(if index.is_empty() { b"index.html" } else { b"/index.html" });
    match open_beneath(root, &index) {
        Ok(file) => {
            if let Some(found) = regular(file, media::HTML)? {
                return Ok(found);
            }
        }
        Err(refusal) if refusal.status != 404 => return Err(refusal),
        Err(_) => {}
    }
    listing::page(file, &target.path, words).map(Found::Page).map_err(refusal)
}

/// The file, where it is one.
fn regular(file: File, media: &'static str) -> Result<Option<Found>, Refusal> {
    let metadata = file.metadata().map_err(|error| refusal(errno(&error)))?;
    Ok(metadata.is_file().then(|| Found::File { file, length: metadata.len(), media }))
}

/// Encoded again rather than copied, so that nothing in it can mean another host.
fn address(target: &Target<'_>) -> String {
    let mut address = String::from("/");
    for name in target.path.split(|byte| *byte == b'/') {
        markup::push_encoded(&mut address, name);
        address.push('/');
    }
    address.push_str(target.query);
    address
}

fn open_beneath(root: &File, path: &[u8]) -> Result<File, Refusal> {
    beneath::open(root.as_fd(), path).map_err(|errno| match errno {
        Errno::EXDEV if beneath::meets_absolute_link(root.as_fd(), path) => Refusal::ABSOLUTE_LINK,
        errno => refusal(errno),
    })
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

fn refusal(errno: Errno) -> Refusal {
    match errno {
        Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::ENAMETOOLONG | Errno::EINVAL => Refusal::NOT_FOUND,
        Errno::EXDEV => Refusal::OUTSIDE,
        // A socket file, or a device that is not there.
        Errno::ENXIO | Errno::ENODEV => Refusal::NOT_A_FILE,
        Errno::EMFILE | Errno::ENFILE => Refusal::NO_DESCRIPTOR,
        _ => Refusal::UNREADABLE,
    }
}

#[cfg(test)]
mod tests {
    use nix::errno::Errno;

    use super::refusal;

    #[test]
    fn each_failure_of_the_kernel_has_its_refusal() {
        for (errno, reason) in [
            (Errno::ENOENT, "not-found"),
            (Errno::ENOTDIR, "not-found"),
            (Errno::ELOOP, "not-found"),
            (Errno::ENAMETOOLONG, "not-found"),
            (Errno::EINVAL, "not-found"),
            (Errno::EXDEV, "outside"),
            (Errno::ENXIO, "not-a-file"),
            (Errno::ENODEV, "not-a-file"),
            (Errno::EMFILE, "no-descriptor"),
            (Errno::ENFILE, "no-descriptor"),
            (Errno::EACCES, "unreadable"),
            (Errno::EIO, "unreadable"),
        ] {
            assert_eq!(refusal(errno).reason, reason, "{errno}");
        }
    }
}
