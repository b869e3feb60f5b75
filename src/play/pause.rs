//! Waiting for the person: before a call, and inside one.

use crate::event::{Event, Key, LessonEvent, Note, PlayedBy, Waiting};
use crate::play::awakening::REFRESH;
use crate::play::exchange::Sink;
use crate::play::plan::Stop;
use crate::play::player::Player;
use crate::play::state_check::Processes;

impl Player<'_> {
    /// Until the person goes on; inside the call in which this actor sleeps, until it returns at most. Strangers who come
    /// in the meantime are met.
    pub(super) fn pause(&mut self, sleeper: Option<&str>) -> Result<(), Stop> {
        if !self.console.interactive() || self.learner.hurries() {
            return Ok(());
        }
        while sleeper.is_none_or(|sleeper| self.exchange.cast.sleeps(sleeper)) {
            if let Some(key) = self.look_and_listen(sleeper)?
                && self.obey(key, sleeper)?
            {
                return Ok(());
            }
        }
        self.breathe()
    }

    /// After an awakening, the person gets the time to see it.
    pub(super) fn breathe(&mut self) -> Result<(), Stop> {
        if self.learner.needs_breath() { self.pause(None) } else { Ok(()) }
    }

    fn look_and_listen(&mut self, sleeper: Option<&str>) -> Result<Option<Key>, Stop> {
        self.meet_strangers(sleeper)?;
        self.check_sleepers()?;
        if sleeper.is_some_and(|sleeper| !self.exchange.cast.sleeps(sleeper)) {
            return Ok(None);
        }
        let listening = sleeper.filter(|sleeper| self.cursor.waker_of(sleeper).is_some());
        let keys = self.learner.keys(listening.is_some());
        let addresses = listening.map(|sleeper| self.panel.reach(sleeper)).unwrap_or_default();
        let waiting = Waiting { addresses, keys, ..self.waiting(sleeper) };
        self.console.wait(&waiting)?;
        let key = self.console.key(REFRESH)?;
        let goes_on = self.console.go_on();
        if let (Err(_), Some(sleeper)) = (&goes_on, sleeper) {
            self.exchange.interrupt(sleeper, &mut self.console)?;
        }
        goes_on.map(|()| key)
    }

    pub(super) fn invite_answer(&mut self, choices: usize) -> Result<(), Stop> {
        let waiting = Waiting { keys: self.learner.answer_keys(choices), ..self.waiting(None) };
        self.console.wait(&waiting)
    }

    /// Does what a key asks; true when the lesson goes on.
    fn obey(&mut self, key: Key, sleeper: Option<&str>) -> Result<bool, Stop> {
        match key {
            Key::Next => return Ok(true),
            Key::PlayPeer => return sleeper.map_or(Ok(false), |sleeper| self.play_peer(sleeper)),
            Key::Quit => return Err(self.console.leave()),
            Key::Replay => return Err(Stop::Replay(self.cursor.step)),
            Key::Explain => self.show(&self.learner.explanation())?,
            Key::Choose(_) | Key::Pass => {}
            Key::Details => self.show_details(sleeper)?,
            Key::Hint => self.give_hint()?,
            Key::Previous => self.show(&self.learner.last_text())?,
        }
        Ok(false)
    }

    /// socketlab plays the peer that would wake the sleeper: no pause until it does. A role that a stranger held is
    /// given back by playing the step again.
    fn play_peer(&mut self, sleeper: &str) -> Result<bool, Stop> {
        let Some(role) = self.cursor.waker_of(sleeper) else { return Ok(false) };
        if self.exchange.cast.is_strangers(role) {
            self.show(&Event::Lesson(LessonEvent::Role { actor: role.to_owned(), player: PlayedBy::Socketlab }))?;
            return Err(Stop::Replay(self.cursor.step));
        }
        self.learner.hurry_until_awake(sleeper);
        Ok(true)
    }

    fn show_details(&mut self, sleeper: Option<&str>) -> Result<(), Stop> {
        // An actor between two statements sleeps too, in socketlab's own channel: nothing to learn there.
        let asked = self.exchange.cast.sleepers().filter(|(name, _)| sleeper.is_none_or(|sleeper| *name == sleeper));
        let actors: Vec<(String, i32)> = asked.map(|(name, asleep)| (name.to_owned(), asleep.blocked.pid)).collect();
        if actors.is_empty() {
            return self.note(Note::NobodySleeps);
        }
        for (actor, pid) in actors {
            if let Some(activity) = self.exchange.activity(&actor) {
                self.show(&Event::Lesson(LessonEvent::Details { actor, pid, activity }))?;
            }
        }
        Ok(())
    }
}
