//! One statement of an actor: announced, run, observed, judged.

use std::time::Duration;

use crate::event::{ActorEvent, Blocked, Event, Judgement, LessonEvent, Note};
use crate::lesson::model::Expected;
use crate::live::kernel::Birth;
use crate::play::cast::Sleeper;
use crate::play::exchange::{Finished, Reached, Turn};
use crate::play::judge;
use crate::play::plan::Stop;
use crate::play::player::Player;
use crate::state::Activity;
use crate::syscall::ast::Expr;
use crate::syscall::call::Call;

/// How long a call that nobody announced as blocking may sleep before it counts as blocked. Only a lesson that
/// goes wrong waits so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same once a stranger plays: a person may take their time, and the lesson then waits inside the call.
const PATIENCE_WITH_STRANGERS: Duration = Duration::from_millis(800);
/// What a call that sleeps takes at least, in microseconds: timers are no finer in a lesson.
const SHORTEST_SLEEP_US: u64 = 1000;

impl Player<'_> {
    pub(super) fn take_turn(&mut self, turn: Turn<'_>) -> Result<(), Stop> {
        if self.exchange.cast.is_strangers(turn.actor) {
            return self.exchange.announce(turn, true, &mut self.console);
        }
        self.be_born(turn.actor)?;
        if !self.make_available(turn.actor)? {
            return Ok(());
        }
        self.exchange.announce(turn, false, &mut self.console)?;
        if let Some((name, _)) = turn.line.statement.call() {
            self.learner.meets_call(name);
            self.pause(None)?;
        }
        // A stranger may have taken the role, or Ctrl-C the actor, during the pause.
        if self.exchange.cast.is_strangers(turn.actor) {
            return Ok(());
        }
        self.run_statement(turn)
    }

    fn be_born(&mut self, actor: &str) -> Result<(), Stop> {
        if self.exchange.cast.was_born(actor) || !self.cursor.declares(actor) {
            return Ok(());
        }
        let birth = Birth { without: self.cursor.withheld() };
        self.exchange.give_birth(actor, &birth, &mut self.console)
    }

    /// Whether the actor can run a statement now. One that sleeps in a call which ends by itself is awaited.
    fn make_available(&mut self, actor: &str) -> Result<bool, Stop> {
        if self.ends_by_itself(actor) {
            self.await_return(actor)?;
        }
        if self.exchange.cast.is_idle(actor) {
            return Ok(true);
        }
        self.judge(false);
        let asleep = self.exchange.cast.sleeps(actor);
        self.note(Note::ActorUnavailable { actor: actor.to_owned(), asleep })?;
        Ok(false)
    }

    fn run_statement(&mut self, turn: Turn<'_>) -> Result<(), Stop> {
        let expectation = &turn.line.expectation;
        self.expect_sleepers(&expectation.wakes)?;
        let expected = judge::on_this_machine(&expectation.result, self);
        let patience = match (judge::expects_sleep(expected), self.panel.visited()) {
            (true, _) => Duration::ZERO,
            (false, true) => PATIENCE_WITH_STRANGERS,
            (false, false) => PATIENCE,
        };
        match self.exchange.run(turn, patience, &mut self.console)? {
            Reached::Finished(done) => self.conclude(turn, expected, done)?,
            Reached::Asleep { call, activity } => self.fall_asleep(turn.actor, expected, (call, activity))?,
        }
        for woken in &expectation.wakes {
            self.await_return(woken)?;
        }
        self.check_sleepers()?;
        self.breathe()
    }

    /// Who is to be woken must sleep: otherwise the lesson says something that does not happen.
    fn expect_sleepers(&mut self, wakes: &[String]) -> Result<(), Stop> {
        for actor in wakes {
            if !self.exchange.cast.sleeps(actor) && self.judge(false) == Judgement::Unexpected {
                self.note(Note::NotAsleep { actor: actor.clone() })?;
            }
        }
        Ok(())
    }

    /// Judges and shows what a statement returned, then the kernel around it.
    fn conclude(&mut self, turn: Turn<'_>, expected: &Expected, done: Finished) -> Result<(), Stop> {
        let slept = self.slept(turn.actor, expected, done.duration_us)?;
        let met = slept && judge::holds(expected, done.call.as_ref(), &done.outcome, self);
        let entered = self.show_return(turn.actor, expected, (done, met))?;
        // What lies between the waker's return and the sleeper's depends on chance.
        let wakes = turn.line.expectation.wakes.iter().any(|woken| self.exchange.cast.sleeps(woken));
        self.draw_conclusions(expected, entered && !wakes)
    }

    /// Whether a call that is over slept where the lesson says that it does. Nobody saw it asleep: it may only have
    /// been too short to be seen, and then nobody woke it.
    fn slept(&mut self, actor: &str, expected: &Expected, duration_us: u64) -> Result<bool, Stop> {
        let alone = || self.cursor.waker_of(actor).is_none();
        if !judge::expects_sleep(expected) || (duration_us >= SHORTEST_SLEEP_US && alone()) {
            return Ok(true);
        }
        // A stranger may have come before the call.
        self.meet_strangers(Some(actor))?;
        Ok(false)
    }

    fn fall_asleep(
        &mut self,
        actor: &str,
        expected: &Expected,
        (call, activity): (Call, Activity),
    ) -> Result<(), Stop> {
        let announced = judge::expects_sleep(expected);
        self.judge(announced);
        self.learner.saw(call.name, None);
        let blocked = Blocked {
            actor: actor.to_owned(),
            pid: self.exchange.cast.pid_of(actor).unwrap_or_default(),
            call,
            state: activity.state,
            wchan: activity.wchan,
            expected: announced || self.panel.visited(),
        };
        self.show(&Event::Actor(ActorEvent::Blocked(blocked.clone())))?;
        let since = self.exchange.now();
        self.exchange.cast.fall_asleep(Sleeper { blocked, expected: expected.clone(), since });
        self.show_settled_view()?;
        self.give_verdict()?;
        self.pause(Some(actor))
    }

    pub(super) fn show_bytes(
        &mut self,
        (actor, source): (&str, &str),
        expression: &Expr,
        count: Option<usize>,
    ) -> Result<(), Stop> {
        if self.exchange.cast.is_strangers(actor) || !self.make_available(actor)? {
            return Ok(());
        }
        let memory = self.exchange.memory((actor, source), expression, &mut self.console)?;
        let Some(mut memory) = memory else { return Ok(()) };
        memory.bytes.truncate(count.unwrap_or(memory.bytes.len()));
        self.show(&Event::Lesson(LessonEvent::Memory(memory)))
    }
}
