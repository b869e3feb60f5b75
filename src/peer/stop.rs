//! The wish to end, heard by every thread of a peer, asleep in a call or in a pause.
//!
//! A flag alone would come too late for a thread that is about to block. So whoever may sleep in a call on a socket
//! registers the socket, and the wish shuts it down: accept then fails, and recv returns 0, at once and for ever
//! (shutdown(2)); a socket registered after the wish is shut down on the spot.

use std::collections::HashMap;
use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use nix::unistd::write;
use socket2::Socket;

use crate::event::peer::PeerNote;
use crate::observe::own;
use crate::peer::event_channel::EventSender;

/// How long what is being said may still be said, once the wish is there: a client that does not read, or never stops
/// sending, cannot keep a server alive.
pub const GRACE: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
struct Asked {
    since: Option<Instant>,
    next: u64,
    sockets: HashMap<u64, Weak<Socket>>,
}

/// Shared by every thread of a peer.
#[derive(Debug)]
pub struct Stop {
    /// The same as `asked.since`, for those who look often.
    flag: AtomicBool,
    asked: Mutex<Asked>,
    /// Woken by the wish to end.
    pauses: Condvar,
    /// Woken by the wish to end and by `nudge`.
    changes: Condvar,
    /// Readable for ever once the wish is there, in forked children too: one byte that nobody takes.
    readable: OwnedFd,
    writer: OwnedFd,
    /// The descriptor was told of.
    introduced: AtomicBool,
}

/// Keeps a socket registered.
#[derive(Debug)]
pub struct Registered {
    stop: Arc<Stop>,
    key: u64,
}

impl Stop {
    /// Nobody asks yet.
    ///
    /// # Errors
    /// Those of pipe(2).
    pub fn new() -> io::Result<Arc<Stop>> {
        let (readable, writer) = own::pipe()?;
        Ok(Arc::new(Stop {
            flag: AtomicBool::new(false),
            asked: Mutex::default(),
            pauses: Condvar::new(),
            changes: Condvar::new(),
            readable,
            writer,
            introduced: AtomicBool::new(false),
        }))
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks everybody to end. Asking again changes nothing.
    pub fn ask(&self) {
        let mut asked = self.asked();
        if asked.since.is_some() {
            return;
        }
        asked.since = Some(Instant::now());
        self.flag.store(true, Ordering::SeqCst);
        for socket in asked.sockets.values().filter_map(Weak::upgrade) {
            interrupt(&socket);
        }
        drop(asked);
        // The pipe is empty: it has room for this byte.
        let _ = write(&self.writer, &[0]);
        self.pauses.notify_all();
        self.changes.notify_all();
    }

    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    /// Whether the wish is so old that nothing more may be finished.
    #[must_use]
    pub fn is_pressing(&self) -> bool {
        self.is_asked() && self.asked().since.is_some_and(|since| since.elapsed() >= GRACE)
    }

    /// Interrupts the calls on this socket once the wish comes, until the guard is dropped.
    #[must_use]
    pub fn watch(self: &Arc<Stop>, socket: &Arc<Socket>) -> Registered {
        let mut asked = self.asked();
        let key = asked.next;
        asked.next += 1;
        asked.sockets.insert(key, Arc::downgrade(socket));
        if asked.since.is_some() {
            interrupt(socket);
        }
        Registered { stop: Arc::clone(self), key }
    }

    /// Pauses; true when the wish to end came first.
    #[must_use]
    pub fn pause_until(&self, moment: Instant) -> bool {
        let mut asked = self.asked();
        while asked.since.is_none() {
            let left = moment.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            asked = self.pauses.wait_timeout(asked, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// As `pause_until`, for so long.
    #[must_use]
    pub fn pause(&self, duration: Duration) -> bool {
        self.pause_until(Instant::now() + duration)
    }

    /// Waits until `done`, which is asked again after each `nudge` and told whether the wish is there; at most until
    /// this moment, where one is given. `done` may take no lock under which this `Stop` is used.
    pub fn wait_until(&self, moment: Option<Instant>, mut done: impl FnMut(bool) -> bool) {
        let mut asked = self.asked();
        while !done(asked.since.is_some()) {
            let left = moment.map_or(Duration::MAX, |moment| moment.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return;
            }
            asked = self.changes.wait_timeout(asked, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What somebody waits for in `wait_until` may have come.
    pub fn nudge(&self) {
        drop(self.asked());
        self.changes.notify_all();
    }

    /// Waits for the wish to end, or until `over`, which is asked again after each `release`. Unlike `wait_until`, it
    /// sleeps through nudges.
    pub fn wait_for_wish(&self, over: impl Fn() -> bool) {
        let mut asked = self.asked();
        while asked.since.is_none() && !over() {
            asked = self.pauses.wait(asked).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What somebody waits for in `wait_for_wish` may have come.
    pub fn release(&self) {
        self.nudge();
        self.pauses.notify_all();
    }

    /// Tells what the descriptor is, once: it is about to be seen among those that a call watches.
    pub fn introduce(&self, events: &EventSender) {
        if events.has_receiver() && !self.introduced.swap(true, Ordering::SeqCst) {
            events.send_note(PeerNote::WakePipe { fd: self.readable.as_raw_fd() });
        }
    }

    /// A descriptor that is readable once the wish is there.
    #[must_use]
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.readable.as_fd()
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.stop.asked().sockets.remove(&self.key);
    }
}

/// A listening socket that is shut down wakes accept with EINVAL; what is already gone needs no waking. The send side
/// of a connection stays open: what is left to say can still be said. An unconnected UDP socket is woken too, although
/// shutdown(2) answers ENOTCONN.
pub fn interrupt(socket: &Socket) {
    let _ = socket.shutdown(Shutdown::Read);
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use socket2::Socket;

    use super::Stop;

    #[test]
    fn a_sleeping_accept_and_a_sleeping_recv_end() {
        let stop = Stop::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let accepted = Arc::new(Socket::from(listener.accept().unwrap().0));
        let listener = Arc::new(Socket::from(listener));
        thread::scope(|scope| {
            let accepting = scope.spawn(|| {
                let _watched = stop.watch(&listener);
                listener.accept().map(drop)
            });
            let reading = scope.spawn(|| {
                let _watched = stop.watch(&accepted);
                (&*accepted).read(&mut [0; 8])
            });
            let pausing = scope.spawn(|| stop.pause(Duration::from_hours(1)));
            stop.ask();
            assert!(accepting.join().unwrap().is_err());
            assert_eq!(reading.join().unwrap().unwrap(), 0);
            assert!(pausing.join().unwrap());
        });
        assert!(stop.is_asked() && stop.pause(Duration::from_hours(1)));
        drop(client);
    }

    #[test]
    fn a_sleeping_recvfrom_ends() {
        let stop = Stop::new().unwrap();
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let watched = Arc::new(Socket::from(socket.try_clone().unwrap()));
        thread::scope(|scope| {
            let receiving = scope.spawn(|| nix::sys::socket::recvfrom::<()>(socket.as_raw_fd(), &mut [0; 8]));
            let _watched = stop.watch(&watched);
            stop.ask();
            assert_eq!(receiving.join().unwrap().unwrap().0, 0);
        });
    }

    #[test]
    fn who_waits_for_a_change_hears_nudges_and_the_wish() {
        let stop = Stop::new().unwrap();
        let changed = AtomicBool::new(false);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| stop.wait_until(None, |_| changed.load(Ordering::SeqCst)));
            changed.store(true, Ordering::SeqCst);
            stop.nudge();
            waiting.join().unwrap();
            let waiting = scope.spawn(|| stop.wait_until(None, |asked| asked));
            stop.ask();
            waiting.join().unwrap();
        });
        stop.wait_until(Some(Instant::now()), |_| false);
    }

    #[test]
    fn a_pause_ends_by_itself() {
        assert!(!Stop::new().unwrap().pause(Duration::from_millis(1)));
    }
}
