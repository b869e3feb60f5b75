//! Shows what a peer tells: calls as they return, the ones that sleep as soon as they are seen to, and the kernel
//! around them once it is quiet. It runs in a thread of its own, so that the peer never waits for the screen.

mod causes;
mod outline;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use self::outline::{Outline, is_listening, open_to_all, outline};
use crate::event::peer::{ConnectFinished, PeerNote, ServeFinished};
use crate::event::{Blocked, CallEvent, Event, Note, ProcessChange, Reach, Renderer, Returned, Waiting};
use crate::observe::{Observer, Watched, process};
use crate::peer::doubts::Doubts;
use crate::peer::speaker::{Heard, Listener};
use crate::state::{Content, Source, View};
use crate::syscall::call::Call;

/// A call that is not over after so long is looked at: is it asleep?
const PATIENCE: Duration = Duration::from_millis(40);
/// How often the screen is refreshed while nothing happens.
const REFRESH: Duration = Duration::from_millis(250);
/// Calls that were not shown are announced at most so often.
const ANNOUNCE: Duration = Duration::from_secs(1);
/// The kernel is shown at least so often while nothing is ever quiet.
const GLIMPSE: Duration = Duration::from_secs(2);
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
    /// Seen asleep.
    blocked: Option<Blocked>,
    /// Its beginning was not told: nor will its return be.
    untold: bool,
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
    announced_in_all: u64,
    announced: Instant,
    /// When the kernel was last shown.
    glimpsed: Instant,
    /// The second being shown, and calls shown in it.
    second: (Instant, u32),
    /// Actors whose present call is counted, not shown.
    muted: BTreeSet<String>,
    /// Actors whose last call was not shown: what it brought is not either.
    hushed: BTreeSet<String>,
    warned: BTreeSet<u16>,
    fallback: bool,
    /// What clients have not finished, and since when.
    doubts: Doubts,
    /// connect(2) calls that go on: SO_ERROR tells how they ended.
    dialled: BTreeMap<String, Call>,
    /// What the kernel last shown amounts to.
    outline: Vec<Outline>,
    /// Sockets left out of the view: as last said, and now.
    beyond: (usize, usize),
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
            announced_in_all: 0,
            announced: now,
            glimpsed: now,
            second: (now, 0),
            muted: BTreeSet::new(),
            hushed: BTreeSet::new(),
            warned: BTreeSet::new(),
            fallback: false,
            doubts: Doubts::default(),
            dialled: BTreeMap::new(),
            outline: Vec::new(),
            beyond: (0, 0),
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
            self.announce_in_time()?;
            self.tell_doubts()?;
            if self.stirred && self.glimpsed.elapsed() >= GLIMPSE {
                self.show_kernel()?;
            }
        }
        self.announce()
    }

    fn tell(&mut self, event: Event) -> io::Result<()> {
        self.stirred = true;
        match event {
            Event::Call(call) => self.begin(call),
            Event::Returned(returned) => self.end(returned),
            Event::Process { ref actor, pid, tid, ref change } => {
                match change {
                    ProcessChange::Born if pid != self.subject.pid && pid == tid => {
                        self.children.insert(pid, actor.clone());
                    }
                    ProcessChange::Born => {}
                    ProcessChange::Exited { .. } | ProcessChange::Died { .. } => {
                        self.children.remove(&pid);
                        self.pending.remove(actor);
                        self.muted.remove(actor);
                    }
                }
                self.show_unless_hurried(&event)
            }
            Event::PeerNote { note: PeerNote::Unfinished { client, what, lines, bytes } } => {
                self.doubts.note(client, (what, lines, bytes), Instant::now());
                Ok(())
            }
            Event::ClientGone(ref gone) => {
                self.doubts.forget(gone.number);
                self.show_unless_hurried(&event)
            }
            Event::Data(ref data) if self.hushed.contains(&data.actor) => Ok(()),
            Event::Client(_)
            | Event::PeerNote {
                note:
                    PeerNote::Misbehaves { client: Some(_), .. }
                    | PeerNote::NulReceived { .. }
                    | PeerNote::SendsNoMore { .. }
                    | PeerNote::BytesLost { .. }
                    | PeerNote::ClosedUnread { .. },
            } => self.show_unless_hurried(&event),
            Event::ServeFinished(finished) => {
                self.announce()?;
                let skipped = self.announced_in_all;
                self.renderer.show(&Event::ServeFinished(ServeFinished { skipped, ..finished }))
            }
            Event::ConnectFinished(finished) => {
                self.announce()?;
                let skipped = self.announced_in_all;
                self.renderer.show(&Event::ConnectFinished(ConnectFinished { skipped, ..finished }))
            }
            #[rustfmt::skip]
            Event::LessonStarted(_) | Event::Section { .. } | Event::Skipped { .. } | Event::Text { .. }
            | Event::Display { .. } | Event::Statement { .. } | Event::Blocked(_) | Event::Output { .. }
            | Event::Kernel { .. } | Event::Memory(_) | Event::State { .. } | Event::Question { .. }
            | Event::Verdict(_) | Event::Hint { .. } | Event::Visitor(_) | Event::Role { .. }
            | Event::Note { .. } | Event::Explanation { .. } | Event::Details { .. } | Event::Closing { .. }
            | Event::LessonFinished { .. } | Event::ServeStarted(_) | Event::Listening(_) | Event::Data(_)
            | Event::PeerNote { .. } | Event::ConnectStarted(_) | Event::TraceStarted(_) | Event::Traced(_)
            | Event::Stuck(_) | Event::Finding(_) | Event::Summary { .. } | Event::TraceFinished(_) => self.renderer.show(&event),
        }
    }

    /// What clients have left unfinished for a while.
    fn tell_doubts(&mut self) -> io::Result<()> {
        for note in self.doubts.ripe(Instant::now()) {
            self.renderer.show(&Event::PeerNote { note })?;
        }
        Ok(())
    }

    /// For what comes with calls that are not shown either.
    fn show_unless_hurried(&mut self, event: &Event) -> io::Result<()> {
        if self.is_muted_second() { Ok(()) } else { self.renderer.show(event) }
    }

    fn end(&mut self, mut returned: Returned) -> io::Result<()> {
        self.pending.remove(&returned.actor);
        if self.muted.remove(&returned.actor) {
            return Ok(());
        }
        self.explain(&mut returned);
        self.renderer.show(&Event::Returned(returned))
    }

    fn begin(&mut self, call: CallEvent) -> io::Result<()> {
        let actor = call.actor.clone();
        if self.is_too_fast() {
            self.skipped += 1;
            self.muted.insert(actor.clone());
            self.hushed.insert(actor.clone());
        } else {
            self.hushed.remove(&actor);
            self.renderer.show(&Event::Call(call.clone()))?;
        }
        self.pending.insert(actor, Pending { call, since: Instant::now(), blocked: None, untold: false });
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

    fn announce_in_time(&mut self) -> io::Result<()> {
        if self.announced.elapsed() >= ANNOUNCE { self.announce() } else { Ok(()) }
    }

    /// Says how many calls were not shown.
    fn announce(&mut self) -> io::Result<()> {
        self.announced = Instant::now();
        self.hushed.clear();
        self.skipped += self.listener.take_skipped();
        self.announced_in_all += self.skipped;
        match std::mem::take(&mut self.skipped) {
            0 => Ok(()),
            count => {
                // What was not told may be what ended them.
                self.doubts = Doubts::default();
                self.renderer.show(&Event::PeerNote { note: PeerNote::CallsSkipped { count } })
            }
        }
    }

    /// Nothing happens: who sleeps, what the kernel holds.
    fn rest(&mut self) -> io::Result<()> {
        self.recall_untold();
        self.announce_in_time()?;
        self.show_sleepers()?;
        let seen = if self.stirred { self.show_kernel()? } else { None };
        if !self.subject.live {
            return if seen.is_none() { self.show_change() } else { Ok(()) };
        }
        match seen.or_else(|| self.view()) {
            Some(view) => self.wait(view),
            None => Ok(()),
        }
    }

    /// Calls that sleep for long although nobody could tell that they began.
    fn recall_untold(&mut self) {
        let untold = self.listener.untold();
        let sleeping: BTreeSet<&str> = untold.iter().map(|call| call.actor.as_str()).collect();
        self.pending.retain(|actor, pending| !pending.untold || sleeping.contains(actor.as_str()));
        for call in untold {
            let since = Instant::now();
            let pending = Pending { call, since, blocked: None, untold: true };
            self.pending.entry(pending.call.actor.clone()).or_insert(pending);
        }
    }

    fn show_kernel(&mut self) -> io::Result<Option<View>> {
        self.stirred = false;
        self.glimpsed = Instant::now();
        let Some(view) = self.view() else { return Ok(None) };
        self.show_view(&view)?;
        Ok(Some(view))
    }

    fn show_view(&mut self, view: &View) -> io::Result<()> {
        self.outline = outline(view);
        self.renderer.show(&Event::Kernel { view: view.clone() })?;
        self.tell_beyond()?;
        self.warn(view)
    }

    /// Where nothing is drawn while waiting, what changes without a call (a queue that fills) is shown as it comes.
    fn show_change(&mut self) -> io::Result<()> {
        match self.view() {
            Some(view) if self.outline != outline(&view) => self.show_view(&view),
            _ => Ok(()),
        }
    }

    /// Says how many sockets the view leaves out, when that changes.
    fn tell_beyond(&mut self) -> io::Result<()> {
        let (said, now) = self.beyond;
        self.beyond.0 = now;
        if now == 0 || now == said {
            return Ok(());
        }
        self.renderer.show(&Event::PeerNote { note: PeerNote::SocketsHidden { count: now as u64 } })
    }

    /// Shows the calls that are seen to sleep, once each; no more of them than can be read.
    fn show_sleepers(&mut self) -> io::Result<()> {
        let old = |pending: &Pending| pending.blocked.is_none() && pending.since.elapsed() >= PATIENCE;
        let waiting = self.pending.iter().filter(|(_, pending)| old(pending));
        let actors: Vec<String> = waiting.map(|(actor, _)| actor.clone()).collect();
        for actor in actors {
            let Some(Pending { call: CallEvent { pid, tid, call: Some(call), .. }, .. }) = self.pending.get(&actor)
            else {
                continue;
            };
            let Some(activity) = process::activity(*pid, *tid) else {
                // Gone, with nothing told of it.
                self.pending.remove(&actor);
                continue;
            };
            if activity.state != 'S' {
                continue;
            }
            let blocked = Blocked {
                actor: actor.clone(),
                pid: *tid,
                call: call.clone(),
                state: activity.state,
                wchan: activity.wchan,
                expected: true,
            };
            if !self.is_too_fast() {
                self.muted.remove(&actor);
                self.renderer.show(&Event::Blocked(blocked.clone()))?;
            }
            self.pending.entry(actor).and_modify(|pending| pending.blocked = Some(blocked));
        }
        Ok(())
    }

    fn view(&mut self) -> Option<View> {
        let own =
            Watched { actor: self.subject.actor.clone(), pid: self.subject.pid, hidden: self.subject.hidden.clone() };
        // Each costs a visit to /proc, and a view has few rows.
        let children = self.children.iter().rev().take(ROWS).map(|(pid, actor)| Watched {
            actor: actor.clone(),
            pid: *pid,
            hidden: self.subject.hidden.clone(),
        });
        let watched: Vec<Watched> = std::iter::once(own).chain(children).collect();
        let mut view = self.observer.as_mut()?.view(&watched, &self.subject.ports).ok()?;
        view.rows.retain(|row| !matches!(row.content, Content::Other(_)));
        let own = view.rows.iter().any(|row| row.pid == Some(self.subject.pid));
        if !own && !self.subject.ports.is_empty() {
            // No descriptor is left even to look: what cannot be seen is not gone.
            return None;
        }
        // The listening socket first: its queue is what clients wait in.
        view.rows.sort_by_key(|row| !is_listening(row));
        self.beyond.1 = view.rows.len().saturating_sub(ROWS);
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

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::{Narration, Subject};
    use crate::event::peer::{Data, Direction, PeerNote};
    use crate::event::{CallEvent, Event, Judgement, Renderer, Returned, Waiting};
    use crate::peer::speaker::{Speaker, channel};
    use crate::peer::tally::Tally;
    use crate::syscall::call::{Answer, Call, Outcome};

    #[derive(Debug, Default)]
    struct Shown(Vec<Event>);

    impl Renderer for Shown {
        fn show(&mut self, event: &Event) -> io::Result<()> {
            self.0.push(event.clone());
            Ok(())
        }

        fn wait(&mut self, _: &Waiting) -> io::Result<()> {
            Ok(())
        }
    }

    /// A call that returned, and what it brought.
    fn receive(speaker: &Speaker, actor: &str) {
        let (actor, source) = (actor.to_owned(), String::new());
        let call = Some(Call { name: "recv".to_owned(), arguments: Vec::new() });
        speaker.say(Event::Call(CallEvent {
            actor: actor.clone(),
            pid: 1,
            tid: 1,
            line: 0,
            source,
            call: call.clone(),
        }));
        speaker.say(Event::Returned(Returned {
            actor: actor.clone(),
            pid: 1,
            call,
            outcome: Outcome::Returned(Answer::Number(1)),
            duration_us: 1,
            expected: Judgement::NotJudged,
            wanted: None,
            cause: None,
        }));
        let direction = Direction::Received;
        speaker.say(Event::Data(Data { actor, peer: None, direction, offset: 0, total: 1, bytes: vec![b'x'] }));
    }

    fn narrate(pace: Option<u32>, speak: impl FnOnce(&Speaker)) -> Vec<Event> {
        let (speaker, listener) = channel(1000, &Arc::new(Tally::default()));
        speak(&speaker);
        drop(speaker);
        let subject = Subject {
            actor: "serveur".to_owned(),
            pid: 1,
            hidden: Vec::new(),
            reach: Vec::new(),
            pace,
            live: false,
            ports: Vec::new(),
        };
        let mut shown = Shown::default();
        Narration::new(subject, listener, (&mut shown, None)).run().unwrap();
        shown.0
    }

    #[test]
    fn calls_beyond_the_pace_are_counted_with_what_they_brought() {
        let shown = narrate(Some(3), |speaker| (0..10).for_each(|index| receive(speaker, &format!("fil {index}"))));
        let count = |wanted: fn(&Event) -> bool| shown.iter().filter(|event| wanted(event)).count();
        let told = [
            count(|event| matches!(event, Event::Call(_))),
            count(|event| matches!(event, Event::Returned(_))),
            count(|event| matches!(event, Event::Data(_))),
        ];
        assert_eq!(told, [3; 3]);
        assert_eq!(shown.last(), Some(&Event::PeerNote { note: PeerNote::CallsSkipped { count: 7 } }));
    }

    #[test]
    fn nothing_is_kept_from_those_who_do_not_read() {
        let shown = narrate(None, |speaker| (0..10).for_each(|_| receive(speaker, "serveur")));
        assert_eq!(shown.len(), 30);
    }
}
