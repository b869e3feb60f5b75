//! Values of C expressions, their conversions and operators (C17, 6.3 and 6.5), on an LP64 machine.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "values are cut and extended as C does"
)]

use crate::live::kernel::Refusal;
use crate::syscall::ast::BinaryOperator;
use crate::syscall::ctype::{CType, Integer};

/// A value: an integer, an address, or the address of a structure used as a whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Datum {
    pub ctype: CType,
    pub bits: i64,
}

impl Datum {
    pub(super) fn integer(integer: Integer, value: i64) -> Datum {
        Datum { ctype: CType::Integer(integer), bits: integer.wrap(value) }
    }

    pub(super) fn int(value: i64) -> Datum {
        Datum::integer(Integer::Int, value)
    }

    /// An integer literal or constant: `int` if it fits, then `unsigned`, then `long`.
    pub(super) fn constant(value: i64) -> Datum {
        let integer = if i32::try_from(value).is_ok() {
            Integer::Int
        } else if u32::try_from(value).is_ok() {
            Integer::Unsigned
        } else {
            Integer::Long
        };
        Datum::integer(integer, value)
    }

    pub(super) fn size(value: usize) -> Datum {
        Datum::integer(Integer::Size, value as u64 as i64)
    }

    pub(super) fn pointer(target: CType, address: usize) -> Datum {
        Datum { ctype: CType::pointer_to(target), bits: address as u64 as i64 }
    }

    /// As an address, whatever its type.
    pub(super) fn address(&self) -> usize {
        self.bits as u64 as usize
    }

    /// As an `int` parameter receives it.
    pub(super) fn as_int(&self) -> i32 {
        self.bits as i32
    }

    /// As an unsigned parameter of 32 bits (`socklen_t`, `unsigned`) receives it.
    pub(super) fn as_unsigned(&self) -> u32 {
        self.bits as u32
    }

    /// As a `size_t` parameter receives it.
    pub(super) fn as_size(&self) -> usize {
        self.bits as u64 as usize
    }

    pub(super) fn is_null(&self) -> bool {
        self.bits == 0
    }
}

/// The value as an object of this type holds it.
pub(super) fn convert(value: &Datum, target: &CType) -> Result<Datum, Refusal> {
    let scalar = matches!(value.ctype, CType::Integer(_) | CType::Pointer(_));
    match target {
        CType::Void => Ok(Datum { ctype: CType::Void, bits: 0 }),
        CType::Integer(integer) if scalar => Ok(Datum::integer(*integer, value.bits)),
        CType::Pointer(_) if scalar => Ok(Datum { ctype: target.clone(), bits: value.bits }),
        CType::Record(_) if value.ctype == *target => Ok(value.clone()),
        _ => Err(Refusal::NotSupported(format!("{} = {}", target.spelling(), value.ctype.spelling()))),
    }
}

/// The integer type in which an operand of this type is computed.
pub(super) fn promote(integer: Integer) -> Integer {
    if integer.size() < 4 { Integer::Int } else { integer }
}

/// The type in which two integers are computed together.
pub(super) fn common(left: Integer, right: Integer) -> Integer {
    let (left, right) = (promote(left), promote(right));
    let widest = left.size().max(right.size());
    let unsigned = [left, right].iter().any(|operand| operand.size() == widest && !operand.signed());
    match (widest, unsigned) {
        (8, true) => Integer::UnsignedLong,
        (8, false) => Integer::Long,
        (_, true) => Integer::Unsigned,
        (_, false) => Integer::Int,
    }
}

/// The value of `left operator right`.
pub(super) fn binary(operator: BinaryOperator, left: &Datum, right: &Datum) -> Result<Datum, Refusal> {
    match (&left.ctype, &right.ctype) {
        (CType::Integer(a), CType::Integer(b)) => Ok(of_integers(operator, common(*a, *b), (left.bits, right.bits))),
        (CType::Pointer(target), CType::Integer(_)) if !compares(operator) => {
            step(operator, left, right.bits.wrapping_mul(scale(target)))
        }
        (CType::Integer(_), CType::Pointer(target)) if operator == BinaryOperator::Add => {
            step(operator, right, left.bits.wrapping_mul(scale(target)))
        }
        (CType::Pointer(target), CType::Pointer(_)) if operator == BinaryOperator::Subtract => {
            Ok(Datum::integer(Integer::Long, left.bits.wrapping_sub(right.bits) / scale(target)))
        }
        (CType::Pointer(_) | CType::Integer(_), CType::Pointer(_) | CType::Integer(_)) if compares(operator) => {
            Ok(of_integers(operator, Integer::UnsignedLong, (left.bits, right.bits)))
        }
        _ => Err(Refusal::NotSupported(format!("{} … {}", left.ctype.spelling(), right.ctype.spelling()))),
    }
}

fn scale(target: &CType) -> i64 {
    i64::try_from(target.size().max(1)).unwrap_or(1)
}

fn step(operator: BinaryOperator, pointer: &Datum, bytes: i64) -> Result<Datum, Refusal> {
    let bits = match operator {
        BinaryOperator::Add => pointer.bits.wrapping_add(bytes),
        BinaryOperator::Subtract => pointer.bits.wrapping_sub(bytes),
        _ => return Err(Refusal::NotSupported(pointer.ctype.spelling())),
    };
    Ok(Datum { ctype: pointer.ctype.clone(), bits })
}

fn compares(operator: BinaryOperator) -> bool {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    matches!(operator, Equal | NotEqual | Less | Greater | LessOrEqual | GreaterOrEqual)
}

fn of_integers(operator: BinaryOperator, integer: Integer, (left, right): (i64, i64)) -> Datum {
    let (left, right) = (integer.wrap(left), integer.wrap(right));
    // Only a 64-bit unsigned type does not fit i64: its order is that of the same bits as u64.
    let order = if integer.signed() { left.cmp(&right) } else { left.cast_unsigned().cmp(&right.cast_unsigned()) };
    let truth = |holds: bool| Datum::int(i64::from(holds));
    match operator {
        BinaryOperator::Add => Datum::integer(integer, left.wrapping_add(right)),
        BinaryOperator::Subtract => Datum::integer(integer, left.wrapping_sub(right)),
        BinaryOperator::Multiply => Datum::integer(integer, left.wrapping_mul(right)),
        BinaryOperator::Or => Datum::integer(integer, left | right),
        BinaryOperator::And => Datum::integer(integer, left & right),
        BinaryOperator::Equal => truth(order.is_eq()),
        BinaryOperator::NotEqual => truth(order.is_ne()),
        BinaryOperator::Less => truth(order.is_lt()),
        BinaryOperator::Greater => truth(order.is_gt()),
        BinaryOperator::LessOrEqual => truth(order.is_le()),
        BinaryOperator::GreaterOrEqual => truth(order.is_ge()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Datum, binary, common, convert};
    use crate::live::kernel::Refusal;
    use crate::syscall::ast::BinaryOperator;
    use crate::syscall::ctype::{CType, Integer};
    use crate::syscall::record::Record;

    #[test]
    fn operators_have_the_widths_of_c() {
        let int = Datum::int;
        let unsigned = |value| Datum::integer(Integer::Unsigned, value);
        let cases = [
            (BinaryOperator::Add, int(i64::from(i32::MAX)), int(1), int(i64::from(i32::MIN))),
            (BinaryOperator::Subtract, unsigned(0), int(1), unsigned(0xffff_ffff)),
            (BinaryOperator::Less, int(-1), unsigned(1), int(0)),
            (BinaryOperator::Less, int(-1), int(1), int(1)),
            (BinaryOperator::Greater, Datum::integer(Integer::Size, -1), int(5), int(1)),
            (BinaryOperator::Equal, Datum::integer(Integer::Ssize, -1), int(-1), int(1)),
            (BinaryOperator::Or, int(2), int(0x800), int(0x802)),
            (BinaryOperator::Multiply, Datum::integer(Integer::Char, 100), int(3), int(300)),
        ];
        for (operator, left, right, expected) in cases {
            assert_eq!(binary(operator, &left, &right), Ok(expected), "{left:?} {operator:?} {right:?}");
        }
    }

    #[test]
    fn a_pointer_moves_by_whole_objects() {
        let pointer = Datum::pointer(CType::int(), 1000);
        assert_eq!(binary(BinaryOperator::Add, &pointer, &Datum::int(3)).map(|moved| moved.bits), Ok(1012));
        assert_eq!(binary(BinaryOperator::Subtract, &pointer, &Datum::int(1)).map(|moved| moved.bits), Ok(996));
        let other = Datum::pointer(CType::int(), 1020);
        assert_eq!(binary(BinaryOperator::Subtract, &other, &pointer).map(|count| count.bits), Ok(5));
        assert_eq!(binary(BinaryOperator::Equal, &pointer, &Datum::int(0)).map(|truth| truth.bits), Ok(0));
        assert!(matches!(binary(BinaryOperator::Or, &pointer, &other), Err(Refusal::NotSupported(_))));
    }

    #[test]
    fn conversions_cut_and_extend() {
        let port = convert(&Datum::int(70_000), &CType::Integer(Integer::Uint16));
        assert_eq!(port.map(|port| port.bits), Ok(4464));
        let length = convert(&Datum::int(-1), &CType::Integer(Integer::Socklen));
        assert_eq!(length.map(|length| length.bits), Ok(0xffff_ffff));
        assert!(convert(&Datum::int(1), &CType::Record(Record::InAddr)).is_err());
    }

    #[test]
    fn the_common_type_is_the_widest() {
        assert_eq!(common(Integer::Char, Integer::Short), Integer::Int);
        assert_eq!(common(Integer::Int, Integer::Socklen), Integer::Unsigned);
        assert_eq!(common(Integer::Ssize, Integer::Unsigned), Integer::Long);
        assert_eq!(common(Integer::Ssize, Integer::Size), Integer::UnsignedLong);
    }
}
