//! Why nothing could be traced, and the narrowest remedy.

use std::io;
use std::path::Path;

use crate::syscall::errno::Errno;
use crate::syscall::notation::errno_name;
use crate::text::errno;
use crate::text::usage::{reason, safe, safe_text};
use crate::trace::TraceError;

/// Why nothing was traced: what is wrong, then the remedy on its own lines.
#[must_use]
pub fn trouble(error: &TraceError) -> String {
    let (what, remedy) = match error {
        TraceError::NotFound { program } => not_found(program),
        TraceError::NotExecutable { program, errno } => not_executable(program, *errno),
        TraceError::NoInterpreter { program, interpreter } => (
            format!(
                "la première ligne de « {} » demande l’interpréteur « {} », qui n’existe pas",
                safe(program),
                safe_text(interpreter)
            ),
            "Corrigez cette ligne, par exemple #!/usr/bin/env python3, sans espace ni retour chariot (\\r) à la fin.".to_owned(),
        ),
        TraceError::NoSuchProcess { pid } => (
            format!("aucun processus n’a le numéro {pid}"),
            "Cherchez-le : pgrep -a NOM. S’il vient de finir, lancez-le plutôt sous socketlab : socketlab trace -- ./programme".to_owned(),
        ),
        TraceError::Foreign { pid, uid: None } => (
            format!("cette machine refuse que l’on suive le processus {pid}, qui est au système"),
            "Suivez plutôt un programme que vous lancez : socketlab trace -- ./programme".to_owned(),
        ),
        TraceError::Foreign { pid, uid: Some(uid) } => (
            format!("le processus {pid} n’est pas à vous (uid {uid})"),
            "Suivez un programme de votre compte, ou lancez-le vous-même : socketlab trace -- ./programme".to_owned(),
        ),
        TraceError::AlreadyTraced { pid, by } => (
            format!("le processus {pid} est déjà suivi par le processus {by}, et un processus n’a qu’un traceur"),
            format!("Quittez d’abord celui qui le suit (gdb, strace…) : ps -p {by} dit lequel."),
        ),
        TraceError::Forbidden { yama, errno } => forbidden(*yama, *errno),
        TraceError::NoFilter { errno } => (
            format!("le noyau refuse les filtres seccomp ({})", number(*errno)),
            "Ils demandent CONFIG_SECCOMP_FILTER dans le noyau. Dans un bac à sable (gVisor, conteneur très restreint), lancez \
             socketlab hors de lui."
                .to_owned(),
        ),
        TraceError::Output(error) => (
            format!("le récit ne peut plus être écrit ({})", reason(error)),
            "Le programme suivi a été terminé avec lui.".to_owned(),
        ),
        TraceError::Refused { call, errno } => (
            format!("le noyau refuse {call} ({})", number(*errno)),
            refused_remedy(*errno).to_owned(),
        ),
    };
    format!("erreur : {what}.\n  {remedy}")
}

/// `Permission non accordée, EACCES`
fn number(number: Errno) -> String {
    format!("{}, {}", errno::french(number).replace('\'', "’"), errno_name(number))
}

fn not_found(program: &Path) -> (String, String) {
    let name = safe(program);
    if name.is_empty() {
        let remedy = "Donnez-le après -- : socketlab trace -- ./programme".to_owned();
        return ("le nom du programme est vide".to_owned(), remedy);
    }
    let what = format!("le programme « {name} » n’existe pas");
    let remedy = if name.contains(' ') {
        "Retirez les guillemets : le programme et ses arguments sont des mots séparés.".to_owned()
    } else if is_source(program) {
        compile(program)
    } else if program.components().count() > 1 {
        "Vérifiez le chemin avec ls, et que la compilation a réussi.".to_owned()
    } else {
        format!("Un programme du dossier courant se nomme ./{name}, et s’il est là, ls le montre.")
    };
    (what, remedy)
}

fn is_source(program: &Path) -> bool {
    program.extension().is_some_and(|extension| extension == "c")
}

fn compile(source: &Path) -> String {
    let program = safe(&source.with_extension(""));
    format!("C’est un fichier source, pas un programme ; compilez-le : gcc -g -o {program} {}", safe(source))
}

fn not_executable(program: &Path, errno: Errno) -> (String, String) {
    let source = program;
    let program = safe(program);
    let remedy = match errno {
        Errno::EISDIR => {
            return (format!("« {program} » est un dossier"), "Donnez le programme qui est dedans.".to_owned());
        }
        Errno::EACCES | Errno::ENOEXEC if is_source(source) => compile(source),
        Errno::EACCES => format!("Donnez-lui le droit d’exécution : chmod +x {program}"),
        Errno::ENOEXEC => {
            "Ce n’est pas un programme de cette machine. Un fichier .c se compile d’abord ; un script commence par #!."
                .to_owned()
        }
        Errno::ETXTBSY => "Il est encore ouvert en écriture : attendez la fin de la compilation.".to_owned(),
        _ => format!("Regardez ce que c’est : file {program}"),
    };
    (format!("« {program} » ne peut être lancé ({})", number(errno)), remedy)
}

/// Yama's scopes (Documentation/admin-guide/LSM/Yama.rst): 1, descendants only; 2, CAP_SYS_PTRACE only; 3, nobody.
fn forbidden(yama: Option<u8>, errno: Errno) -> (String, String) {
    let what = format!("cette machine interdit de suivre un processus par ptrace ({})", number(errno));
    let remedy = match yama {
        Some(1) => {
            "Yama (ptrace_scope = 1) ne permet de suivre que ses propres enfants : lancez le programme par socketlab, socketlab \
             trace -- ./programme, au lieu de --pid."
        }
        Some(2) => {
            "Yama (ptrace_scope = 2) le réserve à l’administrateur. Il peut l’ouvrir jusqu’au prochain démarrage : sysctl \
             kernel.yama.ptrace_scope=1"
        }
        Some(3) => {
            "Yama (ptrace_scope = 3) l’interdit à tous jusqu’au prochain démarrage. Le réglage est dans /etc/sysctl.d : \
             kernel.yama.ptrace_scope = 1, puis redémarrez."
        }
        _ => {
            "Dans un conteneur, c’est d’ordinaire son profil seccomp : docker run --cap-add SYS_PTRACE, ou un noyau hôte 4.8 ou \
             plus récent. Sinon, un autre bac à sable l’interdit."
        }
    };
    (what, remedy.to_owned())
}

fn refused_remedy(errno: Errno) -> &'static str {
    match errno {
        Errno::EPERM | Errno::EACCES => {
            "Si vous êtes dans un conteneur ou sous un débogueur, lancez socketlab hors de lui."
        }
        Errno::EAGAIN => "Trop de processus sont ouverts à ce compte : ulimit -u dit combien il en a le droit.",
        Errno::EMFILE | Errno::ENFILE => {
            "Trop de fichiers sont ouverts : ulimit -n dit combien ce compte en a le droit."
        }
        Errno::ENOMEM => "La mémoire manque : free -h dit ce qu’il en reste.",
        Errno::ENOSYS => "Ce noyau, ou ce bac à sable, n’a pas cet appel.",
        _ => "Relancez la commande ; si cela se répète, signalez-le avec cette ligne.",
    }
}

/// Where the narration was to go cannot be opened.
#[must_use]
pub fn output_refused(path: &Path, error: &io::Error) -> String {
    format!(
        "erreur : impossible d’écrire dans « {} » ({}).\n  Donnez un autre fichier à --output.",
        safe(path),
        reason(error)
    )
}
