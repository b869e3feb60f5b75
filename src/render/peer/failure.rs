//! A call of a peer that is over: nothing judges it, and the first failure of a kind is explained.

use super::Peer;
use crate::event::Returned;
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::returned::{BELOW, advise, errno_lines, gai_lines, headline, result, tone};
use crate::render::style::{Look, Tone};
use crate::syscall::call::{Answer, Call, Outcome, Value};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;
use crate::text::cause::{Scene, cause};
use crate::text::peer::advice::{self, advice, meaning};
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
            self.failed(&mut page, event, (Name::Connect, number));
            return page;
        }
        let woken = self.woken(event);
        if let Some(call) = event.call.as_ref().filter(|call| call.name == Name::Shutdown) {
            self.shut.extend(number(call.arguments.first()));
        }
        match &event.outcome {
            _ if woken.is_some() => page.sentence(BELOW, Tone::Plain, &woken.unwrap_or_default()),
            Outcome::Failed(number) => {
                if let Some(call) = &event.call {
                    self.failed(&mut page, event, (call.name, *number));
                }
            }
            Outcome::Unresolved(error) if self.is_new(event, (Name::Getaddrinfo, error.number())) => {
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

    /// Why the call ended, where the wish to end did it: by the pipe, by a signal, or by shutdown(2) in another thread.
    fn woken(&self, event: &Returned) -> Option<String> {
        let call = event.call.as_ref()?;
        let failed = matches!(event.outcome, Outcome::Failed(_));
        let nothing = matches!(event.outcome, Outcome::Returned(Answer::Number(0)));
        let fd = number(call.arguments.first());
        match (call.name, &event.outcome) {
            (_, Outcome::Failed(Errno::EINTR)) if self.stopping => Some(advice::WOKEN_BY_STOP.to_owned()),
            // The note of the wish to end may come just after.
            (_, Outcome::Failed(Errno::EINTR)) => Some(advice::WOKEN_BY_SIGNAL.to_owned()),
            (Name::Poll | Name::EpollWait, _) if self.wake.is_some_and(|wake| tells(call, wake)) => {
                Some(advice::woken_by_pipe(self.wake.unwrap_or_default()))
            }
            _ if !self.stopping => None,
            (Name::Accept | Name::Connect, _) if failed => fd.map(advice::woken_by_shutdown),
            (Name::Recv | Name::Recvfrom, _) if nothing => {
                fd.filter(|fd| !self.shut.contains(fd)).map(advice::woken_by_shutdown)
            }
            _ => None,
        }
    }

    /// Whether no actor of that kind has failed in that way yet.
    fn is_new(&mut self, event: &Returned, (name, number): (Name, i32)) -> bool {
        self.helped.insert((family(&event.actor).to_owned(), name, number))
    }

    fn failed(&mut self, page: &mut Page, event: &Returned, (name, number): (Name, Errno)) {
        let local = event.cause.as_ref().map(|found| cause(found, self.scene()));
        let new = self.is_new(event, (name, number.number()));
        if new {
            page.sentence(BELOW, tone(severity(number)), &sentence::perror_prints(name.as_str()));
            errno_lines(page, name.as_str(), number);
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

fn number(value: Option<&Value>) -> Option<i64> {
    match value {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

/// Whether a call that watches several descriptors returned because of this one.
fn tells(call: &Call, fd: i32) -> bool {
    let fd = Value::Number(fd.into());
    let field = |record: &Value, name: &str| match record {
        Value::Record(fields) => fields.iter().find(|field| field.0 == name).map(|field| field.1.clone()),
        _ => None,
    };
    let nothing = Value::Symbol("0".to_owned());
    let ready = |entry: &Value| {
        let data = field(entry, "data").and_then(|data| field(&data, "fd"));
        let polled = || field(entry, "fd").filter(|_| field(entry, "revents").is_some_and(|ready| ready != nothing));
        data.or_else(polled).as_ref() == Some(&fd)
    };
    let lists = call.arguments.iter().filter_map(|value| if let Value::List(list) = value { Some(list) } else { None });
    lists.flatten().any(ready)
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
