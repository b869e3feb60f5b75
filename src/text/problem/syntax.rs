//! The C of actors.

use crate::syscall::parse::{SyntaxKind, Wanted};
use crate::text::problem::quote;

pub fn syntax(kind: &SyntaxKind) -> String {
    match kind {
        SyntaxKind::UnknownFunction { name, .. } => {
            format!("la fonction {} est inconnue. socketlab explain appels les donne toutes.", quote(name))
        }
        SyntaxKind::UnknownConstant { name, .. } => format!("la constante {} est inconnue.", quote(name)),
        SyntaxKind::UnknownType { name, .. } => format!("le type {} est inconnu.", quote(name)),
        SyntaxKind::UnknownField { field, record: None, .. } => {
            format!("aucune structure n’a de champ {}.", quote(field))
        }
        SyntaxKind::UnknownField { field, record: Some(record), .. } => {
            format!("{record} n’a pas de champ {}.", quote(field))
        }
        SyntaxKind::UnknownOperator(operator) => format!(
            "l’opérateur {} n’est pas dans ce C réduit : + - * | & ~, les comparaisons, & et * devant un nom.",
            quote(operator)
        ),
        SyntaxKind::ControlFlow(word) => {
            format!("{} ne s’exécute pas pas à pas. Un programme entier va dans un bloc c programme.", quote(word))
        }
        SyntaxKind::OutsideSubset(word) => format!("{} n’est pas dans ce C réduit. Enlevez-le.", quote(word)),
        SyntaxKind::KernelCallInside(name) => format!(
            "{name} entre dans le noyau : cet appel a droit à son instruction. Rangez son résultat dans une variable."
        ),
        SyntaxKind::WrongArity { function, least, most, found } => arity(function, *least, *most, *found),
        SyntaxKind::Expected { wanted, found } => expected(*wanted, found.as_deref()),
        SyntaxKind::MissingSemicolon => "il manque un ; à la fin de cette instruction.".to_owned(),
        SyntaxKind::TooDeep => {
            "cette expression est trop longue ou trop imbriquée. Coupez-la en plusieurs instructions.".to_owned()
        }
        SyntaxKind::NotAssignable => "on n’affecte qu’une variable, un champ ou une case.".to_owned(),
        SyntaxKind::ReservedName(name) => format!("{} a déjà un sens. Choisissez un autre nom.", quote(name)),
        other => object(other),
    }
}

/// Literals and declarations.
fn object(kind: &SyntaxKind) -> String {
    match kind {
        SyntaxKind::ArraySize { most } => {
            format!("la taille d’un tableau est une constante entre 1 et {most}.")
        }
        SyntaxKind::MissingArraySize => "ce tableau n’a pas de taille. Écrivez-la entre [ ].".to_owned(),
        SyntaxKind::NestedArray => "pas de tableau de tableaux dans ce C réduit.".to_owned(),
        SyntaxKind::TooManyItems => "il y a plus de valeurs que l’objet ne peut en contenir.".to_owned(),
        SyntaxKind::VoidVariable => "une variable ne peut pas être de type void.".to_owned(),
        SyntaxKind::UnexpectedCharacter(letter) => character(*letter),
        SyntaxKind::UnterminatedText => {
            "cette chaîne n’est pas fermée. Ajoutez un \" avant la fin de la ligne.".to_owned()
        }
        SyntaxKind::UnterminatedComment => "ce commentaire n’est pas fermé. Ajoutez */.".to_owned(),
        SyntaxKind::BadCharacter => "entre deux ', il faut un caractère d’un octet, un seul.".to_owned(),
        SyntaxKind::BadEscape => {
            "cette suite après \\ ne vaut pas un octet : \\n \\r \\t \\0 \\\\ \\\" \\x41 \\101.".to_owned()
        }
        SyntaxKind::BadNumber(number) => {
            format!("{} n’est pas un nombre entier : 3001, 0xbb9, 0755.", quote(number))
        }
        SyntaxKind::NumberTooLarge(number) => format!("{} est trop grand.", quote(number)),
        SyntaxKind::Directive => {
            "ni #include ni #define : les appels sont déjà connus. Un fichier entier va dans un bloc c programme."
                .to_owned()
        }
        _ => String::new(),
    }
}

fn character(letter: char) -> String {
    match letter {
        '“' | '”' | '«' | '»' | '„' => {
            format!("{} n’est pas du C. Une chaîne s’écrit entre \".", quote(&letter.to_string()))
        }
        '’' | '‘' => format!("{} n’est pas du C. L’apostrophe du C est '.", quote(&letter.to_string())),
        '\u{a0}' | '\u{202f}' => {
            "une espace insécable s’est glissée dans le C. Remplacez-la par une espace.".to_owned()
        }
        _ => format!("le caractère {} n’est pas du C. Un nom s’écrit sans accent.", quote(&letter.to_string())),
    }
}

fn arity(function: &str, least: usize, most: Option<usize>, found: usize) -> String {
    let plural = |count: usize| if count > 1 { "s" } else { "" };
    let wanted = match (least, most) {
        (0, Some(0)) => "ne prend aucun argument".to_owned(),
        (least, Some(_)) => format!("prend {least} argument{}", plural(least)),
        (least, None) => format!("prend au moins {least} argument{}", plural(least)),
    };
    let given = if found == 0 { "aucun n’est donné".to_owned() } else { format!("{found} ici") };
    format!("{function} {wanted} ; {given}.")
}

fn expected(wanted: Wanted, found: Option<&str>) -> String {
    let wanted = match wanted {
        Wanted::Expression => "une valeur".to_owned(),
        Wanted::Semicolon => "un ; ou un opérateur".to_owned(),
        Wanted::Name => "le nom d’une variable".to_owned(),
        Wanted::Field => "le nom d’un champ".to_owned(),
        Wanted::Type => "un type".to_owned(),
        Wanted::SingleValue => "une seule valeur, sans accolades".to_owned(),
        Wanted::Symbol(symbol) => quote(symbol),
    };
    match found {
        Some(found) => format!("il faut {wanted} ici, et non {}.", quote(found)),
        None => format!("il faut {wanted} ici."),
    }
}

pub fn near(kind: &SyntaxKind) -> Option<&str> {
    match kind {
        SyntaxKind::UnknownFunction { near, .. }
        | SyntaxKind::UnknownConstant { near, .. }
        | SyntaxKind::UnknownType { near, .. }
        | SyntaxKind::UnknownField { near, .. } => near.as_deref(),
        _ => None,
    }
}
