//! What the descriptors of a traced process refer to, remembered until one may have become something else. Addresses
//! and states are never remembered.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::observed::{Open, Subject};
use crate::syscall::errno::Errno;
use crate::trace::ptrace::last_error;

/// What is known of one descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Whole(Subject),
    /// A socket whose inode was not needed yet.
    Socket {
        family: i32,
        socket_type: i32,
    },
}

/// The descriptors of one table of the kernel, which processes may share.
#[derive(Clone, Debug, Default)]
pub struct Descriptors(BTreeMap<i32, Known>);

impl Descriptors {
    /// What `fd` of the process refers to. `tid` is one of its tasks, stopped.
    pub fn subject(&mut self, holder: &mut Holder, fd: i32) -> Subject {
        match self.0.get(&fd) {
            Some(Known::Whole(subject)) => return *subject,
            Some(Known::Socket { family, socket_type }) => {
                let (family, socket_type) = (*family, *socket_type);
                if let Some(Subject::Socket { inode, .. }) = look(holder.tid, fd) {
                    return self.keep(fd, Subject::Socket { family, socket_type, inode });
                }
            }
            None => {}
        }
        match look(holder.tid, fd) {
            None => Subject::Closed,
            Some(Subject::Socket { inode, .. }) => {
                let (family, socket_type) = holder.kind(fd);
                self.keep(fd, Subject::Socket { family, socket_type, inode })
            }
            Some(subject) => self.keep(fd, subject),
        }
    }

    fn keep(&mut self, fd: i32, subject: Subject) -> Subject {
        self.0.insert(fd, Known::Whole(subject));
        subject
    }

    /// A socket that was just made.
    pub fn socket(&mut self, fd: i32, family: i32, socket_type: i32) {
        self.0.insert(fd, Known::Socket { family, socket_type });
    }

    /// It may be something else now.
    pub fn forget(&mut self, fd: i32) {
        self.0.remove(&fd);
    }

    pub fn forget_all(&mut self) {
        self.0.clear();
    }
}

/// A stopped task, through which the descriptors of its process are looked at. A copy of a descriptor never outlives
/// a look: it would keep a connection open after the program has closed it.
#[derive(Debug)]
pub struct Holder {
    pub tid: i32,
    pidfd: Option<OwnedFd>,
}

/// PIDFD_THREAD (Linux 6.9): a task that does not lead its process.
const THREAD: u32 = libc::O_EXCL.cast_unsigned();

impl Holder {
    #[must_use]
    pub fn new(tid: i32) -> Holder {
        Holder { tid, pidfd: None }
    }

    /// Family and type as socket(2) took them; zeros where the kernel does not say.
    fn kind(&mut self, fd: i32) -> (i32, i32) {
        let Some(copy) = self.copy(fd) else { return (0, 0) };
        (option(&copy, libc::SO_DOMAIN), option(&copy, libc::SO_TYPE))
    }

    /// Bytes received and not read yet.
    pub fn unread(&mut self, fd: i32) -> Option<u32> {
        let copy = self.copy(fd)?;
        let mut count = 0;
        #[allow(unsafe_code, reason = "ioctl_tty(2)")]
        // SAFETY: FIONREAD writes one integer.
        let result = unsafe { libc::ioctl(copy.as_raw_fd(), libc::FIONREAD, &raw mut count) };
        (result == 0).then(|| u32::try_from(count).ok())?
    }

    /// Whether TCP_INFO (tcp(7)) says CLOSE_WAIT.
    fn is_closed_by_peer(&mut self, fd: i32) -> bool {
        const CLOSE_WAIT: u8 = 8;
        let Some(copy) = self.copy(fd) else { return false };
        let (mut state, mut length) = (0_u8, 1);
        #[allow(unsafe_code, reason = "getsockopt(2)")]
        // SAFETY: the kernel writes at most the one byte whose length is given: tcpi_state, the first of the structure.
        let result = unsafe {
            let option = (libc::IPPROTO_TCP, libc::TCP_INFO);
            libc::getsockopt(copy.as_raw_fd(), option.0, option.1, (&raw mut state).cast(), &raw mut length)
        };
        result == 0 && state == CLOSE_WAIT
    }

    #[allow(unsafe_code, reason = "pidfd_getfd(2)")]
    fn copy(&mut self, fd: i32) -> Option<OwnedFd> {
        if self.pidfd.is_none() {
            self.pidfd = open_pidfd(self.tid, 0).or_else(|| open_pidfd(self.tid, THREAD));
        }
        let pidfd = self.pidfd.as_ref()?;
        // SAFETY: the three arguments are numbers.
        let copy = owned(unsafe { libc::syscall(libc::SYS_pidfd_getfd, pidfd.as_raw_fd(), fd, 0) });
        if copy.is_none() {
            // The task may have ended before its process: another one is asked next time.
            self.pidfd = None;
        }
        copy
    }

    /// Every open socket, with what it has not read.
    pub fn open_sockets(&mut self) -> Vec<Open> {
        let Ok(folder) = std::fs::read_dir(format!("/proc/{}/fd", self.tid)) else { return Vec::new() };
        let numbers = folder.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let mut open: Vec<Open> = numbers.filter_map(|fd| self.open_socket(fd)).collect();
        open.sort_by_key(|one| one.fd);
        open
    }

    fn open_socket(&mut self, fd: i32) -> Option<Open> {
        let Some(Subject::Socket { inode, .. }) = look(self.tid, fd) else { return None };
        let (family, socket_type) = self.kind(fd);
        let stream = socket_type == libc::SOCK_STREAM;
        let unread = stream.then(|| self.unread(fd)).flatten();
        let peer_left = stream && self.is_closed_by_peer(fd);
        Some(Open { fd, subject: Subject::Socket { family, socket_type, inode }, unread, peer_left })
    }
}

/// Whether one of our standard descriptors, which the program inherits, is a network socket: inetd's way.
#[must_use]
pub fn inherits_network() -> bool {
    let mut own = Holder::new(std::process::id().cast_signed());
    (0..=2).any(|fd| {
        let socket = look(own.tid, fd).is_some_and(Subject::is_socket);
        socket && matches!(own.kind(fd).0, libc::AF_INET | libc::AF_INET6)
    })
}

#[allow(unsafe_code, reason = "pidfd_open(2)")]
fn open_pidfd(tid: i32, flags: u32) -> Option<OwnedFd> {
    // SAFETY: both arguments are numbers.
    owned(unsafe { libc::syscall(libc::SYS_pidfd_open, tid, flags) })
}

#[allow(unsafe_code, reason = "a descriptor that the kernel has just made")]
fn owned(result: libc::c_long) -> Option<OwnedFd> {
    let fd = i32::try_from(result).ok().filter(|fd| *fd >= 0)?;
    // SAFETY: the kernel has just made it for us, closed on exec.
    Some(unsafe { OwnedFd::from_raw_fd(fd) })
}

#[allow(unsafe_code, reason = "getsockopt(2)")]
fn option(socket: &OwnedFd, name: i32) -> i32 {
    let mut value = 0_i32;
    let mut length = 4;
    // SAFETY: the value has the length that is given.
    let result = unsafe {
        libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, name, (&raw mut value).cast(), &raw mut length)
    };
    if result == 0 { value } else { 0 }
}

/// What stat(2) says of a descriptor, family and type unknown; `None` where there is no such descriptor.
#[allow(unsafe_code, reason = "stat(2) without opening")]
fn look(tid: i32, fd: i32) -> Option<Subject> {
    let path = CString::new(format!("/proc/{tid}/fd/{fd}")).ok()?;
    let mut status = std::mem::MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: the path ends with a NUL, and the structure is as large as the kernel's.
    let status = unsafe {
        if libc::stat(path.as_ptr(), status.as_mut_ptr()) != 0 {
            let gone = matches!(last_error(), Errno::ENOENT | Errno::ESRCH);
            // A process may hide its descriptors from whoever is not root.
            return if gone { None } else { Some(Subject::Other) };
        }
        status.assume_init()
    };
    Some(match status.st_mode & libc::S_IFMT {
        libc::S_IFSOCK => Subject::Socket { family: 0, socket_type: 0, inode: status.st_ino },
        libc::S_IFIFO => Subject::Pipe,
        libc::S_IFREG => Subject::File,
        libc::S_IFCHR if terminal(libc::major(status.st_rdev)) => Subject::Terminal,
        _ => Subject::Other,
    })
}

/// Virtual consoles, /dev/tty and the console, pseudo-terminals (Documentation/admin-guide/devices.txt).
fn terminal(major: u32) -> bool {
    matches!(major, 4 | 5 | 136..=143)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;

    use super::{Descriptors, Holder};
    use crate::observed::Subject;

    fn own() -> Holder {
        Holder::new(std::process::id().cast_signed())
    }

    #[test]
    fn kinds_are_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let file = tempfile::tempfile().unwrap();
        let null = File::open("/dev/null").unwrap();
        let (pipe, _writer) = nix::unistd::pipe().unwrap();
        let mut known = Descriptors::default();
        let mut subject = |fd| known.subject(&mut own(), fd);
        let socket = subject(listener.as_raw_fd());
        assert!(matches!(socket, Subject::Socket { family: libc::AF_INET, socket_type: libc::SOCK_STREAM, .. }));
        assert_eq!(subject(file.as_raw_fd()), Subject::File);
        assert_eq!(subject(null.as_raw_fd()), Subject::Other);
        assert_eq!(subject(pipe.as_raw_fd()), Subject::Pipe);
        assert_eq!(subject(100_000), Subject::Closed);
    }

    #[test]
    fn what_is_unread_is_counted() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let accepted = listener.accept().unwrap().0;
        client.write_all(b"abc").unwrap();
        accepted.peek(&mut [0; 3]).unwrap();
        assert_eq!(own().unread(accepted.as_raw_fd()), Some(3));
        assert_eq!(own().unread(listener.as_raw_fd()), None);
        let open = own().open_sockets();
        let fd = accepted.as_raw_fd();
        assert!(open.iter().any(|one| one.fd == fd && one.unread == Some(3) && !one.peer_left));
        drop(client);
        let (mut all, mut bytes) = (Vec::new(), accepted);
        bytes.read_to_end(&mut all).unwrap();
        assert!(own().open_sockets().iter().any(|one| one.fd == fd && one.peer_left));
        drop(bytes);
    }

    #[test]
    fn a_new_socket_needs_no_copy() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut known = Descriptors::default();
        known.socket(socket.as_raw_fd(), 2, 2);
        let subject = known.subject(&mut own(), socket.as_raw_fd());
        assert!(matches!(subject, Subject::Socket { family: 2, socket_type: 2, inode: 1.. }));
    }
}
