//! Rust source as the house tests read it: code, string literals, comments and test modules told apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// One file of `src/`.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative to `src/`, with `/`.
    pub path: String,
    pub text: String,
    /// Read once, for every rule.
    pieces: OnceLock<Vec<Piece>>,
}

impl File {
    pub fn new(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned(), pieces: OnceLock::new() }
    }

    /// Whether the whole file is test code.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// The file without its test modules.
    pub fn pieces(&self) -> &[Piece] {
        self.pieces.get_or_init(|| if self.is_test() { Vec::new() } else { without_tests(split(&self.text)) })
    }

    /// The code alone: strings and comments are blanks, line ends are kept.
    pub fn code(&self) -> String {
        self.pieces().iter().map(Piece::code).collect()
    }
}

/// A stretch of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub kind: Kind,
    pub text: String,
    /// Line where it starts, from 1.
    pub line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Code,
    Text,
    Comment,
}

impl Piece {
    fn code(&self) -> String {
        match self.kind {
            Kind::Code => self.text.clone(),
            _ => self.text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect(),
        }
    }
}

/// Every file of `src/`, sorted by path.
pub fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(all)
}

fn all() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    paths.iter().map(|path| read(&root, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> File {
    let relative = path.strip_prefix(root).expect("under src").to_string_lossy().replace('\\', "/");
    File::new(&relative, &fs::read_to_string(path).expect("UTF-8 source"))
}

/// Cuts a source into code, literals and comments. Character literals stay in the code, blanked.
pub fn split(source: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = source;
    let mut line = 1;
    let mut code = String::new();
    while !rest.is_empty() {
        let (kind, length) = next(rest, code.chars().last());
        let text = &rest[..length];
        if kind == Kind::Code {
            code.push_str(text);
        } else {
            flush(&mut code, &mut pieces, &mut line);
            push(&mut pieces, kind, text, &mut line);
        }
        rest = &rest[length..];
    }
    flush(&mut code, &mut pieces, &mut line);
    pieces
}

fn flush(code: &mut String, pieces: &mut Vec<Piece>, line: &mut usize) {
    if !code.is_empty() {
        let text = std::mem::take(code);
        push(pieces, Kind::Code, &text, line);
    }
}

fn push(pieces: &mut Vec<Piece>, kind: Kind, text: &str, line: &mut usize) {
    pieces.push(Piece { kind, text: text.to_owned(), line: *line });
    *line += text.matches('\n').count();
}

/// The kind and length, in bytes, of what starts here.
fn next(rest: &str, before: Option<char>) -> (Kind, usize) {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if !in_word && let Some(length) = raw_string(rest) {
        return (Kind::Text, length);
    }
    if rest.starts_with('"') {
        return (Kind::Text, quoted(rest, '"'));
    }
    if let Some(length) = character(rest) {
        return (Kind::Text, length);
    }
    (Kind::Code, rest.chars().next().map_or(0, char::len_utf8))
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let after = &rest[prefix.len()..];
    let hashes = after.chars().take_while(|c| *c == '#').count();
    if !after[hashes..].starts_with('"') {
        return None;
    }
    let start = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(rest[start..].find(&end).map_or(rest.len(), |found| start + found + end.len()))
}

fn quoted(rest: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == mark => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, as opposed to a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut characters = rest.strip_prefix('\'')?.chars();
    let first = characters.next()?;
    let closes = characters.next() == Some('\'');
    (first == '\\' || closes).then(|| quoted(rest, '\''))
}

/// Drops every item marked `#[cfg(test)]`, to its closing brace or semicolon.
fn without_tests(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept = Vec::new();
    let mut skipping = Skip::No;
    for piece in pieces {
        if piece.kind != Kind::Code {
            if skipping == Skip::No {
                kept.push(piece);
            }
            continue;
        }
        kept.extend(keep(&piece, &mut skipping));
    }
    kept
}

/// Where the reading is with regard to test code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skip {
    No,
    /// Inside a test item, at this depth of braces.
    Inside(usize),
}

const MARK: &str = "#[cfg(test)]";

fn keep(piece: &Piece, skipping: &mut Skip) -> Option<Piece> {
    let mut text = String::new();
    let mut at = 0;
    while at < piece.text.len() {
        let rest = &piece.text[at..];
        let c = rest.chars().next()?;
        match *skipping {
            Skip::No if rest.starts_with(MARK) => {
                *skipping = Skip::Inside(0);
                at += MARK.len();
                continue;
            }
            Skip::No => text.push(c),
            Skip::Inside(depth) => {
                *skipping = step(c, depth);
                text.push(if c == '\n' { '\n' } else { ' ' });
            }
        }
        at += c.len_utf8();
    }
    (!text.is_empty()).then_some(Piece { kind: Kind::Code, text, line: piece.line })
}

fn step(c: char, depth: usize) -> Skip {
    match c {
        '{' => Skip::Inside(depth + 1),
        '}' if depth <= 1 => Skip::No,
        '}' => Skip::Inside(depth - 1),
        ';' if depth == 0 => Skip::No,
        _ => Skip::Inside(depth),
    }
}
