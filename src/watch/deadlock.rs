//! Two programs that each wait for the other's bytes.

use crate::observe::process;
use crate::observed::{Peer, Subject, Traced};
use crate::state::{Activity, Content, Descriptor, Protocol, Row, Socket, SocketState, Target};

use super::why::held;

/// Bytes of a `struct pollfd`, and how many of them are looked at.
const POLLED: usize = 8;
const SHOWN: usize = 16;

/// The other side of a connection, which waits as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facing {
    pub peer: Peer,
    /// It waits in poll(2), where it may give up.
    pub polls: bool,
}

/// How a task waits for the bytes of one socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wait {
    /// In a receive.
    Receives,
    /// In poll(2), which watches it and nothing from which a person or another program could make it speak.
    Polls,
}

/// The local process at the other end of the connection that the call sleeps in, where every thread of all who hold it
/// sleeps in a receive on it too, and nothing is on its way: another thread, or a copy elsewhere, could speak.
#[must_use]
pub fn deadlock(traced: &Traced, pid: i32, rows: &[Row]) -> Option<Facing> {
    let receives = traced.sys.receives();
    let on_socket = matches!(traced.subject, Some(Subject::Socket { .. }));
    let own = held(rows, traced.fd.filter(|_| receives && on_socket)?)?;
    let other = rows.iter().find_map(|row| match &row.content {
        Content::Socket(other) if is_other_end(own, other) => Some((row, other)),
        _ => None,
    });
    let (row, other) = other?;
    if !is_quiet(own) || !is_quiet(other) {
        return None;
    }
    let holders = other.holders.iter().map(|holder| (holder.pid, holder.fd)).chain(row.pid.zip(row.fd));
    let holders: Vec<(i32, i32)> = holders.collect();
    let (first, _) = *holders.first().filter(|_| holders.iter().all(|(holder, _)| *holder != pid))?;
    // Of several descriptors of one process, each thread waits on one.
    let waits = |holder: i32| {
        let fds: Vec<i32> = holders.iter().filter(|(pid, _)| *pid == holder).map(|(_, fd)| *fd).collect();
        waits_on(holder, &fds)
    };
    let waits: Option<Vec<Wait>> = holders.iter().map(|(holder, _)| waits(*holder)).collect();
    let polls = waits?.contains(&Wait::Polls);
    Some(Facing { peer: Peer { pid: first, command: process::command(first).unwrap_or_default() }, polls })
}

fn is_other_end(own: &Socket, other: &Socket) -> bool {
    other.protocol == own.protocol && other.local == own.remote && other.remote == own.local && own.local != own.remote
}

/// Connected, with nothing unread and nothing unsent.
fn is_quiet(socket: &Socket) -> bool {
    socket.state == SocketState::Established && socket.recv_queue == 0 && socket.send_queue == 0
}

/// How the threads of a process wait, where all of them do, for bytes on one of these descriptors.
fn waits_on(pid: i32, fds: &[i32]) -> Option<Wait> {
    let threads = process::threads(pid);
    let waits: Option<Vec<Wait>> = threads.into_iter().map(|tid| wait(pid, tid, fds)).collect();
    waits?.into_iter().max()
}

fn wait(pid: i32, tid: i32, fds: &[i32]) -> Option<Wait> {
    let activity = process::activity(pid, tid).filter(Activity::asleep)?;
    let name = activity.syscall.and_then(process::syscall_name).unwrap_or_default();
    let first = activity.arguments.first().copied()?;
    let is_one = |fd: i32| fds.contains(&fd);
    match name {
        "read" | "readv" | "recvfrom" | "recvmsg" => {
            i32::try_from(first).ok().filter(|fd| is_one(*fd)).map(|_| Wait::Receives)
        }
        "poll" | "ppoll" => {
            let polled = process::memory(pid, first, polled_length(&activity)?)?;
            watches_only(&polled, is_one, |fd| is_bell(pid, fd)).then_some(Wait::Polls)
        }
        _ => None,
    }
}

fn polled_length(activity: &Activity) -> Option<usize> {
    let count = usize::try_from(*activity.arguments.get(1)?).ok()?;
    (1..=SHOWN).contains(&count).then_some(count * POLLED)
}

/// Whether a `struct pollfd[]` waits for bytes on one of ours, for nothing else there, and beside it for bells alone.
fn watches_only(polled: &[u8], is_ours: impl Fn(i32) -> bool, is_bell: impl Fn(i32) -> bool) -> bool {
    let entry = |bytes: &[u8]| {
        let fd = i32::from_ne_bytes(bytes.get(..4)?.try_into().ok()?);
        let events = i16::from_ne_bytes(bytes.get(4..6)?.try_into().ok()?);
        Some((fd, events))
    };
    let entries: Option<Vec<(i32, i16)>> = polled.chunks(POLLED).map(entry).collect();
    let entries: Vec<(i32, i16)> = entries.unwrap_or_default().into_iter().filter(|(fd, _)| *fd >= 0).collect();
    let reads = |(fd, events): &(i32, i16)| is_ours(*fd) && events & libc::POLLIN != 0;
    let fine = |(fd, events): &(i32, i16)| if is_ours(*fd) { events & libc::POLLOUT == 0 } else { is_bell(*fd) };
    entries.iter().any(reads) && entries.iter().all(fine)
}

/// What the threads of one program wake each other by: an event counter, or a socketpair(2) of which it holds both ends
/// (their inodes follow one another).
fn is_bell(pid: i32, fd: i32) -> bool {
    match process::descriptor(pid, fd) {
        Some(Target::Other { link }) => link.contains("[eventfd]"),
        Some(Target::Socket { inode }) if process::protocol(pid, fd) == Some(Protocol::Unix) => {
            let near = |held: &Descriptor| matches!(held.target, Target::Socket { inode: other } if other.abs_diff(inode) == 1);
            process::descriptors(pid, &[fd]).iter().any(near)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::watches_only;

    fn polled(entries: &[(i32, i16)]) -> Vec<u8> {
        let bytes = entries.iter().map(|(fd, events)| [&fd.to_ne_bytes()[..], &events.to_ne_bytes(), &[0; 2]].concat());
        bytes.flatten().collect()
    }

    #[test]
    fn a_peer_that_polls_waits_where_nothing_else_can_wake_it() {
        let (input, output) = (libc::POLLIN, libc::POLLOUT);
        for (entries, waits) in [
            (&[(5, input)][..], true),
            (&[(5, input | libc::POLLPRI), (-1, input)], true),
            (&[(5, input), (9, input)], true),
            (&[(5, input), (0, input)], false),
            (&[(5, output)], false),
            (&[(5, input | output)], false),
            (&[(6, input)], false),
            (&[(9, input)], false),
            (&[], false),
        ] {
            assert_eq!(watches_only(&polled(entries), |fd| fd == 5, |fd| fd == 9), waits, "{entries:?}");
        }
        assert!(!watches_only(&polled(&[(5, input)])[..5], |fd| fd == 5, |_| false), "cut");
    }
}
