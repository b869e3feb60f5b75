//! socketlab: a laboratory that teaches sockets by running them.
//!
//! The modules and the arrows between them are held by `tests/pure/architecture.rs`
//! and explained in `docs/architecture.md`. They are private, so that the compiler finds what nothing uses: the feature
//! `inside` is the door of tests and benches.

#[cfg(not(feature = "inside"))]
mod author;
#[cfg(not(feature = "inside"))]
mod cli;
#[cfg(not(feature = "inside"))]
mod command;
#[cfg(not(feature = "inside"))]
mod content;
#[cfg(not(feature = "inside"))]
mod diagnose;
#[cfg(not(feature = "inside"))]
mod event;
#[cfg(not(feature = "inside"))]
mod finding;
#[cfg(not(feature = "inside"))]
mod lesson;
#[cfg(not(feature = "inside"))]
mod live;
#[cfg(not(feature = "inside"))]
mod observe;
#[cfg(not(feature = "inside"))]
mod observed;
#[cfg(not(feature = "inside"))]
mod peer;
#[cfg(not(feature = "inside"))]
mod play;
#[cfg(not(feature = "inside"))]
mod progress;
#[cfg(not(feature = "inside"))]
mod render;
#[cfg(not(feature = "inside"))]
mod sandbox;
#[cfg(not(feature = "inside"))]
mod state;
#[cfg(not(feature = "inside"))]
mod syscall;
#[cfg(not(feature = "inside"))]
mod text;
#[cfg(not(feature = "inside"))]
mod trace;
#[cfg(not(feature = "inside"))]
mod watch;

#[cfg(feature = "inside")]
pub mod author;
#[cfg(feature = "inside")]
pub mod cli;
#[cfg(feature = "inside")]
pub mod command;
#[cfg(feature = "inside")]
pub mod content;
#[cfg(feature = "inside")]
pub mod diagnose;
#[cfg(feature = "inside")]
pub mod event;
#[cfg(feature = "inside")]
pub mod finding;
#[cfg(feature = "inside")]
pub mod lesson;
#[cfg(feature = "inside")]
pub mod live;
#[cfg(feature = "inside")]
pub mod observe;
#[cfg(feature = "inside")]
pub mod observed;
#[cfg(feature = "inside")]
pub mod peer;
#[cfg(feature = "inside")]
pub mod play;
#[cfg(feature = "inside")]
pub mod progress;
#[cfg(feature = "inside")]
pub mod render;
#[cfg(feature = "inside")]
pub mod sandbox;
#[cfg(feature = "inside")]
pub mod state;
#[cfg(feature = "inside")]
pub mod syscall;
#[cfg(feature = "inside")]
pub mod text;
#[cfg(feature = "inside")]
pub mod trace;
#[cfg(feature = "inside")]
pub mod watch;

pub use command::main as run;
