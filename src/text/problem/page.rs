//! Pages of the dictionary and of findings.

use crate::content::keywords::SEPARATOR;
use crate::lesson::problem::PageFault;
use crate::text::problem::{near_of, quote};

pub fn page(fault: &PageFault) -> String {
    match fault {
        PageFault::UnknownName(unknown) => {
            format!("socketlab ne connaît pas {}. Corrigez ce nom, ou retirez-le.", quote(&unknown.name))
        }
        PageFault::UnknownSection(unknown) => {
            format!("la section {} n’existe pas dans cette page.", quote(&unknown.name))
        }
        PageFault::MissingSection(title) => format!("il manque la section {}. Ajoutez-la : ## {title}.", quote(title)),
        PageFault::Twice(name) => format!("{} est déjà là. Gardez-en un seul.", quote(name)),
        PageFault::OutOfPlace => "ceci n’a pas sa place ici. Mettez-le sous le titre ## qui convient.".to_owned(),
        PageFault::UnknownBlock { name, wanted } => {
            format!("le bloc {} n’a pas sa place ici : seulement un bloc {}.", quote(name), quote(wanted))
        }
        PageFault::MissingCode => "il manque un bloc de C ici. Ajoutez-le : ```c, le code, puis ```.".to_owned(),
        PageFault::MissingText => "il manque un texte ici. Écrivez-le sous ce titre.".to_owned(),
        PageFault::NotAParagraph => "il faut ici un paragraphe, sans liste ni citation.".to_owned(),
        PageFault::NotAList => format!("il faut ici une liste : - `nom`{SEPARATOR}ce que c’est."),
        PageFault::TooManyParagraphs { most: 1 } => "il faut ici un seul paragraphe. Réunissez-les.".to_owned(),
        PageFault::TooManyParagraphs { most } => format!("il faut ici {most} paragraphes au plus. Réunissez-en."),
        PageFault::TooFewParagraphs { least } => format!("il faut ici {least} paragraphes. Ajoutez celui qui manque."),
        other => words(other),
    }
}

/// What is written, rather than where.
fn words(fault: &PageFault) -> String {
    match fault {
        PageFault::BadRow(text) => {
            format!("{} ne se lit pas. Chaque élément s’écrit : - `nom`{SEPARATOR}ce que c’est.", quote(text))
        }
        PageFault::Styled(text) => format!("ni **gras** ni *accent* dans une page : {}.", quote(text)),
        PageFault::Backquote => "un ` est de trop, ou il en manque un : le code s’écrit entre deux `.".to_owned(),
        PageFault::Signature(name) => {
            format!("ce n’est pas la déclaration de {} : celle du manuel, sur une ligne, finie par ;.", quote(name))
        }
        PageFault::Parameters { wanted } => {
            format!("les paramètres sont, dans l’ordre et dans la déclaration aussi : {}.", wanted.join(", "))
        }
        PageFault::NeverSleeps(name) => format!("{} ne dort jamais. Retirez cette section.", quote(name)),
        PageFault::Severity { wanted } => {
            format!("la gravité de ce constat est {}, dans le programme. Écrivez-la ainsi.", quote(wanted))
        }
        PageFault::Marks { first, last } => {
            format!("les lignes décisives se placent entre {first} et {last}, chacun une fois, seul sur sa ligne.")
        }
        PageFault::MissingPart(part) => {
            format!("il manque {}, que la page fournie avec socketlab contient. Reprenez-le.", quote(part))
        }
        PageFault::ComposedPart(part) => {
            format!("{} est composé par socketlab, selon le cas. Retirez-le de la page.", quote(part))
        }
        _ => String::new(),
    }
}

pub fn near(fault: &PageFault) -> Option<&str> {
    match fault {
        PageFault::UnknownName(unknown) | PageFault::UnknownSection(unknown) => near_of(unknown),
        _ => None,
    }
}
