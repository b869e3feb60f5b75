//! What the renderers say of events: headings, judgements, notes, keys.

use crate::event::{Blocked, Judgement, Network, Note, PlayedBy, ProcessChange, Visitor};
use crate::lesson::model::{Expected, Need, Section};
use crate::state::Activity;
use crate::syscall::call::Outcome;
use crate::syscall::errno::Errno;
use crate::syscall::gai::GaiError;
use crate::syscall::name::Name;
use crate::syscall::notation;
use crate::text::expected::{expected, need};
use crate::text::peer::is_thread;
use crate::text::quantity::{clock, count, counted, duration};

/// `Leçon 5 · Accepter une connexion`
#[must_use]
pub fn lesson_heading(number: u32, title: &str) -> String {
    format!("Leçon {number} · {title}")
}

/// `étape 7 sur 12`
#[must_use]
pub fn step_counter(index: usize, total: usize) -> String {
    format!("étape {index} sur {total}")
}

/// `20 min`
#[must_use]
pub fn minutes(minutes: u32) -> String {
    format!("{minutes} min")
}

pub const OBJECTIVES: &str = "À la fin de cette leçon, vous saurez :";

/// The actors, as the lesson presents them.
#[must_use]
pub fn actors(names: &[String]) -> String {
    match names {
        [one] => format!("Un acteur, processus réel : {one}."),
        names => format!("{} acteurs, chacun un processus réel : {}.", count(names.len()), names.join(", ")),
    }
}

/// Where the sockets of the lesson live.
#[must_use]
pub fn network(network: Network, port: Option<u16>) -> String {
    let port = port.map(|port| format!(", port {port}")).unwrap_or_default();
    match network {
        Network::Private => format!("Réseau privé{port} : tous les ports y sont libres, personne d’autre n’y est."),
        Network::Host => format!("Réseau de cette machine{port}."),
        Network::FreePorts => {
            format!("Réseau de cette machine{port}, sur des ports libres : un réseau privé a été refusé ici.")
        }
    }
}

/// `serveur (pid 41822)`, `fil 3 (tid 41830)`
#[must_use]
pub fn actor_with_pid(actor: &str, pid: i32) -> String {
    if is_thread(actor) {
        return format!("{actor} (tid {pid})");
    }
    format!("{actor} (pid {pid})")
}

/// A step that this machine cannot play.
#[must_use]
pub fn skipped(id: &str, needs: &[Need]) -> String {
    let needs: Vec<_> = needs.iter().map(|one| need(*one)).collect();
    format!("Étape {id} non jouée : cette machine n’offre pas {}.", needs.join(" et "))
}

/// A process that appears or disappears.
#[must_use]
pub fn process(pid: i32, tid: i32, change: &ProcessChange) -> String {
    match change {
        ProcessChange::Born if pid == tid => format!("nouveau processus, pid {pid}"),
        ProcessChange::Born => format!("nouveau fil {tid} du processus {pid}"),
        ProcessChange::Exited { .. } if pid != tid => format!("le fil {tid} du processus {pid} se termine"),
        ProcessChange::Exited { code } => format!("le processus {pid} se termine, code de sortie {code}"),
        ProcessChange::Died { signal } => format!("le processus {pid} est tué par {signal}"),
    }
}

/// `bloqué depuis 0:07`
#[must_use]
pub fn blocked_since(seconds: u64) -> String {
    format!("bloqué depuis {}", clock(seconds))
}

/// `bloqué`
pub const BLOCKED: &str = "bloqué";

/// `après 12,4 s`
#[must_use]
pub fn after(us: u64) -> String {
    format!("après {}", duration(us))
}

/// What the actor, a process or a thread, does inside its call, and who can end it.
#[must_use]
pub fn asleep(name: Name, actor: &str) -> String {
    let who = if is_thread(actor) { "Le fil" } else { "Le processus" };
    let waker = match name {
        Name::Accept | Name::Accept4 => "un client le réveillera",
        Name::Connect => "une réponse du pair, ou son absence trop longue, le réveillera",
        Name::Recvfrom => "un datagramme, ou des octets, le réveilleront",
        Name::Recv | Name::Read => "des octets, ou la fin de la connexion, le réveilleront",
        Name::Send | Name::Sendto | Name::Write => "de la place dans le tampon d’émission le réveillera",
        Name::Waitpid => "la fin d’un enfant le réveillera",
        Name::Poll | Name::Select | Name::EpollWait => "un événement sur un des descripteurs le réveillera",
        Name::PthreadJoin => "la fin du fil attendu le réveillera",
        Name::PthreadMutexLock => "la libération du verrou le réveillera",
        Name::Sleep | Name::Usleep => "le noyau le réveillera à l’heure dite",
        Name::Pause => "un signal le réveillera",
        _ => return format!("{who} dort dans {name}."),
    };
    format!("{who} dort dans {name} ; {waker}.")
}

/// Where in the kernel it sleeps: `état S, dans inet_csk_accept`.
#[must_use]
pub fn sleeping_place(state: char, wchan: Option<&str>) -> String {
    match wchan {
        Some(function) => format!("état {state}, dans {function}"),
        None => format!("état {state}"),
    }
}

/// The same as a sentence, from what /proc says of a process.
#[must_use]
pub fn activity(activity: &Activity) -> String {
    format!("{}.", sleeping_place(activity.state, activity.wchan.as_deref()))
}

/// Said of a call that sleeps although the lesson did not say so.
#[must_use]
pub fn unexpected_block(blocked: &Blocked) -> String {
    format!("Résultat inattendu : {} bloque, et la leçon ne l’annonce pas.", blocked.call.name)
}

/// How a call is judged, where that needs words.
#[must_use]
pub fn judgement(judgement: Judgement, outcome: &Outcome) -> Option<&'static str> {
    match (judgement, outcome) {
        (Judgement::Unexpected, _) => Some("Résultat inattendu."),
        (Judgement::NotJudged, Outcome::Failed(Errno::EINTR)) => Some("Interrompu par un signal : montré, pas jugé."),
        (Judgement::NotJudged, _) => Some("Montré, pas jugé : un vrai pair joue ici."),
        (Judgement::Expected, Outcome::Failed(_) | Outcome::Unresolved(_)) => Some("Erreur provoquée exprès."),
        (Judgement::Expected, Outcome::Killed(_)) => Some("Mort provoquée exprès."),
        (Judgement::Expected, Outcome::Returned(_) | Outcome::Exited(_)) => None,
    }
}

/// `La leçon attendait : bloque, puis fd`
#[must_use]
pub fn wanted(wanted: &Expected) -> String {
    format!("La leçon attendait : {}.", expected(wanted))
}

/// `perror("bind"), en français :`. A program that does not call setlocale prints the English text, which follows.
#[must_use]
pub fn perror_prints(name: &str) -> String {
    format!("perror(\"{name}\"), en français :")
}

/// The same for getaddrinfo.
pub const GAI_PRINTS: &str = "gai_strerror, en français :";

/// `bind: Adresse déjà utilisée`, as perror(3) writes it where the locale is French.
#[must_use]
pub fn perror_line(name: &str, errno: Errno) -> String {
    format!("{name}: {}", crate::text::errno::french(errno))
}

/// `(errno 98, « Address already in use »)`
#[must_use]
pub fn errno_note(errno: Errno) -> String {
    format!("(errno {}, « {} »)", errno.number(), errno.english())
}

/// `(EAI_NONAME, « Name or service not known »)`
#[must_use]
pub fn gai_note(error: GaiError) -> String {
    format!("({}, « {} »)", error.name().unwrap_or("EAI_?"), error.english())
}

/// How a process ended inside a call: `mort SIGPIPE`, `fin, code 0`; `None` for a call that returned.
#[must_use]
pub fn ending(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Killed(signal) => Some(format!("mort {}", notation::signal_name(*signal))),
        Outcome::Exited(code) => Some(format!("fin, code {code}")),
        _ => None,
    }
}

/// The signal that killed, in a sentence.
#[must_use]
pub fn killed(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Killed(signal) => {
            let name = notation::signal_name(*signal);
            Some(match name.as_str() {
                "SIGPIPE" => {
                    "Le noyau tue le processus par SIGPIPE : il écrivait vers un pair qui ne lit plus.".to_owned()
                }
                "SIGSEGV" => "Le noyau tue le processus par SIGSEGV : il touchait une adresse invalide.".to_owned(),
                _ => format!("Le signal {name} tue le processus."),
            })
        }
        _ => None,
    }
}

/// Heading of bytes that an actor wrote.
#[must_use]
pub fn output(actor: &str, fd: i32) -> String {
    match fd {
        1 => format!("{actor} écrit sur sa sortie standard :"),
        2 => format!("{actor} écrit sur sa sortie d’erreur :"),
        _ => format!("{actor} écrit sur le descripteur {fd} :"),
    }
}

/// `server_addr : struct sockaddr_in, 16 octets`
#[must_use]
pub fn memory(source: &str, ctype: &str, size: usize) -> String {
    format!("{source} : {ctype}, {}", counted(size, "aucun octet", "octet"))
}

/// Headings of the table of a variable's bytes.
pub const MEMORY_COLUMNS: [&str; 4] = ["champ", "octets", "en hexadécimal", "valeur"];

/// A port as its two bytes hold it.
#[must_use]
pub fn network_order(port: u16) -> String {
    format!("{port} (ordre du réseau)")
}

/// Bytes that are all zero.
pub const ZEROES: &str = "que des zéros";

/// Heading of the checked kernel state.
pub const STATE: &str = "État du noyau attendu par la leçon :";

/// The line's own words, after the mark.
#[must_use]
pub fn state_held(held: Judgement) -> &'static str {
    match held {
        Judgement::Expected => "",
        Judgement::Unexpected => "inattendu : ce n’est pas ce que montre le noyau",
        Judgement::NotJudged => "pas jugé",
    }
}

/// `Votre prédiction : accept bloque. Exact.`
#[must_use]
pub fn predicted(choice: &str, right: bool) -> String {
    format!("Votre prédiction : {} {}", closed(choice), if right { "Exact." } else { "Non." })
}

/// `Réponse : accept bloque.`
#[must_use]
pub fn right_answer(text: &str) -> String {
    format!("Réponse : {}", closed(text))
}

/// With its final stop, unless it ends with a mark of its own.
fn closed(text: &str) -> String {
    let stop = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{text}{stop}")
}

/// `Indice 1 sur 3 :`
#[must_use]
pub fn hint(index: usize, total: usize) -> String {
    format!("Indice {index} sur {total} :")
}

/// A stranger who connects.
#[must_use]
pub fn visitor(visitor: &Visitor) -> String {
    let who = match (&visitor.command, visitor.pid) {
        (Some(command), Some(pid)) => format!("{command} (pid {pid}), depuis {}", visitor.address),
        (None, Some(pid)) => format!("le processus {pid}, depuis {}", visitor.address),
        (Some(command), None) => format!("{command}, depuis {}", visitor.address),
        (None, None) => visitor.address.clone(),
    };
    match &visitor.role {
        Some(role) => format!("Visiteur : {who}. Il joue maintenant le rôle de {role}."),
        None => format!("Autre visiteur : {who}."),
    }
}

/// Who plays a role from now on.
#[must_use]
pub fn role(actor: &str, player: PlayedBy) -> String {
    match player {
        PlayedBy::Socketlab => format!("socketlab joue maintenant le rôle de {actor}."),
        PlayedBy::Stranger => {
            format!("Le rôle de {actor} est tenu par un vrai pair : ce qui dépend de lui est montré, pas jugé.")
        }
    }
}

/// Facts that are nobody's call.
#[must_use]
pub fn note(note: &Note) -> String {
    match note {
        Note::PortReplaced { lesson, played } => {
            format!("Le port {played} remplace partout celui de la leçon, {lesson}.")
        }
        Note::VisibleFromNetwork { port } => {
            format!("Le port {port} est ouvert sur toutes les interfaces : il est visible depuis tout le réseau.")
        }
        Note::PrivilegeDropped { capability } => {
            format!("Les acteurs de cette étape naissent sans {capability}, que ce compte possède.")
        }
        Note::ProcFallback => {
            "sock_diag ne répond pas ici : les sockets sont lus dans /proc/net, qui ne montre ni le backlog, ni une moitié fermée, \
             ni un socket lié sans plus."
                .to_owned()
        }
        Note::ActivityHidden { pid } => {
            format!("Le noyau ne montre pas dans quel appel dort le processus {pid}.")
        }
        Note::NobodySleeps => "Aucun acteur n’est dans un appel\u{a0}: ils attendent votre Entrée.".to_owned(),
        Note::NotAsleep { actor } => {
            format!("Résultat inattendu\u{a0}: {actor} devait dormir ici, pour être réveillé.")
        }
        Note::NotWoken { actor } => {
            format!("Résultat inattendu : {actor} devait sortir de son appel, et y dort encore.")
        }
        Note::WokenByNobody { actor } => {
            format!("Résultat inattendu : {actor} est sorti de son appel sans que la leçon l’annonce.")
        }
        Note::ActorUnavailable { actor, asleep: true } => {
            format!("Les appels suivants de {actor} ne sont pas joués : il dort encore dans le précédent.")
        }
        Note::ActorUnavailable { actor, asleep: false } => {
            format!("Les appels suivants de {actor} ne sont pas joués : son processus n’est plus là.")
        }
    }
}

/// Whether the note tells of something that went otherwise than the lesson says.
#[must_use]
pub fn note_is_surprise(note: &Note) -> bool {
    matches!(
        note,
        Note::NotWoken { .. } | Note::NotAsleep { .. } | Note::WokenByNobody { .. } | Note::ActorUnavailable { .. }
    )
}

/// The titles of the closing sections.
#[must_use]
pub fn section(section: Section) -> &'static str {
    match section {
        Section::Remember => "À retenir",
        Section::YourTurn => "À vous",
        Section::Further => "Pour aller plus loin",
    }
}

/// `Fin de la leçon 5 : 23 appels, aucune surprise.`
#[must_use]
pub fn lesson_finished(lesson: Option<u32>, calls: usize, surprises: usize) -> String {
    let lesson = lesson.map(|number| format!(" de la leçon {number}")).unwrap_or_default();
    let calls = counted(calls, "aucun appel", "appel");
    let surprises = counted(surprises, "aucun résultat inattendu", "résultat inattendu");
    format!("Fin{lesson} : {calls}, {surprises}.")
}
