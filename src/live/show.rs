//! From raw arguments to the values that the notation shows, before the call and after it.

use crate::live::arithmetic::Datum;
use crate::live::interpreter::Interpreter;
use crate::live::memory::{FIRST_PAGE, Memory};
use crate::live::reveal::{self, bytes, flags, symbol, text};
use crate::live::spelling::spell;
use crate::syscall::address::{Address, raw_length};
use crate::syscall::ast::Expr;
use crate::syscall::call::{Outcome, Value};
use crate::syscall::constant::Group;
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::name::Name;
use crate::syscall::vocabulary::{Function, Kind};

/// Most items of an array that a report carries.
const SHOWN_ITEMS: usize = 64;
/// The most that an address can hold.
const LONGEST_ADDRESS: usize = size_of::<libc::sockaddr_storage>();

/// The arguments of one call.
pub(super) struct Shown<'a> {
    function: &'static Function,
    sources: &'a [Expr],
    values: &'a [Datum],
}

impl<'a> Shown<'a> {
    pub(super) fn new(function: &'static Function, sources: &'a [Expr], values: &'a [Datum]) -> Shown<'a> {
        Shown { function, sources, values }
    }

    fn kind(&self, index: usize) -> Kind {
        let last = self.function.parameters.last().map_or(Kind::Variadic, |parameter| parameter.kind);
        self.function.parameters.get(index).map_or(last, |parameter| parameter.kind)
    }

    fn value(&self, index: usize) -> i64 {
        self.values.get(index).map_or(0, |value| value.bits)
    }

    fn address(&self, index: usize) -> usize {
        self.values.get(index).map_or(0, Datum::address)
    }

    /// What the in-out lengths hold before the call.
    pub(super) fn capacities(&self, interpreter: &Interpreter) -> Vec<i64> {
        let memory = &interpreter.state().memory;
        (0..self.values.len())
            .map(|index| match self.kind(index) {
                Kind::LengthInOut => length_at(memory, self.address(index)).unwrap_or(0),
                _ => 0,
            })
            .collect()
    }

    pub(super) fn before(&self, interpreter: &Interpreter) -> Vec<Value> {
        let memory = &interpreter.state().memory;
        (0..self.values.len()).map(|index| self.given(memory, index)).collect()
    }

    /// The same arguments, those that the call filled now with what they hold.
    pub(super) fn after(
        &self,
        interpreter: &Interpreter,
        mut before: Vec<Value>,
        (outcome, capacities): (&Outcome, &[i64]),
    ) -> Vec<Value> {
        let succeeded = matches!(outcome, Outcome::Returned(_));
        let memory = &interpreter.state().memory;
        for (index, shown) in before.iter_mut().enumerate() {
            if succeeded && let Some(filled) = self.filled(memory, index, (outcome, capacities)) {
                *shown = filled;
            }
        }
        before
    }

    fn given(&self, memory: &Memory, index: usize) -> Value {
        let bits = self.value(index);
        match self.kind(index) {
            Kind::Descriptor => Value::Number(Integer::Int.wrap(bits)),
            // 0 is the default protocol of the type, not the name that happens to be 0.
            Kind::Constant(Group::Protocol) if bits == 0 => Value::Number(0),
            Kind::Constant(group) => symbol(group, bits),
            Kind::Flags(group) => flags(group, bits),
            Kind::OptionName => reveal::option_name(self.value(index - 1), bits),
            Kind::Number | Kind::Length => Value::Number(self.number(index)),
            Kind::AddressIn => self.reading(index, |address| {
                let length = Integer::Socklen.wrap(self.value(index + 1));
                let length = usize::try_from(length).ok()?.min(LONGEST_ADDRESS);
                Address::from_bytes(&memory.read(address, length).ok()?).map(Value::Address)
            }),
            Kind::BytesIn => self.reading(index, |address| bytes(memory, address, self.value(index + 1))),
            Kind::OptionIn => self.reading(index, |address| {
                let option = (self.value(index - 2), self.value(index - 1));
                reveal::option_value(memory, option, (address, self.value(index + 1)))
            }),
            Kind::Text => self.reading(index, |address| text(memory, address)),
            Kind::RecordIn(record) => self.reading(index, |address| reveal::record(memory, record, address)),
            Kind::RecordValue(record) => {
                reveal::record(memory, record, self.address(index)).unwrap_or_else(|| self.opaque(index))
            }
            Kind::RawAddressIn => self.reading(index, |address| bytes(memory, address, raw_length(self.value(0)))),
            Kind::PollList => {
                self.reading(index, |address| reveal::polled(memory, (address, self.items(index)), false))
            }
            Kind::Set => self.reading(index, |address| reveal::set(memory, address)),
            Kind::Handler => reveal::handler(memory, self.address(index)),
            Kind::Variadic => self.variadic(memory, index),
            Kind::AddressOut
            | Kind::LengthInOut
            | Kind::BytesOut
            | Kind::OptionOut
            | Kind::TextOut
            | Kind::RecordOut(_)
            | Kind::RawAddressOut
            | Kind::NumberOut
            | Kind::AddrinfoOut
            | Kind::Pointer => self.opaque(index),
        }
    }

    /// What an output holds after a success; `None` for what is no output.
    fn filled(&self, memory: &Memory, index: usize, (outcome, capacities): (&Outcome, &[i64])) -> Option<Value> {
        let address = self.address(index);
        if address < FIRST_PAGE {
            return None;
        }
        let returned = outcome.number().unwrap_or(0);
        match self.kind(index) {
            Kind::AddressOut => {
                let room = capacities.get(index + 1).copied().unwrap_or(0);
                let length = length_at(memory, self.address(index + 1))?.min(room);
                let length = usize::try_from(length).ok()?.min(LONGEST_ADDRESS);
                Address::from_bytes(&memory.read(address, length).ok()?).map(Value::Address)
            }
            Kind::LengthInOut => length_at(memory, address).map(Value::Length),
            Kind::BytesOut => bytes(memory, address, returned.min(self.value(index + 1))),
            Kind::OptionOut => {
                let option = (self.value(index - 2), self.value(index - 1));
                let length = length_at(memory, self.address(index + 1))?;
                reveal::option_value(memory, option, (address, length))
            }
            Kind::TextOut => text(memory, address),
            Kind::RawAddressOut => bytes(memory, address, raw_length(self.value(0))),
            Kind::NumberOut => reveal::status(memory, address),
            Kind::PollList => reveal::polled(memory, (address, self.items(index)), true),
            Kind::Set => reveal::set(memory, address),
            Kind::AddrinfoOut => reveal::resolved(memory, address),
            Kind::RecordOut(record) => {
                reveal::records(memory, record, (address, usize::try_from(returned).ok()?.min(SHOWN_ITEMS)))
            }
            Kind::Pointer if self.function.name == Name::Socketpair => reveal::pair(memory, address),
            _ => None,
        }
    }

    fn items(&self, index: usize) -> usize {
        usize::try_from(self.value(index + 1)).unwrap_or(0).min(SHOWN_ITEMS)
    }

    /// A number as the parameter receives it: an `int` unless its type is wider.
    fn number(&self, index: usize) -> i64 {
        let Some(value) = self.values.get(index) else { return 0 };
        match value.ctype {
            CType::Integer(integer) => integer.wrap(value.bits),
            _ => value.bits,
        }
    }

    /// The target of an input pointer; NULL, or the source where it cannot be read.
    fn reading(&self, index: usize, read: impl Fn(usize) -> Option<Value>) -> Value {
        let address = self.address(index);
        if address < FIRST_PAGE {
            return self.opaque(index);
        }
        read(address).unwrap_or_else(|| self.opaque(index))
    }

    fn opaque(&self, index: usize) -> Value {
        if self.address(index) == 0 {
            return Value::Null;
        }
        Value::Opaque(self.sources.get(index).map(spell).unwrap_or_default())
    }

    fn variadic(&self, memory: &Memory, index: usize) -> Value {
        match self.values.get(index).map(|value| &value.ctype) {
            Some(CType::Pointer(target)) if **target == CType::Integer(Integer::Char) => {
                self.reading(index, |address| text(memory, address))
            }
            Some(CType::Integer(_)) => Value::Number(self.number(index)),
            _ => self.opaque(index),
        }
    }
}

fn length_at(memory: &Memory, address: usize) -> Option<i64> {
    let bytes = memory.read(address, 4).ok()?;
    Some(u32::from_ne_bytes(bytes.try_into().ok()?).into())
}
