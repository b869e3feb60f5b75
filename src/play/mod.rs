//! The player: a lesson, a kernel, a prompt and a renderer.
//!
//! Its parts, which know nothing of each other but downwards: `cast` and `exchange` (the actors, and what is said with
//! them), `panel` (what of the kernel is shown), `learner`, `cursor` (the place in the lesson), `console` (prompt and
//! renderer). `player` holds them; `awakening`, `pause`, `turn` and `walk`, each above the one before, are what it does.
//! `judge` and `state_check` compare what came with what the lesson said.

mod awakening;
mod cast;
mod console;
mod cursor;
mod exchange;
pub mod judge;
mod learner;
mod panel;
mod pause;
pub mod plan;
mod player;
pub mod port_lock;
pub mod ports;
pub mod prompt;
pub mod state_check;
mod turn;
pub mod visitors;
pub mod walk;
