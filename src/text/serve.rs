//! Why `serve` or `connect` cannot begin.

use std::path::Path;

use crate::event::Cause;
use crate::syscall::errno::Errno;
use crate::syscall::notation::errno_name;
use crate::text::cause::{Scene, cause as explain};
use crate::text::errno;

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
        Some(command) => Some(format!("Un port libre vient d’être essayé. Tapez\u{a0}: {command}")),
        None => cause.map(|known| explain(known, Scene::Server)).map(|known| {
            known.command.map_or_else(|| known.advice.clone(), |command| format!("{} {command}", known.advice))
        }),
    };
    let remedy = remedy.or_else(|| errno::advice(errno).map(str::to_owned));
    [Some(failure), Some(why), remedy].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A socket file that stands where the server's should be.
#[must_use]
pub fn socket_file_taken(path: &Path) -> String {
    let path = path.display().to_string().escape_debug().to_string();
    format!(
        "Le fichier {path} existe déjà\u{a0}: bind crée ce fichier, et ne remplace jamais.\nS’il reste d’un serveur qui \
         n’est plus là, effacez-le (rm {path})\u{202f}; sinon, prenez un autre chemin."
    )
}

/// A file given on the command line that cannot be opened.
#[must_use]
pub fn file_refused(path: &Path, error: &std::io::Error) -> String {
    let path = path.display().to_string().escape_debug().to_string();
    format!("Le fichier {path} ne peut pas être ouvert\u{a0}: {}.", crate::text::usage::reason(error))
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
