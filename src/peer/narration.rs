//! Shows what a peer tells: calls as they return, the ones that sleep as soon as they are seen to, and the kernel
//! around them once it is quiet. It runs in a thread of its own, so that the peer never waits for the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use crate::event::peer::PeerNote;
use crate::event::{Blocked, CallEvent, Event, Note, ProcessChange, Reach, Renderer, Waiting};
use crate::observe::{Observer, Watched, cause, process};
use crate::peer::speaker::{Heard, Listener};
use crate::state::{Content, Row, SocketState, Source, View};
use crate::syscall::call::Outcome;

/// A call that is not over after so long is looked at: is it asleep?
const PATIENCE: Duration = Duration::from_millis(40);
/// How often the screen is refreshed while nothing happens.
const REFRESH: Duration = Duration::from_millis(250);
/// Calls that were not shown are announced at most so often.
const ANNOUNCE: Duration = Duration::from_secs(1);
/// Rows of a view: more would hide the calls.
const ROWS: usize = 12;

/// What the narration needs to know of the peer.
#[derive(Debug)]
pub struct Subject {
    pub actor: String,
    pub pid: i32,
    /// Descriptors that are socketlab's own.
    pub hidden: Vec<i32>,
    /// What clients type.
    pub reach: Vec<Reach>,
    /// Where somebody reads: shows at most so many calls a second.
    pub pace: Option<u32>,
    /// Whether what only holds while waiting is shown.
    pub live: bool,
    /// Ports whose sockets are shown whoever holds them.
    pub ports: Vec<u16>,
}

/// A call that is not over.
#[derive(Debug)]
struct Pending {
    call: CallEvent,
    since: Instant,
    /// Shown asleep.
    blocked: Option<Blocked>,
}

pub struct Narration<'a> {
    subject: Subject,
    listener: Listener,
    renderer: &'a mut (dyn Renderer + Send),
    observer: Option<Observer>,
    pending: BTreeMap<String, Pending>,
    /// Forked children, and their actors.
    children: BTreeMap<i32, String>,
    /// Something happened since the kernel was last shown.
    stirred: bool,
    skipped: u64,
    announced: Instant,
    /// The second being shown, and calls shown in it.
    second: (Instant, u32),
    /// Actors whose present call is counted, not shown.
    muted: BTreeSet<String>,
    warned: BTreeSet<u16>,
    fallback: bool,
}

impl std::fmt::Debug for Narration<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Narration").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl<'a> Narration<'a> {
    /// Watches the network namespace of this thread; `observer` is `None` where nothing can be watched.
    pub fn new(
        mut subject: Subject,
        listener: Listener,
        (renderer, observer): (&'a mut (dyn Renderer + Send), Option<Observer>),
    ) -> Narration<'a> {
        subject.hidden.extend(observer.as_ref().and_then(Observer::descriptor));
        let now = Instant::now();
        Narration {
            subject,
            listener,
            renderer,
            observer,
            pending: BTreeMap::new(),
            children: BTreeMap::new(),
            stirred: false,
            skipped: 0,
            announced: now,
            second: (now, 0),
            muted: BTreeSet::new(),
            warned: BTreeSet::new(),
            fallback: false,
        }
    }

    /// Until every speaker is gone.
    ///
    /// # Errors
    /// The renderer's own: a closed pipe, a full disk.
    pub fn run(mut self) -> io::Result<()> {
        loop {
            match self.listener.hear(if self.stirred { PATIENCE } else { REFRESH }) {
                Heard::Event(event) => self.tell(*event)?,
                Heard::Nothing => self.rest()?,
                Heard::End => break,
            }
            if self.announced.elapsed() >= ANNOUNCE {
                self.announce()?;
            }
        }
        self.announce()
    }

    fn tell(&mut self, event: Event) -> io::Result<()> {
        self.stirred = true;
        match event {
            Event::Call(call) => self.begin(call),
            Event::Returned(mut returned) => {
                self.pending.remove(&returned.actor);
                if self.muted.remove(&returned.actor) {
                    return Ok(());
                }
                if let (Some(call), Outcome::Failed(errno)) = (&returned.call, &returned.outcome) {
                    let failure = cause::Failure { pid: self.subject.pid, call, errno: *errno };
                    returned.cause = self.observer.as_mut().and_then(|observer| cause::cause(observer, failure));
                }
                self.renderer.show(&Event::Returned(returned))
            }
            Event::Process { ref actor, pid, tid, ref change } => {
                match change {
                    ProcessChange::Born if pid != self.subject.pid && pid == tid => {
                        self.children.insert(pid, actor.clone());
                    }
                    ProcessChange::Born => {}
                    _ => drop(self.children.remove(&pid)),
                }
                self.renderer.show(&event)
            }
            Event::Data(data) if self.is_muted_second() => {
                drop(data);
                Ok(())
            }
            other => self.renderer.show(&other),
        }
    }

    fn begin(&mut self, call: CallEvent) -> io::Result<()> {
        let actor = call.actor.clone();
        if self.is_too_fast() {
            self.skipped += 1;
            self.muted.insert(actor.clone());
        } else {
            self.renderer.show(&Event::Call(call.clone()))?;
        }
        self.pending.insert(actor, Pending { call, since: Instant::now(), blocked: None });
        Ok(())
    }

    /// Counts one more call in the present second; true when nobody could read it.
    fn is_too_fast(&mut self) -> bool {
        if self.second.0.elapsed() >= Duration::from_secs(1) {
            self.second = (Instant::now(), 0);
        }
        self.second.1 += 1;
        self.is_muted_second()
    }

    fn is_muted_second(&self) -> bool {
        self.subject.pace.is_some_and(|pace| self.second.1 > pace)
    }

    /// Says how many calls were not shown.
    fn announce(&mut self) -> io::Result<()> {
        self.announced = Instant::now();
        self.skipped += self.listener.take_skipped();
        match std::mem::take(&mut self.skipped) {
            0 => Ok(()),
            count => self.renderer.show(&Event::PeerNote { note: PeerNote::CallsSkipped { count } }),
        }
    }

    /// Nothing happens: who sleeps, what the kernel holds.
    fn rest(&mut self) -> io::Result<()> {
        for call in self.listener.untold() {
            let since = Instant::now();
            self.pending.entry(call.actor.clone()).or_insert(Pending { call, since, blocked: None });
        }
        self.announce()?;
        self.show_sleepers()?;
        if !self.stirred && !self.subject.live {
            return Ok(());
        }
        let Some(view) = self.view() else { return Ok(()) };
        if std::mem::take(&mut self.stirred) {
            self.renderer.show(&Event::Kernel { view: view.clone() })?;
            self.warn(&view)?;
        }
        if self.subject.live { self.wait(view) } else { Ok(()) }
    }

    /// Shows the calls that are seen to sleep, once each.
    fn show_sleepers(&mut self) -> io::Result<()> {
        for pending in self.pending.values_mut().filter(|pending| pending.blocked.is_none()) {
            if pending.since.elapsed() < PATIENCE {
                continue;
            }
            let CallEvent { pid, tid, actor, call: Some(call), .. } = &pending.call else { continue };
            let Some(activity) = process::activity(*pid, *tid).filter(|activity| activity.state == 'S') else {
                continue;
            };
            let blocked = Blocked {
                actor: actor.clone(),
                pid: *tid,
                call: call.clone(),
                state: activity.state,
                wchan: activity.wchan,
                expected: true,
            };
            self.muted.remove(actor);
            self.renderer.show(&Event::Blocked(blocked.clone()))?;
            pending.blocked = Some(blocked);
        }
        Ok(())
    }

    fn view(&mut self) -> Option<View> {
        let own =
            Watched { actor: self.subject.actor.clone(), pid: self.subject.pid, hidden: self.subject.hidden.clone() };
        let children = self.children.iter().map(|(pid, actor)| Watched {
            actor: actor.clone(),
            pid: *pid,
            hidden: self.subject.hidden.clone(),
        });
        let watched: Vec<Watched> = std::iter::once(own).chain(children).collect();
        let mut view = self.observer.as_mut()?.view(&watched, &self.subject.ports).ok()?;
        view.rows.retain(|row| !matches!(row.content, Content::Other(_)));
        // The listening socket first: its queue is what clients wait in.
        view.rows.sort_by_key(|row| !is_listening(row));
        view.rows.truncate(ROWS);
        Some(view)
    }

    fn warn(&mut self, view: &View) -> io::Result<()> {
        if view.source == Some(Source::Proc) && !std::mem::replace(&mut self.fallback, true) {
            self.renderer.show(&Event::Note { note: Note::ProcFallback })?;
        }
        for port in view.rows.iter().filter_map(open_to_all) {
            if self.warned.insert(port) {
                self.renderer.show(&Event::Note { note: Note::VisibleFromNetwork { port } })?;
            }
        }
        Ok(())
    }

    fn wait(&mut self, view: View) -> io::Result<()> {
        let sleeper = self.pending.get(&self.subject.actor).filter(|pending| pending.blocked.is_some());
        let waiting = Waiting {
            blocked: sleeper.and_then(|pending| pending.blocked.clone()),
            seconds: sleeper.map_or(0, |pending| pending.since.elapsed().as_secs()),
            view,
            addresses: self.subject.reach.clone(),
            keys: Vec::new(),
        };
        self.renderer.wait(&waiting)
    }
}

fn is_listening(row: &Row) -> bool {
    matches!(&row.content, Content::Socket(socket) if socket.state == SocketState::Listen)
}

/// The port of a socket of the peer's that listens on every interface.
fn open_to_all(row: &Row) -> Option<u16> {
    match &row.content {
        Content::Socket(socket) if row.actor.is_some() && is_listening(row) && socket.local.is_any() => {
            socket.local.port()
        }
        _ => None,
    }
}
