//! A pseudo-terminal with a person in front of it: a shell that runs one command, a screen, a keyboard.

use std::fs::File;
use std::io::{self, Read, Write};
use std::num::NonZeroU16;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::fcntl::{OFlag, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::sys::termios::{Termios, tcgetattr};
use nix::unistd::Pid;

use super::{LIMIT, binary};

/// Runs the command as a shell would, survives Ctrl-C as a shell would, then says how it ended and waits.
const SHELL: &str = r#"trap : INT; "$@"; echo "[sortie $?]"; read -r fin"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub rows: u16,
    pub columns: u16,
}

pub const USUAL: Size = Size { rows: 24, columns: 80 };

pub struct Terminal {
    /// `None` once the terminal is closed.
    master: Option<File>,
    /// Kept open, so that the mode can be read at any time.
    slave: Option<File>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    shell: Child,
    before: Termios,
    size: Size,
}

impl Terminal {
    /// Starts `socketlab` with these arguments on a new terminal.
    pub fn start(size: Size, arguments: &[&str]) -> Terminal {
        Terminal::with(size, &binary::socketlab(arguments))
    }

    /// The same for any command: its program, its arguments and its environment.
    pub fn with(size: Size, command: &Command) -> Terminal {
        let (master, slave) = pair();
        resized(&master, size);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SHELL, "sh"]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell.stdin(slave.try_clone().unwrap()).stdout(slave.try_clone().unwrap()).stderr(slave.try_clone().unwrap());
        own_the_terminal(&mut shell);
        let before = tcgetattr(slave.as_fd()).unwrap();
        let shell = shell.spawn().unwrap();
        let screen = vt100::Parser::new(nonzero(size.rows), nonzero(size.columns), 5000);
        Terminal { master: Some(master), slave: Some(slave), screen, raw: Vec::new(), shell, before, size }
    }

    /// What is on the screen.
    pub fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// What went off the screen, and what is on it.
    pub fn history(&mut self) -> String {
        let rows = usize::from(self.size.rows);
        self.screen.screen_mut().set_scrollback(usize::MAX);
        let above = self.screen.screen().scrollback();
        let mut text = String::new();
        let mut left = above;
        while left > 0 {
            self.screen.screen_mut().set_scrollback(left);
            let shown: Vec<String> = self.screen.screen().rows(0, self.size.columns).collect();
            for line in shown.iter().take(left.min(rows)) {
                text.push_str(line.trim_end());
                text.push('\n');
            }
            left = left.saturating_sub(rows);
        }
        self.screen.screen_mut().set_scrollback(0);
        text + &self.contents()
    }

    /// Everything the terminal received.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Reads what comes within `patience`; false when nothing came.
    pub fn pump(&mut self, patience: Duration) -> bool {
        let Some(master) = &mut self.master else { return false };
        let mut ready = [PollFd::new(master.as_fd(), PollFlags::POLLIN)];
        let patience = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
        if poll(&mut ready, patience).unwrap_or(0) == 0 {
            return false;
        }
        let mut bytes = [0; 4096];
        let count = master.read(&mut bytes).unwrap_or(0);
        self.screen.process(&bytes[..count]);
        self.raw.extend_from_slice(&bytes[..count]);
        count > 0
    }

    /// Waits until the screen satisfies `seen`; `what` says for what.
    pub fn wait(&mut self, what: &str, mut seen: impl FnMut(&str) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !seen(&self.contents()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never seen: {what}\n{}", self.framed());
            self.pump(left.min(Duration::from_millis(200)));
        }
    }

    /// Waits until the screen shows this text, wherever its lines are broken.
    pub fn wait_text(&mut self, text: &str) {
        let wanted = folded(text);
        self.wait(text, |screen| folded(screen).contains(&wanted));
    }

    /// Waits until the text is on the screen or above it.
    pub fn wait_history(&mut self, text: &str) {
        let wanted = folded(text);
        let deadline = Instant::now() + LIMIT;
        while !folded(&self.history()).contains(&wanted) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never seen: {text}\n{}", self.framed());
            self.pump(left.min(Duration::from_millis(200)));
        }
    }

    pub fn press(&mut self, keys: &str) {
        let mut master = self.master.as_ref().expect("the terminal is open");
        master.write_all(keys.as_bytes()).unwrap();
    }

    /// Presses Entrée at every question and pause until the screen shows this text.
    pub fn enter_until(&mut self, text: &str) {
        let wanted = folded(text);
        self.enter_until_seen(text, |screen| folded(screen).contains(&wanted));
    }

    /// The same until the screen satisfies `seen`; `what` says for what.
    pub fn enter_until_seen(&mut self, what: &str, seen: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !seen(&self.contents()) {
            assert!(Instant::now() < deadline, "never seen: {what}\n{}", self.framed());
            if self.asks() {
                let before = self.raw.len();
                self.press("\n");
                while self.raw.len() == before && Instant::now() < deadline {
                    self.pump(Duration::from_millis(100));
                }
            }
            // A frame comes in pieces: the question is judged once nothing more comes for a moment.
            while self.pump(Duration::from_millis(60)) {}
        }
    }

    /// Whether the last lines of the screen ask for a key: the keys themselves, or the choices of a question.
    pub fn asks(&self) -> bool {
        let contents = self.contents();
        let lines: Vec<&str> = contents.lines().filter(|line| !line.trim().is_empty()).collect();
        let keys = lines.iter().rev().take(3).any(|line| line.contains("Entrée"));
        keys || lines.iter().rev().take_while(|line| line.starts_with("   ")).any(|line| is_choice(line.trim_start()))
    }

    pub fn resize(&mut self, size: Size) {
        let master = self.master.as_ref().expect("the terminal is open");
        resized(master, size);
        self.size = size;
        self.screen.screen_mut().set_size(nonzero(size.rows), nonzero(size.columns));
    }

    /// Waits until the command has ended; its exit code as the shell sees it (128 and the number, for a signal).
    pub fn end(&mut self) -> i32 {
        self.wait("the end of the command", |screen| screen.contains("[sortie "));
        let contents = self.contents();
        let code = contents.rsplit("[sortie ").next().and_then(|rest| rest.split(']').next());
        code.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no exit code\n{}", self.framed()))
    }

    /// Whether the terminal's mode is what it was before the command.
    pub fn mode_restored(&self) -> bool {
        self.mode() == self.before
    }

    pub fn mode(&self) -> Termios {
        tcgetattr(self.slave.as_ref().expect("the terminal is open").as_fd()).unwrap()
    }

    pub fn mode_before(&self) -> &Termios {
        &self.before
    }

    /// Closes the window: the kernel sends SIGHUP.
    pub fn close(&mut self) {
        self.slave = None;
        self.master = None;
    }

    /// The process that the shell runs.
    pub fn command_pid(&self) -> i32 {
        let children = format!("/proc/{0}/task/{0}/children", self.shell.id());
        let found =
            super::until(LIMIT, || std::fs::read_to_string(&children).ok()?.split_whitespace().next()?.parse().ok());
        found.unwrap_or_else(|| panic!("the shell runs nothing\n{}", self.framed()))
    }

    /// The screen in a frame, for a failed assertion.
    pub fn framed(&self) -> String {
        let rule = "-".repeat(usize::from(self.size.columns));
        format!("{rule}\n{}\n{rule}", self.contents())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.close();
        let _gone = kill(Pid::from_raw(i32::try_from(self.shell.id()).unwrap_or(0)), Signal::SIGKILL);
        let _reaped = self.shell.wait();
    }
}

/// `2. Il dort`.
fn is_choice(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
}

/// All white space is one space: what the screen broke is whole again, whatever space French wants.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Both ends of a new terminal, closed on exec from the start: other tests start processes at the same time.
fn pair() -> (File, File) {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let master = posix_openpt(flags).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname_r(&master).unwrap();
    let slave = open(name.as_str(), flags, Mode::empty()).unwrap();
    (File::from(OwnedFd::from(master)), File::from(slave))
}

fn resized(master: &File, size: Size) {
    let asked = libc::winsize { ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: TIOCSWINSZ reads one `winsize`, which lives for the whole call.
    #[allow(unsafe_code, reason = "no safe wrapper of TIOCSWINSZ")]
    let done = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSWINSZ, &raw const asked) };
    assert_eq!(done, 0, "{}", io::Error::last_os_error());
}

/// The command leads a session whose terminal is its stdin.
fn own_the_terminal(command: &mut Command) {
    let own = || {
        nix::unistd::setsid()?;
        // SAFETY: TIOCSCTTY takes a number; descriptor 0 is the terminal by now.
        #[allow(unsafe_code, reason = "no safe wrapper of TIOCSCTTY")]
        let done = unsafe { libc::ioctl(0, libc::TIOCSCTTY, 0) };
        if done == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
    };
    // SAFETY: between fork and exec, only two system calls are made.
    #[allow(unsafe_code, reason = "a controlling terminal can only be taken by the child itself")]
    unsafe {
        command.pre_exec(own);
    }
}

fn nonzero(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).expect("a terminal has cells")
}
