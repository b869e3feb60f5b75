//! Shows what a peer tells: calls as they return, the ones that sleep as soon as they are seen to, and the kernel
//! around them once it is quiet. It runs in a thread of its own, so that the peer never waits for the screen.

mod pace;
mod sight;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use self::pace::Pace;
use self::sight::Sight;
use crate::event::peer::{ConnectFinished, PeerNote, ServeFinished};
use crate::event::{
    ActorEvent, Blocked, CallEvent, Event, PeerEvent, ProcessChange, Reach, Renderer, Returned, Waiting,
};
use crate::observe::{Observer, process};
use crate::peer::doubts::Doubts;
use crate::peer::event_channel::{EventReceiver, Received};
use crate::state::View;
use crate::syscall::call::{Answer, Outcome};
use crate::syscall::name::Name;

/// A call that is not over after so long is looked at: is it asleep?
const PATIENCE: Duration = Duration::from_millis(40);
/// How often the screen is refreshed while nothing happens.
const REFRESH: Duration = Duration::from_millis(250);
/// The kernel is shown at least so often while nothing is ever quiet, and at most so often while it is large.
const GLIMPSE: Duration = Duration::from_secs(2);
/// Rows of a view that is large: to read and to tell it costs.
const LARGE: usize = 256;
/// What a call brought is awaited at most so long before the kernel is shown.
const OWED: Duration = Duration::from_secs(1);

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
    dropped: bool,
}

pub struct Narration<'a> {
    subject: Subject,
    receiver: EventReceiver,
    renderer: &'a mut (dyn Renderer + Send),
    sight: Sight,
    pace: Pace,
    pending: BTreeMap<String, Pending>,
    /// Since when things happen that the kernel last shown does not know of.
    stirred: Option<Instant>,
    /// When the kernel was last shown, and whether it was large.
    glimpsed: (Instant, bool),
    /// Actors whose call brought bytes that are still to be shown: nothing comes between.
    owed: BTreeMap<String, Instant>,
    /// What clients have not finished, and since when.
    doubts: Doubts,
    /// The last word was said.
    over: bool,
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
        receiver: EventReceiver,
        (renderer, observer): (&'a mut (dyn Renderer + Send), Option<Observer>),
    ) -> Narration<'a> {
        subject.hidden.extend(observer.as_ref().and_then(Observer::descriptor));
        Narration {
            pace: Pace::new(subject.pace),
            subject,
            receiver,
            renderer,
            sight: Sight::new(observer),
            pending: BTreeMap::new(),
            stirred: None,
            glimpsed: (Instant::now(), false),
            owed: BTreeMap::new(),
            doubts: Doubts::default(),
            over: false,
        }
    }

    /// Until every sender is gone.
    ///
    /// # Errors
    /// The renderer's own: a closed pipe, a full disk.
    pub fn run(mut self) -> io::Result<()> {
        loop {
            let received = self.receiver.receive(if self.stirred.is_some() { PATIENCE } else { REFRESH });
            if matches!(received, Received::End) {
                break;
            }
            self.hear(received)?;
        }
        if self.over { Ok(()) } else { self.announce() }
    }

    fn hear(&mut self, received: Received) -> io::Result<()> {
        match received {
            Received::Event(event) => self.tell(*event)?,
            Received::Nothing if !self.over => self.rest()?,
            Received::Nothing | Received::End => {}
        }
        if self.over {
            return Ok(());
        }
        self.announce_in_time()?;
        self.tell_doubts()?;
        if self.is_never_quiet() && !self.is_owed() { self.glimpse() } else { Ok(()) }
    }

    fn tell(&mut self, event: Event) -> io::Result<()> {
        self.stirred.get_or_insert_with(Instant::now);
        match event {
            Event::Actor(ActorEvent::Call(call)) => self.begin(call),
            Event::Actor(ActorEvent::Returned(returned)) => self.end(returned),
            Event::Actor(ActorEvent::Process { ref actor, pid, tid, ref change }) => {
                self.meet(actor, (pid, tid), change);
                self.show_at_pace(&event)
            }
            Event::Peer(PeerEvent::Data(ref data)) => {
                self.owed.remove(&data.actor);
                if self.pace.shows_data(&data.actor) { self.renderer.show(&event) } else { Ok(()) }
            }
            Event::Peer(PeerEvent::Note { note: PeerNote::Unfinished { client, what, lines, bytes } }) => {
                self.doubts.note(client, (what, lines, bytes), Instant::now());
                Ok(())
            }
            Event::Peer(PeerEvent::ClientGone(ref gone)) => {
                self.doubts.forget(gone.number);
                self.show_at_pace(&event)
            }
            Event::Peer(PeerEvent::Client(_)) => self.show_at_pace(&event),
            Event::Peer(PeerEvent::Note { ref note }) if note.comes_with_calls() => self.show_at_pace(&event),
            Event::Peer(PeerEvent::ServeFinished(finished)) => {
                self.announce()?;
                self.over = true;
                let skipped = self.pace.skipped_in_all();
                self.renderer.show(&Event::Peer(PeerEvent::ServeFinished(ServeFinished { skipped, ..finished })))
            }
            Event::Peer(PeerEvent::ConnectFinished(finished)) => {
                self.announce()?;
                self.over = true;
                let skipped = self.pace.skipped_in_all();
                self.renderer.show(&Event::Peer(PeerEvent::ConnectFinished(ConnectFinished { skipped, ..finished })))
            }
            #[rustfmt::skip]
            Event::Lesson(_)
            | Event::Trace(_)
            | Event::Actor(ActorEvent::Blocked(_) | ActorEvent::Kernel { .. } | ActorEvent::Note { .. })
            | Event::Peer(
                PeerEvent::ServeStarted(_)
                | PeerEvent::Listening(_)
                | PeerEvent::Note { .. }
                | PeerEvent::ConnectStarted(_),
            ) => self.renderer.show(&event),
        }
    }

    /// What clients have left unfinished for a while.
    fn tell_doubts(&mut self) -> io::Result<()> {
        for note in self.doubts.ripe(Instant::now()) {
            self.renderer.show(&Event::Peer(PeerEvent::Note { note }))?;
        }
        Ok(())
    }

    /// A process or a thread appears, or ends.
    fn meet(&mut self, actor: &str, (pid, tid): (i32, i32), change: &ProcessChange) {
        match change {
            ProcessChange::Born if pid != self.subject.pid && pid == tid => self.sight.born(pid, actor),
            ProcessChange::Born => {}
            ProcessChange::Exited { .. } | ProcessChange::Died { .. } => {
                self.sight.ended(pid);
                self.pending.remove(actor);
                self.pace.forget(actor);
            }
        }
    }

    /// For what comes with calls: where they are not shown, it is counted as they are.
    fn show_at_pace(&mut self, event: &Event) -> io::Result<()> {
        if self.pace.remarks() { self.renderer.show(event) } else { Ok(()) }
    }

    fn end(&mut self, mut returned: Returned) -> io::Result<()> {
        self.pending.remove(&returned.actor);
        if !self.pace.ends(&returned.actor) {
            return Ok(());
        }
        if brings_bytes(&returned) {
            self.owed.insert(returned.actor.clone(), Instant::now());
        }
        self.sight.explain(&self.subject, &mut returned);
        self.renderer.show(&Event::Actor(ActorEvent::Returned(returned)))
    }

    fn begin(&mut self, call: CallEvent) -> io::Result<()> {
        let actor = call.actor.clone();
        self.owed.remove(&actor);
        if self.pace.begins(&actor) {
            self.renderer.show(&Event::Actor(ActorEvent::Call(call.clone())))?;
        }
        self.pending.insert(actor, Pending { call, since: Instant::now(), blocked: None, dropped: false });
        Ok(())
    }

    /// Whether bytes are to be shown right below the call that brought them.
    fn is_owed(&mut self) -> bool {
        self.owed.retain(|_, since| since.elapsed() < OWED);
        !self.owed.is_empty()
    }

    fn announce_in_time(&mut self) -> io::Result<()> {
        if self.pace.is_due() { self.announce() } else { Ok(()) }
    }

    /// Says how much was not shown.
    fn announce(&mut self) -> io::Result<()> {
        match self.pace.announce(self.receiver.take_skipped()) {
            Some(note) => {
                // What was not told may be what ended them.
                self.doubts = Doubts::default();
                self.renderer.show(&Event::Peer(PeerEvent::Note { note }))
            }
            None => Ok(()),
        }
    }

    /// Nothing happens: who sleeps, what the kernel holds.
    fn rest(&mut self) -> io::Result<()> {
        self.recall_dropped();
        self.announce_in_time()?;
        self.show_sleepers()?;
        if self.is_owed() || (self.glimpsed.1 && self.glimpsed.0.elapsed() < GLIMPSE) {
            return Ok(());
        }
        let Some(view) = self.settled() else { return Ok(()) };
        // Where nothing is drawn while waiting, what changes without a call (a queue that fills) is shown as it comes.
        if self.stirred.is_some() || (!self.subject.live && self.sight.is_news(&view)) {
            self.show_view(&view)?;
        }
        if self.subject.live { self.wait(view) } else { Ok(()) }
    }

    /// Calls that sleep for long although nobody could tell that they began.
    fn recall_dropped(&mut self) {
        let dropped = self.receiver.dropped();
        let sleeping: BTreeSet<&str> = dropped.iter().map(|call| call.actor.as_str()).collect();
        self.pending.retain(|actor, pending| !pending.dropped || sleeping.contains(actor.as_str()));
        for call in dropped {
            let since = Instant::now();
            let pending = Pending { call, since, blocked: None, dropped: true };
            self.pending.entry(pending.call.actor.clone()).or_insert(pending);
        }
    }

    fn is_never_quiet(&self) -> bool {
        self.stirred.is_some_and(|since| since.elapsed() >= GLIMPSE)
    }

    /// The kernel as it stands, for who is never quiet.
    fn glimpse(&mut self) -> io::Result<()> {
        self.stirred = None;
        match self.sight.look(&self.subject) {
            Some(view) => self.show_view(&view),
            None => Ok(()),
        }
    }

    /// The view of the kernel, where it shows nothing that comes of a call to be told after it: none is under way awake,
    /// and none was made that is not told yet.
    fn settled(&mut self) -> Option<View> {
        if self.pending.values().any(|pending| pending.blocked.is_none()) {
            return None;
        }
        let view = self.sight.look(&self.subject)?;
        (!self.receiver.has_waiting()).then_some(view)
    }

    fn show_view(&mut self, view: &View) -> io::Result<()> {
        self.stirred = None;
        self.sight.keep(view);
        self.glimpsed = (Instant::now(), view.rows.len() > LARGE);
        self.renderer.show(&Event::Actor(ActorEvent::Kernel { view: view.clone() }))?;
        self.sight.warnings(view).iter().try_for_each(|event| self.renderer.show(event))
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
            if self.pace.sleeps(&actor) {
                self.renderer.show(&Event::Actor(ActorEvent::Blocked(blocked.clone())))?;
            }
            self.pending.entry(actor).and_modify(|pending| pending.blocked = Some(blocked));
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

/// Whether the bytes that the call brought are told after it.
fn brings_bytes(returned: &Returned) -> bool {
    let receives = returned.call.as_ref().is_some_and(|call| matches!(call.name, Name::Recv | Name::Recvfrom));
    receives && matches!(returned.outcome, Outcome::Returned(Answer::Number(count)) if count > 0)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use super::{Narration, Subject};
    use crate::event::peer::{Attempt, ConnectFinished, Data, PeerNote};
    use crate::event::{ActorEvent, CallEvent, Event, Judgement, PeerEvent, Renderer, Returned, Waiting};
    use crate::peer::event_channel::{EventSender, Received, channel};
    use crate::peer::tally::Tally;
    use crate::syscall::call::{Answer, Call, Outcome};
    use crate::syscall::name::Name;
    use crate::syscall::sys::Direction;

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
    fn receive(events: &EventSender, actor: &str) {
        let (actor, source) = (actor.to_owned(), String::new());
        let call = Some(Call { name: Name::Recv, arguments: Vec::new() });
        events.send(Event::Actor(ActorEvent::Call(CallEvent {
            actor: actor.clone(),
            pid: 1,
            tid: 1,
            line: 0,
            source,
            call: call.clone(),
        })));
        events.send(Event::Actor(ActorEvent::Returned(Returned {
            actor: actor.clone(),
            pid: 1,
            call,
            outcome: Outcome::Returned(Answer::Number(1)),
            duration_us: 1,
            expected: Judgement::NotJudged,
            wanted: None,
            cause: None,
        })));
        let direction = Direction::Received;
        events.send(Event::Peer(PeerEvent::Data(Data {
            actor,
            peer: None,
            direction,
            offset: 0,
            total: 1,
            bytes: vec![b'x'],
        })));
    }

    fn subject(pace: Option<u32>) -> Subject {
        Subject {
            actor: "serveur".to_owned(),
            pid: 1,
            hidden: Vec::new(),
            reach: Vec::new(),
            pace,
            live: false,
            ports: Vec::new(),
        }
    }

    fn narrate(pace: Option<u32>, speak: impl FnOnce(&EventSender)) -> Vec<Event> {
        let (events, receiver) = channel(1000, &Arc::new(Tally::default()));
        speak(&events);
        drop(events);
        let mut shown = Shown::default();
        Narration::new(subject(pace), receiver, (&mut shown, None)).run().unwrap();
        shown.0
    }

    fn count(shown: &[Event], wanted: fn(&Event) -> bool) -> usize {
        shown.iter().filter(|event| wanted(event)).count()
    }

    #[test]
    fn refusals_are_paced_as_calls_are_and_counted() {
        let shown = narrate(Some(3), |events| {
            for index in 0..10 {
                receive(events, &format!("fil {index}"));
                events.send_note(PeerNote::RequestRefused { status: 404, reason: "not-found".to_owned() });
            }
            events.send_note(PeerNote::Full { clients: 2 });
        });
        let refused =
            |event: &Event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::RequestRefused { .. } }));
        assert_eq!(
            (count(&shown, |event| matches!(event, Event::Actor(ActorEvent::Call(_)))), count(&shown, refused)),
            (3, 3)
        );
        let full = |event: &Event| matches!(event, Event::Peer(PeerEvent::Note { note: PeerNote::Full { .. } }));
        assert_eq!(count(&shown, full), 1, "what is rare is said");
        assert_eq!(
            shown.last(),
            Some(&Event::Peer(PeerEvent::Note { note: PeerNote::CallsSkipped { count: 7, remarks: 7 } }))
        );
    }

    #[test]
    fn no_view_runs_ahead_of_what_is_to_be_told() {
        let (events, receiver) = channel(1000, &Arc::new(Tally::default()));
        let mut shown = Shown::default();
        let own = i32::try_from(std::process::id()).unwrap();
        let observed = (&mut shown as &mut (dyn Renderer + Send), crate::observe::Observer::new().ok());
        let mut narration = Narration::new(Subject { pid: own, ..subject(None) }, receiver, observed);
        // A call, its return and its bytes: no view before all three are told, nor while the call is under way.
        receive(&events, "fil 1");
        narration.glimpsed.0 = std::time::Instant::now().checked_sub(super::GLIMPSE * 2).unwrap();
        for _ in 0..3 {
            narration.rest().unwrap();
            let Received::Event(event) = narration.receiver.receive(std::time::Duration::ZERO) else { panic!() };
            narration.tell(*event).unwrap();
            assert!(!narration.is_never_quiet(), "a long quiet is no reason for a glimpse");
        }
        narration.rest().unwrap();
        let told: Vec<bool> =
            shown.0.iter().map(|event| matches!(event, Event::Actor(ActorEvent::Kernel { .. }))).collect();
        assert_eq!(told, [false, false, false, true], "{:?}", shown.0);
    }

    /// On a busy machine the threads that are done may take their time to leave.
    #[test]
    fn nothing_follows_the_last_word() {
        let (_events, receiver) = channel(1000, &Arc::new(Tally::default()));
        let mut shown = Shown::default();
        let own = i32::try_from(std::process::id()).unwrap();
        let observed = (&mut shown as &mut (dyn Renderer + Send), crate::observe::Observer::new().ok());
        let mut narration = Narration::new(Subject { pid: own, ..subject(None) }, receiver, observed);
        let finished = PeerEvent::ConnectFinished(ConnectFinished {
            attempt: Attempt::Connected,
            end: None,
            expected: None,
            answer: None,
            clients: 1,
            received: 0,
            sent: 0,
            calls: 0,
            errors: 0,
            skipped: 0,
        });
        narration.hear(Received::Event(Box::new(finished.into()))).unwrap();
        narration.glimpsed.0 = std::time::Instant::now().checked_sub(super::GLIMPSE * 2).unwrap();
        narration.hear(Received::Nothing).unwrap();
        assert_eq!(shown.0.len(), 1, "{:?}", shown.0);
    }

    #[test]
    fn nothing_comes_between_a_call_and_what_it_brought() {
        let (events, receiver) = channel(1000, &Arc::new(Tally::default()));
        receive(&events, "fil 1");
        let mut shown = Shown::default();
        let own = i32::try_from(std::process::id()).unwrap();
        let observed = (&mut shown as &mut (dyn Renderer + Send), crate::observe::Observer::new().ok());
        let mut narration = Narration::new(Subject { pid: own, ..subject(None) }, receiver, observed);
        for _ in 0..3 {
            let Received::Event(event) = narration.receiver.receive(std::time::Duration::ZERO) else { panic!() };
            narration.tell(*event).unwrap();
            narration.rest().unwrap();
        }
        let kinds: Vec<&str> = shown
            .0
            .iter()
            .map(|event| match event {
                Event::Actor(ActorEvent::Returned(_)) => "returned",
                Event::Peer(PeerEvent::Data(_)) => "data",
                Event::Actor(ActorEvent::Kernel { .. }) => "kernel",
                _ => "",
            })
            .collect();
        let returned = kinds.iter().position(|kind| *kind == "returned").unwrap();
        assert_eq!(kinds[returned..returned + 3], ["returned", "data", "kernel"], "{kinds:?}");
    }

    #[test]
    fn calls_beyond_the_pace_are_counted_with_what_they_brought() {
        let shown = narrate(Some(3), |events| (0..10).for_each(|index| receive(events, &format!("fil {index}"))));
        let told = [
            count(&shown, |event| matches!(event, Event::Actor(ActorEvent::Call(_)))),
            count(&shown, |event| matches!(event, Event::Actor(ActorEvent::Returned(_)))),
            count(&shown, |event| matches!(event, Event::Peer(PeerEvent::Data(_)))),
        ];
        assert_eq!(told, [3; 3]);
        assert_eq!(
            shown.last(),
            Some(&Event::Peer(PeerEvent::Note { note: PeerNote::CallsSkipped { count: 7, remarks: 0 } }))
        );
    }

    #[test]
    fn nothing_is_kept_from_those_who_do_not_read() {
        let shown = narrate(None, |events| (0..10).for_each(|_| receive(events, "serveur")));
        assert_eq!(shown.len(), 30);
    }
}
