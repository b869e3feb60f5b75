//! Where a lesson plays: a private network, the machine's own on the lesson's ports, or on free ones.

use nix::unistd::geteuid;

use super::failure::Failure;
use crate::cli::LessonArgs;
use crate::cli::value::PortChoice;
use crate::event::{Network, Note};
use crate::lesson::model::{Lesson, Need};
use crate::lesson::substitute::Ports;
use crate::play::port_lock::PortLock;
use crate::play::ports::{self, Taken};
use crate::sandbox::network;

/// The place chosen for a lesson.
#[derive(Debug)]
pub struct Place {
    pub network: Network,
    pub ports: Ports,
    pub notes: Vec<Note>,
    /// Keeps the ports from other lessons while this one plays.
    #[allow(dead_code, reason = "held, not read: the ports are locked while the lesson is played")]
    pub locks: Vec<PortLock>,
}

/// Chooses, and enters a private network where nobody is there to connect from outside.
///
/// # Errors
/// When the lesson's port is taken and a person waits on it: the failure names who has it and offers another.
pub fn choose(lesson: &Lesson, arguments: &LessonArgs, attended: bool) -> Result<Place, Failure> {
    if !attended && arguments.port.is_none() && network::enter_private().is_ok() {
        return Ok(unchanged(lesson, Network::Private));
    }
    let Some(own) = lesson.port else { return Ok(unchanged(lesson, Network::Host)) };
    let (network, lock) = match arguments.port {
        Some(PortChoice::Number(asked)) => (Network::Host, ports::lock(asked).map_err(taken)?),
        Some(PortChoice::Auto) => (Network::Host, ports::offer(lesson, 0).map_err(taken)?),
        None if attended => (Network::Host, ports::lock(own).map_err(|taken| offered(taken, lesson, arguments))?),
        None => (Network::FreePorts, ports::lock_or_offer(own, lesson, 0).map_err(taken)?),
    };
    let (ports, others) = ports::around(lesson, lock.port()).map_err(taken)?;
    let locks = std::iter::once(lock).chain(others).collect();
    Ok(Place { network, notes: ports::replaced(lesson, &ports), ports, locks })
}

/// The ports of the programs that `--code` prints: the lesson's, or those asked for.
///
/// # Errors
/// When no port is free for `--port auto`.
pub fn ports_asked(lesson: &Lesson, arguments: &LessonArgs) -> Result<Ports, Failure> {
    let port = match arguments.port {
        None => return Ok(Ports::unchanged(lesson)),
        Some(PortChoice::Number(port)) => port,
        Some(PortChoice::Auto) => ports::offer(lesson, 0).map_err(taken)?.port(),
    };
    ports::around(lesson, port).map(|(ports, _)| ports).map_err(taken)
}

fn unchanged(lesson: &Lesson, network: Network) -> Place {
    Place { network, ports: Ports::unchanged(lesson), notes: Vec::new(), locks: Vec::new() }
}

/// Somebody has the port.
#[must_use]
pub fn taken(Taken { port, owner }: Taken) -> Failure {
    Failure::PortTaken { port, owner, command: None }
}

/// The same, with a command that plays on another port.
fn offered(Taken { port, owner }: Taken, lesson: &Lesson, arguments: &LessonArgs) -> Failure {
    let command = ports::offer(lesson, 0).ok().map(|offered| command_for(arguments, offered.port()));
    Failure::PortTaken { port, owner, command }
}

fn command_for(arguments: &LessonArgs, port: u16) -> String {
    let what = arguments.what.as_ref().map(ToString::to_string).unwrap_or_default();
    let from = arguments.from.as_ref().map(|step| format!(" --from {step}")).unwrap_or_default();
    format!("socketlab lesson {what} --port {port}{from}")
}

/// What this machine, in the place chosen, allows.
#[must_use]
pub fn allowances(network: Network) -> Vec<Need> {
    let root = geteuid().is_root();
    let conditions = [
        (Need::Root, root),
        (Need::RawSockets, root),
        (Need::Ipv6, network::ipv6_available()),
        (Need::ReservedPorts, network::reserved_ports_start() > 80),
        (Need::PrivateNetwork, network == Network::Private),
    ];
    conditions.into_iter().filter_map(|(need, holds)| holds.then_some(need)).collect()
}
