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
    /// What the shell runs, once it was seen.
    command: Option<i32>,
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
        Terminal {
            master: Some(master),
            slave: Some(slave),
            screen,
            raw: Vec::new(),
            shell,
            command: None,
            before,
            size,
        }
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
        while !(self.ready() && seen(&self.contents())) {
            assert!(!self.over(), "never seen: {what}\n{}", self.framed());
            self.press("\n");
        }
    }

    /// Waits until every key typed was read, everything written was shown, and the command waits for a key. False where
    /// the command ends instead.
    pub fn ready(&mut self) -> bool {
        let deadline = Instant::now() + LIMIT;
        while !self.waits_for_a_key() {
            if self.over() {
                return false;
            }
            assert!(Instant::now() < deadline, "no key is awaited\n{}", self.framed());
            self.pump(Duration::from_millis(2));
        }
        true
    }

    /// Whether the command has ended.
    pub fn over(&self) -> bool {
        self.contents().contains("[sortie ")
    }

    fn waits_for_a_key(&mut self) -> bool {
        let Some(pid) = self.command else {
            self.command = self.running_command();
            return false;
        };
        !self.keys_unread() && in_a_long_poll(pid) && !self.pump(Duration::ZERO) && in_a_long_poll(pid)
    }

    /// Whether something was typed and not yet read. What is typed reaches the other side a moment later: polling the
    /// slave makes the kernel finish that first (`n_tty_poll` in drivers/tty/n_tty.c).
    fn keys_unread(&self) -> bool {
        let slave = self.slave.as_ref().expect("the terminal is open");
        let mut ready = [PollFd::new(slave.as_fd(), PollFlags::POLLIN)];
        poll(&mut ready, PollTimeout::ZERO).unwrap_or(0) > 0
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
        let found = super::until(LIMIT, || self.running_command());
        found.unwrap_or_else(|| panic!("the shell runs nothing\n{}", self.framed()))
    }

    fn running_command(&self) -> Option<i32> {
        let children = format!("/proc/{0}/task/{0}/children", self.shell.id());
        std::fs::read_to_string(children).ok()?.split_whitespace().next()?.parse().ok()
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

/// Whether the process sleeps in poll(2) on one descriptor for a tenth of a second at least, as one does who awaits a
/// person. The time is only seen where `poll` is a system call of its own.
fn in_a_long_poll(pid: i32) -> bool {
    let call = std::fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
    let mut numbers = call.split_whitespace();
    let number: Option<libc::c_long> = numbers.next().and_then(|number| number.parse().ok());
    let arguments: Vec<i64> =
        numbers.filter_map(|number| i64::from_str_radix(number.trim_start_matches("0x"), 16).ok()).collect();
    let [_, count, time, ..] = arguments[..] else { return false };
    #[cfg(target_arch = "x86_64")]
    let long = number == Some(libc::SYS_poll) && time >= 100;
    #[cfg(not(target_arch = "x86_64"))]
    let long = number == Some(libc::SYS_ppoll) && time != 0;
    count == 1 && long
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
