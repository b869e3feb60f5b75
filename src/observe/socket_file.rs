//! What stands at the path of an AF_UNIX socket, and whose it is (unix(7)).

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::sys::stat::{major, minor};

use crate::observe::Observer;
use crate::observe::holders::holders_of;
use crate::observe::unix_diag::{File, Found};
use crate::state::{Cause, SocketState};
use crate::syscall::address::Address;
use crate::syscall::notation::escape;

/// Why a call of process `pid` on that address failed, as the path tells; `None` for no path, or where the kernel does
/// not tell who is bound to it.
pub fn cause(observer: &mut Observer, pid: i32, address: &Address) -> Option<Cause> {
    let Address::Unix(name) = address else { return None };
    if matches!(name.first(), None | Some(0)) {
        return None;
    }
    let path = escape(name);
    let file = seen_by(pid, Path::new(OsStr::from_bytes(name)));
    // bind(2) does not follow a link at the end of the path, connect(2) does: a link that leads nowhere is a file.
    let metadata = match std::fs::metadata(&file).or_else(|_| std::fs::symlink_metadata(&file)) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(Cause::NoFileThere { path }),
        Err(_) => return None,
    };
    if !metadata.file_type().is_socket() {
        return Some(Cause::NoSocketThere { path, folder: metadata.is_dir() });
    }
    let wanted = File { inode: low(metadata.ino()), device: device(metadata.dev()) };
    let bound = observer.bound_to_files()?;
    let Some(found) = holder(&bound, wanted) else {
        // A file system in layers may number a file twice: one of that name may well be the one.
        let alike = |one: &Found| one.socket.local == *address;
        return (!bound.iter().any(alike)).then_some(Cause::SocketFileStale { path });
    };
    let holder = holders_of(&[found.socket.inode]).into_iter().flatten().next();
    let (pid, command) = holder.map(|holder| (holder.pid, holder.command)).unzip();
    Some(Cause::SocketFileHeld { path, listening: found.socket.state == SocketState::Listen, pid, command })
}

/// Accepted sockets share their listener's file: the one that listens is the one to name.
fn holder(bound: &[Found], wanted: File) -> Option<&Found> {
    let candidates = bound.iter().filter(|one| one.file == Some(wanted));
    candidates.max_by_key(|one| one.socket.state == SocketState::Listen)
}

/// A relative path starts where the process is.
fn seen_by(pid: i32, path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_owned() } else { PathBuf::from(format!("/proc/{pid}/cwd")).join(path) }
}

fn low(inode: u64) -> u32 {
    u32::try_from(inode & u64::from(u32::MAX)).unwrap_or_default()
}

/// The kernel's own `dev_t`: 12 bits of major, 20 of minor.
fn device(device: u64) -> u32 {
    let part = |number: u64| u32::try_from(number).unwrap_or_default();
    part(major(device)) << 20 | part(minor(device))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::net::{UnixDatagram, UnixListener};

    use super::cause;
    use crate::observe::Observer;
    use crate::state::Cause;
    use crate::syscall::address::Address;

    #[test]
    fn each_kind_of_path_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let own = i32::try_from(std::process::id()).unwrap();
        let mut observer = Observer::new().unwrap();
        let mut told = |name: &str| {
            let path = folder.path().join(name).display().to_string();
            (cause(&mut observer, own, &Address::Unix(path.clone().into_bytes())), path)
        };
        let listener = UnixListener::bind(folder.path().join("alive")).unwrap();
        let (found, path) = told("alive");
        let Some(Cause::SocketFileHeld { path: said, listening: true, pid: Some(pid), .. }) = found else {
            panic!("{found:?}")
        };
        assert_eq!((said, pid), (path, own));
        drop(listener);
        let (found, path) = told("alive");
        assert_eq!(found, Some(Cause::SocketFileStale { path }));
        let _bound = UnixDatagram::bind(folder.path().join("bound")).unwrap();
        assert!(matches!(told("bound").0, Some(Cause::SocketFileHeld { listening: false, .. })));
        fs::write(folder.path().join("file"), "").unwrap();
        let (found, path) = told("file");
        assert_eq!(found, Some(Cause::NoSocketThere { path, folder: false }));
        let (found, path) = told("absent");
        assert_eq!(found, Some(Cause::NoFileThere { path }));
        assert_eq!(told("").0.map(|found| matches!(found, Cause::NoSocketThere { folder: true, .. })), Some(true));
    }
}
