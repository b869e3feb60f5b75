//! The way from the calls of a peer to who shows them. It never makes the peer wait: beyond a number of events that
//! nobody has shown yet, further calls are counted instead.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::event::peer::PeerNote;
use crate::event::{CallEvent, Event};
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
    unsaid: AtomicU64,
    /// The call that was begun last could not be told to another process.
    lost: AtomicBool,
    /// Calls that were not told when they began and may sleep for long, by actor.
    untold: Mutex<BTreeMap<String, CallEvent>>,
    tally: Arc<Tally>,
}

/// The way to who listens in another process. It never waits.
pub trait Elsewhere: std::fmt::Debug + Send + Sync {
    /// False when the event cannot be told now.
    fn send(&self, event: Event) -> bool;

    /// A call was made and not told.
    fn skip(&self);
}

/// Where events go.
#[derive(Clone, Debug)]
enum Route {
    /// Nobody listens.
    Nowhere,
    Channel(Sender<Event>),
    /// Remarks alone are told.
    Remarks(Sender<Event>),
    Elsewhere(Arc<dyn Elsewhere>),
    RemarksElsewhere(Arc<dyn Elsewhere>),
}

/// One for each thread that makes calls.
#[derive(Clone, Debug)]
pub struct Speaker {
    route: Route,
    shared: Arc<Shared>,
}

/// The other end.
#[derive(Debug)]
pub struct Listener {
    events: Receiver<Event>,
    shared: Arc<Shared>,
}

/// What was heard.
#[derive(Debug)]
pub enum Heard {
    Event(Box<Event>),
    /// Nothing, for as long as was asked.
    Nothing,
    /// Every speaker is gone.
    End,
}

fn shared(limit: usize, tally: &Arc<Tally>) -> Arc<Shared> {
    Arc::new(Shared {
        waiting: AtomicUsize::new(0),
        limit,
        skipped: AtomicU64::new(0),
        unsaid: AtomicU64::new(0),
        lost: AtomicBool::new(false),
        untold: Mutex::default(),
        tally: Arc::clone(tally),
    })
}

/// Both ends; at most `limit` events wait between them.
#[must_use]
pub fn channel(limit: usize, tally: &Arc<Tally>) -> (Speaker, Listener) {
    let (sender, events) = mpsc::channel();
    let shared = shared(limit, tally);
    (Speaker { route: Route::Channel(sender), shared: Arc::clone(&shared) }, Listener { events, shared })
}

impl Speaker {
    /// Tells nobody, and counts.
    #[must_use]
    pub fn silent(tally: &Arc<Tally>) -> Speaker {
        Speaker { route: Route::Nowhere, shared: shared(0, tally) }
    }

    /// Tells remarks alone: calls are counted.
    #[must_use]
    pub fn quieted(self) -> Speaker {
        match self.route {
            Route::Channel(sender) => Speaker { route: Route::Remarks(sender), ..self },
            Route::Elsewhere(way) => Speaker { route: Route::RemarksElsewhere(way), ..self },
            _ => self,
        }
    }

    /// Tells another process. Its calls are made by one thread only.
    #[must_use]
    pub fn elsewhere(tally: &Arc<Tally>, way: Arc<dyn Elsewhere>) -> Speaker {
        Speaker { route: Route::Elsewhere(way), shared: shared(usize::MAX, tally) }
    }

    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    /// Whether somebody listens to calls.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        matches!(self.route, Route::Channel(_) | Route::Elsewhere(_))
    }

    /// The same, in a child of this process that tells it by this way.
    #[must_use]
    pub fn child(&self, tally: &Arc<Tally>, way: Arc<dyn Elsewhere>) -> Speaker {
        match self.route {
            Route::Nowhere => Speaker::silent(tally),
            Route::Channel(_) | Route::Elsewhere(_) => Speaker::elsewhere(tally, way),
            Route::Remarks(_) | Route::RemarksElsewhere(_) => Speaker::elsewhere(tally, way).quieted(),
        }
    }

    /// Whether one more call can be told. A call that cannot is counted.
    #[must_use]
    pub fn has_room(&self) -> bool {
        if !self.is_heard() {
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
    pub fn remark(&self, note: PeerNote) {
        let paced = note.comes_with_calls();
        let say = || Event::PeerNote { note };
        match self.route {
            Route::Nowhere => {}
            _ if paced => {
                self.tell_if_room(say);
            }
            _ => self.say(say()),
        }
    }

    /// Tells an event that is no call where there is room for it, and counts it elsewhere; whether there was.
    pub fn offer(&self, event: impl FnOnce() -> Event) -> bool {
        self.is_heard() && self.tell_if_room(event)
    }

    fn tell_if_room(&self, event: impl FnOnce() -> Event) -> bool {
        let room = self.shared.waiting.load(Ordering::Relaxed) < self.shared.limit;
        if room {
            self.say(event());
        } else {
            self.shared.unsaid.fetch_add(1, Ordering::Relaxed);
        }
        room
    }

    /// Tells an event, room or not: for what is rare, or follows what was told.
    pub fn say(&self, event: Event) {
        match &self.route {
            Route::Nowhere => {}
            Route::Remarks(_) | Route::RemarksElsewhere(_) if !matches!(event, Event::PeerNote { .. }) => {}
            Route::Channel(sender) | Route::Remarks(sender) => {
                self.shared.waiting.fetch_add(1, Ordering::Relaxed);
                // The listener is gone: there is nobody to tell.
                let _ = sender.send(event);
            }
            Route::Elsewhere(way) | Route::RemarksElsewhere(way) => self.send(&**way, event),
        }
    }

    /// A call that cannot be told is counted, and nothing of it is told.
    fn send(&self, way: &dyn Elsewhere, event: Event) {
        let is_call = matches!(event, Event::Call(_));
        let follows = matches!(event, Event::Returned(_) | Event::Data(_));
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
    pub fn remember_untold(&self, call: CallEvent) {
        if self.is_heard() {
            self.untold().insert(call.actor.clone(), call);
        }
    }

    /// It is over.
    pub fn forget_untold(&self, actor: &str) {
        if self.is_heard() {
            self.untold().remove(actor);
        }
    }

    fn untold(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, CallEvent>> {
        self.shared.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// The next event, or that none came in so long.
    #[must_use]
    pub fn hear(&self, patience: Duration) -> Heard {
        match self.events.recv_timeout(patience) {
            Ok(event) => {
                self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
                Heard::Event(Box::new(event))
            }
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
            Err(RecvTimeoutError::Disconnected) => Heard::End,
        }
    }

    /// Whether something was said that was not heard yet.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.shared.waiting.load(Ordering::Relaxed) > 0
    }

    /// How many calls were made, and how many remarks, that were not told since this was last asked.
    #[must_use]
    pub fn take_skipped(&self) -> (u64, u64) {
        (self.shared.skipped.swap(0, Ordering::Relaxed), self.shared.unsaid.swap(0, Ordering::Relaxed))
    }

    /// The calls that began untold and are not over.
    #[must_use]
    pub fn untold(&self) -> Vec<CallEvent> {
        self.shared.untold.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    #[must_use]
    pub fn tally(&self) -> &Arc<Tally> {
        &self.shared.tally
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Heard, Speaker, channel};
    use crate::event::{Event, Note};
    use crate::peer::tally::Tally;

    fn event() -> Event {
        Event::Note { note: Note::ProcFallback }
    }

    #[test]
    fn what_cannot_be_told_is_counted() {
        let tally = Arc::new(Tally::default());
        let (speaker, listener) = channel(2, &tally);
        for _ in 0..5 {
            if speaker.has_room() {
                speaker.say(event());
            }
        }
        assert!(!speaker.offer(event));
        assert_eq!((listener.take_skipped(), listener.take_skipped()), ((3, 1), (0, 0)));
        assert!(matches!(listener.hear(Duration::ZERO), Heard::Event(_)));
        assert!(speaker.has_room());
        assert!(matches!(listener.hear(Duration::ZERO), Heard::Event(_)));
        assert!(matches!(listener.hear(Duration::ZERO), Heard::Nothing));
        drop(speaker);
        assert!(matches!(listener.hear(Duration::ZERO), Heard::End));
    }

    #[test]
    fn nobody_listens_to_the_silent() {
        let speaker = Speaker::silent(&Arc::new(Tally::default()));
        assert!(!speaker.has_room());
        speaker.say(event());
    }
}
