//! Files beneath a folder, and never elsewhere, whatever names and links say.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat, openat2, readlinkat};
use nix::sys::stat::Mode;

/// A FIFO without a writer, or a lease, must not make open(2) wait; a terminal must not become ours.
const FLAGS: OFlag = OFlag::O_RDONLY.union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).union(OFlag::O_CLOEXEC);

const RESOLVE: ResolveFlag = ResolveFlag::RESOLVE_BENEATH.union(ResolveFlag::RESOLVE_NO_MAGICLINKS);

/// How many links a path may meet (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// How often a path is tried again when the tree changes while the kernel walks it (EAGAIN, openat2(2)).
const ATTEMPTS: usize = 4;

/// Opens for reading what a relative path names beneath `root`; `.` is `root` itself. Links are followed as long as
/// they stay beneath it; an absolute one never does (openat2(2), RESOLVE_BENEATH).
///
/// # Errors
/// Those of openat2(2): EXDEV where the path leads outside. A kernel before 5.6 follows no link: ELOOP, ENOTDIR.
pub fn open(root: BorrowedFd<'_>, path: &[u8]) -> Result<File, Errno> {
    let how = OpenHow::new().flags(FLAGS).resolve(RESOLVE);
    open_by(root, path, || openat2(root, path, how))
}

/// `walk` is openat2(2) of that path.
fn open_by(root: BorrowedFd<'_>, path: &[u8], mut walk: impl FnMut() -> Result<OwnedFd, Errno>) -> Result<File, Errno> {
    let mut result = Err(Errno::EAGAIN);
    for _ in 0..ATTEMPTS {
        result = walk();
        if !matches!(result, Err(Errno::EAGAIN | Errno::EINTR)) {
            break;
        }
    }
    match result {
        Err(Errno::ENOSYS) => open_step_by_step(root, path),
        result => result,
    }
    .map(File::from)
}

/// Whether a path that EXDEV was answered for meets a link that starts with a slash, before it leaves `root` otherwise.
#[must_use]
pub fn meets_absolute_link(root: BorrowedFd<'_>, path: &[u8]) -> bool {
    let mut left: Vec<Vec<u8>> = path.split(|byte| *byte == b'/').rev().map(<[u8]>::to_vec).collect();
    // No component of it is a link.
    let mut walked: Vec<Vec<u8>> = Vec::new();
    let mut links = 0;
    while let Some(name) = left.pop() {
        match name.as_slice() {
            b".." if walked.pop().is_none() => return false,
            b"" | b"." | b".." => continue,
            _ => walked.push(name),
        }
        let Ok(target) = readlinkat(root, OsStr::from_bytes(&walked.join(&b'/'))) else { continue };
        links += 1;
        if target.as_bytes().starts_with(b"/") || links > MOST_LINKS {
            return links <= MOST_LINKS;
        }
        walked.pop();
        left.extend(target.as_bytes().split(|byte| *byte == b'/').rev().map(<[u8]>::to_vec));
    }
    false
}

/// For kernels without openat2: one component at a time, no link among them.
fn open_step_by_step(root: BorrowedFd<'_>, path: &[u8]) -> Result<OwnedFd, Errno> {
    let mut components = path.split(|byte| *byte == b'/').peekable();
    let mut folder: Option<OwnedFd> = None;
    while let Some(name) = components.next() {
        if name == b".." {
            return Err(Errno::EXDEV);
        }
        let kind = if components.peek().is_some() { OFlag::O_PATH.union(OFlag::O_DIRECTORY) } else { OFlag::empty() };
        let here = folder.as_ref().map_or(root, AsFd::as_fd);
        let opened = openat(here, OsStr::from_bytes(name), FLAGS.union(OFlag::O_NOFOLLOW).union(kind), Mode::empty())?;
        folder = Some(opened);
    }
    folder.ok_or(Errno::ENOENT)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use nix::errno::Errno;
    use tempfile::TempDir;

    use super::{meets_absolute_link, open, open_by, open_step_by_step};

    /// `tree/…` with links of every kind, and a secret beside it.
    fn tree() -> (TempDir, File) {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("tree");
        fs::create_dir_all(root.join("folder/deep")).unwrap();
        fs::write(root.join("folder/file"), "inside").unwrap();
        fs::write(temp.path().join("secret"), "outside").unwrap();
        symlink("folder/file", root.join("link")).unwrap();
        symlink("folder", root.join("folder-link")).unwrap();
        symlink("../../folder/file", root.join("folder/deep/up")).unwrap();
        symlink("../secret", root.join("out")).unwrap();
        symlink("..", root.join("parent")).unwrap();
        symlink("/etc/passwd", root.join("absolute")).unwrap();
        symlink(root.join("link"), root.join("absolute-inside")).unwrap();
        symlink("./folder/deep/../../absolute", root.join("to-absolute")).unwrap();
        symlink("../../to-absolute", root.join("folder/deep/to-absolute")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let handle = File::open(root).unwrap();
        (temp, handle)
    }

    fn read(mut file: File) -> String {
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn nothing_outside_is_reached() {
        let (_temp, root) = tree();
        for path in ["folder/file", "link", "folder-link/file", "folder/deep/up"] {
            assert_eq!(read(open(root.as_fd(), path.as_bytes()).unwrap()), "inside", "{path}");
        }
        for path in ["out", "parent/secret", "../secret", "absolute", "absolute-inside", "/etc/passwd"] {
            assert_eq!(open(root.as_fd(), path.as_bytes()).unwrap_err(), Errno::EXDEV, "{path}");
        }
        for (path, absolute) in [
            ("absolute", true),
            ("absolute-inside", true),
            ("to-absolute", true),
            ("folder/deep/to-absolute", true),
            ("out", false),
            ("parent/secret", false),
            ("loop", false),
            ("folder/file", false),
        ] {
            assert_eq!(meets_absolute_link(root.as_fd(), path.as_bytes()), absolute, "{path}");
        }
        assert_eq!(open(root.as_fd(), b"loop").unwrap_err(), Errno::ELOOP);
        assert_eq!(open(root.as_fd(), b"none").unwrap_err(), Errno::ENOENT);
        assert!(open(root.as_fd(), b".").unwrap().metadata().unwrap().is_dir());
    }

    #[test]
    fn nor_without_openat2() {
        let (_temp, root) = tree();
        let open = |path: &str| open_step_by_step(root.as_fd(), path.as_bytes()).map(File::from);
        assert_eq!(read(open("folder/file").unwrap()), "inside");
        assert!(open("folder/deep").unwrap().metadata().unwrap().is_dir());
        assert!(open(".").unwrap().metadata().unwrap().is_dir());
        let refused =
            ["out", "parent/secret", "../secret", "absolute", "link", "folder-link/file", "/etc/passwd", "loop", ""];
        for path in refused {
            assert!(open(path).is_err(), "{path}");
        }
    }

    /// `first`, then `0`, `1` and so on to the last, each a link to the next; the last leads to `end`.
    fn chain(folder: &Path, links: usize, end: &str) {
        symlink("0", folder.join("first")).unwrap();
        for link in 1..links - 1 {
            symlink(link.to_string(), folder.join((link - 1).to_string())).unwrap();
        }
        symlink(end, folder.join((links - 2).to_string())).unwrap();
    }

    #[test]
    fn a_path_meets_no_more_links_than_the_kernel_follows() {
        for (links, end, absolute) in
            [(39, "/etc", true), (40, "/etc", true), (41, "/etc", false), (40, "file", false), (41, "file", false)]
        {
            let temp = tempfile::tempdir().unwrap();
            chain(temp.path(), links, end);
            let root = File::open(temp.path()).unwrap();
            assert_eq!(meets_absolute_link(root.as_fd(), b"first"), absolute, "{links} links to {end}");
            let expected = match (links, end) {
                (41, _) => Errno::ELOOP,
                (_, "file") => Errno::ENOENT,
                _ => Errno::EXDEV,
            };
            assert_eq!(open(root.as_fd(), b"first").unwrap_err(), expected, "{links} links to {end}");
        }
    }

    #[test]
    fn a_changing_tree_is_tried_again_and_an_old_kernel_is_done_without() {
        let (_temp, root) = tree();
        let found = || Ok(OwnedFd::from(root.try_clone().unwrap()));
        for (failures, last, times, expected) in [
            (0, None, 1, Ok(())),
            (3, None, 4, Ok(())),
            (4, None, 4, Err(Errno::EAGAIN)),
            (1, Some(Errno::EINTR), 4, Err(Errno::EINTR)),
            (0, Some(Errno::ENOENT), 1, Err(Errno::ENOENT)),
            (1, Some(Errno::EXDEV), 2, Err(Errno::EXDEV)),
        ] {
            let mut calls = 0;
            let walk = || {
                calls += 1;
                if calls <= failures { Err(Errno::EAGAIN) } else { last.map_or_else(found, Err) }
            };
            assert_eq!(open_by(root.as_fd(), b".", walk).map(drop), expected);
            assert_eq!(calls, times, "{expected:?}");
        }
        let file = open_by(root.as_fd(), b"folder/file", || Err(Errno::ENOSYS)).unwrap();
        assert_eq!(read(file), "inside");
    }
}
