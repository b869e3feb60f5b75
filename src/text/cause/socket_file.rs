//! What stands at the path of an AF_UNIX socket.

use super::{Explanation, Scene, explanation};
use crate::event::Cause;
use crate::text::socket::program;
use crate::text::usage::shell_word;

/// The cause in words; who serves wants the path, who calls wants a server behind it.
pub fn cause(cause: &Cause, scene: Scene) -> Explanation {
    match cause {
        Cause::SocketFileHeld { path, listening, pid, command } => {
            held(path, *listening, (*pid, command.as_deref(), scene))
        }
        Cause::SocketFileStale { path } => explanation(
            format!(
                "Le fichier socket « {path} » est là, et aucun socket visible d’ici n’y est lié : il reste d’un serveur terminé."
            ),
            match scene {
                Scene::Client => "Relancez le serveur, après avoir effacé ce fichier :".to_owned(),
                _ => "Effacez-le (dans un programme : unlink avant bind), ou prenez un autre chemin :".to_owned(),
            },
            Some(format!("rm {}", shell_word(path))),
        ),
        Cause::NoSocketThere { path, folder } => explanation(
            format!(
                "« {path} » est {}, pas un fichier socket.",
                if *folder { "un dossier" } else { "un autre fichier" }
            ),
            "Prenez un autre chemin. Voyez ce qui est là :".to_owned(),
            Some(format!("ls -ld {}", shell_word(path))),
        ),
        Cause::NoFileThere { path } => explanation(
            format!("« {path} » n’existe pas : aucun serveur n’a créé ce fichier socket (bind le fait)."),
            "Lancez d’abord le serveur, ou vérifiez le chemin. Voyez les sockets qui écoutent :".to_owned(),
            Some(LISTENERS.to_owned()),
        ),
        _ => explanation(String::new(), String::new(), None),
    }
}

/// What shows the AF_UNIX sockets that listen, and whose they are.
const LISTENERS: &str = "ss -lxp";

fn held(path: &str, listening: bool, (pid, command, scene): (Option<i32>, Option<&str>, Scene)) -> Explanation {
    let who = match (pid, command) {
        (Some(pid), Some(command)) => program(command, pid),
        (Some(pid), None) => format!("pid {pid}"),
        _ => "un processus que votre compte ne voit pas".to_owned(),
    };
    match (scene, listening) {
        (Scene::Client, false) => explanation(
            format!(
                "Le fichier socket « {path} » est tenu par {who}, qui n’a pas appelé listen, ou n’est pas un flux."
            ),
            "Appelez listen dans le serveur. Voyez les sockets qui écoutent :".to_owned(),
            Some(LISTENERS.to_owned()),
        ),
        (_, listening) => {
            let state = if listening { "à l’écoute" } else { "qui l’a créé par bind" };
            explanation(
                format!("Le fichier socket « {path} » est tenu par {who}, {state}."),
                match pid {
                    Some(pid) => format!("Arrêtez-le (kill {pid}), ou prenez un autre chemin. Voyez qui écoute :"),
                    None => "Prenez un autre chemin. Voyez qui écoute :".to_owned(),
                },
                Some(LISTENERS.to_owned()),
            )
        }
    }
}
