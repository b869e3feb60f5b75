//! What stands between a panic and the person: one sentence, the terminal as it was, and the exit code 70.

use std::io::{self, IsTerminal};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Mutex;

use nix::sys::termios::{self, SetArg, Termios};

use super::exit::Exit;
use super::say;
use crate::text::usage;

/// Runs the program. Destructors run while a panic unwinds, so actors are ended before this returns.
pub(super) fn run(body: impl FnOnce() -> Exit) -> Exit {
    let terminal = Mutex::new(modes());
    panic::set_hook(Box::new(move |information| report(information, &terminal)));
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or(Exit::Bug)
}

/// The terminal's modes as socketlab found them, where stdin is a terminal.
fn modes() -> Option<Termios> {
    let input = io::stdin();
    input.is_terminal().then(|| termios::tcgetattr(&input).ok()).flatten()
}

fn report(information: &PanicHookInfo<'_>, terminal: &Mutex<Option<Termios>>) {
    if let Ok(modes) = terminal.lock() {
        restore(modes.as_ref());
    }
    let place = information.location().map(ToString::to_string).unwrap_or_default();
    say(&usage::our_fault(&place, information.payload_as_str()));
}

/// Nothing more can be done where the terminal refuses.
fn restore(modes: Option<&Termios>) {
    let Some(modes) = modes else { return };
    let _ = termios::tcsetattr(io::stdin(), SetArg::TCSANOW, modes);
    let _ = console::Term::stderr().show_cursor();
}

#[cfg(test)]
mod tests {
    use super::{Exit, run};

    #[test]
    fn a_panic_becomes_seventy() {
        let hook = std::panic::take_hook();
        let exit = run(|| panic!("on purpose"));
        std::panic::set_hook(hook);
        assert_eq!(exit, Exit::Bug);
    }
}
