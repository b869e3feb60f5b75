//! What the kernel did during one play of a lesson, which can be played again without it.

use std::io;
use std::time::Duration;

use socketlab::command::place::allowances;
use socketlab::event::{ActorEvent, Event, Judgement, Key, LessonEvent, Network, Note, Renderer, Waiting};
use socketlab::lesson::model::{Lesson, Need};
use socketlab::live::kernel::{Birth, Identity, Kernel, KernelError, Report};
use socketlab::live::launch::ActorProgram;
use socketlab::live::real::LiveKernel;
use socketlab::live::scripted::{Scene, ScriptedKernel};
use socketlab::observe::Observer;
use socketlab::play::plan::{Plan, Stage, Stop, Trouble};
use socketlab::play::prompt::{Answer, Prompt};
use socketlab::play::walk::play;
use socketlab::state::{Activity, Cause, View};
use socketlab::syscall::ast::{Expr, Statement};
use socketlab::syscall::call::Call;
use socketlab::syscall::errno::Errno;

/// One play: each statement, with what followed it.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub scenes: Vec<Scene>,
    pub memories: Vec<Report>,
    pub allows: Vec<Need>,
}

impl Recorded {
    /// The same with the reports of one statement changed; `None` where nothing changes.
    pub fn with(&self, index: usize, change: impl Fn(&mut Report)) -> Option<Recorded> {
        let mut changed = self.clone();
        changed.scenes[index].reports.iter_mut().for_each(|(_, report)| change(report));
        (changed.scenes[index] != self.scenes[index]).then_some(changed)
    }

    /// Plays the lesson on what was recorded, until the first surprise.
    pub fn surprises(&self, lesson: &Lesson) -> usize {
        let mut kernel = ScriptedKernel::new(self.scenes.clone()).with_memories(self.memories.clone());
        perform(lesson, &mut kernel, &self.allows)
    }
}

/// Plays the lesson on the real kernel, in this thread's network.
pub fn record(lesson: &Lesson) -> Recorded {
    let program = ActorProgram::at(env!("CARGO_BIN_EXE_socketlab"));
    let mut real = LiveKernel::new(program, Box::new(Observer::new().unwrap())).unwrap();
    for port in lesson.port.iter().chain(&lesson.other_ports) {
        real.watch_port(*port);
    }
    let mut kernel = Recording { real, scenes: Vec::new(), memories: Vec::new() };
    let allows = allowances(Network::Private);
    assert_eq!(perform(lesson, &mut kernel, &allows), 0, "{}: on the real kernel", lesson.title);
    Recorded { scenes: kernel.scenes, memories: kernel.memories, allows }
}

/// The surprises of a play that stops at the first.
fn perform(lesson: &Lesson, kernel: &mut dyn Kernel, allows: &[Need]) -> usize {
    let plan = Plan { from: 0, network: Network::Private, allows: allows.to_vec(), notes: Vec::new() };
    let stage = Stage { kernel, prompt: &mut Nobody, renderer: &mut UntilSurprised };
    let (summary, result) = play(lesson, stage, &plan);
    match result {
        Ok(()) => summary.surprises,
        // The renderer stops the play.
        Err(Stop::Trouble(Trouble::Output(_))) => summary.surprises.max(1),
        Err(stop) => panic!("{}: {stop:?}", lesson.title),
    }
}

struct UntilSurprised;

impl Renderer for UntilSurprised {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        let surprise = match event {
            Event::Actor(ActorEvent::Returned(returned)) => returned.expected == Judgement::Unexpected,
            Event::Actor(ActorEvent::Blocked(blocked)) => !blocked.expected,
            Event::Lesson(LessonEvent::State { lines }) => lines.iter().any(|line| line.held == Judgement::Unexpected),
            Event::Actor(ActorEvent::Note { note }) => matches!(
                note,
                Note::NotWoken { .. }
                    | Note::NotAsleep { .. }
                    | Note::WokenByNobody { .. }
                    | Note::ActorUnavailable { .. }
            ),
            _ => false,
        };
        if surprise { Err(io::Error::other("a surprise")) } else { Ok(()) }
    }

    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        Ok(())
    }
}

struct Nobody;

impl Prompt for Nobody {
    fn attended(&self) -> bool {
        false
    }

    fn interrupted(&self) -> bool {
        false
    }

    fn key(&mut self, _: Duration) -> io::Result<Option<Key>> {
        Ok(None)
    }

    fn answer(&mut self, _: usize) -> io::Result<Option<Answer>> {
        Ok(None)
    }
}

/// The real kernel, and what it says.
struct Recording {
    real: LiveKernel,
    scenes: Vec<Scene>,
    memories: Vec<Report>,
}

impl Recording {
    fn keep(&mut self, actor: &str, report: &Report) {
        match report {
            Report::Memory { .. } => self.memories.push(report.clone()),
            // How long a call took is chance, and what is nobody's wish to judge here.
            Report::Finished { call, outcome, .. } => {
                let report = Report::Finished { call: call.clone(), outcome: outcome.clone(), duration_us: 0 };
                self.last().reports.push((actor.to_owned(), report));
            }
            other => self.last().reports.push((actor.to_owned(), other.clone())),
        }
    }

    fn last(&mut self) -> &mut Scene {
        self.scenes.last_mut().expect("a statement was run")
    }
}

impl Kernel for Recording {
    fn spawn(&mut self, actor: &str, birth: &Birth) -> Result<Identity, KernelError> {
        self.real.spawn(actor, birth)
    }

    fn run(&mut self, actor: &str, statement: &Statement, births: Option<&str>) -> Result<(), KernelError> {
        self.scenes.push(Scene::new(actor, &statement.source, Vec::new()));
        self.real.run(actor, statement, births)
    }

    fn inspect(&mut self, actor: &str, expression: &Expr) -> Result<(), KernelError> {
        self.real.inspect(actor, expression)
    }

    fn report(&mut self, patience: Duration) -> Result<Option<(String, Report)>, KernelError> {
        let next = self.real.report(patience)?;
        if let Some((actor, report)) = &next {
            self.keep(actor, report);
        }
        Ok(next)
    }

    fn activity(&mut self, actor: &str) -> Option<Activity> {
        self.real.activity(actor)
    }

    fn view(&mut self) -> Result<View, KernelError> {
        let view = self.real.view()?;
        if !self.scenes.is_empty() {
            self.last().view = Some(view.clone());
        }
        Ok(view)
    }

    fn cause(&mut self, call: &Call, errno: Errno) -> Option<Cause> {
        self.real.cause(call, errno)
    }

    fn interrupt(&mut self, actor: &str) -> Result<(), KernelError> {
        self.real.interrupt(actor)
    }

    fn end_all(&mut self) {
        self.real.end_all();
    }
}
