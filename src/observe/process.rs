//! What /proc says of a process: what it does, its descriptors, its name (proc(5)).

use std::ffi::{CStr, CString, OsStr};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::Path;

use nix::dir::Dir;
use nix::fcntl::{OFlag, readlinkat};
use nix::sys::stat::Mode;
use nix::unistd::{Uid, User};

use crate::state::{Activity, Descriptor, Protocol, Target};

/// What the thread `tid` of `pid` is doing; `None` once it is gone.
#[must_use]
pub fn activity(pid: i32, tid: i32) -> Option<Activity> {
    let folder = format!("/proc/{pid}/task/{tid}");
    let state = state_letter(&fs::read(format!("{folder}/stat")).ok()?)?;
    let (syscall, arguments) =
        fs::read_to_string(format!("{folder}/syscall")).map_or((None, Vec::new()), |line| parse_syscall(&line));
    let wchan = fs::read_to_string(format!("{folder}/wchan")).ok().filter(|name| !name.is_empty() && name != "0");
    Some(Activity { state, syscall, arguments, wchan })
}

/// The threads of a process, by number; empty when it is gone.
#[must_use]
pub fn threads(pid: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The letter after the command, whose name may hold spaces and parentheses (proc_pid_stat(5)).
fn state_letter(stat: &[u8]) -> Option<char> {
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let letter = *stat.get(end + 2)?;
    letter.is_ascii_alphabetic().then_some(char::from(letter))
}

/// `running`, or the call's number, its six arguments, the stack and program pointers (proc_pid_syscall(5));
/// outside a call the number is -1 and no argument is given.
fn parse_syscall(line: &str) -> (Option<i64>, Vec<u64>) {
    let mut words = line.split_ascii_whitespace();
    let Some(number) = words.next().and_then(|word| word.parse().ok()) else {
        return (None, Vec::new());
    };
    if number < 0 {
        return (Some(number), Vec::new());
    }
    let arguments = words.take(6).filter_map(|word| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok());
    (Some(number), arguments.collect())
}

/// The open descriptors of a process by number, without `hidden`; empty when it is gone or not ours to see.
#[must_use]
pub fn descriptors(pid: i32, hidden: &[i32]) -> Vec<Descriptor> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let Ok(mut folder) = Dir::open(format!("/proc/{pid}/fd").as_str(), flags, Mode::empty()) else { return Vec::new() };
    let number = |name: &CStr| name.to_str().ok()?.parse::<i32>().ok();
    let numbers: Vec<i32> = folder.iter().flatten().filter_map(|entry| number(entry.file_name())).collect();
    let seen = numbers.into_iter().filter(|fd| !hidden.contains(fd));
    let mut found: Vec<Descriptor> = seen
        .filter_map(|fd| {
            let link = readlinkat(&folder, fd.to_string().as_str()).ok()?;
            Some(Descriptor { fd, target: target(Path::new(&link)) })
        })
        .collect();
    found.sort_by_key(|descriptor| descriptor.fd);
    found
}

/// What one descriptor refers to; `None` when it is closed or not ours to see.
#[must_use]
pub fn descriptor(pid: i32, fd: i32) -> Option<Target> {
    fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok().map(|link| target(&link))
}

/// The protocol of a socket that a process holds, even before it is in any table: the name of its sockfs entry, read as
/// an extended attribute of /proc/PID/fd/N, which refers to the descriptor without duplicating it.
#[must_use]
pub fn protocol(pid: i32, fd: i32) -> Option<Protocol> {
    let path = CString::new(format!("/proc/{pid}/fd/{fd}")).ok()?;
    let mut name = [0_u8; 32];
    // SAFETY: both strings end with a NUL, and the kernel writes at most the length given.
    #[allow(unsafe_code)]
    let length = unsafe {
        libc::getxattr(path.as_ptr(), c"system.sockprotoname".as_ptr(), name.as_mut_ptr().cast(), name.len())
    };
    let name = name.get(..usize::try_from(length).ok()?)?;
    let known =
        [(&b"TCP"[..], Protocol::Tcp), (b"UDP", Protocol::Udp), (b"UNIX", Protocol::Unix), (b"RAW", Protocol::Raw)];
    known.iter().find(|row| name.starts_with(row.0)).map(|row| row.1)
}

fn target(link: &Path) -> Target {
    let bytes = link.as_os_str().as_bytes();
    if let Some(inode) = bracketed(bytes, b"socket:[").and_then(|digits| digits.parse().ok()) {
        return Target::Socket { inode };
    }
    if bytes.starts_with(b"pipe:[") {
        return Target::Pipe;
    }
    let shown = bytes.escape_ascii().to_string();
    if bytes.first() == Some(&b'/') { Target::File { path: shown } } else { Target::Other { link: shown } }
}

fn bracketed<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a str> {
    std::str::from_utf8(bytes.strip_prefix(prefix)?.strip_suffix(b"]")?).ok()
}

/// So many bytes of a process's memory; `None` where they are not all there, or it is not ours to see (ptrace(2),
/// PTRACE_MODE_ATTACH).
#[must_use]
pub fn memory(pid: i32, address: u64, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    fs::File::open(format!("/proc/{pid}/mem")).ok()?.read_exact_at(&mut bytes, address).ok()?;
    Some(bytes)
}

/// What an epoll(7) descriptor watches, and for which events: its lines `tfd:` (proc_pid_fdinfo(5)).
#[must_use]
pub fn epoll(pid: i32, fd: i32) -> Vec<(i32, u32)> {
    let lines = fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).unwrap_or_default();
    lines.lines().filter_map(registered).collect()
}

/// `tfd:        5 events: 80000001 data:                5  pos:0 ino:1a2b sdev:9`
fn registered(line: &str) -> Option<(i32, u32)> {
    let rest = line.strip_prefix("tfd:")?;
    let (fd, rest) = rest.split_once("events:")?;
    let events = rest.split_whitespace().next()?;
    Some((fd.trim().parse().ok()?, u32::from_str_radix(events, 16).ok()?))
}

/// The command of a process, `/proc/PID/comm`, bytes outside printable ASCII escaped; `None` when it is gone.
#[must_use]
pub fn command(pid: i32) -> Option<String> {
    let name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    Some(name.strip_suffix(b"\n").unwrap_or(&name).escape_ascii().to_string())
}

/// The name of an account, bytes outside printable ASCII escaped; `None` when the system has none for this number.
#[must_use]
pub fn account(uid: u32) -> Option<String> {
    let user = User::from_uid(Uid::from_raw(uid)).ok()??;
    Some(OsStr::new(&user.name).as_bytes().escape_ascii().to_string())
}

/// The processes that /proc shows, by number.
#[must_use]
pub fn all() -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

macro_rules! names {
    ($($(#[$guard:meta])* $constant:ident => $name:literal,)*) => {
        [$($(#[$guard])* (libc::$constant, $name),)*]
    };
}

/// The kernel's name of a call by which something of the vocabulary may sleep or be seen.
#[must_use]
pub fn syscall_name(number: i64) -> Option<&'static str> {
    let table = names! {
        SYS_accept => "accept",
        SYS_accept4 => "accept4",
        SYS_bind => "bind",
        SYS_clock_nanosleep => "clock_nanosleep",
        SYS_close => "close",
        SYS_connect => "connect",
        SYS_epoll_pwait => "epoll_pwait",
        #[cfg(target_arch = "x86_64")]
        SYS_epoll_wait => "epoll_wait",
        SYS_exit_group => "exit_group",
        SYS_fcntl => "fcntl",
        SYS_futex => "futex",
        SYS_getpeername => "getpeername",
        SYS_getsockname => "getsockname",
        SYS_getsockopt => "getsockopt",
        SYS_ioctl => "ioctl",
        SYS_listen => "listen",
        SYS_nanosleep => "nanosleep",
        #[cfg(target_arch = "x86_64")]
        SYS_pause => "pause",
        #[cfg(target_arch = "x86_64")]
        SYS_poll => "poll",
        SYS_ppoll => "ppoll",
        SYS_pselect6 => "pselect6",
        SYS_read => "read",
        SYS_readv => "readv",
        SYS_recvfrom => "recvfrom",
        SYS_recvmmsg => "recvmmsg",
        SYS_recvmsg => "recvmsg",
        SYS_restart_syscall => "restart_syscall",
        SYS_rt_sigsuspend => "rt_sigsuspend",
        #[cfg(target_arch = "x86_64")]
        SYS_select => "select",
        SYS_sendmmsg => "sendmmsg",
        SYS_sendmsg => "sendmsg",
        SYS_sendto => "sendto",
        SYS_setsockopt => "setsockopt",
        SYS_shutdown => "shutdown",
        SYS_socket => "socket",
        SYS_socketpair => "socketpair",
        SYS_wait4 => "wait4",
        SYS_waitid => "waitid",
        SYS_write => "write",
        SYS_writev => "writev",
    };
    table.iter().find(|row| row.0 == number).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::AsRawFd;
    use std::path::Path;

    use nix::sys::socket::{AddressFamily, SockFlag, SockType};
    use proptest::prelude::{any, proptest};

    use super::{
        account, activity, all, command, descriptor, descriptors, memory, parse_syscall, protocol, registered,
        state_letter, syscall_name, target, threads,
    };
    use crate::state::{Protocol, Target};

    #[test]
    fn the_command_may_hold_anything() {
        assert_eq!(state_letter(b"12 (nc) S 1 12"), Some('S'));
        assert_eq!(state_letter(b"12 (a) R (b) ) Z 1 12"), Some('Z'));
        assert_eq!(state_letter(b"12 (nc)"), None);
        assert_eq!(state_letter(b"12 (nc) 1"), None);
        assert_eq!(state_letter(b""), None);
    }

    #[test]
    fn a_call_is_read_with_its_arguments() {
        let line = "43 0x3 0x0 0x0 0x0 0x0 0xffffffffffffffff 0x7ffe 0x7f00\n";
        assert_eq!(parse_syscall(line), (Some(43), vec![3, 0, 0, 0, 0, u64::MAX]));
        assert_eq!(parse_syscall("0 0x3 0x7ffe\n"), (Some(0), vec![3, 0x7ffe]));
        assert_eq!(parse_syscall("running\n"), (None, vec![]));
        assert_eq!(parse_syscall("-1 0x7ffe 0x7f00\n"), (Some(-1), vec![]));
        assert_eq!(parse_syscall(""), (None, vec![]));
    }

    #[test]
    fn links_are_told_apart() {
        let cases = [
            ("socket:[42]", Target::Socket { inode: 42 }),
            ("pipe:[7]", Target::Pipe),
            ("/dev/null", Target::File { path: "/dev/null".into() }),
            ("/tmp/\u{1b}[31m", Target::File { path: "/tmp/\\x1b[31m".into() }),
            ("anon_inode:[eventpoll]", Target::Other { link: "anon_inode:[eventpoll]".into() }),
            ("socket:[x]", Target::Other { link: "socket:[x]".into() }),
        ];
        for (link, expected) in cases {
            assert_eq!(target(Path::new(link)), expected);
        }
    }

    fn here() -> i32 {
        std::process::id().cast_signed()
    }

    #[test]
    fn this_thread_is_seen_at_work() {
        let (pid, tid) = (here(), nix::unistd::gettid().as_raw());
        let seen = activity(pid, tid).unwrap();
        assert_eq!(seen.state, 'R');
        assert_eq!(seen.wchan, None);
        assert!(threads(pid).contains(&tid) && threads(pid).contains(&pid));
        assert!(all().contains(&pid) && all().iter().all(|pid| *pid > 0));
        assert!(activity(0, 0).is_none() && threads(-1).is_empty());
    }

    #[test]
    fn a_thread_asleep_is_seen_in_its_call() {
        let (mut readable, writer) = std::io::pipe().unwrap();
        let (told, tid) = std::sync::mpsc::channel();
        let sleeper = std::thread::spawn(move || {
            told.send(nix::unistd::gettid().as_raw()).unwrap();
            readable.read(&mut [0]).unwrap()
        });
        let tid = tid.recv().unwrap();
        let asleep = std::iter::repeat_with(|| activity(here(), tid).unwrap())
            .inspect(|_| std::thread::yield_now())
            .take_while(|seen| seen.syscall != Some(libc::SYS_read));
        assert!(asleep.take(1_000_000).count() < 1_000_000);
        let seen = activity(here(), tid).unwrap();
        assert_eq!((seen.state, seen.arguments.len(), seen.arguments[2]), ('S', 6, 1));
        drop(writer);
        assert_eq!(sleeper.join().unwrap(), 0);
    }

    #[test]
    fn descriptors_come_by_number_without_the_hidden_ones() {
        let (reader, _writer) = std::io::pipe().unwrap();
        let (one, _other) = std::os::unix::net::UnixDatagram::pair().unwrap();
        let (pipe, socket) = (reader.as_raw_fd(), one.as_raw_fd());
        let found = descriptors(here(), &[]);
        assert!(found.is_sorted_by_key(|one| one.fd));
        let target = |fd| found.iter().find(|one| one.fd == fd).map(|one| one.target.clone());
        assert_eq!(target(pipe), Some(Target::Pipe));
        assert!(matches!(target(socket), Some(Target::Socket { .. })));
        let without: Vec<i32> = descriptors(here(), &[pipe]).into_iter().map(|one| one.fd).collect();
        assert!(!without.contains(&pipe) && without.contains(&socket));
        assert!(descriptors(-1, &[]).is_empty());

        assert_eq!(descriptor(here(), socket), target(socket));
        assert_eq!(descriptor(here(), -1), None);
        assert_eq!((protocol(here(), socket), protocol(here(), pipe)), (Some(Protocol::Unix), None));
        let [tcp, udp] = [SockType::Stream, SockType::Datagram]
            .map(|kind| nix::sys::socket::socket(AddressFamily::Inet, kind, SockFlag::SOCK_CLOEXEC, None).unwrap());
        assert_eq!(protocol(here(), tcp.as_raw_fd()), Some(Protocol::Tcp));
        assert_eq!(protocol(here(), udp.as_raw_fd()), Some(Protocol::Udp));
    }

    #[test]
    fn names_are_shown_in_printable_letters() {
        let comm = std::fs::read_to_string("/proc/self/comm").unwrap();
        assert_eq!(command(here()).as_deref(), Some(comm.trim_end()));
        assert_eq!((command(-1), account(0).as_deref()), (None, Some("root")));
        assert_eq!(account(u32::MAX - 5), None);
    }

    #[test]
    fn calls_have_the_names_of_this_architecture() {
        assert_eq!(syscall_name(libc::SYS_accept), Some("accept"));
        assert_eq!(syscall_name(libc::SYS_writev), Some("writev"));
        assert_eq!(syscall_name(-1), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(line in ".*", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = parse_syscall(&line);
            let _ = state_letter(&bytes);
        }
    }

    #[test]
    fn what_epoll_watches_is_read_of_its_lines() {
        let line = "tfd:        5 events: 80000001 data:                5  pos:0 ino:1a2b sdev:9";
        assert_eq!(registered(line), Some((5, 0x8000_0001)));
        for other in ["pos:\t0", "tfd: x events: 1", "tfd: 5", "tfd: 5 events: y"] {
            assert_eq!(registered(other), None, "{other}");
        }
    }

    #[test]
    fn memory_is_read_whole_or_not_at_all() {
        let (own, words) = (std::process::id().cast_signed(), [1_u8, 2, 3]);
        let address = words.as_ptr().addr() as u64;
        assert_eq!(memory(own, address, 3), Some(vec![1, 2, 3]));
        assert_eq!((memory(own, 0, 3), memory(0, address, 3)), (None, None));
    }
}
