//! Sentences of `socketlab lesson`, before the lesson starts and where it cannot go on.

use crate::lesson::model::Need;
use crate::play::ports::PortOwner;
use crate::text::cause::{Scene, cause as explain};
use crate::text::expected;

/// `--from` names a step that the lesson does not have.
#[must_use]
pub fn no_such_step(asked: &str, steps: &[(String, String)]) -> String {
    let list: Vec<String> =
        steps.iter().enumerate().map(|(index, (id, title))| format!("  {:>2}  {id}  ({title})", index + 1)).collect();
    format!("Cette leçon n’a pas d’étape «\u{a0}{asked}\u{a0}». Ses étapes\u{a0}:\n{}", list.join("\n"))
}

/// The lesson's port is taken; `command` plays on another, which is free.
#[must_use]
pub fn port_taken(port: u16, owner: &PortOwner, command: Option<&str>) -> String {
    let owner = match owner {
        PortOwner::Known(known) => explain(known, Scene::Other).sentence,
        PortOwner::AnotherLesson => format!("Le port {port} est retenu par une autre leçon de socketlab, en cours."),
        PortOwner::Hidden => {
            format!("Le port {port} est déjà pris, par un processus que le noyau ne montre pas à ce compte.")
        }
    };
    match command {
        Some(command) => format!("{owner}\n{}", free_port(command)),
        None => format!("{owner}\nDonnez un autre port, ou --port auto."),
    }
}

/// The command that takes a port which was found free.
#[must_use]
pub fn free_port(command: &str) -> String {
    format!("Un port libre vient d’être essayé. Tapez\u{a0}: {command}")
}

/// No program is given whole in this lesson.
#[must_use]
pub fn no_program() -> String {
    "Cette leçon ne contient pas de programme complet.".to_owned()
}

/// The checks of an exercise are no lesson.
#[must_use]
pub fn not_a_lesson() -> String {
    "Ce fichier est le barème d’un exercice, pas une leçon.".to_owned()
}

/// /proc is missing: nothing can be observed.
#[must_use]
pub fn no_proc() -> String {
    "Le dossier /proc n’est pas accessible\u{202f}: socketlab ne peut rien observer. Montez-le (mount -t proc proc /proc)."
        .replace("\u{202f}:", "\u{a0}:")
}

/// Above each program that `--code` prints.
#[must_use]
pub fn program_heading(actor: &str) -> String {
    format!("/* {actor}.c : gcc -Wall -Wextra -o {actor} {actor}.c */")
}

/// What the machine lacks for this lesson.
#[must_use]
pub fn needs_missing(needs: &[Need]) -> String {
    let missing: Vec<&str> = needs.iter().map(|need| expected::need(*need)).collect();
    format!("Cette machine ne permet pas de jouer cette leçon. Il lui faut\u{a0}: {}.", missing.join(", "))
}

/// An actor cannot run a statement of the lesson.
#[must_use]
pub fn statement_refused(actor: &str, line: usize, reason: &str) -> String {
    format!("Ligne {line} de la leçon, acteur {actor}\u{a0}: {reason}")
}
