//! A function of the vocabulary: `lessons/dictionnaire/appels/accept.md`.

use crate::content::keywords::{key, section};
use crate::content::page::{self, Page, Section};
use crate::lesson::problem::{PageFault, Problem, Unknown};
use crate::syscall::ast::Span;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::near::nearest;
use crate::syscall::token::clip;
use crate::syscall::vocabulary::{self, FUNCTIONS, Function};

/// What is said of a function. Backquotes mark code; the rest of what the vocabulary knows is not repeated here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    /// As the manual declares it, with the parameter names of the vocabulary.
    pub signature: String,
    pub does: String,
    pub parameters: Vec<(String, String)>,
    pub returns: String,
    /// When it puts the caller to sleep; empty where it never does.
    pub sleeps: String,
    /// The most frequent errors (errno or EAI_), and what they mean here.
    pub errors: Vec<(String, String)>,
    /// The lessons that teach it.
    pub lessons: Vec<u32>,
    /// The page of the manual where it is not its own name.
    pub page: Option<String>,
}

const SECTIONS: [&str; 4] = [section::PARAMETERS, section::RETURNS, section::SLEEPS, section::ERRORS];

/// Reads the page of the function of that name.
///
/// # Errors
/// Every problem of the page.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Call, Vec<Problem>> {
    let mut page = Page::cut(bytes)?;
    let (lessons, manual) = page.front(|reader| (page::lessons(reader), reader.text(key::MANUAL)));
    let Some(function) = vocabulary::function(name) else {
        let unknown = Unknown { name: clip(name), near: nearest(name, FUNCTIONS.iter().map(|one| one.name.as_str())) };
        page.problems.push(Span::default(), PageFault::UnknownName(unknown));
        return page.finish(&SECTIONS, Call::default());
    };
    let head = page.take("");
    let (signature, does) =
        head.map(|head| (signature(&mut page, &head, name), page.paragraph(&head))).unwrap_or_default();
    let parameters = parameters(&mut page, function, &signature);
    let returns = page.require(section::RETURNS).map(|one| page.words(&one)).unwrap_or_default();
    let sleeps = sleeps(&mut page, function);
    let errors = page.take(section::ERRORS).map(|one| errors(&mut page, &one)).unwrap_or_default();
    let (name, page_of) = (name.to_owned(), manual.map(|manual| manual.value));
    let call = Call { name, signature, does, parameters, returns, sleeps, errors, lessons, page: page_of };
    page.finish(&SECTIONS, call)
}

fn signature(page: &mut Page, head: &Section, name: &str) -> String {
    let code = page.code(head);
    let signature = code.value.trim();
    if !signature.contains(&format!("{name}(")) || !signature.ends_with(';') || signature.contains('\n') {
        page.problems.push(code.span, PageFault::Signature(name.to_owned()));
    }
    signature.to_owned()
}

/// Those of the vocabulary, in its order.
fn parameters(page: &mut Page, function: &Function, signature: &str) -> Vec<(String, String)> {
    let wanted: Vec<&str> = function.parameters.iter().map(|parameter| parameter.name).collect();
    let section = if wanted.is_empty() { page.take(section::PARAMETERS) } else { page.require(section::PARAMETERS) };
    let Some(section) = section else { return Vec::new() };
    let rows = page.rows(&section);
    let inside = signature.split_once('(').map_or("", |pair| pair.1).replace("...", "…");
    let same = rows.iter().map(|row| row.0.as_str()).eq(wanted.iter().copied());
    if !same || !wanted.iter().all(|name| inside.contains(name)) {
        let wanted = wanted.iter().map(|name| (*name).to_owned()).collect();
        page.problems.push(section.place, PageFault::Parameters { wanted });
    }
    rows
}

fn sleeps(page: &mut Page, function: &Function) -> String {
    if function.may_block {
        return page.require(section::SLEEPS).map(|one| page.words(&one)).unwrap_or_default();
    }
    if let Some(section) = page.take(section::SLEEPS) {
        page.problems.push(section.place, PageFault::NeverSleeps(function.name.to_string()));
    }
    String::new()
}

fn errors(page: &mut Page, section: &Section) -> Vec<(String, String)> {
    let rows = page.rows(section);
    for (name, _) in &rows {
        if Errno::from_name(name).is_none() && GaiError::from_name(name).is_none() {
            let known = Errno::all().filter_map(Errno::name).chain(GaiError::all().filter_map(GaiError::name));
            let unknown = Unknown { name: clip(name), near: nearest(name, known) };
            page.problems.push(section.place, PageFault::UnknownName(unknown));
        }
    }
    rows
}
