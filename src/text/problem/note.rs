//! The notes `// =>` and the `etat` lines.

use crate::lesson::keywords::need_names;
use crate::lesson::keywords::state as words;
use crate::lesson::problem::{NoteFault, StateFault};
use crate::text::problem::file::unknown;
use crate::text::problem::{either, near_of, quote};

pub fn note(fault: &NoteFault) -> String {
    match fault {
        NoteFault::WithoutStatement => {
            "cette note ne suit aucune instruction. Mettez-la à la fin de sa ligne.".to_owned()
        }
        NoteFault::InsideStatement => "cette note coupe une instruction. Mettez-la après son ;.".to_owned(),
        NoteFault::Twice => "cette instruction a déjà une note. Réunissez-les avec une virgule.".to_owned(),
        NoteFault::Malformed => "une note s’écrit // => suivi du résultat.".to_owned(),
        NoteFault::Empty => {
            "cette note ne dit rien. Écrivez le résultat attendu, ou ... s’il est indifférent.".to_owned()
        }
        NoteFault::UnknownResult(name) => format!(
            "le résultat {} ne se comprend pas : un nombre, fd, pid, \"texte\", une erreur, bloque, mort, fin…",
            quote(&name.name)
        ),
        NoteFault::UnknownEffect(name) => {
            format!("après la virgule, {} ne se comprend pas : réveille, naît, contient…", quote(&name.name))
        }
        NoteFault::UnknownCondition(name) => {
            let known: Vec<_> = need_names().collect();
            format!("{} n’est pas une condition connue : {}.", quote(&name.name), either(&known))
        }
        NoteFault::UnknownSignal(name) => unknown("le signal", name),
        NoteFault::MissingElse => "il manque l’autre cas. Écrivez : 0 si root, sinon EACCES.".to_owned(),
        NoteFault::BadRange(text) => {
            format!("{} n’est ni un nombre ni un intervalle comme 1..64.", quote(text))
        }
        NoteFault::UnclosedText => "ce texte n’est pas fermé. Ajoutez un \".".to_owned(),
        NoteFault::MissingText => "il faut un texte entre \" ici, ou « la fin » après jusqu'à.".to_owned(),
        NoteFault::MissingName => "il manque un nom ici.".to_owned(),
        NoteFault::ExtraWords(word) => format!("{} est de trop dans cette note.", quote(word)),
    }
}

pub fn note_near(fault: &NoteFault) -> Option<&str> {
    match fault {
        NoteFault::UnknownResult(unknown)
        | NoteFault::UnknownEffect(unknown)
        | NoteFault::UnknownCondition(unknown)
        | NoteFault::UnknownSignal(unknown) => near_of(unknown),
        _ => None,
    }
}

pub fn state(fault: &StateFault) -> String {
    match fault {
        StateFault::UnknownSubject(name) => {
            format!("{} n’est pas un acteur. Une ligne commence par un acteur, ou par port.", quote(&name.name))
        }
        StateFault::UnknownState(name) => {
            format!("l’état {} est inconnu : LISTEN, ESTABLISHED, CLOSE…", quote(&name.name))
        }
        StateFault::UnknownKey(name) => {
            format!("la clé {} est inconnue : {}.", quote(&name.name), either(&words::KEYS))
        }
        StateFault::UnknownPredicate(name) => {
            format!("{} ne se comprend pas : {}.", quote(&name.name), either(&words::SUBJECTS))
        }
        StateFault::UnknownCall(name) => unknown("l’appel", name),
        StateFault::MissingPredicate => "cette ligne ne dit pas quel état est attendu.".to_owned(),
        StateFault::MissingValue(key) => format!("il manque une valeur après {}.", quote(key)),
        StateFault::BadDescriptor(text) => format!("{} n’est pas un numéro de descripteur.", quote(text)),
        StateFault::BadPort(text) => format!("{} n’est pas un port : 1 à 65535, ou {{port}}.", quote(text)),
        StateFault::BadRange(text) => format!("{} n’est ni un nombre ni un intervalle comme 1..64.", quote(text)),
        StateFault::BadEndpoint(text) => {
            format!("{} n’est pas une adresse : 127.0.0.1:3001, *:3001, [::1]:*.", quote(text))
        }
        StateFault::DuplicateKey(key) => format!("{} est écrit deux fois sur cette ligne.", quote(key)),
        StateFault::ExtraWords(word) => format!("{} est de trop sur cette ligne.", quote(word)),
    }
}

pub fn state_near(fault: &StateFault) -> Option<&str> {
    match fault {
        StateFault::UnknownSubject(unknown)
        | StateFault::UnknownState(unknown)
        | StateFault::UnknownKey(unknown)
        | StateFault::UnknownPredicate(unknown)
        | StateFault::UnknownCall(unknown) => near_of(unknown),
        _ => None,
    }
}
