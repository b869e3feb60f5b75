//! The arrows between modules, where French may be written, and where `unsafe` may be: held here, because only a
//! test holds the direction of a crate in the long run. `docs/architecture.md` explains the table.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{File, Kind, files};

/// Each module, and those that it may name. `*`: all.
const ARROWS: &[(&str, &[&str])] = &[
    ("syscall", &[]),
    ("state", &["syscall"]),
    ("observed", &["syscall", "state"]),
    ("finding", &["syscall", "state", "observed"]),
    ("lesson", &["syscall", "state"]),
    ("content", &["syscall", "state", "finding", "lesson"]),
    ("event", &["syscall", "state", "observed", "finding", "lesson"]),
    ("sandbox", &[]),
    ("observe", &["syscall", "state"]),
    ("live", &["syscall", "state", "observe"]),
    ("trace", &["syscall", "state", "observed", "observe"]),
    ("diagnose", &["syscall", "state", "observed", "finding"]),
    ("watch", &["syscall", "state", "observed", "event", "observe"]),
    ("watch::program", &["syscall", "state", "observed", "finding", "event", "observe", "trace", "diagnose", "watch"]),
    ("play", &["syscall", "state", "lesson", "event", "live", "observe", "watch"]),
    ("peer", &["syscall", "state", "event", "observe", "sandbox", "watch"]),
    ("progress", &["lesson"]),
    (
        "text",
        &[
            "syscall", "state", "observed", "finding", "trace", "lesson", "content", "event", "live", "observe",
            "play", "sandbox", "progress", "author",
        ],
    ),
    ("render", &["syscall", "state", "observed", "finding", "lesson", "content", "event", "watch", "text"]),
    ("author", &["syscall", "state", "lesson", "content", "event", "live", "observe", "play"]),
    ("cli", &["event", "text"]),
    ("command", &["*"]),
];

/// Rooms within a module, with a row of their own: the rest of the module may not name them.
const INNER: &[(&str, &str)] = &[("watch", "program")];

/// The crate's root declares every module and names none; `main` hands over to `command`.
const ROOTS: &[&str] = &["lib", "main"];

const FRENCH_MODULES: &[&str] = &["text", "cli"];
/// The keywords of lessons and pages are French, as their authors are; so are the words that lint discourages.
const FRENCH_FILES: &[&str] = &["lesson/keywords.rs", "content/keywords.rs", "author/discouraged.rs"];
const UNSAFE_MODULES: &[&str] = &["live", "observe", "sandbox", "trace"];
/// The server that forks: what its child may touch is a promise that only it can make.
const UNSAFE_FILES: &[&str] = &["peer/caller/process.rs", "peer/server/fork.rs"];

/// Words that make a literal French when two of them are in it.
const FRENCH_WORDS: &[&str] = &[
    "le", "la", "les", "un", "une", "des", "du", "de", "est", "sont", "pas", "pour", "avec", "dans", "vous", "votre",
    "qui", "que", "sans", "sur", "ce", "cette", "aucun", "aucune", "ne", "et", "ou", "par", "au", "aux", "son", "sa",
    "il", "elle",
];

const FRENCH_LETTERS: &str = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»’";

/// The first module of its path: `syscall` for `syscall/ast.rs`, `state` for `state.rs`; or the inner room.
fn module(file: &File) -> String {
    let mut names = file.path.split('/').map(|name| name.trim_end_matches(".rs"));
    let outer = names.next().unwrap_or_default();
    inner(outer, names.next().unwrap_or_default()).unwrap_or_else(|| outer.to_owned())
}

fn inner(outer: &str, name: &str) -> Option<String> {
    INNER.contains(&(outer, name)).then(|| format!("{outer}::{name}"))
}

fn allowed(module: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|row| row.0 == module).map(|row| row.1)
}

/// Every arrow, unknown module and stale row, as sentences; empty when the house is in order.
fn wrong_arrows(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let module = module(file);
        if ROOTS.contains(&module.as_str()) {
            continue;
        }
        let Some(may_name) = allowed(&module) else {
            faults.push(format!("{}: module `{module}` has no row in the table", file.path));
            continue;
        };
        for named in named_modules(&file.code()) {
            let fine = named == module || may_name.contains(&"*") || may_name.contains(&named.as_str());
            if !fine {
                faults.push(format!("{}: `{module}` may not name `{named}`", file.path));
            }
        }
    }
    faults
}

/// Rows whose module is gone.
fn stale_rows(files: &[File]) -> Vec<String> {
    let modules: BTreeSet<String> = files.iter().map(module).collect();
    let gone = ARROWS.iter().filter(|row| !modules.contains(row.0));
    gone.map(|row| format!("the table has a row for `{}`, which does not exist", row.0)).collect()
}

/// The modules that follow `crate::`, in `use` trees and in paths.
fn named_modules(code: &str) -> BTreeSet<String> {
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ::", "::").replace(":: ", "::");
    let mut named = BTreeSet::new();
    for (at, found) in code.match_indices("crate::") {
        let whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        if whole {
            named.extend(heads(&code[at + found.len()..]));
        }
    }
    named
}

/// The modules that a path names, or those of a `{…}` group.
fn heads(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return head(rest) };
    let mut depth = 0_usize;
    let mut items = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(String::new()),
            _ => {
                depth = if c == '{' { depth + 1 } else { depth - usize::from(c == '}') };
                items.last_mut().into_iter().for_each(|item| item.push(c));
            }
        }
    }
    items.iter().flat_map(|item| head(item.trim())).collect()
}

/// The first name of a path; where it has inner rooms, those that the path names.
fn head(path: &str) -> Vec<String> {
    let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if name.is_empty() {
        return Vec::new();
    }
    let inside = path[name.len()..].strip_prefix("::").filter(|_| INNER.iter().any(|row| row.0 == name));
    let Some(inside) = inside else { return vec![name] };
    heads(inside).into_iter().map(|next| inner(&name, &next).unwrap_or_else(|| name.clone())).collect()
}

fn french_sentences(files: &[File]) -> Vec<String> {
    let watched = files
        .iter()
        .filter(|file| !FRENCH_MODULES.contains(&module(file).as_str()) && !FRENCH_FILES.contains(&file.path.as_str()));
    let mut faults = Vec::new();
    for file in watched {
        let literals = file.pieces().iter().filter(|piece| piece.kind == Kind::Text && is_french(&piece.text));
        faults.extend(
            literals
                .map(|piece| format!("{}:{}: French outside text/ and cli/: {}", file.path, piece.line, piece.text)),
        );
    }
    faults
}

fn is_french(literal: &str) -> bool {
    if literal.starts_with('\'') {
        return false;
    }
    let words: BTreeSet<&str> =
        literal.split(|c: char| !c.is_alphabetic()).filter(|word| FRENCH_WORDS.contains(word)).collect();
    literal.contains(|c| FRENCH_LETTERS.contains(c)) || words.len() >= 2
}

fn unsafe_places(files: &[File]) -> Vec<String> {
    let free =
        |file: &&File| !UNSAFE_MODULES.contains(&module(file).as_str()) && !UNSAFE_FILES.contains(&file.path.as_str());
    let watched = files.iter().filter(free);
    let holds =
        |file: &&File| file.code().split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
    watched.filter(holds).map(|file| format!("{}: `unsafe` outside {}", file.path, UNSAFE_MODULES.join(", "))).collect()
}

/// Whether arrows come back to where they started.
fn circles(arrows: &[(&'static str, &'static [&'static str])]) -> Vec<String> {
    let graph: BTreeMap<&str, &[&str]> = arrows.iter().filter(|row| row.0 != "command").copied().collect();
    let comes_back = |start: &&str| {
        let mut seen = BTreeSet::new();
        let mut to_visit: Vec<&str> = graph[*start].to_vec();
        while let Some(module) = to_visit.pop() {
            if seen.insert(module) {
                to_visit.extend(graph.get(module).copied().unwrap_or_default());
            }
        }
        seen.contains(*start)
    };
    graph.keys().filter(|start| comes_back(start)).map(|start| format!("`{start}` names itself in the end")).collect()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_arrow_is_allowed() {
    let files = files();
    assert!(files.len() > 20, "src was read");
    assert_none(&wrong_arrows(files));
    assert_none(&stale_rows(files));
}

#[test]
fn no_circle_in_the_table() {
    assert_none(&circles(ARROWS));
}

#[test]
fn french_is_written_where_it_belongs() {
    assert_none(&french_sentences(files()));
}

#[test]
fn unsafe_stays_where_it_is_explained() {
    assert_none(&unsafe_places(files()));
}

#[test]
fn a_planted_arrow_is_seen() {
    let planted = [
        "use crate::live::kernel::Kernel;",
        "use crate::{syscall::call::Call, live::{kernel::Kernel, other}};",
        "use crate::{\n    live,\n};",
        "fn f() { crate::live::f(); }",
        "pub(crate) use crate :: live :: kernel;",
        "fn f() { let s = \"{\"; let c = '{'; crate::live::f(); }",
        "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nuse crate::live;",
    ];
    for text in planted {
        let faults = wrong_arrows(&[File::new("lesson/parse.rs", text)]);
        assert_eq!(faults, ["lesson/parse.rs: `lesson` may not name `live`"], "{text}");
    }
}

#[test]
fn an_inner_room_is_named_apart() {
    let planted =
        ["use crate::watch::program::Watch;", "use crate::watch::{sleeper::Sleeper, program::{Asked, Watch}};"];
    for text in planted {
        let faults = wrong_arrows(&[File::new("play/awakening.rs", text)]);
        assert_eq!(faults, ["play/awakening.rs: `play` may not name `watch::program`"], "{text}");
        assert_eq!(wrong_arrows(&[File::new("watch/sleeper.rs", text)]).len(), 1, "{text}");
        assert_none(&wrong_arrows(&[File::new("command/trace.rs", text), File::new("watch/program.rs", text)]));
    }
    let judging = "use crate::diagnose::Diagnosis;";
    assert_none(&wrong_arrows(&[File::new("watch/program.rs", judging), File::new("watch/program/tests.rs", judging)]));
    assert_eq!(wrong_arrows(&[File::new("watch/sleeper.rs", judging)]).len(), 1);
    assert_none(&wrong_arrows(&[File::new("play/awakening.rs", "use crate::watch::warning::Warnings;")]));
}

#[test]
fn what_only_looks_like_an_arrow_is_not_one() {
    let harmless = [
        "// use crate::live;",
        "/* use crate::live; /* nested */ */",
        "const S: &str = \"crate::live\";",
        "const S: &str = r#\"a \" crate::live\"#;",
        "use crate::lesson::live;",
        "use my_crate::live;",
        "#[cfg(test)]\nmod tests { use crate::live; fn f() { let s = \"}\"; } use crate::play; }",
        "#[cfg(test)]\nuse crate::live;",
    ];
    for text in harmless {
        assert_none(&wrong_arrows(&[File::new("lesson/parse.rs", text)]));
    }
}

#[test]
fn a_module_without_a_row_is_seen() {
    assert_eq!(wrong_arrows(&[File::new("util.rs", "")]), ["util.rs: module `util` has no row in the table"]);
    assert!(stale_rows(&[File::new("state.rs", "")]).len() > 5);
}

#[test]
fn a_planted_circle_is_seen() {
    assert_eq!(circles(&[("a", &["b"]), ("b", &["a"]), ("c", &["a"])]).len(), 2);
}

#[test]
fn planted_french_is_seen() {
    let planted = [
        "\"Leçon\"",
        "\"le port est pris\"",
        "\"« x »\"",
        "r#\"l’appel\"#",
        "b\"il ne dort pas dans la file\"",
        "\"a \\\" é\"",
    ];
    for literal in planted {
        let text = format!("fn f() {{ let s = {literal}; }}");
        assert_eq!(french_sentences(&[File::new("play/mod.rs", &text)]).len(), 1, "{literal}");
        assert_none(&french_sentences(&[File::new("text/mod.rs", &text), File::new("lesson/keywords.rs", &text)]));
    }
    let harmless = ["\"port in use\"", "\"la\"", "\"a la carte\"", "\"· … ←\"", "'é'", "\"de-facto\"", "1 // Leçon"];
    for literal in harmless {
        let text = format!("fn f() {{ let s = {literal}\n; }}\n#[cfg(test)] mod tests {{ const S: &str = \"é\"; }}");
        assert_none(&french_sentences(&[File::new("play/mod.rs", &text)]));
    }
}

#[test]
fn planted_unsafe_is_seen() {
    let text = "#![deny(unsafe_code)]\nfn f() { unsafe { g() } }";
    assert_eq!(unsafe_places(&[File::new("play/mod.rs", text)]).len(), 1);
    assert_none(&unsafe_places(&[File::new("live/call.rs", text), File::new("peer/server/fork.rs", text)]));
    assert_eq!(unsafe_places(&[File::new("peer/server.rs", text)]).len(), 1);
    assert_none(&unsafe_places(&[File::new(
        "play/mod.rs",
        "// unsafe\n#![deny(unsafe_code)]\nconst S: &str = \"unsafe\";",
    )]));
}

/// The last column of `docs/architecture.md`.
fn told(may_name: &[&str]) -> String {
    match may_name {
        [] => "nothing".to_owned(),
        ["*"] => "everything".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// The page with the arrows of the table above, its rows in the same order.
fn documented(page: &str) -> String {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let is_row = |line: &&str| line.starts_with("| `") && cells(line).len() == 5;
    let holds: BTreeMap<String, String> =
        page.lines().filter(is_row).map(|line| (cells(line)[1].clone(), cells(line)[2].clone())).collect();
    let row = |(name, may_name): &(&str, &[&str])| {
        let name = format!("`{name}`");
        let holds = holds.get(&name).map_or("", String::as_str);
        format!("| {name} | {holds} | {} |\n", told(may_name))
    };
    let rows: String = ARROWS.iter().map(row).collect();
    let mut lines = page.split_inclusive('\n').filter(|line| !is_row(&line.trim_end())).collect::<Vec<_>>();
    let place = lines.iter().position(|line| line.starts_with("|---")).expect("a table") + 1;
    lines.insert(place, &rows);
    lines.concat()
}

#[test]
fn the_documented_table_is_this_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let page = std::fs::read_to_string(&path).expect("docs/architecture.md");
    let wanted = documented(&page);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &wanted).expect("docs/architecture.md can be written");
        return;
    }
    assert_eq!(page, wanted, "UPDATE_SNAPSHOTS=1 writes it");
    assert!(!wanted.contains("|  |"), "each module says what it holds");
}

/// The walks of docs/architecture.md name files by their path, or by their name alone where the room is the last one said.
#[test]
fn the_walks_name_files_that_exist() {
    let document = include_str!("../../docs/architecture.md");
    let walks = document.split("\n## ").find(|part| part.starts_with("Four walks")).expect("the walks");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut last, mut named, mut missing) = (root.join("src"), 0, Vec::new());
    let is_file = |name: &&str| std::path::Path::new(name).extension().is_some_and(|extension| extension == "rs");
    for name in walks.split('`').skip(1).step_by(2).filter(is_file) {
        let nearby = last.ancestors().take_while(|folder| *folder != root).map(|folder| folder.join(name));
        let file = std::iter::once(root.join(name)).chain(nearby).find(|file| file.is_file());
        match file {
            Some(file) => last = file.parent().map(Into::into).unwrap_or_default(),
            None => missing.push(name),
        }
        named += 1;
    }
    assert!(missing.is_empty() && named > 40, "{named} names, missing {missing:?}");
}
