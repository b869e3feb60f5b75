//! Walks through the steps of a lesson.

use std::collections::{BTreeMap, VecDeque};

use crate::event::{Event, FORMAT, LessonStarted, Note, Player as Role, StateVerdict, Verdict};
use crate::lesson::model::{Block, Item, Kind, Lesson, Need, Question, StateLine, Step};
use crate::live::kernel::{Identity, Report};
use crate::play::judge::Context;
use crate::play::plan::{Plan, Stage, Stop, Summary};
use crate::play::prompt::Answer;
use crate::play::sleep::Sleeper;
use crate::play::visitors::Visitors;
use crate::state::View;
use crate::syscall::call::Outcome;
use crate::syscall::errno::Errno;
use crate::watch::warning::Warnings;

/// One actor of the lesson that has been born.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub identity: Identity,
    /// What ended it, once it is over.
    pub ended: Option<Outcome>,
}

/// A prediction that the next call will prove.
#[derive(Clone, Debug)]
pub(super) struct Prediction {
    pub question: Question,
    pub chosen: Option<usize>,
}

/// The state of a lesson that is being played.
pub(super) struct Player<'a> {
    pub lesson: &'a Lesson,
    pub stage: Stage<'a>,
    pub plan: &'a Plan,
    pub cast: BTreeMap<String, Actor>,
    /// Actors asleep in a call.
    pub asleep: BTreeMap<String, Sleeper>,
    /// Reports that came while another actor was awaited.
    pub inbox: VecDeque<(String, Report)>,
    pub roles: BTreeMap<String, Role>,
    pub visitors: Visitors,
    pub view: View,
    pub prediction: Option<Prediction>,
    pub hints: Vec<Vec<Block>>,
    pub hints_given: usize,
    pub last_text: Vec<Block>,
    /// The call that is about to run, or has just returned, and what it failed with.
    pub about: Option<String>,
    pub last_errno: Option<Errno>,
    pub warnings: Warnings,
    /// A sleeper has just woken.
    pub woken: bool,
    /// Index of the current step, and of its current item.
    pub step: usize,
    pub item: usize,
    /// Line in the file of the statement being run.
    pub line: usize,
    /// The view is not shown after this return: another return follows at once.
    pub view_held: bool,
    /// Nothing is shown nor asked: earlier steps are being replayed.
    pub quiet: bool,
    /// No pause until this actor wakes: socketlab plays the missing peer.
    pub hurry_until_awake: Option<String>,
    pub calls: usize,
    pub surprises: usize,
}

/// Plays a lesson until its end, or until somebody stops it. Every actor is ended before it returns.
///
/// # Errors
/// `Stop::Trouble` only for our own trouble: the kernel's tables, the terminal, a process that cannot start.
pub fn play(lesson: &Lesson, mut stage: Stage<'_>, plan: &Plan) -> (Summary, Result<(), Stop>) {
    let mut from = plan.from;
    let mut announced = false;
    loop {
        let mut player = Player::new(lesson, stage.reborrow(), plan);
        let result = player.run(from, announced);
        player.stage.kernel.end_all();
        announced = true;
        let summary = player.summary(result.is_ok());
        match result {
            Err(Stop::Replay(step)) => from = step,
            other => return (summary, other),
        }
    }
}

impl<'a> Player<'a> {
    fn new(lesson: &'a Lesson, stage: Stage<'a>, plan: &'a Plan) -> Player<'a> {
        Player {
            lesson,
            stage,
            plan,
            cast: BTreeMap::new(),
            asleep: BTreeMap::new(),
            inbox: VecDeque::new(),
            roles: BTreeMap::new(),
            visitors: Visitors::default(),
            view: View::default(),
            prediction: None,
            hints: Vec::new(),
            hints_given: 0,
            last_text: Vec::new(),
            about: None,
            last_errno: None,
            warnings: Warnings::default(),
            woken: false,
            step: 0,
            item: 0,
            line: 0,
            view_held: false,
            quiet: false,
            hurry_until_awake: None,
            calls: 0,
            surprises: 0,
        }
    }

    fn summary(&self, finished: bool) -> Summary {
        let last_step = self.lesson.steps.get(self.step).map(|step| step.id.clone());
        Summary { calls: self.calls, surprises: self.surprises, last_step, finished }
    }

    fn run(&mut self, from: usize, announced: bool) -> Result<(), Stop> {
        if !announced {
            self.announce()?;
        }
        for (index, step) in self.lesson.steps.iter().enumerate() {
            self.step = index;
            self.quiet = index < from;
            self.play_step(step)?;
        }
        self.quiet = false;
        self.collect_the_last_returns()?;
        for closing in &self.lesson.closing {
            self.show(&Event::Closing { section: closing.section, blocks: closing.blocks.clone() })?;
        }
        self.show(&Event::LessonFinished { calls: self.calls, surprises: self.surprises })
    }

    fn announce(&mut self) -> Result<(), Stop> {
        let lesson = self.lesson;
        if let Kind::Lesson(front) = &lesson.kind {
            self.show(&Event::LessonStarted(LessonStarted {
                format: FORMAT,
                lesson: front.number,
                slug: front.slug.clone(),
                title: lesson.title.clone(),
                minutes: front.minutes,
                objectives: front.objectives.clone(),
                actors: lesson.actors.clone(),
                port: lesson.port,
                network: self.plan.network,
                steps: lesson.steps.len(),
            }))?;
        }
        for note in self.plan.notes.clone() {
            self.note(note)?;
        }
        Ok(())
    }

    fn play_step(&mut self, step: &'a Step) -> Result<(), Stop> {
        self.hints = step.items.iter().filter_map(hint).collect();
        self.hints_given = 0;
        let total = self.lesson.steps.len();
        self.show(&Event::Section { id: step.id.clone(), title: step.title.clone(), index: self.step + 1, total })?;
        let missing: Vec<Need> =
            step.settings.needs.iter().copied().filter(|need| !self.plan.allows.contains(need)).collect();
        if !missing.is_empty() {
            return self.show(&Event::Skipped { id: step.id.clone(), needs: missing });
        }
        for privilege in &step.settings.without {
            self.note(Note::PrivilegeDropped { capability: privilege.name().to_owned() })?;
        }
        for (index, item) in step.items.iter().enumerate() {
            self.item = index;
            self.play_item(item)?;
        }
        self.give_verdict()
    }

    fn play_item(&mut self, item: &'a Item) -> Result<(), Stop> {
        match item {
            Item::Prose(blocks) => {
                self.last_text.clone_from(blocks);
                self.show(&Event::Text { blocks: blocks.clone() })
            }
            Item::Code(script) => {
                for line in &script.lines {
                    self.take_turn(&script.actor, line)?;
                }
                self.give_verdict()
            }
            Item::Example(text) => self.show(&Event::Display { language: "c".to_owned(), text: text.clone() }),
            Item::Display { language, text } => {
                self.show(&Event::Display { language: language.clone(), text: text.clone() })
            }
            Item::Question(question) => self.ask(question),
            Item::State(lines) => self.check_state(lines),
            Item::Bytes { actor, expression, source, count } => self.show_bytes(actor, expression, (source, *count)),
            // Hints wait for the learner; the others belong to the checks of exercises.
            Item::Hint(_)
            | Item::Await { .. }
            | Item::Keyboard { .. }
            | Item::Output { .. }
            | Item::Repeat { .. }
            | Item::Network { .. }
            | Item::Launch { .. } => Ok(()),
        }
    }

    fn ask(&mut self, question: &Question) -> Result<(), Stop> {
        self.give_verdict()?;
        self.show(&Event::Question { statement: question.statement.clone(), choices: question.choices.clone() })?;
        let mut chosen = None;
        if self.interactive() {
            chosen = self.await_answer(question)?;
        }
        self.prediction = Some(Prediction { question: question.clone(), chosen });
        Ok(())
    }

    fn await_answer(&mut self, question: &Question) -> Result<Option<usize>, Stop> {
        loop {
            self.invite_answer(question.choices.len())?;
            match self.stage.prompt.answer(question.choices.len()).map_err(Stop::input)? {
                Some(Answer::Choice(choice)) => return Ok(Some(choice)),
                Some(Answer::Quit) => return Err(self.quit()),
                Some(Answer::Hint) => self.give_hint()?,
                Some(Answer::Pass) | None => return Ok(None),
            }
        }
    }

    /// Says whether the prediction was right: after the call that proves it, or at the end of the step.
    pub(super) fn give_verdict(&mut self) -> Result<(), Stop> {
        let Some(Prediction { question, chosen }) = self.prediction.take() else { return Ok(()) };
        let wrong_because =
            chosen.filter(|choice| *choice != question.answer).and_then(|choice| question.wrong.get(&choice).cloned());
        self.show(&Event::Verdict(Verdict {
            chosen,
            right: question.answer,
            right_text: question.choices.get(question.answer).cloned().unwrap_or_default(),
            wrong_because,
            why: question.why,
        }))
    }

    fn check_state(&mut self, lines: &[StateLine]) -> Result<(), Stop> {
        let held = self.await_state(lines)?;
        let verdicts: Vec<StateVerdict> = lines
            .iter()
            .zip(&held)
            .map(|(line, held)| StateVerdict { source: line.source.clone(), held: self.judgement(*held) })
            .collect();
        self.surprises += verdicts.iter().filter(|verdict| is_surprise(verdict.held)).count();
        self.show_view()?;
        self.show(&Event::State { lines: verdicts })
    }

    pub(super) fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.show(&Event::Note { note })
    }

    pub(super) fn show(&mut self, event: &Event) -> Result<(), Stop> {
        if self.quiet {
            return Ok(());
        }
        self.stage.renderer.show(event).map_err(Stop::output)
    }

    /// Whether a person is asked now.
    pub(super) fn interactive(&self) -> bool {
        !self.quiet && self.stage.prompt.attended()
    }

    pub(super) fn quit(&self) -> Stop {
        if self.stage.prompt.interrupted() { Stop::Interrupted } else { Stop::Quit }
    }
}

fn hint(item: &Item) -> Option<Vec<Block>> {
    match item {
        Item::Hint(blocks) => Some(blocks.clone()),
        _ => None,
    }
}

pub(super) fn is_surprise(judgement: crate::event::Judgement) -> bool {
    judgement == crate::event::Judgement::Unexpected
}

impl Context for Player<'_> {
    fn allows(&self, need: Need) -> bool {
        self.plan.allows.contains(&need)
    }

    fn pid_of(&self, actor: &str) -> Option<i32> {
        self.cast.get(actor).map(|actor| actor.identity.pid)
    }
}
