//! Two views of the kernel compared: what is new, changed or gone.

use crate::state::{Content, Row, Socket, View};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Same,
    New,
    Changed,
    Gone,
}

/// A row of the new view with what it was, or a row of the old view that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    pub mark: Mark,
    pub row: &'a Row,
    /// The row before, where `mark` is `Changed`.
    pub before: Option<&'a Row>,
}

/// The rows of `new` in their order, then those of `old` that are gone. A connection that accept takes is the
/// same before and after, and so is a socket that bind or connect brings into the kernel's tables.
#[must_use]
pub fn diff<'a>(old: &'a View, new: &'a View) -> Vec<Change<'a>> {
    let mut left: Vec<Option<&Row>> = old.rows.iter().map(Some).collect();
    let mut before: Vec<Option<&Row>> = vec![None; new.rows.len()];
    for same in [same_row, same_connection] {
        for (row, before) in new.rows.iter().zip(&mut before).filter(|(_, before)| before.is_none()) {
            let found = left.iter_mut().find(|old| old.is_some_and(|old| same(old, row)));
            *before = found.and_then(Option::take);
        }
    }
    let present = new.rows.iter().zip(before).map(|(row, before)| compare(row, before));
    let gone = left.into_iter().flatten().map(|row| Change { mark: Mark::Gone, row, before: None });
    present.chain(gone).collect()
}

/// Whether anything differs, delays apart.
#[must_use]
pub fn differs(old: &View, new: &View) -> bool {
    diff(old, new).iter().any(|change| change.mark != Mark::Same)
}

fn compare<'a>(row: &'a Row, before: Option<&'a Row>) -> Change<'a> {
    match before {
        None => Change { mark: Mark::New, row, before: None },
        Some(old) if unchanged(old, row) => Change { mark: Mark::Same, row, before: None },
        Some(old) => Change { mark: Mark::Changed, row, before: Some(old) },
    }
}

/// The same descriptor of the same actor on the same object, or the same connection without a descriptor.
fn same_row(old: &Row, new: &Row) -> bool {
    if (&old.actor, old.pid, old.fd) != (&new.actor, new.pid, new.fd) {
        return false;
    }
    match (inode(&old.content), inode(&new.content)) {
        (Some(old), Some(new)) if old != 0 || new != 0 => old == new,
        (Some(_), Some(_)) => same_ends(old, new),
        (None, None) => old.content == new.content,
        _ => false,
    }
}

/// The connection that waited without a descriptor and now has one.
fn same_connection(old: &Row, new: &Row) -> bool {
    old.fd.is_none() && new.fd.is_some() && socket(old).is_some_and(Socket::awaits_accept) && same_ends(old, new)
}

fn same_ends(old: &Row, new: &Row) -> bool {
    let ends = |socket: &Socket| (socket.protocol, socket.local.clone(), socket.remote.clone());
    matches!((socket(old), socket(new)), (Some(old), Some(new)) if ends(old) == ends(new))
}

fn socket(row: &Row) -> Option<&Socket> {
    match &row.content {
        Content::Socket(socket) => Some(socket),
        _ => None,
    }
}

fn inode(content: &Content) -> Option<u64> {
    match content {
        Content::Socket(socket) => Some(socket.inode),
        Content::Unlisted { inode } => Some(*inode),
        Content::Other(_) => None,
    }
}

/// Delays run all the time: they are no change.
fn unchanged(old: &Row, new: &Row) -> bool {
    if old.fd != new.fd {
        return false;
    }
    match (&old.content, &new.content) {
        (Content::Socket(old), Content::Socket(new)) => {
            let still = |socket: &Socket| Socket { timer: None, holders: Vec::new(), uid: 0, ..socket.clone() };
            still(old) == still(new)
        }
        (old, new) => old == new,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Mark, diff, differs};
    use crate::state::{Content, Protocol, Row, Socket, SocketState, Target, Timer, TimerKind, View};
    use crate::syscall::address::Address;

    fn socket(inode: u64, state: SocketState) -> Socket {
        let end = |port| Address::v4(Ipv4Addr::LOCALHOST, port);
        Socket {
            protocol: Protocol::Tcp,
            ipv6: false,
            state,
            local: end(3001),
            remote: end(50312),
            recv_queue: 0,
            send_queue: 0,
            accept_queue: None,
            backlog: None,
            inode,
            uid: 0,
            timer: None,
            shutdown: 0,
            drops: 0,
            holders: Vec::new(),
        }
    }

    fn held(fd: i32, content: Content) -> Row {
        Row { actor: Some("serveur".into()), pid: Some(7), fd: Some(fd), content }
    }

    fn nobodys(socket: Socket) -> Row {
        Row { actor: None, pid: None, fd: None, content: Content::Socket(socket) }
    }

    /// What happens, the rows before and after, their marks.
    type Story<'a> = (&'a str, Vec<&'a Row>, Vec<&'a Row>, &'a [Mark]);

    fn marks(old: &[&Row], new: &[&Row]) -> Vec<Mark> {
        let view = |rows: &[&Row]| View { rows: rows.iter().map(|row| (*row).clone()).collect(), source: None };
        let (old, new) = (view(old), view(new));
        diff(&old, &new).iter().map(|change| change.mark).collect()
    }

    #[test]
    fn rows_are_followed_from_one_view_to_the_next() {
        let established = |inode| Content::Socket(socket(inode, SocketState::Established));
        let fresh = held(3, Content::Unlisted { inode: 9 });
        let bound = held(3, Content::Socket(socket(9, SocketState::Close)));
        let queued = nobodys(socket(0, SocketState::Established));
        let accepted = held(4, established(11));
        let again = held(4, established(12));
        let time_wait = nobodys(socket(0, SocketState::TimeWait));
        let file = held(5, Content::Other(Target::Pipe));
        let rows: [Story; 7] = [
            ("bind lists it", vec![&fresh], vec![&bound], &[Mark::Changed]),
            ("accept takes it", vec![&queued], vec![&accepted], &[Mark::Changed]),
            ("close leaves it", vec![&accepted], vec![&time_wait], &[Mark::New, Mark::Gone]),
            ("the number is used again", vec![&accepted], vec![&again], &[Mark::New, Mark::Gone]),
            ("states go on", vec![&queued], vec![&time_wait], &[Mark::Changed]),
            ("a pipe stays", vec![&file], vec![&file], &[Mark::Same]),
            ("nothing before", vec![], vec![&fresh], &[Mark::New]),
        ];
        for (what, old, new, expected) in rows {
            assert_eq!(marks(&old, &new), expected, "{what}");
        }
    }

    #[test]
    fn delays_run_without_being_a_change() {
        let at = |expires_ms| {
            let timer = Timer { kind: TimerKind::TimeWait, expires_ms, retransmissions: 0 };
            View {
                rows: vec![nobodys(Socket { timer: Some(timer), ..socket(0, SocketState::TimeWait) })],
                source: None,
            }
        };
        assert!(!differs(&at(60_000), &at(1)));
    }
}
