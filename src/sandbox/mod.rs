//! What keeps a lesson away from the machine, and what the machine allows; the processes of a server that forks.

pub mod datagram;
pub mod fork;
pub mod network;
