//! What of the kernel is shown: its view, the visitors met in it, and what it gives to warn of.

use std::time::Duration;

use crate::event::{ActorEvent, Event, LessonEvent, Network, Reach, Visitor};
use crate::lesson::model::{Lesson, StateLine};
use crate::live::kernel::KernelError;
use crate::observe::local;
use crate::play::exchange::{Exchange, Sink, TICK};
use crate::play::plan::Stop;
use crate::play::state_check;
use crate::play::visitors::Visitors;
use crate::state::{Content, Row, SocketState, View};
use crate::watch::warning::Warnings;

/// How long an announced state may take to come: acknowledgements are delayed by tens of milliseconds.
const STATE_LIMIT: Duration = Duration::from_secs(10);
/// How often a view in motion is taken again, at one millisecond each.
const SETTLING: u32 = 60;

/// The kernel's view as it was last taken, and what was seen in it.
#[derive(Debug)]
pub(super) struct Panel {
    view: View,
    visitors: Visitors,
    warnings: Warnings,
    /// Whether descriptors that are no sockets are shown: only in the lessons that are about them.
    shows_descriptors: bool,
    /// Whether other machines reach this network.
    reachable: bool,
}

impl Panel {
    pub(super) fn new(lesson: &Lesson, network: Network) -> Panel {
        Panel {
            view: View::default(),
            visitors: Visitors::default(),
            warnings: Warnings::default(),
            shows_descriptors: lesson.shows_descriptors,
            reachable: network != Network::Private,
        }
    }

    /// Whether a stranger has ever come: from then on, nothing that depends on the peers is judged.
    pub(super) fn visited(&self) -> bool {
        self.visitors.any()
    }

    /// Takes the view again, and looks for strangers in it: the first to come takes this role.
    pub(super) fn meet(
        &mut self,
        exchange: &mut Exchange<'_>,
        mut role: Option<String>,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        self.view = exchange.view()?;
        for visitor in self.visitors.arrivals(&self.view) {
            sink.tell(&Event::Lesson(LessonEvent::Visitor(Visitor { role: role.take(), ..visitor })))?;
        }
        Ok(())
    }

    /// Takes a view that nothing moves in any more, as far as a few dozen milliseconds allow.
    pub(super) fn settle(&mut self, exchange: &mut Exchange<'_>) -> Result<(), KernelError> {
        for _ in 0..SETTLING {
            self.view = exchange.view()?;
            if !state_check::in_motion(&self.view) {
                break;
            }
            exchange.gather(TICK)?;
        }
        Ok(())
    }

    /// Shows the view that was taken, and says once what in it deserves a sentence.
    pub(super) fn show(&mut self, sink: &mut dyn Sink) -> Result<(), Stop> {
        for visitor in self.visitors.arrivals(&self.view) {
            sink.tell(&Event::Lesson(LessonEvent::Visitor(visitor)))?;
        }
        sink.tell(&Event::Actor(ActorEvent::Kernel { view: self.visible() }))?;
        let notes = self.warnings.of(&self.view, self.reachable);
        notes.into_iter().try_for_each(|note| sink.tell(&Event::Actor(ActorEvent::Note { note })))
    }

    /// What the panel shows.
    pub(super) fn visible(&self) -> View {
        let shown = |row: &&Row| self.shows_descriptors || !matches!(row.content, Content::Other(_));
        View { rows: self.view.rows.iter().filter(shown).cloned().collect(), ..self.view.clone() }
    }

    /// Addresses that reach the socket in which this actor accepts.
    pub(super) fn reach(&self, actor: &str) -> Vec<Reach> {
        let listener = self.view.rows.iter().find_map(|row| match &row.content {
            Content::Socket(socket) if row.actor.as_deref() == Some(actor) && socket.state == SocketState::Listen => {
                Some(&socket.local)
            }
            _ => None,
        });
        let found = listener.map(local::reach_of).unwrap_or_default();
        found.into_iter().map(|(local, address, port)| Reach { local, address, port }).collect()
    }

    /// Waits until every line holds; says which did in the end.
    pub(super) fn await_state(
        &mut self,
        lines: &[StateLine],
        exchange: &mut Exchange<'_>,
        sink: &dyn Sink,
    ) -> Result<Vec<bool>, Stop> {
        let deadline = exchange.now() + if self.visited() { Duration::ZERO } else { STATE_LIMIT };
        loop {
            self.view = exchange.view()?;
            let held: Vec<bool> = lines.iter().map(|line| state_check::holds(line, &self.view, exchange)).collect();
            if held.iter().all(|held| *held) || exchange.now() >= deadline {
                return Ok(held);
            }
            exchange.gather(TICK)?;
            sink.go_on()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Panel, SETTLING, STATE_LIMIT};
    use crate::event::{ActorEvent, Event, LessonEvent, Note};
    use crate::lesson::model::{StateLine, Subject};
    use crate::live::kernel::Kernel;
    use crate::live::scripted::ScriptedKernel;
    use crate::play::exchange::Exchange;
    use crate::play::exchange::tests::Heard;
    use crate::play::visitors::Visitors;
    use crate::state::{Content, Protocol, Row, Socket, SocketState, Target, View};
    use crate::syscall::address::Address;
    use crate::syscall::ast::Span;
    use crate::watch::warning::Warnings;

    fn panel(shows_descriptors: bool, reachable: bool) -> Panel {
        let (visitors, warnings) = (Visitors::default(), Warnings::default());
        Panel { view: View::default(), visitors, warnings, shows_descriptors, reachable }
    }

    fn row(actor: &str, content: Content) -> Row {
        Row { actor: Some(actor.to_owned()), pid: Some(7), fd: Some(3), content }
    }

    fn socket(state: SocketState, local: u16, remote: u16) -> Row {
        let at = |port| Address::v4(Ipv4Addr::UNSPECIFIED, port);
        row(
            "serveur",
            Content::Socket(Socket { inode: 7, ..Socket::between(Protocol::Tcp, state, (at(local), at(remote))) }),
        )
    }

    fn view(rows: Vec<Row>) -> View {
        View { rows, ..View::default() }
    }

    fn listening() -> Row {
        socket(SocketState::Listen, 3001, 0)
    }

    fn visited() -> View {
        view(vec![
            listening(),
            socket(SocketState::Established, 3001, 4001),
            socket(SocketState::Established, 3001, 4002),
        ])
    }

    fn moving() -> View {
        view(vec![socket(SocketState::LastAck, 3001, 4001)])
    }

    #[test]
    fn descriptors_that_are_no_sockets_are_shown_where_they_are_the_subject() {
        for (shows, rows) in [(false, 1), (true, 2)] {
            let mut panel = panel(shows, false);
            panel.view = view(vec![listening(), row("client", Content::Other(Target::Pipe))]);
            assert_eq!(panel.visible().rows.len(), rows);
        }
    }

    #[test]
    fn a_view_is_shown_and_its_warning_once() {
        for (reachable, notes) in [(true, 1), (false, 0)] {
            let mut panel = panel(false, reachable);
            panel.view = view(vec![listening()]);
            let mut heard = Heard::default();
            panel.show(&mut heard).unwrap();
            panel.show(&mut heard).unwrap();
            let views =
                heard.events.iter().filter(|event| matches!(event, Event::Actor(ActorEvent::Kernel { .. }))).count();
            let visible = Event::Actor(ActorEvent::Note { note: Note::VisibleFromNetwork { port: 3001 } });
            let said = heard.events.iter().filter(|event| **event == visible).count();
            assert_eq!((views, said), (2, notes));
        }
    }

    #[test]
    fn the_first_stranger_takes_the_role() {
        let mut kernel = ScriptedKernel::default().with_views(vec![view(vec![listening()]), visited()]);
        let mut exchange = Exchange::new(&mut kernel);
        let (mut panel, mut heard) = (panel(false, false), Heard::default());
        panel.meet(&mut exchange, Some("client".to_owned()), &mut heard).unwrap();
        assert!(heard.events.is_empty() && !panel.visited());
        panel.meet(&mut exchange, Some("client".to_owned()), &mut heard).unwrap();
        let role = |event: &Event| match event {
            Event::Lesson(LessonEvent::Visitor(visitor)) => visitor.role.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(heard.events.iter().map(role).collect::<Vec<_>>(), [Some("client".to_owned()), None]);
        assert!(panel.visited());
    }

    #[test]
    fn a_view_in_motion_is_taken_again_for_a_while() {
        let mut kernel = ScriptedKernel::default().with_views(vec![moving(), moving(), view(vec![listening()])]);
        let mut panel = panel(false, false);
        panel.settle(&mut Exchange::new(&mut kernel)).unwrap();
        assert_eq!(panel.view, view(vec![listening()]));
        let began = kernel.now();
        let mut restless = kernel.with_views(vec![moving()]);
        panel.settle(&mut Exchange::new(&mut restless)).unwrap();
        assert_eq!(panel.view, moving());
        assert_eq!(restless.now().duration_since(began).as_secs(), u64::from(SETTLING), "a second each, in a script");
    }

    fn free(port: u16) -> StateLine {
        StateLine { subject: Subject::NoPort { port, state: None }, source: String::new(), span: Span::default() }
    }

    #[test]
    fn a_state_is_awaited_as_long_as_it_may_take() {
        let mut kernel = ScriptedKernel::default().with_views(vec![moving(), moving(), View::default()]);
        let (mut panel, heard) = (panel(false, false), Heard::default());
        let held = panel.await_state(&[free(3001)], &mut Exchange::new(&mut kernel), &heard).unwrap();
        assert_eq!(held, [true]);
        let mut kernel = kernel.with_views(vec![moving()]);
        let began = kernel.now();
        let held = panel.await_state(&[free(3001), free(9)], &mut Exchange::new(&mut kernel), &heard).unwrap();
        assert_eq!((held, kernel.now().duration_since(began)), (vec![false, true], STATE_LIMIT));
        // A stranger may do what the lesson does not say.
        panel.visitors.arrivals(&visited());
        let began = kernel.now();
        panel.await_state(&[free(3001)], &mut Exchange::new(&mut kernel), &heard).unwrap();
        assert_eq!(kernel.now(), began);
    }

    #[test]
    fn who_accepts_is_reached() {
        let mut panel = panel(false, false);
        panel.view = view(vec![listening()]);
        assert!(panel.reach("serveur").iter().any(|reach| reach.local && reach.port == 3001));
        assert!(panel.reach("client").is_empty());
        panel.view = view(vec![socket(SocketState::Established, 3001, 4001)]);
        assert!(panel.reach("serveur").is_empty());
    }
}
