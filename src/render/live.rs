//! What is true only while the lesson waits: drawn below the text, redrawn in place, then erased.

use std::io::{self, Write};

use crate::event::peer::Transport;
use crate::event::{Blocked, Reach, Waiting};
use crate::render::page::Page;
use crate::render::panel::{Frame, panel};
use crate::render::returned::blocked;
use crate::render::style::{Look, Tone, piece, plain};
use crate::render::wrap::text_width;
use crate::state::View;
use crate::text::{guide, peer};

/// What an address is typed for.
#[derive(Clone, Copy, Debug, Default)]
pub enum Typing {
    /// To a server of a lesson, in TCP.
    #[default]
    Lesson,
    Peer {
        transport: Transport,
        http: bool,
    },
}

/// One of the addresses that clients type.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'a> {
    pub place: &'a Reach,
    pub first: bool,
}

/// What there is to draw: the wait, and the kernel as last shown above it.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub look: Look,
    pub waiting: &'a Waiting,
    pub shown: Option<&'a View>,
    pub frame: Frame<'a>,
    pub typing: Typing,
}

/// The lines at the bottom of the screen that may be drawn again.
#[derive(Debug, Default)]
pub struct Live {
    drawn: Vec<String>,
    tail: Option<Tail>,
}

/// The permanent lines from a blocked call on, so that its clock can run in its own line.
#[derive(Debug)]
struct Tail {
    blocked: Blocked,
    /// Lines of the blocked call itself (and the blank one before it), then those shown after it.
    lines: Vec<String>,
    call_lines: usize,
}

impl Live {
    /// A blocked call was just printed as these lines.
    pub fn follow(&mut self, blocked: &Blocked, lines: &[String]) {
        self.tail = Some(Tail { blocked: blocked.clone(), lines: lines.to_vec(), call_lines: lines.len() });
    }

    /// More lines were printed below it.
    pub fn extend(&mut self, lines: &[String]) {
        if let Some(tail) = &mut self.tail {
            tail.lines.extend_from_slice(lines);
        }
    }

    /// The call is no longer the last thing of interest.
    pub fn forget(&mut self) {
        self.tail = None;
    }

    /// Removes what `draw` drew and leaves the permanent lines as they were.
    ///
    /// # Errors
    /// The writer's own.
    pub fn erase(&mut self, out: &mut impl Write) -> io::Result<()> {
        if self.drawn.is_empty() {
            return Ok(());
        }
        write!(out, "\x1b[{}A\r\x1b[J", self.drawn.len())?;
        self.drawn.clear();
        for line in self.tail.iter().flat_map(|tail| &tail.lines) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// Draws, or draws again, the lines that differ.
    ///
    /// # Errors
    /// The writer's own.
    pub fn draw(&mut self, out: &mut impl Write, moment: Moment<'_>) -> io::Result<()> {
        let first = self.drawn.is_empty();
        let lines = self.lines(moment);
        if lines == self.drawn {
            return Ok(());
        }
        let tail = self.tail.as_ref().map_or(0, |tail| tail.lines.len());
        let above = if first { tail } else { self.drawn.len() };
        if above > 0 {
            write!(out, "\x1b[{above}A")?;
        }
        for (i, line) in lines.iter().enumerate() {
            let same = self.drawn.get(i) == Some(line);
            if same { writeln!(out)? } else { writeln!(out, "\r{line}\x1b[K")? }
        }
        write!(out, "\x1b[J")?;
        self.drawn = lines;
        out.flush()
    }

    /// With the blocked call's own lines where they are the last on the screen and all fits, else apart from them.
    fn lines(&mut self, moment: Moment<'_>) -> Vec<String> {
        let room = moment.look.height.saturating_sub(1).max(1);
        let area = area(moment).into_lines();
        let tail = self.tail.as_ref().filter(|tail| follows(tail, moment.waiting));
        let whole = tail.map(|tail| tail.running(moment).chain(area.iter().cloned()).collect::<Vec<_>>());
        if let Some(whole) = whole.filter(|whole| whole.len() <= room) {
            return whole;
        }
        if self.drawn.is_empty() {
            self.tail = None;
        }
        let own = moment.waiting.blocked.iter().flat_map(|one| clocked(moment, one));
        last_lines(own.chain(area).collect(), room)
    }
}

impl Tail {
    /// The lines again, with the clock in the call's own.
    fn running(&self, moment: Moment<'_>) -> impl Iterator<Item = String> {
        let blank = self.lines.first().filter(|line| line.is_empty()).cloned();
        let rest = self.lines.iter().skip(self.call_lines).cloned();
        blank.into_iter().chain(clocked(moment, &self.blocked)).chain(rest)
    }
}

fn clocked(moment: Moment<'_>, call: &Blocked) -> Vec<String> {
    blocked(moment.look, call, Some(moment.waiting.seconds)).into_lines()
}

fn follows(tail: &Tail, waiting: &Waiting) -> bool {
    waiting.blocked.as_ref().is_some_and(|blocked| blocked.pid == tail.blocked.pid && blocked.call == tail.blocked.call)
}

/// The end is what can be acted upon: it is kept where the screen is short.
fn last_lines(mut lines: Vec<String>, room: usize) -> Vec<String> {
    let extra = lines.len().saturating_sub(room);
    lines.drain(..extra);
    lines
}

/// The kernel where it changed, the addresses to type and the keys.
fn area(moment: Moment<'_>) -> Page {
    let Moment { look, waiting, shown, frame, typing } = moment;
    let mut page = Page::new(look);
    page.append(panel(look, shown, &waiting.view, frame));
    page.append(invitation(look, waiting, typing));
    page
}

/// What can be done now: the addresses to type elsewhere, and the keys.
pub fn invitation(look: Look, waiting: &Waiting, typing: Typing) -> Page {
    let mut page = Page::new(look);
    if !waiting.addresses.is_empty() || !waiting.keys.is_empty() {
        page.blank();
    }
    for (i, reach) in waiting.addresses.iter().enumerate() {
        address(&mut page, Reached { place: reach, first: i == 0 }, typing);
    }
    if !waiting.keys.is_empty() {
        page.sentence(2, Tone::Dim, &guide::keys(&waiting.keys));
    }
    page
}

/// From where, what to type, and what else reaches it.
pub fn address(page: &mut Page, Reached { place, first }: Reached<'_>, typing: Typing) {
    let (transport, other) = match typing {
        Typing::Lesson => (Transport::Tcp, first.then(|| guide::OR_BROWSER.to_owned())),
        Typing::Peer { transport, http } => (transport, http.then(|| peer::or_url(place))),
    };
    let command = peer::command(transport, place);
    let mut pieces = vec![plain(format!("{:<22}  ", guide::reach(place.local))), piece(Tone::Code, command.as_str())];
    if let Some(other) = other {
        let gap = " ".repeat(22_usize.saturating_sub(text_width(&command)).max(2));
        pieces.extend([plain(gap), piece(Tone::Dim, other)]);
    }
    page.line(2, 6, &pieces);
}
