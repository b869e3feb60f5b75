//! The ports that a lesson plays on: its own, those asked for, or free ones, each kept from other socketlabs.

use nix::unistd::geteuid;

use crate::event::Note;
use crate::lesson::model::Lesson;
use crate::lesson::substitute::Ports;
use crate::observe::{Observer, cause, local};
use crate::play::port_lock::PortLock;
use crate::state::Cause;

/// Browsers, other accounts and the kernel's ephemeral range all keep away from here.
const FIRST_OFFER: u16 = 3100;

/// A port that somebody has.
#[derive(Debug)]
pub struct Taken {
    pub port: u16,
    pub owner: PortOwner,
}

/// Who has a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortOwner {
    Known(Cause),
    /// A socketlab that has not bound it yet, or not any more.
    AnotherLesson,
    Hidden,
}

/// What the lesson's ports become with this one in place of its own, and what keeps the others of them.
///
/// # Errors
/// When no port is free.
pub fn around(lesson: &Lesson, port: u16) -> Result<(Ports, Vec<PortLock>), Taken> {
    let others = lock_others(lesson)?;
    let numbers: Vec<u16> = others.iter().map(PortLock::port).collect();
    Ok((Ports::new(lesson, port, &numbers), others))
}

/// The port, if nobody has it.
///
/// # Errors
/// When somebody has.
pub fn lock(port: u16) -> Result<PortLock, Taken> {
    lock_free(port).ok_or_else(|| taken(port))
}

/// The port, or a free one.
///
/// # Errors
/// When none is free.
pub fn lock_or_offer(port: u16, lesson: &Lesson, rank: u16) -> Result<PortLock, Taken> {
    lock_free(port).map_or_else(|| offer(lesson, rank), Ok)
}

/// A free port, locked, the first of this account's that no lesson plays on; its bytes swapped, where the lesson
/// forgets htons, give a free port too.
///
/// # Errors
/// When none is free.
pub fn offer(lesson: &Lesson, rank: u16) -> Result<PortLock, Taken> {
    let swaps = lesson.port.is_some_and(|own| lesson.other_ports.contains(&own.swap_bytes()));
    let suits = |port: u16| !swaps || local::bindable(port.swap_bytes()) && local::port_free(port.swap_bytes());
    lock_among(FIRST_OFFER + 200 * rank, suits)
}

/// A free port for what is no lesson, locked.
///
/// # Errors
/// When none is free.
pub fn offer_any() -> Result<PortLock, Taken> {
    lock_among(FIRST_OFFER, |_| true)
}

/// The ports that are not those of the lesson.
#[must_use]
pub fn replaced(lesson: &Lesson, ports: &Ports) -> Vec<Note> {
    let fixed = lesson.port.iter().chain(&lesson.other_ports);
    let changed = fixed.map(|port| (*port, ports.played(*port))).filter(|(lesson, played)| lesson != played);
    changed.map(|(lesson, played)| Note::PortReplaced { lesson, played }).collect()
}

fn lock_others(lesson: &Lesson) -> Result<Vec<PortLock>, Taken> {
    let swapped = lesson.port.map(u16::swap_bytes);
    let others = lesson.other_ports.iter().copied().filter(|port| swapped != Some(*port));
    let ranked = others.take(Ports::others_needed(lesson)).zip(1..);
    ranked.map(|(port, rank)| lock_or_offer(port, lesson, rank)).collect()
}

/// The port, locked and then found free.
fn lock_free(port: u16) -> Option<PortLock> {
    PortLock::new(port).filter(|lock| local::port_free(lock.port()))
}

fn lock_among(base: u16, suits: impl Fn(u16) -> bool) -> Result<PortLock, Taken> {
    let lock = local::offers(base, geteuid().as_raw()).filter(|port| suits(*port)).find_map(lock_free);
    lock.ok_or_else(|| taken(FIRST_OFFER))
}

fn taken(port: u16) -> Taken {
    let owner = match owner(port) {
        Some(cause) => PortOwner::Known(cause),
        None if local::port_free(port) => PortOwner::AnotherLesson,
        None => PortOwner::Hidden,
    };
    Taken { port, owner }
}

/// Who has the port, as far as the kernel tells.
fn owner(port: u16) -> Option<Cause> {
    cause::owner(&mut Observer::new().ok()?, port)
}
