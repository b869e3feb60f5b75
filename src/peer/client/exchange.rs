//! The answer to the request of `--http`, followed as it comes.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use crate::event::answer::{Answer, AnswerReason};
use crate::event::peer::{End, PeerNote};
use crate::peer::client::answer::{Close, Fact, Reader};
use crate::peer::client::poll::FOREVER;
use crate::peer::client::{Client, request};

/// How long what may follow the answer is awaited: long enough for a server that sends too much in a second send, short
/// enough for one that keeps the connection.
pub const GRACE: Duration = Duration::from_millis(500);

pub struct Exchange {
    reader: Reader,
    wanted: Option<RangeInclusive<u16>>,
    grace: Duration,
    /// When the answer was whole, or at fault.
    settled: Option<Instant>,
}

impl Exchange {
    /// `None` without a request; a client that is to reset the connection does not wait for the answer.
    #[must_use]
    pub fn of(client: &Client<'_>) -> Option<Exchange> {
        let settings = client.settings;
        let asked = settings.http.is_some() && !settings.reset && !client.is_datagram();
        asked.then(|| Exchange {
            reader: Reader::to(request::method(settings)),
            wanted: settings.expect_status.clone(),
            grace: settings.grace.min(FOREVER),
            settled: None,
        })
    }

    /// Reads what came, and tells what it makes known.
    pub fn read(&mut self, client: &Client<'_>, bytes: &[u8]) {
        for fact in self.reader.read(bytes) {
            if !matches!(fact, Fact::Head { .. }) {
                self.settled = Some(Instant::now());
            }
            self.tell(client, fact);
        }
    }

    /// Whether nothing that belongs to the answer may still come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled.is_some()
    }

    /// When the conversation is over even where the server keeps it.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.settled.map(|settled| settled + self.grace)
    }

    /// The conversation has ended so: what the answer is, told where that was not known yet. `None` where nobody can
    /// say: it was cut from this side.
    #[must_use]
    pub fn conclude(mut self, client: &Client<'_>, end: Option<End>) -> Option<Answer> {
        let close = match end {
            Some(End::ByPeer) => Close::Ordinary,
            Some(End::ResetByPeer | End::TooSlow | End::NotAccepted | End::ByUs | End::ResetByUs) => Close::Abrupt,
            Some(End::Stopped | End::Failed | End::GaveUp | End::BrokenOff | End::TakesNothing | End::ChildDied)
            | None => {
                return None;
            }
        };
        let whole = self.reader.is_settled() && self.reader.answer().reason.is_none();
        if let Some(fact) = self.reader.close(close) {
            self.tell(client, fact);
        }
        if whole && end == Some(End::ByUs) {
            client.note(PeerNote::KeptOpen);
        }
        let mut answer = self.reader.answer().clone();
        if self.unwanted(&answer) {
            answer.reason = answer.reason.or(Some(AnswerReason::HttpStatus));
        }
        Some(answer)
    }

    fn unwanted(&self, answer: &Answer) -> bool {
        let wrong = |wanted: &RangeInclusive<u16>| answer.status.is_some_and(|status| !wanted.contains(&status));
        self.wanted.as_ref().is_some_and(wrong)
    }

    fn tell(&self, client: &Client<'_>, fact: Fact) {
        match fact {
            Fact::Head { status, framing, length } => {
                client.note(PeerNote::AnswerHead { status, framing, length });
                if let Some(wanted) = self.wanted.as_ref().filter(|wanted| status >= 200 && !wanted.contains(&status)) {
                    client.note(PeerNote::StatusUnwanted { status, wanted: statuses(wanted) });
                }
            }
            Fact::Whole => client.note(PeerNote::AnswerWhole { body: self.reader.answer().body }),
            Fact::Fault(fault) => client.note(PeerNote::AnswerFault(fault.told())),
        }
    }
}

/// `200`, or `2xx` for a class.
#[must_use]
pub fn statuses(wanted: &RangeInclusive<u16>) -> String {
    let (first, last) = (wanted.start(), wanted.end());
    if first == last { first.to_string() } else { format!("{}xx", first / 100) }
}
