//! Events of `serve` and `connect` for people.

mod data;
mod failure;

use std::collections::BTreeSet;

use crate::event::peer::{
    Client, ClientGone, ConnectFinished, ConnectStarted, Data, End, Listening, Misbehaviour, PeerNote, ServeFinished,
    ServeStarted, Task, Transport,
};
use crate::event::{ActorEvent, Blocked, Event, PeerEvent, Returned};
use crate::render::glyph::Glyph;
use crate::render::live::{Reached, Typing, address};
use crate::render::page::Page;
use crate::render::panel::Frame;
use crate::render::style::{Tone, piece, plain};
use crate::syscall::name::Name;
use crate::text::guide;
use crate::text::peer::{self, Side, misbehaviour};

/// The marks of the legend, in the order of its words.
const LEGEND: [Glyph; 7] =
    [Glyph::New, Glyph::Changed, Glyph::Gone, Glyph::Returned, Glyph::Wanted, Glyph::Surprise, Glyph::Asleep];

/// Rows of a view: more would hide the calls.
const ROWS: usize = 12;

/// What is remembered of the peer being shown.
#[derive(Debug, Default)]
pub(super) struct Peer {
    /// The peer, once it has been announced.
    side: Option<Side>,
    typing: Typing,
    transport: Transport,
    /// Failures whose help has been given: family of actors, function, number of the error.
    helped: BTreeSet<(String, Name, i32)>,
    stopping: bool,
    /// What wakes poll and epoll once the stop is asked for.
    wake: Option<i32>,
    /// Descriptors that were shut down for reading by a call that was shown.
    shut: BTreeSet<i64>,
    /// Whose call was shown last.
    spoke: Option<String>,
}

impl Peer {
    /// Whether a peer is being shown, not a lesson.
    pub(super) fn is_shown(&self) -> bool {
        self.side.is_some()
    }

    /// What clients type.
    pub(super) fn typing(&self) -> Typing {
        self.typing
    }

    /// What surrounds the kernel: more rows would hide the calls, and the call above may be another thread's.
    pub(super) fn frame(&self) -> Frame<'_> {
        if self.is_shown() { Frame { rows: ROWS, spoke: self.spoke.as_deref() } } else { Frame::default() }
    }

    /// Remembers whose calls are shown.
    pub(super) fn hear(&mut self, event: &Event) {
        if let Event::Actor(ActorEvent::Returned(Returned { actor, .. }) | ActorEvent::Blocked(Blocked { actor, .. }))
        | Event::Peer(PeerEvent::Data(Data { actor, .. })) = event
        {
            self.spoke = Some(actor.clone());
        }
    }

    fn side(&self) -> Side {
        self.side.unwrap_or(Side::Server)
    }

    fn begin(&mut self, side: Side, (transport, http): (Transport, bool)) {
        *self = Peer { side: Some(side), typing: Typing::Peer { transport, http }, transport, ..Peer::default() };
    }

    pub(super) fn serve(&mut self, page: &mut Page, started: &ServeStarted) {
        self.begin(Side::Server, (started.transport, started.task == Task::Http));
        title(page, &peer::serve_heading(started), started.pid);
        if !started.misbehaviours.contains(&Misbehaviour::NeverAccept) {
            page.sentence(0, Tone::Plain, peer::task(started.task));
            page.sentence(0, Tone::Plain, peer::mode(started.transport, started.mode));
        }
        if let Some(path) = &started.save {
            page.sentence(0, Tone::Plain, &peer::saves(path));
        }
        if !started.misbehaviours.is_empty() {
            page.sentence(0, Tone::Plain, peer::MISBEHAVES);
        }
        for one in &started.misbehaviours {
            page.line(2, 4, &[plain("- "), plain(misbehaviour::announced(*one))]);
        }
        legend(page, Side::Server);
    }

    pub(super) fn connect(&mut self, page: &mut Page, started: &ConnectStarted) {
        self.begin(Side::Client, (started.transport, false));
        title(page, &peer::connect_heading(started), started.pid);
        if let Some(clients) = peer::several_clients(started.clients) {
            page.sentence(0, Tone::Plain, &clients);
        }
        legend(page, Side::Client);
    }

    pub(super) fn note(&mut self, page: &mut Page, note: &PeerNote) {
        let text = peer::note(note, self.side());
        self.stopping |= matches!(note, PeerNote::Stopping { .. });
        if let PeerNote::WakePipe { fd } = note {
            self.wake = Some(*fd);
        }
        if peer::is_trouble(note) {
            return troubled(page, &text);
        }
        let tone = match note {
            PeerNote::CallsSkipped { .. } => Tone::Dim,
            PeerNote::AnswerFault(_) | PeerNote::StatusUnwanted { .. } => return troubled(page, &text),
            PeerNote::Misbehaves { .. }
            | PeerNote::QueueBeyondBacklog { .. }
            | PeerNote::WakePipe { .. }
            | PeerNote::NoDescriptorLeft { .. }
            | PeerNote::Full { .. }
            | PeerNote::SavingStopped { .. }
            | PeerNote::Stopping { .. }
            | PeerNote::PortChosenByKernel { .. }
            | PeerNote::PortChosen { .. }
            | PeerNote::InputEnded
            | PeerNote::ExpectedSeen { .. }
            | PeerNote::RequestRefused { .. }
            | PeerNote::AnswerBrokenOff { .. }
            | PeerNote::MissesLines { .. }
            | PeerNote::LineTooLong { .. }
            | PeerNote::TakesNothing { .. }
            | PeerNote::Yields { .. }
            | PeerNote::OwnAddress { .. }
            | PeerNote::AnswersAnswers { .. }
            | PeerNote::AnswerHead { .. }
            | PeerNote::AnswerWhole { .. }
            | PeerNote::KeptOpen
            | PeerNote::Unfinished { .. }
            | PeerNote::NulReceived { .. }
            | PeerNote::SendsNoMore { .. }
            | PeerNote::BytesLost { .. }
            | PeerNote::ClosedUnread { .. } => Tone::Wanted,
        };
        page.sentence(2, tone, &text);
    }

    pub(super) fn connect_finished(&self, page: &mut Page, finished: &ConnectFinished) {
        if let Some(failure) = peer::attempt(finished.attempt, self.transport) {
            page.sentence(0, Tone::Bad, failure);
        }
        if let Some(end) = finished.end {
            let bad = matches!(
                end,
                End::ResetByPeer
                    | End::TooSlow
                    | End::Failed
                    | End::GaveUp
                    | End::TakesNothing
                    | End::ChildDied
                    | End::BrokenOff
                    | End::NotAccepted
            );
            page.sentence(0, if bad { Tone::Bad } else { Tone::Plain }, &peer::ended(end));
        }
        if let Some(seen) = finished.expected {
            page.sentence(0, if seen { Tone::Good } else { Tone::Bad }, peer::expected(seen));
        }
        page.sentence(0, Tone::Strong, &peer::connect_finished(finished));
    }
}

fn troubled(page: &mut Page, text: &str) {
    let mark = piece(Tone::Bad, format!("{} ", Glyph::Surprise.mark(page.look().ascii)));
    page.line(0, 2, &[vec![mark], page.marked(text)].concat());
}

fn title(page: &mut Page, heading: &str, pid: i32) {
    page.sides(2, &[piece(Tone::Heading, heading)], &[piece(Tone::Dim, peer::pid(pid))]);
    page.rule();
}

fn legend(page: &mut Page, side: Side) {
    let ascii = page.look().ascii;
    page.sentence(0, Tone::Dim, &peer::legend(LEGEND.map(|glyph| glyph.mark(ascii)), side));
}

pub(super) fn client(page: &mut Page, client: &Client) {
    line(page, Glyph::New, (Tone::Good, &peer::client(client)));
}

pub(super) fn client_gone(page: &mut Page, gone: &ClientGone) {
    line(page, Glyph::Gone, (Tone::Dim, &peer::client_gone(gone)));
}

pub(super) fn listening(page: &mut Page, listening: &Listening) {
    page.sentence(0, Tone::Strong, &peer::listening(listening));
    if listening.transport == Transport::Unix {
        let command = peer::unix_command(&listening.address);
        let label = format!("{:<22}  ", guide::reach(true));
        return page.line(2, 6, &[plain(label), piece(Tone::Code, command)]);
    }
    for (i, place) in listening.reach.iter().enumerate() {
        let typing = Typing::Peer { transport: listening.transport, http: listening.task == Task::Http };
        address(page, Reached { place, first: i == 0 }, typing);
    }
}

fn line(page: &mut Page, glyph: Glyph, (tone, text): (Tone, &str)) {
    let mark = format!("{} ", glyph.mark(page.look().ascii));
    page.line(0, 2, &[piece(tone, mark), plain(text)]);
}

pub(super) fn bytes(page: &mut Page, event: &Data) {
    page.sentence(4, Tone::Plain, &peer::data(event));
    data::lines(page, event);
}

pub(super) fn serve_finished(page: &mut Page, finished: &ServeFinished) {
    page.sentence(0, Tone::Strong, &peer::serve_finished(finished));
}
