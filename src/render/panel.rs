//! The kernel panel: descriptors and sockets, before and after.

use crate::render::difference::{Change, Mark, diff};
use crate::render::glyph::Glyph;
use crate::render::page::Page;
use crate::render::style::{Look, Piece, Tone, piece, plain};
use crate::render::wrap::{pieces_width, text_width};
use crate::state::{Content, Protocol, Row, Socket, SocketState, View};
use crate::syscall::address::Address;
use crate::text::{sentence, socket as words};

/// Rows shown at once; a classroom may have hundreds.
const MOST_ROWS: usize = 40;
/// Columns of the mark, of the descriptor, and of addresses that have company on their line.
const MARK_AT: usize = 2;
const FD_WIDTH: usize = 6;
const STATE_WIDTH: usize = 13;
const ADDRESS_WIDTH: usize = 21;
const GAP: &str = "   ";

/// The view, marked by what changed since `old`; nothing marked where there was no view before. Where several
/// actors have rows, those of an actor whose rows are as before are left out.
#[must_use]
pub fn panel(look: Look, old: Option<&View>, new: &View) -> Page {
    let mut page = Page::new(look);
    let changes = diff(old.unwrap_or(new), new);
    let shown: Vec<_> = changes.iter().filter(|change| !folded(change, new)).collect();
    let headed = headed(&shown);
    let mut heading = None;
    let mut ordered = by_owner(&shown);
    if old.is_some() && headed {
        ordered.retain(|change| touched(change.row.actor.as_deref(), &shown));
    }
    for change in ordered.iter().take(MOST_ROWS) {
        if headed && heading != Some(&change.row.actor) {
            heading = Some(&change.row.actor);
            head(&mut page, change.row);
        }
        row(&mut page, change, new);
    }
    if ordered.len() > MOST_ROWS {
        page.sentence(4, Tone::Dim, &words::more_rows(ordered.len() - MOST_ROWS));
    }
    if let Some(remark) = new.source.and_then(words::source) {
        page.sentence(4, Tone::Dim, remark);
    }
    page
}

/// A stranger's own end of a connection that the panel shows from the other end.
fn folded(change: &Change<'_>, view: &View) -> bool {
    let Content::Socket(socket) = &change.row.content else { return false };
    let stranger = change.row.actor.is_none() && !socket.holders.is_empty();
    stranger && view.rows.iter().any(|row| mirrors(row, socket) && (row.actor.is_some() || awaits_accept(row)))
}

fn awaits_accept(row: &Row) -> bool {
    matches!(&row.content, Content::Socket(socket) if socket.awaits_accept())
}

/// Whether the row is the other end of the socket.
fn mirrors(row: &Row, socket: &Socket) -> bool {
    matches!(&row.content, Content::Socket(other)
        if other.protocol == socket.protocol && other.local == socket.remote && other.remote == socket.local)
}

/// One owner needs no heading: the call above names it.
fn headed(changes: &[&Change<'_>]) -> bool {
    changes.iter().any(|change| change.row.actor != changes[0].row.actor)
}

/// Rows of one actor together, in the order in which actors appear; nobody's last.
fn by_owner<'a>(changes: &[&'a Change<'a>]) -> Vec<&'a Change<'a>> {
    let mut owners: Vec<&Option<String>> = Vec::new();
    for change in changes {
        if change.row.actor.is_some() && !owners.contains(&&change.row.actor) {
            owners.push(&change.row.actor);
        }
    }
    owners.push(&None);
    owners.iter().flat_map(|owner| changes.iter().filter(move |change| &change.row.actor == *owner)).copied().collect()
}

/// Whether anything changed among this owner's rows: those of others say nothing new.
fn touched(owner: Option<&str>, changes: &[&Change<'_>]) -> bool {
    changes.iter().any(|change| change.row.actor.as_deref() == owner && change.mark != Mark::Same)
}

fn head(page: &mut Page, row: &Row) {
    let text = match (&row.actor, row.pid) {
        (Some(actor), Some(pid)) => sentence::actor_with_pid(actor, pid),
        (Some(actor), None) => actor.clone(),
        (None, _) => words::NOBODYS.to_owned(),
    };
    page.sentence(MARK_AT, Tone::Actor, &text);
}

fn row(page: &mut Page, change: &Change<'_>, view: &View) {
    let look = page.look();
    let (mark, tone) = mark(change.mark);
    let fd = change.row.fd.map(words::descriptor).unwrap_or_default();
    let mut left = vec![piece(tone, format!("{} ", mark.mark(look.ascii))), plain(pad(&fd, FD_WIDTH))];
    let mut details = match &change.row.content {
        Content::Socket(socket) => {
            left.push(piece(tone, pad(&words::state_label(socket), STATE_WIDTH)));
            left.push(plain(ends(socket, view)));
            details(change, socket, view)
        }
        Content::Unlisted { .. } => vec![piece(Tone::Dim, words::UNLISTED)],
        Content::Other(target) => vec![plain(words::target(target))],
    };
    if change.mark == Mark::Gone {
        let target = details.into_iter().filter(|_| matches!(change.row.content, Content::Other(_)));
        details = target.chain([piece(Tone::Bad, words::GONE)]).collect();
    }
    let clean = |pieces: Vec<Piece>| pieces.into_iter().map(|one| piece(one.tone, look.clean(&one.text))).collect();
    let (left, details): (_, Vec<Piece>) = (clean(left), clean(details));
    lay(page, left, &details);
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

fn details(change: &Change<'_>, socket: &Socket, view: &View) -> Vec<Piece> {
    let before = match change.before.map(|row| &row.content) {
        Some(Content::Socket(before)) => Some(before),
        _ => None,
    };
    let mut details: Vec<Piece> = queues(change, socket, before).into_iter().map(plain).collect();
    if let Some(before) = before.filter(|before| before.state != socket.state) {
        details.push(plain(words::before_state(before.state.name())));
    }
    details.extend(earlier(change).map(plain));
    details.extend(words::remarks(socket).into_iter().map(plain));
    details.extend(peer(socket, view).map(|name| piece(Tone::Actor, name)));
    if let (None, Some(holder)) = (&change.row.actor, socket.holders.first()) {
        details.push(piece(Tone::Actor, words::program(&holder.command, holder.pid)));
    }
    details
}

/// What the row was before, where that was no socket of the tables with the same descriptor.
fn earlier(change: &Change<'_>) -> Option<&'static str> {
    let before = change.before?;
    match before.content {
        Content::Unlisted { .. } => Some(words::WAS_UNLISTED),
        _ if before.fd.is_none() && change.row.fd.is_some() => Some(words::WAS_WAITING),
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
        let text = with_old(words::recv_queue(socket.recv_queue), socket.recv_queue, old);
        shown.push(if words::fin_counted(socket) { words::with_fin(&text) } else { text });
    }
    let old = before.map(|before| before.send_queue);
    if first || socket.send_queue > 0 || old.is_some_and(|old| old > 0) {
        shown.push(with_old(words::send_queue(socket.send_queue), socket.send_queue, old));
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
