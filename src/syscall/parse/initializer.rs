//! Initializers, checked against the type that they fill.

use crate::syscall::ast::{Designated, Expr, ExprKind, Initializer, Span};
use crate::syscall::ctype::CType;
use crate::syscall::near::nearest;
use crate::syscall::parse::HANDLER_FIELD;
use crate::syscall::parse::cursor::{Cursor, Parsed};
use crate::syscall::parse::declaration::is_char_array;
use crate::syscall::parse::error::{SyntaxError, SyntaxKind, Wanted};
use crate::syscall::record::{Field, Record};
use crate::syscall::token::clip;

/// Names that stand for a list in braces, with the last byte of what they fill with zeros.
const NAMED_LISTS: [(&str, Record, i64); 5] = [
    ("PTHREAD_MUTEX_INITIALIZER", Record::PthreadMutex, 0),
    ("IN6ADDR_ANY_INIT", Record::In6Addr, 0),
    ("IN6ADDR_LOOPBACK_INIT", Record::In6Addr, 1),
    ("in6addr_any", Record::In6Addr, 0),
    ("in6addr_loopback", Record::In6Addr, 1),
];

impl Cursor<'_> {
    pub fn initializer(&mut self, ctype: &CType) -> Parsed<Initializer> {
        self.enter()?;
        self.forget_operators();
        let aggregate = matches!(ctype, CType::Record(_) | CType::Array(..));
        let mark = !aggregate && self.word_ahead(1).is_some() && self.symbol_ahead(2, "}");
        let found = if self.next_is("{") && !mark {
            self.list(ctype)?
        } else if let Some(list) = self.named_list(ctype) {
            list
        } else {
            self.value(ctype)?
        };
        self.leave();
        Ok(found)
    }

    fn value(&mut self, ctype: &CType) -> Parsed<Initializer> {
        let value = self.expression()?;
        let fault = match (ctype, &value.kind) {
            (CType::Array(_, count), ExprKind::Text(bytes)) if is_char_array(ctype) => {
                let too_long = *count > 0 && bytes.len() > *count;
                too_long.then_some(SyntaxKind::TooManyItems)
            }
            (CType::Array(..), _) => Some(SyntaxKind::Expected { wanted: Wanted::Symbol("{"), found: None }),
            _ => None,
        };
        if let Some(kind) = fault {
            return Err(SyntaxError { span: value.span, kind });
        }
        Ok(Initializer::Value(value))
    }

    fn named_list(&mut self, ctype: &CType) -> Option<Initializer> {
        let CType::Record(record) = ctype else { return None };
        let word = self.word_ahead(0)?;
        let last = NAMED_LISTS.iter().find(|row| row.0 == word && row.1 == *record)?.2;
        let span = self.here();
        self.advance();
        Some(filled(*record, last, span))
    }

    fn list(&mut self, ctype: &CType) -> Parsed<Initializer> {
        if !matches!(ctype, CType::Record(_) | CType::Array(..)) {
            return Err(self.expected(Wanted::SingleValue));
        }
        self.expect("{")?;
        let mut items = Vec::new();
        while !self.accept("}") {
            let item = self.item(ctype, items.len())?;
            items.push(item);
            if !self.accept(",") && !self.next_is("}") {
                return Err(self.expected(Wanted::Symbol("}")));
            }
        }
        Ok(Initializer::List(items))
    }

    fn item(&mut self, ctype: &CType, index: usize) -> Parsed<Designated> {
        let start = self.here().start;
        let (path, target) =
            if self.next_is(".") { self.designator(ctype)? } else { (Vec::new(), self.positional(ctype, index)?) };
        let value = if path.last().is_some_and(|field| field == HANDLER_FIELD) {
            Initializer::Value(self.handler_or_expression()?)
        } else {
            self.initializer(&target)?
        };
        Ok(Designated { path, value, span: Span { start, end: self.previous_end() } })
    }

    fn positional(&self, ctype: &CType, index: usize) -> Parsed<CType> {
        let target = match ctype {
            CType::Array(item, count) if *count == 0 || index < *count => Some((**item).clone()),
            CType::Record(record) => nth_field(*record, index),
            _ => None,
        };
        target.ok_or(SyntaxError { span: self.here(), kind: SyntaxKind::TooManyItems })
    }

    /// `.sin_addr.s_addr =`
    fn designator(&mut self, ctype: &CType) -> Parsed<(Vec<String>, CType)> {
        let mut path = Vec::new();
        let mut target = ctype.clone();
        while self.accept(".") {
            self.count_operator()?;
            let (name, span) = self.name(Wanted::Field)?;
            target = field_of(&target, &name, span)?.ctype;
            path.push(name);
        }
        self.expect("=")?;
        Ok((path, target))
    }
}

/// The field that a value without a name fills. `{0}` fills any structure, even one whose fields are not shown;
/// the first field may itself be a structure, which a plain 0 also fills.
fn nth_field(record: Record, index: usize) -> Option<CType> {
    let mut fields = record.fields();
    if index == 0 && (fields.is_empty() || matches!(fields[0].ctype, CType::Record(_) | CType::Array(..))) {
        return Some(CType::int());
    }
    if index < fields.len() { Some(fields.swap_remove(index).ctype) } else { None }
}

/// The field `name` of an object of this type.
pub fn field_of(ctype: &CType, name: &str, span: Span) -> Parsed<Field> {
    let record = if let CType::Record(record) = ctype { Some(*record) } else { None };
    if let Some(field) = record.and_then(|record| record.field(name)) {
        return Ok(field);
    }
    let near = record.and_then(|record| nearest(name, record.fields().iter().map(|field| field.name)));
    let kind = SyntaxKind::UnknownField { field: clip(name), record: Some(ctype.spelling()), near };
    Err(SyntaxError { span, kind })
}

fn filled(record: Record, last: i64, span: Span) -> Initializer {
    let one = |kind, path: &[&str]| Designated {
        path: path.iter().map(|&field| field.to_owned()).collect(),
        value: kind,
        span,
    };
    let byte = |value| Initializer::Value(Expr { kind: ExprKind::Integer(value), span });
    if last == 0 {
        return Initializer::List(vec![one(byte(0), &[])]);
    }
    let size = record.size();
    let bytes = (1..=size).map(|place| one(byte(if place == size { last } else { 0 }), &[])).collect();
    Initializer::List(vec![one(Initializer::List(bytes), &["s6_addr"])])
}
