//! `socketlab trace`: any program, call by call, its faults provoked, its mistakes named.

mod narrator;

use std::io;

use super::exit::Exit;
use super::failure::Failure;
use crate::cli::Screen;
use crate::cli::trace::TraceArgs;
use crate::event::FORMAT;
use crate::event::trace::{TraceFinished, TraceStarted};
use crate::observe::process;
use crate::syscall::fault::{Fault, parse};
use crate::trace::{Ended, Settings, Status, Target, TraceError, trace};
use crate::watch::program::{Asked, Watch};

use self::narrator::narrator;

/// What a shell adds to the number of the signal that ended a program.
const SIGNALLED: i32 = 128;

/// Traces until the program ends.
///
/// # Errors
/// When nothing can be traced, or the narration cannot be written.
pub fn run(arguments: &TraceArgs, screen: Screen) -> Result<Exit, Failure> {
    let faults = arguments.faults.iter().map(|typed| fault(typed)).collect::<Result<Vec<_>, _>>()?;
    let target = target(arguments)?;
    let narrator = narrator(arguments, screen)?;
    let settings = Settings { faults: faults.clone(), source_lines: true, timeout: arguments.end.timeout };
    let asked = Asked { only: arguments.shown.only, summary: arguments.shown.summary };
    let mut watch = Watch::new(narrator, asked, started(&target, faults));
    let ended = trace(&target, &settings, &mut watch).map_err(failure)?;
    let finished = watch.finish(ended.status).map_err(|error| failure(TraceError::Output(error)))?;
    Ok(exit(ended, &finished, arguments.end.exit_code))
}

fn target(arguments: &TraceArgs) -> Result<Target, Failure> {
    match (arguments.pid, arguments.program.split_first()) {
        (Some(pid), _) => Ok(Target::Attach { pid }),
        (None, Some((program, rest))) => Ok(Target::Program { program: program.clone(), arguments: rest.to_vec() }),
        (None, None) => Err(Failure::NotWired),
    }
}

fn fault(typed: &str) -> Result<Fault, Failure> {
    parse(typed).map_err(|error| Failure::BadFault { typed: typed.to_owned(), error })
}

fn started(target: &Target, faults: Vec<Fault>) -> TraceStarted {
    let text = |word: &std::ffi::OsString| word.to_string_lossy().into_owned();
    let (program, arguments, attached) = match target {
        Target::Program { program, arguments } => (text(program), arguments.iter().map(text).collect(), None),
        Target::Attach { pid } => (process::command(*pid).unwrap_or_default(), Vec::new(), Some(*pid)),
    };
    TraceStarted { format: FORMAT, program, arguments, attached, faults }
}

fn failure(error: TraceError) -> Failure {
    match error {
        // Nobody reads any more: nothing is left to say.
        TraceError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Failure::Output(error),
        // Nobody read, and a second Ctrl-C came.
        TraceError::Output(error) if error.kind() == io::ErrorKind::TimedOut => Failure::Interrupted,
        error => Failure::Trace(error),
    }
}

fn exit(ended: Ended, finished: &TraceFinished, passed_on: bool) -> Exit {
    match ended.status {
        _ if ended.interrupted => Exit::Interrupted,
        Some(status) if passed_on => Exit::Program(code(status)),
        _ if finished.defects > 0 => Exit::Surprise,
        _ => Exit::Done,
    }
}

/// As a shell says it: 128 and the signal, where there was one.
fn code(status: Status) -> u8 {
    let code = match status {
        Status::Exited(code) => code,
        Status::Killed(signal) => SIGNALLED + signal.number(),
    };
    u8::try_from(code & 0xff).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::{code, exit, failure};
    use crate::command::exit::Exit;
    use crate::event::trace::TraceFinished;
    use crate::syscall::errno::Errno;
    use crate::syscall::signal::Signal;
    use crate::trace::{Ended, Status, TraceError};

    fn finished(defects: u64) -> TraceFinished {
        TraceFinished {
            exit: Some(0),
            signal: None,
            calls: 1,
            errors: 0,
            defects,
            weaknesses: 1,
            advice: 1,
            information: 1,
            hidden: 0,
        }
    }

    #[test]
    fn defects_make_one_and_nothing_else_does() {
        let ended = Ended { status: Some(Status::Exited(3)), interrupted: false };
        assert_eq!(exit(ended, &finished(0), false), Exit::Done);
        assert_eq!(exit(ended, &finished(2), false), Exit::Surprise);
        assert_eq!(exit(ended, &finished(2), true), Exit::Program(3));
        let left = Ended { status: None, ..ended };
        assert_eq!(exit(left, &finished(0), true), Exit::Done);
        assert_eq!(exit(Ended { interrupted: true, ..ended }, &finished(0), true), Exit::Interrupted);
    }

    #[test]
    fn a_signal_is_told_as_shells_do() {
        let sigpipe = Signal::from_name("SIGPIPE").unwrap();
        assert_eq!((code(Status::Killed(sigpipe)), code(Status::Exited(-1))), (141, 255));
    }

    #[test]
    fn what_is_wrong_decides_of_the_code() {
        let refused = failure(TraceError::Forbidden { yama: Some(3), errno: Errno::EPERM });
        assert_eq!(refused.exit(), Exit::Machine);
        let missing = failure(TraceError::NotFound { program: "./absent".into() });
        assert_eq!(missing.exit(), Exit::Usage);
        let quiet = failure(TraceError::Output(std::io::ErrorKind::BrokenPipe.into()));
        assert_eq!((quiet.exit(), quiet.sentence()), (Exit::Done, None));
        let full = failure(TraceError::Output(std::io::Error::from_raw_os_error(libc::ENOSPC)));
        assert_eq!(full.exit(), Exit::Io);
    }
}
