//! A thread for each client.

use std::io;
use std::thread;

use super::postman::{Dismissed, Postman};
use super::{Accepted, Care, Server, blocking};
use crate::event::peer::{ClientGone, End};
use crate::event::{Event, PeerEvent};
use crate::peer::caller::Caller;

/// A client needs little: a thousand of them fit.
pub const STACK: usize = 256 * 1024;

pub fn serve(server: &Server) -> io::Result<()> {
    let postman = Postman::new()?;
    let care = Care { postman: Some(&postman), ..server.care() };
    thread::scope(|outer| {
        let _dismissed = Dismissed(&postman);
        thread::Builder::new().stack_size(STACK).spawn_scoped(outer, || postman.work(care, &server.caller))?;
        serve_each(server, care)
    })
}

/// Every client is gone when it returns.
fn serve_each(server: &Server, care: Care<'_>) -> io::Result<()> {
    thread::scope(|scope| {
        server.accept_each(|client| {
            let (number, address) = (client.number, client.address.clone());
            let born =
                thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || run((server, care), client));
            if born.is_err() {
                // The connection was closed with the thread that did not start.
                server.clients.remove(number);
                let gone = ClientGone { number, address, received: 0, sent: 0, unsent: 0, missed: 0, end: End::GaveUp };
                server.caller.events().try_send(|| Event::Peer(PeerEvent::ClientGone(gone)));
            }
        })
    })
}

fn run((server, care): (&Server, Care<'_>), client: Accepted) {
    let events = server.caller.events().clone();
    let caller = Caller::new(events, format!("fil {}", client.number));
    caller.introduce();
    let gone = blocking::serve(care, &caller, client);
    caller.events().try_send(|| Event::Peer(PeerEvent::ClientGone(gone)));
}
