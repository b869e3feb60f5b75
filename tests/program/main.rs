//! The program as people run it: lessons, peers, traces, wrong input, terminals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that panics says why it failed"
)]

mod bad_input;
mod cli;
mod connect_program;
mod corpus;
mod findings;
mod leftovers;
mod mistakes;
mod narration;
mod programs;
mod pty;
mod readme;
mod serve;
mod source_lines;
mod strace;
#[path = "../support/mod.rs"]
mod support;
mod trace;
mod trace_engine;
mod trace_faults;
mod trace_ports;
mod trace_strace;
mod words;
