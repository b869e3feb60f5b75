//! What clap refuses, said in French: what is wrong, what was near, what to type.

use std::error::Error as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::NoCommand;

/// What to show of a clap error: its text as it is for help and version, our own words otherwise.
/// `command` is the one that was typed, where there is one.
pub(super) fn stop(error: &Error, command: Option<&str>) -> NoCommand {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            NoCommand::Shown(error.render().to_string())
        }
        _ => NoCommand::Refused(refusal(error, command)),
    }
}

/// The whole message, several lines, without a final newline.
#[must_use]
pub fn refusal(error: &Error, command: Option<&str>) -> String {
    let mut lines = vec![format!("erreur : {}.", fault(error))];
    lines.extend(remedies(error).into_iter().map(|remedy| format!("  {remedy}")));
    lines.extend(usage(error).map(|usage| format!("Usage\u{a0}: {usage}")));
    let path = command.map_or_else(String::new, |command| format!("{command} "));
    lines.push(format!("Pour l’aide\u{a0}: socketlab {path}--help"));
    lines.join("\n")
}

/// What is wrong, in one sentence without its full stop.
fn fault(error: &Error) -> String {
    let argument = shown(error, ContextKind::InvalidArg);
    let value = shown(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("il manque une valeur après « {argument} »"),
        ErrorKind::InvalidValue => format!("« {value} » ne convient pas à « {argument} »"),
        ErrorKind::ValueValidation => invalid(&value, &argument, error),
        ErrorKind::UnknownArgument if argument.starts_with('-') => format!("l’option « {argument} » n’existe pas"),
        ErrorKind::UnknownArgument => format!("« {argument} » est de trop"),
        ErrorKind::InvalidSubcommand => {
            format!("la commande « {} » n’existe pas", shown(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::ArgumentConflict => conflict(&argument, error),
        ErrorKind::MissingRequiredArgument => format!("il manque {}", quoted(error, ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::TooManyValues => format!("« {argument} » ne prend pas la valeur « {value} »"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("« {argument} » ne reçoit pas autant de valeurs qu’il en faut")
        }
        ErrorKind::NoEquals => format!("« {argument} » attend sa valeur après un signe égal"),
        ErrorKind::InvalidUtf8 => "un argument n’est pas du texte UTF-8".to_owned(),
        _ => "la ligne de commande ne se comprend pas".to_owned(),
    }
}

fn invalid(value: &str, argument: &str, error: &Error) -> String {
    match error.source() {
        Some(reason) => format!("« {value} » ne convient pas à « {argument} » : {reason}"),
        None => format!("« {value} » ne convient pas à « {argument} »"),
    }
}

fn conflict(argument: &str, error: &Error) -> String {
    let others = quoted(error, ContextKind::PriorArg);
    if others.is_empty() || others == format!("« {argument} »") {
        return format!("« {argument} » est donné plusieurs fois");
    }
    format!("« {argument} » ne va pas avec {others}")
}

/// What to type instead, one remedy a line.
fn remedies(error: &Error) -> Vec<String> {
    let mut remedies = Vec::new();
    remedies.extend(near_commands(error));
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
        remedies.extend(meant(&values(error, kind)));
    }
    remedies.extend(elsewhere(error));
    remedies.extend(lesson_meant(error));
    let valid = quoted(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        remedies.push(format!("Valeurs possibles : {valid}."));
    }
    remedies.extend(http_alone(error));
    remedies.extend(by_kind(error));
    remedies
}

/// The commands whose names, aliases included, are near the one typed.
fn near_commands(error: &Error) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    // clap puts the nearest last.
    for name in values(error, ContextKind::SuggestedSubcommand).iter().rev().map(|name| super::first_name(name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    meant(&names)
}

fn meant(near: &[String]) -> Option<String> {
    (!near.is_empty()).then(|| format!("Vouliez-vous dire {} ?", in_marks(near)))
}

fn by_kind(error: &Error) -> Option<String> {
    let sentence = match error.kind() {
        ErrorKind::ArgumentConflict if values(error, ContextKind::PriorArg).len() > 1 => {
            "Gardez le premier, ou les autres."
        }
        ErrorKind::ArgumentConflict => "Gardez l’un des deux.",
        ErrorKind::InvalidUtf8 => "Retapez-le : il contient des octets que socketlab ne peut pas lire.",
        ErrorKind::TooManyValues => "Retirez cette valeur.",
        _ => return None,
    };
    Some(sentence.to_owned())
}

/// clap's hints, rewritten: an option of another command, or a value that looks like an option.
fn elsewhere(error: &Error) -> Vec<String> {
    let Some(ContextValue::StyledStrs(hints)) = error.get(ContextKind::Suggested) else { return Vec::new() };
    hints.iter().filter_map(|hint| rewritten(&hint.to_string())).collect()
}

fn rewritten(hint: &str) -> Option<String> {
    if let Some(found) = hint.strip_suffix("' exists").and_then(|start| start.strip_prefix('\'')) {
        return Some(format!("Cette option appartient à « {} ».", escaped(found)));
    }
    if hint.starts_with("to pass '") {
        return Some("Si c’est une valeur et non une option, mettez « -- » devant.".to_owned());
    }
    hint.starts_with("subcommand '").then(|| "Si c’est une commande, retirez « -- » devant.".to_owned())
}

/// `socketlab 5`: the number of a lesson in the place of a command.
fn lesson_meant(error: &Error) -> Option<String> {
    let typed = shown(error, ContextKind::InvalidSubcommand);
    let number = error.kind() == ErrorKind::InvalidSubcommand && typed.parse::<u32>().is_ok();
    number.then(|| format!("Pour jouer la leçon {typed}, tapez : socketlab lesson {typed}"))
}

/// What only HTTP answers have was asked for, and no HTTP.
fn http_alone(error: &Error) -> Option<String> {
    let http = || values(error, ContextKind::InvalidArg).iter().any(|missing| missing.starts_with("--http"));
    let missing = error.kind() == ErrorKind::MissingRequiredArgument && http();
    missing.then(|| "--bare-lf et --no-length changent les réponses HTTP : ils demandent --http.".to_owned())
}

/// clap's usage without its English heading.
fn usage(error: &Error) -> Option<String> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return None };
    let usage = usage.to_string();
    Some(usage.trim().trim_start_matches("Usage:").trim().to_owned())
}

/// One value of the error's context, safe for a terminal; empty where there is none.
fn shown(error: &Error, kind: ContextKind) -> String {
    values(error, kind).join(", ")
}

/// The values of the error's context between quotation marks.
fn quoted(error: &Error, kind: ContextKind) -> String {
    in_marks(&values(error, kind))
}

fn in_marks(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("« {value} »")).collect();
    quoted.join(", ")
}

fn values(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(value)) => vec![escaped(bare(kind, value))],
        Some(ContextValue::Strings(values)) => values.iter().map(|value| escaped(bare(kind, value))).collect(),
        Some(ContextValue::Number(number)) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// A positional argument without the brackets that clap puts around its name.
fn bare(kind: ContextKind, text: &str) -> &str {
    let positional = matches!(kind, ContextKind::InvalidArg | ContextKind::PriorArg) && text.starts_with(['<', '[']);
    if positional { text.trim_end_matches('.').trim_matches(['<', '>', '[', ']']) } else { text }
}

/// Control characters never reach the terminal raw.
fn escaped(text: &str) -> String {
    let escape = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.to_string() }
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::{refusal, stop};
    use crate::cli::NoCommand;
    use clap::Error;
    use clap::error::{ContextKind, ContextValue, ErrorKind};

    /// Every kind that clap may raise, those that our command line never reaches included.
    const KINDS: &[ErrorKind] = &[
        ErrorKind::InvalidValue,
        ErrorKind::UnknownArgument,
        ErrorKind::InvalidSubcommand,
        ErrorKind::NoEquals,
        ErrorKind::ValueValidation,
        ErrorKind::TooManyValues,
        ErrorKind::TooFewValues,
        ErrorKind::WrongNumberOfValues,
        ErrorKind::ArgumentConflict,
        ErrorKind::MissingRequiredArgument,
        ErrorKind::MissingSubcommand,
        ErrorKind::InvalidUtf8,
        ErrorKind::Io,
        ErrorKind::Format,
    ];

    fn error(kind: ErrorKind) -> Error {
        let mut error = Error::new(kind);
        error.insert(ContextKind::InvalidArg, ContextValue::String("--port <P>".to_owned()));
        error.insert(ContextKind::InvalidValue, ContextValue::String("x\x1b".to_owned()));
        error.insert(ContextKind::InvalidSubcommand, ContextValue::String("x".to_owned()));
        error.insert(ContextKind::PriorArg, ContextValue::Strings(vec!["--a".to_owned(), "--b".to_owned()]));
        error
    }

    #[test]
    fn every_kind_has_french_words() {
        for kind in KINDS {
            let message = refusal(&error(*kind), Some("lesson"));
            assert!(message.starts_with("erreur\u{a0}: "), "{kind:?}: {message}");
            assert!(message.ends_with("socketlab lesson --help"), "{kind:?}: {message}");
            assert!(!message.contains('\x1b'), "{kind:?}: {message:?}");
            for english in ["error", "argument '", "value '", "required", "cannot", "Usage:"] {
                assert!(!message.contains(english), "{kind:?}: {message}");
            }
        }
    }

    #[test]
    fn a_kind_without_context_still_speaks() {
        for kind in KINDS {
            let message = refusal(&Error::new(*kind), None);
            assert!(message.starts_with("erreur\u{a0}: ") && message.ends_with("socketlab --help"), "{message}");
        }
    }

    #[test]
    fn an_option_of_another_command_is_located() {
        let mut error = error(ErrorKind::UnknownArgument);
        let hint = clap::builder::StyledStr::from("'lesson --port' exists");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint]));
        assert!(refusal(&error, None).contains("Cette option appartient à «\u{a0}lesson --port\u{a0}»."));
    }

    #[test]
    fn help_is_shown_and_not_refused() {
        assert!(matches!(stop(&Error::new(ErrorKind::DisplayHelp), None), NoCommand::Shown(_)));
        assert!(matches!(stop(&Error::new(ErrorKind::UnknownArgument), None), NoCommand::Refused(_)));
    }
}
