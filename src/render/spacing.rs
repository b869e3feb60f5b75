//! Where a blank line separates what is shown.

use crate::event::Event;

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
        Event::Statement { .. } | Event::Call(_) => Last::Source,
        Event::Returned(_) | Event::Blocked(_) | Event::Output { .. } | Event::Verdict(_) | Event::Data(_) => {
            Last::Call
        }
        Event::Kernel { .. } => Last::Kernel,
        Event::Process { .. } | Event::Client(_) => Last::Process,
        Event::Note { .. } | Event::PeerNote { .. } | Event::Visitor(_) | Event::Role { .. } | Event::ClientGone(_) => {
            Last::Note
        }
        Event::LessonStarted(_)
        | Event::Section { .. }
        | Event::Skipped { .. }
        | Event::Text { .. }
        | Event::Display { .. }
        | Event::Memory(_)
        | Event::State { .. }
        | Event::Question { .. }
        | Event::Hint { .. }
        | Event::Explanation { .. }
        | Event::Details { .. }
        | Event::Closing { .. }
        | Event::LessonFinished { .. }
        | Event::ServeStarted(_)
        | Event::Listening(_)
        | Event::ServeFinished(_)
        | Event::ConnectStarted(_)
        | Event::ConnectFinished(_)
        | Event::TraceStarted(_)
        | Event::Traced(_)
        | Event::Stuck(_)
        | Event::Finding(_)
        | Event::Summary { .. }
        | Event::TraceFinished(_) => Last::Other,
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
