//! The player: a lesson, a kernel, a prompt and a renderer.

pub mod prompt;
