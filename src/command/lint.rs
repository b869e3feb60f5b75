//! `socketlab lint`: checks lessons for their authors, then plays them.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::Exit;
use super::failure::Failure;
use super::lesson_lookup::{self, Drafts};
use crate::author::remark::{Remark, RemarkKind};
use crate::author::trial::Trial;
use crate::author::{locate, pages, rules};
use crate::cli::LintArgs;
use crate::content::book::{self, File};
use crate::lesson::catalog::{Catalog, Entry};
use crate::lesson::model::{Kind, Lesson};
use crate::lesson::problem::Problem;
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

/// Checks every page and every lesson of `arguments.paths`, or the embedded ones, and plays each lesson in a process of
/// its own.
///
/// # Errors
/// When a path cannot be read, or stdout written to.
pub fn run(arguments: &LintArgs) -> Result<Exit, Failure> {
    let Drafts { lessons: entries, pages } = lesson_lookup::files(&arguments.paths)?;
    let mut read: Vec<Findings> = pages.iter().map(page).collect();
    if arguments.paths.is_empty() {
        read.extend(missing(&pages));
    }
    let (mut faults, mut exit) = (0, Exit::Done);
    for findings in &read {
        (faults, exit) = (faults + findings.faults, worst(exit, findings.exit));
        io::stdout().lock().write_all(findings.report.as_bytes()).map_err(Failure::Output)?;
    }
    let progress = progress(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        progress.set_message(entry.path.display().to_string());
        let findings = examine(entry, &Neighbours::of(&entries, index)).map_err(Failure::Output)?;
        progress.inc(1);
        faults += findings.faults;
        exit = worst(exit, findings.exit);
        progress.suspend(|| io::stdout().lock().write_all(findings.report.as_bytes())).map_err(Failure::Output)?;
    }
    progress.finish_and_clear();
    writeln!(io::stdout().lock(), "{}", trial::summary((entries.len(), pages.len()), faults))
        .map_err(Failure::Output)?;
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
            return Ok(wrong(&path, &text, &problems));
        }
    };
    let mut remarks = rules::among(&lesson, &neighbours.known, &neighbours.others);
    remarks.extend(locate::at_words(&text, rules::remarks(&lesson)));
    let mut findings = remarked(&path, &text, &remarks);
    if matches!(lesson.kind, Kind::Lesson(_)) {
        play(entry, &lesson, &mut findings)?;
    }
    Ok(findings)
}

/// What was found in a page.
fn page(file: &File) -> Findings {
    let (path, text) = (file.path.display().to_string(), file.text());
    let problems = file.problems();
    if problems.is_empty() {
        remarked(&path, &text, &pages::remarks(&file.place, &text))
    } else {
        wrong(&path, &text, &problems)
    }
}

/// What no page of the program explains.
fn missing(files: &[File]) -> Vec<Findings> {
    let remark = |name: &str| Remark { span: Span::default(), kind: RemarkKind::MissingPage(name.to_owned()) };
    book::missing(files)
        .into_iter()
        .map(|(name, path)| remarked(&format!("lessons/{path}"), "", &[remark(name)]))
        .collect()
}

fn wrong(path: &str, text: &str, problems: &[Problem]) -> Findings {
    Findings { report: problem::report(path, text, problems), faults: problems.len(), exit: Some(Exit::Content) }
}

fn remarked(path: &str, text: &str, remarks: &[Remark]) -> Findings {
    let sentences: Vec<(Span, String)> =
        remarks.iter().map(|found| (found.span, remark::sentence(&found.kind))).collect();
    let exit = (!sentences.is_empty()).then_some(Exit::Content);
    Findings { report: problem::remarks(path, text, &sentences), faults: sentences.len(), exit }
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
