//! What the commands say: refusals, failures, headings of the list, and the learner's file.

use std::io;
use std::path::Path;

use crate::progress::{Mark, Trouble};
use crate::syscall::errno::Errno;
use crate::text::errno;

/// A panic: our fault, said once.
#[must_use]
pub fn our_fault(place: &str, message: Option<&str>) -> String {
    let message = message.map(|message| format!(" : {message}")).unwrap_or_default();
    format!(
        "socketlab s’arrête : c’est un défaut du programme, pas une faute de votre part ({place}{message}). \
         Signalez-le, avec la commande que vous avez tapée."
    )
}

#[must_use]
pub fn not_wired() -> String {
    "erreur : cette commande n’est pas encore branchée dans cette version de socketlab.".to_owned()
}

#[must_use]
pub fn no_such_command(typed: &str, commands: &[String]) -> String {
    format!("erreur : la commande « {} » n’existe pas.\n  Commandes : {}.", typed.escape_debug(), commands.join(", "))
}

#[must_use]
pub fn output_failed(error: &io::Error) -> String {
    format!("erreur : impossible d’écrire sur la sortie standard ({}).", reason(error))
}

#[must_use]
pub fn terminal_failed(error: &io::Error) -> String {
    format!(
        "erreur : le terminal ne répond plus ({}). Donnez le numéro de la leçon : socketlab lesson 1 --auto",
        reason(error)
    )
}

#[must_use]
pub fn folder_without_lesson(path: &Path) -> String {
    format!("erreur : le dossier « {} » ne contient aucune leçon ; une leçon est un fichier .md.", safe(path))
}

#[must_use]
pub fn unknown_word(word: &str, near: &[String]) -> String {
    let hint = match near {
        [] => "Listes : socketlab explain appels, erreurs, états, signaux, constantes, mots, défauts.".to_owned(),
        near => format!(
            "Vouliez-vous dire {} ?",
            near.iter().map(|near| format!("« {near} »")).collect::<Vec<_>>().join(", ")
        ),
    };
    format!("erreur : socketlab ne sait pas expliquer « {} ».\n  {hint}", word.escape_debug())
}

/// The heading of a level in the list.
#[must_use]
pub fn level(level: u32) -> &'static str {
    match level {
        1 => "Première année",
        2 => "Deuxième année",
        _ => "Autres leçons",
    }
}

/// Where the learner is in a lesson.
#[must_use]
pub fn status(mark: Option<&Mark>) -> &'static str {
    match mark {
        None => "",
        Some(mark) if mark.finished => "terminée",
        Some(_) => "en cours",
    }
}

/// What to type after the list.
#[must_use]
pub fn list_footer(empty: bool) -> &'static [&'static str] {
    if empty {
        return &["Aucune leçon."];
    }
    &["Pour en jouer une : `socketlab lesson 1`", "Pour comprendre un mot : `socketlab explain accept`"]
}

#[must_use]
pub fn menu_prompt() -> &'static str {
    "Quelle leçon ? (flèches pour choisir, Entrée pour jouer, q pour quitter)"
}

/// What is wrong with the learner's file, and what becomes of it.
#[must_use]
pub fn progress_trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoHome => {
            "note : ni HOME ni XDG_STATE_HOME n’est défini ; votre progression ne sera pas gardée.".to_owned()
        }
        Trouble::Unreadable { path, error } => format!(
            "note : impossible de lire votre progression, « {} » ({}). Elle n’est pas touchée, et cette séance ne sera pas \
             gardée.",
            safe(path),
            reason(error)
        ),
        Trouble::Corrupt { path, kept } => format!(
            "note : « {} » était illisible. Il est gardé sous le nom « {} », et votre progression repart à zéro.",
            safe(path),
            safe(kept)
        ),
        Trouble::Stuck { path, error } => format!(
            "note : « {} » est illisible et ne peut être mis de côté ({}). Renommez-le ; d’ici là, votre progression ne sera \
             pas gardée.",
            safe(path),
            reason(error)
        ),
        Trouble::Newer { path, format } => format!(
            "note : « {} » vient d’un socketlab plus récent (format {format}). Il n’est pas touché ; mettez socketlab à jour \
             pour garder votre progression.",
            safe(path)
        ),
        Trouble::Unwritable { path, error } => format!(
            "note : impossible d’écrire votre progression dans « {} » ({}). La leçon continue ; vérifiez les droits de ce \
             dossier.",
            safe(path),
            reason(error)
        ),
    }
}

/// A word as a shell takes it back.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%,:=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// An error of the system as perror words it, with the name to search for.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.raw_os_error().map(Errno::new) {
        // perror's words have no subject here.
        Some(Errno::EISDIR) => "c’est un dossier, EISDIR".to_owned(),
        Some(number) => match number.name() {
            Some(name) => format!("{}, {name}", errno::french(number)),
            None => errno::french(number).to_owned(),
        },
        None => of_kind(error.kind()).to_owned(),
    }
}

/// An error that is ours, without a number of the system.
fn of_kind(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::BrokenPipe => "l’autre bout a été fermé",
        io::ErrorKind::TimedOut => "aucune réponse à temps",
        io::ErrorKind::InvalidData => "données illisibles",
        io::ErrorKind::UnexpectedEof => "fin inattendue des données",
        io::ErrorKind::AlreadyExists => "ce nom est déjà pris",
        io::ErrorKind::NotFound => "introuvable",
        io::ErrorKind::PermissionDenied => "permission refusée",
        io::ErrorKind::WriteZero => "rien ne peut plus être écrit",
        _ => "erreur interne",
    }
}

/// A path with its control characters escaped.
#[must_use]
pub fn safe(path: &Path) -> String {
    safe_text(&path.to_string_lossy())
}

/// A text with its control characters escaped.
#[must_use]
pub fn safe_text(text: &str) -> String {
    text.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}
