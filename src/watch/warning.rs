//! What a view of the kernel tells that deserves a sentence, once.

use std::collections::BTreeSet;

use crate::event::Note;
use crate::state::{Protocol, Row, SocketState, Source, View};

/// What was said already.
#[derive(Debug, Default)]
pub struct Warnings {
    fallback: bool,
    visible: BTreeSet<u16>,
}

impl Warnings {
    /// What this view gives to say, and no earlier one gave; `reachable` where other machines reach this network.
    pub fn of(&mut self, view: &View, reachable: bool) -> Vec<Note> {
        let mut notes = Vec::new();
        if view.source == Some(Source::Proc) && !std::mem::replace(&mut self.fallback, true) {
            notes.push(Note::ProcFallback);
        }
        for port in view.rows.iter().filter_map(open_to_all).filter(|_| reachable) {
            if self.visible.insert(port) {
                notes.push(Note::VisibleFromNetwork { port });
            }
        }
        notes
    }
}

/// The port of an actor's socket that takes what comes to every interface.
fn open_to_all(row: &Row) -> Option<u16> {
    let socket = row.socket().filter(|socket| row.actor.is_some() && socket.local.is_any())?;
    let open = row.is_listening() || (socket.protocol == Protocol::Udp && socket.state == SocketState::Close);
    socket.local.port().filter(|port| open && *port != 0)
}

#[cfg(test)]
mod tests {
    use super::Warnings;
    use crate::event::Note;
    use crate::state::{Content, Protocol, Row, Socket, SocketState, Source, View};
    use crate::syscall::address::Address;

    fn address(ip: [u8; 4], port: u16) -> Address {
        let mut bytes = vec![2, 0];
        bytes.extend(port.to_be_bytes());
        bytes.extend(ip);
        bytes.resize(16, 0);
        Address::from_bytes(&bytes).unwrap()
    }

    fn row(actor: Option<&str>, protocol: Protocol, (state, ip, port): (SocketState, [u8; 4], u16)) -> Row {
        let socket = Socket::between(protocol, state, (address(ip, port), address([0; 4], 0)));
        Row { actor: actor.map(str::to_owned), pid: Some(7), fd: Some(3), content: Content::Socket(socket) }
    }

    fn said(row: Row) -> Vec<Note> {
        Warnings::default().of(&View { rows: vec![row], ..View::default() }, true)
    }

    #[test]
    fn a_port_that_every_machine_reaches_is_said() {
        let (any, home) = ([0; 4], [127, 0, 0, 1]);
        let visible = vec![Note::VisibleFromNetwork { port: 3001 }];
        let (listen, close) = (SocketState::Listen, SocketState::Close);
        let rows = [
            (row(Some("serveur"), Protocol::Tcp, (listen, any, 3001)), &visible),
            (row(Some("serveur"), Protocol::Udp, (close, any, 3001)), &visible),
            (row(Some("serveur"), Protocol::Tcp, (listen, home, 3001)), &Vec::new()),
            (row(Some("serveur"), Protocol::Tcp, (close, any, 3001)), &Vec::new()),
            (row(Some("serveur"), Protocol::Udp, (SocketState::Established, any, 3001)), &Vec::new()),
            (row(Some("serveur"), Protocol::Udp, (close, any, 0)), &Vec::new()),
            (row(None, Protocol::Tcp, (listen, any, 3001)), &Vec::new()),
        ];
        for (row, wanted) in rows {
            assert_eq!(&said(row.clone()), wanted, "{row:?}");
        }
    }

    #[test]
    fn each_is_said_once_and_nothing_of_a_network_that_nobody_reaches() {
        let rows = vec![row(Some("serveur"), Protocol::Tcp, (SocketState::Listen, [0; 4], 3001))];
        let view = View { rows, source: Some(Source::Proc), ..View::default() };
        assert_eq!(Warnings::default().of(&view, false), [Note::ProcFallback]);
        let mut warnings = Warnings::default();
        assert_eq!(warnings.of(&view, true), [Note::ProcFallback, Note::VisibleFromNetwork { port: 3001 }]);
        assert_eq!(warnings.of(&view, true), []);
    }
}
