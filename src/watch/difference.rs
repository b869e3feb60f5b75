//! Two views of the kernel compared: what is new, changed or gone.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use crate::state::{Content, Ends, Row, Socket, Target, View};

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
/// same before and after, and so is a socket that bind or connect brings into the kernel's tables, one whose holder
/// becomes visible, and one that its process closes while the kernel still keeps it.
#[must_use]
pub fn diff<'a>(old: &'a View, new: &'a View) -> Vec<Change<'a>> {
    let mut pairing = Pairing { left: old.rows.iter().map(Some).collect(), before: vec![None; new.rows.len()], new };
    pairing.pair(|row| Some((owner(row), identity(row))), |row| Some((owner(row), identity(row))));
    // A stranger's socket, whose holder may have been unknown, or is followed from now on.
    pairing.pair(inode_of_nobodys, inode);
    pairing.pair(inode, inode_of_nobodys);
    pairing.pair(|row| awaiting(row).map(Socket::ends), |row| row.fd.and(row.socket()).map(Socket::ends));
    pairing.pair(ends_of_nobodys, ends_of_nobodys);
    let Pairing { left, before, .. } = pairing;
    let present = new.rows.iter().zip(before).map(|(row, before)| compare(row, before));
    let gone = left.into_iter().flatten().map(|row| Change { mark: Mark::Gone, row, before: None });
    present.chain(gone).collect()
}

/// Rows of two views, while those that are the same are looked for.
struct Pairing<'a> {
    /// Rows of the old view that are in no pair.
    left: Vec<Option<&'a Row>>,
    /// What each row of the new view was.
    before: Vec<Option<&'a Row>>,
    new: &'a View,
}

impl<'a> Pairing<'a> {
    /// Pairs the rows whose keys are the same, in their order.
    fn pair<K: Eq + Hash>(&mut self, old: impl Fn(&'a Row) -> Option<K>, new: impl Fn(&'a Row) -> Option<K>) {
        let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (place, row) in self.left.iter().enumerate() {
            if let Some(key) = row.and_then(&old) {
                places.entry(key).or_default().push_back(place);
            }
        }
        for (row, before) in self.new.rows.iter().zip(&mut self.before).filter(|(_, before)| before.is_none()) {
            let place = new(row).and_then(|key| places.get_mut(&key)?.pop_front());
            *before = place.and_then(|place| self.left[place].take());
        }
    }
}

/// Whose descriptor the row is. A stranger's may be known or not: that changes nothing of the socket.
fn owner(row: &Row) -> Option<(&str, Option<i32>, Option<i32>)> {
    row.actor.as_deref().map(|actor| (actor, row.pid, row.fd))
}

/// What a row is about.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'a> {
    Inode(u64),
    Ends(Ends),
    Target(&'a Target),
}

fn identity(row: &Row) -> Identity<'_> {
    match &row.content {
        Content::Socket(socket) if socket.inode == 0 => Identity::Ends(socket.ends()),
        Content::Socket(Socket { inode, .. }) | Content::Unlisted { inode } => Identity::Inode(*inode),
        Content::Other(target) => Identity::Target(target),
    }
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

fn inode(row: &Row) -> Option<u64> {
    match identity(row) {
        Identity::Inode(inode) => Some(inode),
        _ => None,
    }
}

fn inode_of_nobodys(row: &Row) -> Option<u64> {
    if row.actor.is_none() { inode(row) } else { None }
}

fn ends_of_nobodys(row: &Row) -> Option<Ends> {
    if row.actor.is_none() { row.socket().map(Socket::ends) } else { None }
}

/// A connection that has no descriptor yet.
fn awaiting(row: &Row) -> Option<&Socket> {
    if row.fd.is_none() { row.socket().filter(|socket| socket.awaits_accept()) } else { None }
}

/// Delays run all the time: they are no change. Nor is it one that a stranger's descriptor is known.
fn unchanged(old: &Row, new: &Row) -> bool {
    if old.fd != new.fd && (old.actor.is_some() || new.actor.is_some()) {
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
        Socket { inode, ..Socket::between(Protocol::Tcp, state, (end(3001), end(50312))) }
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
        let view = |rows: &[&Row]| View { rows: rows.iter().map(|row| (*row).clone()).collect(), ..View::default() };
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
        let known = Row { pid: Some(9), fd: Some(5), ..nobodys(socket(12, SocketState::Established)) };
        let unknown = nobodys(socket(12, SocketState::Established));
        let followed = Row { actor: Some("enfant 65".into()), ..known.clone() };
        let rows: [Story; 10] = [
            ("its holder is found", vec![&unknown], vec![&known], &[Mark::Same]),
            ("its holder is followed", vec![&known], vec![&followed], &[Mark::Same]),
            ("nobody holds it any more", vec![&known], vec![&time_wait], &[Mark::Changed]),
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
                ..View::default()
            }
        };
        assert!(!differs(&at(60_000), &at(1)));
    }
}
