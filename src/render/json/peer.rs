//! The objects that scripts read of `serve` and `connect`.

use serde::Serialize;

use super::hexadecimal;
use crate::event::Reach;
use crate::event::answer::{Answer, AnswerReason, Framing};
use crate::event::peer::{
    Attempt, Client, ClientGone, ConnectFinished, ConnectStarted, Data, End, Listening, Losses, Misbehaviour, Mode,
    PeerNote, ServeFinished, ServeStarted, Task, Transport,
};
use crate::syscall::notation::escape;
use crate::syscall::sys::Direction;

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
        manners: &'a [Misbehaviour],
        save: Option<&'a str>,
    },
    Listening {
        transport: Transport,
        task: Task,
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
        unsent: u64,
        missed: u64,
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
        #[serde(flatten)]
        lost: Losses,
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
        reason: Option<AnswerReason>,
        http: Option<AnswerLine<'a>>,
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

/// What was read of the answer to `--http`.
#[derive(Serialize)]
pub struct AnswerLine<'a> {
    status: Option<u16>,
    framing: Option<Framing>,
    announced: Option<u64>,
    body: u64,
    excess: u64,
    detail: Option<&'a str>,
    offset: Option<u64>,
}

impl AnswerLine<'_> {
    fn of(answer: &Answer) -> AnswerLine<'_> {
        let Answer { status, framing, announced, body, excess, reason: _, fault } = answer;
        AnswerLine {
            status: *status,
            framing: *framing,
            announced: *announced,
            body: *body,
            excess: *excess,
            detail: fault.as_ref().map(|fault| fault.detail.as_str()),
            offset: fault.as_ref().map(|fault| fault.offset),
        }
    }
}

pub fn listening(listening: &Listening) -> PeerLine<'_> {
    let Listening { transport, task, address, reach } = listening;
    PeerLine::Listening { transport: *transport, task: *task, address, reach }
}

pub fn client(client: &Client) -> PeerLine<'_> {
    let Client { number, address, pid, command } = client;
    PeerLine::Client { number: *number, address, pid: *pid, command: command.as_deref() }
}

pub fn client_gone(gone: &ClientGone) -> PeerLine<'_> {
    let ClientGone { number, ref address, received, sent, unsent, missed, end } = *gone;
    PeerLine::ClientGone { number, address, received, sent, unsent, missed, end }
}

pub fn data(data: &Data) -> PeerLine<'_> {
    PeerLine::Data {
        actor: &data.actor,
        peer: data.peer.as_deref(),
        direction: data.direction,
        offset: data.offset,
        total: data.total,
        text: escape(&data.bytes),
        hex: hexadecimal(&data.bytes),
    }
}

pub fn serve_started(started: &ServeStarted) -> PeerLine<'_> {
    PeerLine::ServeStarted {
        format: started.format,
        actor: &started.actor,
        pid: started.pid,
        transport: started.transport,
        task: started.task,
        mode: started.mode,
        manners: &started.misbehaviours,
        save: started.save.as_deref(),
    }
}

pub fn serve_finished(finished: &ServeFinished) -> PeerLine<'_> {
    let ServeFinished { clients, received, sent, calls, errors, skipped, lost } = *finished;
    PeerLine::ServeFinished { clients, figures: Figures { received, sent, calls, errors, skipped }, lost }
}

pub fn connect_started(started: &ConnectStarted) -> PeerLine<'_> {
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

pub fn connect_finished(finished: &ConnectFinished) -> PeerLine<'_> {
    let &ConnectFinished { attempt, end, expected, ref answer, clients, received, sent, calls, errors, skipped } =
        finished;
    PeerLine::ConnectFinished {
        attempt,
        end,
        expected,
        reason: answer.as_ref().and_then(|answer| answer.reason),
        http: answer.as_ref().map(AnswerLine::of),
        clients,
        figures: Figures { received, sent, calls, errors, skipped },
    }
}
