//! The exchange with actors: births, statements handed over and followed to their end, and what is reported on the way.
//! It knows a kernel, and nothing of who watches: what happens is told to a sink.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::event::{
    ActorEvent, CallEvent, Event, Judgement, LessonEvent, Memory, MemoryField, PlayedBy, ProcessChange, Returned,
};
use crate::lesson::model::Line;
use crate::live::kernel::{Birth, Identity, Kernel, KernelError, Report};
use crate::observe::process;
use crate::play::cast::Cast;
use crate::play::plan::{Stop, Trouble};
use crate::play::state_check::Processes;
use crate::state::{Activity, Cause, View};
use crate::syscall::ast::Expr;
use crate::syscall::call::{Call, Outcome};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// How long a report is awaited before something else is looked at.
pub(super) const TICK: Duration = Duration::from_millis(1);
/// How long the end of an interrupted call is awaited.
const LAST_WORD: Duration = Duration::from_millis(500);

/// Who hears what actors do while they are followed.
pub(super) trait Sink {
    /// Tells one thing that happened.
    ///
    /// # Errors
    /// When it cannot be shown.
    fn tell(&mut self, event: &Event) -> Result<(), Stop>;

    /// Whether to go on following.
    ///
    /// # Errors
    /// `Stop::Interrupted` once somebody asked to stop at once.
    fn go_on(&self) -> Result<(), Stop>;
}

/// The turn of an actor: one line of its script.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn<'l> {
    pub actor: &'l str,
    pub line: &'l Line,
}

/// The end of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finished {
    pub call: Option<Call>,
    pub outcome: Outcome,
    pub duration_us: u64,
}

/// Where a statement that was handed over has come to.
#[derive(Debug, PartialEq)]
pub(super) enum Reached {
    Finished(Finished),
    Asleep { call: Call, activity: Activity },
}

/// The actors of a lesson, and what they have told.
pub(super) struct Exchange<'k> {
    kernel: &'k mut dyn Kernel,
    pub cast: Cast,
    /// Reports that came while another actor was awaited.
    inbox: VecDeque<(String, Report)>,
    /// Line in the file of the last turn: a refusal is of it.
    line: usize,
    /// How many calls were made.
    pub calls: usize,
}

impl<'k> Exchange<'k> {
    pub(super) fn new(kernel: &'k mut dyn Kernel) -> Exchange<'k> {
        Exchange { kernel, cast: Cast::default(), inbox: VecDeque::new(), line: 0, calls: 0 }
    }

    pub(super) fn give_birth(&mut self, actor: &str, birth: &Birth, sink: &mut dyn Sink) -> Result<(), Stop> {
        let identity = self.kernel.spawn(actor, birth)?;
        self.welcome(actor, identity, sink)
    }

    fn welcome(&mut self, actor: &str, identity: Identity, sink: &mut dyn Sink) -> Result<(), Stop> {
        self.cast.welcome(actor, identity);
        sink.tell(&change_of(actor, identity, ProcessChange::Born))
    }

    /// An actor is over.
    pub(super) fn note_end(&mut self, actor: &str, outcome: &Outcome, sink: &mut dyn Sink) -> Result<(), Stop> {
        let Some(identity) = self.cast.end(actor) else { return Ok(()) };
        let change = match outcome {
            Outcome::Killed(signal) => ProcessChange::Died { signal: signal.name().unwrap_or("SIG?").to_owned() },
            Outcome::Exited(code) => ProcessChange::Exited { code: *code },
            _ => return Ok(()),
        };
        sink.tell(&change_of(actor, identity, change))
    }

    pub(super) fn end_all(&mut self) {
        self.kernel.end_all();
    }

    /// From now on, a stranger plays this actor.
    pub(super) fn hand_over_role(&mut self, actor: &str, sink: &mut dyn Sink) -> Result<(), Stop> {
        if !self.cast.give_to_stranger(actor) {
            return Ok(());
        }
        sink.tell(&Event::Lesson(LessonEvent::Role { actor: actor.to_owned(), player: PlayedBy::Stranger }))
    }

    /// The kernel's view of its sockets now.
    pub(super) fn view(&mut self) -> Result<View, KernelError> {
        self.kernel.view()
    }

    /// What this machine says of the cause of a failed call, where it can.
    pub(super) fn cause(&mut self, call: &Call, errno: Errno) -> Option<Cause> {
        self.kernel.cause(call, errno)
    }

    /// The clock of this kernel.
    pub(super) fn now(&self) -> Instant {
        self.kernel.now()
    }

    /// How long ago that was, by the kernel's clock.
    pub(super) fn since(&self, moment: Instant) -> Duration {
        self.now().duration_since(moment)
    }
}

/// Statements.
impl Exchange<'_> {
    /// Says what this turn is; `suggested` where a stranger is to play it.
    pub(super) fn announce(&mut self, turn: Turn<'_>, suggested: bool, sink: &mut dyn Sink) -> Result<(), Stop> {
        self.line = turn.line.line;
        sink.tell(&Event::Lesson(LessonEvent::Statement {
            actor: turn.actor.to_owned(),
            line: turn.line.line,
            source: turn.line.statement.source.clone(),
            suggested,
        }))
    }

    /// Hands a statement over and follows it until it is over, or until its call sleeps: for so long at least.
    pub(super) fn run(&mut self, turn: Turn<'_>, patience: Duration, sink: &mut dyn Sink) -> Result<Reached, Stop> {
        self.kernel.run(turn.actor, &turn.line.statement, turn.line.expectation.births.as_deref())?;
        let deadline = self.now() + patience;
        let mut entered: Option<Call> = None;
        loop {
            match self.next_report_of(turn.actor)? {
                Some(Report::Entered { call }) => {
                    self.announce_call(turn, &call, sink)?;
                    entered = Some(call);
                }
                Some(Report::Finished { call, outcome, duration_us }) => {
                    if let (None, Some(call)) = (&entered, &call) {
                        self.announce_call(turn, call, sink)?;
                    }
                    return Ok(Reached::Finished(Finished { call, outcome, duration_us }));
                }
                Some(Report::Ended { outcome }) => {
                    self.note_end(turn.actor, &outcome, sink)?;
                    return Ok(Reached::Finished(Finished { call: entered, outcome, duration_us: 0 }));
                }
                Some(other) => self.attend(turn.actor, other, sink)?,
                None => {
                    if let Some(call) = &entered
                        && self.now() >= deadline
                        && let Some(activity) = self.surely_asleep(turn.actor, call)?
                    {
                        return Ok(Reached::Asleep { call: call.clone(), activity });
                    }
                }
            }
            sink.go_on()?;
        }
    }

    fn announce_call(&mut self, turn: Turn<'_>, call: &Call, sink: &mut dyn Sink) -> Result<(), Stop> {
        self.calls += 1;
        let identity = self.cast.identity(turn.actor);
        sink.tell(&Event::Actor(ActorEvent::Call(CallEvent {
            actor: turn.actor.to_owned(),
            pid: identity.map_or(0, |identity| identity.pid),
            tid: identity.map_or(0, |identity| identity.tid),
            line: turn.line.line,
            source: turn.line.statement.source.clone(),
            call: Some(call.clone()),
        })))
    }

    /// The actor's activity if it sleeps inside its call. An actor that has just returned sleeps too, awaiting
    /// its next statement, but then its report is already there.
    fn surely_asleep(&mut self, actor: &str, call: &Call) -> Result<Option<Activity>, Stop> {
        let Some(activity) = self.kernel.activity(actor).filter(|activity| sleeps_in(activity, call)) else {
            return Ok(None);
        };
        self.gather(Duration::ZERO)?;
        let is_end = |report: &Report| matches!(report, Report::Finished { .. } | Report::Ended { .. });
        let answered = self.inbox.iter().any(|(from, report)| from == actor && is_end(report));
        Ok((!answered).then_some(activity))
    }

    /// The bytes of an expression, called `source`; `None` where the actor ended instead of answering.
    pub(super) fn memory(
        &mut self,
        (actor, source): (&str, &str),
        expression: &Expr,
        sink: &mut dyn Sink,
    ) -> Result<Option<Memory>, Stop> {
        self.kernel.inspect(actor, expression)?;
        loop {
            match self.next_report_of(actor)? {
                Some(Report::Memory { ctype, bytes, fields }) => {
                    let field = |(name, offset, size)| MemoryField { name, offset, size };
                    let fields = fields.into_iter().map(field).collect();
                    let (actor, source) = (actor.to_owned(), source.to_owned());
                    return Ok(Some(Memory { actor, source, ctype, bytes, fields }));
                }
                Some(Report::Ended { outcome }) => return self.note_end(actor, &outcome, sink).map(|()| None),
                Some(other) => self.attend(actor, other, sink)?,
                None => {}
            }
            sink.go_on()?;
        }
    }
}

/// Reports.
impl Exchange<'_> {
    /// What an actor reports beside the end of its statement.
    pub(super) fn attend(&mut self, actor: &str, report: Report, sink: &mut dyn Sink) -> Result<(), Stop> {
        match report {
            Report::Wrote { fd, bytes } => {
                sink.tell(&Event::Lesson(LessonEvent::Output { actor: actor.to_owned(), fd, bytes }))
            }
            Report::Born { actor: child, identity } => self.welcome(&child, identity, sink),
            Report::Ended { outcome } => self.note_end(actor, &outcome, sink),
            Report::Refused { reason } => {
                Err(Stop::Trouble(Trouble::Refused { actor: actor.to_owned(), line: self.line, reason }))
            }
            Report::Entered { .. } | Report::Finished { .. } | Report::Memory { .. } => Ok(()),
        }
    }

    /// The next report of this actor; those of others are kept in the inbox.
    pub(super) fn next_report_of(&mut self, actor: &str) -> Result<Option<Report>, KernelError> {
        if let Some(position) = self.inbox.iter().position(|(from, _)| from == actor) {
            return Ok(self.inbox.remove(position).map(|(_, report)| report));
        }
        match self.kernel.report(TICK)? {
            Some((from, report)) if from == actor => Ok(Some(report)),
            other => {
                self.inbox.extend(other);
                Ok(None)
            }
        }
    }

    /// Moves every report that is there into the inbox; waits at most so long for the first.
    pub(super) fn gather(&mut self, mut patience: Duration) -> Result<(), KernelError> {
        while let Some(report) = self.kernel.report(patience)? {
            self.inbox.push_back(report);
            patience = Duration::ZERO;
        }
        Ok(())
    }

    /// Every report that nobody has heard yet.
    pub(super) fn unheard(&mut self) -> Result<VecDeque<(String, Report)>, KernelError> {
        self.gather(Duration::ZERO)?;
        Ok(std::mem::take(&mut self.inbox))
    }
}

/// Sleepers.
impl Exchange<'_> {
    /// A report of an actor that sleeps: the end of its call, or something else, which is told.
    pub(super) fn hear_sleeper(
        &mut self,
        actor: &str,
        report: Report,
        sink: &mut dyn Sink,
    ) -> Result<Option<Finished>, Stop> {
        match report {
            Report::Finished { call, outcome, duration_us } => Ok(Some(Finished { call, outcome, duration_us })),
            Report::Ended { outcome } => {
                let call = self.cast.sleeper(actor).map(|sleeper| sleeper.blocked.call.clone());
                Ok(Some(Finished { call, outcome, duration_us: 0 }))
            }
            other => self.attend(actor, other, sink).map(|()| None),
        }
    }

    /// Interrupts a sleeper: its call really returns EINTR, which is told and not judged.
    pub(super) fn interrupt(&mut self, sleeper: &str, sink: &mut dyn Sink) -> Result<(), Stop> {
        if self.kernel.interrupt(sleeper).is_err() {
            return Ok(());
        }
        let deadline = self.now() + LAST_WORD;
        while self.cast.sleeps(sleeper) && self.now() < deadline {
            self.gather(TICK)?;
            self.last_words(sleeper, sink)?;
        }
        Ok(())
    }

    fn last_words(&mut self, actor: &str, sink: &mut dyn Sink) -> Result<(), Stop> {
        for (from, report) in std::mem::take(&mut self.inbox) {
            let Report::Finished { call, outcome, duration_us } = report else { continue };
            if from != actor {
                continue;
            }
            self.cast.wake(actor);
            sink.tell(&Event::Actor(ActorEvent::Returned(Returned {
                pid: self.cast.pid_of(actor).unwrap_or_default(),
                actor: from,
                call,
                outcome,
                duration_us,
                expected: Judgement::NotJudged,
                wanted: None,
                cause: None,
            })))?;
        }
        Ok(())
    }
}

impl Processes for Exchange<'_> {
    fn activity(&mut self, actor: &str) -> Option<Activity> {
        self.kernel.activity(actor)
    }

    fn sleeping_in(&self, actor: &str) -> Option<Name> {
        self.cast.sleeper(actor).map(|sleeper| sleeper.blocked.call.name)
    }
}

fn change_of(actor: &str, identity: Identity, change: ProcessChange) -> Event {
    Event::Actor(ActorEvent::Process { actor: actor.to_owned(), pid: identity.pid, tid: identity.tid, change })
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

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::{Exchange, Finished, Reached, Sink, Turn, sleeps_in};
    use crate::event::{ActorEvent, Blocked, Event, Judgement, LessonEvent, PlayedBy, ProcessChange};
    use crate::lesson::model::{Expectation, Expected, Line};
    use crate::live::kernel::{Birth, Refusal, Report};
    use crate::live::scripted::{Asked, FIRST_PID, Scene, ScriptedKernel, asleep};
    use crate::play::cast::Sleeper;
    use crate::play::plan::{Stop, Trouble};
    use crate::play::state_check::Processes;
    use crate::state::Activity;
    use crate::syscall::ast::{Expr, ExprKind, Span, Statement, StatementKind};
    use crate::syscall::call::{Answer, Call, Outcome};
    use crate::syscall::errno::Errno;
    use crate::syscall::name::Name;
    use crate::syscall::signal::Signal;

    /// A sink that keeps what it hears.
    #[derive(Debug, Default)]
    pub(in crate::play) struct Heard {
        pub events: Vec<Event>,
        pub stopped: bool,
    }

    impl Sink for Heard {
        fn tell(&mut self, event: &Event) -> Result<(), Stop> {
            self.events.push(event.clone());
            Ok(())
        }

        fn go_on(&self) -> Result<(), Stop> {
            if self.stopped { Err(Stop::Interrupted) } else { Ok(()) }
        }
    }

    fn null() -> Expr {
        Expr { kind: ExprKind::Null, span: Span::default() }
    }

    fn line(source: &str) -> Line {
        let span = Span::default();
        Line {
            statement: Statement { kind: StatementKind::Evaluate(null()), span, source: source.to_owned() },
            expectation: Expectation { result: Expected::Success, wakes: Vec::new(), births: None, span },
            comment: None,
            line: 12,
        }
    }

    fn call(name: &str) -> Call {
        Call { name: name.into(), arguments: Vec::new() }
    }

    fn entered(name: &str) -> Report {
        Report::Entered { call: call(name) }
    }

    fn done(name: &str) -> Finished {
        Finished { call: Some(call(name)), outcome: Outcome::Returned(Answer::Number(0)), duration_us: 5 }
    }

    fn finished(name: &str) -> Report {
        let Finished { call, outcome, duration_us } = done(name);
        Report::Finished { call, outcome, duration_us }
    }

    fn wrote() -> Report {
        Report::Wrote { fd: 1, bytes: b"salut".to_vec() }
    }

    fn killed() -> Outcome {
        Outcome::Killed(Signal::SIGKILL)
    }

    fn scene(reports: Vec<Report>) -> Scene {
        Scene::new("serveur", "f();", reports)
    }

    /// What `serveur` comes to once it was born and given this scene, what was heard of it, and what `read` says of it.
    fn run<T>(scene: Scene, patience: u64, read: fn(&mut Exchange<'_>) -> T) -> (Result<Reached, Stop>, Vec<Event>, T) {
        let mut kernel = ScriptedKernel::new(vec![scene]);
        let mut exchange = Exchange::new(&mut kernel);
        exchange.give_birth("serveur", &Birth::default(), &mut Heard::default()).unwrap();
        let mut heard = Heard::default();
        let line = line("f();");
        let turn = Turn { actor: "serveur", line: &line };
        exchange.announce(turn, false, &mut Heard::default()).unwrap();
        let reached = exchange.run(turn, Duration::from_secs(patience), &mut heard);
        (reached, heard.events, read(&mut exchange))
    }

    #[test]
    fn a_statement_is_followed_to_its_end() {
        let (reached, events, calls) =
            run(scene(vec![entered("close"), wrote(), finished("close")]), 9, |one| one.calls);
        assert_eq!((reached.unwrap(), calls), (Reached::Finished(done("close")), 1));
        let [Event::Actor(ActorEvent::Call(told)), Event::Lesson(LessonEvent::Output { fd: 1, .. })] = &events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!(
            (told.actor.as_str(), told.pid, told.line, told.source.as_str()),
            ("serveur", FIRST_PID, 12, "f();")
        );
        assert_eq!(told.call, Some(call("close")));
    }

    #[test]
    fn a_call_is_announced_once_and_only_a_call_is() {
        let (_, events, calls) = run(scene(vec![finished("htons")]), 9, |one| one.calls);
        assert_eq!((events.len(), calls), (1, 1), "it was over before it was told of");
        let nothing = Report::Finished { call: None, outcome: Outcome::Returned(Answer::Nothing), duration_us: 0 };
        let (_, events, calls) = run(scene(vec![nothing]), 9, |one| one.calls);
        assert_eq!((events.len(), calls), (0, 0));
    }

    #[test]
    fn a_call_that_sleeps_is_left_once_patience_is_over() {
        let slept = |patience| {
            let mut kernel = ScriptedKernel::new(vec![scene(vec![entered("accept")])]);
            let mut exchange = Exchange::new(&mut kernel);
            exchange.give_birth("serveur", &Birth::default(), &mut Heard::default()).unwrap();
            let (line, began) = (line("f();"), exchange.now());
            let turn = Turn { actor: "serveur", line: &line };
            let reached = exchange.run(turn, Duration::from_secs(patience), &mut Heard::default()).unwrap();
            assert_eq!(reached, Reached::Asleep { call: call("accept"), activity: asleep() });
            exchange.since(began).as_secs()
        };
        // The script's clock moves by a second at each wait.
        assert_eq!((slept(0), slept(4)), (1, 4));
    }

    #[test]
    fn who_has_answered_does_not_sleep() {
        let answered = scene(vec![entered("accept")]).then("client", wrote()).then("serveur", finished("accept"));
        let (reached, events, unheard) = run(answered, 0, |one| one.unheard().unwrap().len());
        assert_eq!(reached.unwrap(), Reached::Finished(done("accept")));
        assert_eq!((events.len(), unheard), (1, 1), "what others report is kept");
    }

    #[test]
    fn an_actor_may_end_in_its_statement() {
        let (reached, events, idle) =
            run(scene(vec![entered("exit"), Report::Ended { outcome: killed() }]), 9, |one| {
                one.cast.is_idle("serveur")
            });
        let end = Finished { call: Some(call("exit")), outcome: killed(), duration_us: 0 };
        assert_eq!((reached.unwrap(), idle), (Reached::Finished(end), false));
        let died = ProcessChange::Died { signal: "SIGKILL".to_owned() };
        assert!(
            matches!(&events[1], Event::Actor(ActorEvent::Process { change, pid: FIRST_PID, .. }) if *change == died),
            "{events:?}"
        );
    }

    #[test]
    fn births_and_exits_are_told() {
        let identity = crate::live::kernel::Identity { pid: 42, tid: 42 };
        let born = Report::Born { actor: "enfant".to_owned(), identity };
        let (_, events, known) = run(scene(vec![entered("fork"), born, finished("fork")]), 9, |one| {
            let mut heard = Heard::default();
            one.attend("enfant", Report::Ended { outcome: Outcome::Exited(3) }, &mut heard).unwrap();
            (one.cast.pid_of("enfant"), heard.events)
        });
        let told = |change| Event::Actor(ActorEvent::Process { actor: "enfant".to_owned(), pid: 42, tid: 42, change });
        assert_eq!(events[1], told(ProcessChange::Born));
        assert_eq!(known, (Some(42), vec![told(ProcessChange::Exited { code: 3 })]));
    }

    #[test]
    fn a_refusal_is_of_the_line() {
        let reason = Refusal::NotAPointer;
        let (reached, ..) = run(scene(vec![Report::Refused { reason: reason.clone() }]), 9, |_| ());
        let Err(Stop::Trouble(Trouble::Refused { actor, line, reason: told })) = reached else { panic!("{reached:?}") };
        assert_eq!((actor.as_str(), line, told), ("serveur", 12, reason));
    }

    fn sleeping(kernel: &mut ScriptedKernel) -> Exchange<'_> {
        let mut exchange = Exchange::new(kernel);
        exchange.give_birth("serveur", &Birth::default(), &mut Heard::default()).unwrap();
        let call = call("accept");
        let blocked =
            Blocked { actor: "serveur".to_owned(), pid: FIRST_PID, call, state: 'S', wchan: None, expected: true };
        let since = exchange.now();
        exchange.cast.fall_asleep(Sleeper { blocked, expected: Expected::Blocks, since });
        exchange
    }

    #[test]
    fn nothing_is_followed_once_somebody_stops() {
        let mut kernel = ScriptedKernel::default();
        let mut exchange = sleeping(&mut kernel);
        let mut heard = Heard { stopped: true, ..Heard::default() };
        assert!(matches!(exchange.memory(("serveur", "x"), &null(), &mut heard), Err(Stop::Interrupted)));
    }

    #[test]
    fn memory_is_read_or_its_actor_ends() {
        let bytes = Report::Memory { ctype: "int".to_owned(), bytes: vec![1, 2], fields: vec![("f".to_owned(), 0, 2)] };
        let mut kernel =
            ScriptedKernel::default().with_memories(vec![bytes, Report::Ended { outcome: Outcome::Exited(0) }]);
        let mut exchange = sleeping(&mut kernel);
        let mut heard = Heard::default();
        let memory = exchange.memory(("serveur", "x"), &null(), &mut heard).unwrap().unwrap();
        assert_eq!((memory.source.as_str(), memory.bytes, memory.fields[0].size), ("x", vec![1, 2], 2));
        assert_eq!(exchange.memory(("serveur", "x"), &null(), &mut heard).unwrap(), None);
        assert_eq!(heard.events.len(), 1, "the end alone is told: {:?}", heard.events);
    }

    #[test]
    fn an_interrupted_call_returns_and_is_not_judged() {
        let mut kernel = ScriptedKernel::default().with_interruptions(vec![Report::Finished {
            call: Some(call("accept")),
            outcome: Outcome::Failed(Errno::EINTR),
            duration_us: 7,
        }]);
        let mut heard = Heard::default();
        let mut exchange = sleeping(&mut kernel);
        exchange.interrupt("serveur", &mut heard).unwrap();
        assert!(!exchange.cast.sleeps("serveur"));
        let [Event::Actor(ActorEvent::Returned(told))] = &heard.events[..] else { panic!("{:?}", heard.events) };
        assert_eq!((told.expected, told.pid, told.duration_us), (Judgement::NotJudged, FIRST_PID, 7));
        assert_eq!(kernel.asked.last(), Some(&Asked::Interrupt { actor: "serveur".to_owned() }));
    }

    #[test]
    fn an_interrupted_call_that_does_not_return_is_left() {
        let mut kernel = ScriptedKernel::default();
        let mut exchange = sleeping(&mut kernel);
        let mut heard = Heard::default();
        exchange.interrupt("serveur", &mut heard).unwrap();
        exchange.interrupt("parti", &mut heard).unwrap();
        assert!(exchange.cast.sleeps("serveur") && heard.events.is_empty());
    }

    #[test]
    fn what_a_sleeper_reports() {
        let mut kernel = ScriptedKernel::default();
        let mut exchange = sleeping(&mut kernel);
        let mut heard = Heard::default();
        let mut hear = |report| exchange.hear_sleeper("serveur", report, &mut heard).unwrap();
        assert_eq!(hear(finished("accept")), Some(done("accept")));
        let end = Finished { call: Some(call("accept")), outcome: killed(), duration_us: 0 };
        assert_eq!(hear(Report::Ended { outcome: killed() }), Some(end), "it dies in its call");
        assert_eq!((hear(wrote()), heard.events.len()), (None, 1));
        assert_eq!(exchange.sleeping_in("serveur"), Some(Name::Accept));
        assert!(exchange.activity("serveur").is_some() && exchange.activity("parti").is_none());
    }

    #[test]
    fn a_role_is_handed_over_once() {
        let mut kernel = ScriptedKernel::default();
        let mut exchange = Exchange::new(&mut kernel);
        let mut heard = Heard::default();
        exchange.hand_over_role("client", &mut heard).unwrap();
        exchange.hand_over_role("client", &mut heard).unwrap();
        assert_eq!(
            heard.events,
            [Event::Lesson(LessonEvent::Role { actor: "client".to_owned(), player: PlayedBy::Stranger })]
        );
    }

    #[test]
    fn asleep_in_a_call_or_elsewhere() {
        let seen = |state, syscall| Activity { state, syscall, arguments: Vec::new(), wchan: None };
        let accept = libc::SYS_accept;
        assert!(sleeps_in(&seen('S', Some(accept)), &call("accept")));
        assert!(sleeps_in(&seen('D', Some(accept)), &call("accept")));
        assert!(!sleeps_in(&seen('R', Some(accept)), &call("accept")));
        assert!(!sleeps_in(&seen('S', Some(accept)), &call("recv")), "it sleeps elsewhere");
        assert!(!sleeps_in(&seen('S', Some(-1)), &call("accept")), "a page fault");
        assert!(sleeps_in(&seen('S', Some(accept)), &call("getaddrinfo")), "a library call may sleep in any");
        assert!(sleeps_in(&seen('S', None), &call("accept")), "the kernel hides the call");
        assert!(!sleeps_in(&seen('D', None), &call("accept")));
    }
}
