//! Whether the kernel's state is the one that an `etat` block announces. Pure.

use crate::lesson::model::{DescriptorState, Details, Endpoint, ProcessState, Range, StateLine, Subject};
use crate::state::{Activity, Content, Protocol, Row, Socket, SocketState, View};
use crate::syscall::address::Address;
use crate::syscall::name::Name;

/// What is known of an actor's process at the moment of the comparison.
pub trait Processes {
    fn activity(&mut self, actor: &str) -> Option<Activity>;
    /// The call in which the actor sleeps.
    fn sleeping_in(&self, actor: &str) -> Option<Name>;
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
            matches!(activity.state, 'S' | 'D') && processes.sleeping_in(actor) == Some(*call)
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

#[cfg(test)]
mod tests {
    use crate::syscall::name::Name;
    use std::net::{IpAddr, Ipv4Addr};

    use super::{Processes, holds, in_motion};
    use crate::lesson::model::{DescriptorState, Details, Endpoint, ProcessState, Range, StateLine, Subject};
    use crate::state::{Activity, Content, Protocol, Row, Socket, SocketState, Target, View};
    use crate::syscall::address::Address;
    use crate::syscall::ast::Span;

    const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

    fn socket(state: SocketState, local: u16, remote: u16) -> Socket {
        let ends = (Address::v4(HERE, local), Address::v4(HERE, remote));
        Socket { recv_queue: 5, inode: 7, ..Socket::between(Protocol::Tcp, state, ends) }
    }

    fn row(actor: &str, fd: i32, content: Content) -> Row {
        Row { actor: Some(actor.to_owned()), pid: Some(1), fd: Some(fd), content }
    }

    fn view() -> View {
        let listener = Socket { accept_queue: Some(2), backlog: Some(4), ..socket(SocketState::Listen, 3001, 0) };
        let unix = Socket {
            protocol: Protocol::Unix,
            local: Address::Unix(b"/x".to_vec()),
            ..socket(SocketState::Listen, 9, 9)
        };
        let rows = vec![
            row("serveur", 3, Content::Socket(listener)),
            row("serveur", 4, Content::Socket(socket(SocketState::Established, 3001, 4001))),
            row("client", 3, Content::Unlisted { inode: 8 }),
            row("client", 5, Content::Other(Target::Pipe)),
            row("client", 6, Content::Socket(unix)),
        ];
        View { rows, ..View::default() }
    }

    /// `serveur` sleeps in accept, `client` runs, `enfant` is a zombie, `mourant` is being reaped.
    struct Cast;

    impl Processes for Cast {
        fn activity(&mut self, actor: &str) -> Option<Activity> {
            let state = match actor {
                "serveur" => 'S',
                "client" => 'R',
                "attente" => 'D',
                "enfant" => 'Z',
                "mourant" => 'X',
                _ => return None,
            };
            Some(Activity { state, syscall: None, arguments: Vec::new(), wchan: None })
        }

        fn sleeping_in(&self, actor: &str) -> Option<Name> {
            ["serveur", "client", "attente"].contains(&actor).then_some(Name::Accept)
        }
    }

    fn held(subject: Subject) -> bool {
        holds(&StateLine { subject, source: String::new(), span: Span::default() }, &view(), &mut Cast)
    }

    fn fd(actor: &str, fd: i32, expected: DescriptorState) -> bool {
        held(Subject::Descriptor { actor: actor.to_owned(), fd, expected })
    }

    fn is(state: SocketState, details: Details) -> DescriptorState {
        DescriptorState::Socket { state, details }
    }

    #[allow(clippy::unnecessary_wraps, reason = "a field of the details")]
    fn exactly(value: i64) -> Option<Range> {
        Some(Range::exactly(value))
    }

    #[test]
    fn descriptors() {
        assert!(fd("serveur", 3, DescriptorState::Open) && fd("client", 5, DescriptorState::Open));
        assert!(!fd("serveur", 5, DescriptorState::Open) && !fd("autre", 3, DescriptorState::Open));
        assert!(fd("serveur", 5, DescriptorState::Absent) && fd("autre", 3, DescriptorState::Absent));
        assert!(!fd("serveur", 3, DescriptorState::Absent));
        let plain = Details::default;
        assert!(fd("serveur", 3, is(SocketState::Listen, plain())));
        assert!(!fd("serveur", 3, is(SocketState::Established, plain())));
        assert!(!fd("serveur", 9, is(SocketState::Listen, plain())));
        assert!(fd("client", 3, is(SocketState::Close, plain())), "a new socket is in no table");
        assert!(!fd("client", 3, is(SocketState::Listen, plain())));
        assert!(!fd("client", 3, is(SocketState::Close, Details { recv_queue: exactly(0), ..plain() })));
        assert!(!fd("client", 5, is(SocketState::Close, plain())), "a pipe is no socket");
    }

    #[test]
    fn details() {
        let end = |ip, port| Some(Endpoint { ip, port });
        let other = Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let here = Some(IpAddr::V4(HERE));
        let right = [
            Details { accept_queue: exactly(2), backlog: exactly(4), ..Details::default() },
            Details { recv_queue: exactly(5), send_queue: exactly(0), ..Details::default() },
            Details { accept_queue: Some(Range { from: 1, to: 3 }), ..Details::default() },
            Details { local: end(here, Some(3001)), remote: end(None, None), ..Details::default() },
            Details { local: end(None, Some(3001)), remote: end(here, None), ..Details::default() },
        ];
        for details in right {
            assert!(fd("serveur", 3, is(SocketState::Listen, details.clone())), "{details:?}");
        }
        let wrong = [
            Details { accept_queue: exactly(3), ..Details::default() },
            Details { backlog: exactly(5), ..Details::default() },
            Details { recv_queue: exactly(4), ..Details::default() },
            Details { send_queue: exactly(1), ..Details::default() },
            Details { local: end(other, None), ..Details::default() },
            Details { local: end(None, Some(3002)), ..Details::default() },
            Details { remote: end(other, None), ..Details::default() },
            Details { remote: end(None, Some(3001)), ..Details::default() },
        ];
        for details in wrong {
            assert!(!fd("serveur", 3, is(SocketState::Listen, details.clone())), "{details:?}");
        }
        let queue = Details { accept_queue: exactly(0), ..Details::default() };
        assert!(!fd("serveur", 4, is(SocketState::Established, queue)), "a connection has no queue of connections");
        let backlog = Details { backlog: exactly(9), ..Details::default() };
        assert!(fd("serveur", 4, is(SocketState::Established, backlog)), "/proc/net/tcp does not tell the backlog");
    }

    #[test]
    fn ports() {
        let port = |port, state| held(Subject::Port { port, state, details: Details::default() });
        assert!(port(3001, SocketState::Listen) && port(4001, SocketState::Established), "either end");
        assert!(!port(4001, SocketState::Listen) && !port(3002, SocketState::Listen));
        let details = Details { accept_queue: exactly(2), ..Details::default() };
        assert!(held(Subject::Port { port: 3001, state: SocketState::Listen, details: details.clone() }));
        assert!(!held(Subject::Port { port: 3001, state: SocketState::Established, details }));
        let none = |port, state| held(Subject::NoPort { port, state });
        assert!(none(3002, None) && none(3001, Some(SocketState::TimeWait)) && none(4001, Some(SocketState::Listen)));
        assert!(!none(3001, None) && !none(3001, Some(SocketState::Listen)) && !none(4001, None));
        assert!(none(9, None), "a UNIX socket has no port");
    }

    #[test]
    fn processes() {
        let process =
            |actor: &str, expected: ProcessState| held(Subject::Process { actor: actor.to_owned(), expected });
        let asleep = |call: &str| ProcessState::Asleep(call.into());
        assert!(process("serveur", asleep("accept")) && process("attente", asleep("accept")));
        assert!(!process("serveur", asleep("recv")) && !process("enfant", asleep("accept")));
        assert!(!process("client", asleep("accept")), "it runs");
        assert!(process("serveur", ProcessState::Alive) && process("client", ProcessState::Alive));
        assert!(!process("enfant", ProcessState::Alive) && !process("mourant", ProcessState::Alive));
        assert!(process("enfant", ProcessState::Zombie) && !process("client", ProcessState::Zombie));
        assert!(process("parti", ProcessState::Gone) && !process("client", ProcessState::Gone));
        assert!(!process("enfant", ProcessState::Gone), "a zombie is still there");
        assert!(!process("parti", ProcessState::Alive) && !process("parti", ProcessState::Zombie));
    }

    #[test]
    fn what_is_on_its_way() {
        let moves = |socket| in_motion(&View { rows: vec![row("a", 3, Content::Socket(socket))], ..View::default() });
        assert!(!moves(socket(SocketState::Established, 3001, 4001)));
        assert!(moves(socket(SocketState::LastAck, 3001, 4001)));
        let sending = Socket { send_queue: 1, ..socket(SocketState::Established, 3001, 4001) };
        assert!(moves(sending.clone()));
        assert!(!moves(Socket { state: SocketState::SynSent, ..sending.clone() }), "a SYN may wait for long");
        assert!(!moves(Socket { protocol: Protocol::Unix, ..sending }));
        assert!(moves(socket(SocketState::Close, 0, 0)), "it gives its port back");
        assert!(!moves(Socket { protocol: Protocol::Udp, ..socket(SocketState::Close, 0, 0) }));
        assert!(!moves(socket(SocketState::Close, 3001, 0)));
        assert!(!in_motion(&View::default()));
    }
}
