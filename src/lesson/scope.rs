//! Names: each actor's variables, in the order of the file, with the types of what is done to them.

mod environment;
mod types;

use std::collections::BTreeSet;

use crate::lesson::keywords::{check as words, front};
use crate::lesson::model::{Draw, Item, Kind, Lesson, Line, Script, Step};
use crate::lesson::problem::{Problems, ScopeFault};
use crate::lesson::scope::environment::Environments;
use crate::lesson::scope::types::Checker;
use crate::syscall::ast::{Designated, Initializer, Span, Statement, StatementKind};
use crate::syscall::ctype::CType;
use crate::syscall::name::Name;

/// Checks every variable, field and birth of a lesson. In checks, each step starts again from the preparation.
/// `lost` holds words that a statement with a problem may have declared.
pub fn check(lesson: &Lesson, lost: &BTreeSet<String>, problems: &mut Problems) {
    let numbers = numbers(lesson);
    let environments = Environments::default();
    let mut walk = Walk { environments, born_somewhere: births(lesson), numbers, lost, problems };
    let checks = matches!(lesson.kind, Kind::Checks(_));
    let mut prepared = Environments::default();
    for step in &lesson.steps {
        if checks {
            walk.environments = prepared.clone();
        }
        walk.step(step);
        if step.id == words::PREPARATION {
            prepared = walk.environments.clone();
        }
    }
}

/// What may stand in braces for a number: the port, and the draws of numbers.
fn numbers(lesson: &Lesson) -> Vec<String> {
    let mut numbers: Vec<String> = lesson.port.iter().map(|_| front::PORT.to_owned()).collect();
    if let Kind::Checks(checks) = &lesson.kind {
        let drawn = checks.draws.iter().filter(|(_, draw)| matches!(draw, Draw::Number { .. }));
        numbers.extend(drawn.map(|(name, _)| name.clone()));
    }
    numbers
}

fn scripts(lesson: &Lesson) -> impl Iterator<Item = &Script> {
    lesson.steps.iter().flat_map(|step| &step.items).filter_map(|item| match item {
        Item::Code(script) | Item::Repeat { script, .. } => Some(script),
        _ => None,
    })
}

/// The actors that fork or pthread_create makes.
fn births(lesson: &Lesson) -> BTreeSet<String> {
    scripts(lesson).flat_map(|script| &script.lines).filter_map(|line| line.expectation.births.clone()).collect()
}

struct Walk<'p> {
    environments: Environments,
    born_somewhere: BTreeSet<String>,
    numbers: Vec<String>,
    lost: &'p BTreeSet<String>,
    problems: &'p mut Problems,
}

impl Walk<'_> {
    fn step(&mut self, step: &Step) {
        for item in &step.items {
            match item {
                Item::Code(script) => self.script(script),
                Item::Repeat { script, .. } => {
                    self.refuse_declarations(script);
                    self.script(script);
                }
                Item::Bytes { actor, expression, .. } => {
                    self.checker(actor).expression(expression);
                }
                _ => {}
            }
        }
    }

    fn checker<'b>(&'b mut self, actor: &'b str) -> Checker<'b> {
        let (environments, numbers, lost) = (&self.environments, &self.numbers, self.lost);
        Checker { environments, numbers, lost, actor, problems: self.problems }
    }

    fn refuse_declarations(&mut self, script: &Script) {
        for line in &script.lines {
            if matches!(line.statement.kind, StatementKind::Declare(_)) {
                self.problems.push(line.statement.span, ScopeFault::DeclaredInRepeat);
            }
        }
    }

    fn script(&mut self, script: &Script) {
        if self.born_somewhere.contains(&script.actor) && !self.environments.is_born(&script.actor) {
            let span = script.lines.first().map_or(Span::default(), |line| line.statement.span);
            self.problems.push(span, ScopeFault::NotYetBorn(script.actor.clone()));
            return;
        }
        for line in &script.lines {
            if self.problems.full() {
                return;
            }
            self.statement(&script.actor, &line.statement);
            self.birth(&script.actor, line);
        }
    }

    fn statement(&mut self, actor: &str, statement: &Statement) {
        match &statement.kind {
            StatementKind::Evaluate(value) => {
                self.checker(actor).expression(value);
            }
            StatementKind::Assign { target, value } => {
                let mut checker = self.checker(actor);
                if let Some(CType::Array(..)) = checker.expression(target) {
                    checker.problems.push(target.span, ScopeFault::AssignsArray);
                }
                checker.expression(value);
            }
            StatementKind::Declare(declarators) => {
                for declarator in declarators {
                    if let Some(initializer) = &declarator.initializer {
                        self.initializer(actor, initializer);
                    }
                    let seen = self.environments.lookup(actor, &declarator.name).is_some();
                    if seen || !self.environments.declare(actor, &declarator.name, &declarator.ctype) {
                        let fault =
                            ScopeFault::AlreadyDeclared { name: declarator.name.clone(), actor: actor.to_owned() };
                        self.problems.push(declarator.span, fault);
                    }
                }
            }
        }
    }

    fn initializer(&mut self, actor: &str, initializer: &Initializer) {
        match initializer {
            Initializer::Value(value) => {
                self.checker(actor).expression(value);
            }
            Initializer::List(items) => {
                for Designated { value, .. } in items {
                    self.initializer(actor, value);
                }
            }
        }
    }

    fn birth(&mut self, parent: &str, line: &Line) {
        let Some(child) = &line.expectation.births else { return };
        let born = match line.statement.call() {
            Some((Name::Fork, _)) => self.environments.fork(parent, child),
            Some((Name::PthreadCreate, _)) => self.environments.thread(parent, child),
            _ => return self.problems.push(line.expectation.span, ScopeFault::CannotGiveBirth),
        };
        if !born {
            self.problems.push(line.expectation.span, ScopeFault::BornTwice(child.clone()));
        }
    }
}

#[cfg(test)]
mod tests;
