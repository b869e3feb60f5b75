//! French sentences: pure functions of typed values.

pub mod errno;
pub mod explain;
pub mod problem;
pub mod remark;
pub mod sentence;
pub mod usage;
