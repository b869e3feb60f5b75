//! Where a lesson has come to: its step, the item of that step, and the surprises on the way.

use crate::lesson::model::{Item, Lesson, Line, Step};
use crate::state::Privilege;

/// A place in a lesson.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    lesson: &'a Lesson,
    step: usize,
    item: usize,
    surprises: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(lesson: &'a Lesson) -> Cursor<'a> {
        Cursor { lesson, step: 0, item: 0, surprises: 0 }
    }

    pub(super) fn lesson(&self) -> &'a Lesson {
        self.lesson
    }

    pub(super) fn enter_step(&mut self, index: usize) {
        self.step = index;
    }

    pub(super) fn enter_item(&mut self, index: usize) {
        self.item = index;
    }

    /// Index of the current step.
    pub(super) fn step(&self) -> usize {
        self.step
    }

    fn current(&self) -> Option<&'a Step> {
        self.lesson.steps.get(self.step)
    }

    /// Identifier of the current step.
    pub(super) fn step_id(&self) -> Option<String> {
        self.current().map(|step| step.id.clone())
    }

    /// What actors born in this step do without.
    pub(super) fn withheld(&self) -> Vec<Privilege> {
        self.current().map(|step| step.settings.without.clone()).unwrap_or_default()
    }

    /// Whether the lesson itself has this actor, rather than a fork or a pthread_create of another.
    pub(super) fn declares(&self, actor: &str) -> bool {
        self.lesson.actors.iter().any(|name| name == actor)
    }

    /// The actor whose call, in this item or a later one, wakes this sleeper.
    pub(super) fn waker_of(&self, sleeper: &str) -> Option<&'a str> {
        let current = self.current()?.items.iter().skip(self.item);
        let later = self.lesson.steps.iter().skip(self.step + 1).flat_map(|step| &step.items);
        let wakes = |line: &Line| line.expectation.wakes.iter().any(|woken| woken == sleeper);
        current.chain(later).find_map(|item| match item {
            Item::Code(script) => script.lines.iter().any(wakes).then_some(script.actor.as_str()),
            _ => None,
        })
    }

    pub(super) fn count_surprise(&mut self) {
        self.surprises += 1;
    }

    /// What came and was not announced, so far.
    pub(super) fn surprises(&self) -> usize {
        self.surprises
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;
    use crate::lesson::model::Lesson;
    use crate::lesson::parse::parse;
    use crate::state::Privilege;

    fn lesson() -> Lesson {
        let front = "+++\nformat = 1\nnumero = 90\nslug = \"essai\"\ntitre = \"Essai\"\nresume = \"Essai.\"\n\
            minutes = 10\nacteurs = [\"serveur\", \"client\"]\nport = 3001\nobjectifs = [\"essayer\"]\n+++\n\n";
        let first = "## Attendre\n\n```c serveur\nint fd = accept(3, NULL, NULL);   // => bloque, puis fd 4\n```\n\n\
            ```c client\nclose(3);   // => 0, réveille serveur\n```\n\n";
        let second = "## Fermer\n\n```etape\nsans = [\"CAP_NET_RAW\"]\n```\n\n```c serveur\nclose(3);\n```\n";
        let parsed = parse(&format!("{front}{first}{second}"));
        assert!(parsed.is_ok(), "{parsed:?}");
        parsed.unwrap()
    }

    #[test]
    fn a_waker_is_looked_for_from_here_on() {
        let lesson = lesson();
        let mut cursor = Cursor::new(&lesson);
        assert_eq!((cursor.waker_of("serveur"), cursor.waker_of("client")), (Some("client"), None));
        cursor.enter_item(1);
        assert_eq!(cursor.waker_of("serveur"), Some("client"), "the item being played counts");
        cursor.enter_item(2);
        assert_eq!(cursor.waker_of("serveur"), None);
        cursor.enter_item(0);
        cursor.enter_step(1);
        assert_eq!(cursor.waker_of("serveur"), None);
        cursor.enter_step(2);
        assert_eq!(cursor.waker_of("serveur"), None, "past the end");
    }

    #[test]
    fn a_step_says_what_its_actors_do_without() {
        let lesson = lesson();
        let mut cursor = Cursor::new(&lesson);
        assert_eq!((cursor.step_id().as_deref(), cursor.withheld()), (Some("attendre"), Vec::new()));
        cursor.enter_step(1);
        assert_eq!((cursor.step(), cursor.step_id().as_deref()), (1, Some("fermer")));
        assert_eq!(cursor.withheld(), [Privilege::NetRaw]);
        cursor.enter_step(2);
        assert_eq!((cursor.step_id(), cursor.withheld()), (None, Vec::new()));
    }

    #[test]
    fn actors_and_surprises() {
        let lesson = lesson();
        let mut cursor = Cursor::new(&lesson);
        assert!(cursor.declares("client") && !cursor.declares("enfant"));
        cursor.count_surprise();
        cursor.count_surprise();
        assert_eq!(cursor.surprises(), 2);
    }
}
