//! The states of TCP, in French. Source: RFC 9293 section 3.3.2, tcp(7), `include/net/tcp_states.h`.

use crate::state::SocketState;

pub(super) struct StateText {
    pub state: SocketState,
    pub meaning: &'static str,
    /// What brings a socket there, and what takes it out.
    pub course: &'static str,
    pub lessons: &'static [u32],
}

pub(super) const STATES: &[StateText] = &[
    StateText {
        state: SocketState::Close,
        meaning: "Le socket n’est relié à rien : il vient d’être créé, ou sa connexion est finie. `ss` écrit UNCONN, et \
            beaucoup de livres CLOSED.",
        course: "Il en sort par `listen` (LISTEN) ou par `connect` (SYN_SENT). Un socket UDP non connecté est aussi dans cet état.",
        lessons: &[3, 4],
    },
    StateText {
        state: SocketState::Listen,
        meaning: "Le socket est à l’écoute : le noyau y accepte les connexions et les range dans la file d’accept. Il ne \
            transporte aucun octet lui-même.",
        course: "Il y entre par `listen`, et y reste jusqu’à `close`, quel que soit le nombre de clients.",
        lessons: &[4],
    },
    StateText {
        state: SocketState::SynSent,
        meaning: "Le client a envoyé sa demande de connexion (SYN) et attend la réponse. L’appel `connect` dort.",
        course: "Il devient ESTABLISHED à la réponse, et CLOSE après un refus (ECONNREFUSED) ou une attente trop longue \
            (ETIMEDOUT). S’il y reste, la file d’accept du serveur est pleine, ou rien ne répond.",
        lessons: &[4, 6],
    },
    StateText {
        state: SocketState::SynRecv,
        meaning: "Le noyau du serveur a reçu une demande de connexion (SYN), y a répondu, et attend la confirmation du client.",
        course: "Il devient ESTABLISHED à la confirmation. Sur la boucle locale, il ne dure que quelques microsecondes.",
        lessons: &[6],
    },
    StateText {
        state: SocketState::Established,
        meaning: "La connexion est faite : les octets circulent dans les deux sens. Côté serveur, c’est vrai même avant \
            `accept` : la connexion attend alors dans la file, sans descripteur.",
        course: "Il en sort quand l’un des deux ferme : FIN_WAIT1 pour celui qui ferme le premier, CLOSE_WAIT pour l’autre.",
        lessons: &[4, 5, 6],
    },
    StateText {
        state: SocketState::FinWait1,
        meaning: "Ce côté a fermé le premier : il a envoyé sa fin (FIN) et attend qu’elle soit acquittée.",
        course: "Il devient FIN_WAIT2 à l’acquittement, CLOSING si la fin de l’autre arrive avant. S’il y reste, le pair ne répond \
            plus, ou son tampon de réception est plein.",
        lessons: &[10],
    },
    StateText {
        state: SocketState::FinWait2,
        meaning: "Ce côté a fermé, l’autre le sait, et n’a pas encore fermé à son tour. Après `shutdown(fd, SHUT_WR)`, on peut \
            encore recevoir.",
        course: "Il devient TIME_WAIT quand l’autre ferme. Après `close`, le noyau l’abandonne au bout de 60 secondes \
            (`tcp_fin_timeout`).",
        lessons: &[10],
    },
    StateText {
        state: SocketState::CloseWait,
        meaning: "Le pair a fermé ; ce côté n’a pas encore appelé `close`. `recv` y rend 0 une fois tout lu.",
        course: "Il devient LAST_ACK à votre `close`. Rien d’autre ne l’en sort : un CLOSE_WAIT qui dure est un `close` oublié \
            dans votre programme.",
        lessons: &[10, 15],
    },
    StateText {
        state: SocketState::LastAck,
        meaning: "Le pair avait fermé, ce côté vient de fermer aussi : il attend que sa propre fin (FIN) soit acquittée.",
        course: "Il disparaît à l’acquittement. Sur la boucle locale, il ne dure que quelques microsecondes.",
        lessons: &[10],
    },
    StateText {
        state: SocketState::Closing,
        meaning: "Les deux côtés ont fermé en même temps : chacun a reçu la fin de l’autre avant l’acquittement de la sienne.",
        course: "Il devient TIME_WAIT à l’acquittement. C’est un état rare.",
        lessons: &[10],
    },
    StateText {
        state: SocketState::TimeWait,
        meaning: "La connexion est finie. Le côté qui a fermé le premier garde l’adresse et le port 60 secondes, pour que des \
            paquets en retard ne tombent pas dans une nouvelle connexion. Aucun processus ne la tient plus. Ce n’est pas une \
            faute : c’est TCP qui se protège.",
        course: "Il disparaît seul. Pour que `bind` reprenne le port sans attendre, l’ancien serveur et le nouveau mettent \
            `SO_REUSEADDR` avant `bind`.",
        lessons: &[10, 11],
    },
];

/// Other names of the states, as `ss`, books and RFC write them; folded.
pub(super) const ALIASES: &[(&str, SocketState)] = &[
    ("estab", SocketState::Established),
    ("unconn", SocketState::Close),
    ("closed", SocketState::Close),
    ("listening", SocketState::Listen),
    ("syn received", SocketState::SynRecv),
    ("fin wait 1", SocketState::FinWait1),
    ("fin wait 2", SocketState::FinWait2),
];
