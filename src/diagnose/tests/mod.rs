//! Each rule both ways, by scripted steps: what it must say, what comes near, and the traps met on real programs.

mod connections;
mod descriptors;
mod faults;
mod http;
mod leak;
mod lifetime;
mod lives;
mod loops;
mod process;
mod readiness;
mod reading;
mod robustness;
mod script;
mod setup;
mod transfer;
mod transferred;
mod traps;
