//! The kernel panel: descriptors and sockets, before and after.

use std::collections::{HashMap, HashSet};

use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::wrap::{pieces_width, text_width};
use crate::state::{Content, Ends, Protocol, Row, Socket, SocketState, View};
use crate::syscall::address::Address;
use crate::text::{sentence, socket as words};
use crate::watch::difference::{Change, Mark, diff};

/// Columns of the mark, of the descriptor, and of addresses that have company on their line.
const MARK_AT: usize = 2;
const FD_WIDTH: usize = 6;
const STATE_WIDTH: usize = 13;
const ADDRESS_WIDTH: usize = 21;
const GAP: &str = "   ";

/// What surrounds a panel.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Rows shown at once.
    pub rows: usize,
    /// Whose call was shown last, where calls of others than those who hold the rows may stand above.
    pub spoke: Option<&'a str>,
}

impl Default for Frame<'_> {
    /// Of a lesson: a classroom may have hundreds of rows.
    fn default() -> Self {
        Frame { rows: 40, spoke: None }
    }
}

/// A row to be shown.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    change: Change<'a>,
    /// Its other end, where that is folded away: now, and before.
    other: (Option<&'a Socket>, Option<&'a Socket>),
}

/// The view, marked by what changed since `old`; nothing marked where there was no view before, and nothing at all
/// where nothing that would be shown changed. Where several actors have rows, those of an actor whose rows are as before
/// are left out; where rows are too many, those that changed are shown, and the others counted.
#[must_use]
pub fn panel(look: Look, old: Option<&View>, new: &View, frame: Frame<'_>) -> Page {
    let mut page = Page::new(look);
    let mut shown = lines(old.unwrap_or(new), new);
    if old.is_some() && shown.iter().all(|line| line.mark() == Mark::Same) {
        return page;
    }
    let headed = headed(&shown, frame.spoke);
    let mut heading = None;
    by_owner(&mut shown);
    if old.is_some() && several(&shown) {
        let touched: Vec<_> = shown.iter().map(|line| touched(line.owner(), &shown)).collect();
        let mut touched = touched.into_iter();
        shown.retain(|_| touched.next() == Some(true));
    }
    let (chosen, left) = choose(shown, frame.rows);
    for line in &chosen {
        if headed && heading != Some(&line.change.row.actor) {
            heading = Some(&line.change.row.actor);
            head(&mut page, line.change.row);
        }
        row(&mut page, line, new);
    }
    let source = new.source.and_then(words::source).map(str::to_owned);
    for remark in [words::more_rows(left), finished(old, new), source].into_iter().flatten() {
        page.sentence(4, Tone::Dim, &remark);
    }
    page
}

impl<'a> Line<'a> {
    fn owner(&self) -> Option<&'a str> {
        self.change.row.actor.as_deref()
    }

    fn mark(&self) -> Mark {
        let unread = |socket: Option<&Socket>| socket.map_or(0, Socket::unread);
        match self.change.mark {
            Mark::Same if unread(self.other.0) != unread(self.other.1) => Mark::Changed,
            mark => mark,
        }
    }

    fn is_listening(&self) -> bool {
        self.change.row.is_listening()
    }
}

/// The changes without those of strangers' own ends of connections that the panel shows from the other end, which go
/// with that one.
fn lines<'a>(old: &'a View, new: &'a View) -> Vec<Line<'a>> {
    let (before, now) = (Sides::of(old), Sides::of(new));
    let shown = |change: &Change<'_>| !now.fold(change.row) && (change.mark != Mark::Gone || !before.fold(change.row));
    let line = |change: Change<'a>| Line { change, other: (now.folded(change.row), before.folded(change.row)) };
    diff(old, new).into_iter().filter(shown).map(line).collect()
}

/// The sockets of a view by their ends.
struct Sides<'a>(HashMap<Ends, Vec<&'a Row>>);

impl<'a> Sides<'a> {
    fn of(view: &'a View) -> Sides<'a> {
        let mut sides: HashMap<Ends, Vec<&Row>> = HashMap::new();
        for row in &view.rows {
            if let Some(socket) = row.socket().filter(|socket| connected(socket)) {
                sides.entry(socket.ends()).or_default().push(row);
            }
        }
        Sides(sides)
    }

    /// The rows of the other end.
    fn others(&self, row: &Row) -> &[&'a Row] {
        row.socket().and_then(|socket| self.0.get(&socket.mirrored())).map_or(&[], Vec::as_slice)
    }

    /// A stranger's own end of a connection that the panel shows from the other end.
    fn fold(&self, row: &Row) -> bool {
        let held = row.actor.is_none() && row.socket().is_some_and(|socket| !socket.holders.is_empty());
        held && self.others(row).iter().any(|other| other.actor.is_some() || awaits_accept(other))
    }

    /// The other end of the row, where it is folded away.
    fn folded(&self, row: &Row) -> Option<&'a Socket> {
        self.others(row).iter().filter(|other| self.fold(other)).find_map(|other| other.socket())
    }
}

fn awaits_accept(row: &Row) -> bool {
    row.socket().is_some_and(Socket::awaits_accept)
}

/// Whether the row is the other end of the socket.
fn mirrors(row: &Row, one: &Socket) -> bool {
    row.socket().is_some_and(|other| other.ends() == one.mirrored())
}

/// One owner needs no heading where the call above names it; what no actor holds always has one.
fn headed(lines: &[Line<'_>], spoke: Option<&str>) -> bool {
    several(lines)
        || lines.iter().any(|line| line.owner().is_none())
        || spoke.is_some_and(|spoke| lines.iter().any(|line| line.owner() != Some(spoke)))
}

fn several(lines: &[Line<'_>]) -> bool {
    lines.iter().any(|line| line.owner() != lines[0].owner())
}

/// As many lines as that: those that changed first, then what listens, each in its place; and how many changed and
/// unchanged ones are left. Where all fit, all are shown.
fn choose(lines: Vec<Line<'_>>, most: usize) -> (Vec<Line<'_>>, (usize, usize)) {
    if lines.len() <= most {
        return (lines, (0, 0));
    }
    let same = |line: &Line<'_>| line.mark() == Mark::Same;
    let nothing_changed = lines.iter().all(same);
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|index| (same(&lines[*index]), !lines[*index].is_listening()));
    order.retain(|index| nothing_changed || !same(&lines[*index]) || lines[*index].is_listening());
    let chosen: HashSet<usize> = order.into_iter().take(most).collect();
    let (mut kept, mut changed, mut unchanged) = (Vec::new(), 0, 0);
    for (index, line) in lines.into_iter().enumerate() {
        match line.mark() {
            _ if chosen.contains(&index) => kept.push(line),
            Mark::Same => unchanged += 1,
            _ => changed += 1,
        }
    }
    (kept, (changed, unchanged))
}

/// Those in TIME_WAIT that are in no row, where they became more or fewer.
fn finished(old: Option<&View>, new: &View) -> Option<String> {
    let count = new.finished_connections();
    let before = old.map_or(0, View::finished_connections);
    (count != before && count > 0).then(|| words::finished(count, new.finished_for()))
}

/// Rows of one actor together, in the order in which actors appear; nobody's last.
fn by_owner(lines: &mut [Line<'_>]) {
    let mut owners: Vec<&str> = Vec::new();
    for owner in lines.iter().filter_map(Line::owner) {
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    let place = |line: &Line<'_>| owners.iter().position(|owner| Some(*owner) == line.owner());
    lines.sort_by_key(|line| place(line).unwrap_or(usize::MAX));
}

/// Whether anything changed among this owner's rows: those of others say nothing new.
fn touched(owner: Option<&str>, lines: &[Line<'_>]) -> bool {
    lines.iter().any(|line| line.owner() == owner && line.mark() != Mark::Same)
}

fn head(page: &mut Page, row: &Row) {
    let text = match (&row.actor, row.pid) {
        (Some(actor), Some(pid)) => sentence::actor_with_pid(actor, pid),
        (Some(actor), None) => actor.clone(),
        (None, _) => words::NOBODYS.to_owned(),
    };
    page.sentence(MARK_AT, Tone::Actor, &text);
}

fn row(page: &mut Page, line: &Line<'_>, view: &View) {
    let look = page.look();
    let change = &line.change;
    let (mark, tone) = mark(line.mark());
    let fd = change.row.fd.map(words::descriptor).unwrap_or_default();
    let mut left = vec![piece(tone, format!("{} ", mark.mark(look.ascii))), plain(pad(&fd, FD_WIDTH))];
    let mut details = match &change.row.content {
        Content::Socket(socket) => {
            left.push(piece(tone, pad(&words::state_label(socket), STATE_WIDTH)));
            left.push(plain(ends(socket, view)));
            details(line, socket, view)
        }
        Content::Unlisted { .. } => vec![piece(Tone::Dim, words::UNLISTED)],
        Content::Other(target) => vec![plain(words::target(target))],
    };
    if change.mark == Mark::Gone {
        let target = details.into_iter().filter(|_| matches!(change.row.content, Content::Other(_)));
        details = target.chain([piece(Tone::Bad, gone(change.row, view))]).collect();
    }
    let clean = |pieces: Vec<Piece>| pieces.into_iter().map(|one| piece(one.tone, look.clean(&one.text))).collect();
    let (left, details): (_, Vec<Piece>) = (clean(left), clean(details));
    lay(page, left, &details);
}

/// What became of a row that is no more: its connection may be there still, without that descriptor.
fn gone(row: &Row, view: &View) -> String {
    let Some(socket) = row.socket().filter(|socket| connected(socket)) else { return words::GONE.to_owned() };
    if let Some(finished) = view.finished_as(socket) {
        return words::now_in_time_wait(row.fd.is_some() && row.actor.is_some(), finished.expires_ms);
    }
    let there = view.rows.iter().any(|other| other.socket().is_some_and(|other| other.ends() == socket.ends()));
    if there { words::CLOSED_HERE.to_owned() } else { words::GONE.to_owned() }
}

/// Details go on the row's own line where they all fit, in their column if they can; else below, under the state,
/// as many a line as fit.
fn lay(page: &mut Page, mut left: Vec<Piece>, details: &[Piece]) {
    let hang = MARK_AT + 2 + FD_WIDTH;
    let room = page.look().columns().saturating_sub(MARK_AT + pieces_width(&join(details)));
    let mut fits = pieces_width(&left) <= room;
    if let (Some(address), false) = (left.get(3).map(|one| one.text.clone()), details.is_empty()) {
        let used = pieces_width(&left[..3]);
        let spaced = [pad(&address, ADDRESS_WIDTH), format!("{address}  ")];
        let fitting = spaced.into_iter().find(|text| used + text_width(text) <= room);
        fits = fitting.is_some();
        left[3].text = fitting.unwrap_or(address);
    }
    if fits {
        left.extend(join(details));
    }
    page.line(MARK_AT, hang, &left);
    let below = if fits { &[] } else { details };
    for line in packed(below, page.look().columns().saturating_sub(hang)) {
        page.line(hang, hang, &join(&line));
    }
}

/// Details in lines of at most so many columns, none broken unless it is too long by itself.
fn packed(details: &[Piece], columns: usize) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for detail in details {
        match lines.last_mut() {
            Some(line) if pieces_width(&join(line)) + GAP.len() + text_width(&detail.text) <= columns => {
                line.push(detail.clone());
            }
            _ => lines.push(vec![detail.clone()]),
        }
    }
    lines
}

fn join(details: &[Piece]) -> Vec<Piece> {
    let mut out = Vec::new();
    for detail in details {
        if !out.is_empty() {
            out.push(plain(GAP));
        }
        out.push(detail.clone());
    }
    out
}

fn mark(mark: Mark) -> (Glyph, Tone) {
    match mark {
        Mark::Same => (Glyph::Same, Tone::Plain),
        Mark::New => (Glyph::New, Tone::Good),
        Mark::Changed => (Glyph::Changed, Tone::Wanted),
        Mark::Gone => (Glyph::Gone, Tone::Bad),
    }
}

/// At least `width` columns, and always two spaces after.
fn pad(text: &str, width: usize) -> String {
    let spaces = width.saturating_sub(text_width(text)).max(2);
    format!("{text}{}", " ".repeat(spaces))
}

/// `127.0.0.1:3001 ← 127.0.0.1:50312`: the arrow says who asked for the connection.
fn ends(socket: &Socket, view: &View) -> String {
    if !connected(socket) {
        return socket.local.to_string();
    }
    let arrow = if asked_by_peer(socket, view) { '←' } else { '→' };
    format!("{} {arrow} {}", socket.local, socket.remote)
}

fn connected(socket: &Socket) -> bool {
    match &socket.remote {
        Address::Inet(remote) => remote.port() != 0 || !remote.ip().is_unspecified(),
        Address::Unix(name) => !name.is_empty(),
        Address::Other { .. } => false,
    }
}

/// The side that listens, or listened, has the port that was chosen; the other one got it from the kernel.
fn asked_by_peer(socket: &Socket, view: &View) -> bool {
    let listens = |port: Option<u16>| {
        port.is_some()
            && view.rows.iter().any(|row| {
                matches!(&row.content, Content::Socket(other)
                    if other.state == SocketState::Listen && other.local.port() == port)
            })
    };
    match (listens(socket.local.port()), listens(socket.remote.port())) {
        (true, false) => true,
        (false, true) => false,
        _ => socket.local.port() < socket.remote.port(),
    }
}

fn details(line: &Line<'_>, socket: &Socket, view: &View) -> Vec<Piece> {
    let change = &line.change;
    let before = change.before.and_then(Row::socket);
    let mut details: Vec<Piece> = queues(change, socket, before).into_iter().map(plain).collect();
    if let Some(before) = before.filter(|before| before.state != socket.state) {
        details.push(plain(words::before_state(before.state.name())));
    }
    details.extend(earlier(change).map(plain));
    details.extend(words::remarks(socket).into_iter().map(plain));
    details.extend(peer(socket, view).map(|name| piece(Tone::Actor, name)));
    details.extend(unread(line, socket, view).map(plain));
    if let (None, Some(holder)) = (&change.row.actor, socket.holders.first()) {
        details.push(piece(Tone::Actor, words::program(&holder.command, holder.pid)));
    }
    details
}

/// What the other end has received and not read, where that end has no row of its own.
fn unread(line: &Line<'_>, socket: &Socket, view: &View) -> Option<String> {
    let now = line.other.0?.unread();
    let old = line.other.1.map_or(0, Socket::unread);
    (now > 0 || old > 0).then(|| {
        with_old(
            words::unread_there(socket.protocol, now, asked_by_peer(socket, view)),
            now,
            Some(old).filter(|old| *old > 0),
        )
    })
}

/// What the row was before, where that was no socket of the tables with the same descriptor.
fn earlier(change: &Change<'_>) -> Option<&'static str> {
    let before = change.before?;
    match before.content {
        Content::Unlisted { .. } => Some(words::WAS_UNLISTED),
        _ if awaits_accept(before) && before.fd.is_none() && change.row.fd.is_some() => Some(words::WAS_WAITING),
        _ => None,
    }
}

/// Queues that hold something, or that changed; both of a new descriptor, so that zero is seen once.
fn queues(change: &Change<'_>, socket: &Socket, before: Option<&Socket>) -> Vec<String> {
    if socket.state == SocketState::Listen {
        return listening(socket, before);
    }
    if !has_queues(socket) {
        return Vec::new();
    }
    let first = change.mark == Mark::New && change.row.fd.is_some();
    let mut shown = Vec::new();
    let old = before.map(|before| before.recv_queue);
    if first || socket.recv_queue > 0 || old.is_some_and(|old| old > 0) {
        let text = with_old(words::recv_queue(socket.protocol, socket.recv_queue), socket.recv_queue, old);
        shown.push(if words::fin_counted(socket) { words::with_fin(&text) } else { text });
    }
    let old = before.map(|before| before.send_queue);
    let acknowledges = socket.protocol == Protocol::Tcp;
    if (first && acknowledges) || socket.send_queue > 0 || old.is_some_and(|old| old > 0) {
        shown.push(with_old(words::send_queue(socket.protocol, socket.send_queue), socket.send_queue, old));
    }
    shown
}

/// Whether bytes can wait there: a TCP socket without a connection has none, nor has a finished one.
fn has_queues(socket: &Socket) -> bool {
    let idle = [SocketState::TimeWait, SocketState::SynSent, SocketState::SynRecv, SocketState::Close];
    socket.protocol != Protocol::Tcp || !idle.contains(&socket.state)
}

fn listening(socket: &Socket, before: Option<&Socket>) -> Vec<String> {
    let waiting = socket
        .accept_queue
        .map(|waiting| with_old(words::accept_queue(waiting), waiting, before.and_then(|before| before.accept_queue)));
    waiting.into_iter().chain(socket.backlog.map(words::backlog)).collect()
}

fn with_old(text: String, value: u32, old: Option<u32>) -> String {
    match old {
        Some(old) if old != value => format!("{text} {}", words::before(&old.to_string())),
        _ => text,
    }
}

/// Who holds the other end, where the view shows it.
fn peer(socket: &Socket, view: &View) -> Option<String> {
    let row = view.rows.iter().find(|row| connected(socket) && mirrors(row, socket))?;
    match (&row.actor, &row.content) {
        (Some(actor), _) => Some(words::peer(actor)),
        (None, Content::Socket(other)) => {
            other.holders.first().map(|holder| words::program(&holder.command, holder.pid))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
