//! The type of an expression, as far as a lesson can be wrong about it.

use std::collections::BTreeSet;

use crate::lesson::problem::{Problems, ScopeFault, Unknown};
use crate::lesson::scope::environment::Environments;
use crate::syscall::ast::{Expr, ExprKind, Span};
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::name::Name;
use crate::syscall::near::nearest;
use crate::syscall::parse::SyntaxKind;
use crate::syscall::token::clip;
use crate::syscall::vocabulary::Returns;

pub struct Checker<'b> {
    pub environments: &'b Environments,
    /// What may stand in braces for a number.
    pub numbers: &'b [String],
    /// Names that may have been declared where a statement could not be read.
    pub lost: &'b BTreeSet<String>,
    pub actor: &'b str,
    pub problems: &'b mut Problems,
}

impl Checker<'_> {
    /// `None` where a problem was found: nothing more is said about what contains it.
    pub fn expression(&mut self, expr: &Expr) -> Option<CType> {
        match &expr.kind {
            ExprKind::Integer(_) | ExprKind::Constant(..) => Some(CType::Integer(Integer::Long)),
            ExprKind::Text(_) => Some(text()),
            ExprKind::Null | ExprKind::Handler(_) => Some(CType::pointer_to(CType::Void)),
            ExprKind::Variable(name) => self.variable(name, expr.span),
            ExprKind::Field(object, field) => self.field(object, field, expr.span),
            ExprKind::Arrow(object, field) => self.arrow(object, field, expr.span),
            ExprKind::Index(array, index) => self.index(array, index),
            ExprKind::AddressOf(inner) => self.expression(inner).map(CType::pointer_to),
            ExprKind::Dereference(inner) => self.dereference(inner),
            ExprKind::Negate(inner) | ExprKind::Complement(inner) => self.expression(inner),
            ExprKind::Cast(ctype, inner) => {
                self.expression(inner);
                Some(ctype.clone())
            }
            ExprKind::SizeofType(_) => Some(CType::Integer(Integer::Size)),
            ExprKind::SizeofExpr(inner) => self.expression(inner).map(|_| CType::Integer(Integer::Size)),
            ExprKind::Binary(_, left, right) => self.binary(left, right),
            ExprKind::Call(name, arguments) => {
                for argument in arguments {
                    self.expression(argument);
                }
                Some(returned(*name))
            }
        }
    }

    fn variable(&mut self, name: &str, span: Span) -> Option<CType> {
        if name == "errno" {
            return Some(CType::int());
        }
        if let Some(mark) = name.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return self.mark(mark, span);
        }
        let found = self.environments.lookup(self.actor, name);
        if found.is_none() && !self.lost.contains(name) {
            let near = nearest(name, self.environments.names(self.actor));
            let unknown = Unknown { name: clip(name), near };
            self.problems.push(span, ScopeFault::UnknownVariable { unknown, actor: self.actor.to_owned() });
        }
        found
    }

    fn mark(&mut self, name: &str, span: Span) -> Option<CType> {
        if self.numbers.iter().any(|known| known == name) {
            return Some(CType::int());
        }
        let near = nearest(name, self.numbers.iter().map(String::as_str));
        self.problems.push(span, ScopeFault::UnknownNumber(Unknown { name: clip(name), near }));
        None
    }

    /// The extent of the field's name, at the end of the expression.
    fn name_span(field: &str, span: Span) -> Span {
        Span { start: span.end.saturating_sub(field.len()), end: span.end }
    }

    fn field(&mut self, object: &Expr, field: &str, span: Span) -> Option<CType> {
        match self.expression(object)? {
            CType::Pointer(target) if matches!(*target, CType::Record(_)) => {
                self.problems.push(span, ScopeFault::UseArrow);
                None
            }
            ctype => self.member(&ctype, field, span),
        }
    }

    fn arrow(&mut self, object: &Expr, field: &str, span: Span) -> Option<CType> {
        match self.expression(object)? {
            CType::Pointer(target) | CType::Array(target, _) => self.member(&target, field, span),
            CType::Record(_) => {
                self.problems.push(span, ScopeFault::UseDot);
                None
            }
            other => {
                self.problems.push(object.span, ScopeFault::NotAPointer { ctype: other.spelling() });
                None
            }
        }
    }

    fn member(&mut self, ctype: &CType, field: &str, span: Span) -> Option<CType> {
        let CType::Record(record) = ctype else {
            self.problems.push(span, ScopeFault::NotARecord { ctype: ctype.spelling() });
            return None;
        };
        if let Some(found) = record.field(field) {
            return Some(found.ctype);
        }
        let near = nearest(field, record.fields().iter().map(|field| field.name));
        let fault = SyntaxKind::UnknownField { field: clip(field), record: Some(ctype.spelling()), near };
        self.problems.push(Checker::name_span(field, span), fault);
        None
    }

    fn index(&mut self, array: &Expr, index: &Expr) -> Option<CType> {
        self.expression(index);
        match self.expression(array)? {
            CType::Array(item, size) => {
                let outside = matches!(index.kind, ExprKind::Integer(place) if usize::try_from(place).map_or(true, |place| place >= size));
                if outside {
                    self.problems.push(index.span, ScopeFault::IndexOutOfBounds { size });
                    return None;
                }
                Some(*item)
            }
            CType::Pointer(item) if *item != CType::Void => Some(*item),
            other => {
                self.problems.push(array.span, ScopeFault::NotAnArray { ctype: other.spelling() });
                None
            }
        }
    }

    fn dereference(&mut self, inner: &Expr) -> Option<CType> {
        match self.expression(inner)? {
            CType::Pointer(target) if *target != CType::Void => Some(*target),
            CType::Array(item, _) => Some(*item),
            other => {
                self.problems.push(inner.span, ScopeFault::NotAPointer { ctype: other.spelling() });
                None
            }
        }
    }

    /// A pointer plus a number is a pointer.
    fn binary(&mut self, left: &Expr, right: &Expr) -> Option<CType> {
        let (left, right) = (self.expression(left)?, self.expression(right)?);
        Some(match (left, right) {
            (CType::Pointer(target) | CType::Array(target, _), CType::Integer(_))
            | (CType::Integer(_), CType::Pointer(target) | CType::Array(target, _)) => CType::Pointer(target),
            _ => CType::Integer(Integer::Long),
        })
    }
}

fn text() -> CType {
    CType::pointer_to(CType::Integer(Integer::Char))
}

fn returned(name: Name) -> CType {
    match name.function().map(|function| function.returns) {
        Some(Returns::Text) => text(),
        Some(Returns::Pointer) => CType::pointer_to(CType::Void),
        _ => CType::Integer(Integer::Long),
    }
}
