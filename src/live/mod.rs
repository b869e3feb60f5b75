//! Actors: real processes that run the calls of a lesson, and the trait through which they are asked.
//!
//! Two sides that speak through a control channel (`control_channel`).
//!
//! The actor's: `actor` (entry, loop), `start`, `interpreter` (one thread), `statement` and `expression` (what it
//! evaluates), `actor_state` and `memory` (its variables), `calls` (the table of libc calls), `show` and `reveal` (what is
//! reported of a call, and what lies behind its pointers).
//!
//! socketlab's: `real` (the trait over real processes), above `report_pump` (what actors tell, in its order), which holds
//! `actor_table`, `process_table` and `learned`; `process` and its `output`, `launch` and `leave` (births and ends),
//! `signal`, `watch` (the port to `observe`). `scripted` is the fake.

pub mod actor;
mod actor_state;
mod actor_table;
mod arithmetic;
mod calls;
mod control_channel;
mod descriptor;
mod expression;
mod format;
mod interpreter;
pub mod kernel;
pub mod launch;
mod learned;
mod leave;
mod memory;
mod output;
mod predefined;
mod privilege;
mod process;
mod process_table;
pub mod real;
mod report_pump;
mod reveal;
#[cfg(any(test, feature = "inside"))]
pub mod scripted;
mod show;
mod signal;
mod spelling;
mod start;
mod statement;
pub mod watch;
