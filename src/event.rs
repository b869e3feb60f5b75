//! Events: the one contract between what runs and what shows. Serialised one object a line by
//! `--format json`; `docs/json.md` describes each for scripts.

pub mod actor;
pub mod answer;
pub mod lesson;
pub mod misbehaviours;
pub mod peer;
pub mod trace;

use serde::{Deserialize, Serialize};

pub use self::actor::{ActorEvent, Blocked, CallEvent, Judgement, Note, ProcessChange, Returned};
pub use self::lesson::{
    LessonEvent, LessonStarted, Memory, MemoryField, Network, PlayedBy, StateVerdict, Verdict, Visitor,
};
pub use self::peer::PeerEvent;
pub use self::trace::TraceEvent;
pub use crate::state::Cause;
use crate::state::View;

/// Version of the JSON format, in the first event of a stream.
pub const FORMAT: u32 = 1;

/// Anything that is told, by who tells it. Whoever shows events matches each, without a wildcard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    Lesson(LessonEvent),
    Actor(ActorEvent),
    Peer(PeerEvent),
    Trace(TraceEvent),
}

impl From<LessonEvent> for Event {
    fn from(event: LessonEvent) -> Event {
        Event::Lesson(event)
    }
}

impl From<ActorEvent> for Event {
    fn from(event: ActorEvent) -> Event {
        Event::Actor(event)
    }
}

impl From<PeerEvent> for Event {
    fn from(event: PeerEvent) -> Event {
        Event::Peer(event)
    }
}

impl From<TraceEvent> for Event {
    fn from(event: TraceEvent) -> Event {
        Event::Trace(event)
    }
}

/// What shows events. Implementations take a writer; none of them decides anything.
pub trait Renderer {
    /// Shows one event.
    ///
    /// # Errors
    /// The writer's own: a closed pipe, a full disk.
    fn show(&mut self, event: &Event) -> std::io::Result<()>;

    /// Shows, or refreshes in place, what stays true only while the lesson waits; removed by the next `show`.
    ///
    /// # Errors
    /// The writer's own.
    fn wait(&mut self, waiting: &Waiting) -> std::io::Result<()>;

    /// Hands over what is still kept back, where anything is.
    ///
    /// # Errors
    /// The writer's own.
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    /// Somebody else is about to write on the same screen: hands over everything, and leaves the cursor at the
    /// beginning of a line.
    ///
    /// # Errors
    /// The writer's own.
    fn make_way(&mut self) -> std::io::Result<()> {
        self.flush()
    }
}

/// What the learner sees while the lesson waits for a key or for the kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The call in which an actor sleeps, if the lesson stopped inside one.
    pub blocked: Option<Blocked>,
    /// Seconds since it fell asleep.
    pub seconds: u64,
    /// The kernel's view now.
    pub view: View,
    /// What to type elsewhere to play the missing peer.
    pub addresses: Vec<Reach>,
    pub keys: Vec<Key>,
}

/// An address that a client can type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Whether it works from this machine only.
    pub local: bool,
    pub address: String,
    pub port: u16,
}

/// The keys of the player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Entrée: go on.
    Next,
    /// `c`: socketlab plays the missing peer.
    PlayPeer,
    /// `e`: explain the call or errno.
    Explain,
    /// `d`: details.
    Details,
    /// `i`: next hint.
    Hint,
    /// `r`: replay the step.
    Replay,
    /// `p`: previous text.
    Previous,
    /// `q`: leave.
    Quit,
    /// `1` to this number: the answer to a question.
    Choose(usize),
    /// Entrée: no answer.
    Pass,
}

#[cfg(test)]
mod tests {
    use super::{Event, Renderer, Waiting};

    #[derive(Default)]
    struct Kept {
        flushed: usize,
    }

    impl Renderer for Kept {
        fn show(&mut self, _: &Event) -> std::io::Result<()> {
            Ok(())
        }

        fn wait(&mut self, _: &Waiting) -> std::io::Result<()> {
            Ok(())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            self.flushed += 1;
            Ok(())
        }
    }

    #[test]
    fn who_makes_way_hands_over_what_is_kept_back() {
        let mut renderer = Kept::default();
        renderer.make_way().unwrap();
        assert_eq!(renderer.flushed, 1);
    }
}
