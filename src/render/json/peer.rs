//! The objects that scripts read of `serve` and `connect`.

use serde::Serialize;

use super::hexadecimal;
use crate::event::peer::{
    Attempt, Client, ClientGone, ConnectFinished, ConnectStarted, Direction, End, Listening, Manner, Mode, PeerNote,
    ServeFinished, ServeStarted, Task, Transport,
};
use crate::event::{Event, Reach};
use crate::syscall::notation::escape;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum PeerLine<'a> {
    ServeStarted {
        format: u32,
        actor: &'a str,
        pid: i32,
        transport: Transport,
        task: Task,
        mode: Mode,
        manners: &'a [Manner],
    },
    Listening {
        transport: Transport,
        address: &'a str,
        reach: &'a [Reach],
    },
    Client {
        number: u64,
        address: &'a str,
        pid: Option<i32>,
        command: Option<&'a str>,
    },
    ClientGone {
        number: u64,
        address: &'a str,
        received: u64,
        sent: u64,
        end: End,
    },
    Data {
        actor: &'a str,
        peer: Option<&'a str>,
        direction: Direction,
        offset: u64,
        total: usize,
        text: String,
        hex: String,
    },
    PeerNote {
        #[serde(flatten)]
        note: &'a PeerNote,
    },
    ServeFinished {
        clients: u64,
        #[serde(flatten)]
        figures: Figures,
    },
    ConnectStarted {
        format: u32,
        actor: &'a str,
        pid: i32,
        transport: Transport,
        host: &'a str,
        port: Option<u16>,
        clients: u64,
    },
    ConnectFinished {
        attempt: Attempt,
        end: Option<End>,
        expected: Option<bool>,
        clients: u64,
        #[serde(flatten)]
        figures: Figures,
    },
}

/// What was exchanged, and the calls made for it.
#[derive(Serialize)]
pub struct Figures {
    received: u64,
    sent: u64,
    calls: u64,
    errors: u64,
    skipped: u64,
}

/// The object of a peer's event; `None` for another one.
pub fn line(event: &Event) -> Option<PeerLine<'_>> {
    Some(match event {
        Event::ServeStarted(started) => serve_started(started),
        Event::Listening(Listening { transport, address, reach }) => {
            PeerLine::Listening { transport: *transport, address, reach }
        }
        Event::Client(Client { number, address, pid, command }) => {
            PeerLine::Client { number: *number, address, pid: *pid, command: command.as_deref() }
        }
        Event::ClientGone(ClientGone { number, address, received, sent, end }) => {
            PeerLine::ClientGone { number: *number, address, received: *received, sent: *sent, end: *end }
        }
        Event::Data(data) => PeerLine::Data {
            actor: &data.actor,
            peer: data.peer.as_deref(),
            direction: data.direction,
            offset: data.offset,
            total: data.total,
            text: escape(&data.bytes),
            hex: hexadecimal(&data.bytes),
        },
        Event::PeerNote { note } => PeerLine::PeerNote { note },
        Event::ServeFinished(finished) => serve_finished(finished),
        Event::ConnectStarted(started) => connect_started(started),
        Event::ConnectFinished(finished) => connect_finished(finished),
        _ => return None,
    })
}

fn serve_started(started: &ServeStarted) -> PeerLine<'_> {
    PeerLine::ServeStarted {
        format: started.format,
        actor: &started.actor,
        pid: started.pid,
        transport: started.transport,
        task: started.task,
        mode: started.mode,
        manners: &started.manners,
    }
}

fn serve_finished(finished: &ServeFinished) -> PeerLine<'_> {
    let ServeFinished { clients, received, sent, calls, errors, skipped } = *finished;
    PeerLine::ServeFinished { clients, figures: Figures { received, sent, calls, errors, skipped } }
}

fn connect_started(started: &ConnectStarted) -> PeerLine<'_> {
    PeerLine::ConnectStarted {
        format: started.format,
        actor: &started.actor,
        pid: started.pid,
        transport: started.transport,
        host: &started.host,
        port: started.port,
        clients: started.clients,
    }
}

fn connect_finished(finished: &ConnectFinished) -> PeerLine<'_> {
    let ConnectFinished { attempt, end, expected, clients, received, sent, calls, errors, skipped } = *finished;
    PeerLine::ConnectFinished {
        attempt,
        end,
        expected,
        clients,
        figures: Figures { received, sent, calls, errors, skipped },
    }
}
