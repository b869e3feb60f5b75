//! One thing to do about a call of `serve` or `connect` that failed.

use super::Side;
use crate::syscall::errno::Errno;
use crate::text::errno;

/// What to do, code between backticks; `name` is the function called.
#[must_use]
pub fn advice(name: &str, number: Errno, side: Side) -> Option<&'static str> {
    let own = match (name, number, side) {
        ("bind", Errno::EADDRINUSE, Side::Server) => {
            "Cherchez qui tient cette adresse avec `ss -tulnp`, ou prenez un autre port avec `--port auto`."
        }
        ("bind", Errno::EADDRINUSE, Side::Client) => {
            "Retirez `--bind` : le noyau prendra pour ce client un port libre."
        }
        ("connect", Errno::EADDRNOTAVAIL, Side::Client) => {
            "Avec `--bind`, retirez-le ; sans lui, attendez que les ports éphémères en TIME_WAIT se libèrent \
             (`ss -tan state time-wait`)."
        }
        ("socket", Errno::EAFNOSUPPORT, _) => "Cette machine est sans IPv6 : retirez `-6`, ou donnez une adresse IPv4.",
        ("accept", Errno::EMFILE | Errno::ENFILE, _) => {
            "Le serveur attend qu’un client parte. Donnez-lui plus de descripteurs avec `ulimit -n 4096`, par exemple."
        }
        ("send" | "sendto", Errno::EPIPE, _) => {
            "socketlab ferme ce descripteur et continue. Dans un programme, `MSG_NOSIGNAL` évite que SIGPIPE le tue."
        }
        ("recv" | "recvfrom" | "send", Errno::ECONNRESET, _) => {
            "socketlab ferme ce descripteur et continue. Un pair qui lit tout avant `close` évite ce RST."
        }
        ("connect", Errno::ECONNREFUSED, _) => {
            "Regardez les ports à l’écoute avec `ss -tln`, puis vérifiez l’adresse et le port donnés."
        }
        _ => return errno::advice(number),
    };
    Some(own)
}

/// Said of a call that ended because the stop was asked for.
pub const WOKEN_BY_STOP: &str = "L’arrêt demandé a réveillé cet appel.";
