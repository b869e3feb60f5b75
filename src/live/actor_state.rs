//! What the threads of an actor share: its memory, the names of its variables, its threads, its handlers.

use std::collections::HashMap;
use std::io;
use std::os::fd::RawFd;

use crate::live::kernel::Refusal;
use crate::live::memory::Memory;
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::record::Record;

/// An object: its type and its real address.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub ctype: CType,
    pub address: usize,
}

/// The variables that one actor declared, and whose variables it also sees.
#[derive(Debug, Default)]
struct Scope {
    names: HashMap<String, Place>,
    outer: Option<usize>,
}

#[derive(Debug)]
pub(super) struct ActorState {
    pub memory: Memory,
    scopes: Vec<Scope>,
    /// Threads that can be joined, by their pthread_t.
    pub threads: Vec<u64>,
    /// Descriptors of socketlab's own, of which a lesson must know nothing.
    pub hidden: Vec<RawFd>,
    /// The one of them whose other end only socketlab holds, and which fork shares.
    pub life: RawFd,
    /// What a program reads back as the handler of each signal: 0 (SIG_DFL), 1 (SIG_IGN), or the address of a name.
    pub handlers: HashMap<i32, usize>,
    /// The pipes that descriptors 1 and 2 were at birth, by inode.
    pub outputs: [u64; 2],
    /// Where inet_ntoa puts its answer, over the one before.
    pub ntoa_buffer: usize,
}

/// The scope of an actor's first thread.
pub(super) const FIRST_SCOPE: usize = 0;

/// Room for the longest answer of inet_ntoa, as in glibc.
const NTOA_ROOM: usize = 18;

impl ActorState {
    /// # Errors
    /// Those of mmap(2).
    pub(super) fn new(hidden: Vec<RawFd>) -> io::Result<ActorState> {
        let mut memory = Memory::new()?;
        let ntoa_buffer = memory.literal(&[b' '; NTOA_ROOM]).unwrap_or_default();
        memory.forget_literal(&[b' '; NTOA_ROOM]);
        Ok(ActorState {
            memory,
            scopes: vec![Scope::default()],
            threads: Vec::new(),
            hidden,
            life: -1,
            handlers: HashMap::new(),
            outputs: [0; 2],
            ntoa_buffer,
        })
    }

    /// A new scope that sees `outer`'s variables.
    pub(super) fn open_scope(&mut self, outer: usize) -> usize {
        self.scopes.push(Scope { names: HashMap::new(), outer: Some(outer) });
        self.scopes.len() - 1
    }

    pub(super) fn variable(&self, scope: usize, name: &str) -> Result<Place, Refusal> {
        let mut current = self.scopes.get(scope);
        while let Some(scope) = current {
            if let Some(place) = scope.names.get(name) {
                return Ok(place.clone());
            }
            current = scope.outer.and_then(|outer| self.scopes.get(outer));
        }
        Err(Refusal::UnknownVariable(name.to_owned()))
    }

    /// Makes a variable, zero-filled.
    pub(super) fn declare(&mut self, scope: usize, name: &str, ctype: &CType) -> Result<Place, Refusal> {
        if self.scopes.get(scope).is_some_and(|scope| scope.names.contains_key(name)) {
            return Err(Refusal::AlreadyDeclared(name.to_owned()));
        }
        let address = self.memory.allocate(ctype.size(), alignment(ctype))?;
        let place = Place { ctype: ctype.clone(), address };
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.names.insert(name.to_owned(), place.clone());
        }
        Ok(place)
    }

    /// Takes back a declaration whose initializer was refused.
    pub(super) fn undeclare(&mut self, scope: usize, name: &str) {
        let place = self.scopes.get_mut(scope).and_then(|scope| scope.names.remove(name));
        if let Some(place) = place {
            self.memory.give_back(place.address, place.ctype.size());
        }
    }
}

/// Where C may put an object of this type, in bytes.
fn alignment(ctype: &CType) -> usize {
    match ctype {
        CType::Void => 1,
        CType::Integer(integer) => integer.size(),
        CType::Pointer(_) => 8,
        CType::Array(item, _) => alignment(item),
        CType::Record(record) => record_alignment(*record),
    }
}

fn record_alignment(record: Record) -> usize {
    match record {
        Record::EpollEvent => align_of::<libc::epoll_event>(),
        Record::Sockaddr | Record::SockaddrUn => 2,
        Record::SockaddrIn
        | Record::SockaddrIn6
        | Record::InAddr
        | Record::In6Addr
        | Record::Linger
        | Record::Pollfd
        | Record::Ucred => 4,
        _ => 8,
    }
}

/// The field of a record, as an object.
pub(super) fn field_of(place: &Place, name: &str) -> Result<Place, Refusal> {
    let CType::Record(record) = place.ctype else { return Err(Refusal::UnknownField(name.to_owned())) };
    let field = record.field(name).ok_or_else(|| Refusal::UnknownField(name.to_owned()))?;
    Ok(Place { ctype: field.ctype, address: place.address.wrapping_add(field.offset) })
}

/// The bytes of an integer of this type, in the machine's order.
pub(super) fn integer_bytes(integer: Integer, value: i64) -> Vec<u8> {
    integer.wrap(value).to_ne_bytes()[..integer.size()].to_vec()
}

/// The integer of this type that these bytes hold.
pub(super) fn integer_of(integer: Integer, bytes: &[u8]) -> i64 {
    let mut wide = [0; 8];
    for (to, from) in wide.iter_mut().zip(bytes) {
        *to = *from;
    }
    integer.wrap(i64::from_ne_bytes(wide))
}

#[cfg(test)]
mod tests {
    use super::{ActorState, FIRST_SCOPE, field_of, integer_bytes, integer_of};
    use crate::live::kernel::Refusal;
    use crate::syscall::ctype::{CType, Integer};
    use crate::syscall::record::Record;

    #[test]
    fn a_thread_sees_its_creators_variables_and_hides_its_own() {
        let mut state = ActorState::new(Vec::new()).unwrap();
        let shared = state.declare(FIRST_SCOPE, "nb", &CType::int()).unwrap();
        let thread = state.open_scope(FIRST_SCOPE);
        assert_eq!(state.variable(thread, "nb"), Ok(shared));
        state.declare(thread, "n", &CType::int()).unwrap();
        assert_eq!(state.variable(FIRST_SCOPE, "n"), Err(Refusal::UnknownVariable("n".to_owned())));
    }

    #[test]
    fn a_name_is_declared_once() {
        let mut state = ActorState::new(Vec::new()).unwrap();
        state.declare(FIRST_SCOPE, "fd", &CType::int()).unwrap();
        assert_eq!(state.declare(FIRST_SCOPE, "fd", &CType::int()), Err(Refusal::AlreadyDeclared("fd".to_owned())));
        state.undeclare(FIRST_SCOPE, "fd");
        assert!(state.declare(FIRST_SCOPE, "fd", &CType::int()).is_ok());
    }

    #[test]
    fn fields_lie_where_c_puts_them() {
        let mut state = ActorState::new(Vec::new()).unwrap();
        let address = state.declare(FIRST_SCOPE, "a", &CType::Record(Record::SockaddrIn)).unwrap();
        let port = field_of(&address, "sin_port").unwrap();
        assert_eq!((port.address - address.address, port.ctype.size()), (2, 2));
        assert_eq!(field_of(&port, "x"), Err(Refusal::UnknownField("x".to_owned())));
    }

    #[test]
    fn integers_come_back_from_their_bytes() {
        for (integer, value) in [(Integer::Char, -1), (Integer::Uint16, 3001), (Integer::Long, i64::MIN)] {
            assert_eq!(integer_of(integer, &integer_bytes(integer, value)), value);
        }
    }
}
