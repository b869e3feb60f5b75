//! One thing to do about a call of `serve` or `connect` that failed.

use super::Side;
use crate::event::peer::Transport;
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::text::errno;

/// What the error means for that call over that transport: an errno is shared by transports that differ.
#[must_use]
pub fn meaning(name: Name, number: Errno, transport: Transport) -> &'static str {
    match (transport, name, number) {
        (Transport::Unix, Name::Bind, Errno::EADDRINUSE) => {
            "Ce chemin existe déjà : bind crée le fichier du socket, et ne remplace jamais rien."
        }
        (Transport::Unix, Name::Bind, Errno::EACCES) => "Vous n’avez pas le droit d’écrire dans ce dossier.",
        (Transport::Unix, Name::Bind, Errno::ENOENT) => "Le dossier où bind doit créer ce fichier n’existe pas.",
        (Transport::Unix, Name::Connect, Errno::EACCES) => {
            "Le droit d’écrire manque, sur ce fichier socket ou sur son chemin : connect le demande."
        }
        (Transport::Unix, Name::Connect, Errno::ECONNREFUSED) => {
            "Aucun socket n’écoute derrière ce chemin : le serveur n’est plus là, ou ce fichier n’est pas le sien."
        }
        (Transport::Unix, Name::Connect, Errno::EAGAIN) => {
            "La file du serveur est restée pleine (unix(7)) : il n’appelle pas accept assez souvent."
        }
        (Transport::Unix, _, Errno::ECONNRESET) => "Le pair a fermé sans avoir lu tout ce qu’il avait reçu.",
        (Transport::Udp, Name::Bind, Errno::EADDRINUSE) => "Un autre socket UDP tient déjà cette adresse et ce port.",
        (Transport::Udp, _, Errno::ECONNREFUSED) => {
            "Une machine a répondu (ICMP) qu’aucun socket UDP n’attend sur ce port : un datagramme envoyé avant est perdu."
        }
        _ => errno::meaning(number),
    }
}

/// What to do, code between backticks; `name` is the function called.
#[must_use]
pub fn advice(name: Name, number: Errno, (side, transport): (Side, Transport)) -> Option<&'static str> {
    let own = match (name, number, side) {
        (Name::Bind, Errno::EADDRINUSE, Side::Server) if transport == Transport::Unix => "Prenez un autre chemin.",
        (Name::Bind, Errno::EACCES | Errno::ENOENT, Side::Server) if transport == Transport::Unix => {
            "Prenez un chemin dans un dossier qui existe et où vous pouvez écrire."
        }
        (Name::Connect, Errno::EACCES, _) if transport == Transport::Unix => "Regardez les droits avec `ls -l`.",
        (Name::Connect, Errno::EAGAIN, _) if transport == Transport::Unix => "Réessayez quand le serveur aura accepté.",
        (Name::Connect, Errno::ECONNREFUSED | Errno::ENOENT, _) if transport == Transport::Unix => {
            "Lancez d’abord le serveur, et vérifiez le chemin. Les sockets qui écoutent se voient avec `ss -lxp`."
        }
        (_, Errno::ECONNREFUSED, _) if transport == Transport::Udp => {
            "Lancez d’abord le serveur. Qui attend des datagrammes se voit avec `ss -lun`."
        }
        (Name::Bind, Errno::EADDRINUSE, Side::Server) if transport == Transport::Udp => {
            "Cherchez qui tient cette adresse avec `ss -lunp`, ou prenez un autre port avec `--port auto`."
        }
        (Name::Bind, Errno::EADDRINUSE, Side::Server) => {
            "Cherchez qui tient cette adresse avec `ss -tlnp`, ou prenez un autre port avec `--port auto`."
        }
        (Name::Bind, Errno::EADDRINUSE, Side::Client) => {
            "Retirez `--bind` : le noyau prendra pour ce client un port libre."
        }
        (Name::Connect, Errno::EADDRNOTAVAIL, Side::Client) => {
            "Avec `--bind`, retirez-le ; sans lui, attendez que les ports éphémères en TIME_WAIT se libèrent \
             (`ss -tan state time-wait`)."
        }
        (Name::Socket, Errno::EAFNOSUPPORT, _) => {
            "Cette machine est sans IPv6 : retirez `-6`, ou donnez une adresse IPv4."
        }
        (Name::Accept, Errno::EMFILE | Errno::ENFILE, _) => {
            "Le serveur attend qu’un client parte. Donnez-lui plus de descripteurs avec `ulimit -n 4096`, par exemple."
        }
        (Name::Send | Name::Sendto, Errno::EPIPE, _) => {
            "socketlab ferme ce descripteur et continue. Dans un programme, `MSG_NOSIGNAL` évite que SIGPIPE le tue."
        }
        (Name::Recv | Name::Recvfrom | Name::Send, Errno::ECONNRESET, _) if transport == Transport::Unix => {
            "socketlab ferme ce descripteur et continue. Un pair qui lit tout avant `close` évite cette erreur."
        }
        (Name::Recv | Name::Recvfrom | Name::Send, Errno::ECONNRESET, _) => {
            "socketlab ferme ce descripteur et continue. Un pair qui lit tout avant `close`, sans SO_LINGER à 0, évite \
             ce RST."
        }
        (Name::Send, Errno::EAGAIN, Side::Server) => {
            "Le client ne lit pas assez vite : le tampon d’émission est plein. Le serveur garde ce qui reste, et l’enverra \
             quand il y aura de la place."
        }
        (Name::Recv | Name::Accept, Errno::EAGAIN, Side::Server) => {
            "Rien n’est là pour l’instant : le serveur y reviendra."
        }
        (Name::Connect, Errno::ECONNREFUSED, _) => {
            "Regardez les ports à l’écoute avec `ss -tln`, puis vérifiez l’adresse et le port donnés."
        }
        _ => return errno::advice(number),
    };
    Some(own)
}

/// EINTR, where nobody knows yet which signal it was.
pub const WOKEN_BY_SIGNAL: &str =
    "Un signal a interrompu cet appel\u{a0}: celui de la fin, ou une reprise après une pause (Ctrl-Z, puis fg).";

/// Said of a call that ended because the stop was asked for.
pub const WOKEN_BY_STOP: &str = "L’arrêt demandé a réveillé cet appel.";

/// The same, where shutdown(2) did it.
#[must_use]
pub fn woken_by_shutdown(fd: i64) -> String {
    format!("{WOKEN_BY_STOP} Un autre fil (thread) a appelé shutdown({fd}, SHUT_RD).")
}

/// The same, where the pipe did it.
#[must_use]
pub fn woken_by_pipe(fd: i32) -> String {
    format!("{WOKEN_BY_STOP} Le tube fd {fd} est prêt : socketlab y a écrit un octet.")
}

#[cfg(test)]
mod tests {
    use super::{advice, meaning};
    use crate::event::peer::Transport;
    use crate::syscall::errno::Errno;
    use crate::text::peer::Side;

    #[test]
    fn a_transport_gets_no_other_ones_words() {
        let calls = ["bind", "connect", "send", "recv", "listen", "accept"];
        let errors = [Errno::EADDRINUSE, Errno::ECONNREFUSED, Errno::ECONNRESET];
        for (name, number) in calls.iter().flat_map(|name| errors.map(|number| (*name, number))) {
            for side in [Side::Server, Side::Client] {
                let told = |transport| {
                    let said = advice(name.into(), number, (side, transport)).unwrap_or_default();
                    format!("{} {said}", meaning(name.into(), number, transport))
                };
                let possible = match number {
                    Errno::EADDRINUSE => name == "bind" && side == Side::Server,
                    Errno::ECONNREFUSED => name == "connect",
                    _ => matches!(name, "send" | "recv"),
                };
                if possible {
                    let unix = told(Transport::Unix);
                    for word in ["port", "machine", "TIME_WAIT", "RST", "ss -t", "--port"] {
                        assert!(!unix.contains(word), "{name} {number:?} {word}: {unix}");
                    }
                }
                if possible && number != Errno::ECONNRESET {
                    let udp = told(Transport::Udp);
                    assert!(!udp.contains("TIME_WAIT") && !udp.contains("ss -t"), "{name} {number:?}: {udp}");
                }
            }
        }
    }
}
