//! What `serve` and `connect` share: the signals that end them, and the narration beside them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::failure::Failure;
use super::interruptible_writer::Stream;
use super::keyboard::SIGNALS;
use super::screen;
use crate::cli::{Format, Screen};
use crate::content::book::Book;
use crate::event::peer::PeerNote;
use crate::event::{Event, PeerEvent, Renderer, Waiting};
use crate::observe::Observer;
use crate::observe::own::{self, out_of_the_way};
use crate::peer::event_channel::{EventReceiver, EventSender, channel};
use crate::peer::narration::{Narration, Subject};
use crate::peer::stop::Stop;
use crate::peer::tally::Tally;
use crate::text::peer::is_trouble;

/// Events that may wait to be shown: for a person, what a few screens hold; for a script, much more.
const WAITING_FOR_A_PERSON: usize = 256;
const WAITING_FOR_A_SCRIPT: usize = 64 * 1024;
/// Calls a second that a person may still follow as they scroll by.
const PACE: u32 = 200;

/// The exit code of a second Ctrl-C.
const AT_ONCE: i32 = 130;
/// Ends the thread that waits for signals.
const OVER: u8 = b'.';

/// What a peer tells through, before anything is opened: its first socket is to be number 3.
#[derive(Debug)]
pub struct Voice {
    pub events: EventSender,
    receiver: EventReceiver,
    pub tally: Arc<Tally>,
}

impl Voice {
    #[must_use]
    pub fn new(show: Show) -> Voice {
        let tally = Arc::new(Tally::default());
        let waiting = if show.is_watched() { WAITING_FOR_A_PERSON } else { WAITING_FOR_A_SCRIPT };
        let (events, receiver) = channel(waiting, &tally);
        let events = if show.quiet { events.notes_only() } else { events };
        Voice { events, receiver, tally }
    }
}

/// How a peer is shown.
#[derive(Clone, Copy, Debug)]
pub struct Show {
    pub quiet: bool,
    pub format: Format,
    pub screen: Screen,
    pub stream: Stream,
}

impl Show {
    /// How fast calls may be shown, where a person reads.
    #[must_use]
    pub fn pace(self) -> Option<u32> {
        self.is_watched().then_some(PACE)
    }

    /// Whether a person reads a terminal.
    #[must_use]
    pub fn is_watched(self) -> bool {
        self.format == Format::Text && self.stream.is_terminal()
    }

    /// What shows events, and the flag that releases it from a reader who does not read.
    ///
    /// # Errors
    /// When signal handlers cannot be installed.
    pub fn renderer(self) -> Result<Box<dyn Renderer + Send>, Failure> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in SIGNALS {
            // In this order: the first signal raises the flag, the second finds it raised.
            signal_hook::flag::register_conditional_shutdown(signal, AT_ONCE, Arc::clone(&flag))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)))
                .map_err(Failure::Terminal)?;
        }
        Ok(screen::renderer((self.format, self.stream), self.screen, Book::default(), &flag))
    }
}

/// Shows what `voice` tells while `body` runs; a signal (which finds so many clients `present`), or a screen that is gone, asks `stop`.
///
/// # Errors
/// When nobody can be asked to stop, or the screen failed for another reason than a closed pipe.
pub fn narrated<T>(
    (voice, subject): (Voice, Subject),
    (stop, present): (&Arc<Stop>, impl Fn() -> u64 + Send),
    (show, renderer): (Show, &mut (dyn Renderer + Send)),
    body: impl FnOnce(EventSender) -> T,
) -> Result<T, Failure> {
    let (mut signals, signalled) = signal_pipe().map_err(Failure::Terminal)?;
    let observer = if show.quiet { None } else { Observer::new().ok() };
    let Voice { events, receiver, .. } = voice;
    let subject = Subject { hidden: own::descriptors(), ..subject };
    let announcer = events.clone();
    thread::scope(|scope| {
        let narrator = scope.spawn(move || {
            let mut faults = OnlyFaults(&mut *renderer);
            let renderer: &mut (dyn Renderer + Send) = if show.quiet { &mut faults } else { faults.0 };
            let shown = Narration::new(subject, receiver, (renderer, observer)).run();
            if shown.is_err() {
                stop.ask();
            }
            shown
        });
        let waiting = scope.spawn(move || obey(signalled, stop, &|| announce(&announcer, present())));
        let value = body(events);
        // Nobody is left to hear it where the thread has ended.
        let _ = signals.write_all(&[OVER]);
        let _ = waiting.join();
        match narrator.join() {
            Ok(Ok(())) => Ok(value),
            Ok(Err(error)) => Err(Failure::Output(error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Both ends of what signals write to, out of the way of the descriptors that are told.
fn signal_pipe() -> io::Result<(UnixStream, File)> {
    let (writer, reader) = UnixStream::pair()?;
    let writer = UnixStream::from(out_of_the_way(OwnedFd::from(writer)));
    for signal in SIGNALS {
        let own = UnixStream::from(out_of_the_way(OwnedFd::from(writer.try_clone()?)));
        signal_hook::low_level::pipe::register(signal, own)?;
    }
    Ok((writer, File::from(out_of_the_way(OwnedFd::from(reader)))))
}

/// Asks everybody to stop at the first signal.
fn obey(mut signalled: File, stop: &Stop, announce: &dyn Fn()) {
    let mut byte = [0];
    while matches!(signalled.read(&mut byte), Ok(1)) && byte[0] != OVER {
        announce();
        stop.ask();
    }
}

fn announce(events: &EventSender, clients: u64) {
    events.send(Event::Peer(PeerEvent::Note { note: PeerNote::Stopping { clients } }));
}

/// Allows as many descriptors as this account may have: a thousand clients need more than the usual 1,024.
pub fn allow_many_descriptors() {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Where it is refused, the usual limit stays, and accept says so when it is reached.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

/// Shows what went wrong, and nothing else.
struct OnlyFaults<'a>(&'a mut (dyn Renderer + Send));

impl Renderer for OnlyFaults<'_> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        if matches!(event, Event::Peer(PeerEvent::Note { note }) if is_trouble(note)) {
            self.0.show(event)
        } else {
            Ok(())
        }
    }

    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        Ok(())
    }
}

/// Shows one event outside a narration.
///
/// # Errors
/// The renderer's own.
pub fn show(renderer: &mut (dyn Renderer + Send), event: &Event) -> Result<(), Failure> {
    renderer.show(event).map_err(Failure::Output)
}
