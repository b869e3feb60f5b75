//! Files, front matter and the TOML of blocks.

use crate::lesson::keywords::{FORMAT, PRIVILEGES, need_names};
use crate::lesson::problem::{FileFault, FrontFault, TomlFault, TomlType, Unknown};
use crate::text::problem::{either, near_of, quote};

pub fn file(fault: &FileFault) -> String {
    match fault {
        FileFault::TooLarge { size, most } => {
            format!("ce fichier est trop grand : {size} octets, pour {most} au plus. Une leçon est un texte court.")
        }
        FileFault::NotUtf8 => "ce fichier n’est pas un texte en UTF-8. Enregistrez-le dans ce codage.".to_owned(),
        FileFault::Control('\0') => "un octet nul : ce fichier n’est pas un texte.".to_owned(),
        FileFault::Control(letter) => {
            let code = u32::from(*letter);
            format!("un caractère invisible (U+{code:04X}) n’a pas sa place dans une leçon. Effacez-le.")
        }
        FileFault::Empty => "ce fichier est vide. Une leçon commence par un en-tête entre deux lignes +++.".to_owned(),
    }
}

pub fn front(fault: &FrontFault) -> String {
    match fault {
        FrontFault::Missing => "l’en-tête manque : la première ligne du fichier est +++.".to_owned(),
        FrontFault::Unclosed => "l’en-tête n’est pas fermé. Ajoutez une ligne +++ après ses clés.".to_owned(),
        FrontFault::Toml(fault) => toml(*fault).to_owned(),
        FrontFault::UnknownKey(unknown) => format!("la clé {} n’existe pas ici.", quote(&unknown.name)),
        FrontFault::MissingKey(key) => format!("la clé {} est obligatoire et manque.", quote(key)),
        FrontFault::WrongType { key, wanted } => format!("{} attend {}.", quote(key), wanted_value(*wanted)),
        FrontFault::OutOfRange { key, from, to } if *to == i64::MAX => {
            format!("{} doit être un nombre, {from} au moins.", quote(key))
        }
        FrontFault::OutOfRange { key, from, to } => {
            format!("{} doit être un nombre entre {from} et {to}.", quote(key))
        }
        FrontFault::EmptyValue { key } => format!("{} ne peut pas être vide.", quote(key)),
        FrontFault::UnknownFormat(version) => {
            format!("ce socketlab ne lit pas le format {version}. Écrivez format = {FORMAT}.")
        }
        FrontFault::BadSlug(slug) => {
            format!("{} ne convient pas : des minuscules sans accent, des chiffres et des tirets.", quote(slug))
        }
        FrontFault::BadName(name) => format!(
            "le nom {} ne convient pas : une minuscule, puis des minuscules sans accent, des chiffres ou _.",
            quote(name)
        ),
        FrontFault::ReservedActor(name) => {
            format!("un acteur ne peut pas s’appeler {} : ce mot a déjà un sens.", quote(name))
        }
        FrontFault::DuplicateActor(name) => format!("l’acteur {} est déjà nommé.", quote(name)),
        FrontFault::TooManyActors { most } => format!("une leçon a {most} acteurs au plus."),
        FrontFault::ControlInText { key } => {
            format!("le texte de {} contient un caractère de contrôle. Effacez-le.", quote(key))
        }
        other => value(other),
    }
}

/// Values that belong to a short list.
fn value(fault: &FrontFault) -> String {
    match fault {
        FrontFault::UnknownNeed(unknown) => {
            let known: Vec<_> = need_names().collect();
            format!("{} n’est pas une exigence connue : {}.", quote(&unknown.name), either(&known))
        }
        FrontFault::UnknownPrivilege(unknown) => {
            let known: Vec<_> = PRIVILEGES.iter().map(|privilege| privilege.name()).collect();
            format!("{} n’est pas un privilège connu : {}.", quote(&unknown.name), either(&known))
        }
        FrontFault::UnknownShow(unknown) => {
            format!("socketlab ne sait pas montrer {} : seulement les descripteurs.", quote(&unknown.name))
        }
        FrontFault::UnknownDraw(name) => {
            format!("le tirage {} ne se comprend pas : \"mot\", \"mot 3000\" ou \"2..5\".", quote(name))
        }
        FrontFault::UnknownSubmission(unknown) => {
            format!("aucun programme rendu ne s’appelle {}.", quote(&unknown.name))
        }
        _ => String::new(),
    }
}

fn toml(fault: TomlFault) -> &'static str {
    match fault {
        TomlFault::DuplicateKey => "cette clé est écrite deux fois. Gardez-en une.",
        TomlFault::UnclosedText => "ce texte n’est pas bien fermé. Un texte s’écrit entre deux \" sur une ligne.",
        TomlFault::MissingValue => {
            "une valeur manque ou ne se lit pas. Un texte s’écrit entre \", une liste entre [ ]."
        }
        TomlFault::BadEscape => "cette suite après \\ n’existe pas. Écrivez \\\\ pour un \\ seul.",
        TomlFault::TooDeep => "ces listes sont imbriquées trop profondément.",
        TomlFault::Malformed => "cette ligne n’est pas du TOML. Écrivez clé = valeur.",
    }
}

fn wanted_value(wanted: TomlType) -> &'static str {
    match wanted {
        TomlType::Text => "un texte entre \"",
        TomlType::Integer => "un nombre entier, sans \"",
        TomlType::Texts => "une liste de textes : [\"un\", \"deux\"]",
        TomlType::Integers => "une liste de nombres : [1, 2]",
        TomlType::Table => "une table de clés",
    }
}

pub fn near(fault: &FrontFault) -> Option<&str> {
    match fault {
        FrontFault::UnknownKey(unknown)
        | FrontFault::UnknownNeed(unknown)
        | FrontFault::UnknownPrivilege(unknown)
        | FrontFault::UnknownShow(unknown)
        | FrontFault::UnknownSubmission(unknown) => near_of(unknown),
        _ => None,
    }
}

/// « X est inconnu »
pub fn unknown(what: &str, unknown: &Unknown) -> String {
    format!("{what} {} est inconnu.", quote(&unknown.name))
}
