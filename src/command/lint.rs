//! `socketlab lint`: checks lessons for their authors, then plays them.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::Exit;
use super::failure::Failure;
use super::lesson_lookup;
use crate::author::trial::Trial;
use crate::author::{locate, rules};
use crate::cli::LintArgs;
use crate::lesson::catalog::{Catalog, Entry};
use crate::lesson::model::{Kind, Lesson};
use crate::render::typed;
use crate::syscall::ast::Span;
use crate::text::{problem, remark, trial};

/// What was found in one file.
#[derive(Debug, Default)]
struct Findings {
    report: String,
    faults: usize,
    exit: Option<Exit>,
}

/// Checks every lesson of `arguments.paths`, or the embedded ones, and plays each in a process of its own.
///
/// # Errors
/// When a path cannot be read, or stdout written to.
pub fn run(arguments: &LintArgs) -> Result<Exit, Failure> {
    let entries = lesson_lookup::files(&arguments.paths)?;
    let progress = progress(entries.len());
    let (mut faults, mut exit) = (0, Exit::Done);
    for (index, entry) in entries.iter().enumerate() {
        progress.set_message(entry.path.display().to_string());
        let findings = examine(entry, &Neighbours::of(&entries, index)).map_err(Failure::Output)?;
        progress.inc(1);
        faults += findings.faults;
        exit = worst(exit, findings.exit);
        progress.suspend(|| io::stdout().lock().write_all(findings.report.as_bytes())).map_err(Failure::Output)?;
    }
    progress.finish_and_clear();
    writeln!(io::stdout().lock(), "{}", trial::summary(entries.len(), faults)).map_err(Failure::Output)?;
    Ok(exit)
}

/// A lesson that is badly written weighs more than one that surprises this machine.
fn worst(so_far: Exit, found: Option<Exit>) -> Exit {
    match found {
        Some(Exit::Content) => Exit::Content,
        Some(found) if so_far == Exit::Done => found,
        _ => so_far,
    }
}

fn progress(files: usize) -> ProgressBar {
    if !io::stderr().is_terminal() || files < 2 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files.try_into().unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{prefix} {bar:20} {pos}/{len} {msg}") {
        Ok(style) => bar.with_style(style).with_prefix(trial::PLAYING),
        Err(_) => bar,
    }
}

/// The lessons beside one.
struct Neighbours {
    /// Every number that exists, here or in the program.
    known: Vec<u32>,
    others: Vec<(Option<u32>, Option<String>)>,
}

impl Neighbours {
    fn of(entries: &[Entry], index: usize) -> Neighbours {
        let others = entries.iter().enumerate().filter(|(other, _)| *other != index);
        let embedded = Catalog::embedded();
        Neighbours {
            known: entries.iter().chain(&embedded.entries).filter_map(|entry| entry.number).collect(),
            others: others.map(|(_, entry)| (entry.number, entry.slug.clone())).collect(),
        }
    }
}

fn examine(entry: &Entry, neighbours: &Neighbours) -> io::Result<Findings> {
    let (path, text) = (entry.path.display().to_string(), entry.text());
    let lesson = match entry.parse() {
        Ok(lesson) => lesson,
        Err(problems) => {
            let report = problem::report(&path, &text, &problems);
            return Ok(Findings { report, faults: problems.len(), exit: Some(Exit::Content) });
        }
    };
    let remarks = locate::at_words(&text, rules::remarks(&lesson));
    let among = rules::among(&lesson, &neighbours.known, &neighbours.others);
    let sentences: Vec<(Span, String)> =
        among.iter().chain(&remarks).map(|found| (found.span, remark::sentence(&found.kind))).collect();
    let exit = (!sentences.is_empty()).then_some(Exit::Content);
    let mut findings = Findings { report: problem::remarks(&path, &text, &sentences), faults: sentences.len(), exit };
    if matches!(lesson.kind, Kind::Lesson(_)) {
        play(entry, &lesson, &mut findings)?;
    }
    Ok(findings)
}

/// Plays the lesson as anybody would, and reads its events.
fn play(entry: &Entry, lesson: &Lesson, findings: &mut Findings) -> io::Result<()> {
    let mut command = Command::new("/proc/self/exe");
    command.arg("lesson");
    if entry.path.exists() {
        command.arg(&entry.path)
    } else {
        command.arg(lesson.number().to_string())
    };
    let played = command.args(["--auto", "--typed-events"]).stdin(Stdio::null()).output()?;
    let mut seen = Trial::default();
    // A lesson that was stopped may leave half a line: it is then known by the end that lacks.
    let lines = played.stdout.split(|byte| *byte == b'\n');
    lines.map_while(|line| typed::read(line).ok()).for_each(|event| seen.hear(&event));
    let text = entry.text();
    for surprise in &mut seen.surprises {
        surprise.locate(&text);
    }
    for surprise in &seen.surprises {
        findings.report.push_str(&trial::surprise(&entry.path, surprise));
        findings.report.push('\n');
    }
    findings.faults += seen.surprises.len();
    let silent = seen.surprises.is_empty() && seen.counted != Some(0);
    if silent {
        findings.report.push_str(&trial::not_played(&entry.path, &String::from_utf8_lossy(&played.stderr)));
        findings.report.push('\n');
        findings.faults += 1;
    }
    if silent || !seen.surprises.is_empty() {
        findings.exit = findings.exit.or(Some(Exit::Surprise));
    }
    Ok(())
}
