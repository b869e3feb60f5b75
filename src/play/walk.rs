//! Walks through the steps of a lesson.

use crate::event::{Event, FORMAT, LessonEvent, LessonStarted, Note, StateVerdict};
use crate::lesson::model::{Block, Item, Kind, Lesson, Need, Question, StateLine, Step};
use crate::play::exchange::Turn;
use crate::play::plan::{Plan, Stage, Stop, Summary};
use crate::play::player::Player;
use crate::play::prompt::Answer;

/// Plays a lesson until its end, or until somebody stops it. Every actor is ended before it returns.
///
/// # Errors
/// `Stop::Trouble` only for our own trouble: the kernel's tables, the terminal, a process that cannot start.
pub fn play(lesson: &Lesson, mut stage: Stage<'_>, plan: &Plan) -> (Summary, Result<(), Stop>) {
    let mut from = plan.from;
    let mut announced = false;
    loop {
        let mut player = Player::new(lesson, &mut stage, plan);
        let result = player.run(from, announced);
        player.exchange.end_all();
        announced = true;
        let summary = player.summary(result.is_ok());
        match result {
            Err(Stop::Replay(step)) => from = step,
            other => return (summary, other),
        }
    }
}

impl Player<'_> {
    fn summary(&self, finished: bool) -> Summary {
        Summary {
            calls: self.exchange.calls,
            surprises: self.cursor.surprises,
            last_step: self.cursor.step_id(),
            finished,
        }
    }

    fn run(&mut self, from: usize, announced: bool) -> Result<(), Stop> {
        if !announced {
            self.announce()?;
        }
        let lesson = self.cursor.lesson;
        for (index, step) in lesson.steps.iter().enumerate() {
            self.cursor.step = index;
            self.console.quiet = index < from;
            self.play_step(step)?;
        }
        self.console.quiet = false;
        self.collect_the_last_returns()?;
        for closing in &lesson.closing {
            self.show(&Event::Lesson(LessonEvent::Closing {
                section: closing.section,
                blocks: closing.blocks.clone(),
            }))?;
        }
        self.show(&Event::Lesson(LessonEvent::Finished {
            calls: self.exchange.calls,
            surprises: self.cursor.surprises,
        }))
    }

    fn announce(&mut self) -> Result<(), Stop> {
        let lesson = self.cursor.lesson;
        if let Kind::Lesson(front) = &lesson.kind {
            self.show(&Event::Lesson(LessonEvent::Started(LessonStarted {
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
            })))?;
        }
        for note in self.plan.notes.clone() {
            self.note(note)?;
        }
        Ok(())
    }

    fn play_step(&mut self, step: &Step) -> Result<(), Stop> {
        self.learner.enter_step(step.items.iter().filter_map(hint).collect());
        let (index, total) = (self.cursor.step + 1, self.cursor.lesson.steps.len());
        self.show(&Event::Lesson(LessonEvent::Section {
            id: step.id.clone(),
            title: step.title.clone(),
            index,
            total,
        }))?;
        let missing: Vec<Need> =
            step.settings.needs.iter().copied().filter(|need| !self.plan.allows.contains(need)).collect();
        if !missing.is_empty() {
            return self.show(&Event::Lesson(LessonEvent::Skipped { id: step.id.clone(), needs: missing }));
        }
        for privilege in &step.settings.without {
            self.note(Note::PrivilegeDropped { capability: privilege.name().to_owned() })?;
        }
        for (index, item) in step.items.iter().enumerate() {
            self.cursor.item = index;
            self.play_item(item)?;
        }
        self.give_verdict()
    }

    fn play_item(&mut self, item: &Item) -> Result<(), Stop> {
        match item {
            Item::Prose(blocks) => {
                self.learner.read(blocks);
                self.show(&Event::Lesson(LessonEvent::Text { blocks: blocks.clone() }))
            }
            Item::Code(script) => {
                for line in &script.lines {
                    self.take_turn(Turn { actor: &script.actor, line })?;
                }
                self.give_verdict()
            }
            Item::Example(text) => {
                self.show(&Event::Lesson(LessonEvent::Display { language: "c".to_owned(), text: text.clone() }))
            }
            Item::Display { language, text } => {
                self.show(&Event::Lesson(LessonEvent::Display { language: language.clone(), text: text.clone() }))
            }
            Item::Question(question) => self.ask(question),
            Item::State(lines) => self.check_state(lines),
            Item::Bytes { actor, expression, source, count } => self.show_bytes((actor, source), expression, *count),
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
        self.show(&Event::Lesson(LessonEvent::Question {
            statement: question.statement.clone(),
            choices: question.choices.clone(),
        }))?;
        let chosen = if self.console.interactive() { self.await_answer(question.choices.len())? } else { None };
        self.learner.predict(question, chosen);
        Ok(())
    }

    fn await_answer(&mut self, choices: usize) -> Result<Option<usize>, Stop> {
        loop {
            self.invite_answer(choices)?;
            match self.console.answer(choices)? {
                Some(Answer::Choice(choice)) => return Ok(Some(choice)),
                Some(Answer::Quit) => return Err(self.console.leave()),
                Some(Answer::Hint) => self.give_hint()?,
                Some(Answer::Pass) | None => return Ok(None),
            }
        }
    }

    fn check_state(&mut self, lines: &[StateLine]) -> Result<(), Stop> {
        let held = self.panel.await_state(lines, &mut self.exchange, &self.console)?;
        let verdict =
            |(line, held): (&StateLine, bool)| StateVerdict { source: line.source.clone(), held: self.judge(held) };
        let verdicts = lines.iter().zip(held).map(verdict).collect();
        self.panel.show(&mut self.console)?;
        self.show(&Event::Lesson(LessonEvent::State { lines: verdicts }))
    }
}

fn hint(item: &Item) -> Option<Vec<Block>> {
    match item {
        Item::Hint(blocks) => Some(blocks.clone()),
        _ => None,
    }
}
