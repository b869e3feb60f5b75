//! What `trace` says around the calls: processes, signals, notes, why a call sleeps, the end.

use std::path::Path;

use crate::event::trace::{CallSummary, TraceFinished, TraceStarted, Why};
use crate::observed::{Ending, TraceNote};
use crate::syscall::errno::Errno;
use crate::syscall::notation::{errno_name, signal_name};
use crate::syscall::signal::Signal;
use crate::text::quantity::{bytes, count, counted, duration, number};
use crate::text::usage::{safe, safe_text};
use crate::text::{errno, fault, finding};
use crate::trace::TraceError;

/// What is traced.
#[must_use]
pub fn heading(started: &TraceStarted) -> String {
    if let Some(pid) = started.attached {
        return format!("Suivi du processus {pid} ({})", started.program);
    }
    let words: Vec<&str> =
        std::iter::once(started.program.as_str()).chain(started.arguments.iter().map(String::as_str)).collect();
    format!("Suivi de {}", words.join(" "))
}

/// A fault that was asked for, at the start.
#[must_use]
pub fn promised(one: &crate::syscall::fault::Fault) -> String {
    format!("Panne demandée : {}.", fault::promise(one))
}

/// A task that appears.
#[must_use]
pub fn born(pid: i32, tid: i32, parent: Option<i32>) -> String {
    let what = if pid == tid { format!("nouveau processus {pid}") } else { format!("nouveau fil {tid}") };
    match parent {
        Some(parent) => format!("{what}, créé par {parent}"),
        None => what,
    }
}

#[must_use]
pub fn exited(pid: i32, tid: i32, code: i32) -> String {
    if pid == tid {
        return format!("le processus {pid} se termine, code de sortie {code}");
    }
    format!("le fil {tid} se termine")
}

#[must_use]
pub fn killed(pid: i32, signal: Signal, core: bool) -> String {
    let core = if core { " (mémoire sauvée dans un fichier core)" } else { "" };
    format!("le processus {pid} est tué par {}{core}", signal_name(signal))
}

#[must_use]
pub fn signalled(signal: Signal, sender: Option<i32>) -> String {
    match sender {
        Some(sender) => format!("le signal {} arrive, envoyé par le processus {sender}", signal_name(signal)),
        None => format!("le signal {} arrive", signal_name(signal)),
    }
}

#[must_use]
pub fn stopped(signal: Signal) -> String {
    format!("arrêté par {} ; SIGCONT le fera repartir", signal_name(signal))
}

/// `(Adresse déjà utilisée)`
#[must_use]
pub fn errno_words(number: Errno) -> &'static str {
    errno::french(number)
}

/// After a call that a signal interrupted.
pub const INTERRUPTED: &str = "interrompu par un signal";

/// `(après 2,3 s)`
#[must_use]
pub fn after(us: u64) -> String {
    format!("(après {})", duration(us))
}

/// `bloqué depuis 2,3 s`
#[must_use]
pub fn blocked_for(ms: u64) -> String {
    format!("bloqué depuis {}", duration(ms.saturating_mul(1000)))
}

/// Why a call sleeps: who would have to do what.
#[must_use]
pub fn why(why: &Why) -> String {
    match why {
        Why::NoClient { address } => {
            format!("Aucun client n’attend. Un client doit se connecter à {}.", safe_text(address))
        }
        Why::NothingToRead { peer: Some(peer) } => {
            format!("Rien à lire. {} doit envoyer des octets, ou fermer.", safe_text(peer))
        }
        Why::NothingToRead { peer: None } => "Rien à lire. Le pair doit envoyer des octets, ou fermer.".to_owned(),
        Why::BothReceive { peer_pid, peer_command } => format!(
            "Rien à lire, et l’autre bout, {} (pid {peer_pid}), dort aussi dans une lecture : chacun attend l’autre.",
            safe_text(peer_command)
        ),
        Why::BufferFull { peer, queued } => format!(
            "Le tampon d’émission est plein : {} attendent. {} doit lire.",
            bytes(u64::from(*queued)),
            peer.as_deref().map_or_else(|| "Le pair".to_owned(), safe_text)
        ),
        Why::NoAnswer { address } => {
            format!("{} ne répond pas : sa file est pleine, ou aucune machine n’est là.", safe_text(address))
        }
        Why::Input => {
            "Rien à lire. Quelqu’un doit écrire une ligne, ou fermer l’entrée (Ctrl-D au clavier).".to_owned()
        }
        Why::Output => "Le tube est plein. Celui qui lit à l’autre bout doit lire.".to_owned(),
        Why::NothingReady { fds, timeout_ms } => nothing_ready(fds, *timeout_ms),
        Why::Children => "Aucun enfant n’est terminé. Un enfant doit se terminer.".to_owned(),
        Why::Time => "Il attend l’heure dite, ou un signal.".to_owned(),
        Why::Unknown => "Il attend le noyau.".to_owned(),
    }
}

fn nothing_ready(fds: &[i32], timeout_ms: Option<u64>) -> String {
    let end = timeout_ms.map(|ms| format!(", ou le délai de {} passer", duration(ms.saturating_mul(1000))));
    let which = match fds {
        [] => "Aucun descripteur surveillé n’est prêt. L’un d’eux doit le devenir".to_owned(),
        [fd] => format!("Le descripteur {fd} n’est pas prêt. Il doit le devenir"),
        fds => {
            let fds: Vec<String> = fds.iter().map(ToString::to_string).collect();
            format!("Aucun des descripteurs {} n’est prêt. L’un d’eux doit le devenir", fds.join(", "))
        }
    };
    format!("{which}{}.", end.unwrap_or_default())
}

/// A fact that is nobody's call.
#[must_use]
pub fn note(note: &TraceNote) -> String {
    match note {
        TraceNote::AttachedIsSlow => {
            "Un processus déjà lancé s’arrête à chaque appel, même ceux que rien ne montre : il va plus lentement."
                .to_owned()
        }
        TraceNote::PrivilegeLost { program } => {
            format!("{} a des privilèges que le noyau retire à un programme suivi.", safe_text(program))
        }
        TraceNote::IoUring { pid } => {
            format!("Le processus {pid} se sert d’io_uring : les opérations confiées à io_uring ne sont pas visibles.")
        }
        TraceNote::ThirtyTwoBits { pid } => format!("Le processus {pid} est un programme de 32 bits."),
        TraceNote::LeakCheckOff => {
            "La recherche de fuites d’AddressSanitizer a besoin de ptrace, qui est pris : elle est désactivée."
                .to_owned()
        }
        TraceNote::TracerRefused { pid } => {
            format!(
                "Le processus {pid} a voulu suivre un programme : un processus n’a qu’un traceur, et c’est socketlab."
            )
        }
        TraceNote::TimeIsOver { seconds } => {
            format!("Le temps donné par --timeout est écoulé : {}.", duration(seconds.saturating_mul(1_000_000)))
        }
        TraceNote::FaultUnused { fault: one, seen } => fault::unused(one, *seen),
        TraceNote::Ended { processes } => format!(
            "socketlab termine {}.",
            counted(usize::try_from(*processes).unwrap_or(usize::MAX), "le programme", "processus restants")
        ),
        TraceNote::Detached { pid } => format!("socketlab quitte le processus {pid}, qui continue sans lui."),
    }
}

/// The heading of the columns of the summary.
pub const SUMMARY: [&str; 5] = ["appel", "appels", "erreurs", "octets", "temps passé"];

/// The columns of one call in the summary.
#[must_use]
pub fn summary(one: &CallSummary) -> [String; 5] {
    let figure = |value: u64| number(i64::try_from(value).unwrap_or(i64::MAX));
    [safe_text(&one.name), figure(one.calls), figure(one.errors), figure(one.bytes), duration(one.time_us)]
}

/// How many calls were seen.
#[must_use]
pub fn finished(finished: &TraceFinished) -> String {
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let calls = counted(size(finished.calls), "aucun appel", "appel");
    let errors = counted(size(finished.errors), "aucun échec", "échec");
    if finished.hidden == 0 {
        return format!("{calls}, {errors}.");
    }
    format!("{calls}, {errors} ; {} non montrés (--only all les montre tous).", count(size(finished.hidden)))
}

/// How many findings there are; one sentence where there are none.
#[must_use]
pub fn verdict(finished: &TraceFinished) -> String {
    let TraceFinished { defects, weaknesses, advice, information, .. } = *finished;
    if defects + weaknesses + advice + information == 0 {
        return "Rien à signaler.".to_owned();
    }
    finding::tally(defects, weaknesses, advice, information)
}

/// Beside the tally.
pub const EXPLAIN: &str = "socketlab expliquer NOM pour chacun";

/// `leçon 14`
#[must_use]
pub fn lesson(number: u32) -> String {
    format!("leçon {number}")
}

/// How often a finding was seen; nothing where it was once.
#[must_use]
pub fn times(count: u64) -> Option<String> {
    (count > 1).then(|| format!("{} fois", number(i64::try_from(count).unwrap_or(i64::MAX))))
}

/// One sentence on what a call does, where it is known.
#[must_use]
pub fn explained(name: &str, _ending: &Ending) -> Option<String> {
    let page = crate::text::explain::call(name)?;
    let first = page.blocks.first()?;
    let crate::lesson::model::Block::Paragraph(inlines) = first else { return None };
    let text: String = inlines
        .iter()
        .map(|inline| match inline {
            crate::lesson::model::Inline::Code(code) => format!("`{code}`"),
            crate::lesson::model::Inline::Text(text)
            | crate::lesson::model::Inline::Strong(text)
            | crate::lesson::model::Inline::Emphasis(text) => text.clone(),
        })
        .collect();
    Some(text.split_once(". ").map_or(text.clone(), |(sentence, _)| format!("{sentence}.")))
}

/// Why nothing was traced.
#[must_use]
pub fn trouble(error: &TraceError) -> String {
    match error {
        TraceError::NotFound { program } => format!(
            "erreur : le programme « {} » n’existe pas. Un programme du dossier courant se nomme ./programme.",
            safe(program)
        ),
        TraceError::NotExecutable { program, errno } => format!(
            "erreur : « {} » ne peut être lancé ({}, {}). Vérifiez ses droits : chmod +x",
            safe(program),
            errno::french(*errno),
            errno_name(*errno)
        ),
        TraceError::NoInterpreter { program, interpreter } => format!(
            "erreur : la première ligne de « {} » demande « {} », qui n’existe pas.",
            safe(program),
            safe_text(interpreter)
        ),
        TraceError::NoSuchProcess { pid } => format!("erreur : aucun processus n’a le numéro {pid}."),
        TraceError::Foreign { pid, uid } => format!(
            "erreur : le processus {pid} n’est pas à vous{}.",
            uid.map(|uid| format!(" (uid {uid})")).unwrap_or_default()
        ),
        TraceError::AlreadyTraced { pid, by } => {
            format!("erreur : le processus {pid} est déjà suivi par le processus {by}. Un processus n’a qu’un traceur.")
        }
        TraceError::Forbidden { yama, errno } => format!(
            "erreur : cette machine interdit ptrace ({}{}).",
            errno_name(*errno),
            yama.map(|yama| format!(", ptrace_scope {yama}")).unwrap_or_default()
        ),
        TraceError::NoFilter { errno } => {
            format!("erreur : le noyau refuse les filtres seccomp ({}).", errno_name(*errno))
        }
        TraceError::Output(error) => {
            format!("erreur : impossible d’écrire le récit ({}).", crate::text::usage::reason(error))
        }
        TraceError::Refused { call, errno } => {
            format!("erreur : {call} est refusé ({}, {}).", errno::french(*errno), errno_name(*errno))
        }
    }
}

/// Where the narration was to go cannot be opened.
#[must_use]
pub fn output_refused(path: &Path, error: &std::io::Error) -> String {
    format!(
        "erreur : impossible d’écrire dans « {} » ({}). Donnez un autre fichier à --output.",
        safe(path),
        crate::text::usage::reason(error)
    )
}

/// A fault that is not one, in one sentence.
#[must_use]
pub fn fault_refused(typed: &str, reason: &str) -> String {
    format!("erreur : la panne « {} » ne convient pas : {reason}.", safe_text(typed))
}
