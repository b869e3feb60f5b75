//! One client after the other: while one is served, the others wait in the accept queue.

use std::io;

use super::{Care, Server, blocking};
use crate::event::{Event, PeerEvent};

pub fn serve(server: &Server) -> io::Result<()> {
    server.accept_each(|client| {
        let care = Care { queue: Some(&server.listener), ..server.care() };
        let gone = blocking::serve(care, &server.caller, client);
        server.caller.events().try_send(|| Event::Peer(PeerEvent::ClientGone(gone)));
    })
}
