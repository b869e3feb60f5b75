//! Work that nothing can interrupt, left behind when the wish to end comes first.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::peer::stop::Stop;

/// How long before the wish to end is looked at again.
const GLANCE: Duration = Duration::from_millis(50);

/// Does the work in a thread of its own; `None` when the wish to end comes first, or no thread can be had.
pub fn unless_stopped<T: Send + 'static>(stop: &Stop, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, done) = mpsc::channel();
    // Nobody waits for the result any more: it is dropped.
    let deliver = move || drop(sender.send(work()));
    thread::Builder::new().spawn(deliver).ok()?;
    loop {
        match done.recv_timeout(GLANCE) {
            Ok(result) => return Some(result),
            Err(RecvTimeoutError::Timeout) if stop.is_asked() => return None,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::unless_stopped;
    use crate::peer::stop::Stop;

    #[test]
    fn the_wish_to_end_comes_first() {
        let stop = Stop::new().unwrap();
        assert_eq!(unless_stopped(&stop, || 7), Some(7));
        let (_never, forever) = mpsc::channel::<()>();
        stop.ask();
        assert_eq!(unless_stopped(&stop, move || forever.recv().is_ok()), None);
    }
}
