//! `socketlab list`: the lessons and the learner's place in each.

use std::io::{self, Write};
use std::time::SystemTime;

use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::lesson_lookup::{self, LessonSummary};
use super::page;
use super::say;
use crate::cli::{Format, ListArgs, Screen};
use crate::progress::{self, Mark, Progress};
use crate::render::page::Page;
use crate::render::style::{Tone, piece, plain};
use crate::render::wrap::text_width;
use crate::text::usage;

/// Version of the JSON document.
const FORMAT: u32 = 1;

/// Below this width, columns are no longer aligned.
const ALIGNED: usize = 50;
/// Columns around the title: `  v  5  ` at its left, `  20 min  terminée` at its right.
const AROUND: usize = 8 + 18;

/// Writes the list.
///
/// # Errors
/// When the lessons cannot be read, or when the writer fails.
pub fn run(arguments: &ListArgs, screen: Screen, out: &mut dyn Write) -> Result<Exit, Failure> {
    let entries = lesson_lookup::entries(arguments.lessons.as_deref())?;
    let progress = learner();
    let written = match arguments.output.format {
        Format::Json => write_json(&entries, &progress, out),
        Format::Text => page::write(listing(&entries, &progress, screen), out),
    };
    written.map(|()| Exit::Done).map_err(Failure::Output)
}

/// The learner's progress; what is wrong with its file is said on stderr.
#[must_use]
pub fn learner() -> Progress {
    let (progress, trouble) = Progress::load(progress::location(|name| std::env::var_os(name)));
    if let Some(trouble) = trouble {
        say(&usage::progress_trouble(&trouble));
    }
    progress
}

/// Now, as the learner's file writes it.
#[must_use]
pub fn now() -> String {
    progress::utc(SystemTime::now())
}

fn listing(entries: &[LessonSummary], progress: &Progress, screen: Screen) -> Page {
    let mut page = page::blank(screen);
    let mut level = None;
    for entry in entries {
        if level != Some(entry.level) {
            if level.is_some() {
                page.blank();
            }
            page.sentence(0, Tone::Heading, usage::level(entry.level));
            level = Some(entry.level);
        }
        add(&mut page, entry, progress.mark(entry.number));
    }
    page.blank();
    for line in usage::list_footer(entries.is_empty()) {
        page.line(0, 0, &page.marked(line));
    }
    page
}

fn add(page: &mut Page, entry: &LessonSummary, mark: Option<&Mark>) {
    let status = usage::status(mark);
    let (sign, tone) = match mark {
        None => (' ', Tone::Plain),
        Some(mark) if mark.finished => ('v', Tone::Good),
        Some(_) => ('>', Tone::Plain),
    };
    let columns = page.look().columns();
    let padding = columns.saturating_sub(AROUND + text_width(&entry.title));
    let tail = if columns < ALIGNED || padding == 0 {
        format!("  {} min  {status}", entry.minutes)
    } else {
        format!("{}  {:>2} min  {status}", " ".repeat(padding), entry.minutes)
    };
    let number = format!(" {:>2}  ", entry.number);
    let pieces = [
        piece(tone, sign.to_string()),
        plain(number),
        piece(Tone::Strong, entry.title.clone()),
        plain(tail.trim_end().to_owned()),
    ];
    page.line(2, 8, &pieces);
    page.sentence(8, Tone::Dim, &entry.summary);
}

/// One lesson for scripts.
#[derive(Serialize)]
struct Line<'a> {
    number: u32,
    slug: &'a str,
    title: &'a str,
    summary: &'a str,
    minutes: u32,
    level: u32,
    /// The id of the last step reached; null where the lesson was never begun.
    step: Option<&'a str>,
    finished: bool,
    /// When it was last played, in UTC.
    at: Option<&'a str>,
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    lessons: Vec<Line<'a>>,
}

fn write_json(entries: &[LessonSummary], progress: &Progress, out: &mut dyn Write) -> io::Result<()> {
    let lessons = entries.iter().map(|entry| line(entry, progress.mark(entry.number))).collect();
    serde_json::to_writer(&mut *out, &Document { format: FORMAT, lessons })?;
    writeln!(out)
}

fn line<'a>(entry: &'a LessonSummary, mark: Option<&'a Mark>) -> Line<'a> {
    Line {
        number: entry.number,
        slug: &entry.slug,
        title: &entry.title,
        summary: &entry.summary,
        minutes: entry.minutes,
        level: entry.level,
        step: mark.map(|mark| mark.step.as_str()),
        finished: mark.is_some_and(|mark| mark.finished),
        at: mark.map(|mark| mark.at.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::{LessonSummary, listing, write_json};
    use crate::cli::{ColorChoice, Screen};
    use crate::progress::Progress;
    use crate::render::wrap::text_width;

    const SCREEN: Screen = Screen { color: ColorChoice::Never, ascii: false, linear: false };

    fn entry(number: u32, level: u32, title: &str) -> LessonSummary {
        LessonSummary {
            number,
            slug: format!("slug-{number}"),
            title: title.to_owned(),
            summary: "Une phrase.".to_owned(),
            minutes: 20,
            level,
        }
    }

    fn sample() -> (Vec<LessonSummary>, Progress) {
        let mut progress = Progress::default();
        progress.mark_step(0, "un", "2026-05-04T10:21:00Z");
        progress.mark_finished(0, "2026-05-04T10:21:00Z");
        progress.mark_step(5, "deux", "2026-05-04T10:21:00Z");
        let entries = vec![entry(0, 1, "Découverte"), entry(5, 1, &"très long ".repeat(12)), entry(16, 2, "fork")];
        (entries, progress)
    }

    #[test]
    fn columns_are_aligned_and_nothing_is_too_wide() {
        let (entries, progress) = sample();
        let lines = listing(&entries, &progress, SCREEN).into_lines();
        assert!(lines.iter().all(|line| text_width(line) <= 80), "{lines:#?}");
        let first = lines.iter().find(|line| line.contains("Découverte")).expect("lesson 0");
        let last = lines.iter().find(|line| line.contains("fork")).expect("lesson 16");
        let column = |line: &str| line.find(" min").map(|at| text_width(&line[..at]));
        assert_eq!(column(first), column(last));
        assert!(first.starts_with("  v  0  ") && first.ends_with("terminée"), "{first}");
        assert!(last.starts_with("    16  "), "{last}");
    }

    #[test]
    fn json_has_every_lesson() {
        let (entries, progress) = sample();
        let mut out = Vec::new();
        write_json(&entries, &progress, &mut out).expect("written");
        let document: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(document["format"], 1);
        assert_eq!(document["lessons"][0]["finished"], true);
        assert_eq!(document["lessons"][1]["step"], "deux");
        assert_eq!(document["lessons"][2]["step"], serde_json::Value::Null);
        assert_eq!(document["lessons"][2]["level"], 2);
    }
}
