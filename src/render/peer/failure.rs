//! A call of a peer that is over: nothing judges it, and the first failure of a kind is explained.

use super::Peer;
use crate::event::Returned;
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::returned::{BELOW, advise, errno_lines, gai_lines, headline, result, tone};
use crate::render::style::{Look, Tone};
use crate::syscall::call::{Call, Outcome};
use crate::syscall::errno::Errno;
use crate::text::cause::{Scene, cause};
use crate::text::peer::advice::{WOKEN_BY_STOP, advice, meaning};
use crate::text::peer::{Side, family};
use crate::text::{errno, sentence};

impl Peer {
    /// The call's line, `slept` where it was shown asleep before, and what is said of its failure.
    pub(in crate::render) fn returned(&mut self, look: Look, event: &Returned, slept: bool) -> Page {
        let mut page = Page::new(look);
        let pending = event.call.as_ref().and_then(Call::pending_error);
        let glyph = if pending.is_some() { Glyph::Surprise } else { glyph(&event.outcome) };
        let right = if slept { sentence::after(event.duration_us) } else { String::new() };
        headline(&mut page, (glyph, &event.actor, event.pid), result(event, tone(glyph)), &right);
        if let Some(number) = pending {
            // connect said EINPROGRESS; this is how it failed.
            self.failed(&mut page, event, ("connect", number));
            return page;
        }
        match &event.outcome {
            Outcome::Failed(number) => {
                let name = event.call.as_ref().map_or("", |call| call.name.as_str());
                self.failed(&mut page, event, (name, *number));
            }
            Outcome::Unresolved(error) if self.is_new(event, ("getaddrinfo", error.number())) => {
                page.sentence(BELOW, Tone::Bad, sentence::GAI_PRINTS);
                gai_lines(&mut page, *error);
                page.line(BELOW, BELOW, &page.marked(errno::gai_meaning(*error)));
            }
            outcome => {
                if let Some(killed) = sentence::killed(outcome) {
                    page.sentence(BELOW, Tone::Plain, &killed);
                }
            }
        }
        page
    }

    /// Whether no actor of that kind has failed in that way yet.
    fn is_new(&mut self, event: &Returned, (name, number): (&str, i32)) -> bool {
        self.helped.insert((family(&event.actor).to_owned(), name.to_owned(), number))
    }

    fn failed(&mut self, page: &mut Page, event: &Returned, (name, number): (&str, Errno)) {
        // Only the wish to end sends signals here, and its note may come just after.
        if number == Errno::EINTR || (self.stopping && name.starts_with("accept")) {
            return page.sentence(BELOW, Tone::Plain, WOKEN_BY_STOP);
        }
        let local = event.cause.as_ref().map(|found| cause(found, self.scene()));
        let new = self.is_new(event, (name, number.number()));
        if new {
            page.sentence(BELOW, tone(severity(number)), &sentence::perror_prints(name));
            errno_lines(page, name, number);
            page.line(BELOW, BELOW, &page.marked(meaning(name, number, self.transport)));
        }
        if let Some(local) = &local {
            page.sentence(BELOW, Tone::Plain, &local.sentence);
        }
        match (new, &local) {
            (false, _) => {}
            (true, Some(local)) => advise(page, local),
            (true, None) => {
                if let Some(advice) = advice(name, number, (self.side(), self.transport)) {
                    page.line(BELOW, BELOW, &page.marked(advice));
                }
            }
        }
    }

    fn scene(&self) -> Scene {
        match self.side {
            None => Scene::Other,
            Some(Side::Server) => Scene::Server,
            Some(Side::Client) => Scene::Client,
        }
    }
}

fn glyph(outcome: &Outcome) -> Glyph {
    match outcome {
        Outcome::Returned(_) | Outcome::Exited(_) => Glyph::Returned,
        Outcome::Failed(number) => severity(*number),
        _ => Glyph::Surprise,
    }
}

/// What only means « not yet » is no failure.
fn severity(number: Errno) -> Glyph {
    match number {
        Errno::EAGAIN | Errno::EINPROGRESS | Errno::EALREADY | Errno::EINTR => Glyph::Wanted,
        _ => Glyph::Surprise,
    }
}
