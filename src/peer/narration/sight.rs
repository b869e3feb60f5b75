//! What the narration sees of the kernel: the whole of it, whatever is shown.

use std::collections::BTreeMap;

use super::Subject;
use crate::event::peer::PeerNote;
use crate::event::{ActorEvent, Event, PeerEvent, Returned};
use crate::observe::{Observer, Watched, cause};
use crate::state::{Content, Protocol, Row, Socket, SocketState, View};
use crate::syscall::address::Address;
use crate::syscall::call::{Call, Outcome};
use crate::syscall::errno::Errno;
use crate::watch::warning::Warnings;

/// Children whose descriptors are read: each costs a visit to /proc. The sockets of the others are strangers'.
const CHILDREN: usize = 64;

pub struct Sight {
    observer: Option<Observer>,
    /// Forked children by birth, so that those who are followed stay so until they end.
    children: BTreeMap<u64, (i32, String)>,
    births: u64,
    /// connect(2) calls that go on: SO_ERROR tells how they ended.
    dialled: BTreeMap<String, Call>,
    /// What the kernel last shown amounts to.
    outline: Vec<Outline>,
    warnings: Warnings,
    explained_backlog: bool,
}

impl Sight {
    #[must_use]
    pub fn new(observer: Option<Observer>) -> Sight {
        Sight {
            observer,
            children: BTreeMap::new(),
            births: 0,
            dialled: BTreeMap::new(),
            outline: Vec::new(),
            warnings: Warnings::default(),
            explained_backlog: false,
        }
    }

    pub fn born(&mut self, pid: i32, actor: &str) {
        self.births += 1;
        self.children.insert(self.births, (pid, actor.to_owned()));
    }

    pub fn ended(&mut self, pid: i32) {
        self.children.retain(|_, child| child.0 != pid);
    }

    /// Gives a call that failed its cause, as far as this machine tells.
    pub fn explain(&mut self, subject: &Subject, returned: &mut Returned) {
        if let Some((call, errno)) = self.failure(returned) {
            let child = self.children.values().any(|child| child.0 == returned.pid);
            let pid = if child { returned.pid } else { subject.pid };
            let failure = cause::Failure { pid, call: &call, errno };
            returned.cause = self.observer.as_mut().and_then(|observer| cause::cause(observer, failure));
        }
    }

    /// The call that failed, now or, where SO_ERROR says so, before.
    fn failure(&mut self, returned: &Returned) -> Option<(Call, Errno)> {
        let call = returned.call.as_ref()?;
        if let Some(errno) = call.pending_error() {
            return Some((self.dialled.remove(&returned.actor)?, errno));
        }
        let Outcome::Failed(errno) = returned.outcome else { return None };
        if errno == Errno::EINPROGRESS {
            self.dialled.insert(returned.actor.clone(), call.clone());
        }
        Some((call.clone(), errno))
    }

    /// The sockets of the peer and of who talks to it, none left out; those in TIME_WAIT apart.
    pub fn look(&mut self, subject: &Subject) -> Option<View> {
        let watched = |pid: i32, actor: &str| Watched { actor: actor.to_owned(), pid, hidden: subject.hidden.clone() };
        let children = self.children.values().take(CHILDREN).map(|(pid, actor)| watched(*pid, actor));
        let all: Vec<Watched> = std::iter::once(watched(subject.pid, &subject.actor)).chain(children).collect();
        let mut view = self.observer.as_mut()?.view(&all, &subject.ports).ok()?;
        view.rows.retain(|row| !matches!(row.content, Content::Other(_)));
        keep_protocols(&mut view);
        if !view.rows.iter().any(|row| row.pid == Some(subject.pid)) && !subject.ports.is_empty() {
            // No descriptor is left even to look: what cannot be seen is not gone.
            return None;
        }
        // The listening socket first: its queue is what clients wait in.
        view.rows.sort_by_key(|row| !row.is_listening());
        view.fold_finished();
        Some(view)
    }

    /// Remembers the view as shown.
    pub fn keep(&mut self, view: &View) {
        self.outline = outline(view);
    }

    /// Whether anything worth showing differs from what was kept.
    #[must_use]
    pub fn is_news(&self, view: &View) -> bool {
        self.outline != outline(view)
    }

    /// What a view gives to say, once.
    pub fn warnings(&mut self, view: &View) -> Vec<Event> {
        let notes = self.warnings.of(view, true);
        let mut events: Vec<Event> = notes.into_iter().map(|note| Event::Actor(ActorEvent::Note { note })).collect();
        if let Some(note) = view.rows.iter().find_map(crowded).filter(|_| !self.explained_backlog) {
            self.explained_backlog = true;
            events.push(Event::Peer(PeerEvent::Note { note }));
        }
        events
    }
}

/// Port 3001 of TCP and port 3001 of UDP are two ports: strangers are of interest where they speak the same protocol.
fn keep_protocols(view: &mut View) {
    let protocol = |row: &Row| row.socket().map(|socket| socket.protocol);
    let own: Vec<Protocol> = view.rows.iter().filter(|row| row.actor.is_some()).filter_map(protocol).collect();
    if !own.is_empty() {
        view.rows.retain(|row| row.actor.is_some() || protocol(row).is_none_or(|one| own.contains(&one)));
    }
}

/// What a change worth showing changes: the holder, the connection, the state and the queues.
type Outline = (Option<i32>, Option<i32>, Option<(u64, Address, SocketState, [u32; 3])>);

fn outline(view: &View) -> Vec<Outline> {
    let one = |socket: &Socket| {
        let queues = [socket.accept_queue.unwrap_or(0), socket.recv_queue, socket.send_queue];
        (socket.inode, socket.remote.clone(), socket.state, queues)
    };
    view.rows.iter().map(|row| (row.pid, row.fd, row.socket().map(one))).collect()
}

/// A queue that holds more connections than its backlog.
fn crowded(row: &Row) -> Option<PeerNote> {
    let socket = row.socket()?;
    let (waiting, backlog) = (socket.accept_queue?, socket.backlog?);
    (row.actor.is_some() && waiting > backlog).then_some(PeerNote::QueueBeyondBacklog { waiting, backlog })
}
