//! What `serve` and `connect` say beside their calls.

pub mod advice;
pub mod loss;
pub mod misbehaviour;
mod note;

pub use self::note::{is_trouble, note};

use crate::event::Reach;
use crate::event::peer::{
    Attempt, Client, ClientGone, ConnectFinished, ConnectStarted, Data, End, Listening, Mode, ServeFinished,
    ServeStarted, Task, Transport,
};
use crate::syscall::sys::Direction;
use crate::text::answer;
use crate::text::quantity::{counted, number};
use crate::text::socket::program;
use crate::text::usage::shell_word;

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

/// Where what is received is kept too.
#[must_use]
pub fn saves(path: &str) -> String {
    format!("Il garde aussi ce qu’il reçoit dans « {path} » (--save).")
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
pub fn legend(marks: [char; 7], side: Side) -> String {
    let [new, changed, gone, done, early, failed, asleep] = marks;
    let end = match side {
        Side::Server => "Ctrl-C termine en ordre ; un second Ctrl-C, tout de suite.",
        Side::Client => "Au clavier, Ctrl-D finit l’entrée ; Ctrl-C termine.",
    };
    format!(
        "En tête de ligne : {new} nouveau, {changed} changé, {gone} parti, {done} appel réussi, {early} rien de prêt, {failed} appel en \
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
    format!("nc -U {}", shell_word(path))
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
    let exchanged = exchanged(gone.received, gone.sent);
    format!("{who} : {} ; {exchanged}{}.", end(gone.end), loss::of_client(gone))
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
        End::ByPeer => "le pair n’envoie plus rien, et socketlab a fermé à son tour",
        End::ResetByPeer => "le pair a réinitialisé la connexion (RST)",
        End::ByUs => "socketlab a fermé la connexion",
        End::ResetByUs => "socketlab a réinitialisé la connexion (RST), comme demandé",
        End::TooSlow => "rien n’est venu de tout le délai",
        End::Stopped => "l’arrêt demandé a coupé la conversation",
        End::BrokenOff => "socketlab a réinitialisé la connexion (RST)\u{a0}: sa réponse est incomplète",
        End::Failed => "un appel a échoué, montré plus haut",
        End::GaveUp => "socketlab ne peut pas continuer, de son côté (fichier, entrée, sortie ou fil)",
        End::TakesNothing => "il n’a pas pris un octet, et socketlab a coupé la connexion (RST)",
        End::ChildDied => "l’enfant qui le servait est mort avant de dire ce qu’il a fait",
        End::NotAccepted => {
            "rien n’est venu de tout le délai : la connexion est établie, et le serveur ne l’a pas acceptée (accept)"
        }
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
            "Connexion refusée : aucun serveur n’écoute derrière ce chemin. Lancez d’abord le serveur."
        }
        (Attempt::Refused, Transport::Udp) => {
            "Datagramme refusé : une machine a répondu (ICMP) que rien n’attend sur ce port. Lancez d’abord le serveur, \
             ou vérifiez le port."
        }
        (Attempt::Refused, Transport::Tcp) => {
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
            "Pas d’adresse : aucun paquet n’est parti vers le serveur. Ce que getaddrinfo a rendu, plus haut, dit pourquoi."
        }
        (Attempt::Impossible, Transport::Unix) => "Le noyau a refusé l’appel : voyez plus haut lequel.",
        (Attempt::Impossible, _) => {
            "Cette machine a refusé l’appel avant qu’un seul paquet parte : voyez plus haut lequel."
        }
    })
}

/// The same within a sentence, for who saw nothing above.
#[must_use]
pub fn briefly(attempt: Attempt, transport: Transport) -> &'static str {
    match (attempt, transport) {
        (Attempt::Connected, _) => "la connexion a été perdue",
        (Attempt::Refused, Transport::Unix) => "connexion refusée\u{a0}: aucun serveur n’écoute derrière ce chemin",
        (Attempt::Refused, Transport::Udp) => {
            "datagramme refusé\u{a0}: une machine a répondu (ICMP), et rien n’attend de datagramme sur ce port"
        }
        (Attempt::Refused, Transport::Tcp) => {
            "connexion refusée\u{a0}: une machine a répondu, et rien n’écoute sur ce port"
        }
        (Attempt::Silent, Transport::Unix) => "le serveur existe, sa file est pleine, et il n’appelle pas accept",
        (Attempt::Silent, Transport::Udp) => {
            "aucune réponse\u{a0}: UDP ne dit pas si les datagrammes se perdent, ou si le serveur ne répond rien"
        }
        (Attempt::Silent, Transport::Tcp) => {
            "aucune réponse\u{a0}: machine éteinte, mauvaise adresse, ou pare-feu qui jette les paquets"
        }
        (Attempt::Unreachable, _) => "aucun chemin n’y mène\u{a0}: vérifiez l’adresse et le réseau de cette machine",
        (Attempt::Unresolved, _) => {
            "getaddrinfo n’a donné aucune adresse\u{a0}: vérifiez le nom, le réseau, et -4 ou -6 si vous les avez donnés"
        }
        (Attempt::Impossible, _) => "le noyau a refusé l’appel",
    }
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
