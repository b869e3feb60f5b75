//! Headings, blocks and prose.

use crate::lesson::keywords::block;
use crate::lesson::model::Section;
use crate::lesson::problem::{LayoutFault, MarkdownFault};
use crate::text::problem::{near_of, quote};

pub fn layout(fault: &LayoutFault) -> String {
    match fault {
        LayoutFault::UnknownBlock(unknown) if unknown.name.is_empty() => format!(
            "ce bloc ne dit pas ce qu’il est. Après ```, écrivez par exemple {} ou {}.",
            quote("c serveur"),
            quote("text")
        ),
        LayoutFault::UnknownBlock(unknown) => {
            format!("le bloc {} n’existe pas. Les blocs : {}.", quote(&unknown.name), block::ALL.join(", "))
        }
        LayoutFault::MissingActor => "il manque le nom d’un acteur : c serveur, octets serveur…".to_owned(),
        LayoutFault::UnknownActor(unknown) => format!(
            "l’acteur {} n’est pas déclaré. Ajoutez-le à acteurs, dans l’en-tête, ou faites-le naître.",
            quote(&unknown.name)
        ),
        LayoutFault::ExtraWords(word) => format!("{} est de trop ici.", quote(word)),
        LayoutFault::OnlyInChecks(word) => format!("{} n’a de sens que dans le barème d’un exercice.", quote(word)),
        LayoutFault::OnlyInLessons(word) => format!("{} n’a de sens que dans une leçon.", quote(word)),
        LayoutFault::SettingsLate => {
            "le bloc etape se place au début de l’étape, avant son premier autre bloc.".to_owned()
        }
        LayoutFault::SettingsTwice => "cette étape a déjà un bloc etape. Réunissez-les.".to_owned(),
        LayoutFault::BadRepeat(word) => {
            format!("{} n’est pas un nombre de fois : 1 à 10 000, ou un tirage comme {{n}}.", quote(word))
        }
        LayoutFault::BadByteCount(word) => format!("{} n’est pas un nombre d’octets : 1 à 65 536.", quote(word)),
        LayoutFault::UnknownLinkChange(unknown) => {
            format!("{} ne se fait pas au lien : coupe, ou rétabli.", quote(&unknown.name))
        }
        LayoutFault::NoPort => {
            "l’en-tête ne donne pas de port : {port} n’a pas de sens. Ajoutez port = 3001.".to_owned()
        }
        LayoutFault::TwoPrograms(name) => format!("l’acteur {} a déjà un programme.", quote(name)),
        LayoutFault::TooManyStatements { most } => {
            format!("cette leçon a plus de {most} instructions. Coupez-la en deux leçons.")
        }
        other => heading(other),
    }
}

fn heading(fault: &LayoutFault) -> String {
    match fault {
        LayoutFault::OutsideStep => "ceci vient avant la première étape. Ouvrez-en une : ## Titre.".to_owned(),
        LayoutFault::HeadingLevel => "un titre d’étape s’écrit ## ; il n’y a pas d’autre niveau.".to_owned(),
        LayoutFault::HeadingSpace => "il manque une espace après ##.".to_owned(),
        LayoutFault::EmptyTitle => "cette étape n’a pas de titre. Écrivez-le après ##.".to_owned(),
        LayoutFault::BadId(id) => format!(
            "l’identifiant {} ne convient pas : des minuscules sans accent, des chiffres et des tirets, comme {{#mon-id}}.",
            quote(id)
        ),
        LayoutFault::DuplicateId(id) => {
            format!("une étape s’appelle déjà {}. Changez le titre, ou ajoutez {{#autre-id}}.", quote(id))
        }
        LayoutFault::NoStep => "cette leçon n’a aucune étape. Ouvrez-en une : ## Titre.".to_owned(),
        LayoutFault::EmptyStep => "il n’y a rien sous ce titre. Écrivez-y, ou enlevez-le.".to_owned(),
        LayoutFault::ClosingOrder { after } => format!(
            "cette partie vient avant {}. L’ordre : À retenir, À vous, Pour aller plus loin.",
            quote(section(*after))
        ),
        LayoutFault::DuplicateClosing => "cette partie est déjà écrite plus haut. Réunissez-les.".to_owned(),
        LayoutFault::StepAfterClosing => {
            "une étape ne peut pas suivre À retenir, À vous ou Pour aller plus loin. Déplacez-la plus haut.".to_owned()
        }
        LayoutFault::RememberList { from, to } => {
            format!("À retenir est une seule liste, de {from} à {to} phrases : une par tiret.")
        }
        LayoutFault::BlockInClosing => {
            "un bloc qui s’exécute n’a pas sa place ici. Seuls text, console, http, sh et c exemple y sont montrés."
                .to_owned()
        }
        LayoutFault::UnclosedBlock => "ce bloc n’est pas fermé. Ajoutez une ligne ``` à sa fin.".to_owned(),
        LayoutFault::EmptyBlock => "ce bloc est vide. Remplissez-le, ou enlevez-le.".to_owned(),
        _ => String::new(),
    }
}

fn section(section: Section) -> &'static str {
    match section {
        Section::Remember => "À retenir",
        Section::YourTurn => "À vous",
        Section::Further => "Pour aller plus loin",
    }
}

pub fn near(fault: &LayoutFault) -> Option<&str> {
    match fault {
        LayoutFault::UnknownBlock(unknown)
        | LayoutFault::UnknownActor(unknown)
        | LayoutFault::UnknownLinkChange(unknown) => near_of(unknown),
        _ => None,
    }
}

pub fn markdown(fault: MarkdownFault) -> String {
    match fault {
        MarkdownFault::Html => "pas de HTML dans une leçon. Pour montrer ce texte, mettez-le entre `.",
        MarkdownFault::Image => "pas d’image dans une leçon : elle s’affiche dans un terminal.",
        MarkdownFault::Link => "pas de lien caché sous un texte. Écrivez l’adresse elle-même, entre < et >.",
        MarkdownFault::Reference => "pas de référence dans une leçon. Écrivez l’adresse elle-même, entre < et >.",
        MarkdownFault::Rule => "pas de trait de séparation. Un titre ## ouvre l’étape suivante.",
        MarkdownFault::Heading => "un titre s’écrit avec ## au début de la ligne.",
        MarkdownFault::CodeBlock => "un bloc s’ouvre par ``` tout au début de la ligne, sans retrait.",
        MarkdownFault::NestedBlock => {
            "une liste ou une citation ne contient qu’un paragraphe : ni liste, ni citation, ni second paragraphe."
        }
        MarkdownFault::HardBreak => "pas de saut de ligne forcé. Ouvrez un paragraphe, ou faites une liste.",
    }
    .to_owned()
}
