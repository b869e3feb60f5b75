//! What `serve` and `connect` say beside their calls.

pub mod advice;
pub mod loss;
pub mod manner;

use crate::event::Reach;
use crate::event::peer::{
    Attempt, Client, ClientGone, ConnectFinished, ConnectStarted, Data, Direction, End, Listening, Mode, PeerNote,
    ServeFinished, ServeStarted, Task, Transport,
};
use crate::syscall::errno::Errno;
use crate::syscall::notation::errno_name;
use crate::text::quantity::{counted, number};
use crate::text::socket::program;
use crate::text::{answer, errno, http};

/// Which of the two peers socketlab plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Server,
    Client,
}

/// `socketlab serve · écho, TCP`
#[must_use]
pub fn serve_heading(started: &ServeStarted) -> String {
    let task = match started.task {
        Task::Echo => "écho",
        Task::Http => "HTTP/1.1",
        Task::Greet => "mot d’accueil",
        Task::Chat => "discussion",
        Task::Silent => "muet",
    };
    format!("socketlab serve · {task}, {}", transport(started.transport))
}

/// `socketlab connect · localhost, port 3001, TCP`
#[must_use]
pub fn connect_heading(started: &ConnectStarted) -> String {
    let port = started.port.map(|port| format!(", port {port}")).unwrap_or_default();
    format!("socketlab connect · {}{port}, {}", started.host, transport(started.transport))
}

/// `pid 41822`
#[must_use]
pub fn pid(pid: i32) -> String {
    format!("pid {pid}")
}

fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Unix => "AF_UNIX",
    }
}

/// What the server does.
#[must_use]
pub fn task(task: Task) -> &'static str {
    match task {
        Task::Echo => "Il renvoie à chaque client ce que ce client lui envoie.",
        Task::Http => "Il répond aux requêtes HTTP/1.1, plusieurs par connexion.",
        Task::Greet => "Il envoie un texte à chaque client qui arrive, puis lit sans répondre.",
        Task::Chat => "Il envoie chaque ligne d’un client à tous les autres.",
        Task::Silent => "Il lit ce qu’il reçoit, et ne répond rien.",
    }
}

/// How it takes care of several clients.
#[must_use]
pub fn mode(transport: Transport, mode: Mode) -> &'static str {
    match mode {
        _ if transport == Transport::Udp => {
            "Un seul socket pour tous : chaque datagramme arrive avec l’adresse de qui l’envoie."
        }
        Mode::Iterative => "Un client après l’autre : pendant qu’il sert l’un, les autres attendent dans la file.",
        Mode::Fork => "Un processus par client : après chaque accept, fork fait naître un enfant qui le sert.",
        Mode::Threads => "Un fil (thread) par client : tous partagent les descripteurs du processus.",
        Mode::Poll => "Un seul fil pour tous : poll dit quels descripteurs sont prêts.",
        Mode::Epoll => "Un seul fil pour tous : epoll_wait ne rend que les descripteurs prêts.",
    }
}

/// Above the misbehaviours asked for.
pub const MISBEHAVES: &str = "Ce qu’il fait mal, exprès :";

/// What the client does, where there are several.
#[must_use]
pub fn several_clients(clients: u64) -> Option<String> {
    (clients > 1).then(|| format!("{} clients à la fois.", unsigned(clients)))
}

/// What the marks at the head of lines mean, and how to end.
#[must_use]
pub fn legend(marks: [char; 6], side: Side) -> String {
    let [new, gone, done, early, failed, asleep] = marks;
    let end = match side {
        Side::Server => "Ctrl-C termine en ordre ; un second Ctrl-C, tout de suite.",
        Side::Client => "Au clavier, Ctrl-D finit l’entrée ; Ctrl-C termine.",
    };
    format!(
        "En tête de ligne : {new} nouveau, {gone} parti, {done} appel réussi, {early} rien de prêt, {failed} appel en \
         échec, {asleep} endormi. {end}"
    )
}

/// The server is ready.
#[must_use]
pub fn listening(listening: &Listening) -> String {
    match listening.transport {
        Transport::Tcp => format!("Le serveur écoute sur {}.", listening.address),
        Transport::Udp => format!("Le serveur attend des datagrammes sur {}.", listening.address),
        Transport::Unix => format!("Le serveur écoute sur le fichier socket {}.", listening.address),
    }
}

/// What reaches the server, as typed in a shell.
#[must_use]
pub fn command(transport: Transport, place: &Reach) -> String {
    let udp = if transport == Transport::Udp { "-u " } else { "" };
    format!("nc {udp}{} {}", place.address, place.port)
}

/// The same for a socket file.
#[must_use]
pub fn unix_command(path: &str) -> String {
    format!("nc -U {}", quoted(path))
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%,:=".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// `ou http://[::1]:3001/`
#[must_use]
pub fn or_url(place: &Reach) -> String {
    let (open, close) = if place.address.contains(':') { ("[", "]") } else { ("", "") };
    format!("ou http://{open}{}{close}:{}/", place.address, place.port)
}

/// `client 3, depuis 127.0.0.1:50312, nc (pid 42011)`
#[must_use]
pub fn client(client: &Client) -> String {
    let who = match (&client.command, client.pid) {
        (Some(command), Some(pid)) => format!(", {}", program(command, pid)),
        (None, Some(pid)) => format!(", pid {pid}"),
        (Some(command), None) => format!(", {command}"),
        (None, None) => String::new(),
    };
    format!("{}{who}", numbered(client.number, &client.address, ", depuis "))
}

/// `client 3 (127.0.0.1:50312) : il a fermé la connexion ; 12 octets reçus, 12 octets envoyés.`
#[must_use]
pub fn client_gone(gone: &ClientGone) -> String {
    let who = numbered(gone.number, &gone.address, ", ");
    if gone.end == End::ChildDied {
        // Its figures are unknown.
        return format!("{who} : {}.", end(gone.end));
    }
    format!("{who} : {} ; {}.", end(gone.end), exchanged(gone.received, gone.sent))
}

/// A client without an address came through a socket file.
fn numbered(number: u64, address: &str, between: &str) -> String {
    let name = format!("client {}", unsigned(number));
    if address.is_empty() { name } else { format!("{name}{between}{address}") }
}

fn exchanged(received: u64, sent: u64) -> String {
    let received = counted(whole(received), "aucun octet reçu", "octet reçu");
    let sent = counted(whole(sent), "aucun octet envoyé", "octet envoyé");
    format!("{received}, {sent}")
}

/// How a conversation ended, as the rest of a sentence.
#[must_use]
pub fn end(end: End) -> &'static str {
    match end {
        End::ByPeer => "le pair a fermé la connexion",
        End::ResetByPeer => "le pair a réinitialisé la connexion (RST)",
        End::ByUs => "socketlab a fermé la connexion",
        End::ResetByUs => "socketlab a réinitialisé la connexion (RST), comme demandé",
        End::TooSlow => "plus rien n’est venu dans le délai",
        End::Stopped => "l’arrêt demandé a coupé la conversation",
        End::BrokenOff => "socketlab a réinitialisé la connexion (RST)\u{a0}: sa réponse est incomplète",
        End::Failed => "un appel a échoué, montré plus haut",
        End::ChildDied => "l’enfant qui le servait est mort avant de dire ce qu’il a fait",
    }
}

/// Above bytes: `serveur reçoit de 127.0.0.1:50312, 24 octets :`
#[must_use]
pub fn data(data: &Data) -> String {
    let actor = &data.actor;
    let peer = data.peer.as_deref().filter(|peer| !peer.is_empty());
    let (verb, between) = match data.direction {
        Direction::Received => ("reçoit", "de"),
        Direction::Sent => ("envoie", "à"),
    };
    match (data.total, peer) {
        (0, Some(peer)) => format!("{actor} {verb} un datagramme vide, {between} {peer}."),
        (0, None) => format!("{actor} {verb} un datagramme vide."),
        (total, Some(peer)) => format!("{actor} {verb} {between} {peer}, {} :", counted(total, "", "octet")),
        (total, None) => format!("{actor} {verb} {} :", counted(total, "", "octet")),
    }
}

/// `… 3 204 octets de plus`
#[must_use]
pub fn more_bytes(left: u64) -> String {
    format!("… {} de plus", counted(whole(left), "", "octet"))
}

/// A fact worth a sentence.
#[must_use]
pub fn note(note: &PeerNote, side: Side) -> String {
    match note {
        PeerNote::Misbehaves { manner, client } => manner::happens(*manner, *client),
        PeerNote::CallsSkipped { count } => skipped(*count, side),
        PeerNote::SocketsHidden { count: 1 } => "… et 1 autre socket, non montré.".to_owned(),
        PeerNote::SocketsHidden { count } => format!("… et {} autres sockets, non montrés.", unsigned(*count)),
        PeerNote::NoDescriptorLeft { limit } => format!(
            "Plus un seul descripteur libre (limite : {}, voir `ulimit -n`) : accept attend qu’un client parte. Les \
             suivants restent dans la file du noyau.",
            unsigned(*limit)
        ),
        PeerNote::Full { clients } => {
            let clients = counted(whole(*clients), "aucun client", "client");
            format!("{clients} à la fois, le plus que permet --max-clients : accept attend qu’un client parte.")
        }
        PeerNote::SavingStopped { path, errno } => {
            format!("Plus rien n’est écrit dans « {path} » : {}. Le serveur continue sans.", reason(Errno::new(*errno)))
        }
        PeerNote::Stopping { clients } => stopping(*clients, side),
        PeerNote::RequestRefused { status, reason } => {
            let reason = http::reason(reason).unwrap_or(reason).trim_end_matches('.');
            format!("Requête HTTP refusée, code {status}\u{a0}: {reason}.")
        }
        PeerNote::AnswerBrokenOff { client, missing, errno } => broken_off((*client, *missing), *errno),
        PeerNote::PortChosenByKernel { address } => format!(
            "Sans bind, le noyau a choisi l’adresse et le port de ce client : {address}. C’est l’usage : personne ne \
             cherche un client, n’importe quel port libre (éphémère) lui convient."
        ),
        PeerNote::PortChosen { port } => format!(
            "bind donne à ce client le port {port}. D’ordinaire un client s’en passe : le noyau lui prend un port \
             éphémère libre. Après la fermeture, TIME_WAIT garderait celui-ci 60 s, et le client relancé échouerait."
        ),
        PeerNote::InputEnded => {
            "Fin de l’entrée : le client ferme en émission (shutdown, SHUT_WR) et lit encore. Le pair \
                                 lira tout, puis recv lui rendra 0."
                .to_owned()
        }
        PeerNote::ExpectedSeen { offset } => {
            format!("Le texte attendu est là, à partir de l’octet {} reçu.", unsigned(*offset))
        }
        PeerNote::AnswerHead { status, framing, length } => answer::head(*status, *framing, *length),
        PeerNote::AnswerWhole { body } => answer::whole(*body),
        PeerNote::AnswerFault(fault) => answer::fault(fault),
        PeerNote::StatusUnwanted { status, wanted } => answer::status_unwanted(*status, wanted),
        PeerNote::KeptOpen => answer::KEPT_OPEN.to_owned(),
    }
}

fn skipped(count: u64, side: Side) -> String {
    let whom = match side {
        Side::Server => "le serveur",
        Side::Client => "le client",
    };
    match count {
        1 => format!("1 appel semblable, non montré : le montrer aurait ralenti {whom}."),
        _ => format!("{} appels semblables, non montrés : les montrer aurait ralenti {whom}.", unsigned(count)),
    }
}

fn stopping(clients: u64, side: Side) -> String {
    let left = match (side, clients) {
        (Side::Client, _) | (_, 0) => String::new(),
        (_, 1) => ", 1 client est encore là".to_owned(),
        (_, clients) => format!(", {} clients sont encore là", unsigned(clients)),
    };
    format!("Arrêt demandé : tout se ferme en ordre{left}. Un second Ctrl-C termine tout de suite.")
}

/// `Aucun espace disponible sur le périphérique (ENOSPC, errno 28)`
fn reason(number: Errno) -> String {
    format!("{} ({}, errno {})", errno::french(number), errno_name(number), number.number())
}

/// Why an answer stops, and how its client knows.
fn broken_off((client, missing): (u64, u64), errno: Option<i32>) -> String {
    let why = match errno {
        None => "le fichier a raccourci pendant l’envoi".to_owned(),
        Some(errno) => format!("la suite du fichier est illisible ({})", reason(Errno::new(errno))),
    };
    let missing = counted(whole(missing), "", "octet");
    format!(
        "Client {client}\u{a0}: {why}\u{202f}; il manque {missing} à la réponse annoncée. socketlab la coupe par un \
         RST, pour que le client ne la croie pas entière."
    )
}

/// Whether the note tells of something that went wrong here.
#[must_use]
pub fn is_trouble(note: &PeerNote) -> bool {
    matches!(
        note,
        PeerNote::NoDescriptorLeft { .. } | PeerNote::SavingStopped { .. } | PeerNote::AnswerBrokenOff { .. }
    )
}

/// `Bilan : 3 clients, 12 octets reçus, 12 octets envoyés, 23 appels, aucune erreur.`
#[must_use]
pub fn serve_finished(finished: &ServeFinished) -> String {
    let clients = counted(whole(finished.clients), "aucun client", "client");
    let exchanged = exchanged(finished.received, finished.sent);
    let calls = calls((finished.calls, finished.errors, finished.skipped));
    format!("Bilan : {clients}, {exchanged}, {calls}.{}", loss::losses(&finished.lost))
}

/// The same for a client.
#[must_use]
pub fn connect_finished(finished: &ConnectFinished) -> String {
    let clients = match finished.clients {
        0 | 1 => String::new(),
        clients => format!("{} clients, ", unsigned(clients)),
    };
    let exchanged = exchanged(finished.received, finished.sent);
    let verdict = finished.answer.as_ref().and_then(answer::verdict);
    let figures = calls((finished.calls, finished.errors, finished.skipped));
    let figures = match verdict {
        // No error of a call: it would deny what follows.
        Some(verdict) => format!("{}\u{202f}; {verdict}", figures.replace(NO_ERROR, "aucun appel en échec")),
        None => figures,
    };
    format!("Bilan : {clients}{exchanged}, {figures}.")
}

const NO_ERROR: &str = "aucune erreur";

/// Calls made, failed and not shown.
fn calls((calls, errors, skipped): (u64, u64, u64)) -> String {
    let skipped = match skipped {
        0 => String::new(),
        1 => " (dont 1 non montré)".to_owned(),
        skipped => format!(" (dont {} non montrés)", unsigned(skipped)),
    };
    let errors = counted(whole(errors), NO_ERROR, "erreur");
    format!("{}{skipped}, {errors}", counted(whole(calls), "aucun appel", "appel"))
}

/// Why no conversation took place; `None` where one did.
#[must_use]
pub fn attempt(attempt: Attempt, transport: Transport) -> Option<&'static str> {
    Some(match (attempt, transport) {
        (Attempt::Connected, _) => return None,
        (Attempt::Refused, Transport::Unix) => {
            "Connexion refusée : le fichier socket existe, et aucun serveur n’y écoute. Lancez d’abord le serveur."
        }
        (Attempt::Refused, _) => {
            "Connexion refusée : une machine a répondu, et rien n’écoute sur ce port. Lancez d’abord le serveur, ou \
             vérifiez le port."
        }
        (Attempt::Silent, Transport::Unix) => {
            "Silence : le serveur existe, sa file est pleine, et il n’appelle pas accept."
        }
        (Attempt::Silent, Transport::Udp) => {
            "Silence : aucun datagramme n’est revenu. UDP ne dit pas s’ils se perdent : pare-feu, machine éteinte, \
             mauvaise adresse, ou serveur qui ne répond rien."
        }
        (Attempt::Silent, Transport::Tcp) => {
            "Silence : aucun paquet n’est revenu. Les causes ordinaires : un pare-feu qui les jette, une machine \
             éteinte, une mauvaise adresse."
        }
        (Attempt::Unreachable, _) => {
            "Hors d’atteinte : aucun chemin ne mène à cette adresse, ou un routeur l’a dit. Vérifiez l’adresse, puis \
             votre réseau."
        }
        (Attempt::Unresolved, _) => {
            "Nom sans adresse : aucun paquet n’est parti vers le serveur. Vérifiez l’orthographe du nom, puis le réseau."
        }
        (Attempt::Impossible, _) => {
            "Cette machine a refusé l’appel avant qu’un seul paquet parte : voyez plus haut lequel."
        }
    })
}

/// How the conversation ended, for who reads the client's summary.
#[must_use]
pub fn ended(ended: End) -> String {
    format!("Fin : {}.", end(ended))
}

/// Whether `--expect` was seen.
#[must_use]
pub fn expected(seen: bool) -> &'static str {
    if seen { "Le texte attendu est venu." } else { "Le texte attendu n’est pas venu." }
}

/// Whether that name is a thread's: its number is a tid, not a pid.
#[must_use]
pub fn is_thread(actor: &str) -> bool {
    actor.strip_prefix("fil ").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What actors of a kind share of their name: `fil` for `fil 3`.
#[must_use]
pub fn family(actor: &str) -> &str {
    actor.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end()
}

fn whole(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn unsigned(value: u64) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
