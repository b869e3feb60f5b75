//! Small files as they were last read, for the requests that had all come by then.
//!
//! A loop over poll or epoll is woken for many clients at once. Whoever asks for a file before it is opened cannot
//! expect what is written after: one opening serves every request that had begun when the loop woke. A request that
//! may have begun later opens the file again, so that nothing is ever served that was replaced before it was asked for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::target::Target;

/// How many files are kept.
const FILES: usize = 8;

/// One file.
#[derive(Clone, Debug)]
pub struct Kept {
    pub media: &'static str,
    pub content: Arc<[u8]>,
}

#[derive(Debug)]
struct Place {
    path: Vec<u8>,
    folder: bool,
    /// Its name was looked up after this moment.
    opened: Instant,
    kept: Kept,
}

/// Shared by the clients of a server.
#[derive(Debug, Default)]
pub struct Shelf {
    places: Mutex<Vec<Place>>,
}

impl Shelf {
    /// What a target leads to, if that was looked up after a request had begun to come by this moment.
    #[must_use]
    pub fn find(&self, target: &Target<'_>, arrived: Instant) -> Option<Kept> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.iter().find(|place| place.is_of(target))?;
        (place.opened >= arrived).then(|| place.kept.clone())
    }

    /// Keeps what a target led to, looked up after the moment `opened`.
    pub fn keep(&self, target: &Target<'_>, opened: Instant, kept: Kept) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.iter_mut().find(|place| place.is_of(target)) {
            (place.opened, place.kept) = (opened, kept);
            return;
        }
        if places.len() == FILES {
            places.remove(0);
        }
        places.push(Place { path: target.path.clone(), folder: target.folder, opened, kept });
    }
}

impl Place {
    fn is_of(&self, target: &Target<'_>) -> bool {
        self.folder == target.folder && self.path == target.path
    }
}
