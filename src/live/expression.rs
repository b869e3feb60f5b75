//! Evaluation of expressions in the memory of an actor.

use crate::live::actor_state::{Place, field_of};
use crate::live::arithmetic::{self, Datum, convert};
use crate::live::interpreter::Interpreter;
use crate::live::kernel::Refusal;
use crate::live::{calls, predefined};
use crate::syscall::ast::{BinaryOperator, Expr, ExprKind};
use crate::syscall::ctype::{CType, Integer};

/// `errno` is no variable of the arena: each thread has its own.
pub(super) const ERRNO: &str = "errno";

impl Interpreter {
    pub(super) fn evaluate(&mut self, expression: &Expr) -> Result<Datum, Refusal> {
        match &expression.kind {
            ExprKind::Integer(value) | ExprKind::Constant(_, value) => Ok(Datum::constant(*value)),
            ExprKind::Text(text) => {
                let address = self.state().memory.literal(text)?;
                Ok(Datum::pointer(CType::Integer(Integer::Char), address))
            }
            ExprKind::Null => Ok(Datum::pointer(CType::Void, 0)),
            ExprKind::Handler(name) => self.handler(name),
            ExprKind::Variable(name) => self.variable(name),
            ExprKind::Field(..) | ExprKind::Arrow(..) | ExprKind::Index(..) | ExprKind::Dereference(_) => {
                let place = self.place(expression)?;
                self.load(&place)
            }
            ExprKind::AddressOf(object) => {
                let place = self.place(object)?;
                Ok(Datum::pointer(place.ctype, place.address))
            }
            ExprKind::Negate(operand) => {
                let zero = Datum::int(0);
                arithmetic::binary(BinaryOperator::Subtract, &zero, &self.evaluate(operand)?)
            }
            ExprKind::Complement(operand) => self.complement(operand),
            ExprKind::Cast(target, operand) => convert(&self.evaluate(operand)?, target),
            ExprKind::SizeofType(ctype) => Ok(Datum::size(ctype.size())),
            ExprKind::SizeofExpr(operand) => Ok(Datum::size(self.type_of(operand)?.size())),
            ExprKind::Binary(operator, left, right) => {
                let left = self.evaluate(left)?;
                arithmetic::binary(*operator, &left, &self.evaluate(right)?)
            }
            ExprKind::Call(name, arguments) => self.call(*name, arguments, false),
        }
    }

    fn variable(&self, name: &str) -> Result<Datum, Refusal> {
        let found = self.state().variable(self.scope, name);
        match found {
            Ok(place) => self.load(&place),
            Err(_) if name == ERRNO => Ok(Datum::int(i64::from(self.errno))),
            Err(refusal) => predefined::value(name).ok_or(refusal),
        }
    }

    fn complement(&mut self, operand: &Expr) -> Result<Datum, Refusal> {
        let value = self.evaluate(operand)?;
        match value.ctype {
            CType::Integer(integer) => Ok(Datum::integer(arithmetic::promote(integer), !value.bits)),
            _ => Err(Refusal::NotSupported(format!("~{}", value.ctype.spelling()))),
        }
    }

    /// SIG_DFL, SIG_IGN, or the address of the name: no code of the lesson's own exists.
    fn handler(&self, name: &str) -> Result<Datum, Refusal> {
        let address = match name {
            "SIG_DFL" => libc::SIG_DFL,
            "SIG_IGN" => libc::SIG_IGN,
            _ => self.state().memory.literal(name.as_bytes())?,
        };
        Ok(Datum::pointer(CType::Void, address))
    }

    /// The object that an expression names.
    pub(super) fn place(&mut self, expression: &Expr) -> Result<Place, Refusal> {
        match &expression.kind {
            ExprKind::Variable(name) => self.named_object(name),
            ExprKind::Field(object, name) => field_of(&self.place(object)?, name),
            ExprKind::Arrow(pointer, name) => {
                let target = self.target(pointer)?;
                field_of(&target, name)
            }
            ExprKind::Dereference(pointer) => self.target(pointer),
            ExprKind::Index(array, index) => {
                let start = self.evaluate(array)?;
                let item = arithmetic::binary(BinaryOperator::Add, &start, &self.evaluate(index)?)?;
                target_of(item)
            }
            _ => Err(Refusal::NotAnObject),
        }
    }

    fn named_object(&self, name: &str) -> Result<Place, Refusal> {
        let mut state = self.state();
        state.variable(self.scope, name).or_else(|refusal| {
            let (bytes, ctype) = predefined::object(name).ok_or(refusal)?;
            Ok(Place { ctype, address: state.memory.literal(&bytes)? })
        })
    }

    fn target(&mut self, pointer: &Expr) -> Result<Place, Refusal> {
        target_of(self.evaluate(pointer)?)
    }

    /// The type of an expression that is not evaluated, as for `sizeof`.
    pub(super) fn type_of(&self, expression: &Expr) -> Result<CType, Refusal> {
        let target_type = |pointer: &Expr| match self.type_of(pointer)? {
            CType::Pointer(target) | CType::Array(target, _) => Ok(*target),
            _ => Err(Refusal::NotAPointer),
        };
        match &expression.kind {
            ExprKind::Integer(value) | ExprKind::Constant(_, value) => Ok(Datum::constant(*value).ctype),
            ExprKind::Text(text) => Ok(CType::Array(Box::new(CType::Integer(Integer::Char)), text.len() + 1)),
            ExprKind::Null | ExprKind::Handler(_) => Ok(CType::pointer_to(CType::Void)),
            ExprKind::Variable(name) => self.type_of_name(name),
            ExprKind::Field(object, name) => field_type(self.type_of(object)?, name),
            ExprKind::Arrow(pointer, name) => field_type(target_type(pointer)?, name),
            ExprKind::Index(pointer, _) | ExprKind::Dereference(pointer) => target_type(pointer),
            ExprKind::AddressOf(object) => Ok(CType::pointer_to(self.type_of(object)?)),
            ExprKind::Negate(operand) | ExprKind::Complement(operand) => match self.type_of(operand)? {
                CType::Integer(integer) => Ok(CType::Integer(arithmetic::promote(integer))),
                other => Err(Refusal::NotSupported(other.spelling())),
            },
            ExprKind::Cast(target, _) => Ok(target.clone()),
            ExprKind::SizeofType(_) | ExprKind::SizeofExpr(_) => Ok(CType::Integer(Integer::Size)),
            ExprKind::Binary(operator, left, right) => {
                let zero = |ctype| Datum { ctype, bits: 0 };
                let (left, right) = (decayed(self.type_of(left)?), decayed(self.type_of(right)?));
                Ok(arithmetic::binary(*operator, &zero(left), &zero(right))?.ctype)
            }
            ExprKind::Call(name, _) => calls::return_type(*name),
        }
    }

    fn type_of_name(&self, name: &str) -> Result<CType, Refusal> {
        match self.state().variable(self.scope, name) {
            Ok(place) => Ok(place.ctype),
            Err(_) if name == ERRNO => Ok(CType::int()),
            Err(refusal) => predefined::object(name).map(|(_, ctype)| ctype).ok_or(refusal),
        }
    }
}

fn decayed(ctype: CType) -> CType {
    match ctype {
        CType::Array(item, _) => CType::Pointer(item),
        other => other,
    }
}

fn target_of(pointer: Datum) -> Result<Place, Refusal> {
    let address = pointer.address();
    match pointer.ctype {
        CType::Pointer(target) if *target != CType::Void => Ok(Place { ctype: *target, address }),
        _ => Err(Refusal::NotAPointer),
    }
}

fn field_type(ctype: CType, name: &str) -> Result<CType, Refusal> {
    field_of(&Place { ctype, address: 0 }, name).map(|place| place.ctype)
}
