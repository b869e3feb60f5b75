//! Names and addresses: byte order, text forms, resolution.

use std::ffi::{CStr, CString};
use std::ptr;

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::interpreter::{Interpreter, address_bits};
use crate::live::kernel::Refusal;
use crate::live::memory::Region;
use crate::syscall::address::raw_length;
use crate::syscall::name::Name;

pub(super) const TABLE: &[(Name, Implementation)] = &[
    (Name::Getaddrinfo, getaddrinfo),
    (Name::Freeaddrinfo, freeaddrinfo),
    (Name::GaiStrerror, gai_strerror),
    (Name::Getnameinfo, getnameinfo),
    (Name::Htons, |_, a| Ok((a[0].bits as u16).to_be().into())),
    (Name::Htonl, |_, a| Ok(a[0].as_unsigned().to_be().into())),
    (Name::Ntohs, |_, a| Ok(u16::from_be(a[0].bits as u16).into())),
    (Name::Ntohl, |_, a| Ok(u32::from_be(a[0].as_unsigned()).into())),
    (Name::InetPton, inet_pton),
    (Name::InetNtop, inet_ntop),
    (Name::InetAddr, inet_addr),
    (Name::InetNtoa, inet_ntoa),
];

type Made = Result<i64, Refusal>;

/// A private copy of a string of the lesson: nobody can change it under the C library.
fn copied(caller: &Interpreter, pointer: &Datum) -> Result<CString, Refusal> {
    CString::new(caller.string(pointer)?).map_err(|_| Refusal::OutOfBounds)
}

fn copied_or_null(caller: &Interpreter, pointer: &Datum) -> Result<Option<CString>, Refusal> {
    if pointer.is_null() { Ok(None) } else { copied(caller, pointer).map(Some) }
}

fn pointer_to(text: Option<&CString>) -> *const libc::c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

#[allow(unsafe_code, reason = "libc call")]
fn getaddrinfo(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (node, service) = (copied_or_null(caller, &a[0])?, copied_or_null(caller, &a[1])?);
    let hints = hints(caller, &a[2])?;
    let given = hints.as_ref().map_or(ptr::null(), |hints| &raw const *hints);
    let place = caller.own(&a[3], size_of::<usize>())?;
    let mut list = ptr::null_mut();
    // SAFETY: the strings and the hints are ours and outlive the call; `list` is filled on success only.
    let failure = caller.timed(|| unsafe {
        libc::getaddrinfo(pointer_to(node.as_ref()), pointer_to(service.as_ref()), given, &raw mut list)
    });
    if failure != 0 {
        return Ok(failure.into());
    }
    // SAFETY: glibc has just made this list, which ends with a null `ai_next`.
    let entries = unsafe { entries_of(list) };
    // SAFETY: what was copied is not used any more through this list.
    unsafe { libc::freeaddrinfo(list) };
    let head = lay_out(caller, &entries)?;
    caller.state().memory.write(place, &head.to_ne_bytes())?;
    Ok(0)
}

/// The four fields of the hints that a program may set; the others must be zero (getaddrinfo(3)).
#[allow(unsafe_code, reason = "a C structure")]
fn hints(caller: &Interpreter, pointer: &Datum) -> Result<Option<libc::addrinfo>, Refusal> {
    if pointer.is_null() {
        return Ok(None);
    }
    let bytes = caller.state().memory.read(pointer.address(), size_of::<libc::addrinfo>())?;
    // SAFETY: zero numbers and null pointers are a valid addrinfo.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    let number = |index: usize| {
        bytes.get(index * 4..index * 4 + 4).and_then(|four| four.try_into().ok()).map_or(0, i32::from_ne_bytes)
    };
    (hints.ai_flags, hints.ai_family, hints.ai_socktype, hints.ai_protocol) =
        (number(0), number(1), number(2), number(3));
    Ok(Some(hints))
}

/// One answer of getaddrinfo, out of glibc's memory.
struct Entry {
    numbers: [i32; 4],
    address: Vec<u8>,
    canonical: Option<Vec<u8>>,
}

#[allow(unsafe_code, reason = "a C list")]
unsafe fn entries_of(mut list: *const libc::addrinfo) -> Vec<Entry> {
    let mut entries = Vec::new();
    // SAFETY: the caller gives a list made by getaddrinfo: each entry is valid, and the last has a null `ai_next`.
    while let Some(entry) = unsafe { list.as_ref() } {
        let length = entry.ai_addrlen as usize;
        // SAFETY: `ai_addr` holds `ai_addrlen` bytes.
        let address = unsafe { std::slice::from_raw_parts(entry.ai_addr.cast::<u8>(), length) }.to_vec();
        let canonical = (!entry.ai_canonname.is_null()).then(|| {
            // SAFETY: a name that is present ends with a NUL.
            unsafe { CStr::from_ptr(entry.ai_canonname) }.to_bytes_with_nul().to_vec()
        });
        let numbers = [entry.ai_flags, entry.ai_family, entry.ai_socktype, entry.ai_protocol];
        entries.push(Entry { numbers, address, canonical });
        list = entry.ai_next;
    }
    entries
}

/// Puts the list in memory of its own, as glibc would: until freeaddrinfo, the lesson may read it.
fn lay_out(caller: &Interpreter, entries: &[Entry]) -> Result<usize, Refusal> {
    const HEAD: usize = size_of::<libc::addrinfo>();
    let room =
        |entry: &Entry| (HEAD + entry.address.len() + entry.canonical.as_ref().map_or(0, Vec::len)).next_multiple_of(8);
    let region = Region::new(entries.iter().map(room).sum()).map_err(|_| Refusal::OutOfMemory)?;
    let head = region.base();
    let memory = &mut caller.state().memory;
    memory.adopt_list(region);
    let mut start = head;
    for (index, entry) in entries.iter().enumerate() {
        let address = start + HEAD;
        let canonical = address + entry.address.len();
        let next = if index + 1 < entries.len() { start + room(entry) } else { 0 };
        let numbers = entry.numbers.iter().flat_map(|number| number.to_ne_bytes());
        let mut bytes: Vec<u8> = numbers.collect();
        bytes.extend((entry.address.len() as u64).to_ne_bytes());
        bytes.extend(address.to_ne_bytes());
        bytes.extend(if entry.canonical.is_some() { canonical } else { 0 }.to_ne_bytes());
        bytes.extend(next.to_ne_bytes());
        bytes.extend(&entry.address);
        bytes.extend(entry.canonical.iter().flatten());
        memory.write(start, &bytes)?;
        start = next;
    }
    Ok(head)
}

fn freeaddrinfo(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let released = caller.state().memory.release_list(a[0].address());
    if released { Ok(0) } else { Err(bad(Name::Freeaddrinfo, 0)) }
}

#[allow(unsafe_code, reason = "libc call")]
fn gai_strerror(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let code = a[0].as_int();
    // SAFETY: glibc gives a static string for any number.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    Ok(address_bits(caller.state().memory.literal(text.to_bytes())?))
}

#[allow(unsafe_code, reason = "libc call")]
fn getnameinfo(caller: &mut Interpreter, a: &[Datum]) -> Made {
    /// More than any address: glibc reads what the family says, if the length allows it.
    const LONGEST: usize = size_of::<libc::sockaddr_storage>();
    let (length, flags) = (a[1].as_unsigned(), a[6].as_int());
    let address = caller.own(&a[0], (length as usize).min(LONGEST))?;
    let (host_room, service_room) = (a[3].as_unsigned(), a[5].as_unsigned());
    let mut outputs = [ptr::null_mut(); 2];
    for (output, (pointer, room)) in outputs.iter_mut().zip([(&a[2], host_room), (&a[4], service_room)]) {
        if !pointer.is_null() && room > 0 {
            *output = caller.own(pointer, room as usize)? as *mut libc::c_char;
        }
    }
    let [host, service] = outputs;
    // SAFETY: the address is ours for as many bytes as glibc reads, and so are the rooms, or NULL.
    let failure = caller.timed(|| unsafe {
        libc::getnameinfo(address as *const _, length, host, host_room, service, service_room, flags)
    });
    Ok(failure.into())
}

#[allow(unsafe_code, reason = "libc call")]
fn inet_pton(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let family = a[0].as_int();
    let text = copied(caller, &a[1])?;
    let output = caller.own(&a[2], raw_length(family.into()) as usize)? as *mut _;
    // SAFETY: a string of ours, and room for an address of this family.
    Ok(caller.timed(|| unsafe { inet::inet_pton(family, text.as_ptr(), output) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn inet_ntop(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let (family, room) = (a[0].as_int(), a[3].as_unsigned());
    let source = caller.own(&a[1], raw_length(family.into()) as usize)? as *const _;
    let output = caller.own(&a[2], room as usize)? as *mut _;
    // SAFETY: an address of this family is read, and at most `room` bytes are written, all ours.
    let text = caller.timed(|| unsafe { inet::inet_ntop(family, source, output, room) });
    Ok(address_bits(text.addr()))
}

#[allow(unsafe_code, reason = "libc call")]
fn inet_addr(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let text = copied(caller, &a[0])?;
    // SAFETY: a string of ours.
    Ok(caller.timed(|| unsafe { inet::inet_addr(text.as_ptr()) }).into())
}

/// The answer lies in one buffer, over the answer before, as in glibc.
#[allow(unsafe_code, reason = "libc call")]
fn inet_ntoa(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let bytes = caller.state().memory.read(a[0].address(), size_of::<libc::in_addr>())?;
    let address = libc::in_addr { s_addr: bytes.try_into().map_or(0, u32::from_ne_bytes) };
    // SAFETY: any address has a text, in a static buffer of this thread, copied at once.
    let text = caller.timed(|| unsafe { CStr::from_ptr(inet::inet_ntoa(address)) }.to_bytes_with_nul().to_vec());
    let state = caller.state();
    state.memory.write(state.ntoa_buffer, &text)?;
    Ok(address_bits(state.ntoa_buffer))
}

/// Functions of `arpa/inet.h` that the libc crate does not declare.
mod inet {
    use libc::{c_char, c_int, c_void, in_addr, in_addr_t, socklen_t};

    #[allow(unsafe_code, reason = "declarations of arpa/inet.h")]
    // SAFETY: the signatures are those of inet(3), inet_pton(3) and inet_ntop(3).
    unsafe extern "C" {
        pub fn inet_pton(family: c_int, text: *const c_char, output: *mut c_void) -> c_int;
        pub fn inet_ntop(family: c_int, source: *const c_void, output: *mut c_char, room: socklen_t) -> *const c_char;
        pub fn inet_addr(text: *const c_char) -> in_addr_t;
        pub fn inet_ntoa(address: in_addr) -> *mut c_char;
    }
}
