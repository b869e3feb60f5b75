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
pub struct CachedFile {
    pub media: &'static str,
    pub content: Arc<[u8]>,
}

#[derive(Debug)]
struct CacheEntry {
    path: Vec<u8>,
    folder: bool,
    /// Its name was looked up after this moment.
    opened: Instant,
    kept: CachedFile,
}

/// Shared by the clients of a server.
#[derive(Debug, Default)]
pub struct FileCache {
    places: Mutex<Vec<CacheEntry>>,
}

impl FileCache {
    /// What a target leads to, if that was looked up after a request had begun to come by this moment.
    #[must_use]
    pub fn find(&self, target: &Target<'_>, arrived: Instant) -> Option<CachedFile> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.iter().find(|place| place.is_of(target))?;
        (place.opened >= arrived).then(|| place.kept.clone())
    }

    /// Keeps what a target led to, looked up after the moment `opened`.
    pub fn keep(&self, target: &Target<'_>, opened: Instant, kept: CachedFile) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.iter_mut().find(|place| place.is_of(target)) {
            (place.opened, place.kept) = (opened, kept);
            return;
        }
        if places.len() == FILES {
            places.remove(0);
        }
        places.push(CacheEntry { path: target.path.clone(), folder: target.folder, opened, kept });
    }
}

impl CacheEntry {
    fn is_of(&self, target: &Target<'_>) -> bool {
        self.folder == target.folder && self.path == target.path
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::{CachedFile, FileCache};
    use crate::peer::service::http::target::{self, Target};

    fn target(text: &str) -> Target<'_> {
        target::read(text).unwrap()
    }

    fn kept(text: &str) -> CachedFile {
        CachedFile { media: "a/b", content: Arc::from(text.as_bytes()) }
    }

    fn found(cache: &FileCache, text: &str, arrived: Instant) -> Option<String> {
        let kept = cache.find(&target(text), arrived)?;
        Some(String::from_utf8(kept.content.to_vec()).unwrap())
    }

    #[test]
    fn only_what_was_looked_up_after_the_request_had_begun_answers_it() {
        let (cache, opened, step) = (FileCache::default(), Instant::now(), Duration::from_nanos(1));
        cache.keep(&target("/a"), opened, kept("first"));
        assert_eq!(found(&cache, "/a", opened).as_deref(), Some("first"));
        assert_eq!(found(&cache, "/a", opened + step), None);
        for other in ["/a/", "/b", "/"] {
            assert_eq!(found(&cache, other, opened), None, "{other}");
        }
        cache.keep(&target("/a"), opened + step, kept("second"));
        assert_eq!(found(&cache, "/a", opened + step).as_deref(), Some("second"));
    }

    #[test]
    fn the_ninth_file_takes_the_place_of_the_first() {
        let (cache, now) = (FileCache::default(), Instant::now());
        let names: Vec<String> = (0..9).map(|number| format!("/{number}")).collect();
        for name in names.iter().take(8) {
            cache.keep(&target(name), now, kept(name));
        }
        cache.keep(&target("/7"), now, kept("again"));
        assert_eq!(found(&cache, "/0", now).as_deref(), Some("/0"));
        cache.keep(&target(&names[8]), now, kept("ninth"));
        let there: Vec<&String> = names.iter().filter(|name| found(&cache, name, now).is_some()).collect();
        assert_eq!(there, names[1..].iter().collect::<Vec<_>>());
    }
}
