//! Who is being served: how many, and how to reach the others.

use std::collections::BTreeMap;
use std::net::Shutdown;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::Socket;

use crate::peer::server::outbox::Outbox;
use crate::peer::stop::{GRACE, Stop};

/// One client.
#[derive(Debug)]
struct Seat {
    socket: Option<Arc<Socket>>,
    outbox: Arc<Outbox>,
}

#[derive(Debug, Default)]
struct Inside {
    /// Clients so far.
    count: u64,
    departures: u64,
    /// Without a socket where another process serves.
    present: BTreeMap<u64, Seat>,
    closed: bool,
}

#[derive(Debug)]
pub struct Room {
    inside: Mutex<Inside>,
    stop: Arc<Stop>,
    places: Option<u64>,
}

impl Room {
    #[must_use]
    pub fn new(places: Option<u64>, stop: &Arc<Stop>) -> Room {
        Room { inside: Mutex::default(), stop: Arc::clone(stop), places }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a client in; its number, from 1.
    pub fn enter(&self, socket: &Arc<Socket>) -> u64 {
        let mut inside = self.inside();
        inside.count += 1;
        let number = inside.count;
        let outbox = Arc::new(Outbox::default());
        inside.present.insert(number, Seat { socket: Some(Arc::clone(socket)), outbox });
        number
    }

    /// Another process serves this client from now on.
    pub fn hand_over(&self, number: u64) {
        if let Some(seat) = self.inside().present.get_mut(&number) {
            seat.socket = None;
        }
    }

    /// This client is no longer there.
    pub fn leave(&self, number: u64) {
        let mut inside = self.inside();
        inside.present.remove(&number);
        inside.departures += 1;
        drop(inside);
        self.stop.nudge();
    }

    /// How others reach this client; `None` once it has left.
    #[must_use]
    pub fn seat(&self, number: u64) -> Option<(Arc<Socket>, Arc<Outbox>)> {
        let inside = self.inside();
        let seat = inside.present.get(&number)?;
        Some((seat.socket.clone()?, Arc::clone(&seat.outbox)))
    }

    /// The numbers, sockets and outboxes of everybody else.
    #[must_use]
    pub fn others(&self, number: u64) -> Vec<(u64, Arc<Socket>, Arc<Outbox>)> {
        let inside = self.inside();
        inside
            .present
            .iter()
            .filter(|(other, _)| **other != number)
            .filter_map(|(other, seat)| Some((*other, seat.socket.clone()?, Arc::clone(&seat.outbox))))
            .collect()
    }

    /// How many are being served.
    #[must_use]
    pub fn present(&self) -> u64 {
        self.inside().present.len() as u64
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.places.is_some_and(|places| self.present() >= places)
    }

    /// How many have left so far.
    #[must_use]
    pub fn departures(&self) -> u64 {
        self.inside().departures
    }

    /// Waits until a client leaves, or somebody asks to stop.
    pub fn wait_for_place(&self) {
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
            self.stop.wait_until(moment, |_| self.present() == 0 || self.departures() > seen);
            if self.present() == 0 || self.departures() == seen {
                return;
            }
        }
    }

    /// Nobody enters any more, nobody is left: ends `press`.
    pub fn close(&self) {
        self.inside().closed = true;
        self.stop.release();
    }

    /// For a thread of its own, until the room is closed. Somebody who is asleep in send, because a client does not
    /// read, does not hear the wish to end: after the grace, the connections are shut down in both directions. What the
    /// kernel has taken is still delivered.
    pub fn press(&self) {
        let is_closed = || self.inside().closed;
        self.stop.wait_for_wish(is_closed);
        self.stop.wait_until(Some(Instant::now() + GRACE), |_| is_closed());
        for (_, socket, _) in self.others(0) {
            // What is already gone needs no pressing.
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

    use super::{Room, Stop};

    fn socket() -> Arc<Socket> {
        Arc::new(Socket::new(Domain::UNIX, Type::STREAM, None).unwrap())
    }

    #[test]
    fn a_departure_makes_room() {
        let stop = Stop::new().unwrap();
        let room = Room::new(Some(1), &stop);
        assert_eq!(room.enter(&socket()), 1);
        assert!(room.is_full() && room.others(1).is_empty() && room.others(2).len() == 1);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| room.wait_for_place());
            room.leave(1);
            waiting.join().unwrap();
            scope.spawn(|| room.wait_for_departure(0, Duration::from_hours(1)));
        });
        assert_eq!((room.present(), room.enter(&socket())), (0, 2));
    }

    #[test]
    fn the_wish_to_end_ends_every_wait() {
        let stop = Stop::new().unwrap();
        let room = Room::new(Some(0), &stop);
        thread::scope(|scope| {
            scope.spawn(|| room.wait_for_place());
            scope.spawn(|| room.wait_for_departure(0, Duration::from_hours(1)));
            scope.spawn(|| room.press());
            stop.ask();
            room.close();
        });
    }
}
