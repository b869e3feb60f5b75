//! Tasks that sleep in a call: what the kernel shows around them, and what they wait for.

use std::time::{Duration, Instant};

use super::deadlock::deadlock;
use super::difference::differs;
use super::why::{watched, why};
use crate::event::trace::{Stuck, Why};
use crate::observe::{Observer, Watched, process};
use crate::observed::{Peer, Traced};
use crate::state::{Activity, Content, Row, SocketState, View};

/// How often a sleeper is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Looks, one after the other, at two programs that wait for each other before it is held for certain: two seconds.
const CERTAIN: u32 = 3;
/// The same where the peer looks at the time too, as clients do that give up: four seconds.
const PATIENT: u32 = 5;

/// What epoll(7) tells once: bytes to read, edge-triggered.
const EDGES: u32 = (libc::EPOLLIN | libc::EPOLLET).cast_unsigned();

/// What was last seen of a task asleep in one call.
#[derive(Debug, Default)]
pub struct Sleeper {
    looked: Option<Instant>,
    shown: Option<(Why, View)>,
    /// How often in a row it was seen face to face with its peer.
    facing: u32,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug)]
pub struct Asleep<'a> {
    pub pid: i32,
    pub tid: i32,
    pub at_us: u64,
    pub since_ms: u64,
    pub traced: &'a Traced,
}

/// What a look brought.
#[derive(Debug, Default)]
pub struct Seen {
    /// To show: the first time, and when something changed.
    pub stuck: Option<Stuck>,
    /// A peer that waits too, the first time that it is certain.
    pub deadlock: Option<Peer>,
    /// Asleep in epoll_wait(2) or select(2): sockets on which bytes or clients wait without a word, and how many.
    pub silent: Vec<(i32, u64)>,
}

impl Sleeper {
    /// Whether it is time to look again.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.looked.is_none_or(|looked| looked.elapsed() >= LOOK)
    }

    /// Looks at the task; nothing where it does not sleep.
    pub fn look(&mut self, observer: Option<&mut Observer>, asleep: Asleep<'_>) -> Seen {
        self.looked = Some(Instant::now());
        let Some(activity) = process::activity(asleep.pid, asleep.tid).filter(Activity::asleep) else {
            self.facing = 0;
            return Seen::default();
        };
        let mut view = observer.and_then(|observer| view(observer, asleep)).unwrap_or_default();
        let facing = deadlock(asleep.traced, asleep.pid, &view.rows);
        self.facing = if facing.is_some() { self.facing.saturating_add(1) } else { 0 };
        let enough = if facing.as_ref().is_some_and(|facing| facing.polls) { PATIENT } else { CERTAIN };
        let certain = facing.map(|facing| facing.peer).filter(|_| self.facing >= enough);
        let silent = silent(asleep, &view.rows);
        let why = match silent.first().filter(|_| asleep.traced.sys.waits_on_epoll()) {
            Some((fd, bytes)) => Why::AnnouncedBefore { fd: *fd, bytes: *bytes },
            None => why(asleep.traced, &view.rows, certain.as_ref()),
        };
        keep_concerned(&mut view, asleep.traced);
        let same = self.shown.as_ref().is_some_and(|(old, shown)| *old == why && !differs(shown, &view));
        let deadlock = certain.filter(|_| self.facing == enough);
        if same {
            return Seen { stuck: None, deadlock, silent };
        }
        self.shown = Some((why.clone(), view.clone()));
        let Asleep { pid, tid, at_us, since_ms, traced } = asleep;
        let stuck = Stuck { at_us, pid, tid, call: traced.call.clone(), since_ms, activity, view, why };
        Seen { stuck: Some(stuck), deadlock, silent }
    }
}

/// Of the sockets of a process asleep in such a wait, those that it will not be told of though something waits there:
/// watched edge-triggered, or left out of the set of those to read.
fn silent(asleep: Asleep<'_>, rows: &[Row]) -> Vec<(i32, u64)> {
    let traced = asleep.traced;
    if traced.sys.takes_sets() {
        let watched = watched(traced);
        return waiting(rows).filter(|(fd, _)| !watched.contains(fd)).collect();
    }
    let epoll = traced.fd.filter(|_| traced.sys.waits_on_epoll());
    let registered = epoll.map(|fd| process::epoll(asleep.pid, fd)).unwrap_or_default();
    let edge = |fd: i32| registered.iter().any(|(known, events)| *known == fd && events & EDGES == EDGES);
    waiting(rows).filter(|(fd, _)| edge(*fd)).collect()
}

/// The sockets of the watched process that it has not read to the end, with their bytes, and its listeners, with the clients
/// that wait.
fn waiting(rows: &[Row]) -> impl Iterator<Item = (i32, u64)> {
    let one = |row: &Row| {
        let (fd, socket) = (row.fd.filter(|_| row.actor.is_some())?, row.socket()?);
        let waits = if socket.state == SocketState::Listen { socket.accept_queue? } else { socket.unread() };
        Some((fd, u64::from(waits))).filter(|(_, waits)| *waits > 0)
    };
    rows.iter().filter_map(one)
}

fn view(observer: &mut Observer, asleep: Asleep<'_>) -> Option<View> {
    let actor = process::command(asleep.pid)?;
    observer.view(&[Watched { actor, pid: asleep.pid, hidden: Vec::new() }], &[]).ok()
}

/// Leaves the sockets that the call is about, and the other ends of their connections.
fn keep_concerned(view: &mut View, traced: &Traced) {
    let mut fds = watched(traced);
    fds.extend(traced.fd);
    let own = |row: &Row| row.actor.is_some() && row.fd.is_some_and(|fd| fds.contains(&fd));
    let kept: Vec<Row> =
        view.rows.iter().filter(|row| own(row) && !matches!(row.content, Content::Other(_))).cloned().collect();
    view.rows.retain(|row| kept.contains(row) || (row.actor.is_none() && kept.iter().any(|one| concerns(one, row))));
}

fn concerns(own: &Row, other: &Row) -> bool {
    let (Content::Socket(own), Content::Socket(other)) = (&own.content, &other.content) else { return false };
    if own.state == SocketState::Listen {
        return other.awaits_accept() && other.local.port() == own.local.port();
    }
    own.protocol == other.protocol && own.local == other.remote && own.remote == other.local
}
