//! Several clients at once, a thread for each.

use std::io;
use std::sync::{PoisonError, RwLock};
use std::thread;

use crate::event::peer::Attempt;
use crate::event::{Event, ProcessChange};
use crate::peer::caller::Caller;
use crate::peer::client::{Client, ClientResult, Trouble};

/// A client needs little: a thousand of them fit.
const STACK: usize = 256 * 1024;

/// Runs every client; none connects before all are there.
pub fn run(first: &Client<'_>) -> Vec<ClientResult> {
    let door = RwLock::new(());
    thread::scope(|scope| {
        let closed = door.write().unwrap_or_else(PoisonError::into_inner);
        let door = &door;
        let start = |number: u64| {
            let attend = move || {
                drop(door.read().unwrap_or_else(PoisonError::into_inner));
                attend(first, number)
            };
            (number, thread::Builder::new().stack_size(STACK).spawn_scoped(scope, attend))
        };
        let started: Vec<_> = (1..=first.settings.clients).map(start).collect();
        drop(closed);
        let gone = || io::Error::from(io::ErrorKind::Other);
        started
            .into_iter()
            .map(|(number, thread)| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|_| missing(first, (number, gone()))),
                Err(error) => missing(first, (number, error)),
            })
            .collect()
    })
}

fn attend(first: &Client<'_>, number: u64) -> ClientResult {
    let caller = Caller::new(first.caller.speaker().clone(), format!("client {number}"));
    caller.speaker().offer(|| Event::Process {
        actor: caller.actor().to_owned(),
        pid: caller.pid(),
        tid: caller.tid(),
        change: ProcessChange::Born,
    });
    Client { caller: &caller, number, ..*first }.run()
}

fn missing(first: &Client<'_>, (number, error): (u64, io::Error)) -> ClientResult {
    let result = ClientResult::without_conversation(first.settings, (number, Attempt::Impossible, None));
    ClientResult { trouble: Some(Trouble::Thread(error)), ..result }
}
