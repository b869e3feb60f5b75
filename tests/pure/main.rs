//! What needs no process: files of the house, the language of lessons, the player on a scripted kernel, rendering.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that panics says why it failed"
)]

mod architecture;
mod circles;
mod diagnostics_doc;
mod format_doc;
mod house;
mod parser;
mod player;
mod render;
mod source;
