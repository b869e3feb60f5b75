//! HTTP/1.x, as far as the first message of a connection shows it (RFC 9112).

use crate::diagnose::facts::{Fact, Kind};
use crate::diagnose::ledger::Ledger;
use crate::diagnose::ledger::process::Pending;
use crate::diagnose::ledger::socket::{Role, Socket};
use crate::diagnose::ledger::traffic::Rest;
use crate::diagnose::reading::Proof;
use crate::finding::Detail;
use crate::syscall::sys::Sys;

const METHODS: &[&str] = &["GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH "];

/// A header: its first line, its fields, and where the body begins.
#[derive(Debug)]
struct Header<'a> {
    first: &'a str,
    fields: Vec<(&'a str, &'a str)>,
    /// Lines that are no field: no colon.
    odd: Vec<&'a str>,
    bare: bool,
    body: Option<usize>,
}

/// The connection is over.
pub(super) fn gone(socket: &Socket, (pid, by): (i32, &Proof), out: &mut Vec<Fact>) {
    judge(socket, (pid, Some(by), false), out);
}

/// The connection is still there at the end of the trace.
pub(super) fn remains(ledger: &Ledger, socket: &Socket, out: &mut Vec<Fact>) {
    let reads = |pending: &Pending| {
        pending.socket == Some(socket.id) && matches!(pending.sys, Sys::Recv | Sys::Recvfrom | Sys::Read | Sys::Recvmsg)
    };
    let waits = ledger.processes.values().any(|process| process.pending.values().any(reads));
    judge(socket, (socket.owner.0, None, waits), out);
}

fn judge(socket: &Socket, (pid, by, waits): (i32, Option<&Proof>, bool), out: &mut Vec<Fact>) {
    let traffic = &socket.traffic;
    if traffic.send_denied {
        return;
    }
    let response = traffic.sent_head.starts_with(b"HTTP");
    let request = METHODS.iter().any(|method| traffic.sent_head.starts_with(method.as_bytes()));
    if !socket.is_connection() || traffic.opaque && !response || !(response || request && is_request(socket)) {
        return;
    }
    let Some(send) = &traffic.first_send else { return };
    let header = header(&traffic.sent_head);
    let at = (pid, Some(socket.owner.1));
    let fact = |kind: Kind, text: &str| {
        let proofs = [send.clone()].into_iter().chain(by.cloned()).collect();
        Fact::new(kind, at, proofs).placed_first().with(Detail::Field { text: text.chars().take(120).collect() })
    };
    let mut found = Vec::new();
    if response {
        found.extend(status_line(&header));
        found.extend(no_length(socket, &header, waits));
    } else {
        found.extend(host(&header));
    }
    // After a send that failed, nobody knows what the rest would have been.
    let over = by.is_some() && !traffic.send_failed;
    found.extend(lines(socket, &header, over));
    found.extend(length(socket, &header, over));
    out.extend(found.into_iter().map(|(kind, text)| fact(kind, &text)));
}

type Flaw = Option<(Kind, String)>;

/// The first line ends with a version of HTTP.
fn is_request(socket: &Socket) -> bool {
    let text = String::from_utf8_lossy(&socket.traffic.sent_head).into_owned();
    let line = text.lines().next().unwrap_or_default().trim_end();
    socket.role == Role::Client && line.split(' ').next_back().is_some_and(|version| version.starts_with("HTTP/1."))
}

fn header(bytes: &[u8]) -> Header<'_> {
    let body = header_end(bytes);
    let text = valid(&bytes[..body.unwrap_or(bytes.len())]);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let bare = text.split_inclusive('\n').any(|line| line.ends_with('\n') && !line.ends_with("\r\n"));
    let lines: Vec<&str> = lines.map(str::trim_end).filter(|line| !line.is_empty()).take(64).collect();
    let fields =
        lines.iter().filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim())).collect();
    let odd = lines.iter().copied().filter(|line| !line.contains(':')).collect();
    Header { first: first.trim_end_matches('\r'), fields, odd, bare, body }
}

fn valid(bytes: &[u8]) -> &str {
    bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

/// Just after the blank line.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let blank = |end: &[u8]| bytes.windows(end.len()).position(|window| window == end).map(|at| at + end.len());
    [blank(b"\r\n\r\n"), blank(b"\n\n"), blank(b"\n\r\n")].into_iter().flatten().min()
}

fn status_line(header: &Header<'_>) -> Flaw {
    let line = header.first;
    let rest = line.strip_prefix("HTTP/1.1 ").or_else(|| line.strip_prefix("HTTP/1.0 "));
    let code = rest.and_then(|rest| rest.get(..3)).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    let after = rest.and_then(|rest| rest.get(3..)).unwrap_or_default();
    let fine = code.is_some() && (after.is_empty() || after.starts_with(' '));
    (!fine).then(|| (Kind::HttpStatusLine, line.to_owned()))
}

/// LF alone, or no blank line at all.
fn lines(socket: &Socket, header: &Header<'_>, over: bool) -> Flaw {
    let whole = socket.traffic.sent_head.len() as u64 == socket.traffic.sent;
    match header.body {
        None if over && whole && socket.end.as_ref().is_none_or(|end| end.errno.is_none()) => {
            Some((Kind::HttpHeaderUnended, header.first.to_owned()))
        }
        _ if header.bare => Some((Kind::HttpBareLines, header.first.to_owned())),
        _ => None,
    }
}

fn field<'a>(header: &'a Header<'_>, name: &str) -> Option<&'a str> {
    header.fields.iter().find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

fn host(header: &Header<'_>) -> Flaw {
    let missing = header.body.is_some() && header.first.ends_with("HTTP/1.1") && field(header, "Host").is_none();
    missing.then(|| (Kind::HttpNoHost, header.first.to_owned()))
}

/// Content-Length: misspelt, not a number, or not the length of the body.
fn length(socket: &Socket, header: &Header<'_>, over: bool) -> Flaw {
    let start = header.body?;
    if let Some(name) =
        header.fields.iter().map(|(name, _)| *name).chain(header.odd.iter().copied()).find(|name| is_misspelt(name))
    {
        return Some((Kind::HttpWrongLength, name.to_owned()));
    }
    let value = field(header, "Content-Length")?;
    let said = format!("Content-Length: {value}");
    let Ok(length) = value.parse::<u64>() else { return Some((Kind::HttpWrongLength, said)) };
    let sent = socket.traffic.sent.saturating_sub(start as u64);
    let cut_short = socket.end.as_ref().is_some_and(|end| end.errno.is_some() || end.by_send);
    let known = !socket.traffic.opaque && !has_no_body(socket, header) && !cut_short;
    // A send that stopped, and was given up at the first EAGAIN, is no wait that ended.
    let given_up = |rest: &Rest| rest.is_abandoned(socket.end.as_ref());
    let short = over && sent < length && socket.traffic.rest.as_ref().is_none_or(given_up);
    let long = !goes_on(socket, (start as u64).saturating_add(length));
    (known && (short || long)).then_some((Kind::HttpWrongLength, said))
}

/// After the body comes another message, or what was not kept.
fn goes_on(socket: &Socket, at: u64) -> bool {
    let head = &socket.traffic.sent_head;
    let after = usize::try_from(at).ok().and_then(|at| head.get(at..)).unwrap_or_default();
    after.is_empty() || after.starts_with(b"HTTP/") || METHODS.iter().any(|method| after.starts_with(method.as_bytes()))
}

fn is_misspelt(name: &str) -> bool {
    let bare: String = name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let right = name.trim().eq_ignore_ascii_case("Content-Length");
    !right && strsim::damerau_levenshtein(&bare, "contentlength") <= 2
}

/// Answers to HEAD, 1xx, 204, 304, tunnels.
fn has_no_body(socket: &Socket, header: &Header<'_>) -> bool {
    let asked = &socket.traffic.received_head;
    let status = header.first.split(' ').nth(1).unwrap_or_default();
    asked.starts_with(b"HEAD ")
        || asked.starts_with(b"CONNECT ")
        || status.starts_with('1')
        || matches!(status, "204" | "304")
}

/// Nothing says where the body ends, and the program did not close to say it: the peer had to leave.
fn no_length(socket: &Socket, header: &Header<'_>, waits: bool) -> Flaw {
    header.body?;
    let coded = field(header, "Transfer-Encoding").is_some() || field(header, "Content-Length").is_some();
    let misspelt =
        header.fields.iter().any(|(name, _)| is_misspelt(name)) || header.odd.iter().any(|name| is_misspelt(name));
    let streams = field(header, "Content-Type")
        .is_some_and(|kind| kind.contains("event-stream") || kind.contains("mixed-replace"));
    if coded || misspelt || streams || has_no_body(socket, header) || socket.shut_write || socket.role != Role::Accepted
    {
        return None;
    }
    let answered_before = |end: &crate::diagnose::ledger::socket::End| {
        socket.traffic.last_send.as_ref().is_some_and(|send| send.at_us <= end.proof.at_us)
    };
    let peer_left_first = socket.end.as_ref().is_some_and(|end| !end.by_send && answered_before(end));
    (peer_left_first || waits).then(|| (Kind::HttpNoLength, header.first.to_owned()))
}
