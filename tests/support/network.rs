//! A private network for one test: every port is free there, and what listens there is the test's own.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::panic;
use std::process::Command;
use std::thread;

use nix::sched::{CloneFlags, unshare};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::{LIMIT, forget_the_caller, not_run, only, root, unrun};

const MARK: &str = "SOCKETLAB_TEST_ALONE";

/// Runs the body of a test in a private network; `test` is the test's own name.
///
/// As root, a thread of its own leaves the machine's network: whatever it starts is born in the new one. An ordinary
/// user needs a user namespace, which a process with threads cannot enter: the test is run again alone by `unshare -rn`.
pub fn private(test: &str, body: impl FnOnce() + Send) {
    forget_the_caller();
    if env::var_os(MARK).is_some() {
        raise_loopback().expect("the loopback interface of a private network");
        body();
    } else if root() {
        // Once for the setting, which only the children of a network obey, once for the network.
        on_a_thread(|| on_a_thread(body));
    } else {
        again_alone(test);
    }
}

/// Runs in one more private network, from within one: for tests that run many programs on the same port.
pub fn fresh(body: impl FnOnce() + Send) {
    on_a_thread(body);
}

fn on_a_thread(body: impl FnOnce() + Send) {
    let finished = thread::scope(|scope| {
        let named = thread::Builder::new().name(thread::current().name().unwrap_or("un test").to_owned());
        let inside = named.spawn_scoped(scope, || {
            if let Err(errno) = unshare(CloneFlags::CLONE_NEWNET) {
                not_run(&format!("réseau privé refusé ({errno})"));
                return;
            }
            raise_loopback().expect("the loopback interface of a private network");
            small_tables();
            body();
        });
        inside.unwrap().join()
    });
    if let Err(panic) = finished {
        panic::resume_unwind(panic);
    }
}

fn again_alone(test: &str) {
    let allowed = Command::new("unshare").args(["-rn", "true"]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        return not_run("réseau privé refusé à ce compte");
    }
    let mut again = Command::new("unshare");
    again.arg("-rn").arg(env::current_exe().unwrap()).args(only(test)).env(MARK, "1");
    let (name, run) = unrun::inherited();
    again.env(name, run);
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Has the networks born of this thread's keep their TCP connections in a small table: every look at it reads the whole,
/// which is half a million rows where memory is large (ip-sysctl, `tcp_child_ehash_entries`, Linux 6.1).
fn small_tables() {
    let _larger_where_refused = fs::write("/proc/sys/net/ipv4/tcp_child_ehash_entries", "1024");
}

/// `ip link set lo up`, for a thread: netdevice(7).
fn raise_loopback() -> io::Result<()> {
    let any: OwnedFd = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: `ifreq` is plain data, for which all zeros is a valid value.
    #[allow(unsafe_code, reason = "libc's own structure")]
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (cell, byte) in request.ifr_name.iter_mut().zip(b"lo\0") {
        *cell = libc::c_char::from_ne_bytes([*byte]);
    }
    request.ifr_ifru.ifru_flags = libc::c_short::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap_or_default();
    // SAFETY: SIOCSIFFLAGS reads one `ifreq`, which lives for the whole call.
    #[allow(unsafe_code, reason = "no safe wrapper of SIOCSIFFLAGS in nix")]
    let done = unsafe { libc::ioctl(any.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) };
    if done == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The network namespace of the calling thread, as the kernel names it.
pub fn name() -> String {
    fs::read_link("/proc/thread-self/ns/net").unwrap().to_string_lossy().into_owned()
}

/// The TCP ports that somebody listens on in this thread's network.
pub fn listening() -> BTreeSet<u16> {
    let tables = ["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"];
    tables.iter().filter_map(|table| fs::read_to_string(table).ok()).flat_map(|table| listeners(&table)).collect()
}

fn listeners(table: &str) -> Vec<u16> {
    let row = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let port = columns.get(1)?.rsplit(':').next()?;
        (*columns.get(3)? == "0A").then(|| u16::from_str_radix(port, 16).ok())?
    };
    table.lines().skip(1).filter_map(row).collect()
}

/// Waits until somebody listens on this port of this thread's network.
pub fn wait_for_listener(port: u16) {
    let seen = super::until(LIMIT, || listening().contains(&port).then_some(()));
    assert!(seen.is_some(), "nobody listens on port {port}");
}
