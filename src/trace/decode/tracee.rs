//! The task that makes the call: its registers, and what can be read of its memory.

use crate::syscall::call::Value;
use crate::syscall::sys::Sys;
use crate::trace::raw::{Abi, Memory, Raw};

/// Reads are exact (`None` where not everything could be read) unless said.
#[derive(Clone, Copy)]
pub(super) struct Tracee<'a> {
    pub sys: Sys,
    pub abi: Abi,
    arguments: [u64; 6],
    memory: &'a dyn Memory,
}

impl<'a> Tracee<'a> {
    pub(super) fn new(raw: &Raw, memory: &'a dyn Memory) -> Tracee<'a> {
        let arguments = match raw.abi.word() {
            4 => raw.arguments.map(|argument| argument & u64::from(u32::MAX)),
            _ => raw.arguments,
        };
        Tracee { sys: raw.sys, abi: raw.abi, arguments, memory }
    }

    /// A register as it is, zero-extended: a pointer or a size.
    pub(super) fn argument(&self, index: usize) -> u64 {
        self.arguments.get(index).copied().unwrap_or_default()
    }

    /// A register as the kernel takes it for an `int`.
    pub(super) fn int(&self, index: usize) -> i32 {
        low(self.argument(index)).cast_signed()
    }

    pub(super) fn unsigned(&self, index: usize) -> u32 {
        low(self.argument(index))
    }

    /// A size or a `long` as the program may have meant it: with its sign.
    pub(super) fn long(&self, index: usize) -> i64 {
        self.signed(self.argument(index))
    }

    pub(super) fn signed(&self, word: u64) -> i64 {
        match self.abi.word() {
            4 => low(word).cast_signed().into(),
            _ => word.cast_signed(),
        }
    }

    /// Bytes of a pointer, and of a `long`.
    pub(super) fn word(&self) -> usize {
        self.abi.word()
    }

    /// As many of these bytes as can be read. The caller bounds the length.
    pub(super) fn some(&self, address: u64, length: usize) -> Vec<u8> {
        if address == 0 || length == 0 {
            return Vec::new();
        }
        let mut bytes = vec![0; length];
        let read = self.memory.read(address, &mut bytes);
        bytes.truncate(read);
        bytes
    }

    pub(super) fn is_constant(&self, address: u64) -> bool {
        self.memory.is_constant(address)
    }

    pub(super) fn bytes(&self, address: u64, length: usize) -> Option<Bytes> {
        let bytes = self.some(address, length);
        (address != 0 && bytes.len() == length).then_some(Bytes { bytes, word: self.word() })
    }

    pub(super) fn int_at(&self, address: u64) -> Option<i32> {
        self.bytes(address, 4)?.int(0)
    }
}

fn low(word: u64) -> u32 {
    u32::try_from(word & u64::from(u32::MAX)).unwrap_or_default()
}

/// A piece of memory, and how wide its words are.
pub(super) struct Bytes {
    pub bytes: Vec<u8>,
    word: usize,
}

impl Bytes {
    pub(super) fn new(bytes: Vec<u8>, word: usize) -> Bytes {
        Bytes { bytes, word }
    }

    fn array<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        self.bytes.get(offset..offset.checked_add(N)?)?.try_into().ok()
    }

    pub(super) fn short(&self, offset: usize) -> Option<u16> {
        self.array(offset).map(u16::from_ne_bytes)
    }

    pub(super) fn int(&self, offset: usize) -> Option<i32> {
        self.array(offset).map(i32::from_ne_bytes)
    }

    pub(super) fn unsigned(&self, offset: usize) -> Option<u32> {
        self.array(offset).map(u32::from_ne_bytes)
    }

    pub(super) fn wide(&self, offset: usize) -> Option<u64> {
        self.array(offset).map(u64::from_ne_bytes)
    }

    /// A pointer or a size.
    pub(super) fn word(&self, offset: usize) -> Option<u64> {
        match self.word {
            4 => self.unsigned(offset).map(u64::from),
            _ => self.wide(offset),
        }
    }

    /// A `long`, or an integer of that many bytes.
    pub(super) fn signed(&self, offset: usize, size: usize) -> Option<i64> {
        match size {
            4 => self.int(offset).map(i64::from),
            _ => self.wide(offset).map(u64::cast_signed),
        }
    }
}

/// A pointer whose target is not shown.
pub(super) fn pointer(address: u64) -> Value {
    if address == 0 { Value::Null } else { Value::Opaque(format!("{address:#x}")) }
}

/// What lies behind a pointer, or the pointer where it cannot be read.
pub(super) fn behind(address: u64, shown: Option<Value>) -> Value {
    match shown {
        Some(value) if address != 0 => value,
        _ => pointer(address),
    }
}

/// A structure.
pub(super) fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Most items of a list that are shown.
pub(super) const SHOWN_ITEMS: usize = 64;

/// The first items, and a sign that there are others.
pub(super) fn listed(items: impl IntoIterator<Item = Value>, all: u64) -> Value {
    let mut items: Vec<Value> = items.into_iter().take(SHOWN_ITEMS).collect();
    if (items.len() as u64) < all {
        items.push(Value::Opaque("…".to_owned()));
    }
    Value::List(items)
}
