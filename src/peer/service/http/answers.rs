//! The answers to the requests that one reading brought.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Instant;

use super::content::Found;
use super::file_cache::CachedFile;
use super::refusal::Refusal;
use super::request::{Method, Persistence, Request};
use super::response::{self, Head};
use super::target::Target;
use super::{HttpSettings, media};
use crate::event::peer::PeerNote;
use crate::peer::outgoing::Piece;
use crate::peer::service::Reply;

/// A file up to this size, in bytes, is sent together with its head.
const SMALL_FILE: u64 = 64 * 1024;
/// Bytes of memory, and open files, that the answers to one reading may hold. Requests sent one behind the other could
/// ask for far more than they weigh; the answer that passes these limits is the last, and the client asks again for
/// the rest on another connection (RFC 9112, 9.3.2).
const MOST_MEMORY: usize = 2 * 1024 * 1024;
const MOST_FILES: usize = 8;

/// Room for a head, in bytes, so that a small file is read behind it without moving it.
const HEAD_ROOM: usize = 512;

/// The answers so far.
#[derive(Default)]
pub struct Answers {
    pieces: Vec<Piece>,
    /// What goes behind the pieces.
    current: Vec<u8>,
    notes: Vec<PeerNote>,
    /// Bytes of memory in the pieces.
    memory: usize,
    files: usize,
}

impl Answers {
    /// Whether the next must be the last.
    pub fn are_many(&self) -> bool {
        self.memory + self.current.len() >= MOST_MEMORY || self.files >= MOST_FILES
    }

    /// Where the next bytes go.
    fn bytes(&mut self) -> &mut Vec<u8> {
        if self.current.len() as u64 >= SMALL_FILE {
            self.flush();
        }
        &mut self.current
    }

    fn flush(&mut self) {
        if !self.current.is_empty() {
            self.memory += self.current.len();
            self.pieces.push(Piece::Bytes(std::mem::take(&mut self.current)));
        }
    }

    fn push_file(&mut self, file: File, length: u64) {
        self.flush();
        self.files += 1;
        self.pieces.push(Piece::File { file, length });
    }

    /// What is to be done with them.
    pub fn into_reply(mut self, close: bool) -> Reply {
        self.flush();
        Reply { pieces: self.pieces, notes: self.notes, close, ..Reply::default() }
    }
}

/// Writes one answer.
pub struct Writer<'a> {
    pub settings: &'a HttpSettings,
    pub answers: &'a mut Answers,
    pub persistence: Persistence,
    /// The head only.
    pub bodiless: bool,
    /// The request had begun to come by this moment, where that is known.
    pub arrived: Option<Instant>,
}

impl Writer<'_> {
    /// Answers a request whose head is sound.
    ///
    /// # Errors
    /// Why it is refused; nothing was written then.
    pub fn serve(&mut self, request: &Request<'_>) -> Result<(), Refusal> {
        if request.method == Method::NotAllowed {
            return Err(Refusal::METHOD_NOT_ALLOWED);
        }
        let target = request.target.as_ref().map_err(|refusal| *refusal)?;
        if let Some(kept) = self.arrived.and_then(|arrived| self.settings.cache.find(target, arrived)) {
            self.body(kept.media, &kept.content);
            return Ok(());
        }
        let opened = self.arrived.map(|_| Instant::now());
        match self.settings.content.find(target, &self.settings.words)? {
            Found::Page(page) => self.page(200, &page, None),
            Found::Moved(address) => self.page(301, (self.settings.words.status)(301, None).as_bytes(), Some(&address)),
            Found::File { file, length, media } if length <= SMALL_FILE => {
                let start = self.small_file(&file, length, media)?;
                self.keep(target, opened, (media, start));
            }
            Found::File { file, length, media } => {
                self.head(200, (media, length), None);
                if !self.bodiless {
                    self.answers.push_file(file, length);
                }
            }
        }
        Ok(())
    }

    /// Says no.
    pub fn refuse(&mut self, refusal: Refusal) {
        let page = (self.settings.words.status)(refusal.status, Some(refusal.reason));
        self.page(refusal.status, page.as_bytes(), None);
        self.answers.notes.push(PeerNote::RequestRefused { status: refusal.status, reason: refusal.reason.to_owned() });
    }

    fn page(&mut self, status: u16, page: &[u8], location: Option<&str>) {
        self.head(status, (media::HTML, page.len() as u64), location);
        if !self.bodiless {
            self.answers.current.extend_from_slice(page);
        }
    }

    fn head(&mut self, status: u16, (media, length): (&str, u64), location: Option<&str>) {
        let head = Head { status, media, length, location, persistence: self.persistence };
        response::push_head(self.answers.bytes(), &head, self.settings);
    }

    fn body(&mut self, media: &str, content: &[u8]) {
        self.head(200, (media, content.len() as u64), None);
        if !self.bodiless {
            self.answers.current.extend_from_slice(content);
        }
    }

    /// For the other requests that had come by now.
    fn keep(&self, target: &Target<'_>, opened: Option<Instant>, (media, start): (&'static str, Option<usize>)) {
        if let (Some(opened), Some(start)) = (opened, start) {
            let content = Arc::from(&self.answers.current[start..]);
            self.settings.cache.keep(target, opened, CachedFile { media, content });
        }
    }

    /// Answers with a file; where its bytes start among those that wait.
    fn small_file(&mut self, file: &File, length: u64, media: &str) -> Result<Option<usize>, Refusal> {
        let size = usize::try_from(length).unwrap_or_default();
        let out = self.answers.bytes();
        let start = out.len();
        out.reserve(HEAD_ROOM + size);
        self.head(200, (media, length), None);
        if self.bodiless {
            return Ok(None);
        }
        let out = &mut self.answers.current;
        let body = out.len();
        out.resize(body + size, 0);
        file.read_exact_at(&mut out[body..], 0).map_err(|error| {
            out.truncate(start);
            match error.kind() {
                io::ErrorKind::UnexpectedEof => Refusal::FILE_CHANGED,
                _ => Refusal::UNREADABLE,
            }
        })?;
        Ok(Some(body))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{Answers, MOST_MEMORY, Persistence, Refusal, SMALL_FILE, Writer};
    use crate::peer::outgoing::Piece;
    use crate::peer::service::http::tests::settings;

    #[test]
    fn small_answers_go_together_up_to_the_size_of_a_small_file() {
        let small = usize::try_from(SMALL_FILE).unwrap();
        for (first, sizes) in [(small - 1, vec![small]), (small, vec![small, 1])] {
            let mut answers = Answers::default();
            answers.bytes().resize(first, b'a');
            answers.bytes().push(b'b');
            let pieces = answers.into_reply(false).pieces;
            let size = |piece: &Piece| if let Piece::Bytes(bytes) = piece { bytes.len() } else { 0 };
            assert_eq!(pieces.iter().map(size).collect::<Vec<_>>(), sizes);
        }
    }

    #[test]
    fn the_memory_of_what_goes_and_of_what_waits_is_counted() {
        for (gone, waiting, many) in [
            (0, MOST_MEMORY - 1, false),
            (0, MOST_MEMORY, true),
            (MOST_MEMORY - 2, 1, false),
            (MOST_MEMORY - 2, 2, true),
            (MOST_MEMORY, 0, true),
        ] {
            let mut answers = Answers::default();
            answers.bytes().resize(gone, b'a');
            answers.flush();
            answers.bytes().resize(waiting, b'a');
            assert_eq!(answers.are_many(), many, "{gone} and {waiting}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_as_it_was_leaves_nothing_of_its_answer() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::write(temp.path().join("short"), "short").unwrap();
        for (path, refusal) in
            [(temp.path().join("short"), Refusal::FILE_CHANGED), (temp.path().to_owned(), Refusal::UNREADABLE)]
        {
            let (settings, mut answers) = (settings(None), Answers::default());
            answers.bytes().extend_from_slice(b"before");
            let persistence = Persistence::Kept;
            let mut writer =
                Writer { settings: &settings, answers: &mut answers, persistence, bodiless: false, arrived: None };
            assert_eq!(writer.small_file(&File::open(&path).unwrap(), 6, "a/b"), Err(refusal));
            assert_eq!(answers.current, b"before");
        }
    }
}
