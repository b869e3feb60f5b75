//! Where each client has a thread, and its thread sleeps in recv: the thread that sends what others have for a client
//! once there is room for it.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::unistd::{read, write};
use socket2::Socket;

use super::outbox::Outbox;
use super::{Care, PeerNote};
use crate::observe::own::{self, out_of_the_way};
use crate::observe::queue::unacknowledged;
use crate::peer::caller::Caller;

/// The name of the thread.
const NAME: &str = "facteur";
/// The number of the pipe that wakes it among those of clients, which are from 1.
const WAKE: u64 = 0;
const EVENTS: usize = 64;

#[derive(Debug)]
pub struct Postman {
    epoll: Epoll,
    wake_reader: OwnedFd,
    wake_writer: OwnedFd,
}

/// Ends the postman's thread, however the serving ends.
pub struct Dismissed<'a>(pub &'a Postman);

impl Drop for Dismissed<'_> {
    fn drop(&mut self) {
        self.0.wake(b'.');
    }
}

impl Postman {
    /// # Errors
    /// Those of `epoll_create1`(2) and pipe(2).
    pub fn new() -> io::Result<Postman> {
        let epoll = Epoll(out_of_the_way(Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?.0));
        let (wake_reader, wake_writer) = own::pipe()?;
        let postman = Postman { epoll, wake_reader, wake_writer };
        postman.epoll.add(&postman.wake_reader, EpollEvent::new(EpollFlags::EPOLLIN, WAKE))?;
        Ok(postman)
    }

    fn wake(&self, word: u8) {
        // A pipe that is full wakes already.
        let _ = write(&self.wake_writer, &[word]);
    }

    /// Something waits for this client until there is room. A socket that is closed is forgotten by the kernel.
    fn expect(&self, number: u64, socket: &Socket) {
        let mut event = EpollEvent::new(EpollFlags::EPOLLOUT | EpollFlags::EPOLLONESHOT, number);
        if self.epoll.add(socket, event) == Err(Errno::EEXIST) {
            let _ = self.epoll.modify(socket, &mut event);
        }
        self.wake(b'!');
    }

    /// Until it is dismissed.
    pub fn work(&self, care: Care<'_>, caller: &Caller) {
        let caller = Caller::new(caller.events().clone(), NAME.to_owned());
        let mut events = [EpollEvent::empty(); EVENTS];
        let (mut known, mut waiting) = (false, false);
        loop {
            let look = waiting.then(|| EpollTimeout::try_from(care.settings.patience).unwrap_or(EpollTimeout::MAX));
            let count = self.epoll.wait(&mut events, look.unwrap_or(EpollTimeout::NONE)).unwrap_or(0);
            for number in events[..count].iter().map(EpollEvent::data) {
                if number == WAKE {
                    let mut words = [0; 64];
                    let heard = read(&self.wake_reader, &mut words).unwrap_or(0);
                    if words[..heard].contains(&b'.') {
                        return;
                    }
                } else if let Some((socket, outbox)) = care.clients.find(number) {
                    if !std::mem::replace(&mut known, true) {
                        caller.introduce();
                    }
                    self.deliver(care, &caller, (number, &socket, &outbox));
                }
            }
            waiting = look_at_all(care, &caller);
        }
    }

    /// Sends what waits, with the misbehaviours asked for, until there is no room.
    pub fn deliver(&self, care: Care<'_>, caller: &Caller, (number, socket, outbox): (u64, &Socket, &Outbox)) {
        let misbehaviours = &care.settings.misbehaviours;
        let full = outbox.flush(misbehaviours.fragment.unwrap_or(usize::MAX).max(1), |piece| {
            if misbehaviours.slow.is_some_and(|pause| care.stop.pause(pause)) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            caller.send_now(socket, piece)
        });
        if full {
            self.expect(number, socket);
        }
    }
}

/// Tells who has taken nothing for too long; whether something waits for anybody.
fn look_at_all(care: Care<'_>, caller: &Caller) -> bool {
    let mut waiting = false;
    for (client, socket, outbox) in care.clients.others(0).into_iter().filter(|(_, _, outbox)| outbox.waits()) {
        waiting = true;
        if let Some(since) = outbox.look(care.settings.patience, unacknowledged(&socket).unwrap_or(0)) {
            caller.events().send_note(takes_nothing(client, since, false));
        }
    }
    waiting
}

fn takes_nothing(client: u64, since: Duration, left: bool) -> PeerNote {
    PeerNote::TakesNothing { client, seconds: since.as_secs(), left }
}
