//! The items of a step, one fenced block at a time.

use std::collections::BTreeSet;

use crate::lesson::block::{Info, Named};
use crate::lesson::checks;
use crate::lesson::code;
use crate::lesson::dependencies;
use crate::lesson::expectation;
use crate::lesson::front::{Front, MOST_ACTORS};
use crate::lesson::keywords::{PORT_MARK, check, fold, front, is_name};
use crate::lesson::model::{Item, Kind, LinkChange, Script};
use crate::lesson::position::Lines;
use crate::lesson::problem::{ChecksFault, FrontFault, LayoutFault, Problems, Unknown};
use crate::lesson::prose;
use crate::lesson::question;
use crate::lesson::state_lines::{self, Known};
use crate::lesson::words::{Word, content_lines, words};
use crate::syscall::ast::Span;
use crate::syscall::near::nearest;
use crate::syscall::parse;
use crate::syscall::token::clip;

/// Statements of a whole lesson, each counted for each actor: no lesson has a tenth of them.
const MOST_STATEMENTS: usize = 5000;
/// Bytes of one variable that a screen can hold.
const MOST_SHOWN: usize = 65536;

/// A file, and what is already known of it.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub text: &'a str,
    pub lines: &'a Lines<'a>,
    pub front: &'a Front,
}

/// What blocks are read against: the actors known so far, the port, the submitted programs.
pub struct Items<'a> {
    text: &'a str,
    lines: &'a Lines<'a>,
    /// Declared, submitted, or born so far.
    actors: Vec<String>,
    programs: Vec<String>,
    statements: usize,
    front: &'a Front,
    port: Option<u16>,
    checks: bool,
    /// Words of declarations that could not be read.
    pub lost: BTreeSet<String>,
    pub problems: &'a mut Problems,
}

impl<'a> Items<'a> {
    pub fn new(source: &Source<'a>, problems: &'a mut Problems) -> Items<'a> {
        let Source { text, lines, front } = *source;
        let programs: Vec<String> = match &front.kind {
            Kind::Checks(checks) => checks.programs.keys().cloned().collect(),
            Kind::Lesson(_) => Vec::new(),
        };
        let checks = matches!(front.kind, Kind::Checks(_));
        let actors = front.actors.iter().chain(&programs).cloned().collect();
        Items {
            text,
            lines,
            front,
            statements: 0,
            actors,
            programs,
            port: front.port,
            checks,
            lost: BTreeSet::new(),
            problems,
        }
    }

    pub fn line(&self, offset: usize) -> usize {
        self.lines.line(offset)
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The body with plain line ends.
    pub fn plain_text(&self, body: Span) -> String {
        self.slice(body).replace("\r\n", "\n")
    }

    pub fn check_actor(&mut self, name: &str, span: Span) -> bool {
        let known = self.actors.iter().any(|actor| actor == name);
        if !known {
            let near = nearest(name, self.actors.iter().map(String::as_str));
            self.problems.push(span, LayoutFault::UnknownActor(Unknown { name: clip(name), near }));
        }
        known
    }

    fn check_program(&mut self, (name, span): &Named) {
        if !self.programs.contains(name) {
            let near =
                nearest(name, self.programs.iter().map(String::as_str)).or_else(|| self.programs.first().cloned());
            self.problems.push(*span, ChecksFault::NotAProgram(Unknown { name: clip(name), near }));
        }
    }

    /// `{port}` in prose, where there is no port.
    pub fn check_prose(&mut self, span: Span) {
        if let (None, Some(place)) = (self.port, self.slice(span).find(PORT_MARK)) {
            let start = span.start + place;
            self.problems.push(Span { start, end: start + PORT_MARK.len() }, LayoutFault::NoPort);
        }
    }

    /// Every `{mot}` of this extent is drawn somewhere.
    fn check_marks(&mut self, span: Span) {
        let Kind::Checks(checks) = &self.front.kind else { return };
        for name in dependencies::marks(self.slice(span)) {
            if name != front::PORT && !checks.draws.contains_key(name) {
                let place = dependencies::place_of(self.text, span, name);
                self.problems.push(place, dependencies::unknown_draw(name, checks));
            }
        }
    }

    pub fn read(&mut self, info: Info, info_span: Span, body: Span) -> Vec<Item> {
        if let Some(name) = self.misplaced(&info) {
            self.problems.push(info_span, name);
            return Vec::new();
        }
        if let Info::Await(_) | Info::Keyboard(_) | Info::Output(_) | Info::Launch { .. } = &info {
            self.check_marks(body);
        } else if let Info::Code { times: Some(_), .. } = &info {
            self.check_marks(info_span);
        }
        match info {
            Info::Code { actors, times } => self.code(&actors, times.as_deref(), body),
            Info::Example => vec![Item::Example(self.plain_text(body))],
            Info::Display(language) => {
                self.check_prose(body);
                vec![Item::Display { language: language.to_owned(), text: self.plain_text(body) }]
            }
            Info::Question => question::parse(self.text, body, self.problems).map(Item::Question).into_iter().collect(),
            Info::State => self.state(body),
            Info::Bytes(actor) => self.bytes(&actor, body),
            Info::Hint => vec![Item::Hint(prose::parse(self.slice(body), body.start, self.problems))],
            Info::Network => self.network(body).into_iter().collect(),
            Info::Await(actor) => {
                self.check_program(&actor);
                vec![checks::awaited(self.text, body, actor.0, self.problems)]
            }
            Info::Keyboard(actor) => {
                self.check_program(&actor);
                vec![checks::keyboard(self.text, body, actor.0)]
            }
            Info::Output(actor) => {
                self.check_program(&actor);
                vec![checks::output(self.text, body, actor.0, self.problems)]
            }
            Info::Launch { actor, effects } => self.launch(actor, effects, body),
            Info::Settings | Info::Program { .. } => Vec::new(),
        }
    }

    /// Blocks that only a lesson, or only checks, may hold.
    fn misplaced(&self, info: &Info) -> Option<LayoutFault> {
        let (checks_only, name) = match info {
            Info::Await(_) => (true, "attendre"),
            Info::Keyboard(_) => (true, "clavier"),
            Info::Output(_) => (true, "sortie"),
            Info::Launch { .. } => (true, "lancer"),
            Info::Code { times: Some(_), .. } => (true, "fois"),
            Info::Question => (false, "question"),
            Info::Hint => (false, "indice"),
            _ => return None,
        };
        match (checks_only, self.checks) {
            (true, false) => Some(LayoutFault::OnlyInChecks(name.to_owned())),
            (false, true) => Some(LayoutFault::OnlyInLessons(name.to_owned())),
            _ => None,
        }
    }

    /// The same code for each of the actors.
    fn code(&mut self, actors: &[Named], times: Option<&str>, body: Span) -> Vec<Item> {
        for (name, span) in actors {
            self.check_actor(name, *span);
            if self.programs.contains(name) {
                self.problems.push(*span, ChecksFault::CodeForProgram(clip(name)));
            }
        }
        if let Some((name, span)) = repeated(actors) {
            self.problems.push(*span, FrontFault::DuplicateActor(clip(name)));
            return Vec::new();
        }
        let code = code::parse(self.text, body, self.lines, self.problems);
        self.lost.extend(code.lost);
        let mut lines = Vec::new();
        for one in code.noted {
            self.names(one.named, one.line.expectation.births.as_deref());
            lines.push(one.line);
        }
        self.statements += lines.len() * actors.len();
        if self.statements > MOST_STATEMENTS {
            self.problems.push(body, LayoutFault::TooManyStatements { most: MOST_STATEMENTS });
            return Vec::new();
        }
        let script = |actor: &Named| Script { actor: actor.0.clone(), lines: lines.clone() };
        let item = |actor| match times {
            Some(times) => Item::Repeat { times: times.to_owned(), script: script(actor) },
            None => Item::Code(script(actor)),
        };
        actors.iter().map(item).collect()
    }

    fn names(&mut self, named: Vec<Named>, births: Option<&str>) {
        for (name, span) in named {
            if births == Some(name.as_str()) && is_name(&name) {
                if self.actors.len() >= MOST_ACTORS && !self.actors.contains(&name) {
                    self.problems.push(span, FrontFault::TooManyActors { most: MOST_ACTORS });
                } else if !self.actors.contains(&name) {
                    self.actors.push(name);
                }
            } else {
                self.check_actor(&name, span);
            }
        }
    }

    fn state(&mut self, body: Span) -> Vec<Item> {
        let known = Known { actors: &self.actors, port: self.port };
        let mut lines = Vec::new();
        for line in content_lines(self.slice(body), body.start, Some("#")) {
            match state_lines::parse(line, known) {
                Ok(line) => lines.push(line),
                Err(problem) => self.problems.push(problem.span, problem.kind),
            }
        }
        vec![Item::State(lines)]
    }

    /// One expression a line.
    fn bytes(&mut self, (actor, span): &Named, body: Span) -> Vec<Item> {
        self.check_actor(actor, *span);
        let lines = content_lines(self.slice(body), body.start, None);
        lines.into_iter().filter_map(|line| shown(actor, line, self.problems)).collect()
    }

    /// `coupe`, `rétabli, réveille serveur`.
    fn network(&mut self, body: Span) -> Option<Item> {
        let line = *content_lines(self.slice(body), body.start, Some("#")).first()?;
        let first = *words(line.text, line.span.start).first()?;
        let change = match fold(first.text).as_str() {
            check::CUT => LinkChange::Cut,
            check::MENDED => LinkChange::Mended,
            _ => {
                let near = nearest(first.text, check::LINK_CHANGES);
                let unknown = Unknown { name: clip(first.text), near };
                self.problems.push(first.span, LayoutFault::UnknownLinkChange(unknown));
                return None;
            }
        };
        let rest = Span { start: first.span.end, end: line.span.end };
        let wakes = self.wakes(rest);
        Some(Item::Network { change, wakes })
    }

    fn launch(&mut self, actor: Named, effects: Option<Span>, body: Span) -> Vec<Item> {
        self.check_program(&actor);
        let wakes = effects.map(|span| self.wakes(span)).unwrap_or_default();
        vec![Item::Launch { actor: actor.0, arguments: checks::arguments(self.text, body), wakes }]
    }

    /// `, réveille serveur` behind something else than a result.
    fn wakes(&mut self, span: Span) -> Vec<String> {
        let source = self.slice(span);
        let trimmed = source.trim_start_matches([' ', '\t', ',']);
        if trimmed.is_empty() {
            return Vec::new();
        }
        match expectation::parse(trimmed.trim_end(), span.start + source.len() - trimmed.len()) {
            Ok(note) => {
                self.names(note.named, None);
                note.expectation.wakes
            }
            Err(problem) => {
                self.problems.push(problem.span, problem.kind);
                Vec::new()
            }
        }
    }
}

/// An actor that is named twice.
fn repeated(actors: &[Named]) -> Option<&Named> {
    let mut seen = BTreeSet::new();
    actors.iter().find(|(name, _)| !seen.insert(name))
}

/// `tampon`, or `tampon 4`: how many bytes are shown.
fn shown(actor: &str, line: Word, problems: &mut Problems) -> Option<Item> {
    let words = words(line.text, line.span.start);
    let counted = words.last().filter(|last| words.len() > 1 && last.text.bytes().all(|byte| byte.is_ascii_digit()));
    let (source, count) = match counted {
        None => (line.text, None),
        Some(last) => {
            let count = last.text.parse().ok().filter(|count| (1..=MOST_SHOWN).contains(count));
            if count.is_none() {
                problems.push(last.span, LayoutFault::BadByteCount(clip(last.text)));
            }
            (line.text[..line.text.len() - last.text.len()].trim_end(), Some(count?))
        }
    };
    match parse::expression(source, line.span.start) {
        Ok(expression) => Some(Item::Bytes { actor: actor.to_owned(), expression, source: source.to_owned(), count }),
        Err(errors) => {
            for error in errors {
                problems.push(error.span, error.kind);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests;
