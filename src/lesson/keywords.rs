//! Every French word of the lesson language, in one place.

use crate::lesson::model::{Need, ProcessState, Section};
use crate::state::Privilege;

/// The version of the format, in the front matter.
pub const FORMAT: i64 = 1;

/// Keys of the front matter.
pub mod front {
    pub const FORMAT: &str = "format";
    pub const NUMBER: &str = "numero";
    pub const SLUG: &str = "slug";
    pub const TITLE: &str = "titre";
    pub const SUMMARY: &str = "resume";
    pub const MINUTES: &str = "minutes";
    pub const LEVEL: &str = "niveau";
    pub const PREREQUISITES: &str = "prerequis";
    pub const ACTORS: &str = "acteurs";
    pub const PORT: &str = "port";
    pub const OTHER_PORTS: &str = "autres_ports";
    pub const OBJECTIVES: &str = "objectifs";
    pub const NEEDS: &str = "exige";
    pub const SHOWS: &str = "montre";
    pub const EXERCISE: &str = "exercice";
    pub const POINTS: &str = "points";
    pub const PROGRAMS: &str = "programmes";
    pub const DRAWS: &str = "tirages";
    pub const COMMAND: &str = "commande";
    pub const SUBMISSION: &str = "rendu";
}

/// Keys of an `etape` block.
pub mod step {
    pub const NEEDS: &str = "exige";
    pub const WITHOUT: &str = "sans";
    pub const POINTS: &str = "points";
    pub const AFTER: &str = "apres";
    pub const FAULTS: &str = "pannes";
    pub const FORBIDDEN: &str = "interdit";
    pub const TIMES: &str = "fois";
    pub const PROGRAMS: &str = "programmes";
    pub const LIMITS: &str = "limites";
    pub const DESCRIPTORS: &str = "descripteurs";
}

/// Keys of a `question` block.
pub mod question {
    pub const STATEMENT: &str = "enonce";
    pub const CHOICES: &str = "choix";
    pub const ANSWER: &str = "reponse";
    pub const WHY: &str = "pourquoi";
    /// Followed by the number of the choice.
    pub const WRONG: &str = "si_";
}

/// First words of blocks.
pub mod block {
    pub const C: &str = "c";
    pub const PROGRAM: &str = "programme";
    pub const EXAMPLE: &str = "exemple";
    pub const TIMES: &str = "fois";
    pub const QUESTION: &str = "question";
    pub const STATE: &str = "etat";
    pub const BYTES: &str = "octets";
    pub const HINT: &str = "indice";
    pub const STEP: &str = "etape";
    pub const NETWORK: &str = "reseau";
    pub const AWAIT: &str = "attendre";
    pub const KEYBOARD: &str = "clavier";
    pub const OUTPUT: &str = "sortie";
    pub const LAUNCH: &str = "lancer";
    pub const DISPLAYS: [&str; 4] = ["text", "console", "http", "sh"];

    pub const ALL: [&str; 16] = [
        C,
        QUESTION,
        STATE,
        BYTES,
        HINT,
        STEP,
        NETWORK,
        AWAIT,
        KEYBOARD,
        OUTPUT,
        LAUNCH,
        "text",
        "console",
        "http",
        "sh",
        "c exemple",
    ];
}

/// Words of a note `// =>`, without accents.
pub mod note {
    pub const DESCRIPTOR: &str = "fd";
    pub const PROCESS: &str = "pid";
    pub const NULL: &str = "NULL";
    pub const ADDRESS: &str = "adresse";
    pub const BLOCKS: &str = "bloque";
    pub const THEN: &str = "puis";
    pub const KILLED: &str = "mort";
    pub const ENDS: &str = "fin";
    pub const ANY: [&str; 2] = ["...", "…"];
    pub const IF: &str = "si";
    pub const ELSE: &str = "sinon";
    pub const UNTIL: &str = "jusqu'a";
    pub const THE: &str = "la";
    pub const CONTAINS: &str = "contient";
    pub const STARTS: &str = "commence";
    pub const WITHOUT: &str = "sans";
    pub const CASE: &str = "casse";
    pub const EVERYTHING: &str = "tout";
    pub const WAKES: &str = "reveille";
    pub const BIRTH: &str = "nait";
    pub const AND: &str = "et";
    /// As an author writes them, for suggestions.
    pub const RESULTS: [&str; 12] =
        [DESCRIPTOR, PROCESS, NULL, ADDRESS, BLOCKS, KILLED, ENDS, "...", "jusqu'à", CONTAINS, STARTS, EVERYTHING];
    pub const EFFECTS: [&str; 6] = ["réveille", "naît", THEN, ELSE, CONTAINS, STARTS];
}

/// Words of `etat` lines.
pub mod state {
    pub const PORT: &str = "port";
    pub const DESCRIPTOR: &str = "fd";
    pub const NONE: &str = "aucun";
    pub const ABSENT: &str = "absent";
    pub const ASLEEP: &str = "endormi";
    pub const ACCEPT_QUEUE: &str = "en_attente";
    pub const BACKLOG: &str = "backlog";
    pub const RECV_QUEUE: &str = "a_lire";
    pub const SEND_QUEUE: &str = "non_acquitte";
    pub const LOCAL: &str = "local";
    pub const REMOTE: &str = "distant";
    pub const KEYS: [&str; 6] = [ACCEPT_QUEUE, BACKLOG, RECV_QUEUE, SEND_QUEUE, LOCAL, REMOTE];
    pub const SUBJECTS: [&str; 5] = [DESCRIPTOR, ASLEEP, "vivant", "zombie", "mort"];
}

/// Words of `attendre`, `sortie`, `reseau` and `clavier` blocks.
pub mod check {
    pub const PORT: &str = "port";
    pub const END: &str = "fin";
    pub const ASLEEP: &str = "endormi";
    pub const WITHOUT: &str = "sans";
    pub const CUT: &str = "coupe";
    pub const MENDED: &str = "retabli";
    /// Both, as an author writes them.
    pub const LINK_CHANGES: [&str; 2] = [CUT, "rétabli"];
    pub const WORD: &str = "mot";
    /// Identifier of the step that is worth nothing and comes before every other.
    pub const PREPARATION: &str = "preparation";
}

/// `{port}` in texts.
pub const PORT_MARK: &str = "{port}";

const NEEDS: [(&str, Need); 5] = [
    ("root", Need::Root),
    ("ipv6", Need::Ipv6),
    ("net_raw", Need::RawSockets),
    ("ports_reserves", Need::ReservedPorts),
    ("reseau_prive", Need::PrivateNetwork),
];

/// The condition or the need of that name, in lower case without accents.
#[must_use]
pub fn need(word: &str) -> Option<Need> {
    NEEDS.iter().find(|row| row.0 == word).map(|row| row.1)
}

pub fn need_names() -> impl Iterator<Item = &'static str> {
    NEEDS.iter().map(|row| row.0)
}

pub const PRIVILEGES: [Privilege; 2] = [Privilege::NetBindService, Privilege::NetRaw];

const SECTIONS: [(&str, Section); 3] =
    [("a retenir", Section::Remember), ("a vous", Section::YourTurn), ("pour aller plus loin", Section::Further)];

/// The closing section that has this title, whatever its case and accents.
#[must_use]
pub fn section(title: &str) -> Option<Section> {
    let title = fold(title);
    SECTIONS.iter().find(|row| row.0 == title).map(|row| row.1)
}

/// A process state that is a word of its own.
#[must_use]
pub fn process_state(word: &str) -> Option<ProcessState> {
    match word {
        "vivant" | "vivante" => Some(ProcessState::Alive),
        "zombie" => Some(ProcessState::Zombie),
        "mort" | "morte" => Some(ProcessState::Gone),
        _ => None,
    }
}

/// Names that no actor may have: they mean something else where an actor is named.
pub const RESERVED_ACTORS: [&str; 5] = [state::PORT, block::PROGRAM, block::EXAMPLE, block::TIMES, "fin"];

/// `word` in lower case, without accents, with a straight apostrophe: `Réveille` reads as `reveille`.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' | 'ä' | 'á' => folded.push('a'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'î' | 'ï' | 'í' => folded.push('i'),
            'ô' | 'ö' | 'ó' => folded.push('o'),
            'ù' | 'û' | 'ü' | 'ú' => folded.push('u'),
            'ç' => folded.push('c'),
            'ÿ' => folded.push('y'),
            'ñ' => folded.push('n'),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            '’' | 'ʼ' => folded.push('\''),
            '\u{a0}' | '\u{202f}' => folded.push(' '),
            // Combining accents, as some systems write file contents.
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}

/// An identifier from a title: `Attendre un client` gives `attendre-un-client`.
#[must_use]
pub fn slug(title: &str) -> String {
    let words: Vec<String> = fold(title)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.join("-")
}

/// Whether this is a slug or an id: lower case letters, digits, single dashes inside.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    !text.is_empty() && text == slug(text)
}

/// Whether this can name an actor or a draw: a lower case letter, then letters, digits, `_`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{fold, is_name, is_slug, need, need_names, process_state, section, slug};
    use crate::lesson::model::{Need, ProcessState, Section};

    #[test]
    fn accents_and_apostrophes_do_not_matter() {
        for word in ["réveille", "Réveille", "re\u{301}veille", "reveille"] {
            assert_eq!(fold(word), "reveille");
        }
        for (word, expected) in [
            ("àâäáÀÂÄÁ", "aaaaaaaa"),
            ("éèêëÉ", "eeeee"),
            ("îïíÎ", "iiii"),
            ("ôöóÔ", "oooo"),
            ("ùûüúÙ", "uuuuu"),
            ("çÇÿñÑ", "ccynn"),
            ("œŒæÆ", "oeoeaeae"),
            ("jusqu’à jusquʼà", "jusqu'a jusqu'a"),
            ("a\u{a0}b\u{202f}c", "a b c"),
            ("e\u{300}e\u{36f}", "ee"),
            ("ß日-_9", "ß日-_9"),
        ] {
            assert_eq!(fold(word), expected, "{word}");
        }
    }

    #[test]
    fn words_have_their_meaning() {
        for (title, expected) in [
            ("À retenir", Some(Section::Remember)),
            ("a VOUS", Some(Section::YourTurn)),
            ("Pour aller plus loin", Some(Section::Further)),
            ("Pour aller", None),
        ] {
            assert_eq!(section(title), expected, "{title}");
        }
        for (word, expected) in [
            ("vivant", Some(ProcessState::Alive)),
            ("vivante", Some(ProcessState::Alive)),
            ("zombie", Some(ProcessState::Zombie)),
            ("mort", Some(ProcessState::Gone)),
            ("morte", Some(ProcessState::Gone)),
            ("endormi", None),
        ] {
            assert_eq!(process_state(word), expected, "{word}");
        }
    }

    #[test]
    fn a_need_has_one_word() {
        let needs = [Need::Root, Need::Ipv6, Need::RawSockets, Need::ReservedPorts, Need::PrivateNetwork];
        let words: Vec<&str> = need_names().collect();
        assert_eq!(words, ["root", "ipv6", "net_raw", "ports_reserves", "reseau_prive"]);
        for (one, word) in needs.into_iter().zip(words) {
            assert_eq!(need(word), Some(one));
        }
        assert_eq!(need("Root"), None);
    }

    #[test]
    fn slugs() {
        for (title, expected) in [
            ("Attendre un client", "attendre-un-client"),
            ("L’erreur qui arrive après", "l-erreur-qui-arrive-apres"),
            ("Cœur, 2 fois !", "coeur-2-fois"),
            ("…", ""),
        ] {
            assert_eq!(slug(title), expected);
        }
        assert!(is_slug("a-b2") && !is_slug("A") && !is_slug("a--b") && !is_slug("-a") && !is_slug(""));
        for (text, expected) in [
            ("client_2", true),
            ("a_", true),
            ("a", true),
            ("2client", false),
            ("_a", false),
            ("Client", false),
            ("aB", false),
            ("a-b", false),
            ("aé", false),
            ("", false),
        ] {
            assert_eq!(is_name(text), expected, "{text}");
        }
    }
}
