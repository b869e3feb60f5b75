//! Where a lesson has come to: its step, the item of that step, and the surprises on the way.

use crate::lesson::model::{Item, Lesson, Line, Step};
use crate::state::Privilege;

/// A place in a lesson.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    pub lesson: &'a Lesson,
    /// Index of the current step, and of its current item.
    pub step: usize,
    pub item: usize,
    /// What came and was not announced, so far.
    pub surprises: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(lesson: &'a Lesson) -> Cursor<'a> {
        Cursor { lesson, step: 0, item: 0, surprises: 0 }
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
        cursor.item = 1;
        assert_eq!(cursor.waker_of("serveur"), Some("client"), "the item being played counts");
        cursor.item = 2;
        assert_eq!(cursor.waker_of("serveur"), None);
        cursor.item = 0;
        cursor.step = 1;
        assert_eq!(cursor.waker_of("serveur"), None);
        cursor.step = 2;
        assert_eq!(cursor.waker_of("serveur"), None, "past the end");
    }

    #[test]
    fn a_step_says_what_its_actors_do_without() {
        let lesson = lesson();
        let mut cursor = Cursor::new(&lesson);
        assert_eq!((cursor.step_id().as_deref(), cursor.withheld()), (Some("attendre"), Vec::new()));
        cursor.step = 1;
        assert_eq!(cursor.step_id().as_deref(), Some("fermer"));
        assert_eq!(cursor.withheld(), [Privilege::NetRaw]);
        cursor.step = 2;
        assert_eq!((cursor.step_id(), cursor.withheld()), (None, Vec::new()));
    }

    #[test]
    fn who_is_born_of_the_lesson() {
        let lesson = lesson();
        let cursor = Cursor::new(&lesson);
        assert!(cursor.declares("client") && !cursor.declares("enfant"));
    }
}
