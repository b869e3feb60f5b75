//! A kernel for tests of the player: it answers what a script says, and remembers what it was asked.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::live::kernel::{Birth, Identity, Kernel, KernelError, Report};
use crate::state::{Activity, Cause, View};
use crate::syscall::ast::{Expr, Statement};
use crate::syscall::call::Call;
use crate::syscall::errno::Errno;

/// What one statement of one actor brings about.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub actor: String,
    /// The statement as the lesson writes it.
    pub source: String,
    /// Reports of any actor, in order.
    pub reports: Vec<(String, Report)>,
    /// What the kernel shows from then on; `None`: the same as before.
    pub view: Option<View>,
}

impl Scene {
    /// A statement whose reports all come from its own actor.
    #[must_use]
    pub fn new(actor: &str, source: &str, reports: Vec<Report>) -> Scene {
        let reports = reports.into_iter().map(|report| (actor.to_owned(), report)).collect();
        Scene { actor: actor.to_owned(), source: source.to_owned(), reports, view: None }
    }

    /// A report of another actor, after those already there.
    #[must_use]
    pub fn then(mut self, actor: &str, report: Report) -> Scene {
        self.reports.push((actor.to_owned(), report));
        self
    }
}

/// How much time passes, in a script, whenever somebody waits for what does not come.
const PASSING: Duration = Duration::from_secs(1);

/// A clock that moves only when somebody waits.
#[derive(Clone, Copy, Debug)]
struct Clock {
    now: Instant,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { now: Instant::now() }
    }
}

/// What the kernel was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    Spawn { actor: String, birth: Birth },
    Run { actor: String, source: String, births: Option<String> },
    Inspect { actor: String },
    Interrupt { actor: String },
    EndAll,
}

/// A script, played in order: a statement that is not the next scene's is refused.
#[derive(Clone, Debug, Default)]
pub struct ScriptedKernel {
    scenes: VecDeque<Scene>,
    reports: VecDeque<(String, Report)>,
    views: VecDeque<View>,
    view: View,
    alive: Vec<(String, Option<Activity>)>,
    memories: VecDeque<Report>,
    interruptions: VecDeque<Report>,
    cause: Option<Cause>,
    clock: Clock,
    /// Everything asked, in order.
    pub asked: Vec<Asked>,
}

/// The first pid that a scripted actor gets; the next ones follow.
pub const FIRST_PID: i32 = 1001;

impl ScriptedKernel {
    /// A kernel that plays these scenes.
    #[must_use]
    pub fn new(scenes: Vec<Scene>) -> ScriptedKernel {
        ScriptedKernel { scenes: scenes.into(), ..ScriptedKernel::default() }
    }

    /// The views to show, one at each asking; the last one stays.
    #[must_use]
    pub fn with_views(mut self, views: Vec<View>) -> ScriptedKernel {
        self.views = views.into();
        self
    }

    /// The answers to `inspect`, in order.
    #[must_use]
    pub fn with_memories(mut self, memories: Vec<Report>) -> ScriptedKernel {
        self.memories = memories.into();
        self
    }

    /// The answers to `interrupt`, in order.
    #[must_use]
    pub fn with_interruptions(mut self, reports: Vec<Report>) -> ScriptedKernel {
        self.interruptions = reports.into();
        self
    }

    /// The cause of every failure.
    #[must_use]
    pub fn with_cause(mut self, cause: Cause) -> ScriptedKernel {
        self.cause = Some(cause);
        self
    }

    /// What an actor is seen to do from now on.
    pub fn set_activity(&mut self, actor: &str, activity: Option<Activity>) {
        self.alive.retain(|(name, _)| name != actor);
        self.alive.push((actor.to_owned(), activity));
    }

    /// A report that comes by itself.
    pub fn push_report(&mut self, actor: &str, report: Report) {
        self.reports.push_back((actor.to_owned(), report));
    }

    /// The scenes that were not played.
    #[must_use]
    pub fn left(&self) -> usize {
        self.scenes.len()
    }

    fn is_alive(&self, actor: &str) -> Result<(), KernelError> {
        let known = self.alive.iter().any(|(name, _)| name == actor);
        if known { Ok(()) } else { Err(KernelError::NoSuchActor(actor.to_owned())) }
    }

    /// Follows what the reports say of the actors: asleep inside a call, back, born, gone.
    fn follow(&mut self, actor: &str, report: &Report) {
        match report {
            Report::Entered { .. } => self.set_activity(actor, Some(asleep())),
            Report::Finished { .. } => self.set_activity(actor, Some(running())),
            Report::Born { actor: child, .. } => self.set_activity(child, Some(running())),
            Report::Ended { .. } => self.alive.retain(|(name, _)| name != actor),
            _ => {}
        }
    }

    fn identity(&self) -> Identity {
        let count = self.asked.iter().filter(|asked| matches!(asked, Asked::Spawn { .. })).count();
        let pid = i32::try_from(count).map_or(FIRST_PID, |count| FIRST_PID + count);
        Identity { pid, tid: pid }
    }
}

/// An actor asleep in a call.
#[must_use]
pub fn asleep() -> Activity {
    Activity { state: 'S', syscall: None, arguments: Vec::new(), wchan: None }
}

/// An actor that runs.
#[must_use]
pub fn running() -> Activity {
    Activity { state: 'R', syscall: None, arguments: Vec::new(), wchan: None }
}

impl Kernel for ScriptedKernel {
    fn spawn(&mut self, actor: &str, birth: &Birth) -> Result<Identity, KernelError> {
        let identity = self.identity();
        self.asked.push(Asked::Spawn { actor: actor.to_owned(), birth: birth.clone() });
        self.set_activity(actor, Some(running()));
        Ok(identity)
    }

    fn run(&mut self, actor: &str, statement: &Statement, births: Option<&str>) -> Result<(), KernelError> {
        self.is_alive(actor)?;
        let source = statement.source.clone();
        self.asked.push(Asked::Run { actor: actor.to_owned(), source, births: births.map(str::to_owned) });
        match self.scenes.pop_front() {
            Some(scene) if scene.actor == actor && scene.source == statement.source => {
                self.reports.extend(scene.reports);
                self.view = scene.view.unwrap_or_else(|| std::mem::take(&mut self.view));
                Ok(())
            }
            other => {
                let message = format!("{actor}: {} instead of {other:?}", statement.source);
                Err(KernelError::Process(std::io::Error::other(message)))
            }
        }
    }

    fn inspect(&mut self, actor: &str, _: &Expr) -> Result<(), KernelError> {
        self.is_alive(actor)?;
        self.asked.push(Asked::Inspect { actor: actor.to_owned() });
        if let Some(memory) = self.memories.pop_front() {
            self.push_report(actor, memory);
        }
        Ok(())
    }

    /// Never waits: nothing more can come by itself, and the clock says that the patience was had.
    fn report(&mut self, patience: Duration) -> Result<Option<(String, Report)>, KernelError> {
        let next = self.reports.pop_front();
        match &next {
            Some((actor, report)) => self.follow(actor, report),
            None if patience > Duration::ZERO => self.clock.now += PASSING.max(patience),
            None => {}
        }
        Ok(next)
    }

    fn now(&self) -> Instant {
        self.clock.now
    }

    fn activity(&mut self, actor: &str) -> Option<Activity> {
        self.alive.iter().find(|(name, _)| name == actor).and_then(|(_, activity)| activity.clone())
    }

    fn view(&mut self) -> Result<View, KernelError> {
        if let Some(view) = self.views.pop_front() {
            self.view = view;
        }
        Ok(self.view.clone())
    }

    fn cause(&mut self, _: &Call, _: Errno) -> Option<Cause> {
        self.cause.clone()
    }

    fn interrupt(&mut self, actor: &str) -> Result<(), KernelError> {
        self.is_alive(actor)?;
        self.asked.push(Asked::Interrupt { actor: actor.to_owned() });
        if let Some(report) = self.interruptions.pop_front() {
            self.push_report(actor, report);
        }
        Ok(())
    }

    fn end_all(&mut self) {
        self.asked.push(Asked::EndAll);
        self.alive.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Scene, ScriptedKernel};
    use crate::live::kernel::{Birth, Kernel, KernelError, Report};
    use crate::syscall::ast::{Expr, ExprKind, Span, Statement, StatementKind};
    use crate::syscall::call::{Answer, Outcome};
    use std::time::Duration;

    fn statement(source: &str) -> Statement {
        let expression = Expr { kind: ExprKind::Null, span: Span::default() };
        Statement { kind: StatementKind::Evaluate(expression), span: Span::default(), source: source.to_owned() }
    }

    fn finished() -> Report {
        Report::Finished { call: None, outcome: Outcome::Returned(Answer::Number(3)), duration_us: 0 }
    }

    #[test]
    fn scenes_are_played_in_order() {
        let mut kernel = ScriptedKernel::new(vec![Scene::new("client", "un();", vec![finished()])]);
        assert!(matches!(kernel.run("client", &statement("un();"), None), Err(KernelError::NoSuchActor(_))));
        kernel.spawn("client", &Birth::default()).unwrap();
        kernel.run("client", &statement("un();"), None).unwrap();
        assert_eq!(kernel.report(Duration::ZERO).unwrap(), Some(("client".to_owned(), finished())));
        assert_eq!(kernel.report(Duration::ZERO).unwrap(), None);
        assert!(kernel.run("client", &statement("deux();"), None).is_err());
        assert_eq!(kernel.left(), 0);
        assert!(matches!(kernel.asked.first(), Some(Asked::Spawn { .. })));
    }
}
