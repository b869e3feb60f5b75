//! A trace for people: one line a call, appended; only the line of a call that sleeps is ever written again, while it
//! is the last thing on the screen.

mod call;
mod end;
mod fold;

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use crate::event::trace::{Stuck, TraceStarted, Why};
use crate::event::{Event, Renderer, TraceEvent, Waiting};
use crate::finding::Finding;
use crate::observed::{Return, Step, Subject, TraceNote, Traced, What};
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::panel::{Frame, panel};
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::trace::fold::{Fold, Place};
use crate::render::wrap::text_width;
use crate::state::View;
use crate::syscall::call::{Call, Value};
use crate::syscall::name::Name;
use crate::syscall::notation::format_call_within;
use crate::text::trace as words;
use crate::text::trace::repeated;
use crate::watch::difference::differs;

/// Where what is said below a call starts.
const BELOW: usize = 4;

/// What stays on the screen for less was not seen to sleep, in microseconds.
const GLIMPSE_US: u64 = 100_000;

/// How calls are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many bytes of each buffer.
    pub strsize: usize,
    /// A sentence below each call.
    pub explain: bool,
    /// Whether the line of a sleeping call may be written again when it returns.
    pub in_place: bool,
    /// Whether the program writes on the same screen.
    pub shared: bool,
}

/// Text for people; what is written waits in `out` until it is flushed.
#[derive(Debug)]
pub struct TraceRenderer<W: Write> {
    out: W,
    look: Look,
    options: Options,
    measure: Option<fn() -> (usize, usize)>,
    tasks: BTreeSet<i32>,
    /// Whether there ever were several tasks: each line names its own from then on.
    several: bool,
    /// Tasks whose call was shown before it returned, and what was last said of it.
    asleep: HashMap<i32, Option<(View, Why)>>,
    /// The task whose line is not ended: the cursor is behind it.
    open: Option<i32>,
    /// The task that the last line is about.
    last: Option<i32>,
    findings: Vec<Finding>,
    fold: Fold,
    line: String,
}

impl<W: Write> TraceRenderer<W> {
    #[must_use]
    pub fn new(out: W, look: Look, options: Options) -> Self {
        TraceRenderer {
            out,
            look,
            options,
            measure: None,
            tasks: BTreeSet::new(),
            several: false,
            asleep: HashMap::new(),
            open: None,
            last: None,
            findings: Vec::new(),
            fold: Fold::default(),
            line: String::new(),
        }
    }

    /// Follows a terminal whose window may change: `measure` gives its columns and rows.
    #[must_use]
    pub fn following(mut self, measure: fn() -> (usize, usize)) -> Self {
        self.measure = Some(measure);
        self
    }

    fn started(&mut self, started: &TraceStarted) -> io::Result<()> {
        let mut page = Page::new(self.look);
        page.line(0, 2, &[piece(Tone::Heading, words::heading(started))]);
        page.rule();
        for one in &started.faults {
            page.line(0, 2, &[piece(Tone::Wanted, words::promised(one))]);
        }
        self.page(page)
    }

    fn step(&mut self, step: &Step) -> io::Result<()> {
        if !matches!(step.what, What::Entered(_) | What::Returned(_)) {
            self.unfold()?;
        }
        match &step.what {
            What::Born { parent } => self.born(step, *parent),
            What::Executed { program, arguments } => self.executed(step, (program, arguments)),
            What::Entered(traced) => self.entered(step, traced),
            What::Returned(done) => self.returned(step, done),
            What::Signalled { signal, sender } => {
                let ours = sender.is_some_and(|pid| u32::try_from(pid) == Ok(std::process::id()));
                self.event(step, (Glyph::Wanted, Tone::Wanted), &words::signalled(*signal, *sender, ours))
            }
            What::Stopped { signal } => self.event(step, (Glyph::Wanted, Tone::Wanted), &words::stopped(*signal)),
            What::Exited { code } => {
                self.gone(step);
                self.event(step, (Glyph::Gone, Tone::Dim), &words::exited(step.pid, step.tid, *code))
            }
            What::Killed { signal, core } => {
                self.gone(step);
                self.event(step, (Glyph::Surprise, Tone::Bad), &words::killed(step.pid, *signal, *core))
            }
            What::Note(note) => self.note(note),
            What::Ending { .. } | What::Deadlock { .. } | What::Unread { .. } => Ok(()),
        }
    }

    fn born(&mut self, step: &Step, parent: Option<i32>) -> io::Result<()> {
        self.tasks.insert(step.tid);
        self.several |= self.tasks.len() > 1;
        if parent.is_none() {
            return Ok(());
        }
        self.event(step, (Glyph::New, Tone::Good), &words::born(step.pid, step.tid, parent))
    }

    fn executed(&mut self, step: &Step, (program, arguments): (&[u8], &[Vec<u8>])) -> io::Result<()> {
        let bytes = |data: &[u8]| Value::Bytes { data: data.to_vec(), total: data.len() };
        let list = Value::List(arguments.iter().map(|argument| bytes(argument)).collect());
        let call = Call { name: Name::Execve, arguments: vec![bytes(program), list] };
        // Long command lines are cut as buffers are.
        let text = format!("{} = 0", format_call_within(&call, self.options.strsize.max(64)));
        self.asleep.remove(&step.pid);
        let pieces = [self.prefix(step, (Glyph::Changed, Tone::Good)), plain(text)];
        self.put(&pieces, "")?;
        self.last = Some(step.tid);
        Ok(())
    }

    /// A call that has begun, shown because it may last.
    fn entered(&mut self, step: &Step, traced: &Traced) -> io::Result<()> {
        if self.fold.counts(step.tid, traced.call.name) {
            return Ok(());
        }
        self.unfold()?;
        let call = format!("{} …", format_call_within(&traced.call, self.options.strsize));
        let pieces = [self.prefix(step, (Glyph::Asleep, Tone::Asleep)), plain(call)];
        self.asleep.insert(step.tid, None);
        self.last = Some(step.tid);
        let line = self.look.columns();
        let short = pieces.iter().map(|one| text_width(&self.look.clean(&one.text))).sum::<usize>() < line;
        // What is typed is echoed at the cursor: nothing may be rewritten there.
        let typed = traced.subject == Some(Subject::Terminal);
        if !(self.options.in_place && short && !typed) {
            return self.put(&pieces, &source(traced));
        }
        self.end_line()?;
        for one in &pieces {
            let text = one.tone.paint(&self.look.clean(&one.text), self.look.color);
            self.out.write_all(text.as_bytes())?;
        }
        self.open = Some(step.tid);
        Ok(())
    }

    fn returned(&mut self, step: &Step, done: &Return) -> io::Result<()> {
        let mut slept = self.asleep.remove(&step.tid).is_some();
        if self.open == Some(step.tid) {
            self.open = None;
            self.out.write_all(b"\r\x1b[K")?;
            // Nobody could read the line that this one takes the place of.
            slept = done.duration_us >= GLIMPSE_US;
        }
        if self.options.shared && call::leaves_a_line_open(done) {
            self.out.write_all(b"\n")?;
        }
        if !self.fold.is_same(step.tid, done) {
            self.unfold()?;
        }
        match self.fold.place(step.tid, done) {
            Place::Shown => {}
            Place::Announced => return self.said(repeated::AGAIN),
            Place::Counted => return Ok(()),
        }
        let (glyph, tone) = call::mark(done, slept);
        let mut pieces = vec![self.prefix(step, (glyph, tone))];
        pieces.extend(call::pieces(done, self.options.strsize, tone));
        if slept {
            pieces.push(piece(Tone::Dim, format!("   {}", words::after(done.duration_us))));
        }
        self.put(&pieces, &source(&done.traced))?;
        self.last = Some(step.tid);
        let mut page = Page::new(self.look);
        call::below(&mut page, done, self.options.explain);
        if page.is_empty() { Ok(()) } else { self.page(page) }
    }

    fn gone(&mut self, step: &Step) {
        self.tasks.remove(&step.tid);
        self.asleep.remove(&step.tid);
    }

    fn note(&mut self, note: &TraceNote) -> io::Result<()> {
        let mut page = Page::new(self.look);
        let tone = if words::note_is_warning(note) { Tone::Wanted } else { Tone::Dim };
        page.sentence(2, tone, &words::note(note));
        self.last = None;
        self.page(page)
    }

    /// Why a task sleeps, and the sockets around it.
    fn stuck(&mut self, stuck: &Stuck) -> io::Result<()> {
        self.unfold()?;
        if self.last != Some(stuck.tid) {
            let step = Step { at_us: stuck.at_us, pid: stuck.pid, tid: stuck.tid, what: What::Ending { open: vec![] } };
            let call = format!("{} …", format_call_within(&stuck.call, self.options.strsize));
            let pieces = [self.prefix(&step, (Glyph::Asleep, Tone::Asleep)), plain(call)];
            self.put(&pieces, &words::blocked_for(stuck.since_ms))?;
        }
        let mut page = Page::new(self.look);
        let old = self.asleep.insert(stuck.tid, Some((stuck.view.clone(), stuck.why.clone()))).flatten();
        if old.as_ref().is_none_or(|(_, why)| *why != stuck.why) {
            page.sentence(BELOW, Tone::Asleep, &words::why(&stuck.why));
        }
        let old = old.map(|(view, _)| view);
        if old.as_ref().is_none_or(|old| differs(old, &stuck.view)) {
            page.append(panel(self.look, old.as_ref(), &stuck.view, Frame::default()));
        }
        self.last = Some(stuck.tid);
        self.page(page)
    }

    /// How often the last call came again without being shown.
    fn unfold(&mut self) -> io::Result<()> {
        match self.fold.end() {
            Some(times) => self.said(&repeated::more(times)),
            None => Ok(()),
        }
    }

    fn said(&mut self, sentence: &str) -> io::Result<()> {
        let mut page = Page::new(self.look);
        page.sentence(BELOW, Tone::Dim, sentence);
        self.last = None;
        self.page(page)
    }

    /// A line that is no call's.
    fn event(&mut self, step: &Step, mark: (Glyph, Tone), text: &str) -> io::Result<()> {
        let pieces = [self.prefix(step, mark), piece(mark.1, text)];
        self.last = None;
        self.put(&pieces, "")
    }

    /// `x 0.001234  [4242] `: the mark, the time in seconds, and the task where there are several.
    fn prefix(&self, step: &Step, (glyph, tone): (Glyph, Tone)) -> Piece {
        let mark = glyph.mark(self.look.ascii);
        let (seconds, rest) = (step.at_us / 1_000_000, step.at_us % 1_000_000);
        let mut text = format!("{mark} {seconds}.{rest:06}  ");
        if self.several {
            text.push_str(&call::task(step.pid, step.tid));
        }
        piece(tone, text)
    }

    /// One line, and at its right what concerns it: flush where it fits, else behind.
    fn put(&mut self, pieces: &[Piece], right: &str) -> io::Result<()> {
        self.end_line()?;
        self.line.clear();
        let mut line = std::mem::take(&mut self.line);
        let laid = call::lay_simply(&mut line, self.look, (pieces, right));
        let written = if laid { self.out.write_all(line.as_bytes()) } else { self.put_slowly(pieces, right) };
        self.line = line;
        written
    }

    /// Where a line is long, or not of plain characters.
    fn put_slowly(&mut self, pieces: &[Piece], right: &str) -> io::Result<()> {
        let mut page = Page::new(self.look);
        call::lay(&mut page, pieces, right);
        self.page(page)
    }

    fn page(&mut self, page: Page) -> io::Result<()> {
        self.end_line()?;
        page.into_lines().iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }

    fn end_line(&mut self) -> io::Result<()> {
        match self.open.take() {
            Some(_) => self.out.write_all(b"\n"),
            None => Ok(()),
        }
    }
}

/// `serveur.c:41`
fn source(traced: &Traced) -> String {
    traced.source.as_ref().map_or_else(String::new, |line| format!("{}:{}", line.file, line.line))
}

impl<W: Write> TraceRenderer<W> {
    fn trace(&mut self, event: &TraceEvent) -> io::Result<()> {
        match event {
            TraceEvent::Started(started) => self.started(started),
            TraceEvent::Step(step) => self.step(step),
            TraceEvent::Stuck(stuck) => self.stuck(stuck),
            TraceEvent::Finding(finding) => {
                self.findings.push((**finding).clone());
                Ok(())
            }
            TraceEvent::Summary { calls } => {
                self.unfold()?;
                self.page(end::summary(self.look, calls))
            }
            TraceEvent::Finished(finished) => {
                self.unfold()?;
                self.page(end::finished(self.look, finished, &self.findings))?;
                self.out.flush()
            }
        }
    }
}

impl<W: Write> Renderer for TraceRenderer<W> {
    fn show(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Trace(event) => self.trace(event),
            // Lessons and peers have a renderer of their own.
            Event::Lesson(_) | Event::Actor(_) | Event::Peer(_) => Ok(()),
        }
    }

    fn wait(&mut self, _: &Waiting) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(measure) = self.measure {
            (self.look.width, self.look.height) = measure();
        }
        self.out.flush()
    }

    fn make_way(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.out.flush()
    }
}

impl<W: Write> Drop for TraceRenderer<W> {
    /// Whatever ends the trace, the shell's prompt starts a line.
    fn drop(&mut self) {
        let _ = self.make_way();
    }
}
