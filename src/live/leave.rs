//! How actors leave the network before they are killed.
//!
//! Why: the kernel closes the sockets of a killed process in the ordinary way, by a FIN. Where a stranger (nc, a
//! browser) is still connected to an actor's server, the server's side has then closed first, and stays in FIN_WAIT2
//! or TIME_WAIT on the lesson's port for a minute: the same step played again fails at bind with EADDRINUSE, since
//! lessons do not set SO_REUSEADDR. A reset leaves nothing behind (tcp(7), SO_LINGER of socket(7)).

use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::live::actor_table::ActorTable;
use crate::live::control_channel::{Channel, Order};
use crate::live::kernel::Identity;
use crate::live::process::Process;
use crate::live::signal::interrupt;

/// How long actors may take to leave in all, before they are killed as they are.
const PATIENCE: Duration = Duration::from_millis(200);
/// After how long an actor is interrupted again, in milliseconds: the first signal may have come just before it
/// entered the call in which it sleeps.
const AGAIN: u16 = 10;

/// An actor that was told to leave and has not answered.
struct Leaving<'a> {
    thread: Identity,
    channel: &'a Channel,
}

/// Tells the actors of these processes to leave, all of them first, then waits until one thread of each process has,
/// for a bounded time. What they say meanwhile is not heard.
pub(super) fn leave<'a>(actors: &ActorTable, processes: impl Iterator<Item = &'a Process>) {
    let deadline = Instant::now() + PATIENCE;
    let mut leaving = tell(actors, processes);
    loop {
        for one in &leaving {
            // An idle actor does not mind; a call that cannot be interrupted (a mutex) wears the patience out.
            interrupt(one.thread).ok();
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if leaving.is_empty() || left.is_zero() {
            return;
        }
        let gone = await_departures(&leaving);
        leaving.retain(|one| !gone.contains(&one.thread.pid));
    }
}

fn tell<'a, 'b>(actors: &'a ActorTable, processes: impl Iterator<Item = &'b Process>) -> Vec<Leaving<'a>> {
    // A process that was reaped has left its number to another, which must not be signalled.
    let alive: Vec<i32> =
        processes.filter(|process| !process.over && process.is_known()).map(|process| process.pid).collect();
    let there = actors.iter().filter(|actor| alive.contains(&actor.identity.pid));
    there
        .filter_map(|actor| {
            let channel = actor.channel.as_ref()?;
            channel.send(&Order::Leave, &[]).ok()?;
            Some(Leaving { thread: actor.identity, channel })
        })
        .collect()
}

/// The processes of which a thread has hung up.
fn await_departures(leaving: &[Leaving<'_>]) -> Vec<i32> {
    // Only the hang-up, which needs no asking for, counts: words that nobody will read may lie before it.
    let mut watched: Vec<_> = leaving.iter().map(|one| PollFd::new(one.channel.as_fd(), PollFlags::empty())).collect();
    poll(&mut watched, PollTimeout::from(AGAIN)).ok();
    let hung_up = watched.iter().map(|fd| fd.any().unwrap_or(false));
    leaving.iter().zip(hung_up).filter(|(_, hung_up)| *hung_up).map(|(one, _)| one.thread.pid).collect()
}
