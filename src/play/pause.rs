//! Waiting for the person: before a call, and inside one.

use std::time::Duration;

use crate::event::{Event, Key, Note, Player as Role, Reach, Waiting};
use crate::observe::local;
use crate::play::plan::Stop;
use crate::play::player::Player;
use crate::state::{Content, SocketState};

/// How often the kernel is looked at again while somebody waits.
const REFRESH: Duration = Duration::from_millis(250);
/// How long the end of an interrupted call is awaited.
const LAST_WORD: Duration = Duration::from_millis(500);

impl Player<'_> {
    /// Before a call: until Entrée. Strangers who come in the meantime are met.
    pub(super) fn pause(&mut self) -> Result<(), Stop> {
        if !self.interactive() || self.hurry_until_awake.is_some() {
            return Ok(());
        }
        loop {
            if let Some(key) = self.look_and_listen(None)?
                && self.obey(key, None)?
            {
                return Ok(());
            }
        }
    }

    /// Inside a blocking call: until it returns, or until the person goes on.
    pub(super) fn wait_inside(&mut self, actor: &str) -> Result<(), Stop> {
        if !self.interactive() || self.hurry_until_awake.is_some() {
            return Ok(());
        }
        while self.asleep.contains_key(actor) {
            if let Some(key) = self.look_and_listen(Some(actor))?
                && self.obey(key, Some(actor))?
            {
                return Ok(());
            }
        }
        self.breathe()
    }

    fn look_and_listen(&mut self, sleeper: Option<&str>) -> Result<Option<Key>, Stop> {
        self.meet_strangers(sleeper)?;
        self.check_sleepers()?;
        if sleeper.is_some_and(|sleeper| !self.asleep.contains_key(sleeper)) {
            return Ok(None);
        }
        let waiting = self.waiting(sleeper);
        self.stage.renderer.wait(&waiting).map_err(Stop::output)?;
        let key = self.stage.prompt.key(REFRESH).map_err(Stop::input)?;
        if self.stage.prompt.interrupted() {
            self.interrupt(sleeper)?;
            return Err(Stop::Interrupted);
        }
        Ok(key)
    }

    /// A return that takes its time is waited for in view, without a key.
    pub(super) fn show_waiting(&mut self, sleeper: &str) -> Result<(), Stop> {
        if !self.interactive() {
            return Ok(());
        }
        self.meet_strangers(None)?;
        let waiting = Waiting { keys: Vec::new(), addresses: Vec::new(), ..self.waiting(Some(sleeper)) };
        self.stage.renderer.wait(&waiting).map_err(Stop::output)?;
        self.gather(REFRESH)?;
        Ok(())
    }

    pub(super) fn invite_answer(&mut self, choices: usize) -> Result<(), Stop> {
        let mut keys = vec![Key::Choose(choices), Key::Pass];
        if self.hints_given < self.hints.len() {
            keys.push(Key::Hint);
        }
        keys.push(Key::Quit);
        let waiting = Waiting { keys, addresses: Vec::new(), ..self.waiting(None) };
        self.stage.renderer.wait(&waiting).map_err(Stop::output)
    }

    fn waiting(&self, sleeper: Option<&str>) -> Waiting {
        let asleep = sleeper.and_then(|sleeper| self.asleep.get(sleeper));
        let listening = sleeper.is_some_and(|sleeper| self.waker_of(sleeper).is_some());
        let mut keys = vec![Key::Next];
        if listening {
            keys.push(Key::PlayPeer);
        }
        keys.extend([Key::Explain, Key::Details]);
        if self.hints_given < self.hints.len() {
            keys.push(Key::Hint);
        }
        keys.extend([Key::Replay, Key::Previous, Key::Quit]);
        Waiting {
            blocked: asleep.map(|sleeper| sleeper.blocked.clone()),
            seconds: asleep.map_or(0, |sleeper| self.since(sleeper.since).as_secs()),
            view: self.visible_view(),
            addresses: sleeper.filter(|_| listening).map_or_else(Vec::new, |sleeper| self.reach(sleeper)),
            keys,
        }
    }

    /// Addresses that reach the socket in which this actor accepts.
    fn reach(&self, sleeper: &str) -> Vec<Reach> {
        let listener = self.view.rows.iter().find_map(|row| match &row.content {
            Content::Socket(socket) if row.actor.as_deref() == Some(sleeper) && socket.state == SocketState::Listen => {
                Some(&socket.local)
            }
            _ => None,
        });
        let found = listener.map(local::reach_of).unwrap_or_default();
        found.into_iter().map(|(local, address, port)| Reach { local, address, port }).collect()
    }

    /// Does what a key asks; true when the lesson goes on.
    fn obey(&mut self, key: Key, sleeper: Option<&str>) -> Result<bool, Stop> {
        match key {
            Key::Next => return Ok(true),
            Key::PlayPeer => {
                if let Some(sleeper) = sleeper {
                    return self.play_peer(sleeper);
                }
            }
            Key::Quit => return Err(self.quit()),
            Key::Replay => return Err(Stop::Replay(self.step)),
            Key::Explain => {
                self.show(&Event::Explanation { call: self.about.clone(), errno: self.last_errno })?;
            }
            Key::Choose(_) | Key::Pass => {}
            Key::Details => self.show_details(sleeper)?,
            Key::Hint => self.give_hint()?,
            Key::Previous => {
                let blocks = self.last_text.clone();
                self.show(&Event::Text { blocks })?;
            }
        }
        Ok(false)
    }

    /// socketlab plays the peer that would wake the sleeper: no pause until it does. A role that a stranger held is
    /// given back by playing the step again.
    fn play_peer(&mut self, sleeper: &str) -> Result<bool, Stop> {
        let Some(role) = self.waker_of(sleeper) else { return Ok(false) };
        if self.roles.get(&role) == Some(&Role::Stranger) {
            self.show(&Event::Role { actor: role, player: Role::Socketlab })?;
            return Err(Stop::Replay(self.step));
        }
        self.hurry_until_awake = Some(sleeper.to_owned());
        Ok(true)
    }

    fn show_details(&mut self, sleeper: Option<&str>) -> Result<(), Stop> {
        // An actor between two statements sleeps too, in socketlab's own channel: nothing to learn there.
        let asleep = |name: &&String| sleeper.is_none_or(|sleeper| *name == sleeper);
        let actors: Vec<(String, i32)> = self
            .asleep
            .iter()
            .filter(|(name, _)| asleep(name))
            .map(|(name, sleeper)| (name.clone(), sleeper.blocked.pid))
            .collect();
        if actors.is_empty() {
            return self.note(Note::NobodySleeps);
        }
        for (actor, pid) in actors {
            if let Some(activity) = self.stage.kernel.activity(&actor) {
                self.show(&Event::Details { actor, pid, activity })?;
            }
        }
        Ok(())
    }

    pub(super) fn give_hint(&mut self) -> Result<(), Stop> {
        let Some(blocks) = self.hints.get(self.hints_given).cloned() else { return Ok(()) };
        self.hints_given += 1;
        self.show(&Event::Hint { blocks, index: self.hints_given, total: self.hints.len() })
    }

    /// Ctrl-C inside a call: the call really returns EINTR, which is shown before the lesson ends.
    fn interrupt(&mut self, sleeper: Option<&str>) -> Result<(), Stop> {
        let Some(sleeper) = sleeper else { return Ok(()) };
        if self.stage.kernel.interrupt(sleeper).is_err() {
            return Ok(());
        }
        let deadline = self.stage.kernel.now() + LAST_WORD;
        while self.asleep.contains_key(sleeper) && self.stage.kernel.now() < deadline {
            self.gather(Duration::from_millis(1))?;
            self.last_words(sleeper)?;
        }
        Ok(())
    }
}
