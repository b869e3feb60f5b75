//! French typography of prose. Pure.

use crate::author::discouraged::DISCOURAGED;
use crate::author::remark::Fault;

const NARROW: char = '\u{202f}';
const NO_BREAK: char = '\u{a0}';

/// The faults of a piece of prose (never of code), in order, each once.
#[must_use]
pub fn faults(text: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for (_, _, fault) in each(text) {
        if !found.contains(&fault) {
            found.push(fault);
        }
    }
    found.extend(DISCOURAGED.iter().filter(|found| word(text, found).is_some()).map(|word| Fault::Word(word)));
    found
}

/// Where a fault of the characters is first made: offset and length in bytes.
#[must_use]
pub fn position(text: &str, fault: Fault) -> Option<(usize, usize)> {
    each(text).find(|one| one.2 == fault).map(|(at, character, _)| (at, character.len_utf8()))
}

fn each(text: &str) -> impl Iterator<Item = (usize, char, Fault)> {
    text.char_indices().filter_map(|(at, character)| {
        let before = text[..at].chars().next_back();
        let after = text[at + character.len_utf8()..].chars().next();
        Some((at, character, fault_at(character, before, after)?))
    })
}

fn fault_at(character: char, before: Option<char>, after: Option<char>) -> Option<Fault> {
    let joined = |mark: Option<char>| mark.is_some_and(|mark| mark != NARROW && mark != NO_BREAK);
    match character {
        ';' | '!' | '?' if before.is_some_and(|before| before != NARROW && !is_mark(before)) => {
            Some(Fault::NarrowSpace(character))
        }
        // A time (3:20), an address (127.0.0.1:3001) or a port has its colon joined to what follows.
        ':' if joined(before) && after.is_none_or(char::is_whitespace) => Some(Fault::Space),
        '«' if joined(after) || after == Some(NARROW) => Some(Fault::Guillemet),
        '»' if joined(before) || before == Some(NARROW) => Some(Fault::Guillemet),
        '\'' if before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic) => {
            Some(Fault::Apostrophe)
        }
        '"' => Some(Fault::Quotes),
        _ => None,
    }
}

fn is_mark(character: char) -> bool {
    matches!(character, '!' | '?' | '(')
}

/// Where a whole word is, whatever its case; `None` where it is not, or where lower case changes the length.
#[must_use]
pub fn word(text: &str, word: &str) -> Option<usize> {
    let lower = text.to_lowercase();
    let found = lower.match_indices(word).find(|(start, found)| {
        let before = lower[..*start].chars().next_back();
        let after = lower[start + found.len()..].chars().next();
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
    });
    found.map(|(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::faults;
    use crate::author::remark::Fault;

    #[test]
    fn right_typography_has_no_fault() {
        for text in [
            "Le serveur attend\u{a0}: que fait-il\u{202f}?",
            "Il rend «\u{a0}Connexion refusée\u{a0}».",
            "L’adresse 127.0.0.1:3001 est locale.",
            "Qui\u{202f}?!",
        ] {
            assert_eq!(faults(text), Vec::new(), "{text}");
        }
    }

    #[test]
    fn each_fault_is_found() {
        let cases = [
            ("Pourquoi ?", Fault::NarrowSpace('?')),
            ("Pourquoi?", Fault::NarrowSpace('?')),
            ("Voici : rien", Fault::Space),
            ("Voici: rien", Fault::Space),
            ("« Connexion »", Fault::Guillemet),
            ("L'adresse", Fault::Apostrophe),
            ("Il dit \"non\"", Fault::Quotes),
            ("Il attend simplement.", Fault::Word("simplement")),
        ];
        for (text, fault) in cases {
            assert!(faults(text).contains(&fault), "{text}");
        }
    }
}
