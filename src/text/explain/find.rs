//! From what was typed to what it names: exact names first, then whatever accents, case and hyphens hide.

use super::fold::fold;
use super::states::ALIASES;
use super::{Explanation, WORDS, findings, list, traced};
use crate::finding::Id;
use crate::state::SocketState;
use crate::syscall::constant;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::signal::Signal;
use crate::syscall::vocabulary::FUNCTIONS;
use crate::text::errno as words;

/// What a word leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Everything that bears this name: `signal` is a call and a word.
    Found(Vec<Explanation>),
    /// Nothing; the nearest names, best first, at most three.
    Unknown { near: Vec<String> },
}

/// Explains a word, a name, a number, or what perror printed.
#[must_use]
pub fn explain(typed: &str) -> Answer {
    let typed = bare(typed);
    let tiers: [fn(&str) -> Vec<Explanation>; 5] = [list::named, exact, number, loose, message];
    let found = tiers.into_iter().map(|tier| tier(typed)).find(|found| !found.is_empty());
    match found {
        Some(found) => Answer::Found(found),
        None => Answer::Unknown { near: near(typed) },
    }
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

fn exact(typed: &str) -> Vec<Explanation> {
    let state = SocketState::from_name(typed).map(super::state);
    let errno = named_errno(typed).map(super::errno);
    let gai = GaiError::from_name(typed).map(super::gai);
    let signal = Signal::from_name(typed).and_then(super::signal);
    let finding = Id::from_name(typed).map(findings::finding);
    let own = [super::call(typed), traced::call(typed), state, errno, gai, signal, finding];
    let mut found: Vec<Explanation> = own.into_iter().flatten().collect();
    found.extend(WORDS.iter().filter(|word| word.name == typed).map(super::word));
    if found.is_empty() {
        found.extend(super::constant(typed));
    }
    found
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
fn number(typed: &str) -> Vec<Explanation> {
    let digits = typed.strip_prefix("errno").map_or(typed, |rest| rest.trim_start_matches([' ', '=', ':']));
    let Ok(number) = digits.parse::<i32>() else { return Vec::new() };
    if number == 0 {
        return vec![super::no_error()];
    }
    let errno = Errno::from_number(number).map(super::errno);
    let gai = GaiError::from_number(number).map(super::gai);
    let exit = (129..256).contains(&number).then(|| super::exit_code(number)).flatten();
    [errno, gai, exit].into_iter().flatten().collect()
}

fn loose(typed: &str) -> Vec<Explanation> {
    let key = fold(typed);
    let same = |name: &str| fold(name) == key;
    let mut found: Vec<Explanation> = Vec::new();
    found.extend(
        WORDS.iter().filter(|word| same(word.name) || word.aliases.iter().any(|alias| same(alias))).map(super::word),
    );
    found.extend(SocketState::all().filter(|state| same(state.name())).map(super::state));
    found.extend(ALIASES.iter().filter(|row| row.0 == key).map(|row| super::state(row.1)));
    found.extend(
        FUNCTIONS
            .iter()
            .filter(|function| same(function.name.as_str()))
            .filter_map(|function| super::call(function.name.as_str())),
    );
    found.extend(traced::names().filter(|name| same(name)).filter_map(traced::call));
    let constants = constant::all().filter(|constant| same(constant.name)).map(|constant| constant.name);
    found.extend(constants.flat_map(exact));
    found.extend(GaiError::all().filter(|error| error.name().is_some_and(same)).map(super::gai));
    found.extend(Id::all().filter(|id| same(id.name())).map(findings::finding));
    found.dedup();
    found
}

/// What perror or gai_strerror printed, with or without the name of the call before it, in French or in English.
fn message(typed: &str) -> Vec<Explanation> {
    let whole = fold(typed);
    let tail = fold(typed.rsplit(": ").next().unwrap_or(typed));
    let said = |text: &str| [&whole, &tail].contains(&&fold(text));
    let errors = Errno::all().filter(|errno| said(words::french(*errno)) || said(errno.english()));
    let mut found: Vec<Explanation> = errors.map(super::errno).collect();
    let gai = GaiError::all().filter(|error| said(words::gai_french(*error)) || said(error.english()));
    found.extend(gai.map(super::gai));
    found
}

/// The nearest names, best first; those that only a trace shows where there is no other.
fn near(typed: &str) -> Vec<String> {
    let key = fold(typed);
    let found = nearest(&key, names());
    if found.is_empty() { nearest(&key, traced::names()) } else { found }
}

fn nearest(key: &str, names: impl Iterator<Item = &'static str>) -> Vec<String> {
    let farthest = 1 + key.chars().count() / 4;
    let distances = names.map(|name| (strsim::osa_distance(&fold(name), key), name));
    let mut candidates: Vec<(usize, &str)> = distances.filter(|(distance, _)| *distance <= farthest).collect();
    candidates.sort_by_key(|(distance, _)| *distance);
    candidates.dedup_by_key(|(_, name)| *name);
    candidates.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

/// Every name that can be asked for, the most frequent kinds first.
fn names() -> impl Iterator<Item = &'static str> {
    let calls = FUNCTIONS.iter().map(|function| function.name.as_str());
    let errors = Errno::all().filter_map(Errno::name).chain(GaiError::all().filter_map(GaiError::name));
    let states = SocketState::all().map(SocketState::name);
    let signals = super::SIGNALS.iter().filter_map(|text| text.signal.name());
    let words = WORDS.iter().map(|word| word.name);
    let constants = super::CONSTANTS.iter().map(|text| text.name);
    let lists = list::NAMES.iter().copied();
    let findings = Id::all().map(Id::name);
    let others = super::plain_constants().map(|constant| constant.name);
    let frequent = calls.chain(errors).chain(states).chain(signals).chain(words);
    frequent.chain(findings).chain(constants).chain(lists).chain(others)
}
