//! What only the checks of an exercise have: waits on submitted programs, their keyboard, their output.

use crate::lesson::keywords::{check, fold};
use crate::lesson::model::{Awaited, Item};
use crate::lesson::problem::{ChecksFault, LayoutFault, Problems, Unknown};
use crate::lesson::words::{Word, content_lines, range, words};
use crate::syscall::ast::Span;
use crate::syscall::name::Name;
use crate::syscall::near::nearest;
use crate::syscall::token::{Token, TokenKind, clip, tokenize};
use crate::syscall::vocabulary::{FUNCTIONS, function};

/// `attendre serveur`: one wait a line.
pub fn awaited(text: &str, body: Span, actor: String, problems: &mut Problems) -> Item {
    let lines = content_lines(text.get(body.start..body.end).unwrap_or_default(), body.start, Some("#"));
    let events = lines.into_iter().filter_map(|line| event(line, problems)).collect();
    Item::Await { actor, events }
}

fn event(line: Word, problems: &mut Problems) -> Option<Awaited> {
    let words = words(line.text, line.span.start);
    let first = *words.first()?;
    let second = words.get(1).copied();
    let (event, used) = match fold(first.text).as_str() {
        check::END => match second {
            Some(code) => (exit(code, problems)?, 2),
            None => (Awaited::Exit { code: None }, 1),
        },
        check::ASLEEP => {
            let call = known_call(second.unwrap_or(first), problems)?;
            (Awaited::Asleep { name: call }, 2)
        }
        _ => {
            let name = known_call(first, problems)?;
            let port = second.filter(|word| word.text == check::PORT).and_then(|_| words.get(2));
            (Awaited::Call { name, port: port.map(|word| word.text.to_owned()) }, if port.is_some() { 3 } else { 1 })
        }
    };
    if let Some(extra) = words.get(used) {
        let near = nearest(extra.text, [check::PORT]);
        let unknown = Unknown { name: clip(extra.text), near };
        problems.push(extra.span, ChecksFault::UnknownAwaited(unknown));
    }
    Some(event)
}

fn exit(code: Word, problems: &mut Problems) -> Option<Awaited> {
    let found = range(code.text).filter(|range| range.from >= 0);
    if found.is_none() {
        problems.push(code.span, ChecksFault::BadExitCode(clip(code.text)));
    }
    found.map(|code| Awaited::Exit { code: Some(code) })
}

fn known_call(word: Word, problems: &mut Problems) -> Option<Name> {
    if let Some(function) = function(word.text).filter(|function| function.is_system_call()) {
        return Some(function.name);
    }
    let names = FUNCTIONS.iter().filter(|function| function.is_system_call()).map(|function| function.name.as_str());
    let near = nearest(word.text, names.chain([check::END, check::ASLEEP]));
    problems.push(word.span, ChecksFault::UnknownAwaited(Unknown { name: clip(word.text), near }));
    None
}

/// `clavier client`: what is typed.
pub fn keyboard(text: &str, body: Span, actor: String) -> Item {
    let source = text.get(body.start..body.end).unwrap_or_default();
    Item::Keyboard { actor, lines: source.lines().map(str::to_owned).collect() }
}

/// `sortie serveur`: what is written, and after `sans`, what is not.
pub fn output(text: &str, body: Span, actor: String, problems: &mut Problems) -> Item {
    let source = text.get(body.start..body.end).unwrap_or_default();
    let (mut patterns, mut absent) = (Vec::new(), Vec::new());
    let mut start = body.start;
    for line in source.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        match quoted_after_without(content) {
            Some(place) => absent.extend(quoted(&content[place..], start + place, problems)),
            None => patterns.push(content.to_owned()),
        }
        start += line.len();
    }
    Item::Output { actor, patterns, absent }
}

/// Where the literal begins in `sans "…"`.
fn quoted_after_without(line: &str) -> Option<usize> {
    let rest = line.strip_prefix(check::WITHOUT)?.trim_start();
    rest.starts_with('"').then(|| line.len() - rest.len())
}

fn quoted(literal: &str, base: usize, problems: &mut Problems) -> Option<String> {
    let found = tokenize(literal, base);
    for error in found.errors {
        problems.push(error.span, error.kind);
    }
    match found.tokens.as_slice() {
        [Token { kind: TokenKind::Text(bytes), .. }] => Some(String::from_utf8_lossy(bytes).into_owned()),
        [_, extra, ..] => {
            let start = extra.span.start;
            let fault = LayoutFault::ExtraWords(clip(&literal[start - base..]));
            problems.push(Span { start, end: base + literal.len() }, fault);
            None
        }
        _ => None,
    }
}

/// `lancer client`: its arguments, one line.
pub fn arguments(text: &str, body: Span) -> Vec<String> {
    let source = text.get(body.start..body.end).unwrap_or_default();
    source.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
