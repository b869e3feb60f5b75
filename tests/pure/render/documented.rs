//! `docs/json.md` against what the renderer writes: one section a kind, its example, and every field named.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::Value as Json;

use super::{json, recorded};

const PREFERRED: [(&str, &str); 3] =
    [("note", "port-replaced"), ("kernel", "127.0.0.1:50312\",\"recv_queue"), ("returned", "held-by-process")];

/// The example of each kind: the first recorded one, or the preferred one.
fn examples() -> BTreeMap<String, String> {
    let mut examples = BTreeMap::new();
    for line in
        recorded::all().iter().flat_map(|(_, events)| json(events).lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let kind = kind(&line);
        let preferred = PREFERRED.iter().any(|(name, part)| *name == kind && line.contains(part));
        let known: Option<&String> = examples.get(&kind);
        let settled = known.is_some_and(|old| PREFERRED.iter().any(|(name, part)| *name == kind && old.contains(part)));
        if known.is_none() || (preferred && !settled) {
            examples.insert(kind, line);
        }
    }
    examples
}

fn kind(line: &str) -> String {
    let json: Json = serde_json::from_str(line).expect("one object a line");
    json["event"].as_str().expect("every object has its kind").to_owned()
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/json.md")
}

/// Title and text of each `### ` section.
fn sections(document: &str) -> Vec<(String, String)> {
    let parts = document.split("\n### `").skip(1);
    parts.filter_map(|part| part.split_once("`\n")).map(|(title, text)| (title.to_owned(), text.to_owned())).collect()
}

fn example(section: &str) -> Option<&str> {
    section.split_once("```json\n")?.1.split_once("\n```").map(|(example, _)| example)
}

/// The tests of the two parts may both write the file.
static WRITING: Mutex<()> = Mutex::new(());

#[test]
fn every_kind_is_documented_with_what_is_really_written() {
    let _writing = WRITING.lock();
    let document = fs::read_to_string(path()).expect("docs/json.md");
    let examples = examples();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(path(), updated(&document, &examples)).expect("docs/json.md can be written");
        return;
    }
    assert_documented(&document, &examples);
}

/// Each kind has its section, with the line that is really written and a row for each of its fields.
fn assert_documented(part: &str, examples: &BTreeMap<String, String>) {
    let sections: BTreeMap<_, _> = sections(part).into_iter().collect();
    assert_eq!(sections.keys().collect::<Vec<_>>(), examples.keys().collect::<Vec<_>>());
    for (kind, line) in examples {
        let section = &sections[kind];
        assert_eq!(example(section), Some(line.as_str()), "UPDATE_SNAPSHOTS=1 writes it");
        let json: Json = serde_json::from_str(line).expect("an object");
        for field in json.as_object().expect("an object").keys().filter(|field| *field != "event") {
            assert!(section.contains(&format!("| `{field}` |")), "{kind}: `{field}` is not documented");
        }
    }
}

fn updated(document: &str, examples: &BTreeMap<String, String>) -> String {
    let mut out = document.to_owned();
    for (kind, text) in sections(document) {
        if let (Some(old), Some(new)) = (example(&text), examples.get(&kind)) {
            let section = format!("\n### `{kind}`\n{text}");
            out = out.replace(&section, &section.replace(&format!("```json\n{old}\n"), &format!("```json\n{new}\n")));
        }
    }
    out
}

/// The kinds of `trace`, whose sections are one level deeper: some share their name with those of lessons.
const PREFERRED_OF_TRACES: [(&str, &str); 3] =
    [("process", "executed\":{"), ("returned", "received"), ("trace-note", "io-uring")];

fn examples_of_traces() -> BTreeMap<String, String> {
    let mut examples = BTreeMap::new();
    for line in super::trace::all()
        .iter()
        .flat_map(|(_, events)| super::trace::json(events).lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let kind = kind(&line);
        let preferred = PREFERRED_OF_TRACES.iter().find(|(name, _)| *name == kind).map_or("", |row| row.1);
        if line.contains(preferred) {
            examples.entry(kind).or_insert(line);
        }
    }
    examples
}

#[test]
fn every_kind_of_a_trace_is_documented_with_what_is_really_written() {
    let _writing = WRITING.lock();
    let document = fs::read_to_string(path()).expect("docs/json.md");
    let (before, part) = document.split_once("\n## `trace`\n").expect("a part on traces");
    // As for the other kinds, once their sections are one level higher.
    let part = part.replace("\n#### `", "\n### `");
    let examples = examples_of_traces();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let part = updated(&part, &examples).replace("\n### `", "\n#### `");
        fs::write(path(), format!("{before}\n## `trace`\n{part}")).expect("docs/json.md can be written");
        return;
    }
    assert_documented(&part, &examples);
}
