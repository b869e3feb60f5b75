//! Where events are shown and keys are read.

use std::time::Duration;

use crate::event::{Event, Key, Renderer, Waiting};
use crate::play::exchange::Sink;
use crate::play::plan::Stop;
use crate::play::prompt::{Answer, Prompt};

/// The two sides that a person has: a prompt and a renderer.
pub(super) struct Console<'a> {
    prompt: &'a mut dyn Prompt,
    renderer: &'a mut dyn Renderer,
    /// Nothing is shown nor asked: earlier steps are being replayed.
    pub quiet: bool,
}

impl<'a> Console<'a> {
    pub(super) fn new(prompt: &'a mut dyn Prompt, renderer: &'a mut dyn Renderer) -> Console<'a> {
        Console { prompt, renderer, quiet: false }
    }

    /// Whether somebody is there at all.
    pub(super) fn attended(&self) -> bool {
        self.prompt.attended()
    }

    /// Whether a person is asked now.
    pub(super) fn interactive(&self) -> bool {
        !self.quiet && self.attended()
    }

    /// Shows what is true only while somebody waits.
    pub(super) fn wait(&mut self, waiting: &Waiting) -> Result<(), Stop> {
        self.renderer.wait(waiting).map_err(Stop::output)
    }

    pub(super) fn key(&mut self, patience: Duration) -> Result<Option<Key>, Stop> {
        self.prompt.key(patience).map_err(Stop::input)
    }

    pub(super) fn answer(&mut self, choices: usize) -> Result<Option<Answer>, Stop> {
        self.prompt.answer(choices).map_err(Stop::input)
    }

    /// Why a person who leaves does.
    pub(super) fn leave(&self) -> Stop {
        self.go_on().err().unwrap_or(Stop::Quit)
    }
}

impl Sink for Console<'_> {
    fn tell(&mut self, event: &Event) -> Result<(), Stop> {
        if self.quiet {
            return Ok(());
        }
        self.renderer.show(event).map_err(Stop::output)
    }

    fn go_on(&self) -> Result<(), Stop> {
        if self.prompt.interrupted() { Err(Stop::Interrupted) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::Console;
    use crate::event::{Event, Key, LessonEvent, Renderer, Waiting};
    use crate::play::exchange::Sink;
    use crate::play::plan::Stop;
    use crate::play::prompt::{Answer, Prompt};

    #[derive(Default)]
    struct Person {
        attended: bool,
        interrupted: bool,
    }

    impl Prompt for Person {
        fn attended(&self) -> bool {
            self.attended
        }

        fn interrupted(&self) -> bool {
            self.interrupted
        }

        fn key(&mut self, _: Duration) -> io::Result<Option<Key>> {
            Ok(Some(Key::Next))
        }

        fn answer(&mut self, _: usize) -> io::Result<Option<Answer>> {
            Ok(Some(Answer::Pass))
        }
    }

    #[derive(Default)]
    struct Screen {
        shown: usize,
    }

    impl Renderer for Screen {
        fn show(&mut self, _: &Event) -> io::Result<()> {
            self.shown += 1;
            Ok(())
        }

        fn wait(&mut self, _: &Waiting) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn nothing_is_shown_nor_asked_in_silence() {
        let mut person = Person { attended: true, ..Person::default() };
        let mut screen = Screen::default();
        let mut console = Console::new(&mut person, &mut screen);
        let event = Event::Lesson(LessonEvent::Text { blocks: Vec::new() });
        console.quiet = true;
        console.tell(&event).unwrap();
        assert!(!console.interactive() && console.attended());
        console.quiet = false;
        console.tell(&event).unwrap();
        assert!(console.interactive());
        assert_eq!(screen.shown, 1);
    }

    #[test]
    fn who_leaves_quits_or_was_interrupted() {
        let mut screen = Screen::default();
        let mut person = Person::default();
        let console = Console::new(&mut person, &mut screen);
        assert!(matches!(console.leave(), Stop::Quit) && console.go_on().is_ok() && !console.interactive());
        let mut person = Person { interrupted: true, ..Person::default() };
        let console = Console::new(&mut person, &mut screen);
        assert!(matches!(console.leave(), Stop::Interrupted));
        assert!(matches!(console.go_on(), Err(Stop::Interrupted)));
    }
}
