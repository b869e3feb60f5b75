//! One statement of an actor: announced, run, observed, judged.

use std::time::Duration;

use crate::event::{CallEvent, Event, Judgement, Memory, MemoryField, Note, Player as Role, ProcessChange, Returned};
use crate::lesson::model::{Expected, Line};
use crate::live::kernel::{Birth, KernelError, Report};
use crate::observe::process;
use crate::play::judge::{self, Context};
use crate::play::plan::{Stop, Trouble};
use crate::play::player::{Actor, Player, is_surprise};
use crate::state::Activity;
use crate::syscall::ast::Expr;
use crate::syscall::call::{Call, Outcome};
use crate::syscall::vocabulary;

/// How long a call that nobody announced as blocking may sleep before it counts as blocked. Only a lesson that
/// goes wrong waits so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same once a stranger plays: a person may take their time, and the lesson then waits inside the call.
const PATIENCE_WITH_STRANGERS: Duration = Duration::from_millis(800);
/// What a call that sleeps takes at least, in microseconds: timers are no finer in a lesson.
const SHORTEST_SLEEP_US: u64 = 1000;
const TICK: Duration = Duration::from_millis(1);

/// Where a statement that was handed over has come to.
pub(super) enum Reached {
    Finished { call: Option<Call>, outcome: Outcome, duration_us: u64 },
    Asleep { call: Call, activity: Activity },
}

impl<'a> Player<'a> {
    pub(super) fn take_turn(&mut self, actor: &'a str, line: &'a Line) -> Result<(), Stop> {
        self.line = line.line;
        if self.roles.get(actor) == Some(&Role::Stranger) {
            return self.announce_statement(actor, line, true);
        }
        self.be_born(actor)?;
        if !self.make_available(actor)? {
            return Ok(());
        }
        self.announce_statement(actor, line, false)?;
        if let Some((name, _)) = line.statement.call() {
            self.about = Some(name.to_string());
            self.pause()?;
        }
        // A stranger may have taken the role, or Ctrl-C the actor, during the pause.
        if self.roles.get(actor) == Some(&Role::Stranger) {
            return Ok(());
        }
        self.run_statement(actor, line)
    }

    fn announce_statement(&mut self, actor: &str, line: &Line, suggested: bool) -> Result<(), Stop> {
        self.show(&Event::Statement {
            actor: actor.to_owned(),
            line: line.line,
            source: line.statement.source.clone(),
            suggested,
        })
    }

    fn be_born(&mut self, actor: &str) -> Result<(), Stop> {
        if self.cast.contains_key(actor) || !self.lesson.actors.iter().any(|name| name == actor) {
            return Ok(());
        }
        let without = self.lesson.steps.get(self.step).map(|step| step.settings.without.clone()).unwrap_or_default();
        let identity = self.stage.kernel.spawn(actor, &Birth { without })?;
        self.welcome(actor, identity)
    }

    pub(super) fn welcome(&mut self, actor: &str, identity: crate::live::kernel::Identity) -> Result<(), Stop> {
        self.cast.insert(actor.to_owned(), Actor { identity, ended: None });
        self.show(&Event::Process {
            actor: actor.to_owned(),
            pid: identity.pid,
            tid: identity.tid,
            change: ProcessChange::Born,
        })
    }

    /// Whether the actor can run a statement now. One that sleeps in a call which ends by itself is awaited.
    fn make_available(&mut self, actor: &str) -> Result<bool, Stop> {
        if self.ends_by_itself(actor) {
            self.await_return(actor)?;
        }
        let asleep = self.asleep.contains_key(actor);
        let alive = self.cast.get(actor).is_some_and(|known| known.ended.is_none());
        if alive && !asleep {
            return Ok(true);
        }
        if !self.visitors.any() {
            self.surprises += 1;
        }
        self.note(Note::ActorUnavailable { actor: actor.to_owned(), asleep })?;
        Ok(false)
    }

    fn run_statement(&mut self, actor: &str, line: &Line) -> Result<(), Stop> {
        self.expect_sleepers(&line.expectation.wakes)?;
        let births = line.expectation.births.as_deref();
        self.stage.kernel.run(actor, &line.statement, births)?;
        let expected = judge::on_this_machine(&line.expectation.result, self).clone();
        let reached = self.follow(actor, line, judge::expects_sleep(&expected))?;
        match reached {
            Reached::Finished { call, outcome, duration_us } => {
                let slept = self.slept(actor, (&expected, duration_us))?;
                let finished = Finished { call, outcome, duration_us };
                // What lies between the waker's return and the sleeper's depends on chance.
                self.view_held = line.expectation.wakes.iter().any(|woken| self.asleep.contains_key(woken));
                let concluded = self.conclude(actor, &expected, (finished, slept));
                self.view_held = false;
                concluded?;
            }
            Reached::Asleep { call, activity } => self.fall_asleep(actor, line, (call, activity))?,
        }
        for woken in line.expectation.wakes.clone() {
            self.await_return(&woken)?;
        }
        self.check_sleepers()?;
        self.breathe()
    }

    /// Who is to be woken must sleep: otherwise the lesson says something that does not happen.
    fn expect_sleepers(&mut self, wakes: &[String]) -> Result<(), Stop> {
        for actor in wakes {
            if !self.asleep.contains_key(actor) && !self.visitors.any() {
                self.surprises += 1;
                self.note(Note::NotAsleep { actor: actor.clone() })?;
            }
        }
        Ok(())
    }

    /// Follows a statement until it is over, or until its call sleeps.
    fn follow(&mut self, actor: &str, line: &Line, sleep_expected: bool) -> Result<Reached, Stop> {
        let deadline = self.stage.kernel.now() + if self.visitors.any() { PATIENCE_WITH_STRANGERS } else { PATIENCE };
        let mut entered: Option<Call> = None;
        loop {
            match self.next_report_of(actor, TICK)? {
                Some(Report::Entered { call }) => {
                    self.announce_call(actor, line, Some(&call))?;
                    entered = Some(call);
                }
                Some(Report::Finished { call, outcome, duration_us }) => {
                    if entered.is_none() && call.is_some() {
                        self.announce_call(actor, line, call.as_ref())?;
                    }
                    return Ok(Reached::Finished { call, outcome, duration_us });
                }
                Some(Report::Ended { outcome }) => {
                    self.bury(actor, &outcome)?;
                    return Ok(Reached::Finished { call: entered, outcome, duration_us: 0 });
                }
                Some(other) => self.attend(actor, other)?,
                None => {
                    if let Some(call) = &entered
                        && (sleep_expected || self.stage.kernel.now() >= deadline)
                        && let Some(activity) = self.surely_asleep(actor, call)?
                    {
                        return Ok(Reached::Asleep { call: call.clone(), activity });
                    }
                }
            }
            if self.stage.prompt.interrupted() {
                return Err(Stop::Interrupted);
            }
        }
    }

    /// The actor's activity if it sleeps inside its call. An actor that has just returned sleeps too, awaiting
    /// its next statement, but then its report is already there.
    fn surely_asleep(&mut self, actor: &str, call: &Call) -> Result<Option<Activity>, Stop> {
        let Some(activity) = self.stage.kernel.activity(actor) else { return Ok(None) };
        if !sleeps_in(&activity, call) {
            return Ok(None);
        }
        self.gather(Duration::ZERO)?;
        let answered = self
            .inbox
            .iter()
            .any(|(from, report)| from == actor && matches!(report, Report::Finished { .. } | Report::Ended { .. }));
        Ok((!answered).then_some(activity))
    }

    fn announce_call(&mut self, actor: &str, line: &Line, call: Option<&Call>) -> Result<(), Stop> {
        self.calls += 1;
        let identity = self.cast.get(actor).map(|actor| actor.identity);
        self.show(&Event::Call(CallEvent {
            actor: actor.to_owned(),
            pid: identity.map_or(0, |identity| identity.pid),
            tid: identity.map_or(0, |identity| identity.tid),
            line: line.line,
            source: line.statement.source.clone(),
            call: call.cloned(),
        }))
    }

    /// Whether a call that is over slept where the lesson says that it does. Nobody saw it asleep: it may only have
    /// been too short to be seen, and then nobody woke it.
    fn slept(&mut self, actor: &str, (expected, duration_us): (&Expected, u64)) -> Result<bool, Stop> {
        if !judge::expects_sleep(expected) || (duration_us >= SHORTEST_SLEEP_US && self.waker_of(actor).is_none()) {
            return Ok(true);
        }
        // A stranger may have come before the call.
        self.meet_strangers(Some(actor))?;
        Ok(false)
    }

    /// Judges and shows what a statement returned, then the kernel around it.
    fn conclude(&mut self, actor: &str, expected: &Expected, (done, slept): (Finished, bool)) -> Result<(), Stop> {
        let met = slept && judge::holds(expected, done.call.as_ref(), &done.outcome, self);
        self.conclude_as(actor, expected, (done, met))
    }

    pub(super) fn conclude_as(
        &mut self,
        actor: &str,
        expected: &Expected,
        (done, met): (Finished, bool),
    ) -> Result<(), Stop> {
        let judgement = self.judgement(met);
        if is_surprise(judgement) {
            self.surprises += 1;
        }
        let errno = done.outcome.errno();
        let cause = match (&done.call, errno) {
            (Some(call), Some(errno)) => self.stage.kernel.cause(call, errno),
            _ => None,
        };
        let enters_kernel = done.call.as_ref().is_some_and(enters_kernel);
        if let Some(call) = &done.call {
            self.about = Some(call.name.to_string());
            self.last_errno = errno;
        }
        if done.call.is_none() && *expected == Expected::Success && met {
            return Ok(());
        }
        let pid = self.pid_of(actor).unwrap_or_default();
        self.show(&Event::Returned(Returned {
            actor: actor.to_owned(),
            pid,
            call: done.call,
            outcome: done.outcome,
            duration_us: done.duration_us,
            expected: judgement,
            wanted: (!met).then(|| expected.clone()),
            cause,
        }))?;
        if enters_kernel && !self.view_held {
            self.settle_view()?;
            self.show_view()?;
        }
        if judge::decisive(expected) { self.give_verdict() } else { Ok(()) }
    }

    /// What a mismatch means: nothing is judged once a stranger plays.
    pub(super) fn judgement(&self, met: bool) -> Judgement {
        match (met, self.visitors.any()) {
            (true, _) => Judgement::Expected,
            (false, true) => Judgement::NotJudged,
            (false, false) => Judgement::Unexpected,
        }
    }

    pub(super) fn show_bytes(
        &mut self,
        actor: &str,
        expression: &Expr,
        (source, count): (&str, Option<usize>),
    ) -> Result<(), Stop> {
        if self.roles.get(actor) == Some(&Role::Stranger) || !self.make_available(actor)? {
            return Ok(());
        }
        self.stage.kernel.inspect(actor, expression)?;
        loop {
            match self.next_report_of(actor, TICK)? {
                Some(Report::Memory { ctype, mut bytes, fields }) => {
                    bytes.truncate(count.unwrap_or(bytes.len()));
                    let fields =
                        fields.into_iter().map(|(name, offset, size)| MemoryField { name, offset, size }).collect();
                    let memory = Memory { actor: actor.to_owned(), source: source.to_owned(), ctype, bytes, fields };
                    return self.show(&Event::Memory(memory));
                }
                Some(Report::Ended { outcome }) => return self.bury(actor, &outcome),
                Some(other) => self.attend(actor, other)?,
                None => {}
            }
            if self.stage.prompt.interrupted() {
                return Err(Stop::Interrupted);
            }
        }
    }

    /// What an actor reports beside the end of its statement.
    pub(super) fn attend(&mut self, actor: &str, report: Report) -> Result<(), Stop> {
        match report {
            Report::Wrote { fd, bytes } => self.show(&Event::Output { actor: actor.to_owned(), fd, bytes }),
            Report::Born { actor: child, identity } => self.welcome(&child, identity),
            Report::Ended { outcome } => self.bury(actor, &outcome),
            Report::Refused { reason } => {
                Err(Stop::Trouble(Trouble::Refused { actor: actor.to_owned(), line: self.line, reason }))
            }
            Report::Entered { .. } | Report::Finished { .. } | Report::Memory { .. } => Ok(()),
        }
    }

    pub(super) fn bury(&mut self, actor: &str, outcome: &Outcome) -> Result<(), Stop> {
        self.asleep.remove(actor);
        let Some(known) = self.cast.get_mut(actor) else { return Ok(()) };
        known.ended = Some(outcome.clone());
        let identity = known.identity;
        let change = match outcome {
            Outcome::Killed(signal) => ProcessChange::Died { signal: signal.name().unwrap_or("SIG?").to_owned() },
            Outcome::Exited(code) => ProcessChange::Exited { code: *code },
            _ => return Ok(()),
        };
        self.show(&Event::Process { actor: actor.to_owned(), pid: identity.pid, tid: identity.tid, change })
    }

    /// The next report of this actor; those of others are kept in the inbox.
    pub(super) fn next_report_of(&mut self, actor: &str, patience: Duration) -> Result<Option<Report>, Stop> {
        if let Some(position) = self.inbox.iter().position(|(from, _)| from == actor) {
            return Ok(self.inbox.remove(position).map(|(_, report)| report));
        }
        match self.stage.kernel.report(patience)? {
            Some((from, report)) if from == actor => Ok(Some(report)),
            Some(other) => {
                self.inbox.push_back(other);
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Moves every report that is there into the inbox.
    pub(super) fn gather(&mut self, patience: Duration) -> Result<(), KernelError> {
        let mut patience = patience;
        while let Some(report) = self.stage.kernel.report(patience)? {
            self.inbox.push_back(report);
            patience = Duration::ZERO;
        }
        Ok(())
    }
}

/// The end of a statement.
pub(super) struct Finished {
    pub call: Option<Call>,
    pub outcome: Outcome,
    pub duration_us: u64,
}

/// Whether the process sleeps in the system call of this function. A page fault sleeps too, in none. Where /proc
/// refuses to name the call, the state alone is believed.
fn sleeps_in(activity: &Activity, call: &Call) -> bool {
    let Some(number) = activity.syscall else { return activity.state == 'S' };
    let library = call.name.function().is_none_or(|function| function.section == 3);
    let named = process::syscall_name(number)
        .is_none_or(|name| call.name.function().is_none_or(|function| function.kernel.contains(&name)));
    matches!(activity.state, 'S' | 'D') && number >= 0 && (named || library)
}

fn enters_kernel(call: &Call) -> bool {
    call.name.function().is_some_and(vocabulary::Function::is_system_call)
}
