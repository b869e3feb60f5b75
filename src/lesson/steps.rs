//! From the pieces of a file to steps and closing sections.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::lesson::block::{self, Info};
use crate::lesson::items::{Items, Source};
use crate::lesson::keywords::{is_slug, section, slug};
use crate::lesson::layout::Piece;
use crate::lesson::model::{Block, Closing, Item, Kind, Program, Section, Step};
use crate::lesson::problem::{LayoutFault, Problems};
use crate::lesson::prose;
use crate::lesson::settings::{self, Placed};
use crate::syscall::ast::Span;
use crate::syscall::token::clip;

/// Sentences of « À retenir ».
const REMEMBER: std::ops::RangeInclusive<usize> = 3..=5;

/// A step, with what is checked once all are known.
#[derive(Debug)]
pub struct Draft {
    pub step: Step,
    pub placed: Placed,
    has_settings: bool,
    has_programs: bool,
}

#[derive(Debug, Default)]
pub struct Steps {
    pub drafts: Vec<Draft>,
    pub closing: Vec<Closing>,
    pub programs: Vec<Program>,
    /// Words of declarations that could not be read.
    pub lost: BTreeSet<String>,
}

enum Place {
    Nowhere,
    Step,
    Closing,
    /// Under a heading that was refused: its contents are read for their own problems.
    Refused,
}

pub struct Builder<'a> {
    text: &'a str,
    checks: bool,
    items: Items<'a>,
    place: Place,
    steps: Steps,
    ids: BTreeSet<String>,
}

/// Reads every piece behind the front matter.
pub fn build<'a>(source: &Source<'a>, pieces: &[Piece], problems: &'a mut Problems) -> Steps {
    let checks = matches!(source.front.kind, Kind::Checks(_));
    let items = Items::new(source, problems);
    let mut builder = Builder {
        text: source.text,
        checks,
        items,
        place: Place::Nowhere,
        steps: Steps::default(),
        ids: BTreeSet::new(),
    };
    for piece in pieces {
        if builder.items.problems.full() {
            break;
        }
        builder.piece(*piece);
    }
    builder.finish(source.front.span)
}

impl<'a> Builder<'a> {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Heading(span) => self.heading(span),
            Piece::Prose(span) => self.prose(span),
            Piece::Fence { info, body } => self.fence(info, body),
        }
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    fn heading(&mut self, span: Span) {
        self.end_section();
        let (title, title_span, id) = self.title(span);
        if title.is_empty() {
            self.items.problems.push(span, LayoutFault::EmptyTitle);
            self.place = Place::Refused;
            return;
        }
        match section(&title) {
            Some(section) => self.closing(section, span),
            None => self.step(title, title_span, id),
        }
    }

    /// The title without its `{#id}`, and the id.
    fn title(&mut self, span: Span) -> (String, Span, Option<(String, Span)>) {
        let content = self.slice(span);
        let mut title = content;
        let mut id = None;
        if let Some(open) = content.rfind("{#").filter(|_| content.ends_with('}')) {
            let name = content[open + 2..content.len() - 1].to_owned();
            id = Some((name, Span { start: span.start + open, end: span.end }));
            title = content[..open].trim_end();
        }
        let title_span = Span { start: span.start, end: span.start + title.len() };
        let title = title.to_owned();
        (prose::plain(&title, span.start, self.items.problems), title_span, id)
    }

    fn step(&mut self, title: String, span: Span, id: Option<(String, Span)>) {
        if !self.steps.closing.is_empty() {
            self.items.problems.push(span, LayoutFault::StepAfterClosing);
        }
        let (id, id_span) = id.unwrap_or_else(|| (slug(&title), span));
        if !is_slug(&id) {
            self.items.problems.push(id_span, LayoutFault::BadId(clip(&id)));
        } else if !self.ids.insert(id.clone()) {
            self.items.problems.push(id_span, LayoutFault::DuplicateId(clip(&id)));
        }
        let settings = Placed::default();
        let step = Step { id, title, span, settings: settings.settings.clone(), items: Vec::new() };
        let draft = Draft { step, placed: settings, has_settings: false, has_programs: false };
        self.steps.drafts.push(draft);
        self.place = Place::Step;
    }

    fn closing(&mut self, section: Section, span: Span) {
        if self.checks {
            let title = clip(self.slice(span));
            self.items.problems.push(span, LayoutFault::OnlyInLessons(title));
        }
        if let Some(last) = self.steps.closing.last() {
            match section.cmp(&last.section) {
                Ordering::Greater => {}
                Ordering::Equal => self.items.problems.push(span, LayoutFault::DuplicateClosing),
                Ordering::Less => self.items.problems.push(span, LayoutFault::ClosingOrder { after: last.section }),
            }
        }
        self.steps.closing.push(Closing { section, blocks: Vec::new(), span });
        self.place = Place::Closing;
    }

    fn prose(&mut self, span: Span) {
        let blocks = prose::parse(self.slice(span), span.start, self.items.problems);
        self.items.check_prose(span);
        match self.place {
            Place::Nowhere if !blocks.is_empty() => {
                let line = self.slice(span).split('\n').next().unwrap_or_default().trim_end().len();
                self.items.problems.push(Span { start: span.start, end: span.start + line }, LayoutFault::OutsideStep);
                self.place = Place::Refused;
            }
            Place::Step => self.push(Item::Prose(blocks)),
            Place::Closing => self.push_closing(blocks),
            _ => {}
        }
    }

    fn push(&mut self, item: Item) {
        if let Some(draft) = self.steps.drafts.last_mut() {
            draft.step.items.push(item);
        }
    }

    fn push_closing(&mut self, blocks: Vec<Block>) {
        if let Some(closing) = self.steps.closing.last_mut() {
            closing.blocks.extend(blocks);
        }
    }

    fn fence(&mut self, info_span: Span, body: Span) {
        let info = match block::parse(self.slice(info_span), info_span.start) {
            Ok(info) => info,
            Err(problem) => return self.items.problems.push(problem.span, problem.kind),
        };
        let outside = matches!(self.place, Place::Nowhere);
        if outside {
            self.items.problems.push(info_span, LayoutFault::OutsideStep);
            self.place = Place::Refused;
        } else if matches!(self.place, Place::Closing) {
            return self.fence_in_closing(&info, info_span, body);
        }
        if self.slice(body).trim().is_empty() && !matches!(info, Info::Launch { .. } | Info::Settings) {
            return self.items.problems.push(info_span, LayoutFault::EmptyBlock);
        }
        match info {
            Info::Settings => self.settings(info_span, body),
            Info::Program { actors } => self.program(actors, info_span, body),
            other => self.item(other, info_span, body),
        }
    }

    fn item(&mut self, info: Info, info_span: Span, body: Span) {
        let items = self.items.read(info, info_span, body);
        if let (Place::Step, Some(draft)) = (&self.place, self.steps.drafts.last_mut()) {
            draft.step.items.extend(items);
        }
    }

    fn fence_in_closing(&mut self, info: &Info, info_span: Span, body: Span) {
        let language = match info {
            Info::Display(language) => language,
            Info::Example => "c",
            _ => return self.items.problems.push(info_span, LayoutFault::BlockInClosing),
        };
        let text = self.items.plain_text(body);
        self.push_closing(vec![Block::Preformatted { language: language.to_owned(), text }]);
    }

    fn settings(&mut self, info_span: Span, body: Span) {
        let placed = settings::parse(self.text, body, self.checks, self.items.problems);
        let Some(draft) = self.steps.drafts.last_mut() else { return };
        if draft.has_settings {
            return self.items.problems.push(info_span, LayoutFault::SettingsTwice);
        }
        if draft.step.items.iter().any(|item| !matches!(item, Item::Prose(_))) {
            self.items.problems.push(info_span, LayoutFault::SettingsLate);
        }
        draft.has_settings = true;
        draft.step.settings = placed.settings.clone();
        draft.placed = placed;
    }

    fn program(&mut self, actors: Vec<block::Named>, info_span: Span, body: Span) {
        if self.checks {
            return self.items.problems.push(info_span, LayoutFault::OnlyInLessons("c programme".to_owned()));
        }
        if let Some(draft) = self.steps.drafts.last_mut() {
            draft.has_programs = true;
        }
        let mut names = Vec::new();
        for (name, span) in actors {
            self.items.check_actor(&name, span);
            if self.steps.programs.iter().any(|one| one.actor == name || one.also.contains(&name)) {
                self.items.problems.push(span, LayoutFault::TwoPrograms(clip(&name)));
            }
            names.push(name);
        }
        let actor = names.remove(0);
        let source = self.items.plain_text(body);
        let line = self.items.line(body.start);
        self.steps.programs.push(Program { actor, also: names, source, line });
    }

    /// What a section must hold, once it is over.
    fn end_section(&mut self) {
        match self.place {
            Place::Step => self.end_step(),
            Place::Closing => self.end_closing(),
            Place::Nowhere | Place::Refused => {}
        }
    }

    /// A heading over programs alone is no step: they are for `--code`.
    fn end_step(&mut self) {
        let Some(draft) = self.steps.drafts.last() else { return };
        let played = draft.step.items.iter().any(|item| !matches!(item, Item::Prose(_)));
        if draft.step.items.is_empty() && !draft.has_programs && self.items.problems.is_empty() {
            self.items.problems.push(draft.step.span, LayoutFault::EmptyStep);
        }
        if draft.has_programs && !played {
            self.steps.drafts.pop();
        }
    }

    fn end_closing(&mut self) {
        let Some(closing) = self.steps.closing.last() else { return };
        if closing.section != Section::Remember {
            if closing.blocks.is_empty() {
                self.items.problems.push(closing.span, LayoutFault::EmptyStep);
            }
            return;
        }
        let sentences = match closing.blocks.as_slice() {
            [Block::List { items, .. }] => items.len(),
            _ => 0,
        };
        if !REMEMBER.contains(&sentences) {
            let (from, to) = (*REMEMBER.start(), *REMEMBER.end());
            self.items.problems.push(closing.span, LayoutFault::RememberList { from, to });
        }
    }

    fn finish(mut self, front: Span) -> Steps {
        self.end_section();
        if self.steps.drafts.is_empty() && self.items.problems.is_empty() {
            self.items.problems.push(front, LayoutFault::NoStep);
        }
        self.steps.lost = self.items.lost;
        self.steps
    }
}

#[cfg(test)]
mod tests;
