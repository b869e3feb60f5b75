//! What a server says to one client. A service makes no call on the connection: it is told what came, and gives what
//! to send.

pub mod chat;
pub mod echo;
pub mod greet;
pub mod http;
pub mod silent;

use std::time::{Duration, Instant};

use crate::event::peer::{PeerNote, Unfinished};
use crate::peer::outgoing::Piece;

/// What a service wants done.
#[derive(Debug, Default)]
pub struct Reply {
    /// To this client, in order.
    pub pieces: Vec<Piece>,
    /// To every other client.
    pub others: Vec<u8>,
    /// Close once everything is sent.
    pub close: bool,
    /// Facts worth a sentence.
    pub notes: Vec<PeerNote>,
    /// A line is longer than so many bytes, and goes to nobody.
    pub too_long: Option<u64>,
}

impl Reply {
    /// Sends these bytes.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Reply {
        Reply { pieces: vec![Piece::Bytes(bytes.to_vec())], ..Reply::default() }
    }

    /// Closes.
    #[must_use]
    pub fn close() -> Reply {
        Reply { close: true, ..Reply::default() }
    }
}

/// One for each client.
pub trait Service: Send {
    /// The client has been accepted.
    fn opened(&mut self) -> Reply {
        Reply::default()
    }

    /// The first of the bytes that `received` is given next had come by this moment. Not known everywhere: then this is
    /// not called.
    fn arrived_by(&mut self, _moment: Instant) {}

    /// Bytes came, at least one; TCP cuts where it likes.
    fn received(&mut self, bytes: &[u8]) -> Reply;

    /// The client sends no more (its FIN came); it may still read.
    fn ended(&mut self) -> Reply {
        Reply::close()
    }

    /// How long the next bytes may take; `None`: for ever.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// What the client has begun and not finished, and how much of it: see [`PeerNote::Unfinished`].
    fn unfinished(&self) -> (Unfinished, u64, u64) {
        (Unfinished::Nothing, 0, 0)
    }

    /// Whether a NUL has no place in what comes.
    fn takes_text(&self) -> bool {
        true
    }

    /// Whether a client that takes nothing of what is sent to it is left, rather than kept.
    fn leaves_who_takes_nothing(&self) -> bool {
        false
    }

    /// Others wait to be served after this client, or none: a server of one client at a time tells it before each read.
    fn others_wait(&mut self, _waiting: bool) {}

    /// How long a client that asks nothing may keep others waiting; `None`: for ever, or it is asking.
    fn yields(&self) -> Option<Duration> {
        None
    }

    /// They took longer.
    fn too_slow(&mut self) -> Reply {
        Reply::close()
    }
}

#[cfg(test)]
mod tests {
    use super::echo::Echo;
    use super::greet::Greet;
    use super::silent::Silent;
    use super::{Piece, Reply, Service};
    use crate::event::peer::Unfinished;

    /// A service, what it says first, and what it answers to `salut`.
    type Speaks = (Box<dyn Service>, &'static [u8], &'static [u8]);

    /// Its bytes, and whether it closes; nobody else is told anything.
    fn said(reply: Reply) -> (Vec<u8>, bool) {
        assert!(reply.others.is_empty() && reply.notes.is_empty() && reply.too_long.is_none());
        let bytes = reply.pieces.into_iter().map(|piece| match piece {
            Piece::Bytes(bytes) => bytes,
            Piece::File { .. } => panic!("a file"),
        });
        (bytes.flatten().collect(), reply.close)
    }

    #[test]
    fn each_says_its_own_and_closes_after_its_client() {
        let services: [Speaks; 3] = [
            (Box::new(Echo), b"", b"salut"),
            (Box::new(Greet { text: b"bonjour".to_vec() }), b"bonjour", b""),
            (Box::new(Silent), b"", b""),
        ];
        for (mut service, first, answer) in services {
            assert_eq!(said(service.opened()), (first.to_vec(), false));
            assert_eq!(said(service.received(b"salut")), (answer.to_vec(), false));
            assert_eq!(said(service.ended()), (vec![], true));
            assert_eq!(said(service.too_slow()), (vec![], true));
        }
    }

    #[test]
    fn a_simple_one_waits_for_ever_and_leaves_nobody() {
        let mut service = Silent;
        service.others_wait(true);
        assert_eq!((service.patience(), service.yields()), (None, None));
        assert_eq!(service.unfinished(), (Unfinished::Nothing, 0, 0));
        assert!(service.takes_text() && !service.leaves_who_takes_nothing());
    }
}
