//! Readiness by poll(2): the whole list of descriptors is given to the kernel at each call, and read back after it, so
//! that each wake-up costs in proportion to the number of clients, however few of them speak. epoll(7) exists for that.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

use nix::poll::{PollFd, PollFlags};
use socket2::Socket;

use super::event_loop::{Poller, Round};
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::{Interest, is_ready, timeout};

/// The list, whose memory serves again.
#[derive(Debug, Default)]
pub struct Polled {
    list: Vec<PollFd<'static>>,
    interests: Vec<Interest>,
}

impl Poller for Polled {
    fn follow(&mut self, _: &Caller, _: &Socket, _: (Interest, Interest)) -> io::Result<()> {
        Ok(())
    }

    fn wait<'a>(
        &mut self,
        caller: &Caller,
        round: Round<'_>,
        watched: impl Iterator<Item = (&'a Socket, Interest)>,
    ) -> io::Result<()> {
        let mut list: Vec<PollFd<'_>> = std::mem::take(&mut self.list);
        self.interests.clear();
        for (socket, interest) in watched.filter(|(_, interest)| *interest != Interest::Nothing) {
            list.push(PollFd::new(socket.as_fd(), interest.for_poll()));
            self.interests.push(interest);
        }
        if let Some(stop) = round.stop {
            list.push(PollFd::new(stop, PollFlags::POLLIN));
            self.interests.push(Interest::Read);
        }
        let result = caller.poll(&mut list, (&self.interests, timeout(round.until)));
        if result.is_ok() {
            round.ready.extend(list.iter().filter(|entry| is_ready(entry)).map(|entry| entry.as_fd().as_raw_fd()));
        }
        // Nothing is left in the list: only its memory passes to the next round.
        self.list = list.into_iter().map_while(|_| None).collect();
        result
    }
}
