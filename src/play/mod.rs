//! The player: a lesson, a kernel, a prompt and a renderer.
//!
//! `player` walks through the steps, `turn` runs one statement, `sleep` stops inside a blocking call,
//! `judge` and `landscape` compare what came with what the lesson said.

pub mod judge;
pub mod landscape;
pub mod pause;
pub mod plan;
pub mod player;
pub mod port_lock;
pub mod ports;
pub mod prompt;
pub mod sleep;
pub mod turn;
pub mod visitors;
