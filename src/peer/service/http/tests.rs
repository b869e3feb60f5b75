//! Requests, good and malformed, in every cut; files; hostile bytes.

mod files;
mod hostile;
mod requests;
mod table;
mod turns;

use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use super::content::Content;
use super::file_cache::FileCache;
use super::{Http, HttpSettings, HttpWords};
use crate::event::peer::PeerNote;
use crate::peer::outgoing::Piece;
use crate::peer::service::{Reply, Service};

pub const WORDS: HttpWords = HttpWords {
    welcome: "welcome",
    status: |status, _| format!("page {status}"),
    folder: |path, rows, complete| format!("{path}\n{rows}{complete}"),
};

pub fn settings(path: Option<&Path>) -> HttpSettings {
    let content = Content::new(path).unwrap();
    HttpSettings { content, cache: FileCache::default(), words: WORDS, bare_lf: false, no_length: false }
}

fn serve(path: Option<&Path>) -> Http {
    Http::new(Arc::new(settings(path)))
}

/// What a client was sent, and what was told of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    bytes: Vec<u8>,
    closed: bool,
    /// The ids of the refusals.
    reasons: Vec<String>,
}

impl Seen {
    fn add(&mut self, reply: Reply) {
        for piece in reply.pieces {
            match piece {
                Piece::Bytes(bytes) => self.bytes.extend(bytes),
                Piece::File { file, length } => {
                    let start = self.bytes.len();
                    self.bytes.resize(start + usize::try_from(length).unwrap(), 0);
                    file.read_exact_at(&mut self.bytes[start..], 0).unwrap();
                }
            }
        }
        for note in reply.notes {
            let PeerNote::RequestRefused { reason, .. } = note else { panic!("{note:?}") };
            self.reasons.push(reason);
        }
        self.closed |= reply.close;
    }

    /// Its text without what depends on the clock.
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        text.split_inclusive('\n').filter(|line| !line.starts_with("Date: ")).collect()
    }

    /// Its answers, read as a client reads them, in GET's way: each with its length.
    fn answers(&self) -> Vec<Answer> {
        let mut rest = self.bytes.as_slice();
        let mut answers = Vec::new();
        while !rest.is_empty() {
            let end = rest.windows(4).position(|four| four == b"\r\n\r\n").expect("a head ends") + 4;
            let head = str::from_utf8(&rest[..end]).unwrap().to_owned();
            let length: usize = field(&head, "Content-Length").unwrap().parse().unwrap();
            answers.push(Answer { head, body: rest[end..end + length].to_vec() });
            rest = &rest[end + length..];
        }
        answers
    }
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn all_at_once(mut http: Http, bytes: &[u8]) -> Seen {
    in_cuts(&mut http, bytes, bytes.len().max(1))
}

fn in_cuts(http: &mut Http, bytes: &[u8], size: usize) -> Seen {
    let mut seen = Seen::default();
    for cut in bytes.chunks(size) {
        if seen.closed {
            break;
        }
        seen.add(http.received(cut));
    }
    seen
}

/// The one answer to a GET of that target.
fn get(path: &Path, target: &str) -> (Answer, Seen) {
    let seen = all_at_once(serve(Some(path)), format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    let mut answers = seen.answers();
    assert_eq!(answers.len(), 1, "{target}");
    (answers.remove(0), seen)
}

/// A folder whose files cost nothing, where the machine has such a file system (shm_overview(7)).
fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
