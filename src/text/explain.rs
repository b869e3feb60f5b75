//! What calls, errors, states, signals, constants and words are: the text behind `socketlab explain` and the
//! player's `e` key, from the pages of a book. A renderer lays the blocks out.

mod constants;
mod find;
mod findings;
mod fold;
mod list;
mod traced;

use std::sync::LazyLock;

use crate::content::book::{Book, PageError};
use crate::content::call::Call;
use crate::content::entry::{Chapter, Entry};
use crate::content::keywords::{SEPARATOR, section};
use crate::lesson::model::{Block, Inline};
use crate::state::SocketState;
use crate::syscall::constant::{self, Constant, Group};
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::{self, Function};
use crate::text::errno as words;

pub use self::find::{Answer, explain};

/// One thing explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `accept(2)`, `EADDRINUSE (errno 98)`.
    pub title: String,
    /// Lines of C, shown as they are; none is wider than 76 columns.
    pub code: Vec<String>,
    pub blocks: Vec<Block>,
    /// The lessons that teach it, in the syllabus; not all are written yet.
    pub lessons: Vec<u32>,
    /// Its page of the manual, `accept(2)`.
    pub page: Option<String>,
}

impl Explanation {
    fn new(title: String, blocks: Vec<Block>) -> Explanation {
        Explanation { title, code: Vec::new(), blocks, lessons: Vec::new(), page: None }
    }

    fn taught(self, lessons: &[u32]) -> Explanation {
        Explanation { lessons: lessons.to_owned(), ..self }
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
///
/// # Errors
/// When its page cannot be read, or is badly written.
pub fn call(book: &Book, name: &str) -> Result<Option<Explanation>, PageError> {
    let Some((function, text)) = vocabulary::function(name).zip(book.call(name)?) else { return Ok(None) };
    let title = format!("{} · {}", page_of(&text, function), nature(function));
    let page = text.page.clone().unwrap_or_else(|| function.page());
    let explanation = Explanation::new(title, call_blocks(&text));
    Ok(Some(explanation.coded(declaration(&text, function)).taught(&text.lessons).paged(&page)))
}

/// An error number, known or not.
///
/// # Errors
/// When a page cannot be read, or is badly written.
pub fn errno(book: &Book, errno: Errno) -> Result<Explanation, PageError> {
    let name = errno.name().unwrap_or("errno");
    let entry = book.entry(Chapter::Errnos, name)?;
    let mut blocks = vec![
        paragraph(&format!("perror affiche : `{}` (en anglais : « {} »).", words::french(errno), errno.english())),
        paragraph(entry.as_ref().map_or(words::UNKNOWN_MEANING, Entry::meaning)),
    ];
    blocks.extend(entry.as_ref().and_then(Entry::advice).map(paragraph));
    blocks.extend(raised_by(book, name)?);
    let title = format!("{name} · errno {}", errno.number());
    Ok(Explanation::new(title, blocks).taught(lessons(entry.as_ref())).paged("errno(3)"))
}

/// An error of getaddrinfo or getnameinfo, known or not.
fn gai(book: &Book, error: GaiError) -> Result<Explanation, PageError> {
    let name = error.name().unwrap_or("EAI");
    let entry = book.entry(Chapter::GaiErrors, name)?;
    let said = words::gai_french(error);
    let mut blocks = vec![
        paragraph(&format!("gai_strerror rend : `{said}` (en anglais : « {} »).", error.english())),
        paragraph(entry.as_ref().map_or(words::UNKNOWN_GAI_MEANING, Entry::meaning)),
        paragraph("Ce n’est pas un errno : `perror` ne la connaît pas."),
    ];
    blocks.extend(raised_by(book, name)?);
    let title = format!("{name} · erreur de getaddrinfo {}", error.number());
    Ok(Explanation::new(title, blocks).taught(lessons(entry.as_ref())).paged("gai_strerror(3)"))
}

/// A state of TCP.
fn state(book: &Book, state: SocketState) -> Result<Explanation, PageError> {
    let entry = book.entry(Chapter::States, state.name())?;
    let title = format!("{} · état de TCP", state.name());
    Ok(Explanation::new(title, paragraphs(entry.as_ref())).taught(lessons(entry.as_ref())).paged("tcp(7)"))
}

/// A signal; `None` for a number without a name.
fn signal(book: &Book, signal: Signal) -> Result<Option<Explanation>, PageError> {
    let Some(name) = signal.name() else { return Ok(None) };
    let entry = book.entry(Chapter::Signals, name)?;
    let mut blocks = paragraphs(entry.as_ref());
    if blocks.is_empty() {
        blocks.push(paragraph("Un signal dit temps réel : les programmes lui donnent le sens qu’ils veulent."));
    }
    let explanation = Explanation::new(format!("{name} · signal {}", signal.number()), blocks);
    Ok(Some(explanation.taught(lessons(entry.as_ref())).paged("signal(7)")))
}

/// A constant of the headers; `None` where the vocabulary has none of that name.
fn constant(book: &Book, name: &str) -> Result<Option<Explanation>, PageError> {
    let Some(constant) = constant::lookup(name) else { return Ok(None) };
    let (family, page) = constants::of_group(constant.group);
    let entry = book.entry(Chapter::Constants, name)?;
    let blocks = vec![paragraph(entry.as_ref().map_or(family, Entry::meaning))];
    let code = vec![include(constant.header), value_line(constant)];
    let explanation = Explanation::new(format!("{name} · constante"), blocks).coded(code);
    Ok(Some(explanation.taught(lessons(entry.as_ref())).paged(page)))
}

/// A word of the glossary.
fn word(word: &Entry) -> Explanation {
    Explanation::new(word.name.clone(), vec![paragraph(word.meaning())]).taught(&word.lessons)
}

fn paragraphs(entry: Option<&Entry>) -> Vec<Block> {
    entry.map_or(&[][..], |entry| &entry.paragraphs).iter().map(|text| paragraph(text)).collect()
}

fn lessons(entry: Option<&Entry>) -> &[u32] {
    entry.map_or(&[], |entry| &entry.lessons)
}

/// Zero, which is no error.
fn no_error() -> Explanation {
    let blocks = vec![paragraph(
        "0 n’est pas une erreur. Un appel réussi ne remet pas errno à 0 : errno n’a de sens qu’après un échec (-1).",
    )];
    Explanation::new("errno 0".to_owned(), blocks)
}

/// An exit code above 128, as the shell shows it when a signal ended the program.
fn exit_code(book: &Book, code: i32) -> Result<Option<Explanation>, PageError> {
    let Some(mut explanation) = signal(book, Signal::new(code - 128))? else { return Ok(None) };
    let intro = format!("{code} dans `$?` veut dire : un signal a tué le programme. 128, plus le numéro du signal.");
    explanation.title = format!("{} · code de sortie {code}", explanation.title);
    explanation.blocks.insert(0, paragraph(&intro));
    Ok(Some(explanation))
}

fn page_of(text: &Call, function: &Function) -> String {
    text.page.as_ref().map_or_else(
        || function.page(),
        |page| if page.starts_with(&text.name) { page.clone() } else { text.name.clone() },
    )
}

fn nature(function: &Function) -> &'static str {
    match (function.is_system_call() && function.section == 2, !function.name.as_str().contains(char::is_lowercase)) {
        (true, _) => "appel système",
        (false, true) => "macro",
        (false, false) => "fonction de la bibliothèque C",
    }
}

fn declaration(text: &Call, function: &Function) -> Vec<String> {
    let mut lines = vec![include(function.header)];
    lines.extend(folded(&text.signature));
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

fn call_blocks(text: &Call) -> Vec<Block> {
    let mut blocks = vec![paragraph(&text.does)];
    if !text.parameters.is_empty() {
        blocks.extend([heading(section::PARAMETERS), definitions(pairs(&text.parameters))]);
    }
    blocks.extend([heading(section::RETURNS), paragraph(&text.returns)]);
    if !text.sleeps.is_empty() {
        blocks.extend([heading(section::SLEEPS), paragraph(&text.sleeps)]);
    }
    if !text.errors.is_empty() {
        blocks.extend([heading(section::ERRORS), definitions(pairs(&text.errors))]);
    }
    blocks
}

fn pairs(rows: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    rows.iter().map(|row| (row.0.as_str(), row.1.as_str()))
}

/// The pages in the program, once somebody asks: a narration asks at each failure.
static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| Book::default().calls().unwrap_or_default());

/// What an error means for a call, within a sentence; `None` where the explanation of the call has none of it.
#[must_use]
pub fn error_of(call: &str, errno: &str) -> Option<&'static str> {
    why(CALLS.iter().find(|page| page.name == call)?, errno)
}

fn why<'a>(call: &'a Call, errno: &str) -> Option<&'a str> {
    call.errors.iter().find(|row| row.0 == errno).map(|row| row.1.as_str())
}

/// The calls that give an error, and what it means there.
fn raised_by(book: &Book, name: &str) -> Result<Vec<Block>, PageError> {
    let calls = book.calls()?;
    let mut rows = calls.iter().filter_map(|call| Some((call.name.as_str(), why(call, name)?))).peekable();
    Ok(if rows.peek().is_none() { Vec::new() } else { vec![heading("Selon l’appel"), definitions(rows)] })
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
    let items = rows.map(|(term, meaning)| inlines(&format!("`{term}`{SEPARATOR}{meaning}")));
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
