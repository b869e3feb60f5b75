//! The keyboard of the player: one key at a time, the terminal's mode put back whatever happens.

use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};

use crate::command::tty_restorer::TtyRestorer;
use crate::event::Key;
use crate::play::prompt::{Answer, Prompt};

/// The signals after which everything ends in good order.
pub const SIGNALS: [i32; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

/// The flag that `SIGNALS` raise.
///
/// # Errors
/// When the handlers cannot be installed.
pub fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in SIGNALS {
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

/// A terminal read key by key, without echo; Ctrl-C still sends SIGINT.
#[derive(Debug)]
pub struct Keyboard {
    stop: Arc<AtomicBool>,
    saved: Termios,
    /// Raised by SIGCONT: the shell has put its own mode back while we were stopped.
    resumed: Arc<AtomicBool>,
    restorer: Option<TtyRestorer>,
}

impl Keyboard {
    /// Takes the keyboard of the terminal on standard input.
    ///
    /// # Errors
    /// When standard input is no terminal, or its mode cannot be set.
    pub fn open(stop: Arc<AtomicBool>) -> io::Result<Keyboard> {
        let saved = tcgetattr(io::stdin().as_fd())?;
        let resumed = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(libc::SIGCONT, Arc::clone(&resumed))?;
        let keyboard = Keyboard { stop, saved, resumed, restorer: Some(TtyRestorer::start()?) };
        keyboard.listen()?;
        Ok(keyboard)
    }

    fn listen(&self) -> io::Result<()> {
        let mut mode = self.saved.clone();
        mode.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        mode.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        mode.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        Ok(tcsetattr(io::stdin().as_fd(), SetArg::TCSANOW, &mode)?)
    }

    /// The bytes of one key press; empty at the end of input, `None` when none came in time.
    fn read(&mut self, patience: Duration) -> io::Result<Option<Vec<u8>>> {
        if self.resumed.swap(false, Ordering::SeqCst) {
            self.listen()?;
        }
        let timeout = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
        let stdin = io::stdin();
        let mut descriptors = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
        match poll(&mut descriptors, timeout) {
            Ok(0) | Err(Errno::EINTR) => return Ok(None),
            Ok(_) => {}
            Err(errno) => return Err(errno.into()),
        }
        let mut bytes = [0; 64];
        match stdin.lock().read(&mut bytes) {
            Ok(count) => Ok(Some(bytes[..count].to_vec())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            // A terminal that has been closed.
            Err(error) if error.raw_os_error() == Some(libc::EIO) => Ok(Some(Vec::new())),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        let restored = tcsetattr(io::stdin().as_fd(), SetArg::TCSANOW, &self.saved).is_ok();
        if let Some(restorer) = self.restorer.take() {
            restorer.end(restored);
        }
    }
}

impl Prompt for Keyboard {
    fn attended(&self) -> bool {
        true
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn key(&mut self, patience: Duration) -> io::Result<Option<Key>> {
        Ok(self.read(patience)?.and_then(|bytes| key_of(&bytes)))
    }

    fn answer(&mut self, choices: usize) -> io::Result<Option<Answer>> {
        loop {
            if self.interrupted() {
                return Ok(Some(Answer::Quit));
            }
            let Some(bytes) = self.read(Duration::from_secs(1))? else { continue };
            if let Some(answer) = answer_of(&bytes, choices) {
                return Ok(Some(answer));
            }
        }
    }
}

/// The key that these bytes are; an escape sequence (an arrow, a function key) is none.
fn key_of(bytes: &[u8]) -> Option<Key> {
    match bytes.first() {
        None | Some(4) => Some(Key::Quit),
        Some(b'\r' | b'\n') => Some(Key::Next),
        Some(byte) if bytes.len() == 1 => match byte.to_ascii_lowercase() {
            b'c' => Some(Key::PlayPeer),
            b'e' => Some(Key::Explain),
            b'd' => Some(Key::Details),
            b'i' => Some(Key::Hint),
            b'r' => Some(Key::Replay),
            b'p' => Some(Key::Previous),
            b'q' => Some(Key::Quit),
            _ => None,
        },
        Some(_) => None,
    }
}

fn answer_of(bytes: &[u8], choices: usize) -> Option<Answer> {
    match bytes.first() {
        None | Some(4 | b'q' | b'Q') => Some(Answer::Quit),
        Some(b'\r' | b'\n') => Some(Answer::Pass),
        Some(b'i' | b'I') => Some(Answer::Hint),
        Some(digit @ b'1'..=b'9') => {
            let choice = usize::from(digit - b'1');
            (choice < choices).then_some(Answer::Choice(choice))
        }
        Some(_) => None,
    }
}

/// Nobody is there: nothing waits, and every role is socketlab's.
#[derive(Debug)]
pub struct Unattended {
    pub stop: Arc<AtomicBool>,
}

impl Prompt for Unattended {
    fn attended(&self) -> bool {
        false
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn key(&mut self, _patience: Duration) -> io::Result<Option<Key>> {
        Ok(None)
    }

    fn answer(&mut self, _choices: usize) -> io::Result<Option<Answer>> {
        Ok(None)
    }
}

/// Whether a person can be asked: both ends are a terminal.
#[must_use]
pub fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::{answer_of, key_of};
    use crate::event::Key;
    use crate::play::prompt::Answer;

    #[test]
    fn keys_are_read_and_foreign_sequences_are_not() {
        let cases: [(&[u8], Option<Key>); 8] = [
            (b"\n", Some(Key::Next)),
            (b"\r", Some(Key::Next)),
            (b"C", Some(Key::PlayPeer)),
            (b"q", Some(Key::Quit)),
            (b"", Some(Key::Quit)),
            (b"\x04", Some(Key::Quit)),
            (b"\x1b[A", None),
            (b"bonjour", None),
        ];
        for (bytes, key) in cases {
            assert_eq!(key_of(bytes), key, "{bytes:?}");
        }
    }

    #[test]
    fn only_a_choice_that_exists_is_an_answer() {
        assert_eq!(answer_of(b"2", 3), Some(Answer::Choice(1)));
        assert_eq!(answer_of(b"4", 3), None);
        assert_eq!(answer_of(b"0", 3), None);
        assert_eq!(answer_of(b"\n", 3), Some(Answer::Pass));
        assert_eq!(answer_of(b"", 3), Some(Answer::Quit));
    }
}
