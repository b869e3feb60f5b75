//! The mistakes in C that `socketlab explain` shows, and their corrections: they compile, they can be read, and `trace`
//! raises the finding of the one and nothing of the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use socketlab::content::book::Book;
use socketlab::content::finding::{Finding, MARKS};
use socketlab::finding::Id;

use crate::support::{binary, events, has, network, root};

const COLUMNS: usize = 76;
/// Lines that are not blank.
const LINES: usize = 65;

/// Findings that the program alone does not raise, and why.
const NOT_RAISED: &[(Id, &str)] = &[(Id::ListenLoopbackOnly, "only where a statement asks to be reachable")];

/// Findings that a fault brings to light.
const FAULTS: &[(Id, &str)] = &[(Id::FramingAssumed, "recv:short=3:1"), (Id::EintrFatal, "recv:EINTR:1")];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Wrong,
    Right,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Wrong => "wrong",
            Kind::Right => "right",
        }
    }
}

fn programs() -> impl Iterator<Item = (Id, Kind)> {
    Id::all().flat_map(|id| [(id, Kind::Wrong), (id, Kind::Right)])
}

fn name(id: Id, kind: Kind) -> String {
    format!("{}-{}", id.name(), kind.name())
}

fn page(id: Id) -> Finding {
    Book::default().finding(id).unwrap()
}

fn text(id: Id, kind: Kind) -> String {
    match kind {
        Kind::Wrong => page(id).wrong,
        Kind::Right => page(id).right,
    }
}

#[test]
fn they_can_be_read() {
    for (id, kind) in programs() {
        let (name, text) = (name(id, kind), text(id, kind));
        assert!(text.starts_with("/* "), "{name} says what it is");
        assert!(text.lines().filter(|line| !line.trim().is_empty()).count() <= LINES, "{name} is long");
        for line in text.lines() {
            assert!(line.chars().count() <= COLUMNS, "{name}: {line}");
            assert!(!line.contains('\t') && line.trim_end() == line, "{name}: {line:?}");
        }
        for mark in MARKS {
            assert_eq!(text.lines().filter(|line| line.trim() == mark).count(), 1, "{name}: {mark}");
        }
    }
}

#[test]
fn what_is_shown_is_short() {
    for id in Id::all() {
        let (wrong, right) = page(id).excerpts();
        for excerpt in [wrong, right] {
            assert!((3..=14).contains(&excerpt.lines().count()), "{}:\n{excerpt}", id.name());
        }
    }
}

/// Compiles a program; a correction without a warning.
fn compiled(id: Id, kind: Kind) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join(name(id, kind));
    let source = folder.join(format!("{}.c", name(id, kind)));
    fs::write(&source, text(id, kind)).unwrap();
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=gnu17", "-Wall", "-g", "-pthread", "-o"]).arg(&program).arg(source);
    if kind == Kind::Right {
        gcc.arg("-Werror");
    }
    let output = gcc.output().unwrap();
    assert!(output.status.success(), "{}: {}", name(id, kind), String::from_utf8_lossy(&output.stderr));
    program
}

/// Id and severity of each finding of a program that runs alone.
fn findings(program: &Path, fault: Option<&str>) -> Vec<(String, String)> {
    let output = program.with_extension("jsonl");
    let (program, path) = (program.to_str().unwrap(), output.to_str().unwrap());
    let mut arguments = vec!["trace", "--format", "json", "--output", path];
    arguments.extend(fault.iter().flat_map(|fault| ["--fault", fault]));
    arguments.extend(["--", program]);
    let ended = binary::run(&mut binary::socketlab(&arguments));
    assert!(matches!(ended.code(), Some(0 | 1)), "{program}: {}", ended.whole());
    let events = events::parse(&fs::read_to_string(&output).unwrap());
    let found = events.iter().filter(|event| event["event"] == "finding");
    let field = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    found.map(|event| (field(event, "id"), field(event, "severity"))).collect()
}

fn raised(id: Id, kind: Kind) -> Vec<(String, String)> {
    let fault = FAULTS.iter().find(|row| row.0 == id).map(|row| row.1);
    findings(&compiled(id, kind), fault)
}

#[test]
fn mistakes_raise_their_finding() {
    if !has("gcc") {
        return;
    }
    network::private("mistakes_raise_their_finding", || {
        // An ordinary account is what the program needs, and what a user namespace cannot give it.
        let skipped = |id: Id| NOT_RAISED.iter().any(|row| row.0 == id) || id == Id::PortPrivileged && !root();
        let quiet: Vec<String> = Id::all()
            .filter(|id| !skipped(*id))
            .map(|id| (id, raised(id, Kind::Wrong)))
            .filter(|(id, found)| !found.iter().any(|(name, _)| name == id.name()))
            .map(|(id, found)| format!("{}: {found:?}", id.name()))
            .collect();
        assert!(quiet.is_empty(), "not raised:\n{}", quiet.join("\n"));
    });
}

#[test]
fn what_is_not_raised_compiles() {
    if has("gcc") {
        for (id, why) in NOT_RAISED {
            assert!(compiled(*id, Kind::Wrong).is_file(), "{}: {why}", id.name());
        }
    }
}

#[test]
fn corrections_raise_neither_it_nor_any_other_defect() {
    if !has("gcc") {
        return;
    }
    network::private("corrections_raise_neither_it_nor_any_other_defect", || {
        let bad = |id: Id, (name, severity): &(String, String)| {
            name == id.name() || severity == "defect" || severity == "weakness"
        };
        let faults: Vec<String> = Id::all()
            .map(|id| (id, raised(id, Kind::Right)))
            .filter(|(id, found)| found.iter().any(|one| bad(*id, one)))
            .map(|(id, found)| format!("{}: {found:?}", id.name()))
            .collect();
        assert!(faults.is_empty(), "raised:\n{}", faults.join("\n"));
    });
}
