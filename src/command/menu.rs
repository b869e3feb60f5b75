//! The menu of lessons that `socketlab` alone opens on a terminal.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;

use console::Term;
use dialoguer::Select;
use dialoguer::theme::Theme;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::termios::{self, LocalFlags, SetArg, Termios};

use super::failure::Failure;
use super::lesson_lookup::{self, LessonSummary};
use super::list;
use super::tty_restorer::TtyRestorer;
use crate::cli::Screen;
use crate::cli::value::Choice;
use crate::progress::Progress;
use crate::text::usage;

/// Whether a menu can be drawn and answered: a person at both ends, and the right to repaint.
pub(super) fn possible(screen: Screen) -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !screen.linear && !dumb && io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// The lesson that the learner picks; `None` when they leave.
///
/// # Errors
/// When the lessons cannot be read, when the terminal is gone, or on Ctrl-C.
pub(super) fn choose(folder: Option<&Path>) -> Result<Option<Choice>, Failure> {
    let entries = lesson_lookup::entries(folder)?;
    let progress = list::learner();
    let items: Vec<String> = entries.iter().map(|entry| item(entry, &progress)).collect();
    let next = entries.iter().position(|entry| progress.mark(entry.number).is_none_or(|mark| !mark.finished));
    let picked = ask(&items, next.unwrap_or(0))?;
    Ok(picked.and_then(|rank| entries.get(rank)).map(|entry| Choice::Number(entry.number)))
}

/// One line of the menu; it must fit the terminal, or the menu cannot erase itself.
fn item(entry: &LessonSummary, progress: &Progress) -> String {
    let columns = usize::from(Term::stderr().size().1).min(80);
    let status = usage::status(progress.mark(entry.number));
    let line = format!("{:>2}  {}  {} min  {status}", entry.number, entry.title, entry.minutes);
    console::truncate_str(line.trim_end(), columns.saturating_sub(4), "…").into_owned()
}

/// Asks on stderr. dialoguer raises SIGINT itself on Ctrl-C: it is held back, or it would leave the terminal without its
/// cursor. It stays so when the menu is interrupted, for all that is left to do then is to leave.
fn ask(items: &[String], first: usize) -> Result<Option<usize>, Failure> {
    let raw_mode = RawMode::new().map_err(Failure::Terminal)?;
    let ctrl_c = SigSet::from(Signal::SIGINT);
    let _ = ctrl_c.thread_block();
    let theme = French;
    let select = Select::with_theme(&theme).with_prompt(usage::menu_prompt()).items(items).default(first);
    let answer = select.report(false).interact_opt();
    drop(raw_mode);
    match answer {
        Ok(picked) => {
            let _ = ctrl_c.thread_unblock();
            Ok(picked)
        }
        Err(dialoguer::Error::IO(error)) => {
            let _ = Term::stderr().show_cursor();
            Err(if error.kind() == io::ErrorKind::Interrupted {
                Failure::Interrupted
            } else {
                Failure::Terminal(error)
            })
        }
    }
}

/// The terminal without echo, lines or signals, so that a key pressed between two reads is neither shown nor lost; put
/// back as it was at the end, by the restorer if need be.
struct RawMode {
    saved: Termios,
    restorer: Option<TtyRestorer>,
}

impl RawMode {
    fn new() -> io::Result<RawMode> {
        let saved = termios::tcgetattr(io::stdin())?;
        let raw_mode = RawMode { saved, restorer: TtyRestorer::start().ok() };
        let mut modes = raw_mode.saved.clone();
        modes.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG);
        termios::tcsetattr(io::stdin(), SetArg::TCSANOW, &modes)?;
        Ok(raw_mode)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let restored = termios::tcsetattr(io::stdin(), SetArg::TCSANOW, &self.saved).is_ok();
        if let Some(restorer) = self.restorer.take() {
            restorer.end(restored);
        }
    }
}

/// dialoguer's plain theme without its colon.
struct French;

impl Theme for French {
    fn format_prompt(&self, out: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        out.write_str(prompt)
    }
}
