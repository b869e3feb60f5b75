//! The end of a trace: the table of calls, and the findings with their proofs.

use crate::event::trace::{CallSummary, TraceFinished};
use crate::finding::{Evidence, Exhibit, Finding, Severity};
use crate::observed::SourceLine;
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::wrap::text_width;
use crate::syscall::notation::{format_call, format_outcome};
use crate::text::quantity::{self, duration};
use crate::text::{finding as said, trace as words};

/// Where the sentences of a finding start, and its evidence.
const SENTENCES: usize = 4;
const EVIDENCE: usize = 6;

/// Columns of the table of calls.
const NAME: usize = 18;
const FIGURE: usize = 12;

/// Calls, errors, bytes and time, one call a line.
pub fn summary(look: Look, calls: &[CallSummary]) -> Page {
    let mut page = Page::new(look);
    page.blank();
    let [name, headings @ ..] = words::SUMMARY;
    row(&mut page, Tone::Dim, name, &headings.map(str::to_owned));
    for one in calls {
        let figures = [number(one.calls), number(one.errors), number(one.bytes), duration(one.time_us)];
        row(&mut page, Tone::Plain, &one.name, &figures);
    }
    page
}

fn number(value: u64) -> String {
    quantity::number(i64::try_from(value).unwrap_or(i64::MAX))
}

fn row(page: &mut Page, tone: Tone, name: &str, figures: &[String; 4]) {
    let mut line = padded(name, NAME);
    for figure in figures {
        line.push_str(&" ".repeat(FIGURE.saturating_sub(text_width(figure)).max(1)));
        line.push_str(figure);
    }
    page.line(2, 4, &[piece(tone, line)]);
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text_width(text))))
}

/// How many calls and findings there were, then each finding.
pub fn finished(look: Look, finished: &TraceFinished, findings: &[Finding]) -> Page {
    let mut page = Page::new(look);
    page.blank();
    page.sentence(0, Tone::Dim, &words::finished(finished));
    let verdict = words::verdict(finished);
    if findings.is_empty() {
        let tone = if words::crash(finished).is_some() { Tone::Bad } else { Tone::Good };
        page.sentence(0, tone, &verdict);
        return page;
    }
    let tone = if finished.defects > 0 { Tone::Bad } else { Tone::Strong };
    page.sides(0, &[piece(tone, verdict)], &[piece(Tone::Dim, words::EXPLAIN)]);
    for one in findings {
        finding(&mut page, one);
    }
    page
}

fn finding(page: &mut Page, finding: &Finding) {
    let (glyph, tone) = mark(finding.severity);
    let name = format!("{} {}", glyph.mark(page.look().ascii), finding.id.name());
    let mut left = vec![piece(tone, name)];
    left.extend(words::times(finding.count).map(|times| piece(Tone::Dim, format!("  {times}"))));
    let source = finding.source().map(place).unwrap_or_default();
    page.sides(SENTENCES, &left, &[piece(Tone::Dim, source)]);
    let words = said::said(finding);
    page.sentence(SENTENCES, Tone::Strong, &words.title);
    paragraph(page, &words.happened);
    for one in &finding.evidence {
        evidence(page, one);
    }
    paragraph(page, &words.why);
    instead(page, &words.instead, finding);
}

fn paragraph(page: &mut Page, text: &str) {
    if !text.is_empty() {
        page.line(SENTENCES, SENTENCES, &page.marked(text));
    }
}

/// What to write instead, and at its right the lesson that teaches it, where it fits on the last line or below.
fn instead(page: &mut Page, text: &str, finding: &Finding) {
    paragraph(page, text);
    if let Some(lesson) = said::lessons(finding.id).first() {
        page.sides(SENTENCES, &[], &[piece(Tone::Dim, words::lesson(*lesson))]);
    }
}

fn mark(severity: Severity) -> (Glyph, Tone) {
    match severity {
        Severity::Defect => (Glyph::Surprise, Tone::Bad),
        Severity::Weakness => (Glyph::Wanted, Tone::Wanted),
        Severity::Advice => (Glyph::NotJudged, Tone::Strong),
        Severity::Information => (Glyph::Changed, Tone::Asleep),
    }
}

fn place(line: &SourceLine) -> String {
    format!("{}:{}", line.file, line.line)
}

fn evidence(page: &mut Page, evidence: &Evidence) {
    let left = exhibit(evidence);
    let indent = [plain(" ".repeat(EVIDENCE))];
    let remark = evidence.remark.as_ref().and_then(said::remark).unwrap_or_default();
    page.sides(EVIDENCE + 2, &[indent.as_slice(), &left].concat(), &[piece(Tone::Emphasis, remark)]);
}

fn exhibit(evidence: &Evidence) -> Vec<Piece> {
    let Exhibit::Call { call, ending, injected } = &evidence.exhibit else {
        return vec![plain(said::exhibit(&evidence.exhibit, evidence.pid).unwrap_or_default())];
    };
    let outcome = match ending {
        Some(crate::observed::Ending::Done(outcome)) => format_outcome(call.name, outcome),
        Some(crate::observed::Ending::Interrupted) => format!(" = ? {}", words::interrupted(None)),
        None => " …".to_owned(),
    };
    let tone = if *injected { Tone::Wanted } else { Tone::Plain };
    vec![piece(Tone::Code, format_call(call)), piece(tone, outcome)]
}
