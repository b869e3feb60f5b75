//! `socketlab lesson`: plays one lesson, or prints its programs.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;
use super::failure::Failure;
use super::interruptible_writer::Stream;
use super::keyboard::{self, Keyboard, Unattended};
use super::lesson_lookup;
use super::list;
use super::place::{self, Place};
use super::screen;
use crate::cli::value::Choice;
use crate::cli::{Format, LessonArgs, Screen};
use crate::content::book::Book;
use crate::lesson::model::{Kind, Lesson, Need};
use crate::lesson::substitute;
use crate::live::kernel::KernelError;
use crate::live::launch::ActorProgram;
use crate::live::real::LiveKernel;
use crate::observe::Observer;
use crate::play::plan::{Plan, Stage, Stop, Summary, Trouble};
use crate::play::prompt::Prompt;
use crate::play::walk;
use crate::text::{stage, usage};

/// Plays the lesson that `arguments.what` names.
///
/// # Errors
/// When no such lesson exists, when it cannot be read, or when the machine refuses.
pub fn run(arguments: &LessonArgs, screen: Screen) -> Result<Exit, Failure> {
    let lesson = lesson_lookup::open(arguments)?;
    if arguments.code {
        let ports = place::ports_asked(&lesson, arguments)?;
        return print_programs(&substitute::lesson(lesson, &ports));
    }
    let Kind::Lesson(_) = &lesson.kind else {
        return Err(Failure::NotALesson);
    };
    let from = starting_step(&lesson, arguments.from.as_deref())?;
    if !std::path::Path::new("/proc/self/stat").exists() {
        return Err(Failure::NoProc);
    }
    let attended = !arguments.auto && arguments.output.format == Format::Text && keyboard::somebody_is_there();
    let place = place::choose(&lesson, arguments, attended)?;
    check_needs(&lesson, &place)?;
    let played = substitute::lesson(lesson, &place.ports);
    let plan = Plan { from, network: place.network, allows: place::allowances(place.network), notes: place.notes };
    let ours = arguments.lessons.is_none() && !matches!(arguments.what, Some(Choice::File(_)));
    let show =
        Show { format: arguments.output.format, typed: arguments.typed_events, attended, remembered: attended && ours };
    perform(&played, &plan, (show, screen), Book::new(arguments.lessons.as_deref()))
}

/// How the lesson is shown, and to whom.
#[derive(Clone, Copy, Debug)]
struct Show {
    format: Format,
    /// For another socketlab, rather than in that format.
    typed: bool,
    attended: bool,
    /// Whether the learner's progress takes note of it.
    remembered: bool,
}

fn perform(lesson: &Lesson, plan: &Plan, (show, screen): (Show, Screen), book: Book) -> Result<Exit, Failure> {
    let stop = keyboard::stop_flag().map_err(Failure::Terminal)?;
    let mut prompt = prompt(show.attended, &stop)?;
    let mut renderer = if show.typed {
        screen::typed_renderer(&stop)
    } else {
        screen::renderer((show.format, Stream::Stdout), screen, book, &stop)
    };
    let mut kernel = kernel(lesson).map_err(Failure::Kernel)?;
    let stage = Stage { kernel: &mut kernel, prompt: prompt.as_mut(), renderer: renderer.as_mut() };
    let (summary, result) = walk::play(lesson, stage, plan);
    drop(renderer);
    if show.remembered {
        remember(lesson.number(), &summary);
    }
    if stop.load(Ordering::SeqCst) {
        return Err(Failure::Interrupted);
    }
    conclude(&summary, result)
}

fn kernel(lesson: &Lesson) -> Result<LiveKernel, KernelError> {
    let observer = Observer::new().map_err(KernelError::Observation)?;
    let mut kernel = LiveKernel::new(ActorProgram::this()?, Box::new(observer))?;
    for port in lesson.port.iter().chain(&lesson.other_ports) {
        kernel.watch_port(*port);
    }
    Ok(kernel)
}

/// Notes how far the learner went; a file that cannot be written is said, and spoils nothing.
fn remember(lesson: u32, summary: &Summary) {
    let mut progress = list::learner();
    if summary.finished {
        progress.mark_finished(lesson, &list::now());
    } else if let Some(step) = &summary.last_step {
        progress.mark_step(lesson, step, &list::now());
    }
    if let Err(trouble) = progress.save() {
        super::say(&usage::progress_trouble(&trouble));
    }
}

fn conclude(summary: &Summary, result: Result<(), Stop>) -> Result<Exit, Failure> {
    match result {
        Ok(()) if summary.surprises > 0 => Ok(Exit::Surprise),
        Ok(()) | Err(Stop::Quit | Stop::Replay(_)) => Ok(Exit::Done),
        Err(Stop::Interrupted) => Err(Failure::Interrupted),
        Err(Stop::Trouble(trouble)) => Err(failure(trouble)),
    }
}

fn failure(trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Output(error) => Failure::Output(error),
        Trouble::Input(error) => Failure::Terminal(error),
        Trouble::Kernel(error) => Failure::Kernel(error),
        Trouble::Refused { actor, line, reason } => Failure::StatementRefused { actor, line, reason },
    }
}

fn prompt(attended: bool, stop: &Arc<AtomicBool>) -> Result<Box<dyn Prompt>, Failure> {
    if attended {
        return Ok(Box::new(Keyboard::open(Arc::clone(stop)).map_err(Failure::Terminal)?));
    }
    Ok(Box::new(Unattended { stop: Arc::clone(stop) }))
}

fn check_needs(lesson: &Lesson, place: &Place) -> Result<(), Failure> {
    let allowed = place::allowances(place.network);
    let missing: Vec<Need> = lesson.needs.iter().copied().filter(|need| !allowed.contains(need)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::NeedsMissing(missing))
}

/// The index of the step that `--from` names, by number from 1 or by identifier.
fn starting_step(lesson: &Lesson, asked: Option<&str>) -> Result<usize, Failure> {
    let Some(asked) = asked else { return Ok(0) };
    let by_number = asked.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    by_number.filter(|index| *index < lesson.steps.len()).or_else(|| lesson.step_index(asked)).ok_or_else(|| {
        let steps: Vec<(String, String)> =
            lesson.steps.iter().map(|step| (step.id.clone(), step.title.clone())).collect();
        Failure::NoSuchStep { asked: asked.to_owned(), steps }
    })
}

fn print_programs(lesson: &Lesson) -> Result<Exit, Failure> {
    if lesson.programs.is_empty() {
        return Err(Failure::NoProgram);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for (index, program) in lesson.programs.iter().enumerate() {
        if index > 0 {
            writeln!(out).map_err(Failure::Output)?;
        }
        let heading = stage::program_heading(&program.actor);
        writeln!(out, "{heading}\n{}", program.source.trim_end()).map_err(Failure::Output)?;
    }
    out.flush().map_err(Failure::Output)?;
    Ok(Exit::Done)
}
