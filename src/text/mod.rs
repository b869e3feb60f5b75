//! French sentences: pure functions of typed values.

pub mod cause;
pub mod errno;
pub mod expected;
pub mod explain;
pub mod problem;
pub mod remark;
pub mod quantity;
pub mod sentence;
pub mod socket;
pub mod trouble;
pub mod usage;
