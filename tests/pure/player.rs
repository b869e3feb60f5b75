//! The player on a scripted kernel: what it asks, what it shows, what it judges, and what the keys do.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use socketlab::event::{ActorEvent, Event, Judgement, Key, LessonEvent, Network, Note, Renderer, Waiting};
use socketlab::lesson::model::{Lesson, Need};
use socketlab::lesson::parse::parse;
use socketlab::live::kernel::Report;
use socketlab::live::scripted::{Asked, Scene, ScriptedKernel};
use socketlab::play::plan::{Plan, Stage, Stop, Summary};
use socketlab::play::prompt::{Answer, Prompt};
use socketlab::play::walk::play;
use socketlab::syscall::call::{Answer as Returned, Call, Outcome, Value};
use socketlab::syscall::errno::Errno;

/// Keeps what it is shown.
#[derive(Default)]
struct Recorder {
    events: Vec<Event>,
    waits: usize,
}

impl Renderer for Recorder {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        self.events.push(event.clone());
        Ok(())
    }

    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        self.waits += 1;
        Ok(())
    }
}

/// Answers from a list; without keys, nobody is there.
#[derive(Default)]
struct Person {
    keys: VecDeque<Key>,
    answers: VecDeque<Answer>,
    attended: bool,
}

impl Person {
    fn pressing(keys: &[Key]) -> Person {
        Person { keys: keys.iter().copied().collect(), attended: true, ..Person::default() }
    }
}

impl Prompt for Person {
    fn attended(&self) -> bool {
        self.attended
    }

    fn interrupted(&self) -> bool {
        false
    }

    fn key(&mut self, _: Duration) -> io::Result<Option<Key>> {
        Ok(Some(self.keys.pop_front().unwrap_or(Key::Quit)))
    }

    fn answer(&mut self, _: usize) -> io::Result<Option<Answer>> {
        Ok(self.answers.pop_front())
    }
}

struct Played {
    events: Vec<Event>,
    summary: Summary,
    stop: Option<Stop>,
    kernel: ScriptedKernel,
}

fn lesson(steps: &str) -> Lesson {
    let text = format!(
        "+++\nformat = 1\nnumero = 90\nslug = \"essai\"\ntitre = \"Essai\"\nresume = \"Essai.\"\nminutes = 10\n\
         acteurs = [\"serveur\", \"client\"]\nport = 3001\nobjectifs = [\"essayer\"]\n+++\n\n{steps}"
    );
    let parsed = parse(&text);
    assert!(parsed.is_ok(), "{parsed:?}");
    parsed.unwrap()
}

fn run(steps: &str, scenes: Vec<Scene>, mut person: Person) -> Played {
    let lesson = lesson(steps);
    let mut kernel = ScriptedKernel::new(scenes);
    let mut recorder = Recorder::default();
    let plan = Plan { from: 0, network: Network::Private, allows: vec![Need::Root], notes: Vec::new() };
    let stage = Stage { kernel: &mut kernel, prompt: &mut person, renderer: &mut recorder };
    let (summary, result) = play(&lesson, stage, &plan);
    Played { events: recorder.events, summary, stop: result.err(), kernel }
}

fn call(name: &str) -> Call {
    Call { name: name.parse().unwrap(), arguments: vec![Value::Number(3)] }
}

fn entered(name: &str) -> Report {
    Report::Entered { call: call(name) }
}

fn finished(name: &str, outcome: Outcome) -> Report {
    Report::Finished { call: Some(call(name)), outcome, duration_us: 5 }
}

fn number(value: i64) -> Outcome {
    Outcome::Returned(Returned::Number(value))
}

fn returned(events: &[Event]) -> Vec<(String, Judgement)> {
    let returned = events.iter().filter_map(|event| match event {
        Event::Actor(ActorEvent::Returned(event)) => Some((event.actor.clone(), event.expected)),
        _ => None,
    });
    returned.collect()
}

const CLOSE: &str = "## Fermer\n\n```c serveur\nclose(3);\n```\n";

fn close(outcome: Outcome) -> Vec<Scene> {
    vec![Scene::new("serveur", "close(3);", vec![entered("close"), finished("close", outcome)])]
}

#[test]
fn an_outcome_that_was_announced_is_no_surprise() {
    let played = run(CLOSE, close(number(0)), Person::default());
    assert_eq!(played.summary.surprises, 0);
    assert!(played.summary.finished && played.kernel.left() == 0);
    assert_eq!(returned(&played.events), [("serveur".to_owned(), Judgement::Expected)]);
    assert!(matches!(played.events.last(), Some(Event::Lesson(LessonEvent::Finished { calls: 1, surprises: 0 }))));
}

#[test]
fn an_outcome_that_was_not_is_shown_and_counted() {
    let played = run(CLOSE, close(Outcome::Failed(Errno::EBADF)), Person::default());
    assert_eq!(played.summary.surprises, 1);
    assert_eq!(returned(&played.events), [("serveur".to_owned(), Judgement::Unexpected)]);
    let wanted = "## Fermer\n\n```c serveur\nclose(3);   // => EBADF\n```\n";
    let played = run(wanted, close(Outcome::Failed(Errno::EBADF)), Person::default());
    assert_eq!(played.summary.surprises, 0);
}

const MEETING: &str = "## Rencontre\n\n```c serveur\nint fd = accept(3, NULL, NULL);   // => bloque, puis fd 4\n```\n\n\
    ```c client\nclose(3);   // => 0, réveille serveur\n```\n";

fn meeting(waker: Vec<Report>) -> Vec<Scene> {
    let accept = Scene::new("serveur", "int fd = accept(3, NULL, NULL);", vec![entered("accept")]);
    let wake = Scene::new("client", "close(3);", waker).then("serveur", finished("accept", number(4)));
    vec![accept, wake]
}

#[test]
fn the_waker_returns_before_the_sleeper_whatever_came_first() {
    let played = run(MEETING, meeting(vec![entered("close"), finished("close", number(0))]), Person::default());
    assert_eq!(played.summary.surprises, 0, "{:#?}", played.events);
    let order: Vec<String> = returned(&played.events).into_iter().map(|(actor, _)| actor).collect();
    assert_eq!(order, ["client", "serveur"]);
    assert!(
        played
            .events
            .iter()
            .any(|event| matches!(event, Event::Actor(ActorEvent::Blocked(blocked)) if blocked.expected))
    );
}

#[test]
fn who_wakes_unasked_is_a_surprise() {
    let steps = "## Rencontre\n\n```c serveur\nint fd = accept(3, NULL, NULL);   // => bloque, puis fd 4\n```\n\n\
        ```c client\nclose(4);\nclose(3);   // => 0, réveille serveur\n```\n";
    let accept = Scene::new("serveur", "int fd = accept(3, NULL, NULL);", vec![entered("accept")]);
    let too_early = Scene::new("client", "close(4);", vec![entered("close"), finished("close", number(0))])
        .then("serveur", finished("accept", number(4)));
    let late = Scene::new("client", "close(3);", vec![entered("close"), finished("close", number(0))]);
    let played = run(steps, vec![accept, too_early, late], Person::default());
    // Once for the awakening, once for the line that should have caused it.
    assert_eq!(played.summary.surprises, 2);
    let told = |event: &Event| matches!(event, Event::Actor(ActorEvent::Note { note: Note::WokenByNobody { .. } }));
    assert!(played.events.iter().any(told));
}

#[test]
fn a_sleep_that_does_not_come_is_a_surprise() {
    let accept = |duration_us| {
        let end = Report::Finished { call: Some(call("accept")), outcome: number(4), duration_us };
        Scene::new("serveur", "int fd = accept(3, NULL, NULL);", vec![entered("accept"), end])
    };
    let close = Scene::new("client", "close(3);", vec![entered("close"), finished("close", number(0))]);
    let played = run(MEETING, vec![accept(5), close], Person::default());
    assert_eq!(returned(&played.events)[0], ("serveur".to_owned(), Judgement::Unexpected));
    // Nobody wakes this one: a sleep may be over before it is seen, but it takes time.
    let alone = "## Attente\n\n```c serveur\nint fd = accept(3, NULL, NULL);   // => bloque, puis fd 4\n```\n";
    assert_eq!(run(alone, vec![accept(5)], Person::default()).summary.surprises, 1);
    assert_eq!(run(alone, vec![accept(1000)], Person::default()).summary.surprises, 0);
}

#[test]
fn a_sleeper_that_nobody_wakes_cannot_get_a_client() {
    let steps = |end: &str| {
        format!("## A\n\n```c serveur\nint fd = accept(3, NULL, NULL);   // => bloque, puis {end}\n```\n\n{CLOSE}")
    };
    let scenes = |end: Outcome| {
        let accept = Scene::new("serveur", "int fd = accept(3, NULL, NULL);", vec![entered("accept")]);
        vec![accept, Scene::new("client", "close(4);", Vec::new()).then("serveur", finished("accept", end))]
    };
    let told = |end: &str, outcome: Outcome| {
        let steps = steps(end).replace("c serveur\nclose(3)", "c client\nclose(4)");
        let mut scenes = scenes(outcome);
        scenes[1]
            .reports
            .extend([("client".to_owned(), entered("close")), ("client".to_owned(), finished("close", number(0)))]);
        run(&steps, scenes, Person::default()).summary.surprises
    };
    assert_eq!(told("EAGAIN", Outcome::Failed(Errno::EAGAIN)), 0, "its time was over");
    assert_eq!(told("fd 4", number(4)), 1, "somebody connected");
}

#[test]
fn a_step_that_the_machine_cannot_play_is_said() {
    let steps = format!("## Plus loin\n\n```etape\nexige = [\"ipv6\"]\n```\n\n```c client\nclose(9);\n```\n\n{CLOSE}");
    let played = run(&steps, close(number(0)), Person::default());
    assert!(
        played
            .events
            .iter()
            .any(|event| matches!(event, Event::Lesson(LessonEvent::Skipped { needs, .. }) if *needs == [Need::Ipv6]))
    );
    assert_eq!((played.summary.surprises, played.summary.calls), (0, 1));
}

const QUESTION: &str = "## Fermer\n\n```question\nenonce = \"Que rend close ?\"\nchoix = [\"3\", \"0\"]\nreponse = 2\n\
    pourquoi = \"Zéro.\"\nsi_1 = \"Trois est le descripteur.\"\n```\n\n```c serveur\nclose(3);\n```\n";

#[test]
fn a_prediction_gets_its_verdict_after_the_call() {
    let mut person = Person::pressing(&[Key::Next]);
    person.answers.push_back(Answer::Choice(0));
    let played = run(QUESTION, close(number(0)), person);
    let position = |wanted: fn(&Event) -> bool| played.events.iter().position(wanted);
    let call = position(|event| matches!(event, Event::Actor(ActorEvent::Returned(_))));
    let verdict = position(|event| matches!(event, Event::Lesson(LessonEvent::Verdict(_))));
    assert!(call < verdict && call.is_some());
    let said = played.events.iter().find_map(|event| match event {
        Event::Lesson(LessonEvent::Verdict(verdict)) => {
            Some((verdict.chosen, verdict.right, verdict.wrong_because.clone()))
        }
        _ => None,
    });
    assert_eq!(said, Some((Some(0), 1, Some("Trois est le descripteur.".to_owned()))));
}

#[test]
fn leaving_ends_every_actor() {
    let played = run(CLOSE, close(number(0)), Person::pressing(&[Key::Quit]));
    assert!(matches!(played.stop, Some(Stop::Quit)) && !played.summary.finished);
    assert!(matches!(played.kernel.asked.last(), Some(Asked::EndAll)), "{:?}", played.kernel.asked);
}

#[test]
fn replaying_starts_again_with_fresh_actors() {
    let two = [close(number(0)), close(number(0))].concat();
    let played = run(CLOSE, two, Person::pressing(&[Key::Replay, Key::Next]));
    assert_eq!(played.kernel.left(), 1, "the first try was left before its call");
    let born = played.events.iter().filter(|event| matches!(event, Event::Actor(ActorEvent::Process { .. }))).count();
    assert_eq!(born, 2);
    assert_eq!(played.summary.surprises, 0);
}

#[test]
fn inside_a_call_the_peer_can_be_played() {
    let keys = [Key::Next, Key::PlayPeer, Key::Next];
    let scenes = meeting(vec![entered("close"), finished("close", number(0))]);
    let played = run(MEETING, scenes, Person::pressing(&keys));
    assert!(played.summary.finished, "{:?}", played.stop);
    assert_eq!(played.summary.surprises, 0);
}

#[test]
fn a_pause_answers_what_is_asked() {
    let steps = "## Fermer\n\nUn texte.\n\n```c serveur\nclose(3);   // => EBADF\nclose(4);\n```\n";
    let again = Scene::new("serveur", "close(4);", vec![entered("close"), finished("close", number(0))]);
    let scenes = [close(Outcome::Failed(Errno::EBADF)), vec![again]].concat();
    let keys = [Key::Next, Key::Explain, Key::Previous, Key::Details, Key::Next];
    let played = run(steps, scenes, Person::pressing(&keys));
    assert!(played.summary.finished, "{:?}", played.stop);
    let count = |wanted: fn(&Event) -> bool| played.events.iter().filter(|event| wanted(event)).count();
    // The call that failed is over, the next one is about to run.
    let explained = count(
        |event| matches!(event, Event::Lesson(LessonEvent::Explanation { call: Some(call), errno: Some(Errno::EBADF) }) if call.as_str() == "close"),
    );
    let texts = count(|event| matches!(event, Event::Lesson(LessonEvent::Text { .. })));
    let nobody = count(|event| matches!(event, Event::Actor(ActorEvent::Note { note: Note::NobodySleeps })));
    assert_eq!((explained, texts, nobody), (1, 2, 1));
}

#[test]
fn after_an_awakening_the_person_has_time_to_see_it() {
    let played = |pauses: usize| {
        let scenes = meeting(vec![entered("close"), finished("close", number(0))]);
        run(MEETING, scenes, Person::pressing(&vec![Key::Next; pauses]))
    };
    // Before each call, inside the one that sleeps, and after it.
    let left = played(3);
    assert!(matches!(left.stop, Some(Stop::Quit)) && returned(&left.events).len() == 2, "{:?}", left.stop);
    assert!(played(4).summary.finished);
}
