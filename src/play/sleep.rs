//! Inside a blocking call: who sleeps, who wakes them, and who woke without being asked.

use std::time::{Duration, Instant};

use crate::event::{Blocked, Event, Judgement, Network, Note, Player as Role, Returned, Visitor};
use crate::lesson::model::{Expectation, Expected, Item, Line, StateLine};
use crate::live::kernel::Report;
use crate::play::judge::{self, Context};
use crate::play::landscape::{self, Processes};
use crate::play::plan::Stop;
use crate::play::player::{Player, is_surprise};
use crate::play::turn::Finished;
use crate::state::{Activity, Content, Row, View};
use crate::syscall::call::Call;

/// How long an announced return, or an announced state, may take: a lost SYN is sent again after 1, 3, then
/// 7 seconds. Only a lesson that goes wrong waits so long.
const RETURN_LIMIT: Duration = Duration::from_secs(30);
/// How long an announced state may take to come: acknowledgements are delayed by tens of milliseconds.
const STATE_LIMIT: Duration = Duration::from_secs(10);
/// A learner who lingers lets the gaps between two SYN grow to a minute.
const ATTENDED_RETURN_LIMIT: Duration = Duration::from_secs(140);
/// A wait of that length is shown.
const WORTH_SHOWING: Duration = Duration::from_millis(300);
/// How often a view in motion is taken again, at one millisecond each.
const SETTLING: u32 = 60;
const TICK: Duration = Duration::from_millis(1);

/// An actor asleep in a call.
#[derive(Clone, Debug)]
pub(super) struct Sleeper {
    pub blocked: Blocked,
    pub expectation: Expectation,
    pub since: Instant,
}

impl Player<'_> {
    pub(super) fn fall_asleep(
        &mut self,
        actor: &str,
        line: &Line,
        (call, activity): (Call, Activity),
    ) -> Result<(), Stop> {
        let expected = judge::on_this_machine(&line.expectation.result, self).clone();
        let announced = judge::expects_sleep(&expected);
        if is_surprise(self.judgement(announced)) {
            self.surprises += 1;
        }
        self.about = Some(call.name.to_string());
        self.last_errno = None;
        let blocked = Blocked {
            actor: actor.to_owned(),
            pid: self.pid_of(actor).unwrap_or_default(),
            call,
            state: activity.state,
            wchan: activity.wchan,
            expected: announced || self.visitors.any(),
        };
        self.show(&Event::Blocked(blocked.clone()))?;
        let expectation = Expectation { result: expected, ..line.expectation.clone() };
        let since = self.stage.kernel.now();
        self.asleep.insert(actor.to_owned(), Sleeper { blocked, expectation, since });
        self.settle_view()?;
        self.show_view()?;
        self.give_verdict()?;
        self.wait_inside(actor)
    }

    /// Whether nobody in the rest of the lesson wakes this sleeper, which must therefore return by itself (a timeout).
    pub(super) fn ends_by_itself(&self, actor: &str) -> bool {
        let announced =
            self.asleep.get(actor).is_some_and(|sleeper| matches!(sleeper.expectation.result, Expected::BlocksThen(_)));
        announced && self.waker_of(actor).is_none()
    }

    /// The actor whose coming call wakes this one.
    pub(super) fn waker_of(&self, actor: &str) -> Option<String> {
        let current = self.lesson.steps.get(self.step)?;
        let coming = current.items.iter().skip(self.item);
        let later = self.lesson.steps.iter().skip(self.step + 1).flat_map(|step| &step.items);
        coming.chain(later).find_map(|item| match item {
            Item::Code(script) => {
                let wakes = |line: &Line| line.expectation.wakes.iter().any(|woken| woken == actor);
                script.lines.iter().any(wakes).then(|| script.actor.clone())
            }
            _ => None,
        })
    }

    /// Waits until an actor that somebody woke returns from its call.
    pub(super) fn await_return(&mut self, actor: &str) -> Result<(), Stop> {
        let began = self.stage.kernel.now();
        while self.asleep.contains_key(actor) {
            if let Some(report) = self.next_report_of(actor, TICK)? {
                self.sleeper_reports(actor, report, true)?;
            } else if self.since(began) >= self.return_limit() {
                self.surprises += usize::from(!self.visitors.any());
                return self.note(Note::NotWoken { actor: actor.to_owned() });
            } else if self.since(began) >= WORTH_SHOWING {
                self.show_waiting(actor)?;
            }
            if self.stage.prompt.interrupted() {
                return Err(Stop::Interrupted);
            }
        }
        Ok(())
    }

    /// How long ago that was, by the kernel's clock.
    pub(super) fn since(&self, moment: Instant) -> Duration {
        self.stage.kernel.now().duration_since(moment)
    }

    fn return_limit(&self) -> Duration {
        if self.stage.prompt.attended() { ATTENDED_RETURN_LIMIT } else { RETURN_LIMIT }
    }

    /// Handles what came from actors that were asleep and that nobody was expected to wake.
    pub(super) fn check_sleepers(&mut self) -> Result<(), Stop> {
        self.gather(Duration::ZERO)?;
        let waiting = std::mem::take(&mut self.inbox);
        for (actor, report) in waiting {
            if self.asleep.contains_key(&actor) {
                self.sleeper_reports(&actor, report, false)?;
            } else {
                self.attend(&actor, report)?;
            }
        }
        Ok(())
    }

    fn sleeper_reports(&mut self, actor: &str, report: Report, awaited: bool) -> Result<(), Stop> {
        let done = match report {
            Report::Finished { call, outcome, duration_us } => Finished { call, outcome, duration_us },
            Report::Ended { outcome } => {
                let call = self.asleep.get(actor).map(|sleeper| sleeper.blocked.call.clone());
                Finished { call, outcome, duration_us: 0 }
            }
            other => return self.attend(actor, other),
        };
        self.wake(actor, done, awaited)
    }

    fn wake(&mut self, actor: &str, done: Finished, awaited: bool) -> Result<(), Stop> {
        let by_itself = self.ends_by_itself(actor);
        let Some(sleeper) = self.asleep.remove(actor) else { return Ok(()) };
        if self.hurry_until_awake.as_deref() == Some(actor) {
            self.hurry_until_awake = None;
        }
        self.meet_strangers(Some(actor))?;
        if !awaited && self.visitors.any() {
            self.hand_over_role(actor)?;
        }
        let stopped = matches!(done.outcome, crate::syscall::call::Outcome::Killed(_));
        if stopped {
            self.bury(actor, &done.outcome.clone())?;
        }
        let expected = sleeper.expectation.result.clone();
        let by_itself = by_itself && judge::may_end_by_itself(done.call.as_ref(), &done.outcome);
        let holds = judge::holds(&expected, done.call.as_ref(), &done.outcome, self);
        let announced = by_itself || (awaited && self.waker_of(actor).is_some());
        let tolerated = holds && (announced || self.visitors.any());
        if !announced && !self.visitors.any() {
            self.note(Note::WokenByNobody { actor: actor.to_owned() })?;
        }
        self.woken = true;
        self.conclude_as(actor, &expected, (done, tolerated))
    }

    /// After an awakening, the person gets the time to see it.
    pub(super) fn breathe(&mut self) -> Result<(), Stop> {
        if std::mem::take(&mut self.woken) { self.pause() } else { Ok(()) }
    }

    /// The first stranger takes the role of the actor that was to wake this one.
    fn hand_over_role(&mut self, sleeper: &str) -> Result<(), Stop> {
        let Some(role) = self.waker_of(sleeper) else { return Ok(()) };
        if self.roles.insert(role.clone(), Role::Stranger) == Some(Role::Stranger) {
            return Ok(());
        }
        self.show(&Event::Role { actor: role, player: Role::Stranger })
    }

    /// Looks for strangers; the first to come while this actor sleeps takes the role of who was to wake it.
    pub(super) fn meet_strangers(&mut self, sleeper: Option<&str>) -> Result<(), Stop> {
        self.view = self.stage.kernel.view()?;
        let vacant = |role: &String| self.roles.get(role) != Some(&Role::Stranger);
        let mut role = sleeper.and_then(|sleeper| self.waker_of(sleeper)).filter(vacant);
        for visitor in self.visitors.arrivals(&self.view) {
            self.show(&Event::Visitor(Visitor { role: role.take(), ..visitor }))?;
        }
        Ok(())
    }

    /// Takes a view that nothing moves in any more, as far as a few dozen milliseconds allow.
    pub(super) fn settle_view(&mut self) -> Result<(), Stop> {
        for _ in 0..SETTLING {
            self.view = self.stage.kernel.view()?;
            if !landscape::in_motion(&self.view) {
                break;
            }
            self.gather(TICK)?;
        }
        Ok(())
    }

    pub(super) fn show_view(&mut self) -> Result<(), Stop> {
        for visitor in self.visitors.arrivals(&self.view) {
            self.show(&Event::Visitor(visitor))?;
        }
        self.show(&Event::Kernel { view: self.visible_view() })?;
        self.warn()
    }

    /// What the view tells that deserves a sentence, once.
    fn warn(&mut self) -> Result<(), Stop> {
        let notes = self.warnings.of(&self.view, self.plan.network != Network::Private);
        notes.into_iter().try_for_each(|note| self.note(note))
    }

    /// What the panel shows: descriptors that are no sockets only in the lessons that are about them.
    pub(super) fn visible_view(&self) -> View {
        let shown = |row: &&Row| self.lesson.shows_descriptors || !matches!(row.content, Content::Other(_));
        View { rows: self.view.rows.iter().filter(shown).cloned().collect(), ..self.view.clone() }
    }

    /// Waits until every line holds; says which did in the end.
    pub(super) fn await_state(&mut self, lines: &[StateLine]) -> Result<Vec<bool>, Stop> {
        let deadline = self.stage.kernel.now() + if self.visitors.any() { Duration::ZERO } else { STATE_LIMIT };
        loop {
            self.view = self.stage.kernel.view()?;
            let view = self.view.clone();
            let held: Vec<bool> = lines.iter().map(|line| landscape::holds(line, &view, self)).collect();
            if held.iter().all(|held| *held) || self.stage.kernel.now() >= deadline {
                return Ok(held);
            }
            self.gather(TICK)?;
            if self.stage.prompt.interrupted() {
                return Err(Stop::Interrupted);
            }
        }
    }

    /// The end of a call that Ctrl-C interrupted: shown, and not judged.
    pub(super) fn last_words(&mut self, actor: &str) -> Result<(), Stop> {
        for (from, report) in std::mem::take(&mut self.inbox) {
            let Report::Finished { call, outcome, duration_us } = report else { continue };
            if from != actor {
                continue;
            }
            self.asleep.remove(actor);
            self.show(&Event::Returned(Returned {
                actor: from,
                pid: self.pid_of(actor).unwrap_or_default(),
                call,
                outcome,
                duration_us,
                expected: Judgement::NotJudged,
                wanted: None,
                cause: None,
            }))?;
        }
        Ok(())
    }

    /// Before the lesson closes: sleepers that end by themselves are awaited, and nobody else has moved.
    pub(super) fn collect_the_last_returns(&mut self) -> Result<(), Stop> {
        let sleepers: Vec<String> = self.asleep.keys().cloned().collect();
        for actor in sleepers {
            if self.ends_by_itself(&actor) {
                self.await_return(&actor)?;
            }
        }
        self.check_sleepers()
    }
}

impl Processes for Player<'_> {
    fn activity(&mut self, actor: &str) -> Option<Activity> {
        self.stage.kernel.activity(actor)
    }

    fn sleeping_in(&self, actor: &str) -> Option<String> {
        self.asleep.get(actor).map(|sleeper| sleeper.blocked.call.name.to_string())
    }
}
