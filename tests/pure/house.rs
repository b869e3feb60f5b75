//! The size and shape of the files.

use crate::source::{File, files};

/// Lines of a file without its tests.
const LONGEST: usize = 400;

/// Files that are tables: as long as what they list.
const TABLES: &[&str] = &[
    "syscall/constant.rs",
    "syscall/vocabulary.rs",
    "text/errno.rs",
    "text/explain/calls.rs",
    "text/explain/constants.rs",
    "text/explain/glossary.rs",
];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "tools"];

fn too_long(files: &[File]) -> Vec<String> {
    let watched = files.iter().filter(|file| !TABLES.contains(&file.path.as_str()));
    let long = watched.map(|file| (file, lines(file))).filter(|(_, lines)| *lines > LONGEST);
    long.map(|(file, lines)| format!("{}: {lines} lines, above {LONGEST}", file.path)).collect()
}

/// Lines that are not blank once tests are gone.
fn lines(file: &File) -> usize {
    let text: String = file.pieces().into_iter().map(|piece| piece.text).collect();
    let last = text.trim_end().lines().count();
    text.lines().take(last).filter(|line| !line.trim().is_empty()).count()
}

fn empty_names(files: &[File]) -> Vec<String> {
    let bad = |file: &&File| {
        file.path.trim_end_matches(".rs").split('/').any(|part| EMPTY_NAMES.contains(&part)) || declares_one(file)
    };
    files.iter().filter(bad).map(|file| format!("{}: a module named for nothing", file.path)).collect()
}

fn declares_one(file: &File) -> bool {
    let code = file.code();
    let words: Vec<&str> =
        code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| pair[0] == "mod" && EMPTY_NAMES.contains(&pair[1]))
}

fn globs(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let code = file.code();
        let statements = code.split(';').map(str::trim_end).filter(|statement| statement.contains("use "));
        let glob = |statement: &&str| {
            let compact: String = statement.chars().filter(|c| !c.is_whitespace()).collect();
            compact.ends_with("::*") || compact.contains("::*,") || compact.contains("::*}")
        };
        faults.extend(statements.filter(glob).map(|_| format!("{}: a glob import", file.path)));
    }
    faults
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn files_stay_short() {
    assert_none(&too_long(&files()));
}

#[test]
fn every_listed_table_exists() {
    let files = files();
    let gone = TABLES.iter().filter(|table| !files.iter().any(|file| file.path == **table));
    assert_none(&gone.map(|table| format!("{table} is listed and does not exist")).collect::<Vec<_>>());
}

#[test]
fn modules_have_names() {
    assert_none(&empty_names(&files()));
}

#[test]
fn imports_are_named() {
    assert_none(&globs(&files()));
}

#[test]
fn planted_faults_are_seen() {
    let long = "fn f() {}\n".repeat(LONGEST + 1);
    assert_eq!(too_long(&[File::new("play/mod.rs", &long)]).len(), 1);
    let tested = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
    assert_none(&too_long(&[File::new("play/mod.rs", &tested), File::new("syscall/constant.rs", &long)]));
    assert_eq!(empty_names(&[File::new("play/util.rs", ""), File::new("play/mod.rs", "mod common;")]).len(), 2);
    assert_eq!(globs(&[File::new("a.rs", "use crate::x::*;"), File::new("b.rs", "use a::{b::*, c};")]).len(), 2);
    assert_none(&globs(&[File::new("a.rs", "use a::b;\nfn f(x: i32) -> i32 { x * 2 }\nmod tests {}")]));
}
