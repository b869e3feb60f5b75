//! Declarations: `int a, b;`, `char t[] = "x";`, `struct addrinfo hints = { … }, *res;`.

use crate::syscall::ast::BinaryOperator;
use crate::syscall::ast::{Declarator, Expr, ExprKind, Initializer, Span};
use crate::syscall::constant;
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::parse::cursor::{Cursor, OUTSIDE, Parsed};
use crate::syscall::parse::error::{SyntaxError, SyntaxKind, Wanted};
use crate::syscall::parse::specifier;
use crate::syscall::vocabulary;

/// The largest array, in items: enough to fill any socket buffer.
const LARGEST_ARRAY: usize = 16 << 20;

/// `[n]`, `[]`, or nothing.
enum Brackets {
    None,
    Unsized,
    Sized(usize),
}

impl Cursor<'_> {
    /// Whether the statement declares: it begins with a type, or with two words, as if with an unknown one.
    pub fn at_declaration(&self) -> bool {
        let Some(first) = self.word_ahead(0) else { return false };
        if specifier::starts_type(Some(first)) {
            return true;
        }
        let second = self.word_ahead(1).is_some();
        let pointer = self.symbol_ahead(1, "*")
            && self.word_ahead(2).is_some()
            && [";", "=", "["].iter().any(|symbol| self.symbol_ahead(3, symbol));
        first != "sizeof" && vocabulary::function(first).is_none() && (second || pointer)
    }

    pub fn declaration(&mut self) -> Parsed<Vec<Declarator>> {
        let base = self.type_specifier()?;
        let mut declarators = vec![self.declarator(base.clone())?];
        while self.accept(",") {
            declarators.push(self.declarator(base.clone())?);
        }
        Ok(declarators)
    }

    fn declarator(&mut self, base: CType) -> Parsed<Declarator> {
        self.forget_operators();
        let start = self.here().start;
        let item = self.pointers(base)?;
        let (name, span) = self.name(Wanted::Name)?;
        check_name(&name, span)?;
        if item == CType::Void {
            return Err(SyntaxError { span, kind: SyntaxKind::VoidVariable });
        }
        let brackets = self.brackets()?;
        let declared = match &brackets {
            Brackets::None => item.clone(),
            Brackets::Unsized => CType::Array(Box::new(item.clone()), 0),
            Brackets::Sized(count) => CType::Array(Box::new(item.clone()), *count),
        };
        let initializer = if self.accept("=") { Some(self.initializer(&declared)?) } else { None };
        let ctype = match brackets {
            Brackets::Unsized => CType::Array(Box::new(item), deduced(initializer.as_ref(), span)?),
            _ => declared,
        };
        let span = Span { start, end: self.previous_end() };
        Ok(Declarator { name, ctype, initializer, span })
    }

    fn brackets(&mut self) -> Parsed<Brackets> {
        if !self.accept("[") {
            return Ok(Brackets::None);
        }
        let brackets = if self.next_is("]") { Brackets::Unsized } else { self.array_size()? };
        self.expect("]")?;
        if self.next_is("[") {
            return Err(SyntaxError { span: self.here(), kind: SyntaxKind::NestedArray });
        }
        Ok(brackets)
    }

    fn array_size(&mut self) -> Parsed<Brackets> {
        let size = self.expression()?;
        constant_value(&size)
            .and_then(|value| usize::try_from(value).ok())
            .filter(|count| (1..=LARGEST_ARRAY).contains(count))
            .map(Brackets::Sized)
            .ok_or(SyntaxError { span: size.span, kind: SyntaxKind::ArraySize { most: LARGEST_ARRAY } })
    }
}

fn check_name(name: &str, span: Span) -> Parsed<()> {
    let reserved = matches!(name, "NULL" | "sizeof" | "errno" | "SIG_IGN" | "SIG_DFL")
        || OUTSIDE.contains(&name)
        || specifier::starts_type(Some(name))
        || constant::lookup(name).is_some();
    if reserved { Err(SyntaxError { span, kind: SyntaxKind::ReservedName(name.to_owned()) }) } else { Ok(()) }
}

/// The size that an initializer gives to `t[]`.
fn deduced(initializer: Option<&Initializer>, span: Span) -> Parsed<usize> {
    match initializer {
        Some(Initializer::Value(Expr { kind: ExprKind::Text(bytes), .. })) => Ok(bytes.len() + 1),
        Some(Initializer::List(items)) if !items.is_empty() => Ok(items.len()),
        _ => Err(SyntaxError { span, kind: SyntaxKind::MissingArraySize }),
    }
}

/// The value of an expression that needs no variable; `None` also where it overflows.
fn constant_value(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Integer(value) | ExprKind::Constant(_, value) => Some(*value),
        ExprKind::SizeofType(ctype) => i64::try_from(ctype.size()).ok(),
        ExprKind::Negate(inner) => constant_value(inner)?.checked_neg(),
        ExprKind::Binary(operator, left, right) => {
            let (left, right) = (constant_value(left)?, constant_value(right)?);
            match operator {
                BinaryOperator::Add => left.checked_add(right),
                BinaryOperator::Subtract => left.checked_sub(right),
                BinaryOperator::Multiply => left.checked_mul(right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a string literal can initialise this type.
pub fn is_char_array(ctype: &CType) -> bool {
    matches!(ctype, CType::Array(item, _) if **item == CType::Integer(Integer::Char) || **item == CType::Integer(Integer::Uint8))
}
