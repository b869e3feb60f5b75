//! Why `serve` or `connect` cannot begin.

use std::path::Path;

use crate::event::Cause;
use crate::event::peer::{Attempt, End};
use crate::syscall::errno::Errno;
use crate::syscall::notation::{errno_name, escape};
use crate::text::cause::{Scene, cause as explain};
use crate::text::stage::free_port;
use crate::text::usage::{reason, safe, safe_text};
use crate::text::{errno, peer};

/// A call that the machine refused before any client: what it means here, and a command to type where one helps.
#[must_use]
pub fn refused(call: &str, errno: Errno, cause: Option<&Cause>, command: Option<&str>) -> String {
    let failure = format!(
        "Le serveur ne peut pas démarrer\u{a0}: {call} échoue, {} ({}).",
        errno::french(errno),
        errno_name(errno)
    );
    let local = cause.map(|known| explain(known, Scene::Server).sentence);
    let why = local.unwrap_or_else(|| errno::meaning(errno).to_owned());
    let remedy = match command {
        Some(command) => Some(free_port(command)),
        None => cause.map(|known| explain(known, Scene::Server)).map(|known| {
            known.command.map_or_else(|| known.advice.clone(), |command| format!("{} {command}", known.advice))
        }),
    };
    let remedy = remedy.or_else(|| errno::advice(errno).map(str::to_owned));
    [Some(failure), Some(why), remedy].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Why no socket can be bound to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It does not fit in a `struct sockaddr_un` (unix(7)).
    TooLong,
    /// A socket is there.
    Socket,
    /// Something else is there.
    File,
    Refused(Errno),
}

/// The same in words.
#[must_use]
pub fn socket_file_refused(path: &Path, obstacle: Obstacle) -> String {
    let shown = safe(path);
    match obstacle {
        Obstacle::TooLong => socket_path_too_long(path),
        Obstacle::Socket => format!(
            "La socket {shown} existe déjà\u{a0}: bind crée ce fichier, et ne remplace jamais.\nSi elle reste d’un serveur \
             qui n’est plus là, effacez-la (rm {shown})\u{202f}; sinon, prenez un autre chemin."
        ),
        Obstacle::File => format!(
            "{shown} existe déjà, et n’est pas une socket\u{a0}: bind crée ce fichier, et ne remplace jamais. Prenez un \
             autre chemin."
        ),
        Obstacle::Refused(errno) => format!(
            "La socket {shown} ne peut pas être créée\u{a0}: {} ({}).\nPrenez un chemin dans un dossier qui existe et où vous \
             pouvez écrire.",
            errno::french(errno),
            errno_name(errno)
        ),
    }
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
pub fn chat_needs_one_memory(mode: &str) -> String {
    let why = match mode {
        "fork" => "chaque client y a son propre processus, qui ne voit pas les autres connexions",
        _ => "il n’y a jamais qu’un client servi à la fois",
    };
    format!("--chat ne marche pas avec --mode {mode}\u{a0}: {why}.\nPrenez --mode threads, poll ou epoll.")
}

/// An attempt to connect that failed, in a sentence for who reads no narration.
#[must_use]
pub fn not_connected(whom: &str, attempt: Attempt) -> String {
    let what = match attempt {
        Attempt::Connected => "la connexion a été perdue",
        Attempt::Refused => "connexion refusée\u{a0}: une machine a répondu, et rien n’écoute sur ce port",
        Attempt::Silent => "aucune réponse\u{a0}: machine éteinte, mauvaise adresse, ou pare-feu qui jette les paquets",
        Attempt::Unreachable => "aucun chemin n’y mène\u{a0}: vérifiez l’adresse et le réseau de cette machine",
        Attempt::Unresolved => "aucune adresse ne convient\u{a0}: vérifiez le nom, et -4 ou -6 si vous les avez donnés",
        Attempt::Impossible => "cette machine refuse, avant même d’envoyer quoi que ce soit",
    };
    format!("{}\u{a0}: {what}.", safe_text(whom))
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
