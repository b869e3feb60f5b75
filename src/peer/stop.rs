//! The wish to end, heard by every thread of a peer, asleep in a call or in a pause.
//!
//! A flag alone would come too late for a thread that is about to block. So whoever may sleep in a call on a socket
//! registers the socket, and the wish shuts it down: accept then fails, and recv returns 0, at once and for ever
//! (shutdown(2)); a socket registered after the wish is shut down on the spot.

use std::collections::HashMap;
use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::unistd::pipe2;
use socket2::Socket;

use crate::observe::own::out_of_the_way;

#[derive(Debug, Default)]
struct Asked {
    stop: bool,
    next: u64,
    sockets: HashMap<u64, Weak<Socket>>,
}

/// Shared by every thread of a peer.
#[derive(Debug)]
pub struct Stop {
    asked: Mutex<Asked>,
    /// Woken by the wish to end.
    pauses: Condvar,
    /// Readable for ever once the wish is there: for poll(2).
    readable: OwnedFd,
    /// Closed by the wish.
    writer: Mutex<Option<OwnedFd>>,
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
        let (readable, writer) = pipe2(OFlag::O_CLOEXEC)?;
        let (readable, writer) = (out_of_the_way(readable), out_of_the_way(writer));
        Ok(Arc::new(Stop {
            asked: Mutex::default(),
            pauses: Condvar::new(),
            readable,
            writer: Mutex::new(Some(writer)),
        }))
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks everybody to end. Asking again changes nothing.
    pub fn ask(&self) {
        let mut asked = self.asked();
        asked.stop = true;
        for socket in asked.sockets.values().filter_map(Weak::upgrade) {
            interrupt(&socket);
        }
        drop(asked);
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.pauses.notify_all();
    }

    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked().stop
    }

    /// Interrupts the calls on this socket once the wish comes, until the guard is dropped.
    #[must_use]
    pub fn watch(self: &Arc<Stop>, socket: &Arc<Socket>) -> Registered {
        let mut asked = self.asked();
        let key = asked.next;
        asked.next += 1;
        asked.sockets.insert(key, Arc::downgrade(socket));
        if asked.stop {
            interrupt(socket);
        }
        Registered { stop: Arc::clone(self), key }
    }

    /// Pauses; true when the wish to end came first.
    #[must_use]
    pub fn pause_until(&self, moment: Instant) -> bool {
        let mut asked = self.asked();
        while !asked.stop {
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
/// of a connection stays open: what is left to say can still be said.
fn interrupt(socket: &Socket) {
    let _ = socket.shutdown(Shutdown::Read);
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

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
            let pausing = scope.spawn(|| stop.pause(Duration::from_secs(3600)));
            stop.ask();
            assert!(accepting.join().unwrap().is_err());
            assert_eq!(reading.join().unwrap().unwrap(), 0);
            assert!(pausing.join().unwrap());
        });
        assert!(stop.is_asked() && stop.pause(Duration::from_secs(3600)));
        drop(client);
    }

    #[test]
    fn a_pause_ends_by_itself() {
        assert!(!Stop::new().unwrap().pause(Duration::from_millis(1)));
    }
}
