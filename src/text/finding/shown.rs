//! What stands beside the evidence: remarks on its lines, and what happened where there is no call.

use crate::finding::{Detail, Exhibit};
use crate::syscall::notation::signal_name;
use crate::text::cause::{Scene, cause};
use crate::text::finding::case::{excerpt, named, octets, plural, safe, times};

/// What to look at on a line of the evidence; nothing where the line says it itself. No final stop.
#[must_use]
pub fn remark(detail: &Detail) -> Option<String> {
    Some(match detail {
        Detail::Unread { bytes: 1 } => "1 octet n’a pas été lu".to_owned(),
        Detail::Unread { bytes } => format!("{} n’ont pas été lus", octets(*bytes)),
        Detail::Length { given, wanted } => format!("{given} donnés, {wanted} attendus"),
        Detail::Ports { used, meant } => format!("le port {used} est {meant} sans htons"),
        Detail::Port { port } => format!("port {port}"),
        Detail::Address { address } => format!("adresse {}", safe(address)),
        Detail::Clients { count } => plural(*count, "aucun client", "client"),
        Detail::Times { count } => times(*count),
        Detail::Zombies { count } => plural(*count, "aucun zombie", "zombie"),
        Detail::Descriptors { count: 1 } => "1 descripteur encore ouvert".to_owned(),
        Detail::Descriptors { count } => format!("{count} descripteurs encore ouverts"),
        Detail::Call { name } => format!("dans {name}"),
        Detail::Errno { errno } => named(*errno),
        Detail::Signal { signal } => format!("signal {}", signal_name(*signal)),
        Detail::Bytes { bytes } => excerpt(bytes),
        Detail::Field { text } => excerpt(text.as_bytes()),
        Detail::Cause { cause: why } => cause(why, Scene::Other).sentence.trim_end_matches('.').to_owned(),
        Detail::Peer { pid, command } => format!("l’autre bout est tenu par {} (pid {pid})", safe(command)),
        Detail::Function { name } => format!("fonction {} de la bibliothèque C", safe(name)),
        Detail::Client { .. } => return None,
    })
}

/// What an exhibit that is no call says; `None` for a call, which the notation shows. No final stop.
#[must_use]
pub fn exhibit(exhibit: &Exhibit, pid: i32) -> Option<String> {
    Some(match exhibit {
        Exhibit::Call { .. } => return None,
        Exhibit::Exited { code } => format!("le processus {pid} se termine (code {code})"),
        Exhibit::Killed { signal } => format!("le processus {pid} est tué par {}", signal_name(*signal)),
        Exhibit::Signalled { signal } => format!("le signal {} arrive", signal_name(*signal)),
    })
}
