//! Sockets and descriptors: the words of the kernel panel.

use crate::state::{Protocol, Socket, SocketState, Source, Target, Timer, TimerKind};
use crate::text::quantity::{bytes, count, counted, remaining};

/// What the panel prints for the state: TCP's own name, behind the protocol where that is not TCP; without connection,
/// what `ss` prints.
#[must_use]
pub fn state_label(socket: &Socket) -> String {
    let name = match (socket.protocol, socket.state) {
        (Protocol::Tcp, state) => state.name(),
        (_, SocketState::Close) => "UNCONN",
        (_, state) => state.name(),
    };
    match socket.protocol {
        Protocol::Tcp => name.to_owned(),
        Protocol::Udp => format!("UDP {name}"),
        Protocol::Unix => format!("UNIX {name}"),
        Protocol::Raw => format!("RAW {name}"),
    }
}

/// `(avant 0)`
#[must_use]
pub fn before(old: &str) -> String {
    format!("(avant {old})")
}

/// `avant : ESTABLISHED`
#[must_use]
pub fn before_state(old: &str) -> String {
    format!("avant : {old}")
}

/// `en attente : 0`
#[must_use]
pub fn accept_queue(waiting: u32) -> String {
    format!("en attente : {waiting}")
}

/// `(backlog 2)`
#[must_use]
pub fn backlog(backlog: u32) -> String {
    format!("(backlog {backlog})")
}

/// `à lire : 0 o`; `à lire : 832 o de mémoire`, for datagrams: the kernel tells the memory that they take, not their bytes
/// (`sk_rmem_alloc`, net/ipv4/inet_diag.c).
#[must_use]
pub fn recv_queue(protocol: Protocol, unread: u32) -> String {
    format!("à lire : {}", amount(unread, counts_memory(protocol)))
}

fn counts_memory(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Udp | Protocol::Raw)
}

fn amount(queued: u32, memory: bool) -> String {
    let of_what = if memory && queued > 0 { " de mémoire" } else { "" };
    bytes(u64::from(queued)) + of_what
}

/// Whether the kernel counts the end of the stream among the bytes to read.
#[must_use]
pub fn fin_counted(socket: &Socket) -> bool {
    socket.protocol == Protocol::Tcp && socket.state == SocketState::CloseWait && socket.recv_queue > 0
}

/// `à lire : 6 o, dont 1 pour le FIN`
#[must_use]
pub fn with_fin(queue: &str) -> String {
    format!("{queue}, dont 1 pour le FIN")
}

/// `non acquitté : 0 o`. Only TCP acknowledges: elsewhere the kernel tells the memory of what has not left, or was not
/// read (`sk_wmem_alloc`, net/ipv4/inet_diag.c and net/unix/diag.c).
#[must_use]
pub fn send_queue(protocol: Protocol, queued: u32) -> String {
    let what = match protocol {
        Protocol::Tcp => "non acquitté",
        Protocol::Udp | Protocol::Raw => "pas encore parti",
        Protocol::Unix => "envoyé, pas encore lu",
    };
    format!("{what} : {}", amount(queued, protocol != Protocol::Tcp))
}

/// What the queues and the state leave to be said, one remark each.
#[must_use]
pub fn remarks(socket: &Socket) -> Vec<String> {
    let mut remarks = Vec::new();
    if socket.awaits_accept() {
        remarks.push("établie, pas encore acceptée".to_owned());
    }
    remarks.extend(half_closed(socket).map(str::to_owned));
    remarks.extend(socket.timer.and_then(timer));
    if socket.drops > 0 {
        remarks.push(dropped(socket));
    }
    remarks
}

fn dropped(socket: &Socket) -> String {
    match socket.state {
        SocketState::Listen => format!("demandes jetées, file pleine : {}", socket.drops),
        _ => format!("paquets perdus ici : {}", socket.drops),
    }
}

/// Which direction is closed.
fn half_closed(socket: &Socket) -> Option<&'static str> {
    match (socket.state, socket.shutdown & 3) {
        (SocketState::CloseWait, _) => Some("le pair a fermé son émission"),
        (SocketState::FinWait1 | SocketState::FinWait2, _) | (SocketState::Established, 2) => Some("fermé en émission"),
        (SocketState::Established, 1) => Some("fermé en réception"),
        (SocketState::Established, 3) => Some("fermé dans les deux sens"),
        _ => None,
    }
}

fn timer(timer: Timer) -> Option<String> {
    let left = remaining(timer.expires_ms);
    match timer.kind {
        TimerKind::TimeWait => Some(format!("encore {left}")),
        TimerKind::Retransmission if timer.retransmissions == 0 => None,
        TimerKind::Retransmission => {
            Some(format!("réémis {} fois sans réponse, encore dans {left}", timer.retransmissions))
        }
        TimerKind::WindowProbe => Some(format!("le pair n’a plus de place, nouvel essai dans {left}")),
        TimerKind::Keepalive => None,
    }
}

/// A socket that is in no table of the kernel.
pub const UNLISTED: &str = "(CLOSE)      dans aucune table du noyau : ni adresse ni pair";

/// Heading of the rows that no actor holds.
pub const NOBODYS: &str = "hors des acteurs, ou pas encore accepté";

/// What a descriptor that is no socket refers to.
#[must_use]
pub fn target(target: &Target) -> String {
    match target {
        Target::Socket { .. } => "socket".to_owned(),
        Target::Pipe => "tube".to_owned(),
        Target::File { path } => format!("fichier {path}"),
        Target::Other { link } => link.clone(),
    }
}

/// `fd 3`
#[must_use]
pub fn descriptor(fd: i32) -> String {
    format!("fd {fd}")
}

/// Said of a row that is no more.
pub const GONE: &str = "disparu";

/// Said where bind, listen or connect brought the socket into the kernel's tables.
pub const WAS_UNLISTED: &str = "avant : dans aucune table";

/// Said where the connection had no descriptor before accept took it.
pub const WAS_WAITING: &str = "avant : pas encore acceptée";

/// `nc (pid 42011)`
#[must_use]
pub fn program(command: &str, pid: i32) -> String {
    format!("{command} (pid {pid})")
}

/// `pair : client`
#[must_use]
pub fn peer(name: &str) -> String {
    format!("pair : {name}")
}

/// Said where the descriptor is gone and the connection is not.
pub const CLOSED_HERE: &str = "descripteur fermé";

/// The same, where the connection is finished: `descripteur fermé, TIME_WAIT encore 60 s`.
#[must_use]
pub fn now_in_time_wait(had_descriptor: bool, left_ms: Option<u32>) -> String {
    let closed = if had_descriptor { format!("{CLOSED_HERE}, ") } else { String::new() };
    let left = left_ms.map(|left| format!(" encore {}", remaining(left))).unwrap_or_default();
    format!("{closed}TIME_WAIT{left}")
}

/// `le client n’a pas lu : 16 o chez lui`
#[must_use]
pub fn unread_there(protocol: Protocol, unread: u32, by_client: bool) -> String {
    let whom = if by_client { "client" } else { "serveur" };
    format!("le {whom} n’a pas lu : {} chez lui", amount(unread, counts_memory(protocol)))
}

/// Connections that are finished and in no row: `12 connexions finies, en TIME_WAIT : la dernière encore 60 s`.
#[must_use]
pub fn finished(connections: usize, left_ms: Option<u32>) -> String {
    let left = left_ms.map(remaining);
    match (connections, left) {
        (1, Some(left)) => format!("1 connexion finie, en TIME_WAIT encore {left}"),
        (1, None) => "1 connexion finie, en TIME_WAIT (60 s au plus)".to_owned(),
        (many, Some(left)) => format!("{} connexions finies, en TIME_WAIT : la dernière encore {left}", count(many)),
        (many, None) => format!("{} connexions finies, en TIME_WAIT (60 s au plus)", count(many)),
    }
}

/// Rows left out of a long panel, those that changed and those that did not.
#[must_use]
pub fn more_rows((changed, same): (usize, usize)) -> Option<String> {
    let changed = (changed > 0).then(|| counted(changed, "", "autre changement"));
    let same = match same {
        0 => None,
        1 => Some("1 autre socket, inchangé".to_owned()),
        same => Some(format!("{} autres sockets, inchangés", count(same))),
    };
    let left: Vec<String> = changed.into_iter().chain(same).collect();
    (!left.is_empty()).then(|| format!("… et {}", left.join(", ")))
}

/// What the panel lacks, by its source.
#[must_use]
pub fn source(source: Source) -> Option<&'static str> {
    match source {
        Source::SockDiag => None,
        Source::Proc => Some("lu dans /proc/net : ni backlog ni délais"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel counts is not the same for each protocol.
    #[test]
    fn a_queue_is_told_for_what_it_counts() {
        let rows = [
            (Protocol::Tcp, "à lire\u{a0}: 832 o", "non acquitté\u{a0}: 832 o"),
            (Protocol::Unix, "à lire\u{a0}: 832 o", "envoyé, pas encore lu\u{a0}: 832 o de mémoire"),
            (Protocol::Udp, "à lire\u{a0}: 832 o de mémoire", "pas encore parti\u{a0}: 832 o de mémoire"),
            (Protocol::Raw, "à lire\u{a0}: 832 o de mémoire", "pas encore parti\u{a0}: 832 o de mémoire"),
        ];
        let plain = |text: String| text.replace(['\u{a0}', '\u{202f}'], " ");
        for (protocol, read, sent) in rows {
            assert_eq!(
                (plain(recv_queue(protocol, 832)), plain(send_queue(protocol, 832))),
                (plain(read.into()), plain(sent.into()))
            );
        }
        assert_eq!(plain(recv_queue(Protocol::Udp, 0)), plain("à lire\u{a0}: 0 o".into()));
    }
}
