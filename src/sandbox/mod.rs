//! What keeps a lesson away from the machine, and what the machine allows.

pub mod network;
