//! What each finding leaves alone, so that who reads it can trust it.

use crate::finding::Id;

/// In the order of the ids.
const SPARED: &[(Id, &str)] = &[
    (Id::NoReuseaddr, "d’un client, d’un socket UDP, ni d’un serveur qui laisse le noyau choisir son port."),
    (
        Id::UncheckedSetup,
        "d’un programme qui réessaie, qui passe à l’adresse suivante (`getaddrinfo`, IPv6 puis IPv4) ou qui s’arrête.",
    ),
    (Id::RecvZeroIgnored, "d’un pair qui a fermé un seul sens et à qui l’on écrit encore, ni d’un dernier `recv`."),
    (Id::RecvNotTerminated, "de données binaires, ni d’un programme qui renvoie exactement ce qu’il a reçu."),
    (
        Id::FramingAssumed,
        "d’un serveur d’écho, qui renvoie morceau par morceau. Sous `trace`, il faut `--fault recv:short=3`.",
    ),
    (
        Id::SigpipeDeath,
        "d’un programme qui ignore SIGPIPE et traite EPIPE : Python, Java, Go et Rust le font d’eux-mêmes.",
    ),
    (
        Id::SingleClient,
        "d’un serveur que l’on a arrêté (Ctrl-C, `kill`), ni d’un programme qui confie ses clients à d’autres.",
    ),
    (Id::IterativeOnly, "d’un serveur à `poll`, `select` ou `epoll`, à fils ou à processus."),
    (
        Id::SendWholeBuffer,
        "d’enregistrements binaires de taille fixe, ni de messages que les deux côtés attendent entiers.",
    ),
    (Id::SendTrailingNul, "de données binaires."),
    (Id::SendOverread, "de données binaires, ni de fichiers."),
    (Id::SendPointerSize, "d’un message qui fait vraiment 8 octets."),
    (Id::SendTruncated, "d’un envoi partiel dont le reste part ensuite."),
    (Id::Zombie, "d’enfants attendus, même tard, ni d’un programme qui ignore SIGCHLD exprès."),
    (Id::FdLeak, "d’un programme à un seul client qui se termine, ni de connexions gardées pour resservir."),
    (Id::ForkKeepsClient, "d’un enfant qui exécute un autre programme avec `FD_CLOEXEC`."),
    (Id::ForkKeepsListener, "d’un enfant qui exécute un autre programme avec `FD_CLOEXEC`."),
    (Id::RecvErrorIgnored, "d’un `recv` refait après EINTR ou EAGAIN."),
    (Id::AcceptAddrlen, "de `NULL, NULL`, ni d’une longueur assez grande pour une adresse, quelle qu’elle soit."),
    (Id::PerrorAfterSuccess, "d’un message qui annonce une réussite."),
    (Id::HttpBareLf, "d’un autre protocole : seuls comptent les octets qui commencent comme du HTTP."),
    (Id::HttpStatusLine, "d’un autre protocole : seuls comptent les octets qui commencent comme du HTTP."),
    (Id::HttpContentLength, "d’un autre protocole : seuls comptent les octets qui commencent comme du HTTP."),
    (Id::HttpNoLength, "d’un autre protocole : seuls comptent les octets qui commencent comme du HTTP."),
    (Id::HttpHostMissing, "d’une requête HTTP/1.0, où cette ligne n’est pas obligatoire."),
    (Id::RequestNotRead, "d’un serveur qui parle le premier à un client qui n’a rien envoyé."),
    (Id::ReplyNotRead, "d’un client dont le serveur n’a rien répondu."),
    (
        Id::MissingHtons,
        "d’un port que le noyau a donné ou dit (getsockname, accept, getpeername, recvfrom), d’un port que quelqu’un tient, \
         ni d’un port plausible, même si ses octets échangés font un autre port.",
    ),
    (Id::MissingSocket, "d’un descripteur fermé plus tôt : c’est alors `use-after-close`."),
    (Id::BadAddress, "de `AF_UNSPEC` sur un socket UDP, par quoi un programme oublie son correspondant."),
    (Id::BadAddrlen, "d’une longueur plus grande que l’adresse, que le noyau accepte."),
    (Id::ClientFixedPort, "d’un client qui choisit son adresse et laisse le port au noyau (port 0)."),
    (Id::AcceptBeforeListen, "d’un socket d’écoute fermé exprès (`shutdown`) pour arrêter le serveur."),
    (Id::SendOnListener, "de `getpeername`, que des langages appellent à la fin, ni d’un socket UDP."),
    (Id::SendUnconnected, "de `getpeername`, que des langages appellent à la fin, ni d’un socket UDP."),
    (Id::UseAfterClose, "de la copie que `perror` ouvre et ferme, ni d’un fil qui ferme pour réveiller un autre."),
    (Id::DoubleClose, "de la copie que `perror` ouvre et ferme, ni d’un fil qui ferme pour réveiller un autre."),
    (Id::PortInUse, "comme une faute : la machine est ainsi, et un programme qui le dit et s’arrête a raison."),
    (Id::PortPrivileged, "comme une faute : la machine est ainsi, et un programme qui le dit et s’arrête a raison."),
    (Id::AddressNotLocal, "comme une faute : la machine est ainsi, et un programme qui le dit et s’arrête a raison."),
    (Id::ConnectionRefused, "comme une faute : la machine est ainsi, et un programme qui le dit et s’arrête a raison."),
    (Id::ClientKillsServer, "d’un serveur fait pour un seul client, ni d’un enfant qui meurt seul."),
    (Id::BusyLoop, "d’un programme qui travaille vraiment entre deux appels."),
    (Id::BothReceive, "d’un pair lent : les deux doivent dormir plusieurs secondes, sans un octet en route."),
    (Id::ExitZeroAfterError, "d’un échec que le programme a traité : autre adresse, nouvel essai."),
    (Id::StdinEofSpin, "d’une entrée restée ouverte."),
    (Id::ShortSendIgnored, "d’un envoi dont la suite part plus tard, ni d’une connexion perdue entre-temps."),
    (Id::EintrFatal, "d’un programme sans gestionnaire de signal, ni d’un langage qui recommence de lui-même."),
    (Id::WrongSuccessTest, "d’un message qui annonce une réussite."),
    (Id::FakeClose, "d’un programme à un seul client qui se termine."),
    (Id::UdpTruncated, "d’un message qui remplit exactement le tampon sans être coupé, ni de `MSG_PEEK`."),
    (
        Id::ListenLoopbackOnly,
        "par `trace`, qui ne connaît pas l’énoncé\u{a0}: il faut que celui-ci demande d’être joignable depuis d’autres \
         machines.",
    ),
    (
        Id::ObsoleteFunction,
        "d’un autre langage que le C : seul compte ce que l’exécutable demande à la bibliothèque C.",
    ),
];

/// What looks like it and is right, or is not judged: the rest of a sentence that begins with « Jamais dit ».
#[must_use]
pub fn spared(id: Id) -> &'static str {
    SPARED.iter().find(|row| row.0 == id).map_or("", |row| row.1)
}
