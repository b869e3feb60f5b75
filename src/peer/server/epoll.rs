//! Readiness by epoll(7): the kernel keeps the list, and each wake-up costs in proportion to the clients that speak.

use std::io;
use std::os::fd::{AsFd, RawFd};

use nix::sys::epoll::{Epoll, EpollEvent};
use socket2::Socket;

use super::event_loop::{Poller, Round};
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::{Change, Interest, timeout};
use crate::peer::stop::Stop;

/// How many events one call gives at most.
const EVENTS: usize = 256;

#[derive(Debug)]
pub struct Epolled {
    epoll: Epoll,
    events: Vec<EpollEvent>,
}

impl Epolled {
    /// # Errors
    /// Those of `epoll_create1`(2) and `epoll_ctl`(2).
    pub fn new(caller: &Caller, stop: &Stop) -> io::Result<Epolled> {
        let epoll = caller.epoll_create()?;
        // Once: it stays readable for ever.
        caller.epoll_change(&epoll, (stop.descriptor(), Change::AddOnce(Interest::Read)))?;
        stop.introduce(caller.events());
        Ok(Epolled { epoll, events: vec![EpollEvent::empty(); EVENTS] })
    }
}

impl Poller for Epolled {
    fn follow(&mut self, caller: &Caller, socket: &Socket, change: (Interest, Interest)) -> io::Result<()> {
        let change = match change {
            (Interest::Nothing, after) => Change::Add(after),
            (_, Interest::Nothing) => Change::Delete,
            (_, after) => Change::Modify(after),
        };
        caller.epoll_change(&self.epoll, (socket.as_fd(), change))
    }

    fn wait<'a>(
        &mut self,
        caller: &Caller,
        round: Round<'_>,
        _: impl Iterator<Item = (&'a Socket, Interest)>,
    ) -> io::Result<()> {
        let count = caller.epoll_wait(&self.epoll, (&mut self.events, timeout(round.until)))?;
        round.ready.extend(self.events[..count].iter().filter_map(|event| RawFd::try_from(event.data()).ok()));
        Ok(())
    }
}
