//! A finding: `lessons/constats/missing-htons.md`.

use crate::content::keywords::{self, key, section};
use crate::content::page::{self, Page, Section};
use crate::finding::Id;
use crate::lesson::problem::{PageFault, Problem};

/// What is said of a finding, whatever the program in which it is found. Backquotes mark code. What is absent is
/// composed from the facts of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// One line, a whole sentence.
    pub title: Option<String>,
    pub happened: Option<String>,
    /// Why it is wrong, or under which condition it breaks.
    pub why: Option<String>,
    pub instead: Option<String>,
    /// What looks like it and is right, or is not judged: the rest of a sentence.
    pub spared: String,
    /// The lessons that teach it, the first one to play first.
    pub lessons: Vec<u32>,
    /// A program that raises it, and its correction.
    pub wrong: String,
    pub right: String,
}

const SECTIONS: [&str; 6] =
    [section::HAPPENED, section::WHY, section::INSTEAD, section::SPARED, section::WRONG, section::RIGHT];

/// What stands around the decisive lines of a program.
pub const MARKS: [&str; 2] = ["/* >>> */", "/* <<< */"];

impl Finding {
    /// The decisive lines of the mistake, and of its correction.
    #[must_use]
    pub fn excerpts(&self) -> (String, String) {
        (excerpt(&self.wrong), excerpt(&self.right))
    }

    /// The parts that it says, and those that it leaves to the facts.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, bool); 4] {
        [
            (key::TITLE, self.title.is_some()),
            (section::HAPPENED, self.happened.is_some()),
            (section::WHY, self.why.is_some()),
            (section::INSTEAD, self.instead.is_some()),
        ]
    }
}

/// Reads the page of a finding.
///
/// # Errors
/// Every problem of the page.
pub fn parse(id: Id, bytes: &[u8]) -> Result<Finding, Vec<Problem>> {
    let mut page = Page::cut(bytes)?;
    let (title, severity, lessons) = page.front(|reader| {
        reader.require(key::SEVERITY);
        reader.require(key::LESSONS);
        (reader.text(key::TITLE), reader.text(key::SEVERITY), page::lessons(reader))
    });
    let wanted = keywords::severity(id.severity());
    if let Some(severity) = severity.filter(|severity| severity.value != wanted) {
        page.problems.push(severity.span, PageFault::Severity { wanted });
    }
    if let Some(head) = page.take("").filter(|head| !head.is_empty()) {
        page.problems.push(head.place, PageFault::OutOfPlace);
    }
    let text = |page: &mut Page, title: &str| page.take(title).map(|section| page.words(&section));
    let (happened, why) = (text(&mut page, section::HAPPENED), text(&mut page, section::WHY));
    let instead = text(&mut page, section::INSTEAD);
    let spared = page.require(section::SPARED).map(|section| page.words(&section)).unwrap_or_default();
    let mut program = |title| page.require(title).map(|section| program(&mut page, &section)).unwrap_or_default();
    let (wrong, right) = (program(section::WRONG), program(section::RIGHT));
    let title = title.map(|title| title.value);
    page.finish(&SECTIONS, Finding { title, happened, why, instead, spared, lessons, wrong, right })
}

fn program(page: &mut Page, section: &Section) -> String {
    let code = page.program(section);
    let marked = MARKS.iter().all(|mark| code.value.lines().filter(|line| line.trim() == *mark).count() == 1);
    if !code.value.is_empty() && (!marked || excerpt(&code.value).is_empty()) {
        page.problems.push(code.span, PageFault::Marks { first: MARKS[0], last: MARKS[1] });
    }
    code.value
}

/// The lines between the marks, moved to the left margin.
fn excerpt(program: &str) -> String {
    let marked = |mark: &'static str| move |line: &&str| line.trim() != mark;
    let inside = program.lines().skip_while(marked(MARKS[0])).skip(1).take_while(marked(MARKS[1]));
    let lines: Vec<&str> = inside.collect();
    let indent = |line: &&&str| line.len() - line.trim_start().len();
    let margin = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(margin..).unwrap_or("")).collect();
    lines.join("\n")
}
