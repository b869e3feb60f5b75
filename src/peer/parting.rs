//! What a close does to what was said, and what became of what was sent: looked at just before it.

use socket2::Socket;

use crate::event::peer::{End, PeerNote};
use crate::observe::queue;
use crate::peer::caller::Caller;
use crate::peer::caller::multiplex::is_broken;
use crate::peer::tally::Tally;

/// A conversation that is over, its socket still open.
#[derive(Clone, Copy, Debug)]
pub struct Parting {
    /// `None` where there is one client.
    pub client: Option<u64>,
    pub end: End,
    pub sent: u64,
    /// This side has sent its FIN, which counts for one byte among those to be acknowledged.
    pub half_closed: bool,
}

/// How it ended in truth, and what is lost: recv returns 0 for a FIN even where a RST came after it (tcp(7)).
#[must_use]
pub fn part(caller: &Caller, socket: &Socket, parting: Parting) -> (End, Option<PeerNote>) {
    let Parting { client, end, sent, half_closed } = parting;
    let tcp = queue::is_tcp(socket);
    let found = tcp && matches!(end, End::ByPeer | End::ByUs) && is_broken(socket);
    if end == End::ResetByPeer || found {
        let lost = if tcp { queue::unacknowledged(socket).unwrap_or(0) } else { 0 };
        let bytes = lost.saturating_sub(u64::from(half_closed)).min(sent);
        if bytes > 0 && found {
            // No call has failed.
            Tally::add(&caller.events().tally().errors, 1);
        }
        return (End::ResetByPeer, (bytes > 0).then_some(PeerNote::BytesLost { client, bytes }));
    }
    let unread = match end {
        // It is a RST that was asked for.
        End::ResetByUs | End::BrokenOff => 0,
        _ => queue::unread(socket).unwrap_or(0),
    };
    (end, (unread > 0).then_some(PeerNote::ClosedUnread { client, bytes: unread, reset: tcp }))
}
