//! The port that is played in the place of the lesson's. Pure: a lesson in, a lesson out.
//!
//! A port is replaced wherever its number stands alone: in the C that runs and in the C that is shown, in notes,
//! `etat` lines, texts, questions, programs; `{port}` becomes the port played.

mod number;

use std::collections::BTreeMap;

use crate::lesson::keywords::PORT_MARK;
use crate::lesson::model::{
    Awaited, Block, ChecksFront, Closing, DescriptorState, Details, Endpoint, Expected, Inline, Item, Kind, Lesson,
    Question, Range, Script, StateLine, Step, Subject,
};
use crate::lesson::substitute::number::{in_c, in_text};
use crate::syscall::ast::{Declarator, Designated, Expr, ExprKind, Initializer, Statement, StatementKind};

/// Which ports are played instead of which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    played: BTreeMap<u16, u16>,
    /// What `{port}` becomes.
    port: Option<u16>,
}

impl Ports {
    /// The lesson's own ports.
    #[must_use]
    pub fn unchanged(lesson: &Lesson) -> Ports {
        Ports { played: BTreeMap::new(), port: lesson.port }
    }

    /// `port` instead of the lesson's port, and `others`, in order, instead of its other ports. Another port that
    /// is the lesson's with its bytes swapped, as forgetting htons gives, stays so.
    #[must_use]
    pub fn new(lesson: &Lesson, port: u16, others: &[u16]) -> Ports {
        let mut played: BTreeMap<u16, u16> = lesson.port.iter().map(|own| (*own, port)).collect();
        let mut given = others.iter();
        for other in &lesson.other_ports {
            let swapped = lesson.port.is_some_and(|own| own.swap_bytes() == *other);
            let instead = if swapped { port.swap_bytes() } else { given.next().copied().unwrap_or(*other) };
            played.insert(*other, instead);
        }
        Ports { played, port: lesson.port.map(|_| port) }
    }

    /// How many free ports a lesson needs beside its own.
    #[must_use]
    pub fn others_needed(lesson: &Lesson) -> usize {
        let swapped = |other: &&u16| lesson.port.is_some_and(|own| own.swap_bytes() == **other);
        lesson.other_ports.iter().filter(|other| !swapped(other)).count()
    }

    /// The port played in the place of this one.
    #[must_use]
    pub fn played(&self, port: u16) -> u16 {
        self.played.get(&port).copied().unwrap_or(port)
    }

    fn number(&self, value: i64) -> Option<i64> {
        let port = u16::try_from(value).ok()?;
        self.played.get(&port).filter(|played| **played != port).map(|played| i64::from(*played))
    }

    fn text(&self, text: &mut String) {
        if let Some(port) = self.port.filter(|_| text.contains(PORT_MARK)) {
            *text = text.replace(PORT_MARK, &port.to_string());
        }
        if let Some(replaced) = in_text(text, &|value| self.number(value)) {
            *text = replaced;
        }
    }

    fn source(&self, source: &mut String) {
        if let Some(port) = self.port.filter(|_| source.contains(PORT_MARK)) {
            *source = source.replace(PORT_MARK, &port.to_string());
        }
        if let Some(replaced) = in_c(source, &|value| self.number(value)) {
            *source = replaced;
        }
    }

    fn bytes(&self, bytes: &mut Vec<u8>) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            let mut text = text.to_owned();
            self.text(&mut text);
            *bytes = text.into_bytes();
        }
    }

    fn port(&self, port: &mut u16) {
        *port = self.played(*port);
    }
}

/// The lesson with the ports that are played.
#[must_use]
pub fn lesson(mut lesson: Lesson, ports: &Ports) -> Lesson {
    if let Kind::Checks(checks) = &mut lesson.kind {
        commands(checks, ports);
    }
    if let Kind::Lesson(front) = &mut lesson.kind {
        ports.text(&mut front.summary);
        front.objectives.iter_mut().for_each(|objective| ports.text(objective));
    }
    lesson.steps.iter_mut().for_each(|one| step(one, ports));
    lesson.closing.iter_mut().for_each(|Closing { blocks: closing, .. }| blocks(closing, ports));
    lesson.programs.iter_mut().for_each(|program| ports.source(&mut program.source));
    ports.text(&mut lesson.title);
    lesson.port.iter_mut().for_each(|port| ports.port(port));
    lesson.other_ports.iter_mut().for_each(|port| ports.port(port));
    lesson
}

/// One statement with the ports that are played, in its tree and in its text.
pub fn statement(statement: &mut Statement, ports: &Ports) {
    ports.source(&mut statement.source);
    match &mut statement.kind {
        StatementKind::Evaluate(value) => expression(value, ports),
        StatementKind::Assign { target, value } => {
            expression(target, ports);
            expression(value, ports);
        }
        StatementKind::Declare(declarators) => {
            let initializers = declarators.iter_mut().filter_map(|Declarator { initializer, .. }| initializer.as_mut());
            initializers.for_each(|one| initializer(one, ports));
        }
    }
}

fn initializer(initializer_: &mut Initializer, ports: &Ports) {
    match initializer_ {
        Initializer::Value(value) => expression(value, ports),
        Initializer::List(items) => {
            for Designated { value, .. } in items {
                initializer(value, ports);
            }
        }
    }
}

fn expression(expr: &mut Expr, ports: &Ports) {
    match &mut expr.kind {
        ExprKind::Integer(value) => {
            if let Some(played) = ports.number(*value) {
                *value = played;
            }
        }
        ExprKind::Text(bytes) => ports.bytes(bytes),
        ExprKind::Variable(name) => {
            if let Some(port) = ports.port.filter(|_| name == PORT_MARK) {
                expr.kind = ExprKind::Integer(i64::from(port));
            }
        }
        ExprKind::Field(inner, _)
        | ExprKind::Arrow(inner, _)
        | ExprKind::AddressOf(inner)
        | ExprKind::Dereference(inner)
        | ExprKind::Negate(inner)
        | ExprKind::Complement(inner)
        | ExprKind::Cast(_, inner)
        | ExprKind::SizeofExpr(inner) => expression(inner, ports),
        ExprKind::Index(left, right) | ExprKind::Binary(_, left, right) => {
            expression(left, ports);
            expression(right, ports);
        }
        ExprKind::Call(_, arguments) => arguments.iter_mut().for_each(|argument| expression(argument, ports)),
        ExprKind::Null | ExprKind::Constant(..) | ExprKind::Handler(_) | ExprKind::SizeofType(_) => {}
    }
}

fn commands(checks: &mut ChecksFront, ports: &Ports) {
    for submitted in checks.programs.values_mut() {
        submitted.command.iter_mut().for_each(|argument| ports.text(argument));
    }
}

fn step(step: &mut Step, ports: &Ports) {
    ports.text(&mut step.title);
    step.items.iter_mut().for_each(|one| item(one, ports));
}

fn item(item: &mut Item, ports: &Ports) {
    match item {
        Item::Prose(text) | Item::Hint(text) => blocks(text, ports),
        Item::Code(code) | Item::Repeat { script: code, .. } => script(code, ports),
        Item::Example(source) => ports.source(source),
        Item::Display { text, .. } => ports.text(text),
        Item::Question(one) => question(one, ports),
        Item::State(lines) => lines.iter_mut().for_each(|line| state_line(line, ports)),
        Item::Bytes { expression: shown, source, .. } => {
            expression(shown, ports);
            ports.source(source);
        }
        Item::Await { events, .. } => {
            for event in events {
                if let Awaited::Call { port: Some(port), .. } = event {
                    ports.text(port);
                }
            }
        }
        Item::Keyboard { lines, .. } => lines.iter_mut().for_each(|line| ports.text(line)),
        Item::Output { patterns, absent, .. } => {
            patterns.iter_mut().chain(absent).for_each(|pattern| ports.text(pattern));
        }
        Item::Launch { arguments, .. } => arguments.iter_mut().for_each(|argument| ports.text(argument)),
        Item::Network { .. } => {}
    }
}

fn script(script: &mut Script, ports: &Ports) {
    for line in &mut script.lines {
        statement(&mut line.statement, ports);
        expected(&mut line.expectation.result, ports);
        line.comment.iter_mut().for_each(|comment| ports.text(comment));
    }
}

fn expected(result: &mut Expected, ports: &Ports) {
    match result {
        Expected::Number(range) if range.from == range.to => {
            if let Some(played) = ports.number(range.from) {
                *range = Range::exactly(played);
            }
        }
        Expected::Received { bytes, .. }
        | Expected::StartsWith(bytes)
        | Expected::Contains(bytes)
        | Expected::ContainsAnyCase(bytes)
        | Expected::Text(bytes) => ports.bytes(bytes),
        Expected::All(all) => all.iter_mut().for_each(|one| expected(one, ports)),
        Expected::BlocksThen(then) | Expected::Until { then, .. } => expected(then, ports),
        Expected::Depends { then, otherwise, .. } => {
            expected(then, ports);
            expected(otherwise, ports);
        }
        _ => {}
    }
}

fn question(question: &mut Question, ports: &Ports) {
    let texts = [&mut question.statement, &mut question.why];
    texts.into_iter().chain(&mut question.choices).for_each(|text| ports.text(text));
    question.wrong.values_mut().for_each(|text| ports.text(text));
}

fn state_line(line: &mut StateLine, ports: &Ports) {
    ports.text(&mut line.source);
    match &mut line.subject {
        Subject::Descriptor { expected: DescriptorState::Socket { details: found, .. }, .. } => details(found, ports),
        Subject::Port { port, details: found, .. } => {
            ports.port(port);
            details(found, ports);
        }
        Subject::NoPort { port, .. } => ports.port(port),
        Subject::Descriptor { .. } | Subject::Process { .. } => {}
    }
}

fn details(details: &mut Details, ports: &Ports) {
    for end in [&mut details.local, &mut details.remote] {
        if let Some(Endpoint { port: Some(port), .. }) = end {
            ports.port(port);
        }
    }
}

fn blocks(blocks: &mut [Block], ports: &Ports) {
    for block in blocks {
        match block {
            Block::Paragraph(text) | Block::Quote(text) => inlines(text, ports),
            Block::List { items, .. } => items.iter_mut().for_each(|text| inlines(text, ports)),
            Block::Preformatted { text, .. } => ports.text(text),
        }
    }
}

fn inlines(inlines: &mut [Inline], ports: &Ports) {
    for inline in inlines {
        let (Inline::Text(text) | Inline::Code(text) | Inline::Strong(text) | Inline::Emphasis(text)) = inline;
        ports.text(text);
    }
}

#[cfg(test)]
mod tests;
