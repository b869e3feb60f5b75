//! The person who learns: what they predicted, which hints they had, what they may ask about, and their hurry.

use crate::event::{Event, Key, LessonEvent, Verdict};
use crate::lesson::model::{Block, Question};
use crate::syscall::errno::Errno;
use crate::syscall::name::Name;

/// What is known of the learner.
#[derive(Debug, Default)]
pub(super) struct Learner {
    /// A question that the next call will answer, and the choice made.
    prediction: Option<(Question, Option<usize>)>,
    hints: Vec<Vec<Block>>,
    hints_given: usize,
    last_text: Vec<Block>,
    /// The call that is about to run, or has just returned, and what it failed with.
    about: (Option<Name>, Option<Errno>),
    /// No pause until this actor wakes: socketlab plays the missing peer.
    hurry_until_awake: Option<String>,
    /// An actor woke since the last pause.
    saw_awakening: bool,
}

/// Texts, hints and predictions.
impl Learner {
    pub(super) fn enter_step(&mut self, hints: Vec<Vec<Block>>) {
        self.hints = hints;
        self.hints_given = 0;
    }

    pub(super) fn read(&mut self, blocks: &[Block]) {
        self.last_text = blocks.to_vec();
    }

    pub(super) fn last_text(&self) -> Event {
        Event::Lesson(LessonEvent::Text { blocks: self.last_text.clone() })
    }

    pub(super) fn next_hint(&mut self) -> Option<Event> {
        let blocks = self.hints.get(self.hints_given)?.clone();
        self.hints_given += 1;
        Some(Event::Lesson(LessonEvent::Hint { blocks, index: self.hints_given, total: self.hints.len() }))
    }

    pub(super) fn predict(&mut self, question: &Question, chosen: Option<usize>) {
        self.prediction = Some((question.clone(), chosen));
    }

    /// Whether the prediction was right, once.
    pub(super) fn verdict(&mut self) -> Option<Verdict> {
        let (question, chosen) = self.prediction.take()?;
        let wrong = chosen.filter(|choice| *choice != question.answer);
        Some(Verdict {
            chosen,
            right: question.answer,
            right_text: question.choices.get(question.answer).cloned().unwrap_or_default(),
            wrong_because: wrong.and_then(|choice| question.wrong.get(&choice).cloned()),
            why: question.why,
        })
    }
}

/// What `e` explains.
impl Learner {
    /// A call is about to run.
    pub(super) fn meets_call(&mut self, name: Name) {
        self.about.0 = Some(name);
    }

    /// A call sleeps, or has returned.
    pub(super) fn saw(&mut self, name: Name, errno: Option<Errno>) {
        self.about = (Some(name), errno);
    }

    pub(super) fn explanation(&self) -> Event {
        let (call, errno) = self.about;
        Event::Lesson(LessonEvent::Explanation { call, errno })
    }
}

/// Pauses, and the keys that end them.
impl Learner {
    pub(super) fn hurry_until_awake(&mut self, actor: &str) {
        self.hurry_until_awake = Some(actor.to_owned());
    }

    pub(super) fn hurries(&self) -> bool {
        self.hurry_until_awake.is_some()
    }

    pub(super) fn sees_awakening(&mut self, actor: &str) {
        self.hurry_until_awake.take_if(|awaited| awaited == actor);
        self.saw_awakening = true;
    }

    /// Whether a pause is due, once: after an awakening, the person gets the time to see it.
    pub(super) fn needs_breath(&mut self) -> bool {
        std::mem::take(&mut self.saw_awakening)
    }

    /// The keys of a pause; `peer` where a missing peer can be played.
    pub(super) fn keys(&self, peer: bool) -> Vec<Key> {
        let peer = peer.then_some(Key::PlayPeer);
        let asking = [Key::Explain, Key::Details].into_iter().chain(self.hint_key());
        let leaving = [Key::Replay, Key::Previous, Key::Quit];
        [Key::Next].into_iter().chain(peer).chain(asking).chain(leaving).collect()
    }

    /// The keys of a question with so many choices.
    pub(super) fn answer_keys(&self, choices: usize) -> Vec<Key> {
        [Key::Choose(choices), Key::Pass].into_iter().chain(self.hint_key()).chain([Key::Quit]).collect()
    }

    fn hint_key(&self) -> Option<Key> {
        (self.hints_given < self.hints.len()).then_some(Key::Hint)
    }
}

#[cfg(test)]
mod tests {
    use super::Learner;
    use crate::event::{Event, Key, LessonEvent};
    use crate::lesson::model::{Block, Question};
    use crate::syscall::ast::Span;
    use crate::syscall::errno::Errno;
    use crate::syscall::name::Name;

    fn question() -> Question {
        Question {
            statement: "Que rend close ?".to_owned(),
            choices: vec!["3".to_owned(), "0".to_owned()],
            answer: 1,
            why: "Zéro.".to_owned(),
            wrong: [(0, "Trois est le descripteur.".to_owned())].into(),
            span: Span::default(),
        }
    }

    fn because(chosen: Option<usize>) -> Option<String> {
        let mut learner = Learner::default();
        learner.predict(&question(), chosen);
        let verdict = learner.verdict().unwrap();
        assert_eq!((verdict.chosen, verdict.right, verdict.right_text.as_str()), (chosen, 1, "0"));
        assert_eq!(learner.verdict(), None, "said once");
        verdict.wrong_because
    }

    #[test]
    fn a_wrong_prediction_is_told_why() {
        assert_eq!(because(Some(0)).as_deref(), Some("Trois est le descripteur."));
        assert_eq!((because(Some(1)), because(None)), (None, None));
        assert_eq!(Learner::default().verdict(), None);
    }

    #[test]
    fn hints_come_one_by_one_and_begin_again_with_a_step() {
        let mut learner = Learner::default();
        assert!(learner.next_hint().is_none() && !learner.keys(false).contains(&Key::Hint));
        let hints = vec![Vec::<Block>::new(), Vec::new()];
        learner.enter_step(hints.clone());
        assert!(learner.keys(false).contains(&Key::Hint) && learner.answer_keys(2).contains(&Key::Hint));
        let given: Vec<_> = std::iter::from_fn(|| learner.next_hint()).collect();
        let hint = |index| Event::Lesson(LessonEvent::Hint { blocks: Vec::new(), index, total: 2 });
        assert_eq!(given, [hint(1), hint(2)]);
        assert!(!learner.keys(false).contains(&Key::Hint));
        learner.enter_step(hints);
        assert_eq!(learner.next_hint(), Some(hint(1)));
    }

    #[test]
    fn keys_stand_in_their_order() {
        let learner = Learner::default();
        let keys = [Key::Next, Key::Explain, Key::Details, Key::Replay, Key::Previous, Key::Quit];
        assert_eq!(learner.keys(false), keys);
        assert_eq!(learner.keys(true)[..2], [Key::Next, Key::PlayPeer]);
        assert_eq!(learner.answer_keys(3), [Key::Choose(3), Key::Pass, Key::Quit]);
    }

    #[test]
    fn an_explanation_is_of_the_last_call() {
        let mut learner = Learner::default();
        let about = |call, errno| Event::Lesson(LessonEvent::Explanation { call, errno });
        assert_eq!(learner.explanation(), about(None, None));
        learner.saw(Name::Bind, Some(Errno::EADDRINUSE));
        assert_eq!(learner.explanation(), about(Some(Name::Bind), Some(Errno::EADDRINUSE)));
        learner.meets_call(Name::Listen);
        assert_eq!(learner.explanation(), about(Some(Name::Listen), Some(Errno::EADDRINUSE)), "not yet returned");
        learner.saw(Name::Listen, None);
        assert_eq!(learner.explanation(), about(Some(Name::Listen), None));
    }

    #[test]
    fn a_hurry_lasts_until_its_actor_wakes() {
        let mut learner = Learner::default();
        assert!(!learner.hurries() && !learner.needs_breath());
        learner.hurry_until_awake("serveur");
        learner.sees_awakening("client");
        assert!(learner.hurries());
        learner.sees_awakening("serveur");
        assert!(!learner.hurries());
        assert!(learner.needs_breath() && !learner.needs_breath());
    }
}
