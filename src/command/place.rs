//! Where a lesson plays: a private network, the machine's own on the lesson's ports, or on free ones.

use std::collections::BTreeMap;

use nix::unistd::geteuid;

use super::exit::Exit;
use super::failure::Failure;
use crate::cli::LessonArgs;
use crate::cli::value::PortChoice;
use crate::event::{Network, Note, Reach};
use crate::lesson::model::{Lesson, Need};
use crate::observe::{Observer, cause, local};
use crate::sandbox::network;
use crate::state::Cause;
use crate::text::stage;

/// Browsers, other accounts and the kernel's ephemeral range all keep away from here.
const FIRST_OFFER: u16 = 3100;

/// The place chosen for a lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    pub network: Option<Network>,
    /// The lesson's ports, each with the one that is played.
    pub ports: BTreeMap<u16, u16>,
    pub reach: Vec<Reach>,
    pub notes: Vec<Note>,
}

impl Place {
    #[must_use]
    pub fn network(&self) -> Network {
        self.network.unwrap_or(Network::Host)
    }
}

/// Chooses, and enters a private network where nobody is there to connect from outside.
///
/// # Errors
/// When the lesson's port is taken and a person waits on it: the failure names who has it and offers another.
pub fn choose(lesson: &Lesson, arguments: &LessonArgs, attended: bool) -> Result<Place, Failure> {
    if !attended && arguments.port.is_none() && network::enter_private().is_ok() {
        return Ok(Place { network: Some(Network::Private), ..Place::default() });
    }
    let Some(port) = lesson.port else {
        return Ok(Place { network: Some(Network::Host), ..Place::default() });
    };
    let mut place = match arguments.port {
        Some(PortChoice::Number(asked)) => on_port(port, asked)?,
        Some(PortChoice::Auto) => on_port(port, free_port(0)?)?,
        None if attended => on_port(port, port).map_err(|failure| with_offer(failure, port, arguments))?,
        None => on_free_ports(port)?,
    };
    for (index, other) in lesson.other_ports.iter().enumerate() {
        let index = u16::try_from(index + 1).unwrap_or(1);
        let played = if local::port_free(*other) { *other } else { free_port(index)? };
        place.ports.insert(*other, played);
    }
    place.notes.extend(replaced(&place.ports));
    if attended {
        place.reach = reach(place.ports.get(&port).copied().unwrap_or(port));
    }
    Ok(place)
}

fn on_port(port: u16, played: u16) -> Result<Place, Failure> {
    if !local::port_free(played) {
        return Err(taken(played, None));
    }
    Ok(Place { network: Some(Network::Host), ports: BTreeMap::from([(port, played)]), ..Place::default() })
}

fn on_free_ports(port: u16) -> Result<Place, Failure> {
    let played = if local::port_free(port) { port } else { free_port(0)? };
    Ok(Place { network: Some(Network::FreePorts), ports: BTreeMap::from([(port, played)]), ..Place::default() })
}

/// A tested free port, stable for this account.
fn free_port(rank: u16) -> Result<u16, Failure> {
    local::stable_port(FIRST_OFFER + 200 * rank, geteuid().as_raw()).ok_or_else(|| taken(FIRST_OFFER, None))
}

fn with_offer(failure: Failure, port: u16, arguments: &LessonArgs) -> Failure {
    match free_port(0) {
        Ok(offer) => taken(port, Some(&command_for(arguments, offer))),
        Err(_) => failure,
    }
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

fn replaced(ports: &BTreeMap<u16, u16>) -> Vec<Note> {
    let changed = ports.iter().filter(|(lesson, played)| lesson != played);
    changed.map(|(lesson, played)| Note::PortReplaced { lesson: *lesson, played: *played }).collect()
}

fn reach(port: u16) -> Vec<Reach> {
    local::reach(port).into_iter().map(|(local, address, port)| Reach { local, address, port }).collect()
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
