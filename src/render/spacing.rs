//! Where a blank line separates what is shown.

use crate::event::{ActorEvent, Event, LessonEvent, PeerEvent};

/// What the last lines are, which decides of the blank line before the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Nothing,
    Source,
    /// A call asleep or over, and what goes with it.
    Call,
    /// The kernel around it.
    Kernel,
    Process,
    Note,
    Other,
}

/// What the lines of an event are.
pub(super) fn kind(event: &Event) -> Last {
    match event {
        Event::Lesson(event) => lesson(event),
        Event::Actor(event) => actor(event),
        Event::Peer(event) => peer(event),
        Event::Trace(_) => Last::Other,
    }
}

fn lesson(event: &LessonEvent) -> Last {
    match event {
        LessonEvent::Statement { .. } => Last::Source,
        LessonEvent::Output { .. } | LessonEvent::Verdict(_) => Last::Call,
        LessonEvent::Visitor(_) | LessonEvent::Role { .. } => Last::Note,
        LessonEvent::Started(_)
        | LessonEvent::Section { .. }
        | LessonEvent::Skipped { .. }
        | LessonEvent::Text { .. }
        | LessonEvent::Display { .. }
        | LessonEvent::Memory(_)
        | LessonEvent::State { .. }
        | LessonEvent::Question { .. }
        | LessonEvent::Hint { .. }
        | LessonEvent::Explanation { .. }
        | LessonEvent::Details { .. }
        | LessonEvent::Closing { .. }
        | LessonEvent::Finished { .. } => Last::Other,
    }
}

fn actor(event: &ActorEvent) -> Last {
    match event {
        ActorEvent::Call(_) => Last::Source,
        ActorEvent::Returned(_) | ActorEvent::Blocked(_) => Last::Call,
        ActorEvent::Kernel { .. } => Last::Kernel,
        ActorEvent::Process { .. } => Last::Process,
        ActorEvent::Note { .. } => Last::Note,
    }
}

fn peer(event: &PeerEvent) -> Last {
    match event {
        PeerEvent::Data(_) => Last::Call,
        PeerEvent::Client(_) => Last::Process,
        PeerEvent::Note { .. } | PeerEvent::ClientGone(_) => Last::Note,
        PeerEvent::ServeStarted(_)
        | PeerEvent::Listening(_)
        | PeerEvent::ServeFinished(_)
        | PeerEvent::ConnectStarted(_)
        | PeerEvent::ConnectFinished(_) => Last::Other,
    }
}

/// What follows from the line above stays with it.
pub(super) fn blank_between(above: Last, below: Last) -> bool {
    match (above, below) {
        (Last::Nothing, _) => false,
        (Last::Other, _) | (_, Last::Other) => true,
        (above, Last::Source | Last::Process) => above != below,
        (_, Last::Call | Last::Kernel) => false,
        (above, _) => matches!(above, Last::Source | Last::Process),
    }
}
