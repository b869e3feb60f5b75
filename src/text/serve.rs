//! Why `serve` or `connect` cannot begin.

use std::path::Path;

use crate::event::Cause;
use crate::event::peer::{Attempt, End, Mode, Transport};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::syscall::notation::{errno_name, escape};
use crate::text::cause::{Explanation, Scene, cause as explain};
use crate::text::peer::Side;
use crate::text::peer::advice::{advice, meaning};
use crate::text::stage::free_port;
use crate::text::usage::{reason, safe, safe_text};
use crate::text::{errno, peer};

/// A call that the machine refused before any client: what it means here, and a command to type where one helps.
#[must_use]
pub fn refused(
    (call, errno, transport): (Name, Errno, Transport),
    cause: Option<&Cause>,
    command: Option<&str>,
) -> String {
    let local = cause.map(|known| explain(known, Scene::Server));
    let why = local.as_ref().map_or_else(|| meaning(call, errno, transport).to_owned(), |local| local.sentence.clone());
    let known = || advice(call, errno, (Side::Server, transport)).map(str::to_owned);
    let remedy = command.map(free_port).or_else(|| local.map(remedy)).or_else(known);
    [Some(cannot_start(call, errno)), Some(why), remedy].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn cannot_start(call: Name, errno: Errno) -> String {
    format!("Le serveur ne peut pas démarrer\u{a0}: {call} échoue, {}.", named(errno))
}

/// `Adresse déjà utilisée (EADDRINUSE)`
fn named(errno: Errno) -> String {
    format!("{} ({})", errno::french(errno), errno_name(errno))
}

fn remedy(explanation: Explanation) -> String {
    let Explanation { advice, command, .. } = explanation;
    command.map_or_else(|| advice.clone(), |command| format!("{advice} {command}"))
}

/// The same of a socket that is to be bound to a path.
#[must_use]
pub fn socket_file_refused(path: &Path, (call, errno): (Name, Errno), cause: Option<&Cause>) -> String {
    let failure = format!("Le socket {} ne peut pas être créé\u{a0}: {call} échoue, {}.", safe(path), named(errno));
    let mut said = vec![failure, meaning(call, errno, Transport::Unix).to_owned()];
    match cause.map(|known| explain(known, Scene::Server)) {
        Some(local) => said.extend([local.sentence.clone(), remedy(local)]),
        None => said.extend(advice(call, errno, (Side::Server, Transport::Unix)).map(str::to_owned)),
    }
    said.join("\n")
}

/// A file given on the command line that cannot be opened.
#[must_use]
pub fn file_refused(path: &Path, error: &std::io::Error) -> String {
    format!("Le fichier {} ne peut pas être ouvert\u{a0}: {}.", safe(path), reason(error))
}

/// What `--http` was given is neither a folder nor a file.
#[must_use]
pub fn not_a_file(path: &Path) -> String {
    let path = safe(path);
    format!("{path} n’est ni un dossier, ni un fichier ordinaire\u{a0}: donnez l’un des deux à --http.")
}

/// `--chat` where clients cannot reach each other.
#[must_use]
pub fn chat_needs_one_memory(mode: Mode) -> String {
    let (mode, why) = match mode {
        Mode::Fork => ("fork", "chaque client y a son propre processus, qui ne voit pas les autres connexions"),
        _ => ("iterative", "il n’y a jamais qu’un client servi à la fois"),
    };
    format!("--chat ne marche pas avec --mode {mode}\u{a0}: {why}.\nPrenez --mode threads, poll ou epoll.")
}

/// An attempt to connect that failed, in a sentence for who reads no narration: the call that failed, and why as far
/// as this machine tells.
#[must_use]
pub fn not_connected(
    whom: &str,
    (attempt, transport): (Attempt, Transport),
    (failed, cause): (Option<(Name, Errno)>, Option<&Cause>),
) -> String {
    let own = matches!(attempt, Attempt::Impossible) || transport == Transport::Unix;
    let local = cause.filter(|_| own).map(|known| explain(known, Scene::Client));
    let what = match (local, failed.filter(|_| attempt == Attempt::Impossible)) {
        (Some(local), _) => format!("{}\n{}", local.sentence.clone(), remedy(local)),
        (None, Some((call, errno))) => {
            format!("{call} échoue, {}.\n{}", named(errno), meaning(call, errno, transport))
        }
        (None, None) => format!("{}.", peer::briefly(attempt, transport)),
    };
    format!("{}\u{a0}: {what}", safe_text(whom))
}

/// A conversation that did not end well.
#[must_use]
pub fn cut_short(whom: &str, end: End) -> String {
    format!("{}\u{a0}: {}.", safe_text(whom), peer::end(end))
}

/// `--expect` was not seen.
#[must_use]
pub fn not_seen(text: &[u8]) -> String {
    format!("Le texte attendu n’est pas venu\u{a0}: \"{}\".", escape(text))
}

/// A request whose path cannot be sent as it is.
#[must_use]
pub fn bad_http_path(place: Option<usize>) -> String {
    match place {
        None => "Le chemin demandé est vide\u{a0}: tapez au moins /".to_owned(),
        Some(place) => format!(
            "Le chemin demandé contient un espace ou un caractère de contrôle (caractère {}), qui couperait la requête\u{202f}; \
             écrivez-le %20, %0A…",
            place + 1
        ),
    }
}

/// A path that does not fit in a `struct sockaddr_un`.
#[must_use]
pub fn socket_path_too_long(path: &Path) -> String {
    format!(
        "Le chemin {} est trop long\u{a0}: un socket AF_UNIX n’accepte que 107 octets. Prenez un chemin plus court.",
        safe(path)
    )
}

/// The keyboard, the file or the screen failed in the middle.
#[must_use]
pub fn interrupted_by(what: &str, error: &std::io::Error) -> String {
    format!("{what}\u{a0}: {}.", reason(error))
}

pub const INPUT: &str = "L’entrée ne peut plus être lue";
pub const OUTPUT: &str = "Ce qui est reçu ne peut plus être écrit";
pub const FILE: &str = "Le fichier à envoyer ne peut plus être lu";
pub const THREAD: &str = "Un fil de plus est refusé";
