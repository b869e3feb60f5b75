//! French sentences: pure functions of typed values.

pub mod errno;
pub mod explain;
pub mod problem;
pub mod sentence;
pub mod usage;
