//! Two programs that each wait for the other's bytes.

use crate::observe::process;
use crate::observed::{Peer, Subject, Traced};
use crate::state::{Content, Row, Socket, SocketState};

use super::why::held;

/// The local process at the other end of the connection that the call sleeps in, where it sleeps in a receive too and
/// nothing is on its way.
#[must_use]
pub fn deadlock(traced: &Traced, pid: i32, rows: &[Row]) -> Option<Peer> {
    let receives = traced.sys.receives();
    let on_socket = matches!(traced.subject, Some(Subject::Socket { .. }));
    let own = held(rows, traced.fd.filter(|_| receives && on_socket)?)?;
    let other = rows.iter().find_map(|row| match &row.content {
        Content::Socket(other) if is_other_end(own, other) => Some((row, other)),
        _ => None,
    });
    let (row, other) = other?;
    if !is_quiet(own) || !is_quiet(other) {
        return None;
    }
    let holders = other.holders.iter().map(|holder| (holder.pid, holder.fd));
    let mut holders = holders.chain(row.pid.zip(row.fd));
    let (peer, _) = holders.find(|(holder, fd)| *holder != pid && receives_on(*holder, *fd))?;
    Some(Peer { pid: peer, command: process::command(peer).unwrap_or_default() })
}

fn is_other_end(own: &Socket, other: &Socket) -> bool {
    other.protocol == own.protocol && other.local == own.remote && other.remote == own.local && own.local != own.remote
}

/// Connected, with nothing unread and nothing unsent.
fn is_quiet(socket: &Socket) -> bool {
    socket.state == SocketState::Established && socket.recv_queue == 0 && socket.send_queue == 0
}

/// Whether a thread of the process sleeps in a receive on this descriptor.
fn receives_on(pid: i32, fd: i32) -> bool {
    process::threads(pid).into_iter().any(|tid| {
        process::activity(pid, tid).is_some_and(|activity| {
            let name = activity.syscall.and_then(process::syscall_name).unwrap_or_default();
            let receives = matches!(name, "read" | "readv" | "recvfrom" | "recvmsg");
            let same = activity.arguments.first().is_some_and(|argument| u64::try_from(fd) == Ok(*argument));
            activity.asleep() && receives && same
        })
    })
}
