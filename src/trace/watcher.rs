//! Who listens to a trace.

use std::io;

use crate::observed::Step;

/// Listens to every step, in order, on the thread that traces. The task of a failed call is stopped while its return is
/// seen: what the kernel shows then is what the call met. Elsewhere the task may already go on.
pub trait Watcher {
    /// # Errors
    /// Where the narration goes is gone: the trace ends.
    fn see(&mut self, step: Step) -> io::Result<()>;

    /// Nothing happens any more: the tracer is about to sleep. Entered calls that have not returned may be blocked.
    ///
    /// # Errors
    /// As for [`Watcher::see`].
    fn idle(&mut self) -> io::Result<()>;

    /// A quarter of a second has passed, whether or not something happened.
    ///
    /// # Errors
    /// As for [`Watcher::see`].
    fn tick(&mut self) -> io::Result<()>;
}
