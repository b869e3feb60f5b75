//! The library on the real kernel: actors, observation, the narrating server and client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that panics says why it failed"
)]

mod actors;
mod connect;
mod connect_http;
mod http;
mod observe;
mod observe_ss;
mod peers;
mod peers_deaf;
mod peers_fork;
mod peers_slips;
mod peers_udp;
mod private_network;
mod spoiled;
#[path = "../support/mod.rs"]
mod support;
