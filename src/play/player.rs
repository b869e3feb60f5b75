//! A lesson that is being played: its parts, and what they do together.

use crate::event::{ActorEvent, Event, Judgement, LessonEvent, Note, Returned};
use crate::lesson::model::{Expected, Lesson, Need};
use crate::play::console::Console;
use crate::play::cursor::Cursor;
use crate::play::exchange::{Exchange, Finished, Sink};
use crate::play::judge::{self, Context};
use crate::play::learner::Learner;
use crate::play::panel::Panel;
use crate::play::plan::{Plan, Stage, Stop};
use crate::syscall::call::Call;
use crate::syscall::vocabulary::Function;

/// The parts of a lesson that is being played.
pub(super) struct Player<'a> {
    pub plan: &'a Plan,
    pub cursor: Cursor<'a>,
    pub exchange: Exchange<'a>,
    pub panel: Panel,
    pub console: Console<'a>,
    pub learner: Learner,
}

impl<'a> Player<'a> {
    pub(super) fn new(lesson: &'a Lesson, stage: &'a mut Stage<'_>, plan: &'a Plan) -> Player<'a> {
        Player {
            plan,
            cursor: Cursor::new(lesson),
            exchange: Exchange::new(stage.kernel),
            panel: Panel::new(lesson, plan.network),
            console: Console::new(stage.prompt, stage.renderer),
            learner: Learner::default(),
        }
    }

    pub(super) fn show(&mut self, event: &Event) -> Result<(), Stop> {
        self.console.tell(event)
    }

    pub(super) fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.show(&Event::Actor(ActorEvent::Note { note }))
    }

    /// What it means that the lesson was right, or was not; a surprise is counted.
    pub(super) fn judge(&mut self, met: bool) -> Judgement {
        let judgement = judge::judgement(met, self.panel.visited());
        if judgement == Judgement::Unexpected {
            self.cursor.surprises += 1;
        }
        judgement
    }

    /// Says whether the prediction was right: after the call that proves it, or at the end of the step.
    pub(super) fn give_verdict(&mut self) -> Result<(), Stop> {
        let verdict = self.learner.verdict();
        verdict.map_or(Ok(()), |verdict| self.show(&Event::Lesson(LessonEvent::Verdict(verdict))))
    }

    pub(super) fn give_hint(&mut self) -> Result<(), Stop> {
        let hint = self.learner.next_hint();
        hint.map_or(Ok(()), |hint| self.show(&hint))
    }

    /// Looks for strangers; the first to come while this actor sleeps takes the role of who was to wake it.
    pub(super) fn meet_strangers(&mut self, sleeper: Option<&str>) -> Result<(), Stop> {
        let waker = sleeper.and_then(|sleeper| self.cursor.waker_of(sleeper));
        let vacant = waker.filter(|role| !self.exchange.cast.is_strangers(role)).map(str::to_owned);
        self.panel.meet(&mut self.exchange, vacant, &mut self.console)
    }

    pub(super) fn show_settled_view(&mut self) -> Result<(), Stop> {
        self.panel.settle(&mut self.exchange)?;
        self.panel.show(&mut self.console)
    }

    /// Whether nobody in the rest of the lesson wakes this sleeper, which must therefore return by itself (a timeout).
    pub(super) fn ends_by_itself(&self, actor: &str) -> bool {
        let sleeper = self.exchange.cast.sleeper(actor);
        sleeper.is_some_and(|sleeper| matches!(sleeper.expected, Expected::BlocksThen(_)))
            && self.cursor.waker_of(actor).is_none()
    }

    /// Judges and shows what a statement returned; whether it entered the kernel.
    pub(super) fn show_return(
        &mut self,
        actor: &str,
        expected: &Expected,
        (done, met): (Finished, bool),
    ) -> Result<bool, Stop> {
        let judgement = self.judge(met);
        let errno = done.outcome.errno();
        let cause = done.call.as_ref().zip(errno).and_then(|(call, errno)| self.exchange.cause(call, errno));
        if let Some(call) = &done.call {
            self.learner.saw(call.name, errno);
        } else if *expected == Expected::Success && met {
            return Ok(false);
        }
        let enters_kernel = done.call.as_ref().is_some_and(enters_kernel);
        self.show(&Event::Actor(ActorEvent::Returned(Returned {
            actor: actor.to_owned(),
            pid: self.exchange.cast.pid_of(actor).unwrap_or_default(),
            call: done.call,
            outcome: done.outcome,
            duration_us: done.duration_us,
            expected: judgement,
            wanted: (!met).then(|| expected.clone()),
            cause,
        })))?;
        Ok(enters_kernel)
    }

    /// What follows a return: the kernel around it, where it is to be seen, then what it proves.
    pub(super) fn draw_conclusions(&mut self, expected: &Expected, view_moved: bool) -> Result<(), Stop> {
        if view_moved {
            self.show_settled_view()?;
        }
        if judge::decisive(expected) { self.give_verdict() } else { Ok(()) }
    }
}

impl Context for Player<'_> {
    fn allows(&self, need: Need) -> bool {
        self.plan.allows.contains(&need)
    }

    fn pid_of(&self, actor: &str) -> Option<i32> {
        self.exchange.cast.pid_of(actor)
    }
}

fn enters_kernel(call: &Call) -> bool {
    call.name.function().is_some_and(Function::is_system_call)
}
