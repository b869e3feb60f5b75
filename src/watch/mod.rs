//! Watching what runs: who sleeps and why, what changed, what to warn of, whether two programs wait for each other.
//! `program` listens to one traced program and has `diagnose` judge it; all the rest judges nothing.

mod deadlock;
pub mod difference;
pub mod program;
pub mod sleeper;
mod tally;
pub mod warning;
mod why;
