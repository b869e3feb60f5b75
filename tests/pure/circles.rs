//! Circles between the files of one module: two files that name each other are one file in two places. A file and those
//! of its own folder are one family, and may.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{File, files};

/// Circles that stand, and why.
const ALLOWED: &[(&[&str], &str)] = &[
    (&["syscall/ctype", "syscall/record"], "a type holds records, a record holds types"),
    (&["diagnose/ledger/socket", "diagnose/ledger/traffic"], "to be cut: a connection's end is told by its traffic"),
    (&["lesson/dependencies", "lesson/items", "lesson/steps"], "to be cut: the draft of a step has no file of its own"),
    (&["peer/service/http/request", "peer/service/http/scanner"], "to be cut: one limit"),
    (&["trace/decode/message", "trace/decode/transfer"], "to be cut: pieces and budgets have no file of their own"),
];

type Graph = BTreeMap<String, BTreeSet<String>>;

/// `trace` for `trace/mod.rs`, `play/turn` for `play/turn.rs`.
fn name(file: &File) -> String {
    let path = file.path.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).to_owned()
}

/// The paths of a `use` tree, or of an expression, as far as they are names.
fn paths(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim_start();
    if let Some(group) = tree.strip_prefix('{') {
        return members(group).iter().flat_map(|member| paths(member)).collect();
    }
    let first: String = tree.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if first.is_empty() {
        return Vec::new();
    }
    let rest = tree[first.len()..].trim_start().strip_prefix("::").map(paths).unwrap_or_default();
    if rest.is_empty() {
        return vec![vec![first]];
    }
    rest.into_iter().map(|path| [vec![first.clone()], path].concat()).collect()
}

/// What stands between the commas of a group whose brace was taken.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut members) = (0_usize, vec![String::new()]);
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => members.push(String::new()),
            _ => {
                depth = if c == '{' { depth + 1 } else { depth - usize::from(c == '}') };
                members.last_mut().into_iter().for_each(|member| member.push(c));
            }
        }
    }
    members
}

/// The file that a path leads to, seen from this one.
fn target(from: &str, path: &[String], known: &BTreeSet<String>) -> Option<String> {
    let mut place: Vec<&str> = from.split('/').collect();
    let mut rest = path.iter().map(String::as_str).peekable();
    match rest.next()? {
        "crate" => place.clear(),
        "super" => {
            place.pop();
            while rest.next_if_eq(&"super").is_some() {
                place.pop();
            }
        }
        _ => {}
    }
    place.extend(rest);
    (1..=place.len()).rev().map(|length| place[..length].join("/")).find(|file| known.contains(file))
}

fn is_family(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    one == other || within(one, other) || within(other, one)
}

/// Which files of its own module each file names.
fn graph(files: &[File]) -> Graph {
    let code: BTreeMap<String, String> =
        files.iter().filter(|file| !file.is_test()).map(|file| (name(file), file.code())).collect();
    let known: BTreeSet<String> = code.keys().cloned().collect();
    let named = |from: &str, code: &str| -> BTreeSet<String> {
        let starts =
            ["crate", "super", "self"].iter().flat_map(|word| code.match_indices(word)).filter(|(at, word)| {
                let alone = !code[..*at].ends_with(|c: char| c.is_alphanumeric() || "_$:".contains(c));
                alone && code[at + word.len()..].trim_start().starts_with("::")
            });
        let targets = starts.flat_map(|(at, _)| paths(&code[at..])).filter_map(|path| target(from, &path, &known));
        let module = |file: &str| file.split('/').next().map(str::to_owned);
        targets.filter(|file| module(file) == module(from) && !is_family(file, from)).collect()
    };
    code.iter().map(|(from, code)| (from.clone(), named(from, code))).collect()
}

fn reached(graph: &Graph, from: &str) -> BTreeSet<String> {
    let (mut seen, mut to_visit) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(file) = to_visit.pop() {
        for next in &graph[&file] {
            if seen.insert(next.clone()) {
                to_visit.push(next.clone());
            }
        }
    }
    seen
}

/// Files that lead to each other, in groups.
fn circles(files: &[File]) -> BTreeSet<Vec<String>> {
    let graph = graph(files);
    let reach: BTreeMap<&String, BTreeSet<String>> = graph.keys().map(|file| (file, reached(&graph, file))).collect();
    let comes_back = |file: &&&String| reach[**file].contains(**file);
    reach
        .keys()
        .filter(comes_back)
        .map(|file| reach[*file].iter().filter(|other| reach[*other].contains(*file)).cloned().collect())
        .collect()
}

#[test]
fn files_of_a_module_name_each_other_one_way() {
    let allowed: BTreeSet<Vec<String>> =
        ALLOWED.iter().map(|row| row.0.iter().map(|&name| name.to_owned()).collect()).collect();
    let found = circles(files());
    let new: Vec<_> = found.difference(&allowed).collect();
    let gone: Vec<_> = allowed.difference(&found).collect();
    assert!(new.is_empty() && gone.is_empty(), "new circles: {new:?}; rows without a circle: {gone:?}");
}

#[test]
fn a_planted_circle_is_seen() {
    let planted = |one: &str, other: &str| {
        circles(&[File::new("play/mod.rs", ""), File::new("play/a.rs", one), File::new("play/b.rs", other)]).len()
    };
    let forms =
        ["use crate::play::a::A;", "use super::a::{A, B};", "fn f() { super::a::f() }", "use super::{a, c::D};"];
    for form in forms {
        assert_eq!(planted("use crate::play::{b::B, c};", form), 1, "{form}");
        assert_eq!(planted("", form), 0, "{form}");
    }
    assert_eq!(planted("use crate::play::b::B;", "#[cfg(test)]\nmod tests { use crate::play::a::A; }"), 0);
    // A file and those of its folder.
    let family = [File::new("play/a.rs", "mod b; use self::b::B;"), File::new("play/a/b.rs", "use super::A;")];
    assert!(circles(&family).is_empty());
    let deep = [
        File::new("play/a.rs", "use super::b::B;"),
        File::new("play/b.rs", "use super::c::C;"),
        File::new("play/c.rs", "use super::a::A;"),
    ];
    assert_eq!(circles(&deep).into_iter().next().map(|circle| circle.len()), Some(3));
}
