//! Where a lesson plays: a private network, the machine's own on the lesson's ports, or on free ones.

use nix::unistd::geteuid;

use super::failure::Failure;
use super::port_lock::PortLock;
use crate::cli::LessonArgs;
use crate::cli::value::PortChoice;
use crate::event::{Network, Note};
use crate::lesson::model::{Lesson, Need};
use crate::lesson::substitute::Ports;
use crate::observe::{Observer, cause, local};
use crate::sandbox::network;
use crate::state::Cause;
use crate::text::stage::PortOwner;

/// Browsers, other accounts and the kernel's ephemeral range all keep away from here.
const FIRST_OFFER: u16 = 3100;

/// The place chosen for a lesson.
#[derive(Debug)]
pub struct Place {
    pub network: Network,
    pub ports: Ports,
    pub notes: Vec<Note>,
    /// Keeps the ports from other lessons while this one plays.
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
        Some(PortChoice::Number(asked)) => (Network::Host, free(asked, None)?),
        Some(PortChoice::Auto) => (Network::Host, offer(0, lesson)?),
        None if attended => {
            let command = || Some(command_for(arguments, offer(0, lesson).ok()?.port()));
            (Network::Host, free(own, Some(&command))?)
        }
        None => (Network::FreePorts, lock_free(own).map_or_else(|| offer(0, lesson), Ok)?),
    };
    let others = other_ports(lesson)?;
    let ports = Ports::new(lesson, lock.port(), &numbers(&others));
    let notes = replaced(lesson, &ports);
    Ok(Place { network, ports, notes, locks: std::iter::once(lock).chain(others).collect() })
}

/// The ports of the programs that `--code` prints: the lesson's, or those asked for.
///
/// # Errors
/// When no port is free for `--port auto`.
pub fn ports_asked(lesson: &Lesson, arguments: &LessonArgs) -> Result<Ports, Failure> {
    let port = match arguments.port {
        None => return Ok(Ports::unchanged(lesson)),
        Some(PortChoice::Number(port)) => port,
        Some(PortChoice::Auto) => offer(0, lesson)?.port(),
    };
    Ok(Ports::new(lesson, port, &numbers(&other_ports(lesson)?)))
}

fn unchanged(lesson: &Lesson, network: Network) -> Place {
    Place { network, ports: Ports::unchanged(lesson), notes: Vec::new(), locks: Vec::new() }
}

fn numbers(locks: &[PortLock]) -> Vec<u16> {
    locks.iter().map(PortLock::port).collect()
}

fn other_ports(lesson: &Lesson) -> Result<Vec<PortLock>, Failure> {
    let needed = Ports::others_needed(lesson);
    let own: Vec<u16> = lesson
        .other_ports
        .iter()
        .copied()
        .filter(|port| lesson.port.is_none_or(|own| own.swap_bytes() != *port))
        .collect();
    let choose = |(index, port): (usize, &u16)| {
        lock_free(*port).map_or_else(|| offer(u16::try_from(index + 1).unwrap_or(1), lesson), Ok)
    };
    own.iter().take(needed).enumerate().map(choose).collect()
}

/// The port, locked and then found free.
fn lock_free(port: u16) -> Option<PortLock> {
    PortLock::new(port).filter(|lock| local::port_free(lock.port()))
}

/// The port, if nobody has it.
fn free(port: u16, command: Option<&dyn Fn() -> Option<String>>) -> Result<PortLock, Failure> {
    lock_free(port).ok_or_else(|| taken(port, command.and_then(|command| command())))
}

/// A free port, locked, the first of this account's that no lesson plays on; its bytes swapped, where the lesson
/// forgets htons, give a free port too.
fn offer(rank: u16, lesson: &Lesson) -> Result<PortLock, Failure> {
    let swaps = lesson.port.is_some_and(|own| lesson.other_ports.contains(&own.swap_bytes()));
    let suits = |port: u16| !swaps || local::bindable(port.swap_bytes()) && local::port_free(port.swap_bytes());
    lock_among(FIRST_OFFER + 200 * rank, suits)
}

fn lock_among(base: u16, suits: impl Fn(u16) -> bool) -> Result<PortLock, Failure> {
    let lock = local::offers(base, geteuid().as_raw()).filter(|port| suits(*port)).find_map(lock_free);
    lock.ok_or_else(|| taken(FIRST_OFFER, None))
}

/// A free port for what is no lesson, locked.
///
/// # Errors
/// When none is free.
pub fn offer_any() -> Result<PortLock, Failure> {
    lock_among(FIRST_OFFER, |_| true)
}

fn command_for(arguments: &LessonArgs, port: u16) -> String {
    let what = arguments.what.as_ref().map(ToString::to_string).unwrap_or_default();
    let from = arguments.from.as_ref().map(|step| format!(" --from {step}")).unwrap_or_default();
    format!("socketlab lesson {what} --port {port}{from}")
}

fn taken(port: u16, command: Option<String>) -> Failure {
    let owner = match owner(port) {
        Some(cause) => PortOwner::Known(cause),
        None if local::port_free(port) => PortOwner::AnotherLesson,
        None => PortOwner::Hidden,
    };
    Failure::PortTaken { port, owner, command }
}

/// Who has the port, as far as the kernel tells.
fn owner(port: u16) -> Option<Cause> {
    cause::owner(&mut Observer::new().ok()?, port)
}

fn replaced(lesson: &Lesson, ports: &Ports) -> Vec<Note> {
    let fixed = lesson.port.iter().chain(&lesson.other_ports);
    let changed = fixed.map(|port| (*port, ports.played(*port))).filter(|(lesson, played)| lesson != played);
    changed.map(|(lesson, played)| Note::PortReplaced { lesson, played }).collect()
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
