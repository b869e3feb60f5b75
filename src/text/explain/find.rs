//! From what was typed to what it names: exact names first, then whatever accents, case and hyphens hide.

use super::fold::fold;
use super::{Explanation, findings, list, traced};
use crate::content::book::{Book, PageError};
use crate::content::entry::{Chapter, Entry};
use crate::finding::Id;
use crate::state::SocketState;
use crate::syscall::constant;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::FUNCTIONS;
use crate::text::errno as words;

type Found = Result<Vec<Explanation>, PageError>;

/// What a word leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Everything that bears this name: `signal` is a call and a word.
    Found(Vec<Explanation>),
    /// Nothing; the nearest names, best first, at most three.
    Unknown { near: Vec<String> },
}

/// Explains a word, a name, a number, or what perror printed.
///
/// # Errors
/// When a page that it needs cannot be read, or is badly written.
pub fn explain(book: &Book, typed: &str) -> Result<Answer, PageError> {
    let typed = bare(typed);
    let tiers: [fn(&Book, &str) -> Found; 5] = [list::named, exact, number, loose, message];
    for tier in tiers {
        let found = tier(book, typed)?;
        if !found.is_empty() {
            return Ok(Answer::Found(found));
        }
    }
    Ok(Answer::Unknown { near: near(book, typed)? })
}

/// Without quotes, without the `(2)` of a page, the `()` of a call, or a final `;`.
fn bare(typed: &str) -> &str {
    let quotes = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '«' | '»' | ';');
    let typed = typed.trim_matches(quotes);
    match typed.split_once('(') {
        Some((name, rest)) if rest.ends_with(')') && !name.is_empty() => name.trim_end(),
        _ => typed,
    }
}

fn exact(book: &Book, typed: &str) -> Found {
    let mut found: Vec<Explanation> = super::call(book, typed)?.into_iter().collect();
    let traced = book.chapter(Chapter::Traced)?;
    found.extend(traced.iter().filter(|call| call.name == typed).map(traced::traced));
    found.extend(SocketState::from_name(typed).map(|state| super::state(book, state)).transpose()?);
    found.extend(named_errno(typed).map(|errno| super::errno(book, errno)).transpose()?);
    found.extend(GaiError::from_name(typed).map(|error| super::gai(book, error)).transpose()?);
    found.extend(Signal::from_name(typed).map(|signal| super::signal(book, signal)).transpose()?.flatten());
    found.extend(Id::from_name(typed).map(|id| findings::finding(book, id)).transpose()?);
    found.extend(book.chapter(Chapter::Words)?.iter().filter(|word| word.name == typed).map(super::word));
    if found.is_empty() {
        found.extend(super::constant(book, typed)?);
    }
    Ok(found)
}

/// By name, the second names included: EWOULDBLOCK is EAGAIN.
fn named_errno(name: &str) -> Option<Errno> {
    let second_name = || {
        let found = constant::lookup(name).filter(|constant| constant.group == constant::Group::Errno)?;
        i32::try_from(found.value).ok().and_then(Errno::from_number)
    };
    Errno::from_name(name).or_else(second_name)
}

/// An errno, an error of getaddrinfo when negative, an exit code above 128.
fn number(book: &Book, typed: &str) -> Found {
    let digits = typed.strip_prefix("errno").map_or(typed, |rest| rest.trim_start_matches([' ', '=', ':']));
    let Ok(number) = digits.parse::<i32>() else { return Ok(Vec::new()) };
    if number == 0 {
        return Ok(vec![super::no_error()]);
    }
    let errno = Errno::from_number(number).map(|errno| super::errno(book, errno)).transpose()?;
    let gai = GaiError::from_number(number).map(|error| super::gai(book, error)).transpose()?;
    let exit = if (129..256).contains(&number) { super::exit_code(book, number)? } else { None };
    Ok([errno, gai, exit].into_iter().flatten().collect())
}

fn loose(book: &Book, typed: &str) -> Found {
    let key = fold(typed);
    let same = |name: &str| fold(name) == key;
    let mut found: Vec<Explanation> = Vec::new();
    let words = book.chapter(Chapter::Words)?;
    let called = |alias: &String| same(alias);
    found.extend(words.iter().filter(|word| same(&word.name) || word.aliases.iter().any(called)).map(super::word));
    let is_it = |state: &&Entry| same(&state.name) || state.aliases.iter().any(called);
    for state in book.chapter(Chapter::States)?.iter().filter(is_it) {
        found.extend(SocketState::from_name(&state.name).map(|state| super::state(book, state)).transpose()?);
    }
    for function in FUNCTIONS.iter().filter(|function| same(function.name.as_str())) {
        found.extend(super::call(book, function.name.as_str())?);
    }
    found.extend(book.chapter(Chapter::Traced)?.iter().filter(|call| same(&call.name)).map(traced::traced));
    for constant in constant::all().filter(|constant| same(constant.name)) {
        found.extend(exact(book, constant.name)?);
    }
    for error in GaiError::all().filter(|error| error.name().is_some_and(same)) {
        found.push(super::gai(book, error)?);
    }
    for id in Id::all().filter(|id| same(id.name())) {
        found.push(findings::finding(book, id)?);
    }
    found.dedup();
    Ok(found)
}

/// What perror or gai_strerror printed, with or without the name of the call before it, in French or in English.
fn message(book: &Book, typed: &str) -> Found {
    let whole = fold(typed);
    let tail = fold(typed.rsplit(": ").next().unwrap_or(typed));
    let said = |text: &str| [&whole, &tail].contains(&&fold(text));
    let errors = Errno::all().filter(|errno| said(words::french(*errno)) || said(errno.english()));
    let gai = GaiError::all().filter(|error| said(words::gai_french(*error)) || said(error.english()));
    let errors = errors.map(|errno| super::errno(book, errno));
    errors.chain(gai.map(|error| super::gai(book, error))).collect()
}

/// The nearest names, best first; those that only a trace shows where there is no other.
fn near(book: &Book, typed: &str) -> Result<Vec<String>, PageError> {
    let key = fold(typed);
    let found = nearest(&key, names(book)?);
    if !found.is_empty() {
        return Ok(found);
    }
    Ok(nearest(&key, book.chapter(Chapter::Traced)?.into_iter().map(|call| call.name).collect()))
}

fn nearest(key: &str, names: Vec<String>) -> Vec<String> {
    let farthest = 1 + key.chars().count() / 4;
    let distances = names.into_iter().map(|name| (strsim::osa_distance(&fold(&name), key), name));
    let mut candidates: Vec<(usize, String)> = distances.filter(|(distance, _)| *distance <= farthest).collect();
    candidates.sort_by_key(|(distance, _)| *distance);
    candidates.dedup_by(|one, other| one.1 == other.1);
    candidates.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Every name that can be asked for, the most frequent kinds first.
fn names(book: &Book) -> Result<Vec<String>, PageError> {
    let calls = FUNCTIONS.iter().map(|function| function.name.as_str());
    let errors = Errno::all().filter_map(Errno::name).chain(GaiError::all().filter_map(GaiError::name));
    let states = SocketState::all().map(SocketState::name);
    let mut names: Vec<String> = calls.chain(errors).chain(states).map(str::to_owned).collect();
    let of = |chapter| Ok(book.chapter(chapter)?.into_iter().map(|entry| entry.name));
    names.extend(of(Chapter::Signals)?.chain(of(Chapter::Words)?));
    names.extend(Id::all().map(Id::name).map(str::to_owned));
    names.extend(of(Chapter::Constants)?);
    let others = super::plain_constants().map(|constant| constant.name);
    names.extend(list::NAMES.iter().copied().chain(others).map(str::to_owned));
    Ok(names)
}
