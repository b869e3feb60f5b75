//! The clients that are being served: how many, and how to reach the others.

use std::collections::BTreeMap;
use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::peer::server::outbox::Outbox;
use crate::peer::stop::{GRACE, Stop};

/// One client.
#[derive(Debug)]
struct Slot {
    socket: Option<Arc<Socket>>,
    outbox: Arc<Outbox>,
}

#[derive(Debug, Default)]
struct State {
    /// Clients so far.
    count: u64,
    departures: u64,
    /// Without a socket where another process serves.
    connected: BTreeMap<u64, Slot>,
    closed: bool,
}

#[derive(Debug)]
pub struct ClientTable {
    state: Mutex<State>,
    stop: Arc<Stop>,
    limit: Option<u64>,
}

impl ClientTable {
    #[must_use]
    pub fn new(limit: Option<u64>, stop: &Arc<Stop>) -> ClientTable {
        ClientTable { state: Mutex::default(), stop: Arc::clone(stop), limit }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a client in; its number, from 1.
    pub fn add(&self, socket: &Arc<Socket>) -> u64 {
        let mut state = self.state();
        state.count += 1;
        let number = state.count;
        let outbox = Arc::new(Outbox::default());
        state.connected.insert(number, Slot { socket: Some(Arc::clone(socket)), outbox });
        number
    }

    /// Another process serves this client from now on.
    pub fn hand_over(&self, number: u64) {
        if let Some(slot) = self.state().connected.get_mut(&number) {
            slot.socket = None;
        }
    }

    /// This client is no longer there.
    pub fn remove(&self, number: u64) {
        let mut state = self.state();
        state.connected.remove(&number);
        state.departures += 1;
        drop(state);
        self.stop.nudge();
    }

    /// How others reach this client; `None` once it has left.
    #[must_use]
    pub fn find(&self, number: u64) -> Option<(Arc<Socket>, Arc<Outbox>)> {
        let state = self.state();
        let slot = state.connected.get(&number)?;
        Some((slot.socket.clone()?, Arc::clone(&slot.outbox)))
    }

    /// The numbers, sockets and outboxes of everybody else.
    #[must_use]
    pub fn others(&self, number: u64) -> Vec<(u64, Arc<Socket>, Arc<Outbox>)> {
        let state = self.state();
        state
            .connected
            .iter()
            .filter(|(other, _)| **other != number)
            .filter_map(|(other, slot)| Some((*other, slot.socket.clone()?, Arc::clone(&slot.outbox))))
            .collect()
    }

    /// How many are being served.
    #[must_use]
    pub fn connected(&self) -> u64 {
        self.state().connected.len() as u64
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.connected() >= limit)
    }

    /// How many have left so far.
    #[must_use]
    pub fn departures(&self) -> u64 {
        self.state().departures
    }

    /// Waits until a client leaves, or somebody asks to stop.
    pub fn wait_for_slot(&self) {
        self.stop.wait_until(None, |asked| asked || !self.is_full());
    }

    /// Waits until more than so many have left, or somebody asks to stop, at most so long.
    pub fn wait_for_departure(&self, seen: u64, patience: Duration) {
        self.stop.wait_until(Some(Instant::now() + patience), |asked| asked || self.departures() > seen);
    }

    /// Waits until nobody is left, or nobody has left for so long.
    pub fn wait_until_empty(&self, patience: Option<Duration>) {
        loop {
            let seen = self.departures();
            let moment = patience.map(|patience| Instant::now() + patience);
            self.stop.wait_until(moment, |_| self.connected() == 0 || self.departures() > seen);
            if self.connected() == 0 || self.departures() == seen {
                return;
            }
        }
    }

    /// Nobody enters any more, nobody is left: ends `shut_down_late`.
    pub fn close(&self) {
        self.state().closed = true;
        self.stop.release();
    }

    /// For a thread of its own, until the table is closed. Somebody who is asleep in send, because a client does not
    /// read, does not hear the wish to end: after the grace, the connections are shut down in both directions. What the
    /// kernel has taken is still delivered.
    pub fn shut_down_late(&self) {
        let is_closed = || self.state().closed;
        self.stop.wait_for_wish(is_closed);
        self.stop.wait_until(Some(Instant::now() + GRACE), |_| is_closed());
        for (_, socket, _) in self.others(0) {
            // What is already gone needs no shutting down.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    use socket2::{Domain, Socket, Type};

    use super::{ClientTable, Stop};

    fn socket() -> Arc<Socket> {
        Arc::new(Socket::new(Domain::UNIX, Type::STREAM, None).unwrap())
    }

    #[test]
    fn a_departure_makes_room() {
        let stop = Stop::new().unwrap();
        let clients = ClientTable::new(Some(1), &stop);
        assert_eq!(clients.add(&socket()), 1);
        assert!(clients.is_full() && clients.others(1).is_empty() && clients.others(2).len() == 1);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| clients.wait_for_slot());
            clients.remove(1);
            waiting.join().unwrap();
            scope.spawn(|| clients.wait_for_departure(0, Duration::from_hours(1)));
        });
        assert_eq!((clients.connected(), clients.add(&socket())), (0, 2));
    }

    #[test]
    fn the_wish_to_end_ends_every_wait() {
        let stop = Stop::new().unwrap();
        let clients = ClientTable::new(Some(0), &stop);
        thread::scope(|scope| {
            scope.spawn(|| clients.wait_for_slot());
            scope.spawn(|| clients.wait_for_departure(0, Duration::from_hours(1)));
            scope.spawn(|| clients.shut_down_late());
            stop.ask();
            clients.close();
        });
    }
}
