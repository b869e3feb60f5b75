//! Statements: declarations, assignments, calls.

use crate::live::actor_state::{Place, field_of};
use crate::live::arithmetic::{Datum, convert};
use crate::live::expression::ERRNO;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::{Refusal, Report};
use crate::syscall::ast::{Declarator, Designated, Expr, ExprKind, Initializer, Statement, StatementKind};
use crate::syscall::call::{Answer, Outcome};
use crate::syscall::ctype::CType;
use crate::syscall::record::Record;

impl Interpreter {
    /// Runs a statement and reports its end.
    pub(super) fn run(&mut self, statement: &Statement) {
        self.pending = None;
        self.completed = None;
        self.duration = std::time::Duration::ZERO;
        let done = self.execute(statement);
        self.pending = None;
        if std::mem::take(&mut self.silent) || self.over.is_some() {
            return;
        }
        let report = match done {
            Ok(value) => self.finished(value.as_ref()),
            Err(reason) => Report::Refused { reason },
        };
        self.report(report);
    }

    fn finished(&mut self, value: Option<&Datum>) -> Report {
        let duration_us = u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX);
        match self.completed.take() {
            Some((call, outcome)) => Report::Finished { call: Some(call), outcome, duration_us },
            None => Report::Finished { call: None, outcome: Outcome::Returned(plain(value)), duration_us: 0 },
        }
    }

    fn execute(&mut self, statement: &Statement) -> Result<Option<Datum>, Refusal> {
        match &statement.kind {
            StatementKind::Evaluate(value) => self.outermost(value).map(Some),
            StatementKind::Assign { target, value } => self.assign(target, value).map(Some),
            StatementKind::Declare(declarators) => match declarators.as_slice() {
                [only] => self.declare(only, true),
                several => {
                    for declarator in several {
                        self.declare(declarator, false)?;
                    }
                    Ok(None)
                }
            },
        }
    }

    /// Evaluates the value of a whole statement: its outer call, under casts, is the one reported.
    fn outermost(&mut self, value: &Expr) -> Result<Datum, Refusal> {
        match &value.kind {
            ExprKind::Call(name, arguments) => self.call(*name, arguments, true),
            ExprKind::Cast(target, inner) => convert(&self.outermost(inner)?, target),
            _ => self.evaluate(value),
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr) -> Result<Datum, Refusal> {
        if matches!(&target.kind, ExprKind::Variable(name) if name == ERRNO)
            && self.state().variable(self.scope, ERRNO).is_err()
        {
            let value = convert(&self.outermost(value)?, &CType::int())?;
            self.errno = value.as_int();
            return Ok(value);
        }
        let place = self.place(target)?;
        let value = self.outermost(value)?;
        self.store(&place, &value)
    }

    fn declare(&mut self, declarator: &Declarator, alone: bool) -> Result<Option<Datum>, Refusal> {
        let ctype = complete(&declarator.ctype, declarator.initializer.as_ref());
        let place = self.state().declare(self.scope, &declarator.name, &ctype)?;
        let Some(initializer) = &declarator.initializer else { return Ok(None) };
        let done = match initializer {
            Initializer::Value(value) if alone && is_scalar(&ctype) => {
                self.outermost(value).and_then(|value| self.store(&place, &value)).map(Some)
            }
            _ => self.initialize(&place, initializer).map(|()| None),
        };
        if done.is_err() {
            self.state().undeclare(self.scope, &declarator.name);
        }
        done
    }

    /// Gives an object, already zero, its initial value (C17, 6.7.9).
    fn initialize(&mut self, place: &Place, initializer: &Initializer) -> Result<(), Refusal> {
        match initializer {
            Initializer::List(members) => self.initialize_members(place, members),
            Initializer::Value(value) => self.initialize_with(place, value),
        }
    }

    fn initialize_with(&mut self, place: &Place, value: &Expr) -> Result<(), Refusal> {
        if let (CType::Array(_, count), ExprKind::Text(text)) = (&place.ctype, &value.kind) {
            let kept = &text[..text.len().min(*count)];
            return self.state().memory.write(place.address, kept);
        }
        let value = self.evaluate(value)?;
        if is_scalar(&place.ctype) || place.ctype == value.ctype {
            return self.store(place, &value).map(|_| ());
        }
        // Braces left out: the value is that of the first scalar inside.
        match first_member(place) {
            Some(first) => self.initialize_first(&first, &value),
            // An opaque structure: its only initializer stands for zero bytes.
            None if value.bits == 0 => Ok(()),
            None => Err(Refusal::NotSupported(place.ctype.spelling())),
        }
    }

    fn initialize_first(&mut self, place: &Place, value: &Datum) -> Result<(), Refusal> {
        match first_member(place) {
            Some(first) if !is_scalar(&place.ctype) => self.initialize_first(&first, value),
            _ => self.store(place, value).map(|_| ()),
        }
    }

    fn initialize_members(&mut self, place: &Place, members: &[Designated]) -> Result<(), Refusal> {
        if is_scalar(&place.ctype) {
            return members.iter().try_for_each(|member| self.initialize(place, &member.value));
        }
        let mut next = 0;
        for member in members {
            let target = match member.path.split_first() {
                None => member_at(place, next),
                Some((first, rest)) => {
                    next = position_of(&place.ctype, first)?;
                    let direct = field_of(place, first)?;
                    Some(rest.iter().try_fold(direct, |object, name| field_of(&object, name))?)
                }
            };
            match target {
                Some(target) => self.initialize(&target, &member.value)?,
                // `{0}` for an opaque structure.
                None if next == 0 && matches!(place.ctype, CType::Record(_)) => {}
                None => return Err(Refusal::OutOfBounds),
            }
            next += 1;
        }
        Ok(())
    }
}

/// What a statement without a call gave.
fn plain(value: Option<&Datum>) -> Answer {
    match value {
        Some(Datum { ctype: CType::Integer(_), bits }) => Answer::Number(*bits),
        Some(Datum { ctype: CType::Pointer(_), bits }) => Answer::Pointer { null: *bits == 0 },
        _ => Answer::Nothing,
    }
}

/// An array declared without a length takes that of its initializer.
fn complete(ctype: &CType, initializer: Option<&Initializer>) -> CType {
    match (ctype, initializer) {
        (CType::Array(item, 0), Some(Initializer::Value(Expr { kind: ExprKind::Text(text), .. }))) => {
            CType::Array(item.clone(), text.len() + 1)
        }
        (CType::Array(item, 0), Some(Initializer::List(members))) => CType::Array(item.clone(), members.len()),
        _ => ctype.clone(),
    }
}

fn is_scalar(ctype: &CType) -> bool {
    matches!(ctype, CType::Integer(_) | CType::Pointer(_))
}

fn first_member(place: &Place) -> Option<Place> {
    member_at(place, 0)
}

fn member_at(place: &Place, index: usize) -> Option<Place> {
    match &place.ctype {
        CType::Record(record) => {
            let field = record.fields().into_iter().nth(index)?;
            Some(Place { ctype: field.ctype, address: place.address + field.offset })
        }
        CType::Array(item, count) if index < *count => {
            Some(Place { ctype: (**item).clone(), address: place.address + index * item.size() })
        }
        _ => None,
    }
}

fn position_of(ctype: &CType, name: &str) -> Result<usize, Refusal> {
    let fields = if let CType::Record(record) = ctype { Record::fields(*record) } else { Vec::new() };
    fields.iter().position(|field| field.name == name).ok_or_else(|| Refusal::UnknownField(name.to_owned()))
}

/// Longest object that `inspect` shows, in bytes.
const INSPECTED: usize = 4096;

impl Interpreter {
    /// Reports the bytes of an expression.
    pub(super) fn inspect(&mut self, expression: &Expr) {
        let report = self.memory_of(expression).unwrap_or_else(|reason| Report::Refused { reason });
        self.report(report);
    }

    fn memory_of(&mut self, expression: &Expr) -> Result<Report, Refusal> {
        let place = match self.place(expression) {
            Err(Refusal::NotAnObject) => return self.memory_of_value(expression),
            place => place?,
        };
        let bytes = self.state().memory.read(place.address, place.ctype.size().min(INSPECTED))?;
        let mut fields = Vec::new();
        leaves(&place.ctype, ("", 0), &mut fields);
        Ok(Report::Memory { ctype: place.ctype.spelling(), bytes, fields })
    }

    fn memory_of_value(&mut self, expression: &Expr) -> Result<Report, Refusal> {
        let value = self.evaluate(expression)?;
        let size = value.ctype.size().min(size_of::<i64>());
        Ok(Report::Memory {
            ctype: value.ctype.spelling(),
            bytes: value.bits.to_ne_bytes()[..size].to_vec(),
            fields: Vec::new(),
        })
    }
}

/// The fields of a structure that are no structures: name, offset, size.
fn leaves(ctype: &CType, (prefix, base): (&str, usize), out: &mut Vec<(String, usize, usize)>) {
    let CType::Record(record) = ctype else { return };
    for field in record.fields() {
        let name = if prefix.is_empty() { field.name.to_owned() } else { format!("{prefix}.{}", field.name) };
        let offset = base + field.offset;
        if matches!(field.ctype, CType::Record(inner) if !inner.fields().is_empty()) {
            leaves(&field.ctype, (&name, offset), out);
        } else {
            out.push((name, offset, field.ctype.size()));
        }
    }
}
