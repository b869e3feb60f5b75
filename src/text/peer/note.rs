//! The facts that are no call.

use super::{Side, loss, misbehaviour, unsigned, whole};
use crate::event::peer::{PeerNote, Unfinished};
use crate::syscall::errno::Errno;
use crate::syscall::notation::errno_name;
use crate::text::quantity::counted;
use crate::text::{answer, errno, http};

/// A fact worth a sentence.
#[must_use]
pub fn note(note: &PeerNote, side: Side) -> String {
    match note {
        PeerNote::Misbehaves { misbehaviour, client } => misbehaviour::happens(*misbehaviour, *client),
        PeerNote::CallsSkipped { count, remarks } => skipped((*count, *remarks), side),
        PeerNote::QueueBeyondBacklog { waiting, backlog } => crowded(*waiting, *backlog),
        PeerNote::WakePipe { fd } => wake_pipe(*fd),
        PeerNote::MissesLines { client } => loss::misses_lines(*client),
        PeerNote::LineTooLong { client, limit } => loss::line_too_long(*client, *limit),
        PeerNote::TakesNothing { client, seconds, left } => loss::takes_nothing(*client, *seconds, *left),
        PeerNote::Yields { client, seconds } => loss::yields(*client, *seconds),
        PeerNote::OwnAddress { address } => loss::own_address(address),
        PeerNote::AnswersAnswers { address, times } => loss::answers_answers(address, *times),
        PeerNote::NoDescriptorLeft { limit } => no_descriptor_left(*limit),
        PeerNote::Full { clients } => {
            let clients = counted(whole(*clients), "aucun client", "client");
            format!("{clients} à la fois, le plus que permet --max-clients : accept attend qu’un client parte.")
        }
        PeerNote::SavingStopped { path, errno } => {
            format!("Plus rien n’est écrit dans « {path} » : {}. Le serveur continue sans.", reason(Errno::new(*errno)))
        }
        PeerNote::Stopping { clients } => stopping(*clients, side),
        PeerNote::RequestRefused { status, reason } => refused(*status, reason),
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
        PeerNote::AnswerBrokenOff { client, missing, errno } => broken_off((*client, *missing), *errno),
        PeerNote::AnswerHead { status, framing, length } => answer::head(*status, *framing, *length),
        PeerNote::AnswerWhole { body } => answer::whole(*body),
        PeerNote::AnswerFault(fault) => answer::fault(fault),
        PeerNote::StatusUnwanted { status, wanted } => answer::status_unwanted(*status, wanted),
        PeerNote::KeptOpen => answer::KEPT_OPEN.to_owned(),
        PeerNote::Unfinished { client, what, lines, bytes } => {
            format!("client {} : {}", unsigned(*client), unfinished(*what, (*lines, *bytes)))
        }
        PeerNote::NulReceived { client, offset } => nul(*client, *offset),
        PeerNote::SendsNoMore { client, left } => format!(
            "client {} : recv a rendu 0, il n’enverra plus rien. Il peut encore lire : {} lui restent à envoyer.",
            unsigned(*client),
            counted(whole(*left), "aucun octet", "octet")
        ),
        PeerNote::BytesLost { client, bytes } => lost(*client, *bytes),
        PeerNote::ClosedUnread { client, bytes, reset } => closed_unread(*client, *bytes, *reset),
    }
}

fn no_descriptor_left(limit: u64) -> String {
    format!(
        "Plus un seul descripteur libre (limite : {}, voir `ulimit -n`) : accept attend qu’un client parte. Les \
         suivants restent dans la file du noyau.",
        unsigned(limit)
    )
}

fn nul(client: u64, offset: u64) -> String {
    format!(
        "client {} : un octet nul (\\0) est venu avec le texte, octet {}. En C, envoyez strlen(texte) octets, \
             sans le \\0 final.",
        unsigned(client),
        unsigned(offset)
    )
}

/// What lacks, and how a program ends it.
fn unfinished(what: Unfinished, (lines, bytes): (u64, u64)) -> String {
    let octets = |count: u64| counted(whole(count), "aucun octet", "octet");
    let heading = |count: u64| match count {
        1 => "1 ligne d’en-tête reçue".to_owned(),
        count => format!("{} lignes d’en-tête reçues", unsigned(count)),
    };
    match (what, lines, bytes) {
        (Unfinished::Nothing, ..) => String::new(),
        (Unfinished::Head, lines, 0) => format!("{} ; il manque la ligne vide (\\r\\n).", heading(lines)),
        (Unfinished::Head, 0, bytes) => {
            format!("{} de la première ligne ; elle n’est pas finie (\\r\\n).", octets(bytes))
        }
        (Unfinished::Head, lines, bytes) => {
            let rest = octets(bytes);
            format!("{}, et {rest} d’une ligne qui n’est pas finie (\\r\\n).", heading(lines))
        }
        (Unfinished::Body, _, bytes) => {
            format!("le corps n’est pas entier : {} manquent à ce que Content-Length annonce.", octets(bytes))
        }
        (Unfinished::Line, _, 1) => "1 octet gardé : la ligne n’est pas finie (\\n).".to_owned(),
        (Unfinished::Line, _, bytes) => format!("{} octets gardés : la ligne n’est pas finie (\\n).", unsigned(bytes)),
    }
}

/// A lone client has no number.
fn who(client: Option<u64>) -> String {
    client.map(|number| format!("client {} : ", unsigned(number))).unwrap_or_default()
}

fn lost(client: Option<u64>, bytes: u64) -> String {
    let what = match bytes {
        1 => "le dernier octet envoyé est perdu".to_owned(),
        bytes => format!("les {} derniers octets envoyés sont perdus", unsigned(bytes)),
    };
    format!("{}{what} : le pair avait fermé, un RST a répondu au lieu d’un acquittement.", who(client))
}

fn closed_unread(client: Option<u64>, bytes: u64, reset: bool) -> String {
    let unread = match bytes {
        1 => "1 octet reçu n’a pas été lu".to_owned(),
        bytes => format!("{} octets reçus n’ont pas été lus", unsigned(bytes)),
    };
    let how = if reset { "close envoie un RST au lieu d’un FIN" } else { "le pair aura l’erreur ECONNRESET" };
    format!("{}{unread} : {how}.", who(client))
}

fn refused(status: u16, reason: &str) -> String {
    let reason = http::reason(reason).unwrap_or(reason).trim_end_matches('.');
    format!("Requête HTTP refusée, code {status}\u{a0}: {reason}.")
}

fn crowded(waiting: u32, backlog: u32) -> String {
    format!(
        "{} connexions attendent, pour un backlog de {backlog} : Linux en prend une de plus que le backlog (backlog \
         + 1).",
        unsigned(u64::from(waiting))
    )
}

fn wake_pipe(fd: i32) -> String {
    format!(
        "fd {fd} est à socketlab : un tube où Ctrl-C fera écrire un octet. Le fil (thread) qui dort ici surveille ce \
         descripteur avec les autres, pour que l’arrêt demandé le réveille."
    )
}

fn skipped((calls, remarks): (u64, u64), side: Side) -> String {
    let whom = match side {
        Side::Server => "le serveur",
        Side::Client => "le client",
    };
    let said: Vec<String> = [(calls, "appel semblable"), (remarks, "remarque")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(whole(count), "", noun))
        .collect();
    let unshown = match (calls, remarks) {
        (1, 0) => "non montré : le montrer",
        (0, 1) => "non montrée : la montrer",
        (0, _) => "non montrées : les montrer",
        _ => "non montrés : les montrer",
    };
    format!("{}, {unshown} aurait ralenti {whom}.", said.join(" et "))
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
    matches!(note, PeerNote::NoDescriptorLeft { .. }) || note.is_owed()
}

#[cfg(test)]
mod tests {
    use super::{PeerNote, Unfinished, note};
    use crate::text::peer::Side;

    fn told(fact: &PeerNote) -> String {
        note(fact, Side::Server).replace(['\u{a0}', '\u{202f}'], " ")
    }

    #[test]
    fn what_is_not_whole_says_what_ends_it() {
        let unfinished = |what, lines, bytes| told(&PeerNote::Unfinished { client: 3, what, lines, bytes });
        let head = "client 3 : 2 lignes d’en-tête reçues ; il manque la ligne vide (\\r\\n).";
        assert_eq!(unfinished(Unfinished::Head, 2, 0), head);
        let line = "client 3 : 7 octets gardés : la ligne n’est pas finie (\\n).";
        assert_eq!(unfinished(Unfinished::Line, 0, 7), line);
        let first = "client 3 : 1 octet de la première ligne ; elle n’est pas finie (\\r\\n).";
        assert_eq!(unfinished(Unfinished::Head, 0, 1), first);
    }

    #[test]
    fn a_socket_file_knows_no_reset() {
        let closed = |reset| told(&PeerNote::ClosedUnread { client: None, bytes: 12, reset });
        assert_eq!(closed(true), "12 octets reçus n’ont pas été lus : close envoie un RST au lieu d’un FIN.");
        assert!(!closed(false).contains("RST au lieu"));
    }
}
