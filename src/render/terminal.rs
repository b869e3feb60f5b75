//! Events for people: on a terminal, with a live area while the lesson waits, or appended to a pipe.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::content::book::Book;
use crate::event::{
    ActorEvent, Event, Judgement, LessonEvent, LessonStarted, Note, PeerEvent, ProcessChange, Renderer, StateVerdict,
    Verdict, Waiting,
};
use crate::lesson::model::{Block, Section};
use crate::render::glyph::Glyph;
use crate::render::live::{Live, Moment, invitation};
use crate::render::memory::memory;
use crate::render::page::Page;
use crate::render::panel::panel;
use crate::render::peer::{self, Peer};
use crate::render::returned::{blocked, returned};
use crate::render::sanitize::sanitize_bytes;
use crate::render::spacing::{Last, blank_between, kind};
use crate::render::style::{Look, Tone, piece, plain};
use crate::state::View;
use crate::syscall::name::Name;
use crate::text::cause::Scene;
use crate::text::{asked, guide, sentence};

/// Narrower terminals get no live area: its lines would wrap.
const LEAST_LIVE: usize = 20;

/// The marks of the legend, in the order of its words.
const LEGEND: [Glyph; 9] = [
    Glyph::New,
    Glyph::Changed,
    Glyph::Gone,
    Glyph::Returned,
    Glyph::Wanted,
    Glyph::Surprise,
    Glyph::NotJudged,
    Glyph::Asleep,
    Glyph::Held,
];

/// Text for humans. Off a terminal the caller sets `look.linear`.
#[derive(Debug)]
pub struct TerminalRenderer<W: Write> {
    out: W,
    look: Look,
    /// What the key `e` answers from.
    book: Book,
    measure: Option<fn() -> (usize, usize)>,
    lesson: Option<(u32, String)>,
    peer: Peer,
    /// The step being shown, from 1.
    step: usize,
    /// The kernel as last shown.
    view: Option<View>,
    /// Actors shown asleep and not yet back.
    asleep: BTreeSet<String>,
    /// The actor whose calls are being suggested to a stranger.
    suggesting: Option<String>,
    /// The choices of the last question.
    choices: Vec<String>,
    last: Last,
    live: Live,
    /// In linear mode, what was last said of a wait.
    said: Option<Vec<String>>,
}

impl<W: Write> TerminalRenderer<W> {
    #[must_use]
    pub fn new(out: W, look: Look) -> Self {
        let look = Look { linear: look.linear || look.width < LEAST_LIVE, ..look };
        TerminalRenderer {
            out,
            look,
            book: Book::default(),
            measure: None,
            lesson: None,
            peer: Peer::default(),
            step: 0,
            view: Some(View::default()),
            asleep: BTreeSet::new(),
            suggesting: None,
            choices: Vec::new(),
            last: Last::Nothing,
            live: Live::default(),
            said: None,
        }
    }

    /// Follows a terminal whose window may change: `measure` gives its columns and rows.
    #[must_use]
    pub fn following(mut self, measure: fn() -> (usize, usize)) -> Self {
        self.measure = Some(measure);
        self
    }

    /// Answers from the pages of this book.
    #[must_use]
    pub fn reading(mut self, book: Book) -> Self {
        self.book = book;
        self
    }

    fn measure(&mut self) {
        if let Some(measure) = self.measure {
            (self.look.width, self.look.height) = measure();
        }
    }

    /// Erases the live area, for who writes on the same terminal.
    ///
    /// # Errors
    /// The writer's own.
    pub fn pause(&mut self) -> io::Result<()> {
        self.live.erase(&mut self.out)?;
        self.live.forget();
        self.out.flush()
    }

    fn print(&mut self, lines: &[String]) -> io::Result<()> {
        self.live.erase(&mut self.out)?;
        for line in lines {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    /// The lines of an event, and what is remembered of it.
    fn lay(&mut self, event: &Event) -> Page {
        let mut page = Page::new(self.look);
        self.peer.hear(event);
        match event {
            Event::Lesson(event) => self.lesson_event(&mut page, event),
            Event::Actor(event) => self.actor_event(&mut page, event),
            Event::Peer(event) => self.peer_event(&mut page, event),
            // A trace has a renderer of its own.
            Event::Trace(_) => {}
        }
        page
    }

    fn lesson_event(&mut self, page: &mut Page, event: &LessonEvent) {
        match event {
            LessonEvent::Started(started) => self.start(page, started),
            LessonEvent::Section { title, index, total, .. } => self.section(page, title, (*index, *total)),
            LessonEvent::Statement { actor, source: text, suggested, .. } => {
                if *suggested && self.suggesting.as_ref() != Some(actor) {
                    page.sentence(2, Tone::Actor, &guide::suggested(actor));
                }
                self.suggesting = suggested.then(|| actor.clone());
                source(page, text);
            }
            LessonEvent::Question { statement, choices } => {
                self.choices.clone_from(choices);
                question(page, statement, choices);
            }
            LessonEvent::Verdict(verdict) => self.verdict(page, verdict),
            LessonEvent::Finished { calls, surprises } => {
                let text = sentence::lesson_finished(self.lesson_number(), *calls, *surprises);
                page.sentence(0, if *surprises == 0 { Tone::Strong } else { Tone::Bad }, &text);
            }
            LessonEvent::Skipped { id, needs } => page.sentence(0, Tone::Wanted, &sentence::skipped(id, needs)),
            LessonEvent::Text { blocks } => page.prose(0, blocks),
            LessonEvent::Display { text, .. } => page.verbatim(2, "│ ", text),
            LessonEvent::Output { actor, fd, bytes } => output(page, actor, *fd, bytes),
            LessonEvent::Memory(event) => page.append(memory(self.look, event)),
            LessonEvent::State { lines } => state(page, lines),
            LessonEvent::Hint { blocks, index, total } => hint(page, blocks, (*index, *total)),
            LessonEvent::Visitor(visitor) => marked_line(page, Glyph::New, &sentence::visitor(visitor)),
            LessonEvent::Role { actor, player } => page.sentence(2, Tone::Actor, &sentence::role(actor, *player)),
            LessonEvent::Details { actor, pid, activity } => {
                page.sentence(4, Tone::Plain, &guide::details(actor, *pid, activity));
            }
            LessonEvent::Explanation { call, errno } => {
                page.prose(4, &asked::blocks(&self.book, call.map(Name::as_str), *errno));
            }
            LessonEvent::Closing { section, blocks } => closing(page, *section, blocks),
        }
    }

    fn actor_event(&mut self, page: &mut Page, event: &ActorEvent) {
        match event {
            ActorEvent::Blocked(event) => {
                self.asleep.insert(event.actor.clone());
                page.append(blocked(self.look, event, None));
            }
            ActorEvent::Returned(event) => {
                let slept = self.asleep.remove(&event.actor);
                page.append(match self.lesson_number().map(Scene::Lesson) {
                    Some(scene) => returned(self.look, event, slept, scene),
                    None if event.expected == Judgement::NotJudged => self.peer.returned(self.look, event, slept),
                    None => returned(self.look, event, slept, Scene::Other),
                });
            }
            ActorEvent::Kernel { view } => self.kernel(page, view),
            ActorEvent::Process { actor, pid, tid, change } => process(page, actor, (*pid, *tid), change),
            ActorEvent::Note { note } => note_line(page, note),
            // Its statement has been shown, and its return shows it evaluated.
            ActorEvent::Call(_) => {}
        }
    }

    fn peer_event(&mut self, page: &mut Page, event: &PeerEvent) {
        match event {
            PeerEvent::ServeStarted(started) => self.peer.serve(page, started),
            PeerEvent::ConnectStarted(started) => self.peer.connect(page, started),
            PeerEvent::Listening(event) => peer::listening(page, event),
            PeerEvent::Client(event) => peer::client(page, event),
            PeerEvent::ClientGone(gone) => peer::client_gone(page, gone),
            PeerEvent::Data(event) => peer::bytes(page, event),
            PeerEvent::Note { note } => self.peer.note(page, note),
            PeerEvent::ServeFinished(finished) => peer::serve_finished(page, finished),
            PeerEvent::ConnectFinished(finished) => self.peer.connect_finished(page, finished),
        }
    }

    fn lesson_number(&self) -> Option<u32> {
        self.lesson.as_ref().map(|lesson| lesson.0)
    }

    fn start(&mut self, page: &mut Page, started: &LessonStarted) {
        let heading = sentence::lesson_heading(started.lesson, &started.title);
        let minutes = sentence::minutes(started.minutes);
        page.sides(2, &[piece(Tone::Heading, heading.as_str())], &[piece(Tone::Dim, minutes)]);
        page.rule();
        if !started.objectives.is_empty() {
            page.sentence(0, Tone::Plain, sentence::OBJECTIVES);
            for objective in &started.objectives {
                let pieces: Vec<_> = [plain("- ")].into_iter().chain(page.marked(objective)).collect();
                page.line(2, 4, &pieces);
            }
            page.blank();
        }
        if !started.actors.is_empty() {
            page.sentence(0, Tone::Plain, &sentence::actors(&started.actors));
        }
        page.sentence(0, Tone::Plain, &sentence::network(started.network, started.port));
        let ascii = page.look().ascii;
        page.sentence(0, Tone::Dim, &guide::legend(LEGEND.map(|glyph| glyph.mark(ascii))));
        self.lesson = Some((started.lesson, heading));
    }

    fn section(&mut self, page: &mut Page, title: &str, (index, total): (usize, usize)) {
        if index <= self.step {
            // The step is played again, by fresh actors: nothing of what was seen still holds.
            self.view = None;
            self.asleep.clear();
        }
        self.step = index;
        let counter = sentence::step_counter(index, total);
        let heading = self.lesson.as_ref().map_or("", |lesson| lesson.1.as_str());
        page.sides(2, &[piece(Tone::Heading, heading)], &[piece(Tone::Dim, counter)]);
        page.rule();
        page.sentence(0, Tone::Strong, title);
    }

    /// Nothing where nothing changed.
    fn kernel(&mut self, page: &mut Page, view: &View) {
        page.append(panel(self.look, self.view.as_ref(), view, self.peer.frame()));
        self.view = Some(view.clone());
    }

    fn verdict(&self, page: &mut Page, verdict: &Verdict) {
        let chosen = verdict.chosen.and_then(|chosen| self.choices.get(chosen));
        let right = verdict.chosen == Some(verdict.right);
        if let Some(text) = chosen {
            let tone = if right { Tone::Good } else { Tone::Wanted };
            page.sentence(4, tone, &sentence::predicted(text, right));
        }
        if let (false, Some(because)) = (right, &verdict.wrong_because) {
            page.line(4, 4, &page.marked(because));
        }
        if !right {
            page.line(4, 4, &page.marked(&sentence::right_answer(&verdict.right_text)));
        }
        page.line(4, 4, &page.marked(&verdict.why));
    }

    /// Linear: what can be done is said once, then only what changes.
    fn say(&mut self, waiting: &Waiting) -> io::Result<()> {
        let mut lines = panel(self.look, self.view.as_ref(), &waiting.view, self.peer.frame()).into_lines();
        self.view = Some(waiting.view.clone());
        let offer = invitation(self.look, waiting, self.peer.typing()).into_lines();
        // What a peer's clients type was said when it began to listen.
        if self.said.as_ref() != Some(&offer) && !self.peer.is_shown() {
            lines.extend_from_slice(&offer);
            self.said = Some(offer);
        }
        if lines.is_empty() { Ok(()) } else { self.print(&lines) }
    }
}

impl<W: Write> Renderer for TerminalRenderer<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        self.measure();
        let mut lines = self.lay(event).into_lines();
        if lines.is_empty() {
            return Ok(());
        }
        let last = kind(event);
        let verdict = matches!(event, Event::Lesson(LessonEvent::Verdict(_)));
        let apart = if verdict { self.last == Last::Kernel } else { blank_between(self.last, last) };
        if apart {
            lines.insert(0, String::new());
        }
        self.last = last;
        self.said = None;
        self.print(&lines)?;
        if let Event::Actor(ActorEvent::Blocked(blocked)) = event {
            self.live.follow(blocked, &lines);
        } else if matches!(
            event,
            Event::Actor(ActorEvent::Returned(_))
                | Event::Lesson(LessonEvent::Statement { .. } | LessonEvent::Section { .. })
        ) {
            self.live.forget();
        } else {
            self.live.extend(&lines);
        }
        Ok(())
    }

    fn wait(&mut self, waiting: &Waiting) -> io::Result<()> {
        if self.look.linear {
            return self.say(waiting);
        }
        self.measure();
        let frame = self.peer.frame();
        let moment = Moment { look: self.look, waiting, shown: self.view.as_ref(), frame, typing: self.peer.typing() };
        self.live.draw(&mut self.out, moment)
    }
}

impl<W: Write> Drop for TerminalRenderer<W> {
    /// Whatever ends the lesson, the live area does not stay behind.
    fn drop(&mut self) {
        let _ = self.pause();
    }
}

/// The statement as the lesson writes it.
fn source(page: &mut Page, text: &str) {
    page.verbatim(2, "", &dedent(text));
}

/// Further lines of a statement keep their indentation among themselves only.
fn dedent(source: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let further = source.lines().skip(1).filter(|line| !line.trim().is_empty());
    let common = further.map(indent).min().unwrap_or(0).saturating_sub(4);
    let lines = source.lines().enumerate();
    let cut =
        |(i, line): (usize, &str)| if i == 0 { line.to_owned() } else { line.get(common..).unwrap_or("").to_owned() };
    lines.map(cut).collect::<Vec<_>>().join("\n")
}

fn question(page: &mut Page, statement: &str, choices: &[String]) {
    page.line(0, 0, &page.marked(statement));
    for (i, choice) in choices.iter().enumerate() {
        let number = format!("{}. ", i + 1);
        let hang = 4 + number.len();
        let pieces: Vec<_> = [piece(Tone::Strong, number)].into_iter().chain(page.marked(choice)).collect();
        page.line(4, hang, &pieces);
    }
}

fn closing(page: &mut Page, section: Section, blocks: &[Block]) {
    page.sentence(0, Tone::Heading, sentence::section(section));
    page.rule();
    page.prose(0, blocks);
}

fn process(page: &mut Page, actor: &str, (pid, tid): (i32, i32), change: &ProcessChange) {
    let (glyph, tone) = match change {
        ProcessChange::Born => (Glyph::New, Tone::Dim),
        ProcessChange::Exited { .. } | ProcessChange::Died { .. } => (Glyph::Gone, Tone::Dim),
    };
    let mark = format!("{} ", glyph.mark(page.look().ascii));
    let text = sentence::process(pid, tid, change);
    page.line(0, 4, &[piece(tone, mark), piece(Tone::Actor, actor), plain("  "), piece(tone, text)]);
}

/// An actor's bytes, line by line behind a bar.
fn output(page: &mut Page, actor: &str, fd: i32, bytes: &[u8]) {
    page.sentence(4, Tone::Plain, &sentence::output(actor, fd));
    for line in bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n') {
        page.verbatim(4, "│ ", &sanitize_bytes(line));
    }
}

fn state(page: &mut Page, lines: &[StateVerdict]) {
    page.sentence(4, Tone::Plain, sentence::STATE);
    for line in lines {
        let (glyph, tone) = match line.held {
            Judgement::Expected => (Glyph::Held, Tone::Good),
            Judgement::Unexpected => (Glyph::Surprise, Tone::Bad),
            Judgement::NotJudged => (Glyph::NotJudged, Tone::Dim),
        };
        let words = sentence::state_held(line.held);
        let gap = if words.is_empty() { "" } else { "   " };
        let mark = format!("{} ", glyph.mark(page.look().ascii));
        page.line(4, 6, &[piece(tone, mark), plain(guide::state_line(&line.source)), plain(gap), piece(tone, words)]);
    }
}

fn hint(page: &mut Page, blocks: &[Block], (index, total): (usize, usize)) {
    page.sentence(2, Tone::Strong, &sentence::hint(index, total));
    page.prose(2, blocks);
}

fn marked_line(page: &mut Page, glyph: Glyph, text: &str) {
    let mark = format!("{} ", glyph.mark(page.look().ascii));
    page.line(0, 2, &[piece(Tone::Good, mark), plain(text)]);
}

fn note_line(page: &mut Page, note: &Note) {
    let text = sentence::note(note);
    if sentence::note_is_surprise(note) {
        let mark = format!("{} ", Glyph::Surprise.mark(page.look().ascii));
        return page.line(0, 2, &[piece(Tone::Bad, mark), plain(text)]);
    }
    page.sentence(2, Tone::Wanted, &text);
}
