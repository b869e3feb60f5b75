//! The rules of a good lesson, beyond its grammar. Pure.

use crate::author::remark::{Remark, RemarkKind};
use crate::author::typography;
use crate::lesson::model::{Block, Inline, Item, Kind, Lesson, Question, Section, Step};
use crate::syscall::ast::Span;

/// Lines of text at 80 columns before something must happen.
const TEXT_LIMIT: usize = 8;
/// Predictions in a lesson, at least.
const QUESTIONS: usize = 2;
const COLUMNS: usize = 76;

/// Every remark on a lesson, in the order of its file. Checks of exercises have no rules here.
#[must_use]
pub fn remarks(lesson: &Lesson) -> Vec<Remark> {
    if !matches!(lesson.kind, Kind::Lesson(_)) {
        return Vec::new();
    }
    let mut remarks = whole_lesson(lesson);
    remarks.extend(titles(lesson));
    for step in &lesson.steps {
        remarks.extend(step_remarks(lesson, step));
    }
    for closing in &lesson.closing {
        remarks.extend(prose_remarks(lesson, &closing.blocks, closing.span));
    }
    remarks.sort_by_key(|remark| remark.span.start);
    remarks
}

fn whole_lesson(lesson: &Lesson) -> Vec<Remark> {
    let start = Span::default();
    let mut kinds = Vec::new();
    for section in [Section::Remember, Section::YourTurn, Section::Further] {
        if lesson.closing.iter().all(|closing| closing.section != section) {
            kinds.push(RemarkKind::MissingSection(section));
        }
    }
    let found = questions(lesson).count();
    if found < QUESTIONS {
        kinds.push(RemarkKind::TooFewQuestions { found, wanted: QUESTIONS });
    }
    kinds.extend(lesson.actors.iter().filter(|actor| !acts(lesson, actor)).cloned().map(RemarkKind::IdleActor));
    kinds.into_iter().map(|kind| Remark { span: start, kind }).collect()
}

/// Remarks on a lesson among others: `known` are the numbers that exist, `others` the number and short name of each
/// other lesson that is checked with it.
#[must_use]
pub fn among(lesson: &Lesson, known: &[u32], others: &[(Option<u32>, Option<String>)]) -> Vec<Remark> {
    let Kind::Lesson(front) = &lesson.kind else { return Vec::new() };
    let absent = front.prerequisites.iter().filter(|number| !known.contains(number) || **number == front.number);
    let mut kinds: Vec<RemarkKind> = absent.copied().map(RemarkKind::NoSuchPrerequisite).collect();
    if others.iter().any(|(number, _)| *number == Some(front.number)) {
        kinds.push(RemarkKind::SameNumber(front.number));
    }
    if others.iter().any(|(_, slug)| slug.as_ref() == Some(&front.slug)) {
        kinds.push(RemarkKind::SameSlug(front.slug.clone()));
    }
    kinds.into_iter().map(|kind| Remark { span: Span::default(), kind }).collect()
}

/// The typography of what stands in titles and in the front matter.
fn titles(lesson: &Lesson) -> Vec<Remark> {
    let at = |text: &str, span: Span| {
        let faults = typography::faults(&without_code(text)).into_iter();
        faults.map(|fault| Remark { span, kind: RemarkKind::Typography(fault) }).collect::<Vec<_>>()
    };
    let mut remarks = at(&lesson.title, Span::default());
    if let Kind::Lesson(front) = &lesson.kind {
        let texts = std::iter::once(&front.summary).chain(&front.objectives);
        remarks.extend(texts.flat_map(|text| at(text, Span::default())));
    }
    remarks.extend(lesson.steps.iter().flat_map(|step| at(&step.title, step.span)));
    remarks
}

fn questions(lesson: &Lesson) -> impl Iterator<Item = &Question> {
    lesson.steps.iter().flat_map(|step| &step.items).filter_map(|item| match item {
        Item::Question(question) => Some(question),
        _ => None,
    })
}

fn acts(lesson: &Lesson, actor: &str) -> bool {
    lesson
        .steps
        .iter()
        .flat_map(|step| &step.items)
        .any(|item| matches!(item, Item::Code(script) if script.actor == actor))
}

fn step_remarks(lesson: &Lesson, step: &Step) -> Vec<Remark> {
    let mut remarks = long_texts(step);
    for (index, item) in step.items.iter().enumerate() {
        match item {
            Item::Prose(blocks) | Item::Hint(blocks) => remarks.extend(prose_remarks(lesson, blocks, step.span)),
            Item::Question(question) => {
                let proved = step.items[index + 1..].iter().any(|item| matches!(item, Item::Code(_) | Item::State(_)));
                remarks.extend(question_remarks(question, proved));
            }
            _ => {}
        }
    }
    remarks
}

fn long_texts(step: &Step) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut lines = 0;
    for item in &step.items {
        match item {
            Item::Prose(blocks) => lines += blocks.iter().map(block_lines).sum::<usize>(),
            Item::Hint(_) => {}
            _ => lines = 0,
        }
        if lines > TEXT_LIMIT {
            remarks.push(Remark { span: step.span, kind: RemarkKind::LongText { lines, limit: TEXT_LIMIT } });
            lines = 0;
        }
    }
    remarks
}

fn block_lines(block: &Block) -> usize {
    match block {
        Block::Paragraph(inlines) | Block::Quote(inlines) => width(inlines).div_ceil(COLUMNS),
        Block::List { items, .. } => items.iter().map(|item| width(item).div_ceil(COLUMNS)).sum(),
        Block::Preformatted { text, .. } => text.lines().count(),
    }
}

fn width(inlines: &[Inline]) -> usize {
    inlines.iter().map(|inline| unicode_width::UnicodeWidthStr::width(content(inline))).sum()
}

fn content(inline: &Inline) -> &str {
    match inline {
        Inline::Text(text) | Inline::Code(text) | Inline::Strong(text) | Inline::Emphasis(text) => text,
    }
}

fn question_remarks(question: &Question, proved: bool) -> Vec<Remark> {
    let mut kinds = Vec::new();
    for (index, choice) in question.choices.iter().enumerate() {
        if index != question.answer && !question.wrong.contains_key(&index) {
            kinds.push(RemarkKind::UnexplainedChoice(index + 1));
        }
        if question.choices[..index].contains(choice) {
            kinds.push(RemarkKind::SameChoice(index + 1));
        }
    }
    if !proved {
        kinds.push(RemarkKind::NothingProvesIt);
    }
    let texts =
        [&question.statement, &question.why].into_iter().chain(&question.choices).chain(question.wrong.values());
    kinds.extend(texts.flat_map(|text| typography::faults(&without_code(text))).map(RemarkKind::Typography));
    kinds.into_iter().map(|kind| Remark { span: question.span, kind }).collect()
}

/// Text outside backticks: what stands between them is code.
#[must_use]
pub fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("x")
}

fn prose_remarks(lesson: &Lesson, blocks: &[Block], span: Span) -> Vec<Remark> {
    let mut kinds = Vec::new();
    for inlines in blocks.iter().flat_map(inline_lists) {
        let joined: String = inlines
            .iter()
            .map(|inline| if matches!(inline, Inline::Code(_)) { "x" } else { content(inline) })
            .collect();
        kinds.extend(typography::faults(&joined).into_iter().map(RemarkKind::Typography));
        if let Some(port) = lesson.port
            && inlines.iter().any(|inline| mention(content(inline), port).is_some())
        {
            kinds.push(RemarkKind::LiteralPort(port));
        }
    }
    kinds.dedup();
    kinds.into_iter().map(|kind| Remark { span, kind }).collect()
}

fn inline_lists(block: &Block) -> Vec<&[Inline]> {
    match block {
        Block::Paragraph(inlines) | Block::Quote(inlines) => vec![inlines],
        Block::List { items, .. } => items.iter().map(Vec::as_slice).collect(),
        Block::Preformatted { .. } => Vec::new(),
    }
}

/// Where a text names this port as a number of its own.
#[must_use]
pub fn mention(text: &str, port: u16) -> Option<usize> {
    let port = port.to_string();
    let found = text.match_indices(&port).find(|(start, found)| {
        let before = text[..*start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        !before.is_some_and(|character| character.is_ascii_digit() || character == '.')
            && !after.is_some_and(|character| character.is_ascii_digit())
    });
    found.map(|(start, _)| start)
}

#[cfg(test)]
mod tests;
