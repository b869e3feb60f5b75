//! What calls, errors, states, signals, constants and words are: the text behind `socketlab explain` and the
//! player's `e` key. Pure; a renderer lays the blocks out.

mod calls;
mod constants;
mod find;
mod findings;
mod fold;
mod glossary;
mod list;
mod signals;
mod states;
mod traced;

use self::calls::{CALLS, CallText};
use self::constants::CONSTANTS;
use self::glossary::{WORDS, Word};
use self::signals::SIGNALS;
use self::states::STATES;
use crate::lesson::model::{Block, Inline};
use crate::state::SocketState;
use crate::syscall::constant::{self, Constant, Group};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::{self, Function};
use crate::text::errno as words;

pub use self::find::{Answer, explain};
pub use self::findings::excerpts;

/// One thing explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `accept(2)`, `EADDRINUSE (errno 98)`.
    pub title: String,
    /// Lines of C, shown as they are; none is wider than 76 columns.
    pub code: Vec<String>,
    pub blocks: Vec<Block>,
    /// The lessons that teach it, in the syllabus; not all are written yet.
    pub lessons: &'static [u32],
    /// Its page of the manual, `accept(2)`.
    pub page: Option<String>,
}

impl Explanation {
    fn new(title: String, blocks: Vec<Block>) -> Explanation {
        Explanation { title, code: Vec::new(), blocks, lessons: &[], page: None }
    }

    fn taught(self, lessons: &'static [u32]) -> Explanation {
        Explanation { lessons, ..self }
    }

    fn paged(self, page: &str) -> Explanation {
        Explanation { page: Some(page.to_owned()), ..self }
    }

    fn coded(self, code: Vec<String>) -> Explanation {
        Explanation { code, ..self }
    }

    /// Where to go on: the lessons that can be played and those to come, and the page of the manual.
    #[must_use]
    pub fn further(&self, playable: impl Fn(u32) -> bool) -> Vec<Block> {
        let (now, later): (Vec<u32>, Vec<u32>) = self.lessons.iter().partition(|lesson| playable(**lesson));
        let lines = [
            lessons_line(&now).map(|lessons| format!("{lessons} : `socketlab lesson {}`", now[0])),
            lessons_line(&later).map(|lessons| format!("{lessons}, à venir")),
            self.page.as_deref().map(manual),
        ];
        let items: Vec<Vec<Inline>> = lines.iter().flatten().map(|line| inlines(line)).collect();
        if items.is_empty() {
            return Vec::new();
        }
        vec![heading("Pour aller plus loin"), Block::List { ordered: false, items }]
    }
}

/// Columns of the longest line of `code`.
const CODE_WIDTH: usize = 76;

/// A function of the vocabulary; `None` where it has none of that name.
#[must_use]
pub fn call(name: &str) -> Option<Explanation> {
    let function = vocabulary::function(name)?;
    let text = CALLS.iter().find(|text| text.name == name)?;
    let title = format!("{} · {}", page_of(text, function), nature(function));
    let page = text.page.map_or_else(|| function.page(), str::to_owned);
    let explanation = Explanation::new(title, call_blocks(text));
    Some(explanation.coded(declaration(text, function)).taught(text.lessons).paged(&page))
}

/// An error number, known or not.
#[must_use]
pub fn errno(errno: Errno) -> Explanation {
    let name = errno.name().unwrap_or("errno");
    let mut blocks = vec![
        paragraph(&format!("perror affiche : `{}` (en anglais : « {} »).", words::french(errno), errno.english())),
        paragraph(words::meaning(errno)),
    ];
    blocks.extend(words::advice(errno).map(paragraph));
    blocks.extend(raised_by(name));
    let title = format!("{name} · errno {}", errno.number());
    Explanation::new(title, blocks).taught(lessons_of_errno(errno)).paged("errno(3)")
}

/// An error of getaddrinfo or getnameinfo, known or not.
#[must_use]
pub fn gai(error: GaiError) -> Explanation {
    let name = error.name().unwrap_or("EAI");
    let said = words::gai_french(error);
    let mut blocks = vec![
        paragraph(&format!("gai_strerror rend : `{said}` (en anglais : « {} »).", error.english())),
        paragraph(words::gai_meaning(error)),
        paragraph("Ce n’est pas un errno : `perror` ne la connaît pas."),
    ];
    blocks.extend(raised_by(name));
    let title = format!("{name} · erreur de getaddrinfo {}", error.number());
    Explanation::new(title, blocks).taught(&[12]).paged("gai_strerror(3)")
}

/// A state of TCP.
#[must_use]
pub fn state(state: SocketState) -> Explanation {
    let text = STATES.iter().find(|text| text.state == state);
    let blocks = text.map(|text| vec![paragraph(text.meaning), paragraph(text.course)]).unwrap_or_default();
    let title = format!("{} · état de TCP", state.name());
    Explanation::new(title, blocks).taught(text.map_or(&[], |text| text.lessons)).paged("tcp(7)")
}

/// A signal; `None` for a number without a name.
#[must_use]
pub fn signal(signal: Signal) -> Option<Explanation> {
    let name = signal.name()?;
    let mut blocks = Vec::new();
    let text = SIGNALS.iter().find(|text| text.signal == signal);
    match text {
        Some(text) => {
            blocks.push(paragraph(&format!("{} {}", text.meaning, text.effect.sentence())));
            blocks.extend((!text.advice.is_empty()).then(|| paragraph(text.advice)));
        }
        None => blocks.push(paragraph("Un signal dit temps réel : les programmes lui donnent le sens qu’ils veulent.")),
    }
    let explanation = Explanation::new(format!("{name} · signal {}", signal.number()), blocks);
    Some(explanation.taught(text.map_or(&[], |text| text.lessons)).paged("signal(7)"))
}

/// A constant of the headers; `None` where the vocabulary has none of that name.
#[must_use]
pub fn constant(name: &str) -> Option<Explanation> {
    let constant = constant::lookup(name)?;
    let (family, page) = constants::of_group(constant.group);
    let text = CONSTANTS.iter().find(|text| text.name == name);
    let blocks = vec![paragraph(text.map_or(family, |text| text.meaning))];
    let code = vec![include(constant.header), value_line(constant)];
    let explanation = Explanation::new(format!("{name} · constante"), blocks).coded(code);
    Some(explanation.taught(text.map_or(&[], |text| text.lessons)).paged(page))
}

/// A word of the glossary.
fn word(word: &Word) -> Explanation {
    Explanation::new(word.name.to_owned(), vec![paragraph(word.meaning)]).taught(word.lessons)
}

/// Zero, which is no error.
fn no_error() -> Explanation {
    let blocks = vec![paragraph(
        "0 n’est pas une erreur. Un appel réussi ne remet pas errno à 0 : errno n’a de sens qu’après un échec (-1).",
    )];
    Explanation::new("errno 0".to_owned(), blocks)
}

/// An exit code above 128, as the shell shows it when a signal ended the program.
fn exit_code(code: i32) -> Option<Explanation> {
    let mut explanation = signal(Signal::new(code - 128))?;
    let intro = format!("{code} dans `$?` veut dire : un signal a tué le programme. 128, plus le numéro du signal.");
    explanation.title = format!("{} · code de sortie {code}", explanation.title);
    explanation.blocks.insert(0, paragraph(&intro));
    Some(explanation)
}

/// The lesson where an errno is met first, if one provokes it.
#[must_use]
pub fn lesson_of_errno(errno: Errno) -> Option<u32> {
    lessons_of_errno(errno).first().copied()
}

/// The lessons that provoke each errno, from the syllabus.
const ERRNO_LESSONS: &[(Errno, &[u32])] = &[
    (Errno::EBADF, &[1, 5]),
    (Errno::EAFNOSUPPORT, &[1, 23]),
    (Errno::EPROTONOSUPPORT, &[1]),
    (Errno::EADDRINUSE, &[3, 6, 11, 21, 23]),
    (Errno::EACCES, &[3]),
    (Errno::EADDRNOTAVAIL, &[3]),
    (Errno::EINVAL, &[3, 4, 5]),
    (Errno::ECONNREFUSED, &[0, 4, 6, 20, 21]),
    (Errno::ENOTCONN, &[5, 9]),
    (Errno::EFAULT, &[5]),
    (Errno::EISCONN, &[6]),
    (Errno::EAGAIN, &[7, 11, 18]),
    (Errno::ESPIPE, &[8]),
    (Errno::EPIPE, &[10, 19]),
    (Errno::ECONNRESET, &[11, 14]),
    (Errno::EMFILE, &[15]),
    (Errno::EINTR, &[16, 18]),
    (Errno::EMSGSIZE, &[20]),
    (Errno::ENOENT, &[21]),
    (Errno::EPERM, &[22]),
];

fn lessons_of_errno(errno: Errno) -> &'static [u32] {
    ERRNO_LESSONS.iter().find(|row| row.0 == errno).map_or(&[], |row| row.1)
}

fn page_of(text: &CallText, function: &Function) -> String {
    text.page.map_or_else(
        || function.page(),
        |page| if page.starts_with(text.name) { page.to_owned() } else { text.name.to_owned() },
    )
}

fn nature(function: &Function) -> &'static str {
    match (function.is_system_call() && function.section == 2, !function.name.as_str().contains(char::is_lowercase)) {
        (true, _) => "appel système",
        (false, true) => "macro",
        (false, false) => "fonction de la bibliothèque C",
    }
}

fn declaration(text: &CallText, function: &Function) -> Vec<String> {
    let mut lines = vec![include(function.header)];
    lines.extend(folded(text.signature));
    lines
}

fn include(header: &str) -> String {
    format!("#include <{header}>")
}

fn value_line(constant: &Constant) -> String {
    match constant.value {
        value @ -1..=9 => format!("{} == {value}", constant.name),
        value => format!("{} == {value}    /* {value:#x} */", constant.name),
    }
}

/// A signature on as many lines as it needs, cut after its commas.
fn folded(signature: &str) -> Vec<String> {
    let indent = " ".repeat(8);
    let mut lines = vec![String::new()];
    for piece in signature.split_inclusive(", ") {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last + piece.trim_end().chars().count() > CODE_WIDTH {
            lines.push(indent.clone());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

fn call_blocks(text: &CallText) -> Vec<Block> {
    let mut blocks = vec![paragraph(text.does)];
    if !text.parameters.is_empty() {
        blocks.push(heading("Paramètres"));
        blocks.push(definitions(text.parameters.iter().copied()));
    }
    blocks.push(heading("Résultat"));
    blocks.push(paragraph(text.returns));
    if !text.sleeps.is_empty() {
        blocks.push(heading("Quand il bloque"));
        blocks.push(paragraph(text.sleeps));
    }
    if !text.errors.is_empty() {
        blocks.push(heading("Erreurs fréquentes"));
        blocks.push(definitions(text.errors.iter().copied()));
    }
    blocks
}

/// What an error means for a call, within a sentence; `None` where the explanation of the call has none of it.
#[must_use]
pub fn error_of(call: &str, errno: &str) -> Option<&'static str> {
    let text = CALLS.iter().find(|text| text.name == call)?;
    text.errors.iter().find(|row| row.0 == errno).map(|row| row.1)
}

/// The calls that give an error, and what it means there.
fn raised_by(name: &str) -> Vec<Block> {
    let rows: Vec<(&str, &str)> = CALLS
        .iter()
        .filter_map(|call| call.errors.iter().find(|row| row.0 == name).map(|row| (call.name, row.1)))
        .collect();
    if rows.is_empty() { Vec::new() } else { vec![heading("Selon l’appel"), definitions(rows.into_iter())] }
}

/// `la leçon 5`, `les leçons 3, 6 et 11`.
fn lessons_line(lessons: &[u32]) -> Option<String> {
    let (last, others) = lessons.split_last()?;
    let others: Vec<String> = others.iter().map(u32::to_string).collect();
    Some(if others.is_empty() {
        format!("la leçon {last}")
    } else {
        format!("les leçons {} et {last}", others.join(", "))
    })
}

/// `accept(2)` as a command to type.
fn manual(page: &str) -> String {
    let (name, section) = page.trim_end_matches(')').split_once('(').unwrap_or((page, "7"));
    format!("le manuel : `man {section} {name}`")
}

fn heading(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Strong(text.to_owned())])
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(inlines(text))
}

fn definitions<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Block {
    let items = rows.map(|(term, meaning)| inlines(&format!("`{term}` : {meaning}")));
    Block::List { ordered: false, items: items.collect() }
}

/// Text whose `code` is between backquotes.
fn inlines(text: &str) -> Vec<Inline> {
    let pieces = text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    pieces
        .map(
            |(rank, piece)| if rank % 2 == 0 { Inline::Text(piece.to_owned()) } else { Inline::Code(piece.to_owned()) },
        )
        .collect()
}

/// The first sentence of a text, for lists.
fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// Every constant that is neither an error nor a signal: those have explanations of their own.
fn plain_constants() -> impl Iterator<Item = &'static Constant> {
    constant::all().filter(|constant| !matches!(constant.group, Group::Errno | Group::Signal))
}

#[cfg(test)]
mod tests;
