//! What `trace` says around the calls: the heading, processes and signals, notes, the end.

mod explained;
pub mod repeated;
mod trouble;
mod why;

use crate::event::trace::{TraceFinished, TraceStarted};
use crate::observed::TraceNote;
use crate::syscall::fault::Fault;
use crate::syscall::notation::signal_name;
use crate::syscall::signal::Signal;
use crate::text::quantity::{clock, count, counted, duration, number};
use crate::text::usage::safe_text;
use crate::text::{fault, finding};

pub use self::explained::explained;
pub use self::trouble::{output_refused, trouble};
pub use self::why::why;

/// `socketlab trace · ./serveur 3001`, `socketlab trace · processus 4242 (./serveur)`
#[must_use]
pub fn heading(started: &TraceStarted) -> String {
    let program = safe_text(&started.program);
    if let Some(pid) = started.attached {
        return format!("socketlab trace · processus {pid} ({program})");
    }
    let arguments: Vec<String> = started.arguments.iter().map(|argument| safe_text(argument)).collect();
    format!("socketlab trace · {program} {}", arguments.join(" ")).trim_end().to_owned()
}

/// A fault that was asked for, at the start.
#[must_use]
pub fn promised(one: &Fault) -> String {
    format!("Panne demandée : {}.", fault::promise(one))
}

/// A task that appears.
#[must_use]
pub fn born(pid: i32, tid: i32, parent: Option<i32>) -> String {
    match (pid == tid, parent) {
        (true, Some(parent)) => format!("nouveau processus {pid}, enfant de {parent}"),
        (true, None) => format!("processus {pid}"),
        (false, _) => format!("nouveau fil {tid} du processus {pid}"),
    }
}

/// A task that ended by itself.
#[must_use]
pub fn exited(pid: i32, tid: i32, code: i32) -> String {
    if pid == tid {
        return format!("le processus {pid} se termine, code de sortie {code}");
    }
    format!("le fil {tid} du processus {pid} se termine")
}

/// A process that a signal ended.
#[must_use]
pub fn killed(pid: i32, signal: Signal, core: bool) -> String {
    let reason = match signal {
        Signal::SIGPIPE => " : il écrivait vers une connexion qui ne peut plus, ou pas encore, recevoir",
        Signal::SIGSEGV => " : il touchait une adresse invalide",
        Signal::SIGABRT => " : il s’est arrêté de lui-même (abort, assert)",
        Signal::SIGFPE => " : calcul impossible, par exemple une division par zéro",
        _ => "",
    };
    let core = if core { " (image de la mémoire : core)" } else { "" };
    format!("le processus {pid} est tué par {}{reason}{core}", signal_name(signal))
}

/// A signal that arrives, and what the learner calls it; `ours` where it is socketlab that sends it.
#[must_use]
pub fn signalled(signal: Signal, sender: Option<i32>, ours: bool) -> String {
    let name = signal_name(signal);
    let sense = sense(signal);
    match sender {
        _ if ours => format!("le signal {name} arrive{sense}, envoyé par socketlab"),
        Some(sender) if sender > 0 => format!("le signal {name} arrive{sense}, envoyé par le processus {sender}"),
        _ => format!("le signal {name} arrive{sense}"),
    }
}

fn sense(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGINT => " (Ctrl-C)",
        Signal::SIGTSTP => " (Ctrl-Z)",
        Signal::SIGCHLD => " (un enfant a fini, ou s’est arrêté)",
        Signal::SIGPIPE => " (écriture vers une connexion qui ne peut plus, ou pas encore, recevoir)",
        Signal::SIGALRM => " (le réveil a sonné)",
        Signal::SIGWINCH => " (la fenêtre a changé de taille)",
        _ => "",
    }
}

/// Job control stopped the process.
#[must_use]
pub fn stopped(signal: Signal) -> String {
    format!("suspendu par {} ; SIGCONT le fera repartir", signal_name(signal))
}

/// After a call that a signal interrupted: `interrompu par SIGUSR1`.
#[must_use]
pub fn interrupted(signal: Option<Signal>) -> String {
    match signal {
        Some(signal) => format!("interrompu par {}", signal_name(signal)),
        None => "interrompu par un signal".to_owned(),
    }
}

/// `bloqué depuis 0:07`; nothing says so below a second.
#[must_use]
pub fn blocked_for(ms: u64) -> String {
    match ms {
        0..1000 => "bloqué".to_owned(),
        _ => format!("bloqué depuis {}", clock(ms / 1000)),
    }
}

/// `(après 2,3 s)`
#[must_use]
pub fn after(us: u64) -> String {
    format!("(après {})", duration(us))
}

/// A fact that is nobody's call.
#[must_use]
pub fn note(note: &TraceNote) -> String {
    match note {
        TraceNote::AttachedIsSlow => {
            "Ce processus tournait déjà : il s’arrête à chaque appel, même à ceux qui ne sont pas montrés. Il va plus lentement \
             que lancé par socketlab."
                .to_owned()
        }
        TraceNote::PrivilegeLost { program } => format!(
            "{} a des privilèges (setuid, setgid ou capacités). Suivi, il s’exécute sans eux : c’est le noyau qui les retire.",
            safe_text(program)
        ),
        TraceNote::IoUring { pid } => format!(
            "Le processus {pid} se sert d’io_uring : les opérations qu’il y confie au noyau ne passent par aucun appel, et ne \
             sont pas montrées."
        ),
        TraceNote::ThirtyTwoBits { pid } => {
            format!("Le processus {pid} est un programme de 32 bits : ses appels sont montrés comme les autres.")
        }
        TraceNote::LeakCheckOff => {
            "AddressSanitizer cherche les fuites de mémoire par ptrace, que socketlab occupe : cette recherche est désactivée. \
             Lancez le programme seul pour l’avoir."
                .to_owned()
        }
        TraceNote::TracerRefused { pid } => format!(
            "Le processus {pid} a voulu suivre un programme (gdb, strace…) : refusé, car un processus n’a qu’un traceur, et c’est \
             socketlab."
        ),
        TraceNote::TimeIsOver { seconds } => {
            let given = duration(seconds.saturating_mul(1_000_000));
            format!(
                "Le temps donné par --timeout est écoulé : {given}. socketlab envoie SIGTERM au programme qu’il a lancé, \
                 et SIGKILL une seconde plus tard si cela ne suffit pas."
            )
        }
        TraceNote::FaultUnused { fault: one, seen } => fault::unused(one, *seen),
        TraceNote::Ended { processes: 1 } => "1 processus était encore là : socketlab l’a terminé.".to_owned(),
        TraceNote::Ended { processes } => {
            format!("{} processus étaient encore là : socketlab les a terminés.", figure(*processes))
        }
        TraceNote::Detached { pid } => format!("socketlab laisse le processus {pid}, qui continue seul."),
    }
}

/// Whether the note tells of something that limits what is shown.
#[must_use]
pub fn note_is_warning(note: &TraceNote) -> bool {
    matches!(
        note,
        TraceNote::PrivilegeLost { .. }
            | TraceNote::IoUring { .. }
            | TraceNote::TracerRefused { .. }
            | TraceNote::TimeIsOver { .. }
            | TraceNote::FaultUnused { .. }
    )
}

/// `Fin du programme, code de sortie 0 : 23 appels, 2 échecs.`
#[must_use]
pub fn finished(finished: &TraceFinished) -> String {
    let end = match (finished.exit, finished.signal) {
        (_, Some(signal)) => format!("Programme tué par {}", signal_name(signal)),
        (Some(code), None) => format!("Fin du programme, code de sortie {code}"),
        (None, None) => "Fin du suivi, le programme continue".to_owned(),
    };
    let calls = counted(size(finished.calls), "aucun appel suivi", "appel suivi");
    let errors = counted(size(finished.errors), "aucun échec", "échec");
    let hidden = match finished.hidden {
        0 => String::new(),
        1 => " ; 1 appel n’est pas montré (--only all)".to_owned(),
        hidden => format!(" ; {} appels ne sont pas montrés (--only all)", figure(hidden)),
    };
    format!("{end} : {calls}, {errors}{hidden}.")
}

/// `Verdict : 2 défauts, 1 fragilité.`
#[must_use]
pub fn verdict(finished: &TraceFinished) -> String {
    let TraceFinished { defects, weaknesses, advice, information, .. } = *finished;
    let found = finding::tally(defects, weaknesses, advice, information);
    match crash(finished).map(signal_name) {
        Some(signal) if defects + weaknesses + advice + information == 0 => format!(
            "Verdict : aucune erreur de socket reconnue, mais le programme s’est écrasé ({signal}). Pour savoir où, \
             compilez-le par gcc -g -fsanitize=address et relancez-le."
        ),
        Some(signal) if defects == 0 => format!("Verdict : {found} ; le programme s’est écrasé ({signal})."),
        _ => format!("Verdict : {found}."),
    }
}

/// The signal of a program that went wrong by itself.
#[must_use]
pub fn crash(finished: &TraceFinished) -> Option<Signal> {
    use Signal as S;
    finished.signal.filter(|signal| [S::SIGSEGV, S::SIGBUS, S::SIGFPE, S::SIGILL, S::SIGABRT].contains(signal))
}

/// Beside the verdict.
pub const EXPLAIN: &str = "Pour chacun : socketlab explain NOM";

/// Headings of the table of `--summary`.
pub const SUMMARY: [&str; 5] = ["appel", "fois", "échecs", "octets", "temps passé"];

/// How often a finding was seen; nothing where it was once.
#[must_use]
pub fn times(seen: u64) -> Option<String> {
    (seen > 1).then(|| format!("vu {} fois", count(size(seen))))
}

/// Beside what to do: `leçon 14`
#[must_use]
pub fn lesson(number: u32) -> String {
    format!("leçon {number}")
}

fn size(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn figure(value: u64) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
