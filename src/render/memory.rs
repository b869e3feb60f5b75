//! A variable byte by byte: field, offsets, bytes in hexadecimal, what they mean.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::event::{Memory, MemoryField};
use crate::render::page::Page;
use crate::render::style::{Look, Tone, piece};
use crate::syscall::constant::{Group, name_of};
use crate::syscall::notation;
use crate::text::sentence;

/// Bytes on one line.
const PER_LINE: usize = 8;
/// Bytes shown of one variable: the largest structure (`sockaddr_storage`, 128) fits.
const MOST_BYTES: usize = 256;
/// Widths of the field, the offsets and the bytes.
const COLUMNS: [usize; 3] = [16, 8, 24];

/// The table of a variable.
#[must_use]
pub fn memory(look: Look, memory: &Memory) -> Page {
    let mut page = Page::new(look);
    let heading = sentence::memory(&memory.source, &memory.ctype, memory.bytes.len());
    page.line(4, 6, &[piece(Tone::Strong, heading)]);
    let [field, offset, bytes, value] = sentence::MEMORY_COLUMNS;
    row(&mut page, Tone::Dim, [field, offset, bytes, value]);
    if memory.fields.is_empty() {
        whole(&mut page, memory);
    }
    for field in &memory.fields {
        let end = field.offset.saturating_add(field.size);
        let bytes = memory.bytes.get(field.offset..end).unwrap_or_default();
        chunked(&mut page, field, &decode(&field.name, bytes), bytes);
    }
    page
}

/// A variable without fields is one field of its own name; characters are read line by line.
fn whole(page: &mut Page, memory: &Memory) {
    let field = MemoryField { name: memory.source.clone(), offset: 0, size: memory.bytes.len() };
    if !memory.ctype.starts_with("char") {
        return chunked(page, &field, &number(&memory.bytes).unwrap_or_default(), &memory.bytes);
    }
    for (i, chunk) in shown(&memory.bytes).chunks(PER_LINE).enumerate() {
        let name = if i == 0 { field.name.as_str() } else { "" };
        let text = format!("\"{}\"", notation::escape(chunk));
        row(page, Tone::Plain, [name, &range(i * PER_LINE, chunk.len()), &hexadecimal(chunk), &text]);
    }
}

fn chunked(page: &mut Page, field: &MemoryField, value: &str, bytes: &[u8]) {
    for (i, chunk) in shown(bytes).chunks(PER_LINE).enumerate() {
        let start = field.offset.saturating_add(i * PER_LINE);
        let (name, value) = if i == 0 { (field.name.as_str(), value) } else { ("", "") };
        row(page, Tone::Plain, [name, &range(start, chunk.len()), &hexadecimal(chunk), value]);
    }
}

fn shown(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(MOST_BYTES)]
}

/// The value wraps in its own column.
fn row(page: &mut Page, tone: Tone, cells: [&str; 4]) {
    let [name, offset, bytes, value] = cells;
    let [a, b, c] = COLUMNS;
    let code = if tone == Tone::Plain { Tone::Code } else { tone };
    let pieces = [
        piece(code, format!("{name:<a$} ")),
        piece(tone, format!("{offset:<b$} ")),
        piece(tone, format!("{bytes:<c$} ")),
        piece(tone, value),
    ];
    page.line(4, 4 + a + b + c + COLUMNS.len(), &pieces);
}

fn range(start: usize, size: usize) -> String {
    match size {
        0 | 1 => start.to_string(),
        _ => format!("{start}-{}", start.saturating_add(size - 1)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (i, byte) in bytes.iter().enumerate() {
        let space = if i == 0 { "" } else { " " };
        let _ = write!(out, "{space}{byte:02x}");
    }
    out
}

/// What a field's bytes mean, by its name in the structures of sockets, else as a number.
fn decode(name: &str, bytes: &[u8]) -> String {
    let name = name.trim_end_matches(".s_addr").rsplit('.').next().unwrap_or_default();
    let known = match name {
        "sin_family" | "sin6_family" | "sun_family" | "sa_family" | "ss_family" => family(bytes),
        "sin_port" | "sin6_port" => bytes.try_into().ok().map(|port| sentence::network_order(u16::from_be_bytes(port))),
        "sin_addr" => <[u8; 4]>::try_from(bytes).ok().map(|ip| Ipv4Addr::from(ip).to_string()),
        "sin6_addr" => <[u8; 16]>::try_from(bytes).ok().map(|ip| Ipv6Addr::from(ip).to_string()),
        "sun_path" => {
            Some(format!("\"{}\"", notation::escape(bytes.split(|byte| *byte == 0).next().unwrap_or_default())))
        }
        _ => None,
    };
    known.or_else(|| zeroes(bytes)).or_else(|| number(bytes)).unwrap_or_default()
}

fn family(bytes: &[u8]) -> Option<String> {
    let number = u16::from_ne_bytes(bytes.try_into().ok()?);
    Some(match name_of(Group::Family, i64::from(number)) {
        Some(name) => format!("{name} ({number})"),
        None => number.to_string(),
    })
}

fn zeroes(bytes: &[u8]) -> Option<String> {
    (bytes.len() > 4 && bytes.iter().all(|byte| *byte == 0)).then(|| sentence::ZEROES.to_owned())
}

/// An integer of this machine's byte order.
fn number(bytes: &[u8]) -> Option<String> {
    match bytes.len() {
        1 => Some(bytes[0].to_string()),
        2 => Some(u16::from_ne_bytes(bytes.try_into().ok()?).to_string()),
        4 => Some(i32::from_ne_bytes(bytes.try_into().ok()?).to_string()),
        8 => Some(i64::from_ne_bytes(bytes.try_into().ok()?).to_string()),
        _ => None,
    }
}
