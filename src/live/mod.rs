//! Actors: real processes that run the calls of a lesson, and the trait through which they are asked.
//!
//! Two sides that speak through a control channel (`wire`). The actor's: `actor` (entry, loop), `start`, `machine`,
//! `statement` and `expression` (the interpreter), `world` and `memory` (its variables), `calls` (the table of libc
//! calls), `show` (what is reported of a call). socketlab's: `real` and `chronicle` (the trait over real processes),
//! `launch`, `family` and `leave` (their birth and end), `watch` (the port to `observe`), `scripted` (the fake).

pub mod actor;
mod arithmetic;
mod calls;
mod chronicle;
mod descriptor;
mod expression;
mod family;
mod format;
pub mod kernel;
pub mod launch;
mod leave;
mod machine;
mod memory;
mod predefined;
mod privilege;
pub mod real;
mod reveal;
pub mod scripted;
mod show;
mod spelling;
mod start;
mod statement;
pub mod watch;
mod wire;
mod world;
