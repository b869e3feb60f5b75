//! The size and shape of the files.

use syn::visit::{self, Visit};
use syn::{ExprMatch, ItemMod, Pat};

use crate::source::{File, files};

/// Lines of a file without its tests.
const LONGEST: usize = 400;

/// Files that are tables: as long as what they list.
const TABLES: &[&str] = &["syscall/constant.rs", "syscall/vocabulary.rs"];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "tools"];

/// What is told to people and scripts: whoever shows it names each variant, so that a new one does not compile until it
/// is shown.
const TOLD: &[&str] = &[
    "Event",
    "LessonEvent",
    "ActorEvent",
    "PeerEvent",
    "TraceEvent",
    "ProcessChange",
    "Note",
    "PeerNote",
    "TraceNote",
    "What",
    "Misbehaviour",
    "End",
    "Attempt",
    "Why",
    "Exhibit",
    "Judgement",
];

/// Where it is shown, or passed on to who shows it.
const SHOWS: &[&str] = &["render/", "text/", "author/", "command/", "peer/narration"];

fn too_long(files: &[File]) -> Vec<String> {
    let watched = files.iter().filter(|file| !TABLES.contains(&file.path.as_str()));
    let long = watched.map(|file| (file, lines(file))).filter(|(_, lines)| *lines > LONGEST);
    long.map(|(file, lines)| format!("{}: {lines} lines, above {LONGEST}", file.path)).collect()
}

/// Lines that are not blank once tests are gone.
fn lines(file: &File) -> usize {
    let text: String = file.pieces().iter().map(|piece| piece.text.as_str()).collect();
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

/// Arms that take every variant that the others of their `match` do not name.
fn wildcards(files: &[File]) -> Vec<String> {
    let shows = |file: &&File| !file.is_test() && SHOWS.iter().any(|place| file.path.starts_with(place));
    let mut faults = Vec::new();
    for file in files.iter().filter(shows) {
        let Ok(parsed) = syn::parse_file(&file.text) else {
            faults.push(format!("{}: not read", file.path));
            continue;
        };
        let mut seen = Wildcards::default();
        seen.visit_file(&parsed);
        faults.extend(seen.of.iter().map(|told| format!("{}: a `match` on {told} has a wildcard", file.path)));
    }
    faults
}

#[derive(Default)]
struct Wildcards {
    of: Vec<&'static str>,
}

impl<'ast> Visit<'ast> for Wildcards {
    fn visit_expr_match(&mut self, one: &'ast ExprMatch) {
        let rows: Vec<Row> = one.arms.iter().flat_map(|arm| rows(&arm.pat)).collect();
        let widest = rows.iter().map(|row| row.columns.len()).max().unwrap_or_default();
        let columns = (0..widest).filter_map(|at| Some((at, rows.iter().filter_map(|row| row.at(at)).find_map(told)?)));
        let columns: Vec<(usize, &str)> = columns.collect();
        let wild = |row: &Row| columns.iter().all(|(at, _)| row.at(*at).is_some_and(takes_all));
        if rows.iter().any(|row| !row.guarded && wild(row)) {
            self.of.extend(columns.first().map(|(_, told)| *told));
        }
        visit::visit_expr_match(self, one);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

/// What an arm takes: the patterns of a tuple, or a pattern alone.
struct Row<'a> {
    columns: Vec<&'a Pat>,
    /// Whether it takes it under a condition only.
    guarded: bool,
}

impl<'a> Row<'a> {
    /// A lone `_` stands for every column.
    fn at(&self, column: usize) -> Option<&'a Pat> {
        self.columns.get(column).or(self.columns.first()).copied()
    }
}

/// `a | b` is two rows.
fn rows(pattern: &Pat) -> Vec<Row<'_>> {
    match pattern {
        Pat::Guard(one) => rows(&one.pat).into_iter().map(|row| Row { guarded: true, ..row }).collect(),
        Pat::Or(or) => or.cases.iter().flat_map(rows).collect(),
        Pat::Paren(one) => rows(&one.pat),
        Pat::Reference(one) => rows(&one.pat),
        Pat::Tuple(tuple) => vec![Row { columns: tuple.elems.iter().collect(), guarded: false }],
        other => vec![Row { columns: vec![other], guarded: false }],
    }
}

/// The enum of `TOLD` whose variant a pattern names, however deep.
fn told(pattern: &Pat) -> Option<&'static str> {
    let path = match pattern {
        Pat::Path(path) => &path.path,
        Pat::Struct(path) => &path.path,
        Pat::TupleStruct(path) => &path.path,
        _ => return inner(pattern).into_iter().find_map(told),
    };
    let owner = path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string());
    let named = TOLD.iter().find(|name| owner.as_deref() == Some(name));
    named.copied().or_else(|| inner(pattern).into_iter().find_map(told))
}

/// Whether a pattern takes each variant of what it stands for.
fn takes_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) | Pat::Rest(_) => true,
        // `None` is written as a name is.
        Pat::Ident(name) if name.ident.to_string().starts_with(char::is_uppercase) => false,
        Pat::Ident(name) => name.subpat.as_ref().is_none_or(|(_, pattern)| takes_all(pattern)),
        Pat::Or(or) => or.cases.iter().any(takes_all),
        Pat::TupleStruct(_) if told(pattern).is_some() => false,
        // `Some(_)` takes all of what `Some(Note::…)` names.
        Pat::Tuple(_) | Pat::TupleStruct(_) | Pat::Paren(_) | Pat::Reference(_) => {
            inner(pattern).into_iter().all(takes_all)
        }
        _ => false,
    }
}

fn inner(pattern: &Pat) -> Vec<&Pat> {
    match pattern {
        Pat::Ident(name) => name.subpat.iter().map(|(_, pattern)| &**pattern).collect(),
        Pat::Or(or) => or.cases.iter().collect(),
        Pat::Paren(one) => vec![&*one.pat],
        Pat::Reference(one) => vec![&*one.pat],
        Pat::Slice(several) => several.elems.iter().collect(),
        Pat::Struct(several) => several.fields.iter().map(|field| &*field.pat).collect(),
        Pat::Tuple(several) => several.elems.iter().collect(),
        Pat::TupleStruct(several) => several.elems.iter().collect(),
        _ => Vec::new(),
    }
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn files_stay_short() {
    assert_none(&too_long(files()));
}

#[test]
fn every_listed_table_exists() {
    let files = files();
    let gone = TABLES.iter().filter(|table| !files.iter().any(|file| file.path == **table));
    assert_none(&gone.map(|table| format!("{table} is listed and does not exist")).collect::<Vec<_>>());
}

#[test]
fn modules_have_names() {
    assert_none(&empty_names(files()));
}

#[test]
fn imports_are_named() {
    assert_none(&globs(files()));
}

#[test]
fn a_new_event_does_not_compile_until_it_is_shown() {
    assert_none(&wildcards(files()));
}

#[test]
fn planted_wildcards_are_seen() {
    let seen =
        |path: &str, arms: &str| wildcards(&[File::new(path, &format!("fn f() {{ match x {{ {arms} }} }}"))]).len();
    for arms in [
        "Event::Text { .. } => a(), _ => b()",
        "event::Event::Text { .. } => a(), other => b(other)",
        "Event::Text { .. } | Event::Call(_) => {} ref other @ _ => b(other)",
        "Some(PeerNote::Full { .. }) => a(), Some(_) => b(), None => c()",
        "(Note::ProcFallback, Side::Server) => a(), (_, Side::Client) => b(), (Note::NobodySleeps, _) => c()",
        "Event::PeerNote { note } if is_bad(note) => a(), Event::Call(_) | _ => b()",
        "Event::PeerNote { note: PeerNote::Full { .. } } => a(), Event::PeerNote { .. } => b(), _ => c()",
    ] {
        assert_eq!(seen("render/terminal.rs", arms), 1, "{arms}");
        assert_eq!(seen("peer/server.rs", arms) + seen("render/tests.rs", arms), 0, "{arms}");
    }
    for arms in [
        "Event::Text { .. } => a(), Event::Call(_) => b()",
        "Event::Text { .. } => a(), _ if tired => b(), Event::Call(call) => c(call)",
        "Some(Note::ProcFallback) => a(), Some(Note::NobodySleeps) => b(), None => c()",
        "(Note::ProcFallback, _) => a(), (Note::NobodySleeps, other) => b(other)",
        "(_, End::Stopped) => a(), (Attempt::Refused, _) => b(), (Attempt::Connected, End::ByPeer) => c()",
        "Sys::Recv => a(), _ => b()",
    ] {
        assert_eq!(seen("render/terminal.rs", arms), 0, "{arms}");
    }
    assert_eq!(wildcards(&[File::new("text/a.rs", "fn f( {")]).len(), 1);
    let nested = "Event::Text { .. } => match note { Note::ProcFallback => a(), _ => b() }, Event::Call(_) => c()";
    assert_eq!(seen("command/a.rs", nested), 1);
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

/// `tests/mutants/rooms.rs` includes whole modules: each of their files is listed in `tests/mutants/rooms`, as swept or not
/// yet.
#[test]
fn every_file_of_the_mutants_rooms_is_listed() {
    let listed = include_str!("../mutants/rooms");
    let listed: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().last()).collect();
    let listed: Vec<&str> = listed.into_iter().filter(|word| word.starts_with("src/")).collect();
    let house = files();
    let stale = listed.iter().filter(|path| !house.iter().any(|file| format!("src/{}", file.path) == **path));
    assert_none(
        &stale.map(|path| format!("{path} is listed in tests/mutants/rooms and does not exist")).collect::<Vec<_>>(),
    );
    let pure = ["syscall", "lesson", "diagnose", "state.rs", "observed.rs", "finding.rs"];
    let missing = house.iter().filter(|file| {
        let room = file.path.split('/').next().unwrap_or_default();
        let tests = file.path.contains("/tests/") || file.path.ends_with("/tests.rs");
        pure.contains(&room) && !tests && !listed.contains(&format!("src/{}", file.path).as_str())
    });
    assert_none(
        &missing.map(|file| format!("src/{} has no line in tests/mutants/rooms", file.path)).collect::<Vec<_>>(),
    );
}

/// The modules that `tests/mutants/rooms.rs` declares, as paths below the crate.
fn declared(rooms: &str) -> Vec<String> {
    let (mut path, mut found) = (Vec::new(), Vec::new());
    for line in rooms.lines().map(str::trim) {
        let named = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ");
        match named.map(|named| (named.trim_end_matches([';', '{', ' ']), named.ends_with(';'))) {
            Some((name, true)) => found.push([&path[1..], &[name]].concat().join("::")),
            Some((name, false)) => path.push(name),
            None if line == "}" => drop(path.pop()),
            None => {}
        }
    }
    found
}

/// `room::module` of each thing of the crate that a text names; `room` alone where it names no module.
fn named_in_crate(text: &str) -> Vec<String> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut found = Vec::new();
    for path in text.split("crate::").skip(1) {
        let (plain, rest) = path.split_at(path.find(|c| !is_path(c)).unwrap_or(path.len()));
        let names: Vec<&str> = plain.split("::").filter(|name| !name.is_empty()).collect();
        let several = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
        match (&names[..], several) {
            ([room], Some(modules)) => {
                let modules = modules.split(',').map(|module| module.trim().split("::").next().unwrap_or_default());
                found.extend(modules.filter(|module| !module.is_empty()).map(|module| format!("{room}::{module}")));
            }
            ([room], None) => found.push((*room).to_owned()),
            ([room, module, ..], _) => found.push(format!("{room}::{module}")),
            ([], _) => {}
        }
    }
    found
}

/// What these files name outside the rooms, so that the small crate would not compile.
fn outside_the_rooms<'a>(rooms: &str, files: impl Iterator<Item = &'a File>) -> Vec<String> {
    let declared = declared(rooms);
    let is_inside =
        |named: &String| declared.iter().any(|module| module == named || named.starts_with(&format!("{module}::")));
    let outside = |file: &'a File| {
        let named = named_in_crate(&file.text).into_iter().filter(|named| !is_inside(named));
        named.map(|named| format!("{}: {named} is not in tests/mutants/rooms.rs", file.path)).collect::<Vec<_>>()
    };
    files.flat_map(outside).collect()
}

/// Compiling the small crate would cost every run of the tests half a minute.
#[test]
fn the_mutants_rooms_name_nothing_outside() {
    let (rooms, listed) = (include_str!("../mutants/rooms.rs"), include_str!("../mutants/rooms"));
    let inside = |file: &&File| listed.lines().any(|line| line.ends_with(&format!("src/{}", file.path)));
    assert_none(&outside_the_rooms(rooms, files().iter().filter(inside)));
    let planted = rooms.replace("pub mod nul;", "");
    assert!(!outside_the_rooms(&planted, files().iter().filter(inside)).is_empty());
}

/// Both genders exist; the lessons, the program and its pages use one. « on dit aussi la socket » is said once.
fn feminine_sockets(text: &str) -> Vec<String> {
    let aside = ["on dit aussi la socket", "on dit aussi « la socket »", "\"la socket\""];
    let text = aside.iter().fold(text.to_lowercase(), |text, words| text.replace(words, ""));
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let articles = ["une", "la", "cette", "toute", "quelle", "nouvelle", "aucune"];
    let pairs = words.windows(2).filter(|pair| articles.contains(&pair[0]) && pair[1] == "socket");
    pairs.map(|pair| pair.join(" ")).collect()
}

#[test]
fn a_socket_is_masculine_in_french() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src/text"), root.join("src/cli"), root.join("lessons")];
    let mut seen = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default().replace(['\u{a0}', '\u{202f}'], " ");
            seen.extend(feminine_sockets(&text).into_iter().map(|words| format!("{}: {words}", path.display())));
        }
    }
    assert_none(&seen);
    assert_eq!(feminine_sockets("La socket existe, et une socket").len(), 2);
    assert!(feminine_sockets("(on dit aussi la socket), le socket").is_empty());
}
