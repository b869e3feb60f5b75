//! The notation of calls, close to strace(1): `accept(3, {AF_INET, 127.0.0.1:50312}, [16]) = 4`.
//!
//! Lessons, the shell and the tracer show calls in it. [`parse_call`] reads back what [`format_call`] writes,
//! as long as no bytes were cut. Two conventions keep it unambiguous: a symbol starts with a capital or `_`, or
//! applies a function (`htons(3001)`), any other bare word is opaque; and `[16]` is a length, except where
//! the vocabulary says that the argument is a list.

use std::fmt::Write as _;
use std::net::SocketAddr;

use unicode_width::UnicodeWidthChar;

use crate::syscall::address::Address;
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::constant::{self, Group};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::Returns;

#[cfg(any(test, feature = "inside"))]
mod reader;

#[cfg(any(test, feature = "inside"))]
pub use reader::{NotationError, parse_call};

/// How many bytes of a buffer [`format_call`] shows, as strace's `-s`.
pub const DEFAULT_LIMIT: usize = 32;

/// How many bytes of a returned string [`format_outcome`] shows: any textual address fits.
const RESULT_LIMIT: usize = 128;

/// The call, its buffers cut to [`DEFAULT_LIMIT`] bytes.
#[must_use]
pub fn format_call(call: &Call) -> String {
    format_call_within(call, DEFAULT_LIMIT)
}

/// The call, its buffers cut to `limit` bytes and followed by `…` where they are.
#[must_use]
pub fn format_call_within(call: &Call, limit: usize) -> String {
    let arguments: Vec<String> = call.arguments.iter().map(|value| format_value(value, limit)).collect();
    format!("{}({})", call.name, arguments.join(", "))
}

/// One argument.
#[must_use]
pub fn format_value(value: &Value, limit: usize) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Symbol(text) | Value::Opaque(text) => text.clone(),
        Value::Bytes { data, total } => quote(data, (*total).max(data.len()), limit),
        Value::Address(address) => format_address(address),
        Value::Length(length) => format!("[{length}]"),
        Value::Null => "NULL".to_owned(),
        Value::Record(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name}={}", format_value(value, limit))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| format_value(item, limit)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// `{AF_INET, 127.0.0.1:3001}`, `{AF_INET6, [::1]:3001}`, `{AF_UNIX, "/tmp/s"}`, `{AF_UNIX, @"abstract"}`.
fn format_address(address: &Address) -> String {
    match address {
        Address::Inet(SocketAddr::V4(v4)) => format!("{{AF_INET, {v4}}}"),
        Address::Inet(SocketAddr::V6(v6)) if v6.flowinfo() == 0 => format!("{{AF_INET6, {v6}}}"),
        Address::Inet(SocketAddr::V6(v6)) => format!("{{AF_INET6, {v6}, flowinfo={}}}", v6.flowinfo()),
        Address::Unix(name) => match name.split_first() {
            None => "{AF_UNIX}".to_owned(),
            Some((0, rest)) => format!("{{AF_UNIX, @\"{}\"}}", escape(rest)),
            Some(_) => format!("{{AF_UNIX, \"{}\"}}", escape(name)),
        },
        Address::Other { family, bytes } => format!("{{{}, \"{}\"}}", family_name(*family), escape(bytes)),
    }
}

/// `AF_INET`, or `AF_250` for a number without a name.
fn family_name(family: u16) -> String {
    let known = constant::name_of(Group::Family, i64::from(family)).filter(|name| *name != "AF_UNIX");
    known.map_or_else(|| format!("AF_{family}"), str::to_owned)
}

/// What came of a call of the function `name`: ` = 4`, ` = -1 EADDRINUSE`, ` = "127.0.0.1"`, ` = -2 EAI_NONAME`,
/// ` = ? SIGPIPE` (the signal that killed it), ` = ? exit(1)`; empty for a `void` function.
#[must_use]
pub fn format_outcome(name: impl Into<Option<Name>>, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(Answer::Nothing) => String::new(),
        Outcome::Returned(Answer::Number(number)) => format!(" = {number}"),
        Outcome::Returned(Answer::Text(text)) => format!(" = {}", quote(text, text.len(), RESULT_LIMIT)),
        Outcome::Returned(Answer::Pointer { null: true }) => " = NULL".to_owned(),
        Outcome::Returned(Answer::Pointer { null: false }) => " = 0x…".to_owned(),
        Outcome::Failed(errno) => {
            let value = failure_value(name, *errno).map_or_else(|| "NULL".to_owned(), |value| value.to_string());
            format!(" = {value} {}", errno_name(*errno))
        }
        Outcome::Unresolved(error) => {
            format!(" = {} {}", error.number(), error.name().unwrap_or("EAI_?"))
        }
        Outcome::Killed(signal) => format!(" = ? {}", signal_name(*signal)),
        Outcome::Exited(code) => format!(" = ? exit({code})"),
    }
}

/// What the C expression is worth when the function fails; `None` stands for `NULL`.
#[must_use]
pub fn failure_value(name: impl Into<Option<Name>>, errno: Errno) -> Option<i32> {
    match name.into().and_then(Name::function).map(|function| function.returns) {
        Some(Returns::Text | Returns::Pointer) => None,
        Some(Returns::ErrorNumber) => Some(errno.number()),
        _ => Some(-1),
    }
}

/// `EADDRINUSE`, or `ERRNO_999` for a number without a name.
#[must_use]
pub fn errno_name(errno: Errno) -> String {
    errno.name().map_or_else(|| format!("ERRNO_{}", errno.number()), str::to_owned)
}

/// `SIGPIPE`, or `SIGNAL_99` for a number without a name.
#[must_use]
pub fn signal_name(signal: Signal) -> String {
    signal.name().map_or_else(|| format!("SIGNAL_{}", signal.number()), str::to_owned)
}

fn quote(data: &[u8], total: usize, limit: usize) -> String {
    let kept = cut(data, limit);
    let mark = if kept.len() < total { "…" } else { "" };
    format!("\"{}\"{mark}", escape(kept))
}

/// At most `limit` bytes, without splitting a UTF-8 character where that can be helped.
fn cut(data: &[u8], limit: usize) -> &[u8] {
    if data.len() <= limit {
        return data;
    }
    let start = (0..=limit.min(3)).map(|back| limit - back).find(|end| data[*end] & 0xC0 != 0x80);
    &data[..start.unwrap_or(limit)]
}

/// Bytes as a C string literal holds them, without its quotes: UTF-8 stays readable, everything that a
/// terminal could obey or that the eye could not see becomes `\n`, `\t` or `\xNN` (always two digits).
#[must_use]
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_escaped(&mut out, c));
        push_hex(&mut out, chunk.invalid());
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        c if printable(c) => out.push(c),
        c => push_hex(out, c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// `\xNN` for each byte.
pub fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(out, "\\x{byte:02x}");
    }
}

/// Whether a terminal shows the character and does nothing else: no control (C0, C1, DEL), no bidirectional
/// or other format control, no line separator, no character without a width, which would hide in its neighbour.
#[must_use]
pub fn printable(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    !invisible && c.width().is_some_and(|width| width > 0)
}

#[cfg(test)]
mod tests;
