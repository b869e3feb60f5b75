//! Whether the kernel's state is the one that an `etat` block announces. Pure.

use crate::lesson::model::{DescriptorState, Details, Endpoint, ProcessState, Range, StateLine, Subject};
use crate::state::{Activity, Content, Protocol, Row, Socket, SocketState, View};
use crate::syscall::address::Address;

/// What is known of an actor's process at the moment of the comparison.
pub trait Processes {
    fn activity(&mut self, actor: &str) -> Option<Activity>;
    /// The call in which the actor sleeps.
    fn sleeping_in(&self, actor: &str) -> Option<String>;
}

/// Whether one line holds.
#[must_use]
pub fn holds(line: &StateLine, view: &View, processes: &mut dyn Processes) -> bool {
    match &line.subject {
        Subject::Descriptor { actor, fd, expected } => descriptor(view, (actor, *fd), expected),
        Subject::Port { port, state, details } => {
            sockets(view).any(|socket| touches(socket, *port) && matches(socket, *state, details))
        }
        Subject::NoPort { port, state } => {
            !sockets(view).any(|socket| touches(socket, *port) && state.is_none_or(|state| socket.state == state))
        }
        Subject::Process { actor, expected } => process(actor, expected, processes),
    }
}

/// The port of either end.
fn touches(socket: &Socket, port: u16) -> bool {
    [&socket.local, &socket.remote].into_iter().any(|address| address.port() == Some(port))
}

fn descriptor(view: &View, (actor, fd): (&str, i32), expected: &DescriptorState) -> bool {
    let row = view.rows.iter().find(|row| row.actor.as_deref() == Some(actor) && row.fd == Some(fd));
    match (expected, row) {
        (DescriptorState::Absent, None) | (DescriptorState::Open, Some(_)) => true,
        (DescriptorState::Socket { state, details }, Some(row)) => shows(row, *state, details),
        _ => false,
    }
}

fn shows(row: &Row, state: SocketState, details: &Details) -> bool {
    match &row.content {
        Content::Socket(socket) => matches(socket, state, details),
        Content::Unlisted { .. } => state == SocketState::Close && *details == Details::default(),
        Content::Other(_) => false,
    }
}

fn sockets(view: &View) -> impl Iterator<Item = &Socket> {
    view.rows.iter().filter_map(|row| match &row.content {
        Content::Socket(socket) if socket.protocol != Protocol::Unix => Some(socket),
        _ => None,
    })
}

fn matches(socket: &Socket, state: SocketState, details: &Details) -> bool {
    let within = |range: Option<Range>, value: Option<u32>| {
        range.is_none_or(|range| value.is_some_and(|value| range.contains(i64::from(value))))
    };
    socket.state == state
        && within(details.accept_queue, socket.accept_queue)
        && (within(details.backlog, socket.backlog) || socket.backlog.is_none())
        && within(details.recv_queue, Some(socket.recv_queue))
        && within(details.send_queue, Some(socket.send_queue))
        && details.local.is_none_or(|end| endpoint(end, &socket.local))
        && details.remote.is_none_or(|end| endpoint(end, &socket.remote))
}

fn endpoint(wanted: Endpoint, address: &Address) -> bool {
    wanted.ip.is_none_or(|ip| address.ip() == Some(ip)) && wanted.port.is_none_or(|port| address.port() == Some(port))
}

fn process(actor: &str, expected: &ProcessState, processes: &mut dyn Processes) -> bool {
    let activity = processes.activity(actor);
    match (expected, activity) {
        (ProcessState::Gone, None) => true,
        (ProcessState::Zombie, Some(activity)) => activity.state == 'Z',
        (ProcessState::Alive, Some(activity)) => !matches!(activity.state, 'Z' | 'X'),
        (ProcessState::Asleep(call), Some(activity)) => {
            matches!(activity.state, 'S' | 'D') && processes.sleeping_in(actor).as_deref() == Some(call)
        }
        _ => false,
    }
}

/// Whether something in the view is still on its way, so that it is better taken again: a state that lasts
/// microseconds on the loopback, bytes not yet acknowledged, or a TCP socket listed while it gives its port back.
#[must_use]
pub fn in_motion(view: &View) -> bool {
    sockets(view).any(|socket| {
        socket.state.transient()
            || (socket.state == SocketState::Established && socket.send_queue > 0)
            || (socket.protocol == Protocol::Tcp && socket.local.port() == Some(0))
    })
}
