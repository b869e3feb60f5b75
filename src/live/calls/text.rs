//! Strings, output, and what errno says.

use std::ffi::{CStr, CString};

use super::{Implementation, bad};
use crate::live::arithmetic::Datum;
use crate::live::format;
use crate::live::interpreter::{Interpreter, address_bits};
use crate::live::kernel::Refusal;
use crate::syscall::name::Name;

pub(super) const TABLE: &[(Name, Implementation)] = &[
    (Name::Strlen, |caller, a| Ok(caller.string(&a[0])?.len() as u64 as i64)),
    (Name::Strstr, strstr),
    (Name::Atoi, atoi),
    (Name::Atol, atol),
    (Name::Memset, memset),
    (Name::Memcpy, memcpy),
    (Name::Strcpy, strcpy),
    (Name::Snprintf, snprintf),
    (Name::Printf, printf),
    (Name::Perror, perror),
    (Name::Strerror, strerror),
];

type Made = Result<i64, Refusal>;

/// A copy of a string argument: another thread of the actor may change it during the call.
fn copy(caller: &Interpreter, a: &[Datum], (function, index): (Name, usize)) -> Result<CString, Refusal> {
    CString::new(caller.string(&a[index])?).map_err(|_| bad(function, index))
}

/// The pointer is given as one into the lesson's own haystack.
#[allow(unsafe_code, reason = "libc call")]
fn strstr(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let haystack = copy(caller, a, (Name::Strstr, 0))?;
    let needle = copy(caller, a, (Name::Strstr, 1))?;
    // SAFETY: two strings that outlive the call.
    let found = caller.timed(|| unsafe { libc::strstr(haystack.as_ptr(), needle.as_ptr()) });
    if found.is_null() {
        return Ok(0);
    }
    Ok(address_bits(a[0].address() + (found.addr() - haystack.as_ptr().addr())))
}

#[allow(unsafe_code, reason = "libc call")]
fn atoi(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let text = copy(caller, a, (Name::Atoi, 0))?;
    // SAFETY: a string that outlives the call; glibc cuts numbers too large.
    Ok(caller.timed(|| unsafe { libc::atoi(text.as_ptr()) }).into())
}

#[allow(unsafe_code, reason = "libc call")]
fn atol(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let text = copy(caller, a, (Name::Atol, 0))?;
    // SAFETY: as above.
    Ok(caller.timed(|| unsafe { libc::atol(text.as_ptr()) }))
}

fn memset(caller: &mut Interpreter, a: &[Datum]) -> Made {
    caller.state().memory.fill(a[0].address(), a[1].bits as u8, a[2].as_size())?;
    Ok(a[0].bits)
}

fn memcpy(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let state = caller.state();
    let bytes = state.memory.read(a[1].address(), a[2].as_size())?;
    state.memory.write(a[0].address(), &bytes)?;
    Ok(a[0].bits)
}

fn strcpy(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let mut text = caller.string(&a[1])?;
    text.push(0);
    caller.state().memory.write(a[0].address(), &text)?;
    Ok(a[0].bits)
}

fn snprintf(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let pattern = caller.string(&a[2])?;
    let text =
        format::render(&caller.state().memory, &pattern, &a[3..]).map_err(|index| bad(Name::Snprintf, index + 3))?;
    let room = a[1].as_size();
    if room > 0 {
        let mut kept = text[..text.len().min(room - 1)].to_vec();
        kept.push(0);
        caller.state().memory.write(a[0].address(), &kept)?;
    }
    Ok(text.len() as u64 as i64)
}

/// Written at once: a buffer that is emptied at the end would show the lesson nothing.
#[allow(unsafe_code, reason = "libc call")]
fn printf(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let pattern = caller.string(&a[0])?;
    let text =
        format::render(&caller.state().memory, &pattern, &a[1..]).map_err(|index| bad(Name::Printf, index + 1))?;
    let mut left = text.as_slice();
    while !left.is_empty() {
        // SAFETY: the kernel reads bytes that we own.
        let written = caller.timed(|| unsafe { libc::write(libc::STDOUT_FILENO, left.as_ptr().cast(), left.len()) });
        let Ok(written) = usize::try_from(written) else { return Ok(-1) };
        left = left.get(written..).unwrap_or_default();
    }
    Ok(text.len() as u64 as i64)
}

#[allow(unsafe_code, reason = "libc call")]
fn perror(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let prefix = if a[0].is_null() { None } else { Some(caller.string(&a[0])?) };
    let prefix = prefix.map(CString::new).transpose().map_err(|_| bad(Name::Perror, 0))?;
    let pointer = prefix.as_ref().map_or(std::ptr::null(), |prefix| prefix.as_ptr());
    // SAFETY: a string of ours, or NULL, which perror(3) allows.
    caller.timed(|| unsafe { libc::perror(pointer) });
    Ok(0)
}

#[allow(unsafe_code, reason = "libc call")]
fn strerror(caller: &mut Interpreter, a: &[Datum]) -> Made {
    let number = a[0].as_int();
    let mut text = [0_u8; 128];
    // SAFETY: the buffer outlives the call, which ends it with a NUL.
    caller.timed(|| unsafe { libc::strerror_r(number, text.as_mut_ptr().cast(), text.len()) });
    let text = CStr::from_bytes_until_nul(&text).unwrap_or_default();
    Ok(address_bits(caller.state().memory.literal(text.to_bytes())?))
}
