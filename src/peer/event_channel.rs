//! The way from the calls of a peer to who shows them. It never makes the peer wait: beyond a number of events that
//! nobody has shown yet, further calls are counted instead.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::event::peer::PeerNote;
use crate::event::{ActorEvent, CallEvent, Event, PeerEvent};
use crate::peer::tally::Tally;

/// What both ends know.
#[derive(Debug)]
struct Shared {
    /// Events sent and not taken yet.
    waiting: AtomicUsize,
    limit: usize,
    /// Calls made and not told since this was last asked.
    skipped: AtomicU64,
    /// Remarks that were not told, likewise.
    dropped_notes: AtomicU64,
    /// The call that was begun last could not be told to another process.
    lost: AtomicBool,
    /// Calls that were not told when they began and may sleep for long, by actor.
    dropped: Mutex<BTreeMap<String, CallEvent>>,
    tally: Arc<Tally>,
}

/// The way to who listens in another process. It never waits.
pub trait RemoteSender: std::fmt::Debug + Send + Sync {
    /// False when the event cannot be told now.
    fn send(&self, event: Event) -> bool;

    /// A call was made and not told.
    fn skip(&self);
}

/// Where events go.
#[derive(Clone, Debug)]
enum Route {
    /// Nobody listens.
    None,
    Channel(Sender<Event>),
    /// Remarks alone are told.
    Notes(Sender<Event>),
    Remote(Arc<dyn RemoteSender>),
    RemoteNotes(Arc<dyn RemoteSender>),
}

/// One for each thread that makes calls.
#[derive(Clone, Debug)]
pub struct EventSender {
    route: Route,
    shared: Arc<Shared>,
}

/// The other end.
#[derive(Debug)]
pub struct EventReceiver {
    events: Receiver<Event>,
    shared: Arc<Shared>,
}

/// What was heard.
#[derive(Debug)]
pub enum Received {
    Event(Box<Event>),
    /// Nothing, for as long as was asked.
    Nothing,
    /// Every sender is gone.
    End,
}

fn shared(limit: usize, tally: &Arc<Tally>) -> Arc<Shared> {
    Arc::new(Shared {
        waiting: AtomicUsize::new(0),
        limit,
        skipped: AtomicU64::new(0),
        dropped_notes: AtomicU64::new(0),
        lost: AtomicBool::new(false),
        dropped: Mutex::default(),
        tally: Arc::clone(tally),
    })
}

/// Both ends; at most `limit` events wait between them.
#[must_use]
pub fn channel(limit: usize, tally: &Arc<Tally>) -> (EventSender, EventReceiver) {
    let (sender, events) = mpsc::channel();
    let shared = shared(limit, tally);
    (EventSender { route: Route::Channel(sender), shared: Arc::clone(&shared) }, EventReceiver { events, shared })
}

impl EventSender {
    /// Tells nobody, and counts.
    #[must_use]
    pub fn disconnected(tally: &Arc<Tally>) -> EventSender {
        EventSender { route: Route::None, shared: shared(0, tally) }
    }

    /// Tells remarks alone: calls are counted.
    #[must_use]
    pub fn notes_only(self) -> EventSender {
        match self.route {
            Route::Channel(sender) => EventSender { route: Route::Notes(sender), ..self },
            Route::Remote(way) => EventSender { route: Route::RemoteNotes(way), ..self },
            _ => self,
        }
    }

    /// Tells another process. Its calls are made by one thread only.
    #[must_use]
    pub fn remote(tally: &Arc<Tally>, way: Arc<dyn RemoteSender>) -> EventSender {
        EventSender { route: Route::Remote(way), shared: shared(usize::MAX, tally) }
    }

    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    /// Whether somebody listens to calls.
    #[must_use]
    pub fn has_receiver(&self) -> bool {
        matches!(self.route, Route::Channel(_) | Route::Remote(_))
    }

    /// The same, in a child of this process that tells it by this way.
    #[must_use]
    pub fn child(&self, tally: &Arc<Tally>, way: Arc<dyn RemoteSender>) -> EventSender {
        match self.route {
            Route::None => EventSender::disconnected(tally),
            Route::Channel(_) | Route::Remote(_) => EventSender::remote(tally, way),
            Route::Notes(_) | Route::RemoteNotes(_) => EventSender::remote(tally, way).notes_only(),
        }
    }

    /// Whether one more call can be told. A call that cannot is counted.
    #[must_use]
    pub fn has_room(&self) -> bool {
        if !self.has_receiver() {
            return false;
        }
        let room = self.shared.waiting.load(Ordering::Relaxed) < self.shared.limit;
        if !room {
            self.shared.skipped.fetch_add(1, Ordering::Relaxed);
            Tally::add(&self.shared.tally.skipped, 1);
        }
        room
    }

    /// Counts calls that another process made and did not tell.
    pub fn skip(&self, count: u64) {
        self.shared.skipped.fetch_add(count, Ordering::Relaxed);
        Tally::add(&self.shared.tally.skipped, count);
    }

    /// Tells a fact worth a sentence: where it comes as often as calls, only where there is room.
    pub fn send_note(&self, note: PeerNote) {
        let paced = note.comes_with_calls();
        let event = || Event::Peer(PeerEvent::Note { note });
        match self.route {
            Route::None => {}
            _ if paced => {
                self.send_if_room(event);
            }
            _ => self.send(event()),
        }
    }

    /// Tells an event that is no call where there is room for it, and counts it elsewhere; whether there was.
    pub fn try_send(&self, event: impl FnOnce() -> Event) -> bool {
        self.has_receiver() && self.send_if_room(event)
    }

    fn send_if_room(&self, event: impl FnOnce() -> Event) -> bool {
        let room = self.shared.waiting.load(Ordering::Relaxed) < self.shared.limit;
        if room {
            self.send(event());
        } else {
            self.shared.dropped_notes.fetch_add(1, Ordering::Relaxed);
        }
        room
    }

    /// Tells an event, room or not: for what is rare, or follows what was told.
    pub fn send(&self, event: Event) {
        match &self.route {
            Route::None => {}
            Route::Notes(_) | Route::RemoteNotes(_) if !matches!(event, Event::Peer(PeerEvent::Note { .. })) => {}
            Route::Channel(sender) | Route::Notes(sender) => {
                self.shared.waiting.fetch_add(1, Ordering::Relaxed);
                // The receiver is gone: there is nobody to tell.
                let _ = sender.send(event);
            }
            Route::Remote(way) | Route::RemoteNotes(way) => self.send_remote(&**way, event),
        }
    }

    /// A call that cannot be told is counted, and nothing of it is told.
    fn send_remote(&self, way: &dyn RemoteSender, event: Event) {
        let is_call = matches!(event, Event::Actor(ActorEvent::Call(_)));
        let follows = matches!(event, Event::Actor(ActorEvent::Returned(_)) | Event::Peer(PeerEvent::Data(_)));
        if follows && self.shared.lost.load(Ordering::Relaxed) {
            return;
        }
        let told = way.send(event);
        if is_call {
            self.shared.lost.store(!told, Ordering::Relaxed);
        }
        if is_call && !told {
            way.skip();
            Tally::add(&self.shared.tally.skipped, 1);
        }
    }

    /// A call that may sleep for long begins untold.
    pub fn remember_dropped(&self, call: CallEvent) {
        if self.has_receiver() {
            self.dropped().insert(call.actor.clone(), call);
        }
    }

    /// It is over.
    pub fn forget_dropped(&self, actor: &str) {
        if self.has_receiver() {
            self.dropped().remove(actor);
        }
    }

    fn dropped(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, CallEvent>> {
        self.shared.dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventReceiver {
    /// The next event, or that none came in so long.
    #[must_use]
    pub fn receive(&self, patience: Duration) -> Received {
        match self.events.recv_timeout(patience) {
            Ok(event) => {
                self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
                Received::Event(Box::new(event))
            }
            Err(RecvTimeoutError::Timeout) => Received::Nothing,
            Err(RecvTimeoutError::Disconnected) => Received::End,
        }
    }

    /// Whether something was said that was not heard yet.
    #[must_use]
    pub fn has_waiting(&self) -> bool {
        self.shared.waiting.load(Ordering::Relaxed) > 0
    }

    /// How many calls were made, and how many remarks, that were not told since this was last asked.
    #[must_use]
    pub fn take_skipped(&self) -> (u64, u64) {
        (self.shared.skipped.swap(0, Ordering::Relaxed), self.shared.dropped_notes.swap(0, Ordering::Relaxed))
    }

    /// The calls that began untold and are not over.
    #[must_use]
    pub fn dropped(&self) -> Vec<CallEvent> {
        self.shared.dropped.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{EventSender, Received, channel};
    use crate::event::{ActorEvent, Event, Note};
    use crate::peer::tally::Tally;

    fn event() -> Event {
        Event::Actor(ActorEvent::Note { note: Note::ProcFallback })
    }

    #[test]
    fn what_cannot_be_told_is_counted() {
        let tally = Arc::new(Tally::default());
        let (events, receiver) = channel(2, &tally);
        for _ in 0..5 {
            if events.has_room() {
                events.send(event());
            }
        }
        assert!(!events.try_send(event));
        assert_eq!((receiver.take_skipped(), receiver.take_skipped()), ((3, 1), (0, 0)));
        assert!(matches!(receiver.receive(Duration::ZERO), Received::Event(_)));
        assert!(events.has_room());
        assert!(matches!(receiver.receive(Duration::ZERO), Received::Event(_)));
        assert!(matches!(receiver.receive(Duration::ZERO), Received::Nothing));
        drop(events);
        assert!(matches!(receiver.receive(Duration::ZERO), Received::End));
    }

    #[test]
    fn nobody_listens_to_the_silent() {
        let events = EventSender::disconnected(&Arc::new(Tally::default()));
        assert!(!events.has_room());
        events.send(event());
    }
}
