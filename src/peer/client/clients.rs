//! Several clients at once, a thread for each.

use std::io;
use std::sync::{PoisonError, RwLock};
use std::thread;

use crate::event::peer::Attempt;
use crate::peer::caller::Caller;
use crate::peer::client::{Client, ClientResult, Trouble};

/// A client needs little: a thousand of them fit.
const STACK: usize = 256 * 1024;

/// Runs every client; none connects before all are there.
pub fn run(first: &Client<'_>) -> Vec<ClientResult> {
    let gate = RwLock::new(());
    thread::scope(|scope| {
        let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
        let gate = &gate;
        let start = |number: u64| {
            let run = move || {
                drop(gate.read().unwrap_or_else(PoisonError::into_inner));
                run_one(first, number)
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run)
        };
        let started: Vec<_> = (1..=first.settings.clients).map(start).collect();
        drop(closed);
        let gone = || io::Error::from(io::ErrorKind::Other);
        started
            .into_iter()
            .map(|thread| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|_| missing(first, gone())),
                Err(error) => missing(first, error),
            })
            .collect()
    })
}

fn run_one(first: &Client<'_>, number: u64) -> ClientResult {
    let caller = Caller::new(first.caller.events().clone(), format!("client {number}"));
    caller.introduce();
    Client { caller: &caller, number, ..*first }.run()
}

fn missing(first: &Client<'_>, error: io::Error) -> ClientResult {
    let result = ClientResult::without_conversation(first.settings, (Attempt::Impossible, None));
    ClientResult { trouble: Some(Trouble::Thread(error)), ..result }
}
