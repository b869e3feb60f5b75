//! The composition root: one function for each subcommand, and what they share: exit codes, failures, the panic hook.

pub mod connect;
pub mod exit;
pub mod explain;
pub mod failure;
pub mod interruptible_writer;
pub mod keyboard;
pub mod lesson;
pub mod lesson_lookup;
pub mod lint;
pub mod list;
mod menu;
mod page;
mod panic_hook;
pub mod peer;
pub mod place;
pub mod screen;
pub mod serve;
pub mod terminal_capabilities;
pub mod trace;
pub mod tty_restorer;

use std::ffi::OsString;
use std::io::{self, Write};

use self::exit::Exit;
use self::failure::Failure;
use crate::cli::{self, Cli, Command, LessonArgs, NoCommand, Screen};
use crate::render::style::plain;
use crate::render::wrap::{text_width, wrap};
use crate::text::usage;

/// A narrower terminal gets its lines cut by itself.
const LEAST_COLUMNS: usize = 20;

/// The whole program: the command line in, the exit code out. Panics end here, with a sentence and 70.
#[must_use]
pub fn main(arguments: Vec<OsString>) -> Exit {
    if arguments.get(1).is_some_and(|argument| argument == crate::live::actor::ARGUMENT) {
        crate::live::actor::serve();
    }
    if arguments.get(1).is_some_and(|argument| argument == tty_restorer::ARGUMENT) {
        return told(tty_restorer::serve().map(|()| Exit::Done).map_err(Failure::Terminal));
    }
    panic_hook::run(|| told(dispatch(arguments)))
}

/// Says a failure on stderr, and gives its exit code.
fn told(result: Result<Exit, Failure>) -> Exit {
    let failure = match result {
        Ok(exit) => return exit,
        Err(failure) => failure,
    };
    if let Some(sentence) = failure.sentence() {
        say(&sentence);
    }
    failure.exit()
}

/// Writes one message on stderr, wrapped where a terminal shows it; where stderr is gone, there is nobody to tell.
fn say(message: &str) {
    let terminal = console::Term::stderr();
    let columns = if terminal.is_term() { usize::from(terminal.size().1).max(LEAST_COLUMNS) } else { usize::MAX };
    let lines: Vec<String> = message.lines().flat_map(|line| wrapped(line, columns)).collect();
    let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}

/// A line cut at its spaces; a command to type stays whole, so that it can be copied.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    if line.contains("socketlab ") || text_width(line) <= columns {
        return vec![line.to_owned()];
    }
    let lines = wrap(&[plain(line)], columns, columns).into_iter();
    lines.map(|pieces| pieces.into_iter().map(|piece| piece.text).collect::<String>()).collect()
}

fn dispatch(arguments: Vec<OsString>) -> Result<Exit, Failure> {
    match cli::parse(arguments) {
        Ok(cli) => run(cli),
        Err(NoCommand::Shown(text)) => shown(&text),
        Err(NoCommand::Refused(message)) => {
            say(&message);
            Ok(Exit::Usage)
        }
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    let screen = cli.screen;
    match cli.command {
        None => home(screen),
        Some(Command::Lesson(arguments)) if arguments.what.is_none() => pick(arguments, screen),
        Some(Command::Lesson(arguments)) => lesson::run(&arguments, screen),
        Some(Command::List(arguments)) => on_stdout(|out| list::run(&arguments, screen, out)),
        Some(Command::Explain(arguments)) => on_stdout(|out| explain::run(&arguments, screen, out)),
        Some(Command::Serve(arguments)) => serve::run(&arguments, screen),
        Some(Command::Connect(arguments)) => connect::run(&arguments, screen),
        Some(Command::Trace(arguments)) => trace::run(&arguments, screen),
        Some(Command::Lint(arguments)) => lint::run(&arguments),
        Some(Command::Help(arguments)) => help(arguments.command.as_deref()),
    }
}

/// `socketlab` alone.
fn home(screen: Screen) -> Result<Exit, Failure> {
    pick(LessonArgs::default(), screen)
}

/// On a terminal, a menu, then the chosen lesson; elsewhere, the list.
fn pick(mut arguments: LessonArgs, screen: Screen) -> Result<Exit, Failure> {
    if !menu::possible(screen) {
        let listing = cli::ListArgs { lessons: arguments.lessons, output: arguments.output };
        return on_stdout(|out| list::run(&listing, screen, out));
    }
    match menu::choose(arguments.lessons.as_deref())? {
        Some(choice) => {
            arguments.what = Some(choice);
            lesson::run(&arguments, screen)
        }
        None => Ok(Exit::Done),
    }
}

fn help(command: Option<&str>) -> Result<Exit, Failure> {
    let Some(text) = cli::help(command) else {
        let typed = command.unwrap_or_default();
        say(&usage::no_such_command(typed, &cli::commands()));
        return Ok(Exit::Usage);
    };
    shown(&text)
}

fn shown(text: &str) -> Result<Exit, Failure> {
    on_stdout(|out| {
        writeln!(out, "{}", text.trim_end()).map_err(Failure::Output)?;
        Ok(Exit::Done)
    })
}

/// Gives a command stdout, and flushes it: a full disk or a closed pipe is seen here at the latest.
fn on_stdout(body: impl FnOnce(&mut dyn Write) -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let exit = body(&mut out)?;
    out.flush().map_err(Failure::Output)?;
    Ok(exit)
}
