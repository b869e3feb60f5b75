//! What playing a lesson showed, read from its events.

use std::collections::BTreeMap;

use crate::event::{ActorEvent, Event, Judgement, LessonEvent, Note, Returned};
use crate::lesson::model::Expected;
use crate::syscall::call::Outcome;
use crate::syscall::name::Name;

/// Something that did not go as the lesson says.
#[derive(Clone, Debug, PartialEq)]
pub struct Surprise {
    /// Line of the file, from 1; 0 where the event has none.
    pub line: usize,
    pub kind: SurpriseKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SurpriseKind {
    /// A statement that ended otherwise.
    Outcome {
        actor: String,
        call: Option<Name>,
        outcome: Outcome,
        wanted: Option<Expected>,
    },
    /// A call that sleeps although nobody can wake it.
    Sleeps {
        actor: String,
        call: Name,
    },
    NotWoken {
        actor: String,
    },
    NotAsleep {
        actor: String,
    },
    WokenByNobody {
        actor: String,
    },
    /// The actor sleeps or is dead where a statement of its is to be played.
    Unavailable {
        actor: String,
    },
    /// A line of an `etat` block that was not reached.
    State {
        source: String,
    },
}

impl Surprise {
    /// An expected state has no line in the events: it is looked for in the file.
    pub fn locate(&mut self, text: &str) {
        if let SurpriseKind::State { source } = &self.kind
            && let Some(found) = text.lines().position(|line| line.trim() == source.trim())
        {
            self.line = found + 1;
        }
    }
}

/// Hears the events of one play.
#[derive(Debug, Default)]
pub struct Trial {
    lines: BTreeMap<String, usize>,
    pub surprises: Vec<Surprise>,
    /// As the player itself counted, once the lesson ended.
    pub counted: Option<usize>,
}

impl Trial {
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Lesson(LessonEvent::Statement { actor, line, .. }) => {
                self.lines.insert(actor.clone(), *line);
            }
            Event::Lesson(LessonEvent::State { lines }) => {
                let missed = lines.iter().filter(|line| line.held == Judgement::Unexpected);
                for line in missed {
                    let actor = line.source.split_whitespace().next().unwrap_or_default().to_owned();
                    self.note(&actor, SurpriseKind::State { source: line.source.clone() });
                }
            }
            Event::Lesson(LessonEvent::Finished { surprises, .. }) => self.counted = Some(*surprises),
            Event::Actor(ActorEvent::Returned(returned)) if returned.expected == Judgement::Unexpected => {
                self.outcome(returned);
            }
            Event::Actor(ActorEvent::Blocked(blocked)) if !blocked.expected => {
                let (actor, call) = (blocked.actor.clone(), blocked.call.name);
                self.note(&blocked.actor, SurpriseKind::Sleeps { actor, call });
            }
            Event::Actor(ActorEvent::Note { note }) => {
                if let Some((actor, kind)) = surprising(note) {
                    self.note(&actor, kind);
                }
            }
            Event::Lesson(_) | Event::Actor(_) | Event::Peer(_) | Event::Trace(_) => {}
        }
    }

    fn outcome(&mut self, returned: &Returned) {
        let kind = SurpriseKind::Outcome {
            actor: returned.actor.clone(),
            call: returned.call.as_ref().map(|call| call.name),
            outcome: returned.outcome.clone(),
            wanted: returned.wanted.clone(),
        };
        self.note(&returned.actor, kind);
    }

    fn note(&mut self, actor: &str, kind: SurpriseKind) {
        let line = self.lines.get(actor).copied().unwrap_or_default();
        self.surprises.push(Surprise { line, kind });
    }
}

/// What the player itself found wrong, and of whom.
fn surprising(note: &Note) -> Option<(String, SurpriseKind)> {
    let (actor, kind): (&String, fn(String) -> SurpriseKind) = match note {
        Note::NotWoken { actor } => (actor, |actor| SurpriseKind::NotWoken { actor }),
        Note::NotAsleep { actor } => (actor, |actor| SurpriseKind::NotAsleep { actor }),
        Note::WokenByNobody { actor } => (actor, |actor| SurpriseKind::WokenByNobody { actor }),
        Note::ActorUnavailable { actor, .. } => (actor, |actor| SurpriseKind::Unavailable { actor }),
        Note::PortReplaced { .. }
        | Note::VisibleFromNetwork { .. }
        | Note::PrivilegeDropped { .. }
        | Note::ProcFallback
        | Note::ActivityHidden { .. }
        | Note::NobodySleeps => return None,
    };
    Some((actor.clone(), kind(actor.clone())))
}

#[cfg(test)]
mod tests {
    use super::{Surprise, SurpriseKind, Trial};
    use crate::event::peer::PeerNote;
    use crate::event::{ActorEvent, Blocked, Event, Judgement, LessonEvent, Note, PeerEvent, Returned, StateVerdict};
    use crate::lesson::model::Expected;
    use crate::syscall::call::{Answer, Call, Outcome};
    use crate::syscall::errno::Errno;
    use crate::syscall::name::Name;

    fn statement(actor: &str, line: usize) -> Event {
        LessonEvent::Statement { actor: actor.to_owned(), line, source: String::new(), suggested: false }.into()
    }

    fn returned(outcome: Outcome, expected: Judgement) -> Event {
        let call = Some(Call { name: Name::Bind, arguments: Vec::new() });
        let wanted = (expected == Judgement::Unexpected).then_some(Expected::Success);
        let (actor, pid) = ("serveur".to_owned(), 7);
        ActorEvent::Returned(Returned { actor, pid, call, outcome, duration_us: 1, expected, wanted, cause: None })
            .into()
    }

    fn note(note: Note) -> Event {
        ActorEvent::Note { note }.into()
    }

    fn heard(events: &[Event]) -> (Vec<Surprise>, Option<usize>) {
        let mut trial = Trial::default();
        for event in events {
            trial.hear(event);
        }
        (trial.surprises, trial.counted)
    }

    #[test]
    fn what_differs_is_found_with_its_line() {
        let refused = Outcome::Failed(Errno::EACCES);
        let (surprises, counted) = heard(&[
            statement("serveur", 12),
            returned(refused.clone(), Judgement::Unexpected),
            statement("serveur", 13),
            returned(Outcome::Returned(Answer::Number(0)), Judgement::Expected),
            returned(Outcome::Returned(Answer::Number(0)), Judgement::NotJudged),
            LessonEvent::Finished { calls: 2, surprises: 1 }.into(),
        ]);
        let (actor, call) = ("serveur".to_owned(), Some(Name::Bind));
        let kind = SurpriseKind::Outcome { actor, call, outcome: refused, wanted: Some(Expected::Success) };
        assert_eq!((surprises, counted), (vec![Surprise { line: 12, kind }], Some(1)));
    }

    #[test]
    fn a_sleep_that_was_not_announced_is_one() {
        let asleep = |expected| {
            let call = Call { name: Name::Accept, arguments: Vec::new() };
            let actor = "serveur".to_owned();
            ActorEvent::Blocked(Blocked { actor, pid: 7, call, state: 'S', wchan: None, expected }).into()
        };
        let (surprises, counted) = heard(&[statement("serveur", 5), asleep(true), asleep(false)]);
        let kind = SurpriseKind::Sleeps { actor: "serveur".to_owned(), call: Name::Accept };
        assert_eq!((surprises, counted), (vec![Surprise { line: 5, kind }], None));
    }

    #[test]
    fn what_the_player_found_wrong_is_one_and_no_other_note() {
        let actor = || "client".to_owned();
        let (surprises, _) = heard(&[
            statement("client", 9),
            note(Note::NotWoken { actor: actor() }),
            note(Note::NotAsleep { actor: actor() }),
            note(Note::WokenByNobody { actor: actor() }),
            note(Note::ActorUnavailable { actor: actor(), asleep: true }),
            note(Note::ProcFallback),
            note(Note::NobodySleeps),
            PeerEvent::Note { note: PeerNote::Stopping { clients: 0 } }.into(),
        ]);
        let kinds: Vec<SurpriseKind> = surprises.iter().map(|surprise| surprise.kind.clone()).collect();
        assert_eq!(
            kinds,
            [
                SurpriseKind::NotWoken { actor: actor() },
                SurpriseKind::NotAsleep { actor: actor() },
                SurpriseKind::WokenByNobody { actor: actor() },
                SurpriseKind::Unavailable { actor: actor() },
            ]
        );
        assert!(surprises.iter().all(|surprise| surprise.line == 9));
    }

    #[test]
    fn a_state_that_was_not_reached_is_found_in_the_file() {
        let verdict = |source: &str, held| StateVerdict { source: source.to_owned(), held };
        let lines = vec![
            verdict("serveur 3 LISTEN", Judgement::Expected),
            verdict("serveur file 1", Judgement::Unexpected),
            verdict("serveur 4 ESTABLISHED", Judgement::NotJudged),
        ];
        let (mut surprises, _) = heard(&[LessonEvent::State { lines }.into()]);
        let kind = SurpriseKind::State { source: "serveur file 1".to_owned() };
        assert_eq!(surprises, [Surprise { line: 0, kind }]);
        surprises[0].locate("un\n  serveur file 2\n  serveur file 1\n");
        assert_eq!(surprises[0].line, 3);
    }
}
