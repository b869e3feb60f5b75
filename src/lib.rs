//! socketlab: a laboratory that teaches sockets by running them.
//!
//! The modules and the arrows between them are held by `tests/pure/architecture.rs`
//! and explained in `docs/architecture.md`.

pub mod author;
pub mod cli;
pub mod command;
pub mod content;
pub mod diagnose;
pub mod event;
pub mod finding;
pub mod lesson;
pub mod live;
pub mod observe;
pub mod observed;
pub mod peer;
pub mod play;
pub mod progress;
pub mod render;
pub mod sandbox;
pub mod state;
pub mod syscall;
pub mod text;
pub mod trace;
pub mod watch;
