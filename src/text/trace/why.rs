//! Why a call sleeps: who would have to do what.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::event::trace::Why;
use crate::text::quantity::{bytes, duration};
use crate::text::usage::safe_text;

/// Who would have to do what for the call to return.
#[must_use]
pub fn why(why: &Why) -> String {
    match why {
        Why::NoClient { address } => no_client(address),
        Why::NothingToRead { peer, datagram: true } => {
            let from = peer.as_deref().map(|peer| format!(" de {}", safe_text(peer))).unwrap_or_default();
            format!("Rien à lire : un datagramme{from} doit arriver.")
        }
        Why::NothingToRead { peer, .. } => format!(
            "Rien à lire : {} doit envoyer des octets, ou fermer.",
            peer.as_deref().map_or_else(|| "le pair".to_owned(), safe_text)
        ),
        Why::BothReceive { peer_pid, peer_command } => format!(
            "Rien à lire, et l’autre bout, {} (pid {peer_pid}), attend lui aussi des octets : si personne ne parle le premier, \
             les deux attendront toujours.",
            safe_text(peer_command)
        ),
        Why::BufferFull { peer, queued } => format!(
            "Le tampon d’émission est plein ({} en attente) : {} doit lire.",
            bytes(u64::from(*queued)),
            peer.as_deref().map_or_else(|| "le pair".to_owned(), safe_text)
        ),
        Why::NoAnswer { address } => format!(
            "{} ne répond pas : la file du serveur est pleine, un pare-feu jette les paquets, ou aucune machine n’est là.",
            safe_text(address)
        ),
        Why::Input => {
            "Le processus lit son entrée : quelqu’un doit écrire une ligne et taper Entrée, ou finir l’entrée (Ctrl-D)."
                .to_owned()
        }
        Why::Output => "Le tube est plein : le programme qui est à l’autre bout doit le lire.".to_owned(),
        Why::NothingReady { fds, timeout_ms } => nothing_ready(fds, *timeout_ms),
        Why::NothingWatched { timeout_ms: None } => {
            "Aucun descripteur n’est surveillé : seul un signal peut réveiller le processus.".to_owned()
        }
        Why::NothingWatched { timeout_ms: Some(ms) } => format!(
            "Aucun descripteur n’est surveillé : seul le délai de {} met fin à l’attente.",
            duration(ms.saturating_mul(1000))
        ),
        Why::AnnouncedBefore { fd, bytes: left } => format!(
            "{} attendent sur le descripteur {fd}, surveillé avec EPOLLET : ils ont été annoncés une fois, et ne le seront \
             plus avant qu’il n’en arrive d’autres.",
            bytes(*left)
        ),
        Why::Children => "Le processus attend un enfant : l’un d’eux doit se terminer.".to_owned(),
        Why::Time => "Le processus attend l’heure dite, ou un signal.".to_owned(),
        Why::Unknown => "Le noyau ne dit pas ce qu’il attend.".to_owned(),
    }
}

fn no_client(address: &str) -> String {
    let example = client(address).map(|command| format!(" Par exemple : {command}")).unwrap_or_default();
    let place = everywhere(address).unwrap_or_else(|| format!("à {}", safe_text(address)));
    format!("Le processus attend un client : quelqu’un doit se connecter {place}.{example}")
}

/// The place that a server on every address listens at: nobody connects to 0.0.0.0.
fn everywhere(address: &str) -> Option<String> {
    let address: SocketAddr = address.parse().ok()?;
    let port = address.port();
    let any = address.ip().is_unspecified();
    any.then(|| format!("au port {port} de cette machine (toutes ses adresses)"))
}

/// The shell command of a client, from the address that the server listens on.
fn client(address: &str) -> Option<String> {
    if address.starts_with('/') {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
        return address.chars().all(plain).then(|| format!("nc -U {address}"));
    }
    let address: SocketAddr = address.parse().ok()?;
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    Some(format!("nc {ip} {}", address.port()))
}

fn nothing_ready(fds: &[i32], timeout_ms: Option<u64>) -> String {
    let timeout = timeout_ms.map(|ms| duration(ms.saturating_mul(1000)));
    let end = timeout.map(|delay| format!(", ou le délai de {delay} doit passer")).unwrap_or_default();
    match fds {
        [] => format!("Aucun descripteur surveillé n’est prêt : l’un d’eux doit le devenir{end}."),
        [fd] => format!("Le descripteur {fd} n’est pas prêt : il doit le devenir{end}."),
        fds => format!("Aucun des descripteurs {} n’est prêt : l’un d’eux doit le devenir{end}.", listed(fds)),
    }
}

/// `3, 4 et 5`; a long list is cut.
fn listed(fds: &[i32]) -> String {
    const SHOWN: usize = 8;
    let numbers: Vec<String> = fds.iter().take(SHOWN).map(ToString::to_string).collect();
    match numbers.split_last() {
        _ if fds.len() > SHOWN => format!("{}…", numbers.join(", ")),
        Some((last, others)) if !others.is_empty() => format!("{} et {last}", others.join(", ")),
        _ => numbers.join(", "),
    }
}
