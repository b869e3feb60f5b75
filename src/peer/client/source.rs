//! What a client sends, in order: texts, a file, the keyboard. At most one buffer of it is in memory.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use nix::sys::stat::{SFlag, fstat};

use crate::observe::own::out_of_the_way;
use crate::peer::caller::{Caller, fd, named, quoted};
use crate::peer::client::{Client, Refusal, Settings, Trouble, request};
use crate::syscall::call::Value;
use crate::syscall::name::Name;

/// What a file is cut into over UDP: it fits in an Ethernet frame with its headers.
const DATAGRAM: usize = 1400;
/// The most that a datagram of IPv4 holds (udp(7)).
const LARGEST_DATAGRAM: usize = 65_507;

/// What every client sends.
#[derive(Debug)]
pub struct Script {
    texts: Vec<Arc<[u8]>>,
    file: Option<Arc<File>>,
    keyboard: bool,
}

impl Script {
    /// Checks the request and opens the file.
    ///
    /// # Errors
    /// A path that HTTP forbids, a file that cannot be opened or is a directory.
    pub fn of(settings: &Settings) -> Result<Script, Refusal> {
        let request = settings.http.as_deref().map(|path| request::bytes(settings, path)).transpose()?;
        let texts = [request.as_deref(), settings.send.as_deref()].into_iter().flatten().map(Arc::from).collect();
        let opened = |path: &Path| open(path).map_err(|error| Refusal::File { path: path.to_owned(), error });
        let file = settings.send_file.as_deref().map(opened).transpose()?.map(Arc::new);
        let gives = settings.send.is_some() || settings.send_file.is_some();
        let only_that = settings.http.is_some() || settings.half_close || (settings.reset && gives);
        Ok(Script { texts, file, keyboard: !only_that && settings.clients <= 1 })
    }
}

/// A FIFO that nobody writes to yet is no reason to sleep here.
fn open(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    let file = File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    Ok(File::from(out_of_the_way(file.into())))
}

/// How bytes are cut before `fragment` cuts them more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// As they come.
    Anywhere,
    /// Each text is a datagram.
    Whole,
    Blocks,
    /// Each line is a datagram.
    Lines,
}

enum Origin<'a> {
    Text {
        bytes: Arc<[u8]>,
        done: usize,
    },
    /// Read without waiting, at this place.
    File {
        file: Arc<File>,
        place: u64,
    },
    /// A FIFO, a device: waited for.
    Stream(Arc<File>),
    Keyboard {
        from: BorrowedFd<'a>,
        waits: bool,
    },
}

pub struct Source<'a> {
    origins: VecDeque<Origin<'a>>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    cut: Cut,
    /// An empty datagram is to be sent.
    empty: bool,
    fragment: usize,
    datagrams: bool,
    keyboard_ended: bool,
}

impl<'a> Source<'a> {
    #[must_use]
    pub fn new(client: &Client<'a>) -> Source<'a> {
        let Script { texts, file, keyboard } = client.script;
        let text = |bytes: &Arc<[u8]>| Origin::Text { bytes: Arc::clone(bytes), done: 0 };
        let mut origins: VecDeque<Origin<'a>> = texts.iter().map(text).collect();
        origins.extend(file.iter().map(|file| {
            let file = Arc::clone(file);
            if is_regular(&file) { Origin::File { file, place: 0 } } else { Origin::Stream(file) }
        }));
        let input = client.settings.input.as_ref().filter(|_| *keyboard);
        origins.extend(input.map(|input| {
            let from = input.as_fd();
            Origin::Keyboard { from, waits: !is_regular(&from) }
        }));
        Source {
            origins,
            buffer: vec![0; client.buffer_size()],
            start: 0,
            end: 0,
            cut: Cut::Anywhere,
            empty: false,
            fragment: client.settings.fragment.unwrap_or(usize::MAX).max(1),
            datagrams: client.is_datagram(),
            keyboard_ended: false,
        }
    }

    /// Reads what can be read without waiting, where nothing is ready to be sent.
    ///
    /// # Errors
    /// A file, or a redirected keyboard, that cannot be read.
    pub fn prepare(&mut self, caller: &Caller) -> Result<(), Trouble> {
        while self.piece().is_none() {
            match self.origins.front() {
                Some(Origin::Text { .. }) => self.read_text(),
                Some(Origin::File { .. } | Origin::Keyboard { waits: false, .. }) => self.read(caller)?,
                Some(Origin::Stream(_) | Origin::Keyboard { .. }) | None => break,
            }
        }
        Ok(())
    }

    /// What is to be sent next; an empty datagram is a piece too.
    #[must_use]
    pub fn piece(&self) -> Option<&[u8]> {
        let waiting = &self.buffer[self.start..self.end];
        let length = match self.cut {
            Cut::Anywhere | Cut::Whole => waiting.len(),
            Cut::Blocks => waiting.len().min(DATAGRAM),
            Cut::Lines => match waiting.iter().position(|byte| *byte == b'\n') {
                Some(place) => place + 1,
                None if self.keyboard_ended || waiting.len() >= LARGEST_DATAGRAM => waiting.len(),
                None => 0,
            },
        };
        let length = length.min(self.fragment);
        (length > 0 || self.empty).then(|| &waiting[..length])
    }

    /// So many bytes of the last piece were sent.
    pub fn sent(&mut self, count: usize) {
        self.empty = false;
        self.start = (self.start + count).min(self.end);
    }

    /// What to wait for before more can be read.
    #[must_use]
    pub fn awaited(&self) -> Option<BorrowedFd<'_>> {
        if self.piece().is_some() {
            return None;
        }
        match self.origins.front()? {
            Origin::Stream(file) => Some(file.as_fd()),
            Origin::Keyboard { from, .. } => Some(*from),
            _ => None,
        }
    }

    /// Whether everything was sent.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.origins.is_empty() && self.start == self.end && !self.empty
    }

    /// Whether the keyboard's input came to its end.
    #[must_use]
    pub fn keyboard_ended(&self) -> bool {
        self.keyboard_ended
    }

    /// Sends nothing more that is not already chosen: what the keyboard has not said yet is not awaited.
    pub fn leave_keyboard(&mut self) {
        self.origins.retain(|origin| !matches!(origin, Origin::Keyboard { waits: true, .. }));
    }

    /// Sends nothing more.
    pub fn clear(&mut self) {
        self.origins.clear();
        (self.start, self.end, self.empty) = (0, 0, false);
    }

    fn read_text(&mut self) {
        let Some(Origin::Text { bytes, done }) = self.origins.front_mut() else { return };
        let count = (bytes.len() - *done).min(self.buffer.len());
        self.buffer[..count].copy_from_slice(&bytes[*done..*done + count]);
        (self.start, self.end) = (0, count);
        self.empty = self.datagrams && bytes.is_empty();
        *done += count;
        self.cut = if self.datagrams { Cut::Whole } else { Cut::Anywhere };
        if *done == bytes.len() {
            self.origins.pop_front();
        }
    }

    /// Reads from the first origin, which has something, or has ended.
    ///
    /// # Errors
    /// Those of read(2).
    pub fn read(&mut self, caller: &Caller) -> Result<(), Trouble> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let room = &mut self.buffer[self.end..];
        let result = match self.origins.front_mut() {
            Some(Origin::File { file, place }) => {
                let count = file.read_at(room, *place);
                *place += *count.as_ref().unwrap_or(&0) as u64;
                count
            }
            Some(Origin::Stream(file)) => io::Read::read(&mut &**file, room),
            Some(Origin::Keyboard { from, .. }) => read_told(caller, *from, room),
            Some(Origin::Text { .. }) | None => return Ok(()),
        };
        match result {
            Ok(count) => self.has_read(count),
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
            Err(error) if matches!(self.origins.front(), Some(Origin::Keyboard { .. })) => {
                return Err(Trouble::Input(error));
            }
            Err(error) => return Err(Trouble::File(error)),
        }
        Ok(())
    }

    fn has_read(&mut self, count: usize) {
        let keyboard = matches!(self.origins.front(), Some(Origin::Keyboard { .. }));
        self.end += count;
        self.cut = match (self.datagrams, keyboard) {
            (false, _) => Cut::Anywhere,
            (true, true) => Cut::Lines,
            (true, false) => Cut::Blocks,
        };
        if count == 0 {
            self.origins.pop_front();
            self.keyboard_ended |= keyboard;
        }
    }
}

fn is_regular(file: &impl AsFd) -> bool {
    fstat(file).is_ok_and(|stat| SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == SFlag::S_IFREG)
}

/// read(2) of the keyboard.
fn read_told(caller: &Caller, from: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<usize> {
    let size = Value::Number(i64::try_from(room.len()).unwrap_or(i64::MAX));
    let call = || named(Name::Read, vec![fd(&from.as_raw_fd()), Value::Opaque("tampon".to_owned()), size.clone()]);
    let heard = caller.events().has_receiver();
    let mut shown = Value::Null;
    let real = || {
        let count = nix::unistd::read(from, room)?;
        if heard {
            shown = quoted(&room[..count], count);
        }
        Ok((count, shown))
    };
    let result = caller.told(call, real, |call, (count, shown)| {
        call.arguments[1] = shown.clone();
        i64::try_from(*count).unwrap_or(i64::MAX)
    });
    result.map(|(count, _)| count)
}
