//! The header of a program of the corpus: what is expected of it, and the scenario that is played against it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use socketlab::finding::Id;

/// The port that the programs serve or call, unless their header says another.
pub const PORT: u16 = 3001;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    C,
    Python,
    Java,
    Node,
}

/// One program, as its header tells it.
#[derive(Clone, Debug)]
pub struct Script {
    pub path: PathBuf,
    pub language: Language,
    /// The finding that its folder is about; `None` in `correct`.
    pub about: Option<Id>,
    pub expected: BTreeSet<Id>,
    /// What else may be said.
    pub allowed: BTreeSet<Id>,
    pub arguments: Vec<String>,
    pub faults: Vec<String>,
    /// Options of the compiler.
    pub options: Vec<String>,
    pub steps: Vec<Step>,
}

/// One thing that a peer, the keyboard or the person does. `who` is a connection's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub who: String,
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A client connects to the program: to a port, or to a path.
    Connect(String),
    /// A UDP socket that speaks to the program.
    Udp,
    /// A UDP socket that the program speaks to.
    Datagrams,
    /// A listening socket, opened before the program starts: a port, or a path.
    Listen(String),
    Accept,
    Send(Vec<u8>),
    /// Reads until these bytes were received, after those that were found before.
    Expect(Vec<u8>),
    /// Reads until the end, or a reset.
    End,
    /// Reads all that comes, or sleeps in a receive, while the script goes on.
    Receive,
    Shutdown,
    Close,
    /// Closes with SO_LINGER 0: a RST instead of a FIN.
    Reset,
    Keys(Vec<u8>),
    /// The keyboard is closed.
    Eof,
    /// Waits until every task of the program sleeps.
    Settle,
    /// Waits until the program has burnt CPU for a while.
    Spin,
    /// Waits until the trace has told that nobody can move.
    Deadlock,
    /// Waits until the program has written this on its output.
    Said(Vec<u8>),
    Interrupt,
    Terminate,
    /// Waits for the program's end.
    Exit,
}

impl Script {
    /// Its folder and file.
    pub fn name(&self) -> String {
        let mut parts = self.path.iter().rev().map(|part| part.to_string_lossy());
        let (file, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        format!("{folder}/{file}")
    }

    /// A near miss: what its folder is about must not be said at all.
    pub fn is_near_miss(&self) -> bool {
        self.about.is_some_and(|id| !self.expected.contains(&id) && !self.allowed.contains(&id))
    }

    pub fn read(path: &Path) -> Script {
        let text = fs::read_to_string(path).unwrap();
        let header = Header::of(&text);
        let steps: Vec<Step> = header.values("play").flat_map(|line| line_of(path, line)).collect();
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        assert!(header.values("expect").next().is_some(), "{}: no « expect »", path.display());
        let script = Script {
            path: path.to_owned(),
            language: language(path),
            about: Id::from_name(&folder),
            expected: header.ids(path, "expect"),
            allowed: header.ids(path, "allow"),
            arguments: header.words("args").unwrap_or_else(|| usual_arguments(&steps)),
            faults: header.words("faults").unwrap_or_default(),
            options: header.words("gcc").unwrap_or_default(),
            steps: ended(steps),
        };
        script.checked(&folder)
    }

    fn checked(self, folder: &str) -> Script {
        let name = self.name();
        assert!(self.about.is_some() || folder == "correct", "{name}: « {folder} » is no finding");
        let wrong = self.path.file_name().is_some_and(|file| file.to_string_lossy().starts_with("wrong-"));
        let about = self.about.is_some_and(|id| self.expected.contains(&id));
        assert_eq!(wrong, about, "{name}: wrong-* expects its folder's finding, and others do not");
        self
    }
}

/// Servers are run as `./serveur PORT`, clients as `./client HOST PORT`.
fn usual_arguments(steps: &[Step]) -> Vec<String> {
    let calls = |step: &Step| matches!(step.action, Action::Listen(_) | Action::Datagrams);
    let serves = |step: &Step| matches!(step.action, Action::Connect(_) | Action::Udp);
    let port = PORT.to_string();
    if steps.iter().any(calls) {
        vec!["127.0.0.1".to_owned(), port]
    } else if steps.iter().any(serves) {
        vec![port]
    } else {
        Vec::new()
    }
}

/// Every scenario waits for the program's end.
fn ended(mut steps: Vec<Step>) -> Vec<Step> {
    if steps.last().is_none_or(|last| last.action != Action::Exit) {
        steps.push(Step { who: "a".to_owned(), action: Action::Exit });
    }
    steps
}

fn language(path: &Path) -> Language {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("py") => Language::Python,
        Some("java") => Language::Java,
        Some("js") => Language::Node,
        _ => Language::C,
    }
}

/// The comment lines at the beginning, as `name: value`.
struct Header<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Header<'a> {
    fn of(text: &'a str) -> Header<'a> {
        let lines = text.lines().map_while(|line| line.strip_prefix("//").or_else(|| line.strip_prefix('#')));
        Header(lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim())).collect())
    }

    fn values(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |row| row.0 == name).map(|row| row.1)
    }

    fn words(&self, name: &'a str) -> Option<Vec<String>> {
        self.values(name).next()?;
        Some(self.values(name).flat_map(str::split_whitespace).map(str::to_owned).collect())
    }

    fn ids(&self, path: &Path, name: &'a str) -> BTreeSet<Id> {
        let known = |name: String| Id::from_name(&name).unwrap_or_else(|| panic!("{}: {name}?", path.display()));
        self.words(name).unwrap_or_default().into_iter().map(known).collect()
    }
}

/// `3 times a connect, a send x, a close`, or without the times.
fn line_of(path: &Path, line: &str) -> Vec<Step> {
    let times = line.split_once(" times ").and_then(|(count, rest)| Some((count.parse().ok()?, rest)));
    let (count, rest): (usize, &str) = times.unwrap_or((1, line));
    let known = |words: &str| step(words).unwrap_or_else(|| panic!("{}: « {words} »?", path.display()));
    let steps: Vec<Step> = rest.split(", ").map(str::trim).filter(|words| !words.is_empty()).map(known).collect();
    std::iter::repeat_n(steps, count).flatten().collect()
}

fn step(words: &str) -> Option<Step> {
    if let Some(action) = action(words) {
        return Some(Step { who: "a".to_owned(), action });
    }
    let (who, rest) = words.split_once(' ')?;
    Some(Step { who: who.to_owned(), action: action(rest)? })
}

fn action(words: &str) -> Option<Action> {
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    let place = || if rest.is_empty() { PORT.to_string() } else { rest.to_owned() };
    Some(match verb {
        "connect" => Action::Connect(place()),
        "udp" => Action::Udp,
        "datagrams" => Action::Datagrams,
        "listen" => Action::Listen(place()),
        "accept" => Action::Accept,
        "send" => Action::Send(bytes(rest)),
        "expect" => Action::Expect(bytes(rest)),
        "end" => Action::End,
        "receive" => Action::Receive,
        "shutdown" => Action::Shutdown,
        "close" => Action::Close,
        "reset" => Action::Reset,
        "keys" => Action::Keys(bytes(rest)),
        "eof" => Action::Eof,
        "settle" => Action::Settle,
        "spin" => Action::Spin,
        "deadlock" => Action::Deadlock,
        "said" => Action::Said(bytes(rest)),
        "interrupt" => Action::Interrupt,
        "terminate" => Action::Terminate,
        "exit" => Action::Exit,
        _ => return None,
    })
}

/// C's escapes: `\n`, `\r`, `\t`, `\0`, `\\`, `\s` for a space at an end, `\xHH`, and `\*N{…}` for repetition.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..place]);
        let (escaped, length) = escape(&rest[place + 1..]);
        out.extend(escaped);
        rest = &rest[place + 1 + length..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// What follows a backslash, and how long that is.
fn escape(rest: &str) -> (Vec<u8>, usize) {
    match rest.as_bytes().first() {
        Some(b'n') => (vec![b'\n'], 1),
        Some(b'r') => (vec![b'\r'], 1),
        Some(b't') => (vec![b'\t'], 1),
        Some(b'0') => (vec![0], 1),
        Some(b's') => (vec![b' '], 1),
        Some(b'x') => (vec![u8::from_str_radix(&rest[1..3], 16).unwrap()], 3),
        Some(b'*') => {
            let (count, more) = rest[1..].split_once('{').unwrap();
            let (inside, _) = more.split_once('}').unwrap();
            let repeated = inside.as_bytes().repeat(count.parse().unwrap());
            (repeated, 1 + count.len() + 2 + inside.len())
        }
        _ => (vec![b'\\'], 1),
    }
}
