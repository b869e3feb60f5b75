//! One socket's life, as the calls on it tell it: the open file that several descriptors, of several processes, share.

use std::collections::BTreeMap;

use crate::diagnose::ledger::traffic::Traffic;
use crate::diagnose::reading::Proof;
use crate::syscall::address::Address;
use crate::syscall::errno::Errno;

/// A socket's number in the ledger: never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Not yet known.
    Fresh,
    Listener,
    Accepted,
    Client,
    /// socketpair(2): the program talks to itself.
    Pair,
}

/// What came of the last attempt at a call.
#[derive(Clone, Debug, Default)]
pub enum Attempt {
    #[default]
    Never,
    Done(Proof),
    Failed(Proof, Errno),
    /// connect(2) on a non-blocking socket.
    Begun(Proof),
}

impl Attempt {
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Attempt::Done(_))
    }

    #[must_use]
    pub fn failure(&self) -> Option<(&Proof, Errno)> {
        match self {
            Attempt::Failed(proof, errno) => Some((proof, *errno)),
            _ => None,
        }
    }
}

/// The peer is known to have left: 0 or an error from a receive, EPIPE from a send.
#[derive(Clone, Debug)]
pub struct End {
    pub proof: Proof,
    /// 0 from a receive; otherwise an error.
    pub errno: Option<Errno>,
    /// A send was told it, not a receive.
    pub by_send: bool,
    pub pid: i32,
    pub tid: i32,
    /// Receives after it, by the task that saw it, that brought nothing either.
    pub reads: u64,
    /// The last of those.
    pub last_read: Option<Proof>,
    /// Sends after it.
    pub sends: u64,
    /// Sends after it of something already sent or received before.
    pub stale: Option<Proof>,
}

/// What a listening socket did.
#[derive(Clone, Debug, Default)]
pub struct Listening {
    /// Connections that it gave.
    pub accepted: u64,
    /// Those that are still open somewhere.
    pub open: u64,
    /// Calls to accept that have begun.
    pub entered: u64,
    /// Tasks asleep in accept now.
    pub waiting: u64,
    /// Seen to serve several at once: another task in accept, an accept while a connection was open.
    pub concurrent: bool,
    /// Waited for among others, by poll, select or epoll.
    pub multiplexed: bool,
    /// The last accept that began after a connection had ended.
    pub again: Option<Proof>,
    /// The first connection, as accepted.
    pub first: Option<Proof>,
}

#[allow(
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    reason = "each is a thing that was seen, or not yet; socket_type is the word of socket(2)"
)]
#[derive(Clone, Debug)]
pub struct Socket {
    pub id: SocketId,
    /// Made under our eyes: what was never seen of it never happened.
    pub known: bool,
    /// AF_INET…, SOCK_STREAM…; 0 where not known.
    pub family: i32,
    pub socket_type: i32,
    pub inode: Option<u64>,
    pub role: Role,
    /// The call that made it.
    pub origin: Option<Proof>,
    /// The process and the descriptor that it was made as.
    pub owner: (i32, i32),
    pub broadcasts: bool,
    pub reuses_address: bool,
    /// As above, when bind was called.
    pub bound_reusing: bool,
    pub bind: Attempt,
    pub local: Option<Address>,
    pub listen: Attempt,
    pub connect: Attempt,
    pub remote: Option<Address>,
    pub listening: Listening,
    /// Accepted: the listening socket that gave it, and how many it had given then.
    pub from: Option<(SocketId, u64)>,
    /// Connections that its listener had given at the last use of this one.
    pub last_use: u64,
    pub traffic: Traffic,
    pub end: Option<End>,
    /// The program itself closed a direction.
    pub shut_read: bool,
    pub shut_write: bool,
    /// Unread bytes when its last descriptor was about to go.
    pub unread: Option<u64>,
    /// The peer had left when the process that held it was about to end (CLOSE_WAIT).
    pub peer_left: bool,
    /// A close of it has begun.
    pub closing: bool,
    /// The last close of it, by a process while another one may hold it still.
    pub closed_early: Option<Proof>,
    /// Descriptors that refer to it, over all processes.
    pub references: u32,
    /// When each process last moved bytes on it (steps of the trace); at most [`USERS`].
    pub users: BTreeMap<i32, u64>,
    /// When it was copied by a fork last (steps of the trace), and by which process.
    pub copied: Option<(i32, u64)>,
    /// A name server's, or a service's of the system: the C library's affair.
    pub foreign: bool,
}

const USERS: usize = 16;

impl Socket {
    #[must_use]
    pub fn new(id: SocketId, owner: (i32, i32)) -> Socket {
        Socket {
            id,
            known: false,
            family: 0,
            socket_type: 0,
            inode: None,
            role: Role::Fresh,
            origin: None,
            owner,
            broadcasts: false,
            reuses_address: false,
            bound_reusing: false,
            bind: Attempt::Never,
            local: None,
            listen: Attempt::Never,
            connect: Attempt::Never,
            remote: None,
            listening: Listening::default(),
            from: None,
            last_use: 0,
            traffic: Traffic::default(),
            end: None,
            shut_read: false,
            shut_write: false,
            unread: None,
            peer_left: false,
            closing: false,
            closed_early: None,
            references: 0,
            users: BTreeMap::new(),
            copied: None,
            foreign: false,
        }
    }

    #[must_use]
    pub fn listen_proof(&self) -> Option<&Proof> {
        match &self.listen {
            Attempt::Done(proof) => Some(proof),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_internet(&self) -> bool {
        matches!(self.family, libc::AF_INET | libc::AF_INET6)
    }

    /// The rules look at it: the Internet families, and the program's own AF_UNIX.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        let own_unix = self.family == libc::AF_UNIX && !matches!(self.role, Role::Pair | Role::Fresh);
        !self.foreign && (self.is_internet() && self.role != Role::Pair || own_unix)
    }

    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.socket_type == libc::SOCK_STREAM
    }

    #[must_use]
    pub fn is_datagram(&self) -> bool {
        self.socket_type == libc::SOCK_DGRAM
    }

    /// A stream connection that the rules look at.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        self.is_judged() && self.is_stream() && self.role != Role::Listener
    }

    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.role == Role::Accepted
    }

    pub fn used_by(&mut self, pid: i32, step: u64) {
        if self.users.len() < USERS || self.users.contains_key(&pid) {
            self.users.insert(pid, step);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Attempt, Role, Socket, SocketId};
    use crate::finding::{Evidence, Exhibit};
    use crate::syscall::errno::Errno;

    fn socket(family: i32, socket_type: i32, role: Role) -> Socket {
        Socket { family, socket_type, role, ..Socket::new(SocketId(1), (100, 3)) }
    }

    #[test]
    fn the_rules_look_at_the_internet_and_at_the_programs_own_files() {
        use libc::{AF_INET, AF_INET6, AF_NETLINK, AF_UNIX};
        for (family, role, judged) in [
            (AF_INET, Role::Fresh, true),
            (AF_INET6, Role::Client, true),
            (AF_INET, Role::Pair, false),
            (AF_UNIX, Role::Client, true),
            (AF_UNIX, Role::Accepted, true),
            (AF_UNIX, Role::Fresh, false),
            (AF_UNIX, Role::Pair, false),
            (AF_NETLINK, Role::Client, false),
        ] {
            let mut socket = socket(family, libc::SOCK_STREAM, role);
            assert_eq!(socket.is_judged(), judged, "{family} {role:?}");
            assert_eq!(socket.is_internet(), matches!(family, AF_INET | AF_INET6));
            socket.foreign = true;
            assert!(!socket.is_judged());
        }
    }

    #[test]
    fn only_a_stream_that_does_not_listen_is_a_connection() {
        for (socket_type, role, connection) in [
            (libc::SOCK_STREAM, Role::Accepted, true),
            (libc::SOCK_STREAM, Role::Listener, false),
            (libc::SOCK_DGRAM, Role::Client, false),
            (0, Role::Client, false),
        ] {
            let mut socket = socket(libc::AF_INET, socket_type, role);
            assert_eq!(socket.is_connection(), connection);
            assert_eq!(socket.is_accepted(), role == Role::Accepted);
            assert_eq!(socket.is_stream(), socket_type == libc::SOCK_STREAM);
            assert_eq!(socket.is_datagram(), socket_type == libc::SOCK_DGRAM);
            socket.foreign = true;
            assert!(!socket.is_connection());
        }
    }

    #[test]
    fn an_attempt_is_done_has_failed_or_neither() {
        let exhibit = Exhibit::Exited { code: 0 };
        let proof = Arc::new(Evidence { pid: 100, at_us: 7, exhibit, source: None, remark: None });
        let mut socket = socket(libc::AF_INET, libc::SOCK_STREAM, Role::Fresh);
        assert!(
            socket.listen_proof().is_none()
                && !Attempt::Begun(proof.clone()).is_done()
                && Attempt::Never.failure().is_none()
        );
        socket.listen = Attempt::Failed(proof.clone(), Errno::EADDRINUSE);
        assert_eq!(socket.listen.failure(), Some((&proof, Errno::EADDRINUSE)));
        assert!(socket.listen_proof().is_none() && !socket.listen.is_done());
        socket.listen = Attempt::Done(proof.clone());
        assert_eq!(socket.listen_proof(), Some(&proof));
        assert!(socket.listen.is_done() && socket.listen.failure().is_none());
    }

    #[test]
    fn the_first_users_are_known_and_when_they_used_it_last() {
        let mut socket = socket(libc::AF_INET, libc::SOCK_STREAM, Role::Accepted);
        for pid in 100..120 {
            socket.used_by(pid, 1);
        }
        socket.used_by(101, 9);
        assert_eq!((socket.users.len(), socket.users[&101], socket.users.contains_key(&116)), (16, 9, false));
    }
}
