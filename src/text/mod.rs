//! French sentences: pure functions of typed values.

pub mod answer;
pub mod asked;
pub mod catalog;
pub mod cause;
pub mod errno;
pub mod expected;
pub mod explain;
pub mod fault;
pub mod finding;
pub mod guide;
pub mod http;
pub mod peer;
pub mod problem;
pub mod quantity;
pub mod remark;
pub mod sentence;
pub mod serve;
pub mod socket;
pub mod stage;
pub mod trace;
pub mod trial;
pub mod trouble;
pub mod usage;
