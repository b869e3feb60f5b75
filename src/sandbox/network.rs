//! A network namespace of our own (network_namespaces(7)), made by a child: on some machines unshare(2) succeeds and the
//! next step is refused, and a half-made namespace cannot be left. This process joins only what is proven to work.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getegid, geteuid};
use socket2::SockRef;

/// Buckets of the tables of established TCP sockets and of UDP sockets, in network namespaces made from this one
/// (ip-sysctl), and the fewest that suit.
const CHILD_TABLES: [(&str, &str); 2] =
    [("/proc/sys/net/ipv4/tcp_child_ehash_entries", "64"), ("/proc/sys/net/ipv4/udp_child_hash_entries", "128")];
const RESERVED_PORTS_START: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/// What was being done when the machine refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Starting the child that tries.
    Child,
    /// unshare(2): forbidden by a sysctl, a container's filter or a limit.
    Unshare,
    /// Writing `/proc/self/setgroups`, `uid_map`, `gid_map`: AppArmor refuses it on Ubuntu 24.04.
    Map,
    /// Raising the loopback interface.
    Loopback,
    /// Connecting through it.
    Connect,
    /// Joining the namespaces that the child made: setns(2).
    Join,
}

const STEPS: [Step; 6] = [Step::Child, Step::Unshare, Step::Map, Step::Loopback, Step::Connect, Step::Join];

/// The machine refuses a private network: at which step, with which errno (0 when the kernel gave none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub step: Step,
    pub errno: i32,
}

impl Refused {
    fn of(step: Step) -> impl Fn(io::Error) -> Refused {
        move |error| Refused { step, errno: error.raw_os_error().unwrap_or(0) }
    }

    /// As the child tells it: the step's number from 1, then the errno; nothing when all went well.
    fn to_bytes(self) -> [u8; 5] {
        let step = STEPS.iter().position(|step| *step == self.step).unwrap_or(0);
        let [a, b, c, d] = self.errno.to_ne_bytes();
        [u8::try_from(step + 1).unwrap_or(1), a, b, c, d]
    }

    fn from_bytes([step, a, b, c, d]: [u8; 5]) -> Option<Refused> {
        let step = *STEPS.get(usize::from(step).checked_sub(1)?)?;
        Some(Refused { step, errno: i32::from_ne_bytes([a, b, c, d]) })
    }
}

/// Moves this process into a network namespace of its own, whose loopback works; without root, into a user namespace
/// that keeps its account. The process must have one thread only: where it has more, the kernel refuses the user namespace
/// (setns(2), EINVAL), and the network would be that of this thread alone. When refused, nothing has changed.
///
/// # Errors
/// The step that the machine refuses, and its errno.
pub fn enter_private() -> Result<(), Refused> {
    Maker::start()?.join().map_err(Refused::of(Step::Join))
}

/// Whether `enter_private` works here, found out by doing it all in a child.
///
/// # Errors
/// The step that the machine refuses, and its errno.
#[cfg(feature = "inside")]
pub fn private_network_allowed() -> Result<(), Refused> {
    Maker::start().map(drop)
}

/// Whether `::1` can be bound in the present network.
#[must_use]
pub fn ipv6_available() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// Ports below this one are for privileged processes (ip(7), `ip_unprivileged_port_start`); 1024 where /proc is silent.
#[must_use]
pub fn reserved_ports_start() -> u16 {
    let text = fs::read_to_string(RESERVED_PORTS_START).unwrap_or_default();
    text.trim().parse().unwrap_or(1024)
}

/// A child that lives in the namespaces it made, until dropped.
struct Maker {
    child: Pid,
    channel: UnixStream,
}

impl Maker {
    fn start() -> Result<Maker, Refused> {
        let (mut ours, theirs) = UnixStream::pair().map_err(Refused::of(Step::Child))?;
        // SAFETY: the child runs `serve` alone, which never returns. Whatever threads its parent has, it takes no lock but
        // the allocator's, which the C library makes usable after fork(2) (glibc; musl since 1.2.2).
        #[allow(unsafe_code)]
        let forked = unsafe { fork() };
        match forked.map_err(|errno| Refused::of(Step::Child)(errno.into()))? {
            ForkResult::Child => {
                drop(ours);
                serve(theirs)
            }
            ForkResult::Parent { child } => {
                drop(theirs);
                let mut verdict = [0; 5];
                let heard = ours.read_exact(&mut verdict);
                let maker = Maker { child, channel: ours };
                heard.map_err(Refused::of(Step::Child))?;
                Refused::from_bytes(verdict).map_or(Ok(maker), Err)
            }
        }
    }

    fn join(&self) -> io::Result<()> {
        let theirs = |name| format!("/proc/{}/ns/{name}", self.child);
        let network = File::open(theirs("net"))?;
        if fs::read_link(theirs("user"))? != fs::read_link("/proc/self/ns/user")? {
            setns(File::open(theirs("user"))?, CloneFlags::CLONE_NEWUSER)?;
        }
        Ok(setns(network, CloneFlags::CLONE_NEWNET)?)
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        // Best effort: the child may be dead already.
        let _ = self.channel.shutdown(Shutdown::Both);
        while waitpid(self.child, None) == Err(Errno::EINTR) {}
    }
}

/// The child: makes the namespaces, tells how it went, and keeps them alive until the parent lets go.
fn serve(mut channel: UnixStream) -> ! {
    let _ = set_pdeathsig(Signal::SIGKILL);
    let verdict = make().err().map_or([0; 5], Refused::to_bytes);
    let _ = channel.write_all(&verdict);
    let _ = channel.read(&mut [0; 1]);
    // SAFETY: _exit ends the process without running what the parent registered for its own end.
    #[allow(unsafe_code)]
    unsafe {
        libc::_exit(0)
    }
}

fn make() -> Result<(), Refused> {
    let (user, group) = (geteuid(), getegid());
    match unshare(CloneFlags::CLONE_NEWNET) {
        Ok(()) => {}
        Err(Errno::EPERM) => {
            let both = CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET;
            unshare(both).map_err(|errno| Refused::of(Step::Unshare)(errno.into()))?;
            map(user.as_raw(), group.as_raw()).map_err(Refused::of(Step::Map))?;
        }
        Err(errno) => return Err(Refused::of(Step::Unshare)(errno.into())),
    }
    shrink();
    raise_loopback().map_err(Refused::of(Step::Loopback))?;
    check_loopback().map_err(Refused::of(Step::Connect))
}

/// Trades the namespace for a child whose tables of sockets are small: sock_diag walks the whole of them at each dump,
/// and the default has hundreds of thousands of buckets. Where the kernel has no such settings (before 6.1 for TCP, 6.3
/// for UDP), or refuses them, the first namespace stays.
fn shrink() {
    let accepted = CHILD_TABLES.map(|(setting, buckets)| fs::write(setting, buckets).is_ok());
    if accepted.contains(&true) {
        let _stays = unshare(CloneFlags::CLONE_NEWNET);
    }
}

/// Keeps the account: the same numbers inside as outside (user_namespaces(7)).
fn map(user: u32, group: u32) -> io::Result<()> {
    let own = Path::new("/proc/self");
    fs::write(own.join("setgroups"), "deny")?;
    fs::write(own.join("uid_map"), format!("{user} {user} 1"))?;
    fs::write(own.join("gid_map"), format!("{group} {group} 1"))
}

fn raise_loopback() -> io::Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    let mut name = [0; libc::IFNAMSIZ];
    for (byte, letter) in name.iter_mut().zip(b"lo") {
        *byte = libc::c_char::from_ne_bytes([*letter]);
    }
    let flags = libc::c_short::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap_or(libc::c_short::MAX);
    let request = libc::ifreq { ifr_name: name, ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: flags } };
    // SAFETY: SIOCSIFFLAGS reads one `struct ifreq` (netdevice(7)), which outlives the call.
    #[allow(unsafe_code)]
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) };
    Ok(Errno::result(result).map(drop)?)
}

/// Connects through the loopback, and leaves no TIME_WAIT: the lesson's network must be empty.
fn check_loopback() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    let server = listener.accept()?;
    SockRef::from(&client).set_linger(Some(Duration::ZERO))?;
    drop((client, server));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Refused, STEPS};

    #[test]
    fn a_refusal_crosses_the_channel() {
        for step in STEPS {
            let refused = Refused { step, errno: libc::EPERM };
            assert_eq!(Refused::from_bytes(refused.to_bytes()), Some(refused));
        }
        assert_eq!(Refused::from_bytes([0; 5]), None);
    }
}
