//! A note that says something else than it did.

use socketlab::lesson::keywords;
use socketlab::lesson::model::{Lesson, Need};

const MARK: &str = "// => ";

/// Every spoiled line, with the index of the line of the file.
pub fn spoilings(text: &str, lesson: &Lesson, allows: &[Need]) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((before, note)) = line.split_once(MARK) else { continue };
        let mut notes = spoiled(note, allows);
        if before.contains("send(") || before.contains("write(") {
            // These moved all that they were given: true, and tried by a test of its own.
            notes.retain(|note| !note.starts_with("tout"));
        }
        if note.starts_with('"') {
            // A text is at an address.
            notes.retain(|note| !note.starts_with("adresse"));
        }
        notes.extend(woken(note, lesson));
        all.extend(notes.into_iter().map(|note| (index, format!("{before}{MARK}{note}"))));
    }
    all
}

/// What a note may be made of: words, commas, and strings with their quotes.
fn tokens(note: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = note.trim();
    while !rest.is_empty() {
        let length = match rest.chars().next() {
            Some('"') => closing_quote(rest) + 1,
            Some(',') => 1,
            _ => rest.find([' ', ',']).unwrap_or(rest.len()),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place,
            _ => {}
        }
    }
    panic!("a string without an end: {text}");
}

fn joined(tokens: &[String]) -> String {
    tokens.join(" ").replace(" ,", ",")
}

fn spoiled(note: &str, allows: &[Need]) -> Vec<String> {
    let tokens = tokens(note);
    let mut notes = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if unseen_branch(&tokens, index, allows) {
            continue;
        }
        let contains = index > 0 && tokens[index - 1] == "contient";
        for other in others(token, contains) {
            let mut changed = tokens.clone();
            changed[index] = other;
            notes.push(joined(&changed));
        }
    }
    // Another result altogether.
    let result = tokens.iter().position(|token| token == ",").map_or(tokens.len(), |comma| comma);
    if tokens[0] == "bloque" {
        let then = tokens.iter().position(|token| token == "puis").map(|then| then + 1);
        notes.push("bloque".to_owned());
        notes.extend(then.map(|then| joined(&tokens[then..])));
    } else if tokens.iter().all(|token| token != "si") {
        notes.push(format!("bloque, puis {note}"));
        for whole in
            ["ENOENT", "NULL", "adresse", "tout", "fin", "mort SIGKILL", "contient \"jamais\"", "commence \"jamais\""]
        {
            notes.push([whole.to_owned(), joined(&tokens[result..])].concat());
        }
    }
    notes
}

/// Whether this token belongs to what another machine would do: `EACCES si ports_reserves, sinon 0`.
fn unseen_branch(tokens: &[String], index: usize, allows: &[Need]) -> bool {
    let Some(condition) = tokens.iter().position(|token| token == "si") else { return false };
    let need = keywords::need(&tokens[condition + 1]).unwrap();
    if allows.contains(&need) { index > condition } else { index < condition }
}

fn others(token: &str, contains: bool) -> Vec<String> {
    if let Some(inner) = token.strip_prefix('"').and_then(|token| token.strip_suffix('"')) {
        return texts(inner, contains).into_iter().map(|text| format!("\"{text}\"")).collect();
    }
    if let Some((_, to)) = token.split_once("..")
        && let Ok(to) = to.parse::<i64>()
    {
        return vec![format!("{}..{}", to + 1, to + 2)];
    }
    if let Ok(number) = token.parse::<i64>() {
        return vec![(number + 1).to_string(), (number - 1).to_string(), format!("{}..", number + 1)];
    }
    if token.starts_with("EAI_") {
        return vec![if token == "EAI_FAIL" { "EAI_MEMORY" } else { "EAI_FAIL" }.to_owned(), "0".to_owned()];
    }
    if token.starts_with('E') && token.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return vec![if token == "EPERM" { "EIO" } else { "EPERM" }.to_owned(), "0".to_owned(), "fd".to_owned()];
    }
    if token.starts_with("SIG") {
        return vec![if token == "SIGTERM" { "SIGINT" } else { "SIGTERM" }.to_owned()];
    }
    match token {
        "NULL" => vec!["adresse".to_owned(), "0".to_owned()],
        "adresse" => vec!["NULL".to_owned()],
        "tout" => vec!["0".to_owned()],
        _ => Vec::new(),
    }
}

fn texts(inner: &str, contains: bool) -> Vec<String> {
    let mut texts = vec![format!("{inner}?"), format!("~{inner}")];
    let first = if inner.starts_with('\\') { 2 } else { inner.chars().next().map_or(0, char::len_utf8) };
    if inner.len() > first {
        let rest = &inner[first..];
        texts.push(format!("~{rest}"));
        if !contains {
            // A part of what is contained is contained.
            texts.push(rest.to_owned());
        }
    }
    texts
}

/// Who is woken: nobody, somebody else, somebody more.
fn woken(note: &str, lesson: &Lesson) -> Vec<String> {
    let mut notes = Vec::new();
    match note.split_once(", réveille ") {
        Some((result, woken)) => {
            notes.push(result.to_owned());
            let others = lesson.actors.iter().filter(|actor| *actor != woken.trim());
            notes.extend(others.map(|actor| format!("{result}, réveille {actor}")));
        }
        None => notes.extend(lesson.actors.iter().map(|actor| format!("{note}, réveille {actor}"))),
    }
    notes
}
