//! Bytes of a peer: one line for each of theirs, behind the offset of its first byte.

use crate::event::peer::Data;
use crate::render::glyph::to_ascii;
use crate::render::page::Page;
use crate::render::style::{Tone, piece};
use crate::render::wrap::text_width;
use crate::syscall::notation::{escape, push_hex};
use crate::text::peer::more_bytes;

/// Lines shown of one event.
const MOST_LINES: usize = 8;
/// Columns of an offset, at least.
const OFFSET: usize = 8;
/// Columns kept for the end of a line of the peer, `\r\n`, so that it stays with its line.
const END_OF_LINE: usize = 4;
/// Columns of bytes on a line, however narrow the terminal.
const LEAST: usize = 8;

/// What stands between two quotes.
#[derive(Debug, Default)]
struct Line {
    text: String,
    width: usize,
    bytes: usize,
}

/// The lines, and how many bytes are not in them.
pub fn lines(page: &mut Page, data: &Data) {
    let end = data.offset.saturating_add(data.bytes.len() as u64);
    let column = end.to_string().len().max(OFFSET);
    let look = page.look();
    let room = look.columns().saturating_sub(column + 4).max(LEAST);
    let mut done = 0;
    for line in split(&data.bytes, room, look.ascii).into_iter().take(MOST_LINES) {
        let offset = data.offset.saturating_add(done as u64);
        let text = format!("\"{}\"", line.text);
        page.line(0, column + 2, &[piece(Tone::Dim, format!("{offset:>column$}  ")), piece(Tone::Code, text)]);
        done += line.bytes;
    }
    let left = data.total.max(data.bytes.len()) - done;
    if left > 0 {
        page.sentence(column + 2, Tone::Dim, &more_bytes(left as u64));
    }
}

/// Cuts after each newline, and where a line would be wider than `room` columns.
fn split(bytes: &[u8], room: usize, ascii: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut fresh = true;
    for (text, length) in units(bytes, ascii) {
        let width = text_width(&text);
        let limit = if matches!(text.as_str(), "\\r" | "\\n") { room } else { room.saturating_sub(END_OF_LINE) };
        let full = lines.last().is_none_or(|line| line.bytes > 0 && line.width + width > limit);
        if fresh || full {
            lines.push(Line::default());
        }
        fresh = text == "\\n";
        if let Some(line) = lines.last_mut() {
            line.text.push_str(&text);
            line.width += width;
            line.bytes += length;
        }
        if lines.len() > MOST_LINES {
            break;
        }
    }
    lines
}

/// What cannot be cut: a character, or a byte that is none, as it is shown, and its bytes.
fn units(bytes: &[u8], ascii: bool) -> impl Iterator<Item = (String, usize)> {
    bytes.utf8_chunks().flat_map(move |chunk| {
        let valid = chunk.valid().chars().map(move |c| (character(c, ascii), c.len_utf8()));
        valid.chain(chunk.invalid().iter().map(|byte| (hexadecimal(&[*byte]), 1)))
    })
}

/// Without the characters that an ASCII look would replace: bytes are shown as they are.
fn character(c: char, ascii: bool) -> String {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).as_bytes();
    let text = escape(bytes);
    if ascii && to_ascii(&text) != text { hexadecimal(bytes) } else { text }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    push_hex(&mut text, bytes);
    text
}

#[cfg(test)]
mod tests {
    use super::split;

    fn texts(bytes: &[u8], room: usize, ascii: bool) -> Vec<String> {
        split(bytes, room, ascii).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_are_those_of_the_peer() {
        assert_eq!(texts(b"GET /\r\nHost: x\r\n\r\n", 60, false), ["GET /\\r\\n", "Host: x\\r\\n", "\\r\\n"]);
        assert_eq!(texts(b"", 60, false), Vec::<String>::new());
        assert_eq!(texts(b"abcdefgh\r\nij", 12, false), ["abcdefgh\\r\\n", "ij"]);
        assert_eq!(texts(b"abcdefghij", 12, false), ["abcdefgh", "ij"]);
    }

    #[test]
    fn what_cannot_be_shown_is_spelled() {
        assert_eq!(texts("é日\u{202e}".as_bytes(), 60, false), ["é日\\xe2\\x80\\xae"]);
        assert_eq!(texts("é日«".as_bytes(), 60, true), ["é\\xe6\\x97\\xa5\\xc2\\xab"]);
        assert_eq!(texts(b"\x1b[2J\x00\xff\"\\", 60, false), ["\\x1b[2J\\x00\\xff\\\"\\\\"]);
    }

    #[test]
    fn every_byte_shown_is_counted() {
        let bytes: Vec<u8> = (0..=255).collect();
        let lines = split(&bytes, 400, false);
        assert_eq!(lines.iter().map(|line| line.bytes).sum::<usize>(), 256);
    }
}
