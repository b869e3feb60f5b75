//! Where a lesson plays: a private network, the machine's own on the lesson's ports, or on free ones.

use nix::unistd::geteuid;

use super::exit::Exit;
use super::failure::Failure;
use crate::cli::LessonArgs;
use crate::cli::value::PortChoice;
use crate::event::{Network, Note};
use crate::lesson::model::{Lesson, Need};
use crate::lesson::substitute::Ports;
use crate::observe::{Observer, cause, local};
use crate::sandbox::network;
use crate::state::Cause;
use crate::text::stage;

/// Browsers, other accounts and the kernel's ephemeral range all keep away from here.
const FIRST_OFFER: u16 = 3100;

/// The place chosen for a lesson.
#[derive(Clone, Debug)]
pub struct Place {
    pub network: Network,
    pub ports: Ports,
    pub notes: Vec<Note>,
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
    let (network, port) = match arguments.port {
        Some(PortChoice::Number(asked)) => (Network::Host, free(asked, None)?),
        Some(PortChoice::Auto) => (Network::Host, offer(0)?),
        None if attended => (Network::Host, free(own, offered_command(arguments).as_deref())?),
        None => (Network::FreePorts, if local::port_free(own) { own } else { offer(0)? }),
    };
    let others = other_ports(lesson)?;
    let ports = Ports::new(lesson, port, &others);
    let notes = replaced(lesson, &ports);
    Ok(Place { network, ports, notes })
}

/// The ports of the programs that `--code` prints: the lesson's, or those asked for.
///
/// # Errors
/// When no port is free for `--port auto`.
pub fn ports_asked(lesson: &Lesson, arguments: &LessonArgs) -> Result<Ports, Failure> {
    let port = match arguments.port {
        None => return Ok(Ports::unchanged(lesson)),
        Some(PortChoice::Number(port)) => port,
        Some(PortChoice::Auto) => offer(0)?,
    };
    Ok(Ports::new(lesson, port, &other_ports(lesson)?))
}

fn unchanged(lesson: &Lesson, network: Network) -> Place {
    Place { network, ports: Ports::unchanged(lesson), notes: Vec::new() }
}

fn other_ports(lesson: &Lesson) -> Result<Vec<u16>, Failure> {
    let needed = Ports::others_needed(lesson);
    let own: Vec<u16> = lesson
        .other_ports
        .iter()
        .copied()
        .filter(|port| lesson.port.is_none_or(|own| own.swap_bytes() != *port))
        .collect();
    let choose = |(index, port): (usize, &u16)| {
        if local::port_free(*port) { Ok(*port) } else { offer(u16::try_from(index + 1).unwrap_or(1)) }
    };
    own.iter().take(needed).enumerate().map(choose).collect()
}

/// The port, if nobody has it.
fn free(port: u16, command: Option<&str>) -> Result<u16, Failure> {
    if local::port_free(port) { Ok(port) } else { Err(taken(port, command)) }
}

/// A tested free port, stable for this account.
fn offer(rank: u16) -> Result<u16, Failure> {
    local::stable_port(FIRST_OFFER + 200 * rank, geteuid().as_raw()).ok_or_else(|| taken(FIRST_OFFER, None))
}

fn offered_command(arguments: &LessonArgs) -> Option<String> {
    offer(0).ok().map(|port| command_for(arguments, port))
}

fn command_for(arguments: &LessonArgs, port: u16) -> String {
    let what = arguments.what.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("socketlab lesson {what} --port {port}")
}

fn taken(port: u16, command: Option<&str>) -> Failure {
    let cause = owner(port);
    Failure::Said { exit: Exit::Machine, sentence: stage::port_taken(port, cause.as_ref(), command) }
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
