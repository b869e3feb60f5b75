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

/// Where a whole word is, whatever its case.
#[must_use]
pub fn word(text: &str, word: &str) -> Option<usize> {
    let lower: String = text.chars().map(lower).collect();
    let found = lower.match_indices(word).find(|(start, found)| {
        let before = lower[..*start].chars().next_back();
        let after = lower[start + found.len()..].chars().next();
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
    });
    found.map(|(start, _)| start)
}

/// In lower case, where that takes as many bytes: places stay those of the text.
fn lower(character: char) -> char {
    character.to_lowercase().next().filter(|one| one.len_utf8() == character.len_utf8()).unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::{faults, position, word};
    use crate::author::remark::Fault;

    #[test]
    fn right_typography_has_no_fault() {
        for text in [
            "Le serveur attend\u{a0}: que fait-il\u{202f}?",
            "Il rend «\u{a0}Connexion refusée\u{a0}».",
            "L’adresse 127.0.0.1:3001 est locale.",
            "Qui\u{202f}?!",
            "Rien\u{202f}??",
            "Rien (?)",
            "?",
            ": rien",
            "Il est 3:20.",
            "Voici\u{202f}: rien",
            "«\u{a0}",
            "«",
            "»",
            "La fin d'",
            "'a 5'a a'5",
        ] {
            assert_eq!(faults(text), Vec::new(), "{text}");
        }
    }

    #[test]
    fn each_fault_is_found() {
        let cases = [
            ("Pourquoi ?", Fault::NarrowSpace('?')),
            ("Pourquoi?", Fault::NarrowSpace('?')),
            ("Pourquoi\u{a0}?", Fault::NarrowSpace('?')),
            ("Non !", Fault::NarrowSpace('!')),
            ("Un ; deux", Fault::NarrowSpace(';')),
            ("Voici : rien", Fault::Space),
            ("Voici: rien", Fault::Space),
            ("Voici:", Fault::Space),
            ("« Connexion »", Fault::Guillemet),
            ("«Connexion\u{a0}»", Fault::Guillemet),
            ("«\u{202f}Connexion\u{a0}»", Fault::Guillemet),
            ("«\u{a0}Connexion»", Fault::Guillemet),
            ("«\u{a0}Connexion\u{202f}»", Fault::Guillemet),
            ("L'adresse", Fault::Apostrophe),
            ("Il dit \"non\"", Fault::Quotes),
            ("Il attend simplement.", Fault::Word("simplement")),
            ("Bien sûr.", Fault::Word("bien sûr")),
        ];
        for (text, fault) in cases {
            assert_eq!(faults(text), [fault], "{text}");
        }
    }

    #[test]
    fn faults_are_told_once_in_order() {
        let found = faults("Évidemment, l'un ? l'autre ?");
        assert_eq!(found, [Fault::Apostrophe, Fault::NarrowSpace('?'), Fault::Word("évidemment")]);
    }

    #[test]
    fn a_fault_has_its_place() {
        for (text, fault, expected) in [
            ("été ? Ou ?", Fault::NarrowSpace('?'), Some((6, 1))),
            ("été\u{202f}? Ou ?", Fault::NarrowSpace('?'), Some((13, 1))),
            ("un ! «deux", Fault::Guillemet, Some((5, 2))),
            ("été", Fault::Quotes, None),
        ] {
            assert_eq!(position(text, fault), expected, "{text}");
        }
    }

    #[test]
    fn a_word_is_found_whole_whatever_its_case() {
        for (text, expected) in [
            ("simplement", Some(0)),
            ("Simplement.", Some(0)),
            ("ÉTÉ, SIMPLEMENT", Some(7)),
            ("insimplement simplement", Some(13)),
            ("simplements", None),
            ("simple", None),
            // In lower case, the first letters take more bytes, or fewer.
            ("İl dit simplement", Some(8)),
            ("300 \u{212a} simplement", Some(8)),
        ] {
            assert_eq!(word(text, "simplement"), expected, "{text}");
        }
    }
}
