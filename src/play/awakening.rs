//! Who sleeps returns: because somebody woke it, by itself, or unasked.

use std::time::Duration;

use crate::event::{Note, Waiting};
use crate::live::kernel::Report;
use crate::play::exchange::{Finished, Sink};
use crate::play::judge;
use crate::play::plan::Stop;
use crate::play::player::Player;
use crate::syscall::call::Outcome;

/// How long an announced return may take: a lost SYN is sent again after 1, 3, then 7 seconds. Only a lesson that goes
/// wrong waits so long.
const RETURN_LIMIT: Duration = Duration::from_secs(30);
/// A learner who lingers lets the gaps between two SYN grow to a minute.
const ATTENDED_RETURN_LIMIT: Duration = Duration::from_secs(140);
/// A wait of that length is shown.
const WORTH_SHOWING: Duration = Duration::from_millis(300);
/// How often the kernel is looked at again while somebody waits.
pub(super) const REFRESH: Duration = Duration::from_millis(250);

impl Player<'_> {
    /// Waits until an actor that somebody woke returns from its call.
    pub(super) fn await_return(&mut self, actor: &str) -> Result<(), Stop> {
        let began = self.exchange.now();
        let limit = if self.console.attended() { ATTENDED_RETURN_LIMIT } else { RETURN_LIMIT };
        while self.exchange.cast.sleeps(actor) {
            if let Some(report) = self.exchange.next_report_of(actor)? {
                self.hear_sleeper(actor, report, true)?;
            } else if self.exchange.since(began) >= limit {
                self.judge(false);
                return self.note(Note::NotWoken { actor: actor.to_owned() });
            } else if self.exchange.since(began) >= WORTH_SHOWING {
                self.show_waiting(actor)?;
            }
            self.console.go_on()?;
        }
        Ok(())
    }

    /// A return that takes its time is waited for in view, without a key.
    fn show_waiting(&mut self, sleeper: &str) -> Result<(), Stop> {
        if !self.console.interactive() {
            return Ok(());
        }
        self.meet_strangers(None)?;
        let waiting = self.waiting(Some(sleeper));
        self.console.wait(&waiting)?;
        Ok(self.exchange.gather(REFRESH)?)
    }

    /// What is seen while this actor sleeps, or nobody does; keys and addresses apart.
    pub(super) fn waiting(&self, sleeper: Option<&str>) -> Waiting {
        let asleep = sleeper.and_then(|sleeper| self.exchange.cast.sleeper(sleeper));
        Waiting {
            blocked: asleep.map(|sleeper| sleeper.blocked.clone()),
            seconds: asleep.map_or(0, |sleeper| self.exchange.since(sleeper.since).as_secs()),
            view: self.panel.visible(),
            addresses: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Handles what came from actors that were asleep and that nobody was expected to wake.
    pub(super) fn check_sleepers(&mut self) -> Result<(), Stop> {
        for (actor, report) in self.exchange.unheard()? {
            if self.exchange.cast.sleeps(&actor) {
                self.hear_sleeper(&actor, report, false)?;
            } else {
                self.exchange.attend(&actor, report, &mut self.console)?;
            }
        }
        Ok(())
    }

    fn hear_sleeper(&mut self, actor: &str, report: Report, awaited: bool) -> Result<(), Stop> {
        let done = self.exchange.hear_sleeper(actor, report, &mut self.console)?;
        done.map_or(Ok(()), |done| self.wake(actor, done, awaited))
    }

    fn wake(&mut self, actor: &str, done: Finished, awaited: bool) -> Result<(), Stop> {
        let waker = self.cursor.waker_of(actor);
        let by_itself = self.ends_by_itself(actor) && judge::may_end_by_itself(done.call.as_ref(), &done.outcome);
        let Some(sleeper) = self.exchange.cast.wake(actor) else { return Ok(()) };
        self.learner.sees_awakening(actor);
        self.meet_strangers(Some(actor))?;
        let visited = self.panel.visited();
        if let Some(waker) = waker.filter(|_| !awaited && visited) {
            self.exchange.hand_over_role(waker, &mut self.console)?;
        }
        if matches!(done.outcome, Outcome::Killed(_)) {
            self.exchange.note_end(actor, &done.outcome, &mut self.console)?;
        }
        let announced = by_itself || (awaited && waker.is_some());
        if !announced && !visited {
            self.note(Note::WokenByNobody { actor: actor.to_owned() })?;
        }
        let holds = judge::holds(&sleeper.expected, done.call.as_ref(), &done.outcome, self);
        let tolerated = holds && (announced || visited);
        let entered = self.show_return(actor, &sleeper.expected, (done, tolerated))?;
        self.draw_conclusions(&sleeper.expected, entered)
    }

    /// Before the lesson closes: sleepers that end by themselves are awaited, and nobody else has moved.
    pub(super) fn collect_the_last_returns(&mut self) -> Result<(), Stop> {
        let sleepers: Vec<String> = self.exchange.cast.sleepers().map(|(actor, _)| actor.to_owned()).collect();
        for actor in sleepers {
            if self.ends_by_itself(&actor) {
                self.await_return(&actor)?;
            }
        }
        self.check_sleepers()
    }
}
