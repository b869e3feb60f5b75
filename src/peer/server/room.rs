//! Who is being served: how many, and how to reach the others.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use socket2::Socket;

use crate::peer::stop::Stop;

/// How long before the wish to end is looked at again by who waits for a place.
const GLANCE: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
struct Inside {
    /// Clients so far.
    count: u64,
    present: BTreeMap<u64, Arc<Socket>>,
}

#[derive(Debug)]
pub struct Room {
    inside: Mutex<Inside>,
    departures: Condvar,
    places: Option<u64>,
}

impl Room {
    #[must_use]
    pub fn new(places: Option<u64>) -> Room {
        Room { inside: Mutex::default(), departures: Condvar::new(), places }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a client in; its number, from 1.
    pub fn enter(&self, socket: &Arc<Socket>) -> u64 {
        let mut inside = self.inside();
        inside.count += 1;
        let number = inside.count;
        inside.present.insert(number, Arc::clone(socket));
        number
    }

    pub fn leave(&self, number: u64) {
        self.inside().present.remove(&number);
        self.departures.notify_all();
    }

    /// The sockets of everybody else.
    #[must_use]
    pub fn others(&self, number: u64) -> Vec<Arc<Socket>> {
        let inside = self.inside();
        inside.present.iter().filter(|(other, _)| **other != number).map(|(_, socket)| Arc::clone(socket)).collect()
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.places.is_some_and(|places| self.inside().present.len() as u64 >= places)
    }

    /// Waits until a client leaves, or somebody asks to stop.
    pub fn wait_for_place(&self, stop: &Stop) {
        while self.is_full() && !stop.is_asked() {
            self.wait_for_departure(GLANCE);
        }
    }

    /// Waits until a client leaves, at most so long.
    pub fn wait_for_departure(&self, patience: Duration) {
        let inside = self.inside();
        drop(self.departures.wait_timeout(inside, patience));
    }
}
